"""What leaves the house opens in Firefox too: no error, no request, tables filled, details on a click, not blank."""

import io

import pytest
from PIL import Image

pytestmark = pytest.mark.firefox

SURREY = "made-up-surrey"
# The one has most places, the other all that a map can hold.
MAPS = ["england/map.html", f"{SURREY}/internal/map.html"]
PAGES = [
    "index.html",
    f"{SURREY}/partners/paper/board-paper.html",
    f"{SURREY}/partners/linkage-page/linkage.html",
    f"{SURREY}/partners/gaps/gap-analysis.html",
    f"{SURREY}/partners/network/network.html",
    f"{SURREY}/internal/linkage/result.html",
]
FEWEST_COLOURS = 20
EMPTY_TABLES = "() => [...document.querySelectorAll('table')].filter(t => !t.querySelector('tbody td')).length"
DRAWN = """() => new Promise((tell) => {
  // What is drawn waits for the next frame.
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const canvas = document.querySelector(".leaflet-symbols-pane canvas");
    const colours = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    tell(colours.filter((value, at) => at % 4 === 3 && value).length);
  }));
})"""
EACH_CHOICE = """() => document.querySelectorAll("select").forEach((list) => [...list.options].forEach((option) => {
  list.value = option.value;
  list.dispatchEvent(new Event("change"));
}))"""


def colours(picture):
    with Image.open(io.BytesIO(picture)) as image:
        return len(image.convert("RGB").getcolors(image.width * image.height))


def is_whole(page):
    assert page.evaluate(EMPTY_TABLES) == 0
    assert not page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert colours(page.screenshot()) >= FEWEST_COLOURS
    assert (page.errors, page.requests) == ([], [])


@pytest.mark.parametrize("name", [*MAPS, *PAGES])
def test_it_opens_whole_on_a_telephone_and_asks_for_nothing(demo, open_in_firefox, name):
    is_whole(open_in_firefox(demo / name, width=360, height=740))


@pytest.mark.parametrize("name", MAPS)
def test_a_map_opens_whole_on_a_desk_and_is_used_with_a_mouse(demo, open_in_firefox, name):
    page = open_in_firefox(demo / name)
    is_whole(page)
    assert page.evaluate(DRAWN) > 100, "symbols on the canvas"
    chosen = page.evaluate("() => document.querySelector('#assets tbody th').textContent")
    page.click("#assets tbody button")
    assert page.evaluate("() => document.querySelector('#details h3').textContent") == chosen
    page.evaluate(EACH_CHOICE)
    shown = page.evaluate("() => document.querySelector('#shown').textContent")
    page.click("#more-filters > summary")
    page.click("input[name=type]")
    assert page.evaluate("() => document.querySelector('#shown').textContent") != shown
    assert (page.errors, page.requests) == ([], [])


def test_what_goes_wrong_in_firefox_is_noticed(open_in_firefox, tmp_path):
    bad = tmp_path / "bad.html"
    bad.write_text("<title>x</title><img src='https://rosc-map.invalid/x.png'><script>alert(1); nothing.here</script>")
    page = open_in_firefox(bad)
    assert page.requests == ["https://rosc-map.invalid/x.png"]
    assert "1" in page.errors and any("nothing is not defined" in error for error in page.errors)
