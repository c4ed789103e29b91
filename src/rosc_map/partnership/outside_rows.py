"""Sifting an outside list: which of its rows are for this partnership, and why the others are not."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rosc_map.errors import RowProblem
from rosc_map.exchange.outside.lists import UNKNOWN_LICENCE, WHOLE_LIST, OutsideList, OutsideRow
from rosc_map.exchange.outside.relevance import judge, may_be_confidential
from rosc_map.exchange.outside.repair import Notes
from rosc_map.exchange.outside.review import SiftedRow
from rosc_map.partnership.outside_area import Where, find_rows
from rosc_map.partnership.outside_merge import is_of
from rosc_map.records import ALWAYS_HIDDEN, SHOWN_PRECISIONS, counted
from rosc_map.records.licences import licence_of

__all__ = ["Sifted", "sift"]

_CONFIDENTIAL = "may be a confidential place: record it by hand"
_ELSEWHERE = "is outside the area of this partnership"
_NAMED = 10  # rows that one note names
_NO_PLACE = "has no place, and this list is of a wider area"


@dataclass(frozen=True)
class Sifted:
    """A list, sifted.

    Attributes
    ----------
    found
        The list as it was read.
    rows
        Each of its rows, in the order of their numbers, with yes or no and why.
    notes
        What to know of the rows that are taken, and of the list.
    licence_said
        Whether a person said its licence.
    listing
        What a person said of the listing of all of it, or "".
    """

    found: OutsideList
    rows: tuple[SiftedRow, ...]
    notes: tuple[RowProblem, ...]
    licence_said: bool
    listing: str


def sift(found: OutsideList, own: Iterable[str], *, licence: str, listing: str, today: dt.date) -> Sifted:
    """Decide on each row of a list.

    Parameters
    ----------
    found
        As its reader understood it.
    own
        The local authorities of the partnership, by their codes.
    licence
        That of the list, where the person knows it better; else "".
    listing
        What the person says of the listing of all of them; "" where nobody was asked.
    today
        A day after it is none on which something was checked.
    """
    notes = Notes()
    reasons = {left.number: left.why for left in found.left_out}
    read = [*found.rows, *(left.row for left in found.left_out if left.row)]
    rows = [(row.number, _values(row, found, licence, listing, today, notes)) for row in read]
    wheres = find_rows(rows, own, notes)
    wide = sum(where.known and not where.inside for where in wheres) * 2 > sum(where.known for where in wheres)
    sifted = [
        _decide(row, values, where, found, why=reasons.get(row.number, ""), wide=wide)
        for row, (_, values), where in zip(read, rows, wheres, strict=True)
    ]
    _note_unplaced([row for row, where in zip(sifted, wheres, strict=True) if row.take and not where.known], notes)
    sifted += [
        SiftedRow(left.number, take=False, why=left.why, values={"name": left.name})
        for left in found.left_out
        if not left.row
    ]
    sifted.sort(key=lambda row: row.number)
    passed = {row.number for row in sifted if not row.take}
    told = sorted(dict.fromkeys((*found.notes, *notes.all)), key=lambda note: note.row)
    kept = tuple(note for note in told if note.row not in passed)
    return Sifted(found, tuple(sifted), kept, bool(licence), listing)


def _note_unplaced(rows: Sequence[SiftedRow], notes: Notes) -> None:
    """Say in one note which rows count nowhere."""
    if rows:
        more = f" and {len(rows) - _NAMED:,} more" if len(rows) > _NAMED else ""
        which = ", ".join(str(row.number) for row in rows[:_NAMED])
        why = f"without a place or an area (in the list: {which}{more})."
        notes.add(WHOLE_LIST, "", counted(len(rows), "row"), why, "Add their places, or they count nowhere.")


def _values(
    row: OutsideRow, found: OutsideList, licence: str, listing: str, today: dt.date, notes: Notes
) -> dict[str, Any]:
    """Return what a row says, with what holds for the whole list."""
    values = {name: value for name, value in row.values.items() if name != "id"}  # ours alone
    values["licence"] = licence or _open_licence(row.number, values.get("licence") or found.licence, notes)
    if listing:
        values["listing"] = listing
    checked = values.get("verified_on")
    if checked and checked > today:
        del values["verified_on"]
        notes.add(row.number, "verified_on", checked, "has not come yet.", "It was left out: check the year.")
    if values.get("external_ids"):
        # The id of this list comes first: by it a later import knows where the record is from.
        values["external_ids"] = tuple(sorted(values["external_ids"], key=lambda entry: not is_of(entry, found.scheme)))
    return values


def _open_licence(number: int, said: str, notes: Notes) -> str:
    """Return the licence that a list says it has, if everybody may read up what it allows.

    That somebody was given leave is for the person to say who was given it.
    """
    if licence_of(said).code not in ("own", "permission", "unknown"):
        return said
    if said and said != UNKNOWN_LICENCE:
        what = "It was left out: ask them, and import it with --licence."
        notes.add(number, "licence", said, "is no open licence that is known.", what)
    return UNKNOWN_LICENCE


def _decide(
    row: OutsideRow, values: dict[str, Any], where: Where, found: OutsideList, *, why: str, wide: bool
) -> SiftedRow:
    """Decide on a row; ``why`` its reader would leave it out, if it would."""
    words = row.words or (str(values.get("name", "")), str(values.get("description", "")))
    if may_be_confidential(words) or _is_confidential(values):
        # No more of it than its name: any other cell may tell where it is.
        return SiftedRow(row.number, take=False, why=_CONFIDENTIAL, values={"name": values.get("name", "")})
    if where.known and not where.inside:
        why = why or _ELSEWHERE
    elif wide and not where.known:
        why = why or _NO_PLACE
    if not found.general:
        return SiftedRow(row.number, take=not why, why=why, values=values)
    judged = judge(words)
    # Somebody may make a yes of each no, so each has all its fields.
    typed = {"asset_type": judged.asset_type} | values
    return SiftedRow(row.number, take=judged.take and not why, why=why or judged.why, values=typed)


def _is_confidential(values: Mapping[str, Any]) -> bool:
    shown = values.get("location_precision") or SHOWN_PRECISIONS[0]
    if may_be_confidential((str(values.get("name", "")),)):
        return True
    return values.get("asset_type") in ALWAYS_HIDDEN or shown not in SHOWN_PRECISIONS
