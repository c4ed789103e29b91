"""Write docs/benchmarks.md and docs/past-one-machine.md from measured figures, which stand beside this file.

``python benchmarks/page.py [--bench build/bench.json] [--machine build/one-machine.json]`` takes new figures first.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from page_machine import TEMPLATES, machine_page, quiet
from rows import MET, WITHIN, Results, Row, load, number

__all__ = ["BENCH", "MACHINE", "PAGES", "bench_page", "main", "pages"]

_HERE = Path(__file__).resolve().parent
BENCH, MACHINE = _HERE / "reference.json", _HERE / "one-machine.json"
PAGES = {"bench": _HERE.parent / "docs" / "benchmarks.md", "machine": _HERE.parent / "docs" / "past-one-machine.md"}

_AREAS = {
    "start": "Starting",
    "places": "Postcodes and points",
    "reach": "Reach and sites",
    "network": "Who refers to whom",
    "linkage": "The linkage test",
    "maps": "Maps: size and load",
    "lists": "Imports, and lists of others",
    "database": "A database",
}
_MORE = "ours also gives codes as text, and says of each postcode what became of it"
_FULL = "the prototype's page had no filters, tables, search or details"
_AIMED: dict[tuple[str, str, str], tuple[str, str]] = {
    ("places", "100,000 postcodes, warm", "the package, loaded, and a pandas merge"): (">= 25", _MORE),
    ("places", "100,000 postcodes, warm", "a kept pandas Index"): (">= 8", _MORE),
    ("places", "100,000 postcodes, warm", "replace and upper in a Python list"): ("<= 1.3", _MORE),
    ("places", "1,000,000 postcodes, warm", "the package, loaded, and a pandas merge"): (">= 6", _MORE),
    ("places", "1,000,000 postcodes, warm", "a table made before in DuckDB"): (">= 2", _MORE),
    ("places", "1,000 postcodes, file to CSV", "the package, same seven columns"): (
        "<= 0.06",
        "ours is a whole command, with its help and its messages",
    ),
    ("places", "100,000 postcodes, file to CSV", "the package, same seven columns"): (
        "<= 0.06",
        "ours writes seven columns, the prototype three",
    ),
    ("places", "100,000 points to authorities", "geopandas.sjoin"): (
        ">= 4",
        "ours also finds the nearest authority for what lies just off the coast, and says so",
    ),
    ("places", "1,000,000 points to authorities", "geopandas.sjoin"): (">= 6", "the same"),
    ("places", "100,000 points to authorities", "a bare loop over prepared polygons"): ("<= 1.1", "the same"),
    ("reach", "reach, 2,406,090 postcodes, new process", "geopandas.sjoin_nearest"): (
        ">= 5",
        "ours also gives the median, nine tenths and the shares of each authority",
    ),
    ("reach", "reach, 2,406,090 postcodes", "cKDTree(workers=-1) in a loop"): ("<= 1.1", "the same"),
    ("linkage", "bootstrap of 200 × 5, 10,000 replicates", "scipy.stats.bootstrap"): (
        ">= 1.5",
        "the two share most of what they do: drawing",
    ),
    ("linkage", "bootstrap of 200 × 5, 10,000 replicates", "a loop over random.choices"): (
        ">= 50",
        "the loop of the prototype was slower than the one here",
    ),
    (
        "linkage",
        "9,999 permutations, 500 assets, 5,338 ties",
        "networkx assortativity in a loop, reckoned from 30",
    ): (">= 150", "ours is the whole test, with its interval, and not only the permutations"),
    ("maps", "map of 20,000 assets, 318 authorities", "folium MarkerCluster"): ("<= 0.05", _FULL),
    ("maps", "its bytes, without Leaflet", "folium FastMarkerCluster"): ("<= 0.8", _FULL),
    ("maps", "map of 20,000 assets: until idle in Chromium", "folium FastMarkerCluster"): ("<= 0.85", _FULL),
    ("maps", "map of 20,000 assets: until idle in Chromium", "folium MarkerCluster"): ("<= 0.4", _FULL),
    ("maps", "map of 20,000 assets: until idle in Chromium", "the authorities alone"): ("<= 2", _FULL),
    ("maps", "its JavaScript heap", "folium FastMarkerCluster"): ("<= 0.5", _FULL),
}
"""The ratios that the design hoped for after prototypes, where they are higher than what is wanted; and why."""


def bench_page(results: Results) -> str:
    """Return the page about the benchmarks."""
    about = results.about
    words = {
        **about,
        "rows": len(results.rows),
        "minutes": f"{float(str(about['seconds'])) / 60:.0f}",
        "quiet": quiet(float(str(about["others"]))),
        "verdict": _verdict(results),
        "tables": _tables(results.rows),
        "hopes": "\n".join(_hopes(results.rows)),
    }
    return (TEMPLATES / "benchmarks.md").read_text(encoding="utf-8").format_map(words)


def _verdict(results: Results) -> str:
    judged = [row for row in results.rows if row.met]
    met, within = (sum(row.met == word for row in judged) for word in (MET, WITHIN))
    parts = [
        f"Of {len(judged)} rows with a wanted ratio {met} are as wanted in every round, {within} in some rounds only."
    ]
    parts += [f"**Not as wanted:** {row.what}, beside {row.peer}." for row in judged if row.is_missed]
    missing = _missing(results)
    parts += [f"**Not measured in this run:** {', '.join(missing)}."] if missing else []
    parts += [f"**Not measured to the end:** {_AREAS[area]} ({why})." for area, why in results.failed.items()]
    return "\n".join(parts)


def _missing(results: Results) -> list[str]:
    """Return the titles of the areas that have no row."""
    return [title for area, title in _AREAS.items() if area not in {row.area for row in results.rows}]


_HEAD = "| what | ours | the other | ratio | wanted | met | measured | the other is |" + "\n|" + "---|" * 8


def _tables(rows: Sequence[Row]) -> str:
    """Return a table for each area that has rows."""
    found = []
    for area, title in _AREAS.items():
        cells = [row.cells()[1:] for row in rows if row.area == area]
        if cells:
            found.append("\n".join([f"## {title}\n", _HEAD, *("| " + " | ".join(line) + " |" for line in cells)]))
    return "\n\n".join(found)


def _hopes(rows: Sequence[Row]) -> Iterator[str]:
    measured = {row.key: row for row in rows}
    for key, (hope, why) in _AIMED.items():
        row = measured.get(key)
        wanted = row.cells()[5] if row else ""
        came = number(row.ratio) if row else "not measured"
        met = row.meets(hope) if row else ""
        met = met if met in ("", MET) else f"{met.lower()}: {why}"
        yield f"| {key[1]} | {key[2]} | {hope} | {wanted} | {came} | {met} |"


def pages(bench: Path = BENCH, machine: Path = MACHINE) -> dict[Path, str]:
    """Return what the pages should be by two files of figures; without a word, by those that stand beside this file."""
    return {PAGES["bench"]: bench_page(load(bench)), PAGES["machine"]: machine_page(machine)}


def main(words: Sequence[str] | None = None) -> int:
    """Take new figures over, if any, and write the pages; 1 where the figures lack a whole area."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path)
    parser.add_argument("--machine", type=Path)
    asked = parser.parse_args(words)
    bench, machine = asked.bench or BENCH, asked.machine or MACHINE
    # Both are written only where both can be.
    for path, text in pages(bench, machine).items():
        path.write_text(text, encoding="utf-8")
    for new, kept in ((asked.bench, BENCH), (asked.machine, MACHINE)):
        if new:
            shutil.copyfile(new, kept)
    missing = _missing(load(bench))
    print(*(f"Not measured: {title}" for title in missing), sep="\n", file=sys.stderr, end="\n" if missing else "")
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
