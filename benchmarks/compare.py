"""Lay two runs side by side, row by row: ``python benchmarks/compare.py OLD.json NEW.json``.

A ratio has moved when that of each run lies outside all that the rounds of the other run had. Where one of them had one
round only, nobody can tell.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rows import Results, Row, load, number


def verdict(old: Row, new: Row) -> str:
    """Say in a word or two what became of a row."""
    if old.wanted != new.wanted:
        return f"another ratio is wanted: {old.wanted} before"
    if min(old.rounds, new.rounds) < 2:
        return "one round only"
    if _is_within(new.ratio, old.spread) or _is_within(old.ratio, new.spread):
        return ""
    is_better = (new.ratio > old.ratio) == new.wanted.startswith(">=")
    return "moved: better" if is_better else "moved: WORSE"


def _is_within(ratio: float, spread: tuple[float, float]) -> bool:
    return spread[0] <= ratio <= spread[1]


def lines(old: Results, new: Results) -> Iterator[str]:
    """Yield a line for each row of both runs."""
    before, after = ({row.key: row for row in run.rows} for run in (old, new))
    keys = list(dict.fromkeys([*after, *before]))
    width = max((len(_name(key)) for key in keys), default=0)
    yield f"{'':{width}}  {'old':>9}  {'new':>9}  {'new/old':>7}"
    for key in keys:
        if key in before and key in after:
            one, two = before[key], after[key]
            told = f"{number(one.ratio):>9}  {number(two.ratio):>9}  {two.ratio / one.ratio:7.2f}  {verdict(one, two)}"
        else:
            told = "only in the new run" if key in after else "only in the old run"
        yield f"{_name(key):{width}}  {told}".rstrip()


def _name(key: tuple[str, str, str]) -> str:
    return f"{key[0]}: {key[1]}, beside {key[2]}"


def main(words: Sequence[str] | None = None) -> int:
    """Print the rows of both; always 0, for what moved is to be looked at."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    asked = parser.parse_args(words)
    runs = load(asked.old), load(asked.new)
    for name, run in zip(("old", "new"), runs, strict=True):
        print(f"{name}: {run.about['date']}, others used {float(str(run.about['others'])):.0%} of the machine")
    print(*lines(*runs), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
