"""From small areas to 361 polygons that fit each other without gaps or overlaps, in steps that anyone can follow."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rosc_map.place.boundaries.coverage import compact

__all__ = ["authorities", "scottish_councils"]

_FINE_COASTS_M = {"S": 300, "N": 200}
"""Scottish and Northern Irish areas come with every rock; they are simplified alone before they meet the others."""
_BORDER_GAP_M = 500
"""The Scottish and English lines of the border come from different maps; slivers narrower than this are closed."""
_ISLET_M2 = 500_000
_ON_THE_BORDER = ("E06000057", "E06000063")  # Northumberland, Cumberland


def scottish_councils(areas: gpd.GeoDataFrame, postcodes: pd.DataFrame) -> pd.Series:
    """Return the council of each output area: that of the postcodes in it, or of its data zone where it has none."""
    there = postcodes[postcodes["code"].str.startswith("S")].reset_index(drop=True)
    points = shapely.points(there["easting"], there["northing"])
    point, area = shapely.STRtree(areas.geometry.to_numpy()).query(points, predicate="intersects")
    pairs = pd.DataFrame({"area": area, "code": there["code"].to_numpy()[point]}).drop_duplicates()
    if not pairs["area"].is_unique:
        raise SystemExit("A Scottish output area has postcodes of two councils.")
    code = pairs.set_index("area")["code"].reindex(areas.index)
    zone = code.groupby(areas["name"]).agg(lambda codes: codes.dropna().unique())
    if not (zone.str.len() == 1).all():
        raise SystemExit("A Scottish data zone lies in two councils, or in none.")
    return code.fillna(areas["name"].map(zone.str[0]))


def authorities(areas: list[gpd.GeoDataFrame], postcodes: pd.DataFrame) -> gpd.GeoDataFrame:
    """Make the local authorities out of the small areas of each nation.

    Parameters
    ----------
    areas
        England and Wales, Scotland, Northern Ireland: ``code`` (the authority), polygons in EPSG:27700.
    postcodes
        ``easting``, ``northing`` (EPSG:27700): an islet with a postcode on it is kept.

    Returns
    -------
    geopandas.GeoDataFrame
        ``code``, polygons in EPSG:4326 with four decimals, sorted by code.
    """
    nations = [_dissolve(table) for table in areas]
    shapes = _join(pd.concat(nations).set_index("code").geometry.sort_index())
    shapes = _drop_islets(shapes, shapely.STRtree(shapely.points(postcodes["easting"], postcodes["northing"])))
    return gpd.GeoDataFrame({"code": shapes.index}, geometry=compact(shapes.to_numpy()), crs=4326)


def _dissolve(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one polygon an authority; the small areas are made to fit each other first."""
    clean = shapely.coverage_clean(shapely.make_valid(table.geometry.to_numpy()))
    fitted = gpd.GeoDataFrame({"code": table["code"].to_numpy()}, geometry=clean, crs=27700)
    whole = fitted.dissolve("code", as_index=False, method="coverage")
    tolerance = _FINE_COASTS_M.get(str(whole["code"][0])[0])
    if tolerance:
        whole["geometry"] = shapely.coverage_simplify(whole.geometry.to_numpy(), tolerance)
    return whole


def _join(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Bring the nations together: Scotland's side of the border is kept, and slivers along it are closed."""
    scotland = shapely.union_all(shapes[shapes.index.str.startswith("S")].to_numpy())
    for code in _ON_THE_BORDER:
        shapes[code] = shapes[code].difference(scotland)
    shapes[:] = shapely.coverage_clean(shapes.to_numpy(), gap_width=_BORDER_GAP_M)
    return shapes


def _drop_islets(shapes: gpd.GeoSeries, postcodes: shapely.STRtree) -> gpd.GeoSeries:
    """Drop parts under half a square kilometre that have no postcode and are not the largest of their authority."""
    parts = shapes.explode()
    area = parts.area
    with_postcode = np.isin(np.arange(len(parts)), postcodes.query(parts.to_numpy(), predicate="intersects")[0])
    kept = parts[(area >= _ISLET_M2) | with_postcode | (area == area.groupby(level=0).transform("max"))]
    return kept.groupby(level=0).agg(lambda same: shapely.union_all(same.to_numpy())).set_crs(27700)
