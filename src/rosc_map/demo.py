"""The demo: the main job, end to end, on the two bundled examples, with an index page that leads to all it made."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import rosc_map
from rosc_map import examples, show
from rosc_map.errors import FileProblem
from rosc_map.exchange import write_table
from rosc_map.partnership import Partnership
from rosc_map.publish import (
    Published,
    PublishedGaps,
    PublishedNetwork,
    area_names_table,
    publish_map,
    publish_report,
)
from rosc_map.records import Audience
from rosc_map.whole_file import write_atomic

__all__ = ["DemoMade", "run_demo"]

_SOURCES, _TARGETS, _SEED = 20, 5, 2026
_DRAWN, _GIVEN = dt.timedelta(days=49), dt.timedelta(days=15)
_REPLY_TO = "01632 960999 or linkage@example.org"
_CRISIS_CAFE = "Example Evening Crisis Café, Epsom"
Link = tuple[str, str, str]


@dataclass(frozen=True)
class DemoMade:
    """What the demo made: its index page, how many files, and what it found, in words."""

    index: Path
    files: int
    sentences: tuple[str, ...]


def run_demo(out: Path) -> DemoMade:
    """Run the main job on both examples and write pages, maps and tables.

    Parameters
    ----------
    out
        A folder; it is made if it is not there. Files of an earlier demo in it are replaced.

    Raises
    ------
    FileProblem
        When the folder cannot be written to.
    """
    england, surrey = out / "england", out / "made-up-surrey"
    try:
        for folder in (england / Audience.INTERNAL.value, *(surrey / audience.value for audience in Audience)):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileProblem(f"{out} cannot be made ({error.strerror}). Choose another folder with --out.") from error
    first, first_links = _england(england)
    second, sections = _made_up(surrey)
    index = show.index_page(
        "rosc-map: the demo",
        "",
        (
            show.Section(
                "1. LERO gaps on a map of England (real public pages)",
                (first, examples.BANNER),
                links=_under("england", first_links),
            ),
            show.Section("2. A local partnership (made up)", (*second, examples.BANNER_MADE_UP)),
            *(
                show.Section(heading, (), links=_under(f"made-up-surrey/{folder}", links))
                for heading, folder, links in sections
            ),
        ),
    )
    path = write_atomic(out / "index.html", index.encode("utf-8"))
    files = sum(1 for file in out.rglob("*") if file.is_file())
    return DemoMade(path, files, (f"England: {first}", *(f"Made-up Surrey: {line}" for line in second)))


def _under(folder: str, links: list[Link]) -> tuple[Link, ...]:
    return tuple((label, f"{folder}/{href}", what) for label, href, what in links)


def _fresh(path: Path, area: str, title: str, banner: str) -> Partnership:
    path.unlink(missing_ok=True)
    return rosc_map.new(path, [area], title=title, banner=banner)


def _write_page(path: Path, published: Published | None, title: str, banner: str, *sections: show.Section) -> None:
    page = show.results_page(published, title=title, banner=banner, sections=sections)
    write_atomic(path, page.encode("utf-8"))


def _england(folder: Path) -> tuple[str, list[Link]]:
    """Real organisations from public pages, over the upper-tier authorities of England."""
    assets, report = examples.public_page_assets("England")
    internal = folder / Audience.INTERNAL.value
    partnership = _fresh(internal / "england.gpkg", "England", "LEROs on public pages", examples.BANNER)
    source = internal / "leros-as-imported.csv"
    assets.to_csv(source, index=False)
    partnership.import_(source)
    found = partnership.gaps()
    partnership.write_gaps(found, folder / "gaps")
    layers = publish_map(partnership.snapshot(), found)
    for name in ("map.html", "map.png"):
        partnership.write_map(layers, folder / name)
    partnership.export(folder / "assets.csv")
    partnership.export(folder / "assets.geojson")
    names = area_names_table(report, examples.BANNER)
    write_table(names, folder / "area-names.csv")
    unmatched = report[report["matched_code"] == ""].drop(columns=["matched_code", "matched_name"])
    _write_page(
        folder / "area-names.html",
        None,
        "Area names on the pages, and the authorities they mean",
        examples.BANNER,
        show.Section(
            "Not matched, and not guessed",
            (f"{len(unmatched)} of {len(report)} area names.",),
            area_names_table(unmatched, examples.BANNER),
        ),
        show.Section("All area names", (), names),
    )
    return found.sentence, [
        (
            "Map of England",
            "map.html",
            "who serves which authority; every authority the list does not name is not surveyed",
        ),
        (
            "Gap analysis",
            "gaps/gap-analysis.html",
            "the 153 upper-tier authorities in words, tables and pictures (workbook and QGIS layer beside it)",
        ),
        ("Area names", "area-names.html", "how the names on the pages were matched to authorities, and which were not"),
        ("Assets", "assets.csv", "the organisations that publish themselves (also assets.geojson)"),
        ("For coordinators only: partnership file", "internal/england.gpkg", "the whole list, for QGIS"),
    ]


def _made_up(folder: Path) -> tuple[list[str], list[tuple[str, str, list[Link]]]]:
    """Run a made-up partnership: recorded, surveyed, linked, tested, mapped, for each audience."""
    internal = folder / Audience.INTERNAL.value
    title = "Example Surrey recovery partnership (made up)"
    partnership = _fresh(internal / "surrey.gpkg", examples.FOOTPRINT, title, examples.BANNER_MADE_UP)
    partnership.import_(examples.assets_path())
    partnership.import_(examples.referrals_path(), "referrals")
    partnership.import_(examples.lists_path(), "lists")
    partnership.import_(examples.counts_path(), "referrals", from_format="counts", mapping=examples.mapping_path())
    partnership.import_(examples.surveys_path(), "surveys")
    for record, path in examples.others_paths().items():
        partnership.import_(path, record)
    _linkage_round(internal)
    # What is missing and who refers to whom is worked out once for each audience; maps and papers tell of the same.
    held = partnership.snapshot()
    gaps = {audience: partnership.gaps(audience, tier="local") for audience in Audience}
    networks = {audience: partnership.network(audience) for audience in Audience}
    for audience, found in gaps.items():
        partnership.write_gaps(found, folder / audience.value / "gaps")
        partnership.write_map(publish_map(held, found), folder / audience.value / "map.html")
        partnership.write_network(networks[audience], folder / audience.value / "network")
        partnership.export(folder / audience.value / "assets.csv", audience=audience)
    partnership.export(folder / Audience.PUBLIC.value / "assets.geojson")
    linkage = _linkage_pages(partnership, folder)
    _papers(partnership, folder, gaps, networks)
    _exports(partnership, folder)
    return [gaps[Audience.INTERNAL].sentence, linkage, networks[Audience.PARTNERS].sentences[0]], [
        (
            "For everybody",
            "public",
            [
                ("Map of the partnership", "map.html", "its assets and their links, over the local authorities"),
                ("Board paper for everybody", "paper/board-paper.html", "the guidance's five questions, without money"),
                (
                    "Gap analysis",
                    "gaps/gap-analysis.html",
                    "what is there, how far it is, and what nobody has looked for (workbook and tables are beside it)",
                ),
                (
                    "Linkage test",
                    "linkage/result.html",
                    "whether services can tell a caller about each other (its charts are beside it, for slides)",
                ),
                ("Referral network", "network/network.html", "how well the area is connected, without single services"),
                ("Assets", "assets.csv", "what may be shown to everybody (also assets.geojson)"),
                ("For QGIS", "assets.gpkg", "the same with its symbols: drag it in"),
                ("For council directories", "open-referral/README.txt", "Open Referral UK, as a folder of pages"),
            ],
        ),
        (
            "For partners",
            "partners",
            [
                (
                    "Board paper",
                    "paper/board-paper.html",
                    "the guidance's five questions, to print; and two pages to edit (board-paper.docx)",
                ),
                ("One page: are the links real?", "linkage-page/linkage.html", "to print on one side (also .docx)"),
                ("One page: what is there?", "coverage-page/coverage.html", "with what ends within 12 months"),
                (
                    "Referral network",
                    "network/network.html",
                    "who refers to whom, and three introductions to make (tables and pictures are beside it)",
                ),
                (
                    "Gap analysis",
                    "gaps/gap-analysis.html",
                    "with commissioning, spend, seats, views side by side, and support wanted and offered",
                ),
                ("Map for partners", "map.html", "with those who have not been asked yet"),
                ("Assets for partners", "assets.csv", "the same as a table"),
                ("For Gephi and Kumu", "network.gexf", "assets and their links (kumu.json is beside it)"),
            ],
        ),
        (
            "For coordinators only",
            "internal",
            [
                ("Map for coordinators", "map.html", "everything but those who left, and what the test asked"),
                ("Gap analysis", "gaps/gap-analysis.html", "the same for coordinators"),
                ("Linkage test: plan", "plan.html", "how many calls tell how much"),
                ("Linkage test: letters", "letters/letters.html", "what organisations are told two weeks before"),
                ("Linkage test: call sheet", "calls.html", "whom to ring and what to ask, to print (also calls.xlsx)"),
                ("Linkage test: own results", _own_page(internal), "the first of the pages, one for each organisation"),
                ("Linkage test: result", "linkage/result.html", "the area's figures, and an unnamed funnel"),
                ("Referral network", "network/network.html", "with what the linkage test found, and exact counts"),
                ("Assets for coordinators", "assets.csv", "the same as a table"),
                ("Partnership file", "surrey.gpkg", "everything that is recorded, for QGIS"),
            ],
        ),
    ]


def _exports(partnership: Partnership, folder: Path) -> None:
    """Write what other programs read: for everybody the assets, for partners who refers to whom."""
    public, partners = (folder / audience.value for audience in (Audience.PUBLIC, Audience.PARTNERS))
    partnership.export(public / "assets.gpkg")
    partnership.export(public / "open-referral", to="oruk")
    partnership.export(public / "meetings.json", to="meeting-guide")
    partnership.export(partners / "network.gexf", audience=Audience.PARTNERS)
    partnership.export(partners / "kumu.json", to="kumu", audience=Audience.PARTNERS)


def _own_page(folder: Path) -> str:
    return f"own-results/{min(page.name for page in (folder / 'own-results').glob('*.html'))}"


def _linkage_round(folder: Path) -> None:
    """Run a linkage test as it goes: told, rung, recorded, each one's own page; and 14 days later others may see it."""
    file, today = folder / "surrey.gpkg", dt.datetime.now(dt.UTC).astimezone().date()
    partnership = rosc_map.open(file, today=today - _DRAWN, who="coordinator")
    drawn = partnership.draw(sources=_SOURCES, targets=_TARGETS, seed=_SEED, without=(_CRISIS_CAFE,))
    partnership.letter(drawn.name, folder / "letters", reply_to=_REPLY_TO)
    for calls in (folder / "calls.xlsx", folder / "calls.html"):
        calls.unlink(missing_ok=True)
        partnership.sheet(drawn.name, calls)
    partnership.write_plan(partnership.plan(), folder / "plan.html")
    answers = examples.answer_round(drawn.questions, partnership.snapshot().assets)
    filled = folder / "answers.csv"
    write_atomic(filled, answers.to_csv(index=False).encode(), private=True)
    partnership = rosc_map.open(file, today=today - _GIVEN, who="coordinator")
    partnership.record(drawn.name, filled)
    partnership.feedback(drawn.name, folder / "own-results", reply_to=_REPLY_TO)


def _linkage_pages(partnership: Partnership, folder: Path) -> str:
    """Write the result of the round for everybody and for the coordinators, and return its first sentence."""
    result = partnership.estimate("R1")
    for audience in (Audience.PUBLIC, Audience.INTERNAL):
        partnership.write_estimate(result, folder / audience.value / "linkage", audience=audience)
    return result.sentences[0]


def _papers(
    partnership: Partnership,
    folder: Path,
    gaps: Mapping[Audience, PublishedGaps],
    networks: Mapping[Audience, PublishedNetwork],
) -> None:
    """Write the board paper for everybody and for partners, and the two pages for partners."""
    for audience, kind, name in (
        (Audience.PUBLIC, "board", "paper"),
        (Audience.PARTNERS, "board", "paper"),
        (Audience.PARTNERS, "linkage", "linkage-page"),
        (Audience.PARTNERS, "coverage", "coverage-page"),
    ):
        paper = publish_report(partnership.snapshot(), gaps[audience], networks[audience], kind)
        partnership.write_report(paper, folder / audience.value / name)
