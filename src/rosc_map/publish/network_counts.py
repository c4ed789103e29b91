"""Counted referrals in words: how many people, by link, and between treatment and peer-led initiatives as a whole."""

import networkx as nx
import pandas as pd

from rosc_map.network import is_peer_led
from rosc_map.publish.small_counts import counts_as_they_are, hide_small_counts
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.view import plain_id
from rosc_map.records import Audience, PathwayCount, label

__all__ = ["COUNTED", "PATHWAYS", "counted_tables"]

COUNTED = ["from_name", "to_name", "period", "people"]
PATHWAYS = ["treatment", "direction", "period", "people"]
_PAIR = ["from_asset", "to_asset", "period"]
_TOTAL = ["treatment", "direction", "period"]


def counted_tables(
    snapshot: Snapshot, graph: nx.DiGraph, referrals: pd.DataFrame, audience: Audience
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the counts of links and of pathways, in words; for the public none, since each is an organisation's own.

    Parameters
    ----------
    snapshot
        Everything that is held.
    graph
        The network as the audience sees it.
    referrals
        Its observations, with ids as in the graph.
    audience
        Who it is for.

    Returns
    -------
    tuple of two DataFrames
        ``COUNTED`` and ``PATHWAYS``, sorted by names.
    """
    if audience is Audience.PUBLIC:
        return pd.DataFrame(columns=COUNTED), pd.DataFrame(columns=PATHWAYS)
    links, totals = _links(graph, referrals), _totals(snapshot, graph, audience)
    if audience is Audience.INTERNAL:
        people = counts_as_they_are(links["count"]), counts_as_they_are(totals["count"])
    else:
        people = hide_small_counts(
            _with_total(graph, links), totals.assign(of=_texts(totals["treatment"], totals["direction"]))
        )
    names = dict(graph.nodes(data="name"))
    counted = pd.DataFrame(
        {
            "from_name": links["from_asset"].map(names),
            "to_name": links["to_asset"].map(names),
            "period": links["period"],
            "people": people[0],
        },
        columns=COUNTED,
    )
    pathways = pd.DataFrame(
        {
            "treatment": totals["treatment"].map(names),
            "direction": [label("pathway_direction", code) for code in totals["direction"]],
            "period": totals["period"],
            "people": people[1],
        },
        columns=PATHWAYS,
    )
    return _sorted(counted), _sorted(pathways)


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values(
        list(table.columns[:3]), key=lambda column: column.astype(str).str.casefold(), ignore_index=True
    )


def _links(graph: nx.DiGraph, referrals: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of people, a row a count: ``from_asset, to_asset, period, count``.

    They are not added up: two counts of one link in one period may be two counts of the same people.
    """
    here = referrals["from_asset"].isin(list(graph)) & referrals["to_asset"].isin(list(graph))
    return _numbers(referrals.loc[here & (referrals["evidence"] == "counted"), [*_PAIR, "count"]])


def _totals(snapshot: Snapshot, graph: nx.DiGraph, audience: Audience) -> pd.DataFrame:
    """Return the counts of people that do not say which initiative: ``treatment, direction, period, count``."""
    held = snapshot.others[PathwayCount]
    if audience is not Audience.INTERNAL:
        held = held.assign(treatment=held["treatment"].map(plain_id))
    return _numbers(held.loc[held["treatment"].isin(list(graph)), [*_TOTAL, "count"]])


def _numbers(rows: pd.DataFrame) -> pd.DataFrame:
    # As objects first: a column in which nothing is known may be of any type.
    return rows.astype(object).fillna({"period": ""}).astype({"count": float}).reset_index(drop=True)


def _texts(one: "pd.Series[str]", other: "pd.Series[str]") -> list[str]:
    """Return two codes or ids as one, row by row; a space in an id tells no two apart."""
    return [f"{first} {second}" for first, second in zip(one, other, strict=True)]


def _with_total(graph: nx.DiGraph, links: pd.DataFrame) -> pd.DataFrame:
    """Say of each link which total may hold it: that of its treatment service in its direction."""
    totals = []
    for start, end in zip(links["from_asset"], links["to_asset"], strict=True):
        one, other = graph.nodes[start], graph.nodes[end]
        if one["asset_type"] == "treatment" and is_peer_led(other):
            totals.append(f"{start} to_peer_led")
        elif other["asset_type"] == "treatment" and is_peer_led(one):
            totals.append(f"{end} from_peer_led")
        else:
            totals.append("")
    return links.assign(pair=_texts(links["from_asset"], links["to_asset"]), total=totals)
