"""A map of assets over the authorities, beside folium's own plug-ins: bytes, Python's time and the browser's."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import map_peers
from beside import Peer, side_by_side, told
from chromium import Load, loads
from rows import Row

import rosc_map
from rosc_map import show
from rosc_map.place import area_lookup, postcodes_in, resolve_area
from rosc_map.show import _frame

MANY, FEW = 20_000, 1_000
FAST, CLUSTER = "folium FastMarkerCluster", "folium MarkerCluster"
ROUNDS, SLOW_ROUNDS, STEADY_ROUNDS = 3, 2, 5
"""The slow peer has fewer, and two small pages that differ by little have more."""
_COUNTRIES = ["England", "Wales"]
_KINDS = ("lero", "lived_experience_initiative", "mutual_aid", "treatment", "community", "partner_service")
"""Types whose points the public may see: the peers cannot be given an asset without one."""


def measure(folder: Path) -> Iterator[Row]:
    """Yield the rows about maps."""
    published = _published(folder)
    few = _only(published, FEW)
    name = f"map of {MANY:,} assets"
    if not map_peers.fetch(folder):
        raise RuntimeError("npm is not there, or cannot fetch the scripts of the peers")
    fast, cluster = folder / "fast.html", folder / "cluster.html"
    show.write_map(few, folder / "few.html")
    yield from side_by_side(
        f"{name}, {len(published.areas)} authorities",
        lambda: show.write_map(published, folder / "ours.html"),
        Peer(CLUSTER, lambda: map_peers.marker_cluster(published, cluster), "<= 0.08", "folium"),
        Peer(FAST, lambda: map_peers.fast_cluster(published, fast), "<=", "folium"),
        rounds=SLOW_ROUNDS,
        warm=False,
    )
    show.write_map(_only(published, 0), folder / "alone.html")
    pages = dict.fromkeys(("few.html", "alone.html"), STEADY_ROUNDS)
    pages |= {"ours.html": ROUNDS, "fast.html": ROUNDS, "cluster.html": SLOW_ROUNDS}
    yield _bytes(folder)
    yield from _in_chromium(name, loads(folder, pages))


def _bytes(folder: Path) -> Row:
    """Compare the files without Leaflet, which only ours holds."""
    leaflet = len((_frame.leaflet_script() + _frame.leaflet_style()).encode())
    ours, theirs = ((folder / f"{who}.html").stat().st_size for who in ("ours", "fast"))
    apart, other = ((ours - leaflet) / 1e6,), (theirs / 1e6,)
    return Row("its bytes, without Leaflet", FAST, "MB", "<= 0.85", apart, other, told("folium"))


def _in_chromium(name: str, seen: dict[str, Load]) -> Iterator[Row]:
    ours, fast, cluster, few, alone = (seen[f"{page}.html"] for page in ("ours", "fast", "cluster", "few", "alone"))
    idle, only = f"{name}: until idle in Chromium", "the authorities alone"
    yield Row(idle, FAST, "ms", "<= 0.9", ours.idle, fast.idle, told("folium"))
    yield Row(idle, CLUSTER, "ms", "<= 0.5", ours.idle, cluster.idle, told("folium"))
    yield Row(idle, only, "ms", "<=", ours.idle, alone.idle)
    yield Row(f"until idle, {FEW:,} assets", only, "ms", "<= 1.2", few.idle, alone.idle)
    mine, theirs = (tuple(one / 1e6 for one in each.heap) for each in (ours, fast))
    yield Row("its JavaScript heap", FAST, "MB", "<= 0.6", mine, theirs, told("folium"))


def _published(folder: Path) -> Any:
    """Return many assets at real postcodes of England and Wales, as the public may see them."""
    area = rosc_map.new(folder / "area.gpkg", _COUNTRIES)
    area.import_(_many_assets(folder))
    return area.publish(tier="local")


def _only(published: Any, count: int) -> Any:
    """Return the same with some of its assets, spread as the others are."""
    return replace(published, assets=published.assets.sample(count, random_state=1))


def _many_assets(folder: Path) -> Path:
    chance = random.Random(1)  # noqa: S311
    codes = area_lookup([resolve_area(name).code for name in _COUNTRIES])["local_authority_code"]
    found = chance.sample(list(postcodes_in(codes).postcode), MANY)
    rows = [f"Example group {number},{chance.choice(_KINDS)},{code},agreed" for number, code in enumerate(found)]
    path = folder / "assets.csv"
    path.write_text("\n".join(["name,asset_type,postcode,listing", *rows]), encoding="utf-8")
    return path
