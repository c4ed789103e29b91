"""The map: one self-contained page that opens anywhere, for everyone, and runs nothing that a person typed.

Folium and branca give the tree (page, map, layer) and the bounds; the templates, the layer and all that is drawn are
our own. Two traps of theirs are why: folium puts text into JavaScript template literals, where ``${...}`` runs whatever
was escaped, and branca compiles what a ``MacroElement`` gives it as a Jinja template once more, so that ``{{...}}`` in
a name would run in Python. So the facts reach the page once, as JSON, and no text option of folium is used.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import folium
import numpy as np
from branca.element import Figure
from folium.map import Layer

from rosc_map.errors import InputError
from rosc_map.publish.gaps_types import MapLayer, PublishedGaps
from rosc_map.publish.published import Published, require_published
from rosc_map.records import Audience, day
from rosc_map.show import _frame
from rosc_map.show._facts import facts_of
from rosc_map.show._layers import Look, layer_facts, legend, looks, site_facts
from rosc_map.show._words import AUDIENCES
from rosc_map.whole_file import write_atomic

__all__ = ["map_page", "write_map"]

_SCRIPTS = ("read.js", "draw.js", "details.js", "tables.js", "start.js")
_LAYER_SCRIPTS = (*_SCRIPTS[:-1], "layers.js", _SCRIPTS[-1])
_STYLES = ("page.css", "map.css")
_LAYER_STYLES = (*_STYLES, "layers.css")


class _FactsLayer(Layer):
    """What the page draws: authorities by status, assets, links; and the layers of a gap analysis, where there are."""

    def __init__(self, published: Published, gaps: PublishedGaps | None) -> None:
        super().__init__(control=False)
        self.facts = facts_of(published)
        if gaps is not None:
            layers = layer_facts(gaps.layers, self.facts["areas"]["code"])
            self.facts |= {"layers": layers, "sites": site_facts(gaps.sites)}
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
        return _frame.script_json(self.layer.facts | {"bounds": self.get_bounds()})


class _Page(Figure):
    """Our page in place of branca's: language, title, viewport, policy, and no link to anywhere."""

    def __init__(self, published: Published, gaps: PublishedGaps | None, title: str) -> None:
        super().__init__(title=title)
        self.published = published
        self.layers = gaps.layers if gaps is not None else ()
        self.scripts = _SCRIPTS if gaps is None else _LAYER_SCRIPTS
        self.styles = _STYLES if gaps is None else _LAYER_STYLES
        self.map = _Map(_FactsLayer(published, gaps))
        self.add_child(self.map)

    def render(self, **options: Any) -> str:
        """Return the whole page."""
        script = '(function () {\n"use strict";\n' + _frame.static(*self.scripts) + "\n})();"
        facts = self.map.layer.facts
        return _frame.page(
            _frame.template("map.html"),
            styles=(_frame.leaflet_style(), *map(_frame.static, self.styles)),
            scripts=(_frame.leaflet_script(), script),
            title=self.title,
            published=self.published,
            audience=AUDIENCES[self.published.audience],
            as_at=day(self.published.as_at),
            facts=facts,
            layers=facts.get("layers", ()),
            sites=facts.get("sites", ()),
            legends=[
                {"grid": one.kind == "pairs", "lines": legend(one, facts["areas"]["code"])} for one in self.layers
            ],
            patterns=_patterns(self.layers),
            facts_json=self.map.render(**options),
        )


def _patterns(layers: Sequence[MapLayer]) -> list[Look]:
    """Return the looks whose patterns a page needs beside the three of the statuses, each once."""
    found = [look for layer in layers if layer.kind != "statuses" for look in looks(layer.kind, len(layer.classes))]
    return list(dict.fromkeys(found))


def map_page(published: Published | PublishedGaps, *, title: str | None = None) -> str:
    """Return a map as one HTML page that needs nothing else: no network, no other file.

    Parameters
    ----------
    published
        What :func:`rosc_map.publish.publish` gave for an audience; or a gap analysis, and then the page lets a person
        choose how the authorities are coloured, and shows where one more asset would help most.
    title
        The heading of the page; "Recovery map: " and the area's name when left out.

    Raises
    ------
    NotPublished
        When it is handed anything else.
    """
    gaps = published if isinstance(published, PublishedGaps) else None
    shown = require_published(gaps.published if gaps else published, Published)
    return _Page(shown, gaps, title or f"Recovery map: {shown.title}").render()


def write_map(published: Published | PublishedGaps, path: Path) -> Path:
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
    page = map_page(published).encode("utf-8")
    return write_atomic(path, page, private=published.audience is Audience.INTERNAL)
