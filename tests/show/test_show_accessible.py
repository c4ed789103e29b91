"""WCAG 2.2 AA as far as a machine can tell: axe-core, reflow, target size; at phone, tablet and desktop width."""

import pytest
from show_build import linkage, many, small, table_of

from rosc_map.show import Section, index_page, map_page, results_page

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("width", [320, 768, 1280])
TABLE = table_of({"What": ["Linked", "Two-way"], "Estimate": [0.4, None], "Of": ["100 questions", "20 pairs"]})
SECTIONS = (
    Section("What was made", ("Open any of these.",), links=(("The map", "map.html", "One file."),)),
    Section("Results", ("A sentence.",), TABLE),
)


def violations(page):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page)
    return found.generate_report() if found.violations_count else ""


def too_wide(page):
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@WIDTHS
def test_map_page_has_no_violation_and_no_sideways_scroll(open_page, width):
    page = open_page(map_page(small(banner="Made up.", linkage=linkage())), width=width).page
    assert violations(page) == ""
    assert not too_wide(page)
    page.get_by_role("button", name="Show on map Example Recovery Café").click()
    assert violations(page) == ""
    assert not too_wide(page)
    page.get_by_role("button", name="Show on map Middlesbrough").click()
    assert violations(page) == ""


@WIDTHS
def test_plain_pages_have_no_violation_and_no_sideways_scroll(open_page, width):
    page = open_page(index_page("rosc-map: a demonstration", "Made up.", SECTIONS), width=width).page
    assert violations(page) == ""
    assert not too_wide(page)


def test_results_page_of_a_published_area_has_no_violation(open_page):
    page = open_page(results_page(small(banner="Made up."), title="Linkage", banner="", sections=SECTIONS)).page
    assert violations(page) == ""


def test_pages_of_a_long_table_have_no_violation(open_page):
    page = open_page(map_page(many(120)), width=360, height=740).page
    page.get_by_role("button", name="Next assets").click()
    assert violations(page) == ""


@WIDTHS
def test_every_button_box_and_link_is_at_least_24_pixels(open_page, width):
    page = open_page(map_page(small()), width=width).page
    page.get_by_role("button", name="Show on map Example Recovery Café").click()
    small_ones = page.evaluate(
        """() => [...document.querySelectorAll('button, input, #details a, #assets a')]
        .map(e => [e.textContent, e.getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([words]) => words)"""
    )
    assert small_ones == []


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
