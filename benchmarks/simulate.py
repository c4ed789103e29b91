"""Does the 95 % interval hold the truth as often as it says? Thousands of made-up areas, with the draws of the package.

``python benchmarks/simulate.py [--replicates 2000] [--write docs/simulation.md]``
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rosc_map.linkage.balanced import balanced
from rosc_map.linkage.draw import Draw, draw
from rosc_map.linkage.estimate import estimate
from rosc_map.linkage.frame import Frame, build_frame
from rosc_map.linkage.in_use import in_use
from rosc_map.linkage.stratified import stratified
from rosc_map.linkage.two_stage import wilson

SEED = 20_261_122
SIZES = ((20, 10, 3), (20, 20, 5), (60, 20, 3), (60, 30, 5), (60, 60, 5), (200, 40, 5), (200, 100, 5))
EVERYBODY = ((20, 20, 3), (20, 20, 5), (60, 60, 3), (60, 60, 5), (200, 200, 5))
EQUAL = ((20, 12, 3), (60, 21, 3), (200, 30, 5))
UNEVEN = {(60, 10, 3): (50, 10), (60, 12, 3): (40, 12, 8), (200, 21, 3): (140, 40, 20)}
"""Groups of very different size with the same few sources each: the sizes of the groups."""
DESIGNS = {"independent": SIZES, "stratified": SIZES, "balanced": EVERYBODY, "equal": EQUAL, "uneven": tuple(UNEVEN)}
JUDGED = ("independent", "stratified", "balanced")
"""The designs and sizes that METHODS names; the others are tried beyond them, and may be too wide but not too sure."""
SHARES = (0.1, 0.4, 0.8)
ICC = 0.2
POPULARITY = 0.7
"""The standard deviation, in log odds, of how well known the services are."""
GROUPS = ((0.5, -0.5), (0.3, 0.0), (0.2, 1.0))
"""The strata: their part of the area, and how far their log odds of knowing another service are from the usual."""

Ints = NDArray[np.int_]


@dataclass(frozen=True)
class Round:
    """What happens to a round beyond the draw: for the lines that go through tables and the whole estimate."""

    organisations: tuple[int, ...] = ()
    """How many services the larger organisations run; a service knows a little less the fewer others it has."""
    refuse: float = 0.0
    closed: float = 0.0
    groups: int = 1
    size: tuple[int, int, int] = (60, 20, 3)


ROUNDS = {
    "large organisations": Round(organisations=(20, 8)),
    "30 % refuse": Round(refuse=0.3),
    "20 % closed, reserves": Round(closed=0.2),
    "12 groups, 40 % refuse": Round(refuse=0.4, groups=12, size=(60, 24, 3)),
}


@dataclass(frozen=True)
class Outcome:
    """One line of the table: a design, N, n and m, and what its replicates came to (shares of 1)."""

    design: str
    size: tuple[int, int, int]
    truth: float
    bias: float
    cover: float
    cover_low: float
    cover_high: float
    half_width: float

    @property
    def met(self) -> str:
        """Whether the line meets the bar of METHODS: "yes", "no", or "too wide" for more doubt than there is."""
        if abs(self.bias) >= 0.01 or self.cover_high < 0.935:
            return "no"
        return "yes" if self.cover_low <= (0.99 if self.design == "balanced" else 0.975) else "too wide"

    @property
    def is_missed(self) -> bool:
        """Whether it is too sure; or too wide, in a design and size for which METHODS has the bar."""
        return self.met == "no" or (self.met == "too wide" and self.design in JUDGED)


def simulate(design: str, size: tuple[int, int, int], replicates: int) -> list[Outcome]:
    """Draw again and again; for each share of links make an area anew each time, ask there, and estimate."""
    population, n, m = size
    rng = np.random.default_rng([SEED, list(DESIGNS).index(design), *size])
    group, shift = _groups(design, size)
    frame = _frame(population)
    linked, truth = np.empty((len(SHARES), replicates, n)), np.empty((len(SHARES), replicates))
    for number in range(replicates):
        sources, targets = _asked(_drawn(design, frame, size, group, SEED + number), n, m)
        for place, share in enumerate(SHARES):
            links = _area(share, shift, rng)
            truth[place, number] = links.sum() / (population * (population - 1))
            linked[place, number] = links[sources[:, None], targets].sum(axis=1)
    sizes = np.bincount(group)
    # Sources come in the order of the frame, so that each draw has the groups in the same places.
    found = stratified(linked, m, population - 1, sizes, group[sources], sizes / population)
    return _outcomes(design, size, truth, (found.estimate, found.low, found.high))


def simulate_rounds(name: str, replicates: int) -> list[Outcome]:
    """Run whole rounds with contacts, answers and reserves, and estimate them from their tables."""
    what = ROUNDS[name]
    population, n, m = what.size
    rng = np.random.default_rng([SEED, 100 + list(ROUNDS).index(name)])
    group = np.repeat(np.arange(what.groups), population // what.groups)
    owner = [f"organisation {place}" for place, count in enumerate(what.organisations) for _ in range(count)]
    frame = _frame(population, [*owner, *[""] * (population - len(owner))])
    may = np.zeros((population, population), bool)
    for contact in frame.contacts:
        may[int(contact), [int(target) for target in frame.eligible(contact)]] = True
    # Who has fewer others to be asked about knows less, so that plain means would be wrong.
    fewer = (may.sum(axis=1) - may.sum(axis=1).max()) / 20
    shift = fewer + (np.linspace(-0.5, 0.5, what.groups)[group] if what.groups > 1 else 0.0)
    strata = {identifier: f"group {place:02d}" for identifier, place in zip(frame.ids, group, strict=True)}
    truth, figures = np.empty((len(SHARES), replicates)), np.full((3, len(SHARES), replicates), np.nan)
    for number in range(replicates):
        drawn = draw(frame, sources=n, targets=m, seed=SEED + number, strata=strata if what.groups > 1 else None)
        closed, refuses = rng.random(population) < what.closed, rng.random(population) < what.refuse
        asked = may & ~closed[:, None] & ~closed
        for place, share in enumerate(SHARES):
            links = _area(share, shift, rng)
            truth[place, number] = links[asked].mean()
            answers, contacts = _held(drawn.pairs, links, closed, refuses)
            found = estimate(drawn.pairs, answers, contacts, frame_size=population, design=drawn.design).answered
            figures[:, place, number] = found.estimate, found.low, found.high
    return _outcomes(name, what.size, truth, figures)


def _held(
    questions: pd.DataFrame, links: NDArray[np.bool_], closed: NDArray[np.bool_], refuses: NDArray[np.bool_]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the answers and the contacts of a round once everybody was rung, reserves as they came in."""
    answers = pd.DataFrame(columns=["source", "target", "level"], dtype=str)
    contacts = pd.DataFrame(columns=["source", "contact"], dtype=str)
    while True:
        used = in_use(questions, contacts, answers)
        sources, targets = used["source"].astype(int).to_numpy(), used["target"].astype(int).to_numpy()
        told = ~closed[sources] & ~closed[targets] & ~refuses[sources]
        level = np.where(links[sources, targets], "information", "not_known")
        answers = used[["source", "target"]].assign(level=level)[told]
        shut = sorted({f"{place:04d}" for place in (*sources, *targets) if closed[place]})
        known = contacts["source"][contacts["contact"] == "closed"]
        silent = sorted(set(used["source"][refuses[sources] & ~closed[sources]]))
        outcome = dict.fromkeys(silent, "refused") | dict.fromkeys((*known, *shut), "closed")
        contacts = pd.DataFrame({"source": list(outcome), "contact": list(outcome.values())}, dtype=str)
        if not shut:
            return answers, contacts


def _outcomes(
    design: str, size: tuple[int, int, int], truth: NDArray[np.float64], figures: Iterable[NDArray[np.float64]]
) -> list[Outcome]:
    """Return a line for each share of links, from the truths and the estimates, lows and highs by replicate."""
    estimates, lows, highs = figures
    covers = ((lows <= truth) & (truth <= highs)).mean(axis=1)
    low, high = wilson(covers, truth.shape[1])
    means = [figure.mean(axis=1) for figure in (truth, estimates - truth, (highs - lows) / 2)]
    return [
        Outcome(design, size, truth=t, bias=b, cover=c, cover_low=lo, cover_high=hi, half_width=w)
        for t, b, w, c, lo, hi in np.stack([*means, covers, low, high], axis=1).tolist()
    ]


def _groups(design: str, size: tuple[int, int, int]) -> tuple[Ints, NDArray[np.float64]]:
    """Return the group of each service, and how far its log odds are from the usual; one group without strata."""
    population = size[0]
    if design in ("independent", "balanced"):
        return np.zeros(population, int), np.zeros(population)
    counts = UNEVEN[size] if design == "uneven" else [round(part * population) for part, _ in GROUPS]
    shifts = [shift for _, shift in GROUPS][-len(counts) :]
    return np.repeat(np.arange(len(counts)), counts), np.repeat(shifts, counts)


def _frame(population: int, organisations: list[str] | None = None) -> Frame:
    """Return a frame of services that each have a number of their own, and an organisation unless one is given."""
    ids = [f"{number:04d}" for number in range(population)]
    assets = pd.DataFrame({"id": ids, "name": ids, "phone": [f"01632 96{number}" for number in ids]})
    return build_frame(
        assets.assign(
            organisation=organisations or "",
            asset_type="lero",
            status="active",
            listing="agreed",
            location_precision="exact",
            email="",
        )
    )


def _drawn(design: str, frame: Frame, size: tuple[int, int, int], group: Ints, seed: int) -> Draw:
    _, n, m = size
    if design == "balanced":
        return balanced(frame, targets=m, seed=seed)
    strata = None
    if design in ("stratified", "equal", "uneven"):
        strata = {identifier: f"group {place}" for identifier, place in zip(frame.ids, group, strict=True)}
    allocation = "proportional" if design == "stratified" else "equal"
    return draw(frame, sources=n, targets=m, seed=seed, reserves=0, strata=strata, allocation=allocation)


def _asked(drawn: Draw, n: int, m: int) -> tuple[Ints, Ints]:
    """Return the places of the sources, shape (n,), and of their targets, shape (n, m)."""
    sources, targets = (
        drawn.pairs[side].to_numpy(dtype=str).astype(int).reshape(n, m) for side in ("source", "target")
    )
    return sources[:, 0], targets


def _area(share: float, shift: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return who knows whom: services of an own well-informedness (beta, by ICC), about others of uneven popularity."""
    strength = 1 / ICC - 1
    own = np.clip(rng.beta(strength * share, strength * (1 - share), len(shift)), 1e-9, 1 - 1e-9)
    odds = (np.log(own / (1 - own)) + shift)[:, None] + rng.normal(0, POPULARITY, len(shift))
    links: NDArray[np.bool_] = rng.random(odds.shape) < 1 / (1 + np.exp(-odds))
    np.fill_diagonal(links, val=False)
    return links


def _line(one: Outcome) -> str:
    population, n, m = one.size
    cover = f"{100 * one.cover:.1f} % ({100 * one.cover_low:.1f} to {100 * one.cover_high:.1f})"
    figures = f"{100 * one.truth:.1f} % | {round(100 * one.bias, 2) + 0:+.2f} | {cover} | ±{100 * one.half_width:.1f}"
    return (
        f"| {one.design} | {population} | {n} | {m} | {figures} | {one.met if one.met == 'yes' else f'**{one.met}**'} |"
    )


HEAD = """| design | N | n | m | linkage | bias, points | cover of the 95 % interval (Monte Carlo) | half-width | met |
|---|---|---|---|---|---|---|---|---|"""


def _page(outcomes: Iterable[Outcome], rounds: Iterable[Outcome], replicates: int) -> str:
    lines, whole = list(outcomes), list(rounds)
    verdicts = Counter(one.met for one in lines + whole)
    said = f"Of {len(lines) + len(whole)} lines {verdicts['yes']} meet it, {verdicts['too wide']} are **too wide**"
    parts = ", ".join(f"{part:.0%}" for part, _ in GROUPS).replace("%", " %")
    shifts = ", ".join(f"{shift:+g}" for _, shift in GROUPS)
    return f"""# Does the interval hold what it says?

Written by `python benchmarks/simulate.py --replicates {replicates} --write docs/simulation.md`
(seed {SEED}, numpy {np.__version__}).

A linkage test gives a share and a 95 % interval. Here areas are made up in which the true share is known, tests are
drawn in them with the package's own draws, and the tests are counted whose interval holds the truth. Each line is
{replicates:,} tests, each in a new area.

- **The areas**: N services; some know more than others (the answers of the same service have a correlation of about
  {ICC}: 0.17 to 0.22 where it was measured), and some are better known than others (a standard deviation of
  {POPULARITY} in log odds).
- **Stratified**: three groups with {parts} of the services, which differ in what they know
  ({shifts} in log odds); sources in proportion. **Equal**: the same groups, and as many sources in each.
- **Uneven**: groups of 50 and 10, of 40, 12 and 8, or of 140, 40 and 20, with 5, 4 or 7 sources in each.
- **Balanced**: all services are sources, and each is asked about equally often.
- **The bar**: a bias under 1 point, and a Monte Carlo interval of the cover that overlaps 93.5 to 97.5 %; up to 99 %
  for balanced, whose interval does not use that each service is asked about equally often.

{said} (more doubt is said than there
is), and {verdicts["no"]} are too sure or off. What is too wide has few links, and four to seven sources in each of a
few groups: where the answers of a group are all alike, the interval is rather too wide than too sure. The truth of a
line is the mean of its areas.

## The draws

Everybody answers.

{HEAD}
{chr(10).join(_line(one) for one in lines)}

## Whole rounds

These go through the tables of questions, contacts and answers, and the whole of the estimate: {_rounds(replicates):,}
tests a line, so that the cover is known less well. Large organisations: 20 services of one, 8 of another, and 32 by
themselves; nobody is asked about their own organisation, and who has fewer others to be asked about knows less. 20 %
closed: of sources and targets alike, with the reserves of the draw standing in. 12 groups: two sources in each, so that
some groups are silent and in others one service alone answers. Who refuses does so by chance.

{HEAD}
{chr(10).join(_line(one) for one in whole)}

## What is not covered

- Who refuses is taken to know as much as who answers. Where that is not so, no interval shows it; the figure "as a
  caller" and the bounds do.
- Answers are taken to be what a caller would get; volunteers all write down the same.
- Other correlations than about {ICC}, areas under 20 or over 200 services, and fewer than four sources in a group
  with equal numbers.
- The figures by type and by distance, and the comparison of two rounds. For two rounds without groups the tests of the
  package have small simulations; a panel by groups was only tried out, and its interval was rather too wide.
"""


def _rounds(replicates: int) -> int:
    """Return how many whole rounds there are to a line: a quarter, for each takes long."""
    return max(replicates // 4, 1)


def main() -> int:
    """Print the table, and perhaps write it as a page; 1 when a line is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=2_000)
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    tasks = [(design, size) for design, sizes in DESIGNS.items() for size in sizes]
    outcomes, rounds, start = [], [], time.monotonic()
    print(HEAD)
    with ProcessPoolExecutor() as pool:
        drawn = pool.map(simulate, *zip(*tasks, strict=True), repeat(asked.replicates))
        whole = pool.map(simulate_rounds, ROUNDS, repeat(_rounds(asked.replicates)))
        for kept, found in ((outcomes, drawn), (rounds, whole)):
            for lines in found:
                kept += lines
                done, seconds = len(outcomes + rounds) // len(SHARES), time.monotonic() - start
                print(*map(_line, lines), sep="\n", flush=True)
                print(f"{done} of {len(tasks) + len(ROUNDS)} designs, {seconds:.0f} s", file=sys.stderr, flush=True)
    if asked.write:
        asked.write.write_text(_page(outcomes, rounds, asked.replicates), encoding="utf-8")
    return int(any(one.is_missed for one in outcomes + rounds))


if __name__ == "__main__":
    sys.exit(main())
