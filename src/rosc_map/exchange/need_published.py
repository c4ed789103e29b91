"""Figures of need as they are published: the CSV of OHID Fingertips, and that of the Nomis API (METHODS §3.3).

What a published table holds back is left out and told; it is never a 0.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rosc_map.exchange.counts_mapping import fold
from rosc_map.exchange.need_rows import TOTAL, NeedFile, NeedLine, Row
from rosc_map.gaps.rates import is_no_count
from rosc_map.records import known_period

__all__ = ["NO_COUNT", "PEOPLE", "fingertips", "is_fingertips", "is_nomis", "nomis"]

PEOPLE = "people"
NO_COUNT = "value of the indicator (not a count)"
"""The unit of a figure of which the source gives no number of people."""

_LICENCE = "OGL-UK-3.0"
_FINGERTIPS = {"indicatorname", "areacode", "timeperiod"}
_NOMIS = {"geographycode", "obsvalue"}
_NOT_GIVEN = re.compile(r"suppress|disclos|not published|not available|missing|cannot be|not calculated")
_STANDS = {"", "a", "b", "e", "f", "i", "p", "v"}
"""Codes of the status of a figure (SDMX) by which it is one: normal, estimated, provisional and the like."""
_DIGITS = re.compile(r"\d{1,12}", re.ASCII)
_NOMIS_OTHERS = (
    *("date", "time", "geography", "obs_value", "obs_status", "obs_conf", "urn", "record_count", "record_offset"),
)


def is_fingertips(file: NeedFile) -> bool:
    """Whether the headings are those of OHID Fingertips."""
    return file.headings.keys() >= _FINGERTIPS and bool({"value", "count"} & file.headings.keys())


def is_nomis(file: NeedFile) -> bool:
    """Whether the headings are those of the Nomis API."""
    return file.headings.keys() >= _NOMIS


def fingertips(file: NeedFile) -> list[NeedLine]:
    """Read the totals of each indicator for its latest period."""
    why, what = "is of one group, such as a fifth by deprivation, and was left out", "The whole of an area was read."
    rows = file.authorities("areacode")
    rows = file.keep(
        rows, lambda values: not file.text(values, "category"), file.headings.get("category", ""), why, what
    )
    indicators: dict[str, list[Row]] = {}
    for row in rows:
        indicators.setdefault(file.text(row[1], "indicatorid", "indicatorname"), []).append(row)
    return [line for rows in indicators.values() for line in _of_indicator(file, rows)]


def _of_indicator(file: NeedFile, rows: list[Row]) -> list[NeedLine]:
    for name in ("sex", "gender"):
        if name in file.headings:
            rows, kept = file.totals(rows, file.headings[name])
            if kept and not TOTAL.fullmatch(fold(kept)):
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
            "unit": PEOPLE if is_counted else NO_COUNT,
            "source": f"OHID Fingertips, indicator {file.text(values, 'indicatorid')}".removesuffix(", indicator "),
            "licence": _LICENCE,
        }
        lines.append(NeedLine(number, column, "" if held_back else values.get(column), fields))
    return lines


def _latest(file: NeedFile, rows: list[Row]) -> list[Row]:
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


def nomis(file: NeedFile) -> list[NeedLine]:
    """Read the totals; what else a file is about, such as an age, becomes a part of the indicator's name."""
    _tell_if_cut(file)
    rows = file.authorities("geographycode")
    about, unit = [], PEOPLE
    for part, header in _nomis_parts(file.table.headers).items():
        rows, kept = file.totals(rows, header)
        is_named = header.casefold().endswith("name") and bool(kept) and not TOTAL.fullmatch(fold(kept))
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
        NeedLine(
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


def _tell_if_cut(file: NeedFile) -> None:
    """Tell when the file says that there are more rows than it has: Nomis gives 25,000 at a time."""
    rows = file.table.rows
    there_are = file.text(rows[0][1], "recordcount") if rows else ""
    if _DIGITS.fullmatch(there_are) and int(there_are) > len(rows):
        why = f"is how many rows there are, and this file has {len(rows):,} of them"
        file.remarks.add(rows[0][0], file.headings["recordcount"], there_are, why, "Ask for fewer areas at a time.")


def _nomis_stands(file: NeedFile, values: Mapping[str, Any]) -> bool:
    code, words = fold(file.text(values, "obsstatus")), fold(file.text(values, "obsstatusname"))
    return code in _STANDS and not _NOT_GIVEN.search(words)
