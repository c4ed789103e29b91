"""Writing GeoJSON (RFC 7946): longitude, latitude, five decimals (about a metre), null where there is no point."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from rosc_map.errors import InputError
from rosc_map.publish import Published, require_published
from rosc_map.records import Audience
from rosc_map.whole_file import write_atomic

__all__ = ["write_geojson"]

_DECIMALS = 5


def write_geojson(published: Published, path: Path) -> Path:
    """Write the assets that may be named, a feature each. An internal file can be read by its owner only.

    Raises
    ------
    NotPublished
        When it has not passed the gate.
    InputError
        For a name that does not end in ``.geojson``.
    """
    require_published(published, Published)
    if path.suffix.lower() != ".geojson":
        raise InputError(f"{path.name}: choose a name that ends in .geojson.")
    features = [_feature(row) for row in published.assets.to_dict("records")]
    collection = {
        "type": "FeatureCollection",
        "title": published.title,
        "audience": published.audience.value,
        "as_at": published.as_at.isoformat(),
        "notes": [note for note in (published.banner, *published.notes) if note],
        "licences": list(published.licences),
        "features": features,
    }
    data = json.dumps(collection, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    return write_atomic(path, data, private=published.audience is Audience.INTERNAL)


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    point = row.pop("geometry")
    place = None
    if point is not None:
        place = {"type": "Point", "coordinates": [round(point.x, _DECIMALS), round(point.y, _DECIMALS)]}
    # The point itself says where it is: the same figures as properties would only be finer.
    properties = {name: _plain(value) for name, value in row.items() if name not in ("latitude", "longitude")}
    return {"type": "Feature", "id": row["id"], "geometry": place, "properties": properties}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return "; ".join(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return None if value == "" or value != value else value
