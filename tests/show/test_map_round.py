"""The linkage round on a map: the area's figures for everybody, the pairs for coordinators alone."""

import dataclasses
import re

import pandas as pd
import pytest
from map_use import link_of, names, type_in_search
from round_build import result
from show_build import small
from test_show_accessible import too_wide
from test_show_hostile import HOSTILE
from test_show_maps import facts_in

from axe_core import violations
from published_gaps import sites_at
from rosc_map.publish import PublishedMap
from rosc_map.publish.published import _GATE
from rosc_map.records import Audience
from rosc_map.show import map_page

NOT_TESTED = "A pair that was not asked about is not tested, which is not “no link”."
CONDUCT = "For coordinators only: do not pass this on. It shows calls, not how good a service is."
SHOW = "Show the pairs of the linkage test"
LINES = "[...document.querySelectorAll('path.tested-pair')].map(p => p.getAttribute('stroke-dasharray'))"
PAIRS = [
    ("a1", "a4", "Example Recovery Café", "Darlington Meeting", "not_found"),
    ("a1", "a5", "Example Recovery Café", "Tees Treatment", "linked"),
    ("a3", "a1", "Monday Meeting", "Example Recovery Café", "linked"),
    ("a5", "a4", "Tees Treatment", "Darlington Meeting", "no_answer"),
]


def pairs_of(rows):
    return pd.DataFrame(rows, columns=["from_asset", "to_asset", "from_name", "to_name", "result"])


def shown(audience=Audience.INTERNAL, pairs=PAIRS, **more):
    """A map of five services with one round, as the publish room would hand it over."""
    published = small(audience=audience)
    found = (
        result(audience=audience, **more) if audience is Audience.INTERNAL else result(audience=audience, funnel=None)
    )
    given = {"layers": (), "sites": sites_at(published.areas, []).iloc[:0], "licences": ()}
    return PublishedMap(published=published, round=found, pairs=pairs_of(pairs), **given, gate=_GATE)


def part(page):
    return re.search(r'<section aria-labelledby="round-heading">.*?</section>', page, re.DOTALL)[0]


def test_the_area_s_figures_stand_with_their_intervals_and_denominators_without_script():
    told = part(map_page(shown(Audience.PUBLIC)))
    assert "Linkage test: round R1" in told and NOT_TESTED in told
    assert "<td>49\u00a0% (41\u00a0% to 57\u00a0%)</td><td>97 questions put to 20 services</td>" in told
    assert "Asked (row) about (column)" in told and "not tested" in told
    for sentence in result().sentences:
        assert sentence in told


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.PARTNERS])
def test_outside_internal_the_page_is_told_of_no_pair_even_if_it_is_handed_some(audience):
    page = map_page(shown(audience))
    assert facts_in(page)["round"] is None
    assert CONDUCT not in page and 'id="show-pairs"' not in page


def test_pairs_are_columns_by_the_numbers_of_the_assets_of_the_map():
    facts = facts_in(map_page(shown()))
    told, names = facts["round"], facts["assets"]["name"]
    assert [names[at] for at in told["from"]] == told["fromName"] == [row[2] for row in PAIRS]
    assert [names[at] for at in told["to"]] == told["toName"]
    assert told["results"] == ["found in this test", "not found in this test", "no answer"]
    assert told["result"] == [1, 0, 0, 2]
    gone = facts_in(map_page(shown(pairs=[("gone", "a1", "Gone", "Example Recovery Café", "linked")])))["round"]
    assert gone["from"] == [-1]


def test_a_map_without_a_round_has_no_section_of_it():
    page = map_page(dataclasses.replace(shown(), round=None, pairs=pairs_of([])))
    assert "round-heading" not in page and facts_in(page)["round"] is None


@pytest.mark.browser
def test_the_pairs_are_drawn_when_they_are_asked_for_and_told_apart_without_colour(open_page):
    watched = open_page(map_page(shown()))
    page = watched.page
    assert page.evaluate(LINES) == [] and not page.locator("#pairs-key").is_visible()
    page.get_by_label(SHOW).check()
    assert page.evaluate(LINES) == ["9 6", None, "1 6"]
    assert page.locator("#pairs-key li").all_text_contents() == [
        "Found in this test: 2 of 4 pairs asked about",
        "Not found in this test: 1 of 4 pairs asked about",
        "No answer (or two that differ and are not settled): 1 of 4 pairs asked about",
    ]
    assert page.locator("#pairs-drawn").text_content().startswith("1 pair is in the table only")
    told = page.locator("#pairs-legend").inner_text()
    assert CONDUCT in told and NOT_TESTED in told
    assert page.locator("#pairs-choice").bounding_box()["y"] < page.locator(".legend").bounding_box()["y"]
    page.get_by_label(SHOW).uncheck()
    assert page.evaluate(LINES) == [] and watched.quiet


@pytest.mark.browser
def test_the_table_of_pairs_says_each_result_in_words(open_page):
    page = open_page(map_page(shown())).page
    rows = [row.inner_text().split("\t") for row in page.locator("#pairs tbody tr").all()]
    words = {"linked": "found in this test", "not_found": "not found in this test", "no_answer": "no answer"}
    assert rows == [[start, end, words[what]] for _, _, start, end, what in PAIRS]


@pytest.mark.browser
def test_table_and_lines_of_pairs_follow_the_search_and_the_key_tells_of_the_whole_test(open_page):
    page = open_page(map_page(shown(pairs=[*PAIRS, ("gone", "a5", "Gone", "Tees Treatment", "linked")]))).page
    page.get_by_label(SHOW).check()
    caption = page.locator("#pairs caption")
    assert caption.text_content() == "Pairs 1 to 5 of 5 shown (5 asked about)"
    type_in_search(page, "tees")
    assert names(page, "pairs") == ["Gone"] and page.evaluate(LINES) == []
    assert caption.text_content() == "Pairs 1 to 1 of 1 shown (5 asked about)"
    assert page.locator("#pairs-key li").first.text_content() == "Found in this test: 3 of 5 pairs asked about"
    type_in_search(page, "no such words")
    assert caption.text_content() == "No pair is shown."
    page.get_by_role("button", name="Show everything again").click()
    assert len(names(page, "pairs")) == 5 and page.evaluate(LINES) == ["9 6", None, "1 6"]


@pytest.mark.browser
def test_the_pairs_are_part_of_a_link_to_the_view(open_page, tmp_path):
    path = tmp_path / "map.html"
    path.write_text(map_page(shown()), "utf-8")
    watched = open_page(path)
    page = watched.page
    page.get_by_label(SHOW).check()
    link = link_of(page)
    assert link == path.as_uri() + "#pairs=1"
    page.goto("about:blank")
    page.goto(link)
    assert page.get_by_label(SHOW).is_checked() and page.evaluate(LINES) == ["9 6", None, "1 6"]
    assert page.locator("#pairs-legend").is_visible() and watched.quiet


@pytest.mark.browser
def test_what_people_typed_runs_nothing(open_page):
    rows = [("a1", "a4", words, words, "linked") for words in HOSTILE]
    watched = open_page(map_page(shown(pairs=rows, sentences=tuple(HOSTILE), notes=tuple(HOSTILE))))
    watched.page.get_by_label(SHOW).check()
    assert watched.page.locator("#pairs tbody th").first.text_content() == HOSTILE[0]
    assert watched.quiet, watched


@pytest.mark.browser
def test_no_violation_no_sideways_scroll_and_by_keyboard_alone(open_page):
    page = open_page(map_page(shown()), width=320).page
    page.locator("#show-pairs").focus()
    page.keyboard.press("Space")
    assert len(page.evaluate(LINES)) == 3
    assert violations(page) == ""
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert not too_wide(page), width
        assert page.locator("#show-pairs").bounding_box()["height"] >= 24


@pytest.mark.parametrize(
    ("audience", "folded"), [(Audience.PUBLIC, True), (Audience.PARTNERS, True), (Audience.INTERNAL, False)]
)
def test_the_tables_of_a_round_are_folded_for_all_but_coordinators_and_its_sentences_are_not(audience, folded):
    told = part(map_page(shown(audience)))
    assert ("<summary>The figures as tables</summary>" in told) is folded
    first = told.index("<details") if folded else told.index("<table")
    assert told.index(result().sentences[0]) < first < told.index("Asked (row) about (column)")


def test_a_table_between_types_with_fewer_than_three_figures_is_left_out_with_a_sentence():
    between = result().between_types.assign(note="too few", share=None, answered=None)
    told = part(map_page(shown(Audience.INTERNAL, between_types=between)))
    assert "too few answers may be shown for a table of them" in told and "Asked (row)" not in told
