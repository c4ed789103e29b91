"""The assets of a partnership in the memory of a server, kept up to date by what changed: no page reads them all."""

import datetime as dt
import threading
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

import pandas as pd

from rosc_map.errors import FileProblem
from rosc_map.partnership.asset_search import AssetSearch
from rosc_map.partnership.checks import last_looked_at, may_be_carried
from rosc_map.partnership.closing import reports_by_asset
from rosc_map.partnership.core import Core
from rosc_map.partnership.live_changes import ChangesSeen
from rosc_map.partnership.live_kept import Compared, ForAudience, still_alike, words_shown
from rosc_map.partnership.live_parts import LINK_RECORDS, part_of, typed_row
from rosc_map.partnership.live_told import ToldLess, tells_less
from rosc_map.partnership.matching import SameAsset
from rosc_map.partnership.upkeep import Upkeep
from rosc_map.place import area_lookup, current_code
from rosc_map.publish import (
    PublishedAbout,
    PublishedAssets,
    Secrets,
    Snapshot,
    comparable,
    findable,
    keeps_secret,
    plain_id,
    publish_about,
    publish_assets,
    with_tested_links,
)
from rosc_map.records import (
    Asset,
    Audience,
    Footprint,
    codelist,
    is_hidden,
    row_dicts,
)
from rosc_map.store import TABLES, Reader, Store, asset_history, edited_elsewhere, rows_touched, stored_rows

__all__ = ["OVERDUE_AFTER", "Live", "LiveAssets"]

OVERDUE_AFTER = dt.timedelta(days=183)
"""After half a year somebody should look whether it all still holds, well before it counts as stale."""

_MOST_FOUND = 200
_MOST_ALIKE = 5
_MOST_STEPS = 5_000
_MOST_ROWS = 500
_NEXT_TRY = 300.0  # seconds
_TAKE_OUT = ("erase", "merge", "undo", "copy")
_READ_ANEW = (*_TAKE_OUT, "import")
_TELL_LESS = (*_TAKE_OUT, "delist", "edit elsewhere")
_LINK_TABLES = {TABLES[record].name for record in LINK_RECORDS.values()}
_ASSETS = TABLES[Asset].name


class LiveAssets:
    """All assets of a store as they stand, for many threads at once.

    Parameters
    ----------
    store
        The open store.
    today
        The day that pages tell of; the day of the machine when left out.
    """

    def __init__(self, store: Store, *, today: dt.date | None = None) -> None:
        self._store, self._today, self._upkeep = store, today, Upkeep(store)
        self._asking, self._lock = threading.Lock(), threading.RLock()
        self._asked_at, self._take_in_from = 0.0, 0.0
        self._failed: tuple[float, str] = (0.0, "")
        self._told_less = ToldLess()
        self._stale = False
        self._links: pd.DataFrame | None = None
        self._rows: dict[int, dict[str, Any]] = {}
        self._file = self._which_file()
        with store.reading() as reader:
            self._load(reader, less=True)

    @property
    def marker(self) -> str:
        """A word that is another whenever anything recorded has changed; :meth:`refresh` first."""
        return str(self._told_less.steps)

    @property
    def today(self) -> dt.date:
        """The day that pages tell of."""
        return self._today or dt.datetime.now(dt.UTC).astimezone().date()

    def told_less_since(self, marker: str, audience: Audience) -> bool:
        """Whether, since a marker, anything changed after which an older output for an audience may show too much.

        So it does where somebody asked to leave or a place was coarsened, and where what happened is not known; an
        asset that was checked, or reported closed by one person, holds nothing up, nor what they are not shown.
        """
        with self._lock:
            return self._told_less.since(marker, audience)

    def refresh(self) -> None:
        """Take in what has changed; cheap where nothing has. Edits made in another program are taken in as well.

        Raises
        ------
        FileProblem
            When the store cannot be read.
        """
        wanted = time.monotonic()
        with self._asking:
            if self._asked_at > wanted:
                return  # somebody began to look after this was called, and has done so for both
            if self._failed[0] > wanted:
                raise FileProblem(self._failed[1])  # whoever waited behind one that failed does not wait anew
            began = time.monotonic()
            try:
                self._ask()
            except Exception as error:
                self._stale = True
                if isinstance(error, FileProblem):
                    self._failed = time.monotonic(), str(error)
                raise
            self._asked_at = began

    def _ask(self) -> None:
        # Looked at before it is opened: one that is put in its place meanwhile is another the next time.
        before, self._file = self._file, self._which_file()
        self._stale = self._stale or before != self._file
        with self._store.reading(patient=False) as reader:
            if not edited_elsewhere(reader):
                self._catch_up(reader, set())
                return
        # Whoever may only read the store sees such edits all the same; the next who may write takes them in.
        if time.monotonic() >= self._take_in_from:
            try:
                self._upkeep.take_in()
            except FileProblem:
                self._take_in_from = time.monotonic() + _NEXT_TRY
        with self._store.reading(patient=False) as reader:
            self._catch_up(reader, edited_elsewhere(reader))

    def _which_file(self) -> tuple[int, int] | None:
        """Return what tells a file from another of the same name; None for a database, and where there is none."""
        try:
            found = self._store.path.stat() if self._store.path else None
        except OSError:
            return None
        return (found.st_dev, found.st_ino) if found else None

    def _catch_up(self, reader: Reader, elsewhere: set[tuple[str, int]]) -> None:
        # An older copy gives the numbers of changes out again, and what happened since it is not in its history.
        self._stale = self._stale or self._seen.lost(reader)
        tasks = self._seen.new(reader)
        if not (tasks or elsewhere or self._stale):
            return
        steps = rows_touched(reader, tasks, _MOST_STEPS)
        numbers = {row for table, row in elsewhere if table == _ASSETS}
        numbers |= {step.row for step in steps or () if step.table == _ASSETS}
        # What came while it could not be read is not known: it may have been anything.
        less = self._stale or bool(elsewhere) or not set(tasks.values()).isdisjoint(_TELL_LESS)
        if self._stale or steps is None or len(numbers) > _MOST_ROWS or not set(tasks.values()).isdisjoint(_READ_ANEW):
            self._load(reader, less=less)
            return
        found = {row["fid"]: row for row in stored_rows(reader, Asset, numbers)}
        with self._lock:
            told = set(Audience) if less else tells_less((self._rows.get(each), found.get(each)) for each in numbers)
            for number in numbers:
                self._replace(number, found.get(number))
            self._told_less.count(told)
            if told or elsewhere or any(step.table in _LINK_TABLES for step in steps):
                self._links = None

    def _load(self, reader: Reader, *, less: bool) -> None:
        """Read everything anew; ``less`` where it is known without looking that less may be told."""
        seen, settings = ChangesSeen(reader), reader.settings()
        rows = stored_rows(reader, Asset)
        areas = tuple(reader.read(Footprint)["area_code"])
        with self._lock:
            before = self._rows
            self._seen, self._areas = seen, areas
            self._title, self._banner = settings["title"], settings.get("banner", "")
            self._rows = {row["fid"]: row for row in rows}
            self._numbers = {known: row["fid"] for row in rows for known in _known_by(row)}
            self._audiences: dict[Audience, ForAudience] = {}
            both = before.keys() | self._rows.keys()
            told = set(Audience) if less else tells_less((before.get(each), self._rows.get(each)) for each in both)
            self._places: dict[int, tuple[dt.date, str, str] | None] = {}
            self._links = None
            self._stale = False
            self._told_less.count(told)

    def _replace(self, number: int, row: dict[str, Any] | None) -> None:
        before = self._rows.pop(number, None)
        self._places.pop(number, None)
        if before is not None:
            for known in _known_by(before):
                self._numbers.pop(known, None)
        if row is not None:
            self._rows[number] = row
            self._numbers |= dict.fromkeys(_known_by(row), number)
        for each in self._audiences.values():
            each.changed.add(number)
            each.to_compare.add(number)

    def recorded(self, identifier: str) -> dict[str, Any] | None:
        """Return an asset as it is recorded, with its ``version``, by its id or the one that others know it by.

        Internal: never hand it out. None where there is none.
        """
        with self._lock:
            number = self._numbers.get(identifier)
            return None if number is None else dict(self._rows[number])

    def rows(self) -> dict[int, dict[str, Any]]:
        """Return all assets as they are recorded, by number; one that changes becomes another object.

        Internal: never hand them out, and never change them.
        """
        with self._lock:
            return dict(self._rows)

    def search(self, words: str, audience: Audience, kind: str = "", area: str = "") -> list[str]:
        """Return the ids, as the audience knows them, of at most 200 assets that have all of these words, best first.

        Parameters
        ----------
        words
            What is looked for in names, types, authorities and, where they are shown exactly, places; "" is all.
        audience
            Who asks: nobody finds an asset by a word that its page does not show.
        kind, area
            A code of ``asset_type``, and of a local or upper-tier authority; "" is any.
        """
        with self._lock:
            index = self._of(audience).search
            hits = index.find(words, kind=kind, area=area)[:_MOST_FOUND]
            found = {hit.row: index.id_of(hit.row) for hit in hits}
        doubtful = {found[hit.row]: hit.doubtful for hit in hits if hit.doubtful}
        shown = row_dicts(self.published(list(doubtful), audience).assets) if doubtful else []
        told = {row["id"] for row in shown if doubtful[row["id"]] <= words_shown(row)}
        return [name for name in found.values() if name not in doubtful or name in told]

    def shown_ids(self, audience: Audience) -> tuple[str, tuple[str, ...]]:
        """Return the marker of this moment and the ids, as the audience knows them, of all that it is shown.

        They are in the order in which they were recorded, as in everything that is written out.
        """
        with self._lock:
            index = self._of(audience).search
            return self.marker, tuple(index.id_of(number) for number in sorted(self._rows) if index.knows(number))

    def about(self, audience: Audience) -> PublishedAbout:
        """Return what has to be said of all that an audience is shown: its title, notes and licences."""
        with self._lock:
            rows = [self._rows[number] for number in sorted(self._rows)]
        return publish_about(self._snapshot(rows), audience)

    def published(self, ids: Sequence[str], audience: Audience) -> PublishedAssets:
        """Return what an audience may see of a few assets, without their links."""
        part, secrets = self._part(ids, audience)
        return publish_assets(part, ids, audience, secrets=secrets)

    def page(self, identifier: str, audience: Audience) -> PublishedAssets:
        """Return what an audience may see of one asset, with referrals to and from it and, internally, its history."""
        row = self.recorded(identifier)
        if row is None:
            return self.published([], audience)
        links = self._links_of(row["id"])
        history = None
        if audience is Audience.INTERNAL:
            with self._store.reading() as reader:
                history = asset_history(reader, row["fid"])
        part, secrets = self._part([identifier], audience, links)
        return publish_assets(part, [identifier], audience, history=history, secrets=secrets)

    def warm(self) -> None:
        """Make ready what the first search, and the first who writes something down, would wait for."""
        for audience in (Audience.PARTNERS, Audience.INTERNAL):
            self._part([], audience)
            self.find_same({"name": "Recovery"}, audience)
        self._part([], Audience.PUBLIC)

    def _part(
        self, ids: Iterable[str], audience: Audience, links: pd.DataFrame | None = None
    ) -> tuple[Snapshot, Secrets]:
        """Return what ``publish_assets`` needs to tell an audience of a few assets, and of what links them."""
        ends = () if links is None else (*links["from_asset"], *links["to_asset"])
        with self._lock:
            wanted = {self._numbers[known] for known in (*ids, *ends) if known in self._numbers}
            rows = [self._rows[number] for number in sorted(wanted)]
            secrets = self._secrets(audience)
        return self._snapshot(rows, links), secrets

    def _secrets(self, audience: Audience) -> Secrets:
        """Return what has to be kept from an audience; the lock is held, so that it is of one moment with the rows."""
        kept = self._of(audience)
        if kept.secrets is None:
            kept.secrets = Secrets(self._snapshot([self._rows[number] for number in sorted(kept.secret)]), audience)
        return kept.secrets

    def _snapshot(self, rows: Sequence[Mapping[str, Any]], links: pd.DataFrame | None = None) -> Snapshot:
        return part_of(rows, links, title=self._title, banner=self._banner, areas=self._areas, as_at=self.today)

    def _of(self, audience: Audience) -> ForAudience:
        """Return what is kept for an audience, up to date; the lock is held."""
        if audience not in self._audiences:
            self._audiences[audience] = ForAudience(AssetSearch(), set(), set(self._rows))
        kept = self._audiences[audience]
        changed, kept.changed = sorted(kept.changed), set()
        was_secret = not kept.secret.isdisjoint(changed)
        kept.secret -= set(changed)
        for number in changed:
            kept.search.drop(number)
        here = [number for number in changed if number in self._rows]
        if here:
            assets = self._snapshot([self._rows[number] for number in here]).assets
            for number, asset in zip(here, findable(assets, audience), strict=True):
                kept.search.put(number, asset)
            kept.secret |= {number for number, told in zip(here, keeps_secret(assets, audience), strict=True) if told}
        # What keeps nothing from them, before and after, adds open words alone: the secrets of all others still hold.
        if was_secret or not kept.secret.isdisjoint(changed):
            kept.secrets = None
        return kept

    def _links_of(self, identifier: str) -> pd.DataFrame:
        """Return the referrals to and from an asset, tested ones among them."""
        with self._lock:
            links, steps = self._links, self._told_less.steps
        if links is None:
            with self._store.reading() as reader:
                tables: dict[str, Any] = {name: reader.read(record) for name, record in LINK_RECORDS.items()}
            links = with_tested_links(replace(self._snapshot([]), **tables))
            with self._lock:
                self._links = links if steps == self._told_less.steps else None
        return links[(links["from_asset"] == identifier) | (links["to_asset"] == identifier)].reset_index(drop=True)

    def find_same(
        self, values: Mapping[str, Any], audience: Audience = Audience.INTERNAL, *, without: Collection[str] = ()
    ) -> list[dict[str, Any]]:
        """Return which assets may be the one that somebody is writing down, best first, as the audience is shown them.

        At most five. What is offered hangs on nothing that the audience is not shown, and nothing is said of hidden
        ones, and of those that asked to leave.

        Parameters
        ----------
        values
            What was typed, by field name; what cannot be read is passed over.
        audience
            Who writes it down.
        without
            The ids, as the audience knows them, of what it was said not to be.
        """
        row = typed_row(values)
        if row is None:
            return []
        with self._lock:
            kept = self._to_compare(audience)
            ids = kept.same.alike(row)[:_MOST_ALIKE]
            compared = {each: kept.compared[self._numbers[each]] for each in ids if each not in without}
        shown = row_dicts(self.published(list(compared), audience).assets) if compared else []
        return [each for each in shown if still_alike(compared[each["id"]], each, row)]

    def _to_compare(self, audience: Audience) -> Compared:
        """Return what an audience may compare another entry with, up to date; the lock is held."""
        each = self._of(audience)
        if each.compared is None:
            each.compared = Compared(SameAsset(), {})
            each.to_compare = set(self._rows)
        changed, each.to_compare = each.to_compare, set()
        each.compared.take_out(changed)
        here = sorted(changed & self._rows.keys())
        if here:
            assets = self._snapshot([self._rows[number] for number in here]).assets
            for number, told in zip(here, comparable(assets, audience), strict=True):
                if told is not None and _may_be_named(told):
                    each.compared.take_in(number, told)
        return each.compared

    def to_check(self, today: dt.date, audience: Audience = Audience.INTERNAL) -> list[Mapping[str, Any]]:
        """Return the assets that nobody has looked at for half a year, those first that waited longest.

        Internal: show of them what ``publish_assets`` gives. Closed and hidden ones are left to the coordinator, as is
        what may not be carried around.

        Parameters
        ----------
        today
            The day from which half a year is counted back.
        audience
            Only those that may be named to it.
        """
        limit = today - OVERDUE_AFTER
        with self._lock:
            may_name = self._of(audience).search
            due = sorted((place, number) for number, place in self._all_places().items() if place[0] < limit)
            return [self._rows[number] for _, number in due if may_name.knows(number)]

    def checkable(self) -> int:
        """Return how many assets volunteers keep an eye on, due or not."""
        with self._lock:
            return len(self._all_places())

    def _all_places(self) -> dict[int, tuple[dt.date, str, str]]:
        for number in self._rows.keys() - self._places.keys():
            self._places[number] = _place_in_list(self._rows[number])
        return {number: place for number, place in self._places.items() if place}

    def areas(self) -> dict[str, str]:
        """Return the names of the local authorities of the partnership, by code."""
        table = area_lookup(list(map(current_code, self._areas)))
        return dict(
            sorted(zip(table["local_authority_code"], table["local_authority"], strict=True), key=itemgetter(1))
        )


def _known_by(row: Mapping[str, Any]) -> set[str]:
    return {row["id"], plain_id(row["id"])}


def _may_be_named(row: Mapping[str, Any]) -> bool:
    """Whether anything of an asset may be said to whoever writes down another."""
    return row["listing"] in codelist("listing") and row["listing"] != "declined" and not is_hidden(row)


def _place_in_list(row: Mapping[str, Any]) -> tuple[dt.date, str, str] | None:
    """Return where an asset stands among those to check; None where nobody but the coordinator looks after it."""
    if row["status"] not in ("active", "not_confirmed") or not _may_be_named(row) or not may_be_carried(row):
        return None
    return last_looked_at(row) or dt.date.min, row["name"], row["id"]


class Live(Core):
    """The task of a server: to keep all assets at hand."""

    def live_assets(self, *, today: dt.date | None = None) -> LiveAssets:
        """Return the assets of this partnership in memory, as they stand; one for each server.

        Parameters
        ----------
        today
            The day that pages tell of; the day of the machine, as it goes on, when left out.

        Examples
        --------
        >>> from rosc_map.records import Audience
        >>> live = area.live_assets()
        >>> len(live.search("dorking", Audience.PUBLIC)), len(live.search("", Audience.PUBLIC))
        (3, 55)
        """
        return LiveAssets(self._store, today=today)

    def reported_closed(self) -> set[str]:
        """Return the ids of the assets that who is at work has reported closed.

        Examples
        --------
        >>> caller = area.acting_as("Volunteer 7")
        >>> caller.reported_closed()
        set()
        """
        with self._store.reading() as reader:
            return {asset for asset, by in reports_by_asset(reader).items() if self._who in by}
