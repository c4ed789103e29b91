"""Who is meant by a row of an answers sheet, and whether the round asks them (METHODS §1)."""

import datetime as dt
import difflib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from rosc_map.errors import RowProblem
from rosc_map.linkage.contacts import as_day
from rosc_map.linkage.in_use import place_in_line
from rosc_map.linkage.sheet import CONFIRMED_WITHIN, cell_text
from rosc_map.records import squash

__all__ = ["Names"]

# Looking for near names takes a moment each; whoever hands in the wrong file gets enough hints from the first ones.
_MOST_HINTS = 200
_RESERVE = "is a reserve, and is only asked when a service drawn before it has closed."
_WAIT = "Take this row out, or first record what has closed."


class Names:
    """Which assets there are, and which of them the round asks, about whom, and by now.

    Parameters
    ----------
    problems
        Where everything is noted that is wrong with a name.
    questions, assets, in_use
        As for :func:`rosc_map.linkage.answers.read_answer_rows`.
    rung
        The ids of which a contact was recorded before: they are no reserves any more.
    """

    def __init__(
        self,
        problems: list[RowProblem],
        questions: Sequence[Mapping[str, Any]],
        assets: Iterable[Mapping[str, Any]],
        in_use: Collection[tuple[str, str]] | None,
        *,
        rung: set[str],
    ) -> None:
        self._problems = problems
        self._pairs = {(row["source"], row["target"]) for row in questions}
        self._sources = {source for source, _ in self._pairs}
        self._asked_about = {target for _, target in self._pairs}
        self._waiting_sources, self._waiting_pairs = _waiting(questions, in_use, rung)
        self._names: dict[str, list[str]] = defaultdict(list)
        self._name_of: dict[str, str] = {}
        self._confirmed: dict[str, dt.date | None] = {}
        for row in assets:
            identifier, name = str(row["id"]), row["name"]
            self._names[squash(str(name))].append(identifier)
            self._name_of[identifier] = cell_text(name)
            self._confirmed[identifier] = as_day(row.get("verified_on"))
        self._shown = {name.casefold(): name for name in self._name_of.values()}
        self._hints: dict[str, str] = {}

    def name(self, identifier: str) -> str:
        """Return the name of an asset."""
        return self._name_of[identifier]

    def was_confirmed(self, identifier: str, on: dt.date | None) -> bool:
        """Whether the record of an asset was confirmed in the half-year before a day; not where no day is known."""
        confirmed = self._confirmed[identifier]
        return on is not None and confirmed is not None and dt.timedelta(0) <= on - confirmed <= CONFIRMED_WITHIN

    def source(self, number: int, value: str, contact: str) -> str:
        """Return the id of who was asked; "" where there is a problem."""
        found = self.asset(number, "source", value)
        # That a service has closed may be said of whoever is in the round: it is out of scope then.
        if not found or (contact == "closed" and (found in self._sources or found in self._asked_about)):
            return found
        if found not in self._sources:
            self._problem(
                number, "source", value, "was not asked in this round.", "Check that this is the sheet of this round."
            )
            return ""
        if found in self._waiting_sources:
            self._problem(number, "source", value, _RESERVE, _WAIT)
            return ""
        return found

    def is_asked(self, number: int, source: str, target: str, value: str) -> bool:
        """Whether a source is asked about a target; if not, note the problem."""
        if (source, target) not in self._pairs:
            self._problem(
                number,
                "target",
                value,
                "is not what this service was asked about in this round.",
                "Check the row against the sheet; only the questions drawn count.",
            )
            return False
        if (source, target) in self._waiting_pairs:
            self._problem(number, "target", value, _RESERVE, _WAIT)
            return False
        return True

    def asset(self, number: int, column: str, value: str) -> str:
        """Return the id for an id or a name; "" where there is a problem."""
        if value in self._name_of:
            return value
        same = self._names.get(squash(value), []) if value else []
        if len(same) == 1:
            return same[0]
        if not value:
            self._problem(number, column, value, "is missing.", "Write the id or the name, as it stands on the sheet.")
        elif same:
            ids = ", ".join(sorted(same))
            self._problem(number, column, value, f"is the name of {len(same)} assets.", f"Write the id instead: {ids}.")
        else:
            self._problem(number, column, value, "is not an asset that we know.", self._hint(value))
        return ""

    def _problem(self, number: int, column: str, value: str, why: str, what_to_do: str) -> None:
        self._problems.append(RowProblem(number, column, value, why, what_to_do))

    def _hint(self, value: str) -> str:
        if value not in self._hints and len(self._hints) < _MOST_HINTS:
            near = difflib.get_close_matches(value.casefold(), self._shown, n=3, cutoff=0.6)
            near_ids = [] if near else difflib.get_close_matches(value, self._name_of, n=1, cutoff=0.8)
            names = " or ".join(f"“{name}”" for name in [self._shown[name] for name in near] + near_ids)
            self._hints[value] = f"Did you mean {names}? " if names else ""
        return self._hints.get(value, "") + "Write the id or the name, as it stands on the sheet."


def _waiting(
    questions: Iterable[Mapping[str, Any]], in_use: Collection[tuple[str, str]] | None, rung: set[str]
) -> tuple[set[str], set[tuple[str, str]]]:
    """Return the reserve contacts and the reserve questions that may not be asked yet."""
    if in_use is None:
        return set(), set()
    sources, pairs = set(), set()
    for row in questions:
        if place_in_line(row, "source_reserve"):
            sources.add(row["source"])
        if place_in_line(row, "target_reserve"):
            pairs.add((row["source"], row["target"]))
    return sources - {source for source, _ in in_use} - rung, pairs.difference(in_use)
