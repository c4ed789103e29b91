"""Volunteers at work at once: each writes down, rings, checks, changes and looks at the map, in the real pages.

Between its steps each asks a small form of a bare FastAPI app, which runs in a process of its own, so that both are
measured under the same load in the same run::

    python tests/web/load.py --users 50 --seconds 60

prints how long it took, and ends with 1 when anything was refused or lost. The server is in a process of its own too.
"""

import argparse
import datetime as dt
import random
import statistics
import string
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]

from forms import FormOnPage  # noqa: E402
from load_browser import Browser  # noqa: E402
from serving import Server, free_port, serving, started, volunteers  # noqa: E402

import rosc_map  # noqa: E402
from rosc_map.people import People  # noqa: E402
from rosc_map.publish import plain_id  # noqa: E402

RECORDING = ("draft", "save")
"""What writing down an asset sends: each page of answers, and in the end the asset."""

PAUSE = 2.0
"""Seconds between two steps of one volunteer, on average: less than anybody takes to read a page and answer it."""

_ANSWERS = {"asset_type": "mutual_aid", "location_precision": "exact", "postcode": "TS1 2PA", "then": "on"}
_BARE = FormOnPage("/", {"name": ["Example Group"], "csrf": ["0" * 64]}, {})


@dataclass
class Done:
    """What one volunteer did: what was acknowledged, how long each request took, what was refused."""

    name: str
    saved: list[str] = field(default_factory=list)
    drafts: dict[str, str] = field(default_factory=dict)
    """The page that was shown after the last one that was kept, by the id of each unfinished entry."""
    answers: dict[tuple[str, str, int], int] = field(default_factory=dict)
    """The level that was chosen, by round, service and number of the question."""
    phones: dict[str, str] = field(default_factory=dict)
    """The telephone number that an asset of theirs was given, by its id."""
    checks: dict[str, str] = field(default_factory=dict)
    """The day on which an asset of their list was said to be still right, by its id in addresses."""
    sent: tuple[object, object] = ("", "")
    """The answer or number that was sent last, acknowledged or not: what is asked of it, and what it says."""
    took: list[tuple[str, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Volunteer:
    """One volunteer at their telephone, until told to stop."""

    TASKS = ("write_down", "ring", "look_at_the_map")

    def __init__(self, url: str, bare: str, name: str, cookie: str, *, pause: float, stop: threading.Event) -> None:
        self.done = Done(name)
        self._browser = Browser(url, cookie, self.done.took)
        self._bare = Browser(bare, "", self.done.took) if bare else None
        self._pause, self._stop = pause, stop
        self._random = random.Random(name)

    def work(self) -> None:
        """Work until told to stop; what the server refuses is kept, and ends it."""
        # Not all begin with the same.
        first = self._random.randrange(len(self.TASKS))
        # Nor at the very same moment.
        self._stop.wait(self._pause * self._random.random())
        try:
            while not self._stop.is_set():
                getattr(self, self.TASKS[first % len(self.TASKS)])()
                first += 1
        except (AssertionError, OSError, ValueError) as error:
            self.done.errors.append(f"{self.done.name}: {type(error).__name__}: {error}")
        finally:
            self.close()

    def close(self) -> None:
        """Hang up."""
        self._browser.close()
        if self._bare:
            self._bare.close()

    def _rest(self) -> None:
        """Pause as somebody who types does; and ask the bare app beside it."""
        self._stop.wait(self._pause * self._random.uniform(0.5, 1.5))
        if self._bare:
            self._bare.send(_BARE, what="bare")

    def look_at_the_map(self) -> None:
        """Open the page of the map."""
        self._browser.get("/map", "map")
        self._rest()

    def write_down(self, name: str = "") -> None:
        """Write down one asset, page by page; without a name, under one that is like no other."""
        name = name or "".join(self._random.choices(string.ascii_lowercase, k=16)).capitalize()
        page = self._browser.get("/record/new")
        while not self._stop.is_set():
            (form,) = page.forms()
            _, _, entry, last = form.action.split("/")
            known = {"name": name, **_ANSWERS}
            answers = {key: known[key] for key in known if key in form.names or key == "then"}
            page = self._browser.send(form, answers, "save" if last == "save" else "draft")
            if page.path.endswith("/done"):
                self.done.saved.append(entry)
                self.done.drafts.pop(entry, None)
                return
            assert not page.path.endswith(f"/{last}"), page.text
            self.done.drafts[entry] = page.path.rpartition("/")[2]
            self._rest()

    def check(self) -> None:
        """Say of the first of one's own list that it is still right; get a list before, where there is none."""
        page = self._browser.get("/my-list")
        for wanted in ("/more", "/right"):
            found = [form for form in page.forms() if form.action.endswith(wanted)]
            if found and (wanted == "/right" or not self.done.checks):
                page = self._browser.send(found[0], {}, "check")
        if found:
            assert page.path.startswith("/my-list?said=right"), page.text
            self.done.checks[unquote(found[0].action.split("/")[2])] = dt.date.today().isoformat()  # noqa: DTZ011
        self._rest()

    def change(self) -> None:
        """Give one of the assets that one wrote down another telephone number."""
        if not self.done.saved:
            return
        identifier = self._random.choice(self.done.saved)
        page = self._browser.get(f"/assets/{identifier}/edit/reaching")
        form = next(form for form in page.forms() if form.action == page.path)
        phone = f"01632 960{self._random.randrange(1000):03}"
        self.done.sent = identifier, phone
        page = self._browser.send(form, {"phone": phone}, "change")
        assert page.path.endswith("?saved=yes"), page.text
        self.done.phones[identifier] = phone
        self._rest()

    def ring(self) -> None:
        """Ring for one of one's own calls, when there is one left, and write down the answers."""
        calls = self._browser.get("/my-calls").links("/my-calls/")
        if not calls or self._stop.is_set():
            return
        page = self._browser.get(self._random.choice(calls))
        started = page.links(f"{page.path}/questions/")
        while started and not self._stop.is_set():
            page = self._browser.get(started[0]) if page.path != started[0] else page
            _, _, round_name, source, _, number = page.path.split("/")
            form = next(form for form in page.forms() if form.action == page.path)
            level = self._random.choice(form.choices["level"])
            key = (unquote(round_name), unquote(source), int(number))
            self.done.sent = key, int(level)
            page = self._browser.send(form, {"level": level}, "call")
            self.done.answers[key] = int(level)
            started = [page.path] if "/questions/" in page.path else []
            self._rest()


@dataclass(frozen=True)
class Load:
    """What a run came to."""

    people: list[Done]

    @property
    def errors(self) -> list[str]:
        """What was refused."""
        return [error for each in self.people for error in each.errors]

    def times(self, *kinds: str) -> list[float]:
        """How long requests of these kinds took, in seconds."""
        return [seconds for each in self.people for kind, seconds in each.took if kind in kinds]

    def p95(self, *kinds: str) -> float:
        """The time that 19 of 20 requests were within."""
        return statistics.quantiles(self.times(*kinds), n=20)[-1]

    @property
    def ratio(self) -> float:
        """How much longer 19 of 20 requests of recording took than those to the bare app."""
        return self.p95(*RECORDING) / self.p95("bare")

    def lost(self, target: str) -> list[object]:
        """What was acknowledged and is not there as it was sent: assets, drafts, answers, numbers and checks."""
        with closing(rosc_map.open(target)) as partnership:
            assets = partnership.snapshot().assets.set_index("id")
            there = set(assets.index)
            listed: dict[object, object] = {
                (call_list.round, call.source, number): asked.level
                for call_list in [partnership.call_list(held.name) for held in partnership.rounds()]
                for call in call_list.calls
                for number, asked in enumerate(call.questions, start=1)
            }
        listed |= dict(assets["phone"])
        checked = {plain_id(identifier): str(day) for identifier, day in assets["verified_on"].items()}
        lost: list[object] = []
        with closing(People.beside(target)) as people:
            for each in self.people:
                lost += [identifier for identifier in each.saved if identifier not in there]
                # What was sent after it and never acknowledged may have come in its place.
                said = {**each.answers, **each.phones}.items()
                now = [(key, listed.get(key)) for key, value in said if listed.get(key) != value]
                lost += [one for one in now if one != each.sent]
                lost += [key for key, day in each.checks.items() if checked[key] < day]
                kept = {draft.id for draft in people.drafts(each.name)}
                # One whose saving was done, but not answered any more, is an asset.
                lost += [entry for entry in each.drafts if entry not in kept | there]
        return lost

    def table(self) -> str:
        """What was asked how often, and how long it took."""
        rows = [f"{'':22}{'requests':>10}{'p50 ms':>10}{'p95 ms':>10}"]
        for name, kinds in _ROWS.items():
            times = self.times(*kinds)
            if len(times) > 1:
                p50, p95 = statistics.median(times), self.p95(*kinds)
                rows.append(f"{name:22}{len(times):>10}{p50 * 1000:>10.1f}{p95 * 1000:>10.1f}")
        saved, answers = (
            sum(map(len, each)) for each in zip(*((p.saved, p.answers) for p in self.people), strict=True)
        )
        rows.append(f"{saved} assets saved, {answers} answers of calls, {len(self.errors)} errors")
        rows.append(f"Recording beside the bare endpoint: {self.ratio:.1f} times (19 of 20 requests)")
        return "\n".join(rows)


_ROWS = {
    "recording: all that is sent": RECORDING,
    "recording: saving": ("save",),
    "calls: an answer": ("call",),
    "pages": ("page",),
    "the page of the map": ("map",),
    "bare endpoint": ("bare",),
}


@contextmanager
def bare() -> Iterator[Server]:
    """Serve the bare app in a process of its own."""
    port = free_port()
    words = ["--log-level", "warning", "--no-access-log", "--port", str(port)]
    command = [sys.executable, "-m", "uvicorn", "--app-dir", str(HERE.parent), "bare_app:app", *words]
    with started(command, port) as server:
        yield server


def at_work(url: str, sessions: dict[str, str], seconds: float, *, beside: str = "", pause: float) -> Load:
    """Let them all work for so long; where the machine is slow, until each has written down one asset."""
    stop = threading.Event()
    _warm(url, next(iter(sessions.values())))
    people = [Volunteer(url, beside, name, cookie, pause=pause, stop=stop) for name, cookie in sessions.items()]
    threads = [threading.Thread(target=each.work) for each in people]
    for thread in threads:
        thread.start()
    end = time.monotonic() + seconds
    latest = end + 5 * seconds
    while all(thread.is_alive() for thread in threads) and time.monotonic() < (
        end if all(each.done.saved for each in people) else latest
    ):
        time.sleep(0.05)
    stop.set()
    for thread in threads:
        thread.join()
    return Load([each.done for each in people])


def _warm(url: str, cookie: str) -> None:
    """Ask for each kind of page once: the first time, a server reads boundaries and postcodes, whoever asks."""
    volunteer = Volunteer(url, "", "first", cookie, pause=0, stop=threading.Event())
    with closing(volunteer):
        volunteer.write_down()
        volunteer.ring()


def run(target: str, users: int, seconds: float, *, pause: float) -> Load:
    """Serve a partnership, let so many volunteers work on it at once, and measure it beside the bare app."""
    sessions = volunteers(target, users)
    share_calls(target, list(sessions))
    with serving(target) as server, bare() as other:
        return at_work(server.url, sessions, seconds, beside=other.url, pause=pause)


def share_calls(target: str, names: list[str]) -> None:
    """Share out the calls of the open rounds among them."""
    with closing(rosc_map.open(target)) as partnership, closing(People.beside(target)) as people:
        for held in partnership.rounds():
            # Nobody rings before organisations were told for two weeks.
            partnership.told(held.name, dt.date.today() - dt.timedelta(days=30))  # noqa: DTZ011
            for source, to in partnership.share_calls(held.name, names).items():
                people.hand_over("call", source, to=to, about=held.name)


def main() -> int:
    """Fill a database of its own, run, print, and say whether all held."""
    from large import large_partnership

    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--users", type=int, default=50)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--assets", type=int, default=10_000)
    wanted = asked.parse_args()
    with large_partnership(wanted.assets) as target:
        load = run(target, wanted.users, wanted.seconds, pause=PAUSE)
        lost = load.lost(target)
    print(load.table(), *load.errors[:10], f"{len(lost)} lost", sep="\n")  # noqa: T201 - what it is run for
    return int(bool(lost or load.errors) or load.ratio > 10)


if __name__ == "__main__":
    sys.exit(main())
