"""The calls of a round, one by one: what to ask whom, what is said so far, and how far it is."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from rosc_map.errors import InputError
from rosc_map.partnership.calls_part import held_calls, plain_rows, standing_calls
from rosc_map.partnership.core import Core
from rosc_map.partnership.round_answers import Conflict, conflicts_of
from rosc_map.partnership.round_part import round_part
from rosc_map.publish import (
    DAYS_TO_REPLY,
    ListedCall,
    PublishedCallList,
    RoundProgress,
    Snapshot,
    call_list,
    open_calls,
    progress,
    round_rows,
    share_calls,
    tested_assets,
)
from rosc_map.records import Round, row_dicts, same_person
from rosc_map.store import Reader

__all__ = ["Calls", "HeldRound", "OwnCalls"]

_DAYS = ("drawn_on", "announced_on", "feedback_on")


@dataclass(frozen=True)
class HeldRound:
    """A round that is held, and the days of it; None for what has not been done.

    Attributes
    ----------
    name, panel_of
        The round, and the earlier one whose questions it asks again, or "".
    drawn_on, announced_on, feedback_on
        The days of the draw, of the letter to everybody, and of each organisation's own result.
    shown_from
        From when others may see the figures.
    """

    name: str
    panel_of: str
    drawn_on: dt.date | None
    announced_on: dt.date | None
    feedback_on: dt.date | None

    @property
    def running(self) -> bool:
        """Whether calls are made still: no organisation has been given its own result."""
        return self.feedback_on is None

    @property
    def shown_from(self) -> dt.date | None:
        """The day from which others may see the figures; None until each organisation was given its own."""
        return self.feedback_on + DAYS_TO_REPLY if self.feedback_on else None


@dataclass(frozen=True)
class OwnCalls:
    """The calls of one round that are somebody's own, and how many nobody has; internal."""

    listed: PublishedCallList
    free: int

    @property
    def open(self) -> tuple[ListedCall, ...]:
        """Those that are not done."""
        return tuple(call for call in self.listed.calls if call.state != "done")

    @property
    def done(self) -> tuple[ListedCall, ...]:
        """Those that are done."""
        return (*(call for call in self.listed.calls if call.state == "done"), *self.listed.closed)


class Calls(Core):
    """The tasks of those who ring and those who share the calls out; each reads its round alone (METHODS §1)."""

    def rounds(self) -> tuple[HeldRound, ...]:
        """Return the rounds that are held, the newest first.

        Examples
        --------
        >>> [(held.name, held.drawn_on, held.running) for held in area.rounds()]
        [('R2', datetime.date(2026, 11, 19), True), ('R1', datetime.date(2026, 10, 13), False)]
        """
        with self._store.reading() as reader:
            return _rounds(reader)

    def call_list(
        self, round_name: str, sources: Collection[str] | None = None, *, reader: str | None = None
    ) -> PublishedCallList:
        """Return the calls of a round as they are made one by one. Internal.

        Parameters
        ----------
        round_name
            The round.
        sources
            The ids of the services whose calls are wanted; None for all.
        reader
            The volunteer who reads it, and sees no answer of anybody else; None for a coordinator.

        Raises
        ------
        UnknownName
            When there is no such round; where all calls are wanted, also when nothing of it can be asked any more.

        Examples
        --------
        >>> calls = area.call_list("R2")
        >>> len(calls.calls), calls.tries
        (4, 3)
        >>> calls.script[0]
        'Hello, I am ringing for the local partnership.'
        """
        with self._store.reading() as connection:
            held = held_calls(connection, round_name, self._today, sources)
        return call_list(held, sources, reader=reader)

    def own_calls(
        self, who: str, taken: Callable[[str], Mapping[str, str]], *, reader: str | None
    ) -> tuple[OwnCalls, ...]:
        """Return somebody's own calls of each round that is running, all of one moment. Internal.

        Parameters
        ----------
        who
            Whose calls.
        taken
            Tells who has which call of a round, by its name.
        reader
            As for :meth:`call_list`.

        Examples
        --------
        >>> ids = dict.fromkeys(area.open_calls("R2")[:2], "Volunteer 7")
        >>> own = area.own_calls("Volunteer 7", lambda round_name: ids, reader="Volunteer 7")
        >>> [(calls.listed.round, len(calls.listed.calls), calls.free) for calls in own]
        [('R2', 2, 2)]
        """
        found = []
        with self._store.reading() as connection:
            for running in [held.name for held in _rounds(connection) if held.running]:
                has = taken(running)
                own = [source for source, name in has.items() if name == who]
                listed = call_list(held_calls(connection, running, self._today, own), own, reader=reader)
                open_ = open_calls(standing_calls(connection, running, self._today, has))
                found.append(OwnCalls(listed, len([source for source in open_ if source not in has])))
        return tuple(found)

    def open_calls(self, round_name: str, besides: Collection[str] = ()) -> tuple[str, ...]:
        """Return the ids of the services of a round whose calls are not done, in the order of the draw. Internal.

        Parameters
        ----------
        round_name
            The round.
        besides
            The ids of services to leave out, as those whose calls somebody has.

        Raises
        ------
        UnknownName
            When there is no such round.

        Examples
        --------
        >>> len(area.open_calls("R2")), len(area.open_calls("R1"))
        (4, 0)
        """
        with self._store.reading() as reader:
            held = standing_calls(reader, round_name, self._today, besides)
        return tuple(source for source in open_calls(held) if source not in besides)

    def share_calls(self, round_name: str, volunteers: Sequence[str]) -> dict[str, str]:
        """Return who rings each service whose call is not done: the split of the call sheets, the same each time.

        Parameters
        ----------
        round_name
            The round.
        volunteers
            Volunteer numbers or roles, in the order of the sheets.

        Raises
        ------
        UnknownName
            When there is no such round, or nothing of it can be asked any more.
        InputError
            When one is named twice, or there are more volunteers than services to ring.

        Examples
        --------
        >>> whose = area.share_calls("R2", ["Volunteer 3", "Volunteer 7"])
        >>> sorted(whose.values())
        ['Volunteer 3', 'Volunteer 3', 'Volunteer 7', 'Volunteer 7']
        """
        if len({same_person(each) for each in volunteers}) < len(volunteers):
            raise InputError("One volunteer is named twice. Choose each only once.")
        parts = share_calls(self._part(round_name), round_name, len(volunteers))
        open_ = set(self.open_calls(round_name))
        return {s: who for who, part in zip(volunteers, parts, strict=True) for s in part if s in open_}

    def progress(self, round_name: str) -> RoundProgress:
        """Return how far a round is: figures only, by no volunteer and no organisation. Internal.

        Raises
        ------
        UnknownName
            When there is no such round.

        Examples
        --------
        >>> found = area.progress("R1")
        >>> found.answered, found.questions, found.contacts
        (85, 100, 20)
        """
        with self._store.reading() as reader:
            return progress(held_calls(reader, round_name, self._today))

    def conflicts(self, round_name: str) -> tuple[Conflict, ...]:
        """Return what is open in a round because two things were said. Internal.

        Raises
        ------
        UnknownName
            When there is no such round.

        Examples
        --------
        >>> source, target = area.draw(sources=2, targets=1, seed=5).questions.iloc[0][["source", "target"]]
        >>> area.record_one("R3", {"source": source, "target": target, "level": "2", "volunteer": "Volunteer 3"}).added
        2
        >>> area.record_one("R3", {"source": source, "target": target, "level": "0", "volunteer": "Volunteer 7"}).added
        1
        >>> area.conflicts("R3")[0].said
        ('Gave information (Volunteer 3)', 'Has never heard of it (Volunteer 7)')
        """
        with self._store.reading() as reader:
            return conflicts_of(held_calls(reader, round_name, self._today))

    def in_round(self, round_name: str) -> dict[str, str]:
        """Return the names of the services that have a part in a round, by id and in order of name. Internal.

        Raises
        ------
        UnknownName
            When there is no such round.

        Examples
        --------
        >>> list(area.in_round("R2").values())[:2]
        ['Example Ashford Boxing Club', "Example Bagshot Women's Craft Circle"]
        """
        part = self._part(round_name)
        asked = round_rows(part, round_name).all_questions
        drawn = {*asked["source"], *asked["target"]}
        named = ((row["id"], row["name"]) for row in row_dicts(tested_assets(part)) if row["id"] in drawn)
        return dict(sorted(named, key=lambda each: (each[1].casefold(), each[0])))

    def _part(self, round_name: str) -> Snapshot:
        with self._store.reading() as reader:
            return round_part(reader, round_name, self._today)


def _rounds(reader: Reader) -> tuple[HeldRound, ...]:
    held = plain_rows(reader, Round, ("round", "panel_of", *_DAYS))
    return tuple(
        HeldRound(row["round"], row["panel_of"], *(row[day] or None for day in _DAYS)) for row in reversed(held)
    )
