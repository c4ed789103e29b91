"""Records that last: edit, check, merge, undo, history, state as at a day, leaving, erasure, backup and copies."""

import contextlib
import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from rosc_map.errors import FileProblem, InputError, RowProblem
from rosc_map.exchange import write_table
from rosc_map.partnership.asset_names import AssetNames
from rosc_map.partnership.beside_hidden import clean_beside_hidden
from rosc_map.partnership.call_findings import call_findings
from rosc_map.partnership.checks import Finding, check_assets, in_order, worklist
from rosc_map.partnership.core import Core
from rosc_map.partnership.editing import edit_asset, take_in_edits
from rosc_map.partnership.merging import Merge, merge_assets
from rosc_map.publish import PublishedTable, Snapshot, worklist_table
from rosc_map.records import Asset
from rosc_map.store import (
    Erasure,
    Reader,
    Undone,
    Writer,
    asset_history,
    backup_file,
    backups_of,
    copy_store,
    edited_elsewhere,
    erase_asset,
    erase_words,
    last_changes,
    undo,
)

__all__ = ["Status", "Upkeep"]

_SHORTEST_WORDS = 3
_FRESH = dt.timedelta(days=365)


@dataclass(frozen=True)
class Status:
    """How the record stands on a day: figures only, nobody is named.

    Attributes
    ----------
    as_at
        The day.
    assets
        How many assets there are, by type and status.
    listing
        How many, by what their organisations said of being listed.
    fresh, active
        How many active assets were checked in the twelve months before, and how many active ones there are.
    others
        How many referrals, areas looked at, rounds and so on.
    """

    as_at: dt.date
    assets: dict[str, dict[str, int]]
    listing: dict[str, int]
    fresh: int
    active: int
    others: dict[str, int]


class Upkeep(Core):
    """The tasks that keep a record right over the years."""

    def take_in(self) -> None:
        """Take in what another program, such as QGIS, has changed since; it can be undone like any change.

        Raises
        ------
        FileProblem
            When the file may not be written to, or is in use.

        Examples
        --------
        >>> area.take_in()
        >>> area.changes(1)["task"].tolist()
        ['draw']
        """
        with self._store.reading() as reader:
            if not edited_elsewhere(reader):
                return
        with self._store.write(task="edit elsewhere") as writer:
            said = take_in_edits(writer)
            clean_beside_hidden(writer)
        self.remarks += tuple(said)
        with contextlib.suppress(FileProblem):  # another program has it open: the next change compacts it
            self._store.compact()

    def edit(self, asset: str, values: Mapping[str, Any], *, version: int | None = None) -> list[RowProblem]:
        """Change fields of one asset; an empty value clears a field.

        Parameters
        ----------
        asset
            Its id or its name.
        values
            What was typed, by field name.
        version
            The version that the person saw (:meth:`asset`); when it is left out, whatever is there is changed.

        Returns
        -------
        list of RowProblem
            Things to look at.

        Raises
        ------
        UnknownName
            When there is no such asset, or more than one of that name.
        RowsRejected
            When a value cannot be taken.
        EditConflict
            When somebody else has changed it since that version.

        Examples
        --------
        >>> area.edit("Example Dorking Recovery Café", {"cost": "free", "phone": "01632 960123"})
        []
        >>> area.asset("Example Dorking Recovery Café")["phone"]
        '01632 960123'
        """
        # One record: others may write at the same time, and the version tells whether they wrote here.
        with self._write("edit", alone=False) as writer:
            identifier = _recorded(writer, asset)["id"]
            return edit_asset(writer, identifier, values, version=version, who=self._who, today=self._today)

    def asset(self, asset: str) -> dict[str, Any]:
        """Return one asset as it is recorded, with its ``version``. Internal: never hand it out.

        Raises
        ------
        UnknownName
            When there is no such asset, or more than one of that name.

        Examples
        --------
        >>> café = area.asset("Example Dorking Recovery Café")
        >>> café["asset_type"], café["postcode"], café["version"]
        ('lero', 'RH4 1DW', 1)
        """
        with self._store.reading() as reader:
            return _recorded(reader, asset)

    def check(self) -> list[Finding]:
        """Return what somebody should look at, each with what to do. Internal: it names confidential assets.

        Raises
        ------
        FileProblem
            When the file itself is damaged.

        Examples
        --------
        >>> finding = area.check()[0]
        >>> finding.what, finding.what_to_do
        ('Somebody was reached there on 13 October 2026 (linkage test R1).', 'The contact works; check the rest of the
        record.')
        """
        damaged = self._store.integrity()
        if damaged:
            raise FileProblem(
                f"{self.name} is damaged ({damaged[0]}). Restore it from a backup, and tell who looks after it."
            )
        return self._findings(self.snapshot())

    def _findings(self, snapshot: Snapshot) -> list[Finding]:
        return in_order([*check_assets(snapshot.assets, self._today), *call_findings(snapshot)])

    def worklist(self) -> PublishedTable:
        """Return what volunteers should check, oldest first; filled in, it is imported like any other file.

        Examples
        --------
        >>> area.worklist().table.columns[:4].tolist()
        ['id', 'name', 'asset_type', 'what to check']
        """
        snapshot = self.snapshot()
        return worklist_table(snapshot, worklist(self._findings(snapshot), snapshot.assets))

    def write_worklist(self, path: str | Path) -> Path:
        """Write what volunteers should check as ``.csv`` or ``.xlsx``, and never over a file that may be filled in.

        Raises
        ------
        FileProblem
            When the file exists already, or cannot be written.

        Examples
        --------
        >>> area.write_worklist("to-check.csv").name
        'to-check.csv'
        """
        file = Path(path)
        if file.exists():
            raise FileProblem(f"{file} exists already, and may be filled in. Choose another name.")
        return write_table(self.worklist(), file)

    def merge(self, keep: str, other: str) -> Merge:
        """Merge two records of one asset: what was empty is filled, nothing is overwritten, both histories are kept.

        Parameters
        ----------
        keep, other
            Ids or names: the asset that stays, and the one that goes into it.

        Raises
        ------
        UnknownName
            When one of them is not known.
        InputError
            When they cannot be merged.

        Examples
        --------
        >>> area.merge("Example Surrey Treatment Service, Guildford", "Example Surrey Treatment Service, Redhill").moved
        {'referrals': 21, 'questions': 13, 'attempts': 1, 'answers': 8}
        """
        with self._write("merge") as writer:
            return merge_assets(writer, *(_recorded(writer, text)["id"] for text in (keep, other)))

    def undo(self, *, list_again: bool = False, past: bool = False) -> Undone:
        """Undo the last change that is not undone yet; see :func:`rosc_map.store.undo`.

        Raises
        ------
        InputError
            When there is nothing to undo, or the last change cannot be undone.

        Examples
        --------
        >>> area.edit("Example Dorking Recovery Café", {"cost": "free"})
        []
        >>> area.undo().task
        'edit'
        >>> area.asset("Example Dorking Recovery Café")["cost"]
        'donation'
        """
        # What was done elsewhere meanwhile came later, and is undone first.
        self.take_in()
        with self._write("undo") as writer:
            return undo(writer, list_again=list_again, past=past)

    def history(self, asset: str) -> pd.DataFrame:
        """Return the history of an asset, oldest first; see :func:`rosc_map.store.asset_history`. Internal.

        Raises
        ------
        UnknownName
            When there is no such asset.

        Examples
        --------
        >>> told = area.history("Example Dorking Recovery Café")
        >>> told[["task", "note", "operation"]].head(1)
             task    note operation
        0  import  assets    insert
        """
        with self._store.reading() as reader:
            return asset_history(reader, int(_recorded(reader, asset)["fid"]))

    def changes(self, most: int = 20) -> pd.DataFrame:
        """Return the newest changes; see :func:`rosc_map.store.last_changes`. Internal.

        Examples
        --------
        >>> area.changes(1)[["task", "who"]].to_dict("records")
        [{'task': 'draw', 'who': 'coordinator'}]
        """
        with self._store.reading() as reader:
            return last_changes(reader, most)

    def status(self, day: dt.date | None = None) -> Status:
        """Return how the record stands, or stood at the end of a day.

        Raises
        ------
        InputError
            When the day is in the future.

        Examples
        --------
        >>> found = area.status()
        >>> found.fresh, found.active
        (47, 63)
        """
        if day and day > self._today:
            raise InputError(f"{day} is in the future. Give a day that has been.")
        held = self.snapshot(day)
        listed = held.assets[held.assets["listing"] != "declined"]
        by_type: dict[str, dict[str, int]] = {}
        for kind, rows in listed.groupby("asset_type", sort=True):
            by_type[str(kind)] = dict(Counter(rows["status"]))
        active = listed[listed["status"] == "active"]
        fresh = sum(bool(on) and held.as_at - on <= _FRESH for on in active["verified_on"])
        tables = {"referrals": held.referrals, "areas looked at": held.surveyed, "rounds": held.rounds}
        others = {record.noun: frame for record, frame in held.others.items()}
        counts = {name: len(frame) for name, frame in (*tables.items(), *others.items())}
        return Status(held.as_at, by_type, dict(Counter(held.assets["listing"])), fresh, len(active), counts)

    def delist(self, asset: str) -> str:
        """Take an organisation's asset out of every output, at its own wish; importing it again is refused from now on.

        What is kept beside the records knows nothing of it: afterwards :meth:`rosc_map.people.People.entry_left` takes
        the asset off its links and deletes its corrections.

        Returns
        -------
        str
            The asset's name.

        Raises
        ------
        UnknownName
            When there is no such asset.
        InputError
            When it is not said who does it.

        Examples
        --------
        >>> area.delist("Example Epsom Repair Café")
        'Example Epsom Repair Café'
        >>> area.exported("csv", "public")
        '54 assets are named in it. 8 are only counted, because they have not been asked or agreed to be: set the
        columns listing and licence once that changes.'
        """
        self._check_who()
        with self._write("delist") as writer:
            found = _recorded(writer, asset)
            left = {"listing": "declined", "listing_on": self._today, "listing_shows": ()}
            writer.update(Asset, {"id": found["id"]}, left)
            return str(found["name"])

    def erase(self, asset: str = "", *, words: str = "", dry_run: bool = False) -> Erasure:
        """Erase an asset, or words such as a person's name, for good: from the records and from their history.

        What is kept beside the records is another's to erase: :meth:`rosc_map.people.People.entry_left` for an asset,
        and :meth:`rosc_map.people.People.erase_words`.

        Parameters
        ----------
        asset
            An id or a name.
        words
            What has to go, wherever it stands; three letters or more.
        dry_run
            Only say what would be erased, and write nothing.

        Returns
        -------
        Erasure
            What was, or would be, erased; false where that is nothing.

        Raises
        ------
        UnknownName
            When there is no such asset.
        InputError
            When neither is given, or both, or too few letters; or when it is not said who does it.

        Examples
        --------
        >>> area.erase(words="Volunteer 3", dry_run=True).summary
        '66 cells of assets, 27 cells of surveyed areas, 93 entries of the history'
        """
        self._check_who()
        if bool(asset) == bool(words):
            raise InputError("Say what to erase: an asset, or words such as a person's name.")
        if words and sum(character.isalnum() for character in words) < _SHORTEST_WORDS:
            raise InputError(f"{words!r} is too short: too much would go with it. Give three letters or more.")
        try:
            with self._write("erase") as writer:
                done = _erase(writer, asset, words)
                if dry_run:
                    raise _NotWanted
        except _NotWanted:
            return done
        return self._compacted(done) if done else done

    def _check_who(self) -> None:
        if not self._who:
            raise InputError("Say who does it, for example: --by coordinator")

    def _compacted(self, done: Erasure) -> Erasure:
        try:
            self._store.compact()
        except FileProblem:
            left = (
                f"Free pages of {self.name} may still hold what was erased: another program has it open, or the disk "
                "is full. Put that right, write it anew with rosc-map backup, and use the new file from then on."
            )
            return replace(done, look_at=(*done.look_at, left))
        return done

    def backups(self) -> list[Path]:
        """Return the backups that stand beside the file: what is erased here still stands in them.

        Examples
        --------
        >>> area.backup().name
        'surrey.backup-2026-11-22.gpkg'
        >>> [copy.name for copy in area.backups()]
        ['surrey.backup-2026-11-22.gpkg']
        """
        return backups_of(self._store.path) if self._store.path else []

    def backup(self, target: str | Path | None = None) -> Path:
        """Copy the file as it stands; beside it, with the day in its name, when no target is given.

        Raises
        ------
        FileProblem
            When the target exists already, or this is a database.

        Examples
        --------
        >>> area.backup("before-the-import.gpkg").name
        'before-the-import.gpkg'
        """
        if not self._store.path:
            raise FileProblem(
                f"{self.name} is a database: back it up with pg_dump, or copy it into a file with rosc-map store copy."
            )
        return backup_file(self._store.path, Path(target) if target else None, today=self._today)

    def copy_to(self, target: str | Path) -> dict[str, int]:
        """Copy everything, with its history, into a new file or an empty database.

        Returns
        -------
        dict
            How many rows each table has, checked in both.

        Raises
        ------
        FileProblem
            When the target holds something already.

        Examples
        --------
        >>> rows = area.copy_to("copy.gpkg")
        >>> rows["assets"], rows["rounds"]
        (66, 2)
        """
        return copy_store(self._store, target)

    def let_read(self, role: str) -> None:
        """Let a role of the database read everything, and change nothing.

        Raises
        ------
        FileProblem
            When this is a file, or there is no such role.

        Examples
        --------
        >>> try:
        ...     area.let_read("analyst")
        ... except rosc_map.RoscMapError as problem:
        ...     print(problem)
        surrey.gpkg is a file: who may read it is set in its folder, not here.
        """
        self._store.grant_reading(role)


class _NotWanted(Exception):
    """Ends a change that was only tried, so that nothing of it is kept."""


def _erase(writer: Writer, asset: str, words: str) -> Erasure:
    if words:
        return erase_words(writer, words)
    found = _recorded(writer, asset)
    return erase_asset(writer, int(found["fid"]), found["id"])


def _recorded(reader: Reader, text: str) -> dict[str, Any]:
    """Return the asset of an id or a name; all assets are read only where it is a name."""
    found = reader.find(Asset, {"id": text}) or reader.find(Asset, {"id": AssetNames(reader.read(Asset)).find(text)})
    return found or {}
