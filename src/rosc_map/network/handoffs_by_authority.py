"""Handoff reach by authority: what the services of each can hand somebody on to, and of how many that is recorded."""

from collections.abc import Mapping

import networkx as nx
import pandas as pd

from rosc_map.network.handoffs import handoff_reach

__all__ = ["handoffs_by_authority"]


def handoffs_by_authority(graph: nx.DiGraph, authority_of: Mapping[str, str]) -> pd.DataFrame:
    """Add up the handoff reach of the services of each authority (METHODS §2).

    A handoff may lead to a service of any authority: what counts is from where somebody is handed on.

    Parameters
    ----------
    graph
        As :func:`rosc_map.network.referral_graph` makes it; it may be empty.
    authority_of
        The code of the authority in which each service counts, by the id of the service. One that is not in it counts
        in none.

    Returns
    -------
    pandas.DataFrame
        One row an authority with a service, sorted by code: ``code``, ``services`` (how many), ``told`` (of how many of
        them it is recorded to whom they refer: a link, that there is none, or all of their links), ``pairs`` (of each
        of them with each asset type of the network, except where the service is itself the only one of that type), and
        ``one`` and ``two`` (for how many pairs an asset of that type, other than the service itself, can be reached in
        at most so many handoffs). All are counts.

    Examples
    --------
    >>> from rosc_map.network import handoffs_by_authority
    >>> authority_of = {node: code for node, code in graph.nodes(data="local_authority_code") if code}
    >>> handoffs_by_authority(graph, authority_of).head(2)
            code  services  told  pairs  one  two
    0  E07000207         3     2     24    6   12
    1  E07000208         5     3     40   11   20
    """
    reach = handoff_reach(graph)
    found = reach.by_service
    sizes = found["asset_type"].value_counts()
    only = found["asset_type"].isin([kind for kind in reach.by_type["asset_type"] if sizes[kind] == 1])
    told = _told(graph)
    each = pd.DataFrame(
        {
            "code": found["id"].map(authority_of),
            "services": 1,
            "told": [int(key in told) for key in found["id"]],
            "pairs": len(reach.by_type) - only.astype(int),
            "one": found["one"].map(len),
            "two": found["two"].map(len),
        }
    )
    return each.dropna(subset="code").groupby("code").sum().reset_index()


def _told(graph: nx.DiGraph) -> set[str]:
    """Return the services of which it is recorded to whom they refer, or do not."""
    said = graph.graph
    pairs = (*graph.edges, *said["no_link"], *said["not_found_in_test"])
    return {*(start for start, _ in pairs), *said["named_all"]}
