"""Knowing a table of single people by its headings, so that it is refused unread.

Treatment services export one row a person or episode (the fields of the national data set in England). Nothing of such
a file may be kept or repeated on a screen; rosc-map is for organisations and counts.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from rosc_map.errors import InputError

__all__ = [
    "FIRST_ROWS",
    "columns_found",
    "may_be_repeated",
    "refuse_client_records",
    "refuse_people_beside_links",
    "squeezed",
    "tells_of_person",
]

FIRST_ROWS = 20
"""So many filled rows are looked at: there may be titles above the headings."""

_REFUSED = (
    "{name} holds records about single people (columns {columns}). rosc-map is for organisations and counts, never for "
    "people. Nothing was read or kept. Make a table of counts from it, without these columns, and delete copies that "
    "you do not need. If it is a table of counts: rename these columns."
)
_ENOUGH = 3  # headings that may stand in a table of counts too: of three together it is none
_LONGEST_HEADING = 80
_MOST_READ = 1_000  # characters of a longer one; a cell may hold a million

# As they read without case, spaces and marks.
_PERSON = "(client|patient|serviceuser|person|participant)"
_STRONG = re.compile(
    rf"""({_PERSON}|su)(id|no|num|number|code|ref|refno|reference|referencenumber|identifier)
    |{_PERSON}s(id|ref|reference|identifier)
    |(client|patient|serviceuser|su)s?(name|names|firstname|lastname|fullname|surname|initial|initials|postcode)
    |(full|first|last)?names?of(the)?(client|patient|serviceuser)s?
    |nhs(id|no|num|number)
    |(nationalinsurance|ni)(no|num|number)
    |[fs]initial|(first|second|forename|surname)initials?
    |{_PERSON}?s?(dob[dmy\d]*|dateofbirth|birthdate)
    |episod(e)?(id|no|number|ref|reference)
    |mpi(id)?
    |(hash|hashed|pseudo|pseudonym|pseudonymi[sz]ed)(nhs|client|patient|person|serviceuser)?(id|no|number|ref|identifier)
    """,
    re.VERBOSE,
)
_WITHIN = {
    "dateofbirth": "date of birth",
    "nhsnumber": "NHS number",
    "nationalinsurancenumber": "National Insurance number",
}
"""What gives a heading of several words away, and how that is said: what else stands in it may tell of a person."""
_DOB = re.compile(r"(?<![a-z])dob(?![a-z])", re.IGNORECASE)

_DEMOGRAPHIC = {
    "sex", "gender", "ethnic", "ethnicity", "nation", "nationality", "religion", "sexualorientation", "sexualo", "age",
}  # fmt: skip
"""By these people are counted too, so that without another word of a client record they say nothing."""

_NAMES = {"forename", "forenames", "firstname", "firstnames", "surname", "surnames", "lastname", "lastnames"}
_WEAK = _DEMOGRAPHIC | _NAMES | {
    "refld", "agncy", "dat", "pc", "rfls", "triaged", "disd", "disrsn", "cnsd", "modal", "modst", "modend", "modexit",
    "drug1", "drug2", "drug3", "accmneed", "initials", "nhs",
}  # fmt: skip
_REACHED_BY = {
    "phone", "phonenumber", "telephone", "telephonenumber", "mobile", "mobilenumber", "email", "emailaddress",
    "address", "homeaddress", "postcode",
}  # fmt: skip
_ORGANISATION = re.compile(r"name|.*(organi[sz]ation|agency|service|project|provider|charity|group|team|asset).*")
"""A list of people to ring that says for which of these they work is no list of clients."""

_DAY = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}([ T].*)?|\d{1,2}[ -]?[A-Za-z]{3,9}[ -]?\d{2,4}")
_VALUE = re.compile(r"[\d\s.,£%+-]+|[A-Z]|[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}")
_DAY_OR_NUMBER = re.compile(
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|\d(st|nd|rd|th)?[ -]?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
    r"[ ,-]*\d{2}|\d( ?\d){5}",
    re.IGNORECASE,
)
_OUR_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_LONGEST_SHOWN = 40
_HEADING_WORD = re.compile(
    r"""id|ids|names?|number|code|type|kind|category|count|total|year|period|quarter|date|on|of|the|and|in|to|from|by
    |post|postcode|address|town|city|county|district|region|country|area|local|authority|upper|tier|latitude|longitude
    |easting|northing|location|place|precision|asset|organi[sz]ations?|services?|agency|provider|treatment|peer(-led)?|led
    |project|group|website|url|email|phone|telephone|contact|notes?|description|comments?|status|opening|hours|access
    |source|target|evidence|result|item|direction|part|theirs|ours|funding|funder|amount|listing|level|round
    |referrals?|referred|people|20\d\d([-/](20)?\d\d)?
    """,
    re.VERBOSE | re.IGNORECASE,
)


def refuse_client_records(name: str, rows: Iterable[Sequence[Any]]) -> None:
    """Refuse a table that holds records about single people; no cell of it is repeated, only its headings.

    A row with more filled cells than any above it may be the row of headings: what stands above is a title. There one
    telling heading is enough. Below, where a text may speak of such things, it takes two; one, or three that a table of
    counts may have too, give a row away only if it holds no days and no bare numbers.

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
    widest = 0
    for cells in rows:
        texts = [text for cell in cells if cell is not None and (text := str(cell).strip())]
        telling = _telling(texts, heads=len(texts) > widest)
        widest = max(widest, len(texts))
        if telling:
            raise InputError(_REFUSED.format(name=name, columns=", ".join(telling)))


def refuse_people_beside_links(name: str, headers: Iterable[str]) -> None:
    """Refuse a list of links with a column about people, such as their age: a row of it is somebody who was referred.

    Parameters
    ----------
    name
        The file's name.
    headers
        The headings that are none of a referral's fields.

    Raises
    ------
    InputError
        When one of them is about people.
    """
    found = [said for header in headers if (said := _weak(_readings(header, in_parts=True)))]
    if found:
        raise InputError(_REFUSED.format(name=name, columns=", ".join(found)))


def _telling(texts: list[str], *, heads: bool) -> list[str]:
    """Return what gives a row away; nothing where it is no row of headings of such a table."""
    readings = [_readings(text, in_parts=heads) for text in texts]
    strong = [_strong(reading, anywhere=heads) for reading in readings]
    weak = [_weak(reading) for reading in readings]
    bare = heads or not any(map(_looks_like_value, texts))
    telling = [one or other for one, other in zip(strong, weak, strict=True) if one or other]
    if any(strong):
        return telling if bare or len(telling) > 1 else []
    return telling if bare and _enough(readings) else []


def may_be_repeated(headers: Iterable[str]) -> bool:
    """Whether a first row can be shown in a message: all words of it are such as stand in headings.

    A row of people without headings has others: names, days, numbers.
    """
    given = [header for header in map(str.strip, headers) if header]
    return all(len(header) <= _LONGEST_SHOWN and _has_heading_words(header) for header in given)


def columns_found(headers: Iterable[str]) -> str:
    """Say in a sentence which columns a table has; one that might be a cell of a person is only counted."""
    given = [header for header in map(str.strip, headers) if header]
    shown = [header for header in given if may_be_repeated([header])]
    others = len(given) - len(shown)
    if not shown:
        return f"The first row has {others} {'cell' if others == 1 else 'cells'}, and no usual heading."
    return f"Columns found: {', '.join(shown)}{f', and {others} with other headings' if others else ''}."


def tells_of_person(text: str) -> bool:
    """Whether a text that should be the name of a service holds a day or a long number, so that it is not repeated."""
    return bool(_DAY_OR_NUMBER.search(text[:_MOST_READ])) and not _OUR_ID.fullmatch(text)


def _has_heading_words(header: str) -> bool:
    words = [word for word in re.split(r"[\s_:?()/]+", header) if word]
    return all(map(_HEADING_WORD.fullmatch, words))


def _looks_like_value(text: str) -> bool:
    return len(text) > _LONGEST_HEADING or bool(_DAY.fullmatch(text) or _VALUE.fullmatch(text))


def _strong(readings: list[tuple[str, str]], *, anywhere: bool) -> str:
    """Return the words of a heading that is enough by itself, or that begins with or holds such words; else ""."""
    for shown, read in readings:
        if _STRONG.fullmatch(read):
            return re.split(r"\d\d|[\W_]\d", shown)[0]  # without a day behind it
    plain, read = readings[0]
    for word, said in _WITHIN.items():
        if read.startswith(word) or (anywhere and word in read):
            return said
    return "DOB" if anywhere and _DOB.search(plain) else ""


def _weak(readings: list[tuple[str, str]]) -> str:
    return next((shown for shown, read in readings if read in _WEAK), "")


def _enough(row: list[list[tuple[str, str]]]) -> bool:
    """Whether a row has three headings that may stand in a table of counts, where three are too many."""
    reads = {read for readings in row for _, read in readings}
    if len(reads & _WEAK) >= _ENOUGH:
        return not reads & _WEAK <= _DEMOGRAPHIC
    of_people = len(reads & _NAMES) > 1 and reads & _REACHED_BY
    return bool(of_people) and not any(map(_ORGANISATION.fullmatch, reads))


def _readings(text: str, *, in_parts: bool) -> list[tuple[str, str]]:
    """Return a heading, and its parts (what stands beside a number, or the group of a form): as shown, as compared."""
    plain = " ".join(unicodedata.normalize("NFKC", text[:_MOST_READ])[:_MOST_READ].split())
    if len(plain) > _LONGEST_HEADING:
        return [("", squeezed(plain))]
    plain = re.sub(r"\(.*?\)|\[.*?\]", " ", plain).strip(" :")
    parts = [part.strip() for part in re.split(r"[/.:|>,;]", plain)] if in_parts else []
    return [(part, squeezed(part)) for part in (plain, *parts)]


def squeezed(heading: str) -> str:
    """Return a heading as it is compared: only its letters and digits, in any case."""
    return "".join(c for c in heading.casefold() if c.isalnum())
