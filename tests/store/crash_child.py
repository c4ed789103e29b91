"""A process that works in a partnership file as a person would, says after each step that it is done, and is killed.

:func:`run` takes a folder from its line, and then takes :data:`STEPS` in turn until the line ends; for the task
``hang`` it takes a file, writes much and never commits.
"""

import csv
import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from rosc_map.partnership import Partnership
from rosc_map.records import Asset, Footprint
from rosc_map.store import Store, backup_file, copy_store

FILE, BACKUP, COPY = "area.gpkg", "kept.gpkg", "copy.gpkg"
EDITED = "edited"
BATCH = 60
STEPS = (
    "migrate",
    *(f"edit {number}" for number in range(4)),
    "import 0",
    *(f"edit {number}" for number in range(4, 8)),
    "import 1",
    "backup",
    "copy",
    *(f"edit {number}" for number in range(8, 10)),
)


def batch(number: int) -> list[dict[str, str]]:
    """Return the rows of an import: half of the assets of the import before, changed, and as many new ones."""
    ids = range(number * BATCH // 2, number * BATCH // 2 + BATCH)
    words = {"asset_type": "lero", "postcode": "TS1 2PA", "description": f"import {number}"}
    return [{"id": f"new-{one}", "name": f"Group {one}", **words} for one in ids]


def work(folder: Path, line: Connection) -> None:
    """Take all steps, and acknowledge each: what is in the line stays there when we are killed."""
    line.send("started")
    store = Store(folder / FILE)
    line.send("migrate")
    for step in STEPS[1:]:
        kind, _, number = step.partition(" ")
        _DO[kind](store, step, int(number or 0))
        line.send(step)
    line.recv()


def _edit(store: Store, step: str, number: int) -> None:
    with store.write(who=step, task="edit") as writer:
        if number == 0:
            writer.insert(Asset, [{"id": EDITED, "name": "Edited", "asset_type": "lero"}])
        else:
            writer.update(Asset, {"id": EDITED}, {"notes": step})


def _import(store: Store, step: str, number: int) -> None:
    source = store.path.with_name(f"{step}.csv")
    with source.open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, batch(number)[0])
        rows.writeheader()
        rows.writerows(batch(number))
    Partnership(store, who=step).import_(source)


def _backup(store: Store, step: str, number: int) -> None:
    backup_file(store.path, store.path.with_name(BACKUP), today=dt.date(2026, 11, 22))


def _copy(store: Store, step: str, number: int) -> None:
    copy_store(store, store.path.with_name(COPY))


_DO: dict[str, Callable[[Store, str, int], None]] = {
    "edit": _edit,
    "import": _import,
    "backup": _backup,
    "copy": _copy,
}


def hang(path: Path, line: Connection) -> None:
    """Write more than SQLite keeps in memory, so that half of it stands in the file already, and wait to be killed."""
    store = Store(path)
    with store.write(who="never") as writer:
        writer.update(Asset, {"id": "a"}, {"name": "Never"})
        writer.insert(Footprint, [{"area_code": f"{number:0100}"} for number in range(40_000)])
        line.send("written")
        line.recv()


def run(task: str, line: Connection) -> None:
    """Do a task where the line says, until it ends or we are killed."""
    with suppress(EOFError):
        {"work": work, "hang": hang}[task](line.recv(), line)
