"""Links as sparse matrices: a graph search for each asset would take minutes on a large area."""

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import numpy.typing as npt

from rosc_map.records import codelist

if TYPE_CHECKING:  # it takes long to load: only who reckons with the network waits for it
    from scipy import sparse

__all__ = ["Bools", "asset_types", "links", "members", "share"]

Bools = npt.NDArray[np.bool_]


def links(graph: nx.DiGraph, order: Sequence[str]) -> "sparse.csr_array":
    """Return the adjacency of the graph, shape (n, n), rows refer to columns, 1.0 where there is a link."""
    from scipy import sparse

    place = {key: i for i, key in enumerate(order)}
    targets_of = dict(graph.adjacency())
    targets = [targets_of[key] for key in order]
    starts = np.zeros(len(order) + 1, dtype=np.int64)
    np.cumsum([len(row) for row in targets], out=starts[1:])
    columns = np.fromiter(map(place.__getitem__, chain.from_iterable(targets)), dtype=np.int64, count=starts[-1])
    # float32 counts exactly up to 16 million, far above the two-step paths between any two assets.
    return sparse.csr_array((np.ones(len(columns), dtype=np.float32), columns, starts), shape=(len(order), len(order)))


def asset_types(graph: nx.DiGraph) -> tuple[str, ...]:
    """Return the asset types of the network, in the order of the codelist; what the list does not hold comes last."""
    found = {kind for _, kind in graph.nodes(data="asset_type", default="")} - {""}
    listed = [code for code in codelist("asset_type") if code in found]
    return (*listed, *sorted(found.difference(listed)))


def members(graph: nx.DiGraph, types: Sequence[str]) -> Bools:
    """Return which asset is of which type, shape (n, types), the assets in the order of the graph."""
    place = {kind: i for i, kind in enumerate(types)}
    kinds = np.array([place.get(kind, -1) for _, kind in graph.nodes(data="asset_type")], dtype=np.int64)
    mine: Bools = kinds[:, np.newaxis] == np.arange(len(types))
    return mine


def share(count: int, of: int) -> float | None:
    """Return a count as a fraction of 1, None (never NaN) where there is nothing to be a part of."""
    return count / of if of else None
