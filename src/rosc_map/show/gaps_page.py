"""The gap analysis (METHODS §3): what is missing, and where, and what nobody has looked for; one plain page.

It names its parts first, since they are many. What is not known has a box of its own in each part.
"""

from collections.abc import Mapping
from pathlib import Path

from rosc_map.publish.gaps_types import GapsPart, GapsTable, PublishedGaps
from rosc_map.publish.published import require_published
from rosc_map.records import Audience, day
from rosc_map.show import _readings, _sections
from rosc_map.show._gaps_tables import table_in_words
from rosc_map.show._pictures import refuse_others, write_all
from rosc_map.show._sections import Exhibit, Section, sections_page
from rosc_map.show._words import AUDIENCES
from rosc_map.show.charts import Chart
from rosc_map.show.gaps_charts import MOST_ROWS, layer_picture, rank_ranges, reach_bars, six_type_matrix

__all__ = ["gaps_page", "write_gaps_page"]

_PAGE = "gap-analysis.html"
# The layers of the map that are pictures too: their files, by the part that they belong to.
_LAYERS = {
    "provision": ("provision", "provision.png"),
    "reach": ("reach", "reach.png"),
    "need": ("need_provision", "need-provision.png"),
    "freshness": ("freshness", "freshness.png"),
}
# The tables that are pictures too: their files, by the key of the table.
_TABLES = {"six-types": "six-types.png", "reach-overall": "reach-shares.png", "priority": "rank-ranges.png"}
_PICTURES = (*(file for _, file in _LAYERS.values()), *_TABLES.values())
_READINGS = {
    "six-types": _readings.SIX_TYPES,
    "reach-overall": _readings.REACH_SHARES,
    "priority": _readings.RANKS,
}


def gaps_page(published: PublishedGaps) -> str:
    """Return the gap analysis as one HTML page that needs nothing else, and runs nothing.

    Parameters
    ----------
    published
        What the ``publish`` room gave for an audience.

    Raises
    ------
    NotPublished
        When it is handed anything else.
    """
    shown = require_published(published, PublishedGaps)
    return _page(shown, _charts(shown))


def write_gaps_page(published: PublishedGaps, folder: Path) -> list[Path]:
    """Write the page as ``gap-analysis.html``, and beside it its pictures for slides.

    Returns
    -------
    list of Path
        The page, then its pictures: ``provision.png``, ``reach.png``, ``need-provision.png``, ``freshness.png``,
        ``six-types.png``, ``reach-shares.png`` and ``rank-ranges.png``; one with nothing to draw is left out. What is
        internal can be read by its owner only.

    Raises
    ------
    NotPublished
        When it is handed anything else.
    FileProblem
        When the folder is missing, or holds a picture of another gap analysis that would stay beside this one.
    """
    shown = require_published(published, PublishedGaps)
    charts = _charts(shown)
    refuse_others(folder, _PICTURES, charts, "gap analysis")
    return write_all(folder, _PAGE, _page(shown, charts), charts, private=shown.audience is Audience.INTERNAL)


def _charts(shown: PublishedGaps) -> dict[str, Chart]:
    """Return the charts that there is something to draw in, by the names of their files."""
    layers = {layer.key: layer for layer in shown.layers}
    charts = {}
    for part in shown.parts:
        key, file = _LAYERS.get(part.key, ("", ""))
        if key in layers and len(shown.published.areas):
            charts[file] = layer_picture(shown, layers[key])
        for table in part.tables:
            chart = _table_chart(shown, table)
            if chart is not None:
                charts[_TABLES[table.key]] = chart
    return charts


def _table_chart(shown: PublishedGaps, table: GapsTable) -> Chart | None:
    """Return the picture of a table; None for one that has none, holds nothing, or has too many rows to tell apart."""
    if table.key == "six-types" and 0 < len(table.table) <= MOST_ROWS:
        return six_type_matrix(shown, table)
    if table.key == "reach-overall" and len(table.table):
        return reach_bars(shown, table)
    if table.key == "priority" and table.table["rank_low"].notna().any():
        return rank_ranges(shown, table)
    return None


def _page(shown: PublishedGaps, charts: Mapping[str, Chart]) -> str:
    sections = [
        Section("In short", shown.in_short[:1], shown.in_short[1:], lead=True, contents=True),
        *_parts(shown, charts),
        Section("How it was worked out", shown.method),
        Section("Notes", points=shown.notes),
        Section("Where the data is from", points=_licences(shown)),
    ]
    return sections_page(
        sections,
        title=f"What is there, and what is missing: {shown.title}",
        banner=shown.banner,
        made=f"As at {day(shown.as_at)}. Made for {AUDIENCES[shown.audience]}.",
    )


def _licences(shown: PublishedGaps) -> tuple[str, ...]:
    """Return where the data is from, each once: the map's boundaries too."""
    return tuple(dict.fromkeys((*shown.licences, *shown.published.licences)))


def _parts(shown: PublishedGaps, charts: Mapping[str, Chart]) -> list[Section]:
    notes = {layer.key: layer.note for layer in shown.layers}
    return [
        Section(part.heading, part.sentences, unknown=part.cautions, exhibits=_exhibits(part, charts, notes))
        for part in shown.parts
    ]


def _exhibits(part: GapsPart, charts: Mapping[str, Chart], notes: Mapping[str, str]) -> list[Exhibit]:
    """Return the pictures and tables of a part; its map comes first."""
    key, file = _LAYERS.get(part.key, ("", ""))
    first = [Exhibit(charts[file], notes[key])] if file in charts else []
    return first + [_of_table(table, charts) for table in part.tables]


def _of_table(table: GapsTable, charts: Mapping[str, Chart]) -> Exhibit:
    chart = charts.get(_TABLES.get(table.key, ""))
    return Exhibit(chart, _READINGS.get(table.key, ""), table_in_words(table, _sections.MOST_ROWS), table.notes)
