"""The board paper as a page: two sheets of summary, the five questions, and one sheet where one is promised."""

import dataclasses
import re

import pandas as pd
import pytest
from report_build import BLANKS, KEYS, actions, part, report, table
from show_build import small
from test_round_page import headings, rows_of
from test_show_accessible import too_wide
from test_show_hostile import HOSTILE

from axe_core import violations
from rosc_map.errors import FileProblem, NotPublished
from rosc_map.publish.gaps_types import GapsTable
from rosc_map.records import Audience, codelist
from rosc_map.show import report_page, write_report
from rosc_map.show.report_pictures import report_pictures

HEADINGS = [
    *("Decision asked", "In short"),
    *(codelist("five_questions")[key].label for key in KEYS),
    *("You told us, together we did", "How it was worked out", "What it cannot say", "Where the data is from"),
    "To read beside it",
]


@pytest.fixture(scope="module")
def html():
    return report_page(report())


@pytest.fixture(scope="module")
def pages(html):
    return {"board": html} | {kind: report_page(report(kind)) for kind in ("linkage", "coverage")}


def sheets(page):
    """Return on how many sheets of paper a page is printed."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def part_of(html, heading):
    """Return what stands under a heading, to the end of its section."""
    begin = html.index(f">{heading}</h2>")
    return html[begin : html.index("</section>", begin)]


def test_a_board_paper_is_a_summary_then_the_five_questions_and_its_limits_last(html):
    assert "<h1>Board paper: Tees Valley</h1>" in html and "<strong>Made up.</strong>" in html
    assert (
        "All as at 22 November 2026 unless another date is said. Made for the organisations of the partnership." in html
    )
    assert headings(html) == HEADINGS
    links = re.findall(r'<li><a href="#(section-\d+)">(.*?)</a></li>', html)
    assert [words for _, words in links] == HEADINGS[2:]
    for place, words in links:
        assert f'<h2 id="{place}">{words}</h2>' in html, "each link leads to its part"


def test_the_summary_asks_for_a_decision_and_leaves_lines_to_write_on(html):
    asked = part_of(html, "Decision asked")
    assert asked.count("The board is asked to agree:") == 1 and "to take step 1 of 3 (12 of 20)." in asked
    assert "<li>Example Trust to Example Hub</li>" in asked
    assert re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", asked.replace("&#39;", "'")) == list(BLANKS.items())
    summary = html[: html.index('<section aria-labelledby="section-1"')]
    assert summary.count("<img") == 1 and "What is not known" in summary
    steps = summary[summary.index("Suggested next steps") :]
    assert steps.count("Look in Redcar and Cleveland") == 5 and "Ask the other board" not in steps, "the first of each"


def test_a_question_is_quoted_with_its_source_then_answered_in_order(html):
    entry = codelist("five_questions")["mapping"]
    said = part_of(html, entry.label)
    order = [
        *(entry.definition, "<footer>Guidance part 3</footer>", part("mapping").sentences[0], "<img", "<table>"),
        *("What is not known", "Suggested next steps", "Ask the other board (mapping)."),
    ]
    places = [said.index(words) for words in order]
    assert places == sorted(places)
    assert said.count("<figure>") == 6, "the picture that nobody has drawn is left out"
    assert all(len(alt) > 20 for alt in re.findall(r'alt="(.*?)"', said))


def test_it_closes_with_what_people_said_and_what_was_done(html):
    assert "1 of 1 is done." in part_of(html, "You told us, together we did")
    assert rows_of(html, "You told us, together we did")[1] == [
        *("No evening meetings", "Open on Thursdays", "done", "It is open now."),
    ]
    none = report_page(report(actions=None, actions_said="No action is recorded yet.", parts=()))
    assert "No action is recorded yet." in part_of(none, "You told us, together we did")
    assert "together we did" not in report_page(report(actions=None, actions_said="", parts=()))


def test_what_nobody_looked_for_is_never_shown_as_none_found(html):
    assert rows_of(html, "The table of mapping")[1][2:] == ['<span class="not-surveyed">not surveyed</span>']


def test_one_page_says_each_sentence_once_and_has_no_room_for_how_it_was_done(pages):
    html = pages["linkage"]
    assert "<h1>Are the links real? Tees Valley</h1>" in html
    assert "<h1>What is there, and what ends soon? Tees Valley</h1>" in pages["coverage"]
    repeated = report("linkage", in_short=part("mapping").sentences[:1])
    assert report_page(repeated).count("people with lived experience have a vote") == 1
    assert html.count("Ask the other board") == 1, "all steps, not the first alone"
    how = part_of(html, "How it was worked out")
    assert "on this page on a screen" not in how, "two sentences have room on paper"
    longer = part_of(report_page(report("linkage", method=tuple("ABCDE"))), "How it was worked out")
    assert longer.index("<li>C</li>") < longer.index("<details>") < longer.index("<li>D</li>")
    assert "A straight line is no bus ride." in part_of(html, "What it cannot say")


def test_links_lead_only_where_a_page_may_lead():
    links = {"Guidance": "https://www.gov.uk/example", "Bad": "javascript:alert(1)"}
    said = part_of(report_page(report(links=links, parts=())), "To read beside it")
    assert re.findall(r'href="(.*?)"', said) == ["https://www.gov.uk/example"] and "Bad" not in said


def test_a_paper_with_nothing_in_it_is_still_a_page():
    nothing = report(
        **dict.fromkeys(("in_short", "decision", "parts", "not_known", "method", "limits", "licences"), ()),
        blanks={},
        links={},
        actions=None,
        actions_said="",
        published=small(banner="", notes=()),
    )
    assert headings(report_page(nothing)) == []


def test_the_files_and_their_names(tmp_path):
    made = write_report(report(), tmp_path)
    assert [path.name for path in made] == [
        *("board-paper.html", "provision.png", "reach.png", "handoffs.png", "diagram.png", "interval.png"),
        *("between-types.png", "six-types.png", "need-provision.png", "board-paper.docx"),
    ]
    with pytest.raises(FileProblem, match=r"(provision|reach)\.png is of another paper"):
        write_report(report("linkage"), tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "coverage.docx").touch()
    with pytest.raises(FileProblem, match=r"coverage\.docx is of another paper"):
        write_report(report("board"), tmp_path / "other")
    (tmp_path / "inside").mkdir()
    inside = write_report(report("coverage", audience=Audience.INTERNAL), tmp_path / "inside")
    assert [path.name for path in inside] == ["coverage.html", "six-types.png", "coverage.docx"]
    again = write_report(report("coverage", audience=Audience.INTERNAL), tmp_path / "inside")
    assert again == inside, "the same paper takes the place of the older one"
    assert all(path.stat().st_mode & 0o077 == 0 for path in inside)


def test_only_what_has_passed_the_gate_is_shown(tmp_path):
    for thing in (None, small()):
        with pytest.raises(NotPublished):
            report_page(thing)
        with pytest.raises(NotPublished):
            write_report(thing, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_paper_has_its_own_way_to_colour_the_map_in_its_question_alone(html):
    layer = report().gaps.layers[0]
    layer = dataclasses.replace(layer, key="handoffs", label="Handoff reach", note="How far it goes.")
    coloured = report_page(report(layers=(layer,)))
    there = part_of(coloured, codelist("five_questions")["mapping"].label)
    assert coloured.count("How far it goes.") == there.count("How far it goes.")
    assert coloured.count("<figure>") == html.count("<figure>") + 1


def test_no_link_recorded_is_no_picture_of_links():
    made = report()
    nothing = dataclasses.replace(made.network, links=made.network.links.head(0))
    assert "handoff_chart" in report_pictures(made)
    assert "handoff_chart" not in report_pictures(report(network=nothing))


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["board", "linkage", "coverage"])
def test_it_can_be_read_at_each_width_and_runs_nothing(open_page, pages, kind):
    watched = open_page(pages[kind], width=320)
    page = watched.page
    assert violations(page) == ""
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert not too_wide(page), width
    assert page.evaluate("document.scripts.length") == 0
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    small_ones = "[...document.querySelectorAll('main a, summary')].filter(e => e.getBoundingClientRect().height < 24)"
    assert page.evaluate(f"{small_ones}.length") == 0
    assert watched.quiet, watched


@pytest.mark.browser
def test_on_paper_the_summary_has_two_sheets(open_page, pages):
    page = open_page(pages["board"]).page
    page.evaluate("document.querySelectorAll('main > section').forEach(one => one.remove())")
    # The break after the summary makes a last sheet with nothing on it.
    assert sheets(page) <= 3


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["linkage", "coverage"])
def test_on_paper_one_page_has_one_sheet(open_page, pages, kind):
    assert sheets(open_page(pages[kind]).page) == 1


@pytest.mark.browser
def test_at_four_times_the_size_and_by_keyboard_alone(open_page, html):
    page = open_page(html, width=320, height=256, device_scale_factor=4).page
    assert not too_wide(page)
    page.get_by_role("link", name=codelist("five_questions")["commissioning"].label).focus()
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", name=codelist("five_questions")["commissioning"].label)
    assert -1 <= heading.evaluate("one => one.getBoundingClientRect().top") < 256


@pytest.mark.browser
def test_hostile_words_run_nothing_and_show_as_typed(open_page):
    words = tuple(HOSTILE)
    cells = pd.DataFrame({"name": words, "more": words})
    shown = GapsTable("t", words[5], cells, {"name": words[0], "more": words[3]}, words)
    parts = tuple(
        dataclasses.replace(
            part(key), heading=words[at], question=words[at + 1], sentences=words, not_known=words, steps=words,
            tables=(shown,), pictures=(),
        )
        for at, key in enumerate(KEYS)
    )  # fmt: skip
    hostile = report(
        parts=parts, in_short=words, decision=words,
        named=dict.fromkeys(words, words), blanks=dict(zip(words, words, strict=True)), not_known=words,
        actions=dataclasses.replace(actions(), table=pd.DataFrame(dict.fromkeys(actions().heads, words))),
        actions_said=words[0], method=words, limits=words, licences=words, links=dict.fromkeys(words, "https://x.test"),
        published=small(banner=words[1], title=words[2], notes=words, audience=Audience.PARTNERS),
    )  # fmt: skip
    watched = open_page(report_page(hostile), width=360)
    page = watched.page
    assert page.locator(".banner").text_content() == words[1]
    assert page.locator(".blanks dt").all_text_contents() == list(words)
    assert page.locator(".steps").nth(1).locator("li").all_text_contents() == list(words)
    assert page.locator("#section-1").text_content() == words[0]
    assert page.locator("script, iframe, svg").count() == 0
    assert not too_wide(page) and watched.quiet, watched


def test_a_long_table_is_folded_and_counted_on_paper():
    html = report_page(report(parts=(part("mapping", tables=(table(rows=31),), pictures=()),)))
    assert html.count("<details>") == 1 and "(31 rows): too long for paper" in html
