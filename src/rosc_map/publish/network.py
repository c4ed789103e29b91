"""The referral network as one audience may see it: the assets that it is shown, the links between them, the findings.

What a linkage test found or did not find of a single link is internal (METHODS §1, Conduct): each organisation learns
of it on its own page. Tables that tell of single organisations are for partners and coordinators; the public is told of
the area, and of the links that are on its map.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import pandas as pd

from rosc_map import network
from rosc_map.errors import InputError
from rosc_map.publish import published as gate
from rosc_map.publish.licences import licence_lines, sources_of
from rosc_map.publish.network_counts import counted_tables
from rosc_map.publish.network_findings import METHOD, Findings
from rosc_map.publish.network_introductions import introductions_in_words
from rosc_map.publish.network_types import PublishedNetwork
from rosc_map.publish.publish import BOUNDARY_LICENCE, notes_for, shown_assets
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.titles import words_for
from rosc_map.publish.view import View, plain_id, view
from rosc_map.records import Audience, ReferralList, codelist, label

__all__ = ["publish_network", "referral_network"]

_FIELDS = [
    "id", "name", "organisation", "asset_type", "led_by", "connector_role", "local_authority_code", "upper_tier_code",
]  # fmt: skip
_TYPE_OF_NOTES = "lero"
"""The asset type of which the notes say how many are in no authority, as beside all else that names none."""


@dataclass(frozen=True)
class _Seen:
    """The network of one audience, and what it is made of."""

    view: View
    shown: pd.DataFrame
    referrals: pd.DataFrame
    graph: nx.DiGraph


def referral_network(snapshot: Snapshot, audience: Audience, evidence: Sequence[str] = ()) -> nx.DiGraph:
    """Return the graph of :func:`rosc_map.network.referral_graph`, with names as the audience is shown them.

    Parameters
    ----------
    snapshot
        Everything that is held.
    audience
        Who it is for.
    evidence
        The layers of evidence to use, codes of ``referral_evidence``; all that the audience may see when left out.

    Raises
    ------
    InputError
        For a layer that there is none of, or that the audience may not see.
    """
    return _seen(snapshot, audience, evidence).graph


def _seen(snapshot: Snapshot, audience: Audience, evidence: Sequence[str]) -> _Seen:
    layers = _layers(audience, evidence)
    seen = view(snapshot, audience)
    shown = shown_assets(seen, audience)
    # As in a linkage frame: what is paused or not confirmed can take nobody on.
    assets = pd.DataFrame(shown.loc[shown["status"] == "active", _FIELDS])
    open_ = set(assets["id"])
    referrals = seen.referrals
    running = referrals[referrals["from_asset"].isin(open_) & referrals["to_asset"].isin(open_)]
    lists = snapshot.others[ReferralList]
    if audience is not Audience.INTERNAL:
        lists = lists.assign(asset=lists["asset"].map(plain_id))
    graph = network.referral_graph(assets, running, lists[lists["asset"].isin(open_)], evidence=layers)
    if audience is not Audience.INTERNAL:
        # How many people there were passes the gate by another way, where small numbers are not shown.
        nx.set_edge_attributes(graph, None, "count")
    return _Seen(seen, shown, running, graph)


def _layers(audience: Audience, evidence: Sequence[str]) -> tuple[str, ...]:
    wanted = (evidence,) if isinstance(evidence, str) else tuple(evidence)
    for code in wanted:
        if code not in codelist("referral_evidence"):
            known = ", ".join(codelist("referral_evidence"))
            raise InputError(f"{code!r} is not a kind of evidence. Choose from: {known}.")
        if code == "tested" and audience is not Audience.INTERNAL:
            raise InputError(
                "What a linkage test found of single links is internal: each organisation sees it on its own page. "
                "Leave out tested, or choose the audience internal."
            )
    may = [code for code in codelist("referral_evidence") if code != "tested" or audience is Audience.INTERNAL]
    return tuple(code for code in may if not wanted or code in wanted)


def publish_network(snapshot: Snapshot, audience: Audience, evidence: Sequence[str] = ()) -> PublishedNetwork:
    """Measure the referral network that an audience may see, and choose three introductions (METHODS §2).

    Parameters
    ----------
    snapshot, audience, evidence
        As for :func:`referral_network`.

    Raises
    ------
    InputError
        As for :func:`referral_network`.
    """
    seen = _seen(snapshot, audience, evidence)
    words = words_for(seen.view, audience)
    found = Findings(seen.graph, audience)
    counted, pathways = counted_tables(snapshot, seen.graph, seen.referrals, audience)
    return PublishedNetwork(
        audience=audience,
        title=words(snapshot.title),
        as_at=snapshot.as_at,
        banner=words(snapshot.banner),
        evidence=tuple(label("referral_evidence", code) for code in seen.graph.graph["evidence"]),
        sentences=found.sentences,
        cautions=found.cautions,
        said=found.said,
        introductions=introductions_in_words(found.introductions, seen.shown),
        **found.tables(),
        counted=counted,
        pathways=pathways,
        method=METHOD,
        notes=notes_for(seen.view, audience, _TYPE_OF_NOTES),
        licences=(BOUNDARY_LICENCE, *licence_lines(sources_of(seen.view, words))),
        figures={
            "audience": audience.value,
            "as_at": snapshot.as_at.isoformat(),
            "evidence": list(seen.graph.graph["evidence"]),
            **found.figures(),
        },
        gate=gate._GATE,
    )
