"""Reach from every postcode of England and Wales, beside geopandas and a bare loop of trees; and the best sites."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from beside import Peer, alone, peak, side_by_side, told
from rows import Row, used
from scipy.spatial import cKDTree

from rosc_map.gaps.places import Floats, Places, places, runs
from rosc_map.gaps.reach import DISTANCES, nearest, reach, shares
from rosc_map.gaps.sites import best_sites
from rosc_map.place import area_lookup, postcodes_in
from rosc_map.place.postcodes.in_authorities import AreaPostcodes
from rosc_map.place.postcodes.index import PostcodeIndex
from rosc_map.place.postcodes.lookup import ask, current_codes
from rosc_map.records import codelist

TYPES, EACH, MOVED_M, ALONE = 7, 5_000, 400, 2
ENGLAND, WALES, SURREY = "E92000001", "W92000004", "E10000030"
RADIUS_M, STANDING = 5_000, {SURREY: 5, ENGLAND: 50}
SECONDS, MEGABYTES = {SURREY: 2, ENGLAND: 60}, {SURREY: 1_500, ENGLAND: 1_500}


def measure(_: Path) -> Iterator[Row]:
    """Yield the rows about reach and sites."""
    found = ask(_postcodes)
    here = _places(found)
    points, assets = np.column_stack([found.easting, found.northing]), _assets(found)
    ways = list(_loop(here.points, assets))
    _check_same(here, assets, ways)

    def loop() -> list[tuple[str, Floats]]:
        return list(_loop(points, assets))

    def by_authority() -> list[list[float | None]]:
        return [shares(metres[part], None, DISTANCES) for _, part in runs(here.authority) for _, metres in ways]

    name = f"reach, {len(points):,} postcodes"
    bare = "cKDTree(workers=-1) in a loop"
    yield from side_by_side(name, lambda: reach(here, assets), Peer(bare, loop, "<= 1.3", "scipy"), rounds=2)
    yield from side_by_side("shares by authority", by_authority, Peer(bare, loop, "<= 0.05", "scipy"), rounds=2)
    yield from _beside_geopandas(name)
    yield from _sites(SURREY)
    yield from _sites(ENGLAND)


def _beside_geopandas(name: str) -> Iterator[Row]:
    runs = [(alone(__file__, "reach"), alone(__file__, "sjoin_nearest")) for _ in range(ALONE)]
    mine, theirs = (list(zip(*(run[side] for run in runs), strict=True)) for side in (0, 1))
    peer, package = "geopandas.sjoin_nearest", told("geopandas")
    yield Row(f"{name}, new process", peer, "ms", ">= 4", mine[0], theirs[0], package, "", mine[1], theirs[1])
    yield Row("its memory", peer, "MB", "<= 0.5", mine[2], theirs[2], package)


def _sites(area: str) -> Iterator[Row]:
    taken, cpu, held = zip(*(alone(__file__, area) for _ in range(ALONE)), strict=True)
    name = f"three best sites, {'Surrey' if area == SURREY else 'England'}, {RADIUS_M / 1000:g} km"
    yield Row(name, "the limit", "ms", "<= 1", taken, (SECONDS[area] * 1000,), ours_cpu=cpu)
    yield Row(f"{name}: memory", "the limit", "MB", "<= 1", held, (MEGABYTES[area],))


def _places(found: AreaPostcodes) -> Places:
    return places(found, area_lookup([ENGLAND, WALES]), "upper")


def _postcodes(index: PostcodeIndex) -> AreaPostcodes:
    """Return all postcodes of England and Wales that have a point, in use or not."""
    everything = index.everything()
    codes = current_codes(index.authorities)
    kept = np.array([code[:1] in {"E", "W"} for code in codes]).take(everything.authority) & ~everything.no_point
    keys = everything.keys[kept]
    return AreaPostcodes(
        postcode=index.standard_forms(keys),
        district=index.districts(keys),
        easting=everything.easting[kept],
        northing=everything.northing[kept],
        local_authority_code=pd.Categorical(codes.take(everything.authority[kept])),
        said="All postcodes of England and Wales.",
    )


def _assets(found: AreaPostcodes) -> pd.DataFrame:
    """Return as many assets of each type, near postcodes; the same ones each time."""
    chance = np.random.default_rng(7)
    at = chance.integers(0, len(found.postcode), TYPES * EACH)
    east, north = (
        metres[at] + chance.uniform(-MOVED_M, MOVED_M, len(at)) for metres in (found.easting, found.northing)
    )
    kinds = np.repeat(list(codelist("asset_type"))[:TYPES], EACH)
    return pd.DataFrame({"asset_type": kinds, "status": "active", "easting": east, "northing": north})


def _loop(points: Floats, assets: pd.DataFrame) -> Iterator[tuple[str, Floats]]:
    """Yield each type and the metres from each point to the nearest of it, and nothing more."""
    for kind, rows in assets.groupby("asset_type", sort=False):
        yield str(kind), cKDTree(rows[["easting", "northing"]].to_numpy()).query(points, workers=-1)[0]


def _check_same(here: Places, assets: pd.DataFrame, ways: list[tuple[str, Floats]]) -> None:
    """Fail when the distances, or the figures by authority, are not those of the loop."""
    mine = reach(here, assets).by_authority.groupby("asset_type")
    for kind, metres in ways:
        points = assets.loc[assets["asset_type"] == kind, ["easting", "northing"]].to_numpy()
        assert np.array_equal(nearest(here, points), metres)
        figures = mine.get_group(kind).set_index("code")
        theirs = pd.Series(metres).groupby(here.authority)
        assert np.allclose(figures["median"].astype(float), theirs.median(), rtol=1e-12)
        assert np.allclose(figures["p90"].astype(float), theirs.quantile(0.9), rtol=1e-12)
        for number, limit in enumerate(DISTANCES):
            near = pd.Series(metres <= limit).groupby(here.authority).mean()
            assert figures[f"within_{number}"].tolist() == near.tolist()


def _reach(found: AreaPostcodes) -> Callable[[], object]:
    here, assets = _places(found), _assets(found)
    return lambda: reach(here, assets)


def _sjoin_nearest(found: AreaPostcodes) -> Callable[[], object]:
    # Not at the top: its memory would be in ours.
    import geopandas as gpd

    def points(east: Floats, north: Floats, columns: dict[str, Any]) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(east, north, crs=27700))

    def run() -> None:
        for _, rows in assets.groupby("asset_type", sort=False):
            targets = points(rows["easting"], rows["northing"], {})
            joined = gpd.sjoin_nearest(here, targets, distance_col="metres")
            for limit in DISTANCES:
                (joined["metres"] <= limit).groupby(joined["authority"]).mean()

    here, assets = points(found.easting, found.northing, {"authority": found.local_authority_code}), _assets(found)
    return run


def _best_sites(area: str) -> Callable[[], object]:
    lookup = area_lookup([area])
    here = places(postcodes_in(lookup["local_authority_code"]), lookup, "upper")
    standing = here.points[np.random.default_rng(1).integers(0, len(here), STANDING[area])]
    return lambda: best_sites(here, nearest(here, standing), radius=RADIUS_M)


if __name__ == "__main__":
    what = sys.argv[1]
    if what in STANDING:
        run = _best_sites(what)
    else:
        # Both hold the directory's postcodes the whole time, as what calls them does, and both tell the authorities.
        postcodes = ask(_postcodes)
        run = (_reach if what == "reach" else _sjoin_nearest)(postcodes)
    start, own = time.perf_counter(), used()
    run()
    print((time.perf_counter() - start) * 1000, (used() - own) * 1000, peak())
