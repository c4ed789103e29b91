"""The result of a linkage test (METHODS §1): in short, then each chart with its table, then how it was done."""

from pathlib import Path
from typing import Any

import pandas as pd

from rosc_map.publish.published import require_published
from rosc_map.publish.round_types import PublishedRound
from rosc_map.records import Audience, day
from rosc_map.show import _frame
from rosc_map.show._pictures import refuse_others, write_all
from rosc_map.show._round_tables import figures_table, pair_words, types_table
from rosc_map.show._shares import share_words
from rosc_map.show._words import AUDIENCES, made_for
from rosc_map.show.charts import SIDES, Chart, funnel, heat_map, interval_plot

__all__ = ["round_page", "write_round"]

_PAGE = "result.html"
_INTERVAL, _TYPES, _FUNNEL = "interval.png", "between-types.png", "funnel.png"
_ORIGIN = (
    "This is an Ashford-style linkage test: services drawn at random are asked what they could tell somebody about"
    " other services drawn at random. The idea is published (Ashford, 2018, as the guidance gives it in one sentence);"
    " how it is done here is our own."
)
_NO_LEAGUE_TABLE = (
    "This is no league table, and no mark has a name. Each service answered, or was asked about, in a few questions"
    " only: so few cannot tell one service from another, and chance alone spreads the marks between the dashed lines."
    " The second share in the table is drawn towards the overall share, the more so the fewer the questions were."
)
_OWN_WORDS = "Each in its own words, about its own result. Read it with the figures: it belongs to them."
_READING = {
    _INTERVAL: (
        "A dot is what was found; the thick line is its 95 % interval. A thin line with two ends is what the figure"
        " could be at the least and at the most. A hollow dot has no interval."
    ),
    _TYPES: (
        "The darker a cell, the larger the share of answered questions that found a link. Hatched: too few answers."
        " Dotted: not tested, which is not the same as no link."
    ),
    _FUNNEL: (
        "A mark is a service; a number in it says how many services are at the same place. The straight line is the"
        " overall share; between the dashed lines lie 95 % of services where only chance makes them differ."
    ),
}


def round_page(published: PublishedRound) -> str:
    """Return the result of a round as one HTML page that needs nothing else, and runs nothing.

    Parameters
    ----------
    published
        What the ``publish`` room gave for an audience; the funnel is on the page for ``internal`` alone.

    Raises
    ------
    NotPublished
        When it is handed anything else.
    """
    shown = require_published(published, PublishedRound)
    return _page(shown, _charts(shown))


def write_round(published: PublishedRound, folder: Path) -> list[Path]:
    """Write the page as ``result.html``, and beside it each of its charts as a picture for slides.

    Returns
    -------
    list of Path
        The page, then ``interval.png``, ``between-types.png`` and, for ``internal`` alone, ``funnel.png``; a chart
        with nothing to draw is left out. What is internal can be read by its owner only.

    Raises
    ------
    NotPublished
        When it is handed anything else.
    FileProblem
        When the folder is missing, or holds a picture of another result that would stay beside this one.
    """
    shown = require_published(published, PublishedRound)
    charts = _charts(shown)
    refuse_others(folder, (_INTERVAL, _TYPES, _FUNNEL), charts, "result")
    return write_all(folder, _PAGE, _page(shown, charts), charts, private=shown.audience is Audience.INTERNAL)


def _charts(shown: PublishedRound) -> dict[str, Chart]:
    """Return the charts that there is something to draw in, by the names of their files."""
    of = f"{shown.title}. Ashford-style linkage test {shown.round}, as at {day(shown.as_at)}."
    foot = f"{of} {made_for(shown.audience)} {shown.banner}"
    charts = {}
    if shown.figures[["estimate", "low"]].notna().any(axis=None):
        charts[_INTERVAL] = interval_plot(shown.figures, foot=foot)
    if len(shown.between_types):
        charts[_TYPES] = heat_map(shown.between_types, foot=foot)
    points = _funnel_points(shown)
    if points is not None:
        charts[_FUNNEL] = funnel(points, foot=foot)
    return charts


def _funnel_points(shown: PublishedRound) -> pd.DataFrame | None:
    """Return the points of the funnel that have a share, or None: outside ``internal`` there is no funnel."""
    if shown.audience is not Audience.INTERNAL or shown.funnel is None:
        return None
    points = shown.funnel[shown.funnel["share"].notna()]
    return points if len(points) else None


def _page(shown: PublishedRound, charts: dict[str, Chart]) -> str:
    sections = [
        {
            "heading": "In short",
            "paragraphs": shown.sentences or ("There is no result yet.",),
            "points": shown.notes,
            "lead": True,
        },
        _charted("How many questions found a link", charts, _INTERVAL, figures_table(shown.figures)),
        _charted("Between types of service", charts, _TYPES, types_table(shown.between_types)),
        _charted("How far apart the services are", charts, "", _distance_table(shown.distance)),
    ]
    points = _funnel_points(shown)
    if points is not None:
        table = _funnel_table(points)
        sections.append(_charted("Service by service, unnamed", charts, _FUNNEL, table, _NO_LEAGUE_TABLE))
    if shown.audience is Audience.INTERNAL and shown.replies is not None and len(shown.replies):
        sections.append(_charted("What organisations reply", charts, "", _replies_table(shown.replies), _OWN_WORDS))
    sections.append({"heading": "How it was done", "paragraphs": (_ORIGIN, *shown.method)})
    when = f"{shown.when}. " if shown.when else ""
    empty = {"points": (), "lead": False, "chart": None, "reading": "", "table": None, "beside": False}
    return _frame.page(
        _frame.template("charted.html"),
        styles=(_frame.static("page.css"), _frame.static("charted.css")),
        title=f"Linkage test: round {shown.round}",
        banner=shown.banner,
        made=f"{shown.title}. Ashford-style. {when}As at {day(shown.as_at)}. Made for {AUDIENCES[shown.audience]}.",
        sections=[empty | section for section in sections],
    )


def _charted(
    heading: str, charts: dict[str, Chart], name: str, table: dict[str, Any], words: str = ""
) -> dict[str, Any]:
    chart, there = charts.get(name), bool(table["rows"])
    return {
        "heading": heading,
        "paragraphs": ([words] if words else []) + ([] if there else ["There is nothing to show here yet."]),
        "chart": chart,
        "reading": _READING.get(name, ""),
        "table": table if there else None,
        "beside": chart is not None and len(table["head"]) <= 4,
    }


def _distance_table(distance: pd.DataFrame) -> dict[str, Any]:
    return {
        "caption": "Share that found a link, by the distance between the two services",
        "head": ("Distance", "Share of answered questions"),
        "rows": [(row["band"], pair_words(row)) for row in distance.to_dict("records")],
    }


def _funnel_table(points: pd.DataFrame) -> dict[str, Any]:
    """Return how many services are at each place of the chart: the same marks, still without a name."""
    place = ["side", "questions", "share"]
    same = points.sort_values(place, ascending=[False, True, True]).groupby(place, sort=False)[
        ["shrunken", "low", "high"]
    ]
    places = same.first().assign(services=same.size()).reset_index()
    rows = [
        (
            f"{SIDES.get(row['side'], row['side'])}: {row['questions']} answered",
            share_words(row["share"], None, None),
            row["services"],
            share_words(row["shrunken"], row["low"], row["high"]),
        )
        for row in places.to_dict("records")
    ]
    return {
        "caption": "How many services are at each place in the chart",
        "head": ("Side and questions", "Share found", "Services", "Drawn towards the overall share"),
        "rows": rows,
    }


def _replies_table(replies: pd.DataFrame) -> dict[str, Any]:
    return {
        "caption": "Replies to their own results",
        "head": ("Service, and when", "What they say"),
        "rows": [
            (row["name"] if pd.isna(row["on"]) else f"{row['name']}, {day(row['on'])}", row["reply"])
            for row in replies.to_dict("records")
        ],
    }
