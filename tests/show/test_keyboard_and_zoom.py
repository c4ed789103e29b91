"""By keyboard alone, and at 400 %: each control of a page is reached, is seen when it is, and nothing is cut off."""

from functools import cache

import pytest
from map_use import open_filters
from network_build import network
from round_build import result
from show_build import small, table_of

from published_gaps import gaps_of
from rosc_map.show import Section, gaps_page, index_page, map_page, network_page, round_page

pytestmark = pytest.mark.browser
PAGES = {
    "map": lambda: map_page(gaps_of(small(banner="Made up."))),
    "plain map": lambda: map_page(small(banner="Made up.")),
    "gaps": lambda: gaps_page(gaps_of(small())),
    "network": lambda: network_page(network()),
    "round": lambda: round_page(result()),
    "index": lambda: index_page(
        "T", "", (Section("S", ("W.",), table_of({"A": ["1"]}), (("The map", "map.html", "One file."),)),)
    ),
}
EACH = pytest.mark.parametrize("name", PAGES)


@cache
def html_of(name):
    """A page, made once."""
    return PAGES[name]()


# A group of radio buttons is one stop; what is folded away or not shown is none.
MARK_CONTROLS = """() => {
  const inTurn = "a[href], button, input, select, summary, [tabindex='0']";
  const seen = (found) => found.checkVisibility({ visibilityProperty: true }) && !found.disabled && found.tabIndex >= 0;
  const controls = [...document.querySelectorAll(inTurn)].filter(seen).filter((found) => found.type !== "radio");
  controls.forEach((found, at) => { found.dataset.stop = at; });
  return controls.length;
}"""
WHERE = """() => {
  const at = document.activeElement;
  const look = getComputedStyle(at);
  const outlined = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
  const what = at.outerHTML.slice(0, 90);
  return { stop: at.dataset.stop || "", outlined: outlined || look.boxShadow !== "none", what };
}"""


@EACH
def test_every_control_is_reached_by_tab_in_order_and_shows_that_it_is(open_page, name):
    page = open_page(html_of(name)).page
    controls = page.evaluate(MARK_CONTROLS)
    assert controls >= 1
    stops, unseen = [], []
    for _ in range(2 * controls + 20):
        page.keyboard.press("Tab")
        at = page.evaluate(WHERE)
        if at["stop"] and at["stop"] in stops:
            break
        stops += [at["stop"]] if at["stop"] else []
        unseen += [at["what"]] if at["stop"] and not at["outlined"] else []
    assert stops == [str(at) for at in range(controls)]
    assert unseen == []


@pytest.mark.parametrize("name", ["map", "plain map"])
def test_what_has_the_focus_is_pressed_by_a_key(open_page, name):
    watched = open_page(html_of(name))
    page = watched.page
    page.locator("#assets tbody button").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('#details') !== null")
    page.keyboard.press("Escape")
    open_filters(page)
    box = page.locator("input[name=type]").first
    box.focus()
    page.keyboard.press("Space")
    assert not box.is_checked()
    assert watched.quiet, watched


@EACH
def test_at_400_percent_nothing_is_cut_off_or_beside_the_screen(open_page, name):
    # 1280 pixels at 400 % are 320. What is wider scrolls in a region of its own, which a keyboard reaches too.
    page = open_page(html_of(name), width=320, height=256, device_scale_factor=4).page
    page.evaluate("() => document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    beside = """() => [...document.querySelectorAll("h1, h2, h3, p, li, button, input, select, label")]
      .filter((found) => found.checkVisibility() && !found.closest("[tabindex='0'], .vh, .skip, .leaflet-container"))
      .filter((found) => found.getBoundingClientRect().right > 321).map((found) => found.outerHTML.slice(0, 90))"""
    assert page.evaluate(beside) == []
