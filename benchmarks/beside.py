"""Running one thing beside another, in turn in one run."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rows import Row, used

__all__ = ["ROUNDS", "Peer", "Times", "alone", "command", "many", "peak", "process", "side_by_side"]

ROUNDS, FEWEST, SECONDS = 7, 3, 6.0
"""So many rounds, or fewer where they take long: but no less than FEWEST, when they have taken SECONDS."""


@dataclass(frozen=True)
class Peer:
    """What ours stands beside.

    Attributes
    ----------
    name
        Which it is.
    run
        Does the same as ours.
    wanted
        As in :class:`rows.Row`.
    package
        Where it comes from: its version is told. "" for a limit.
    """

    name: str
    run: Callable[[], object]
    wanted: str
    package: str = ""

    @property
    def version(self) -> str:
        """The package, and its version here."""
        return told(self.package)


def told(package: str) -> str:
    """Return a package and its version here; "" for none."""
    return f"{package} {version(package)}" if package else ""


def process(*words: str) -> Callable[[], None]:
    """Return what runs Python anew with these words."""
    return lambda: _run(sys.executable, *words)


def command(*words: str) -> Callable[[], None]:
    """Return what runs the command ``rosc-map`` in a new process, as a shell does."""
    return lambda: _run(str(Path(sys.executable).parent / "rosc-map"), *words)


def _run(*words: str) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603


def alone(file: str, *words: str) -> list[float]:
    """Run a script in a new process, and return the numbers that it prints."""
    done = subprocess.run([sys.executable, file, *words], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{Path(file).name} {' '.join(words)}: {done.stderr.strip()[-500:]}")
    return [float(word) for word in done.stdout.split()]


def peak() -> float:
    """Return the most megabytes that this process held, on Linux; what ``resource`` tells counts the parent's, too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


@dataclass(frozen=True)
class Times:
    """The seconds of each round, and the CPU seconds of this process and of those that it started."""

    wall: tuple[float, ...]
    cpu: tuple[float, ...]


def many(
    runs: Mapping[str, Callable[[], object]],
    rounds: int = ROUNDS,
    *,
    warm: bool = True,
    before: Callable[[], object] = lambda: None,
) -> dict[str, Times]:
    """Run all in turn, and return what each round took.

    Parameters
    ----------
    runs
        What is run, by name.
    rounds
        How often, at most.
    warm
        Whether a first round only warms up. New processes that take long need none.
    before
        Done before each run, and not counted.
    """
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for number in range(1 - warm, rounds + 1):
        if number < 2:
            begin = time.monotonic()
        if number > FEWEST and time.monotonic() - begin > SECONDS:
            break
        for name, run in runs.items():
            before()
            start, own = time.perf_counter(), used()
            run()
            if number:
                seen[name].append((time.perf_counter() - start, used() - own))
    return {name: Times(*zip(*each, strict=True)) for name, each in seen.items()}


def side_by_side(
    what: str,
    ours: Callable[[], object],
    *peers: Peer,
    rounds: int = ROUNDS,
    warm: bool = True,
    before: Callable[[], object] = lambda: None,
) -> Iterator[Row]:
    """Run ours and its peers in turn, and yield a row a peer.

    Parameters
    ----------
    what
        What is measured.
    ours
        What rosc-map does.
    peers
        What does the same.
    rounds, warm, before
        As in :func:`many`.
    """
    times = many({"": ours, **{peer.name: peer.run for peer in peers}}, rounds, warm=warm, before=before)
    mine = times[""]
    for peer in peers:
        other = times[peer.name]
        walls, cpus = map(_ms, (mine.wall, other.wall)), map(_ms, (mine.cpu, other.cpu))
        yield Row(what, peer.name, "ms", peer.wanted, *walls, peer.version, "", *cpus)


def _ms(seconds: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(1000 * one for one in seconds)
