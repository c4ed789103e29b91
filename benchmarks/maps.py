"""A map of assets over the authorities, beside folium's own plug-ins: bytes, Python's time and the browser's."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import map_peers
from beside import line, side_by_side
from chromium import Load, loads

import rosc_map
from rosc_map import show
from rosc_map.place import area_lookup, postcodes_in, resolve_area
from rosc_map.show import _frame

MANY, FEW = 20_000, 1_000
ROUNDS, SLOW_ROUNDS, STEADY_ROUNDS = 5, 3, 9
"""The slow peer has fewer, and two small pages that differ by little have more."""
_COUNTRIES = ["England", "Wales"]
_KINDS = ("lero", "lived_experience_initiative", "mutual_aid", "treatment", "community", "partner_service")
"""Types whose points the public may see: the peers cannot be given an asset without one."""


def measure(folder: Path) -> list[str]:
    """Print the lines about maps; returns those that are not as wanted."""
    published = _published(folder)
    few = _only(published, FEW)
    name = f"map of {MANY:,} assets"
    if not map_peers.fetch(folder):
        print(f"{name:44} ✗ npm is not there or cannot fetch the peers' scripts: not measured", flush=True)
        return [f"{name}: not measured, because npm is not there or cannot fetch the peers' scripts"]
    fast, cluster = folder / "fast.html", folder / "cluster.html"
    missed = side_by_side(
        f"{name}, {len(published.areas)} authorities",
        lambda: show.write_map(published, folder / "ours.html"),
        {
            "folium's MarkerCluster": (lambda: map_peers.marker_cluster(published, cluster), "<= 0.08"),
            "folium's FastMarkerCluster": (lambda: map_peers.fast_cluster(published, fast), "<="),
        },
        rounds=SLOW_ROUNDS,
    )
    show.write_map(few, folder / "few.html")
    show.write_map(_only(published, 0), folder / "alone.html")
    pages = dict.fromkeys(("few.html", "alone.html"), STEADY_ROUNDS)
    pages |= {"ours.html": ROUNDS, "fast.html": ROUNDS, "cluster.html": SLOW_ROUNDS}
    return missed + _bytes(folder) + _in_chromium(loads(folder, pages))


def _bytes(folder: Path) -> list[str]:
    """Compare the files without Leaflet, which only ours holds."""
    leaflet = len((_frame.leaflet_script() + _frame.leaflet_style()).encode())
    ours, theirs = ((folder / f"{who}.html").stat().st_size for who in ("ours", "fast"))
    apart = (ours - leaflet) / 1e6
    return line("  its bytes without Leaflet", apart, theirs / 1e6, "MB", "<= 0.85", "FastMarkerCluster")


def _in_chromium(seen: dict[str, Load]) -> list[str]:
    ours, fast, cluster, few, alone = (seen[f"{name}.html"] for name in ("ours", "fast", "cluster", "few", "alone"))
    idle, slow = "  until idle in Chromium", f"MarkerCluster ({SLOW_ROUNDS} rounds)"
    return [
        *line(idle, ours.idle, fast.idle, "ms", "<= 0.9", "FastMarkerCluster"),
        *line(idle, ours.idle, cluster.idle, "ms", "<= 0.5", slow),
        *line("  its JavaScript heap", ours.heap / 1e6, fast.heap / 1e6, "MB", "<= 0.6", "FastMarkerCluster"),
        *line(f"  until idle, {FEW:,} assets", few.idle, alone.idle, "ms", "<= 1.2", "the authorities alone"),
    ]


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
