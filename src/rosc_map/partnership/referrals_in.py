"""Referrals in: a list, a matrix, or counts between treatment and peer-led initiatives; and whose list is whole."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
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
    read_form_export,
    read_matrix,
)
from rosc_map.exchange.client_records import refuse_people_beside_links
from rosc_map.exchange.counts_mapping import cell_words
from rosc_map.exchange.referral_counts import FEW_KEPT, Gathered
from rosc_map.partnership.asset_names import AssetNames
from rosc_map.partnership.import_records import Said, lay_over, read_said, resolver
from rosc_map.partnership.import_result import ImportResult, Sheet
from rosc_map.partnership.referral_options import ReferralOptions
from rosc_map.records import (
    Asset,
    PathwayCount,
    Record,
    Referral,
    ReferralList,
    day,
    is_given,
    is_hidden,
    is_peer_led,
    label,
    match_headers,
    row_dicts,
)

__all__ = ["Held", "plan_referrals"]

_MATRIX_EVIDENCE = ("declared", "confirmed", "counted")
_IF_A_LIST = "If it is a list, name its columns from and to, and add --from list."
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
        When the options do not fit the layout, nobody says how the links are known, or the table is not what it should
        be.
    RowsRejected
        When the mapping names a service that is not recorded.
    """
    layout = _layout(table, held.names, options)
    if layout == "matrix":
        return _plan_matrix(table, held, options)
    if options.mapping:
        return _plan_counts(table, held, options.mapping)
    refuse_people_beside_links(table.name, match_headers(Referral, table.headers)[1])
    sheet = as_sheet(_with_columns(table, options), Referral)
    sheet = replace(sheet, table=_filled_in(sheet.table, options))
    return sheet.added_to(_plan_list(sheet, held, options))


def _options_of_rows(options: ReferralOptions) -> dict[str, Any]:
    """Return what the options say of every row, by field name."""
    cells = {"evidence": options.evidence, "on": options.on, "period": options.period}
    return {name: value for name, value in cells.items() if value}


def _with_columns(table: RawTable, options: ReferralOptions) -> RawTable:
    """Return the table with an empty column to fill in for each option that is given, where it has none."""
    wanted = _options_of_rows(options)
    # The questions of a form stand in groups, so that only its reader knows which fields it asks.
    headers = read_form_export(table, Referral).table.headers if wanted else table.headers
    fields = match_headers(Referral, headers)[0].values()
    missing = [name for name in wanted if name not in fields]
    empty: dict[str, Any] = dict.fromkeys(missing)
    rows = tuple((number, values | empty) for number, values in table.rows)
    return replace(table, headers=(*table.headers, *missing), rows=rows)


def _filled_in(table: RawTable, options: ReferralOptions) -> RawTable:
    """Return the table with what the options say in the cells that say nothing."""
    columns = {name: header for header, name in match_headers(Referral, table.headers)[0].items()}
    wanted = {columns[name]: value for name, value in _options_of_rows(options).items()}
    rows = tuple((number, values | _unsaid(values, wanted, columns)) for number, values in table.rows)
    return replace(table, rows=rows)


def _unsaid(values: Mapping[str, Any], wanted: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    """Return what is wanted of one row and what it does not say itself; a period only where people were counted."""
    cells = {header: value for header, value in wanted.items() if not is_given(values.get(header))}
    evidence = {**values, **cells}.get(columns["evidence"])
    if cell_words(evidence).casefold() != "counted":
        cells.pop(columns.get("period", ""), None)
    return cells


def _few_not_told(table: RawTable) -> tuple[RawTable, dict[int, tuple[str, str]]]:
    """Return the table with counts such as "<5" as not told; and the header and the text of each of them, by row."""
    headers = [header for header, name in match_headers(Referral, table.headers)[0].items() if name == "count"]
    few = {
        number: (header, cell_words(values[header]))
        for number, values in table.rows
        for header in headers
        if is_few(values.get(header))
    }
    rows = tuple((n, values | ({few[n][0]: None} if n in few else {})) for n, values in table.rows)
    return replace(table, rows=rows), few


def _layout(table: RawTable, names: AssetNames, options: ReferralOptions) -> str:
    """Return what a file is: what the options say, or what it looks like."""
    matched, _ = match_headers(Referral, table.headers)
    is_list = options.of_a_form or {"from_asset", "to_asset"} <= set(matched.values())
    return options.layout or ("matrix" if not is_list and looks_like_matrix(table, names.is_known) else "list")


def _plan_list(sheet: Sheet, held: Held, options: ReferralOptions) -> ImportResult:
    """Work out what a list of referrals would do; of a complete one also whose list of links is whole."""
    table, few = _few_not_told(sheet.table)
    result, said = read_said(table, Referral, resolver(held.names, Referral), held.hidden, held.today)
    if (
        options.period
        and not (result.problems or sheet.problems)
        and all(row.fields["evidence"] != "counted" for row in said)
    ):
        raise InputError(f"--period is for counted links, and no row of {table.name} is counted. Leave it out.")
    kept = Gathered()
    for row in said:
        if row.row in few:
            kept.add(row.row, *few[row.row], *FEW_KEPT)
    result.warnings += kept.all()
    # It says that there is no number now, which is more than saying nothing.
    said = [replace(row, given=row.given | {"count"}) if row.row in few else row for row in said]
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
    _check_matrix(table, options)
    counts = options.evidence == "counted"
    matrix = read_matrix(table, held.names.find, counts=counts, complete=options.complete)
    warnings = [*_read_as_matrix(options), *table.remarks, *matrix.remarks]
    result = ImportResult(table.name, Referral.noun, problems=matrix.problems, warnings=warnings)
    fixed = {"evidence": options.evidence, "period": options.period, "on": options.on}
    given = {"result", "count"} if counts else {"result"}
    said = []
    for cell in matrix.cells:
        ends = {"from_asset": cell.from_asset, "to_asset": cell.to_asset}
        values = {**ends, **fixed, "kind": cell.kind, "result": cell.result, "count": cell.count}
        said.append(Said(cell.row, values, given, " → ".join(map(held.names.name, ends.values()))))
    lay_over(result, Referral, held.read(Referral), said)
    return result


def _check_matrix(table: RawTable, options: ReferralOptions) -> None:
    """Let nobody's links be recorded without it being said how they are known."""
    if (options.evidence == "counted") != bool(options.period):
        raise InputError("Counts of people need both: --evidence counted --period 2025-26.")
    if not options.evidence:
        found = "" if options.layout else f"{table.name} is read as a matrix. {_IF_A_LIST} "
        raise InputError(
            f"{found}Say how these links are known: add --evidence declared (the services in the first column say so), "
            "confirmed (those in the first row say so) or counted (with --period)."
        )
    if options.evidence not in _MATRIX_EVIDENCE:
        raise InputError("A matrix can be declared, confirmed or counted. Write tested links as a list, with results.")


def _read_as_matrix(options: ReferralOptions) -> Iterator[RowProblem]:
    """Give what was taken for granted: that it is a matrix, and that there is no day where none is given."""
    if not options.layout:
        why = "is read as a matrix: the services of its rows refer to those of its columns."
        yield RowProblem(1, "", "The table", why, _IF_A_LIST)
    if options.on:
        when = f"on {day(options.on)}"
    elif options.period:
        when = f"in {options.period}"
    else:
        when = "with no day: --on says when they were asked"
    if not options.layout or not (options.on or options.period):
        yield RowProblem(1, "", "The links", f"are taken as {options.evidence}, {when}.", "")


def _plan_counts(table: RawTable, held: Held, mapping: CountsMapping) -> ImportResult:
    """Work out what a table of counts would do: referrals where it names an initiative, else pathway counts."""
    counts = read_counts(table, mapping, held.names.find)
    result = ImportResult(
        table.name,
        Referral.noun,
        problems=counts.problems,
        warnings=[*table.remarks, *counts.remarks, *_other_services(counts, held)],
        unknown_columns=counts.unknown_columns,
        skipped=[(row, "The mapping leaves it out.") for row in counts.left_out],
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
