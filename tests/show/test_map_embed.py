"""A map within another page: a public one shows the map with its tables folded, any other shows nothing."""

import pytest
from map_use import until
from show_build import small
from test_show_accessible import too_wide

from published_gaps import gaps_of
from rosc_map.records import Audience
from rosc_map.show import map_page

pytestmark = pytest.mark.browser


def framed(open_page, tmp_path, html, width=640):
    (tmp_path / "map.html").write_text(html, "utf-8")
    outer = tmp_path / "outer.html"
    frame = f'<iframe title="Map" src="map.html" width="{width}" height="700"></iframe>'
    outer.write_text(f'<!DOCTYPE html><html lang="en-GB"><title>Outer</title><body>{frame}', "utf-8")
    watched = open_page(outer)
    return watched, watched.page.frame(url="**/map.html*")


@pytest.mark.parametrize("width", [320, 640])
def test_a_public_map_in_a_frame_is_compact_and_its_tables_stay_reachable(open_page, tmp_path, width):
    watched, frame = framed(open_page, tmp_path, map_page(gaps_of(small(banner="Made up."))), width)
    for shown in ("h1", ".banner", ".made", "#map", ".legend", "#search", "#details", "#sources .licence >> nth=0"):
        assert frame.locator(shown).is_visible(), shown
    assert not frame.locator("#assets").is_visible()
    frame.get_by_text("The same as tables").click()
    assert frame.locator("#assets tbody tr").count() == 5 and frame.locator("#assets").is_visible()
    assert not too_wide(frame)
    assert not (watched.dialogs or watched.page_errors or watched.console_errors), watched


def test_the_link_to_the_whole_map_opens_the_same_view_by_itself(open_page, tmp_path):
    _, frame = framed(open_page, tmp_path, map_page(gaps_of(small())))
    frame.locator("#layer").select_option("1")
    link = frame.get_by_role("link", name="Open the whole map with its tables")
    until(frame, "document.getElementById('whole-map-link').href.includes('layer=')")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener")
    whole = open_page(tmp_path / "map.html").page
    whole.goto(link.get_attribute("href"))
    assert whole.locator("#layer").input_value() == "1"
    assert whole.locator("#assets").is_visible() and not whole.locator("#whole-map").is_visible()


@pytest.mark.parametrize("audience", [Audience.PARTNERS, Audience.INTERNAL])
def test_any_other_map_in_a_frame_shows_one_sentence_and_a_link(open_page, tmp_path, audience):
    watched, frame = framed(open_page, tmp_path, map_page(small(audience=audience)))
    told = frame.locator("body").inner_text()
    assert told == "This map is not for everybody, so it is not shown within another page. Open it by itself."
    assert "Café" not in frame.content()
    assert frame.get_by_role("link").get_attribute("href").endswith("/map.html")
    assert not (watched.dialogs or watched.page_errors or watched.console_errors), watched


def test_by_itself_it_is_the_whole_map(open_page):
    page = open_page(map_page(small(audience=Audience.INTERNAL))).page
    assert page.locator("#assets").is_visible() and page.locator("details.same").count() == 0


@pytest.mark.parametrize("audience", [Audience.PARTNERS, Audience.INTERNAL])
def test_in_a_frame_without_scripts_any_other_map_shows_nothing_of_itself(open_page, tmp_path, audience):
    (tmp_path / "map.html").write_text(map_page(small(audience=audience)), "utf-8")
    frame = '<iframe title="Map" sandbox src="map.html" width="640" height="700"></iframe>'
    (tmp_path / "outer.html").write_text(f'<!DOCTYPE html><html lang="en-GB"><title>Outer</title>{frame}', "utf-8")
    page = open_page(tmp_path / "outer.html").page
    plain = open_page(tmp_path / "map.html", java_script_enabled=False).page
    for shown in (page.frames[1], plain):
        assert not shown.locator("#page").is_visible()
        alone = shown.locator("noscript")
        assert alone.all_inner_texts() == ["This map is not for everybody. It needs JavaScript."]
        assert alone.locator("p").is_visible()
