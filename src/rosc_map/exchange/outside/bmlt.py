"""Reading BMLT: what the meeting list servers of Narcotics Anonymous and others answer.

Only a server that somebody names is read; no public list of servers has one in the UK but for Ireland's. Its third
output, ``tsml``, is Meeting Guide. Contacts, dial-in numbers and the map key of ``GetServerInfo`` are never read.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from rosc_map.errors import InputError
from rosc_map.exchange.outside.lists import Opened, OutsideList, ReadOptions
from rosc_map.exchange.outside.meeting_places import PlaceWords, Venue, venue_of
from rosc_map.exchange.outside.meeting_scheme import host_of, scheme_of
from rosc_map.exchange.outside.meeting_times import Times, sessions_of
from rosc_map.exchange.outside.meeting_types import (
    HYBRID,
    IN_PERSON,
    ONLINE,
    PAUSED,
    WORLD_IDS,
    Fact,
    TypeReader,
    fellowship_by_host,
    fellowship_by_word,
)
from rosc_map.exchange.outside.repair import Notes, one_word, text_of
from rosc_map.exchange.outside.venues import Meeting, Sieve, Texts, Words, assets_of, plain_link

__all__ = ["Bmlt"]

_LOOKED_AT = 20
_KINDS = {"1": IN_PERSON, "2": ONLINE, "3": HYBRID}
_NO = ("0", "false", "no")


class Bmlt:
    """The reader of BMLT's JSON. See ``outside.lists.Reader``."""

    code = "bmlt"
    title = "BMLT (Narcotics Anonymous)"

    def knows(self, opened: Opened) -> bool:
        """Whether a source looks like meetings of a BMLT server, alone or with their formats."""
        return any(_is_meeting(row) for document in opened.documents for row in _rows_of(document)[:_LOOKED_AT])

    def read(self, opened: Opened, options: ReadOptions) -> OutsideList:
        """Turn meetings into assets, one a venue.

        Raises
        ------
        InputError
            When there is no meeting in it, or nobody says whose list it is.
        UnknownName
            For a programme that is none.
        """
        rows = list(enumerate((row for document in opened.documents for row in _rows_of(document)), start=1))
        if not any(_is_meeting(row) for _, row in rows):
            raise InputError(
                f"{opened.name} has no meetings in it as BMLT has them. That does not mean that there are none: a "
                "server answers like this to a question that it does not understand. Ask it for GetSearchResults."
            )
        return _Reading(opened, options, rows).result()


def _is_meeting(row: Any) -> bool:
    return isinstance(row, dict) and (
        row.keys() >= {"id_bigint", "weekday_tinyint"} or row.keys() >= {"id", "formatIds", "day"}
    )


def _rows_of(document: Any) -> list[Any]:
    """Return the meetings of an answer; answers to other questions (formats, the server itself) have none."""
    if isinstance(document, dict):
        document = document.get("meetings")
    if not isinstance(document, list) or _formats_in(document):
        return []
    return [row for row in document if not (isinstance(row, dict) and "centerLatitude" in row)]


def _formats_in(rows: list[Any]) -> list[dict[str, Any]]:
    return [row for row in rows[:_LOOKED_AT] if isinstance(row, dict) and "key_string" in row]


def _world_ids(opened: Opened) -> dict[str, str]:
    """Return the world id of each format by its id on this server."""
    found = {}
    for document in opened.documents:
        rows = document.get("formats") if isinstance(document, dict) else document
        if not isinstance(rows, list) or not _formats_in(rows):
            continue
        for row in rows:
            if isinstance(row, dict) and (world := text_of(row.get("world_id"))):
                found[text_of(row.get("id"))] = world
    return found


class _Reading:
    """One list as it is read."""

    def __init__(self, opened: Opened, options: ReadOptions, rows: list[tuple[int, Any]]) -> None:
        self.opened, self.options, self.rows = opened, options, rows
        self.notes, self.sieve, self.types = Notes(), Sieve(), TypeReader()
        self._words = Texts()
        self._places = lru_cache(maxsize=None)(venue_of)
        self._world_ids = _world_ids(opened)
        # Other fellowships have such servers too; nearly all are of Narcotics Anonymous.
        word = options.programme or fellowship_by_host(opened.host) or "na"
        self._fellowship = fellowship_by_word(word)

    def result(self) -> OutsideList:
        for number, row in self.rows:
            if not _is_meeting(row):
                self.sieve.leave(number, text_of(row), "is not a meeting: it has no id and no day.")
            elif text_of(row.get("published")) in _NO or row.get("published") is False:
                self.sieve.leave(
                    number, self._words.of(row)("meeting_name", "name"), "is not published by its own server."
                )
            else:
                self.sieve.take(self._meeting(number, row))
        if not self._world_ids and any(_format_ids(row) for _, row in self.rows if isinstance(row, dict)):
            why = "cannot be read without the list of formats: the keys mean something else on each server."
            self.notes.add(self.rows[0][0], "formats", "formats", why, "Ask the server with get_used_formats=1.")
        self.types.say(self.notes)
        hosts = (host_of(row.get("root_server_uri")) for _, row in self.rows if isinstance(row, dict))
        scheme = scheme_of(Bmlt.code, self.opened, self.options, hosts)
        return OutsideList(
            self.opened.name,
            Bmlt.code,
            scheme,
            assets_of(self.sieve.kept, scheme, self.notes),
            self.notes.all,
            tuple(self.sieve.left_out),
            # What somebody saved may be the answer to a search: it does not tell.
            whole=bool(self.opened.host) and not self.opened.filtered,
        )

    def _meeting(self, number: int, row: Mapping[str, Any]) -> Meeting:
        said = self._words.of(row)
        venue = self._venue(said)
        return Meeting(
            number=number,
            id=one_word(said("id_bigint", "id")).replace(" ", "-")[:200],
            name=" ".join(said("meeting_name", "name").split()),
            group="",
            fellowship=self._fellowship.name,
            organisation=self._fellowship.name,
            venue=venue,
            sessions=sessions_of(number, _times(row, said), self.notes),
            facts=self._facts(number, row, said, venue),
            website=plain_link(said("virtual_meeting_link", "virtualMeetingLink")),
            texts=_lines(said),
        )

    def _venue(self, said: Words) -> Venue:
        street, venue = said("location_street"), said("location_text")
        return self._places(
            PlaceWords(
                venue=venue,
                address=street,
                city=said("location_municipality"),
                postcode=said("location_postal_code_1"),
                country=said("location_nation"),
                latitude=said("latitude"),
                longitude=said("longitude"),
                # A server holds a point for each meeting, if need be that of a town.
                approximate="no" if street or venue else "yes",
            )
        )

    def _facts(self, number: int, row: Mapping[str, Any], said: Words, venue: Venue) -> frozenset[Fact]:
        worlds = [world for key in _format_ids(row) if (world := self._world_ids.get(key))]
        facts = self.types.facts(number, worlds, WORLD_IDS, Bmlt.code) | self._fellowship.always
        kind = _KINDS.get(said("venue_type", "venueType"))
        if kind is None:
            kind = next((fact for fact in (HYBRID, ONLINE) if fact in facts), IN_PERSON if venue.key else None)
        if PAUSED in facts and kind in (HYBRID, ONLINE):  # the building is closed, and the meeting goes on online
            facts, kind = facts - {PAUSED}, ONLINE
        return (facts - {HYBRID, ONLINE}) | ({kind} if kind else frozenset())


def _times(row: Mapping[str, Any], said: Words) -> Times:
    # The two outputs of one server begin the week differently: 1 is Sunday, or 0 is.
    day = (row["weekday_tinyint"], 1) if "weekday_tinyint" in row else (row.get("day"), 0)
    return Times(*day, said("start_time", "startTime"), duration=said("duration_time", "duration"))


def _format_ids(row: Mapping[str, Any]) -> list[str]:
    ids = row.get("formatIds")
    if isinstance(ids, list):
        return [text_of(each) for each in ids]
    return [each.strip() for each in text_of(row.get("format_shared_id_list")).split(",") if each.strip()]


def _lines(said: Words) -> tuple[str, ...]:
    texts: Iterator[str] = (said(key) for key in ("location_info", "comments"))
    return tuple(dict.fromkeys(" ".join(line.split()) for text in texts for line in text.splitlines() if line.strip()))
