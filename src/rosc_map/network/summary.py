"""The network as one JSON document, in the shape that CLI.md promises to other programs."""

from collections.abc import Iterable
from typing import Any

from rosc_map.network.introductions import Introduction
from rosc_map.network.measures import NetworkMeasures

__all__ = ["to_json"]


def to_json(measures: NetworkMeasures, introductions: Iterable[Introduction]) -> dict[str, Any]:
    """Return the measures and introductions as plain dicts, lists, text, numbers and None (CLI.md, ``network``).

    Returns
    -------
    dict
        ``nodes``, ``edges``, ``isolates``, ``weak_components``, ``strong_components`` (counts), ``density``,
        ``reciprocity``, ``handoff_reach`` and ``two_way`` (shares, None where not defined), their ``_counts`` and
        ``_pairs``, ``isolate_ids``, ``introductions`` and ``sentences``.
    """
    return {
        "nodes": measures.nodes,
        "edges": measures.edges,
        "density": measures.density,
        "reciprocity": measures.reciprocity,
        "isolates": len(measures.isolates),
        "isolate_ids": list(measures.isolates),
        "weak_components": measures.weak_components,
        "strong_components": measures.strong_components,
        "handoff_reach": dict(measures.handoff_reach),
        "handoff_counts": dict(measures.handoff_counts),
        "handoff_pairs": measures.handoff_pairs,
        "two_way": dict(measures.two_way),
        "two_way_counts": dict(measures.two_way_counts),
        "two_way_pairs": measures.two_way_pairs,
        "introductions": [_introduction(item) for item in introductions],
        "sentences": list(measures.sentences),
    }


def _introduction(item: Introduction) -> dict[str, Any]:
    return {
        "from": item.from_id,
        "to": item.to_id,
        "gain": item.gain,
        "from_name": item.from_name,
        "to_name": item.to_name,
        "reason": item.reason,
    }
