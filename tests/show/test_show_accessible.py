"""WCAG 2.2 AA as far as a machine can tell: axe-core, reflow, target size; at phone, tablet and desktop width."""

import pytest
from show_build import linkage, many, small, table_of

from axe_core import violations
from published_gaps import gaps_of
from rosc_map.show import Section, index_page, map_page, results_page
from rosc_map.show.tiles import Tiles

pytestmark = pytest.mark.browser
WIDTHS = (320, 768, 1280)
TABLE = table_of({"What": ["Linked", "Two-way"], "Estimate": [0.4, None], "Of": ["100 questions", "20 pairs"]})
SECTIONS = (
    Section("What was made", ("Open any of these.",), links=(("The map", "map.html", "One file."),)),
    Section("Results", ("A sentence.",), TABLE),
)


def too_wide(page):
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def small_targets(page, selector):
    """The words of the controls that are smaller than 24 pixels either way."""
    return page.locator(selector).evaluate_all(
        """all => all.map(e => [e.textContent || e.id || e.name, e.getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([words]) => words)"""
    )


def wide_at_any(page):
    """At which widths a page has to be moved sideways; it is left at the first of them."""
    found = []
    for width in reversed(WIDTHS):
        page.set_viewport_size({"width": width, "height": 900})
        found += [width] if too_wide(page) else []
    return found


def test_map_page_has_no_violation_and_no_sideways_scroll(open_page):
    page = open_page(map_page(small(banner="Made up.", linkage=linkage())), width=320).page
    assert violations(page) == ""
    assert not too_wide(page)
    page.get_by_role("button", name="Show on map Example Recovery Café").click()
    assert violations(page) == ""
    assert wide_at_any(page) == []
    page.get_by_role("button", name="Show on map Middlesbrough").click()
    # On a large screen the parts of a map stand beside each other.
    page.set_viewport_size({"width": 1280, "height": 900})
    assert violations(page) == ""


def test_a_map_in_use_has_no_violation_and_no_sideways_scroll_and_targets_of_24_pixels(open_page):
    tiles = Tiles("https://tiles.example.org/{z}/{x}/{y}.png", "Example")
    page = open_page(map_page(gaps_of(small(banner="Made up.", linkage=linkage())), tiles=tiles), width=320).page
    page.evaluate("document.getElementById('more-filters').open = true")
    page.locator("#assets thead button").first.click()
    page.locator("#filters input[name=rss_types]").last.uncheck()
    page.locator("#all-links").check()
    page.get_by_role("button", name="Show on map Example Recovery Café").click()
    page.get_by_role("button", name="Copy a link to this view").click()
    assert violations(page) == ""
    for width in reversed(WIDTHS):
        page.set_viewport_size({"width": width, "height": 900})
        assert not too_wide(page), width
        assert small_targets(page, "button, input, select, summary, .site, main a, #copy-box") == [], width


def test_plain_pages_have_no_violation_and_no_sideways_scroll(open_page):
    page = open_page(index_page("rosc-map: a demonstration", "Made up.", SECTIONS), width=320).page
    assert violations(page) == ""
    assert wide_at_any(page) == []


def test_results_page_of_a_published_area_has_no_violation(open_page):
    page = open_page(results_page(small(banner="Made up."), title="Linkage", banner="", sections=SECTIONS)).page
    assert violations(page) == ""


def test_pages_of_a_long_table_have_no_violation(open_page):
    page = open_page(map_page(many(60)), width=360, height=740).page
    page.get_by_role("button", name="Next assets").click()
    assert violations(page) == ""


def test_text_at_four_times_its_size_needs_no_sideways_scroll(open_page):
    # 1280 pixels at 400 % are 320: the same page with the pixels of a large screen.
    page = open_page(map_page(small()), width=320, height=256, device_scale_factor=4).page
    page.get_by_role("button", name="Show on map Example Recovery Café").click()
    assert not too_wide(page)
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") < 256


def test_whoever_asks_for_less_motion_gets_none(open_page):
    page = open_page(map_page(small()), reduced_motion="reduce").page
    page.get_by_role("button", name="Zoom in").click()
    assert page.locator(".leaflet-zoom-anim").count() == 0
    assert page.locator("#details").is_visible()
