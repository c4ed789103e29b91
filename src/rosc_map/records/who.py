"""Who recorded or changed something: a volunteer number or a role, never a person's name."""

import re

from rosc_map.records.cells import CellError

__all__ = ["ROLE_WORDS", "check_who", "same_person"]

ROLE_WORDS = (
    "admin", "administrator", "adviser", "advisor", "analyst", "area", "assistant", "authority", "board", "caller",
    "carer", "chair", "champion", "charity", "city", "clinical", "co-ordinator", "commissioner", "committee",
    "community", "connector", "coordinator", "council", "county", "data", "deputy", "desk", "development", "director",
    "district", "duty", "experience", "expert", "facilitator", "family", "for", "founder", "group", "health",
    "housing", "import", "interviewer", "lead", "leader", "lero", "link", "lived", "local", "manager", "member",
    "mentor", "navigator", "nhs", "nobody", "number", "nurse", "of", "office", "officer", "organisation", "outreach",
    "partner", "partnership", "peer", "people", "phone", "police", "probation", "programme", "project", "provider",
    "public", "recorder", "recovery", "researcher", "secretary", "senior", "service", "social", "staff", "student",
    "supervisor", "support", "system", "team", "the", "town", "treasurer", "treatment", "trustee", "university", "v",
    "visitor", "vol", "volunteer", "web", "worker",
)  # fmt: skip
"""The words that who did something may be told in. The list is closed: free text would soon hold names.

Examples
--------
>>> from rosc_map.records import ROLE_WORDS
>>> "volunteer" in ROLE_WORDS, "smith" in ROLE_WORDS
(True, False)
"""

_WHO = re.compile(
    rf"(?:(?:{'|'.join(ROLE_WORDS)})(?:[ ,./-]+|$))*(?:[A-Za-z]{{0,2}}-?[0-9]{{1,4}})?", re.IGNORECASE | re.ASCII
)


def check_who(text: str) -> str:
    """Return a volunteer number or role as it was given: words of ``ROLE_WORDS``, a number or short code, or both.

    Raises
    ------
    CellError
        When it is anything else, since that may be a person's name.

    Examples
    --------
    >>> from rosc_map.records import check_who
    >>> check_who("Volunteer 7")
    'Volunteer 7'
    """
    if not _WHO.fullmatch(text):
        raise CellError(
            "may be the name of a person.", "Write a volunteer number or a role, for example: Volunteer 7, coordinator."
        )
    return text


def same_person(text: str) -> str:
    """Return by what two tellings of who are the same: "V7", "volunteer 07" and "Vol. 7" are one volunteer.

    Examples
    --------
    >>> from rosc_map.records import same_person
    >>> same_person("V7") == same_person("volunteer 07")
    True
    """
    number = re.search(r"[0-9]+", text)
    return str(int(number[0])) if number else " ".join(re.findall(r"[a-z]+", text.casefold()))
