"""What every form of a paper says alike, on a page and in a document to edit: its title, its steps, its findings."""

from collections.abc import Sequence

from rosc_map.publish.report_types import PublishedReport, ReportPart
from rosc_map.records import day
from rosc_map.show._words import AUDIENCES

__all__ = ["FILE_NAMES", "findings", "made", "not_known", "only_once", "steps", "title"]

FILE_NAMES = {"board": "board-paper", "linkage": "linkage", "coverage": "coverage"}
"""The files of each kind of paper, without their endings: they tell nothing of whom it is about."""

_TITLES = {"board": "Board paper:", "linkage": "Are the links real?", "coverage": "What is there, and what ends soon?"}
_LETTERS = 330  # of the findings of one question in a summary: two sentences, or one long one


def title(shown: PublishedReport) -> str:
    """Return the title of a paper, with the name of the partnership."""
    return f"{_TITLES[shown.kind]} {shown.title}"


def made(shown: PublishedReport) -> str:
    """Return the line that says as at when it is, and for whom."""
    return f"As at {day(shown.as_at)}. Made for {AUDIENCES[shown.audience]}."


def not_known(shown: PublishedReport) -> list[str]:
    """Return what is not known, the weightiest first; of one page, all of it."""
    if shown.kind == "board":
        return list(shown.not_known)
    return only_once([*shown.not_known, *(sentence for part in shown.parts for sentence in part.not_known)])


def steps(shown: PublishedReport) -> list[str]:
    """Return the first suggested step of each question; of one page, all of them."""
    most = 1 if shown.kind == "board" else None
    return only_once([step for part in shown.parts for step in part.steps[:most]])


def findings(shown: PublishedReport, part: ReportPart) -> list[str]:
    """Return what the summary has not said yet of a question: one or two sentences, or all for one page.

    Where it has said all, its first sentence stands there again.
    """
    new = only_once(part.sentences, but=shown.in_short)
    if shown.kind != "board":
        return new
    both = (new or list(part.sentences))[:2]
    return both if sum(map(len, both)) <= _LETTERS else both[:1]


def only_once(sentences: Sequence[str], *, but: Sequence[str] = ()) -> list[str]:
    """Return the sentences in their order, each once, without those in ``but``."""
    return [sentence for sentence in dict.fromkeys(sentences) if sentence not in but]
