"""From observations to a graph: every asset is a node, and every link that somebody observed is an edge."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
import pandas as pd

from rosc_map.errors import InputError, UnknownName
from rosc_map.records import codelist

__all__ = ["referral_graph"]

_NODE_FIELDS = ("name", "asset_type", "led_by", "local_authority_code", "upper_tier_code")
_REFERRAL_FIELDS = ("from_asset", "to_asset", "kind", "evidence", "result", "count")

_Pair = tuple[str, str]


@dataclass(slots=True)
class _Said:
    """All that the observations of one ordered pair say; each set holds layers of evidence."""

    links: set[str] = field(default_factory=set)
    no_links: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    counts: list[float] = field(default_factory=list)
    missed: bool = False


def referral_graph(
    assets: pd.DataFrame,
    referrals: pd.DataFrame,
    lists: pd.DataFrame | None = None,
    *,
    evidence: str | Iterable[str] | None = None,
) -> nx.DiGraph:
    """Gather observations of referrals into one directed graph (METHODS §2).

    A link that one test did not find is "not found in this test", never "false": such an observation takes no edge
    away, and alone it makes none. A pair that nobody spoke of is *not known*, which is not the same as *no link*: see
    :func:`rosc_map.network.known_pairs`.

    Parameters
    ----------
    assets
        One row an asset: ``id``, ``name``, ``asset_type``, ``led_by``, ``local_authority_code``, ``upper_tier_code``;
        text, "" where unknown. Where they are there, also ``organisation`` (text) and ``connector_role`` (tuples).
    referrals
        One row an observation: ``from_asset``, ``to_asset`` (ids), ``kind``, ``evidence``, ``result``, ``count``.
    lists
        One row an asset that named all of its links in one direction: ``asset`` (id), ``direction`` (``refers_to`` or
        ``referred_by``). None for none.
    evidence
        The layers to use, or the only one; None for all. What another layer says is not seen at all. A list of all to
        whom an asset refers counts with ``declared`` only, one of all who refer to it with ``confirmed``.

    Returns
    -------
    networkx.DiGraph
        Nodes: all assets by id, in the order of the table, with the other columns as attributes. An edge i→j stands
        where an observation supports it: declared, confirmed or counted, unless its result is ``no_link`` or its count
        is 0; or tested and linked. Its attributes: ``evidence`` and ``kinds`` (tuples in the order of the codelists, of
        the supporting observations), ``count`` (the sum of the counted observations, or None), ``not_found_in_test``
        (True where some test did not find it) and ``denied_by`` (out of "from" and "to": the ends that were asked, and
        of whose answers none says that the link is there).

        ``graph.graph`` holds ``evidence`` (the layers used); ``not_found_in_test`` and ``no_link`` (sorted lists of the
        pairs without an edge that a test did not find, and of which somebody said that there is none or counted
        nobody); ``counted_none`` (those of ``no_link`` of which counts alone say so); ``named_all`` and
        ``named_by_all`` (frozensets of the assets that named all to whom they refer, and all who refer to them);
        ``left_out`` (how many rows had an end that is not among the assets, or linked an asset to itself) and
        ``without_result`` (how many other rows tell nothing: a test with no result).

    Raises
    ------
    InputError
        When a column is missing, or two assets have the same id.
    UnknownName
        When a layer of evidence is not known.

    Examples
    --------
    >>> from rosc_map.network import referral_graph
    >>> graph = referral_graph(held.assets, held.referrals, evidence="declared")
    >>> len(graph), graph.number_of_edges(), graph.graph["evidence"]
    (66, 144, ('declared',))
    """
    _require(assets, ("id", *_NODE_FIELDS), "assets")
    _require(referrals, _REFERRAL_FIELDS, "referrals")
    layers = _layers(evidence)
    graph = _nodes(assets)
    seen = referrals[referrals["evidence"].isin(layers)]
    usable = _between_two_of(graph, seen)
    pairs, without_result = _gather(usable)
    graph.graph.update(
        evidence=layers,
        not_found_in_test=_without_link(pairs, lambda said: said.missed),
        no_link=_without_link(pairs, lambda said: bool(said.no_links)),
        counted_none=_without_link(pairs, lambda said: said.no_links == {"counted"}),
        named_all=_whole_lists(graph, lists, "refers_to") if "declared" in layers else frozenset(),
        named_by_all=_whole_lists(graph, lists, "referred_by") if "confirmed" in layers else frozenset(),
        left_out=len(seen) - len(usable),
        without_result=without_result,
    )
    _add_edges(graph, pairs)
    return graph


def _require(table: pd.DataFrame, columns: Iterable[str], name: str) -> None:
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise InputError(
            f"The table of {name} has no column {', '.join(missing)}. Add it, empty where nothing is known."
        )


def _layers(evidence: str | Iterable[str] | None) -> tuple[str, ...]:
    known = codelist("referral_evidence")
    # A text is a row of letters too, and "declared" is meant as one layer.
    asked = (evidence,) if isinstance(evidence, str) else tuple(known if evidence is None else evidence)
    for code in asked:
        if code not in known:
            raise UnknownName(f"{code!r} is not a layer of evidence. Use one or more of: {', '.join(known)}.")
    return _in_order("referral_evidence", asked)


def _nodes(assets: pd.DataFrame) -> nx.DiGraph:
    twice = assets["id"][assets["id"].duplicated()]
    if len(twice):
        raise InputError(
            f"The asset id {twice.iloc[0]!r} stands twice in the table of assets. Keep one row for each asset."
        )
    # As objects first: a column in which nothing is known may be one of numbers.
    texts = assets.reindex(columns=[*_NODE_FIELDS, "organisation"]).astype(object).fillna("")
    roles = assets["connector_role"] if "connector_role" in assets.columns else [()] * len(assets)
    graph = nx.DiGraph()
    for key, row, role in zip(assets["id"], texts.to_dict("records"), roles, strict=True):
        graph.add_node(key, **{str(name): row[name] for name in row}, connector_role=tuple(role))
    return graph


def _whole_lists(graph: nx.DiGraph, lists: pd.DataFrame | None, direction: str) -> frozenset[str]:
    if lists is None:
        return frozenset()
    _require(lists, ("asset", "direction"), "whole lists")
    return frozenset(lists.loc[lists["direction"] == direction, "asset"]) & frozenset(graph)


def _between_two_of(graph: nx.DiGraph, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the observations of two different assets, both of them in the graph."""
    ends_known = rows["from_asset"].isin(list(graph)) & rows["to_asset"].isin(list(graph))
    return rows[ends_known & (rows["from_asset"] != rows["to_asset"])]


def _gather(rows: pd.DataFrame) -> tuple[dict[_Pair, _Said], int]:
    """Return what is said of each pair, and how many rows say nothing."""
    pairs: dict[_Pair, _Said] = {}
    silent = 0
    columns = (rows[name].tolist() for name in _REFERRAL_FIELDS)
    for source, target, kind, evidence, result, count in zip(*columns, strict=True):
        said = pairs.setdefault((source, target), _Said())
        number = _number(count) if evidence == "counted" else None
        if evidence == "tested" and result == "not_found_in_test":
            said.missed = True
        elif evidence == "tested" and result != "linked":
            silent += 1
        elif result == "no_link" or number == 0:
            # A matrix of counts is mostly zeros; nobody referred is no link.
            said.no_links.add(evidence)
        else:
            said.links.add(evidence)
            said.kinds.add(kind)
            said.counts += [] if number is None else [number]
    return pairs, silent


def _number(value: Any) -> float | None:
    return None if value is None or value is pd.NA or math.isnan(value) else float(value)


def _add_edges(graph: nx.DiGraph, pairs: dict[_Pair, _Said]) -> None:
    named_all, named_by_all = graph.graph["named_all"], graph.graph["named_by_all"]
    # Sorted, so that the same observations in another order give the same graph.
    for (source, target), said in sorted(pairs.items()):
        if said.links:
            denied = _denied_by(said, from_asked=source in named_all, to_asked=target in named_by_all)
            graph.add_edge(source, target, **_edge(said), denied_by=denied)


def _edge(said: _Said) -> dict[str, Any]:
    return {
        "evidence": _in_order("referral_evidence", said.links),
        "kinds": _in_order("referral_kind", said.kinds),
        "count": sum(said.counts) if said.counts else None,
        "not_found_in_test": said.missed,
    }


def _in_order(name: str, codes: Iterable[str]) -> tuple[str, ...]:
    """Return the codes once each, in the order of the codelist; what the list does not hold is left out."""
    found = set(codes)
    return tuple(code for code in codelist(name) if code in found)


def _denied_by(said: _Said, *, from_asked: bool, to_asked: bool) -> tuple[str, ...]:
    """Return the ends that were asked and do not say so.

    Who counted is not recorded, so a count of nobody is held against neither end.
    """
    ends = (("from", "declared", from_asked), ("to", "confirmed", to_asked))
    return tuple(end for end, own, asked in ends if own not in said.links and (asked or own in said.no_links))


def _without_link(pairs: dict[_Pair, _Said], chosen: Callable[[_Said], bool]) -> list[_Pair]:
    return sorted(pair for pair, said in pairs.items() if not said.links and chosen(said))
