"""Measures of the referral network, each with its meaning in one plain sentence (METHODS §2)."""

from dataclasses import dataclass

import networkx as nx
import pandas as pd

from rosc_map.network import _words
from rosc_map.network.handoffs import handoff_reach
from rosc_map.network.known import KnownPairs, known_matrix, known_pairs
from rosc_map.network.two_way import two_way

__all__ = ["NetworkMeasures", "measures"]


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
    known
        Of how many of these pairs it is known at all whether there is a link.
    reciprocity, reciprocity_links
        The share of links that have a link back, of the links of which both directions are known; and how many these
        are. A link back that is recorded is always known, so the share is too high while many others are not.
    isolates
        The ids of the assets with no recorded link to or from anybody, sorted by name.
    weak_components, strong_components
        How many groups the assets fall into, with links followed either way, or only forwards.
    degrees
        One row an asset, sorted by name and not ranked: ``id``, ``name``, ``in_degree``, ``out_degree``.
    handoff_reach
        By "1" and "2": the share of (asset, asset type) pairs for which an asset of that type, other than the asset
        itself, can be reached in at most so many handoffs. The pairs are of each asset with each asset type of the
        network, its own included, except where the asset is itself the only one of that type.
    handoff_counts, handoff_pairs
        The same as counts, and their denominator; by type and by service: :func:`rosc_map.network.handoff_reach`.
    two_way
        By "both", "one", "none": the share of treatment and peer-led pairs of the same upper-tier authority with links
        in both directions, in one, in none that is recorded; pair by pair: :func:`rosc_map.network.two_way`.
    two_way_counts, two_way_pairs
        The same as counts, and their denominator.
    two_way_none_known
        Of the pairs with none recorded, how many are known to have none in either direction.
    mixing_within
        The share of links between two assets of one type; type by type: :func:`rosc_map.network.mixing`.
    sentences
        The measures in plain English, each with its denominator.
    """

    nodes: int
    edges: int
    density: float | None
    known: KnownPairs
    reciprocity: float | None
    reciprocity_links: int
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
    two_way_none_known: int
    mixing_within: float | None
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
    known = known_pairs(graph)
    degrees = _degrees(graph)
    isolated = set(nx.isolates(graph))
    isolates = [key for key in degrees["id"] if key in isolated]
    returned, of_returned = _returned(graph)
    weak = nx.number_weakly_connected_components(graph)
    strong = nx.number_strongly_connected_components(graph)
    handoffs = handoff_reach(graph)
    both_ways = two_way(graph)
    within = _within_one_type(graph)
    sentences = (
        *_words.size(nodes, edges),
        *known.sentences,
        *_words.isolates(len(isolates), nodes),
        *_words.reciprocity(returned, of_returned, edges),
        *_words.components(weak, strong, nodes),
        *_words.handoffs(handoffs.counts, handoffs.pairs),
        *both_ways.sentences,
        *_words.mixing(within, edges),
        *_words.not_found(graph),
        *_words.left_out(graph),
    )
    return NetworkMeasures(
        nodes=nodes,
        edges=edges,
        density=_share(edges, nodes * (nodes - 1)),
        known=known,
        reciprocity=_share(returned, of_returned),
        reciprocity_links=of_returned,
        isolates=isolates,
        weak_components=weak,
        strong_components=strong,
        degrees=degrees,
        handoff_reach={steps: _share(count, handoffs.pairs) for steps, count in handoffs.counts.items()},
        handoff_counts=handoffs.counts,
        handoff_pairs=handoffs.pairs,
        two_way={way: _share(count, both_ways.pairs) for way, count in both_ways.counts.items()},
        two_way_counts=both_ways.counts,
        two_way_pairs=both_ways.pairs,
        two_way_none_known=both_ways.none_known,
        mixing_within=_share(within, edges),
        sentences=sentences,
    )


def _share(count: int, of: int) -> float | None:
    return count / of if of else None


def _degrees(graph: nx.DiGraph) -> pd.DataFrame:
    rows = sorted(
        ((key, name, graph.in_degree(key), graph.out_degree(key)) for key, name in _words.names(graph).items()),
        key=lambda row: (row[1].casefold(), row[0]),
    )
    return pd.DataFrame(rows, columns=["id", "name", "in_degree", "out_degree"])


def _returned(graph: nx.DiGraph) -> tuple[int, int]:
    """Count the links with a link back, and the links of which it is known whether there is one."""
    known = known_matrix(graph)
    place = {key: i for i, key in enumerate(graph)}
    returned = sum(graph.has_edge(target, source) for source, target in graph.edges)
    return returned, sum(bool(known[place[target], place[source]]) for source, target in graph.edges)


def _within_one_type(graph: nx.DiGraph) -> int:
    kinds = dict(graph.nodes(data="asset_type"))
    return sum(kinds[source] == kinds[target] for source, target in graph.edges)
