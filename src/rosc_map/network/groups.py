"""Groups of services that are linked more with each other than with the rest."""

from collections.abc import Iterator
from dataclasses import dataclass

import networkx as nx
import pandas as pd

from rosc_map.network import _words
from rosc_map.records import counted

__all__ = ["Groups", "groups"]


@dataclass(frozen=True, eq=False)
class Groups:
    """Which services form groups; it says nothing about how good any of them is.

    Attributes
    ----------
    table
        One row a service that has a link, sorted by group and name: ``id``, ``name``, ``group`` (1 is the largest; of
        equally large ones, the one with the first name).
    modularity
        By how much the share of links within groups is above what chance would put there, −0.5 to 1; None without
        links.
    count
        How many groups there are.
    sentences
        The same in plain English, what a group is first.

    Examples
    --------
    >>> from rosc_map.network import groups
    >>> found = groups(graph)
    >>> found.count, found.table[["name", "group"]].head(2).to_dict("records")
    (5, [{'name': 'Example Back to Work Surrey', 'group': 1}, {'name': 'Example Community Detoxification Service',
    'group': 1}])
    """

    table: pd.DataFrame
    modularity: float | None
    count: int
    sentences: tuple[str, ...]


def groups(graph: nx.DiGraph, *, seed: int = 0) -> Groups:
    """Sort the services into groups by their links, followed either way (METHODS §2).

    Parameters
    ----------
    graph
        As :func:`rosc_map.network.referral_graph` makes it. Services without a link are in no group.
    seed
        Of the order in which services are looked at: another seed can give somewhat other groups.

    Returns
    -------
    Groups
        The same for the same network and seed, whatever the order of the tables.

    References
    ----------
    Blondel, V. D., Guillaume, J.-L., Lambiotte, R., & Lefebvre, E. (2008). Fast unfolding of communities in large
    networks. J. Stat. Mech. P10008.

    Examples
    --------
    >>> from rosc_map.network import groups
    >>> groups(graph).sentences
    ('The services that have a link fall into 5 groups, of 5 to 19 services: services that are linked more with each
    other than with others. That says nothing about how good they are.', '2 services without any link are in no
    group.')
    """
    order = sorted(key for key, degree in graph.degree if degree)
    # The method goes through nodes and links as they stand: numbers in the order of the ids are the same every time.
    place = {key: i for i, key in enumerate(order)}
    either_way = nx.Graph()
    either_way.add_nodes_from(range(len(order)))
    either_way.add_edges_from(sorted((place[source], place[target]) for source, target in graph.edges))
    found = nx.community.louvain_communities(either_way, seed=seed) if order else []

    names = _words.names(graph)
    called = _words.by_name(names)
    parts = [sorted((order[i] for i in part), key=called) for part in found]
    parts.sort(key=lambda part: (-len(part), called(part[0])))
    rows = [(key, names[key], number) for number, part in enumerate(parts, start=1) for key in part]
    return Groups(
        table=pd.DataFrame(rows, columns=["id", "name", "group"]),
        modularity=float(nx.community.modularity(either_way, found)) if found else None,
        count=len(parts),
        sentences=tuple(_sentences([len(part) for part in parts], len(graph) - len(order))),
    )


def _sentences(sizes: list[int], without: int) -> Iterator[str]:
    if sizes:
        several = f"{counted(len(sizes), 'group')}, of {_range(sizes)} services"
        yield (
            f"The services that have a link fall into {several}: services that are linked more with each other than "
            "with others. That says nothing about how good they are."
        )
    else:
        yield "No service has a link yet, so there are no groups."
    if sizes and without:
        verb = "is" if without == 1 else "are"
        yield f"{counted(without, 'service')} without any link {verb} in no group."


def _range(sizes: list[int]) -> str:
    return f"{sizes[-1]:,}" if sizes[0] == sizes[-1] else f"{sizes[-1]:,} to {sizes[0]:,}"
