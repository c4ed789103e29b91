"""What people at work at once cost: the web app on PostGIS, and processes that write to one database."""

import multiprocessing
import os
import statistics
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, suppress
from itertools import repeat
from pathlib import Path
from threading import Barrier

import psycopg
from database import assets, empty_database
from one_machine import Cost, _edits

from rosc_map.records import Asset, Footprint
from rosc_map.store import Store

_TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(_TESTS), str(_TESTS / "web")]

ASSETS, WRITERS, EDITS = 10_000, 8, 200
AT_WORK, PAUSE, BUSY, SECONDS = 20, 2.0, 4, 20.0
"""People who pause for so many seconds over a page; people who never do, to find out how much the server can do."""
_KINDS = ("page", "draft", "save", "call", "map", "check", "change")


def with_a_database() -> Iterator[Cost]:
    """Yield what writers and people of the web app cost."""
    yield writers(WRITERS, EDITS)
    yield from people(ASSETS, ((AT_WORK, PAUSE), (BUSY, 0.0)), SECONDS)


def writers(count: int, edits: int) -> Cost:
    """Let processes each change assets of their own in one database that waits for its disk."""
    rows = assets(100 * count)
    with empty_database() as (url, superuser):
        with closing(Store.create(url, {"title": "Bench"}, {Footprint: [{"area_code": "E06000002"}], Asset: rows})):
            before = _size(superuser)
        spawn = multiprocessing.get_context("spawn")
        with spawn.Manager() as manager, ProcessPoolExecutor(count, mp_context=spawn) as pool:
            # All are there before the first begins.
            barrier = manager.Barrier(count)
            ids = [[str(row["id"]) for row in rows[number::count]] for number in range(count)]
            done = list(pool.map(_write, repeat(url), ids, repeat(edits), repeat(barrier)))
        wall = max(end for _, end, _, _ in done) - min(start for start, _, _, _ in done)
        cpu, server = sum(each[2] for each in done), sum(each[3] for each in done)
        more = {
            "writers": count,
            "a_second": count * edits / wall,
            "database_cpu": server,
            "bytes_a_change": (_size(superuser) - before) / (count * edits),
        }
        return Cost("writers", count * edits, cpu, wall, 0, more)


def _write(url: str, ids: list[str], edits: int, barrier: Barrier) -> tuple[float, ...]:
    with closing(Store(url)) as store:
        with store.reading() as reader:
            (mine,) = reader.connection.exec_driver_sql("SELECT pg_backend_pid()").scalars()
        barrier.wait(120)
        start, own, server = time.time(), time.process_time(), _cpu(mine)
        _edits(store, ids, edits)
        return start, time.time(), time.process_time() - own, _cpu(mine) - server


def _size(superuser: str) -> int:
    with psycopg.connect(superuser) as connection:
        ((size,),) = connection.execute("SELECT pg_database_size(current_database())").fetchall()
    return int(size)


def _cpu(process: int) -> float:
    """Return the CPU seconds of a process that runs, of all its threads; Linux only."""
    try:
        words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _databases(url: str) -> float:
    """Return the CPU seconds of the connections to a database."""
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()").fetchall()
    return sum(_cpu(process) for (process,) in found)


def people(count: int, loads: tuple[tuple[int, float], ...], seconds: float) -> Iterator[Cost]:
    """Let people work with the web app at once, and see how long its answers take and what they cost."""
    from large import large_partnership
    from load import at_work, share_calls
    from serving import serving, volunteers

    with large_partnership(count) as target:
        sessions = volunteers(target, max(users for users, _ in loads))
        share_calls(target, list(sessions))
        with serving(target) as server:
            _wake(server.url)
            # What a server reads once, whoever asks first, is no part of what a request costs.
            at_work(server.url, dict(list(sessions.items())[:1]), 1.0, pause=0.0)
            for users, pause in loads:
                some = dict(list(sessions.items())[:users])
                start, used, stored = time.monotonic(), _cpu(server.process.pid), _databases(target)
                load = at_work(server.url, some, seconds, pause=pause)
                wall, cpu = time.monotonic() - start, _cpu(server.process.pid) - used
                if load.errors:
                    raise RuntimeError(load.errors[0])
                times = load.times(*_KINDS)
                more = {
                    "seconds": wall,
                    "pause": pause,
                    "assets": count,
                    "requests": len(times),
                    "a_second": len(times) / wall,
                    "p50_ms": statistics.median(times) * 1000,
                    "p95_ms": load.p95(*_KINDS) * 1000,
                    "database_cpu": _databases(target) - stored,
                }
                yield Cost("at work" if pause else "busy", users, cpu, wall, _held(server.process.pid), more)


def _wake(url: str) -> None:
    """Ask until there is an answer: a new server first reads what there is, which takes long on a busy machine."""
    for _ in range(600):
        with suppress(OSError), urllib.request.urlopen(url, timeout=30):  # noqa: S310 - our own server
            return
    raise RuntimeError("the server does not answer")


def _held(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
