"""Handoff reach: which types of support a service can hand somebody on to, directly or through one other."""

from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from rosc_map.network import _words
from rosc_map.network._reach import Bools, asset_types, links, members, share

__all__ = ["Handoffs", "handoff_reach", "treatment_gaps"]


@dataclass(frozen=True, eq=False)
class Handoffs:
    """Who can hand somebody on to which types of support, along the links that are recorded.

    Attributes
    ----------
    by_type
        One row an asset type of the network: ``asset_type``, ``services`` (how many there are to be counted: all but
        the only one of the type, which has no other to hand on to), ``one`` and ``two`` (how many of them reach the
        type directly, and in at most two handoffs).
    by_service
        One row a service, sorted by name: ``id``, ``name``, ``asset_type``, ``local_authority_code``,
        ``upper_tier_code``, ``one`` and ``two`` (tuples of the types that it reaches).
    counts
        By "1" and "2": for how many pairs of a service and an asset type an asset of that type, other than the service
        itself, can be reached in at most so many handoffs.
    pairs
        How many such pairs there are: of each service with each asset type of the network, its own included, except
        where the service is itself the only one of that type.

    Examples
    --------
    >>> from rosc_map.network import handoff_reach
    >>> found = handoff_reach(graph)
    >>> found.counts, found.pairs
    ({'1': 114, '2': 218}, 496)
    """

    by_type: pd.DataFrame
    by_service: pd.DataFrame
    counts: dict[str, int]
    pairs: int

    @property
    def shares(self) -> dict[str, float | None]:
        """The counts as fractions of 1; None where there is no pair."""
        return {steps: share(count, self.pairs) for steps, count in self.counts.items()}


def handoff_reach(graph: nx.DiGraph) -> Handoffs:
    """Find the asset types that each service reaches in at most one and two handoffs (METHODS §2).

    Parameters
    ----------
    graph
        As :func:`rosc_map.network.referral_graph` makes it; it may be empty.

    Examples
    --------
    >>> from rosc_map.network import handoff_reach
    >>> handoff_reach(graph).by_type.head(2)
                        asset_type  services  one  two
    0                         lero        62   11   27
    1  lived_experience_initiative        62   10   26
    """
    types = asset_types(graph)
    of_type = members(graph, types)
    one, two = _reached(graph, of_type)
    # The only asset of its type cannot be handed on to another of that type, however well it is linked.
    sizes = of_type.sum(axis=0)
    services = len(of_type) - (sizes == 1)
    by_type = pd.DataFrame(
        {"asset_type": list(types), "services": services, "one": one.sum(axis=0), "two": two.sum(axis=0)}
    )
    return Handoffs(
        by_type=by_type,
        by_service=_by_service(graph, types, one, two),
        counts={"1": int(one.sum()), "2": int(two.sum())},
        pairs=int(services.sum()),
    )


def treatment_gaps(handoffs: Handoffs, graph: nx.DiGraph) -> pd.DataFrame:
    """Return for each treatment service the types of support that it cannot reach in two handoffs (METHODS §2).

    Parameters
    ----------
    handoffs
        The reach of the same graph.
    graph
        As :func:`rosc_map.network.referral_graph` makes it.

    Returns
    -------
    pandas.DataFrame
        One row a treatment service, sorted by name: ``id``, ``name``, ``asked`` (true where it named all to whom it
        refers; where it did not, a gap may be only that nobody asked) and ``missing`` (a tuple of types; treatment
        itself is not among them where it is the only such service).

    Examples
    --------
    >>> from rosc_map.network import handoff_reach, treatment_gaps
    >>> treatment_gaps(handoff_reach(graph), graph)[["name", "asked", "missing"]].head(2)
                                           name  asked missing
    0  Example Community Detoxification Service   True      ()
    1        Example Hospital Alcohol Care Team  False      ()
    """
    treatment = handoffs.by_service[handoffs.by_service["asset_type"] == "treatment"]
    wanted = [kind for kind in handoffs.by_type["asset_type"] if kind != "treatment" or len(treatment) > 1]
    rows = [
        (key, name, key in graph.graph["named_all"], tuple(kind for kind in wanted if kind not in reached))
        for key, name, reached in zip(treatment["id"], treatment["name"], treatment["two"], strict=True)
    ]
    return pd.DataFrame(rows, columns=["id", "name", "asked", "missing"])


def _reached(graph: nx.DiGraph, of_type: Bools) -> tuple[Bools, Bools]:
    """Return who reaches which type in one handoff and in at most two, each of shape (n, types).

    The paths are counted by the type that they end in, so that no matrix of all services by all services is needed.
    """
    adjacency = links(graph, list(graph))
    ends = of_type.astype(np.float32)
    paths_of_one = adjacency @ ends
    # There and back again is not reaching anybody: those paths end in the type of the service itself.
    back = np.asarray(adjacency.multiply(adjacency.T).sum(axis=1)).reshape(-1, 1)
    paths_of_two = adjacency @ paths_of_one - back * ends
    return paths_of_one > 0, (paths_of_one > 0) | (paths_of_two > 0)


def _by_service(graph: nx.DiGraph, types: tuple[str, ...], one: Bools, two: Bools) -> pd.DataFrame:
    names = _words.names(graph)
    columns: dict[str, list[Any]] = {"id": list(names), "name": list(names.values())}
    for place in ("asset_type", "local_authority_code", "upper_tier_code"):
        columns[place] = [data[place] for _, data in graph.nodes(data=True)]
    columns |= {"one": _names_of(types, one), "two": _names_of(types, two)}
    at = {key: i for i, key in enumerate(names)}
    order = [at[key] for key in sorted(names, key=_words.by_name(names))]
    return pd.DataFrame({column: [values[i] for i in order] for column, values in columns.items()})


def _names_of(types: tuple[str, ...], reached: Bools) -> list[tuple[str, ...]]:
    """Return the types that each row reaches; each set of types is written out once, however many rows reach it."""
    codes = (reached @ (1 << np.arange(len(types)))).tolist()
    names = {code: tuple(kind for i, kind in enumerate(types) if code >> i & 1) for code in set(codes)}
    return [names[code] for code in codes]
