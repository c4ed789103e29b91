"""Knowing a table of single people by its headings, so that it is refused unread.

Treatment services export one row a person or episode (the fields of the national data set in England). Nothing of such
a file may be kept or repeated on a screen; rosc-map is for organisations and counts.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from rosc_map.errors import InputError

__all__ = ["FIRST_ROWS", "may_be_repeated", "refuse_client_records", "squeezed"]

FIRST_ROWS = 20
"""So many filled rows are looked at: there may be titles above the headings."""

_ENOUGH = 3  # headings that may stand in a table of counts too: of three together it is none
_LONGEST_HEADING = 80
# As they read without case, spaces and marks.
_STRONG = re.compile(
    r"""(client|patient|serviceuser|person|participant)(id|no|num|number|ref|refno|reference|referencenumber|identifier)
    |(client|patient|serviceuser|person|participant)s(id|ref|reference|identifier)
    |(client|patient|serviceuser)s?(name|names|firstname|lastname|fullname|surname|initial|initials|postcode)
    |nhs(id|no|num|number)
    |[fs]initial|(first|second|forename|surname)initials?
    |(clients?|patients?|serviceusers?|persons?)?(dob|dateofbirth|birthdate)
    |episod(e)?(id|no|number|ref|reference)
    |mpi(id)?
    |(hash|hashed|pseudo|pseudonym|pseudonymi[sz]ed)(nhs|client|patient|person|serviceuser)?(id|no|number|ref|identifier)
    """,
    re.VERBOSE,
)
_WITHIN = {"dateofbirth": "date of birth", "nhsnumber": "NHS number"}
"""What gives a heading of several words away, and how that is said: what else stands in it may tell of a person."""

_WEAK = {
    "refld", "agncy", "dat", "pc", "rfls", "triaged", "disd", "disrsn", "modal", "modst", "modend", "modexit",
    "sex", "gender", "ethnic", "ethnicity", "nation", "nationality", "religion", "sexualorientation", "sexualo",
    "drug1", "drug2", "drug3", "accmneed", "forename", "firstname", "surname", "lastname", "initials", "age",
}  # fmt: skip
_DAY = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}([ T].*)?|\d{1,2}[ -]?[A-Za-z]{3,9}[ -]?\d{2,4}")
_VALUE = re.compile(r"[\d\s.,£%+-]+|[A-Z]|[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}")


def refuse_client_records(name: str, rows: Iterable[Sequence[Any]]) -> None:
    """Refuse a table that holds records about single people; no cell of it is repeated, only its headings.

    Parameters
    ----------
    name
        The file's name.
    rows
        Its first filled rows (:data:`FIRST_ROWS`); the headings may be any of them.

    Raises
    ------
    InputError
        When the headings of one row give it away: one such as the date of birth or a client's number, or three such as
        drug, sex and discharge reason, which a table of counts may have one or two of.
    """
    for number, cells in enumerate(rows):
        texts = [text for cell in cells if cell is not None and (text := str(cell).strip())]
        # Below the first row only what can be a row of headings: they hold no days and no bare numbers.
        if number and any(map(_looks_like_value, texts)):
            continue
        found = [_strong(text) or ("" if number else _within(text)) for text in texts]
        telling = [strong or _weak(text) for strong, text in zip(found, texts, strict=True)]
        if any(found) or sum(map(bool, telling)) >= _ENOUGH:
            raise InputError(
                f"{name} holds records about single people (columns {', '.join(filter(None, telling))}). rosc-map is "
                "for organisations and counts, never for people. Nothing was read or kept. Make a table of counts from "
                "it, without these columns, and delete copies that you do not need."
            )


def may_be_repeated(headers: Iterable[str]) -> bool:
    """Whether a first row can be shown in a message: it holds headings, and is no row of people without headings.

    A day, which may be a date of birth, is never shown; and no row of which most cells are days, numbers, postcodes,
    initials or long texts.
    """
    given = [header for header in map(str.strip, headers) if header]
    values = [header for header in given if _looks_like_value(header)]
    return not any(map(_DAY.fullmatch, given)) and 2 * len(values) <= len(given)


def _looks_like_value(text: str) -> bool:
    return len(text) > _LONGEST_HEADING or bool(_DAY.fullmatch(text) or _VALUE.fullmatch(text))


def _strong(text: str) -> str:
    """Return the words of a heading that is enough by itself; "" for any other."""
    return next((shown for shown, read in _readings(text) if _STRONG.fullmatch(read)), "")


def _within(text: str) -> str:
    """Return what gives away a heading of several words."""
    return next((said for _, read in _readings(text) for word, said in _WITHIN.items() if word in read), "")


def _weak(text: str) -> str:
    return next((shown for shown, read in _readings(text) if read in _WEAK), "")


def _readings(text: str) -> list[tuple[str, str]]:
    """Return a heading, and it without what stands before it (a number, the group of a form): as shown, as compared."""
    if len(text) > _LONGEST_HEADING:
        return []
    plain = re.sub(r"\(.*?\)|\[.*?\]", " ", text).strip(" :")
    parts = (plain, re.split(r"[/.:|>]", plain)[-1].strip())
    return [(part, squeezed(part)) for part in parts]


def squeezed(heading: str) -> str:
    """Return a heading as it is compared: only its letters and digits, in any case."""
    return "".join(c for c in heading.casefold() if c.isalnum())
