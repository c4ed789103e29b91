"""What a web page costs: loaded from this machine into a new Chromium, until it is idle, and its JavaScript heap."""

import os
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

__all__ = ["Load", "loads"]

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
# Idle: the page has loaded, two frames have been drawn since, and the browser says that it has nothing to do.
_IDLE = """window.addEventListener("load", () =>
  requestAnimationFrame(() => requestAnimationFrame(() =>
    requestIdleCallback(() => { window.idleAt = performance.now(); }))));"""
_LONGEST = 300


@dataclass(frozen=True)
class Load:
    """Some loads of a page, one figure each.

    Attributes
    ----------
    idle
        Milliseconds from the request until the page is idle.
    heap
        Bytes of JavaScript objects that are left after the garbage is collected.
    """

    idle: tuple[float, ...]
    heap: tuple[float, ...]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Say nothing of a request."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def loads(folder: Path, pages: Mapping[str, int]) -> dict[str, Load]:
    """Load pages in turn, each time in a new Chromium, and return what each time took.

    Parameters
    ----------
    folder
        What is served.
    pages
        The name of each file, and how often it is loaded.
    """
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
    with _served(folder) as address:
        for number in range(max(pages.values())):
            for name, rounds in pages.items():
                if number < rounds:
                    seen[name].append(_load(address + name))
    return {name: Load(*zip(*each, strict=True)) for name, each in seen.items()}


def _load(address: str) -> tuple[float, float]:
    from playwright.sync_api import sync_playwright

    found = (os.environ.get("ROSC_MAP_CHROMIUM"), *map(shutil.which, _NAMES))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=next(filter(None, found)), args=list(_ARGUMENTS))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.add_init_script(_IDLE)
        page.goto(address, timeout=_LONGEST * 1000)
        idle = _idle_at(page)
        session = page.context.new_cdp_session(page)
        session.send("HeapProfiler.collectGarbage")
        heap = session.send("Runtime.getHeapUsage")["usedSize"]
        browser.close()
    assert not errors, errors
    return idle, heap


def _idle_at(page: Any) -> float:
    deadline = time.monotonic() + _LONGEST
    while (at := page.evaluate("window.idleAt")) is None:
        assert time.monotonic() < deadline, f"{page.url} is never idle"
        time.sleep(0.05)
    return float(at)
