"""What every task of an open partnership works with: the store, the day, and who is at work."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pandas as pd

from rosc_map.errors import FileProblem, InputError
from rosc_map.partnership.beside_hidden import clean_beside_hidden
from rosc_map.partnership.current_areas import in_current_areas
from rosc_map.partnership.record_names import RECORDS, tier_of
from rosc_map.place import area_lookup
from rosc_map.publish import Snapshot
from rosc_map.records import (
    Answer,
    Asset,
    Attempt,
    Audience,
    Footprint,
    Question,
    Record,
    Referral,
    Reply,
    Round,
    SurveyedArea,
)
from rosc_map.store import Reader, Store, Writer, as_at, end_of_day

__all__ = ["OTHERS", "Core", "audience_of", "made_folder"]

OTHERS = tuple(record for record in RECORDS.values() if record not in (Asset, Referral, SurveyedArea))
"""The small records: kept, and given out through the gate, each as a table of its own."""


class Core:
    """An open partnership without its tasks.

    Parameters
    ----------
    store
        The open store.
    today
        The day that outputs tell of.
    who
        The volunteer number or role that changes are recorded under.
    """

    def __init__(self, store: Store, *, today: dt.date | None = None, who: str = "") -> None:
        self._store = store
        self._today = today or dt.datetime.now(dt.UTC).astimezone().date()
        self._who = who
        self.remarks: tuple[str, ...] = ()
        """What was done on opening it, for the person to know."""

    @property
    def name(self) -> str:
        """The partnership file, or the address of its database.

        Examples
        --------
        >>> area.name
        'surrey.gpkg'
        """
        return self._store.name

    @property
    def title(self) -> str:
        """The partnership's name, as its pages give it.

        Examples
        --------
        >>> area.title
        'Example Surrey'
        """
        return self._store.settings().get("title", "")

    @property
    def banner(self) -> str:
        """The sentence that has to stand at the top of every page of it, or "".

        Examples
        --------
        >>> area.banner
        'Everything here is made up: ...'
        """
        return self._store.settings().get("banner", "")

    def acting_as(self, who: str, *, today: dt.date | None = None) -> Self:
        """Return the same open partnership with somebody else at work in it; both share one store.

        Parameters
        ----------
        who
            A volunteer number or role that was checked before: an account's name.
        today
            The day that outputs tell of; the day of the machine when left out.

        Examples
        --------
        >>> caller = area.acting_as("Volunteer 7")
        >>> caller.edit("Example Dorking Recovery Café", {"cost": "free"})
        []
        >>> area.changes(1)[["task", "who"]].to_dict("records")
        [{'task': 'edit', 'who': 'Volunteer 7'}]
        """
        return type(self)(self._store, today=today, who=who)

    def close(self) -> None:
        """Close the connections that are kept open to a database; a file is held open by nobody.

        Examples
        --------
        >>> area.close()
        """
        self._store.close()

    @property
    def path(self) -> Path | None:
        """The partnership file; None for a database.

        Examples
        --------
        >>> area.path.name
        'surrey.gpkg'
        """
        return self._store.path

    def _tier_or_own(self, tier: str) -> str:
        """Return a tier by its name; of "" the one that tells most of the area: within one county, its districts.

        Raises
        ------
        InputError
            When there is no such tier.
        """
        if tier:
            return tier_of(tier)
        with self._store.reading() as reader:
            area = area_lookup(list(reader.read(Footprint)["area_code"]))
        return "local" if len(area) > 1 and len(set(area["upper_tier_code"])) == 1 else "upper"

    def snapshot(self, day: dt.date | None = None) -> Snapshot:
        """Return everything that is held, as it stands or stood at the end of a day. Unfiltered: never hand it out.

        Examples
        --------
        >>> held = area.snapshot()
        >>> len(held.assets), len(held.referrals), len(held.questions)
        (66, 168, 164)
        """
        with self._store.reading() as reader:
            if day is None or day >= self._today:
                return self._snapshot(reader, reader.read, self._today)
            moment = end_of_day(day)
            return self._snapshot(reader, lambda record: as_at(reader, record, moment), day)

    def _snapshot(self, reader: Reader, read: Callable[[type[Record]], pd.DataFrame], day: dt.date) -> Snapshot:
        settings = reader.settings()
        areas = tuple(reader.read(Footprint)["area_code"])
        if not areas or "title" not in settings:
            raise FileProblem(f"{self.name} has lost its areas or its title. Restore it from a copy.")
        held = Snapshot(
            title=settings["title"],
            banner=settings.get("banner", ""),
            as_at=day,
            areas=areas,
            assets=read(Asset),
            referrals=read(Referral),
            surveyed=read(SurveyedArea),
            rounds=read(Round),
            questions=read(Question),
            contacts=read(Attempt),
            answers=read(Answer),
            replies=read(Reply),
            others={record: read(record) for record in OTHERS},
        )
        return in_current_areas(held)

    @contextmanager
    def _write(self, task: str, note: str = "", *, alone: bool = True) -> Iterator[Writer]:
        with self._store.write(who=self._who, task=task, note=note, alone=alone) as writer:
            yield writer
            clean_beside_hidden(writer)


def made_folder(path: str | Path, *, private: bool = False) -> Path:
    """Return a folder, and make it if it is not there; ``private`` for its owner alone, for the names in it tell.

    A folder that is there keeps its rights: it is somebody else's choice.

    Raises
    ------
    FileProblem
        When it cannot be made.
    """
    folder = Path(path)
    try:
        folder.mkdir(mode=0o700 if private else 0o777, parents=True, exist_ok=True)
    except OSError as error:
        raise FileProblem(f"{folder} cannot be made ({error.strerror}). Choose another folder.") from error
    return folder


def audience_of(text: str | Audience) -> Audience:
    """Return the audience of that name.

    Raises
    ------
    InputError
        When there is none.
    """
    try:
        return Audience(text.casefold())
    except ValueError:
        raise InputError(f"{text!r} is not an audience. Choose from: {', '.join(Audience)}.") from None
