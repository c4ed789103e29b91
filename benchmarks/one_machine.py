"""What one machine carries: each task in a new process on one core, with its CPU seconds and the most memory it held.

``python benchmarks/one_machine.py [--largest 100000] [--save build/one-machine.json]``

The web app and its database run as they do at work, on all cores.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from beside import peak
from rows import Clock

SIZES = (1_000, 10_000, 100_000)
LONGEST = 60.0
"""Seconds that the map and the gaps of the largest file may take: then they are stopped, and not measured."""
KINDS = ("lero", "lived_experience_initiative", "mutual_aid", "treatment", "community", "partner_service")
EDITS, LOOKUPS, REPLICATES, PERMUTATIONS = 300, 1_000_000, 100_000, 9_999
_HERE = Path(__file__).resolve()


@dataclass(frozen=True)
class Cost:
    """What one task came to.

    Attributes
    ----------
    task, size
        What was done, and with how many.
    cpu, wall
        Seconds.
    megabytes
        The most memory that the process held.
    more
        What else is known: bytes, or how many in a second.
    """

    task: str
    size: int
    cpu: float
    wall: float
    megabytes: float
    more: dict[str, float] = field(default_factory=dict)


def import_assets(folder: Path, _: int) -> dict[str, float]:
    """Make a partnership over England and take a table of assets in."""
    import rosc_map

    with closing(rosc_map.new(folder / "area.gpkg", ["England"])) as area:
        area.import_(folder / "assets.csv")
    return {"file_mb": _megabytes(folder / "area.gpkg")}


def open_and_read(folder: Path, _: int) -> dict[str, float]:
    """Open it and read all that it holds."""
    with _opened(folder) as area:
        return {"assets": len(area.snapshot().assets)}


def publish(folder: Path, _: int) -> dict[str, float]:
    """Work out what the public may see."""
    with _opened(folder) as area:
        return {"assets": len(area.publish().assets)}


def draw_map(folder: Path, _: int) -> dict[str, float]:
    """Write the map."""
    with _opened(folder) as area:
        return {"page_mb": _megabytes(area.map(folder / "map.html"))}


def gaps(folder: Path, _: int) -> dict[str, float]:
    """Work out the gaps of England: how far it is from every postcode, where one more would help; write everything."""
    with _opened(folder) as area:
        return {"files_mb": sum(map(_megabytes, area.write_gaps(area.gaps(), folder / "gaps")))}


def edit(folder: Path, count: int) -> dict[str, float]:
    """Change one field of one asset, again and again, each change by itself."""
    from rosc_map.store import Store

    file = folder / "area.gpkg"
    before = file.stat().st_size
    with closing(Store(file)) as store:
        _edits(store, _some_ids(store), count)
    return {"bytes_a_change": (file.stat().st_size - before) / count}


def build_postcodes(folder: Path, _: int) -> dict[str, float]:
    """Build the index of all postcodes in a cache of its own."""
    os.environ["XDG_CACHE_HOME"] = os.environ["XDG_DATA_HOME"] = str(folder)
    from rosc_map.place.postcodes.cache import directory

    postcodes = len(directory().everything().keys)
    return {"file_mb": sum(map(_megabytes, folder.rglob("*.index"))), "postcodes": postcodes}


def look_up(_: Path, count: int) -> dict[str, float]:
    """Find postcodes, typed in several ways, with their authority."""
    from rosc_map.place import area_lookup, postcodes_in
    from rosc_map.place.postcodes.directory import locate

    chance = random.Random(1)  # noqa: S311
    codes = postcodes_in(area_lookup(["E92000001"])["local_authority_code"]).postcode.tolist()
    texts = [chance.choice((str, str.lower))(code) for code in chance.choices(codes, k=count)]
    start = time.process_time()
    found = locate(texts).local_authority_code
    return {"found": int((found != "").sum()), "a_second": count / (time.process_time() - start)}


def replicates(_: Path, count: int) -> dict[str, float]:
    """Resample a linkage test of 200 services with 5 questions each."""
    import numpy as np

    from rosc_map.linkage.bootstrap import cluster_bootstrap

    rng = np.random.default_rng(1)
    sums = rng.integers(0, 6, (200, 2))
    start = time.process_time()
    for _ in range(max(count // 10_000, 1)):
        cluster_bootstrap(sums, replicates=min(count, 10_000), rng=rng)
    return {"a_second": count / (time.process_time() - start)}


def permutations(_: Path, count: int) -> dict[str, float]:
    """Shuffle the types of 500 assets over 6,500 questions."""
    import numpy as np

    from rosc_map.linkage.groups import permuted_counts

    rng = np.random.default_rng(1)
    labels = rng.integers(0, 7, 500).astype(np.uint8)
    source, target = rng.integers(0, 500, (2, 6_500))
    start = time.process_time()
    permuted_counts(labels, source, target, np.arange(6_500) < 5_338, permutations=count, rng=rng)
    return {"a_second": count / (time.process_time() - start)}


STEPS: dict[str, Callable[[Path, int], dict[str, float]]] = {
    step.__name__: step
    for step in (
        import_assets, open_and_read, publish, draw_map, gaps, edit, build_postcodes, look_up, replicates, permutations,
    )
}  # fmt: skip


@contextmanager
def _opened(folder: Path) -> Iterator[Any]:
    import rosc_map

    with closing(rosc_map.open(folder / "area.gpkg")) as area:
        yield area


def _megabytes(path: Path) -> float:
    return path.stat().st_size / 1e6


def _some_ids(store: Any) -> list[str]:
    from rosc_map.records import Asset

    return list(store.read(Asset)["id"][:100])


def _edits(store: Any, ids: list[str], count: int) -> None:
    """Make edits as people do: each reads the asset as it stands, and writes one field."""
    from rosc_map.records import Asset

    for number in range(count):
        key = {"id": ids[number % len(ids)]}
        with store.reading() as reader:
            version = reader.find(Asset, key)["version"]
        with store.write(who="Volunteer 1", task="edit", alone=False) as writer:
            writer.update(Asset, key, {"notes": f"Rung on day {number}."}, version=version)


def step(name: str, folder: Path, size: int, longest: float | None = None) -> Cost:
    """Do one task in a new process on one core; subprocess.TimeoutExpired where it takes too long."""
    words = [sys.executable, str(_HERE), "--step", name, str(folder), str(size)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=longest)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{name} {size}: {done.stderr.strip()[-500:]}")
    return Cost(name, size, **json.loads(done.stdout.splitlines()[-1]))


def _here(name: str, folder: Path, size: int) -> None:
    """Do one task in this process, and print what it came to."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    start, used = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    more = STEPS[name](folder, size)
    now = resource.getrusage(resource.RUSAGE_SELF)
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    print(json.dumps({"cpu": cpu, "wall": time.monotonic() - start, "megabytes": peak(), "more": more}))


def on_one_core(sizes: tuple[int, ...], part: float = 1) -> Iterator[Cost]:
    """Yield what each task costs with files of some sizes; ``part`` makes the other tasks smaller, too."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            _write_assets(folder / "assets.csv", size)
            for task in ("import_assets", "open_and_read", "publish"):
                yield step(task, folder, size)
            for task in ("draw_map", "gaps"):
                with suppress(subprocess.TimeoutExpired):
                    yield step(task, folder, size, LONGEST if size == SIZES[-1] else None)
            yield step("edit", folder, max(int(EDITS * part), 1))
    with tempfile.TemporaryDirectory() as name:
        if part == 1:
            yield step("build_postcodes", Path(name), 0)
        others = {"look_up": LOOKUPS, "replicates": REPLICATES, "permutations": PERMUTATIONS}
        for task, count in others.items():
            yield step(task, Path(name), int(count * part))


def _write_assets(path: Path, count: int) -> None:
    """Write made-up assets at real postcodes of England; the same ones each time."""
    from rosc_map.place import area_lookup, postcodes_in

    chance = random.Random(1)  # noqa: S311
    found = chance.sample(list(postcodes_in(area_lookup(["E92000001"])["local_authority_code"]).postcode), count)
    rows = [f"Example group {number},{chance.choice(KINDS)},{code},agreed" for number, code in enumerate(found)]
    path.write_text("\n".join(["name,asset_type,postcode,listing", *rows]), encoding="utf-8")


def main() -> int:
    """Measure, say how far it is, and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="leave out files of more assets than this")
    parser.add_argument("--save", type=Path, default=Path("build/one-machine.json"))
    parser.add_argument("--step", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        name, folder, size = asked.step
        _here(name, Path(folder), int(size))
        return 0
    from many_people import with_a_database

    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    clock = Clock()
    parts = on_one_core(tuple(size for size in SIZES if size <= asked.largest)), with_a_database()
    save(chain.from_iterable(parts), clock, asked.save)
    print(f"{clock.seconds:.0f} s; saved in {asked.save}.")
    return 0


def save(measured: Iterable[Cost], clock: Clock, path: Path) -> None:
    """Write what there is so far after each task, with the second at which it was done, and say how far it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    costs: list[dict[str, Any]] = []
    for cost in measured:
        costs.append(asdict(cost) | {"at": round(clock.seconds, 2)})
        more = ", ".join(f"{name} {value:,.1f}" for name, value in cost.more.items())
        told = f"{cost.wall:6.1f} s, {cost.cpu:6.1f} CPU s, {cost.megabytes:6.0f} MB, {more}"
        print(f"{clock.seconds:6.0f} s  {cost.task:15} {cost.size:>9,}: {told}", flush=True)
        path.write_text(json.dumps({"about": clock.about(), "costs": costs}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
