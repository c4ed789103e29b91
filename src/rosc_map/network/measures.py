"""Measures of the referral network, each with its meaning in one plain sentence (METHODS §2)."""

from dataclasses import dataclass
from itertools import groupby, product

import networkx as nx
import numpy as np
import pandas as pd

from rosc_map.network import _words
from rosc_map.network._reach import Bools, links, within_two

__all__ = ["NetworkMeasures", "measures"]

_PEER_LED_TYPES = ("lero", "lived_experience_initiative")


@dataclass(frozen=True, eq=False)
class NetworkMeasures:
    """What can be said of the network as a whole; organisations are never ranked.

    A share is a fraction of 1, and None (never NaN) where its denominator is 0.

    Attributes
    ----------
    nodes, edges
        How many assets, and how many links between them.
    density
        Links as a share of the ordered pairs of assets.
    reciprocity
        The share of links that have a link back.
    isolates
        The ids of the assets with no link to or from anybody yet, sorted by name.
    weak_components, strong_components
        How many groups the assets fall into, with links followed either way, or only forwards.
    degrees
        One row an asset, sorted by name and not ranked: ``id``, ``name``, ``in_degree``, ``out_degree``.
    handoff_reach
        By "1" and "2": the share of (asset, asset type) pairs for which an asset of that type, other than the asset
        itself, can be reached in at most so many handoffs. The pairs are of each asset with each asset type of the
        network, its own included, except where the asset is itself the only one of that type.
    handoff_counts, handoff_pairs
        The same as counts, and their denominator.
    two_way
        By "both", "one", "none": the share of treatment and peer-led pairs of the same upper-tier authority with links
        in both directions, in one, in none. Peer-led: a LERO, a lived experience initiative, or whatever people with
        lived experience lead. A pair is counted once; an asset of unknown authority is in no pair.
    two_way_counts, two_way_pairs
        The same as counts, and their denominator.
    sentences
        The measures in plain English, each with its denominator.
    """

    nodes: int
    edges: int
    density: float | None
    reciprocity: float | None
    isolates: list[str]
    weak_components: int
    strong_components: int
    degrees: pd.DataFrame
    handoff_reach: dict[str, float | None]
    handoff_counts: dict[str, int]
    handoff_pairs: int
    two_way: dict[str, float | None]
    two_way_counts: dict[str, int]
    two_way_pairs: int
    sentences: tuple[str, ...]


def measures(graph: nx.DiGraph) -> NetworkMeasures:
    """Measure a referral network (METHODS §2; guidance part 3 for the links in both directions).

    Parameters
    ----------
    graph
        As :func:`rosc_map.network.referral_graph` makes it; it may be empty.

    Returns
    -------
    NetworkMeasures
        Plain Python numbers, so that they can be written anywhere.
    """
    nodes, edges = graph.number_of_nodes(), graph.number_of_edges()
    degrees = _degrees(graph)
    isolated = set(nx.isolates(graph))
    isolates = [key for key in degrees["id"] if key in isolated]
    returned = sum(graph.has_edge(target, source) for source, target in graph.edges)
    weak = nx.number_weakly_connected_components(graph)
    strong = nx.number_strongly_connected_components(graph)
    handoffs, of_handoffs = _handoffs(graph)
    two_way = _two_way(graph)
    of_two_way = sum(two_way.values())
    sentences = (
        *_words.size(nodes, edges),
        *_words.isolates(len(isolates), nodes),
        *_words.reciprocity(returned, edges),
        *_words.components(weak, strong, nodes),
        *_words.handoffs(handoffs, of_handoffs),
        *_words.two_way(two_way, of_two_way),
        *_words.not_found(graph),
        *_words.left_out(graph),
    )
    return NetworkMeasures(
        nodes=nodes,
        edges=edges,
        density=_share(edges, nodes * (nodes - 1)),
        reciprocity=_share(returned, edges),
        isolates=isolates,
        weak_components=weak,
        strong_components=strong,
        degrees=degrees,
        handoff_reach={steps: _share(count, of_handoffs) for steps, count in handoffs.items()},
        handoff_counts=handoffs,
        handoff_pairs=of_handoffs,
        two_way={way: _share(count, of_two_way) for way, count in two_way.items()},
        two_way_counts=two_way,
        two_way_pairs=of_two_way,
        sentences=sentences,
    )


def _share(count: int, of: int) -> float | None:
    return count / of if of else None


def _degrees(graph: nx.DiGraph) -> pd.DataFrame:
    names = graph.nodes(data="name", default="")
    rows = sorted(
        ((key, name, graph.in_degree(key), graph.out_degree(key)) for key, name in names),
        key=lambda row: (row[1].casefold(), row[0]),
    )
    return pd.DataFrame(rows, columns=["id", "name", "in_degree", "out_degree"])


def _handoffs(graph: nx.DiGraph) -> tuple[dict[str, int], int]:
    """Count the (asset, asset type) pairs reached in at most 1 and 2 handoffs, and the pairs that could be."""
    types = np.array([kind for _, kind in graph.nodes(data="asset_type", default="")], dtype=object)
    adjacency = links(graph, list(graph))
    one: Bools = adjacency.toarray() > 0
    two = within_two(adjacency)
    counts, pairs = {"1": 0, "2": 0}, 0
    for kind in sorted(set(types) - {""}):
        members = np.flatnonzero(types == kind)
        # The only asset of its type cannot be handed on to another of that type, however well it is linked.
        pairs += len(types) - (len(members) == 1)
        counts["1"] += int(one[:, members].any(axis=1).sum())
        counts["2"] += int(two[:, members].any(axis=1).sum())
    return counts, pairs


def _two_way(graph: nx.DiGraph) -> dict[str, int]:
    """Count the treatment and peer-led pairs of one upper-tier authority by the directions in which they are linked."""
    counts = {"both": 0, "one": 0, "none": 0}
    placed = [(data["upper_tier_code"], key, data) for key, data in graph.nodes(data=True) if data["upper_tier_code"]]
    for _, group in groupby(sorted(placed, key=lambda row: (row[0], row[1])), key=lambda row: row[0]):
        here = [(key, data) for _, key, data in group]
        treatment = [key for key, data in here if data["asset_type"] == "treatment"]
        peer_led = [key for key, data in here if _is_peer_led(data)]
        # A treatment service that people with lived experience lead is on both sides; its pairs still count once.
        for one, other in {tuple(sorted(pair)) for pair in product(treatment, peer_led) if pair[0] != pair[1]}:
            ways = graph.has_edge(one, other) + graph.has_edge(other, one)
            counts[("none", "one", "both")[ways]] += 1
    return counts


def _is_peer_led(data: dict[str, str]) -> bool:
    """Tell whether peers lead it: not only LEROs ("active in both directions", guidance part 3)."""
    return data["asset_type"] in _PEER_LED_TYPES or data["led_by"] == "lived_experience"
