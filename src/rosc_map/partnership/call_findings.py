"""What the calls of a linkage test say about the records: wrong numbers, closed doors, phones that nobody answers.

Only the contact is told of, and never what was said, nor who preferred not to take part: the list is carried around.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from rosc_map.linkage import contact_keys, outcomes
from rosc_map.partnership.checks import Finding, last_looked_at
from rosc_map.publish import Snapshot, round_rows
from rosc_map.records import day, row_dicts

__all__ = ["call_findings"]

_REACHED = ("answered", "refused", "call_back")
_SAID = {
    "wrong_number": (
        "Its telephone number or e-mail address did not work",
        "Find the right one and write it in, with the day in verified_on.",
    ),
    "closed": (
        "It was found closed, or no longer what it was",
        "Make sure, and set status to closed. One report alone closes nothing.",
    ),
    "no_answer": (
        "Nobody answered",
        "Are its number and its times right? Write the day on which you know into verified_on.",
    ),
}


def call_findings(snapshot: Snapshot) -> list[Finding]:
    """Return what the newest call of each contact says, where nobody has checked the record since.

    A contact stands for all assets that share its telephone number or e-mail address.
    """
    by_key: dict[str, list[dict[str, Any]]] = {}
    assets = {row["id"]: row for row in row_dicts(snapshot.assets)}
    for asset in assets.values():
        if asset["listing"] != "declined" and asset["status"] != "closed":
            for key in contact_keys(asset["phone"], asset["email"]):
                by_key.setdefault(key, []).append(asset)
    found = []
    for source, (outcome, on, name) in _newest(snapshot).items():
        rung = assets.get(source)
        keys = contact_keys(rung["phone"], rung["email"]) if rung else ()
        sharing = {asset["id"]: asset for key in keys for asset in by_key.get(key, [])}
        # A closed door is one service's; a number is everybody's who shares it.
        concerned = [asset for asset in sharing.values() if outcome != "closed" or asset["id"] == source]
        found += [finding for asset in concerned for finding in _say(asset, outcome, on, name)]
    return found


def _newest(snapshot: Snapshot) -> dict[str, tuple[str, dt.date, str]]:
    """Return how the last contact with each source ended, on which day and in which round."""
    last: dict[str, tuple[str, dt.date, str]] = {}
    for name in dict.fromkeys(snapshot.contacts["round"]):
        held = round_rows(snapshot, name)
        for row in row_dicts(outcomes(held.contacts, held.all_answers, tries=held.tries)):
            # Of what two people say differently nothing is known yet.
            outcome = row["outcome"] or ("no_answer" if row["tried"] and not row["unsettled"] else "")
            if outcome and row["on"] and (row["source"] not in last or row["on"] >= last[row["source"]][1]):
                last[row["source"]] = (outcome, row["on"], held.name)
    return last


def _say(asset: Mapping[str, Any], outcome: str, on: dt.date, name: str) -> Iterator[Finding]:
    looked_at = last_looked_at(asset)
    if looked_at and looked_at >= on:
        return
    when = f"on {day(on)} (linkage test {name})"
    if outcome in _REACHED:
        # Whether they answered the questions is theirs to tell.
        what, what_to_do = f"Somebody was reached there {when}", "The contact works; check the rest of the record."
    else:
        what, what_to_do = _SAID[outcome][0] + f" {when}", _SAID[outcome][1]
    yield Finding("calls", asset["id"], asset["name"], f"{what}.", what_to_do, "phone")
