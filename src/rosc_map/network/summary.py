"""The network as one JSON document, in the shape that CLI.md promises to other programs."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from rosc_map.network.introductions import Introduction
from rosc_map.network.known import unreliable
from rosc_map.network.measures import NetworkMeasures

__all__ = ["to_json"]


def to_json(
    measures: NetworkMeasures,
    introductions: Iterable[Introduction],
    *,
    layers: pd.DataFrame,
    treatment_gaps: pd.DataFrame,
) -> dict[str, Any]:
    """Return what was found of one network as plain dicts, lists, text, numbers and None (CLI.md, ``network``).

    Parameters
    ----------
    measures, introductions, layers, treatment_gaps
        What the functions of :mod:`rosc_map.network` found of the same graph.

    Returns
    -------
    dict
        ``nodes``, ``edges``, ``isolates``, ``weak_components``, ``strong_components``, ``reciprocity_links``,
        ``two_way_none_known`` (counts), ``density``, ``reciprocity``, ``mixing_within``, ``handoff_reach`` and
        ``two_way`` (shares, None where not defined), their ``_counts`` and ``_pairs``, ``known_pairs`` (``pairs``,
        ``known``, ``share``), ``unreliable`` (names of measures), ``isolate_ids``, ``layers``, ``handoffs_by_type``,
        ``treatment_gaps``, ``mixing`` (lists with the columns of those tables), ``introductions`` and ``sentences``.

    Examples
    --------
    >>> from rosc_map.network import handoff_reach, introductions, layers, measures, to_json, treatment_gaps
    >>> gaps = treatment_gaps(handoff_reach(graph), graph)
    >>> found = to_json(measures(graph), introductions(graph, k=1), layers=layers(graph), treatment_gaps=gaps)
    >>> found["edges"], found["known_pairs"]["pairs"]
    (139, 3782)
    """
    known, handoffs, two_way = measures.known, measures.handoffs, measures.two_way
    return {
        "nodes": measures.nodes,
        "edges": measures.edges,
        "density": measures.density,
        "known_pairs": {"pairs": known.pairs, "known": known.known, "share": known.share},
        "unreliable": list(unreliable(known)),
        "reciprocity": measures.reciprocity,
        "reciprocity_links": measures.reciprocity_links,
        "isolates": len(measures.isolates),
        "isolate_ids": list(measures.isolates),
        "weak_components": measures.weak_components,
        "strong_components": measures.strong_components,
        "handoff_reach": handoffs.shares,
        "handoff_counts": dict(handoffs.counts),
        "handoff_pairs": handoffs.pairs,
        "handoffs_by_type": _rows(handoffs.by_type),
        "treatment_gaps": _rows(treatment_gaps),
        "two_way": two_way.shares,
        "two_way_counts": dict(two_way.counts),
        "two_way_pairs": two_way.pairs,
        "two_way_none_known": two_way.none_known,
        "mixing_within": measures.mixing_within,
        "mixing": _rows(measures.mixing),
        "layers": _rows(layers),
        "introductions": [_introduction(item) for item in introductions],
        "sentences": list(measures.sentences),
    }


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as plain values; to_dict makes Python's own numbers of those of numpy."""
    return [
        {str(name): list(value) if isinstance(value, tuple) else value for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def _introduction(item: Introduction) -> dict[str, Any]:
    return {
        "from": item.from_id,
        "to": item.to_id,
        "gain": item.gain,
        "pairs": item.pairs,
        "from_name": item.from_name,
        "to_name": item.to_name,
        "reason": item.reason,
        "opens": dict(item.opens),
        "makers": list(item.makers),
        "maker_names": list(item.maker_names),
    }
