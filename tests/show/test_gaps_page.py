"""The page of the gap analysis: three statuses that look and read differently, and what is not known is no number."""

import dataclasses
import datetime as dt
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from show_build import small
from test_round_page import headings, rows_of
from test_show_accessible import too_wide
from test_show_hostile import HOSTILE

from axe_core import violations
from published_gaps import gaps_for, gaps_of
from rosc_map.errors import FileProblem, NotPublished
from rosc_map.publish.gaps_types import GapsPart, GapsTable
from rosc_map.records import Audience
from rosc_map.show._gaps_tables import cell_words
from rosc_map.show.gaps_page import gaps_page, write_gaps_page

PICTURES = [
    *("provision.png", "six-types.png", "reach.png", "reach-shares.png"),
    *("need-provision.png", "rank-ranges.png", "freshness.png"),
]


@pytest.fixture(scope="module")
def html():
    return gaps_page(shown())


def shown(**more):
    return gaps_of(small(banner="Made up."), **more)


def part(table, heads=None, **more):
    found = GapsTable("t", "A table", table, heads or {name: name for name in table.columns})
    return GapsPart("beside", "Beside others", ("A sentence.",), (), (dataclasses.replace(found, **more),))


def test_it_says_what_it_is_then_in_short_then_each_part_in_its_order(html):
    assert "<h1>What is there, and what is missing: Tees Valley</h1>" in html and "<strong>Made up.</strong>" in html
    assert "As at 22 November 2026. Made for everybody." in html
    found = headings(html)
    assert found == [
        *("In short", "What is there", "The six types", "How far it is", "Need", "How fresh it is"),
        *("How it was worked out", "Notes", "Where the data is from"),
    ]
    links = re.findall(r'<li><a href="#(section-\d+)">(.*?)</a></li>', html)
    assert [words for _, words in links] == found[1:]
    for place, words in links:
        assert f'<h2 id="{place}">{words}</h2>' in html, "each link leads to its part"


def test_in_short_the_first_sentence_is_the_headline_and_the_others_are_a_list():
    html = gaps_page(shown(in_short=("First.", "Second.", "Third.")))
    begin = html.index("In short</h2>")
    said = re.sub(r">\s+<", "><", html[begin : html.index("<nav")])
    assert '<p class="headline">First.</p><ul><li>Second.</li><li>Third.</li></ul>' in said
    alone = gaps_page(shown(in_short=("First.",)))
    assert "<ul>" not in alone[alone.index("In short</h2>") : alone.index("<nav")], "one sentence is no list"


def test_not_known_in_words_looks_as_what_is_not_known_and_not_as_a_status():
    table = pd.DataFrame({"name": ["Leeds", "York"], "status_hub": ["not known", None]}, dtype=object)
    rows = rows_of(gaps_page(shown(parts=(part(table),))), "A table")[1:]
    assert [row[1] for row in rows] == ['<span class="not-known">not known</span>'] * 2


def test_a_part_has_its_sentences_then_what_is_not_known_then_its_tables(html):
    begin = html.index("2 LEROs serve 1 of 2.")
    box, picture, table, note = (
        html.index(words, begin)
        for words in ("Nobody looked in 1 of 2.", "<img", "<caption>Provision by authority", "Paused ones do not.")
    )
    assert begin < box < picture < table < note
    assert html.count("<h3>What is not known</h3>") == 2, "and no empty box"


def test_the_three_statuses_are_told_apart_by_words_and_by_looks(html):
    rows = {row[0]: row[1:] for row in rows_of(html, "Provision by authority")[1:]}
    assert rows == {
        "Darlington": ['<span class="none-found">none found</span>', "0"],
        "Middlesbrough": ['<span class="served">served</span>', "2"],
        "Redcar and Cleveland": ['<span class="not-surveyed">not surveyed</span>', "0"],
    }
    style = "".join(re.findall(r"<style>(.*?)</style>", html, re.DOTALL))
    looks = [re.search(rf"\.{name}::before {{ (background.*?) }}", style)[1] for name in ("served", "none-found")]
    assert len({*looks, re.search(r"\.not-surveyed::before { (background.*?) }", style)[1]}) == 3


def test_figures_are_said_as_a_person_says_them(html):
    assert rows_of(html, "Reach by type")[1:] == [
        ["LERO", "2", "25 %", "over 99 %", "4.3"],
        ["Mutual aid", "1,240", *['<span class="not-known">not known</span>'] * 3],
    ]
    assert rows_of(html, "Freshness")[1] == ["Darlington", "1 March 2026", "no", "50 %"]
    assert rows_of(html, "Fewest for the need")[2] == ["Middlesbrough", "0.03", "2", "4"]


@pytest.mark.parametrize(
    ("value", "head", "words"),
    [
        (1234.56, "People", "1,234.6"), (12.0, "km", "12"), (0.25, "Median (km)", "0.2"), (0.01, "km", "under 0.1"),
        (0.254, "For 1,000", "0.25"), (0.001, "For 1,000", "under 0.01"), (0, "Assets", "0"), (0.0, "km", "0"),
        (100, "km", "100"), (0.004, "Share (%)", "under 1 %"), (True, "Stale", "yes"),
        (dt.date(2026, 3, 1), "On", "1 March 2026"), (("served", "none_found"), "Both", "served, none found"),
        (float("nan"), "km", "not known"), (pd.NaT, "On", "not known"), ("Served widely", "Words", "Served widely"),
    ],
)  # fmt: skip
def test_a_cell_in_words(value, head, words):
    assert re.sub("<[^>]*>", "", cell_words(value, head)) == words


@given(st.one_of(st.integers(0, 10**9), st.floats(1e-6, 1e9)), st.sampled_from(["Assets", "km", "Share (%)"]))
def test_what_is_more_than_none_is_never_said_to_be_none(value, head):
    value = min(value, 1) if "%" in head else value
    words = cell_words(value, head)
    assert (words in ("0", "0 %")) == (value == 0)
    assert "e" not in words.replace("under", "").replace("over", "")


def test_only_the_columns_with_headings_are_shown_and_long_tables_are_folded():
    table = pd.DataFrame({"name": [f"Area {n}" for n in range(31)], "code": "E1"})
    folded = gaps_page(shown(parts=(part(table, {"name": "Authority"}),)))
    assert folded.count("<details>") == 1 and "A table (31 rows)</summary>" in folded and ">E1<" not in folded
    assert "<details>" not in gaps_page(shown(parts=(part(table.iloc[:30]),)))
    long = pd.DataFrame({"name": [f"Area {n}" for n in range(1_500)]})
    html = gaps_page(shown(parts=(part(long),)))
    assert "the first 1,000 of 1,500 rows; all are in the tables beside this page" in html
    assert "Area 999<" in html and "Area 1000<" not in html


def test_pictures_are_beside_the_page_and_one_with_nothing_to_draw_is_left_out(tmp_path, html):
    made = write_gaps_page(shown(), tmp_path)
    assert [path.name for path in made] == ["gap-analysis.html", *PICTURES]
    assert made[0].read_text("utf-8") == html, "the same page each time"
    few = [each for each in shown().parts if each.key == "provision"]
    with pytest.raises(FileProblem, match=r"reach\.png is of another gap analysis"):
        write_gaps_page(shown(parts=few), tmp_path)
    (tmp_path / "few").mkdir()
    assert [path.name for path in write_gaps_page(shown(parts=few), tmp_path / "few")][1:] == ["provision.png"]


def test_a_matrix_of_too_many_authorities_is_a_table_alone():
    many = pd.DataFrame({"name": [f"Area {n}" for n in range(41)], "rss_status_housing": "served"})
    table = GapsTable("six-types", "Types", many, {"name": "Authority", "rss_status_housing": "Housing"})
    found = GapsPart("six_types", "The six types", (), (), (table,))
    assert "<img" not in gaps_page(shown(parts=(found,)))
    assert "<img" in gaps_page(shown(parts=(dataclasses.replace(found, tables=(fewer(table),)),)))


def fewer(table):
    return dataclasses.replace(table, table=table.table.iloc[:40])


def test_nothing_found_is_still_a_page():
    html = gaps_page(shown(parts=(), layers=(), method=(), licences=()))
    assert headings(html) == ["In short", "Notes", "Where the data is from"]
    assert "<table" not in html and "<img" not in html


def test_only_what_has_passed_the_gate_is_shown_and_internal_is_for_its_owner(made_up, tmp_path):
    for thing in (None, small()):
        with pytest.raises(NotPublished):
            gaps_page(thing)
        with pytest.raises(NotPublished):
            write_gaps_page(thing, tmp_path)
    assert not [path for path in tmp_path.iterdir() if path.suffix in (".html", ".png")]
    inside = gaps_for(made_up, Audience.INTERNAL)
    made = write_gaps_page(dataclasses.replace(inside, parts=inside.parts[:1], gate=inside.gate), tmp_path)
    assert len(made) == 2 and all(path.stat().st_mode & 0o077 == 0 for path in made)


@pytest.mark.browser
def test_it_runs_nothing_asks_for_nothing_and_has_no_violation(open_page, html):
    watched = open_page(html, width=360)
    page = watched.page
    assert page.locator("img").count() == 7 and page.evaluate("document.scripts.length") == 0
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert violations(page) == "" and not too_wide(page)
    link = page.get_by_role("link", name="How fresh it is")
    assert link.bounding_box()["height"] >= 24
    link.focus()
    page.keyboard.press("Enter")
    top = page.get_by_role("heading", name="How fresh it is").evaluate("one => one.getBoundingClientRect().top")
    assert -1 <= top < 900
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not too_wide(page)
    assert watched.quiet, watched


@pytest.mark.browser
def test_hostile_words_run_nothing_and_show_as_typed(open_page):
    words = tuple(HOSTILE)
    table = pd.DataFrame({"name": words, "tuple": [(text, "b") for text in words]})
    found = part(table, {"name": words[0], "tuple": words[3]}, notes=words, title=words[5])
    parts = [dataclasses.replace(found, heading=text, sentences=words, cautions=words) for text in words]
    hostile = gaps_of(
        small(banner=words[1], title=words[2], notes=words), parts=parts, method=words, licences=words, layers=()
    )
    watched = open_page(gaps_page(hostile), width=360)
    page, second = watched.page, watched.page.locator("section").nth(1)
    assert page.locator(".banner").text_content() == words[1]
    assert page.locator("nav a").all_text_contents()[: len(words)] == list(words)
    assert second.locator(".unknown li").all_text_contents() == list(words)
    assert second.locator("tbody th").all_text_contents() == list(words)
    assert page.locator("img, script, iframe, svg").count() == 0
    assert not too_wide(page) and watched.quiet, watched
