"""A layer or table of an ArcGIS server, such as the ONS Open Geography Portal, read page by page and read whole.

API: "Query (Feature Service/Layer)" of the ArcGIS REST API. The server caps its pages as it likes, and says that there
is more in ``exceededTransferLimit``: at the top of JSON, among the ``properties`` of GeoJSON.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from rosc_map.errors import AnswerNotUnderstood, InputError, ServiceDown
from rosc_map.place.online.fetch import Fetcher, FetchSettings, not_understood, service_name

__all__ = ["FeatureLayer", "Progress", "is_address"]

Progress = Callable[[int, int], object]
"""Is told how many of how many rows are there."""

_MOST_ROWS = 100_000
_SHAPES_AT_ONCE, _ROWS_AT_ONCE = 50, 2000
_LAYER = re.compile(r"(https?://[^?#]+/(?:Feature|Map)Server)(?:/(\d{1,4}))?(?:/query)?/?(?:[?#].*)?", re.IGNORECASE)
_PATIENT = FetchSettings(read_timeout=60, total_time=300, most_bytes=100_000_000)


def is_address(source: str) -> bool:
    """Return whether a text is a web address, not the name of a file."""
    return re.match(r"https?://", source, re.IGNORECASE) is not None


class FeatureLayer:
    """One layer or table.

    Parameters
    ----------
    url
        Its address, such as ``https://…/FeatureServer/0``; what the portal shows after it (``/query?…``) may stay.
    client
        What asks; one with the usual limits when left out.

    Raises
    ------
    InputError
        When that is no address of a layer.
    """

    def __init__(self, url: str, client: Fetcher | None = None) -> None:
        found = _LAYER.fullmatch(url.strip())
        if not found:
            raise InputError(
                f"{url.strip()!r} is not the address of a layer. On the portal's page of the data, under "
                "'View API Resources', copy the address that ends in /FeatureServer/0."
            )
        self.url = f"{found[1]}/{found[2] or 0}"
        service_name(self.url)
        self._client = client or Fetcher(_PATIENT)
        about = self._get("", {"f": "json"})
        names = [field.get("name") for field in self._list(about, "fields") if isinstance(field, dict)]
        self.fields = [name for name in names if isinstance(name, str)]
        self.name = "".join(filter(str.isprintable, str(about.get("name", ""))[:200]))
        self._row_id = str(about.get("objectIdField") or about.get("objectIdFieldName"))
        if self._row_id not in self.fields:
            raise self._strange("a layer without a number for each row")

    def count(self) -> int:
        """Return how many rows the layer says it has."""
        number = self._get("/query", {"where": "1=1", "returnCountOnly": "true", "f": "json"}).get("count")
        if not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= _MOST_ROWS:
            raise self._strange("an empty list, or one that is far too long")
        return number

    def features(
        self, fields: list[str], *, shapes: bool, progress: Progress | None = None
    ) -> Iterator[dict[str, Any]]:
        """Read all rows.

        Parameters
        ----------
        fields
            The fields that are wanted.
        shapes
            Whether the shapes are wanted too, as GeoJSON (EPSG:4326, 5 decimals).
        progress
            Is told how far it is.

        Yields
        ------
        dict
            ``properties``, and ``geometry`` when shapes are wanted.

        Raises
        ------
        ServiceProblem
            Also when rows come twice, or the layer changes while it is read: what came so far is not to be used.
        """
        total, seen = self.count(), set[int]()
        size = _SHAPES_AT_ONCE if shapes else _ROWS_AT_ONCE
        params: dict[str, str | int] = {
            "where": "1=1",
            "outFields": ",".join([self._row_id, *fields]),
            "orderByFields": self._row_id,
            "resultRecordCount": size,
            **({"outSR": 4326, "geometryPrecision": 5, "f": "geojson"} if shapes else {"f": "json"}),
            "returnGeometry": "true" if shapes else "false",
        }
        more = True
        while more:
            answer = self._get("/query", {**params, "resultOffset": len(seen)})
            page = self._list(answer, "features")
            for feature in page:
                yield self._row(feature, "properties" if shapes else "attributes", seen)
            if progress:
                progress(len(seen), total)
            # A full page may be the last one, and a short one not: neither sign is enough alone.
            more = bool(page) and len(seen) <= total and (_has_more(answer) or len(page) >= size)
        if len(seen) != total or self.count() != total:
            raise self._strange("a list that is not whole, or that changed while it was read")

    def _row(self, feature: Any, name: str, seen: set[int]) -> dict[str, Any]:
        properties = feature.get(name) if isinstance(feature, dict) else None
        number = properties.get(self._row_id) if isinstance(properties, dict) else None
        if not isinstance(number, int):
            raise self._strange("a row of another shape")
        if number in seen:
            raise self._strange("the same row twice")
        seen.add(number)
        return {"properties": properties, "geometry": feature.get("geometry")}

    def _get(self, path: str, params: dict[str, str | int]) -> dict[str, Any]:
        answer = self._client.get_json(self.url + path, params)
        if not isinstance(answer, dict):
            raise self._strange("an answer of another shape")
        if "error" in answer:  # under HTTP status 200
            code = answer["error"].get("code") if isinstance(answer["error"], dict) else None
            if code in (429, 500, 502, 503, 504):
                raise ServiceDown(f"{service_name(self.url)} cannot answer now ({code}). Try again later.")
            raise self._strange(f"an error ({code if isinstance(code, int) else 'no number'}) for that layer")
        return answer

    def _list(self, answer: dict[str, Any], name: str) -> list[Any]:
        if not isinstance(answer.get(name), list):
            raise self._strange(f"an answer without {name}")
        return list(answer[name])

    def _strange(self, what: str) -> AnswerNotUnderstood:
        return not_understood(self.url, what)


def _has_more(answer: dict[str, Any]) -> bool:
    properties = answer.get("properties")
    inside = isinstance(properties, dict) and properties.get("exceededTransferLimit") is True
    return inside or answer.get("exceededTransferLimit") is True
