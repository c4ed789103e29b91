"""Handoff reach on a map, by authority: no figure of it is that of one or two organisations.

The network page tells of the whole area, and another map of the other tier. So that no organisation's figure can be
taken from these by subtraction, a service counts in one authority only, and what is left of each total without the
authorities shown is nobody's, or that of several organisations (as in :mod:`rosc_map.publish.few_services`).
"""

from collections.abc import Iterable, Mapping, Sequence

import networkx as nx
import pandas as pd

from rosc_map import network
from rosc_map.place import area_lookup, lookup
from rosc_map.publish.few_services import SEVERAL
from rosc_map.publish.gaps_layers import QUARTERS, areas_of, quarter
from rosc_map.publish.gaps_types import MapLayer, PublishedGaps
from rosc_map.publish.linkage import organisations
from rosc_map.publish.network import referral_network
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.view import plain_id
from rosc_map.records import Audience, day, percent, row_dicts

__all__ = ["handoffs_layer"]

_TIERS = {"upper": "upper_tier_code", "local": "local_authority_code"}
_LABEL = "Handoff reach: types of support within two handoffs"
_READING = (
    "Of all pairs of a service and a type of support, the share that can be reached in at most two handoffs: directly,"
    " or through one service between."
)
_WHERE = "A service counts where it stands, and one without a place in the only authority that it serves."
_WHOLE = "All services of the network count in the one authority of the area."
_NOT_KNOWN = "What is not recorded is not “no link”, so the true shares may be higher."
_TOO_FEW = "too few services to show"

Groups = Mapping[str, set[str]]
"""The services that count in each authority."""


def handoffs_layer(snapshot: Snapshot, found: PublishedGaps) -> MapLayer | None:
    """Colour the authorities by how much their services can hand somebody on to in two handoffs (METHODS §2).

    Parameters
    ----------
    snapshot
        Everything that is held.
    found
        Whose map it is: the audience, the tier and the authorities.

    Returns
    -------
    MapLayer or None
        An authority has no class where no service of it is in the network, where of none of them it is recorded to
        whom they refer, and outside ``internal`` where the figure would be that of fewer than three organisations.
        None where no authority has a class.
    """
    graph = referral_network(snapshot, found.audience)
    homes = _homes(snapshot, found, graph, found.tier)
    figures = {row["code"]: row for row in row_dicts(network.handoffs_by_authority(graph, homes))}
    shown = set(figures)
    if found.audience is not Audience.INTERNAL:
        shown = _several(snapshot, found, graph)
    codes = found.published.provision.by_authority["code"]
    rows = [(code, *_class(figures.get(code), shown=code in shown)) for code in codes]
    if all(at is None for _, at, _ in rows):
        return None
    whole = len(graph.graph["named_all"])
    asked = f"{whole:,} of the {len(graph):,} services in the network named all to whom they refer."
    note = f"{_READING} {_WHOLE if len(codes) == 1 else _WHERE} {asked} {_NOT_KNOWN} As at {day(found.as_at)}."
    return MapLayer("handoffs", _LABEL, "steps", QUARTERS, areas_of(rows), "No figure", note)


def _class(figure: Mapping[str, int] | None, *, shown: bool) -> tuple[int | None, str]:
    """Return the class of an authority and its figure in words, or why it has none."""
    if figure is None:
        return None, "no service in the network"
    if not shown:
        return None, _TOO_FEW
    if not figure["told"]:
        return None, "not recorded of any service to whom it refers"
    two, pairs = figure["two"], figure["pairs"]
    if not pairs:
        return None, "no other service to hand on to"
    share = two / pairs
    words = f"{two:,} of {pairs:,} pairs of a service and a type ({percent(share)}) within two handoffs"
    return quarter(share), f"{words}; recorded of {figure['told']:,} of {figure['services']:,} to whom they refer"


def _homes(snapshot: Snapshot, found: PublishedGaps, graph: nx.DiGraph, tier: str) -> dict[str, str]:
    """Return the one authority of the area in which each service of the network counts, where there is one."""
    codes = set(area_lookup(list(snapshot.areas))[_TIERS[tier]])
    if len(codes) == 1:
        return dict.fromkeys(graph, *codes)
    shown, table = found.published.assets, lookup()
    upper = dict(zip(table["local_authority_code"], table["upper_tier_code"], strict=True)) if tier == "upper" else {}
    homes = {}
    for key, stands, served in zip(shown["id"], shown[_TIERS[tier]], shown["areas_served"], strict=True):
        serves = {upper.get(code, code) for code in served}
        home = stands or (serves.pop() if len(serves) == 1 else "")
        if home in codes and key in graph:
            homes[key] = home
    return homes


def _several(snapshot: Snapshot, found: PublishedGaps, graph: nx.DiGraph) -> set[str]:
    """Return the authorities whose figures may be shown outside ``internal``."""
    plain = snapshot.assets.assign(id=snapshot.assets["id"].map(plain_id))
    services = pd.Series(list(graph), dtype=object)
    runs = dict(zip(services, organisations(services, plain), strict=True))
    upper = _groups(_homes(snapshot, found, graph, "upper"))
    shown = _shown(upper, [set(graph)], runs)
    if found.tier == "upper":
        return shown
    # The other map tells of the counties: each of them is a total here, and so is what is left of the area.
    told = [upper[code] for code in shown]
    return _shown(_groups(_homes(snapshot, found, graph, "local")), [*told, set(graph).difference(*told)], runs)


def _groups(homes: Mapping[str, str]) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = {}
    for key, code in homes.items():
        groups.setdefault(code, set()).add(key)
    return groups


def _shown(groups: Groups, totals: Sequence[set[str]], runs: Mapping[str, str]) -> set[str]:
    """Return the authorities of several organisations, but for those that have to go so that no total tells of fewer.

    Parameters
    ----------
    groups
        The services of each authority; none is in two of them.
    totals
        The services of each figure that is told elsewhere. An authority is within one of them, or in none.
    runs
        Who runs each service.
    """

    def few(services: Iterable[str]) -> bool:
        return 0 < len({runs[key] for key in services}) < SEVERAL

    shown = {code for code, services in groups.items() if not few(services)}
    for total in totals:
        within = sorted((code for code in shown if groups[code] <= total), key=lambda code: (len(groups[code]), code))
        if within and few(total.difference(*(groups[code] for code in within))):
            # The smallest goes: what is left with it is that of several, as its own figure is.
            shown.discard(within[0])
    return shown
