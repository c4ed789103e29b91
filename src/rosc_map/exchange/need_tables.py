"""Tables of need as people have them: published ones, or any table by authority (METHODS §3.3).

Each becomes a table with the fields of ``records.Need``.
"""

import re
from collections.abc import Callable, Iterable

from rosc_map.errors import InputError, RowsRejected
from rosc_map.exchange.client_records import columns_found, squeezed
from rosc_map.exchange.need_published import NO_COUNT, PEOPLE, fingertips, is_fingertips, is_nomis, nomis
from rosc_map.exchange.need_rows import NUMBER, PERCENT, NeedFile, NeedLine, read_figures
from rosc_map.exchange.tables_in import RawTable
from rosc_map.gaps.rates import is_no_count
from rosc_map.records import Need, counted, match_headers

__all__ = ["as_needs"]

_FIELDS = tuple(Need.specs())
_REQUIRED = {name for name, spec in Need.specs().items() if spec.required}
_WORDS = {
    "area_code": (
        *("areacode", "gsscode", "gss", "onscode", "localauthoritycode", "authoritycode", "lacode", "utlacode"),
        *("ltlacode", "code", "area", "areaname", "localauthority", "localauthorityname", "authority", "authorityname"),
        *("council", "county", "district", "laname", "name"),
    ),
    "indicator": ("indicator", "indicatorname", "whatiscounted"),
    "period": ("period", "timeperiod", "year", "financialyear", "date"),
    "value": ("value", "figure", "count", "number", "people", "persons", "population", "total"),
    "unit": ("unit", "units"),
    "source": ("source", "publisher"),
    "source_url": ("sourceurl", "url", "link", "pageitisfrom"),
    "licence": ("licence", "license", "licenceofthesource"),
}
"""What a heading may be, without case, spaces and marks; of areas a code is better than a name."""
_DATED_AREA = re.compile(r"(lad|ltla|la|ctyua|utla|cty)\d\d(cd|nm)")
_PLAIN = {*_WORDS["value"], "obsvalue"}


def as_needs(table: RawTable) -> RawTable:
    """Return a table of figures as one with the headings of ``records.Need``.

    Known, whatever the case of their headings, are the CSV of OHID Fingertips, the CSV of the Nomis API, and any table
    with a column for the authority (name or code) and one for the figure. A table that has all that a ``Need`` requires
    comes back as it is.

    Parameters
    ----------
    table
        As :func:`rosc_map.exchange.read_table` gives it.

    Returns
    -------
    RawTable
        With the same row numbers; ``remarks`` tell what was left out. What is still missing, such as the source, is
        "", which the record refuses by its own rules.

    Raises
    ------
    InputError
        When it cannot be told which column holds the figure, or which rows are the totals, or no figure is left; of a
        workbook it says too that only its first sheet was read.
    RowsRejected
        With every cell that is no figure: a percentage, a part of a person, less than nothing, words.
    """
    matched, _ = match_headers(Need, table.headers)
    if set(matched.values()) >= _REQUIRED:
        return table
    file = NeedFile(table)
    try:
        rows, problems = read_figures(file, _layout(file)(file))
        if not rows and not problems:
            raise _nothing_left(table)
    except InputError as error:
        if not table.name.lower().endswith(".xlsx"):
            raise
        # The table that is meant may stand on another sheet.
        raise InputError(f"{error} Only its first sheet was read.") from None
    if problems:
        raise RowsRejected(table.name, problems)
    return RawTable(table.name, _FIELDS, tuple(rows), remarks=(*table.remarks, *file.remarks.all()))


def _nothing_left(table: RawTable) -> InputError:
    if not table.rows:
        return InputError(f"{table.name} has no row that is filled in.")
    return InputError(
        f"{table.name} holds no figure for a local authority: of its {counted(len(table.rows), 'row')} none is left "
        "once other areas, parts of totals and what is not published are taken out. Check that it is by local "
        "authority."
    )


def _layout(file: NeedFile) -> Callable[[NeedFile], list[NeedLine]]:
    if is_fingertips(file):
        return fingertips
    return nomis if is_nomis(file) else _of_any_table


def _of_any_table(file: NeedFile) -> list[NeedLine]:
    """Read a table of somebody's own: an authority and a figure in each row."""
    areas = _area_names(file)
    if not areas:
        raise InputError(
            f"{file.table.name} has no column for the authority. Name one of them area code, or local authority. "
            f"{columns_found(file.table.headers)}"
        )
    column = _value_column(file, areas)
    plain = squeezed(column) in _PLAIN
    lines = []
    for number, values in file.authorities(*areas):
        fields = {
            name: file.text(values, *words) for name, words in _WORDS.items() if name not in ("area_code", "value")
        }
        fields["area_code"] = file.text(values, *areas)
        fields["indicator"] = fields["indicator"] or (file.stem if plain else column)
        fields["unit"] = fields["unit"] or (NO_COUNT if is_no_count(f"{column} {fields['indicator']}") else PEOPLE)
        lines.append(NeedLine(number, column, values.get(column), fields, own=True))
    return lines


def _area_names(file: NeedFile) -> list[str]:
    """Return the headings of areas; of districts before counties, which may stand beside them, and a code first."""
    dated = sorted(filter(_DATED_AREA.fullmatch, file.headings), key=lambda name: (name[:1] != "l", name))
    return [*dated, *(name for name in _WORDS["area_code"] if name in file.headings)]


def _value_column(file: NeedFile, areas: Iterable[str]) -> str:
    known = [name for name in _WORDS["value"] if name in file.headings]
    others = file.headings.keys() - {word for words in _WORDS.values() for word in words} - set(areas)
    found = known[:1] if known[:1] == ["value"] else known
    for name in [] if known else sorted(others):
        texts = (file.text(values, name) for _, values in file.table.rows)
        found += [name] if any(NUMBER.fullmatch(text) or PERCENT.fullmatch(text) for text in texts) else []
    if len(found) == 1:
        return file.headings[found[0]]
    which = "no column with figures" if not found else f"{len(found)} columns that may be the figure"
    raise InputError(
        f"{file.table.name} has {which}. Name the one that is meant value, and put a figure of one period and "
        f"indicator in each row. {columns_found(file.table.headers)}"
    )
