"""Which introductions would help most: the missing links that bring the most types of support within reach."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt

from rosc_map.errors import InputError
from rosc_map.network import _words
from rosc_map.network._reach import Bools, asset_types, links
from rosc_map.records import counted, is_peer_led

__all__ = ["ASKED_FROM", "MAKERS", "Introduction", "introductions"]

MAKERS = 3
"""At most so many services are named that could make an introduction: more are no help in choosing whom to ring."""

ASKED_FROM = 0.5
"""From this share of services that have named all to whom they refer, none is taken for unlinked that was not asked."""

_NAMED = 3
"""So many types of support are named in a reason, those first that most services gain: a longer one is not read."""

_BLOCK = 500
"""So many rows of the two-step paths are worked out at once: 20 MB for 10,000 services."""


@dataclass(frozen=True)
class Introduction:
    """One link worth making.

    Attributes
    ----------
    from_id, to_id
        Who would refer, and to whom.
    gain
        How many more pairs of a service and an asset type come within two handoffs (handoff reach), once the
        introductions before it in the list are made; the sum of ``opens``.
    pairs
        How many more ordered pairs of services come within two handoffs.
    reason
        The same in words, with the names, what the link opens, and what is known of it today.
    from_name, to_name
        The names of the two; the id where an asset has none.
    opens
        By asset type (code, in the order of the codelist): how many services could not reach an asset of that type,
        other than themselves, within two handoffs, and now can. Only types that somebody gains.
    makers, maker_names
        The ids and names of those who could make it: services with a recorded link, either way, with both ends. At
        most :data:`MAKERS`: recovery navigators and community connectors first, then peer-led services, then by name.

    Examples
    --------
    >>> from rosc_map.network import introductions
    >>> first = introductions(graph, k=1)[0]
    >>> first.from_name, first.to_name, first.gain
    ('Example Addlestone Family Centre', 'Example Surrey Recovery Collective', 9)
    """

    from_id: str
    to_id: str
    gain: int
    pairs: int
    reason: str
    from_name: str
    to_name: str
    opens: Mapping[str, int]
    makers: tuple[str, ...]
    maker_names: tuple[str, ...]


def introductions(graph: nx.DiGraph, k: int = 3) -> list[Introduction]:
    """Choose the missing links that raise handoff reach within two handoffs most (METHODS §2).

    Where at least half of the services (:data:`ASKED_FROM`) have named all to whom they refer, only links that somebody
    who was asked does not have are chosen: a service that nobody asked may have them. Before that, any that is not
    recorded.

    Of links that raise handoff reach equally, the one that brings the most pairs of services within two handoffs comes
    first; then the smaller ids, first ``from``, then ``to``, so that the same network always gives the same list.
    Greedy: each choice takes the links chosen before it as made. For k = 1 it is the best there is; for more, each is
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

    Examples
    --------
    >>> from rosc_map.network import introductions
    >>> [(link.from_name, link.to_name) for link in introductions(graph, k=2)]
    [('Example Addlestone Family Centre', 'Example Surrey Recovery Collective'), ('Example Cranleigh Volunteer Hub',
    'Example Surrey Recovery Collective')]
    """
    if k < 0:
        raise InputError(f"{k} introductions cannot be chosen. Ask for none or more.")
    if k == 0 or not graph:
        return []
    made = _Made(graph)
    chosen: list[Introduction] = []
    for _ in range(k):
        source, target, pairs = made.best()
        # Whoever reaches a type that was out of reach reaches one service more.
        if pairs == 0:
            break
        opens = made.link(source, target)
        chosen.append(_introduction(graph, made.order[source], made.order[target], pairs, opens))
    return chosen


class _Made:
    """The network with the introductions made so far: who is apart, and what each missing link would bring.

    A new link u→v makes the paths u→v, p→u→v for each p that refers to u, and u→v→s for each s that v refers to. No
    pair is on two of these lists, so what a link brings is a sum over ``apart``; making one changes few of the sums.
    """

    def __init__(self, graph: nx.DiGraph) -> None:
        self.order: list[str] = sorted(graph)
        place = {key: i for i, key in enumerate(self.order)}
        self.after = [[place[other] for other in graph.successors(key)] for key in self.order]
        self.before = [[place[other] for other in graph.predecessors(key)] for key in self.order]
        self.codes = asset_types(graph)
        code_of = {code: i for i, code in enumerate(self.codes)}
        # An asset of no known type is of a last one that nobody misses.
        self.types = np.array([code_of.get(graph.nodes[key]["asset_type"], len(code_of)) for key in self.order])
        adjacency = links(graph, self.order)
        self.apart = _apart(adjacency)
        self.missing = self._missing()
        self.known = _known_missing(graph, place)
        # A gain is below twice the services: 2 bytes each hold it, and the matrix of 10,000 services takes 200 MB.
        number = len(self.order)
        self.gains = np.empty((number, number), dtype=np.min_scalar_type(-2 * number))
        # A link that is there already, or from an asset to itself, brings nobody nearer: its gain comes out as 0.
        for u, row in enumerate(self.apart):
            self.gains[u] = row + self.apart[self.before[u]].sum(axis=0, dtype=self.gains.dtype) + adjacency @ row

    def _missing(self) -> Bools:
        """Return which types each service does not reach within two handoffs, shape (n, types + 1).

        The only service of its type misses it for good: no link is ever counted as opening a way back to oneself.
        """
        of_type = self.types[:, np.newaxis] == np.arange(len(self.codes) + 1)
        missing: Bools = np.empty(of_type.shape, dtype=np.bool_)
        for kind, mine in enumerate(of_type.T):
            near = ~self.apart[:, mine]
            # The diagonal of those apart is False, and nobody is handed on to themselves.
            missing[:, kind] = near.sum(axis=1) - mine == 0
        missing[:, len(self.codes)] = False
        return missing

    def best(self) -> tuple[int, int, int]:
        """Return the places of the two ends of the best link, and how many pairs of services it brings nearer."""
        number = len(self.order)
        best, found = -1, 0
        opened = self._opened()
        for start in range(0, number, _BLOCK):
            gains = self.gains[start : start + _BLOCK]
            # First the types of support, then the pairs of services, of which there are fewer than 2 n.
            score = opened(start, start + _BLOCK).astype(np.int64) * (2 * number) + gains
            if self.known is not None:
                score[~self.known[start : start + _BLOCK]] = 0
            # argmax takes the first of equals, and the rows and columns stand in the order of the ids.
            place = int(score.argmax())
            if score.flat[place] > best:
                best, found = int(score.flat[place]), start * number + place
        u, v = divmod(found, number)
        return u, v, int(self.gains[u, v])

    def _opened(self) -> Callable[[int, int], npt.NDArray[np.float32]]:
        """Return what counts, for some of the services, the types that a link to each other would bring within two.

        A new link u→v opens to u the type of v and those that v hands on to directly, and to each p that refers to u
        the type of v. Two things are no gain: being handed back to oneself, and a type that is reached already.
        """
        kinds = np.arange(len(self.codes) + 1)
        own = (self.types[:, np.newaxis] == kinds).astype(np.float32)
        missing = self.missing.astype(np.float32)
        onward = np.array([own[after].sum(axis=0) for after in self.after], dtype=np.float32).reshape(own.shape)
        beyond = ((own + onward) > 0).astype(np.float32)
        behind = np.array([missing[before].sum(axis=0) for before in self.before], dtype=np.float32).reshape(own.shape)

        def count(start: int, stop: int) -> npt.NDArray[np.float32]:
            opened: npt.NDArray[np.float32] = missing[start:stop] @ beyond.T + behind[start:stop, self.types]
            for row, u in enumerate(range(start, min(stop, len(self.order)))):
                # A link to itself would seem to open its own type.
                opened[row, u] = 0
                back = np.array(self.before[u], dtype=np.int64)
                kind = self.types[u]
                # Who refers to u hands on to u itself; and cannot be handed on to itself by u.
                only = (onward[back, kind] == 1) & (self.types[back] != kind)
                opened[row, back] -= only * missing[u, kind] + missing[back, self.types[back]]
            return opened

        return count

    def link(self, u: int, v: int) -> dict[str, int]:
        """Make the link; return, by asset type, how many services can now reach that type and could not before."""
        ends = [(u, v), *((p, v) for p in self.before[u]), *((u, s) for s in self.after[v])]
        nearer = [pair for pair in ends if self.apart[pair]]
        opened = {(i, int(self.types[j])) for i, j in nearer if self.missing[i, self.types[j]]}
        for i, kind in opened:
            self.missing[i, kind] = False
        for i, j in nearer:
            self.apart[i, j] = False
            self.gains[i, j] -= 1
            self.gains[self.after[i], j] -= 1
            self.gains[i, self.before[j]] -= 1
        self.gains[v] += self.apart[u]
        self.gains[:, u] += self.apart[:, v]
        self.after[u].append(v)
        self.before[v].append(u)
        counts = Counter(kind for _, kind in opened)
        return {code: counts[kind] for kind, code in enumerate(self.codes) if kind in counts}


def _known_missing(graph: nx.DiGraph, place: Mapping[str, int]) -> Bools | None:
    """Return which links somebody who was asked does not have, shape (n, n); None where too few services were asked."""
    said = graph.graph
    if len(said["named_all"]) < ASKED_FROM * len(place):
        return None
    known: Bools = np.zeros((len(place), len(place)), dtype=np.bool_)
    known[[place[key] for key in said["named_all"]], :] = True
    known[:, [place[key] for key in said["named_by_all"]]] = True
    known[[place[source] for source, _ in said["no_link"]], [place[target] for _, target in said["no_link"]]] = True
    return known


def _apart(adjacency: Any) -> Bools:
    """Return who does not reach whom within two handoffs, shape (n, n); the diagonal is False."""
    number = adjacency.shape[0]
    apart: npt.NDArray[np.bool_] = np.empty((number, number), dtype=bool)
    for start in range(0, number, _BLOCK):
        rows = adjacency[start : start + _BLOCK]
        apart[start : start + _BLOCK] = (rows + rows @ adjacency).toarray() == 0
    np.fill_diagonal(apart, val=False)
    return apart


def _introduction(graph: nx.DiGraph, source: str, target: str, pairs: int, opens: Mapping[str, int]) -> Introduction:
    names = _words.names(graph)
    makers = _makers(graph, source, target, names)
    reason = (
        *_gain(names[source], names[target], pairs, opens),
        _today(graph, source, target),
    )
    return Introduction(
        from_id=source,
        to_id=target,
        gain=sum(opens.values()),
        pairs=pairs,
        reason=" ".join(reason),
        from_name=names[source],
        to_name=names[target],
        opens=opens,
        makers=makers,
        maker_names=tuple(names[key] for key in makers),
    )


def _makers(graph: nx.DiGraph, source: str, target: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return who is linked with both ends, those first whose work it is to link people."""
    first, second = (set(nx.all_neighbors(graph, key)) for key in (source, target))
    called = _words.by_name(names)

    def order(key: str) -> tuple[bool, bool, tuple[str, str]]:
        data = graph.nodes[key]
        return not data["connector_role"], not is_peer_led(data), called(key)

    return tuple(sorted((first & second) - {source, target}, key=order)[:MAKERS])


def _gain(source: str, target: str, pairs: int, opens: Mapping[str, int]) -> Iterator[str]:
    ways = f"{counted(pairs, 'way')} from one service to another"
    if not opens:
        yield f"If {source} referred people to {target}, {ways} would open within two handoffs."
        return
    yield f"If {source} referred people to {target}, {_gains(opens)}, within two handoffs."
    yield f"In all, {ways} would open."


def _gains(opens: Mapping[str, int]) -> str:
    """Return who gains what, the types that as many gain together: "2 services gain a way to a LERO and mutual aid"."""
    by_count: dict[int, list[str]] = {}
    for code in sorted(opens, key=lambda code: -opens[code])[:_NAMED]:
        by_count.setdefault(opens[code], []).append(_words.type_in_words(code))
    parts = []
    for count, named in by_count.items():
        *others, last = named
        kinds = f"{', '.join(others)} and {last}" if others else last
        parts.append(f"{counted(count, 'service')} would gain a way to {kinds}")
    if len(opens) > _NAMED:
        parts.append(f"and a way to {counted(len(opens) - _NAMED, 'other type')} would be gained too")
    return "; ".join(parts)


def _today(graph: nx.DiGraph, source: str, target: str) -> str:
    """Say what is known of the link today: not recorded is not the same as not there."""
    said, pair = graph.graph, (source, target)
    was_asked = source in said["named_all"] or target in said["named_by_all"]
    if pair in said["counted_none"] and not was_asked:
        return "Nobody was counted on this way in the period that was counted; the link may be there all the same."
    if was_asked or pair in said["no_link"]:
        return "Those who were asked know of no such link so far."
    if pair in said["not_found_in_test"]:
        return "A test did not find such a link, and none is recorded; it may be there all the same."
    return "No such link is recorded; there may be one that nobody was asked about."
