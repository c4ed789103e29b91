"""Measures of the referral network, each with its meaning in one plain sentence (METHODS §2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import networkx as nx
import pandas as pd

from rosc_map.network import _words
from rosc_map.network._reach import Bools, share
from rosc_map.network.handoffs import Handoffs, handoff_reach
from rosc_map.network.known import KnownPairs, known_matrix, known_pairs
from rosc_map.network.mixing import mixing
from rosc_map.network.two_way import TwoWay, two_way

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
    handoffs
        Which types of support can be reached in one and two handoffs: :func:`rosc_map.network.handoff_reach`.
    two_way
        The links between treatment and peer-led initiatives, both ways: :func:`rosc_map.network.two_way`.
    mixing
        Which types of support refer to which: :func:`rosc_map.network.mixing`.
    mixing_within
        The share of links between two assets of one type; an asset of no known type is of one type with nobody.
    said
        The measures in plain English, each with its denominator, by measure.

    Examples
    --------
    >>> from rosc_map.network import measures
    >>> found = measures(graph)
    >>> found.nodes, found.edges, found.reciprocity_links
    (62, 139, 107)
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
    handoffs: Handoffs
    two_way: TwoWay
    mixing: pd.DataFrame
    mixing_within: float | None
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that is said of the measures."""
        return tuple(line for lines in self.said.values() for line in lines)


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

    Examples
    --------
    >>> from rosc_map.network import measures
    >>> measures(graph).sentences[1]
    'It is known of 2,396 of 3,782 ordered pairs of services (63 %) whether one refers to the other; of the others
    nobody has asked.'
    """
    nodes, edges = graph.number_of_nodes(), graph.number_of_edges()
    matrix = known_matrix(graph)
    degrees = _degrees(graph)
    isolated = set(nx.isolates(graph))
    returned, of_returned = _returned(graph, matrix)
    mixed = mixing(graph, matrix)
    within = int(mixed.loc[mixed["from_type"] == mixed["to_type"], "links"].sum())
    found = NetworkMeasures(
        nodes=nodes,
        edges=edges,
        density=share(edges, nodes * (nodes - 1)),
        known=known_pairs(graph, matrix),
        reciprocity=share(returned, of_returned),
        reciprocity_links=of_returned,
        isolates=[key for key in degrees["id"] if key in isolated],
        weak_components=nx.number_weakly_connected_components(graph),
        strong_components=nx.number_strongly_connected_components(graph),
        degrees=degrees,
        handoffs=handoff_reach(graph),
        two_way=two_way(graph, matrix),
        mixing=mixed,
        mixing_within=share(within, edges),
    )
    return replace(found, said=_said(found, graph, returned, within))


def _said(found: NetworkMeasures, graph: nx.DiGraph, returned: int, within: int) -> dict[str, tuple[str, ...]]:
    nodes, edges, known = found.nodes, found.edges, found.known
    said = {
        "size": _words.size(nodes, edges, all_known=known.known == known.pairs),
        "known": known.sentences,
        "isolates": _words.isolates(len(found.isolates), nodes),
        "reciprocity": _words.reciprocity(returned, found.reciprocity_links, edges),
        "components": _words.components(found.weak_components, found.strong_components, nodes),
        "handoffs": _words.handoffs(found.handoffs.counts, found.handoffs.pairs),
        "two_way": found.two_way.sentences,
        "mixing": _words.mixing(within, edges),
        "not_found": _words.not_found(graph),
        "left_out": _words.left_out(graph),
    }
    return {measure: tuple(sentences) for measure, sentences in said.items()}


def _degrees(graph: nx.DiGraph) -> pd.DataFrame:
    names = _words.names(graph)
    rows = [
        (key, names[key], graph.in_degree(key), graph.out_degree(key))
        for key in sorted(names, key=_words.by_name(names))
    ]
    return pd.DataFrame(rows, columns=["id", "name", "in_degree", "out_degree"])


def _returned(graph: nx.DiGraph, known: Bools) -> tuple[int, int]:
    """Count the links with a link back, and the links of which it is known whether there is one."""
    place = {key: i for i, key in enumerate(graph)}
    returned = sum(graph.has_edge(target, source) for source, target in graph.edges)
    return returned, sum(bool(known[place[target], place[source]]) for source, target in graph.edges)
