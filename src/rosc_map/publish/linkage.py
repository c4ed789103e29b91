"""The area's figures of a linkage round: what may be said of it outside the room where it was made (METHODS §1)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from rosc_map.errors import UnknownName
from rosc_map.linkage import LinkageEstimate, Share, answered_questions, estimate, in_use, tested_links
from rosc_map.linkage.contacts import days
from rosc_map.publish.published import LinkageFigures
from rosc_map.publish.snapshot import Snapshot
from rosc_map.records import Audience, counted, day, row_dicts, squash

__all__ = [
    "DAYS_TO_REPLY",
    "FEWEST_ORGANISATIONS",
    "RoundRows",
    "estimate_round",
    "figures_table",
    "linkage_figures",
    "no_such_round",
    "organisations",
    "round_rows",
    "why_not_shown",
    "with_tested_links",
]

FEWEST_ORGANISATIONS = 5
"""Outside internal, no figure of a round is shown until so many organisations have answered."""

DAYS_TO_REPLY = dt.timedelta(days=14)
"""Each organisation sees its own result first, and has so long to reply before others see anything."""

_LINKED = {
    1: "at least knew of it",
    2: "could say what it is, where and when",
    3: "could say how to get in",
    4: "would help actively",
}
_COLUMNS = ["label", "estimate", "low", "high", "of"]


@dataclass(frozen=True)
class RoundRows:
    """What is stored of one round, and what of it counts: what turned out closed is out, and its reserves are in.

    Attributes
    ----------
    name, stored
        The round, and its row of ``records.Round``; None for what is not known.
    all_questions
        All that were drawn, reserves included.
    contacts, all_answers
        What was recorded.
    """

    name: str
    stored: dict[str, Any]
    all_questions: pd.DataFrame
    contacts: pd.DataFrame
    all_answers: pd.DataFrame

    @cached_property
    def questions(self) -> pd.DataFrame:
        """The questions that count."""
        return in_use(self.all_questions, self.contacts, self.all_answers).reset_index(drop=True)

    @cached_property
    def answers(self) -> pd.DataFrame:
        """The answers to the questions that count."""
        counted = set(zip(self.questions["source"], self.questions["target"], strict=True))
        pairs = zip(self.all_answers["source"], self.all_answers["target"], strict=True)
        kept = np.array([pair in counted for pair in pairs], dtype=bool)
        return self.all_answers.loc[pd.Series(kept, index=self.all_answers.index)].reset_index(drop=True)

    @property
    def threshold(self) -> int:
        """The level from which a pair is linked."""
        return int(self.stored["threshold"] or 2)

    @property
    def tries(self) -> int:
        """How many tries there are before "No answer" is the end."""
        return int(self.stored["tries"] or 3)

    @property
    def design(self) -> str:
        """How it was drawn."""
        return str(self.stored["design"])

    @property
    def frame_size(self) -> int:
        """How many contacts could be drawn."""
        return int(self.stored["frame_size"])

    @property
    def frame(self) -> set[str]:
        """The ids of all that could be drawn, and be asked about."""
        return {*(self.stored["frame"] or ()), *self.all_questions["source"], *self.all_questions["target"]}

    @property
    def drawn_on(self) -> dt.date | None:
        """The day of the draw."""
        return self.stored["drawn_on"] or None

    @property
    def announced_on(self) -> dt.date | None:
        """The day of the letter that told organisations of the round; None where none is recorded."""
        return self.stored["announced_on"] or None

    @cached_property
    def called(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last day of the calls, as far as they were written down; None where none was."""
        # Who is only asked about may be found closed without any call.
        rung = self.contacts[self.contacts["source"].isin(self.all_questions["source"])]
        tried = [_day_of_try(each) for tries in rung["tries"] for each in tries or ()]
        known = [on for on in (*days(self.all_answers), *days(rung), *tried) if on]
        return (min(known), max(known)) if known else None

    @property
    def when_called(self) -> str:
        """When the calls were made, in words without a full stop: "Called 3 to 20 November 2026"; "" if unknown."""
        return f"Called {_from_to(*self.called)}" if self.called else ""

    @property
    def shown_from(self) -> dt.date | None:
        """The day from which others may see the figures; None until each organisation was given its own."""
        given = self.stored["feedback_on"]
        return given + DAYS_TO_REPLY if given else None


def _day_of_try(when: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(when[:10])
    except ValueError:
        return None


def _from_to(first: dt.date, last: dt.date) -> str:
    """Return the days from one to another, without saying a month or year twice: 3 to 20 November 2026."""
    if first == last:
        return f"on {day(last)}"
    start = day(first)
    if first.year == last.year:
        start = str(first.day) if first.month == last.month else start.removesuffix(f" {first.year}")
    return f"{start} to {day(last)}"


def round_rows(snapshot: Snapshot, name: str) -> RoundRows:
    """Return what is stored of a round.

    Raises
    ------
    UnknownName
        When there is none of that name.
    """
    wanted = name.strip().casefold()
    found = next((row for row in row_dicts(snapshot.rounds) if str(row["round"]).casefold() == wanted), None)
    if found is None:
        raise no_such_round(name, snapshot.rounds["round"])
    # A list is no gap, whatever is in it.
    stored = {key: None if pd.api.types.is_scalar(value) and pd.isna(value) else value for key, value in found.items()}

    def rows(table: pd.DataFrame) -> pd.DataFrame:
        return table[table["round"] == str(stored["round"])].reset_index(drop=True)

    tables = (rows(table) for table in (snapshot.questions, snapshot.contacts, snapshot.answers))
    return RoundRows(str(stored["round"]), stored, *tables)


def no_such_round(name: str, known: Iterable[str]) -> UnknownName:
    """Return what to say where there is no round of that name."""
    have = ", ".join(known) or "none yet: draw one first"
    return UnknownName(f"There is no round {name!r}. Rounds in this file: {have}.")


def estimate_round(snapshot: Snapshot, name: str, *, threshold: int | None = None) -> LinkageEstimate:
    """Estimate one round from its stored questions, contacts and answers, at its own threshold or another."""
    held = round_rows(snapshot, name)
    return estimate(
        held.all_questions,
        held.all_answers,
        held.contacts,
        frame_size=held.frame_size,
        threshold=held.threshold if threshold is None else threshold,
        tries=held.tries,
        design=held.design,
    )


def why_not_shown(snapshot: Snapshot, name: str, audience: Audience) -> str:
    """Say why an audience may not see the figures of a round yet; "" where it may.

    Outside internal there are none until each organisation was given its own result and had 14 days to reply, and until
    enough organisations have answered: the result of two or three would be their own, and would tell who did not take
    part (METHODS §1, Conduct).
    """
    if audience is Audience.INTERNAL:
        return ""
    held = round_rows(snapshot, name)
    if held.shown_from is None:
        return "Each organisation sees its own result first. That is still to be done, so there are no figures to show."
    if snapshot.as_at < held.shown_from:
        return f"Each organisation sees its own result first. The figures can be shown from {day(held.shown_from)}."
    asked = answered_questions(held.questions, held.answers)
    answered = asked.loc[asked["level_number"].notna(), "source"]
    if organisations(answered, snapshot.assets).nunique() < FEWEST_ORGANISATIONS:
        return f"Fewer than {FEWEST_ORGANISATIONS} organisations have answered, so there are no figures to show."
    return ""


def organisations(ids: "pd.Series[str]", assets: pd.DataFrame) -> "pd.Series[str]":
    """Return who runs each of some assets, as it is compared; one that names nobody, or has gone, is its own.

    Whatever names the same organisation is one here, so that no figure is shown of too few. Who reads whose answers is
    another matter, and needs more than a name: see :mod:`rosc_map.publish.own_pages`.
    """
    running = assets["organisation"].where(assets["organisation"] != "", assets["name"]).map(squash)
    return ids.map(dict(zip(assets["id"], running, strict=True))).fillna(ids)


def linkage_figures(snapshot: Snapshot, audience: Audience) -> LinkageFigures | None:
    """Return the area's figures of the newest round that the audience may see, or why there are none; or None."""
    answered = set(snapshot.answers["round"])
    names = [name for name in snapshot.rounds["round"] if name in answered]
    if not names:
        return None
    # The newest first, and no farther than to the first that may be shown: who has answered takes time to count.
    shown = next((name for name in reversed(names) if not why_not_shown(snapshot, name, audience)), None)
    if shown is None:
        told = (why_not_shown(snapshot, names[-1], audience), _when(snapshot, names[-1]))
        return LinkageFigures(round=names[-1], sentences=told, figures=pd.DataFrame(columns=_COLUMNS))
    result = estimate_round(snapshot, shown)
    sentences = (*result.sentences, _when(snapshot, shown))
    return LinkageFigures(round=shown, sentences=sentences, figures=figures_table(result))


def _when(snapshot: Snapshot, name: str) -> str:
    held = round_rows(snapshot, name)
    drawn = f", drawn on {day(held.drawn_on)}" if held.drawn_on else ""
    return f"Round {name}{drawn}. {held.when_called + '.' if held.called else ''}".strip()


def figures_table(result: LinkageEstimate) -> pd.DataFrame:
    """Return the shares of a round with their intervals, a row each: ``label, estimate, low, high, of``."""
    shares = (
        (f"Linked: {_LINKED[result.threshold]}", result.answered),
        ("Referral-linked: could say how to get in", result.referral),
        ("As a caller would meet it", result.as_caller),
    )

    def put(share: Share) -> str:
        return f"{counted(share.questions, 'question')} put to {counted(share.sources, 'service')}"

    rows = [(words, share.estimate, share.low, share.high, put(share)) for words, share in shares]
    words = "If no question without an answer had found a link, or all had"
    rows.append((words, None, result.bounds.low, result.bounds.high, "all questions drawn, closed services left out"))
    rows.append(
        ("Services that answered", result.contact_rate, None, None, f"{counted(result.contacted, 'service')} contacted")
    )
    return pd.DataFrame(rows, columns=_COLUMNS)


def with_tested_links(snapshot: Snapshot) -> pd.DataFrame:
    """Return the referrals, and what each round found: ``tested``, linked or not found in this test. Internal only.

    A pair that was not asked about, or whose answer is not settled, is in none of them. What was recorded by hand of
    the same pair and round stands as it is.
    """
    recorded = snapshot.referrals
    by_hand = recorded[recorded["evidence"] == "tested"]
    known = set(zip(by_hand["from_asset"], by_hand["to_asset"], by_hand["period"], strict=True))
    tables = [recorded]
    for name in dict.fromkeys(snapshot.answers["round"]):
        held = round_rows(snapshot, name)
        found = tested_links(held.questions, held.answers, threshold=held.threshold)
        new = [(a, b, held.name) not in known for a, b in zip(found["from_asset"], found["to_asset"], strict=True)]
        told = found[pd.Series(new, index=found.index, dtype=bool)]
        tables.append(told.assign(evidence="tested", period=held.name, kind="", count=None))
    return pd.concat(tables, ignore_index=True)[list(recorded.columns)] if len(tables) > 1 else recorded
