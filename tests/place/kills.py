"""Killing processes that build the postcode index, and looking at what they left behind."""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

_CHILD = Path(__file__).with_name("index_child.py")


def start(home: Path, package: Path | None = None, *, pause: float = 0.0) -> subprocess.Popen[str]:
    """Start a child with its own cache folder; what it loads is loaded while somebody else works."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(home / "cache"), "XDG_DATA_HOME": str(home / "data")}
    if package:
        environment["PYTHONPATH"] = str(package)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, _CHILD, str(pause)], env=environment, **pipes)


def go(process: subprocess.Popen[str]) -> None:
    """Let a child begin, as soon as it has loaded all it needs."""
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("go\n")
    process.stdin.flush()


def answer(process: subprocess.Popen[str]) -> dict:
    """Return what a child says in the end."""
    words, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return json.loads(words)


def left(home: Path) -> Counter:
    """Return how many files of each kind lie in the cache folder."""
    return Counter(path.suffix for path in (home / "cache" / "rosc-map").glob("*"))


def _wait_for_a_file(home: Path) -> None:
    while not {".part", ".index"} & left(home).keys():
        time.sleep(0.0005)


def kill_often(folder: Path, package: Path | None, *, kills: int, pause: float, seed: int) -> Counter:
    """Kill so many builders; after each of them somebody else finds the right answer.

    Half of them are killed at any moment, half soon after they began to write.

    Returns
    -------
    Counter
        How many were killed, and of these how many left a half-made file, and how many an index.
    """
    rng, seen = random.Random(seed), Counter()
    whole = start(folder / "whole", package, pause=pause)
    go(whole)
    took = answer(whole)["took"]
    for number in range(kills):
        home = folder / f"kill-{number}"
        victim, after = start(home, package, pause=pause), start(home, package)
        go(victim)
        if number % 2:
            _wait_for_a_file(home)
            time.sleep(rng.uniform(0, 0.05))
        else:
            time.sleep(rng.uniform(0, took))
        victim.kill()
        victim.communicate()
        seen["killed"] += 1
        seen["half-made"] += left(home)[".part"]
        seen["indexes"] += left(home)[".index"]
        go(after)
        assert answer(after)["easting"] == 449544
        assert left(home) == {".index": 1, ".lock": 1}
    return seen
