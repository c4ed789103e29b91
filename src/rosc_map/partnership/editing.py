"""Changing one recorded asset: by a person, or by another program such as QGIS."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from rosc_map.errors import InputError, RowProblem, RowsRejected
from rosc_map.partnership.closing import closing_status, coordinates, reports_by_asset, settle_closing
from rosc_map.partnership.import_result import future_days
from rosc_map.place import DERIVED, place_assets
from rosc_map.records import Asset, is_hidden, read_row, row_dicts, squash
from rosc_map.records.places_in_text import tells_of_place
from rosc_map.store import (
    FREE_TEXT_FIELDS,
    PLACE_FIELDS,
    TABLES,
    Writer,
    edited_elsewhere,
    forget_fields,
    history,
    leave_out_orphans,
    take_over_edits,
)

__all__ = ["edit_asset", "laid_over", "take_in_edits"]

_POINT = ("latitude", "longitude")
_FINER_THAN_HIDDEN = ("address", "postcode", *_POINT, "easting", "northing", "local_authority_code")
_MOVED_DEGREES = 1e-6  # a tenth of a metre: less is the rounding of what we wrote ourselves


def laid_over(recorded: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a recorded asset with other values over them; another postcode brings its own point."""
    base = {name: recorded[name] for name in Asset.specs()}
    if values.get("postcode") and squash(str(values["postcode"])) != squash(str(base["postcode"])):
        base |= dict.fromkeys(_POINT)
    return {**base, **values}


def edit_asset(
    writer: Writer, identifier: str, values: Mapping[str, Any], *, version: int | None, who: str, today: dt.date
) -> list[RowProblem]:
    """Change fields of one asset as a person typed them; an empty value clears a field.

    Parameters
    ----------
    writer
        The running change.
    identifier
        The asset's id.
    values
        What was typed, by field name.
    version
        The version that the person saw, or None to change whatever is there.
    who
        A volunteer number or role.
    today
        The day of a report of closing.

    Returns
    -------
    list of RowProblem
        Things to look at; nothing was refused for them.

    Raises
    ------
    RowsRejected
        When a value cannot be taken. Nothing is written then.
    EditConflict
        When somebody else has changed the asset since that version.
    """
    recorded = writer.find(Asset, {"id": identifier})
    if recorded is None:
        raise InputError(f"There is no asset with the id {identifier!r}.")
    record, problems = read_row(Asset, {**laid_over(recorded, values), "id": identifier}, 1)
    placed = place_assets([(1, record)] if record else [], {1: recorded})
    days = future_days(1, record, today) if record else []
    if problems or placed.problems or days:
        raise RowsRejected(recorded["name"], (*problems, *placed.problems, *days))
    if recorded["listing"] == "declined" and record and record.listing != "declined":
        _refuse_to_list(recorded, record, who, told="listing_on" in values)
    after = row_dicts(placed.table)[0]
    warnings = list(placed.warnings)
    closing = settle_closing(writer, recorded, after, who=who, today=today)
    after["status"] = closing.status
    warnings += closing.warnings
    changed = _changed(recorded, after)
    if changed:
        writer.update(Asset, {"id": identifier}, changed, version=recorded["version"] if version is None else version)
    return warnings


def _refuse_to_list(recorded: Mapping[str, Any], record: Asset, who: str, *, told: bool) -> None:
    """Refuse to list again who asked to leave, unless a coordinator says when they asked to come back."""
    before = recorded["listing_on"]
    if told and coordinates(who) and record.listing_on and (before is None or record.listing_on >= before):
        return
    raise InputError(
        f"{recorded['name']!r} belongs to an organisation that asked not to be listed. If it has asked to come back, a "
        "coordinator writes that into listing, and the day on which it asked into listing_on."
    )


def _changed(recorded: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what differs, with the whole place where any part of it does, so that the point follows."""
    names = [name for name in (*Asset.specs(), *DERIVED) if not _equal(recorded[name], after[name])]
    if set(names) & {*_POINT, *DERIVED}:
        names = list(dict.fromkeys([*names, *_POINT, *DERIVED]))
    return {name: after[name] for name in names}


def _equal(before: Any, after: Any) -> bool:
    if isinstance(before, float) and isinstance(after, float) and before == before and after == after:
        return abs(before - after) < _MOVED_DEGREES
    empty = [value in (None, "", ()) or value != value for value in (before, after)]
    return all(empty) or bool(before == after)


def take_in_edits(writer: Writer) -> list[str]:
    """Take in what another program has changed: make it part of the history, and place what was moved or added.

    A row that cannot be read as it stands is left, with what is finer than a hidden place may have taken out of it at
    once; a point that was moved to where no asset can be is put back. What pointed at an asset that was removed goes
    with it.

    Returns
    -------
    list of str
        What could not be taken in, in plain words.
    """
    rows = [row for table, row in sorted(edited_elsewhere(writer)) if table == TABLES[Asset].name]
    take_over_edits(writer)
    said = []
    for fid in rows:
        recorded = writer.find(Asset, {"fid": fid})
        if recorded is not None:
            said += _take_in(writer, recorded)
    gone = leave_out_orphans(writer.connection)
    if gone:
        said.append(f"An asset was removed in another program: {gone} rows that pointed at it were removed with it.")
    return said


def _take_in(writer: Writer, recorded: dict[str, Any]) -> list[str]:
    values = {name: recorded[name] for name in Asset.specs()}
    said = []
    values["status"] = _status(writer, recorded)
    if values["status"] != recorded["status"]:
        said.append(f"{recorded['name']} was closed in another program: it is not confirmed until others report it.")
    if is_hidden(recorded):
        told = {
            name: without for name in FREE_TEXT_FIELDS if (without := _without_places(values[name])) != values[name]
        }
        values |= told
        if told:
            said.append(f"{recorded['name']} is hidden: what told of its place was taken out ({', '.join(told)}).")
    assets = TABLES[Asset]
    point = writer.connection.execute(select(assets.c.geom).where(assets.c.fid == recorded["fid"])).scalar()
    moved = not _at(recorded, point) and not (point is None and recorded["longitude"] is None)
    if moved and point is not None:
        values |= {"longitude": point[0], "latitude": point[1]}
    after, wrong = _read_and_place(values, recorded)
    if moved and point and after and after["location_precision"] != "hidden" and not _at(after, point):
        # The point was put there by hand, so it counts, and not the postcode of before, which lies elsewhere.
        after, wrong = _read_and_place({**values, "postcode": ""}, recorded)
    if after is None:
        # It is left as it stands, but for the point and what is finer than a hidden place may have.
        after = {name: recorded[name] for name in (*Asset.specs(), *DERIVED)}
        if is_hidden(recorded):
            after |= {**{name: values[name] for name in FREE_TEXT_FIELDS}, **dict.fromkeys(_FINER_THAN_HIDDEN)}
        said += [f"{recorded['name']}: {p.column} {p.value!r} {p.why} {p.what_to_do}" for p in wrong]
    changed = _changed(recorded, after)
    if changed or moved:
        writer.update(Asset, {"fid": recorded["fid"]}, {**changed, **{name: after[name] for name in _POINT}})
    if is_hidden(recorded):
        # What was typed of its place is in the history by now.
        forget_fields(writer, TABLES[Asset].name, recorded["fid"], (*FREE_TEXT_FIELDS, *PLACE_FIELDS))
    return said


def _without_places(value: Any) -> Any:
    """Return a text without what tells of a place: all of it goes, since what is left of it might tell as well."""
    if isinstance(value, tuple):
        return tuple(part for part in value if not tells_of_place(part))
    return "" if isinstance(value, str) and tells_of_place(value) else value


def _read_and_place(
    values: Mapping[str, Any], recorded: Mapping[str, Any]
) -> tuple[dict[str, Any] | None, list[RowProblem]]:
    """Return an asset as it would be stored, or what is wrong with it."""
    row = recorded["fid"]
    record, problems = read_row(Asset, values, row)
    if record is None:
        return None, list(problems)
    placed = place_assets([(row, record)], {row: recorded})
    return (None if placed.problems else row_dicts(placed.table)[0]), list(placed.problems)


def _status(writer: Writer, recorded: Mapping[str, Any]) -> str:
    """Return the status that an asset keeps: closing it in another program is one report like any other."""
    first = (
        select(history.c.was)
        .where(
            history.c.change_id == writer.change,
            history.c.table_name == TABLES[Asset].name,
            history.c.row_id == recorded["fid"],
            history.c.field == "status",
        )
        .order_by(history.c.id)
        .limit(1)
    )
    was = writer.connection.execute(first).scalar()
    if was is None:
        return str(recorded["status"])
    reported = reports_by_asset(writer).get(recorded["id"], set())
    return closing_status(json.loads(was) or "", recorded["status"], by="", reported_by=reported).status


def _at(recorded: Mapping[str, Any], point: tuple[float, float] | None) -> bool:
    lon, lat = recorded["longitude"], recorded["latitude"]
    if point is None or lon is None or lon != lon:
        return False
    return bool(abs(lon - point[0]) < _MOVED_DEGREES and abs(lat - point[1]) < _MOVED_DEGREES)
