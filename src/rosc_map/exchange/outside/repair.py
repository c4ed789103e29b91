"""Making what others wrote fit the fields of an asset: what is put right or left out is noted, never silent."""

import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import unescape
from typing import Any

from rosc_map.errors import RowProblem
from rosc_map.exchange.outside.personal import is_personal_email, open_link, without_passwords
from rosc_map.records import Asset, CellError, Kind

__all__ = ["Notes", "Said", "is_unknown", "one_word", "plain_text", "text_of", "web_address"]

_UNKNOWN = ("", "n/a", "na", "null", "none", "-")
_LONGEST_UNKNOWN = max(map(len, _UNKNOWN))
_BLOCKS = frozenset({"p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6"})
_SILENT = frozenset({"script", "style", "template", "head"})
_LOOKS_LIKE_HTML = re.compile(r"<[a-zA-Z/!]|&[a-zA-Z#]")
# A tag never runs past the next "<", so that each letter is looked at once, whatever was left open.
_TAG = re.compile(
    r"<!--(?:.*?-->|.*)"
    r"|<(?P<closes>/?)(?P<name>[a-zA-Z][^\s<>/]*+)(?:[^<>\"']*+(?:\"[^<\"]*+\"|'[^<']*+')?+)*+>"
    r"|<[a-zA-Z/!?][^<>]*+>",
    re.DOTALL,
)
# Thousands of rows say the same few values in these, and reading one takes longer than in other kinds.
_OFTEN_THE_SAME = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.LIST, Kind.DATE, Kind.SESSIONS, Kind.YES_NO})
# A cell drops these as well; here it is before anybody looks for words, which they could part.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_SHOWN = 200  # characters of a value that a note repeats
_SHORTENED = "is too long, and was cut."
_PARTS_A_LIST = re.compile(r"[;|\s]+")
_LINKS = frozenset({"website", "source_url"})
_TOLD = frozenset({"description", "referral_route"})
_REACHES_A_PERSON = frozenset({"email", "phone"})  # what is wrong with them is said without them


class Notes:
    """What there is to say of the rows, as it is found."""

    def __init__(self) -> None:
        self._found: dict[RowProblem, None] = {}

    def add(self, row: int, column: str, value: object, why: str, what_to_do: str = "Check it.") -> None:
        """Note something of a value, which is repeated in short."""
        self._found.setdefault(RowProblem(row, column, str(value)[:_SHOWN], why, what_to_do))

    @property
    def all(self) -> tuple[RowProblem, ...]:
        """The notes, in order, each once."""
        return tuple(self._found)


class Said:
    """The fields of one row, gathered: each value is checked as its field takes it, or left out with a note.

    Parameters
    ----------
    row
        Its place in the list.
    notes
        Where to say what did not fit.
    """

    def __init__(self, row: int, notes: Notes) -> None:
        self.row, self.notes = row, notes
        self.values: dict[str, Any] = {}

    def put(self, field: str, value: Any) -> None:
        """Take a value for a field, unless it is unknown; what does not fit is noted and left out."""
        if isinstance(value, list | tuple):
            value = tuple(dict.fromkeys(part for part in map(text_of, value) if not is_unknown(part)))
        elif isinstance(value, str):
            value = self._public(field, text_of(value))
        if is_unknown(value):
            return
        spec = Asset.specs()[field]
        if isinstance(value, str) and len(value) > spec.longest:
            self.note(field, value, _SHORTENED)
            value = f"{value[: spec.longest - 1].rstrip()}…"
        try:
            often = spec.kind in _OFTEN_THE_SAME and isinstance(value, str | tuple)
            self.values[field] = _checked(field, value) if often else Asset.check(field, value)
        except CellError as error:
            self.note(field, "" if field in _REACHES_A_PERSON else value, error.why)

    def _public(self, field: str, text: str) -> str:
        """Return a text without what is of a person, or lets anybody into a room online."""
        if field in _LINKS:
            return open_link(text)
        if field in _TOLD and (kept := without_passwords(text)) != text:
            self.note(field, "", "has a line with a password or the number of a meeting online.", "It was left out.")
            return kept
        if field == "email" and is_personal_email(text, self.known):
            self.note(field, "", "looks like that of a person.", "It was left out: ask for one of the service.")
            return ""
        return text

    @property
    def known(self) -> str:
        """The names of the asset and of who runs it, as far as they were put."""
        return f"{self.values.get('name', '')} {self.values.get('organisation', '')}"

    def note(self, field: str, value: object, why: str, what_to_do: str = "It was left out: check it.") -> None:
        """Note something of this row."""
        self.notes.add(self.row, field, value, why, what_to_do)

    def point(self, latitude: object, longitude: object) -> None:
        """Take a point (degrees, EPSG:4326) if it lies in or near the UK; 0, 0 and nothing are no point."""
        numbers = [_number(value) for value in (latitude, longitude)]
        if None in numbers or numbers == [0.0, 0.0]:
            return
        point = dict(zip(("latitude", "longitude"), numbers, strict=True))
        try:
            self.values |= {field: Asset.check(field, number) for field, number in point.items()}
        except CellError:
            self.note("latitude", f"{latitude}, {longitude}", "is not in the UK.")

    def choices(self, field: str, words: Iterable[object], meaning: Mapping[str, str]) -> None:
        """Take the words of a list elsewhere as codes of ours.

        Parameters
        ----------
        field
            A field of one or more choices.
        words
            As the list has them, in any case.
        meaning
            Our code by their word, in small letters; "" where theirs is known and ours has nothing for it.
        """
        found = []
        for word in words:
            text = text_of(word)
            if is_unknown(text):
                continue
            code = meaning.get(text.casefold())
            if code is None:
                self.note(field, text, "is no word of ours.", "It was left out: add what it means by hand.")
            elif code:
                found.append(code)
        if found:
            self.put(field, found)


@lru_cache(maxsize=4096)
def _checked(field: str, value: str | tuple[str, ...]) -> Any:
    return Asset.check(field, value)


def is_unknown(value: object) -> bool:
    """Whether a value says nothing: empty, null, "n/a" and the like, an empty list."""
    if isinstance(value, str):
        text = value.strip()
        return len(text) <= _LONGEST_UNKNOWN and text.casefold() in _UNKNOWN
    if value is None or value == [] or value == ():
        return True
    return isinstance(value, float) and not math.isfinite(value)


def text_of(value: object) -> str:
    """Return a text or number as one plain text; "" for anything else, so that nothing nested is taken for words."""
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def one_word(text: str) -> str:
    """Return a text without what parts a list of ours (line breaks, ";" and "|")."""
    return _PARTS_A_LIST.sub(" ", text).strip()


def plain_text(text: str) -> str:
    """Return HTML as plain text: blocks on lines of their own, no tags, no scripts, entities as their letters.

    Letters that nobody sees, such as control characters, are dropped.
    """
    if ("<" in text or "&" in text) and _LOOKS_LIKE_HTML.search(text):
        lines = (" ".join(line.split()) for line in _without_tags(text).split("\n"))
        text = "\n".join(line for line in lines if line)
    return (text if text.isprintable() else _UNSEEN.sub("", text)).strip()


def web_address(value: object) -> str:
    """Return an address of the web as a record takes it, which lets nobody in; "" for what is none (javascript:)."""
    text = open_link(text_of(value))
    try:
        return str(Asset.check("website", text)) if text else ""
    except CellError:
        return ""


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _without_tags(text: str) -> str:
    """Return the words between the tags, in one pass: Python's own parser takes minutes over a page of "<a <a <a"."""
    kept, done, silent = [], 0, ""
    for tag in _TAG.finditer(text):
        if not silent:
            kept.append(_letters(text[done : tag.start()]))
        done = tag.end()
        name = (tag["name"] or "").lower()
        if silent:
            silent = "" if name == silent and tag["closes"] else silent
        elif name in _SILENT and not tag["closes"] and not tag[0].endswith("/>"):
            silent = name
        elif name in _BLOCKS:
            kept.append("\n")
    if not silent:
        kept.append(_letters(text[done:]))
    return "".join(kept)


def _letters(text: str) -> str:
    try:
        return unescape(text) if "&" in text else text
    except ValueError:
        return text  # an entity of thousands of digits is no letter
