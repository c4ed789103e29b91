"""Who recorded or changed something: a volunteer number or a role, never a person's name."""

import re

from rosc_map.records.cells import CellError

__all__ = ["check_who"]

_ROLE = re.compile(
    r"admin(istrator)?|analyst|board|chair|champion|co-?ordinator|commissioner|connector|council|deputy|desk|facilitator|"
    r"import|lead(er)?|lero|manager|mentor|navigator|nobody|office|officer|organisation|partner|partnership|peer|"
    r"programme|provider|public|recorder|recovery|researcher|service|staff|supervisor|system|team|trustee|v|vol|"
    r"volunteer|web|worker",
    re.IGNORECASE,
)


def check_who(text: str) -> str:
    """Return a volunteer number or role as it was given.

    One word has to be a role ("coordinator") or hold a digit ("V12"), and none may be written as a name is.

    Raises
    ------
    CellError
        When it may be a person's name.
    """
    words = re.findall(r"[\w'’-]+", text)
    known = [any(c.isdigit() for c in word) or bool(_ROLE.fullmatch(word)) for word in words]
    # Any letter that is not small, wherever it stands: a mark before it ("'Jane") does not make a role of a name.
    large = [any(c.isalpha() and not c.islower() for c in word) for word in words]
    named = any(is_large and not role for is_large, role in zip(large, known, strict=True))
    if text and (named or not any(known)):
        raise CellError(
            "may be the name of a person.", "Write a volunteer number or a role, for example: Volunteer 7, coordinator."
        )
    return text
