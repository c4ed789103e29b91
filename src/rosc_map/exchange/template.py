"""Empty tables to fill in, made from the declarations of a record: CSV, Excel, and an XLSForm for a phone."""

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rosc_map.errors import InputError, RowProblem
from rosc_map.exchange.cells import safe_cell
from rosc_map.exchange.questions import example_row, refuse_to_replace
from rosc_map.exchange.read_table import RawTable
from rosc_map.exchange.template_xlsx import xlsx_template
from rosc_map.exchange.write_table import write_atomic
from rosc_map.exchange.xlsform import xlsform
from rosc_map.records import Asset, CellError, Record, match_headers, parse_cell

__all__ = ["without_example", "write_template"]

# What no real record says: other examples, such as a town or a year, may well be somebody's own.
_MADE_UP = re.compile(r"example|01632 960", re.IGNORECASE)


def write_template(path: Path, record: type[Record] = Asset) -> Path:
    """Write a template for one kind of record.

    Parameters
    ----------
    path
        A name that ends in ``.csv`` (a header and an example row, UTF-8 with its mark), ``.xlsx`` (a workbook with
        drop-downs and help in each column), or ``.xlsform.xlsx`` (a form for KoboToolbox and ODK Collect).
    record
        The kind of record that a row is.

    Returns
    -------
    pathlib.Path
        ``path``, for the next step.

    Raises
    ------
    InputError
        For another ending.
    FileProblem
        When there is a file of that name already, which may be filled in, or the folder cannot be written to.
    """
    make = _maker(path)
    refuse_to_replace(path)
    return write_atomic(path, make(record))


def _maker(path: Path) -> Callable[[type[Record]], bytes]:
    # The longer ending first: an .xlsform.xlsx is an .xlsx too.
    makers = {".xlsform.xlsx": xlsform, ".xlsx": xlsx_template, ".csv": _csv_template}
    for ending, make in makers.items():
        if path.name.lower().endswith(ending):
            return make
    raise InputError(
        f"{path.name}: choose a name that ends in .csv, .xlsx, or .xlsform.xlsx (for KoboToolbox and ODK Collect)."
    )


def _csv_template(record: type[Record]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    row = example_row(record)
    writer.writerow(row)
    writer.writerow([safe_cell(value) for value in row.values()])
    return out.getvalue().encode("utf-8-sig")


def without_example(table: RawTable, record: type[Record]) -> tuple[RawTable, list[RowProblem]]:
    """Pass over the template's example row where somebody left it in, and say where only a part of it was left.

    Parameters
    ----------
    table
        A filled-in template, or any other table.
    record
        The kind of record that a row is.

    Returns
    -------
    table, warnings
        The other rows; and where an example was passed over, or a text of it stands in a row of somebody's own.
    """
    matched, _ = match_headers(record, table.headers)
    example = _read(record, example_row(record))
    rows, left = [], []
    for number, values in table.rows:
        given = _read(record, {name: values.get(header) for header, name in matched.items()})
        if given == example:
            what = "It was passed over."
            left.append(RowProblem(number, "", "", "is the example row of the template.", what))
            continue
        rows.append((number, values))
        for header, name in matched.items():
            made_up = _MADE_UP.search(str(given.get(name, "")))
            if made_up and given[name] == example.get(name):
                why, what = "is the example of the template.", "If it was left in by mistake, put it right."
                left.append(RowProblem(number, header, str(values[header]), why, what))
    return replace(table, rows=tuple(rows)), left


def _read(record: type[Record], cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells that hold something, as values: Excel hands over dates and numbers, and a CSV their text."""
    found = {}
    for name, cell in cells.items():
        spec = record.specs()[name]
        try:
            value = parse_cell(replace(spec, required=False), cell)
        except CellError:
            value = cell
        if value != spec.empty:
            found[name] = value
    return found
