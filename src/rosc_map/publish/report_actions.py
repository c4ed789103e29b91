"""The log of actions that closes a board paper: you told us, together we did."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from rosc_map.publish.gaps_types import GapsTable
from rosc_map.publish.records import shown_rows
from rosc_map.publish.report_basis import Paper
from rosc_map.records import Action, counted, day, row_dicts

__all__ = ["actions_of"]

_NOT_HERE = "The actions are in the partnership's own paper, not in this one."
_HEADS = {
    "what": "What", "told_us": "You told us", "owner": "Who does it", "by": "By", "done_on": "Done on",
    "state": "How it stands", "together_we_did": "Together we did",
}  # fmt: skip


def actions_of(paper: Paper) -> tuple[GapsTable | None, str]:
    """Return the table of the actions that the audience may see, or None, and a sentence about them.

    The open ones stand first, by the day that was agreed; one past its day is "still to do", and nobody's fault.
    """
    if not paper.for_partners:
        return None, _NOT_HERE
    rows = row_dicts(shown_rows(paper.snapshot, Action, paper.gaps.audience))
    if not rows:
        return None, f"No action is recorded yet ({paper.today}): write down what was heard, and who does what by when."
    today = paper.gaps.as_at
    rows.sort(key=lambda row: (row["done_on"] is not None, row["by"] or dt.date.max, row["what"]))
    table = pd.DataFrame(rows, dtype=object).assign(
        state=[_state(row, today) for row in rows], done_on=[row["done_on"] or "not yet" for row in rows]
    )
    return GapsTable("actions", "You told us, together we did", table[list(_HEADS)], _HEADS), _said(paper, rows)


def _state(row: Mapping[str, Any], today: dt.date) -> str:
    if row["done_on"]:
        return f"done on {day(row['done_on'])}"
    if row["by"] is None:
        return "to do"
    return f"still to do, was due {day(row['by'])}" if row["by"] < today else f"to do by {day(row['by'])}"


def _said(paper: Paper, rows: list[dict[str, Any]]) -> str:
    done = sum(row["done_on"] is not None for row in rows)
    late = sum(row["done_on"] is None and row["by"] is not None and row["by"] < paper.gaps.as_at for row in rows)
    due = f", of which {late:,} {'was' if late == 1 else 'were'} due before" if late else ""
    are = "is" if done == 1 else "are"
    return (
        f"Of {counted(len(rows), 'action')}, {done:,} {are} done and {len(rows) - done:,} to do{due} ({paper.today})."
    )
