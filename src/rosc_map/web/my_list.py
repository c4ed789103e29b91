"""My list: the records that I check, oldest first, with one button for each answer."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from rosc_map.publish import plain_id
from rosc_map.records import day, label, row_dicts
from rosc_map.show import link_target
from rosc_map.web.pages import page
from rosc_map.web.refused import NotThere
from rosc_map.web.visitor import Recorder, Visitor

__all__ = ["router"]

router = APIRouter()
_LIST = "check"
_AT_ONCE = 10
_UNDO = "undo "
_SAID = {
    "undone": "It is as it was before.",
    "closed": "Thank you: we noted that it has closed.",
    "back": "Given back.",
}


@router.get("/my-list")
def my_list(request: Request, visitor: Recorder, said: str = "", key: str = "") -> Response:
    """Show what somebody has to check, and what they said of it."""
    visitor.site.live.refresh()
    today = visitor.site.today
    due = visitor.site.live.to_check(today, visitor.audience)
    keys = {plain_id(row["id"]) for row in due}
    reported = {plain_id(asset) for asset in visitor.partnership.reported_closed()}
    rows = [_row(row, due=row["key"] in keys, reported=row["key"] in reported) for row in _mine(visitor)]
    if visitor.role.coordinates:
        closing = {plain_id(row["id"]) for row in due if row["status"] == "not_confirmed"}
        rows = [
            row | {"kind": f"{row['kind']}. Reported closed, not confirmed"} if row["key"] in closing else row
            for row in rows
        ]
    overdue = (len(due), visitor.site.live.checkable(), day(today)) if visitor.role.coordinates else None
    taken = visitor.people.taken(_LIST)
    return page(
        request,
        "my_list/list.html",
        rows=sorted(rows, key=lambda row: (bool(row["said"]), row["looked"])),
        room=sum(not row["said"] for row in rows) < _AT_ONCE,
        free=any(key not in taken for key in keys),
        most=_AT_ONCE,
        overdue=overdue,
        thanks=_SAID.get(said, ""),
        undo=said == "right",
        just=next((row for row in rows if said in ("right", "running") and row["key"] == key), None),
        left=sum(not row["said"] for row in rows),
    )


@router.post("/my-list/more")
def more(visitor: Recorder) -> Response:
    """Give somebody what nobody else has, up to ten to check, the oldest first."""
    visitor.site.live.refresh()
    rows = visitor.site.live.to_check(visitor.site.today, visitor.audience)
    # What somebody said has closed comes first: a second person's word settles it, and not the first one's again.
    said = {plain_id(asset) for asset in visitor.partnership.reported_closed()}
    due = [plain_id(row["id"]) for row in sorted(rows, key=lambda row: row["status"] != "not_confirmed")]
    taken = visitor.people.taken(_LIST)
    open_ = [key for key in due if taken.get(key) == visitor.name]
    free = [key for key in due if key not in taken and key not in said]
    visitor.people.take(visitor.name, _LIST, free[: max(0, _AT_ONCE - len(open_))])
    return _back("")


@router.post("/my-list/{identifier}/right")
def still_right(visitor: Recorder, identifier: str) -> Response:
    """Note that all of it still holds today."""
    recorded = _own(visitor, identifier)
    found_running = {"status": "active"} if recorded["status"] in ("not_confirmed", "closed") else {}
    visitor.partnership.edit(recorded["id"], {"verified_on": visitor.site.today, **found_running})
    looked = recorded["verified_on"]
    # Reports of closing that were put right are gone, and do not come back.
    before = () if found_running else (looked.isoformat() if looked else "", str(int(recorded["version"]) + 1))
    visitor.site.said_after.keep(visitor.name, _UNDO + identifier, before)
    return RedirectResponse(f"/my-list?said={'right' if before else 'running'}&key={identifier}#said", status_code=303)


@router.post("/my-list/{identifier}/undo")
def take_back(visitor: Recorder, identifier: str) -> Response:
    """Put back when it was last looked at, for whoever has just said that it is still right."""
    recorded = _own(visitor, identifier)
    before = visitor.site.said_after.take(visitor.name, _UNDO + identifier)
    if not before:
        return _back("")
    visitor.partnership.edit(recorded["id"], {"verified_on": before[0]}, version=int(before[1]))
    return _back("undone")


@router.get("/my-list/{identifier}/closed")
def ask_closed(request: Request, visitor: Recorder, identifier: str) -> Response:
    """Ask once whether it has closed."""
    _own(visitor, identifier)
    (row,) = _shown(visitor, [identifier])
    return page(request, "my_list/closed.html", key=identifier, name=row["name"])


@router.post("/my-list/{identifier}/closed")
def closed(visitor: Recorder, identifier: str) -> Response:
    """Note that somebody found it closed; the partnership decides what comes of it."""
    visitor.partnership.edit(_own(visitor, identifier)["id"], {"status": "closed"})
    visitor.people.give_back(visitor.name, _LIST, [identifier])
    return _back("closed")


@router.post("/my-list/{identifier}/give-back")
def give_back(visitor: Recorder, identifier: str) -> Response:
    """Leave one to somebody else."""
    _own(visitor, identifier)
    visitor.people.give_back(visitor.name, _LIST, [identifier])
    return _back("back")


def _back(said: str) -> Response:
    return RedirectResponse(f"/my-list?said={said}" if said else "/my-list", status_code=303)


def _shown(visitor: Visitor, keys: list[str]) -> list[dict[str, Any]]:
    """Return what is shown of some assets; those that may not be shown are left out."""
    rows = row_dicts(visitor.site.live.published(keys, visitor.audience).assets) if keys else []
    return [row | {"key": plain_id(row["id"])} for row in rows]


def _mine(visitor: Visitor) -> list[dict[str, Any]]:
    taken = visitor.people.taken(_LIST)
    return _shown(visitor, [key for key, name in taken.items() if name == visitor.name])


def _own(visitor: Visitor, identifier: str) -> dict[str, Any]:
    """Return the record of an asset that is on somebody's own list and may be shown to them.

    Raises
    ------
    NotThere
        When it is anybody else's, or nobody's.
    """
    taken = visitor.people.taken(_LIST)
    visitor.site.live.refresh()
    recorded = visitor.site.live.recorded(identifier)
    if (
        identifier not in taken
        or taken[identifier] != visitor.name
        or not recorded
        or not _shown(visitor, [identifier])
    ):
        raise NotThere
    return recorded


def _row(row: dict[str, Any], *, due: bool, reported: bool) -> dict[str, Any]:
    looked = row["verified_on"]
    said = ""
    if row["status"] == "closed" or reported:
        said = "You said: it has closed." if reported else "It has closed."
    elif not due:
        said = f"Still right, checked on {day(looked)}." if looked else "Still right."
    return {
        "key": row["key"],
        "name": row["name"],
        "kind": label("asset_type", row["asset_type"]),
        "place": row["place"],
        "phone": row["phone"],
        "call": link_target(f"tel:{''.join(row['phone'].split())}")
        if row["phone"].strip("+0123456789 ()-") == ""
        else "",
        "website": row["website"],
        "visit": row["website"] if row["website"].casefold().startswith(("http://", "https://")) else "",
        "looked": looked.isoformat() if looked else "",
        "checked": f"Last checked on {day(looked)}" if looked else "Not checked yet",
        "said": said,
    }
