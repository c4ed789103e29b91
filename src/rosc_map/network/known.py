"""Of which pairs it is known whether one refers to the other: a pair that nobody asked about is not "no link"."""

from collections.abc import Collection
from dataclasses import dataclass

import networkx as nx
import numpy as np

from rosc_map.network import _words
from rosc_map.network._reach import Bools, share

__all__ = ["RELIABLE_FROM", "KnownPairs", "is_reliable", "known_matrix", "known_pairs", "unreliable"]

RELIABLE_FROM = 0.8
"""From this share of known pairs on (0.8), the measures that missing links distort are taken for reliable.

Missing links distort betweenness most (Costenbader & Valente 2003, Borgatti, Carley & Krackhardt 2006, Smith & Moody
2013). Where to draw the line is our own convention, on the cautious side of that literature.

Examples
--------
>>> from rosc_map.network import RELIABLE_FROM, known_pairs
>>> known = known_pairs(graph)
>>> known.share >= RELIABLE_FROM
False
"""

_DISTORTED = ("between", "single_points", "groups", "components")


@dataclass(frozen=True)
class KnownPairs:
    """How much of the network is known at all.

    Attributes
    ----------
    pairs
        Ordered pairs of two services: n × (n - 1).
    known
        Of how many of them it is known whether the one refers to the other.
    share
        The same as a fraction of 1; None where there is no pair.
    named_all, named_by_all
        How many services named all to whom they refer, and all who refer to them.
    both_known
        Unordered pairs of which both directions are known.

    Examples
    --------
    >>> from rosc_map.network import known_pairs
    >>> found = known_pairs(graph)
    >>> found.known, found.pairs
    (2396, 3782)
    """

    pairs: int
    known: int
    share: float | None
    named_all: int
    named_by_all: int
    both_known: int

    @property
    def sentences(self) -> tuple[str, ...]:
        """The same in plain English."""
        return (*_words.known(self.known, self.pairs), *self.caution(_DISTORTED))

    def caution(self, shown: Collection[str]) -> tuple[str, ...]:
        """Say which of the measures that are shown are not to be relied on; nothing where all of them are."""
        distorted = [measure for measure in unreliable(self) if measure in shown]
        return (_words.caution(RELIABLE_FROM, distorted),) if distorted else ()


def known_pairs(graph: nx.DiGraph, known: Bools | None = None) -> KnownPairs:
    """Count the pairs of services of which it is known whether one refers to the other.

    A pair is known where it has a link, where a test did not find one, where somebody said that there is none, or where
    one of the two named all of its links in that direction.

    Parameters
    ----------
    graph
        As :func:`rosc_map.network.referral_graph` makes it.
    known
        The :func:`known_matrix` of the graph, where it was made already.

    Examples
    --------
    >>> from rosc_map.network import known_pairs
    >>> known_pairs(graph).sentences[0]
    'It is known of 2,396 of 3,782 ordered pairs of services (63 %) whether one refers to the other; of the others
    nobody has asked.'
    """
    known = known_matrix(graph) if known is None else known
    pairs = len(known) * (len(known) - 1)
    count = int(known.sum())
    return KnownPairs(
        pairs=pairs,
        known=count,
        share=share(count, pairs),
        named_all=len(graph.graph["named_all"]),
        named_by_all=len(graph.graph["named_by_all"]),
        both_known=int((known & known.T).sum()) // 2,
    )


def known_matrix(graph: nx.DiGraph) -> Bools:
    """Return of which pairs it is known, shape (n, n), in the order of the graph; the diagonal is False.

    Examples
    --------
    >>> from rosc_map.network import known_matrix
    >>> known = known_matrix(graph)
    >>> known.shape, int(known.sum())
    ((62, 62), 2396)
    """
    place = {key: i for i, key in enumerate(graph)}
    known = np.zeros((len(place), len(place)), dtype=np.bool_)
    told = [*graph.edges, *graph.graph["not_found_in_test"], *graph.graph["no_link"]]
    known[[place[source] for source, _ in told], [place[target] for _, target in told]] = True
    known[[place[key] for key in graph.graph["named_all"]], :] = True
    known[:, [place[key] for key in graph.graph["named_by_all"]]] = True
    np.fill_diagonal(known, val=False)
    return known


def is_reliable(known: KnownPairs) -> bool:
    """Tell whether so many pairs are known that no measure needs a caution; a network without pairs lacks none.

    Examples
    --------
    >>> from rosc_map.network import is_reliable, known_pairs
    >>> is_reliable(known_pairs(graph))
    False
    """
    return known.share is None or known.share >= RELIABLE_FROM


def unreliable(known: KnownPairs) -> tuple[str, ...]:
    """Return which measures are not to be relied on, by their names in :data:`rosc_map.network.MEANINGS`.

    Examples
    --------
    >>> from rosc_map.network import known_pairs, unreliable
    >>> unreliable(known_pairs(graph))
    ('between', 'single_points', 'groups', 'components')
    """
    return () if is_reliable(known) else _DISTORTED
