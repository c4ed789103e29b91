"""The layers of evidence beside each other: what each of them alone says, and where they do not agree."""

from collections.abc import Iterator
from typing import Any

import networkx as nx
import pandas as pd

from rosc_map.network import _words

__all__ = ["disagreements", "layers"]


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
    """
    found = [evidence for *_, evidence in graph.edges(data="evidence")]
    rows = [
        (layer, sum(layer in evidence for evidence in found), sum(evidence == (layer,) for evidence in found))
        for layer in graph.graph["evidence"]
    ]
    return pd.DataFrame(rows, columns=["evidence", "links", "alone"])


def disagreements(graph: nx.DiGraph) -> pd.DataFrame:
    """Return the links of which not everybody who was asked says the same: findings to talk about, never false.

    Parameters
    ----------
    graph
        As :func:`rosc_map.network.referral_graph` makes it.

    Returns
    -------
    pandas.DataFrame
        ``from_id``, ``to_id``, ``from_name``, ``to_name``, ``what`` and ``sentence``, sorted by the names. ``what`` is
        ``to_does_not_say_so`` (declared, and the other was asked), ``from_does_not_say_so`` (confirmed, and the one
        that refers was asked) or ``not_found_in_test``. A pair may have more than one row.
    """
    names = _words.names(graph)
    rows = [
        (source, target, names[source], names[target], what)
        for source, target, data in graph.edges(data=True)
        for what in _disagreements(data)
    ]
    rows.sort(key=lambda row: (row[2].casefold(), row[3].casefold(), *row))
    return pd.DataFrame(
        [(*row, _words.disagreement(row[4], row[2], row[3])) for row in rows],
        columns=["from_id", "to_id", "from_name", "to_name", "what", "sentence"],
    )


def _disagreements(link: dict[str, Any]) -> Iterator[str]:
    if "declared" in link["evidence"] and "to" in link["denied_by"]:
        yield "to_does_not_say_so"
    if "confirmed" in link["evidence"] and "from" in link["denied_by"]:
        yield "from_does_not_say_so"
    if link["not_found_in_test"]:
        yield "not_found_in_test"
