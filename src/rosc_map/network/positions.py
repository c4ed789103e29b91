"""Where each service stands in a diagram of the network; the drawing itself is done elsewhere."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.network import _words
from rosc_map.network._reach import asset_types

__all__ = ["positions"]

_Points = npt.NDArray[np.float64]

_ROW = 0.1
"""So much of the height is left to the services without a link, where there are any."""


def positions(graph: nx.DiGraph, how: str = "type", *, seed: int = 0) -> pd.DataFrame:
    """Place the services of a network in a square.

    Parameters
    ----------
    graph
        As :func:`rosc_map.network.referral_graph` makes it.
    how
        "type": on a ring, clockwise from the top, each asset type in a stretch of its own, in the order of the
        codelist and by name. "force": linked services near each other (Fruchterman & Reingold 1991, or the method that
        NetworkX takes for large networks), and those without a link in a row at the bottom.
    seed
        Of the first places in "force"; "type" leaves nothing to chance.

    Returns
    -------
    pandas.DataFrame
        One row a service, in the order of the graph: ``id``, ``x`` (from 0, left, to 1), ``y`` (from 0, bottom, to 1).
        The same for the same network and seed, whatever the order of the tables.

    Raises
    ------
    InputError
        When ``how`` is something else.

    Examples
    --------
    >>> from rosc_map.network import positions
    >>> table = positions(graph, "type")
    >>> len(table), bool(table["x"].between(0, 1).all())
    (62, True)
    """
    if how not in _WAYS:
        raise InputError(f"Services cannot be placed by {how!r}. Choose one of: {', '.join(_WAYS)}.")
    placed = _WAYS[how](graph, seed)
    points = np.array([placed[key] for key in graph], dtype=np.float64).reshape(-1, 2)
    return pd.DataFrame({"id": list(graph), "x": points[:, 0], "y": points[:, 1]})


def _on_a_ring(graph: nx.DiGraph, _seed: int) -> Mapping[str, _Points]:
    """Return the places by id; between two types one place is left free."""
    by_type: dict[str, list[str]] = {kind: [] for kind in (*asset_types(graph), "")}
    for key in sorted(graph, key=_words.by_name(_words.names(graph))):
        by_type[graph.nodes[key]["asset_type"]].append(key)
    stretches = [keys for keys in by_type.values() if keys]
    ring = [key for keys in stretches for key in (*keys, None)]
    turns = np.arange(len(ring)) * (2 * np.pi / max(len(ring), 1))
    points = 0.5 + 0.5 * np.column_stack([np.sin(turns), np.cos(turns)])
    return {key: point for key, point in zip(ring, points, strict=True) if key is not None}


def _by_force(graph: nx.DiGraph, seed: int) -> Mapping[str, _Points]:
    """Return the places by id, the linked ones as large as they fit without stretching, above a row of the others.

    Left to the method, services without a link drift away, and press all others into a corner of the picture.
    """
    linked = sorted(key for key, degree in graph.degree if degree)
    alone = sorted(key for key, degree in graph.degree if not degree)
    either_way = nx.Graph()
    either_way.add_nodes_from(linked)
    either_way.add_edges_from(sorted(graph.edges))
    placed = nx.spring_layout(either_way, seed=seed)
    row = np.column_stack([(np.arange(len(alone)) + 0.5) / max(len(alone), 1), np.zeros(len(alone))])
    points = np.array([placed[key] for key in linked], dtype=np.float64).reshape(-1, 2)
    if linked:
        floor = _ROW if alone else 0.0
        middle, reach = (points.max(axis=0) + points.min(axis=0)) / 2, np.ptp(points, axis=0).max()
        points = np.clip((0.5, (1 + floor) / 2) + (points - middle) / reach * (1 - floor), (0, floor), 1)
    return dict(zip((*linked, *alone), (*points, *row), strict=True))


_WAYS: Mapping[str, Callable[[nx.DiGraph, int], Mapping[str, _Points]]] = MappingProxyType(
    {"type": _on_a_ring, "force": _by_force}
)
