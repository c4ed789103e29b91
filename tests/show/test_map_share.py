"""A link to a view: what it holds, that it opens the same view, and that no address does any harm."""

import pytest
from map_use import link_of, names, open_filters, type_in_search, until, zoom_in
from show_build import many, small
from test_map_layers import FILLS, REACH

from published_gaps import gaps_of
from rosc_map.records import Audience
from rosc_map.show import map_page
from rosc_map.show.tiles import Tiles

pytestmark = pytest.mark.browser
CAFE = "Show on map Example Recovery Café"


@pytest.fixture(scope="module")
def html():
    return map_page(gaps_of(small()))


@pytest.fixture
def file(tmp_path, html):
    path = tmp_path / "map.html"
    path.write_text(html, "utf-8")
    return path


def opened_at(open_page, path, hash_):
    watched = open_page(path)
    watched.page.goto("about:blank")
    watched.page.goto(path.as_uri() + hash_)
    return watched


def test_a_link_opens_the_same_view_again(open_page, file):
    page = open_page(file).page
    page.locator("#layer").select_option(label=REACH)
    open_filters(page)
    page.locator("#filters input[name=type]").nth(1).uncheck()
    page.locator("#assets thead button", has_text="Type").click()
    page.locator("#all-links").check()
    page.get_by_role("button", name=CAFE).click()
    page.get_by_role("button", name="Zoom in").click()
    type_in_search(page, "middlesbrough")
    link = link_of(page)
    until(page, "location.hash.includes('asset=')")
    assert page.url == link
    seen = opened_at(open_page, file, link.removeprefix(file.as_uri()))
    again = seen.page
    assert again.locator("#layer option:checked").text_content() == REACH
    assert sorted(again.evaluate(FILLS)) == sorted(page.evaluate(FILLS))
    assert names(again) == names(page) == ["Tees Treatment", "Example Recovery Café", "Ynys Môn Friends"]
    assert again.locator("#search").input_value() == "middlesbrough"
    assert again.locator("#all-links").is_checked()
    assert again.locator("#details h3").text_content() == "Example Recovery Café"
    assert link_of(again) == link, "the place and nearness of the map too"
    again.keyboard.press("Escape")
    assert again.locator("#details h3").count() == 0
    assert seen.quiet, seen


def test_an_authority_and_a_page_of_a_table_are_in_the_link(open_page, tmp_path):
    path = tmp_path / "map.html"
    path.write_text(map_page(many(120)), "utf-8")
    page = open_page(path).page
    page.get_by_role("button", name="Next assets").click()
    page.get_by_role("button", name="Show on map Darlington", exact=True).click()
    until(page, "location.hash.includes('authority=E1')")
    again = opened_at(open_page, path, "#" + page.url.split("#")[1]).page
    assert again.locator("#details h3").text_content() == "Darlington"
    assert names(again)[0] == "Asset 00050"


def test_a_link_typed_into_an_open_page_is_followed_and_a_plain_jump_is_not(open_page, file):
    watched = open_page(file)
    page = watched.page
    page.evaluate("location.hash = '#search=darlington'")
    until(page, "document.getElementById('search').value === 'darlington'")
    assert names(page) == ["Darlington Meeting"]
    page.evaluate("location.hash = '#main'")
    page.wait_for_timeout(100)
    assert names(page) == ["Darlington Meeting"]
    page.evaluate("location.hash = '#all-links=1'")
    until(page, "document.getElementById('search').value === ''")
    assert len(names(page)) == 5
    assert watched.quiet, watched


def test_what_an_address_claims_is_believed_only_where_the_page_has_it(open_page, file):
    watched = open_page(file)
    page = watched.page
    for hash_ in (
        "#search=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&layer=%3Cscript%3Ealert(1)%3C/script%3E",
        "#view=NaN_NaN_NaN&table-assets=99999.99d&table-areas=__proto__&asset=constructor&authority=__proto__",
        "#view=1e309_91_181&table-assets=-1&without-type=__proto__&layer=-1&all-links=javascript:alert(1)",
        "#=&==&%&%zz=%E0%A4%A&view=9_1.2.3_4&asset=" + "f" * 8 + "&search=" + "a" * 5000,
        "#view=9.25_0_0&__proto__=1&toString=1&authority=E999",
    ):
        page.goto("about:blank")
        page.goto(file.as_uri() + hash_)
        assert len(names(page)) == 5 and page.locator("#details h3").count() == 0, hash_
        assert page.locator("#layer").input_value() == "0" and page.locator("#search").input_value() == "", hash_
        assert not page.locator("#all-links").is_checked(), hash_
        assert link_of(page) == file.as_uri() + "#", hash_
        assert watched.quiet, (hash_, watched)


def test_words_that_find_nothing_here_are_in_no_link(open_page, file):
    page = open_page(file).page
    type_in_search(page, "The secret refuge")
    assert page.url == file.as_uri() + "#", "the address is written, without them"
    assert "refuge" not in link_of(page) and "refuge" not in page.url


def test_no_address_switches_a_base_map_on(open_page, tmp_path):
    path = tmp_path / "map.html"
    path.write_text(map_page(small(), tiles=Tiles("https://tiles.example.org/{z}/{x}/{y}.png", "Example")), "utf-8")
    watched = opened_at(open_page, path, "#tiles=1&base=1&all-links=1")
    page = watched.page
    assert page.locator("#all-links").is_checked()
    assert not page.get_by_label("Show a base map (asks https://tiles.example.org for pictures").is_checked()
    assert watched.requests == []


def test_from_a_disk_the_reader_is_told_that_the_link_needs_the_file(open_page, file):
    page = open_page(file).page
    link_of(page)
    until(page, "document.getElementById('copy-note').textContent !== ''")
    assert "works where this file is" in page.locator("#copy-note").text_content()
    assert page.locator("#copy-note").get_attribute("role") == "status"


def opened_and_used(open_page, tmp_path, audience):
    """A map that is not for everybody, after a choice of layer, an order and a search."""
    path = tmp_path / "map.html"
    path.write_text(map_page(gaps_of(small(audience=audience))), "utf-8")
    page = open_page(path).page
    page.locator("#layer").select_option(label=REACH)
    page.locator("#assets thead button", has_text="Type").click()
    type_in_search(page, "m")
    return page


def link_after_use(page, name):
    """The parts of the link after an asset was chosen and looked at from near."""
    before = page.url
    assert "#" not in before
    page.get_by_role("button", name=name).click()
    zoom_in(page)
    assert page.url == before, "no address is written that nobody asked for"
    page.evaluate("document.getElementById('copy-note').textContent = ''")
    return dict(part.split("=") for part in link_of(page).split("#")[1].split("&"))


def test_a_link_of_coordinators_tells_no_search_no_asset_and_no_place_finer_than_an_authority(open_page, tmp_path):
    page = opened_and_used(open_page, tmp_path, Audience.INTERNAL)
    link = link_after_use(page, CAFE)
    assert set(link) == {"layer", "table-assets", "view"}
    assert link["view"] == "11_54.6_-1.2"
    assert "no search and no asset" in page.locator("#copy-note").text_content()
    page.get_by_role("button", name="Show on map Middlesbrough", exact=True).click()
    assert "authority=E2" in link_of(page)


def test_a_link_of_partners_tells_the_view_roughly_where_the_place_is_not_exact(open_page, tmp_path):
    page = opened_and_used(open_page, tmp_path, Audience.PARTNERS)
    about, nowhere = "Show on map Ynys Môn Friends", "Show details Monday Meeting"
    for name, rough in ((about, True), (CAFE, False), (nowhere, True)):
        link = link_after_use(page, name)
        assert {"layer", "search", "asset", "view"} <= set(link), name
        assert (len(link["view"].split("_")[1]) == 4) is rough, name
        assert ("very roughly the view" in page.locator("#copy-note").text_content()) is rough, name
