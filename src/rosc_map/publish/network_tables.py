"""The tables of the referral network in words, from what the ``network`` room found in codes."""

from collections.abc import Callable, Iterable

import networkx as nx
import pandas as pd

from rosc_map import network
from rosc_map.records import label

__all__ = [
    "between_table",
    "disagreements_table",
    "groups_table",
    "handoffs_table",
    "layers_table",
    "links_table",
    "mixing_table",
    "positions_table",
    "single_points_table",
    "treatment_table",
    "two_way_table",
]


def _type(code: str) -> str:
    return label("asset_type", code)


def _types(codes: Iterable[str]) -> str:
    return ", ".join(map(_type, codes))


def _worded(column: "pd.Series[str]", words: Callable[[str], str]) -> list[str]:
    return [words(code) for code in column]


def handoffs_table(found: network.Handoffs) -> pd.DataFrame:
    """Return ``type, services, one, two``, a row an asset type."""
    table = found.by_type
    return table.assign(type=_worded(table["asset_type"], _type))[["type", "services", "one", "two"]]


def treatment_table(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return ``name, asked, missing``, a row a treatment service."""
    return gaps.assign(missing=[_types(codes) for codes in gaps["missing"]])[["name", "asked", "missing"]]


def two_way_table(found: network.TwoWay) -> pd.DataFrame:
    """Return ``treatment, peer_led, to_peer_led, from_peer_led``, a row a pair."""
    return found.table[["treatment", "peer_led", "to_peer_led", "from_peer_led"]]


def single_points_table(found: Iterable[network.SinglePoints]) -> pd.DataFrame:
    """Return ``name, type, services, of``, a row a service and the type that others would lose."""
    parts = [
        each.table.assign(type=_type(each.asset_type), of=each.with_a_way)[["name", "type", "services", "of"]]
        for each in found
    ]
    return pd.concat(parts, ignore_index=True)


def disagreements_table(found: pd.DataFrame) -> pd.DataFrame:
    """Return ``from_name, to_name, what``, a row a finding to talk about."""
    return found.rename(columns={"what": "code", "sentence": "what"})[["from_name", "to_name", "what"]]


def layers_table(found: pd.DataFrame) -> pd.DataFrame:
    """Return ``evidence, links, alone``, a row a layer of evidence."""
    return found.assign(evidence=_worded(found["evidence"], lambda code: label("referral_evidence", code)))


def mixing_table(found: pd.DataFrame) -> pd.DataFrame:
    """Return ``from_type, to_type, links, pairs, known, share``, a row an ordered pair of types."""
    return found.assign(from_type=_worded(found["from_type"], _type), to_type=_worded(found["to_type"], _type))


def groups_table(found: network.Groups, graph: nx.DiGraph) -> pd.DataFrame:
    """Return ``group, name, type``, a row a service that is in a group."""
    types = [_type(graph.nodes[key]["asset_type"]) for key in found.table["id"]]
    return found.table.assign(type=types)[["group", "name", "type"]].sort_values(
        ["group", "name"], key=lambda column: column.astype(str).str.casefold() if column.name == "name" else column
    )


def between_table(found: network.Betweenness | None) -> pd.DataFrame:
    """Return ``name, share, low, high``, a row a service by name; empty where it is not to be shown."""
    columns = ["name", "share", "low", "high"]
    return pd.DataFrame(columns=columns) if found is None else found.table[columns]


def links_table(graph: nx.DiGraph) -> pd.DataFrame:
    """Return ``from_id, to_id, from_name, to_name, evidence, kinds``, a row a link, by names."""
    names = graph.nodes
    rows = [
        (
            start,
            end,
            names[start]["name"],
            names[end]["name"],
            ", ".join(label("referral_evidence", code).lower() for code in data["evidence"]),
            ", ".join(label("referral_kind", code).lower() for code in data["kinds"]),
        )
        for start, end, data in graph.edges(data=True)
    ]
    rows.sort(key=lambda row: (row[2].casefold(), row[3].casefold(), row[:2]))
    return pd.DataFrame(rows, columns=["from_id", "to_id", "from_name", "to_name", "evidence", "kinds"])


def positions_table(graph: nx.DiGraph) -> pd.DataFrame:
    """Return ``id, name, type, x, y``: where each service stands in a diagram that groups them by type."""
    places = network.positions(graph, "type")
    names = [graph.nodes[key]["name"] for key in places["id"]]
    types = [_type(graph.nodes[key]["asset_type"]) for key in places["id"]]
    table = places.assign(name=names, type=types)[["id", "name", "type", "x", "y"]]
    return table.sort_values(["name", "id"], key=lambda column: column.astype(str).str.casefold(), ignore_index=True)
