"""From observations to a graph: every asset is a node, and every link that somebody observed is an edge."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import networkx as nx
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.records import codelist

__all__ = ["referral_graph"]

_NODE_FIELDS = ("name", "asset_type", "led_by", "local_authority_code", "upper_tier_code")
_REFERRAL_FIELDS = ("from_asset", "to_asset", "kind", "evidence", "result", "count", "period", "on")

_Row = Mapping[str, Any]


def referral_graph(assets: pd.DataFrame, referrals: pd.DataFrame) -> nx.DiGraph:
    """Gather observations of referrals into one directed graph (METHODS §2).

    A link that one test did not find is "not found in this test", never "false": such an observation takes no edge
    away, and alone it makes none.

    Parameters
    ----------
    assets
        One row an asset: ``id``, ``name``, ``asset_type``, ``led_by``, ``local_authority_code``, ``upper_tier_code``;
        text, "" where unknown.
    referrals
        One row an observation: ``from_asset``, ``to_asset`` (ids), ``kind``, ``evidence``, ``result``, ``count``,
        ``period``, ``on``.

    Returns
    -------
    networkx.DiGraph
        Nodes: all assets by id, in the order of the table, with the other columns as attributes. An edge i→j stands
        where an observation supports it: declared, confirmed, counted (unless the count is 0), or tested and linked.
        Its attributes: ``evidence`` and ``kinds`` (tuples in the order of the codelists, of the supporting
        observations), ``count`` (the sum of the counted observations, or None) and ``not_found_in_test`` (True where
        some test did not find it). ``graph.graph`` holds ``not_found_in_test`` (sorted list of the pairs that have no
        edge and that a test did not find), ``left_out`` (how many rows had an end that is not among the assets, or
        linked an asset to itself) and ``without_result`` (how many other rows tell of neither: a test with no result,
        a count of nobody).

    Raises
    ------
    InputError
        When a column is missing, or two assets have the same id.
    """
    _require(assets, ("id", *_NODE_FIELDS), "assets")
    _require(referrals, _REFERRAL_FIELDS, "referrals")
    graph = _nodes(assets)
    known = referrals["from_asset"].isin(list(graph)) & referrals["to_asset"].isin(list(graph))
    usable = referrals[known & (referrals["from_asset"] != referrals["to_asset"])]

    pairs: dict[tuple[str, str], list[_Row]] = {}
    for row in usable.loc[:, list(_REFERRAL_FIELDS)].to_dict("records"):
        pairs.setdefault((row["from_asset"], row["to_asset"]), []).append({str(name): row[name] for name in row})

    not_found: list[tuple[str, str]] = []
    # Sorted, so that the same observations in another order give the same graph.
    for (source, target), rows in sorted(pairs.items()):
        missed = any(_not_found(row) for row in rows)
        support = [row for row in rows if _supports(row)]
        if support:
            graph.add_edge(source, target, **_edge(support), not_found_in_test=missed)
        elif missed:
            not_found.append((source, target))
    graph.graph["not_found_in_test"] = not_found
    graph.graph["left_out"] = len(referrals) - len(usable)
    graph.graph["without_result"] = sum(
        not _supports(row) and not _not_found(row) for rows in pairs.values() for row in rows
    )
    return graph


def _require(table: pd.DataFrame, columns: Iterable[str], name: str) -> None:
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise InputError(
            f"The table of {name} has no column {', '.join(missing)}. Add it, empty where nothing is known."
        )


def _nodes(assets: pd.DataFrame) -> nx.DiGraph:
    twice = assets["id"][assets["id"].duplicated()]
    if len(twice):
        raise InputError(
            f"The asset id {twice.iloc[0]!r} stands twice in the table of assets. Keep one row for each asset."
        )
    graph = nx.DiGraph()
    # As objects first: a column in which nothing is known may be one of numbers.
    texts = assets.loc[:, list(_NODE_FIELDS)].astype(object).fillna("")
    for key, row in zip(assets["id"], texts.to_dict("records"), strict=True):
        graph.add_node(key, **{str(name): row[name] for name in row})
    return graph


def _supports(row: _Row) -> bool:
    """Tell whether the observation says that the link is there."""
    if row["evidence"] == "tested":
        return bool(row["result"] == "linked")
    if row["evidence"] == "counted":
        # A matrix of counts is mostly zeros; nobody referred is no link.
        return _number(row["count"]) != 0
    return row["evidence"] in ("declared", "confirmed")


def _not_found(row: _Row) -> bool:
    return bool(row["evidence"] == "tested" and row["result"] == "not_found_in_test")


def _number(value: Any) -> float | None:
    return None if value is None or value is pd.NA or math.isnan(value) else float(value)


def _edge(support: list[_Row]) -> dict[str, Any]:
    counts = [_number(row["count"]) for row in support if row["evidence"] == "counted"]
    told = [count for count in counts if count is not None]
    return {
        "evidence": _in_order("referral_evidence", (row["evidence"] for row in support)),
        "kinds": _in_order("referral_kind", (row["kind"] for row in support)),
        "count": sum(told) if told else None,
    }


def _in_order(name: str, codes: Iterable[Any]) -> tuple[str, ...]:
    """Return the codes once each, in the order of the codelist; what the list does not hold is left out."""
    found = set(codes)
    return tuple(code for code in codelist(name) if code in found)
