"""Closing instead of deleting, and never on one volunteer's report alone."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rosc_map.errors import RowProblem
from rosc_map.records import ClosingReport, row_dicts, same_person
from rosc_map.store import Reader, Writer

__all__ = ["Closing", "closing_status", "coordinates", "keep_reports", "reporter", "reports_by_asset", "settle_closing"]

_ENOUGH = 2
_VOLUNTEERS = re.compile(r"\b(v[0-9]*|vol|volunteer|peer|student)\b", re.IGNORECASE)
_COORDINATES = re.compile(r"\b(co-?ordinator|manager|lead|officer|commissioner|admin(istrator)?)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Closing:
    """What becomes of a status: the status to keep, whether to note a report, and what to tell the person."""

    status: str
    note_report: bool = False
    forget_reports: bool = False
    warnings: tuple[RowProblem, ...] = ()


def coordinates(who: str) -> bool:
    """Whether somebody coordinates the map, answers for it, and so may decide alone; no volunteer or peer does."""
    return bool(_COORDINATES.search(who)) and not _VOLUNTEERS.search(who)


def reporter(says: str, by: str) -> str:
    """Return whose report a row is: a volunteer who reads in a form speaks for nobody else, whatever the form says."""
    return by if by and not coordinates(by) else says or by


def closing_status(
    before: str, wanted: str, *, by: str, says: str = "", reported_by: set[str], row: int = 1
) -> Closing:
    """Return the status that an asset gets.

    Parameters
    ----------
    before, wanted
        The recorded status, and the one that is asked for.
    by
        Who is at work: a volunteer number or role, or "".
    says
        Who says so, where that is somebody else: the row of a form says who recorded it. A form gives nobody the right
        to close an entry alone: whoever reads it in has to have it too.
    reported_by
        Who has reported it closed before.
    row
        The row that a message names.
    """
    if wanted != "closed" or before == "closed":
        return Closing(wanted, forget_reports=wanted == "active" and bool(reported_by))
    who = reporter(says, by)
    if coordinates(who) and coordinates(by):
        return Closing("closed")
    # Who has no number, and does not coordinate, may be one who has reported it already.
    people = {same_person(name) for name in (*reported_by, who) if coordinates(name) or re.search(r"[0-9]", name)}
    if len(people) >= _ENOUGH:
        return Closing("closed", note_report=True)
    why = f"rests on one report{f' ({who})' if who else ''}, so the asset is kept as not confirmed."
    what = "A second person's report closes it. A coordinator closes it alone, with recorded_by empty in the row."
    told = (RowProblem(row, "status", "closed", why, what),)
    known = same_person(who) in {same_person(name) for name in reported_by}
    return Closing("not_confirmed", note_report=not known, warnings=told)


def reports_by_asset(reader: Reader) -> dict[str, set[str]]:
    """Return who has reported each asset closed, by the asset's id."""
    found: dict[str, set[str]] = {}
    for row in row_dicts(reader.read(ClosingReport)):
        found.setdefault(row["asset"], set()).add(row["by"])
    return found


def settle_closing(
    writer: Writer, recorded: Mapping[str, Any], after: Mapping[str, Any], *, who: str, today: dt.date
) -> Closing:
    """Decide on the status of an edited asset, and note or forget its reports of closing."""
    reported = reports_by_asset(writer).get(recorded["id"], set())
    closing = closing_status(recorded["status"], after["status"], by=who, reported_by=reported)
    keep_reports(writer, recorded["id"], closing, who=who, today=today)
    return closing


def keep_reports(writer: Writer, identifier: str, closing: Closing, *, who: str, today: dt.date) -> None:
    """Note or forget the reports of closing of one asset."""
    if closing.forget_reports:
        writer.delete(ClosingReport, {"asset": identifier})
    if closing.note_report:
        writer.insert(ClosingReport, [{"asset": identifier, "by": who, "on": today}])
