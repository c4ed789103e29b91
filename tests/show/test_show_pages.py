"""The plain pages: what they say, and that they hold no script."""

import datetime as dt

import pandas as pd
import pytest
from show_build import small, table_of

from rosc_map.errors import NotPublished
from rosc_map.show import Section, index_page, results_page

TABLE = table_of(
    {
        "What": ["Linked"],
        "Share": [0.41250],
        "People": [1_234.0],
        "On": [dt.date(2026, 3, 1)],
        "Note": [None],
        "Known": [True],
    }
)


def test_a_section_shows_its_paragraphs_table_and_links():
    section = Section("Results", ("A sentence.", "Another."), TABLE, (("The map", "map.html", "One file."),))
    html = results_page(None, title="Linkage", banner="", sections=(section,))
    for words in (
        "<title>Linkage</title>",
        '<h2 id="section-1">Results</h2>',
        "<p>A sentence.</p>",
        "<caption>Results</caption>",
        '<th scope="row">Linked</th><td>0.412</td><td>1,234</td><td>1 March 2026</td><td></td><td>yes</td>',
        '<a href="map.html">The map</a><span class="what">One file.</span>',
    ):
        assert words in html
    assert "<script" not in html
    assert "script-src &#39;none&#39;" in html


def test_what_stands_with_a_published_area_stands_on_its_pages():
    shown = small(banner="These organisations are made up.")
    html = results_page(shown, title="Linkage", banner="Linkage is not shown by name.", sections=())
    assert "Linkage is not shown by name. These organisations are made up." in html
    assert "As at 22 November 2026. Made for everybody." in html
    assert "Contains National Statistics data" in html


def test_the_same_banner_is_not_said_twice():
    assert results_page(small(banner="Made up."), title="T", banner="Made up.", sections=()).count("Made up.") == 1


def test_the_index_is_of_no_audience():
    html = index_page("rosc-map", "Made up.", (Section("Outputs"),))
    assert "As at" not in html
    assert "<strong>Made up.</strong>" in html
    assert "<footer" not in html


def test_a_table_that_has_not_passed_the_gate_is_not_shown():
    with pytest.raises(NotPublished, match="A DataFrame has not passed"):
        index_page("T", "", (Section("S", table=pd.DataFrame({"a": [1]})),))
