"""The one tab of the tests of this room: nothing of a page is there for the next, and what happens is noticed again."""

import pytest

pytestmark = pytest.mark.browser

LOOK = """() => ({
  name: window.name, kept: [localStorage.length, sessionStorage.length], print: matchMedia("print").matches,
  dark: matchMedia("(prefers-color-scheme: dark)").matches, still: matchMedia("(prefers-reduced-motion)").matches,
  wide: innerWidth,
})"""
LEFT = """() => {
  window.name = localStorage.a = sessionStorage.a = "of before";
  window.open("about:blank");
}"""
HEARD = """() => {
  window.heard = [];
  for (const kind of ["keydown", "mousemove"])
    addEventListener(kind, e => heard.push([kind, e.shiftKey, e.buttons || 0, e.clientX || 0]));
}"""


def used_before(open_page):
    """The tab once somebody used it and left behind all that can be left."""
    watched = open_page("<p>One</p>", width=500)
    page = watched.page
    page.evaluate(LEFT)
    page.emulate_media(media="print", color_scheme="dark", reduced_motion="reduce")
    page.keyboard.down("Shift")
    page.mouse.move(90, 90)
    page.mouse.down()
    page.main_frame.page.context.add_cookies([{"name": "a", "value": "b", "url": "https://rosc-map.invalid/"}])
    assert len(page.context.cookies()) == 1
    found = page.evaluate(LOOK)
    page.close()
    return watched, found


def test_nothing_of_a_page_is_there_for_the_next(open_page):
    before, left = used_before(open_page)
    assert left == {"name": "of before", "kept": [1, 1], "print": True, "dark": True, "still": True, "wide": 500}
    page = open_page("<p>Two</p>", width=700).page
    assert page is before.page
    assert page.evaluate(LOOK) == {**dict.fromkeys(left, False), "name": "", "kept": [0, 0], "wide": 700}
    assert page.context.cookies() == []
    assert page.main_frame.page.context.pages == [page.main_frame.page]
    page.evaluate(HEARD)
    page.keyboard.press("a")
    page.mouse.move(9, 9, steps=3)
    assert page.evaluate("heard") == [["keydown", False, 0, 0], *(["mousemove", False, 0, x] for x in (3, 6, 9))]


def test_what_happens_is_noticed_on_the_second_use_and_by_nobody_else(open_page):
    before, _ = used_before(open_page)
    watched = open_page("<button onclick='new Image().src=\"https://rosc-map.invalid/\"; alert(1)'>x</button>")
    assert watched.page is before.page
    watched.use_everything()
    watched.page.evaluate("() => { console.error('said'); setTimeout(() => { throw new Error('broken'); }); }")
    watched.page.wait_for_timeout(50)
    assert (watched.requests, watched.dialogs) == (["https://rosc-map.invalid/"], ["1"])
    assert watched.page_errors == ["broken"]
    assert "said" in watched.console_errors  # and later that the picture did not come
    assert before.quiet


@pytest.mark.parametrize("name", ["add_init_script", "route", "expose_function", "expose_binding", "once"])
def test_what_would_stay_for_good_is_refused_on_it_and_not_on_a_tab_of_ones_own(open_page, name):
    shared, own = open_page("<p>One</p>").page, open_page("<p>Own</p>", reduced_motion="reduce").page
    for whose in (shared, shared.context):
        with pytest.raises(AssertionError, match=f"{name} would stay"):
            getattr(whose, name)
    assert callable(getattr(own, name))
