"""Marks for crowds of assets, names of authorities, and links, in a real Chromium."""

from pathlib import Path

import pytest
from map_use import open_filters, type_in_search
from show_build import asset, many, published, small

from rosc_map.place import authorities
from rosc_map.show import map_page

pytestmark = pytest.mark.browser

# Note what the page has written on its canvas, and the dashes of each line there, since it last cleared it.
WATCH = """
window.drawn = { written: [], dashes: [] };
const proto = CanvasRenderingContext2D.prototype;
const { clearRect, fillText, stroke } = proto;
proto.clearRect = function (...box) {
  window.drawn = { written: [], dashes: [] };
  return clearRect.apply(this, box);
};
proto.fillText = function (words, ...rest) {
  window.drawn.written.push(words);
  return fillText.call(this, words, ...rest);
};
proto.stroke = function (...path) {
  window.drawn.dashes.push(this.getLineDash().join(" "));
  return stroke.apply(this, path);
};
"""


@pytest.fixture
def open_watched(open_page):
    """Open a page of which everything that it draws on a canvas is noted."""

    def open_(html):
        watched = open_page("<!doctype html>", reduced_motion="reduce")
        watched.page.add_init_script(WATCH)
        Path(watched.page.url.removeprefix("file://")).write_text(html, "utf-8")
        watched.page.reload()
        return watched

    return open_


def drawn(page, what="written"):
    """What stands on the canvas; words that are numbers are those of marks."""
    # What is drawn waits for the next frame.
    return page.evaluate(
        "what => new Promise((tell) => requestAnimationFrame(() => requestAnimationFrame(() => tell(drawn[what]))))",
        what,
    )


def numbers(page):
    return [int(words) for words in drawn(page) if words.isdigit()]


def test_a_crowd_is_one_mark_with_its_number_and_no_asset_is_lost(open_watched):
    page = open_watched(map_page(many(2_000))).page
    page.get_by_role("button", name="Zoom out").click()
    marks = numbers(page)
    assert max(marks) > 20
    symbols = len(drawn(page, "dashes")) - len(marks)
    assert sum(marks) + symbols == 2_000


def test_the_marks_follow_the_filters(open_watched):
    page = open_watched(map_page(many(2_000))).page
    before = numbers(page)
    open_filters(page)
    page.get_by_label("Mutual aid").uncheck()
    after = numbers(page)
    assert sum(after) < 0.8 * sum(before)


def test_assets_with_room_between_them_are_drawn_each_by_its_symbol(open_watched):
    rows = [asset(at, f"Asset {at}", "lero", at=(-1.4 + 0.1 * at, 54.5)) for at in range(4)]
    page = open_watched(map_page(published(rows))).page
    assert numbers(page) == []


def click_middle(page):
    box_ = page.locator("#map").bounding_box()
    page.mouse.click(box_["x"] + box_["width"] / 2, box_["y"] + box_["height"] / 2)


def test_a_mark_of_one_point_lists_its_assets(open_watched):
    rows = [asset(at, f"Asset {at}", "lero", at=(-1.2, 54.55)) for at in range(60)]
    watched = open_watched(map_page(published(rows)))
    page = watched.page
    assert 60 in numbers(page)
    click_middle(page)
    assert page.locator("#details h3").text_content() == "60 assets here"
    assert page.locator("#details li button").count() == 50
    assert "And 10 more" in page.locator("#details").text_content()
    page.locator("#details li button").first.click()
    assert page.locator("#details h3").text_content() == "Asset 0"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "map"
    assert watched.quiet, watched


def test_a_mark_says_that_a_place_in_it_is_not_exact(open_watched):
    rows = [asset(at, f"Asset {at}", "lero", at=(-1.2, 54.55), about=True) for at in range(2)]
    page = open_watched(map_page(published(rows))).page
    assert "4 3" in drawn(page, "dashes")
    click_middle(page)
    assert "About here" in page.locator("#details").text_content()


def test_a_mark_that_zooming_parts_is_zoomed_to(open_watched):
    rows = [asset(at, f"Asset {at}", "lero", at=(-1.2 + at / 1_000, 54.55)) for at in range(2)]
    page = open_watched(map_page(published(rows))).page
    assert numbers(page) == [2]
    click_middle(page)
    assert (numbers(page), len(drawn(page, "dashes"))) == ([], 2)
    assert "Nothing is chosen yet" in page.locator("#details").text_content()


def test_a_welsh_name_stands_before_the_english_one_where_there_is_room(open_watched):
    areas = authorities("upper", ["W06000001", "W06000020"])
    table = areas[["code", "name"]].assign(status="not_surveyed", looked="", lero_types=[(), ()])
    page = open_watched(map_page(published([], areas=areas.iloc[:1], table=table.iloc[:1]))).page
    assert "Ynys Môn / Isle of Anglesey" in drawn(page)
    page = open_watched(map_page(published([], areas=areas, table=table))).page
    assert "Ynys Môn / Isle of Anglesey" not in drawn(page)


def test_the_kinds_of_link_are_told_apart_by_dashes_and_heads(open_watched):
    rows = [asset(at, f"Asset {at}", "lero", at=(-1.4 + 0.1 * at, 54.5)) for at in range(5)]
    evidence = [("declared, confirmed", False), ("declared", False), ("", True), ("counted", False)]
    links = [("a0", f"a{at}", *said) for at, said in enumerate(evidence, start=1)]
    page = open_watched(map_page(published(rows, links=links))).page
    page.get_by_role("button", name="Show on map Asset 0").click()
    lines = page.evaluate(
        "[...document.querySelectorAll('#map path[marker-end]')]"
        ".map(p => [p.getAttribute('stroke-dasharray'), p.getAttribute('marker-end')])"
    )
    assert lines == [
        [None, "url(#arrow)"],
        ["10 4", "url(#arrow-open)"],
        ["5 4", "url(#arrow-open)"],
        ["2 4", "url(#arrow-open)"],
    ]


def test_all_links_are_those_of_the_assets_shown_and_only_when_wanted(open_watched):
    watched = open_watched(map_page(small()))
    page = watched.page
    assert not {"10 4", "5 4"} & set(drawn(page, "dashes"))
    page.locator("#all-links").check()
    assert "5 4" in drawn(page, "dashes")
    type_in_search(page, "example")
    assert "5 4" not in drawn(page, "dashes"), "the other end is hidden"
    type_in_search(page, "")
    page.locator("#all-links").uncheck()
    assert not {"10 4", "5 4"} & set(drawn(page, "dashes"))
    assert watched.quiet, watched


def test_five_thousand_links_are_a_handful_of_strokes(open_watched):
    links = [(f"a{at % 300}", f"a{(at * 7 + 1) % 300}", "declared", False) for at in range(5_000)]
    points = [(-1.49 + 0.58 * (at % 71) / 71, 54.41 + 0.28 * (at % 53) / 53) for at in range(300)]
    rows = [asset(number, f"Asset {number}", "lero", at=at) for number, at in enumerate(points)]
    page = open_watched(map_page(published(rows, links=links))).page
    page.locator("#all-links").check()
    with_links = len(drawn(page, "dashes"))
    page.locator("#all-links").uncheck()
    assert with_links - len(drawn(page, "dashes")) == 2  # all lines, and all their heads
