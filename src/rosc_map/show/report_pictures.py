"""The pictures of a board paper: those of the map, of the referral network and of the linkage test, by their keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rosc_map.publish.gaps_types import GapsTable
from rosc_map.publish.report_types import PublishedReport
from rosc_map.records import day
from rosc_map.show import _readings
from rosc_map.show._words import made_for
from rosc_map.show.charts import Chart, heat_map, interval_plot
from rosc_map.show.gaps_charts import MOST_ROWS, layer_picture, six_type_matrix
from rosc_map.show.network_charts import diagram, handoff_chart

__all__ = ["FILES", "Picture", "document_picture", "report_pictures"]

FILES = {
    "provision": "provision.png",
    "reach": "reach.png",
    "need_provision": "need-provision.png",
    "freshness": "freshness.png",
    "handoffs": "handoffs-by-authority.png",
    "six_types": "six-types.png",
    "handoff_chart": "handoffs.png",
    "diagram": "diagram.png",
    "linkage": "interval.png",
    "linkage_types": "between-types.png",
}
"""The files of the pictures, by their keys; the same picture has the same name beside every page."""

_MATRIX_PICTURE = "six_types"
_MATRIX = "six-types"  # the key of the table that the matrix is drawn from


@dataclass(frozen=True)
class Picture:
    """A picture, and how to read it."""

    chart: Chart
    reading: str


def report_pictures(shown: PublishedReport) -> dict[str, Picture]:
    """Draw the pictures that the parts of a paper ask for, and the map of its summary.

    Parameters
    ----------
    shown
        The paper.

    Returns
    -------
    dict
        The pictures by their keys. One with nothing to draw is left out.
    """
    summary = ("provision",) if shown.kind == "board" else ()
    wanted = dict.fromkeys((*summary, *(key for part in shown.parts for key in part.pictures)))
    drawn = {key: _picture(shown, key) for key in wanted}
    return {key: picture for key, picture in drawn.items() if picture is not None}


def document_picture(pictures: Mapping[str, Picture]) -> Picture | None:
    """Return the picture that a document has, the first; the matrix of the six types is a table there."""
    key = next(iter(pictures), _MATRIX_PICTURE)
    return None if key == _MATRIX_PICTURE else pictures[key]


def _picture(shown: PublishedReport, key: str) -> Picture | None:
    if key == _MATRIX_PICTURE:
        return _six_types(shown)
    if key in ("handoff_chart", "diagram"):
        return _of_network(shown, key)
    if key in ("linkage", "linkage_types"):
        return _of_round(shown, key)
    layer = next((layer for layer in (*shown.gaps.layers, *shown.layers) if layer.key == key), None)
    if layer is None or len(shown.gaps.published.areas) <= 1:  # of one authority there is nothing to compare
        return None
    return Picture(layer_picture(shown.gaps, layer), layer.note)


def _six_types(shown: PublishedReport) -> Picture | None:
    table = next((table for table in _tables(shown) if table.key == _MATRIX), None)
    if table is None or not 0 < len(table.table) <= MOST_ROWS:
        return None
    return Picture(six_type_matrix(shown.gaps, table), _readings.SIX_TYPES)


def _tables(shown: PublishedReport) -> Iterator[GapsTable]:
    """Give the tables of the gap analysis, whole: those of a paper may be shorter."""
    for part in shown.gaps.parts:
        yield from part.tables


def _of_network(shown: PublishedReport, key: str) -> Picture | None:
    network = shown.network
    foot = f"{shown.title}. Who refers to whom, as at {day(shown.as_at)}. {made_for(shown.audience)} {shown.banner}"
    # With no link recorded the chart would say "none" of everything, where nothing is known.
    if key == "handoff_chart" and len(network.handoffs) and len(network.links):
        return Picture(handoff_chart(network.handoffs, foot=foot), _readings.HANDOFFS)
    if key == "diagram" and len(network.positions):
        chart = diagram(network.positions, network.links, foot=foot)
        return Picture(chart, _readings.diagram_reading(len(network.positions)))
    return None


def _of_round(shown: PublishedReport, key: str) -> Picture | None:
    found = shown.round
    if found is None:
        return None
    of = f"{shown.title}. Ashford-style linkage test {found.round}, as at {day(shown.as_at)}."
    foot = f"{of} {made_for(shown.audience)} {shown.banner}"
    if key == "linkage" and found.figures[["estimate", "low"]].notna().any(axis=None):
        return Picture(interval_plot(found.figures, foot=foot), _readings.INTERVALS)
    if key == "linkage_types" and len(found.between_types):
        return Picture(heat_map(found.between_types, foot=foot), _readings.BETWEEN_TYPES)
    return None
