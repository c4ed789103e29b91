"""The same map as people make it with folium's own plug-ins: authorities, and assets with a popup each.

The peers are given what they need and no more: of the scripts that a folium page asks for they get Leaflet, jQuery
(MarkerCluster's popups use it) and the plug-in, from this machine; the fonts and styles that would only slow them are
left out, and coordinates have five decimals.
"""

import shutil
import subprocess
import tarfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import folium
import shapely
from folium.plugins import FastMarkerCluster, MarkerCluster

from rosc_map.records import label

__all__ = ["CLUSTER_FILES", "choropleth", "fast_cluster", "fetch", "marker_cluster"]

CLUSTER_FILES = ("markercluster/leaflet.markercluster.js", "markercluster/MarkerCluster.css")
_PACKAGES = {"leaflet.markercluster@1.5.3": "markercluster", "jquery@3.7.1": "jquery"}
_CALLBACK = """function (row) {
  const words = document.createElement("div");
  words.textContent = row[2] + ": " + row[3] + ", " + row[4];
  return L.marker(L.latLng(row[0], row[1])).bindPopup(words);
}"""
_COLOURS = {"served": "#a9d3ea", "none_found": "#fff1dc", "not_surveyed": "#f4f4f4"}


def fetch(folder: Path) -> bool:
    """Put the scripts that the peers ask for into a folder; False when npm is not there or cannot fetch them."""
    npm = shutil.which("npm")
    if npm is None:
        return False
    for package, name in _PACKAGES.items():
        done = subprocess.run([npm, "pack", "--silent", package], cwd=folder, capture_output=True, text=True)  # noqa: S603
        if done.returncode:
            return False
        with tarfile.open(folder / done.stdout.split()[-1]) as packed:
            packed.extractall(folder, filter="data")
        (folder / "package" / "dist").rename(folder / name)
        shutil.rmtree(folder / "package")
    shutil.copytree(str(files("xstatic.pkg.leaflet") / "data"), folder / "leaflet")
    return True


def choropleth(published: Any) -> folium.Map:
    """Return a folium map of the authorities, coloured by status."""
    chart = folium.Map(tiles=None, maxZoom=16)
    chart.default_js = [("leaflet", "leaflet/leaflet.js"), ("jquery", "jquery/jquery.min.js")]
    chart.default_css = [("leaflet_css", "leaflet/leaflet.css")]
    areas = published.areas.assign(status=list(published.provision.by_authority["status"]))
    areas["geometry"] = shapely.transform(areas.geometry.values, lambda points: points.round(5))
    # Compact: folium itself would write a box and an id beside each authority.
    layer = folium.GeoJson(areas.to_json(drop_id=True), style_function=_style).add_to(chart)
    chart.fit_bounds(layer.get_bounds())
    return chart


def _style(feature: dict[str, Any]) -> dict[str, Any]:
    return {"fillColor": _COLOURS[feature["properties"]["status"]], "color": "#333", "weight": 1, "fillOpacity": 1}


def _rows(published: Any) -> list[tuple[float, float, str, str, str]]:
    table = published.assets
    columns = (table[name] for name in ("latitude", "longitude", "name", "asset_type", "place"))
    return [
        (round(north, 5), round(east, 5), name, label("asset_type", kind), place)
        for north, east, name, kind, place in zip(*columns, strict=True)
    ]


def fast_cluster(published: Any, path: Path) -> None:
    """Draw the assets with FastMarkerCluster, each popup made by a callback."""
    chart = choropleth(published)
    cluster = FastMarkerCluster(_rows(published), callback=_CALLBACK)
    _from_here(cluster).add_to(chart)
    chart.save(path)


def marker_cluster(published: Any, path: Path) -> None:
    """Draw the assets with MarkerCluster, each a marker with a popup."""
    chart = choropleth(published)
    cluster = _from_here(MarkerCluster()).add_to(chart)
    for north, east, name, kind, place in _rows(published):
        folium.Marker([north, east], popup=f"{name}: {kind}, {place}").add_to(cluster)
    chart.save(path)


def _from_here(cluster: Any) -> Any:
    script, style = CLUSTER_FILES
    cluster.default_js = [("markerclusterjs", script)]
    cluster.default_css = [("markerclustercss", style), ("default", "markercluster/MarkerCluster.Default.css")]
    return cluster
