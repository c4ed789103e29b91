"""Killing a process at work in a partnership file, and looking at what it left behind."""

import json
import random
import shutil
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from sqlalchemy import select

from rosc_map.records import Asset, Footprint
from rosc_map.store import Store, backups_of
from rosc_map.store.tables import changes, history
from store.crash_child import BACKUP, BATCH, COPY, EDITED, FILE, STEPS, batch, run
from store.processes import PROCESSES

_OLD_FILE = Path(__file__).with_name("fixtures") / "schema-1.gpkg"
WRITES = tuple(step for step in STEPS if step.startswith(("edit", "import")))
"""The steps of the child that leave a change in the history."""
IMPORTS = tuple(step for step in WRITES if step.startswith("import"))


@dataclass(frozen=True)
class Child:
    """A process at work, and our end of the line to it."""

    process: BaseProcess
    line: Connection


@contextmanager
def child(task: str) -> Iterator[Child]:
    """Start a child, which parts from a process that has loaded all it needs. It is gone at the end."""
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=run, args=(task, theirs), daemon=True)
    process.start()
    theirs.close()
    with ours:
        try:
            yield Child(process, ours)
        finally:
            process.kill()
            process.join()


def hear(started: Child, words: str) -> None:
    """Wait until the child says these words."""
    heard = started.line.recv()
    assert heard == words, f"heard {heard!r} and not {words!r}"


def begin(started: Child, where: Path) -> None:
    """Let a child begin."""
    started.line.send(where)


def kill(started: Child) -> list[str]:
    """Kill a child outright, and return what it had still said."""
    started.process.kill()
    started.process.join()
    assert started.process.exitcode == -signal.SIGKILL, "it had ended already"
    said = []
    with suppress(EOFError):
        while True:
            said.append(started.line.recv())
    return said


def _new_folder(parent: Path) -> Path:
    folder = parent / "work"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copyfile(_OLD_FILE, folder / FILE)
    (folder / FILE).chmod(0o600)  # as rosc-map makes it; a checkout does not keep that
    return folder


def usual_times(parent: Path) -> list[float]:
    """Let a child live to its end, and return how many seconds each step takes."""
    folder = _new_folder(parent)
    with child("work") as process:
        begin(process, folder)
        moments = []
        for step in ("started", *STEPS):
            hear(process, step)
            moments.append(time.perf_counter())
        kill(process)
    look(folder, list(STEPS))
    return [after - before for before, after in pairwise(moments)]


def kill_often(parent: Path, kills: int, seed: int) -> Counter[str]:
    """Kill so many children, each in a step drawn at random and there at a random moment, and look after each.

    The steps are drawn evenly, and not by how long they take, or the imports would get nearly all of the kills.

    Returns
    -------
    collections.Counter
        How many kills there were, and how many left a journal, a half-made copy, or a write that was kept but not yet
        acknowledged.
    """
    times, rng, seen = usual_times(parent), random.Random(seed), Counter[str]()
    for _ in range(kills):
        folder, step = _new_folder(parent), rng.randrange(len(STEPS))
        with child("work") as process:
            begin(process, folder)
            for before in ("started", *STEPS[:step]):
                hear(process, before)
            time.sleep(rng.random() * times[step])
            done = [*STEPS[:step], *kill(process)]
        seen["kills"] += 1
        seen["journals"] += Path(f"{folder / FILE}-journal").exists()
        seen["half-made copies"] += any(path.name.startswith(".") for path in folder.iterdir())
        seen["kept, not acknowledged"] += look(folder, done)
    return seen


def look(folder: Path, done: list[str]) -> bool:
    """Look at what a killed child left: all that it acknowledged, at most one write more, and nothing by halves.

    Returns
    -------
    bool
        Whether a write was kept that had not been acknowledged yet.
    """
    path = folder / FILE
    # What holds confidential places is its owner's alone, half-made or not.
    assert not [each for each in folder.iterdir() if each.suffix != ".csv" and each.stat().st_mode & 0o077]
    store = Store(path)
    writes = [step for step in done if step in WRITES]
    kept = _whole(store)
    assert kept in (writes, list(WRITES[: len(writes) + 1]))
    with store.write(who="after") as writer:  # and the work can go on
        writer.insert(Footprint, [{"area_code": "after"}])
    assert not Path(f"{path}-journal").exists()
    # What a copying that was cut off has left is named too, and is no backup.
    backups = [backup for backup in backups_of(path) if not backup.name.startswith(".")]
    assert backups or "migrate" not in done
    assert all(_assets_of_version_1(backup) == 66 for backup in backups)
    for step, copy in (("backup", folder / BACKUP), ("copy", folder / COPY)):
        assert copy.exists() or step not in done
        if copy.exists():
            assert _whole(Store(copy)) == [before for before in STEPS[: STEPS.index(step)] if before in WRITES]
    return kept != writes


def _assets_of_version_1(path: Path) -> int:
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert raw.execute("SELECT value FROM rosc_map_settings WHERE key = 'schema_version'").fetchone() == ("1",)
        return raw.execute("SELECT count(*) FROM assets").fetchone()[0]


def _whole(store: Store) -> list[str]:
    """Return the writes that a file tells of, after a look whether the file is sound and holds each of them wholly."""
    assert store.integrity() == []
    with store.reading() as reader:
        told = reader.connection.execute(select(changes.c.id, changes.c.who).order_by(changes.c.id)).all()
        entries = reader.connection.execute(select(history).order_by(history.c.id)).mappings().all()
        assets = reader.read(Asset).set_index("id")
        assert reader.connection.exec_driver_sql("SELECT count(*) FROM rosc_map_current").scalar() == 0
    steps = [who for _, who in told]
    imported = {row["id"]: row["description"] for step in steps if step in IMPORTS for row in batch(int(step[-1]))}
    old = len(assets) - len(imported) - (EDITED in assets.index)
    assert old == 66
    assert {each: words for each, words in assets["description"].items() if each in imported} == imported
    edits = [step for step in steps if step not in IMPORTS]
    if edits:
        assert assets.loc[EDITED, "notes"] == (edits[-1] if len(edits) > 1 else "")
    notes = [(json.loads(entry["was"]), json.loads(entry["now"])) for entry in entries if entry["field"] == "notes"]
    assert notes == list(pairwise([None, *edits[1:]]))
    touched = {(entry["change_id"], entry["row_id"]) for entry in entries}
    rows = Counter(change for change, _ in touched)
    assert rows == {number: BATCH if step in IMPORTS else 1 for number, step in told}
    return steps
