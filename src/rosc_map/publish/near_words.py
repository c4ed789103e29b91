"""What a sheet says of one asset: where it is and how far, when it is on, how to get in; in plain words."""

import datetime as dt
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from rosc_map.place import to_metres
from rosc_map.publish.near_types import NearAsked, NearEntry, NearPlace
from rosc_map.records import Session, day, label, parse_sessions

__all__ = ["LABELS", "clock", "entry_of", "in_words", "is_fresh", "sessions_of", "usual_of"]

LABELS = {
    "kind": "What it is",
    "support": "Kinds of recovery support",
    "helps": "Who can come along",
    "description": "What it does",
    "when": "When",
    "where": "Where",
    "distance": "How far",
    "getting_in": "How to get in",
    "referral": "How to refer someone",
    "access": "Access",
    "for_whom": "For whom",
    "cost": "Cost",
    "languages": "Languages besides English",
    "phone": "Telephone",
    "email": "E-mail",
    "website": "Website",
    "checked": "Checked",
}
"""What is told of an asset, in the order in which it stands on a sheet, and how it is headed."""

_POINTS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
_DAYS = {
    "Mon": "Monday", "Tue": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday", "Fri": "Friday", "Sat": "Saturday",
    "Sun": "Sunday",
}  # fmt: skip
_EVERY = {"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth", "last": "last"}
_LISTS = {"rss_types": "rss_type"}
_MOST_DAYS = 4  # of the seven
_A_RUN = 3  # days that follow one another: told as "Monday to Wednesday"
_IN_PERSON = frozenset({"in_person", "hybrid", "home_visit"})
_WALKED_KM, _STEPS_AWAY_KM = 3.0, 0.25
_QUICK, _SLOW = 12, 16  # minutes for a kilometre
_STEP = 5  # minutes
_HERE_KM, _FAR_KM = 0.1, 10.0
_M_IN_KM = 1_000
_FRESH_FOR = dt.timedelta(days=183)
_MIDDAY, _MIDNIGHTS = "12:00", ("00:00", "24:00")


def entry_of(row: Mapping[str, Any], asked: NearAsked, *, from_anywhere: bool = False) -> NearEntry:
    """Return what a sheet says of an asset.

    Parameters
    ----------
    row
        A row of the assets that ``publish_assets`` gave: nothing else is looked at.
    asked
        What was asked.
    from_anywhere
        Whether it is here only because it can be joined from afar: its place is no matter then.
    """
    away = None if from_anywhere else _away(row, asked.place)
    about = bool(row["about"]) and not from_anywhere
    distance_km = None
    if away:
        km = away[0]
        distance_km = float(round(km)) if about else round(km, 1)
    codes = {
        "support": "rss_types",
        "helps": "connector_role",
        "getting_in": "access",
        "access": "accessibility",
        "for_whom": "for_whom",
    }
    told = {
        # What is done there says more than that it is of the community.
        "kind": label("community_group", row["community_group"]) or label("asset_type", row["asset_type"]),
        "description": row["description"],
        "when": in_words(sessions_of(row)),
        "where": _remote(row["attendance"]) if from_anywhere else _where(row),
        "distance": _distance(row, *away) if away else "",
        **{name: _labels(_LISTS.get(field, field), row[field]) for name, field in codes.items()},
        "referral": row["referral_route"],
        "cost": "" if row["cost"] == "unknown" else label("cost", row["cost"]),
        "languages": ", ".join(row["languages"]),
        **{name: row[name] for name in ("phone", "email", "website")},
        "checked": _checked(row, asked.first_day),
    }
    place = _remote(row["attendance"]).partition(",")[0] if from_anywhere else _in_short(row, asked.place)
    return NearEntry(row["id"], row["name"], {name: told[name] for name in LABELS}, place, distance_km, about)


def is_fresh(row: Mapping[str, Any], on: dt.date) -> bool:
    """Whether somebody looked, in the half year before a day, whether it all still holds."""
    looked: dt.date | None = row["verified_on"]
    return looked is not None and on - looked <= _FRESH_FOR


def _checked(row: Mapping[str, Any], on: dt.date) -> str:
    if row["verified_on"] is None:
        return "Not checked yet: ring first"
    checked = f"Checked {day(row['verified_on'])}"
    return checked if is_fresh(row, on) else f"{checked}: ring first"


def _labels(codes: str, values: Iterable[str]) -> str:
    return ", ".join(label(codes, value) for value in values)


def _point(row: Mapping[str, Any]) -> tuple[float, float] | None:
    lon, lat = row["longitude"], row["latitude"]
    if lon is None or lat is None or math.isnan(lon) or math.isnan(lat):
        return None
    (east,), (north,) = to_metres([lon], [lat])
    return float(east), float(north)


def _where(row: Mapping[str, Any]) -> str:
    remote = _remote(row["attendance"])
    place: str = row["place"]
    if row["about"]:
        place = f"about here: {row['postcode']}, {row['local_authority']}. Ask them where"
    elif _is_nowhere(row):
        area = row["local_authority"] or row["upper_tier"]
        here = f"in {area}" if area else place[:1].lower() + place[1:]
        place = "" if remote and not _in_person(row) else f"{here}: ask them where".lstrip(": ")
    else:
        # The name of a town and of its council are often the same: once is enough.
        place = place.removesuffix(f", {row['local_authority']}") if _named_in_address(row) else place
    if remote and _in_person(row):
        remote = f"also {remote.partition(',')[0]}"
    return "; ".join(part for part in (place, remote) if part)


def _in_short(row: Mapping[str, Any], asked: NearPlace) -> str:
    """Return where an asset is, in a few words: no more than :func:`_where` tells."""
    if row["about"]:
        return f"about {row['postcode']}"
    if _is_nowhere(row):
        return _where(row).partition(";")[0].removesuffix(": ask them where").partition(", from anywhere")[0]
    # The town that was asked about goes without saying.
    return (row["address"] or _where(row).partition(";")[0]).removesuffix(f", {asked.area}")


def _is_nowhere(row: Mapping[str, Any]) -> bool:
    return _point(row) is None and not row["address"]


def _in_person(row: Mapping[str, Any]) -> bool:
    return not _IN_PERSON.isdisjoint(row["attendance"])


def _named_in_address(row: Mapping[str, Any]) -> bool:
    return bool(row["local_authority"]) and row["local_authority"] in row["address"].split(", ")


def _remote(attendance: Iterable[str]) -> str:
    held = set(attendance)
    ways = [words for words, codes in (("online", {"online", "hybrid"}), ("by telephone", {"phone"})) if codes & held]
    return f"{' or '.join(ways)}, from anywhere" if ways else ""


def _away(row: Mapping[str, Any], place: NearPlace) -> tuple[float, str] | None:
    """Return the distance in kilometres from the place asked about to the place that is shown, and the direction."""
    point = _point(row)
    if point is None or place.point is None:
        return None
    east, north = (to - since for to, since in zip(point, place.point, strict=True))
    turned = math.degrees(math.atan2(east, north)) % 360
    return math.hypot(east, north) / _M_IN_KM, _POINTS[round(turned / 45) % len(_POINTS)]


def _distance(row: Mapping[str, Any], km: float, direction: str) -> str:
    if row["about"]:
        far = f"about {round(km)} km {direction}" if round(km) else "less than 1 km"
        return f"{far} to the middle of {row['postcode']}"
    if km < _HERE_KM:
        return "less than 100 m"
    short = km < 1 - _HERE_KM / 2
    far = f"{round(km * 10) * 100} m" if short else f"{km:.1f} km" if km < _FAR_KM else f"{km:.0f} km"
    return f"about {far} {direction}{_walk(km)}"


def _walk(km: float) -> str:
    """Return how long it takes on foot, for a quick and a slow walker, to 5 minutes; "" for what is no walk."""
    if km > _WALKED_KM:
        return ""
    if km < _STEPS_AWAY_KM:
        return ", a few minutes’ walk"
    least = max(_STEP, _STEP * round(km * _QUICK / _STEP))
    most = max(least + _STEP, _STEP * math.ceil(km * _SLOW / _STEP))
    return f", {least}–{most} minutes’ walk"


def sessions_of(row: Mapping[str, Any]) -> tuple[Session, ...]:
    """Return the times of an asset; none where another program wrote what cannot be read."""
    try:
        return parse_sessions(row["sessions"])
    except ValueError:
        return ()


def clock(start: str, end: str) -> str:
    """Return two times of a day in words, such as 7pm to 8:30pm."""
    return f"{_time(start)} to {_time(end)}"


def _time(text: str) -> str:
    if text == _MIDDAY or text in _MIDNIGHTS:
        return "midday" if text == _MIDDAY else "midnight"
    hour, _, minute = text.partition(":")
    half = "am" if text < _MIDDAY else "pm"
    return f"{(int(hour) - 1) % 12 + 1}{'' if minute == '00' else f':{minute}'}{half}"


def usual_of(sessions: Sequence[Session]) -> tuple[Session, ...]:
    """Return those times of an asset that hold on most days of a week, to be told of once; none where there are none.

    They are those at one time of the day on most days; or all weekly ones, where it is on most days at different times.
    """
    weekly = [each for each in sessions if not each.every]
    same = [
        each
        for each in weekly
        if len({other.weekday for other in weekly if (other.start, other.end) == (each.start, each.end)}) >= _MOST_DAYS
    ]
    on_most = len({each.weekday for each in weekly}) >= _MOST_DAYS
    return tuple(same or (weekly if on_most else ()))


def in_words(sessions: Iterable[Session]) -> str:
    """Return regular times in words, those at the same time of several days together."""
    together: dict[tuple[str, str, str], list[str]] = {}
    for each in sessions:
        together.setdefault((each.every, each.start, each.end), []).append(each.weekday)
    return "; ".join(f"{_on_days(every, days)}, {clock(start, end)}" for (every, start, end), days in together.items())


def _on_days(every: str, weekdays: Collection[str]) -> str:
    named = _named(weekdays)
    if every == "alternate":
        return f"every other {named}: ring first to ask which week"
    if every:
        return f"{_EVERY[every]} {named} of the month"
    if len(set(weekdays)) == len(_DAYS):
        return "every day"
    return named if " to " in named else f"every {named}"


def _named(weekdays: Collection[str]) -> str:
    """Return days of the week by name, in their order: those that follow one another as "Monday to Friday"."""
    runs: list[list[str]] = []
    before = ""
    for short, name in _DAYS.items():
        if short in weekdays and before in weekdays and runs:
            runs[-1].append(name)
        elif short in weekdays:
            runs.append([name])
        before = short
    parts = [part for run in runs for part in ([f"{run[0]} to {run[-1]}"] if len(run) >= _A_RUN else run)]
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)
