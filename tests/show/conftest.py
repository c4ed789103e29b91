"""One tab for the pages of this room: a new one for each costs more than most of the pages themselves."""

from collections.abc import Callable
from typing import Any

import pytest

# What Playwright sets for a tab once and for all: it cannot be taken back, or is easily left behind.
_STAYS = frozenset(
    {
        "add_init_script",
        "add_locator_handler",
        "clock",
        "expose_binding",
        "expose_function",
        "once",
        "route",
        "route_from_har",
        "route_web_socket",
        "set_default_navigation_timeout",
        "set_extra_http_headers",
    }
)
_MODIFIERS = ("Shift", "Control", "Alt", "Meta")
_FORGET = "() => { try { localStorage.clear(); sessionStorage.clear(); } catch { /* a page that may keep nothing */ } }"


class _Tab:
    """A page that is used again and again, and the context that it is in.

    Between two uses it forgets who listened, what the page kept (``localStorage``, ``sessionStorage``, cookies), the
    name of its window, other windows that it opened, how it was to be shown (print, colours, motion), where the mouse
    was, and that a button of it or a key such as Shift was down. The size and the time to wait are set for each use.
    What would stay for good is refused. Its history and what Chromium has in its memory go on.
    """

    def __init__(self, page: Any) -> None:
        self._page, self._listening = page, list[tuple[str, Callable[..., None]]]()
        self.free = True

    def __getattr__(self, name: str) -> Any:
        if name in _STAYS:
            raise AssertionError(f"{name} would stay on the tab that all tests here use: open a page with an option.")
        return getattr(self._page, name)

    def on(self, event: str, told: Callable[..., None]) -> None:
        self._page.on(event, told)
        self._listening.append((event, told))

    # What a context is asked for by whoever wants a page.

    @property
    def context(self) -> "_Tab":
        return self

    def cookies(self) -> Any:
        return self._page.context.cookies()

    def set_default_timeout(self, milliseconds: float) -> None:
        self._page.set_default_timeout(milliseconds)

    def new_page(self) -> "_Tab":
        return self

    def close(self) -> None:
        while self._listening:
            self._page.remove_listener(*self._listening.pop())
        for other in self._page.context.pages:
            if other != self._page:
                other.close()
        for key in _MODIFIERS:
            self._page.keyboard.up(key)
        self._page.mouse.up()
        self._page.mouse.move(0, 0)
        self._page.evaluate(_FORGET)
        self._page.context.clear_cookies()
        self._page.emulate_media(
            media="null", color_scheme="null", reduced_motion="null", forced_colors="null", contrast="null"
        )
        self._page.goto("about:blank")
        self._page.evaluate("window.name = ''")  # else the next page is given it
        self.free = True


class _OneTab:
    """A browser that hands out its one tab, where it is free and nothing but a size is asked for."""

    def __init__(self, browser: Any) -> None:
        self._browser, self._tab = browser, _Tab(browser.new_page())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._browser, name)

    def new_context(self, *, viewport: Any, **options: Any) -> Any:
        if options or not self._tab.free:
            return self._browser.new_context(viewport=viewport, **options)
        self._tab.free = False
        self._tab.set_viewport_size(viewport)
        return self._tab


@pytest.fixture(scope="session")
def browser(browser: Any) -> _OneTab:
    """Return the session's Chromium, with one tab for all of this room's pages."""
    return _OneTab(browser)
