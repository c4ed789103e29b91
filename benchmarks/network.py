"""Handoff reach and introductions, beside loops over networkx that count the same; how near greed comes to the best."""

import random
import resource
import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import combinations, permutations

import networkx as nx
import pandas as pd
from beside import many, side_by_side

from rosc_map.network import handoff_reach, introductions, referral_graph
from rosc_map.records import codelist

SERVICES, LINKS, INTRODUCTIONS = 2_000, 20_000, 10
CANDIDATES = 40
"""So many missing links the loop tries; the time of all is reckoned from them."""
MEGABYTES = 1_000
SMALL = 200

_Pair = tuple[str, str]


def measure() -> list[str]:
    """Print the lines about the referral network; returns those that are not as wanted."""
    graph = _network(SERVICES, LINKS, seed=1)
    missed = _handoffs(graph) + _introductions(graph) + _memory()
    _greed()
    return missed


def _network(services: int, links: int, seed: int) -> nx.DiGraph:
    rng = random.Random(seed)  # noqa: S311
    types = list(codelist("asset_type"))
    ids = [f"a{number:04}" for number in range(services)]
    pairs: set[_Pair] = set()
    while len(pairs) < links:
        pairs.add(tuple(rng.sample(ids, 2)))
    assets = pd.DataFrame({"id": ids, "name": ids, "asset_type": [rng.choice(types) for _ in ids]})
    referrals = pd.DataFrame(sorted(pairs), columns=["from_asset", "to_asset"])
    return referral_graph(
        assets.assign(led_by="unknown", local_authority_code="", upper_tier_code=""),
        referrals.assign(kind="referral", evidence="declared", result="", count=None, period="", on=None),
    )


def _looked_up(graph: nx.DiGraph, sources: Iterable[str]) -> Iterator[tuple[set[str], set[str], int]]:
    """Yield for each source the types within one handoff and within two, and how many services are within two."""
    types = graph.nodes(data="asset_type")
    for source in sources:
        away = nx.single_source_shortest_path_length(graph, source, cutoff=2)
        del away[source]
        yield {types[key] for key, steps in away.items() if steps == 1}, {types[key] for key in away}, len(away)


def _reach(graph: nx.DiGraph, sources: Iterable[str]) -> tuple[int, int]:
    """Return the pairs of a source and a type, and of a source and a service, within two handoffs."""
    found = [(len(types), services) for _, types, services in _looked_up(graph, sources)]
    return sum(types for types, _ in found), sum(services for _, services in found)


def _gain(graph: nx.DiGraph, pair: _Pair) -> tuple[int, int]:
    """Return what a link adds to both; it changes nothing but for its source and those that refer to it."""
    concerned = [pair[0], *graph.predecessors(pair[0])]
    before = _reach(graph, concerned)
    graph.add_edge(*pair)
    after = _reach(graph, concerned)
    graph.remove_edge(*pair)
    return after[0] - before[0], after[1] - before[1]


def _missing(graph: nx.DiGraph) -> list[_Pair]:
    return [pair for pair in permutations(sorted(graph), 2) if not graph.has_edge(*pair)]


def _handoffs(graph: nx.DiGraph) -> list[str]:
    def loop() -> dict[str, int]:
        found = list(_looked_up(graph, graph))
        return {"1": sum(len(one) for one, _, _ in found), "2": sum(len(two) for _, two, _ in found)}

    assert handoff_reach(graph).counts == loop()
    name = f"handoff reach, {SERVICES:,} services, {LINKS:,} links"
    return side_by_side(name, lambda: handoff_reach(graph), {"networkx searches in a loop": (loop, ">= 10")}, rounds=5)


def _introductions(graph: nx.DiGraph) -> list[str]:
    small = _network(60, 150, seed=2)
    best = max(_missing(small), key=lambda pair: _gain(small, pair))
    (first,) = introductions(small, k=1)
    # max takes the first of equals, and the missing links stand in the order of the ids.
    assert (first.from_id, first.to_id) == best

    candidates = _missing(graph)
    tried = random.Random(3).sample(candidates, CANDIDATES)  # noqa: S311
    medians = many({"ours": lambda: _ours(graph), "loop": lambda: [_gain(graph, pair) for pair in tried]}, rounds=5)
    mine, theirs = medians["ours"], medians["loop"] / CANDIDATES * len(candidates) * INTRODUCTIONS
    ratio, is_met = theirs / mine, theirs / mine >= 10
    name = f"handoff reach, {INTRODUCTIONS} introductions"
    told = f"{mine * 1000:9.1f} ms   {theirs:9.0f} s    {ratio:8.0f}   {'>= 10':8}"
    beside = f"the same by networkx searches, reckoned from {CANDIDATES} of {len(candidates):,} links"
    print(f"{name:44} {told} {'  ' if is_met else '✗ '}{beside}", flush=True)
    return [] if is_met else [f"{name}, beside networkx: {ratio:.1f}, wanted >= 10"]


def _ours(graph: nx.DiGraph) -> None:
    handoff_reach(graph)
    introductions(graph, k=INTRODUCTIONS)


def _memory() -> list[str]:
    done = subprocess.run([sys.executable, __file__], check=True, capture_output=True, text=True)  # noqa: S603
    peak = int(done.stdout)
    name, is_met = "  its memory, new process", peak <= MEGABYTES
    mark = "  " if is_met else "✗ "
    print(f"{name:44} {peak:9,} MB   {MEGABYTES:9,} MB   {peak / MEGABYTES:8.3f}   {'<= 1':8} {mark}the limit")
    return [] if is_met else [f"{name.strip()}: {peak} MB, wanted <= {MEGABYTES}"]


def _greed() -> None:
    """Print how much of the best two links' gain the two that are chosen one by one have, on small networks."""
    ratios = []
    for seed in range(SMALL):
        services = 6 + seed % 4
        graph = _network(services, services + seed % 5, seed)
        greedy = sum(item.gain for item in introductions(graph, k=2))
        whole = _reach(graph, graph)[0]
        best = max(_reach(_with(graph, pairs), graph)[0] - whole for pairs in combinations(_missing(graph), 2))
        ratios.append(greedy / best if best else 1.0)
    exact = sum(ratio == 1 for ratio in ratios)
    told = f"mean {sum(ratios) / SMALL:.3f}, smallest {min(ratios):.3f}, the best in {exact} of {SMALL}"
    print(f"{'two introductions of the best two':44} {told} small networks", flush=True)


def _with(graph: nx.DiGraph, pairs: Iterable[_Pair]) -> nx.DiGraph:
    more = graph.copy()
    more.add_edges_from(pairs)
    return more


if __name__ == "__main__":
    _ours(_network(SERVICES, LINKS, seed=1))
    # In kilobytes, on Linux.
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
