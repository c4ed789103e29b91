"""The pictures of a gap analysis (METHODS §3): authorities by class, the six types, reach, and ranges of ranks.

No meaning hangs on a colour: each class has a hatch of its own, and bars and ranges have their figures beside them.
What nobody looked for is hatched and says so; it never looks like a gap.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rosc_map.publish.gaps_types import GapsTable, MapLayer, PublishedGaps
from rosc_map.publish.publish import BOUNDARY_LICENCE
from rosc_map.records import day, label, percent
from rosc_map.show._drawing import BLUE, GRID, LINE, SMALL, WIDTH, Chart, Sheet, drawing, wrapped
from rosc_map.show._layers import NOT_SURVEYED, STATUS_LOOKS, Look, classes_of, legend, looks
from rosc_map.show._shares import known
from rosc_map.show._words import STATUSES

if TYPE_CHECKING:
    from matplotlib.path import Path as Outline

__all__ = ["MOST_ROWS", "layer_picture", "rank_ranges", "reach_bars", "six_type_matrix"]

MOST_ROWS = 40
"""So many authorities can be told apart by name in a picture."""

_MAP_WIDTH, _MAP_HEIGHT = 332.0, 380.0
_METRES = 27700  # a scale that is the same in all directions, with north up
_LETTER, _HALF_LINE = 6.4, 7.0
_NAME_WIDTH, _CELL_HEIGHT = 128.0, 32.0
_IN_CELL = dict(zip(STATUSES, ("yes", "none", "?"), strict=True))
_CELL_WORDS = dict(
    zip(STATUSES, ("yes: there is support of this type", "none: somebody looked and found none",
                   "?: nobody has looked yet, so it is no gap"), strict=True)
)  # fmt: skip
_SAID = dict(zip(STATUSES, ("served", "surveyed without it", "not surveyed"), strict=True))
_BAR_WIDTH, _BAR_HEIGHT = 332.0, 11.0
_FOOT_LETTERS, _FOOT_LINES, _NOTE_LINES = 58, 10, 5
_RANK_KEY = "Rank 1: fewest for the need. The longer, the less sure.\nEach line holds the true rank with 95 % or more."
_RANK_FROM, _RANK_TO = 24.0, WIDTH - 24.0

_Box = tuple[float, float, float, float]


def _foot(published: PublishedGaps, note: str, *, with_places: bool = True) -> str:
    """Return what a picture for slides has to say of itself, since it is shown without its page.

    The licences stand last and whole; the note has the lines that they leave. A picture that is made of no boundaries
    and no postcodes (not ``with_places``) does not name those of them.
    """
    of = f"{published.title}, as at {day(published.as_at)}."
    first = " ".join(part for part in (published.banner, of) if part)
    all_licences = dict.fromkeys((*published.licences, *published.published.licences))
    licences = " ".join(line for line in all_licences if with_places or line != BOUNDARY_LICENCE)
    used = sum(len(wrapped(words, _FOOT_LETTERS, most=_FOOT_LINES)) for words in (first, licences))
    lines = wrapped(note, _FOOT_LETTERS, most=max(1, min(_NOTE_LINES, _FOOT_LINES - used)))
    return " ".join(part for part in (first, *lines, licences) if part)


def _paint(sheet: Sheet, outline: "Outline", look: Look, line: float = 0.6) -> None:
    """Fill a shape with the colour and the hatch of a class, and draw its outline over both."""
    from matplotlib.patches import PathPatch

    hatched = PathPatch(outline, facecolor=look.colour, edgecolor=look.ink, hatch=look.hatch, linewidth=0)
    sheet.paper.add_patch(hatched)
    sheet.paper.add_patch(PathPatch(outline, fill=False, edgecolor="#333333", linewidth=line))


def _box(x: float, y: float, width: float, height: float) -> "Outline":
    from matplotlib.path import Path as Outline

    return Outline([(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)], closed=True)


# --- authorities by class ---------------------------------------------------------------------------------------------


def layer_picture(published: PublishedGaps, layer: MapLayer) -> Chart:
    """Draw the authorities of an area, filled by their classes in one layer, with the classes and counts in words.

    Parameters
    ----------
    published
        What the ``publish`` room gave: its polygons are projected to EPSG:27700, north up.
    layer
        The layer. An authority without a class is hatched as one that nobody has surveyed.
    """
    areas = published.published.areas
    codes = list(areas["code"])
    lines = [(line.look, _counted(line.words, line.count, len(codes))) for line in legend(layer, codes)]
    keys = [(look, wrapped(words, 48)) for look, words in lines]
    shapes, height = _on_sheet(areas)
    with drawing():
        key_height = sum(LINE * len(words) + 4 for _, words in keys)
        sheet = Sheet(layer.label, _foot(published, layer.note), height + 20 + key_height)
        placed = shapely.transform(shapes, lambda points: points + np.array((14, sheet.top)))
        drawn = looks(layer.kind, len(layer.classes))
        for shape, at in zip(placed, classes_of(layer, codes), strict=True):
            if not shape.is_empty:
                _paint(sheet, _outline(shape), NOT_SURVEYED if at is None else drawn[at])
        if len(codes) <= MOST_ROWS:
            _names(sheet, placed, list(areas["name"]))
        _key(sheet, keys, sheet.top + height + 14)
        said = "; ".join(words for _, words in lines)
        return sheet.finish(f"{len(codes):,} {'authority' if len(codes) == 1 else 'authorities'}. {said}.")


def _counted(words: str, count: int, of: int) -> str:
    return f"{words}: {count:,} of {of:,}"


def _on_sheet(areas: gpd.GeoDataFrame) -> tuple[Any, float]:
    """Return the polygons in points from a top left corner, y downwards, and how high they are together."""
    if areas.empty:
        return np.array([], dtype=object), 0.0
    metres = areas.geometry.to_crs(_METRES).to_numpy()
    west, south, east, north = shapely.total_bounds(metres)
    scale = min(_MAP_WIDTH / (east - west), _MAP_HEIGHT / (north - south))
    left = (_MAP_WIDTH - (east - west) * scale) / 2
    points = shapely.transform(metres, lambda at: (at - np.array((west, north))) * (scale, -scale) + (left, 0))
    # No line is finer than a third of a point: what is finer only makes the file large.
    return shapely.simplify(points, 0.3), float((north - south) * scale)


def _outline(shape: Any) -> "Outline":
    """Return the rings of an authority as one path; holes stay holes, since they turn the other way."""
    from matplotlib.path import Path as Outline

    parts = [shapely.orient_polygons(part) for part in shapely.get_parts(shape)]
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return Outline.make_compound_path(*(Outline(shapely.get_coordinates(ring), closed=True) for ring in rings))


def _names(sheet: Sheet, shapes: Any, names: Sequence[str]) -> None:
    """Write the name of each authority that has room for it, the largest first."""
    taken: list[_Box] = []
    behind = {"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
    for at in np.argsort(-shapely.area(shapes), kind="stable"):
        middle, words = shapely.point_on_surface(shapes[at]), wrapped(names[at], 40, most=1)[0]
        west, _, east, _ = shapely.bounds(shapes[at])
        half = _LETTER * len(words) / 2
        if not 2 * half < east - west:
            continue
        x = float(np.clip(middle.x, 14 + half, WIDTH - 14 - half))
        if any(abs(x - a) < half + wide and abs(middle.y - b) < _HALF_LINE + tall for a, b, wide, tall in taken):
            continue
        taken.append((x, middle.y, half, _HALF_LINE))
        sheet.write(x, middle.y, words, ha="center", va="center", size=SMALL - 1, bbox=behind, zorder=4)


def _key(sheet: Sheet, keys: Sequence[tuple[Look, list[str]]], y: float) -> None:
    """Write the classes in words, each beside a box that looks like it."""
    for look, words in keys:
        _paint(sheet, _box(14, y - 1, 26, 14), look)
        sheet.write(48, y, "\n".join(words), size=SMALL, linespacing=1.2)
        y += LINE * len(words) + 4


# --- the six types ----------------------------------------------------------------------------------------------------


def six_type_matrix(published: PublishedGaps, table: GapsTable) -> Chart:
    """Draw which of the six types of recovery support each authority has: yes, none found, or not surveyed.

    Parameters
    ----------
    published
        What the table is of.
    table
        ``name``, and ``rss_status_<type>`` for each type; at most :data:`MOST_ROWS` rows are fit to be drawn.
    """
    rows = table.table
    columns = [name for name in rows.columns if name.startswith("rss_status_")]
    types = [label("rss_type", name.removeprefix("rss_status_")) for name in columns]
    heads = [wrapped(f"{number}  {words}", 50) for number, words in enumerate(types, start=1)]
    keys = [(look, [_CELL_WORDS[code]]) for look, code in zip(STATUS_LOOKS, STATUSES, strict=True)]
    head_height = LINE * sum(map(len, heads))
    body = head_height + 22 + _CELL_HEIGHT * len(rows) + 12 + (LINE + 4) * len(keys)
    with drawing():
        sheet = Sheet(table.title, _foot(published, " ".join(table.notes), with_places=False), body)
        sheet.write(14, sheet.top, "\n".join(line for head in heads for line in head), size=SMALL, linespacing=1.3)
        top = sheet.top + head_height + 22
        width = (_MAP_WIDTH - _NAME_WIDTH) / max(1, len(columns))
        for number in range(len(columns)):
            x = 14 + _NAME_WIDTH + width * (number + 0.5)
            sheet.write(x, top - 16, f"{number + 1}", ha="center", size=SMALL)
        for place, (name, *statuses) in enumerate(rows[["name", *columns]].itertuples(index=False, name=None)):
            y = top + _CELL_HEIGHT * place
            sheet.write(14, y + 15, "\n".join(wrapped(name, 19)), size=SMALL, va="center", linespacing=1.0)
            for number, status in enumerate(statuses):
                _status_cell(sheet, 14 + _NAME_WIDTH + width * number, y, width, status)
        _key(sheet, keys, top + _CELL_HEIGHT * len(rows) + 12)
        said = [f"{words}: {_tally(rows[name])}." for words, name in zip(types, columns, strict=True)]
        return sheet.finish(" ".join([f"Of {len(rows):,} authorities, by type of support.", *said]))


def _tally(statuses: pd.Series) -> str:
    return ", ".join(f"{int((statuses == code).sum()):,} {words}" for code, words in _SAID.items())


def _status_cell(sheet: Sheet, x: float, y: float, width: float, status: str) -> None:
    look = STATUS_LOOKS[STATUSES.index(status)]
    _paint(sheet, _box(x + 1, y + 1, width - 2, _CELL_HEIGHT - 2), look)
    behind = {"boxstyle": "square,pad=0.1", "facecolor": look.colour, "edgecolor": "none"}
    sheet.write(
        x + width / 2, y + _CELL_HEIGHT / 2, _IN_CELL[status], ha="center", va="center", size=SMALL - 0.5, bbox=behind
    )


# --- reach ------------------------------------------------------------------------------------------------------------


def reach_bars(published: PublishedGaps, table: GapsTable) -> Chart:
    """Draw for each asset type the share that is within each distance, or each number of minutes.

    Parameters
    ----------
    published
        What the table is of.
    table
        ``type`` (words) and columns that begin with ``within_`` (shares of 1, or None); the heads say within what.
    """
    columns = [name for name in table.heads if name.startswith("within_")]
    limits = [table.heads[name].removesuffix(" (%)") for name in columns]
    rows = [
        (wrapped(str(row["type"]), 44), [known(row[name]) for name in columns])
        for row in table.table.to_dict("records")
    ]
    bars = LINE + _BAR_HEIGHT + 5
    with drawing():
        body = sum((LINE + 2) * len(words) + bars * len(columns) + 10 for words, _ in rows)
        sheet = Sheet(table.title, _foot(published, " ".join(table.notes)), body)
        y = sheet.top
        for words, shares in rows:
            sheet.write(14, y, "\n".join(words), weight="bold", linespacing=1.15)
            y += (LINE + 2) * len(words)
            for limit, share in zip(limits, shares, strict=True):
                _share_bar(sheet, y, f"{limit}: {_share(share)}", share)
                y += bars
            y += 10
        said = [
            f"{' '.join(words)}: "
            + ", ".join(f"{limit}: {_share(share)}" for limit, share in zip(limits, shares, strict=True))
            + "."
            for words, shares in rows
        ]
        return sheet.finish(" ".join(said))


def _share(share: float | None) -> str:
    return "not known" if share is None else percent(share)


def _share_bar(sheet: Sheet, y: float, words: str, share: float | None) -> None:
    """Draw a share on the track of all, its words above it; what is not known has no track, for it is not none."""
    sheet.write(14, y, wrapped(words, 56, most=1)[0], size=SMALL)
    if share is not None:
        at = y + LINE - 1
        sheet.paper.add_patch(_patch(14, at, _BAR_WIDTH, facecolor="white", edgecolor=GRID))
        sheet.paper.add_patch(_patch(14, at, _BAR_WIDTH * share, facecolor=BLUE, linewidth=0))


def _patch(x: float, y: float, width: float, **look: Any) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), width, _BAR_HEIGHT, **look)


# --- ranges of ranks --------------------------------------------------------------------------------------------------


def rank_ranges(published: PublishedGaps, table: GapsTable) -> Chart:
    """Draw between which ranks each authority lies, 1 being the fewest for the need; those not ranked are left out.

    Parameters
    ----------
    published
        What the table is of.
    table
        ``name``, ``rank_low``, ``rank_high`` (or None), in the order in which they are drawn; the first
        :data:`MOST_ROWS` are.
    """
    ranked = table.table[table.table["rank_low"].notna()]
    shown = ranked.head(MOST_ROWS)
    last = int(ranked["rank_high"].max()) if len(ranked) else 1
    rows = [
        (wrapped(name, 44), int(low), int(high))
        for name, low, high in zip(shown["name"], shown["rank_low"], shown["rank_high"], strict=True)
    ]
    with drawing():
        foot = _foot(published, " ".join(table.notes), with_places=False)
        sheet = Sheet(table.title, foot, sum(LINE * len(words) + 22 for words, _, _ in rows) + 40 + LINE)
        sheet.write(14, sheet.top, _RANK_KEY, size=SMALL, linespacing=1.3)
        y = sheet.top + 2 * LINE + 4
        for words, low, high in rows:
            sheet.write(14, y, "\n".join(words), size=SMALL, linespacing=1.2)
            sheet.write(WIDTH - 14, y, _range(low, high), ha="right", size=SMALL, weight="bold")
            y += LINE * len(words)
            _rank_line(sheet, y + 7, low, high, last)
            y += 22
        for mark in dict.fromkeys((1, (1 + last) // 2, last)):
            sheet.write(_rank_at(mark, last), y, f"{mark:,}", ha="center", size=SMALL)
        return sheet.finish(_rank_text(rows, len(ranked), len(table.table)))


def _range(low: int, high: int) -> str:
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _rank_at(rank: int, last: int) -> float:
    return _RANK_FROM + (_RANK_TO - _RANK_FROM) * (rank - 1) / max(1, last - 1)


def _rank_line(sheet: Sheet, y: float, low: int, high: int, last: int) -> None:
    ends = [_rank_at(low, last), _rank_at(high, last)]
    sheet.paper.plot([_RANK_FROM, _RANK_TO], [y, y], color=GRID, linewidth=1, zorder=0)
    sheet.paper.plot(ends, [y, y], color=BLUE, linewidth=4, marker="|", markersize=10, solid_capstyle="butt")


def _rank_text(rows: Sequence[tuple[list[str], int, int]], ranked: int, of: int) -> str:
    said = "; ".join(f"{' '.join(words)}: {_range(low, high)}" for words, low, high in rows)
    first = f"The first {len(rows)} of {ranked:,} ranked" if ranked > len(rows) else f"{ranked:,} ranked"
    return f"{first}, {of - ranked:,} not ranked. Between which ranks each lies: {said or 'none'}."
