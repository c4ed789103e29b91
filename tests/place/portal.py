"""An ArcGIS server as the ONS Open Geography Portal is one, for :class:`loopback.Loopback`."""

from collections.abc import Callable
from typing import Any

from loopback import Asked, Reply
from rosc_map.place.online.fetch import FetchSettings

QUICK = FetchSettings(read_timeout=5, total_time=20, retries=1, back_off=0.001, seconds_between=0)
LAYER = "/arcgis/rest/services/LAD/FeatureServer/0"


class Portal:
    """Answers as the portal does: ``exceeded`` is where it says that there is more, ``cap`` its longest page."""

    def __init__(self, rows: list[dict[str, Any]], *, cap: int = 2000, exceeded: str = "properties") -> None:
        self.rows, self.cap, self.exceeded = rows, cap, exceeded
        self.counts: list[int] = []
        self.change: Callable[[dict[str, Any], int], dict[str, Any]] = lambda answer, _: answer

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == LAYER:
            names = ["FID", *self.rows[0]["properties"]]
            fields = [{"name": name, "type": "esriFieldTypeString"} for name in names]
            return Reply({"name": "LAD_May_2025", "objectIdField": "FID", "fields": fields})
        assert asked.path == f"{LAYER}/query"
        if asked.params.get("returnCountOnly") == "true":
            return Reply({"count": self.counts.pop(0) if self.counts else len(self.rows)})
        return Reply(self.change(self.page(asked.params), int(asked.params["resultOffset"])))

    def page(self, params: dict[str, str]) -> dict[str, Any]:
        assert params["orderByFields"] == "FID"
        start, size = int(params["resultOffset"]), min(int(params["resultRecordCount"]), self.cap)
        fields = params["outFields"].split(",")
        shapes = params["f"] == "geojson"
        features = []
        for number, row in enumerate(self.rows[start : start + size], start):
            properties = {"FID": number + 1, **row["properties"]}
            kept = {name: properties[name] for name in fields}
            geometry = {"geometry": row["geometry"]} if shapes else {}
            features.append({"properties" if shapes else "attributes": kept, **geometry})
        answer: dict[str, Any] = {"features": features}
        more = {"exceededTransferLimit": True} if start + size < len(self.rows) else {}
        if self.exceeded == "top":
            answer |= more
        if self.exceeded == "properties":
            answer["properties"] = more
        return answer
