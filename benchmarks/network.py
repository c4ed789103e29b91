"""Handoff reach and introductions, beside loops over networkx that count the same; how near greed comes to the best."""

import random
from collections.abc import Iterable, Iterator
from itertools import combinations, permutations
from pathlib import Path

import networkx as nx
import pandas as pd
from beside import Peer, alone, many, peak, side_by_side, told
from rows import Row

from rosc_map.network import handoff_reach, introductions, referral_graph
from rosc_map.records import codelist

SERVICES, LINKS, INTRODUCTIONS = 2_000, 20_000, 10
CANDIDATES = 40
"""So many missing links the loop tries; the time of all is reckoned from them."""
MEGABYTES = 1_000
SMALL = 60

_Pair = tuple[str, str]


def measure(_: Path) -> Iterator[Row]:
    """Yield the rows about the referral network."""
    graph = _network(SERVICES, LINKS, seed=1)
    yield from _handoffs(graph)
    yield from _introductions(graph)
    yield Row("its memory, new process", "the limit", "MB", "<= 1", tuple(alone(__file__)), (MEGABYTES,))
    yield _greed()


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


def _handoffs(graph: nx.DiGraph) -> Iterator[Row]:
    def loop() -> dict[str, int]:
        found = list(_looked_up(graph, graph))
        return {"1": sum(len(one) for one, _, _ in found), "2": sum(len(two) for _, two, _ in found)}

    assert handoff_reach(graph).counts == loop()
    name = f"handoff reach, {SERVICES:,} services, {LINKS:,} links"
    peer = Peer("networkx searches in a loop", loop, ">= 10", "networkx")
    yield from side_by_side(name, lambda: handoff_reach(graph), peer, rounds=5)


def _introductions(graph: nx.DiGraph) -> Iterator[Row]:
    small = _network(60, 150, seed=2)
    best = max(_missing(small), key=lambda pair: _gain(small, pair))
    (first,) = introductions(small, k=1)
    # max takes the first of equals, and the missing links stand in the order of the ids.
    assert (first.from_id, first.to_id) == best

    candidates = _missing(graph)
    tried = random.Random(3).sample(candidates, CANDIDATES)  # noqa: S311
    times = many({"ours": lambda: _ours(graph), "loop": lambda: [_gain(graph, pair) for pair in tried]}, rounds=3)
    theirs = tuple(one / CANDIDATES * len(candidates) * INTRODUCTIONS for one in times["loop"])
    name = f"handoff reach, {INTRODUCTIONS} introductions"
    beside = f"networkx searches, reckoned from {CANDIDATES} of {len(candidates):,} links"
    yield Row(name, beside, "s", ">= 10", times["ours"], theirs, told("networkx"))


def _ours(graph: nx.DiGraph) -> None:
    handoff_reach(graph)
    introductions(graph, k=INTRODUCTIONS)


def _greed() -> Row:
    """Return how much the two links gain that are chosen one by one, beside the best two, on small networks."""
    gains = []
    for seed in range(SMALL):
        services = 6 + seed % 4
        graph = _network(services, services + seed % 5, seed)
        greedy = sum(item.gain for item in introductions(graph, k=2))
        whole = _reach(graph, graph)[0]
        best = max(_reach(_with(graph, pairs), graph)[0] - whole for pairs in combinations(_missing(graph), 2))
        gains.append((greedy, best))
    ours, theirs = zip(*(gain for gain in gains if gain[1]), strict=True)
    return Row("two introductions: pairs that they join", "the best two", "pairs", "<=", ours, theirs)


def _with(graph: nx.DiGraph, pairs: Iterable[_Pair]) -> nx.DiGraph:
    more = graph.copy()
    more.add_edges_from(pairs)
    return more


if __name__ == "__main__":
    _ours(_network(SERVICES, LINKS, seed=1))
    print(peak())
