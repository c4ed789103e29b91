"""Looking up assets: the search, and the page of each."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from rosc_map.exchange.questions import WHO, groups
from rosc_map.place import code_names
from rosc_map.publish import CONFIDENTIAL_TYPES, PublishedAssets, plain_id, shown_place
from rosc_map.records import Asset, Audience, codelist, day, label, row_dicts
from rosc_map.show import asset_words, link_target, place_picture
from rosc_map.web.pages import page
from rosc_map.web.refused import NotThere
from rosc_map.web.visitor import SignedIn, Visitor

__all__ = ["router", "seen_asset"]

router = APIRouter()
_A_PAGE = 20
_MOST = 200
_OFF_THE_PAGE = ("name", "latitude", "longitude")
_LINKS = {"website": "", "source_url": "", "email": "mailto:", "phone": "tel:"}


@dataclass(frozen=True)
class Fact:
    """One thing that is known of an asset: its label, the words, where they lead, and who may see it."""

    label: str
    words: str
    href: str
    who_sees: str


@dataclass(frozen=True)
class Step:
    """One change of an asset, in words."""

    at: str
    who: str
    what: str
    was: str
    now: str


@router.get("/assets")
def search(
    request: Request,
    visitor: SignedIn,
    q: str = "",
    kind: str = "",
    area: str = "",
    number: str = "1",
) -> Response:
    """Find assets by words, type and authority."""
    live = visitor.site.live
    live.refresh()
    kinds = {
        code: entry.label
        for code, entry in codelist("asset_type").items()
        if visitor.audience is Audience.INTERNAL or code not in CONFIDENTIAL_TYPES
    }
    areas = live.areas()
    kind, area = kind if kind in kinds else "", area if area in areas else ""
    ids = live.search(q[:200], visitor.audience, kind, area)
    pages = max(1, -(-len(ids) // _A_PAGE))
    here = min(max(int(number), 1), pages) if number.isdecimal() and len(number) < len(str(_MOST)) else 1
    shown = live.published(ids[(here - 1) * _A_PAGE : here * _A_PAGE], visitor.audience)
    return page(
        request,
        "assets/search.html",
        asked={"q": q[:200], "kind": kind, "area": area},
        kinds=kinds,
        areas=areas,
        found=[_row(row) for row in row_dicts(shown.assets)],
        many=len(ids),
        most=_MOST,
        here=here,
        pages=pages,
        licences=shown.licences,
    )


@router.get("/assets/{identifier}")
def asset_page(request: Request, visitor: SignedIn, identifier: str, saved: str = "") -> Response:
    """Show all that somebody may know of an asset."""
    visitor.site.live.refresh()
    shown = visitor.site.live.page(identifier, visitor.audience)
    row = _one(shown)
    by_group = [(group, _facts(row, group.fields, visitor)) for group in groups(Asset)]
    return page(
        request,
        "assets/asset.html",
        key=plain_id(row["id"]),
        asset=_row(row),
        picture=place_picture(shown_place(row)),
        groups=[(group, facts) for group, facts in by_group if facts],
        outward=_links(shown, row["id"], "from", "to"),
        inward=_links(shown, row["id"], "to", "from"),
        history=_history(shown),
        licences=shown.licences,
        saved=saved == "yes",
        remarks=visitor.site.said_after.take(visitor.name, plain_id(row["id"])) if saved == "yes" else (),
        to_check=visitor.people.taken("check").get(plain_id(row["id"])) == visitor.name,
    )


def seen_asset(visitor: Visitor, identifier: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an asset as a visitor is shown it, and as it is recorded; the latter is never shown.

    Raises
    ------
    NotThere
        When there is none, or it is not for them: the two are not told apart.
    """
    live = visitor.site.live
    live.refresh()
    # The record first: with a version that is too old a change is asked about once more, with one too new it is lost.
    recorded = live.recorded(identifier)
    return _one(live.published([identifier], visitor.audience)), recorded or {}


def _one(shown: PublishedAssets) -> dict[str, Any]:
    rows = row_dicts(shown.assets)
    if not rows:
        raise NotThere
    return rows[0]


def _row(row: dict[str, Any]) -> dict[str, str]:
    """Return what stands of an asset in a list."""
    looked = row["verified_on"]
    return {
        "key": plain_id(row["id"]),
        "name": row["name"],
        "kind": label("asset_type", row["asset_type"]),
        "place": row["place"],
        "status": "" if row["status"] == "active" else label("status", row["status"]),
        "checked": f"Last checked on {day(looked)}" if looked else "Not checked yet",
    }


def _facts(row: dict[str, Any], fields: tuple[str, ...], visitor: Visitor) -> list[Fact]:
    specs, found = Asset.specs(), []
    for name in fields:
        words = asset_words(name, row[name]) if name in row and name not in _OFF_THE_PAGE else ""
        if words:
            who = WHO[specs[name].audience] if visitor.role.coordinates else ""
            found.append(Fact(specs[name].label, words, _href(name, words), who))
    return found


def _href(name: str, words: str) -> str:
    """Return where a website, a telephone or an e-mail address leads; "" where it is nothing to follow."""
    if name not in _LINKS or words.startswith("("):
        return ""
    target = _LINKS[name] + ("".join(words.split()) if name == "phone" else words)
    return link_target(target) if target.casefold().startswith(("http://", "https://", "mailto:", "tel:")) else ""


def _links(shown: PublishedAssets, identifier: str, here: str, there: str) -> list[dict[str, str]]:
    """Return the referrals of one direction: who is at the other end, and how it is known."""
    table = shown.links[shown.links[f"{here}_asset"] == identifier]
    return [
        {
            "key": plain_id(row[f"{there}_asset"]),
            "name": row[f"{there}_name"],
            "known": row["evidence"] or "not found in a test",
        }
        for row in row_dicts(table)
    ]


def _history(shown: PublishedAssets) -> list[Step]:
    """Return the changes, newest first."""
    return [_step(row) for row in reversed(row_dicts(shown.history))]


def _step(row: dict[str, Any]) -> Step:
    specs, field = Asset.specs(), row["field"]
    name = specs[field].label if field in specs else field.replace("_", " ")
    what = {"insert": "Recorded", "delete": "Taken out"}.get(row["operation"], name)
    told = [_told(field, value) for value in (row["was"], row["now"])] if field else ["", ""]
    return Step(row["at"].replace("T", " ")[:16], row["who"] or "not said", what + _task(row), *told)


def _task(row: dict[str, Any]) -> str:
    told = f" ({row['task']})" if row["task"] != "edit" else ""
    return f"{told} – undone since" if row["undone"] else told


def _told(field: str, value: Any) -> str:
    if value in (None, "", ()):
        return "nothing"
    if field in Asset.specs():
        return asset_words(field, value)
    return code_names().get(value, str(value)) if isinstance(value, str) else str(value)
