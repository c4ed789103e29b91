"""A real Firefox for the tests marked ``firefox``, driven by its own WebDriver BiDi: Playwright for Python cannot.

https://www.w3.org/TR/webdriver-bidi/
"""

import base64
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import pytest

_NAMES = ("firefox-esr", "firefox")
_SECONDS = 60
_EVENTS = ("log.entryAdded", "network.beforeRequestSent", "browsingContext.userPromptOpened")
# Nothing listens on port 9: whatever a page or Firefox itself would fetch goes nowhere.
_SETTINGS = """
user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1");
user_pref("network.proxy.http_port", 9);
user_pref("network.proxy.ssl", "127.0.0.1");
user_pref("network.proxy.ssl_port", 9);
"""
_MIDDLE = """() => {
  const found = document.querySelector(%s);
  found.scrollIntoView({ block: "center" });
  const box = found.getBoundingClientRect();
  return Math.round(box.x + box.width / 2) + " " + Math.round(box.y + box.height / 2);
}"""


def program() -> str:
    """Return the path of a Firefox that the tests can drive, or ""."""
    if not find_spec("websockets"):
        return ""
    wanted = os.environ.get("ROSC_MAP_FIREFOX", "")
    return next((found for name in (wanted, *_NAMES) if name and (found := shutil.which(name))), "")


@dataclass
class FirefoxPage:
    """A tab, and everything that went wrong in it."""

    browser: "Firefox"
    context: str
    address: str
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def notice(self, event: str, told: dict[str, Any]) -> None:
        """Keep what Firefox tells of this tab; the page itself and data: addresses are no requests to anywhere."""
        if event == "network.beforeRequestSent":
            url = told["request"]["url"]
            if url.split("#")[0] != self.address and not url.startswith("data:"):
                self.requests.append(url)
        elif event == "browsingContext.userPromptOpened" or told.get("level") == "error":
            self.errors.append(str(told.get("text", told.get("message"))))

    def evaluate(self, function: str) -> Any:
        """Return what a function of no arguments gives on this page: a text, a number, or true or false."""
        answer = self.browser.ask(
            "script.evaluate", expression=f"({function})()", target={"context": self.context}, awaitPromise=True
        )
        assert answer["type"] == "success", answer
        return answer["result"].get("value")

    def click(self, selector: str) -> None:
        """Click as a person does, with a mouse, on the first that the selector finds."""
        x, y = map(int, self.evaluate(_MIDDLE % json.dumps(selector)).split())
        steps = [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        mouse = {"type": "pointer", "id": "mouse", "actions": steps}
        self.browser.ask("input.performActions", context=self.context, actions=[mouse])

    def screenshot(self) -> bytes:
        """Return what is seen of the page, as PNG."""
        return base64.b64decode(self.browser.ask("browsingContext.captureScreenshot", context=self.context)["data"])


class Firefox:
    """One running Firefox, and its pages."""

    def __init__(self, socket: Any) -> None:
        self._socket, self._numbers = socket, count(1)
        self._pages: dict[str, FirefoxPage] = {}

    def ask(self, method: str, **parameters: Any) -> Any:
        """Send a command and return its result; what is told meanwhile goes to its page."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            told = json.loads(self._socket.recv(timeout=_SECONDS))
            if told.get("id") == number:
                assert told["type"] == "success", told
                return told["result"]
            self._tell(told.get("method", ""), told.get("params", {}))

    def _tell(self, event: str, told: dict[str, Any]) -> None:
        context = told.get("context") or told.get("source", {}).get("context")
        if event in _EVENTS and context in self._pages:
            self._pages[context].notice(event, told)

    def open(self, path: Path, *, width: int, height: int) -> FirefoxPage:
        """Open a file in a new tab and wait until it is loaded."""
        context = self.ask("browsingContext.create", type="tab")["context"]
        page = self._pages[context] = FirefoxPage(self, context, path.resolve().as_uri())
        self.ask("browsingContext.setViewport", context=context, viewport={"width": width, "height": height})
        self.ask("browsingContext.navigate", context=context, url=page.address, wait="complete")
        return page

    def close(self, page: FirefoxPage) -> None:
        """Close a tab."""
        self.ask("browsingContext.close", context=self._pages.pop(page.context).context)


@contextmanager
def running(folder: Path) -> Iterator[Firefox]:
    """Run a Firefox with a new profile in a folder, and end it."""
    from websockets.sync.client import connect

    (folder / "user.js").write_text(_SETTINGS, "ascii")
    command = [program(), "--headless", "--no-remote", "--profile", folder, "--remote-debugging-port=0", "about:blank"]
    ours = {**os.environ, "HOME": str(folder), "MOZ_CRASHREPORTER_DISABLE": "1"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=ours) as process:
        try:
            lines = (re.search(r"BiDi listening on (ws://\S+)", line) for line in process.stderr or ())
            address = next((found[1] for found in lines if found), "")
            assert address, "Firefox ended before it could be driven"
            with connect(f"{address}/session", max_size=None, proxy=None, open_timeout=_SECONDS) as socket:
                firefox = Firefox(socket)
                firefox.ask("session.new", capabilities={})
                firefox.ask("session.subscribe", events=list(_EVENTS))
                yield firefox
                firefox.ask("browser.close")
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """One Firefox for the session."""
    with running(tmp_path_factory.mktemp("firefox")) as browser:
        yield browser


@pytest.fixture
def open_in_firefox(firefox: Firefox) -> Iterator[Callable[..., FirefoxPage]]:
    """Return a function that opens a file in a tab of its own and watches it."""
    pages: list[FirefoxPage] = []

    def open_(path: Path, *, width: int = 1280, height: int = 900) -> FirefoxPage:
        pages.append(firefox.open(path, width=width, height=height))
        return pages[-1]

    yield open_
    for page in pages:
        firefox.close(page)
