"""The board paper: the five questions for each audience, steps from findings, and nothing that is not to be told."""

import csv
import datetime as dt
import io
import re
from dataclasses import fields, is_dataclass
from functools import cache

import pandas as pd
import pytest
from docx import Document

import rosc_map
from partnerships import TODAY
from rosc_map import examples
from rosc_map.errors import InputError, NotPublished
from rosc_map.publish import GapsAsked, publish_gaps, publish_network, with_the_care_of_today
from rosc_map.publish.report import publish_report
from rosc_map.publish.report_basis import dated, listed
from rosc_map.publish.report_types import PAPERS, PublishedReport
from rosc_map.records import Audience, codelist
from rosc_map.show.report_docx import docx_of
from small_rounds import levels, pairs, services

QUESTIONS = list(codelist("five_questions"))
PARTS = {"board": QUESTIONS, "linkage": ["mapping"], "coverage": ["commissioning", "funding_and_growth"]}
ACTIONS = [
    {"told_us": "Nobody knew of the café.", "what": "Take leaflets round", "owner": "Example Trust",
     "by": "2026-06-30", "done_on": "2026-05-20", "together_we_did": "Twelve pharmacies have leaflets."},
    {"told_us": "The bus is dear.", "what": "Ask about bus fares", "owner": "Example Council", "by": "2026-10-01"},
    {"told_us": "", "what": "Meet in the evening", "owner": "Example Council", "by": "2027-01-31"},
]  # fmt: skip


@pytest.fixture(scope="module")
def snapshot(made_up_file, tmp_path_factory):
    """All that the made-up partnership holds, with its small records and three actions."""
    folder = tmp_path_factory.mktemp("paper")
    path = folder / "surrey.gpkg"
    path.write_bytes(made_up_file.read_bytes())
    partnership = rosc_map.open(path, today=TODAY)
    for name, rows in examples.others_paths().items():
        if name != "actions":
            partnership.import_(rows, name)
    pd.DataFrame(ACTIONS).to_csv(folder / "actions.csv", index=False)
    partnership.import_(folder / "actions.csv", "actions")
    return partnership.snapshot()


def parts_of(snapshot, audience, tier="local"):
    return publish_gaps(snapshot, audience, GapsAsked(tier=tier, sites=0)), publish_network(snapshot, audience)


@pytest.fixture(scope="module")
def paper_of(snapshot):
    """Return what makes a paper of the partnership for an audience by a tier, each once."""
    found = cache(lambda audience, tier: parts_of(snapshot, audience, tier))
    return cache(lambda audience, kind, tier: publish_report(snapshot, *found(audience, tier), kind))


@pytest.fixture(scope="module")
def papers(paper_of):
    """Every kind of paper for every audience, by local authority."""
    return {(audience, kind): paper_of(audience, kind, "local") for audience in Audience for kind in PAPERS}


def own_words(paper):
    """The sentences of a paper itself, without tables."""
    of_parts = [line for part in paper.parts for line in (*part.sentences, *part.not_known, *part.steps)]
    return [*of_parts, *paper.in_short, *paper.decision, *paper.not_known, paper.actions_said]


def texts(thing):
    """Every text that a paper holds, tables and all, but for what the gap analysis and the network have told."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, pd.DataFrame):
        yield from (str(cell) for column in thing for cell in thing[column])
    elif isinstance(thing, tuple | list):
        for part in thing:
            yield from texts(part)
    elif isinstance(thing, dict):
        yield from texts(list(thing.items()))
    elif is_dataclass(thing):
        for each in fields(thing):
            if each.name not in ("gaps", "network", "round", "gate"):
                yield from texts(getattr(thing, each.name))


def free_texts(name, *columns):
    with examples.others_paths()[name].open(encoding="utf-8", newline="") as file:
        return {row[column] for row in csv.DictReader(file) for column in columns if row[column]}


def part(paper, key):
    return next(part for part in paper.parts if part.key == key)


# --- what a paper is --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("kind", list(PAPERS))
def test_every_question_is_answered_in_its_order(papers, audience, kind):
    paper = papers[audience, kind]
    assert [part.key for part in paper.parts] == PARTS[kind]
    assert all(part.sentences and part.question.endswith("?") for part in paper.parts)
    assert 0 < len(paper.in_short) <= 7
    assert len(paper.decision) <= 3
    assert len(paper.not_known) <= 6
    assert set(paper.blanks) == {"Decision owner", "Decide by", "Lived experience co-author"}
    assert all(address.startswith("https://") for address in paper.links.values())
    assert (paper.audience, paper.as_at) == (audience, TODAY)


@pytest.mark.parametrize("kind", ["linkage", "coverage"])
def test_one_page_is_short(papers, kind):
    for audience in Audience:
        paper = papers[audience, kind]
        assert sum(len(part.sentences) for part in paper.parts) <= 8
        assert all(len(table.table) <= 15 for part in paper.parts for table in part.tables)
        assert paper.actions is None
        assert ("in the board paper" in paper.actions_said) == (audience is not Audience.PUBLIC)


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("kind", list(PAPERS))
def test_every_number_says_of_how_many_or_of_when(papers, audience, kind):
    for sentence in own_words(papers[audience, kind]):
        figures = re.sub(r"part 3|all four|the first \d", "", sentence)
        if re.search(r"\d", figures):
            assert re.search(r"\bof [\d,]+|Of (the same )?[\d,]+|\b20\d\d\b", figures), sentence


@pytest.mark.parametrize("audience", list(Audience))
def test_steps_come_from_findings_and_decisions_from_steps(papers, audience):
    paper = papers[audience, "board"]
    steps = [step for part in paper.parts for step in part.steps]
    assert steps
    assert all(re.search(r"\d", step) for step in steps)
    assert all(re.match("to |that ", line) and line.endswith(".") for line in paper.decision)
    assert paper.decision


@pytest.mark.parametrize("audience", list(Audience))
def test_where_no_lero_was_found_it_helps_what_is_there_to_grow(papers, audience):
    (step,) = [step for step in part(papers[audience, "board"], "mapping").steps if "No LERO was found" in step]
    assert "Elmbridge: 1 lived experience initiative" in step
    assert "help it grow" in step
    assert "commission" not in step.lower()
    assert ("Support on offer" in step) == (audience is not Audience.PUBLIC)


def test_what_nobody_surveyed_is_looked_for_and_not_called_a_gap(papers):
    steps = part(papers[Audience.PUBLIC, "board"], "mapping").steps
    assert any("2 of 11 authorities are not surveyed for LEROs" in step for step in steps)
    table = papers[Audience.PUBLIC, "board"].gaps.published.provision.by_authority
    without = set(table.loc[table["status_lero"] == "not_surveyed", "name"])
    found_none = [step for step in steps if "No LERO was found" in step]
    assert not any(name in step for name in without for step in found_none)


@pytest.mark.parametrize("kind", list(PAPERS))
def test_words_that_it_never_uses(papers, kind):
    for audience in Audience:
        for text in texts(papers[audience, kind]):
            assert not re.search(
                r"commission (one|a)\b|unfunded|addict|hard to reach|misuse|worst|\bscore[ds]? of", text
            )
            assert not re.search(r"standards? (that are |were )?met\b", text, re.IGNORECASE)


def test_lero_types_are_numbers_of_leros_and_no_mark(papers):
    safe = part(papers[Audience.PARTNERS, "board"], "safe_and_effective")
    assert "new does not mean unsafe" in safe.sentences[0]
    types = next(table.table for table in safe.tables if table.key == "lero-types")
    assert types["number"].sum() == types["of"].iloc[0] == 5


def test_standards_are_told_by_number_and_section_alone(papers):
    safe = part(papers[Audience.PARTNERS, "board"], "safe_and_effective")
    grid = next(table for table in safe.tables if table.key.startswith("views-"))
    assert list(zip(grid.table["view"], grid.table["section"], strict=True)) == [
        ("Standard 7", "Culture and values"),
        ("Standard 27", "Staff and volunteers"),
    ]
    assert any("Standard 27" in step and "Standard 7." not in step for step in safe.steps)


def test_both_figures_of_a_test_are_told_together(papers):
    for key in (Audience.PUBLIC, "board"), (Audience.PARTNERS, "linkage"):
        assert any("53 %" in line and "As a caller" in line and "45 %" in line for line in papers[key].in_short)


def test_introductions_are_for_the_partnership(papers):
    for audience, number in ((Audience.PUBLIC, 0), (Audience.PARTNERS, 3), (Audience.INTERNAL, 3)):
        steps = part(papers[audience, "linkage"], "mapping").steps
        assert sum(step.startswith("Introduce ") for step in steps) == number


def test_what_ends_within_12_months(papers):
    for kind in ("board", "coverage"):
        growth = part(papers[Audience.PARTNERS, kind], "funding_and_growth")
        ending = next(table for table in growth.tables if table.key == "ending")
        assert list(ending.table["end"]) == [dt.date(2026, 12, 31), dt.date(2027, 3, 31)]
        assert "2 end from 22 November 2026 to 22 November 2027" in growth.sentences[0]
        assert growth.sentences[0].endswith("The first ends on 31 December 2026, in 39 days.")


def test_a_decision_names_what_it_is_about(papers):
    paper = papers[Audience.PARTNERS, "board"]
    soon = next(line for line in paper.decision if "arrangements" in line)
    assert soon.startswith("to talk, soon, with") and "well before" not in soon
    assert [name.rpartition(" on ")[2] for name in paper.named[soon]] == ["31 December 2026", "31 March 2027"]
    page = papers[Audience.PARTNERS, "linkage"]
    (meet,) = [line for line in page.decision if "introductions" in line]
    rows = page.network.introductions
    assert list(page.named[meet]) == [f"{a} to {b}" for a, b in zip(rows["from_name"], rows["to_name"], strict=True)]
    assert ("first how many it would welcome" in meet) == (rows["to_name"].nunique() == 1)
    assert all(paper.named.keys() <= set(paper.decision) for paper in papers.values())
    assert not any(paper.named for (audience, _), paper in papers.items() if audience is Audience.PUBLIC)


def test_the_summary_holds_what_is_uncomfortable(papers):
    paper = papers[Audience.PARTNERS, "board"]
    assert len(paper.in_short) == 7
    assert "2 of 5 and" in paper.in_short[0] and "Views differ on 7 of 8 rungs" in paper.in_short[0]
    (types,) = part(paper, "commissioning").in_short
    assert "3 of 11" in types and "of 8 it is not known" in types and "4 are under 5 % or nothing" in types
    assert "2 of 11 authorities are not surveyed" in paper.not_known[0]
    assert any("No LERO was found" in step for step in part(paper, "mapping").first_steps)


def test_what_the_partnership_itself_does_is_asked(papers):
    safe = part(papers[Audience.PARTNERS, "board"], "safe_and_effective")
    assert "the partnership itself does" in safe.not_known[0]
    assert "training, supervision and governance" in safe.steps[0]


def test_one_authority_has_no_counts_of_authorities(paper_of):
    for audience in Audience:
        words = own_words(paper_of(audience, "board", "upper"))
        assert not [
            line for line in words if re.search(r"of 0 it is|0 surveyed without|of 1 authority: |1 authorities", line)
        ]
        spend = [line for line in words if line.startswith("2025-26: Employment support")]
        assert spend == ([] if audience is Audience.PUBLIC else ["2025-26: Employment support, Surrey: under 5 %."])


@pytest.mark.parametrize(
    ("audience", "tier"), [*((audience, "local") for audience in Audience), (Audience.PARTNERS, "upper")]
)
def test_the_documents_keep_to_their_sheets(paper_of, audience, tier):
    """A sheet has room for about 60 lines of 9 points; LibreOffice and Word are too slow for a test."""
    for kind, lines in {"board": 95, "linkage": 70, "coverage": 70}.items():
        document = Document(io.BytesIO(docx_of(paper_of(audience, kind, tier), {})))
        paragraphs = [line for line in document.paragraphs if line.text]
        rows = [row for table in document.tables if table.style.name == "Table Grid" for row in table.rows]
        used = sum(1 + len(line.text) // 115 for line in paragraphs) + len(rows)
        assert used <= lines, (kind, used)


# --- what is told to whom ---------------------------------------------------------------------------------------------


def test_the_public_reads_nothing_of_money_views_seats_offers_or_actions(papers):
    secret = free_texts("seats", "structure") | free_texts("offers", "details") | free_texts("reviews", "example")
    secret |= free_texts("spend", "source") - free_texts("needs", "source") | free_texts("funding", "notes")
    secret |= {action[name] for action in ACTIONS for name in ("what", "told_us", "owner") if action[name]}
    for kind in PAPERS:
        told = "\n".join(texts(papers[Audience.PUBLIC, kind]))
        assert not [text for text in secret if text in told]
        assert not re.search(r"Sub-contracted|Alliance contract|seats? (is|are) held|Introduce ", told)
    partners = "\n".join(texts(papers[Audience.PARTNERS, "board"]))
    assert sum(text in partners for text in secret) > 10  # or the test above could not fail


@pytest.mark.parametrize("kind", list(PAPERS))
def test_nothing_confidential_is_told(snapshot, papers, kind):
    assets = snapshot.assets
    never = assets[(assets["listing"] == "declined") | (assets["location_precision"] == "hidden")]
    assert len(never)
    placed = assets[(assets["location_precision"] != "exact") & (assets["postcode"] != "")]
    for audience in (Audience.PUBLIC, Audience.PARTNERS):
        told = "\n".join(texts(papers[audience, kind]))
        assert not [name for name in never["name"] if name in told]
        assert not [postcode for postcode in placed["postcode"] if postcode in told]
    not_asked = assets.loc[assets["listing"] == "not_asked", "name"]
    public = "\n".join(texts(papers[Audience.PUBLIC, kind]))
    assert not [name for name in not_asked if name in public]


def test_actions_are_told_without_blame(papers):
    paper = papers[Audience.PARTNERS, "board"]
    assert list(paper.actions.table["state"]) == [
        "still to do, was due 1 October 2026",
        "to do by 31 January 2027",
        "done on 20 May 2026",
    ]
    assert paper.actions_said == "Of 3 actions, 1 is done and 2 to do, of which 1 was due before (22 November 2026)."
    public = papers[Audience.PUBLIC, "board"]
    assert public.actions is None
    assert "not in this one" in public.actions_said


def test_one_audience_one_partnership_one_gate(snapshot, papers, empty):
    paper = papers[Audience.PUBLIC, "board"]
    found, network = paper.gaps, paper.network
    with pytest.raises(InputError, match="for one audience"):
        publish_report(snapshot, found, papers[Audience.PARTNERS, "board"].network)
    with pytest.raises(InputError, match="another partnership"):
        publish_report(empty.snapshot(), found, network)
    with pytest.raises(InputError, match="Choose one of: board, linkage, coverage"):
        publish_report(snapshot, found, network, "poster")
    with pytest.raises(NotPublished):
        publish_report(snapshot, snapshot, network)
    with pytest.raises(NotPublished):
        PublishedReport(**{each.name: getattr(paper, each.name) for each in fields(paper) if each.name != "gate"})


# --- where little is recorded -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("audience", list(Audience))
def test_an_empty_partnership_is_told_what_to_do_first(empty, audience):
    snapshot = empty.snapshot()
    found, network = parts_of(snapshot, audience, "upper")
    paper = publish_report(snapshot, found, network)
    assert [part.key for part in paper.parts] == QUESTIONS
    assert "write down what is there" in paper.decision[0]
    assert part(paper, "mapping").steps[0].startswith("Begin with what is there")
    assert any("not surveyed" in line and "no gap" in line for line in paper.not_known)
    assert not any(" of 0 " in line for line in own_words(paper))
    for kind in ("linkage", "coverage"):
        page = publish_report(snapshot, found, network, kind)
        assert page.in_short
        assert all(part.sentences for part in page.parts)


def test_where_somebody_looked_and_found_nothing_nobody_orders_anything(empty):
    empty.survey(["Middlesbrough"], on="2026-11-01", by="Volunteer 7", asked=["service_provider"])
    snapshot = empty.snapshot()
    paper = publish_report(snapshot, *parts_of(snapshot, Audience.PARTNERS, "upper"))
    (step,) = [step for step in part(paper, "mapping").steps if "No LERO was found in 1 of 1 authority" in step]
    assert "Middlesbrough: 0 lived experience initiatives, 0 mutual aid groups." in step
    (missing,) = [step for step in part(paper, "commissioning").steps if "looked for and not found" in step]
    assert missing.startswith("Ask people in recovery what would help")
    assert not any("not surveyed" in step for each in paper.parts for step in each.steps)
    assert any("help to grow" in line for line in paper.decision)


def test_no_service_is_named_as_the_one_that_all_depend_on(empty, write_csv):
    place = {"postcode": "TS1 2PA", "location_precision": "exact", "listing": "agreed"}
    kinds = {"Example Start": "treatment", "Example Bridge": "community", "Example End": "lero"}
    empty.import_(write_csv([{"name": name, "asset_type": kind, **place} for name, kind in kinds.items()]))
    pairs = [("Example Start", "Example Bridge"), ("Example Bridge", "Example End")]
    empty.import_(write_csv([{"from": start, "to": end, "evidence": "declared"} for start, end in pairs]), "referrals")
    named = [{"asset": name, "direction": "refers_to", "on": "2026-11-01", "by": "Volunteer 5"} for name in kinds]
    empty.import_(write_csv(named), "lists")
    snapshot = empty.snapshot()
    found, network = parts_of(snapshot, Audience.PARTNERS, "upper")
    assert any("If Example End closed" in line for line in network.sentences)  # or this test could not fail
    paper = publish_report(snapshot, found, network)
    assert not any("Example End" in line for each in paper.parts for line in each.sentences)


def test_of_many_grids_of_views_it_is_said_how_many_are_shown(empty, write_csv):
    view = {"framework": "participation_ladder", "item": "partnership", "group": "system_partner"}
    rows = [{**view, "about": f"Board {number}", "on": "2026-11-01", "answer": "partly"} for number in range(3)]
    empty.import_(write_csv(rows), "reviews")
    snapshot = empty.snapshot()
    paper = publish_report(snapshot, *parts_of(snapshot, Audience.PARTNERS, "upper"))
    partners = part(paper, "partners")
    assert len(partners.tables) == 2
    assert any("2 of 3 grids of views (22 November 2026) are shown here" in line for line in partners.not_known)
    assert sum("No view is recorded of 5 of 6 groups" in line for line in partners.not_known) == 2


def test_what_ends_is_counted_of_all_asset_types(empty, write_csv):
    served = {
        "postcode": "TS1 2PA",
        "location_precision": "exact",
        "listing": "agreed",
        "areas_served": "Middlesbrough",
    }
    kinds = {"Example LERO": "lero", "Example Treatment": "treatment", "Example Café": "recovery_support"}
    empty.import_(write_csv([{"name": name, "asset_type": kind, **served} for name, kind in kinds.items()]))
    soon = {"area": "Middlesbrough", "end": "2027-03-31"}
    rows = [
        {"asset": "Example LERO", "arrangement": "not_commissioned", **soon, "end": ""},
        {"asset": "Example LERO", "arrangement": "unknown", **soon, "end": ""},
        {"asset": "Example Treatment", "arrangement": "direct", **soon},
        {"asset": "Example Café", "arrangement": "unknown", **soon},
    ]
    empty.import_(write_csv(rows), "funding")
    snapshot = empty.snapshot()
    paper = publish_report(snapshot, *parts_of(snapshot, Audience.PARTNERS, "upper"))
    growth = part(paper, "funding_and_growth")
    assert growth.sentences[0].startswith(
        "Of 2 contracts, grants and other arrangements of assets of all types that run (of 1 of these the kind is not "
        "known), 2 end from"
    )
    ending = next(table for table in growth.tables if table.key == "ending")
    assert set(ending.table["name"]) == {"Example Treatment", "Example Café"}
    (named,) = (names for decision, names in paper.named.items() if "arrangements end" in decision)
    assert sorted(name.partition(",")[0] for name in named) == ["Example Café", "Example Treatment"]


def test_handoffs_by_authority_are_drawn_where_there_are_several(paper_of, papers):
    paper = papers[Audience.PUBLIC, "board"]
    assert [layer.key for layer in paper.layers] == ["handoffs"]
    assert len(paper.layers[0].areas) == 11
    assert papers[Audience.PUBLIC, "coverage"].layers == ()
    assert paper_of(Audience.PUBLIC, "board", "upper").layers == ()


def test_a_test_that_was_made_is_not_planned(empty, write_csv, tmp_path):
    def step(audience=Audience.PARTNERS):
        held = empty.snapshot()
        steps = part(publish_report(held, *parts_of(held, audience, "upper"), "linkage"), "mapping").steps
        return next((step for step in steps if "linkage test" in step or "test again" in step), "")

    assert step().startswith("Plan a linkage test.")
    empty.import_(write_csv(services(8)))
    drawn = empty.draw(sources=8, targets=3, seed=1, reserves=0)
    assert step().startswith("Plan a linkage test."), "a draw that is not announced is not told"
    assert "No answer to the newest linkage test" in step(Audience.INTERNAL)
    empty.record("R1", write_csv(levels(pairs(drawn), "2")))
    assert "Each organisation sees its own result first. That is still to be done" in step()
    empty.feedback("R1", tmp_path / "pages", reply_to="us")
    assert step().endswith("The figures can be shown from 6 December 2026.")
    assert "test again" not in step(Audience.INTERNAL), "every answer found a link: there is nothing to mend"


def test_steps_are_for_what_was_found_alone(empty, write_csv):
    groups = list(codelist("group_asked"))
    view = {"framework": "participation_ladder", "item": "partnership", "on": "2026-11-01", "answer": "partly"}
    rows = [{**view, "about": "Board 1", "group": group} for group in groups]
    seat = {"structure": "Board", "seat": "A seat", "held_by": "lived_experience", "votes": "yes"}
    empty.import_(write_csv([{**seat, "expenses_paid": "yes"}]), "seats")
    empty.import_(write_csv(rows), "reviews")

    def steps():
        held = empty.snapshot()
        return part(publish_report(held, *parts_of(held, Audience.PARTNERS, "upper")), "partners").steps

    assert steps() == (), "all agree, all spoke, and the one seat has its vote and its expenses"
    more = [
        {**view, "about": "Board 2", "group": group, "answer": answer}
        for group, answer in zip(groups[:2], ("partly", "not_yet"), strict=True)
    ]
    empty.import_(write_csv(more), "reviews")
    differ, silent = steps()
    assert differ.endswith("Board 2: 1 of 1 rung.") and "Board 1" not in differ
    assert silent.endswith("Board 2: 4 of 6 groups.") and "Board 1" not in silent


def test_a_type_that_nobody_recorded_is_not_one_that_may_not_be_told(empty, write_csv):
    placed = {"postcode": "TS1 2PA", "asset_type": "lero", "listing": "restricted"}
    rows = [
        {"name": "Example A", **placed, "listing": "agreed"},
        {"name": "Example B", **placed, "listing_shows": "name", "lero_type": "constituted_group"},
        {"name": "Example C", **placed, "listing_shows": "name; description; place"},
    ]
    empty.import_(write_csv(rows))
    snapshot = empty.snapshot()

    def said(audience):
        return part(publish_report(snapshot, *parts_of(snapshot, audience, "upper")), "safe_and_effective").sentences[0]

    outside = said(Audience.PARTNERS)
    assert "of 3 LEROs named here: not recorded 2 and not told here 1" in outside
    assert "Of these 3, 1 has no place that is told here, and is in no authority's figures." in outside
    inside = said(Audience.INTERNAL)
    assert "constituted group 1 and not recorded 2" in inside
    assert "not told" not in inside and "no place" not in inside


def test_what_changed_is_part_of_growth(made_up, write_csv):
    then = dt.date(2026, 1, 1)
    snapshot, earlier = made_up.snapshot(), made_up.snapshot(then)
    found = publish_gaps(
        snapshot, Audience.PUBLIC, GapsAsked(then=with_the_care_of_today(earlier, snapshot, same_record=True), sites=0)
    )
    paper = publish_report(snapshot, found, publish_network(snapshot, Audience.PUBLIC))
    changes = next(each for each in found.parts if each.key == "changes")
    growth = part(paper, "funding_and_growth")
    assert len(growth.sentences) == 1 + len(changes.sentences)
    assert "changes" in {table.key for table in growth.tables}


def test_many_authorities_are_counted_by_type(tmp_path):
    rosc_map.new(tmp_path / "region.gpkg", ["London"])
    snapshot = rosc_map.open(tmp_path / "region.gpkg", today=TODAY).snapshot()
    paper = publish_report(snapshot, *parts_of(snapshot, Audience.PUBLIC), "coverage")
    (table,) = paper.parts[0].tables
    assert len(table.table) == 6
    assert set(table.table["authorities"]) == {33}
    assert set(table.table["not_surveyed"]) == {33}


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("8 of 11 are served.", "8 of 11 are served (1 March 2026)."),
        ("8 of 11 (73 %). Look again.", "8 of 11 (73 %; 1 March 2026). Look again."),
        ("12 % are within 1.6 km.", "12 % are within 1.6 km (1 March 2026)."),
        ("Since 22 May 2025 there are 3.", "Since 22 May 2025 there are 3."),
        ("See guidance part 3.", "See guidance part 3."),
        ("Nobody looked.", "Nobody looked."),
    ],
)
def test_a_figure_is_given_its_day_where_it_has_none(sentence, said):
    assert dated(sentence, "1 March 2026") == said


def test_a_list_of_names_in_a_sentence():
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(list("abcde"), most=3) == "a, b, c and 2 more"
