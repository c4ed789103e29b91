"""Handoff reach and introductions, beside loops over networkx that count the same; how near greed comes to the best."""

import random
import time
from collections.abc import Iterable, Iterator
from itertools import combinations, permutations
from pathlib import Path

import networkx as nx
import pandas as pd
from beside import Peer, alone, peak, side_by_side
from rows import Row, used

from rosc_map.network import handoff_reach, introductions, referral_graph
from rosc_map.records import codelist

SERVICES, LINKS, INTRODUCTIONS = 2_000, 20_000, 10
FEWER, FEWER_LINKS = 150, 700
"""So many services and links have the network in which every missing link is tried: in the large one it takes days."""
MEGABYTES, SECONDS = 1_000, 60
SMALL = 60

_Pair = tuple[str, str]
_Count = tuple[int, int]


def measure(_: Path) -> Iterator[Row]:
    """Yield the rows about the referral network."""
    graph = _network(SERVICES, LINKS, seed=1)
    yield from _handoffs(graph)
    yield from _introduction(_network(FEWER, FEWER_LINKS, seed=2))
    taken, cpu, held = alone(__file__)
    name = f"handoff reach and {INTRODUCTIONS} introductions, {SERVICES:,} services"
    yield Row(name, "the limit", "s", "<= 1", (taken,), (SECONDS,), ours_cpu=(cpu,))
    yield Row("its memory, new process", "the limit", "MB", "<= 1", (held,), (MEGABYTES,))
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


def _gains(graph: nx.DiGraph) -> Iterator[tuple[_Count, _Pair]]:
    """Try every missing link: what it adds to both. Only its source, and those that refer to it, can reach more."""
    for source in sorted(graph):
        concerned = [source, *graph.predecessors(source)]
        before = _reach(graph, concerned)
        for target in sorted(set(graph) - {source} - set(graph.successors(source))):
            graph.add_edge(source, target)
            after = _reach(graph, concerned)
            graph.remove_edge(source, target)
            yield (after[0] - before[0], after[1] - before[1]), (source, target)


def _best(graph: nx.DiGraph) -> _Pair:
    """Return the link that adds most: the first of equals, in the order of the ids."""
    return max(_gains(graph), key=lambda found: found[0])[1]


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


def _introduction(graph: nx.DiGraph) -> Iterator[Row]:
    """Yield the row about the best link of a network of which the other tries every one: brute force."""
    (first,) = introductions(graph, k=1)
    if (first.from_id, first.to_id) != _best(graph):
        raise RuntimeError("The best links differ: nothing was measured.")
    name = f"one introduction, {len(graph)} services, {graph.size()} links"
    peer = Peer("networkx, every link tried", lambda: _best(graph), ">= 10", "networkx")
    yield from side_by_side(name, lambda: introductions(graph, k=1), peer, rounds=2, warm=False)


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
    name = "two introductions in a small network: pairs that they join"
    return Row(name, "the best two of all", "pairs", "<=", ours, theirs, of="networks")


def _with(graph: nx.DiGraph, pairs: Iterable[_Pair]) -> nx.DiGraph:
    more = graph.copy()
    more.add_edges_from(pairs)
    return more


if __name__ == "__main__":
    network = _network(SERVICES, LINKS, seed=1)
    start, own = time.perf_counter(), used()
    _ours(network)
    print(time.perf_counter() - start, used() - own, peak())
