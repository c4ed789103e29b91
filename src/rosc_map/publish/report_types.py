"""The type of a board paper that has passed the gate: the guidance's five questions, answered for one audience."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from rosc_map.publish.gaps_types import GapsTable, MapLayer, PublishedGaps
from rosc_map.publish.network_types import PublishedNetwork
from rosc_map.publish.published import Gated
from rosc_map.publish.round_types import PublishedRound
from rosc_map.records import Audience

__all__ = ["PAPERS", "PublishedReport", "ReportPart"]

PAPERS = {
    "board": "The board paper: the guidance's five questions",
    "linkage": "One page: are the links real?",
    "coverage": "One page: what is there, and what ends soon?",
}
"""The kinds of paper, and what each is."""


@dataclass(frozen=True)
class ReportPart:
    """One question of a paper.

    Attributes
    ----------
    key
        ``partners``, ``mapping``, ``commissioning``, ``safe_and_effective`` or ``funding_and_growth`` (the codes of the
        list ``five_questions``).
    heading
        Its heading: "2 Asset mapping".
    question
        The guidance's own question.
    sentences
        What was found, the weightiest first, each with its denominator and its date.
    not_known
        What is not known, and what the figures do not say; may be empty.
    steps
        Suggested next steps, each taken from a finding; may be empty.
    tables
        The figures; may be empty.
    pictures
        Which pictures belong to it, by key, in their order: the key of a layer of the map (``provision``, ``reach``,
        ``need_provision``, ``freshness``, ``handoffs``), or ``six_types``, ``handoff_chart``, ``diagram``,
        ``linkage``, ``linkage_types``. One with nothing to draw is left out by whoever draws.
    in_short
        Its weightiest sentences, which stand in the summary.
    first_steps
        Those of its steps that stand in the summary.
    """

    key: str
    heading: str
    question: str
    sentences: tuple[str, ...]
    not_known: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    tables: tuple[GapsTable, ...] = ()
    pictures: tuple[str, ...] = ()
    in_short: tuple[str, ...] = ()
    first_steps: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PublishedReport(Gated):
    """A board paper, or one page, as one audience may see it.

    Attributes
    ----------
    kind
        One of ``PAPERS``.
    gaps, network, round
        What its pictures and figures are drawn from, as the same audience may see it; there may be no round.
    in_short
        The summary: a few sentences, in the order of the questions.
    decision
        What the board is asked to agree, as the ends of one sentence: "to offer …". Suggestions to edit.
    named
        What a decision is about, by its words, a line each: whom to introduce, what ends and when. May be empty.
    blanks
        What the partnership fills in itself, by its label, and what belongs there: owner, date, lived experience
        co-author.
    parts
        The questions, in their order; one-page papers have one or two.
    not_known
        The weightiest of what is not known, for the summary.
    actions
        "You told us, together we did", or None where nothing is recorded or the audience may not see it.
    actions_said
        A sentence about the actions, with how many are done; or why there are none.
    method, limits
        How it was worked out, and what it cannot say, a sentence each.
    licences
        Where the data is from, a line each.
    links
        Pages to read beside it, by their words: only https addresses of the guidance's own sources.
    layers
        Ways to colour the map that its pictures need, beside those of ``gaps``; may be empty.
    """

    kind: str
    gaps: PublishedGaps
    network: PublishedNetwork
    round: PublishedRound | None
    in_short: tuple[str, ...]
    decision: tuple[str, ...]
    named: Mapping[str, tuple[str, ...]]
    blanks: Mapping[str, str]
    parts: tuple[ReportPart, ...]
    not_known: tuple[str, ...]
    actions: GapsTable | None
    actions_said: str
    method: tuple[str, ...]
    limits: tuple[str, ...]
    licences: tuple[str, ...]
    links: Mapping[str, str]
    layers: tuple[MapLayer, ...] = ()

    @property
    def audience(self) -> Audience:
        """Who it is for."""
        return self.gaps.audience

    @property
    def title(self) -> str:
        """The name of the partnership or area."""
        return self.gaps.title

    @property
    def as_at(self) -> dt.date:
        """The day that it tells of."""
        return self.gaps.as_at

    @property
    def banner(self) -> str:
        """A sentence that has to stand at the top of every page of it, or ""."""
        return self.gaps.banner

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that have to stand beside the figures: what is not shown, and why."""
        return self.gaps.notes
