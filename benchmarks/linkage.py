"""Resampling and permuting the answers of a round, beside scipy's bootstrap, and loops of Python and networkx."""

import random
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
from beside import Peer, many, side_by_side, told
from rows import Row
from scipy import stats

from rosc_map.linkage.bootstrap import cluster_bootstrap
from rosc_map.linkage.groups import homophily, permuted_counts

REPLICATES = 10_000
PERMUTATIONS = 9_999
LOOP = 30
"""So many permutations of the loop are run; the time of all is reckoned from them."""
ASSETS, TIES, QUESTIONS, TYPES = 500, 5_338, 6_500, 7


def measure(_: Path) -> Iterator[Row]:
    """Yield the rows about the linkage test."""
    yield from _bootstrap()
    yield from _permutations()


def _bootstrap() -> Iterator[Row]:
    rng = np.random.default_rng(5)
    linked = rng.binomial(5, rng.beta(1.6, 2.4, 200))
    shares, sums = linked / 5, np.stack([linked], axis=1)

    def ours() -> np.ndarray:
        return cluster_bootstrap(sums, replicates=REPLICATES, rng=rng)[:, 0] / linked.size / 5

    def theirs() -> float:
        found = stats.bootstrap((shares,), np.mean, n_resamples=REPLICATES, method="percentile", rng=rng)
        return float(found.standard_error)

    def loop() -> float:
        plain, draws = linked.tolist(), random.Random(5)  # noqa: S311
        return float(np.std([sum(draws.choices(plain, k=len(plain))) for _ in range(REPLICATES)])) / linked.size / 5

    yield from side_by_side(
        f"bootstrap of 200 × 5, {REPLICATES:,} replicates",
        ours,
        Peer("scipy.stats.bootstrap", theirs, ">= 1.3", "scipy"),
        Peer("a loop over random.choices", loop, ">= 10"),
    )
    yield Row(
        "its standard error", "scipy.stats.bootstrap", "", "<=", (ours().std(ddof=1),), (theirs(),), told("scipy")
    )


def _permutations() -> Iterator[Row]:
    """Time the whole of our test, and of the loop the permutations and coefficients only."""
    rng = np.random.default_rng(5)
    ids = [f"a{number:03d}" for number in range(ASSETS)]
    labels = rng.integers(0, TYPES, ASSETS).astype(np.uint8)
    pairs = rng.permutation(ASSETS * ASSETS)
    source, target = np.divmod(pairs[pairs // ASSETS != pairs % ASSETS][:QUESTIONS], ASSETS)
    linked = np.arange(QUESTIONS) < TIES
    questions = pd.DataFrame({"source": np.take(ids, source), "target": np.take(ids, target)})
    answers = questions.assign(level=np.where(linked, "information", "heard_of"))
    types = pd.Series(labels.astype(str), index=ids)
    graph = nx.DiGraph(list(zip(source[:TIES].tolist(), target[:TIES].tolist(), strict=True)))

    def shuffle() -> nx.DiGraph:
        nx.set_node_attributes(graph, dict(enumerate(rng.permutation(labels).tolist())), "kind")
        return graph

    def loop() -> list[float]:
        return [nx.attribute_assortativity_coefficient(shuffle(), "kind") for _ in range(LOOP)]

    def ours() -> object:
        return homophily(questions, answers, types, rng=rng, permutations=PERMUTATIONS)

    times = many({"ours": ours, "loop": loop}, rounds=3)
    name = f"{PERMUTATIONS:,} permutations, {ASSETS} assets, {TIES:,} ties"
    mine, one = times["ours"], times["loop"]
    theirs, their_cpu = (tuple(each / LOOP * PERMUTATIONS for each in took) for took in (one.wall, one.cpu))
    beside = f"networkx assortativity in a loop, reckoned from {LOOP}"
    yield Row(name, beside, "s", ">= 100", mine.wall, theirs, told("networkx"), "", mine.cpu, their_cpu)
    here, _ = permuted_counts(labels, source, target, linked, permutations=PERMUTATIONS, rng=rng)
    mixing = [nx.attribute_mixing_matrix(shuffle(), "kind", normalized=False).trace() for _ in range(10 * LOOP)]
    means, spreads = (here.mean(), np.mean(mixing)), (here.std(ddof=1), np.std(mixing, ddof=1))
    for what, (one, other) in (("mean", means), ("standard deviation", spreads)):
        beside = f"networkx, from {len(mixing)}"
        yield Row(f"its ties within types: {what}", beside, "", "<=", (float(one),), (float(other),), told("networkx"))
