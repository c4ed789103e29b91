"""One tab for the pages of this room: a new one for each costs more than most of the pages themselves."""

from collections.abc import Callable
from typing import Any

import pytest


class _Tab:
    """A page that is used again and again; of what was listened to and set, nothing stays."""

    def __init__(self, page: Any) -> None:
        self._page, self._listening = page, list[tuple[str, Callable[..., None]]]()
        self.free = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._page, name)

    def on(self, event: str, told: Callable[..., None]) -> None:
        self._page.on(event, told)
        self._listening.append((event, told))

    # What a context is asked for by whoever wants a page.

    def set_default_timeout(self, milliseconds: float) -> None:
        self._page.set_default_timeout(milliseconds)

    def new_page(self) -> "_Tab":
        return self

    def close(self) -> None:
        while self._listening:
            self._page.remove_listener(*self._listening.pop())
        self._page.emulate_media(media="null")
        self._page.mouse.move(0, 0)
        self._page.goto("about:blank")
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
