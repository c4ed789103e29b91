"""Which column of a map file is which field, in a small table that people fill in and keep beside the file.

Columns ``column, value, field, becomes``. A column alone is that field; a value of a column means a code of ours; a
line without a column says what a field is in every row::

    column,value,field,becomes
    SITENAME,,name,
    KIND,Church hall,asset_type,community
    ,,cost,free
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rosc_map.errors import InputError, RowProblem, RowsRejected
from rosc_map.exchange.cells import safe_cell
from rosc_map.exchange.client_records import columns_found
from rosc_map.exchange.counts_mapping import LONGEST_SHOWN, cell_words, fold, write_mapping_lines
from rosc_map.exchange.form_columns import choice_words, squashed
from rosc_map.exchange.outside.repair import is_unknown, text_of
from rosc_map.exchange.tables_in import RawTable
from rosc_map.records import Asset, CellError, Kind
from rosc_map.records.rows import match_headers

__all__ = ["MAPPING_COLUMNS", "METRES", "ColumnMapping", "read_column_mapping", "suggest", "write_mapping"]

MAPPING_COLUMNS = ("column", "value", "field", "becomes")

METRES = ("easting", "northing")
"""Fields of a mapping that an asset does not have: a point in metres (EPSG:27700), where there is no other."""

# The import itself says these, or only whoever records it does.
_NOT_THEIRS = {"id", "listing", "listing_on", "listing_shows", "licence", "sources", "recorded_by", "recorded_on"}
_FIELDS = (*(name for name in Asset.specs() if name not in _NOT_THEIRS), *METRES)
_TYPE = "asset_type"

# Headings that such files have, squashed, beside those that every table of ours may have.
_USUAL: Mapping[str, tuple[str, ...]] = {
    "name": ("sitename", "venue", "venuename", "title", "facility", "facilityname", "assetname", "placename", "label"),
    "organisation": ("organisationname", "organizationname", "orgname", "provider", "operator", "managedby"),
    "description": ("desc", "details", "about", "summary"),
    "address": (
        *("fulladdress", "siteaddress", "streetaddress", "street", "address1", "address2", "address3", "addressline1"),
        *("addressline2", "addressline3", "addr", "addr1", "addr2", "town", "city"),
    ),
    "postcode": ("pcode", "postalcode", "postcod", "pcd", "pcds"),
    "website": ("web", "weburl", "weblink", "websiteurl", "webaddress", "homepage", "link"),
    "email": ("emailaddress", "mail"),
    "phone": ("telno", "telephoneno", "phoneno", "contactnumber"),
    "sessions": ("hours", "times", "opening"),
    # Not objectid or fid: those are counted anew each time that a file is saved.
    "external_ids": (
        *("id", "ref", "reference", "siteid", "siteref", "assetid", "uniqueid", "uid", "guid", "globalid", "uuid"),
        "uprn",
    ),
    "easting": ("eastings", "bnge", "xcoord", "x"),
    "northing": ("northings", "bngn", "ycoord", "y"),
}
_HEADINGS = {heading: name for name, headings in _USUAL.items() for heading in (name, *headings)}
_TYPE_HEADINGS = {
    "type", "category", "categories", "kind", "class", "subtype", "assettype", "facilitytype", "servicetype",
    "sitetype", "subcategory", "theme",
}  # fmt: skip
_MOST_TYPES = 200
_FEW = range(2, 21)
_NEVER_SUGGESTED = {"notes"}  # they may tell of persons: somebody has to look first


@dataclass(frozen=True)
class ColumnMapping:
    """What the columns and values of a map file mean.

    Attributes
    ----------
    columns
        By field, the columns that are that field, in order.
    values
        By column, by value as it is compared, what it means: a value by field.
    always
        By field, what it is in every row of which nothing else tells.
    """

    columns: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    always: dict[str, str] = field(default_factory=dict)

    def gives(self, name: str) -> bool:
        """Whether any line gives a field."""
        meanings = (meaning for values in self.values.values() for meaning in values.values())
        return name in self.columns or name in self.always or any(name in meaning for meaning in meanings)

    def fields(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of a row: by its values first, then by its columns, then what is always so."""
        found: dict[str, Any] = {}
        for column, values in self.values.items():
            for name, becomes in values.get(fold(cell_words(row.get(column))), {}).items():
                # Two columns may each tell of something; of a field with one value the first counts.
                several = name in found and Asset.specs()[name].kind in (Kind.CHOICES, Kind.LIST)
                found[name] = f"{found[name]}; {becomes}" if several else found.get(name, becomes)
        for name, columns in self.columns.items():
            if name not in found and (told := _joined(name, [row.get(column) for column in columns])) is not None:
                found[name] = told
        return self.always | found

    def untold(self, row: Mapping[str, Any]) -> str:
        """Return the values of a row that may tell its type, and that no line explains."""
        asked = [column for column, values in self.values.items() if any(_TYPE in found for found in values.values())]
        asked += self.columns.get(_TYPE, [])
        return "; ".join(f"{column}: {cell_words(row.get(column))[:LONGEST_SHOWN]}" for column in dict.fromkeys(asked))


def _joined(name: str, cells: list[Any]) -> Any:
    known = [cell for cell in cells if not is_unknown(cell)]
    if len(known) < 2:
        return known[0] if known else None
    texts = list(dict.fromkeys(map(text_of, known)))
    if name == "address":
        return ", ".join(texts)
    several = name in Asset.specs() and Asset.specs()[name].kind in (Kind.CHOICES, Kind.LIST)
    return "; ".join(texts) if several else known[0]


def read_column_mapping(table: RawTable, columns: Sequence[str]) -> ColumnMapping:
    """Read a mapping. Lines that are not filled in are nothing.

    Parameters
    ----------
    table
        As :func:`rosc_map.exchange.read_table` gives it.
    columns
        Of the map file.

    Raises
    ------
    InputError
        When a column of the mapping itself is not there.
    RowsRejected
        With every line that cannot be meant.
    """
    headers = {fold(header): header for header in table.headers}
    for needed in MAPPING_COLUMNS:
        if needed not in headers:
            raise InputError(
                f"{table.name} has no column {needed!r}, so it is no mapping. {columns_found(table.headers)} Name "
                "a file that is not there yet, and one is written for you to fill in."
            )
    # Of two headings that differ in case only, a line means the one that it writes as it is, else the first.
    known = {fold(column): column for column in reversed(columns)} | {column: column for column in columns}
    mapping = ColumnMapping()
    problems: list[RowProblem] = []
    for number, cells in table.rows:
        line = _Line(number, *(cell_words(cells.get(headers[name])) for name in MAPPING_COLUMNS))
        problems += line.put_into(mapping, known)
    if problems:
        raise RowsRejected(table.name, problems)
    return mapping


@dataclass(frozen=True)
class _Line:
    """One line, as it is written; ``row`` of the file."""

    row: int
    column: str
    value: str
    field: str
    becomes: str

    def put_into(self, mapping: ColumnMapping, known: Mapping[str, str]) -> Iterator[RowProblem]:
        """Put what the line means into a mapping, or give what is wrong with it."""
        if not self.field and not self.becomes:
            return
        name = fold(self.field).replace(" ", "_")
        column = known.get(self.column) or known.get(fold(self.column), "")
        if name not in _FIELDS:
            yield self._wrong("field", self.field, "is no field.", f"Choose from: {', '.join(_FIELDS)}.")
        elif self.column and not column:
            yield self._wrong("column", self.column, "is no column of the map file.", "Write it as the file has it.")
        elif self.value and not column:
            yield self._wrong("value", self.value, "is a value of no column.", "Write the column that has it.")
        elif self.becomes and (name in METRES or (column and not self.value)):
            what = "Leave it empty, or write the value of the column that means it."
            yield self._wrong("becomes", self.becomes, "has no value that becomes it.", what)
        elif column and not self.value:
            mapping.columns.setdefault(name, []).append(column)
        elif self.becomes:
            yield from self._put_value(mapping, name, column)

    def _put_value(self, mapping: ColumnMapping, name: str, column: str) -> Iterator[RowProblem]:
        meaning = mapping.values.setdefault(column, {}).setdefault(fold(self.value), {}) if column else mapping.always
        try:
            Asset.check(name, self.becomes)
        except CellError as error:
            yield self._wrong("becomes", self.becomes, error.why, error.what_to_do)
            return
        if meaning.setdefault(name, self.becomes) != self.becomes:
            why = f"means {meaning[name]!r} in a line above."
            yield self._wrong("value", self.value or self.field, why, "Keep the line that is right.")

    def _wrong(self, column: str, value: str, why: str, what: str) -> RowProblem:
        return RowProblem(self.row, column, value[:LONGEST_SHOWN], why, what)


def suggest(name: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> RawTable:
    """Return a mapping as far as the headings and values tell, with a line for all that is left to fill in.

    Parameters
    ----------
    name
        Of the map file.
    columns, rows
        What it holds.
    """
    found = _by_heading(columns, rows)
    lines = [(column, "", found.get(column, ""), "") for column in columns]
    if _TYPE not in found.values():
        known = choice_words(_TYPE)
        for column in _may_tell_type([column for column in columns if column not in found], rows):
            values = sorted(_distinct(column, rows, _MOST_TYPES))
            lines += [(column, value, _TYPE, known.get(squashed(value), "")) for value in values]
        lines.append(("", "", _TYPE, ""))
    named = (dict(zip(MAPPING_COLUMNS, line, strict=True)) for line in lines)
    return RawTable(f"the mapping for {name}", MAPPING_COLUMNS, tuple(enumerate(named, start=2)))


def _by_heading(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the field of each column whose heading tells it."""
    ours, _ = match_headers(Asset, columns)
    found: dict[str, str] = {}
    for column in columns:
        name = ours.get(column, "")
        if name == "id" or not name:
            name = _HEADINGS.get(squashed(column), "")
        is_free = name == "address" or name not in found.values()  # only an address stands in several columns
        if name in _FIELDS and name not in _NEVER_SUGGESTED and is_free and _reads(name, column, rows):
            found[column] = name
    return found


def _reads(name: str, column: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a column says what its heading tells: of ids each another, of a choice ("Type", "Status") one of ours."""
    if name == "external_ids":
        ids = [text_of(row.get(column)) for row in rows]
        return len(set(ids)) == len(ids) and not any(map(is_unknown, ids))
    spec = Asset.specs().get(name)
    if spec is None or not spec.codelist:
        return True
    values = _distinct(column, rows, _MOST_TYPES)
    try:
        for value in values:
            Asset.check(name, value)
    except CellError:
        return False
    return bool(values)


def _may_tell_type(columns: list[str], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the columns that are called a type, else those with few different words."""
    named = [column for column in columns if squashed(column) in _TYPE_HEADINGS]
    if named:
        return named
    words = {column: _distinct(column, rows, _FEW.stop) for column in columns}
    return [
        column
        for column, values in words.items()
        if len(values) in _FEW
        and 2 * len(values) <= len(rows)
        and all(any(map(str.isalpha, value)) for value in values)
    ]


def _distinct(column: str, rows: Iterable[Mapping[str, Any]], most: int) -> set[str]:
    """Return the values of a column; none where there are more than ``most``, or one is as long as a text."""
    found: dict[str, str] = {}
    for row in rows:
        text = cell_words(row.get(column))
        if is_unknown(text):
            continue
        found.setdefault(fold(text), text)
        if len(found) > most or len(text) > LONGEST_SHOWN:
            return set()
    return set(found.values())


def write_mapping(table: RawTable, path: Path) -> Path:
    """Write a suggested mapping as ``.csv``, for people to fill in.

    Raises
    ------
    InputError
        For another ending.
    FileProblem
        When there is a file of that name already, or the folder cannot be written to.
    """
    lines = ([safe_cell(cells[name]) for name in MAPPING_COLUMNS] for _, cells in table.rows)
    return write_mapping_lines(path, MAPPING_COLUMNS, lines)
