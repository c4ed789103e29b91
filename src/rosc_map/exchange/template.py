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
from rosc_map.exchange.tables_in import RawTable
from rosc_map.records import Asset, CellError, Record, match_headers, parse_cell
from rosc_map.whole_file import write_atomic

__all__ = ["without_example", "write_template"]

# What no real record says: other examples, such as a town or a year, may well be somebody's own.
_A_ROW_LEFT = 2  # one such text may be chance; two are a row that was typed over
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
    # Loaded here: what writes a workbook takes long to load, and whoever takes in a filled-in table writes none.
    from rosc_map.exchange.template_xlsx import xlsx_template
    from rosc_map.exchange.xlsform import xlsform

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


def without_example(table: RawTable, record: type[Record]) -> tuple[RawTable, list[RowProblem], list[RowProblem]]:
    """Pass over the template's example row where somebody left it in; a row typed over only a part of it is refused.

    What is left of the example would say of somebody's own group what nobody has said of it.

    Parameters
    ----------
    table
        A filled-in template, or any other table.
    record
        The kind of record that a row is.

    Returns
    -------
    table, remarks, problems
        The other rows; where an example was passed over, or one text of it stands; and each row with more of it.
    """
    matched, _ = match_headers(record, table.headers)
    example = _read(record, example_row(record))
    rows: list[tuple[int, dict[str, Any]]] = []
    remarks: list[RowProblem] = []
    problems: list[RowProblem] = []
    for number, values in table.rows:
        given = _read(record, {name: values.get(header) for header, name in matched.items()})
        if given == example:
            why = "is the example row of the template."
            remarks.append(RowProblem(number, "", "", why, "It was passed over."))
            continue
        left = {header: name for header, name in matched.items() if name in given and given[name] == example.get(name)}
        made_up = [header for header, name in left.items() if _MADE_UP.search(str(given[name]))]
        if len(made_up) < _A_ROW_LEFT:
            rows.append((number, values))
        if made_up:
            others = ", ".join(header for header in left if header != made_up[0])
            why = "is the example of the template." + (f" So may be: {others}." if others else "")
            what = "Empty these cells, or write what is true of yours."
            said = RowProblem(number, made_up[0], str(values[made_up[0]]), why, what)
            (remarks if len(made_up) < _A_ROW_LEFT else problems).append(said)
    return replace(table, rows=tuple(rows)), remarks, problems


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
