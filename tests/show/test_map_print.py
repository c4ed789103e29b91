"""A map on paper: A4, the map with its legend, what was chosen, every row; and nothing to press."""

import re

import pytest
from show_build import many, small

from published_gaps import gaps_of
from rosc_map.show import map_page

pytestmark = pytest.mark.browser


def test_on_paper_the_controls_are_gone_and_the_key_to_the_symbols_stays(open_page):
    watched = open_page(map_page(gaps_of(small())), width=360, height=740)
    page = watched.page
    page.get_by_role("button", name="Show on map Example Recovery Café").click()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    for gone in ("#search", ".tools", ".take", ".switches", "#everything", "#layer", ".details .close", "summary"):
        assert not page.locator(gone).first.is_visible(), gone
    for shown in ("#map", ".legend", "#details h3", ".types .icon >> nth=0", "#shown", "#assets", "#links", "#sources"):
        assert page.locator(shown).first.is_visible(), shown
    assert not page.locator("input").first.is_visible()
    assert watched.quiet, watched


def test_it_prints_to_a4_with_every_row(open_page):
    page = open_page(map_page(many(120))).page
    paper = page.pdf(prefer_css_page_size=True)
    sizes = {tuple(map(float, found)) for found in re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", paper)}
    assert len(sizes) == 1
    width, height = sizes.pop()
    assert (round(width), round(height)) == (595, 842)
    assert len(re.findall(rb"/Type ?/Page\b", paper)) >= 4


def test_the_button_asks_the_browser_to_print(open_page):
    page = open_page(map_page(small())).page
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    page.get_by_role("button", name="Print", exact=True).click()
    assert page.title() == "printed"


def test_the_head_of_a_table_can_be_repeated_on_each_sheet(open_page):
    # Chromium repeats no head that holds the box of a button.
    page = open_page(map_page(many(120))).page
    page.emulate_media(media="print")
    boxes = page.locator("#assets thead button").evaluate_all("all => all.map(e => getComputedStyle(e).display)")
    assert set(boxes) == {"contents"}
