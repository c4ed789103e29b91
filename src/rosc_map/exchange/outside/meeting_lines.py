"""The lines of a meeting's notes: which of them may name or reach a person, or let anybody into a room.

A list is public, and its notes are written by many hands. What reaches a person there today stays in a map for years;
"Ring the bell & come up" does no harm, and somebody needs it to get in.
"""

import re
from functools import lru_cache

__all__ = ["is_private_line"]

# A time of day that stands behind a date is not the rest of a number.
_NUMBER = r"(?<![\d:])\d(?:[\s().-]{0,2}\d){8,14}(?!\d?:\d)"
_TO_REACH = r"contact|call|ring|text|phone|telephone|tel|mobile|mob|whatsapp|message|e-?mail|ask for|speak to"
_ROLES = r"secretary|treasurer|chair|chairperson|chairman|gsr|sponsor|host|key ?holder|organiser|convenor"
_PRIVATE = re.compile(
    rf"\S@\S|@\s?[\w-]+\.\w|[(\[]at[)\]]|{_NUMBER}"
    rf"|\b(?:{_TO_REACH})\b.{{0,30}}?\d{{3}}[\s-]?\d{{2}}"  # a local number, without its area code
    r"|\bpass\s?(?:word|code)s?\b|\bpwd\b|\b(?:meeting|zoom|room)\s?id\b"
    r"|\b(?:door|gate|entry|access|key ?pad)\s?code\b|(?-i:\bPIN\b)|\bpin\b\W{0,3}(?:(?:is|code|no|number)\W{1,3})?\d",
    re.IGNORECASE,
)
_WHO = re.compile(
    rf"\b(?:{_TO_REACH}|{_ROLES})\b(?=\W{{1,3}}(?:(?:is|are|to|on|our|the|your|a)\s{{1,2}}){{0,2}}([^\W\d_]+))",
    re.IGNORECASE,
)
# Often with a capital behind those, and no name of a person.
_NOBODY = frozenset(
    (
        "the", "us", "our", "you", "before", "if", "when", "on", "from", "and", "or", "back", "in", "reception", "desk",
        "staff", "porter", "security", "caretaker", "front", "side", "main", "door", "gate", "buzzer", "bell",
        "doorbell", "intercom", "office", "centre", "venue", "church", "hall", "intergroup", "helpline", "website",
        "group", "meeting", "aa", "na", "ca", "cma", "gso", "alcoholics", "narcotics", "cocaine", "book", "study",
        "reading", "discussion", "step", "number", "secretary", "treasurer", "chair", "gsr", "sponsor", "host",
    )
)  # fmt: skip


@lru_cache(maxsize=4_096)
def is_private_line(text: str) -> bool:
    """Return whether a line may name or reach a person, or has what lets anybody in.

    That is a telephone number, an e-mail address, a password or code, or a name behind "contact", "ring", "ask for" and
    the like. A name that stands alone is not known for one.
    """
    return bool(_PRIVATE.search(text)) or any(
        found[1][0].isupper() and found[1].casefold() not in _NOBODY for found in _WHO.finditer(text)
    )
