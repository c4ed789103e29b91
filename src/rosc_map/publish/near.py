"""What is on near a place this week, to hand over: made of what an audience is shown, and kept nowhere."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from rosc_map.publish import published as gate
from rosc_map.publish.near_index import Near
from rosc_map.publish.near_types import DAYS, NearAsked, NearDay, NearEntry, NearEvent, NearUsual, PublishedNear
from rosc_map.publish.near_words import clock, entry_of, in_words, is_fresh, sessions_of, usual_of
from rosc_map.publish.one_asset import PublishedAssets
from rosc_map.publish.publish import provision_of
from rosc_map.publish.published import require_published
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.view import CONFIDENTIAL_TYPES, view
from rosc_map.records import Audience, Session, codelist, day, label, occurrences, row_dicts

__all__ = ["looked_for", "near_looked", "publish_near"]

_EVERY_OTHER_WEEK = "every other week: ring first"
_RING_FIRST = "ring first"
_MAY_BE_MORE = (
    "There may be more than is listed here: places that have to stay confidential are not shown, and only what may be "
    "shown to {} is."
)
_NOT_LOOKED = (
    "Nothing of it is recorded near here. That does not mean that there is nothing: nobody may have looked there yet."
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WHOM = {Audience.PUBLIC: "everybody", Audience.PARTNERS: "the organisations of the partnership"}


def publish_near(
    shown: PublishedAssets,
    near: Near,
    asked: NearAsked,
    *,
    title: str = "",
    banner: str = "",
    looked: Sequence[str] = (),
) -> PublishedNear:
    """Make the sheet of what is near a place in the seven days from its first one.

    Parameters
    ----------
    shown
        Of the assets that ``near`` names, what the audience may see: where and when anything is, is read there alone.
    near
        Which assets are near (:func:`choose_near`).
    asked
        What was asked.
    title, banner
        The partnership's name, and the sentence that every page of it has to carry, as the audience may see them.
    looked
        What is known of where somebody looked (:func:`near_looked`), for when nothing is found.

    Raises
    ------
    NotPublished
        When the assets have not passed the gate.
    """
    rows = {row["id"]: row for row in row_dicts(require_published(shown, PublishedAssets).assets)}
    entries = {each: entry_of(row, asked, from_anywhere=each in near.from_anywhere) for each, row in rows.items()}
    found = [each for each in near.ids if each in rows]
    sure = [each for each in found if rows[each]["status"] == "active"]
    sessions = {each: sessions_of(rows[each]) for each in sure}
    usual = {each: usual_of(sessions[each]) for each in sure}
    events = {
        each: [
            event
            for session in sessions[each]
            for event in _events(
                session, entries[each], asked, usual=session in usual[each], fresh=is_fresh(rows[each], asked.first_day)
            )
        ]
        for each in sure
    }
    return PublishedNear(
        audience=shown.audience,
        title=title,
        banner=banner,
        asked=asked,
        days=_days(pair for pairs in events.values() for pair in pairs),
        most_days=tuple(
            NearUsual(entry, in_words(usual[entry.id]))
            for entry in _by_name(entries[each] for each in sure if usual[each])
        ),
        entries=_by_name(entries[each] for each in sure if events[each]),
        other_times=_by_name(entries[each] for each in sure if not events[each]),
        ring_first=_by_name(entries[each] for each in found if each not in events),
        helpers=_by_name(entries[each] for each in near.helpers if each in rows and rows[each]["status"] == "active"),
        more=_more(near.matching - len(near.ids)),
        more_helpers=_more_helpers(near.helping - len(near.helpers)),
        said=(
            *_counts(near, asked, shown.audience),
            *_freshness([is_fresh(rows[each], asked.first_day) for each in found]),
            *looked,
            _MAY_BE_MORE.format(_WHOM[shown.audience]),
        ),
        licences=shown.licences,
        gate=gate._GATE,
    )


def _by_name(entries: Iterable[NearEntry]) -> tuple[NearEntry, ...]:
    return tuple(sorted(entries, key=lambda each: (each.name.casefold(), each.id)))


def _events(
    session: Session, entry: NearEntry, asked: NearAsked, *, usual: bool, fresh: bool
) -> Iterator[tuple[dt.date, NearEvent]]:
    remark = _EVERY_OTHER_WEEK if session.every == "alternate" else "" if fresh else _RING_FIRST
    event = NearEvent(session.start, session.end, clock(session.start, session.end), entry, remark, usual)
    yield from ((on, event) for on in occurrences(session, asked.first_day, DAYS))


def _days(events: Iterable[tuple[dt.date, NearEvent]]) -> tuple[NearDay, ...]:
    by_day: dict[dt.date, list[NearEvent]] = {}
    for on, event in events:
        by_day.setdefault(on, []).append(event)
    return tuple(NearDay(on, f"{_WEEKDAYS[on.weekday()]} {day(on)}", _in_order(by_day[on])) for on in sorted(by_day))


def _in_order(events: Iterable[NearEvent]) -> tuple[NearEvent, ...]:
    return tuple(sorted(events, key=lambda each: (each.start, each.entry.name.casefold(), each.end, each.entry.id)))


def _more(number: int) -> str:
    if number < 1:
        return ""
    found = "1 more was" if number == 1 else f"{number:,} more were"
    return f"{found} found: choose one interest at a time."


def _more_helpers(number: int) -> str:
    if number < 1:
        return ""
    there = "There is 1 more" if number == 1 else f"There are {number:,} more"
    return f"{there}: ask one of these."


def _counts(near: Near, asked: NearAsked, audience: Audience) -> Iterator[str]:
    """Say how much was looked through: each figure with its denominator and its day."""
    place = asked.place
    within = f"within {asked.within_km:g} km of {place.measured_from}, " if place.point else ""
    what = " of what was asked for" if asked.interests else ""
    yield (
        f"Looked through on {day(asked.first_day)}: {_entries(near.listed)} that may be shown to {_WHOM[audience]}. "
        f"Found{what}: {near.matching:,} of these, {within}in {place.area} or serving it, or joined from anywhere."
    )
    if near.with_times < near.matching:
        yield f"Times are written down for {near.with_times:,} of these {near.matching:,}."


def _freshness(checked: Sequence[bool]) -> Iterator[str]:
    if checked:
        yield f"Checked in the half year before: {sum(checked):,} of the {_entries(len(checked))} on this sheet."


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number:,} entries"


def near_looked(part: Snapshot, asked: NearAsked, audience: Audience) -> tuple[str, ...]:
    """Say where somebody looked for what was asked, for a sheet on which nothing is found.

    It says no more than the gap analysis does, and says it in the same way.

    Parameters
    ----------
    part
        What is held: where somebody looked, and at least all assets of :func:`looked_for` that are in the place asked
        about or serve it.
    asked
        What was asked.
    audience
        Who it is for.
    """
    kinds, local = looked_for(asked), tuple(sorted(asked.place.local))
    if not kinds or not local:
        return (_NOT_LOOKED,)
    whole = replace(part, areas=local)
    table = provision_of(whole, view(whole, audience), audience, "local", kinds[0]).by_authority
    looked = {label("asset_type", kind): [words for words in table[f"looked_{kind}"] if words] for kind in kinds}
    return (_NOT_LOOKED, *_looked(looked, len(table), asked.place.area))


def looked_for(asked: NearAsked) -> tuple[str, ...]:
    """Return the asset types that were asked for: those that may be told of, where no interest was named."""
    if not asked.interests:
        return tuple(code for code in codelist("asset_type") if code not in CONFIDENTIAL_TYPES)
    return tuple(each.code for each in asked.interests if each.field == "asset_type")


def _looked(looked: Mapping[str, Sequence[str]], authorities: int, area: str) -> Iterator[str]:
    """Say for which kinds somebody looked, and for which nobody did."""
    for kind, words in looked.items():
        if words and authorities == 1:
            yield f"{kind}: {words[0]}, in {area}."
        elif words:
            yield f"{kind}: looked for in {len(words)} of the {authorities} council areas of {area}."
    missing = [kind for kind, words in looked.items() if not words]
    if missing:
        yield f"Whether anybody has looked in {area} is not known for: {'; '.join(missing)}."
