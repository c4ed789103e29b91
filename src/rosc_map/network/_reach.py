"""Reach within one and two handoffs, as matrices: a graph search for each asset would take minutes on a large area."""

from collections.abc import Sequence

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy import sparse

__all__ = ["Bools", "links", "within_two"]

Bools = npt.NDArray[np.bool_]


def links(graph: nx.DiGraph, order: Sequence[str]) -> sparse.csr_array:
    """Return the adjacency of the graph, shape (n, n), rows refer to columns, 1.0 where there is a link."""
    place = {key: i for i, key in enumerate(order)}
    pairs = [(place[source], place[target]) for source, target in graph.edges]
    rows, columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    # float32 counts exactly up to 16 million, far above the two-step paths between any two assets.
    return sparse.csr_array((np.ones(len(pairs), dtype=np.float32), (rows, columns)), shape=(len(order), len(order)))


def within_two(adjacency: sparse.csr_array) -> Bools:
    """Return who reaches whom in one or two handoffs, shape (n, n); the diagonal is False."""
    reached: Bools = (adjacency + adjacency @ adjacency).toarray() > 0
    # There and back again is not reaching anybody.
    np.fill_diagonal(reached, val=False)
    return reached
