"""What is held of the calls of a round, as rows: which of their questions count, and which calls are still open.

Whoever rings asks for one call after another. Read from tables, as papers and results are, each would take many times
as long as its few rows need.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rosc_map.linkage import Ended, ended, may_be_tested, pairs_in_use
from rosc_map.publish.round_papers import OVER
from rosc_map.publish.view import stands_for
from rosc_map.records import Audience

__all__ = ["HeldCalls", "by_source", "call_state", "open_calls"]

Row = Mapping[str, Any]


@dataclass(frozen=True)
class HeldCalls:
    """What is held of the calls of a round, or of some of them, unfiltered. Never hand it out.

    Attributes
    ----------
    title, banner
        The partnership's name, and the sentence that every page of it has to carry, or "".
    as_at
        The day that it tells of.
    stored
        The row of ``records.Round``; what is not known is None or "".
    questions, contacts, answers
        All rows of the round; of some of its calls their questions, and what was said by and about whom they name.
    assets
        Rows of ``records.Asset`` of those that the questions name.
    """

    title: str
    banner: str
    as_at: dt.date
    stored: Row
    questions: Sequence[Row]
    contacts: Sequence[Row]
    answers: Sequence[Row]
    assets: Sequence[Row]

    @property
    def round(self) -> str:
        """The name of the round."""
        return str(self.stored["round"])

    @property
    def tries(self) -> int:
        """How many tries there are before "No answer" is the end."""
        return int(self.stored["tries"] or 3)

    @cached_property
    def counted(self) -> list[Row]:
        """The questions that count: what turned out closed is out, and its reserves are in."""
        pairs = pairs_in_use(self.questions, self.contacts, self.answers)
        return [row for row in self.questions if (row["source"], row["target"]) in pairs]

    @cached_property
    def asked(self) -> list[Row]:
        """The questions that count and may be asked: some have left or become confidential since the draw."""
        return [row for row in self.counted if self._may.issuperset((row["source"], row["target"]))]

    @cached_property
    def closed(self) -> list[Row]:
        """What services were first to be asked that were found to have closed, as far as it may be told."""
        gone = {source for source, end in self.ended.items() if end.outcome == "closed"}
        first = [row for row in self.questions if row["source"] in gone and not row["target_reserve"]]
        return [row for row in first if self._may.issuperset((row["source"], row["target"]))]

    @cached_property
    def _may(self) -> set[str]:
        return {
            row["id"] for row in self.assets if stands_for(row, Audience.INTERNAL) == "named" and may_be_tested(row)
        }

    @cached_property
    def ended(self) -> dict[str, Ended]:
        """How each contact ended."""
        return ended(self.contacts, self.answers, tries=self.tries)


def by_source(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return rows by who is rung, in their order."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["source"], []).append(row)
    return found


def call_state(told: set[str], outcome: str, *, all_answered: bool) -> str:
    """Return how a call stands: ``open``, ``call back`` or ``done``.

    Parameters
    ----------
    told
        All that was written down of how it ended.
    outcome
        What that comes to; "" for not over.
    all_answered
        Whether each of its questions has an answer.
    """
    # A no is a no, even where somebody else has written down another end: nobody rings again before it is settled.
    over = told & {"refused", "closed"} or (outcome in OVER and outcome != "answered")
    if over or all_answered:
        return "done"
    return "call back" if "call_back" in told else "open"


def open_calls(held: HeldCalls) -> tuple[str, ...]:
    """Return the ids of the services of a round whose calls are not done, in the order of the draw.

    Parameters
    ----------
    held
        What is held of the whole round; of assets, what they are and who may see them will do.
    """
    answered = {(row["source"], row["target"]) for row in held.answers}
    contacts = by_source(held.contacts)
    found = []
    for source, asked in by_source(held.asked).items():
        told = {row["contact"] for row in contacts.get(source, ())}
        outcome = held.ended[source].outcome if source in held.ended else ""
        all_answered = all((source, row["target"]) in answered for row in asked)
        if call_state(told, outcome, all_answered=all_answered) != "done":
            found.append(source)
    return tuple(found)
