"""The tables of a map: ordered by what they show, 50 rows a page, all rows on paper."""

import datetime as dt

import pytest
from map_use import names, open_filters, type_in_search
from show_build import asset, many, published, small, three_statuses

from published_gaps import gaps_of
from rosc_map.show import map_page

pytestmark = pytest.mark.browser


def head(page, table, words):
    return page.locator(f"#{table} thead button", has_text=words)


def order(page, table="assets"):
    """How each ordered column is ordered."""
    heads = page.locator(f"#{table} th[aria-sort]")
    return {each.text_content(): each.get_attribute("aria-sort") for each in heads.all()}


def test_names_are_ordered_as_a_reader_expects_and_turned_by_a_second_press(open_page):
    rows = [
        asset(at, name, "lero", at=None) for at, name in enumerate(["Zebra", "Éclair", "apple", "Group 10", "Group 9"])
    ]
    watched = open_page(map_page(published(rows)))
    page = watched.page
    head(page, "assets", "Name").click()
    assert names(page) == ["apple", "Éclair", "Group 9", "Group 10", "Zebra"]
    assert order(page) == {"Name": "ascending"}
    head(page, "assets", "Name").press("Enter")
    assert names(page) == ["Zebra", "Group 10", "Group 9", "Éclair", "apple"]
    assert order(page) == {"Name": "descending"}
    head(page, "assets", "Type").click()
    assert order(page) == {"Type": "ascending"}
    assert watched.quiet, watched


def test_numbers_are_ordered_as_numbers_and_what_nobody_surveyed_comes_last_both_ways(open_page):
    table = three_statuses().assign(status=["served", "served", "not_surveyed"], count_lero=[10, 9, 0])
    page = open_page(map_page(small(table=table))).page
    for expected in (["Middlesbrough", "Darlington"], ["Darlington", "Middlesbrough"]):
        head(page, "areas", "LERO").click()
        assert names(page, "areas") == [*expected, "Redcar and Cleveland"]


def test_dates_are_ordered_as_dates_and_no_date_comes_last_both_ways(open_page):
    days = [dt.date(2026, 3, 1), None, dt.date(2025, 12, 24), dt.date(2026, 2, 10)]
    pages = ["2024-2025", "", "March 2026", "2026-01-31"]
    rows = [
        asset(at, f"A{at}", "lero", at=None, verified_on=day, source_date=told)
        for at, (day, told) in enumerate(zip(days, pages, strict=True))
    ]
    page = open_page(map_page(published(rows))).page
    expected = {"Last checked": ["A2", "A3", "A0"], "Date of the page": ["A0", "A3", "A2"]}
    for column, found in expected.items():
        head(page, "assets", column).click()
        assert names(page) == [*found, "A1"]
        head(page, "assets", column).click()
        assert names(page) == [*reversed(found), "A1"]


def test_the_column_of_a_layer_is_ordered_and_no_class_comes_last(open_page):
    page = open_page(map_page(gaps_of(small()))).page
    page.locator("#layer").select_option("1")
    head(page, "areas", "Reach").click()
    assert names(page, "areas") == ["Middlesbrough", "Redcar and Cleveland", "Darlington"]
    head(page, "areas", "Reach").click()
    assert names(page, "areas") == ["Redcar and Cleveland", "Middlesbrough", "Darlington"]


def test_the_order_is_kept_over_pages_filters_and_paper(open_page):
    watched = open_page(map_page(many(120)))
    page = watched.page
    head(page, "assets", "Name").click()
    head(page, "assets", "Name").click()
    assert names(page)[0] == "Asset 00119"
    page.get_by_role("button", name="Next assets").click()
    assert names(page)[0] == "Asset 00069"
    open_filters(page)
    page.locator("#filters input[name=type]").first.uncheck()
    assert names(page)[0] == "Asset 00119"
    assert page.locator("#assets [role=status]").text_content() == "Page 1 of 2"
    type_in_search(page, "0011")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert names(page) == [f"Asset {at:05d}" for at in (119, 118, 117, 115, 114, 113, 111, 110, 11)]
    assert watched.quiet, watched


def test_buttons_are_no_column_to_order_by(open_page):
    page = open_page(map_page(small())).page
    assert page.locator("th.show").count() == 2
    assert page.locator("th.show button").count() == 0
