"""The pictures of a gap analysis (METHODS §3): authorities by class, the six types, reach, and ranges of ranks.

No meaning hangs on a colour: each class has a hatch of its own, and bars and ranges have their figures beside them.
What nobody looked for is hatched and says so; it never looks like a gap.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from rosc_map.publish.gaps_types import GapsTable, MapLayer, PublishedGaps
from rosc_map.records import label, percent
from rosc_map.show._choropleth import (
    MAP_WIDTH,
    MOST_ROWS,
    Ground,
    box,
    foot,
    key_height,
    keys_of,
    paint,
    write_key,
)
from rosc_map.show._drawing import BLUE, GRID, LINE, SMALL, WIDTH, Chart, Sheet, drawing, wrapped
from rosc_map.show._layers import STATUS_LOOKS
from rosc_map.show._shares import known
from rosc_map.show._words import STATUSES, made_for

__all__ = ["MOST_ROWS", "layer_picture", "rank_ranges", "reach_bars", "six_type_matrix"]

_NAME_WIDTH, _CELL_HEIGHT = 128.0, 32.0
_IN_CELL = dict(zip(STATUSES, ("yes", "none", "?"), strict=True))
_CELL_WORDS = dict(
    zip(STATUSES, ("yes: there is support of this type", "none: somebody looked and found none",
                   "?: nobody has looked yet, so it is no gap"), strict=True)
)  # fmt: skip
_SAID = dict(zip(STATUSES, ("served", "surveyed without it", "not surveyed"), strict=True))
_BAR_WIDTH, _BAR_HEIGHT = 332.0, 11.0
_RANK_KEY = "Rank 1: fewest for the need. The longer, the less sure.\nEach line holds the true rank with 95 % or more."
_RANK_FROM, _RANK_TO = 24.0, WIDTH - 24.0


def _foot(published: PublishedGaps, note: str, *, with_places: bool = True) -> str:
    return foot(published, note, with_places=with_places, made_for=made_for(published.audience))


def _authorities(number: int) -> str:
    return f"{number:,} {'authority' if number == 1 else 'authorities'}"


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
    keys, ground = keys_of(layer, codes), Ground.of(areas)
    with drawing():
        sheet = Sheet(layer.label, _foot(published, layer.note), ground.height + 20 + key_height(keys))
        ground.draw(sheet, layer)
        write_key(sheet, keys, sheet.top + ground.height + 14)
        said = "; ".join(" ".join(words) for _, words in keys)
        return sheet.finish(f"{_authorities(len(codes))}. {said}.")


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
        width = (MAP_WIDTH - _NAME_WIDTH) / max(1, len(columns))
        for number in range(len(columns)):
            x = 14 + _NAME_WIDTH + width * (number + 0.5)
            sheet.write(x, top - 16, f"{number + 1}", ha="center", size=SMALL)
        for place, (name, *statuses) in enumerate(rows[["name", *columns]].itertuples(index=False, name=None)):
            y = top + _CELL_HEIGHT * place
            sheet.write(14, y + 15, "\n".join(wrapped(name, 19)), size=SMALL, va="center", linespacing=1.0)
            for number, status in enumerate(statuses):
                _status_cell(sheet, 14 + _NAME_WIDTH + width * number, y, width, status)
        write_key(sheet, keys, top + _CELL_HEIGHT * len(rows) + 12)
        said = [f"{words}: {_tally(rows[name])}." for words, name in zip(types, columns, strict=True)]
        return sheet.finish(" ".join([f"Of {_authorities(len(rows))}, by type of support.", *said]))


def _tally(statuses: pd.Series) -> str:
    return ", ".join(f"{int((statuses == code).sum()):,} {words}" for code, words in _SAID.items())


def _status_cell(sheet: Sheet, x: float, y: float, width: float, status: str) -> None:
    look = STATUS_LOOKS[STATUSES.index(status)]
    paint(sheet, box(x + 1, y + 1, width - 2, _CELL_HEIGHT - 2), look)
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
        sheet.add(_patch(14, at, _BAR_WIDTH, facecolor="white", edgecolor=GRID))
        sheet.add(_patch(14, at, _BAR_WIDTH * share, facecolor=BLUE, linewidth=0))


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
        foot_words = _foot(published, " ".join(table.notes), with_places=False)
        sheet = Sheet(table.title, foot_words, sum(LINE * len(words) + 22 for words, _, _ in rows) + 40 + LINE)
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
