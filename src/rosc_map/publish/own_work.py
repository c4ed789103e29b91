"""What came of somebody's work: what they recorded, and what the partnership did with it. For them alone.

Whatever they recorded, they read of it now what partners may read: a place may have become confidential since.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rosc_map.publish import published as gate
from rosc_map.publish.linkage import linkage_figures
from rosc_map.publish.publish import shown_asset
from rosc_map.publish.published import Gated
from rosc_map.publish.records import shown_rows
from rosc_map.publish.redact import Redactor
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.view import plain_id, standing
from rosc_map.records import Action, Audience, row_dicts

__all__ = ["DoneAction", "OwnAsset", "PublishedWork", "own_work"]


@dataclass(frozen=True)
class OwnAsset:
    """An asset that somebody recorded: its ``id`` and ``name``, and ``became``, sentences that say what came of it."""

    id: str
    name: str
    became: tuple[str, ...]


@dataclass(frozen=True)
class DoneAction:
    """What was heard (``told_us``), ``what`` was to be done, what came of it (``together_we_did``) and the day."""

    told_us: str
    what: str
    together_we_did: str
    done_on: dt.date


@dataclass(frozen=True)
class PublishedWork(Gated):
    """What came of one person's work.

    Attributes
    ----------
    as_at
        The day that it tells of.
    assets
        What they recorded, as far as partners may see it, the newest first.
    closed
        How many more of theirs have closed.
    not_shown
        How many more are not shown: confidential, or their organisation did not want to be listed or named.
    checks, calls, answers
        How many records they checked or put right, services they rang and answers they wrote down.
    linkage
        The newest sentences of a linkage test that partners may see; empty where there was none.
    actions
        What was done since, the newest first.
    """

    as_at: dt.date
    assets: tuple[OwnAsset, ...]
    closed: int
    not_shown: int
    checks: int
    calls: int
    answers: int
    linkage: tuple[str, ...]
    actions: tuple[DoneAction, ...]


def own_work(
    snapshot: Snapshot,
    own: pd.DataFrame,
    *,
    confirmed: Collection[str],
    checks: int,
    calls: int,
    answers: int,
) -> PublishedWork:
    """Return what came of one person's work.

    Parameters
    ----------
    snapshot
        The rounds, and the assets that they name; where an action is done, also all that keep anything from partners.
    own
        The assets that the person recorded, the oldest first.
    confirmed
        The ids of those that somebody else has confirmed since.
    checks, calls, answers
        How many records they checked, services they rang and answers they wrote down.
    """
    running = own.assign(status=own["status"].where(own["status"] != "closed", "active"))
    for_partners, for_all = standing(running, Audience.PARTNERS), standing(running, Audience.PUBLIC)
    named = (for_partners == "named") & (own["status"] != "closed")
    closed = (for_partners == "named") & (own["status"] == "closed")
    figures = linkage_figures(snapshot, Audience.PARTNERS)
    shown = [
        _own_asset(row, to_all=part == "named", confirmed=row["id"] in confirmed)
        for row, part in zip(row_dicts(own[named]), for_all[named], strict=True)
    ]
    return PublishedWork(
        as_at=snapshot.as_at,
        assets=tuple(reversed(shown)),
        closed=int(closed.sum()),
        not_shown=len(own) - len(shown) - int(closed.sum()),
        checks=checks,
        calls=calls,
        answers=answers,
        linkage=tuple(sentence for sentence in figures.sentences if sentence) if figures else (),
        actions=_done(snapshot),
        gate=gate._GATE,
    )


def _own_asset(row: dict[str, Any], *, to_all: bool, confirmed: bool) -> OwnAsset:
    shown = shown_asset(row, internal=False)
    # A name is cleaned of the asset's own place alone, whatever else there is: see Redactor.
    clean = Redactor(pd.DataFrame([shown]), pd.DataFrame(columns=list(row))).clean_asset(shown)
    if to_all:
        became = ["It is on the map for everybody."]
    elif row["listing"] == "not_asked":
        became = ["It has not been asked yet whether it may be listed. Until then only partners see its name."]
    else:
        became = ["Partners see it. The map for everybody counts it without its name."]
    if row["status"] == "not_confirmed":
        became.append("We are making sure that it is still there.")
    elif row["status"] == "paused":
        became.append("It is having a break.")
    if confirmed:
        became.append("Somebody else has checked it since, and it was right.")
    return OwnAsset(plain_id(row["id"]), str(clean["name"]), tuple(became))


def _done(snapshot: Snapshot) -> tuple[DoneAction, ...]:
    actions = snapshot.others[Action]
    done = actions[actions["done_on"].notna()]
    rows = row_dicts(shown_rows(snapshot, Action, Audience.PARTNERS, done))
    rows.sort(key=lambda row: row["done_on"], reverse=True)
    return tuple(DoneAction(row["told_us"], row["what"], row["together_we_did"], row["done_on"]) for row in rows)
