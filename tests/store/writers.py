"""Many processes that write to one store at once, and what must be true of it afterwards."""

import json
import os
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from threading import Barrier

from sqlalchemy import select, text

from rosc_map.errors import EditConflict
from rosc_map.records import Asset
from rosc_map.store import Store
from rosc_map.store.tables import changes, history
from store.processes import PROCESSES

ASSETS = 40
WANTED = f"a{ASSETS - 1}"
"""The asset that all want at once."""
ROUNDS = 3
_PATIENCE = 300


@dataclass
class Written:
    """What one writer has done: each edit that was acknowledged, and how often it was told of a conflict.

    Attributes
    ----------
    edits
        The asset's id, and the words that were written.
    conflicts
        How many edits were refused, and done again, because somebody else was first.
    won
        Whether it was the first, in each round in which all writers had read the same version.
    connection
        The number of its server process, where there is a server.
    """

    edits: list[tuple[str, str]] = field(default_factory=list)
    conflicts: int = 0
    won: list[bool] = field(default_factory=list)
    connection: int = 0


def write_at_once(
    target: str | Path, *, processes: int, threads: int = 1, edits: int, meanwhile: Callable[[], None] | None = None
) -> list[Written]:
    """Let many writers edit the assets of a store at once, each with a store and a connection of its own.

    Parameters
    ----------
    target
        A store with :data:`ASSETS` assets, ``a0`` and so on, that have no notes yet.
    processes, threads
        How many processes, and writers in each.
    edits
        How many edits each writer makes, besides those of the rounds in which all want the same.
    meanwhile
        What is done again and again while they work; it leaves :data:`WANTED` and all notes alone.
    """
    with PROCESSES.Manager() as manager:
        barrier = manager.Barrier(processes * threads)
        with ProcessPoolExecutor(processes, PROCESSES, _take_over, (dict(os.environ),)) as pool:
            started = [pool.submit(_process, str(target), n, threads, edits, barrier) for n in range(processes)]
            while meanwhile and not all(one.done() for one in started):
                meanwhile()
            return [written for one in started for written in one.result()]


def _take_over(environment: dict[str, str]) -> None:
    """Know where the password is: the process that we part from may be older than the server of this test."""
    os.environ.update(environment)


def _process(target: str, number: int, threads: int, edits: int, barrier: Barrier) -> list[Written]:
    names = [f"writer {number}.{thread}" for thread in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(partial(_write, target, edits, barrier), names))


def _write(target: str, edits: int, barrier: Barrier, name: str) -> Written:
    store, written, rng = Store(target), Written(), random.Random(name)
    if not store.path:
        with store.reading() as reader:
            written.connection = reader.connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    for number in range(ROUNDS):
        version, words = _version(store, WANTED), f"{name} round {number}"
        barrier.wait(_PATIENCE)  # now all have read the same
        written.won.append(_edit(store, name, WANTED, words, version))
        written.edits += [(WANTED, words)] * written.won[-1]
        barrier.wait(_PATIENCE)
    for number in range(edits):
        # Every third edit aims at one of two assets that everybody wants.
        identifier = f"a{rng.randrange(2 if rng.random() < 1 / 3 else ASSETS)}"
        words = f"{name} edit {number}"
        while not _edit(store, name, identifier, words, _version(store, identifier)):
            written.conflicts += 1
        written.edits.append((identifier, words))
    store.close()
    return written


def _version(store: Store, identifier: str) -> int:
    with store.reading() as reader:
        return reader.find(Asset, {"id": identifier})["version"]


def _edit(store: Store, who: str, identifier: str, words: str, version: int) -> bool:
    try:
        with store.write(who=who, task="edit", alone=False) as writer:
            writer.update(Asset, {"id": identifier}, {"notes": words}, version=version)
    except EditConflict:
        return False
    return True


def look(store: Store, all_written: list[Written]) -> None:
    """Look whether nothing was lost and everything was told.

    Each acknowledged edit has one entry in the history, and there is no other; each entry begins where the one before
    it ended; each version counts the changes of its row.
    """
    for number in range(ROUNDS):
        assert [written.won[number] for written in all_written].count(True) == 1
    acknowledged = Counter(edit for written in all_written for edit in written.edits)
    with store.reading() as reader:
        assets = {identifier: reader.find(Asset, {"id": identifier}) for identifier in (f"a{n}" for n in range(ASSETS))}
        told = (
            select(changes.c.who, history).join(changes).where(history.c.operation == "update").order_by(history.c.id)
        )
        entries = reader.connection.execute(told.where(history.c.table_name == "assets")).mappings().all()
        edits = reader.connection.execute(select(changes.c.id).where(changes.c.task == "edit")).scalars().all()
    by_row = defaultdict(list)
    for entry in entries:
        by_row[entry["row_id"]].append(entry)
    kept = Counter()
    for identifier, asset in assets.items():
        mine = by_row[asset["fid"]]
        assert asset["version"] == 1 + len({entry["change_id"] for entry in mine})
        for name in {entry["field"] for entry in mine}:
            steps = [(json.loads(e["was"]), json.loads(e["now"])) for e in mine if e["field"] == name]
            assert steps[0][0] is None
            assert steps[-1][1] == asset[name]
            assert all(before[1] == after[0] for before, after in pairwise(steps))
        notes = [entry for entry in mine if entry["field"] == "notes"]
        assert all(json.loads(entry["now"]).startswith(f"{entry['who']} ") for entry in notes)
        kept.update((identifier, json.loads(entry["now"])) for entry in notes)
    assert kept == acknowledged
    assert len(edits) == acknowledged.total()
