"""Looking at pages of the web app in a real Chromium, as somebody signed in on a small phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from axe_core import violations

_SMALL = """targets => [...document.querySelectorAll(targets)]
.filter(e => e.checkVisibility()).map(e => [e, e.getBoundingClientRect()])
.filter(([, box]) => box.width && box.height < 44).map(([e]) => e.outerHTML.slice(0, 90))"""
_TARGETS = (
    "main button:not([aria-hidden]), main .button, main select, main textarea, main .choice label, .menu a, "
    "main input:not(.unseen, [type=hidden], [type=radio], [type=checkbox])"
)

_BUT_THE_BAR = ":not(.skip, .top, .top *, #menu, #menu *)"

_NARROW = 320
_MORE_TABS = 6
"""How often what was not reached is tabbed for again: a date has a stop for each of its parts."""

# A group of radio buttons is one stop: the arrow keys lead on from there.
_WATCH_FOCUS = """whole => {
  const stops = new Map();
  for (const control of document.querySelectorAll('a[href], button, input, select, textarea, summary')) {
    const left = control.disabled || control.type === 'hidden' || control.ariaHidden || !control.checkVisibility();
    if (left || (!whole && control.closest('.skip, .top, #menu'))) continue;
    const stop = control.type === 'radio' ? 'radio ' + control.name : control;
    stops.set(stop, control.outerHTML.slice(0, 90));
  }
  window.missing = stops;
  window.unmarked = [];
  document.addEventListener('focusin', ({ target }) => {
    missing.delete(target.type === 'radio' ? 'radio ' + target.name : target);
    const { outlineStyle, outlineWidth } = getComputedStyle(target);
    if (outlineStyle === 'none' || outlineWidth === '0px') unmarked.push(target.outerHTML.slice(0, 90));
  });
  const top = document.querySelectorAll('.top a');
  if (whole) document.activeElement.blur(); else top[top.length - 1].focus();
  window.unmarked.length = 0;
  return stops.size;
}"""
_MISSING = "[[...missing.values()], unmarked]"


@dataclass
class Phone:
    """A phone: its ``page``, and all that went ``wrong`` on it: console messages, faults, requests elsewhere."""

    page: Any
    url: str
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on(
            "console", lambda told: self.wrong.append(told.text) if told.type in ("error", "warning") else None
        )
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.wrong.append(request.url)

    def go(self, path: str) -> Any:
        """Open a page; give what the server answered."""
        return self.page.goto(self.url + path)


@contextmanager
def phone(
    browser: Any, url: str, token: str = "", *, width: int = 360, height: int = 640, **options: Any
) -> Iterator[Phone]:
    """A phone on which somebody is signed in; ``options`` go to Playwright's ``new_context``."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    context.set_default_timeout(10_000)
    if token:
        context.add_cookies([{"name": "rosc-map", "value": token, "url": url}])
    try:
        yield Phone(context.new_page(), url)
    finally:
        context.close()


def looked_over(page: Any, *, whole: bool = True) -> None:
    """Check a page: axe-core, no sideways scroll at 320 px (400 % zoom of 1280), and targets that a thumb hits.

    Parameters
    ----------
    page
        The page.
    whole
        Whether the contrast of the bar and the menu is looked at too, which are the same on many pages.
    """
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    found = violations(page, contrast="*" if whole else _BUT_THE_BAR)
    assert found == "", (page.url, found)
    fits(page)


def fits(page: Any) -> None:
    """Check that a page goes on a small screen: no sideways scroll at 320 px, targets that a thumb hits."""
    page.wait_for_load_state()
    size = page.viewport_size
    if size["width"] != _NARROW:
        page.set_viewport_size({**size, "width": _NARROW})
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url
    # No locator: for one, Playwright brings a large script of its own to each page.
    small = page.evaluate(_SMALL, _TARGETS)
    assert small == [], (page.url, small)
    if size["width"] != _NARROW:
        page.set_viewport_size(size)


def reached_by_keyboard(page: Any, *, whole: bool) -> None:
    """Check that Tab alone leads to each control, and that each shows that it has the focus.

    Parameters
    ----------
    page
        The page.
    whole
        Whether to begin at the very top. Else after the bar that stands there on all pages, and without the menu.
    """
    left = list(range(page.evaluate(_WATCH_FOCUS, whole)))
    unmarked: list[str] = []
    for _ in range(_MORE_TABS):
        if not left:
            break
        for _ in left:
            page.keyboard.press("Tab")
        left, unmarked = page.evaluate(_MISSING)
    assert left == [], (page.url, left)
    assert unmarked == [], (page.url, unmarked)
