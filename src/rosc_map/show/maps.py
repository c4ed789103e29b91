"""The map: one self-contained page that opens anywhere, for everyone, and runs nothing that a person typed.

Folium and branca give the tree (page, map, layer) and the bounds; the templates, the layer and all that is drawn are
our own. Two traps of theirs are why: folium puts text into JavaScript template literals, where ``${...}`` runs whatever
was escaped, and branca compiles what a ``MacroElement`` gives it as a Jinja template once more, so that ``{{...}}`` in
a name would run in Python. So the facts reach the page once, as JSON, and no text option of folium is used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
from branca.element import Figure
from folium.map import Layer

from rosc_map.errors import InputError
from rosc_map.publish.gaps_types import MapLayer, PublishedGaps
from rosc_map.publish.map_types import PublishedMap
from rosc_map.publish.published import Published, require_published
from rosc_map.records import Audience, day
from rosc_map.show import _frame
from rosc_map.show._facts import facts_of
from rosc_map.show._layers import Look, layer_facts, legend, looks, site_facts
from rosc_map.show._map_round import round_context, round_facts
from rosc_map.show._packed import packed_assets
from rosc_map.show._words import AUDIENCES, short_type
from rosc_map.show.tiles import Tiles
from rosc_map.whole_file import write_atomic

__all__ = ["map_page", "write_map"]

_SCRIPTS = (
    "read.js", "clusters.js", "names.js", "links.js", "draw.js", "details.js", "tables.js", "filters.js", "layers.js",
    "round.js", "tiles.js", "share.js", "picture.js", "start.js",
)  # fmt: skip
_PLAINLY_LISTED = 2_000
"""Without JavaScript so many assets are listed by name; of more only their numbers, or each would be sent twice."""
_STYLES = ("page.css", "map.css", "layers.css", "round.css")


@dataclass(frozen=True)
class _Shown:
    """What a map shows, whichever published thing it was made of."""

    published: Published
    layers: Sequence[MapLayer] = ()
    sites: gpd.GeoDataFrame | None = None
    map: PublishedMap | None = None
    licences: Sequence[str] = ()


def _shown(published: object) -> _Shown:
    if isinstance(published, PublishedMap):
        return _Shown(published.published, published.layers, published.sites, published, published.licences)
    if isinstance(published, PublishedGaps):
        return _Shown(published.published, published.layers, published.sites, licences=published.licences)
    plain = require_published(published, Published)
    return _Shown(plain, licences=plain.licences)


class _FactsLayer(Layer):
    """What the page draws: authorities by status, assets, links; and the layers of a gap analysis, where there are."""

    def __init__(self, shown: _Shown, tiles: Tiles | None) -> None:
        super().__init__(control=False)
        published = shown.published
        self.facts = facts_of(published)
        self.facts |= {
            "layers": layer_facts(shown.layers, self.facts["areas"]["code"]),
            "sites": site_facts(shown.sites, shown.layers),
            "round": round_facts(shown.map),
            "tiles": None if tiles is None else tiles.facts,
        }
        placed = published.assets[published.assets.geometry.notna()]
        boxes = np.array([frame.total_bounds for frame in (published.areas, placed) if len(frame)])
        self._box = boxes[~np.isnan(boxes).any(axis=1)] if len(boxes) else boxes

    def _get_self_bounds(self) -> list[list[float | None]]:
        if not len(self._box):
            return [[None, None], [None, None]]
        (west, south), (east, north) = self._box.min(axis=0)[:2], self._box.max(axis=0)[2:]
        return [[float(south), float(west)], [float(north), float(east)]]


class _Map(folium.Map):
    """A folium map that asks for no script and no style from anywhere."""

    def __init__(self, layer: _FactsLayer) -> None:
        super().__init__(tiles=None)
        self.default_js, self.default_css = [], []
        self.layer = layer
        self.add_child(layer)

    def render(self, **_options: Any) -> str:
        """Return what the script of the page is told, and not a script with the facts in it."""
        return _frame.script_json(packed_assets(self.layer.facts) | {"bounds": self.get_bounds()})


class _Page(Figure):
    """Our page in place of branca's: language, title, viewport, policy, and no link to anywhere."""

    def __init__(self, shown: _Shown, title: str, tiles: Tiles | None) -> None:
        super().__init__(title=title)
        self.shown = shown
        self.tiles = tiles
        self.map = _Map(_FactsLayer(shown, tiles))
        self.add_child(self.map)

    def render(self, **options: Any) -> str:
        """Return the whole page."""
        script = '(function () {\n"use strict";\n' + _frame.static(*_SCRIPTS) + "\n})();"
        facts, published, layers = self.map.layer.facts, self.shown.published, self.shown.layers
        return _frame.page(
            _frame.template("map.html"),
            styles=(_frame.leaflet_style(), *map(_frame.static, _STYLES)),
            scripts=(_frame.leaflet_script(), script),
            pictures_from=self.tiles.host if self.tiles else "",
            title=self.title,
            published=published,
            audience=AUDIENCES[published.audience],
            for_all=published.audience is Audience.PUBLIC,
            short_type=short_type(published.provision.asset_type),
            as_at=day(published.as_at),
            licences=tuple(dict.fromkeys((*published.licences, *self.shown.licences))),
            facts=facts,
            layers=facts["layers"],
            sites=facts["sites"],
            round=round_context(self.shown.map),
            tiles=self.tiles,
            legends=[{"grid": one.kind == "pairs", "lines": legend(one, facts["areas"]["code"])} for one in layers],
            patterns=_patterns(layers),
            plainly_listed=_PLAINLY_LISTED,
            facts_json=self.map.render(**options),
        )


def _patterns(layers: Sequence[MapLayer]) -> list[Look]:
    """Return the looks whose patterns a page needs beside the three of the statuses, each once."""
    found = [look for layer in layers if layer.kind != "statuses" for look in looks(layer.kind, len(layer.classes))]
    return list(dict.fromkeys(found))


def map_page(
    published: Published | PublishedGaps | PublishedMap, *, title: str | None = None, tiles: Tiles | None = None
) -> str:
    """Return a map as one HTML page that needs nothing else: no network, no other file.

    Parameters
    ----------
    published
        What :func:`rosc_map.publish.publish` gave for an audience; or a gap analysis or a map in layers, and then the
        page lets a person choose how the authorities are coloured.
    title
        The heading of the page; "Recovery map: " and the area's name when left out.
    tiles
        A base map that the reader may switch on; without it the page has no such switch.

    Raises
    ------
    NotPublished
        When it is handed anything else.
    """
    shown = _shown(published)
    return _Page(shown, title or f"Recovery map: {shown.published.title}", tiles).render()


def write_map(published: Published | PublishedGaps | PublishedMap, path: Path, *, tiles: Tiles | None = None) -> Path:
    """Write :func:`map_page` to ``path`` and return it; the file is whole or it is not there.

    An internal map can be read by its owner only.

    Raises
    ------
    InputError
        When the name does not end in ``.html`` or ``.htm``: a map must not replace a partnership file.
    NotPublished
        When it is handed anything else.
    FileProblem
        When the folder is missing or the file cannot be written.
    """
    if path.suffix.lower() not in (".html", ".htm"):
        raise InputError("A map is a web page: choose a name that ends in .html.")
    page = map_page(published, tiles=tiles).encode("utf-8")
    return write_atomic(path, page, private=published.audience is Audience.INTERNAL)
