"""The map: one self-contained page that opens anywhere, for everyone, and runs nothing that a person typed.

Folium and branca give the tree (page, map, layer) and the bounds; the templates, the layer and all that is drawn are
our own. Two traps of theirs are why: folium puts text into JavaScript template literals, where ``${...}`` runs whatever
was escaped, and branca compiles what a ``MacroElement`` gives it as a Jinja template once more, so that ``{{...}}`` in
a name would run in Python. So the facts reach the page once, as JSON, and no text option of folium is used.
"""

from pathlib import Path
from typing import Any

import folium
import numpy as np
from branca.element import Figure
from folium.map import Layer

from rosc_map.errors import InputError
from rosc_map.publish.published import Published, require_published
from rosc_map.records import Audience, day
from rosc_map.show import _frame
from rosc_map.show._facts import facts_of
from rosc_map.show._words import AUDIENCES
from rosc_map.whole_file import write_atomic

__all__ = ["map_page", "write_map"]

_SCRIPTS = ("read.js", "draw.js", "details.js", "tables.js", "start.js")


class _FactsLayer(Layer):
    """What the page draws: authorities by status, assets, links."""

    def __init__(self, published: Published) -> None:
        super().__init__(control=False)
        self.facts = facts_of(published)
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

    def __init__(self, published: Published, title: str) -> None:
        super().__init__(title=title)
        self.published = published
        self.map = _Map(_FactsLayer(published))
        self.add_child(self.map)

    def render(self, **options: Any) -> str:
        """Return the whole page."""
        script = '(function () {\n"use strict";\n' + _frame.static(*_SCRIPTS) + "\n})();"
        return _frame.page(
            _frame.template("map.html"),
            styles=(_frame.leaflet_style(), _frame.static("page.css"), _frame.static("map.css")),
            scripts=(_frame.leaflet_script(), script),
            title=self.title,
            published=self.published,
            audience=AUDIENCES[self.published.audience],
            as_at=day(self.published.as_at),
            facts=self.map.layer.facts,
            facts_json=self.map.render(**options),
        )


def map_page(published: Published, *, title: str | None = None) -> str:
    """Return a map as one HTML page that needs nothing else: no network, no other file.

    Parameters
    ----------
    published
        What :func:`rosc_map.publish.publish` gave for an audience.
    title
        The heading of the page; "Recovery map: " and the area's name when left out.

    Raises
    ------
    NotPublished
        When it is handed anything else.
    """
    shown = require_published(published, Published)
    return _Page(shown, title or f"Recovery map: {shown.title}").render()


def write_map(published: Published, path: Path) -> Path:
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
