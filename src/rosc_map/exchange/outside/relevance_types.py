"""The type that an entry of a directory of everything seems to have, guessed from its words for people to check.

The guidance has support of three kinds here (its part 3): treatment; recovery support services, which help people to
stay well and are no treatment, whoever runs them; and what people with lived experience lead. Its name says best which
of them an entry is: a café whose description says that a fellowship meets there is still a café.
"""

import re
from collections.abc import Iterable, Sequence

__all__ = ["FELLOWSHIPS", "asset_type_of", "words_pattern"]

# Meetings of people who help each other.
FELLOWSHIPS = (
    r"(?:alcoholics|narcotics|cocaine|marijuana|heroin|crystal meth|drug addicts|families) anonymous",
    r"al[- ]?anon",
    r"alateen",
    r"nar[- ]?anon",
    r"smart recovery",
    r"smart (?:family|friends)",
    r"recovery dharma",
    r"refuge recovery",
    r"lifering",
    r"women for sobriety",
    r"(?:12|twelve)[- ]step",
    r"mutual[- ]aid (?:meeting|group)s?",
)
"""Words, for texts in small letters, that name a fellowship."""

_SHORT_NAMES = r"(?:aa|na|ca|cma) (?:meeting|group|fellowship)s?"
_HOMES = (
    r"(?:(?:second|third)[- ]stage|move[- ]?on|supported|shared) "
    r"(?:hous(?:e|es|ing)|accommodation|living|homes?|flats?|lodgings?|tenanc(?:y|ies))"
)
_NEAR = r"[^\w.!?]+"  # between words of one sentence
_OF_RECOVERY = r"(?:recover\w*|abstinen\w+|sober|sobriety|addict\w*|drugs?|alcohol)"
_BY_NAME = r"(?:substances?|drink\w*|opi(?:oid|ate)s?|cocaine|heroin|cannabis|ketamine|amphetamines?|crystal meth|ghb)"
_ABOUT = rf"(?: \w+){{0,5}} (?:{_OF_RECOVERY}|{_BY_NAME})"
_HOUSING = (
    r"recovery (?:hous(?:e|es|ing)|homes?|accommodation)",
    r"(?:sober|dry) (?:living|hous(?:e|es|ing))",
    # People may drink there, but it is their home: its address is kept back like those of the others.
    r"wet (?:house|hostel)s?",
    r"(?:abstinence|abstinent)[- ](?:based )?(?:\w+ ){0,3}(?:hous(?:e|es|ing)|accommodation|living)",
    rf"{_HOMES}(?:{_NEAR}\w+){{0,4}}{_NEAR}{_OF_RECOVERY}",
    rf"{_OF_RECOVERY}(?:{_NEAR}\w+){{0,3}}{_NEAR}{_HOMES}",
)
_LED_BY_PEERS = (
    r"lived[- ]experience (?:recovery )?(?:organisation|initiative|group|project|network)s?",
    r"leros?",
    r"(?:peer|user|lived[- ]experience)[- ](?:led|run)",
    r"(?:led|run|delivered) by (?:and for )?(?:people|those|peers) (?:in recovery|with lived experience)",
)
_TWO_OF_THEM = r"(?:drugs?|alcohol)(?:(?: and | & |/)(?:drugs?|alcohol))?"
_SUBSTANCES = r"(?:substance (?:misuse|use|abuse)|addictions?)"
_TREATMENT = (
    r"detox(?:ification)?s?",
    r"(?:residential |drug |alcohol )rehab\w*",
    r"rehab(?:ilitation)? (?:cent(?:re|er)|clinic|unit)s?",
    r"residential therapeutic communit(?:y|ies)",
    r"needle[- ]exchanges?",
    r"needle and syringe",
    r"injecting equipment",
    r"supervised consumption",
    r"methadone",
    r"buprenorphine",
    r"opi(?:oid|ate) substitution",
    r"(?<!social )prescribing",
    r"key[- ]?work(?:er|ers|ing)?",
    r"dual diagnosis",
    rf"(?:structured|{_TWO_OF_THEM}|{_SUBSTANCES}) treatment",
    r"(?:drugs?|alcohol)(?: and | & |/)(?:drugs?|alcohol) (?:recovery |wellbeing )?(?:service|team|clinic|hub)s?",
    rf"{_SUBSTANCES} (?:service|team|clinic|hub)s?",
)
# What else of the guidance's list (its part 2) an entry says of itself.
_SUPPORT = (
    r"recovery (?:communit(?:y|ies)|caf[eé]s?|cent(?:re|er)s?|colleges?|groups?|hubs?|navigators?|coach(?:es|ing)?)",
    r"recovery (?:support|check-?ups?|walks?|games|choirs?|football|allotments?|gardens?)",
    r"(?:peer|family) (?:support|mentor\w*)",
    r"(?:relapse prevention|after-?care|continuing care)",
)
# Providers of treatment in most of England, by their names and those that they had; "Via" is too common a word, unless
# it is all that stands there.
_PROVIDERS = (
    r"change,? grow,? live",
    r"cgl",
    r"turning point",
    r"we are with you",
    r"addaction",
    r"^via$",
    r"westminster drug project",
    r"wdp",
    r"humankind",
    r"waythrough",
    r"(?:the )?forward trust",
    r"phoenix futures",
)
# Whom or what an entry is for. It says less than any of the words above.
_FOR_RECOVERY = (
    r"in (?:\w+ )?recovery",
    rf"(?:people|men|women|those|anyone|anybody|everyone|families|children|carers){_ABOUT}",
    rf"(?:help\w*|support\w*|advice|information|counselling|recover\w*){_ABOUT}",
    rf"(?:{_OF_RECOVERY}|{_BY_NAME}) (?:\w+ ){{0,2}}(?:help|support|advice|counselling|groups?|problems?)",
)
# In a description these speak of what others do, or of what somebody has behind them.
_OF_OTHERS = re.compile(
    r"\b(?:refer\w*|signpost\w*|find|after|following|leav(?:e|ing)|left|complet\w+|finish\w+|alongside|not|before"
    r"|(?:people|anyone|anybody|those|are|is|been) in(?! (?:\w+ )?recovery))(?: [\w-]+){1,4}"
)


def words_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern of any of some words, for texts in small letters.

    It is four times as quick as a pattern that minds no case.
    """
    return re.compile(rf"\b(?:{'|'.join(words)})\b")


_MUTUAL_AID = ("mutual_aid", words_pattern((*FELLOWSHIPS, _SHORT_NAMES)))
_HOME = ("recovery_housing", words_pattern(_HOUSING))
_NAME_OF_A_HOME = ("recovery_housing", words_pattern((_HOMES,)))
_TREATS = ("treatment", words_pattern(_TREATMENT))
_PROVIDER = ("treatment", words_pattern(_PROVIDERS))
_PEERS = ("lived_experience_initiative", words_pattern(_LED_BY_PEERS))
_SUPPORTS = ("recovery_support", words_pattern(_SUPPORT))
_AIMS = ("recovery_support", words_pattern(_FOR_RECOVERY))
_A_MEETING = re.compile(r"\b(?:meeting|group|fellowship)s?\b")


def asset_type_of(texts: Sequence[str], said_in: int) -> str:
    """Guess the type of an entry that is about recovery from alcohol or drugs.

    Parameters
    ----------
    texts
        What it says of itself, in small letters: its name, its description, then categories and its organisation.
    said_in
        Which of the texts has the word for which it is taken.

    Returns
    -------
    str
        A code of ``asset_type``; never ``lero``, which only an organisation itself, CLERO or a partner can say, and
        ``community`` where a description has such a word by the way: a place that is open to everybody.
    """
    name, described, more = texts[0], texts[1] if len(texts) > 1 else "", texts[2:]
    of_itself = _OF_OTHERS.sub(" ", described)
    meets = (_MUTUAL_AID,) if _A_MEETING.search(name) else ()
    told = (
        (name, (_MUTUAL_AID, _NAME_OF_A_HOME, _HOME, _TREATS)),
        (of_itself, (_HOME,)),  # before what else the name says: the address of a home is kept back
        (name, (_PEERS, _SUPPORTS, _PROVIDER)),
        (of_itself, (*meets, _PEERS, _TREATS, _SUPPORTS)),
        *((text, (_MUTUAL_AID, _HOME, _PEERS, _TREATS, _SUPPORTS, _PROVIDER)) for text in more),
        (described, (_AIMS,)),
    )
    found = (kind for text, kinds in told for kind, words in kinds if words.search(text))
    return next(found, "community" if said_in == 1 else "recovery_support")
