"""Between a cell and a value: one reader and one writer for each kind of field, with messages for a volunteer."""

import datetime as dt
import difflib
import math
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

from rosc_map.records.codelists import codelist
from rosc_map.records.fields import FieldSpec, Kind
from rosc_map.records.sessions import format_sessions, parse_sessions
from rosc_map.records.words import squash

__all__ = ["CellError", "format_cell", "is_given", "parse_cell"]

_CLEARS = "none"
_UNKNOWN = {"", "n/a", "na", "null", _CLEARS, "nan", "-", "?"}
_YES = {"yes", "y", "true", "1", "x"}
_NO = {"no", "n", "false", "0"}
_DATE_SHAPES = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%d %B %Y",
    "%d %b %Y",
    "%d/%m/%y",
    "%d.%m.%y",
    "%d-%b-%y",
    "%d-%b-%Y",
)
_DAY_ZERO = dt.date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 32_874, 73_415  # 1990 to 2100
# Control characters (C1 too) break XML, terminals and spreadsheets; tab and newline are kept for long texts. XML cannot
# hold U+FFFE and U+FFFF either, and half of a surrogate pair cannot be written to any file.
# The marks that turn text round could make a name read as another.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


class CellError(ValueError):
    """A value that cannot be taken: ``why``, ``what_to_do`` and, for rules over several fields, ``column``.

    ``secret`` says that the value must not be repeated on a screen.

    Examples
    --------
    >>> from rosc_map.records import CellError, check_who
    >>> try:
    ...     check_who("Jane Example")
    ... except CellError as problem:
    ...     print(problem.why, problem.what_to_do)
    may be the name of a person. Write a volunteer number or a role, for example: Volunteer 7, coordinator.
    """

    def __init__(self, why: str, what_to_do: str, column: str = "", *, secret: bool = False) -> None:
        super().__init__(f"{why} {what_to_do}")
        self.why, self.what_to_do, self.column, self.secret = why, what_to_do, column, secret


def _clean(value: Any) -> str:
    # Controls go first: one between a letter and its accent would keep them apart, and the next reading join them.
    text = unicodedata.normalize("NFC", _CONTROL.sub("", str(value)))
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _read_text(spec: FieldSpec, text: str) -> str:
    if len(text) > spec.longest:
        raise CellError(f"is {len(text):,} characters long.", f"Keep it to {spec.longest:,} characters.")
    return text if spec.kind is Kind.LONG_TEXT else " ".join(text.split())


def _read_list(spec: FieldSpec, text: str) -> tuple[str, ...]:
    _read_text(spec, text)
    return tuple(dict.fromkeys(part.strip() for part in re.split(r"[;|\n]", text) if part.strip()))


@cache  # asked for each choice that is read
def _names(name: str) -> dict[str, str]:
    """Return the codes of a list by what may be typed for them: the code or its label."""
    codes = codelist(name).values()
    return {squash(code.code): code.code for code in codes} | {squash(code.label): code.code for code in codes}


def _code(spec: FieldSpec, text: str) -> str:
    codes, names = codelist(spec.codelist), _names(spec.codelist)
    wanted = squash(text)
    if wanted in names:
        return names[wanted]
    near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.6)
    hint = f"Did you mean {codes[names[near[0]]].label}? " if near else ""
    choices = "; ".join(code.label for code in codes.values())
    raise CellError("is not one of the choices.", f"{hint}Choose from: {choices}.")


def _read_codes(spec: FieldSpec, text: str) -> tuple[str, ...]:
    parts = [part for part in re.split(r"[;|,\n]", text) if part.strip()]
    return tuple(dict.fromkeys(code for part in parts for code in _codes(spec, part)))


def _codes(spec: FieldSpec, part: str) -> list[str]:
    """Read one part of a list, or several that somebody joined: "employment and housing", "employment/housing"."""
    try:
        return [_code(spec, part)]
    except CellError:
        joined = [word for word in re.split(r"\band\b|[/&+]", part) if word.strip()]
        if len(joined) < 2:
            raise
        return [_code(spec, word) for word in joined]


def _read_number(spec: FieldSpec, text: str) -> float:
    try:
        number = float(text.replace(",", "").replace("£", ""))
    except ValueError:
        raise CellError("is not a number.", f"Write digits only, for example {spec.example or '12'}.") from None
    if not math.isfinite(number):
        raise CellError("is not a number.", f"Write digits only, for example {spec.example or '12'}.")
    if (spec.low is not None and number < spec.low) or (spec.high is not None and number > spec.high):
        least, most = (None if bound is None else f"{bound:,.10g}" for bound in (spec.low, spec.high))
        if least and most:
            raise CellError("is out of range.", f"It must be between {least} and {most}.")
        raise CellError("is out of range.", f"It must be {least} or more." if least else f"It must be {most} or less.")
    return number


def _read_date(_spec: FieldSpec, text: str) -> dt.date:
    # Spreadsheets hand over "2026-03-01 00:00:00" or "2026-03-01T00:00:00" for a plain date.
    day = re.sub(r"(?<=\d)[T ]\d\d:\d\d.*$", "", text)
    for shape in _DATE_SHAPES:
        try:
            found = dt.datetime.strptime(day, shape).date()  # noqa: DTZ007 - a date has no time zone
        except ValueError:
            continue
        if 1900 <= found.year <= 2100:
            return found
    raise CellError("is not a date.", "Write it as year-month-day, for example 2026-03-01, or 01/03/2026.")


def _read_yes_no(_spec: FieldSpec, text: str) -> bool:
    if text.casefold() in _YES:
        return True
    if text.casefold() in _NO:
        return False
    raise CellError("is neither yes nor no.", "Write yes or no, or leave it empty if you do not know.")


def _read_sessions(spec: FieldSpec, text: str) -> str:
    _read_text(spec, text)
    try:
        return format_sessions(parse_sessions(text))
    except ValueError as error:
        raise CellError(
            f"cannot be read: {error}.", "Write it like this: Mon 19:00-20:30; 1st Tue 18:00-19:00."
        ) from None


_READERS: dict[Kind, Callable[[FieldSpec, str], Any]] = {
    Kind.TEXT: _read_text,
    Kind.LONG_TEXT: _read_text,
    Kind.PLACE: _read_text,
    Kind.LIST: _read_list,
    Kind.CHOICE: _code,
    Kind.CHOICES: _read_codes,
    Kind.NUMBER: _read_number,
    Kind.DATE: _read_date,
    Kind.YES_NO: _read_yes_no,
    Kind.SESSIONS: _read_sessions,
}


def _example(spec: FieldSpec) -> str:
    """Return the example of a field; of a choice in its words, since nobody knows its code."""
    codes = codelist(spec.codelist) if spec.codelist else {}
    parts = [part.strip() for part in spec.example.split(";")] if spec.kind is Kind.CHOICES else [spec.example]
    return "; ".join(codes[part].label if part in codes else part for part in parts)


def is_given(value: Any) -> bool:
    """Whether a cell says something of what is recorded: a value, or ``none``, which clears it.

    An empty cell and marks such as "-" and "n/a" say nothing.

    Examples
    --------
    >>> from rosc_map.records import is_given
    >>> is_given("n/a"), is_given("none"), is_given("RH4 1DW")
    (False, True, True)
    """
    text = "" if value is None else _clean(value).casefold()
    return text == _CLEARS or text not in _UNKNOWN


def parse_cell(spec: FieldSpec, value: Any) -> Any:
    """Read what a person typed, or take a value that is typed already.

    Parameters
    ----------
    spec
        The declaration of the field.
    value
        A string, a number, a date, a yes/no, a list or ``None``.

    Returns
    -------
    str | float | bool | datetime.date | tuple of str | None
        The value of the kind; ``spec.empty`` for nothing.

    Raises
    ------
    CellError
        When it cannot be read, or is missing and required.

    Examples
    --------
    >>> from rosc_map.records import Asset, parse_cell
    >>> specs = Asset.specs()
    >>> parse_cell(specs["verified_on"], "26 Feb 2026"), parse_cell(specs["languages"], "Nepali; Polish")
    (datetime.date(2026, 2, 26), ('Nepali', 'Polish'))
    """
    if isinstance(value, list | tuple | set | frozenset):
        value = ";".join(str(part) for part in value)
    if isinstance(value, float) and value.is_integer() and spec.kind is not Kind.NUMBER:
        value = int(value)  # a spreadsheet hands over a telephone number or a code as 1642000000.0
    if spec.kind is Kind.DATE and isinstance(value, int | float) and _FIRST_SERIAL <= value <= _LAST_SERIAL:
        # A workbook counts days from 1900, and a cell that lost its format shows the count.
        value = (_DAY_ZERO + dt.timedelta(days=int(value))).isoformat()
    text = "" if value is None else _clean(value)
    if text.casefold() in _UNKNOWN:
        if spec.required:
            raise CellError("is missing.", f"{spec.hint} For example: {_example(spec)}".strip())
        return spec.empty
    return _READERS[spec.kind](spec, text)


def format_cell(spec: FieldSpec, value: Any) -> str:
    """Write a value so that :func:`parse_cell` reads it back the same.

    Examples
    --------
    >>> import datetime as dt
    >>> from rosc_map.records import Asset, format_cell
    >>> specs = Asset.specs()
    >>> format_cell(specs["verified_on"], dt.date(2026, 2, 26)), format_cell(specs["languages"], ("Nepali", "Polish"))
    ('2026-02-26', 'Nepali; Polish')
    """
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return ""
    if spec.kind in (Kind.LIST, Kind.CHOICES):
        return "; ".join(value)
    if spec.kind is Kind.YES_NO:
        return "yes" if value else "no"
    if spec.kind is Kind.NUMBER:
        return f"{value:.10g}"
    return value.isoformat() if isinstance(value, dt.date) else str(value)
