"""Single points of failure: services whose closing would cost others their only way to a kind of support."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import networkx as nx
import pandas as pd

from rosc_map.network import _words
from rosc_map.records import counted

__all__ = ["SinglePoints", "articulation", "bridges", "single_points"]


@dataclass(frozen=True, eq=False)
class SinglePoints:
    """Who would be missed on the way to one type of support.

    Attributes
    ----------
    asset_type
        The type that people are to be handed on to, as a code.
    with_a_way
        How many services can reach an asset of that type, other than themselves, over any number of handoffs.
    table
        One row a service that is on the only way of others, sorted by name and not ranked: ``id``, ``name``,
        ``services`` (how many other services would lose their only way to such an asset if this one closed; 1 or more).
    sentences
        The same in plain English.

    Examples
    --------
    >>> from rosc_map.network import single_points
    >>> found = single_points(graph, "lero")
    >>> found.asset_type, found.with_a_way, len(found.table)
    ('lero', 33, 10)
    """

    asset_type: str
    with_a_way: int
    table: pd.DataFrame
    sentences: tuple[str, ...]


def single_points(graph: nx.DiGraph, asset_type: str = "lero") -> SinglePoints:
    """Find the services that others cannot do without on their way to a type of support (METHODS §2).

    Parameters
    ----------
    graph
        As :func:`rosc_map.network.referral_graph` makes it.
    asset_type
        A code of ``asset_type``. Of a service of that type, the way to another one of it is looked at.

    Returns
    -------
    SinglePoints
        Only recorded links count: a service may have a way that nobody was asked about.

    Notes
    -----
    A service is on every way of another when it dominates it in the graph with all links turned round, seen from the
    assets of the type (Cooper, K. D., Harvey, T. J., & Kennedy, K. (2006). A simple, fast dominance algorithm).

    Examples
    --------
    >>> from rosc_map.network import single_points
    >>> single_points(graph, "lero").sentences[0]
    '33 of 62 services have a recorded way to a LERO, over any number of handoffs.'
    """
    members = sorted(key for key, kind in graph.nodes(data="asset_type", default="") if kind == asset_type)
    needed = _needed(graph, members)
    services = Counter(key for on_every_way in needed.values() for key in on_every_way)
    names = _words.names(graph)
    rows = [(key, names[key], services[key]) for key in sorted(services, key=_words.by_name(names))]
    table = pd.DataFrame(rows, columns=["id", "name", "services"])
    # The only asset of its type has no other of that type to hand anybody on to.
    could = len(graph) - (len(members) == 1)
    return SinglePoints(
        asset_type=asset_type,
        with_a_way=len(needed),
        table=table,
        sentences=_sentences(table, asset_type, with_a_way=len(needed), could=could, members=len(members)),
    )


def articulation(graph: nx.DiGraph) -> list[str]:
    """Return the ids, sorted, of services whose loss would split a group, links followed either way.

    Examples
    --------
    >>> from rosc_map.network import articulation
    >>> len(articulation(graph))
    10
    """
    return sorted(nx.articulation_points(nx.Graph(graph.edges)))


def bridges(graph: nx.DiGraph) -> list[tuple[str, str]]:
    """Return the pairs of ids, sorted, whose link, in whichever direction, alone holds a group together.

    Examples
    --------
    >>> from rosc_map.network import bridges
    >>> len(bridges(graph)), graph.number_of_edges()
    (14, 139)
    """
    pairs = (sorted(pair) for pair in nx.bridges(nx.Graph(graph.edges)))
    return sorted((first, second) for first, second in pairs)


def _needed(graph: nx.DiGraph, members: list[str]) -> dict[str, frozenset[str]]:
    """Return, for each service with a way to a member other than itself, the services on every such way.

    One look from all members serves whoever is none. A member needs the others without itself; a look for each member
    would be slow in a large type. So the members are halved by each binary digit of their number: the others are in
    the halves where it is not, and what is on every way to them is on every way to each of those halves.
    """
    backwards = graph.reverse(copy=True)
    needed = _on_every_way(backwards, members)
    for key in members:
        needed.pop(key, None)
    for digit in range((len(members) - 1).bit_length()):
        halves: tuple[list[str], list[str]] = ([], [])
        for number, key in enumerate(members):
            halves[number >> digit & 1].append(key)
        for targets, starts in (halves, halves[::-1]):
            found = _on_every_way(backwards, targets)
            for key in starts:
                if key in found:
                    needed[key] = needed.get(key, found[key]) & found[key]
    return needed


def _on_every_way(backwards: nx.DiGraph, targets: Collection[str]) -> dict[str, frozenset[str]]:
    """Return, for each service that can reach a target or is one, the others that no way from it goes round."""
    if not targets:
        return {}
    root = object()
    backwards.add_edges_from((root, key) for key in targets)
    above = nx.immediate_dominators(backwards, root)
    backwards.remove_node(root)
    found = {}
    for start in above.keys() - {root}:
        chain, key = [], above[start]
        while key is not root:
            chain.append(key)
            key = above[key]
        found[start] = frozenset(chain)
    return found


def _sentences(table: pd.DataFrame, asset_type: str, *, with_a_way: int, could: int, members: int) -> tuple[str, ...]:
    kind = _words.type_in_words(asset_type)
    if not members:
        return (f"The network has no service of this type: {kind}.",)
    has = "has" if 1 in (with_a_way, could) else "have"
    first = (
        f"{with_a_way:,} of {counted(could, 'service')} {has} a recorded way to {kind}, over any number of handoffs."
    )
    if not with_a_way:
        return (first,)
    if table.empty:
        return first, f"Whichever one service closed, each of the others would keep a way to {kind}."
    return first, *(
        f"If {name} closed, {counted(number, 'other service')} would lose {'its' if number == 1 else 'their'} "
        f"only way to {kind}."
        for name, number in zip(table["name"], table["services"], strict=True)
    )
