"""The referral network (METHODS §2): the introductions to make first, then what can be reached, then all the rest."""

from pathlib import Path

from rosc_map.publish.network_types import PublishedNetwork
from rosc_map.publish.published import require_published
from rosc_map.records import Audience, day
from rosc_map.show import _network_tables as tables
from rosc_map.show import _readings
from rosc_map.show._network_tables import Table
from rosc_map.show._pictures import refuse_others, write_all
from rosc_map.show._sections import Exhibit, Section, sections_page
from rosc_map.show._words import AUDIENCES, made_for
from rosc_map.show.charts import Chart
from rosc_map.show.network_charts import diagram, handoff_chart

__all__ = ["network_page", "write_network"]

_PAGE, _HANDOFFS, _DIAGRAM = "network.html", "handoffs.png", "diagram.png"
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
    foot = f"{shown.title}. Who refers to whom, as at {day(shown.as_at)}. {made_for(shown.audience)} {shown.banner}"
    charts = {}
    if len(shown.handoffs):
        charts[_HANDOFFS] = handoff_chart(shown.handoffs, foot=foot)
    if len(shown.positions):
        charts[_DIAGRAM] = diagram(shown.positions, shown.links, foot=foot)
    return charts


def _page(shown: PublishedNetwork, charts: dict[str, Chart]) -> str:
    parts = [
        Section("In short", shown.sentences or ("There is no network yet.",), lead=True, unknown=shown.cautions),
        _introductions(shown),
        _reach(shown, charts.get(_HANDOFFS)),
        *_findings(shown),
        *_pathways(shown),
        _picture(shown, charts.get(_DIAGRAM)),
        *_links(shown),
        *_between(shown),
        Section("How it was worked out", shown.method),
        Section("Notes", points=shown.notes),
        Section("Where the data is from", points=shown.licences),
    ]
    evidence = f" Evidence: {', '.join(shown.evidence).lower()}." if shown.evidence else ""
    return sections_page(
        parts,
        title="Who refers to whom",
        banner=shown.banner,
        made=f"{shown.title}. As at {day(shown.as_at)}.{evidence} Made for {AUDIENCES[shown.audience]}.",
    )


def _finding(shown: PublishedNetwork, part: str, heading: str, table: Table, none: str = "") -> list[Section]:
    """Return a part that begins with its meaning, or none where it would be its meaning and nothing else.

    ``none`` says that there is nothing, where who does not find the part would take it for not looked at. Outside the
    partnership the table is empty because it tells of single organisations, so there that would not be true.
    """
    said = tuple(shown.said.get(part, ()))
    if table.rows:
        return [Section(heading, said, exhibits=[Exhibit(table=table)])]
    if none and shown.audience is not Audience.PUBLIC:
        return [Section(heading, said if len(said) > 1 else (*said, none))]
    return [Section(heading, said)] if len(said) > 1 else []


def _introductions(shown: PublishedNetwork) -> Section:
    heading = "Introductions to make"
    if len(shown.introductions):
        return Section(heading, (_INTRODUCTIONS, _ASK_FIRST), cards=shown.introductions.to_dict("records"))
    return Section(heading, (_NOT_FOR_EVERYBODY if shown.audience is Audience.PUBLIC else _NO_INTRODUCTIONS,))


def _reach(shown: PublishedNetwork, chart: Chart | None) -> Section:
    heading, said = "What can be reached", tuple(shown.said.get("handoffs", ()))
    if chart is None:
        return Section(heading, (*said, "There is nothing to show here yet."))
    return Section(heading, said, exhibits=[Exhibit(chart, _readings.HANDOFFS, tables.handoffs(shown))])


def _findings(shown: PublishedNetwork) -> list[Section]:
    return [
        *_finding(shown, "treatment", "What treatment services cannot reach", tables.treatment(shown), _NO_TREATMENT),
        *_finding(shown, "two_way", "Both ways between treatment and peer-led", tables.two_way(shown), _NO_PAIRS),
        *_finding(shown, "single_points", "If one closed", tables.single_points(shown), _NO_SINGLE_POINTS),
        *_finding(shown, "disagreements", "Worth a conversation", tables.disagreements(shown), _NO_DISAGREEMENTS),
        *_finding(shown, "groups", "Groups that are linked more with each other", tables.groups(shown)),
        *_finding(shown, "mixing", "Type by type", tables.mixing(shown)),
        *_finding(shown, "counted", "Referrals counted", tables.counts(shown)),
    ]


def _pathways(shown: PublishedNetwork) -> list[Section]:
    if not len(shown.pathways):
        return []
    heading = "Referrals counted, without the name of the initiative"
    return [Section(heading, (_PATHWAYS,), exhibits=[Exhibit(table=tables.pathways(shown))])]


def _picture(shown: PublishedNetwork, chart: Chart | None) -> Section:
    said = tuple(shown.said.get("size", ()))
    if chart is None:
        return Section("The network as a whole", said)
    picture = Exhibit(chart, _readings.diagram_reading(len(shown.positions)), tables.services(shown))
    said = said or ("All services, and all recorded links.",)
    return Section("The network in one picture", said, exhibits=[picture])


def _links(shown: PublishedNetwork) -> list[Section]:
    known = tuple(shown.said.get("known", ()))
    links = [Exhibit(table=tables.links(shown))] if len(shown.links) else []
    layers = [Exhibit(table=tables.layers(shown))] if len(shown.layers) else []
    return [
        Section("All links", () if links else (_NO_LINKS,), exhibits=links),
        Section("Layers of evidence, and how much is known", known, exhibits=layers),
    ]


def _between(shown: PublishedNetwork) -> list[Section]:
    """Return how often each service lies between others: for the coordinators alone, whoever hands it in."""
    if shown.audience is not Audience.INTERNAL or not len(shown.between):
        return []
    said = (*shown.said.get("between", ()), _NO_RANKING)
    return [Section("How often a service lies between others", said, exhibits=[Exhibit(table=tables.between(shown))])]
