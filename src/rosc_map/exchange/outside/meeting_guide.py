"""Reading Meeting Guide: the JSON feeds of mutual aid fellowships, and the tables of TSML and of their sheets.

What names or reaches a person (``contact_*``, the group's own telephone and e-mail) and what lets anybody into an
online room (passwords, dial-in numbers) is never read. The page of a meeting, which its fellowship publishes, is kept.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from rosc_map.errors import InputError
from rosc_map.exchange.outside.lists import WHOLE_LIST, Opened, OutsideList, ReadOptions
from rosc_map.exchange.outside.meeting_places import PlaceWords, Venue, venue_of
from rosc_map.exchange.outside.meeting_scheme import host_of, scheme_of
from rosc_map.exchange.outside.meeting_times import NOT_EVERY_WEEK, Times, sessions_of
from rosc_map.exchange.outside.meeting_types import (
    HYBRID,
    IN_PERSON,
    ONLINE,
    PAUSED,
    Fact,
    Fellowship,
    TypeReader,
    fellowship_by_host,
    fellowship_by_word,
    fellowship_in,
    language,
)
from rosc_map.exchange.outside.repair import Notes, is_unknown, one_word, text_of
from rosc_map.exchange.outside.venues import Meeting, Sieve, Texts, Words, assets_of, plain_link
from rosc_map.records import format_sessions, parse_sessions

__all__ = ["MeetingGuide"]

_TELLING = frozenset(
    (
        "day",
        "time",
        "types",
        "formatted_address",
        "location",
        "conference_url",
        "attendance_option",
        "regions",
        "region",
    )
)
_LOOKED_AT = 20
_OWN_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WHERE = {"in_person": IN_PERSON, "online": ONLINE, "hybrid": HYBRID, "inactive": PAUSED}
_MOST_LINKS = 1_000  # of which the host of a list is found
_OWN_SOURCE = "rosc-map"


class MeetingGuide:
    """The reader of Meeting Guide JSON, TSML CSV and the Google-Sheet form. See ``outside.lists.Reader``."""

    code = "meeting-guide"
    title = "Meeting Guide"

    def knows(self, opened: Opened) -> bool:
        """Whether a source looks like a list of meetings."""
        if opened.lines:
            return _heading(opened) is not None
        return any(
            bool(row.keys() >= {"name", "slug"}) and bool(_TELLING & row.keys())
            for document in opened.documents
            for row in _rows_of(document)[:_LOOKED_AT]
            if isinstance(row, dict)
        )

    def read(self, opened: Opened, options: ReadOptions) -> OutsideList:
        """Turn meetings into assets, one a venue.

        Raises
        ------
        InputError
            When it is no list of meetings, has none in it, or nobody says whose list it is.
        UnknownName
            For a programme that is none.
        """
        rows = list(_table_rows(opened) if opened.lines else _document_rows(opened))
        if not rows:
            raise InputError(
                f"{opened.name} has no meetings in it as Meeting Guide has them. That does not mean that there are "
                "none: check that it is the right file, and whole."
            )
        return _Reading(opened, options, rows).result()


def _rows_of(document: Any) -> list[Any]:
    if isinstance(document, dict):
        document = document.get("meetings")
    return document if isinstance(document, list) else []


def _document_rows(opened: Opened) -> Iterator[tuple[int, Any]]:
    rows = (row for document in opened.documents for row in _rows_of(document))
    found = list(enumerate(rows, start=1))
    yield from found if any(isinstance(row, dict) for _, row in found) else []


def _heading(opened: Opened) -> tuple[int, list[str]] | None:
    """Return where the headings of a table are, and the keys that they stand for."""
    for place, (_, cells) in enumerate(opened.lines[:_LOOKED_AT]):
        keys = ["_".join(text_of(cell).casefold().split()) for cell in cells]
        if {"name", "day", "time"} <= set(keys) and {"types", "slug", "id"} & set(keys):
            return place, keys
    return None


def _table_rows(opened: Opened) -> Iterator[tuple[int, Any]]:
    found = _heading(opened)
    if found is None:
        return
    place, keys = found
    for number, cells in opened.lines[place + 1 :]:
        row = dict(zip(keys, cells, strict=False))
        if any(not is_unknown(cell) for cell in cells):
            yield number, row | {"types": _split(row.get("types")), "day": _split(row.get("day"))}


def _split(cell: object) -> list[str]:
    return [part.strip() for part in text_of(cell).split(",")]


class _Reading:
    """One list as it is read."""

    def __init__(self, opened: Opened, options: ReadOptions, rows: list[tuple[int, Any]]) -> None:
        self.opened, self.options, self.rows = opened, options, rows
        self.notes, self.sieve, self.types = Notes(), Sieve(), TypeReader()
        self._words = Texts()
        self._places = lru_cache(maxsize=None)(venue_of)
        self._hosts = [host for _, row in rows[:_MOST_LINKS] if isinstance(row, dict) and (host := _host_in(row))]
        word = options.programme or self._by_host()
        self._fellowship = fellowship_by_word(word)
        if not word:
            why = "is said nowhere, so types that only one of them has are left out."
            self.notes.add(WHOLE_LIST, "", "The fellowship of these meetings", why, "Say it with --programme.")

    def _by_host(self) -> str:
        hosts = [self.opened.host, *dict.fromkeys(self._hosts)]
        return next((word for host in hosts if (word := fellowship_by_host(host))), "")

    def result(self) -> OutsideList:
        for number, row in self.rows:
            if isinstance(row, dict):
                self.sieve.take(self._meeting(number, row))
            else:
                self.sieve.leave(number, text_of(row), "is not a meeting: it has no fields.")
        self.types.say(self.notes)
        own = all(meeting.own for meeting in self.sieve.kept)
        # What another rosc-map wrote has ids that no other list has, and links to many hosts.
        hosts = [_OWN_SOURCE] if own and self.sieve.kept else self._hosts
        scheme = scheme_of(MeetingGuide.code, self.opened, self.options, hosts)
        return OutsideList(
            self.opened.name,
            MeetingGuide.code,
            scheme,
            assets_of(self.sieve.kept, scheme, self.notes),
            self.notes.all,
            tuple(self.sieve.left_out),
            whole=not (own or self.opened.filtered),
        )

    def _meeting(self, number: int, row: Mapping[str, Any]) -> Meeting:
        said = self._words.of(row)
        entity = said("entity")
        word = fellowship_in(entity) if entity else ""
        fellowship = fellowship_by_word(word) if word else self._fellowship
        venue = self._venue(said)
        facts = self._types_of(number, row, fellowship)
        texts, more = _texts(said)
        times = Times(row.get("day"), 0, said("time"), said("end_time"), said("duration"))
        own = said("location_id")
        return Meeting(
            number=number,
            id=_id(row),
            name=" ".join(said("name").split()),
            group=" ".join(said("group").split()),
            fellowship=fellowship.name,
            organisation=entity if word or not fellowship.name else fellowship.name,
            venue=venue,
            sessions=(*sessions_of(number, times, self.notes), *more),
            facts=(facts - {ONLINE, HYBRID, PAUSED}) | _attendance(said, facts, venue),
            source_url=said("url"),
            # The page of an online meeting is where people get in; without one, its room is.
            website=said("website") or ("" if said("url") else plain_link(said("conference_url"))),
            phone=said("entity_phone"),
            email=said("entity_email"),
            texts=texts,
            updated=_day(said("updated")),
            checked=_day(said("last_contact")),
            own=own if _OWN_ID.fullmatch(own) else "",
        )

    def _venue(self, said: Words) -> Venue:
        return self._places(
            PlaceWords(
                said("location"), said("formatted_address"), said("address"), said("city"), said("state"),
                said("postal_code"), said("country"), said("latitude"), said("longitude"), said("coordinates"),
                said("approximate"),
            )
        )  # fmt: skip

    def _types_of(self, number: int, row: Mapping[str, Any], fellowship: Fellowship) -> frozenset[Fact]:
        types = row.get("types")
        words = types if isinstance(types, list) else [types]
        facts = self.types.facts(number, words, fellowship.codes, fellowship.name) | fellowship.always
        spoken = row.get("languages")
        if isinstance(spoken, list):
            facts |= {("languages", name) for word in spoken if (name := language(word))}
        return facts


def _host_in(row: Mapping[str, Any]) -> str:
    keys = ("url", "edit_url", "location_url", "entity_website_url", "entity_url")
    return next((host for key in keys if (host := host_of(row.get(key)))), "")


def _id(row: Mapping[str, Any]) -> str:
    for key in ("slug", "id", "_id"):
        value = row.get(key)
        text = text_of(value.get("$oid") if isinstance(value, dict) else value)
        if not is_unknown(text):
            return one_word(text).replace(" ", "-")[:200]
    return ""


def _attendance(said: Words, types: frozenset[Fact], venue: Venue) -> frozenset[Fact]:
    """Say how people take part: as the list says, else online by a link, and in person where there is a place.

    A building that is closed for a time ends a meeting in person, and not one online.
    """
    closed = PAUSED in types
    option = _WHERE.get(said("attendance_option").casefold())
    if option:
        if closed and option != IN_PERSON:
            return frozenset({PAUSED if option == PAUSED else ONLINE})
        return frozenset({option, PAUSED} if closed else {option})
    online = bool({ONLINE, HYBRID} & types) or bool(said("conference_url") or said("conference_phone"))
    in_person = bool(venue.key) and not closed
    if online:
        return frozenset({HYBRID if in_person else ONLINE})
    return frozenset({IN_PERSON} if in_person else {PAUSED} if closed else ())


def _texts(said: Words) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the lines of the notes, and the times that another rosc-map wrote into them."""
    lines, sessions = [], []
    for key in ("group_notes", "location_notes", "notes"):
        for line in said(key).splitlines():
            if line.startswith(NOT_EVERY_WEEK):
                try:
                    sessions += [format_sessions((each,)) for each in parse_sessions(line.removeprefix(NOT_EVERY_WEEK))]
                    continue
                except ValueError:
                    pass  # somebody's own words
            if line.strip():
                lines.append(" ".join(line.split()))
    return tuple(dict.fromkeys(lines)), tuple(sessions)


def _day(text: str) -> str:
    """Return the day of a moment that begins with it; "" for others: 8/9/2025 is August in some lists."""
    try:
        return dt.date.fromisoformat(text[:10]).isoformat() if len(text) >= 10 else ""
    except ValueError:
        return ""
