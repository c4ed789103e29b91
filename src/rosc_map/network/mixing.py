"""Type mixing: which types of support refer to which, as a share of the pairs of which it is known."""

from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd

from rosc_map.network._reach import Bools, asset_types, links, members, share
from rosc_map.network.known import known_matrix

__all__ = ["mixing"]


def mixing(graph: nx.DiGraph, known: Bools | None = None) -> pd.DataFrame:
    """Count the links from each asset type to each (METHODS §2; networkx.attribute_mixing_dict counts the same).

    Parameters
    ----------
    graph
        As :func:`rosc_map.network.referral_graph` makes it. An asset of no known type is in no row.
    known
        The :func:`rosc_map.network.known_matrix` of the graph, where it was made already.

    Returns
    -------
    pandas.DataFrame
        One row an ordered pair of types of the network, in the order of the codelist: ``from_type``, ``to_type``,
        ``links``, ``pairs`` (of two services, how many there could be), ``known`` (of how many of them it is known) and
        ``share`` (the links as a fraction of the known pairs; None where none is known).

    Examples
    --------
    >>> from rosc_map.network import mixing
    >>> table = mixing(graph)
    >>> table.query("from_type == 'treatment'")[["to_type", "links", "known", "pairs"]].head(2)
                            to_type  links  known  pairs
    32                         lero      7     31     35
    33  lived_experience_initiative      5     49     56
    """
    types = asset_types(graph)
    of_type = members(graph, types)
    adjacency = links(graph, list(graph))
    counted = of_type.T.astype(np.int64) @ (adjacency @ of_type.astype(np.int64))
    sizes = of_type.sum(axis=0)
    possible = np.outer(sizes, sizes) - np.diag(sizes)
    answered = _blocks(known_matrix(graph) if known is None else known, of_type)
    rows: list[tuple[Any, ...]] = [
        (source, target, int(counted[i, j]), int(possible[i, j]), int(answered[i, j]))
        for i, source in enumerate(types)
        for j, target in enumerate(types)
    ]
    table = pd.DataFrame(rows, columns=["from_type", "to_type", "links", "pairs", "known"])
    # As objects, because a column of numbers would make NaN of None.
    table["share"] = pd.Series([share(row[2], row[4]) for row in rows], dtype=object)
    return table


def _blocks(known: Bools, of_type: Bools) -> npt.NDArray[np.int64]:
    """Sum a matrix of services by services over the types of both, shape (types, types)."""
    # Type by type: counting in a matrix of numbers as large as the services by the services would take eight times it.
    by_row = [known[mine].sum(axis=0, dtype=np.int64) for mine in of_type.T]
    return np.array(by_row, dtype=np.int64).reshape(len(by_row), len(known)) @ of_type.astype(np.int64)
