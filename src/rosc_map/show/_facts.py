"""The facts of a map as column arrays: what the page's script reads, and everything that it shows.

Compact on purpose (PERF §4): one array a column, types and authorities by their number, coordinates as whole
ten-thousandths of a degree (about 10 m), each ring as steps from point to point.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from rosc_map.place import welsh_names
from rosc_map.publish.published import Published
from rosc_map.records import Asset, Audience, codelist, label
from rosc_map.show._filters import filter_facts
from rosc_map.show._symbols import symbol
from rosc_map.show._words import STATUSES, asset_words, status_words, text

__all__ = ["LINK_KINDS", "SCALE", "facts_of"]

SCALE = 10_000
"""Coordinates are sent as whole numbers of 1/10,000 degree."""
LINK_KINDS = ("confirmed or found in a test", "declared", "not found in this test", "counted only")
"""What is known of a link, by the number that the page is told; the first that is true of it."""
_SHOWN_APART = frozenset(
    (
        "id",
        "name",
        "asset_type",
        "latitude",
        "longitude",
        "website",
        "email",
        "phone",
        "source_url",
        "source_date",
        "verified_on",
    )
)
_FOR_COORDINATORS = frozenset(("location_precision", "listing", "listing_shows", "listing_on"))
"""What was agreed about showing an asset: of no use to those who look for one."""


def facts_of(published: Published) -> dict[str, Any]:
    """Return what the page is told.

    Returns
    -------
    dict
        ``types``, ``type`` (the number of the one that the statuses tell of, or -1), ``statuses``, ``scale``,
        ``assets``, ``areas``, ``links``, ``filters`` (as :func:`filter_facts` says): plain values that JSON can hold.
    """
    provision = published.provision
    assets = published.assets.iloc[_by_name(published.assets)]
    types = _types(published)
    words = status_words(provision.asset_type)
    areas = _areas(published, types)
    return {
        "types": [_type_facts(code) for code in types],
        "type": types.index(provision.asset_type) if provision.asset_type in types else -1,
        "statuses": [{"code": code, "label": words[code]} for code in STATUSES],
        "scale": SCALE,
        "assets": _assets(assets, types, published.audience),
        "areas": areas | {"named": _named(assets, areas["code"])},
        "links": _links(published.links, [text(each) for each in assets["id"]]),
        "filters": filter_facts(assets, published.as_at),
    }


def _by_name(assets: pd.DataFrame) -> list[int]:
    names = [text(name).casefold() for name in assets["name"]]
    return sorted(range(len(names)), key=names.__getitem__)


def _types(published: Published) -> list[str]:
    """Every asset type that occurs, in the order of the codelist; one that it does not hold comes last."""
    named = {text(code) for code in published.assets["asset_type"]}
    table = published.provision.by_authority
    counted = {name.removeprefix("count_") for name in table.columns if name.startswith("count_") and _any(table[name])}
    found = named | counted | {text(code) for code in published.not_named["asset_type"]}
    known = [code for code in codelist("asset_type") if code in found]
    return known + sorted(found.difference(known))


def _any(counts: pd.Series) -> bool:
    return any(text(count) not in ("", "0") for count in counts)


def _type_facts(code: str) -> dict[str, str]:
    drawn = symbol(code)
    return {
        "code": code,
        "label": label("asset_type", code),
        "colour": drawn.colour,
        "path": drawn.path,
    }


def _column(table: pd.DataFrame, name: str) -> list[str]:
    return _in_words(table[name], text) if name in table.columns else [""] * len(table)


def _in_words(cells: Iterable[Any], words: Callable[[Any], str]) -> list[str]:
    """Return each cell in words; what occurs often is put into words once."""
    known: dict[Any, str] = {}
    found = []
    for cell in cells:
        value = tuple(cell) if isinstance(cell, list) else cell
        key = (type(value), value)  # True is equal to 1, and the words for them are not
        if key not in known:
            known[key] = words(value)
        found.append(known[key])
    return found


def _fields(assets: gpd.GeoDataFrame, audience: Audience) -> list[dict[str, Any]]:
    """Return the fields that have no place of their own on the page; each in which anything is said."""
    inside = audience is Audience.INTERNAL
    left_out = _SHOWN_APART if inside else _SHOWN_APART | _FOR_COORDINATORS
    running = "" if inside else asset_words("status", "active")  # worth a word only where it is not so
    fields = []
    for name, spec in Asset.specs().items():
        if name in assets.columns and name not in left_out:
            values = _in_words(assets[name], partial(asset_words, name))
            if name == "status":
                values = ["" if words == running else words for words in values]
            if any(values):
                fields.append({"name": name, "label": spec.label, "values": values})
    return fields


def _assets(assets: gpd.GeoDataFrame, types: list[str], audience: Audience) -> dict[str, Any]:
    """Return the assets by column; the fields that have no place of their own on the page go under ``fields``."""
    number = {code: at for at, code in enumerate(types)}
    points = assets.geometry.to_numpy()
    return {
        "name": _column(assets, "name"),
        "type": [number[text(code)] for code in assets["asset_type"]],
        "x": _whole(shapely.get_x(points)),
        "y": _whole(shapely.get_y(points)),
        "about": [int(bool(value)) for value in assets["about"]],
        **{
            name: _column(assets, name)
            for name in ("place", "local_authority", "upper_tier", "website", "email", "phone")
        },
        **{name: _column(assets, name) for name in ("source_url", "source_date", "verified_on")},
        "fields": _fields(assets, audience),
    }


def _whole(degrees: npt.NDArray[np.float64]) -> list[int | None]:
    """Return degrees in whole numbers of 1/SCALE; None where there is no point."""
    return [None if np.isnan(each) else int(each) for each in np.rint(degrees * SCALE)]


def _steps(ring: Any) -> list[int]:
    """Return a ring as x, y, then the steps to each next point; points that fall together are left out."""
    whole = np.rint(shapely.get_coordinates(ring) * SCALE).astype(int)
    moved = np.any(np.diff(whole, axis=0) != 0, axis=1)
    kept = whole[np.concatenate(([True], moved))]
    return [int(value) for value in np.diff(kept, axis=0, prepend=np.zeros((1, 2), dtype=int)).ravel()]


def _shape(geometry: Any) -> list[list[list[int]]]:
    """Return the polygons of an authority: each a list of rings, the outer one first."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return [[_steps(ring) for ring in (part.exterior, *part.interiors)] for part in parts]


def _middle(geometry: Any) -> Any:
    """Return where the name of an authority stands: the middle of its largest part, if that is inside."""
    largest = max(shapely.get_parts(geometry), key=shapely.area)
    return largest.centroid if largest.contains(largest.centroid) else largest.representative_point()


def _areas(published: Published, types: list[str]) -> dict[str, Any]:
    """Return the authorities by column, in the order of ``provision``; one without a polygon is in the tables only."""
    table = published.provision.by_authority
    shapes = dict(zip(published.areas["code"], published.areas.geometry, strict=True))
    found = [shapes.get(code) for code in table["code"]]
    middles = [None if shape is None else _middle(shape) for shape in found]
    rss = {
        name: label("rss_type", name.removeprefix("rss_"))
        for name in table.columns
        if name.startswith("rss_") and not name.startswith("rss_status_")
    }
    return {
        "code": _column(table, "code"),
        "name": _column(table, "name"),
        "welsh": _welsh(table["code"]),
        "status": [STATUSES.index(str(status)) for status in table["status"]],
        "looked": _column(table, "looked"),
        "leroTypes": [", ".join(label("lero_type", code) for code in codes) for codes in table["lero_types"]],
        "counts": [_counted(table, f"count_{code}", _status_column(published, code)) for code in types],
        "rss": [
            {"label": words, "counts": _counted(table, name, name.replace("rss_", "rss_status_", 1))}
            for name, words in rss.items()
        ],
        "notNamed": _not_named(published.not_named, [text(code) for code in table["code"]], types),
        "rings": [[] if shape is None else _shape(shape) for shape in found],
        "middle": [None if at is None else [round(at.x * SCALE), round(at.y * SCALE)] for at in middles],
    }


def _welsh(codes: Iterable[Any]) -> list[str]:
    names = welsh_names()
    return [names.get(text(code), "") for code in codes]


def _status_column(published: Published, code: str) -> str:
    """Return the column that says whether anybody looked for a type; ``status`` tells of one type in any case."""
    own = f"status_{code}"
    is_main = code == published.provision.asset_type
    return "status" if is_main and own not in published.provision.by_authority.columns else own


def _counted(table: pd.DataFrame, name: str, status: str) -> list[int | None]:
    """Return a column of counts; None where nothing is there and nobody looked. Empty when it is not counted at all."""
    if name not in table.columns:
        return []
    counts = [None if text(value) == "" else int(value) for value in table[name]]
    statuses = _column(table, status)
    return [
        None if not count and said == "not_surveyed" else count for count, said in zip(counts, statuses, strict=True)
    ]


def _named(assets: pd.DataFrame, codes: list[str]) -> list[list[int]]:
    """Return for each authority the numbers of the assets that stand in it or serve it."""
    found: list[list[int]] = [[] for _ in codes]
    number = {code: at for at, code in enumerate(codes)}
    stands = zip(_column(assets, "local_authority_code"), _column(assets, "upper_tier_code"), strict=True)
    served = assets["areas_served"] if "areas_served" in assets.columns else [()] * len(assets)
    for at, (codes_of_place, codes_served) in enumerate(zip(stands, served, strict=True)):
        for code in dict.fromkeys((*codes_of_place, *codes_served)):
            if code in number:
                found[number[code]].append(at)
    return found


def _not_named(not_named: pd.DataFrame, codes: list[str], types: list[str]) -> list[list[list[int]]]:
    """Return for each authority its pairs of type number and how many are counted without a name."""
    pairs: list[list[list[int]]] = [[] for _ in codes]
    number = {code: at for at, code in enumerate(codes)}
    for code, kind, count in zip(not_named["authority_code"], not_named["asset_type"], not_named["count"], strict=True):
        if text(code) in number:
            pairs[number[text(code)]].append([types.index(text(kind)), int(count)])
    return pairs


def _links(links: pd.DataFrame, ids: list[str]) -> dict[str, Any]:
    number = {key: at for at, key in enumerate(ids)}
    evidence = _column(links, "evidence")
    missing = [int(bool(value)) for value in links["not_found_in_test"]]
    return {
        "from": [number.get(text(key), -1) for key in links["from_asset"]],
        "to": [number.get(text(key), -1) for key in links["to_asset"]],
        "fromName": _column(links, "from_name"),
        "toName": _column(links, "to_name"),
        "evidence": evidence,
        "missing": missing,
        "kind": [_link_kind(*each) for each in zip(evidence, missing, strict=True)],
    }


def _link_kind(evidence: str, missing: int) -> int:
    """Return the number in :data:`LINK_KINDS`: what speaks for a link goes before a test that did not find it."""
    said = set(evidence.split(", "))
    if said & {"confirmed", "tested"}:
        return 0
    if missing:
        return 2
    return 3 if said == {"counted"} else 1
