"""The referral network (METHODS §2): the introductions to make first, then what can be reached, then all the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rosc_map.publish.network_types import PublishedNetwork
from rosc_map.publish.published import require_published
from rosc_map.records import Audience, day
from rosc_map.show import _frame
from rosc_map.show import _network_tables as tables
from rosc_map.show._network_tables import Table
from rosc_map.show._pictures import refuse_others, write_all
from rosc_map.show._words import AUDIENCES
from rosc_map.show.charts import Chart
from rosc_map.show.network_charts import NUMBERED, diagram, handoff_chart

__all__ = ["network_page", "write_network"]

_PAGE, _HANDOFFS, _DIAGRAM = "network.html", "handoffs.png", "diagram.png"
_FOLDED_FROM = 31  # rows: who reads on should not have to pass by them all
_MOST_ROWS = 1_000  # of a table on the page: more would not open on a telephone, and is in the tables beside it
_INTRODUCTIONS = (
    "Each of these is the link, not recorded so far, that would bring the most types of support within two handoffs of"
    " the most services, once those before it in the list are made."
)
_ASK_FIRST = "A link may be there already, and only not be recorded: ask both first."
_NO_INTRODUCTIONS = (
    "There is none to name: among the services on this page, no link that is still to be made would bring two of them"
    " within two handoffs of each other."
)
_NOT_FOR_EVERYBODY = (
    "Introductions name single organisations: they are on the partnership's own page, and not on this one."
)
_REACH_READING = (
    "Of each type the upper bar is how many services can hand somebody on to it in one handoff, and the lower one"
    " within two; the whole width is all of them. The rest has no recorded way: some of it may only be unknown."
)
_DIAGRAM_READING = (
    "A mark is a service; its shape and colour are those of its type. A line is a recorded link; its arrowhead points"
    " to whom people are referred. Where there is no line there is no link, or nobody has asked. Where a mark stands"
    " says nothing about the service."
)
_WITHOUT_NUMBERS = f" There are more than {NUMBERED} services, so the marks have no numbers."
_NO_TREATMENT = "No treatment service is recorded here, so nothing can be said about what they reach."
_NO_PAIRS = "No treatment service and peer-led initiative of the same authority are recorded here."
_NO_SINGLE_POINTS = (
    "As far as links are recorded, no service here is another's only way to the types of support looked at."
)
_NO_DISAGREEMENTS = "Nothing on this page says of the same link that it is there and that it is not."
_NO_LINKS = "There is no link to show yet."
_PATHWAYS = "These counts do not say which initiative, so they are in none of the links on this page."
_NO_RANKING = (
    "This is no ranking: the services stand by name. A large share says that many ways lead through a service, not that"
    " it does well or badly."
)


@dataclass(frozen=True)
class _Part:
    """One part of the page, as ``network.html`` shows it."""

    heading: str
    paragraphs: Sequence[str] = ()
    points: Sequence[str] = ()
    lead: bool = False
    unknown: Sequence[str] = ()
    cards: Sequence[Mapping[Any, Any]] = ()
    chart: Chart | None = None
    reading: str = ""
    table: Table | None = None

    @property
    def shortened(self) -> Table | None:
        """The table, no longer than a page can be."""
        if self.table is None or len(self.table.rows) <= _MOST_ROWS:
            return self.table
        rows = f"the first {_MOST_ROWS:,} of {len(self.table.rows):,} rows; all are in the tables beside this page"
        return replace(self.table, caption=f"{self.table.caption}: {rows}", rows=self.table.rows[:_MOST_ROWS])

    @property
    def folded(self) -> bool:
        return self.table is not None and len(self.table.rows) >= _FOLDED_FROM

    @property
    def beside(self) -> bool:
        return self.chart is not None and self.table is not None and not self.folded


def network_page(published: PublishedNetwork) -> str:
    """Return the referral network as one HTML page that needs nothing else, and runs nothing.

    Parameters
    ----------
    published
        What the ``publish`` room gave for an audience.

    Raises
    ------
    NotPublished
        When it is handed anything else.
    """
    shown = require_published(published, PublishedNetwork)
    return _page(shown, _charts(shown))


def write_network(published: PublishedNetwork, folder: Path) -> list[Path]:
    """Write the page as ``network.html``, and beside it its pictures for slides.

    Returns
    -------
    list of Path
        The page, then ``handoffs.png`` and ``diagram.png``; a picture with nothing to draw is left out. What is
        internal can be read by its owner only.

    Raises
    ------
    NotPublished
        When it is handed anything else.
    FileProblem
        When the folder is missing, or holds a picture of another network that would stay beside this one.
    """
    shown = require_published(published, PublishedNetwork)
    charts = _charts(shown)
    refuse_others(folder, (_HANDOFFS, _DIAGRAM), charts, "network")
    return write_all(folder, _PAGE, _page(shown, charts), charts, private=shown.audience is Audience.INTERNAL)


def _charts(shown: PublishedNetwork) -> dict[str, Chart]:
    """Return the charts that there is something to draw in, by the names of their files."""
    foot = f"{shown.title}. Who refers to whom, as at {day(shown.as_at)}. {shown.banner}"
    charts = {}
    if len(shown.handoffs):
        charts[_HANDOFFS] = handoff_chart(shown.handoffs, foot=foot)
    if len(shown.positions):
        charts[_DIAGRAM] = diagram(shown.positions, shown.links, foot=foot)
    return charts


def _page(shown: PublishedNetwork, charts: dict[str, Chart]) -> str:
    parts = [
        _Part("In short", shown.sentences or ("There is no network yet.",), lead=True, unknown=shown.cautions),
        _introductions(shown),
        _reach(shown, charts.get(_HANDOFFS)),
        *_findings(shown),
        *_pathways(shown),
        _picture(shown, charts.get(_DIAGRAM)),
        *_links(shown),
        *_between(shown),
        _Part("How it was worked out", shown.method),
        _Part("Notes", points=shown.notes),
        _Part("Where the data is from", points=shown.licences),
    ]
    evidence = f" Evidence: {', '.join(shown.evidence).lower()}." if shown.evidence else ""
    return _frame.page(
        _frame.template("network.html"),
        styles=tuple(map(_frame.static, ("page.css", "charted.css", "network.css"))),
        title="Who refers to whom",
        banner=shown.banner,
        made=f"{shown.title}. As at {day(shown.as_at)}.{evidence} Made for {AUDIENCES[shown.audience]}.",
        sections=[
            replace(part, table=part.shortened) for part in parts if part.paragraphs or part.points or part.table
        ],
    )


def _finding(shown: PublishedNetwork, part: str, heading: str, table: Table, none: str = "") -> list[_Part]:
    """Return a part that begins with its meaning, or none where it would be its meaning and nothing else.

    ``none`` says that there is nothing, where who does not find the part would take it for not looked at. Outside the
    partnership the table is empty because it tells of single organisations, so there that would not be true.
    """
    said = tuple(shown.said.get(part, ()))
    if table.rows:
        return [_Part(heading, said, table=table)]
    if none and shown.audience is not Audience.PUBLIC:
        return [_Part(heading, said if len(said) > 1 else (*said, none))]
    return [_Part(heading, said)] if len(said) > 1 else []


def _introductions(shown: PublishedNetwork) -> _Part:
    heading = "Introductions to make"
    if len(shown.introductions):
        return _Part(heading, (_INTRODUCTIONS, _ASK_FIRST), cards=shown.introductions.to_dict("records"))
    return _Part(heading, (_NOT_FOR_EVERYBODY if shown.audience is Audience.PUBLIC else _NO_INTRODUCTIONS,))


def _reach(shown: PublishedNetwork, chart: Chart | None) -> _Part:
    heading, said = "What can be reached", tuple(shown.said.get("handoffs", ()))
    if chart is None:
        return _Part(heading, (*said, "There is nothing to show here yet."))
    return _Part(heading, said, chart=chart, reading=_REACH_READING, table=tables.handoffs(shown))


def _findings(shown: PublishedNetwork) -> list[_Part]:
    return [
        *_finding(shown, "treatment", "What treatment services cannot reach", tables.treatment(shown), _NO_TREATMENT),
        *_finding(shown, "two_way", "Both ways between treatment and peer-led", tables.two_way(shown), _NO_PAIRS),
        *_finding(shown, "single_points", "If one closed", tables.single_points(shown), _NO_SINGLE_POINTS),
        *_finding(shown, "disagreements", "Worth a conversation", tables.disagreements(shown), _NO_DISAGREEMENTS),
        *_finding(shown, "groups", "Groups that are linked more with each other", tables.groups(shown)),
        *_finding(shown, "mixing", "Type by type", tables.mixing(shown)),
        *_finding(shown, "counted", "Referrals counted", tables.counts(shown)),
    ]


def _pathways(shown: PublishedNetwork) -> list[_Part]:
    if not len(shown.pathways):
        return []
    heading = "Referrals counted, without the name of the initiative"
    return [_Part(heading, (_PATHWAYS,), table=tables.pathways(shown))]


def _picture(shown: PublishedNetwork, chart: Chart | None) -> _Part:
    said = tuple(shown.said.get("size", ()))
    if chart is None:
        return _Part("The network as a whole", said)
    reading = _DIAGRAM_READING + (_WITHOUT_NUMBERS if len(shown.positions) > NUMBERED else "")
    said = said or ("All services, and all recorded links.",)
    return _Part("The network in one picture", said, chart=chart, reading=reading, table=tables.services(shown))


def _links(shown: PublishedNetwork) -> list[_Part]:
    known = tuple(shown.said.get("known", ()))
    layers = tables.layers(shown) if len(shown.layers) else None
    return [
        _Part("All links", table=tables.links(shown)) if len(shown.links) else _Part("All links", (_NO_LINKS,)),
        _Part("Layers of evidence, and how much is known", known, table=layers),
    ]


def _between(shown: PublishedNetwork) -> list[_Part]:
    """Return how often each service lies between others: for the coordinators alone, whoever hands it in."""
    if shown.audience is not Audience.INTERNAL or not len(shown.between):
        return []
    said = (*shown.said.get("between", ()), _NO_RANKING)
    return [_Part("How often a service lies between others", said, table=tables.between(shown))]
