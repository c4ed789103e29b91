"""Figures of need as people have them: a CSV of OHID Fingertips or of Nomis, or any table by authority (METHODS §3.3).

Each becomes a table with the fields of ``records.Need``. What a published table holds back is left out and told; it is
never a 0.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rosc_map.errors import InputError, RowProblem, RowsRejected
from rosc_map.exchange.client_records import columns_found, squeezed
from rosc_map.exchange.counts_mapping import cell_words, fold
from rosc_map.exchange.referral_counts import Gathered, is_few, shown
from rosc_map.exchange.tables_in import RawTable
from rosc_map.gaps.rates import counts_people, is_no_count
from rosc_map.records import CellError, Need, known_period, match_headers

__all__ = ["as_needs"]

NO_COUNT = "value of the indicator (not a count)"
"""The unit of a figure of which the source gives no number of people."""

_FIELDS = tuple(Need.specs())
_REQUIRED = {name for name, spec in Need.specs().items() if spec.required}
_PEOPLE = "people"
_LICENCE = "OGL-UK-3.0"
_MOST_NAMED = 6

_FINGERTIPS = {"indicatorname", "areacode", "timeperiod"}
_NOMIS = {"geographycode", "obsvalue"}
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

_GSS = re.compile(r"[EWSNKJLM]\d{8}", re.ASCII | re.IGNORECASE)
_AUTHORITY = re.compile(r"(E0[6-9]|E10|W06|S12|N09)\d{6}", re.ASCII | re.IGNORECASE)

_NUMBER = re.compile(r"-?(\d{1,3}([ ,]\d{3})+|\d+)(\.\d+)?", re.ASCII)
_PERCENT = re.compile(r"[-\d., ]*\d ?(%|per ?cent)", re.ASCII)
_WITHHELD = re.compile(
    r"\[[a-z]{1,3}\]|\*+|#|-|–|:|\.\.?|[cxz]|n/?a|nan|null|suppressed|not (shown|available|published)"
)
_NOT_GIVEN = re.compile(r"suppress|disclos|not published|not available|missing|cannot be|not calculated")
_STANDS = {"", "a", "b", "e", "f", "i", "p", "v"}
"""Codes of the status of a figure (SDMX) by which it is one: normal, estimated, provisional and the like."""
_TOTAL = re.compile(r"(total|all|persons|value|both)\b.*")
_DIGITS = re.compile(r"\d{1,12}", re.ASCII)
_NOMIS_OTHERS = (
    *("date", "time", "geography", "obs_value", "obs_status", "obs_conf", "urn", "record_count", "record_offset"),
)

Row = tuple[int, dict[str, Any]]


@dataclass(frozen=True)
class _Line:
    """One figure as the file gives it, and the other fields; ``column`` is the heading of its cell."""

    row: int
    column: str
    cell: Any
    fields: dict[str, str]


class _File:
    """A table with its headings as they are compared, and what there is to say of its rows."""

    def __init__(self, table: RawTable) -> None:
        self.table = table
        self.headings = {squeezed(header): header for header in reversed(table.headers)}
        self.remarks = Gathered()
        self.stem = Path(table.name).stem

    def text(self, values: Mapping[str, Any], *names: str) -> str:
        """Return the first filled cell of a row under the headings of these names, as text."""
        texts = (cell_words(values.get(self.headings[name])) for name in names if name in self.headings)
        return next((text for text in texts if text), "")

    def keep(
        self, rows: Iterable[Row], test: Callable[[Mapping[str, Any]], bool], column: str, why: str, what_to_do: str
    ) -> list[Row]:
        """Return the rows that pass; of the others it is told how many were left out (``why`` has no full stop)."""
        kept = []
        for row in rows:
            if test(row[1]):
                kept.append(row)
            else:
                self.remarks.add(row[0], column, "", why, what_to_do)
        return kept

    def authorities(self, *names: str) -> list[Row]:
        """Return the rows that are for an authority, as far as a code tells; a name is looked up later."""

        def may_be(values: Mapping[str, Any]) -> bool:
            code = self.text(values, *names)
            return bool(_AUTHORITY.fullmatch(code)) or not _GSS.fullmatch(code)

        why = "is for a country, a region or another area that is no local authority, and was left out"
        return self.keep(self.table.rows, may_be, self.headings[names[0]], why, "Authorities were read.")

    def totals(self, rows: list[Row], header: str) -> tuple[list[Row], str]:
        """Return the rows of the total of a column, such as all sexes, or all rows that say one thing; and what it is.

        Raises
        ------
        InputError
            When it says several things, and not just one of them is a total.
        """
        found = self._told(rows, header)
        wanted = [text for text in found if _TOTAL.fullmatch(fold(text))] if len(found) > 1 else found
        if found and len(wanted) != 1:
            raise self._several(header, found)
        kept = next(iter(wanted), "")
        why, what = "is no total, and was left out", f"Read were the rows with {kept}."
        return self.keep(rows, lambda values: cell_words(values.get(header)) == kept, header, why, what), kept

    def refuse_several(self, rows: list[Row], header: str) -> None:
        """Refuse rows of which a column says several things."""
        found = self._told(rows, header)
        if len(found) > 1:
            raise self._several(header, found)

    def _told(self, rows: list[Row], header: str) -> list[str]:
        return list(dict.fromkeys(cell_words(values.get(header)) for _, values in rows))

    def _several(self, header: str, found: list[str]) -> InputError:
        named = ", ".join(shown(text)[:60] or "nothing" for text in found[:_MOST_NAMED])
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        return InputError(
            f"{self.table.name} holds several things in the column {header}: {named}{more}. Keep the rows of one of "
            "them, best of the total."
        )


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
        When it cannot be told which column holds the figure, or which rows are the totals, or no figure is left.
    RowsRejected
        With every cell that is no figure: a percentage, a part of a person, less than nothing, words.
    """
    matched, _ = match_headers(Need, table.headers)
    if set(matched.values()) >= _REQUIRED:
        return table
    file = _File(table)
    lines = _layout(file)(file)
    rows, problems = _read(file, lines)
    if problems:
        raise RowsRejected(table.name, problems)
    if not rows:
        raise InputError(
            f"{table.name} holds no figure for a local authority: of its {len(table.rows):,} rows none is left once "
            "other areas, parts of totals and what is not published are taken out. Check that it is by local authority."
        )
    return RawTable(table.name, _FIELDS, tuple(rows), remarks=(*table.remarks, *file.remarks.all()))


def _layout(file: _File) -> Callable[[_File], list[_Line]]:
    if file.headings.keys() >= _FINGERTIPS and {"value", "count"} & file.headings.keys():
        return _of_fingertips
    return _of_nomis if file.headings.keys() >= _NOMIS else _of_any_table


def _of_fingertips(file: _File) -> list[_Line]:
    """Read the totals of each indicator for its latest period."""
    why, what = "is of one group, such as a fifth by deprivation, and was left out", "The whole of an area was read."
    rows = file.authorities("areacode")
    rows = file.keep(rows, lambda values: not file.text(values, "category"), "Category", why, what)
    indicators: dict[str, list[Row]] = {}
    for row in rows:
        indicators.setdefault(file.text(row[1], "indicatorid", "indicatorname"), []).append(row)
    return [line for rows in indicators.values() for line in _of_indicator(file, rows)]


def _of_indicator(file: _File, rows: list[Row]) -> list[_Line]:
    for name in ("sex", "gender"):
        if name in file.headings:
            rows, kept = file.totals(rows, file.headings[name])
            if kept and not _TOTAL.fullmatch(fold(kept)):
                file.remarks.add(
                    rows[0][0], file.headings[name], kept, "is the only sex there", "Check that it is meant."
                )
    rows = _latest(file, rows)
    if "age" in file.headings:
        file.refuse_several(rows, file.headings["age"])
    is_counted = any(file.text(values, "count") for _, values in rows)
    column = file.headings.get("count" if is_counted else "value", "")
    lines = []
    for number, values in rows:
        held_back = _NOT_GIVEN.search(fold(file.text(values, "valuenote")))
        fields = {
            "area_code": file.text(values, "areacode"),
            "indicator": file.text(values, "indicatorname"),
            "period": _years_of(file.text(values, "timeperiod")),
            "unit": _PEOPLE if is_counted else NO_COUNT,
            "source": f"OHID Fingertips, indicator {file.text(values, 'indicatorid')}".removesuffix(", indicator "),
            "licence": _LICENCE,
        }
        lines.append(_Line(number, column, "" if held_back else values.get(column), fields))
    return lines


def _latest(file: _File, rows: list[Row]) -> list[Row]:
    """Return the rows of the latest period: by the number that sorts it, else by what it says."""

    def when(values: Mapping[str, Any]) -> tuple[int, int, str]:
        number, text = file.text(values, "timeperiodsortable"), file.text(values, "timeperiod")
        period = known_period(_years_of(text))
        return int(number) if _DIGITS.fullmatch(number) else 0, period.last.toordinal() if period else 0, text

    latest = max((when(values) for _, values in rows), default=(0, 0, ""))
    why = f"is of an earlier period than {latest[2]}, and was left out"
    return file.keep(
        rows, lambda values: when(values) == latest, file.headings["timeperiod"], why, "The latest was read."
    )


def _years_of(text: str) -> str:
    """Return a period of several years in words: "2020 - 22" is three years there, and "2020/21 - 22/23" too."""
    if years := re.fullmatch(r"(\d\d)(\d\d) - (\d\d)", text, re.ASCII):
        century = int(years[1]) + (years[3] < years[2])
        return f"{years[1]}{years[2]} to {century}{years[3]}"
    if years := re.fullmatch(r"(\d\d)(\d\d/\d\d) - (\d\d/\d\d)", text, re.ASCII):
        return f"{years[1]}{years[2]} to {years[1]}{years[3]}"
    return text


def _of_nomis(file: _File) -> list[_Line]:
    """Read the totals; what else a file is about, such as an age, becomes a part of the indicator's name."""
    _tell_if_cut(file)
    rows = file.authorities("geographycode")
    about, unit = [], _PEOPLE
    for part, header in _nomis_parts(file.table.headers).items():
        rows, kept = file.totals(rows, header)
        is_named = header.casefold().endswith("name") and bool(kept) and not _TOTAL.fullmatch(fold(kept))
        about += [kept] if is_named else []
        # "measures" says what the figure is: the value itself, or a per cent, a rate, its confidence.
        unit = kept if is_named and (part == "measures" or is_no_count(kept)) else unit
    fields = {
        "indicator": f"{file.stem} ({', '.join(about)})" if about else file.stem,
        "unit": unit,
        "source": "Nomis (ONS)",
        "licence": _LICENCE,
    }
    return [
        _Line(
            row,
            file.headings["obsvalue"],
            values.get(file.headings["obsvalue"]) if _nomis_stands(file, values) else "suppressed",
            {
                "area_code": file.text(values, "geographycode"),
                "period": file.text(values, "datename", "date", "time"),
                **fields,
            },
        )
        for row, values in rows
    ]


def _nomis_parts(headers: Iterable[str]) -> dict[str, str]:
    """Return the column of each thing that figures are split by: that with its names, else that with its codes."""
    parts: dict[str, list[str]] = {}
    for header in headers:
        words = header.strip().casefold()
        part = words.removesuffix("_name").removesuffix("_code")
        if part not in _NOMIS_OTHERS and not words.endswith(("_type", "_typecode", "_sortorder")):
            parts.setdefault(part, []).append(header)
    return {part: max(found, key=lambda header: header.casefold().endswith("name")) for part, found in parts.items()}


def _tell_if_cut(file: _File) -> None:
    """Tell when the file says that there are more rows than it has: Nomis gives 25,000 at a time."""
    rows = file.table.rows
    there_are = file.text(rows[0][1], "recordcount") if rows else ""
    if _DIGITS.fullmatch(there_are) and int(there_are) > len(rows):
        why = f"is how many rows there are, and this file has {len(rows):,} of them"
        file.remarks.add(rows[0][0], file.headings["recordcount"], there_are, why, "Ask for fewer areas at a time.")


def _nomis_stands(file: _File, values: Mapping[str, Any]) -> bool:
    code, words = fold(file.text(values, "obsstatus")), fold(file.text(values, "obsstatusname"))
    return code in _STANDS and not _NOT_GIVEN.search(words)


def _of_any_table(file: _File) -> list[_Line]:
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
        fields["unit"] = fields["unit"] or (NO_COUNT if is_no_count(f"{column} {fields['indicator']}") else _PEOPLE)
        lines.append(_Line(number, column, values.get(column), fields))
    return lines


def _area_names(file: _File) -> list[str]:
    """Return the headings of areas; of districts before counties, which may stand beside them, and a code first."""
    dated = sorted(filter(_DATED_AREA.fullmatch, file.headings), key=lambda name: (name[:1] != "l", name))
    return [*dated, *(name for name in _WORDS["area_code"] if name in file.headings)]


def _value_column(file: _File, areas: Iterable[str]) -> str:
    known = [name for name in _WORDS["value"] if name in file.headings]
    others = file.headings.keys() - {word for words in _WORDS.values() for word in words} - set(areas)
    found = known[:1] if known[:1] == ["value"] else known
    for name in [] if known else sorted(others):
        texts = (file.text(values, name) for _, values in file.table.rows)
        found += [name] if any(_NUMBER.fullmatch(text) or _PERCENT.fullmatch(text) for text in texts) else []
    if len(found) == 1:
        return file.headings[found[0]]
    which = "no column with figures" if not found else f"{len(found)} columns that may be the figure"
    raise InputError(
        f"{file.table.name} has {which}. Name the one that is meant value, and put a figure of one period and "
        f"indicator in each row. {columns_found(file.table.headers)}"
    )


def _read(file: _File, lines: Iterable[_Line]) -> tuple[list[Row], list[RowProblem]]:
    """Return the rows with their figures, and what is wrong."""
    rows: list[Row] = []
    problems: list[RowProblem] = []
    broken: list[_Line] = []
    first: dict[tuple[str, ...], tuple[int, str]] = {}
    for line in lines:
        try:
            figure = _figure(line.cell)
        except CellError as error:
            problems.append(_problem(line, error.why, error.what_to_do))
            continue
        if not figure:
            why, what = "is not told, and was left out", "It is not known, so that it is no 0."
            file.remarks.add(line.row, line.column, cell_words(line.cell), why, what)
            continue
        if "." in figure and counts_people(line.fields["unit"]):
            broken.append(line)
        key = tuple(fold(line.fields.get(name, "")) for name in ("area_code", "indicator", "period"))
        earlier, same = first.setdefault(key, (line.row, figure))
        if figure != same:
            why = f"differs from row {earlier}, which is of the same area, indicator and period."
            what = "Keep the right one; of figures by sex or age, the total."
            problems.append(_problem(line, why, what))
        elif earlier == line.row:
            rows.append((line.row, dict.fromkeys(_FIELDS, "") | line.fields | {"value": figure}))
    highest = max((float(values["value"]) for _, values in rows), default=0.0)
    problems += [_broken(line, highest) for line in broken]
    return rows, sorted(problems, key=lambda problem: problem.row)


def _figure(cell: Any) -> str:
    """Return a figure as plain digits; "" where it is held back or not known, which is never 0.

    Raises
    ------
    CellError
        When it is something else.
    """
    text = fold(cell_words(cell))
    if not text or _WITHHELD.fullmatch(text) or is_few(text):
        return ""
    if _PERCENT.fullmatch(text):
        raise CellError("is a percentage.", "Give the number of people; Fingertips has it in the column Count.")
    if not _NUMBER.fullmatch(text):
        raise CellError(
            "is not a number.", "Write digits only, for example 1240, or leave it empty if it is not known."
        )
    if text.startswith("-"):
        raise CellError("is below 0.", "Give the number of people, 0 or more.")
    whole, _, part = re.sub("[ ,]", "", text).partition(".")
    return f"{whole}.{part}" if part.strip("0") else whole


def _broken(line: _Line, highest: float) -> RowProblem:
    """Refuse a part of a person."""
    if highest <= 100:
        why = "is not a whole number of people, and no figure is above 100: these look like percentages."
        return _problem(line, why, "Give the number of people; Fingertips has it in the column Count.")
    what = "Give whole numbers, or say in a column unit what is measured."
    return _problem(line, "is not a whole number of people.", what)


def _problem(line: _Line, why: str, what_to_do: str) -> RowProblem:
    return RowProblem(line.row, line.column, shown(cell_words(line.cell)), why, what_to_do)
