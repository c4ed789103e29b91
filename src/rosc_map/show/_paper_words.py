"""What every form of a paper says alike, on a page and in a document to edit: its title, its steps, its findings."""

import re
from collections.abc import Iterable, Sequence

from rosc_map.publish.report_types import PublishedReport, ReportPart
from rosc_map.records import day
from rosc_map.show._words import AUDIENCES

__all__ = ["ASKED", "FILE_NAMES", "findings", "made", "named", "not_known", "only_once", "short", "steps", "title"]

FILE_NAMES = {"board": "board-paper", "linkage": "linkage", "coverage": "coverage"}
"""The files of each kind of paper, without their endings: they tell nothing of whom it is about."""

_TITLES = {"board": "Board paper:", "linkage": "Are the links real?", "coverage": "What is there, and what ends soon?"}

ASKED = "The board is asked to agree:"
"""What stands before the points of a decision, once."""


def title(shown: PublishedReport) -> str:
    """Return the title of a paper, with the name of the partnership."""
    return f"{_TITLES[shown.kind]} {shown.title}"


def made(shown: PublishedReport) -> str:
    """Return the line that says as at when it is, and for whom."""
    return f"All as at {day(shown.as_at)} unless another date is said. Made for {AUDIENCES[shown.audience]}."


def short(shown: PublishedReport, sentences: Iterable[str]) -> list[str]:
    """Return sentences without the day of the paper in brackets: :func:`made` says it once for all of them."""
    today = re.escape(day(shown.as_at))
    return [re.sub(rf" \({today}\)|[;,] {today}(?=\))|(?<=\(){today}; ", "", sentence) for sentence in sentences]


def named(shown: PublishedReport) -> list[tuple[str, Sequence[str]]]:
    """Return what the board is asked to agree, each with what it is about by name."""
    return [
        (line, shown.named.get(decision, ()))
        for decision, line in zip(shown.decision, short(shown, shown.decision), strict=True)
    ]


def not_known(shown: PublishedReport) -> list[str]:
    """Return what is not known, the weightiest first; of one page, all of it."""
    if shown.kind == "board":
        return short(shown, shown.not_known)
    return only_once(
        short(shown, [*shown.not_known, *(sentence for part in shown.parts for sentence in part.not_known)])
    )


def steps(shown: PublishedReport) -> list[str]:
    """Return the weightiest suggested steps of each question; of one page, all of them."""
    whole = shown.kind == "board"
    return only_once(
        short(shown, (step for part in shown.parts for step in (part.first_steps if whole else part.steps)))
    )


def findings(shown: PublishedReport, part: ReportPart) -> list[str]:
    """Return the findings of a question: the weightiest for a board, for one page what is not in short already."""
    if shown.kind == "board":
        return short(shown, part.in_short)
    return short(shown, only_once(part.sentences, but=shown.in_short))


def only_once(sentences: Sequence[str], *, but: Sequence[str] = ()) -> list[str]:
    """Return the sentences in their order, each once, without those that stand in ``but``, alone or with others."""
    return [sentence for sentence in dict.fromkeys(sentences) if not any(sentence in said for said in but)]
