"""Filters and search of a map: tables, links and counts follow, and each count tells what a box would bring."""

import pytest
from map_use import counts, names, open_filters, type_in_search, with_facts
from show_build import asset, many, published, small

from rosc_map.show import map_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def html():
    return map_page(small())


@pytest.fixture
def opened(open_page, html):
    watched = open_page(html)
    open_filters(watched.page)
    yield watched
    assert watched.quiet, watched


def box(page, name, words):
    return (
        page.locator("#filters label", has=page.locator(f"input[name={name}]")).filter(has_text=words).locator("input")
    )


def test_each_count_follows_all_the_other_filters_and_not_its_own(opened):
    page = opened.page
    before = counts(page, "rss_types")
    assert before["Not known"] == "(4)" and before["Peer-based recovery support"] == "(1)"
    box(page, "rss_types", "Not known").uncheck()
    assert names(page) == ["Example Recovery Café"]
    assert counts(page, "rss_types") == before
    assert counts(page, "type") == {
        "Lived experience recovery organisation (LERO)": "(1)",
        "Mutual aid": "(0)",
        "Alcohol and drug treatment": "(0)",
    }
    assert counts(page, "led_by")["People with lived experience"] == "(1)"
    box(page, "type", "Lived experience").uncheck()
    assert names(page) == []
    assert set(counts(page, "rss_types").values()) == {"(0)", "(3)"}


def test_an_asset_stays_while_one_of_its_options_is_switched_on(opened):
    page = opened.page
    box(page, "rss_types", "Peer-based").uncheck()
    assert "Example Recovery Café" in names(page)
    box(page, "rss_types", "Recovery community centre").uncheck()
    assert "Example Recovery Café" not in names(page)


def test_filters_by_leader_and_by_freshness_and_everything_again(opened):
    page = opened.page
    box(page, "led_by", "Not known").uncheck()
    assert names(page) == ["Example Recovery Café"]
    box(page, "freshness", "Checked longer ago").uncheck()
    assert names(page) == []
    assert page.locator("#shown").text_content() == "Shown: 0 of 5 assets, 0 on the map."
    page.get_by_role("button", name="Show everything again").click()
    assert len(names(page)) == 5
    assert page.locator("#filters input[type=checkbox]:not(:checked)").count() == 0


def test_the_links_shown_are_those_with_both_ends_shown(opened):
    page = opened.page
    assert len(names(page, "links")) == 3
    box(page, "type", "Mutual aid").uncheck()
    assert names(page, "links") == ["Tees Treatment"]
    assert page.locator("#links caption").text_content() == "Links 1 to 1 of 1 shown (3 in all)"
    type_in_search(page, "tees treatment")
    assert names(page, "links") == []
    assert page.locator("#links caption").text_content() == "No link is shown."


def test_no_filter_hides_an_end_that_is_not_on_the_list(open_page):
    rows = [asset(at, name, "lero", at=(-1.2, 54.5)) for at, name in ((1, "Ash"), (2, "Birch"))]
    page = open_page(map_page(published(rows, links=[("a1", "gone", "declared", False)]))).page
    type_in_search(page, "ash")
    assert names(page, "links") == ["Ash"]
    type_in_search(page, "birch")
    assert names(page, "links") == []


def test_large_numbers_are_written_with_a_comma(open_page):
    page = open_page(map_page(many(1_200))).page
    assert page.locator("#shown").text_content() == "Shown: 1,200 of 1,200 assets, 1,200 on the map."
    assert page.locator("#assets caption").text_content() == "Assets 1 to 50 of 1,200 shown (1,200 in all)"


def test_a_postcode_is_found_with_and_without_its_space(opened):
    for typed in ("TS1 2PA", "ts51aa", "ts12pa", "TS5 1AA", "Ts1", "ts5", "high street ts12"):
        type_in_search(opened.page, typed)
        found = ["Tees Treatment"] if "ts5" in typed.lower() else ["Example Recovery Café"]
        assert names(opened.page) == found, typed


def test_welsh_names_are_found_and_read_as_welsh(open_page):
    def welsh(facts):
        facts["areas"]["welsh"] = ["", "Môn y Prawf", ""]

    watched = open_page(with_facts(map_page(small()), welsh))
    page = watched.page
    type_in_search(page, "mon y prawf")
    assert names(page, "areas") == ["Middlesbrough"]
    assert "Tees Treatment" in names(page)
    assert page.locator("#areas [lang=cy]").all_text_contents() == ["Môn y Prawf"]
    page.get_by_role("button", name="Show on map Middlesbrough", exact=True).click()
    assert page.locator("#details [lang=cy]").text_content() == "Môn y Prawf"
    assert watched.quiet, watched


def test_where_nothing_is_known_there_is_no_such_filter(open_page):
    page = open_page(map_page(published([asset(1, "A", "lero", at=(-1.2, 54.5))]))).page
    assert page.locator("#filters fieldset").count() == 1


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 900)])
def test_the_filters_are_folded_and_a_keyboard_opens_and_uses_them(open_page, width, height):
    watched = open_page(map_page(small()), width=width, height=height)
    page = watched.page
    fold = page.locator("#more-filters")
    assert fold.get_attribute("open") is None
    place = page.locator("#map").bounding_box()
    assert place["y"] + 200 < height, "the map begins on the first screen"
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert "Example Recovery Café" not in names(page)
    assert watched.quiet, watched


def test_days_times_and_the_beginning_of_a_postcode_are_found(open_page):
    rows = [asset(1, "Evening", "lero", at=(-1.2, 54.5), sessions="Thu 19:00-20:30", place="GU1 3AA")]
    page = open_page(map_page(published(rows))).page
    for typed in ("aa", "thursday", "mo", "19:00", "nothing like it", "gu", "aa", "gu13aa"):
        type_in_search(page, typed)
        found = [] if typed in ("aa", "mo", "nothing like it") else ["Evening"]
        assert names(page) == found, typed


def test_the_postcode_of_an_asset_finds_its_authority_too(opened):
    type_in_search(opened.page, "ts1 2pa")
    assert names(opened.page, "areas") == ["Middlesbrough"]


def test_words_that_find_nothing_are_answered_with_others_to_try_and_filters_are_not_blamed_on_words(opened):
    page = opened.page
    hint = "No asset has these words. Try the first part of a postcode (GU1), a town or a type."
    type_in_search(page, "nothing like it")
    assert page.locator("#shown").text_content().endswith(hint)
    assert not page.locator("#to-assets").is_visible()
    type_in_search(page, "darlington meeting")
    box(page, "type", "Mutual aid").uncheck()
    assert names(page) == [] and hint not in page.locator("#shown").text_content()
