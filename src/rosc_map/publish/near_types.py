"""What is near a place this week: what was asked, and what an audience may be told."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rosc_map.publish.published import Gated
from rosc_map.records import Audience

__all__ = [
    "DAYS",
    "Interest",
    "NearAsked",
    "NearDay",
    "NearEntry",
    "NearEvent",
    "NearPlace",
    "NearUsual",
    "PublishedNear",
]

DAYS = 7
"""How many days a sheet tells of, its own day among them."""


@dataclass(frozen=True)
class Interest:
    """Something that people look for: the ``field`` of an asset, the ``code`` in it, and its ``label``."""

    field: str
    code: str
    label: str


@dataclass(frozen=True)
class NearPlace:
    """The place that was asked about.

    Attributes
    ----------
    words
        The place, as a person reads it.
    measured_from
        What distances are measured from, in words; "" where there is no point.
    point
        Easting and northing in metres (EPSG:27700), or None for a whole area.
    local
        The codes of the local authorities that it is in, or is made of.
    around
        These, and the codes of all areas that they lie in: whoever serves one of them serves the place.
    area
        The name of its authority or area.
    remarks
        What to know of it, in sentences.
    """

    words: str
    measured_from: str
    point: tuple[float, float] | None
    local: frozenset[str]
    around: frozenset[str]
    area: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class NearAsked:
    """What is looked for: where, what (any of the interests; all when there are none), from which day, how far."""

    place: NearPlace
    interests: tuple[Interest, ...]
    first_day: dt.date
    within_km: float

    @property
    def last_day(self) -> dt.date:
        """The last day that counts."""
        return self.first_day + dt.timedelta(days=DAYS - 1)


@dataclass(frozen=True)
class NearEntry:
    """One asset on a sheet.

    Attributes
    ----------
    id
        The id by which the audience knows it.
    name
        Its name.
    told
        What is told of it, in words, by the names of ``near_words.LABELS``; nothing is "".
    place
        Where it is, in a few words.
    distance_km
        From the place as it is shown, or None; in whole kilometres where ``about``.
    about
        Whether that is the middle of its postcode district.
    """

    id: str
    name: str
    told: Mapping[str, str]
    place: str
    distance_km: float | None
    about: bool

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        plain = {"id": self.id, "name": self.name, "distance_km": self.distance_km, "about": self.about}
        return {**plain, **self.told}


@dataclass(frozen=True)
class NearEvent:
    """Something that is on.

    Attributes
    ----------
    start, end, time
        From when to when (HH:MM), and both in words.
    entry
        What it is.
    remark
        What to know of it, or "".
    usual
        Whether it is told of once, as :class:`NearUsual`, and not again on its day.
    """

    start: str
    end: str
    time: str
    entry: NearEntry
    remark: str
    usual: bool

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        found = {"start": self.start, "end": self.end, "id": self.entry.id, "name": self.entry.name}
        return {**found, "where": self.entry.told["where"], "remark": self.remark, "usual": self.usual}


@dataclass(frozen=True)
class NearUsual:
    """What is on at its usual time on most of the days: the ``entry``, and its days and times in words (``when``)."""

    entry: NearEntry
    when: str

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        entry = self.entry
        return {"id": entry.id, "name": entry.name, "where": entry.told["where"], "when": self.when}


@dataclass(frozen=True)
class NearDay:
    """One day, its name in words, and what is on, by time and then by name."""

    on: dt.date
    words: str
    events: tuple[NearEvent, ...]


@dataclass(frozen=True)
class PublishedNear(Gated):
    """What is near a place this week, for one audience. Only :func:`rosc_map.publish.publish_near` makes one.

    Attributes
    ----------
    audience
        Who it is for.
    title, banner
        The partnership's name, and the sentence that every page of it has to carry, or "".
    asked
        What was asked.
    days
        What is on, day by day; only days on which anything is.
    most_days
        What is on at its usual time on most of the days, by name.
    entries
        Each of those, once, by name.
    other_times
        Those of which no time in these days is known, by name.
    ring_first
        Those that nobody has confirmed lately, by name.
    helpers
        Community connectors and recovery navigators who serve the place, by name.
    more, more_helpers
        A sentence that says how many more there are than fit, and how to see them; "" when all are here.
    said
        Sentences: how much was looked through, what is not known, and what is left out.
    licences
        Where the data is from, a line each.
    """

    audience: Audience
    title: str
    banner: str
    asked: NearAsked
    days: tuple[NearDay, ...]
    most_days: tuple[NearUsual, ...]
    entries: tuple[NearEntry, ...]
    other_times: tuple[NearEntry, ...]
    ring_first: tuple[NearEntry, ...]
    helpers: tuple[NearEntry, ...]
    more: str
    more_helpers: str
    said: tuple[str, ...]
    licences: tuple[str, ...]

    @property
    def found(self) -> bool:
        """Whether there is anything of what was looked for."""
        return bool(self.entries or self.other_times or self.ring_first)

    def to_json(self) -> dict[str, Any]:
        """Return the sheet as plain dicts, lists, text and numbers."""
        asked = self.asked
        lists = ("most_days", "entries", "other_times", "ring_first", "helpers")
        return {
            "place": asked.place.words,
            "area": asked.place.area,
            "measured_from": asked.place.measured_from,
            "interests": [each.code for each in asked.interests],
            "within_km": asked.within_km,
            "first_day": asked.first_day.isoformat(),
            "last_day": asked.last_day.isoformat(),
            "audience": self.audience.value,
            "banner": self.banner,
            "days": [
                {"date": each.on.isoformat(), "events": [event.to_json() for event in each.events]}
                for each in self.days
            ],
            **{name: [entry.to_json() for entry in getattr(self, name)] for name in lists},
            "more": self.more,
            "more_helpers": self.more_helpers,
            "said": list(self.said),
            "licences": list(self.licences),
        }
