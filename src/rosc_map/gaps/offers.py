"""Support that is wanted, beside support of the same kind that somebody else offers."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rosc_map.gaps._rows import by_number, cover_of, in_order, plain
from rosc_map.gaps._serving import Bools, serving
from rosc_map.records import Asset, Offer, codelist, counted, day, row_dicts

__all__ = ["OffersFound", "offers"]

_ASSET_FIELDS = ("id", "name", "status", "local_authority_code", "upper_tier_code", "areas_served")
_OFFER_FIELDS = ("asset", "direction", "kind", "details", "on", "until")
_MATCH_COLUMNS = (
    "kind",
    "wanted_by",
    "wanted_by_name",
    "wanted",
    "offered_by",
    "offered_by_name",
    "offered",
    "same_authority",
)


@dataclass(frozen=True)
class OffersFound:
    """Who wants what, and who offers it.

    Attributes
    ----------
    matches
        A row a want and an offer of the same kind, in the same local authority first, then by kind and name: ``kind``,
        ``wanted_by`` (id), ``wanted_by_name``, ``wanted`` (its details), ``offered_by``, ``offered_by_name``,
        ``offered``, ``same_authority`` (whether both serve one local authority; None where that is not known).
    unmatched_wanted
        The wants without an offer: ``kind``, ``asset`` (id), ``name``, ``details``.
    unmatched_offered
        The offers that nobody has asked for, with the same columns.
    sentences
        What was found.
    cautions
        What is not counted, and what the figures do not say.

    Examples
    --------
    >>> from rosc_map.gaps import offers
    >>> from rosc_map.records import Offer
    >>> found = offers(held.others[Offer], held.assets, lookup, as_at=held.as_at)
    >>> found.matches[["wanted_by_name", "offered_by_name", "kind"]].head(1).to_dict("records")
    [{'wanted_by_name': 'Example Dorking Recovery Café', 'offered_by_name': 'Example Dorking Allotment Society',
    'kind': 'rooms'}]
    >>> len(found.unmatched_wanted)
    1
    """

    matches: pd.DataFrame
    unmatched_wanted: pd.DataFrame
    unmatched_offered: pd.DataFrame
    sentences: tuple[str, ...]
    cautions: tuple[str, ...]


def offers(rows: pd.DataFrame, assets: pd.DataFrame, lookup: pd.DataFrame, *, as_at: dt.date) -> OffersFound:
    """Match each want with the offers of the same kind by others.

    Only what active assets say counts, from the day it was said until its last day, both included. "Something else"
    is no kind, and is not matched.

    Parameters
    ----------
    rows
        Rows of ``records.Offer``; ``asset`` is an id. A row of an asset that is not among ``assets`` is passed over in
        silence: how many there are may be confidential.
    assets
        One row an asset that may be told of: ``id``, ``name``, ``status``, ``local_authority_code``,
        ``upper_tier_code``, ``areas_served``.
    lookup
        One row a local authority of the area, as ``provision`` takes it.
    as_at
        The day.

    Raises
    ------
    InputError
        When a column is missing, or there is no authority.

    Examples
    --------
    >>> from rosc_map.gaps import offers
    >>> from rosc_map.records import Offer
    >>> offers(held.others[Offer], held.assets, lookup, as_at=held.as_at).sentences[0]
    'Of 4 requests for support that hold on 22 November 2026, for 3 somebody else offers support of the same kind; for
    1 nobody does yet.'
    """
    cover = cover_of(lookup, "local")
    known = plain(assets, Asset, _ASSET_FIELDS)
    active = known[known["status"] == "active"].reset_index(drop=True)
    said = plain(rows, Offer, _OFFER_FIELDS)
    said = said[said["asset"].isin(known["id"])]
    of_active = said[said["asset"].isin(active["id"])]
    holds = [_holds(row, as_at) for row in row_dicts(of_active)]
    running = of_active[np.array(holds, dtype=bool)]
    running = running.assign(name=running["asset"].map(active.set_index("id")["name"]))
    wanted, offered = (_in_direction(running, direction) for direction in ("wanted", "offered"))
    pairs = [(i, j) for i, want in enumerate(wanted) for j, offer in enumerate(offered) if _fits(want, offer)]
    matches = _matches(wanted, offered, pairs, active["id"].tolist(), serving(active, cover, "local"))
    left_wanted = _unmatched(wanted, {i for i, _ in pairs})
    left_offered = _unmatched(offered, {j for _, j in pairs})
    return OffersFound(
        matches=matches,
        unmatched_wanted=left_wanted,
        unmatched_offered=left_offered,
        sentences=tuple(_sentences((len(wanted), len(left_wanted)), (len(offered), len(left_offered)), as_at)),
        cautions=tuple(_cautions(running, not_active=len(said) - len(of_active), over=len(of_active) - len(running))),
    )


def _holds(row: dict[str, Any], as_at: dt.date) -> bool:
    return (row["on"] is None or row["on"] <= as_at) and (row["until"] is None or as_at <= row["until"])


def _in_direction(running: pd.DataFrame, direction: str) -> list[dict[str, Any]]:
    """Return the rows of one direction, by kind and name."""
    place = in_order(codelist("offer_kind"))
    rows = row_dicts(running[running["direction"] == direction])
    return sorted(rows, key=lambda row: (place(row["kind"]), row["name"].casefold(), row["asset"], row["details"]))


def _fits(want: dict[str, Any], offer: dict[str, Any]) -> bool:
    return bool(want["kind"] == offer["kind"] != "other" and want["asset"] != offer["asset"])


def _matches(
    wanted: list[dict[str, Any]],
    offered: list[dict[str, Any]],
    pairs: list[tuple[int, int]],
    ids: list[str],
    serves: Bools,
) -> pd.DataFrame:
    """Return the pairs in words; they come by kind and name, and those of one authority go first."""
    place = {text: row for row, text in enumerate(ids)}
    found = []
    for i, j in pairs:
        want, offer = wanted[i], offered[j]
        same = _same_authority(serves[place[want["asset"]]], serves[place[offer["asset"]]])
        ends = (want["asset"], want["name"], want["details"], offer["asset"], offer["name"], offer["details"])
        found.append((want["kind"], *ends, same))
    # Not known comes after no: a place to look is better than none.
    found.sort(key=lambda row: {True: 0, False: 1, None: 2}[row[-1]])
    return pd.DataFrame(found, columns=list(_MATCH_COLUMNS), dtype=object)


def _same_authority(one: Bools, other: Bools) -> bool | None:
    """Whether both serve one local authority; None where one of them is not known to serve any."""
    return bool((one & other).any()) if one.any() and other.any() else None


def _unmatched(rows: list[dict[str, Any]], matched: set[int]) -> pd.DataFrame:
    left = [row for place, row in enumerate(rows) if place not in matched]
    return pd.DataFrame(left, columns=["kind", "asset", "name", "details"], dtype=object)


def _sentences(wanted: tuple[int, int], offered: tuple[int, int], as_at: dt.date) -> Iterator[str]:
    """Say how many wants have an offer; both come as (all, unmatched)."""
    if not any(wanted) and not any(offered):
        yield f"No support is recorded as wanted or offered on {day(as_at)}."
        return
    wants = by_number(wanted[0], "request for support", "requests for support")
    yield (
        f"Of {wants} that {'holds' if wanted[0] == 1 else 'hold'} on {day(as_at)}, for {wanted[0] - wanted[1]:,} "
        f"somebody else offers support of the same kind; for {wanted[1]:,} nobody does yet."
    )
    fit = by_number(offered[1], "fits no request", "fit no request")
    yield f"Of {counted(offered[0], 'offer')}, {fit}."


def _cautions(running: pd.DataFrame, *, not_active: int, over: int) -> Iterator[str]:
    yield "A match is a place to start a conversation, and no promise: both sides have to agree."
    other = int((running["kind"] == "other").sum())
    if other:
        rows = by_number(other, "row is", "rows are")
        yield f"{rows} of something else than the kinds listed, and not matched: read the details."
    if over:
        rows = by_number(over, "row does", "rows do")
        yield f"{rows} not hold on this day, and {'is' if over == 1 else 'are'} not counted."
    if not_active:
        rows = by_number(not_active, "row is of an asset that is", "rows are of assets that are")
        yield f"{rows} not active, and not counted."
