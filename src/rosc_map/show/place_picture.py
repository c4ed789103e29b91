"""One place as a small picture: the outline of its council area, and a dot where it is. Plain SVG, for any page."""

from functools import lru_cache

import shapely
from markupsafe import Markup

from rosc_map.place import authorities, lookup, to_metres
from rosc_map.publish.place_shown import PublishedPlace
from rosc_map.publish.published import require_published

__all__ = ["place_picture"]

_WIDTH, _HIGHEST, _EDGE = 320.0, 320.0, 8.0
_FINEST_M = 60  # a pixel of the picture: less cannot be seen

_Ground = tuple[str, float, float, float, float]  # the outline's path, west, north, metres a pixel, height


def place_picture(place: PublishedPlace) -> Markup:
    """Return the picture of a place, as SVG without styles of its own; "" where nothing of it may be drawn.

    Parameters
    ----------
    place
        What the ``publish`` room gave. It is drawn in EPSG:27700, north up.

    Raises
    ------
    NotPublished
        When it is handed anything else.
    """
    shown = require_published(place, PublishedPlace)
    if not shown.area_code:
        return Markup("")
    path, west, north, metres, height = _ground(shown.area_code)
    told = f"Outline of {shown.area}" + (", with a dot where it is" if shown.point else "")
    parts = [Markup('<path d="{}" fill="#dbe7ee" stroke="#0b5c8a" stroke-width="1.5"/>').format(path)]
    if shown.point:
        easting, northing = to_metres(*shown.point)
        x, y = _EDGE + (float(easting) - west) / metres, _EDGE + (north - float(northing)) / metres
        size = 16 if shown.about else 6
        look = Markup('<circle cx="{:.1f}" cy="{:.1f}" r="{}" fill="#b10e1e" fill-opacity="{}" stroke="#fff"/>')
        parts.append(look.format(x, y, size, 0.5 if shown.about else 1))
    head = Markup('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="{}">')
    return head.format(_WIDTH, height, told) + Markup("").join(parts) + Markup("</svg>")


@lru_cache(maxsize=256)
def _ground(code: str) -> _Ground:
    """Return the outline of an authority as the path of an SVG, and how metres become pixels."""
    tier = "local" if code in set(lookup()["local_authority_code"]) else "upper"
    outline = authorities(tier, code).to_crs(27700).geometry.union_all()
    west, south, east, north = outline.bounds
    metres = max((east - west) / (_WIDTH - 2 * _EDGE), (north - south) / (_HIGHEST - 2 * _EDGE))
    simple = shapely.simplify(outline, max(_FINEST_M, metres / 2))
    rings = [ring for part in shapely.get_parts(simple) for ring in (part.exterior, *part.interiors)]
    lines = []
    for ring in rings:
        points = [f"{_EDGE + (x - west) / metres:.1f} {_EDGE + (north - y) / metres:.1f}" for x, y in ring.coords[:-1]]
        lines.append(f"M{'L'.join(points)}Z")
    return "".join(lines), west, north, metres, (north - south) / metres + 2 * _EDGE
