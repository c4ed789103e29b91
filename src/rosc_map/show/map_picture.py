"""A map as a picture for slides: the authorities by class, the symbols of the assets, and the links between them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from rosc_map.errors import InputError
from rosc_map.publish.gaps_types import MapLayer
from rosc_map.publish.map_types import PublishedMap
from rosc_map.publish.published import Published, require_published
from rosc_map.records import Audience, codelist, counted, label
from rosc_map.show._choropleth import EDGE, MAP_WIDTH, Ground, foot, key_height, keys_of, write_key
from rosc_map.show._drawing import INK, LINE, SMALL, Chart, Sheet, drawing, wrapped
from rosc_map.show._symbols import symbol
from rosc_map.show._words import AUDIENCES, STATUSES, short_type, status_words
from rosc_map.whole_file import write_atomic

if TYPE_CHECKING:
    from matplotlib.path import Path as Outline

__all__ = ["MOST_LINKS", "MOST_SYMBOLS", "map_picture", "write_map_picture"]

MOST_SYMBOLS = 400
"""Above so many assets each is a dot."""

MOST_LINKS = 150
"""Above so many links no line could be told from the others, and none is drawn."""

_LARGE, _SMALL = 4.2, 1.6
_WORDS_ALONE = ("too_many", "elsewhere")
_STEP = LINE + 4
_PART = re.compile(r"[MLHVZ]|-?\d+(?:\.\d+)?")


def map_picture(published: PublishedMap) -> Chart:
    """Draw a map: its first layer (what is there of the asset type, where it has none), its assets and its links.

    Parameters
    ----------
    published
        What :func:`rosc_map.publish.publish_map` gave: only points that the audience may see are in it (EPSG:4326,
        drawn in EPSG:27700, north up).

    Raises
    ------
    NotPublished
        When it is handed anything else.
    """
    shown = require_published(published, PublishedMap)
    layer = shown.layers[0] if shown.layers else _statuses(shown.published)
    ground = Ground.of(shown.published.areas)
    keys, marks = keys_of(layer, list(shown.published.areas["code"])), _marks(shown.published, ground)
    with drawing():
        body = ground.height + 24 + key_height(keys) + _STEP * len(marks.key)
        sheet = Sheet(layer.label, foot(shown, layer.note, made_for=f"Made for {AUDIENCES[shown.audience]}."), body)
        ground.draw(sheet, layer)
        marks.draw(sheet)
        y = sheet.top + ground.height + 18
        write_key(sheet, keys, y)
        marks.write_key(sheet, y + key_height(keys))
        said = [*(" ".join(words) for _, words in keys), *(words for _, words in marks.key)]
        return sheet.finish("; ".join(said) + ".")


def write_map_picture(published: PublishedMap, path: Path) -> Path:
    """Write :func:`map_picture` to ``path`` (``.png``) and return it; an internal one is for its owner only.

    Raises
    ------
    InputError
        When the name does not end in ``.png``.
    NotPublished
        When it is handed anything else.
    FileProblem
        When the folder is missing or the file cannot be written.
    """
    if path.suffix.lower() != ".png":
        raise InputError(f"{path.name}: a picture of a map needs a name that ends in .png.")
    picture = map_picture(published).png
    return write_atomic(path, picture, private=published.audience is Audience.INTERNAL)


def _statuses(published: Published) -> MapLayer:
    """Return what is there of the asset type as a layer, for a map that has none."""
    provision = published.provision
    table, words = provision.by_authority, status_words(provision.asset_type)
    numbers = [STATUSES.index(str(status)) for status in table["status"]]
    areas = pd.DataFrame({"code": table["code"], "class": numbers, "words": table["looked"]}, dtype=object)
    name = f"What is there: {short_type(provision.asset_type)}"
    return MapLayer("provision", name, "statuses", tuple(words.values()), areas, words["not_surveyed"], "")


@dataclass(frozen=True)
class _Marks:
    """The symbols and lines of a picture.

    Attributes
    ----------
    assets
        One row a symbol: ``asset_type``, ``about``, ``x``, ``y`` (points from the corner of the ground).
    links
        One row a line: ``x``, ``y``, ``to_x``, ``to_y``, ``missing`` (not found in this test).
    key
        What each looks like (an asset type, or ``about``, ``link``, ``missing``, or one of ``_WORDS_ALONE``), and its
        words.
    """

    assets: pd.DataFrame
    links: pd.DataFrame
    key: tuple[tuple[str, str], ...]

    def draw(self, sheet: Sheet) -> None:
        """Draw the lines, and the symbols over them."""
        for x, y, to_x, to_y, missing in self.links.itertuples(index=False):
            _arrow(sheet, (EDGE + x, sheet.top + y), (EDGE + to_x, sheet.top + to_y), dashed=missing)
        reach = _LARGE if len(self.assets) <= MOST_SYMBOLS else _SMALL
        placed = self.assets.assign(x=self.assets["x"] + EDGE, y=self.assets["y"] + sheet.top)
        about = placed[placed["about"].astype(bool)]
        _rings(sheet, about["x"], about["y"], reach)
        # The last lies over the others: the LEROs, as the key has them first.
        for mark, _ in reversed(self.key):
            of_type = placed[placed["asset_type"] == mark]
            _symbols(sheet, mark, of_type["x"], of_type["y"], reach)

    def write_key(self, sheet: Sheet, y: float) -> None:
        """Write what each mark means, in words beside it."""
        for mark, words in self.key:
            middle = y + 6
            if mark in ("link", "missing"):
                _arrow(sheet, (EDGE, middle), (EDGE + 26, middle), dashed=mark == "missing", gap=0)
            elif mark == "about":
                _rings(sheet, [EDGE + 13], [middle], _LARGE)
            elif mark not in _WORDS_ALONE:
                _symbols(sheet, mark, [EDGE + 13], [middle], _LARGE)
            sheet.write(48, y, wrapped(words, 48, most=1)[0], size=SMALL)
            y += _STEP


def _marks(published: Published, ground: Ground) -> _Marks:
    assets = published.assets
    placed = assets[assets.geometry.notna() & ~assets.geometry.is_empty]
    x, y = shapely.get_coordinates(ground.laid(gpd.GeoSeries(placed.geometry))).T
    table = pd.DataFrame({"asset_type": placed["asset_type"], "about": placed["about"], "x": x, "y": y})
    inside = table[(table["x"].between(0, MAP_WIDTH)) & (table["y"].between(0, ground.height))]
    lines = _lines(published.links, inside.set_index(placed.loc[inside.index, "id"]))
    drawn = lines if len(lines) <= MOST_LINKS else lines.iloc[:0]
    return _Marks(inside, drawn, _key(published, inside, lines))


def _lines(links: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return the links of which both ends are in the picture."""
    ends = links[links["from_asset"].isin(places.index) & links["to_asset"].isin(places.index)]
    start, end = places.loc[ends["from_asset"]], places.loc[ends["to_asset"]]
    columns = {"x": start["x"], "y": start["y"], "to_x": end["x"], "to_y": end["y"]}
    made = pd.DataFrame({name: values.to_numpy() for name, values in columns.items()})
    return made.assign(missing=ends["not_found_in_test"].to_numpy(dtype=bool))


def _key(published: Published, inside: pd.DataFrame, lines: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    """Return the lines of the key: what is shown, how many of it, and how many are not."""
    counts = inside["asset_type"].value_counts()
    types = [code for code in (*codelist("asset_type"), *sorted(counts.index)) if code in counts]
    found = {code: f"{label('asset_type', code)}: {counts[code]:,}" for code in types}
    if inside["about"].any():
        found["about"] = "A dashed ring: about here, not the exact place"
    found |= _links_key(len(published.links), lines)
    without = len(published.assets) - len(inside)
    if without:
        found["elsewhere"] = f"{without:,} of {counted(len(published.assets), 'asset')} without a point in this picture"
    return tuple(found.items())


def _links_key(links: int, lines: pd.DataFrame) -> dict[str, str]:
    """Return the words of the lines, each with how many of all links it stands for."""
    if len(lines) > MOST_LINKS:
        return {"too_many": f"{counted(links, 'link')}: too many to be drawn"}
    missing = int(lines["missing"].sum())
    counts = {"link": ("Refers to", len(lines) - missing), "missing": ("Not found in this test", missing)}
    return {mark: f"{words}: {count:,} of {counted(links, 'link')}" for mark, (words, count) in counts.items() if count}


def _outline(asset_type: str) -> "Outline":
    """Return the shape of an asset type as the map has it; SVG's y goes down, and that of a marker up."""
    from matplotlib.path import Path as Outline

    path = symbol(asset_type).path
    if "A" in path:
        return Outline.circle((0, 0), 9)
    parts, x, y = _PART.findall(path), 0.0, 0.0
    corners = []
    while parts:
        step = parts.pop(0)
        if step == "Z":
            continue
        x = float(parts.pop(0)) if step != "V" else x
        y = float(parts.pop(0)) if step != "H" else y
        corners.append((x, -y))
    return Outline([*corners, corners[0]], closed=True)


def _symbols(sheet: Sheet, asset_type: str, x: Any, y: Any, reach: float) -> None:
    """Draw the symbol of a type at some places."""
    look: Any = {"color": symbol(asset_type).colour, "edgecolors": INK, "linewidths": 0.14 * reach}
    sheet.paper.scatter(x, y, s=(2 * reach) ** 2, marker=_outline(asset_type), zorder=6, **look)


def _rings(sheet: Sheet, x: Any, y: Any, reach: float) -> None:
    """Draw a ring about each symbol whose point is not the exact place."""
    look: Any = {"color": (1, 1, 1, 0.85), "edgecolors": INK, "linewidths": 0.7, "linestyles": [(0, (2.5, 1.8))]}
    sheet.paper.scatter(x, y, s=(3.4 * reach) ** 2, marker="o", zorder=5, **look)


def _arrow(
    sheet: Sheet, start: tuple[float, float], end: tuple[float, float], *, dashed: bool, gap: float = _LARGE
) -> None:
    """Draw a line with a head at its end; it leaves room for the symbols at both ends."""
    from matplotlib.patches import FancyArrowPatch

    look: Any = {"arrowstyle": "-|>", "mutation_scale": 6, "shrinkA": gap, "shrinkB": gap, "zorder": 4.5}
    style = (0, (4, 2.5)) if dashed else "solid"
    sheet.add(FancyArrowPatch(start, end, color=INK, linewidth=0.8, linestyle=style, **look))
