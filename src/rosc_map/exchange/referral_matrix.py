"""A matrix of referrals: the services of the rows refer to the services of the columns."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from rosc_map.errors import InputError, RowProblem, UnknownName
from rosc_map.exchange.counts_mapping import cell_words, fold
from rosc_map.exchange.form_columns import choice_words, squashed
from rosc_map.exchange.limits import MOST_IN_A_MATRIX
from rosc_map.exchange.referral_counts import FEW_KEPT, Gathered, Told, read_people, shown, unknown_name
from rosc_map.exchange.tables_in import RawTable
from rosc_map.records import CellError

__all__ = ["MatrixCell", "ReferralMatrix", "looks_like_matrix", "read_matrix"]

_YES = ("x", "yes", "y", "true", "1", "✓", "✔")
_NO = ("0", "no", "n", "false", "no link", "no_link")
_NOT_KNOWN = ("-", "–", "?", "n/a")
_HOW = "Write x for a link, 0 for no link, a kind such as signpost, or nothing where nobody was asked."
_COUNTED = "To read numbers as counts of people: --evidence counted --period 2025-26."


@dataclass(frozen=True)
class MatrixCell:
    """What one cell says: ``row`` of the file, ids of both ends, and the kind, result and count of a ``Referral``."""

    row: int
    from_asset: str
    to_asset: str
    kind: str = ""
    result: str = ""
    count: float | None = None


@dataclass
class ReferralMatrix:
    """What a matrix says: its ``cells``, what was refused (``problems``) and what to look at (``remarks``)."""

    cells: list[MatrixCell] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    remarks: list[RowProblem] = field(default_factory=list)


def looks_like_matrix(table: RawTable, is_known: Callable[[str], bool]) -> bool:
    """Whether at least half of the first column's cells and half of the other headers are the names of assets."""
    corner = _corner(table)
    beside = [header for header in table.headers if header != corner]
    below = [text for _, values in table.rows if (text := cell_words(values[corner]))]
    return bool(beside and below) and all(2 * sum(map(is_known, names)) >= len(names) for names in (beside, below))


def read_matrix(
    table: RawTable, find: Callable[[str], str], *, counts: bool = False, complete: bool = False
) -> ReferralMatrix:
    """Read a matrix. An empty cell says nothing; in a complete one it says that there is no link.

    Parameters
    ----------
    table
        As :func:`rosc_map.exchange.read_table` gives it: names or ids in the first column and in the header.
    find
        Returns the id of an asset by id or name, or raises ``UnknownName``.
    counts
        The cells are numbers of people.
    complete
        Each service of a row was asked about every service of a column.

    Raises
    ------
    InputError
        When there are too many rows, or no second column.
    """
    if len(table.rows) > MOST_IN_A_MATRIX:
        raise InputError(
            f"{table.name} has more than {MOST_IN_A_MATRIX:,} rows, too many for a matrix. Write it as a list: a row "
            "for each link, with columns from, to and evidence."
        )
    corner = _corner(table)
    result = ReferralMatrix()
    headers = [(1, header, header) for header in table.headers if header != corner]
    if not headers:
        raise InputError(f"{table.name} has no second column: a matrix names services in its first row too.")
    columns = {column: asset for _, column, asset in _assets(headers, find, result.problems)}
    filled = [(number, values) for number, values in table.rows if any(map(cell_words, values.values()))]
    names = [(number, corner, cell_words(values[corner])) for number, values in filled]
    rows = {number: asset for number, _, asset in _assets(names, find, result.problems)}
    cells = _Cells(result, counts=counts, complete=complete)
    for number, values in filled:
        for column, asset in columns.items() if number in rows else ():
            cells.read(number, column, rows[number], asset, values[column])
    result.remarks += cells.remarks.all()
    return result


def _corner(table: RawTable) -> str:
    """Return the header of the first column, which may be empty."""
    return next(iter(table.rows[0][1])) if table.rows else next(iter(table.headers), "")


def _assets(
    names: Iterable[tuple[int, str, str]], find: Callable[[str], str], problems: list[RowProblem]
) -> list[tuple[int, str, str]]:
    """Return row, column and id of each name that is one asset's, and note one problem for each other."""
    found: dict[str, tuple[int, str, str]] = {}
    for row, column, text in names:
        if not text:
            problems.append(RowProblem(row, column, "", "has no name.", "Write the name or the id of the service."))
            continue
        try:
            asset = find(text)
        except UnknownName as error:
            problems.append(unknown_name(row, shown(column), text, error))
            continue
        if asset in found:
            where = f"column {found[asset][1]!r}" if row == 1 else f"row {found[asset][0]}"
            why, what = f"is the same service as {where}.", "Make one of the two."
            problems.append(RowProblem(row, shown(column), shown(text), why, what))
            continue
        found[asset] = (row, column, asset)
    return list(found.values())


class _Cells:
    """Reads cell by cell into a result."""

    def __init__(self, result: ReferralMatrix, *, counts: bool, complete: bool) -> None:
        self._result, self._complete = result, complete
        self._read = self._people if counts else self._word
        self._none = {"result": "no_link", "count": 0.0} if counts else {"result": "no_link"}
        self.remarks = Gathered()

    def read(self, row: int, column: str, source: str, target: str, value: Any) -> None:
        """Take one cell."""
        text = cell_words(value)
        if text in _NOT_KNOWN or (not text and (source == target or not self._complete)):
            return
        try:
            if source == target:
                self._check_itself(text)
                return
            said = self._read(row, column, text) if text else self._none
        except CellError as error:
            self._result.problems.append(RowProblem(row, shown(column), shown(text), error.why, error.what_to_do))
            return
        if said is not None:
            self._result.cells.append(MatrixCell(row, source, target, **said))

    def _check_itself(self, text: str) -> None:
        if fold(text) not in _NO:
            raise CellError("would say that a service refers to itself.", "Leave the cell empty.")

    def _word(self, _row: int, _column: str, text: str) -> dict[str, Any]:
        word = fold(text)
        if word in _YES:
            return {}
        if word in _NO:
            return self._none
        kind = choice_words("referral_kind").get(squashed(text))
        if kind:
            return {"kind": kind}
        try:
            told, _ = read_people(text)
        except CellError:
            told = Told.NOTHING
        what = _COUNTED if told in (Told.NUMBER, Told.FEW) else _HOW
        raise CellError("is neither a link nor no link.", what)

    def _people(self, row: int, column: str, text: str) -> dict[str, Any] | None:
        told, count = read_people(text)
        if told is Told.NUMBER:
            return {"count": count} if count else self._none
        if told is Told.WITHHELD:
            why = "is held back, so nobody can tell whether anybody was referred"
            self.remarks.add(row, column, text, why, "It was passed over: nothing is known of it.")
        if told is Told.FEW:
            self.remarks.add(row, column, text, *FEW_KEPT)
        return {} if told is Told.FEW else None
