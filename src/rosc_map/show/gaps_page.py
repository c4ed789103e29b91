"""The gap analysis (METHODS §3): what is missing, and where, and what nobody has looked for; one plain page.

It names its parts first, since they are many. What is not known has a box of its own in each part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rosc_map.publish.gaps_types import GapsPart, GapsTable, PublishedGaps
from rosc_map.publish.published import require_published
from rosc_map.records import Audience, day
from rosc_map.show import _frame
from rosc_map.show._gaps_tables import table_in_words
from rosc_map.show._network_tables import Table
from rosc_map.show._pictures import refuse_others, write_all
from rosc_map.show._words import AUDIENCES
from rosc_map.show.charts import Chart
from rosc_map.show.gaps_charts import MOST_ROWS, layer_picture, rank_ranges, reach_bars, six_type_matrix

__all__ = ["gaps_page", "write_gaps_page"]

_PAGE = "gap-analysis.html"
_FOLDED_FROM = 31  # rows: who reads on should not have to pass by them all
_MOST_ROWS = 1_000  # of a table on the page: more would not open on a telephone, and is in the tables beside it
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
    "six-types": "A row is an authority, a column a type. “?” means that nobody has looked yet: it is no gap.",
    "reach-overall": "The whole width is all of them. What is not known has no bar.",
    "priority": "A line is where the rank of an authority lies. Where lines overlap, the order is not known.",
}


@dataclass(frozen=True)
class _Exhibit:
    """A picture, a table, or both side by side."""

    number: int
    chart: Chart | None = None
    reading: str = ""
    table: Table | None = None
    notes: Sequence[str] = ()

    @property
    def folded(self) -> bool:
        return self.table is not None and len(self.table.rows) >= _FOLDED_FROM

    @property
    def beside(self) -> bool:
        return self.chart is not None and self.table is not None and not self.folded


@dataclass(frozen=True)
class _Section:
    """One part of the page, as ``gaps.html`` shows it; what ``charted.html`` calls its chart is an exhibit."""

    heading: str
    paragraphs: Sequence[str] = ()
    points: Sequence[str] = ()
    lead: bool = False
    unknown: Sequence[str] = ()
    contents: Sequence[tuple[int, str]] = ()
    exhibits: Sequence[_Exhibit] = ()
    chart: None = None
    beside: bool = False


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
    sections = [*_parts(shown, charts), _Section("How it was worked out", shown.method)]
    sections += [_Section("Notes", points=shown.notes), _Section("Where the data is from", points=_licences(shown))]
    said = [section for section in sections if section.paragraphs or section.points or section.exhibits]
    # The first section is this one, so the others are numbered from two.
    contents = [(number, section.heading) for number, section in enumerate(said, start=2)]
    headline, others = shown.in_short[:1], shown.in_short[1:]
    first = _Section("In short", headline, others, lead=True, contents=contents)
    return _frame.page(
        _frame.template("gaps.html"),
        styles=tuple(map(_frame.static, ("page.css", "charted.css", "network.css", "gaps.css"))),
        title=f"What is there, and what is missing: {shown.title}",
        banner=shown.banner,
        made=f"As at {day(shown.as_at)}. Made for {AUDIENCES[shown.audience]}.",
        sections=[first, *said],
    )


def _licences(shown: PublishedGaps) -> tuple[str, ...]:
    """Return where the data is from, each once: the map's boundaries too."""
    return tuple(dict.fromkeys((*shown.licences, *shown.published.licences)))


def _parts(shown: PublishedGaps, charts: Mapping[str, Chart]) -> list[_Section]:
    notes = {layer.key: layer.note for layer in shown.layers}
    sections, number = [], 0
    for part in shown.parts:
        exhibits = _exhibits(part, charts, notes, number)
        number += len(exhibits)
        sections.append(_Section(part.heading, part.sentences, unknown=part.cautions, exhibits=exhibits))
    return sections


def _exhibits(part: GapsPart, charts: Mapping[str, Chart], notes: Mapping[str, str], before: int) -> list[_Exhibit]:
    """Return the pictures and tables of a part, numbered on from those before; its map comes first."""
    key, file = _LAYERS.get(part.key, ("", ""))
    found: list[_Exhibit] = []
    if file in charts:
        found.append(_Exhibit(before + 1, charts[file], notes[key]))
    for table in part.tables:
        found.append(
            _Exhibit(
                before + len(found) + 1,
                charts.get(_TABLES.get(table.key, "")),
                _READINGS.get(table.key, ""),
                table_in_words(table, _MOST_ROWS),
                table.notes,
            )
        )
    return found
