"""Which introductions would help most: the missing links that let the most pairs of services reach each other."""

from dataclasses import dataclass

import networkx as nx
import numpy as np
import numpy.typing as npt

from rosc_map.errors import InputError
from rosc_map.network._reach import links, within_two

__all__ = ["Introduction", "introductions"]


@dataclass(frozen=True)
class Introduction:
    """One link worth making.

    Attributes
    ----------
    from_id, to_id
        Who would refer, and to whom.
    gain
        How many more ordered pairs could reach each other within two handoffs, once the introductions before it in the
        list are made.
    reason
        The same in words, with the names.
    from_name, to_name
        The names of the two; the id where an asset has none.
    """

    from_id: str
    to_id: str
    gain: int
    reason: str
    from_name: str
    to_name: str


def introductions(graph: nx.DiGraph, k: int = 3) -> list[Introduction]:
    """Choose the missing links that most increase the pairs within two handoffs (METHODS §2).

    Greedy: each choice takes the links chosen before it as made. Ties go to the smaller ids, first ``from``, then
    ``to``, so that the same network always gives the same list. For k = 1 it is the best there is; for more, each is
    the best next step.

    Parameters
    ----------
    graph
        As :func:`rosc_map.network.referral_graph` makes it; it is not changed.
    k
        How many to choose at most. The list is shorter when no further link would let another pair reach each other.

    Returns
    -------
    list of Introduction
        In the order in which they were chosen.

    Raises
    ------
    InputError
        When ``k`` is negative.
    """
    if k < 0:
        raise InputError(f"{k} introductions cannot be chosen. Ask for none or more.")
    order = sorted(graph)
    if not order:
        return []
    made = graph.copy()
    chosen: list[Introduction] = []
    for _ in range(k):
        gains = _gains(made, order)
        # argmax takes the first of equals, and the rows and columns stand in the order of the ids.
        best = int(gains.argmax())
        source, target = order[best // len(order)], order[best % len(order)]
        gain = int(gains.flat[best])
        if gain == 0:
            break
        chosen.append(_introduction(graph, source, target, gain))
        made.add_edge(source, target)
    return chosen


def _gains(graph: nx.DiGraph, order: list[str]) -> npt.NDArray[np.float32]:
    """Return how many ordered pairs each missing link would bring within two handoffs, shape (n, n).

    A new link u→v makes the paths u→v, p→u→v for each p that refers to u, and u→v→s for each s that v refers to. No
    pair is on two of these lists, so the new ones can be counted with two matrix products and added up.
    """
    adjacency = links(graph, order)
    apart = (~within_two(adjacency)).astype(np.float32)
    np.fill_diagonal(apart, 0)
    # A link that is there already, or from an asset to itself, brings nobody nearer: its gain comes out as 0.
    gains: npt.NDArray[np.float32] = apart + adjacency.T @ apart + (adjacency @ apart.T).T
    return gains


def _introduction(graph: nx.DiGraph, source: str, target: str, gain: int) -> Introduction:
    from_name, to_name = (str(graph.nodes[key].get("name") or key) for key in (source, target))
    pairs = "1 more pair" if gain == 1 else f"{gain:,} more pairs"
    reason = f"A link from {from_name} to {to_name} lets {pairs} of services reach each other within two handoffs."
    return Introduction(source, target, gain, reason, from_name, to_name)
