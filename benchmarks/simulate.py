"""Does the 95 % interval hold the truth as often as it says? Thousands of made-up areas, with the draws of the package.

``python benchmarks/simulate.py [--replicates 2000] [--write docs/simulation.md]``
"""

import argparse
import sys
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
from rosc_map.linkage.frame import Frame, build_frame
from rosc_map.linkage.stratified import stratified
from rosc_map.linkage.two_stage import wilson

SEED = 20_261_122
SIZES = ((20, 10, 3), (20, 20, 5), (60, 20, 3), (60, 30, 5), (60, 60, 5), (200, 40, 5), (200, 100, 5))
EVERYBODY = ((20, 20, 3), (20, 20, 5), (60, 60, 3), (60, 60, 5), (200, 200, 5))
DESIGNS = {"independent": SIZES, "stratified": SIZES, "balanced": EVERYBODY}
SHARES = (0.1, 0.4, 0.8)
ICC = 0.2
POPULARITY = 0.7
"""The standard deviation, in log odds, of how well known the services are."""
GROUPS = ((0.5, -0.5), (0.3, 0.0), (0.2, 1.0))
"""The strata: their part of the area, and how far their log odds of knowing another service are from the usual."""

Ints = NDArray[np.int_]


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
    def is_met(self) -> bool:
        """Whether the bias is under 1 point, and the Monte Carlo interval of the cover overlaps what is wanted."""
        most = 0.99 if self.design == "balanced" else 0.975
        return abs(self.bias) < 0.01 and self.cover_high >= 0.935 and self.cover_low <= most


def simulate(design: str, size: tuple[int, int, int], replicates: int) -> list[Outcome]:
    """Draw again and again; for each share of links make an area anew each time, ask there, and estimate."""
    population, n, m = size
    rng = np.random.default_rng([SEED, list(DESIGNS).index(design), *size])
    group, shift = _groups(design, population)
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
    covers = ((found.low <= truth) & (truth <= found.high)).mean(axis=1)
    low, high = wilson(covers, replicates)
    figures = [truth, found.estimate - truth, (found.high - found.low) / 2]
    means = np.stack([*(figure.mean(axis=1) for figure in figures), covers, low, high], axis=1).tolist()
    return [
        Outcome(design, size, truth=t, bias=b, cover=c, cover_low=lo, cover_high=hi, half_width=w)
        for t, b, w, c, lo, hi in means
    ]


def _groups(design: str, population: int) -> tuple[Ints, NDArray[np.float64]]:
    """Return the group of each service, and how far its log odds are from the usual; one group unless stratified."""
    if design != "stratified":
        return np.zeros(population, int), np.zeros(population)
    counts = [round(part * population) for part, _ in GROUPS]
    return np.repeat(np.arange(len(GROUPS)), counts), np.repeat([shift for _, shift in GROUPS], counts)


def _frame(population: int) -> Frame:
    """Return a frame of services that each have a number and an organisation of their own."""
    ids = [f"{number:04d}" for number in range(population)]
    assets = pd.DataFrame({"id": ids, "name": ids, "phone": [f"01632 96{number}" for number in ids]})
    return build_frame(
        assets.assign(
            organisation="", asset_type="lero", status="active", listing="agreed", location_precision="exact", email=""
        )
    )


def _drawn(design: str, frame: Frame, size: tuple[int, int, int], group: Ints, seed: int) -> Draw:
    _, n, m = size
    if design == "balanced":
        return balanced(frame, targets=m, seed=seed)
    strata = None
    if design == "stratified":
        strata = {identifier: f"group {place}" for identifier, place in zip(frame.ids, group, strict=True)}
    return draw(frame, sources=n, targets=m, seed=seed, reserves=0, strata=strata)


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
    return f"| {one.design} | {population} | {n} | {m} | {figures} | {'yes' if one.is_met else '**no**'} |"


HEAD = """| design | N | n | m | linkage | bias, points | cover of the 95 % interval (Monte Carlo) | half-width | met |
|---|---|---|---|---|---|---|---|---|"""


def _page(outcomes: Iterable[Outcome], replicates: int) -> str:
    lines = list(outcomes)
    met = sum(one.is_met for one in lines)
    parts = ", ".join(f"{part:.0%}" for part, _ in GROUPS).replace("%", " %")
    shifts = ", ".join(f"{shift:+g}" for _, shift in GROUPS)
    return f"""# Does the interval hold what it says?

Written by `python benchmarks/simulate.py --replicates {replicates} --write docs/simulation.md`
(seed {SEED}, numpy {np.__version__}).

A linkage test gives a share and a 95 % interval. Here areas are made up in which the true share is known, tests are
drawn in them with the package's own draws, and the tests are counted whose interval holds the truth. Each line is
{replicates:,} tests, each in a new area.

- **The areas**: N services; some know more than others (the answers of the same service have a correlation of {ICC}),
  and some are better known than others (a standard deviation of {POPULARITY} in log odds). Everybody answers.
- **Stratified**: three groups with {parts} of the services, which differ in what they know
  ({shifts} in log odds); sources in proportion.
- **Balanced**: all services are sources, and each is asked about equally often.
- **The bar**: a bias under 1 point, and a Monte Carlo interval of the cover that overlaps 93.5 to 97.5 %. Balanced: up
  to 99 %, because the interval does not use that each service is asked about equally often, and so is a little wide.

{met} of {len(lines)} lines meet it. The truth of a line is the mean of its areas.

{HEAD}
{chr(10).join(_line(one) for one in lines)}
"""


def main() -> int:
    """Print the table, and perhaps write it as a page; 1 when a line does not meet the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=2_000)
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    tasks = [(design, size) for design, sizes in DESIGNS.items() for size in sizes]
    outcomes = []
    print(HEAD)
    with ProcessPoolExecutor() as pool:
        for lines in pool.map(simulate, *zip(*tasks, strict=True), repeat(asked.replicates)):
            outcomes += lines
            print(*map(_line, lines), sep="\n", flush=True)
    if asked.write:
        asked.write.write_text(_page(outcomes, asked.replicates), encoding="utf-8")
    return int(not all(one.is_met for one in outcomes))


if __name__ == "__main__":
    sys.exit(main())
