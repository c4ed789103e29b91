"""The board paper (guidance part 3): two sheets of summary, then a part for each of the guidance's five questions.

It is read on a screen, and printed to A4. A paper of one page is the same with one or two questions, and small print.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rosc_map.publish.gaps_types import GapsTable
from rosc_map.publish.published import require_published
from rosc_map.publish.report_types import PublishedReport
from rosc_map.records import Audience, codelist
from rosc_map.show import _frame, _paper_words, _sections
from rosc_map.show._gaps_tables import table_in_words
from rosc_map.show._network_tables import Table
from rosc_map.show._pictures import refuse_others, write_all
from rosc_map.show._sections import Exhibit, Section, sections_page
from rosc_map.show.report_docx import docx_of
from rosc_map.show.report_pictures import FILES, Picture, report_pictures
from rosc_map.whole_file import write_atomic

__all__ = ["report_page", "write_report"]

_MAP = "provision"
_ON_ONE_PAGE = 3  # sentences of how it was worked out
_WIDE, _TURNED_ROWS = 8, 7  # a table with more columns than this is turned, where it has so few rows at most


@dataclass(frozen=True)
class _Part(Section):
    """One part of a paper, as ``report.html`` shows it.

    Attributes
    ----------
    question, source
        The guidance's question, and where it stands.
    pictures
        Its pictures, side by side where there is room.
    steps
        Suggested next steps.
    links
        ``(words, address)`` of pages to read.
    behind
        Sentences that are shown when asked for, and not on paper.
    small
        Whether it is small print.
    """

    question: str = ""
    source: str = ""
    pictures: Sequence[Picture] = ()
    steps: Sequence[str] = ()
    links: Sequence[tuple[str, str]] = ()
    behind: Sequence[str] = ()
    small: bool = False

    @property
    def said(self) -> bool:
        """Whether there is anything in it but its heading."""
        mine = (self.question, self.unknown, self.pictures, self.steps, self.links, self.behind)
        return super().said or any(map(bool, mine))


def report_page(published: PublishedReport) -> str:
    """Return a paper as one HTML page that needs nothing else, runs nothing, and prints to A4.

    Parameters
    ----------
    published
        What the ``publish`` room gave for an audience.

    Raises
    ------
    NotPublished
        When it is handed anything else.
    """
    shown = require_published(published, PublishedReport)
    return _page(shown, report_pictures(shown))


def write_report(published: PublishedReport, folder: Path) -> list[Path]:
    """Write a paper as a page and as a document to edit, and beside them its pictures for slides.

    Returns
    -------
    list of Path
        ``board-paper.html``, its pictures (``provision.png`` …) and ``board-paper.docx``; of one page it is
        ``linkage`` or ``coverage`` in place of ``board-paper``. A picture with nothing to draw is left out. What is
        internal can be read by its owner only.

    Raises
    ------
    NotPublished
        When it is handed anything else.
    FileProblem
        When the folder is missing, or holds a file of another paper that would stay beside this one.
    """
    shown = require_published(published, PublishedReport)
    pictures = report_pictures(shown)
    charts = {FILES[key]: picture.chart for key, picture in pictures.items()}
    name, private = _paper_words.FILE_NAMES[shown.kind], shown.audience is Audience.INTERNAL
    papers = [f"{other}{ending}" for other in _paper_words.FILE_NAMES.values() for ending in (".html", ".docx")]
    refuse_others(folder, (*FILES.values(), *papers), (*charts, f"{name}.html", f"{name}.docx"), "paper")
    written = write_all(folder, f"{name}.html", _page(shown, pictures), charts, private=private)
    return [*written, write_atomic(folder / f"{name}.docx", docx_of(shown, pictures), private=private)]


def _page(shown: PublishedReport, pictures: Mapping[str, Picture]) -> str:
    whole = shown.kind == "board"
    return sections_page(
        [*_questions(shown, pictures), *_small_print(shown)],
        body="report.html",
        styles=("report.css",) if whole else ("report.css", "report_one_page.css"),
        title=_paper_words.title(shown),
        banner=shown.banner,
        made=_paper_words.made(shown),
        whole=whole,
        asked=_paper_words.ASKED,
        decision=_paper_words.named(shown),
        blanks=shown.blanks,
        in_short=_paper_words.short(shown, shown.in_short),
        pictures=_in_front(shown, pictures),
        not_known=_paper_words.not_known(shown),
        steps=_paper_words.steps(shown),
    )


def _in_front(shown: PublishedReport, pictures: Mapping[str, Picture]) -> list[Picture]:
    """Return the map of a summary; of one page, all pictures: they stand beside the words there."""
    return [picture for key, picture in pictures.items() if shown.kind != "board" or key == _MAP]


def _questions(shown: PublishedReport, pictures: Mapping[str, Picture]) -> list[_Part]:
    """Return a part for each question. On one page each sentence stands once: what is in short not below again."""
    whole, entries = shown.kind == "board", codelist("five_questions")
    parts = []
    for part in shown.parts:
        entry = entries.get(part.key)
        parts.append(
            _Part(
                part.heading,
                points=part.sentences if whole else _paper_words.findings(shown, part),
                unknown=part.not_known if whole else (),
                exhibits=[_exhibit(table) for table in part.tables],
                question=part.question,
                source=entry.source if entry else "",
                pictures=[pictures[key] for key in part.pictures if whole and key in pictures],
                steps=part.steps if whole else (),
            )
        )
    return parts


def _exhibit(table: GapsTable) -> Exhibit:
    words = table_in_words(table, _sections.MOST_ROWS)
    if len(words.head) > _WIDE and len(words.rows) <= _TURNED_ROWS:
        words = _turned(words)
    return Exhibit(table=words, notes=table.notes)


def _turned(table: Table) -> Table:
    """Return a table with its columns as rows: what is too wide for a sheet of paper is read down."""
    head, *rows = zip(table.head, *table.rows, strict=True)
    return Table(table.caption, tuple(map(str, head)), rows)


def _actions(shown: PublishedReport) -> _Part:
    said = (shown.actions_said,) if shown.actions_said else ()
    exhibits = [] if shown.actions is None else [_exhibit(shown.actions)]
    return _Part("You told us, together we did", said, exhibits=exhibits)


def _small_print(shown: PublishedReport) -> list[_Part]:
    """Return how it was worked out, what it cannot say, and where it is from; last, since who needs it looks for it.

    One sheet has room for the beginning of how it was worked out; the rest is shown on a screen, when asked for.
    """
    links = [(words, _frame.link_target(address)) for words, address in shown.links.items()]
    how, limits = "How it was worked out", (*shown.limits, *shown.notes)
    if shown.kind == "board":
        first = [_actions(shown), _Part(how, points=shown.method, small=True)]
    else:
        first = [_Part(how, points=shown.method[:_ON_ONE_PAGE], behind=shown.method[_ON_ONE_PAGE:], small=True)]
        limits = (*limits, shown.actions_said) if shown.actions_said else limits
    return [
        *first,
        _Part("What it cannot say", points=limits, small=True),
        _Part("Where the data is from", points=shown.licences, small=True),
        _Part("To read beside it", links=[(words, target) for words, target in links if target], small=True),
    ]
