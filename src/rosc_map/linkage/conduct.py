"""How a linkage test is done, in words: the question, what a volunteer says, and what holds for everyone (METHODS §1).

The words are part of the method: a round is compared only with rounds of the same :data:`PROTOCOL`.
"""

from rosc_map.records import codelist

__all__ = ["CONDUCT", "HELLO", "LEVEL_WORDS", "OUTCOME_WORDS", "PROTOCOL", "QUESTION", "SCRIPT"]

PROTOCOL = "1"
"""The version of the way to ask. Whoever changes the question, the levels or what is said gives it the next number.

Examples
--------
>>> from rosc_map.linkage import PROTOCOL
>>> set(held.rounds["protocol"]) == {PROTOCOL}
True
"""

QUESTION = "If someone wanted {name}, what could you tell them?"
"""The question, asked plainly as a test; ``name`` is the target's.

Examples
--------
>>> from rosc_map.linkage import QUESTION
>>> QUESTION.format(name="Example Café")
'If someone wanted Example Café, what could you tell them?'
"""

HELLO = "Hello, I am ringing for the local partnership."
"""What a volunteer says first.

Examples
--------
>>> from rosc_map.linkage import HELLO
>>> HELLO
'Hello, I am ringing for the local partnership.'
"""

SCRIPT = (
    f"{HELLO} We wrote to you about this two weeks ago.",
    "We are testing how well services here know of each other. This is a test: I am not asking for help for anyone.",
    "It takes a few minutes. You may say no, now or at any time, and nobody will be told that you did.",
    "Is now a good time? If not, when may I ring back, or would you like the questions by e-mail?",
    "For each question on the sheet, read it as it stands: “If someone wanted …, what could you tell them?”",
    "Write down the level that fits best what they said. Do not help with the answer, and do not argue with it.",
    "The highest level is what they say they would do. Nobody is asked to do it.",
    "At the end: Thank you. You will see your own result before anyone else, and have 14 days to reply to it.",
)
"""What a volunteer says, in order.

Examples
--------
>>> from rosc_map.linkage import SCRIPT
>>> SCRIPT[0]
'Hello, I am ringing for the local partnership. We wrote to you about this two weeks ago.'
"""

CONDUCT = (
    "Each organisation is told two weeks before: the month, the purpose, the questions, what is done with the result.",
    "Anyone may say no. A refusal is never named, and nobody is asked why.",
    "Ask plainly, as a test. Never pretend to be a person who needs help.",
    "Never ring a crisis line or a refuge, and never ask anyone about a refuge or another confidential place.",
    (
        "If the person needs help themselves, stop the test; it does not matter then. You can say: “Let us leave the"
        " questions. If anyone is in danger, ring 999. For your health, NHS 111. To talk to someone, day or night,"
        " Samaritans on 116 123. About drugs, Frank on 0300 123 6600.” Then tell your supervisor."
    ),
    "Services that share a contact are rung once, as one, and only so many times in a year.",
    (
        "Mutual aid is reached only through its public information liaison officers or SMART co-ordinators,"
        " never through members."
    ),
    "Ring or e-mail within their published hours.",
    (
        "By e-mail, send the same questions, word for word, and say that it is a test. Write down the level that fits"
        " best what they write back."
    ),
    "Where the sheet shows what is on the other service's record, look at it after the answer, and never read it out.",
    "Try as often as the sheet has boxes, at different times of the day, before “No answer” is the end.",
    (
        "You have a named supervisor, a limit to the calls you make, and a withheld number. The partnership tells you"
        " who and how many before you begin."
    ),
    "You may swap any call with another volunteer, and need give no reason.",
    "Each organisation sees its own result first and has 14 days to reply. The reply stays with the result.",
    "What one organisation said is for itself and the co-ordinators. It is on no map and in no list.",
    "Write no names of people on the sheet, and no name of your own: your volunteer number is enough.",
    "If you hear that a service you ask about has closed, write that on the sheet.",
)
"""How a test is done; part of the method, and printed with every sheet.

Examples
--------
>>> from rosc_map.linkage import CONDUCT
>>> CONDUCT[0]
'Each organisation is told two weeks before: the month, the purpose, the questions, what is done with the result.'
"""

LEVEL_WORDS = {code: entry.label for code, entry in codelist("linkage_level").items()}
"""The five levels, from 0: code to label.

Examples
--------
>>> from rosc_map.linkage import LEVEL_WORDS
>>> LEVEL_WORDS["information"]
'Gave information'
"""

OUTCOME_WORDS = {code: entry.label for code, entry in codelist("contact_outcome").items()}
"""How a contact may end: code to label.

Examples
--------
>>> from rosc_map.linkage import OUTCOME_WORDS
>>> OUTCOME_WORDS["refused"]
'Preferred not to'
"""
