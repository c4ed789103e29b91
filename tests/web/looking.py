"""Looking at pages of the web app in a real Chromium, as somebody signed in on a small phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

_SMALL = """all => all.filter(e => e.checkVisibility()).map(e => [e, e.getBoundingClientRect()])
.filter(([, box]) => box.width && box.height < 44).map(([e]) => e.outerHTML.slice(0, 90))"""
_TARGETS = (
    "main button, main .button, main select, main textarea, main .choice label, .menu a, "
    "main input:not(.unseen, [type=hidden], [type=radio], [type=checkbox])"
)


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


def looked_over(page: Any) -> None:
    """Check a page: axe-core, no sideways scroll at 320 px (400 % zoom of 1280), and targets that a thumb hits."""
    from axe_playwright_python.sync_playwright import Axe  # here, since whoever has no browser need not have it

    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert not found.violations_count, (page.url, found.generate_report())
    fits(page)


def fits(page: Any) -> None:
    """Check that a page goes on a small screen: no sideways scroll at 320 px, targets that a thumb hits."""
    size = page.viewport_size
    page.set_viewport_size({**size, "width": 320})
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url
    assert page.locator(_TARGETS).evaluate_all(_SMALL) == [], page.url
    page.set_viewport_size(size)
