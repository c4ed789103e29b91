"""A list as a table that a person looks through before it is taken: each row with yes or no, and why.

The same table comes back as a file to import. It says of what is not recorded, so it has not passed ``publish``: it is
for its owner alone.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rosc_map.errors import FileProblem, InputError, RowProblem
from rosc_map.exchange.cells import safe_cell
from rosc_map.exchange.outside.lists import LeftOut
from rosc_map.exchange.tables_in import RawTable
from rosc_map.records import Asset, CellError, FieldSpec, Kind, format_cell, match_headers, parse_cell
from rosc_map.whole_file import write_atomic

__all__ = ["Reviewed", "SiftedRow", "is_review", "read_review", "write_review"]

_TAKE, _WHY, _LIST, _MADE_ON = "take", "why", "list", "made_on"
_DAY = FieldSpec(Kind.DATE, "Made on")
_YES_NO = FieldSpec(Kind.YES_NO, "Take")


@dataclass(frozen=True)
class SiftedRow:
    """One row of a list, once it is decided whether it is taken.

    Attributes
    ----------
    number
        Its place in the list.
    take
        Whether it is taken.
    why
        The reason; "" where a list is taken as it is.
    values
        By field of :class:`rosc_map.records.Asset`.
    """

    number: int
    take: bool
    why: str
    values: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What it is called, as far as that is known."""
        return str(self.values.get("name") or "")


@dataclass(frozen=True)
class Reviewed:
    """A table of review that came back.

    Attributes
    ----------
    table
        The rows to take, without the columns of the review.
    scheme
        Of the list that it is of.
    left_out
        The rows that say no.
    problems
        Rows that say neither.
    made_on
        The day on which it was made; None where it does not say.
    """

    table: RawTable
    scheme: str
    left_out: tuple[LeftOut, ...]
    problems: tuple[RowProblem, ...]
    made_on: dt.date | None


def write_review(rows: Iterable[SiftedRow], scheme: str, path: Path, *, day: dt.date) -> Path:
    """Write a table of review as ``.csv`` (UTF-8 with its mark); its owner alone can read it.

    Parameters
    ----------
    rows
        Of one list.
    scheme
        Of that list: when the table comes back, it still speaks for that list alone.
    path
        Where to.
    day
        On which it is made: whoever takes it later should know what was read in since.

    Raises
    ------
    InputError
        For another ending.
    FileProblem
        When there is such a file already, which may hold somebody's answers; or when it cannot be written.
    """
    if path.suffix.lower() != ".csv":
        raise InputError(f"{path.name}: a review is written as .csv.")
    if path.exists():
        raise FileProblem(f"There is a file {path} already, and it may hold answers. Choose another name.")
    return write_atomic(path, _lines(rows, scheme, day), private=True)


def _lines(rows: Iterable[SiftedRow], scheme: str, day: dt.date) -> Iterator[bytes]:
    specs = Asset.specs()
    yield "\ufeff".encode() + _line([_TAKE, _WHY, _LIST, _MADE_ON, *specs])
    for row in rows:
        cells = [format_cell(spec, row.values.get(name)) for name, spec in specs.items()]
        yield _line(["yes" if row.take else "no", row.why, scheme, day.isoformat(), *cells])


def _line(cells: list[str]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerow(map(safe_cell, cells))
    return out.getvalue().encode()


def is_review(table: RawTable) -> bool:
    """Whether a table says of each row whether to take it."""
    return bool(_columns(table, _TAKE))


def read_review(table: RawTable) -> Reviewed:
    """Part a table of review into what is to be taken and what is not.

    Raises
    ------
    InputError
        When it does not say of which list it is, or is of several.
    """
    scheme, lists = _scheme(table), _columns(table, _LIST)
    (take, *_), why = _columns(table, _TAKE), _columns(table, _WHY)
    called = next((header for header, name in match_headers(Asset, table.headers)[0].items() if name == "name"), "")
    rows, left_out, problems = [], [], []
    for number, values in table.rows:
        if not any(str(value).strip() for value in values.values() if value is not None):
            continue
        try:
            wanted = parse_cell(_YES_NO, values.get(take))
        except CellError:
            wanted = None
        if wanted:
            rows.append((number, values))
        elif wanted is None:
            said, what = str(values.get(take) or "")[:200], "Write yes to take the row, or no."
            problems.append(RowProblem(number, take, said, "is neither yes nor no.", what))
        else:
            reason = " ".join(str(values.get(header) or "") for header in why)
            left_out.append(LeftOut(number, str(values.get(called) or ""), reason.strip() or "the review says no"))
    ours = (take, *why, *lists, *_columns(table, _MADE_ON))
    headers = tuple(header for header in table.headers if header not in ours)
    kept = replace(table, headers=headers, rows=tuple(rows))
    return Reviewed(kept, scheme, tuple(left_out), tuple(problems), _made_on(table))


def _made_on(table: RawTable) -> dt.date | None:
    """Return the day on which a review was made; where a program has made it no day, none."""
    for header in _columns(table, _MADE_ON):
        for _, values in table.rows:
            with suppress(CellError):
                day: dt.date | None = parse_cell(_DAY, values.get(header))
                return day
    return None


def _scheme(table: RawTable) -> str:
    said = {str(values.get(header) or "").strip() for header in _columns(table, _LIST) for _, values in table.rows}
    schemes = said - {""}
    if len(schemes) != 1:
        told = f"is of several lists ({', '.join(sorted(schemes)[:5])})" if schemes else "does not say of which list"
        what = "Import each by itself." if schemes else "Write the list down again with --review, and import that."
        raise InputError(f"The review {table.name} {told}: see the column {_LIST!r}. {what}")
    return schemes.pop()


def _columns(table: RawTable, name: str) -> list[str]:
    return [header for header in table.headers if header.strip().casefold() == name]
