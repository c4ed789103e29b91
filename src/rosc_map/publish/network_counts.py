"""Counted referrals in words: how many people, by link, and between treatment and peer-led initiatives as a whole."""

from collections.abc import Mapping
from typing import Any

import networkx as nx
import pandas as pd

from rosc_map.publish.small_counts import NOT_TOLD, counts_as_they_are, hide_small_counts
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.view import plain_id
from rosc_map.records import Audience, PathwayCount, known_period, label

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
            _with_totals(links), totals.assign(of=_pairs(totals["treatment"], totals["direction"]))
        )
    names = dict(graph.nodes(data="name"))
    ends = {f"{end}_name": links[f"{end}_asset"].map(names) for end in ("from", "to")}
    direction = [label("pathway_direction", code) for code in totals["direction"]]
    of = {"treatment": totals["treatment"].map(names), "direction": direction}
    return (
        _table(COUNTED, ends | {"period": _known(links["period"], audience), "people": people[0]}),
        _table(PATHWAYS, of | {"period": _known(totals["period"], audience), "people": people[1]}),
    )


def _table(columns: list[str], values: Mapping[str, Any]) -> pd.DataFrame:
    table = pd.DataFrame(values, columns=columns)
    return table.sort_values(columns[:3], key=lambda column: column.astype(str).str.casefold(), ignore_index=True)


def _known(periods: "pd.Series[str]", audience: Audience) -> list[str]:
    """Return the periods; outside internal only what is one, since a file of before may hold any text."""
    if audience is Audience.INTERNAL:
        return list(periods)
    return [period.text if (period := known_period(text)) else NOT_TOLD for text in periods]


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


def _pairs(one: "pd.Series[str]", other: "pd.Series[str]") -> pd.Series:
    return pd.Series(list(zip(one, other, strict=True)), index=one.index, dtype=object)


def _with_totals(links: pd.DataFrame) -> pd.DataFrame:
    """Say of each link which totals may hold it: of either end, in its direction, whatever the two are recorded as.

    A total counts what a return calls treatment and peer-led, and a record may be of another mind.
    """
    totals = [
        ((a, "to_peer_led"), (b, "from_peer_led")) for a, b in zip(links["from_asset"], links["to_asset"], strict=True)
    ]
    within = pd.Series(totals, index=links.index, dtype=object)
    return links.assign(pair=_pairs(links["from_asset"], links["to_asset"]), within=within)
