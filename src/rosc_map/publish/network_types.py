"""The type of a referral network that has passed the gate: what one audience may see of who refers to whom."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rosc_map.publish.published import Gated
from rosc_map.records import Audience

__all__ = ["NETWORK_PARTS", "PublishedNetwork"]

NETWORK_PARTS = (
    "size", "known", "handoffs", "treatment", "two_way", "single_points", "disagreements", "mixing", "groups",
    "between", "counted",
)  # fmt: skip
"""The parts of a network's findings that have sentences of their own."""


@dataclass(frozen=True, kw_only=True)
class PublishedNetwork(Gated):
    """The referral network as one audience may see it. Tables are in words, sorted by name, and never ranked.

    Outside ``partners`` and ``internal`` every table that tells of single organisations is empty, but for ``links``,
    which are on the public map as well.

    Attributes
    ----------
    audience, title, as_at, banner
        Whom it is for; the partnership; the day that it tells of; what has to stand at the top of every page, or "".
    evidence
        The layers of evidence in it, in words ("Declared", "Confirmed" …).
    sentences
        The findings in short, the weightiest first.
    cautions
        What is not known, and which figures are not to be relied on for that; may be empty.
    said
        By the names of ``NETWORK_PARTS``: the sentences of each part, what it means first. A part may have none.
    introductions
        ``from_id``, ``to_id``, ``from_name``, ``to_name``, ``gain`` (pairs of services), ``reason``, ``distance``
        (words, such as "3.2 km", "about 3 km" or "not known"), ``who`` (who could make it, in words); in the order in
        which they were chosen, each of which takes those before it as made.
    handoffs
        One row an asset type: ``type`` (words), ``services`` (of how many), ``one`` and ``two`` (how many of them can
        hand somebody on to it directly, and within two handoffs; counts).
    treatment
        One row a treatment service: ``name``, ``asked`` (true where it named all to whom it refers), ``missing`` (the
        types, in words, that cannot be reached in two handoffs; "" for none).
    two_way
        One row a pair of a treatment service and a peer-led initiative: ``treatment``, ``peer_led`` (names),
        ``to_peer_led``, ``from_peer_led`` ("link", "no link" or "not known").
    single_points
        One row a service and an asset type that others would lose: ``name``, ``type`` (words, lost), ``services`` (how
        many would lose their only way), ``of`` (how many have a way).
    disagreements
        ``from_name``, ``to_name``, ``what`` (a sentence).
    layers
        One row a layer: ``evidence`` (words), ``links``, ``alone`` (links that no other layer has).
    mixing
        One row an ordered pair of types: ``from_type``, ``to_type`` (words), ``links``, ``pairs`` (how many there could
        be), ``known`` (of how many pairs it is known), ``share`` (links as a share of 1 of the known pairs, or None).
    groups
        One row a service: ``group`` (1, 2 …), ``name``, ``type`` (words).
    between
        ``internal`` only, else empty: ``name``, ``share``, ``low``, ``high`` (shares of 1).
    counted
        ``from_name``, ``to_name``, ``period``, ``people`` (words: "12", "fewer than 5", "not shown", "not told").
    pathways
        ``treatment``, ``direction`` (words), ``period``, ``people`` (words, as above).
    links
        ``from_id``, ``to_id``, ``from_name``, ``to_name``, ``evidence``, ``kinds`` (words).
    positions
        Where each service stands in a diagram: ``id``, ``name``, ``type`` (words), ``x``, ``y`` (from 0 to 1).
    method
        How it was worked out, a sentence each.
    notes, licences
        What has to stand beside the figures: what is not shown; where the data is from.
    figures
        The same as one document of plain values, for other programs (CLI.md, ``network``).
    """

    audience: Audience
    title: str
    as_at: dt.date
    banner: str
    evidence: tuple[str, ...]
    sentences: tuple[str, ...]
    cautions: tuple[str, ...]
    said: Mapping[str, tuple[str, ...]]
    introductions: pd.DataFrame
    handoffs: pd.DataFrame
    treatment: pd.DataFrame
    two_way: pd.DataFrame
    single_points: pd.DataFrame
    disagreements: pd.DataFrame
    layers: pd.DataFrame
    mixing: pd.DataFrame
    groups: pd.DataFrame
    between: pd.DataFrame
    counted: pd.DataFrame
    pathways: pd.DataFrame
    links: pd.DataFrame
    positions: pd.DataFrame
    method: tuple[str, ...]
    notes: tuple[str, ...]
    licences: tuple[str, ...]
    figures: Mapping[str, Any]
