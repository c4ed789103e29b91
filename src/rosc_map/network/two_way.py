"""Links between treatment and peer-led initiatives, both ways: "active in both directions" (guidance part 3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import networkx as nx
import pandas as pd

from rosc_map.network import _words
from rosc_map.network._reach import Bools, share
from rosc_map.network.known import known_matrix
from rosc_map.records import is_peer_led

__all__ = ["TwoWay", "two_way"]


@dataclass(frozen=True, eq=False)
class TwoWay:
    """The pairs of a treatment service and a peer-led initiative of one upper-tier authority.

    Peer-led: a LERO, a lived experience initiative, or whatever people with lived experience lead. A pair is counted
    once; an asset of unknown authority is in no pair.

    Attributes
    ----------
    counts
        By "both", "one", "none": how many pairs have links in both directions, in one, in none that is recorded.
    pairs
        How many pairs there are.
    none_known
        Of the pairs with none recorded, how many are known to have none in either direction; of the others nobody has
        asked.
    table
        One row a pair, sorted by the names: ``treatment_id``, ``treatment``, ``peer_led_id``, ``peer_led``,
        ``to_peer_led`` and ``from_peer_led`` ("link", "no link" or "not known").

    Examples
    --------
    >>> from rosc_map.network import two_way
    >>> found = two_way(graph)
    >>> found.counts, found.pairs
    ({'both': 6, 'one': 16, 'none': 139}, 161)
    """

    counts: dict[str, int]
    pairs: int
    none_known: int
    table: pd.DataFrame

    @property
    def shares(self) -> dict[str, float | None]:
        """The counts as fractions of 1; None where there is no pair."""
        return {way: share(count, self.pairs) for way, count in self.counts.items()}

    @property
    def sentences(self) -> tuple[str, ...]:
        """The same in plain English."""
        return tuple(_words.two_way(self.counts, self.pairs, self.none_known))


def two_way(graph: nx.DiGraph, known: Bools | None = None) -> TwoWay:
    """Look both ways between treatment and all peer-led initiatives of the same authority (METHODS §2).

    Parameters
    ----------
    graph
        As :func:`rosc_map.network.referral_graph` makes it.
    known
        The :func:`rosc_map.network.known_matrix` of the graph, where it was made already.

    Examples
    --------
    >>> from rosc_map.network import two_way
    >>> two_way(graph).sentences[0]
    'Of 161 pairs of a treatment service and a peer-led initiative in the same upper-tier authority, 6 have links in
    both directions, 16 have a link in one, and 139 have none recorded.'
    """
    known = known_matrix(graph) if known is None else known
    place = {key: i for i, key in enumerate(graph)}

    def state(source: str, target: str) -> str:
        if graph.has_edge(source, target):
            return "link"
        return "no link" if known[place[source], place[target]] else "not known"

    names = _words.names(graph)
    called = _words.by_name(names)
    rows = [
        (one, names[one], other, names[other], state(one, other), state(other, one))
        for one, other in sorted(_pairs(graph), key=lambda pair: (called(pair[0]), called(pair[1])))
    ]
    ways = [row[4:] for row in rows]
    linked = [states.count("link") for states in ways]
    return TwoWay(
        counts={"both": linked.count(2), "one": linked.count(1), "none": linked.count(0)},
        pairs=len(rows),
        none_known=ways.count(("no link", "no link")),
        table=pd.DataFrame(
            rows,
            columns=["treatment_id", "treatment", "peer_led_id", "peer_led", "to_peer_led", "from_peer_led"],
        ),
    )


def _pairs(graph: nx.DiGraph) -> Iterator[tuple[str, str]]:
    """Yield the treatment service and the peer-led initiative of each pair, each pair once."""
    here: dict[str, tuple[list[str], list[str]]] = {}
    for key, data in graph.nodes(data=True):
        treatment, peer_led = here.setdefault(data["upper_tier_code"], ([], []))
        treatment += [key] if data["asset_type"] == "treatment" else []
        peer_led += [key] if is_peer_led(data) else []
    here.pop("", None)
    for treatment, peer_led in here.values():
        # A treatment service that people with lived experience lead is on both sides; two of them are one pair.
        on_both_sides = set(treatment) & set(peer_led)
        for one, other in product(treatment, peer_led):
            if one < other or not on_both_sides.issuperset((one, other)):
                yield one, other
