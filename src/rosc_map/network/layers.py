"""The layers of evidence beside each other: what each of them alone says, and where they do not agree."""

from collections.abc import Iterator
from typing import Any

import networkx as nx
import pandas as pd

from rosc_map.network import _words

__all__ = ["disagreements", "layers"]

_NOT_SAID = {
    "declared": "to_does_not_say_so",
    "confirmed": "from_does_not_say_so",
    "counted": "counted_and_not_said",
    "tested": "tested_and_not_said",
}
"""What a disagreement is called, by the layer that says that the link is there."""


def layers(graph: nx.DiGraph) -> pd.DataFrame:
    """Count the links of each layer of evidence.

    Parameters
    ----------
    graph
        As :func:`rosc_map.network.referral_graph` makes it.

    Returns
    -------
    pandas.DataFrame
        One row a layer that was used: ``evidence`` (its code), ``links``, and ``alone`` (links that no other layer
        has). A link may be in several layers.

    Examples
    --------
    >>> from rosc_map.network import layers
    >>> layers(area.network_graph("internal"))
        evidence  links  alone
    0   declared    142    118
    1  confirmed     22      0
    2     tested     45     43
    3    counted      2      0
    """
    found = [evidence for *_, evidence in graph.edges(data="evidence")]
    rows = [
        (layer, sum(layer in evidence for evidence in found), sum(evidence == (layer,) for evidence in found))
        for layer in graph.graph["evidence"]
    ]
    return pd.DataFrame(rows, columns=["evidence", "links", "alone"])


def disagreements(graph: nx.DiGraph) -> pd.DataFrame:
    """Return the links of which asking, counting and testing do not all say the same: never "false", to talk about.

    Parameters
    ----------
    graph
        As :func:`rosc_map.network.referral_graph` makes it.

    Returns
    -------
    pandas.DataFrame
        ``from_id``, ``to_id``, ``from_name``, ``to_name``, ``what`` and ``sentence``, sorted by the names. ``what`` is
        ``to_does_not_say_so`` (declared, and the other was asked), ``from_does_not_say_so`` (confirmed, and the one
        that refers was asked), ``counted_and_not_said`` or ``tested_and_not_said`` (counted, or else found in a test;
        one or both were asked, and neither says so), or ``not_found_in_test``. A pair may have more than one row.

    Examples
    --------
    >>> from rosc_map.network import disagreements, referral_graph
    >>> assets = pd.DataFrame({"id": ["a", "b"], "name": ["Example Café", "Example Choir"], "asset_type": "community"})
    >>> assets = assets.assign(led_by="", local_authority_code="", upper_tier_code="")
    >>> told = {"from_asset": ["a"], "to_asset": "b", "kind": "signpost", "evidence": "declared"}
    >>> told = pd.DataFrame(told | {"result": "", "count": None})
    >>> lists = pd.DataFrame({"asset": ["b"], "direction": "referred_by"})
    >>> disagreements(referral_graph(assets, told, lists))["sentence"].item()
    'Example Café says that it refers to Example Choir; Example Choir was asked and does not say so. Worth a
    conversation: the link may be new, or known to one person only.'
    """
    names = _words.names(graph)
    called = _words.by_name(names)
    rows = []
    for source, target in sorted(graph.edges, key=lambda pair: (called(pair[0]), called(pair[1]))):
        link, ends = graph.edges[source, target], (names[source], names[target])
        rows += [
            (source, target, *ends, what, _words.disagreement(what, *ends, link["denied_by"]))
            for what in _not_agreed(link)
        ]
    return pd.DataFrame(rows, columns=["from_id", "to_id", "from_name", "to_name", "what", "sentence"])


def _not_agreed(link: dict[str, Any]) -> Iterator[str]:
    if link["denied_by"]:
        # What an end says weighs more than a count, and that more than a test. An end that says so denies nothing.
        yield next(what for layer, what in _NOT_SAID.items() if layer in link["evidence"])
    if link["not_found_in_test"]:
        yield "not_found_in_test"
