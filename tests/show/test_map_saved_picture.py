"""The view as a PNG: the map with its patterns and symbols, its legend and its words, made within the page's policy."""

import io

import numpy as np
import pytest
from matplotlib import image
from show_build import small

from published_gaps import gaps_of
from rosc_map.records import Audience
from rosc_map.show import map_page
from rosc_map.show.tiles import Tiles

pytestmark = pytest.mark.browser


def saved(page):
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as picture (PNG)").click()
    data = download.value.path().read_bytes()
    assert data.startswith(b"\x89PNG")
    return download.value.suggested_filename, image.imread(io.BytesIO(data))


def share_of(picture, colour):
    """The share of the picture's points that have a colour."""
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], np.float32) / 255
    return float((np.abs(picture[..., :3] - wanted) < 0.01).all(axis=2).mean())


def test_the_picture_has_the_map_its_hatches_symbols_legend_and_words_and_follows_the_view(open_page):
    tiles = Tiles("https://tiles.example.org/{z}/{x}/{y}.png", "Example")
    watched = open_page(map_page(gaps_of(small(banner="Made up.")), tiles=tiles), width=800, height=600)
    name, picture = saved(watched.page)
    assert name == "Recovery-map-Tees-Valley_LEROs_2026-11-22.png"
    map_box = watched.page.locator("#map").bounding_box()
    assert picture.shape[1] > 2 * map_box["width"] and picture.shape[0] > 2 * map_box["height"] + 300
    for colour in ("#a9d3ea", "#fff1dc", "#f4f4f4"):
        assert share_of(picture, colour) > 0.03, f"the fill of a status: {colour}"
    for colour in ("#8f4a00", "#8a8a8a", "#fff3c4", "#0072b2"):
        assert share_of(picture, colour) > 0.0002, f"a hatch, the banner or a symbol: {colour}"
    points = (picture[::3, ::3, :3] * 255).astype(np.uint32) @ [65536, 256, 1]
    assert len(np.unique(points)) > 100
    assert "saved" in watched.page.locator("#copy-note").text_content()
    # It follows the view.
    watched.page.locator("#layer").select_option("1")
    name, after = saved(watched.page)
    assert name == "Recovery-map-Tees-Valley_Reach-within-5-km-of-a-LERO_2026-11-22.png"
    assert share_of(after, "#fff1dc") < 0.03
    assert watched.quiet, watched


def test_a_hostile_title_makes_a_plain_file_name_and_a_whole_picture(open_page):
    title = "../../<img src=x onerror=alert(1)>\u202e\u2028 Ynys Môn " + "x" * 10_000
    watched = open_page(map_page(small(), title=title), width=360, height=740)
    name, picture = saved(watched.page)
    assert name.startswith("img-src-x-onerror-alert-1-Ynys-Môn-xxx") and name.endswith("_2026-11-22.png")
    assert len(name) < 100 and picture.shape[1] < 1000
    assert watched.quiet, watched


def test_the_name_of_a_picture_that_is_not_for_everybody_says_for_whom_it_is(open_page):
    name, _ = saved(open_page(map_page(small(audience=Audience.INTERNAL)), width=360, height=740).page)
    assert name == "Recovery-map-Tees-Valley_internal_2026-11-22.png"
