"""What is checked of the files once they are written, as figures; the suite works them out again and compares."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from rosc_map.place.boundaries.areas import polygons_in_metres, rows
from rosc_map.place.boundaries.files import LOOKUP, POLYGONS
from rosc_map.place.boundaries.points import Locator
from rosc_map.place.boundaries.topojson import read_topojson

__all__ = ["SAMPLE", "SEED", "report"]

SAMPLE, SEED = 300_000, 2025
_NATIONS = {"E": "England", "W": "Wales", "S": "Scotland", "N": "Northern Ireland"}


def report(folder: Path, postcodes: pd.DataFrame) -> dict[str, Any]:
    """Return the figures of the files in a folder, read back from the disk.

    Parameters
    ----------
    folder
        With the polygons and the lookup.
    postcodes
        All that have a point and an authority, sorted by postcode: ``easting``, ``northing`` (EPSG:27700), ``code``.
    """
    return {**_counts(folder), **_shapes(folder), "postcodes": _postcodes(folder, postcodes)}


def _counts(folder: Path) -> dict[str, Any]:
    held = rows(folder)
    return {
        "local_authorities": len(held),
        "upper_tier": len({row["upper_tier_code"] for row in held}),
        "upper_tier_england": len({row["upper_tier_code"] for row in held if row["country"] == "England"}),
        "regions_england": len({row["region_code"] for row in held} - {""}),
        "countries": len({row["country_code"] for row in held}),
        "bytes_polygons": (folder / POLYGONS).stat().st_size,
        "bytes_lookup": (folder / LOOKUP).stat().st_size,
    }


def _shapes(folder: Path) -> dict[str, Any]:
    _, degrees = read_topojson(folder / POLYGONS)
    _, metres = polygons_in_metres(folder)
    one, other = shapely.STRtree(metres).query(metres, predicate="intersects")
    pairs = one < other
    overlap = shapely.area(shapely.intersection(metres[one[pairs]], metres[other[pairs]])).sum()
    return {
        "polygons": len(degrees),
        "valid": int(shapely.is_valid(degrees).sum()),
        "coverage_valid": bool(shapely.coverage_is_valid(degrees)),
        "overlap_km2": round(float(overlap) / 1e6, 3),
        "corners": int(shapely.get_num_coordinates(degrees).sum()),
        "area_km2": round(float(shapely.area(metres).sum()) / 1e6),
    }


def _postcodes(folder: Path, postcodes: pd.DataFrame) -> dict[str, Any]:
    """Return of a sample the share inside its own polygon or on its line, and with the nearest for those in none."""
    drawn = np.random.default_rng(SEED).choice(len(postcodes), SAMPLE, replace=False)
    sample = postcodes.iloc[np.sort(drawn)]
    found = Locator(*polygons_in_metres(folder)).assign(sample["easting"], sample["northing"])
    own = found.code == sample["code"].to_numpy(dtype=object)
    inside = found.how == "inside"
    nation = sample["code"].str[0].to_numpy(dtype=object)
    return {
        "sample": SAMPLE,
        "seed": SEED,
        "inside_own": _share(own & inside),
        "inside_another": _share(~own & inside),
        "outside_all": _share(~inside),
        "own_with_nearest": _share(own),
        "own_with_nearest_by_country": {name: _share(own[nation == letter]) for letter, name in _NATIONS.items()},
    }


def _share(which: np.ndarray) -> float:
    return round(float(which.mean()), 5)
