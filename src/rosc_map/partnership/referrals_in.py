"""Referrals in: a list, a matrix, or counts between treatment and peer-led initiatives; and whose list is whole."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

import pandas as pd

from rosc_map.errors import InputError, RowProblem
from rosc_map.exchange import (
    Counts,
    CountsMapping,
    RawTable,
    is_few,
    looks_like_matrix,
    read_counts,
    read_mapping,
    read_matrix,
)
from rosc_map.partnership.asset_names import AssetNames
from rosc_map.partnership.import_records import Said, lay_over, read_said, resolver
from rosc_map.partnership.import_result import ImportResult, Sheet
from rosc_map.records import (
    Asset,
    CellError,
    PathwayCount,
    Record,
    Referral,
    ReferralList,
    is_hidden,
    is_peer_led,
    known_period,
    label,
    match_headers,
    parse_cell,
    row_dicts,
)

__all__ = ["Held", "ReferralOptions", "plan_referrals", "referral_options"]

_LAYOUTS = ("list", "matrix", "counts")
_MATRIX_EVIDENCE = ("declared", "confirmed", "counted")
_ASKED = {"declared": ("from_asset", "refers_to"), "confirmed": ("to_asset", "referred_by")}
"""Which end of a link was asked, and about which direction."""

_R = TypeVar("_R", bound=Record)


@dataclass(frozen=True)
class Held:
    """What is recorded, as an import needs it.

    Attributes
    ----------
    read
        Gives the rows of a record type.
    today
        No day on which something was done lies after it.
    who
        Who imports.
    """

    read: Callable[[type[Record]], pd.DataFrame]
    today: dt.date
    who: str

    @cached_property
    def assets(self) -> pd.DataFrame:
        """All assets."""
        return self.read(Asset)

    @cached_property
    def names(self) -> AssetNames:
        """What finds an asset by its name."""
        return AssetNames(self.assets)

    @cached_property
    def hidden(self) -> AbstractSet[str]:
        """The ids of assets whose place is hidden."""
        return {asset["id"] for asset in row_dicts(self.assets) if is_hidden(asset)}


@dataclass(frozen=True)
class ReferralOptions:
    """How a file of referrals is read.

    Attributes
    ----------
    layout
        "list", "matrix" or "counts"; "" for a list, or for a matrix where the table looks like one.
    evidence, on, period
        Of a matrix, where no cell says it.
    complete
        Whoever is asked in the file was asked for all of its links, and they are all in it.
    mapping
        What the words of a table of counts mean.
    of_a_form
        It is the export of a form, of which something was asked that only such an export has; so it is a list.
    """

    layout: str = ""
    evidence: str = ""
    on: dt.date | None = None
    period: str = ""
    complete: bool = False
    mapping: CountsMapping | None = None
    of_a_form: bool = False


def referral_options(
    record: type[Record],
    *,
    layout: str,
    evidence: str,
    on: dt.date | str | None,
    period: str,
    complete: bool,
    mapping: RawTable | None,
    of_a_form: bool,
    today: dt.date,
) -> ReferralOptions:
    """Check how a file of referrals is to be read.

    Raises
    ------
    InputError
        When an option is for another record or layout, or cannot be what it says.
    RowsRejected
        With every line of the mapping that cannot be meant.
    """
    if not any((layout, evidence, on, period, complete, mapping)):
        return ReferralOptions(of_a_form=of_a_form)
    if record is not Referral:
        raise InputError("--from, --evidence, --on, --period, --complete and --mapping are only for --as referrals.")
    if layout and layout not in _LAYOUTS:
        raise InputError(f"{layout!r} is not a layout. Choose from: {', '.join(_LAYOUTS)}.")
    if mapping and layout != "counts":
        raise InputError("A mapping is for counts: add --from counts.")
    if layout == "counts" and not mapping:
        raise InputError(
            "Counts need a mapping, which says what their words mean: --mapping mapping.csv. To make one: rosc-map "
            "template mapping.csv --as mapping"
        )
    options = ReferralOptions(
        layout,
        str(_read("evidence", evidence)),
        _read("on", on),
        str(_read("period", period)),
        complete,
        read_mapping(mapping) if mapping else None,
        of_a_form,
    )
    _check(options, today)
    return options


def _read(name: str, value: Any) -> Any:
    """Read an option as the field of a referral is read."""
    spec = Referral.specs()[name]
    try:
        return parse_cell(spec, value) if value else spec.empty
    except CellError as error:
        raise InputError(f"--{name} {value!r} {error}") from None


def _check(options: ReferralOptions, today: dt.date) -> None:
    if options.evidence and options.evidence not in _MATRIX_EVIDENCE:
        raise InputError("A matrix can be declared, confirmed or counted. Write tested links as a list, with results.")
    if (options.evidence == "counted") != bool(options.period):
        raise InputError("Counts of people need both: --evidence counted --period 2025-26.")
    if options.period and not known_period(options.period):
        raise InputError("--period is no period. Write a year such as 2025-26 or 2025, or a quarter (2025-26 Q1).")
    if options.on and options.on > today:
        raise InputError(f"{options.on} has not come yet. Check the year.")
    if options.layout in ("list", "counts") and (options.evidence or options.on):
        raise InputError(
            "--evidence, --on and --period are for a matrix: in a list or a table of counts each row says it."
        )
    if options.layout in ("matrix", "counts") and options.of_a_form:
        raise InputError("Only an export of KoboToolbox or ODK tells who submitted a row, and whether it was approved.")
    if options.layout == "counts" and options.complete:
        raise InputError("--complete is for a list or a matrix: counts do not say who was asked for what.")


def plan_referrals(
    table: RawTable, held: Held, options: ReferralOptions, as_sheet: Callable[[RawTable, type[Record]], Sheet]
) -> ImportResult:
    """Work out what a file of referrals would do, whatever its layout.

    Parameters
    ----------
    table
        The file.
    held
        What is recorded.
    options
        How the file is read.
    as_sheet
        Reads a list: a plain table, a template or the export of a form.

    Raises
    ------
    InputError
        When options of a matrix are given for a list, or the table is not what it should be.
    RowsRejected
        When the mapping names a service that is not recorded.
    """
    layout = _layout(table, held.names, options)
    if layout == "matrix":
        return _plan_matrix(table, held, options)
    if options.mapping:
        return _plan_counts(table, held, options.mapping)
    sheet = as_sheet(_few_not_told(table), Referral)
    return sheet.added_to(_plan_list(sheet, held, options))


def _few_not_told(table: RawTable) -> RawTable:
    """Return the table with counts such as "<5" as not told: a link all the same, as in a matrix and in counts."""
    headers, _ = match_headers(Referral, table.headers)
    counts = [header for header, name in headers.items() if name == "count"]
    rows = tuple(
        (number, values | {header: None for header in counts if is_few(values.get(header))})
        for number, values in table.rows
    )
    return replace(table, rows=rows)


def _layout(table: RawTable, names: AssetNames, options: ReferralOptions) -> str:
    """Return what a file is: what the options say, or what it looks like."""
    matched, _ = match_headers(Referral, table.headers)
    is_list = options.of_a_form or {"from_asset", "to_asset"} <= set(matched.values())
    layout = options.layout or ("matrix" if not is_list and looks_like_matrix(table, names.is_known) else "list")
    if layout == "list" and (options.evidence or options.on):
        raise InputError(
            f"{table.name} is read as a list, in which each row says its evidence, date and period. If it is a matrix, "
            "add --from matrix."
        )
    return layout


def _plan_list(sheet: Sheet, held: Held, options: ReferralOptions) -> ImportResult:
    """Work out what a list of referrals would do; of a complete one also whose list of links is whole."""
    result, said = read_said(sheet.table, Referral, resolver(held.names), held.hidden, held.today)
    lay_over(result, Referral, held.read(Referral), said)
    if options.complete and (result.problems or sheet.problems or sheet.skipped):
        # A link that was left out would stand there as no link.
        why = "are not all taken, so nobody's list was marked as whole."
        result.warnings.append(RowProblem(1, "", "The rows", why, "Correct them, and read the file in again."))
    elif options.complete:
        _whole_lists(result, said, held)
    return result


def _whole_lists(result: ImportResult, said: Iterable[Said], held: Held) -> None:
    """Record that the ones who were asked named all of their links."""
    existing = held.read(ReferralList)
    recorded = {(row["asset"], row["direction"]): row["on"] for row in row_dicts(existing)}
    asked: dict[tuple[str, str], list[Said]] = {}
    for row in said:
        if row.fields["evidence"] in _ASKED:
            end, direction = _ASKED[row.fields["evidence"]]
            asked.setdefault((row.fields[end], direction), []).append(row)
    if not asked:
        why, what = "is declared or confirmed, so nobody's list was marked as whole.", "Check the column evidence."
        result.warnings.append(RowProblem(1, "", "No row", why, what))
    lists = []
    for (asset, direction), rows in asked.items():
        on = max((row.fields["on"] for row in rows if row.fields["on"]), default=held.today)
        values = {"asset": asset, "direction": direction, "on": max(on, recorded.get((asset, direction)) or on)}
        given = {"on", "by"} if held.who else {"on"}
        called = f"{held.names.name(asset)}, {label('list_direction', direction)}"
        lists.append(Said(rows[0].row, values | {"by": held.who}, given, called))
    _lay_beside(result, ReferralList, existing, lists)


def _plan_matrix(table: RawTable, held: Held, options: ReferralOptions) -> ImportResult:
    """Work out what a matrix of referrals would do: its rows refer to its columns."""
    evidence = options.evidence or "declared"
    counts = evidence == "counted"
    matrix = read_matrix(table, held.names.find, counts=counts, complete=options.complete)
    result = ImportResult(
        table.name, Referral.noun, problems=matrix.problems, warnings=[*table.remarks, *matrix.remarks]
    )
    if not options.layout:
        why = "is read as a matrix: the services of its rows refer to those of its columns."
        what = "If it is a list, name its columns from and to, and add --from list."
        result.warnings.insert(0, RowProblem(1, "", "The table", why, what))
    fixed = {"evidence": evidence, "period": options.period, "on": options.on}
    given = {"result", "count"} if counts else {"result"}
    said = []
    for cell in matrix.cells:
        ends = {"from_asset": cell.from_asset, "to_asset": cell.to_asset}
        values = {**ends, **fixed, "kind": cell.kind, "result": cell.result, "count": cell.count}
        said.append(Said(cell.row, values, given, " → ".join(map(held.names.name, ends.values()))))
    lay_over(result, Referral, held.read(Referral), said)
    return result


def _plan_counts(table: RawTable, held: Held, mapping: CountsMapping) -> ImportResult:
    """Work out what a table of counts would do: referrals where it names an initiative, else pathway counts."""
    counts = read_counts(table, mapping, held.names.find)
    result = ImportResult(
        table.name,
        Referral.noun,
        problems=counts.problems,
        warnings=[*table.remarks, *counts.remarks, *_other_services(counts, held)],
        unknown_columns=counts.unknown_columns,
    )
    name = held.names.name
    referrals = [
        Said(row, found.model_dump(), {"result", "count"}, f"{name(found.from_asset)} → {name(found.to_asset)}", at)
        for row, at, found in _placed(counts.referrals)
    ]
    pathways = [
        Said(row, found.model_dump(), {"count"}, f"{name(found.treatment)}: {found.direction}", at)
        for row, at, found in _placed(counts.pathways)
    ]
    lay_over(result, Referral, held.read(Referral), referrals, twice=False)
    _lay_beside(result, PathwayCount, held.read(PathwayCount), pathways)
    return result


def _placed(found: Iterable[tuple[int, str, _R]]) -> Iterator[tuple[int, dict[str, str], _R]]:
    return ((row, {"count": header}, record) for row, header, record in found)


def _lay_beside(result: ImportResult, record: type[Record], existing: pd.DataFrame, said: Iterable[Said]) -> None:
    """Lay other records of the same file over what is recorded of them; what is wrong with them is wrong with it."""
    part = ImportResult(result.source, record.noun)
    lay_over(part, record, existing, said, twice=False)
    result.problems += part.problems
    result.warnings += part.warnings
    result.beside[record] = replace(part, problems=[], warnings=[])


def _other_services(counts: Counts, held: Held) -> Iterator[RowProblem]:
    """Give the services that are recorded as something else than the table of counts takes them for."""
    assets = {row["id"]: row for row in row_dicts(held.assets)}
    what = "Check the mapping, or the type of the asset."
    for identifier, (row, header) in counts.treatments.items():
        if assets[identifier]["asset_type"] != "treatment":
            why = "is not recorded as a treatment service."
            yield RowProblem(row, header, held.names.name(identifier), why, what)
    for identifier, (row, header) in counts.peer_led.items():
        if not is_peer_led(assets[identifier]):
            why = "is not recorded as a peer-led initiative."
            yield RowProblem(row, header, held.names.name(identifier), why, what)
