"""Writing mutual aid meetings as Meeting Guide JSON, which the apps and websites of the fellowships read.

The format is a bare list: it has no room for licences, the day or the audience, so say them beside it. Its meetings are
weekly: times of other weeks are written into the notes. It has no contacts of people, and nor do its objects here.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from rosc_map.errors import InputError
from rosc_map.exchange.outside.meeting_times import NOT_EVERY_WEEK
from rosc_map.exchange.outside.meeting_types import FELLOWSHIPS, Fact, fellowship_in
from rosc_map.publish import Published, require_published
from rosc_map.publish.view import plain_id
from rosc_map.records import Audience, Session, format_sessions, label, parse_sessions, row_dicts
from rosc_map.records.sessions import WEEKDAYS
from rosc_map.whole_file import write_atomic

__all__ = ["CARRIED", "CARRIED_IN_PART", "meeting_guide_part", "write_meeting_guide"]

CARRIED = (
    "name", "organisation", "asset_type", "address", "postcode", "latitude", "longitude", "website", "email", "phone",
    "sessions", "for_whom", "languages", "accessibility", "source_url", "verified_on",
)  # fmt: skip
"""The fields of an asset of mutual aid that come back as they were, where its exact place is published."""

CARRIED_IN_PART: Mapping[str, str] = {
    "description": "its lines, but for those that may name a person: they are not read back",
    "attendance": "in person, online, or both; by telephone and home visits are not",
    "status": "active or paused",
}
"""Fields of which the format holds a part, and which part."""

_DECIMALS = 6
_LONGEST_NAME = 255


def meeting_guide_part(assets: pd.DataFrame) -> pd.DataFrame:
    """Return those of some assets that the format takes: mutual aid that is not closed, with or without a time."""
    return assets[(assets["asset_type"] == "mutual_aid") & (assets["status"] != "closed")]


def write_meeting_guide(published: Published, path: Path) -> Path:
    """Write the mutual aid that may be named, an object for each weekly time. Internal files are for their owner only.

    An asset whose exact place may not be shown has no address here and no point, but the half of a postcode that is
    published; the apps call it approximate. See ``CARRIED`` for what a reader gets back.

    Raises
    ------
    NotPublished
        When it has not passed the gate.
    InputError
        For a name that does not end in ``.json``.
    """
    require_published(published, Published)
    if path.suffix.lower() != ".json":
        raise InputError(f"{path.name}: choose a name that ends in .json.")
    assets = meeting_guide_part(published.assets.drop(columns="geometry"))
    meetings = [meeting for asset in row_dicts(assets) for meeting in _meetings(asset)]
    data = json.dumps(meetings, ensure_ascii=False, allow_nan=False, indent=1).encode("utf-8", "replace")
    return write_atomic(path, data, private=published.audience is Audience.INTERNAL)


def _meetings(asset: Mapping[str, Any]) -> list[dict[str, Any]]:
    sessions = parse_sessions(asset["sessions"])
    others = tuple(session for session in sessions if session.every)
    shared = _shared(asset, others)
    # An asset without a weekly time is an object without a day, which the format has for "ask when".
    times = [_time(session) for session in sessions if not session.every] or [{}]
    slugs = _slugs(plain_id(asset["id"]), times)
    return [
        _given({"name": shared["name"], "slug": slug, **time, **shared})
        for slug, time in zip(slugs, times, strict=True)
    ]


def _slugs(asset_id: str, times: list[dict[str, Any]]) -> list[str]:
    """Return what a meeting is known by as long as its day and beginning stay the same."""
    seen: Counter[str] = Counter()
    slugs = []
    for time in times:
        slug = f"{asset_id}-{time['day']}-{time['time'].replace(':', '')}" if time else asset_id
        seen[slug] += 1
        slugs.append(slug if seen[slug] == 1 else f"{slug}-{seen[slug]}")
    return slugs


def _time(session: Session) -> dict[str, Any]:
    day = (WEEKDAYS.index(session.weekday) + 1) % len(WEEKDAYS)  # the format begins with Sunday
    # Midnight is 00:00 in the format; of what begins there too that would say that nobody knows when it ends.
    end = "00:00" if session.end == "24:00" and session.start != "00:00" else session.end
    return {"day": day, "time": session.start, "end_time": end, "timezone": "Europe/London"}


def _shared(asset: Mapping[str, Any], others: tuple[Session, ...]) -> dict[str, Any]:
    """Return what is the same for all meetings of an asset."""
    notes = [asset["description"], f"{NOT_EVERY_WEEK}{format_sessions(others)}" if others else ""]
    verified = asset["verified_on"]
    return {
        "name": asset["name"][:_LONGEST_NAME],
        "types": _types(asset),
        "languages": list(asset["languages"]),
        "notes": "\n".join(note for note in notes if note),
        "attendance_option": _attendance(asset),
        **_place(asset),
        "entity": asset["organisation"],
        "entity_phone": asset["phone"],
        "entity_email": asset["email"],
        "website": asset["website"],
        "url": asset["source_url"],
        "last_contact": verified.isoformat() if isinstance(verified, dt.date) else "",
        # Two groups that meet in one hall stay two when they are read back.
        "location_id": plain_id(asset["id"]),
    }


def _place(asset: Mapping[str, Any]) -> dict[str, Any]:
    exact = bool(asset["address"] or asset["postcode"] or asset["latitude"] == asset["latitude"])
    exact = exact and asset["location_precision"] == "exact" and not asset["about"]
    place = {
        "postal_code": asset["postcode"],
        "state": asset["upper_tier"],
        "region": asset["local_authority"],
        "country": "GB",
        "approximate": "no" if exact else "yes",
    }
    if exact and asset["latitude"] == asset["latitude"]:
        place |= {name: round(asset[name], _DECIMALS) for name in ("latitude", "longitude")}
    return {"address": ", ".join(asset["address"].splitlines()), **place}


def _attendance(asset: Mapping[str, Any]) -> str:
    if asset["status"] == "paused":
        return "inactive"
    ways = set(asset["attendance"])
    if "hybrid" in ways or ways >= {"in_person", "online"}:
        return "hybrid"
    return next((way for way in ("in_person", "online") if way in ways), "")


def _types(asset: Mapping[str, Any]) -> list[str]:
    """Return types as the asset's fellowship codes them; words in full where it has no code, or is not known.

    There are codes for a few languages only: all stand in ``languages`` too, by name.
    """
    fellowship = FELLOWSHIPS.get(fellowship_in(asset["organisation"]))
    codes: dict[Fact, str] = {}
    for code, fact in fellowship.codes.items() if fellowship else ():
        if fact:
            codes.setdefault(fact, code.upper())
    always = fellowship.always if fellowship else frozenset()
    facts = [(field, value) for field in ("accessibility", "for_whom") for value in asset[field]]
    words = [codes.get(fact) or label(*fact) for fact in facts if fact not in always]
    return words + [codes[fact] for value in asset["languages"] if (fact := ("languages", value)) in codes]


def _given(meeting: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty, as the format wants it."""
    return {name: value for name, value in meeting.items() if value not in ("", [], None)}
