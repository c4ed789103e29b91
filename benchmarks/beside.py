"""Running one thing beside another, in turn in one run: medians and ratios, not seconds alone."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

__all__ = ["command", "line", "many", "process", "side_by_side", "title"]

ROUNDS = 9


def process(*words: str) -> Callable[[], None]:
    """Return what runs Python anew with these words."""
    return lambda: _run(sys.executable, *words)


def command(*words: str) -> Callable[[], None]:
    """Return what runs the command ``rosc-map`` in a new process, as a shell does."""
    return lambda: _run(str(Path(sys.executable).parent / "rosc-map"), *words)


def _run(*words: str) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603


def title() -> None:
    """Print the heads of the columns, and what the machine is."""
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; medians of rounds in turn")
    print(f"{'what':44} {'rosc-map':>12}   {'beside':>12}   {'ratio':>8}   wanted    beside what")


def many(runs: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Run all in turn, and return the median seconds of each; the first round only warms up."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            if number:
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(seen) for name, seen in times.items()}


def side_by_side(
    name: str,
    ours: Callable[[], object],
    peers: Mapping[str, tuple[Callable[[], object], str]],
    rounds: int = ROUNDS,
) -> list[str]:
    """Run ours and its peers in turn, print a line a peer, and return the lines that are not as wanted.

    Parameters
    ----------
    name
        What is measured.
    ours
        What rosc-map does.
    peers
        By its name, what does the same, and the wanted ratio: ``>= 20`` is peer / ours, ``<= 0.08`` is ours / peer.
        What is only for comparison has no number: ``>=`` or ``<=``.
    rounds
        How often each.
    """
    medians = many({"": ours, **{peer: run for peer, (run, _) in peers.items()}}, rounds)
    missed = []
    for peer, (_, wanted) in peers.items():
        missed += line(name, medians[""] * 1000, medians[peer] * 1000, "ms", wanted, peer)
    return missed


def line(name: str, ours: float, theirs: float, unit: str, wanted: str, peer: str) -> list[str]:
    """Print one line, and return what is to be said of it when it is not as wanted.

    Parameters
    ----------
    name
        What was measured.
    ours, theirs
        The medians, in ``unit``.
    unit
        Two letters or fewer.
    wanted
        As in :func:`side_by_side`.
    peer
        What ours stands beside.
    """
    sign, _, limit = wanted.partition(" ")
    ratio = theirs / ours if sign == ">=" else ours / theirs
    is_met = not limit or (ratio >= float(limit) if sign == ">=" else ratio <= float(limit))
    told = f"{ours:9,.1f} {unit:2}   {theirs:9,.1f} {unit:2}   {ratio:8.3f}   {wanted:8}"
    print(f"{name:44} {told} {'  ' if is_met else '✗ '}{peer}", flush=True)
    return [] if is_met else [f"{name.strip()}, beside {peer}: {ratio:.3f}, wanted {wanted}"]
