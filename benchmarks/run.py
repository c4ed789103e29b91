"""Measure rosc-map beside peers and limits, in turn in one run; one table, and a file to compare with other runs.

``python benchmarks/run.py [AREA ...] [--save build/bench.json]``
"""

import argparse
import importlib
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from rows import Clock, Results, Row, in_area, save, table

AREAS = ("start", "places", "reach", "network", "linkage", "maps", "lists", "database")
"""The modules here that each have rows, in the order of the table."""


def gather(areas: Sequence[str], clock: Clock) -> Iterator[Results]:
    """Measure the areas one after the other, and yield after each row what there is so far.

    An area that fails loses no row: neither its own before, nor those of others.

    Parameters
    ----------
    areas
        Which: modules whose ``measure`` takes a folder for its files and yields rows.
    clock
        What was started with the run.
    """
    rows: list[Row] = []
    failed: dict[str, str] = {}
    for area in areas:
        begun = clock.seconds
        _say(clock, area, "begun")
        try:
            with tempfile.TemporaryDirectory() as folder:
                for row in in_area(area, importlib.import_module(area).measure(Path(folder))):
                    rows.append(row)
                    yield Results(clock.about(), tuple(rows), dict(failed))
                    _say(clock, area, f"{row.what}, beside {row.peer}")
        except Exception as error:  # noqa: BLE001 - whatever it is, the other areas are measured
            failed[area] = f"{type(error).__name__}: {error}"
            _say(clock, area, f"failed: {failed[area]}")
            yield Results(clock.about(), tuple(rows), dict(failed))
        _say(clock, area, f"took {clock.seconds - begun:.0f} s")


def _say(clock: Clock, area: str, text: str) -> None:
    print(f"{clock.seconds:6.0f} s  {area}: {text}", file=sys.stderr, flush=True)


def main(words: Sequence[str] | None = None) -> int:
    """Print one table; 1 when a row of it is not as wanted in any round, or an area failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("areas", nargs="*", metavar="AREA", help=f"of {', '.join(AREAS)}; all when left out")
    parser.add_argument("--save", type=Path, default=Path("build/bench.json"))
    asked = parser.parse_args(words)
    # What a new process waits for is measured: it need not compile each module again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for results in gather(asked.areas or AREAS, Clock()):
        save(results, asked.save)
    about, rows = results.about, results.rows
    print(*table(rows), "", sep="\n")
    print(f"{about['date']}, {about['cores']} cores, {about['processor']}, Python {about['python']}.")
    print(f"rosc-map {about['rosc_map']} {about['commit']}".rstrip() + ".")
    print(f"{len(rows)} rows in {about['seconds']} s; saved in {asked.save}.")
    print(f"Other programs used {float(str(about['others'])):.0%} of the machine meanwhile.")
    missed = [f"Not as wanted: {row.area}: {row.what}, beside {row.peer}" for row in rows if row.is_missed]
    broken = [f"Not measured to the end: {area}: {why}" for area, why in results.failed.items()]
    print(*missed, *broken, sep="\n", file=sys.stderr)
    return int(bool(missed or broken))


if __name__ == "__main__":
    sys.exit(main())
