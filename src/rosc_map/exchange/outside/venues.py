"""Meetings of mutual aid, grouped: one asset a venue, with the times of all its meetings."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from rosc_map.exchange.outside.lists import WHOLE_LIST, LeftOut, OutsideRow
from rosc_map.exchange.outside.meeting_lines import is_private_line
from rosc_map.exchange.outside.meeting_places import Venue
from rosc_map.exchange.outside.meeting_types import CLOSED, HYBRID, IN_PERSON, ONLINE, OPEN, PAUSED, Fact
from rosc_map.exchange.outside.repair import Notes, Said, is_unknown, one_word, text_of, web_address
from rosc_map.records import Asset, label
from rosc_map.records.sessions import WEEKDAYS

__all__ = ["Meeting", "Sieve", "Texts", "Words", "assets_of", "plain_link"]

_DAYS = {day: number for number, day in enumerate(WEEKDAYS)}
_MOST_TIMES_TOLD = 8
_UNSEEN = "\0"
_TOLD = {OPEN: "Open meetings", CLOSED: "Closed meetings"}
_ALL_OR_SOME = ("accessibility", "languages", "attendance")
"""Fields that tell of a venue what is so of any of its meetings; for whom it is has to be so of all."""


class Meeting(NamedTuple):
    """One meeting of a list.

    Attributes
    ----------
    number
        Its place in the list.
    id
        In its list, without what parts the elements of a list; "" if it has none.
    name, group
        Of the meeting, and of the group that holds it.
    fellowship
        In full, for the name of a venue; "" if it is not known.
    organisation
        Who runs it.
    venue
        Where it is.
    sessions
        When it is, in the grammar of an asset's times.
    facts
        What its types and its kind of venue say.
    source_url, website
        Its page in the list, and that of its group, as the list has them.
    phone, email
        Of the body that publishes the list, never of a person.
    texts
        Its notes, a line each.
    updated, checked
        When its row was changed, and when somebody last asked the group (``YYYY-MM-DD``), or "".
    own
        The asset that it was written from, where the list is one of ours: keeps two groups at one place apart.
    """

    number: int
    id: str
    name: str
    group: str
    fellowship: str
    organisation: str
    venue: Venue
    sessions: tuple[str, ...]
    facts: frozenset[Fact]
    source_url: str = ""
    website: str = ""
    phone: str = ""
    email: str = ""
    texts: tuple[str, ...] = ()
    updated: str = ""
    checked: str = ""
    own: str = ""


Words = Callable[..., str]
"""Gives the text of the first of some keys of one row that has one, else ""."""


class Texts:
    """Reads the texts of rows. Each is looked at once: the rows of a venue repeat them."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}

    def of(self, row: Mapping[str, Any]) -> Words:
        """Return what reads one row."""
        seen, get = self._seen, row.get

        def said(*keys: str) -> str:
            for key in keys:
                value = get(key)
                if value is None or value == "":
                    continue
                if not isinstance(value, str):
                    text = text_of(value)
                elif (text := seen.get(value, _UNSEEN)) is _UNSEEN:
                    text = text_of(value)
                    text = seen[value] = "" if is_unknown(text) else text
                if text:
                    return text
            return ""

        return said


class Sieve:
    """Keeps the meetings that may be taken: each id once, with a name or a group, and in the UK."""

    def __init__(self) -> None:
        self.kept: list[Meeting] = []
        self.left_out: list[LeftOut] = []
        self._ids: set[str] = set()

    def leave(self, number: int, name: str, why: str) -> None:
        """Leave a row out."""
        self.left_out.append(LeftOut(number, name[:200], why))

    def take(self, meeting: Meeting) -> None:
        """Take a meeting, or leave it out with a reason."""
        name = meeting.name or meeting.group
        if not name:
            self.leave(meeting.number, meeting.id, "has no name.")
        elif meeting.id in self._ids:
            self.leave(meeting.number, name, f"has the same id as an earlier row ({meeting.id[:80]}).")
        elif meeting.venue.abroad:
            self.leave(meeting.number, name, f"is not in the UK ({meeting.venue.abroad[:80]}).")
        else:
            self.kept.append(meeting)
        if meeting.id:
            self._ids.add(meeting.id)


def plain_link(address: str) -> str:
    """Return a link without what follows "?" or "#", where passwords are."""
    return re.split(r"[?#]", address, maxsplit=1)[0]


def assets_of(meetings: Sequence[Meeting], scheme: str, notes: Notes) -> tuple[OutsideRow, ...]:
    """Return the assets of meetings: one for each venue and organisation, in the order of their first meetings.

    A meeting that is online only, or of which nobody says exactly where it is, belongs to its group instead.
    """
    groups: dict[tuple[str, ...], list[Meeting]] = {}
    for meeting in meetings:
        groups.setdefault(_key(meeting), []).append(meeting)
    rows = [_asset(group, scheme, notes) for group in groups.values()]
    lines = sum(is_private_line(text) for meeting in meetings for text in meeting.texts)
    if lines:
        why = "may name a person, or let anybody into a meeting online."
        told = "1 line of notes" if lines == 1 else f"{lines:,} lines of notes"
        notes.add(WHOLE_LIST, "", told, why, "They were left out: see the list.")
    return tuple(rows)


def _key(meeting: Meeting) -> tuple[str, ...]:
    if meeting.own:
        return (meeting.own,)
    venue = meeting.venue
    if venue.key and (ONLINE not in meeting.facts or IN_PERSON in meeting.facts):
        return (meeting.organisation, venue.key)
    return (meeting.organisation, (meeting.group or meeting.name).casefold(), venue.address, venue.postcode)


def _asset(meetings: list[Meeting], scheme: str, notes: Notes) -> OutsideRow:
    first = meetings[0]
    said = Said(first.number, notes)
    _names(said, meetings)
    said.values["asset_type"] = "mutual_aid"
    said.put("organisation", first.organisation)
    _place(said, meetings)
    # A meeting that has stopped for a time is told of, and its times are not: somebody would stand before the door.
    running = [meeting for meeting in meetings if PAUSED not in meeting.facts]
    said.values["status"] = "active" if running else "paused"
    _sessions(said, running or meetings)
    told = _facts(said, running or meetings)
    if running and len(running) < len(meetings):
        told += _told("Not running now", [meeting for meeting in meetings if PAUSED in meeting.facts], len(meetings))
    said.put("description", "\n".join([*_lines(meetings), *told]))
    for field in ("website", "source_url"):
        said.put(field, next((page for meeting in meetings if (page := web_address(getattr(meeting, field)))), ""))
    for field in ("phone", "email"):
        said.put(field, next((value for meeting in meetings if (value := getattr(meeting, field))), ""))
    _dates(said, meetings)
    ids = [f"{scheme}:{meeting.id}" for meeting in meetings if meeting.id]
    _elements(said, "external_ids", ids)
    return OutsideRow(first.number, said.values, (said.values.get("name", ""), first.organisation))


def _names(said: Said, meetings: list[Meeting]) -> None:
    names = list(dict.fromkeys(meeting.name for meeting in meetings if meeting.name))
    groups = list(dict.fromkeys(meeting.group for meeting in meetings if meeting.group))
    if len(names) == 1 or len(groups) == 1:
        name = names[0] if len(names) == 1 else groups[0]
    else:
        fellowship = f"{meetings[0].fellowship} meetings" if meetings[0].fellowship else "Meetings"
        at = meetings[0].venue.name
        name = f"{fellowship} at {at}" if at else fellowship
    said.put("name", name)
    others = [one_word(other) for other in dict.fromkeys([*names, *groups]) if other != name]
    _elements(said, "other_names", others)


def _place(said: Said, meetings: list[Meeting]) -> None:
    venues = [meeting.venue for meeting in meetings]
    venue = next((venue for venue in venues if venue.latitude is not None), venues[0])
    said.put("address", venue.address)
    said.put("postcode", venue.postcode)
    said.point(venue.latitude, venue.longitude)


def _sessions(said: Said, meetings: list[Meeting]) -> None:
    texts = list(dict.fromkeys(text for meeting in meetings for text in meeting.sessions))
    # Through the week, and then what is not every week; one of ours has an order of its own.
    own = bool(meetings[0].own)
    texts.sort(key=lambda text: (_DAYS.get(text[:3], len(_DAYS)), text[4:]) if not own else (text[:3] not in _DAYS, ""))
    kept = _fitting(said, "sessions", texts)
    if kept:
        said.values["sessions"] = "; ".join(kept)  # as the grammar writes it


def _facts(said: Said, meetings: list[Meeting]) -> list[str]:
    """Put what the types say into the fields, and return the sentences of what is so of some meetings only."""
    having: dict[Fact, list[Meeting]] = {}
    for meeting in meetings:
        for fact in sorted(meeting.facts):
            having.setdefault(fact, []).append(meeting)
    fields: dict[str, list[str]] = {}
    told = []
    for fact, who in sorted(having.items()):
        field, value = fact
        of_all = len(who) == len(meetings)
        if field in Asset.specs() and field != "status" and (of_all or field in _ALL_OR_SOME):
            fields.setdefault(field, []).append(value)
        if fact in _TOLD or (not of_all and fact not in (IN_PERSON, HYBRID, PAUSED)):
            told += _told(_TOLD.get(fact) or _label(fact), who, len(meetings))
    # A language may be in words of theirs; all else is in words of ours.
    _elements(said, "languages", [one_word(value) for value in fields.pop("languages", [])])
    said.values |= {field: tuple(values) for field, values in fields.items()}
    return told


def _label(fact: Fact) -> str:
    field, value = fact
    return f"In {value}" if field == "languages" else label(field, value)


def _told(what: str, who: list[Meeting], of: int) -> list[str]:
    times = [text.split("-", 1)[0] for meeting in who for text in meeting.sessions]
    if not times:
        return []
    if len(times) > _MOST_TIMES_TOLD:
        return [f"{what}: all." if len(who) == of else f"{what}: {len(who)} of {of}."]
    return [f"{what}: {', '.join(dict.fromkeys(times))}."]


def _lines(meetings: list[Meeting]) -> list[str]:
    """Return the notes of meetings but for what may name a person; those of one meeting begin with its time."""
    having: dict[str, list[Meeting]] = {}
    for meeting in meetings:
        for text in meeting.texts:
            if not is_private_line(text):
                having.setdefault(text, []).append(meeting)
    lines = []
    for text, who in having.items():
        of_all = len(who) == len(meetings)
        when = "" if of_all else ", ".join(time.split("-", 1)[0] for meeting in who for time in meeting.sessions[:1])
        lines.append(f"{when}: {text}" if when else text)
    return lines


def _dates(said: Said, meetings: list[Meeting]) -> None:
    said.put("source_date", max((meeting.updated for meeting in meetings), default=""))
    # The venue was asked about as long ago as the meeting that was asked about first; one that never was tells nothing.
    said.put("verified_on", min(meeting.checked for meeting in meetings))


def _elements(said: Said, field: str, values: list[str]) -> None:
    kept = _fitting(said, field, values)
    if kept:
        said.put(field, kept)


def _fitting(said: Said, field: str, values: list[str]) -> list[str]:
    """Return as many values as the field holds, with a note if that is not all."""
    room, kept = Asset.specs()[field].longest, []
    for value in values:
        room -= len(value) + 2
        if room < 0:
            said.note(field, value, f"and what follows is more than fits ({len(values):,} in all).")
            break
        kept.append(value)
    return kept
