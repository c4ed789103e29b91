"""What a board paper is made of, and what each of its questions is answered with."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

import pandas as pd

from rosc_map.place import area_lookup
from rosc_map.publish.gaps_basis import Basis, GapsAsked
from rosc_map.publish.gaps_partners import commissioning_part
from rosc_map.publish.gaps_types import GapsPart, GapsTable, PublishedGaps
from rosc_map.publish.network_types import PublishedNetwork
from rosc_map.publish.round_types import PublishedRound
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.view import view
from rosc_map.records import Audience, codelist, day, label

__all__ = ["Answer", "Asked", "Paper", "Step", "dated", "listed", "with_a_view", "without_none"]

_MOST_GRIDS = 2
"""So many grids of views of one framework are shown in a paper; all of them are in the gap analysis."""


@dataclass(frozen=True)
class Step:
    """A suggested next step.

    Attributes
    ----------
    words
        What somebody can do, with the figure that it comes from.
    agree
        The same as the end of "The board is asked to agree: …", or "" where it is nothing for a board to decide.
    weight
        The lowest are put to the board first: what has a day, then who has a say, then what is not known or missing.
    named
        What the board would agree to, by name, a line each.
    first
        Whether it stands in the summary, wherever it is among the steps of its question.
    """

    words: str
    agree: str = ""
    weight: int = 9
    named: tuple[str, ...] = ()
    first: bool = False


@dataclass(frozen=True)
class Answer:
    """What is said to one question; see :class:`rosc_map.publish.report_types.ReportPart`.

    Attributes
    ----------
    in_short
        Which of it goes into the summary.
    """

    sentences: tuple[str, ...]
    not_known: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    tables: tuple[GapsTable, ...] = ()
    pictures: tuple[str, ...] = ()
    in_short: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """What a paper is made of, all of it for one audience.

    Attributes
    ----------
    snapshot
        Everything that is held; it is read through the gate alone.
    gaps, network, round
        What was published; there may be no round.
    """

    snapshot: Snapshot
    gaps: PublishedGaps
    network: PublishedNetwork
    round: PublishedRound | None

    @property
    def for_partners(self) -> bool:
        """Whether it is for the partnership, and not for everybody."""
        return self.gaps.audience is not Audience.PUBLIC

    @property
    def today(self) -> str:
        """The day that it tells of, in words."""
        return day(self.gaps.as_at)

    def part(self, key: str) -> GapsPart:
        """Return a part of the gap analysis; an empty one where there is none."""
        return next((part for part in self.gaps.parts if part.key == key), GapsPart(key, "", ()))

    @cached_property
    def funding(self) -> GapsPart:
        """How assets of all types are commissioned; an empty part for the public, and where nothing is recorded.

        The gap analysis tells of one type; the guidance's fifth question is about all that supports recovery.
        """
        found, audience = self.gaps, self.gaps.audience
        lookup = area_lookup(list(self.snapshot.areas))
        asked = GapsAsked(tier=found.tier, asset_type=found.asset_type)
        basis = Basis(self.snapshot, audience, asked, view(self.snapshot, audience), found.published, lookup)
        part = commissioning_part(basis, None) if self.for_partners else None
        return part or GapsPart("commissioning", "", ())

    def tables(self, part: str, *keys: str) -> tuple[GapsTable, ...]:
        """Return tables of a part of the gap analysis, in the order of the keys, as far as they are there."""
        held = {table.key: table for table in self.part(part).tables}
        return tuple(held[key] for key in keys if key in held)

    def table(self, part: str, key: str) -> GapsTable | None:
        """Return one table of a part of the gap analysis; None where it is not there or has no row."""
        found = self.tables(part, key)
        return found[0] if found and len(found[0].table) else None

    def said(self, part: str) -> tuple[str, ...]:
        """Return the sentences of a part of the gap analysis, each with its day."""
        return self.on_the_day(map(without_none, self.part(part).sentences))

    def cautions(self, part: str) -> tuple[str, ...]:
        """Return what is not known of a part of the gap analysis, each with its day."""
        return self.on_the_day(self.part(part).cautions)

    def on_the_day(self, sentences: Iterable[str]) -> tuple[str, ...]:
        """Return sentences with the day that they tell of, where they have a figure and no day."""
        return tuple(dated(sentence, self.today) for sentence in sentences)

    def views(self, framework: str) -> tuple[GapsTable, ...]:
        """Return the grids of views on a framework that a paper shows: the first of them."""
        return self.all_views(framework)[:_MOST_GRIDS]

    def all_views(self, framework: str) -> tuple[GapsTable, ...]:
        """Return all grids of views on a framework: a row an item, a column a group, side by side."""
        items = list(codelist(framework))
        grids = [table for table in self.part("reviews").tables if table.key.startswith("views-")]
        return tuple(table for table in grids if list(table.table["item"]) == items)

    def views_said(self, framework: str) -> tuple[str, ...]:
        """Say of each grid that is shown what was looked at, who gave views and when, and where they differ."""
        return tuple(f"{grid.title}. {_of_the_grid(grid)}" for grid in self.views(framework))

    def views_left_out(self, framework: str) -> tuple[str, ...]:
        """Say how many grids are not shown."""
        grids = len(self.all_views(framework))
        if grids <= _MOST_GRIDS:
            return ()
        shown = f"{_MOST_GRIDS} of {grids:,} grids of views ({self.today})"
        return (f"{label('review_framework', framework)}: {shown} are shown here; all are in the gap analysis.",)


Asked = Callable[[Paper], Answer]
"""What answers a question."""

_YEAR = re.compile(r"\b(19|20)\d\d\b")
_FIGURE = re.compile(r"(?<!guidance part )\d")  # a part of the guidance is no figure
_OF_NONE = re.compile(r"; (0 (surveyed without (one|it|at least one)|not surveyed)|of 0 it is not known)(?=[;.])")
_SENTENCE_END = re.compile(r"(\))?\.(?= [A-Z]|$)")


def dated(sentence: str, when: str) -> str:
    """Return a sentence with a day in its first full stop's brackets, where it has a figure and no year.

    Examples
    --------
    >>> dated("8 of 11 are served. Look again.", "1 March 2026")
    '8 of 11 are served (1 March 2026). Look again.'
    >>> dated("8 of 11 are served (73 %).", "1 March 2026")
    '8 of 11 are served (73 %; 1 March 2026).'
    """
    if not when or _YEAR.search(sentence) or not _FIGURE.search(sentence):
        return sentence
    return _SENTENCE_END.sub(lambda end: f"; {when})." if end[1] else f" ({when}).", sentence, count=1)


def without_none(sentence: str) -> str:
    """Return a sentence of three statuses without those that no authority has: in a paper each word takes room.

    Examples
    --------
    >>> without_none("1 of 1 authority served; 0 surveyed without it; 0 not surveyed.")
    '1 of 1 authority served.'
    """
    return _OF_NONE.sub("", sentence)


def listed(names: Iterable[str], most: int = 6) -> str:
    """Return names as a list in a sentence: a, b and c; or a, b and 3 more."""
    *first, last = names
    if len(first) >= most:
        rest = len(first) + 1 - most
        return f"{', '.join(first[:most])} and {rest:,} more"
    return f"{', '.join(first)} and {last}" if first else last


def _of_the_grid(grid: GapsTable) -> str:
    """Return what a grid's notes say of it; how to read it stands under the table."""
    return " ".join(takewhile(lambda note: not note.startswith("The views stand"), grid.notes))


def with_a_view(grid: GapsTable) -> pd.DataFrame:
    """Return for each item and group of a grid of views whether a view is recorded, shape (items, groups)."""
    groups = [code for code in codelist("group_asked") if code in grid.table]
    answers = [answer.label for answer in codelist("review_answer").values()]
    return grid.table[groups].isin(answers)
