"""A real Chromium for the tests marked ``browser``; tests that need what is not here are named as not run."""

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import in_memory

in_memory.write_there()

# A busy machine is slow: how long an example takes is measured in benchmarks, not here.
settings.register_profile("suite", deadline=None, max_examples=30)
settings.register_profile("soak", deadline=None, max_examples=300)  # `make soak` asks for it
settings.load_profile("suite")

# The workers share the cores already. This is read where numpy is first imported, here and in what tests start.
os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
# Tests are compiled once for all runs, and so is what a test starts: it loads some 500 modules.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

pytest_plugins = ("partnerships", "postgis", "firefox", "demos", "workers")

# The first is the same engine without windows of its own: it needs a third of the time.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_USE_EVERYTHING = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)].filter((found) => found.isConnected);
  all("details").forEach((part) => { part.open = true; });
  all("select").forEach((list) => [...list.options].forEach((option) => {
    list.value = option.value;
    list.dispatchEvent(new Event("change"));
  }));
  const boxes = all("input[type=checkbox]:not(#tiles)");
  // Each to the other side and back.
  [...boxes, ...boxes].forEach((box) => box.click());
  all("button").forEach((button) => button.isConnected && button.click());
}"""
_NOT_RUN = pytest.StashKey[dict[str, int]]()


def _chromium() -> str:
    """Return the path of a Chromium that the tests can drive, or ""."""
    if not find_spec("playwright"):
        return ""
    wanted = os.environ.get("ROSC_MAP_CHROMIUM", "")
    return next((found for name in (wanted, *_NAMES) if name and (found := shutil.which(name))), "")


def _postgis() -> Path | None:
    """Return the folder of a PostGIS server's programs that the tests can run, or None."""
    import postgis  # here, because pytest must have loaded it as a plugin first

    return postgis.programs()


def _firefox() -> str:
    """Return the path of a Firefox that the tests can drive, or ""."""
    import firefox

    return firefox.program()


def _is_ci() -> bool:
    return os.environ.get("CI", "").lower() not in ("", "0", "false", "no")


@dataclass(frozen=True)
class Needed:
    """What tests with a marker need of the machine, and how it comes there."""

    marker: str
    what: str
    how: str
    is_here: Callable[[], object]


_NEEDED = (
    Needed(
        "browser",
        "Chromium",
        "install the package chromium-headless-shell and Playwright for Python, or set ROSC_MAP_CHROMIUM",
        _chromium,
    ),
    Needed(
        "firefox",
        "Firefox",
        "install the package firefox-esr and websockets for Python, or set ROSC_MAP_FIREFOX",
        _firefox,
    ),
    Needed(
        "postgis",
        "PostGIS",
        "install the package postgresql-postgis and psycopg for Python, or set ROSC_MAP_POSTGRES",
        _postgis,
    ),
)


def pytest_configure(config: pytest.Config) -> None:
    """Keep the postcode index of the tests beside the tests' own cache, and no update of this machine's user in use."""
    # Each worker has its own: what one of them takes away or damages on purpose is not another's.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    folder = Path(config.rootpath) / ".pytest_cache" / "rosc-map" / worker
    os.environ["XDG_CACHE_HOME"], os.environ["XDG_DATA_HOME"] = str(folder / "cache"), str(folder / "no-updates")


def pytest_collection(session: pytest.Session) -> None:
    """Nothing that is made while tests are collected is rubbish before their end: do not look for any meanwhile."""
    gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look for rubbish again, but seldom, and not among what stays: modules and the tests themselves."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out the tests that need what is not here, and remember how many were asked for."""
    not_run = config.stash[_NOT_RUN] = dict[str, int]()
    for needed in _NEEDED:
        without = [item for item in items if item.get_closest_marker(needed.marker)]
        if without and not needed.is_here():
            not_run[needed.marker] = len(without)
            config.hook.pytest_deselected(items=without)
            items[:] = [item for item in items if item not in without]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Under xdist each worker collects all tests: take over what the workers found."""
    found = getattr(node, "workeroutput", {}).get("tests_not_run", {})
    node.config.stash.setdefault(_NOT_RUN, {}).update(found)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under CI a run without some of its tests, or with a skipped one, is no success."""
    not_run = session.config.stash.get(_NOT_RUN, {})
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["tests_not_run"] = not_run
    elif (
        (not_run or _skipped(session))
        and _is_ci()
        and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    ):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _skipped(session: pytest.Session) -> int:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", [])) if reporter else 0


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Name what was not run."""
    not_run = config.stash.get(_NOT_RUN, {})
    for needed in _NEEDED:
        if needed.marker in not_run:
            text = f"NOT RUN: {not_run[needed.marker]} tests need {needed.what} ({needed.how})."
            terminalreporter.write_line(text, red=True, bold=True)


@dataclass
class Watched:
    """A page, and everything that a test has to know of what happened on it."""

    page: Any
    dialogs: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def watch(self, address: str) -> None:
        """Record from now on; the page itself and what it holds (data:, blob:) are no requests to anywhere."""
        self.page.on("dialog", self._dialog)
        self.page.on(
            "console", lambda message: self.console_errors.append(message.text) if message.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.page_errors.append(str(error)))
        self.page.on("request", lambda request: self._request(request.url, address))

    def _dialog(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _request(self, url: str, address: str) -> None:
        if url.split("#")[0] != address and not url.startswith(("data:", "blob:")):
            self.requests.append(url)

    def use_everything(self) -> None:
        """Open, choose, tick and press all that the page has, but for the base map: that may ask for pictures."""
        self.page.evaluate(_USE_EVERYTHING)
        self.page.wait_for_timeout(50)  # what waits for the next frame

    @property
    def quiet(self) -> bool:
        """Nothing ran that should not, nothing was asked for, nothing broke."""
        return not (self.dialogs or self.console_errors or self.page_errors or self.requests)


@pytest.fixture(scope="session")
def chromium() -> dict[str, Any]:
    """What Playwright has to be told to start the Chromium that is here."""
    return {"executable_path": _chromium(), "args": list(_ARGUMENTS)}


@pytest.fixture(scope="session")
def browser(chromium: dict[str, Any]) -> Iterator[Any]:
    """One Chromium for the session."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(**chromium)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    """Return a function that opens HTML text, a file or an address in a fresh context and watches it.

    ``options`` go to Playwright's ``new_context``, such as ``java_script_enabled`` and ``reduced_motion``.
    """
    contexts: list[Any] = []

    def open_(what: str | Path, *, width: int = 1280, height: int = 900, **options: Any) -> Watched:
        if isinstance(what, str) and not what.startswith(("http:", "https:")):
            path = tmp_path / f"page-{len(contexts)}.html"
            path.write_text(what, "utf-8")
            what = path
        address = what.resolve().as_uri() if isinstance(what, Path) else what
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        watched = Watched(context.new_page())
        watched.watch(address)
        watched.page.goto(address)
        return watched

    yield open_
    for context in contexts:
        context.close()
