"""Which column of a form server's export is which field: behind groups, a column for each choice, parts of a point."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from rosc_map.errors import InputError
from rosc_map.exchange.tables_in import RawTable
from rosc_map.records import Kind, Record, codelist, squash

__all__ = ["Columns", "choice_words", "find_columns", "squashed"]

# Questions that a form asks of the phone, not of a person, and what the servers keep under "meta".
_OF_THE_PHONE = {
    "start", "end", "today", "username", "deviceid", "subscriberid", "simserial", "phonenumber", "email_account",
    "audit", "device_id",
}  # fmt: skip
_SEPARATORS = re.compile(r"[/.:|>-]")
_META = re.compile(r"(meta|formhub)\W")
_POINT_PART = re.compile(r"_.+_(latitude|longitude|altitude|precision)")
_POINT_PART_OF_ODK = re.compile(r".+-(Latitude|Longitude|Altitude|Accuracy)")


@dataclass
class Columns:
    """What each header is.

    Attributes
    ----------
    fields
        Header by field.
    choices
        Header by code, by field: a column for each choice, with 1 or 0.
    point
        Header of latitude and longitude of the one point.
    raw_point
        Header of the cell that has both.
    others
        Headers that no field answers to.
    """

    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    point: dict[str, str] = field(default_factory=dict)
    raw_point: str = ""
    others: list[str] = field(default_factory=list)


def squashed(text: str) -> str:
    """Return a header or choice as it is compared: only letters and digits."""
    return squash(text).replace(" ", "")


@cache
def choice_words(name: str) -> Mapping[str, str]:
    """Return each code of a codelist by how a form shows it, squashed: as code, as label, and with its meaning."""
    words: dict[str, str] = {}
    for code in codelist(name).values():
        for shown in (code.code, code.label, f"{code.label}. {code.definition}"):
            words.setdefault(squashed(shown), code.code)
    return words


def find_columns(table: RawTable, record: type[Record], added: frozenset[str], separators: tuple[str, ...]) -> Columns:
    """Find the columns of a record in the export of a form server.

    Parameters
    ----------
    table
        The export.
    record
        What its rows are.
    added
        Columns that the server adds of itself; they are left out.
    separators
        What may stand between a group and a question; the one that makes most headers a field is taken.

    Raises
    ------
    InputError
        When two questions can be the same field.
    """
    headers = [header for header in table.headers if header not in added and not _META.match(header)]
    names = max((_Names(record, separator) for separator in separators), key=lambda names: names.known(headers))
    columns = Columns()
    paths: dict[str, list[str]] = {}
    for header in headers:
        for name, path in names.place(header, columns):
            paths.setdefault(name, []).append(path)
    for name, found in paths.items():
        if len(set(found)) > 1:
            raise InputError(
                f"{table.name} has more than one column that can be {name!r}: {', '.join(dict.fromkeys(found))}. "
                "Delete or rename those that are not meant."
            )
    return columns


class _Names:
    """The names and labels of a record's fields, found behind the groups of a path."""

    def __init__(self, record: type[Record], separator: str) -> None:
        self._separator = separator
        self._specs = record.specs()
        self._fields = {squashed(spec.label): name for name, spec in self._specs.items()}
        self._fields |= {squashed(name): name for name in self._specs}
        several = {name: spec.codelist for name, spec in self._specs.items() if spec.kind is Kind.CHOICES}
        self._codes = {name: choice_words(codes) for name, codes in several.items()}

    def known(self, headers: list[str]) -> int:
        """Return how many headers are a field."""
        return sum(bool(self._field(header)) for header in headers)

    def _leaves(self, header: str) -> Iterator[str]:
        parts = header.split(self._separator)
        return (self._separator.join(parts[first:]) for first in range(len(parts)))

    def _field(self, header: str) -> str:
        found = (self._fields.get(squashed(leaf)) for leaf in self._leaves(header))
        return next(filter(None, found), "")

    def _choice(self, header: str) -> tuple[str, str, str]:
        """Return the field, the code and the path of the question, of a column for one choice."""
        for separator in dict.fromkeys(("/", self._separator)):
            parts = header.split(separator)
            for split in range(1, len(parts)):
                path = separator.join(parts[:split])
                name = self._field(path)
                code = self._codes.get(name, {}).get(squashed(separator.join(parts[split:])))
                if code:
                    return name, code, path
        return "", "", ""

    def _point(self, header: str) -> tuple[str, str]:
        """Return the axis and the path of the question, of a column for one part of a point."""
        found = _POINT_PART_OF_ODK.fullmatch(header) if self._separator == "-" else None
        found = found or next(filter(None, map(_POINT_PART.fullmatch, self._leaves(header))), None)
        return (found[1].lower(), header[: -len(found[1]) - 1]) if found else ("", "")

    def place(self, header: str, columns: Columns) -> Iterator[tuple[str, str]]:
        """Put a header where it belongs; gives the field and the path of its question, which should be the only one."""
        axis, point = self._point(header)
        name, code, path = self._choice(header)
        if axis:
            if axis in self._specs:
                columns.point[axis] = header
                yield "latitude and longitude", point
        elif code:
            columns.choices.setdefault(name, {})[code] = header
            yield name, path
        elif found := self._field(header):
            columns.fields[found] = header
            yield found, header
        elif _SEPARATORS.split(header)[-1] not in _OF_THE_PHONE:
            columns.others.append(header)
