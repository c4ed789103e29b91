"""The one frame of pages with many parts: words, what is not known, pictures and tables, part by part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from rosc_map.show import _frame
from rosc_map.show._network_tables import Table
from rosc_map.show.charts import Chart

__all__ = ["MOST_ROWS", "Exhibit", "Section", "sections_page"]

MOST_ROWS = 1_000
"""Of a table on a page: more would not open on a telephone, and is in the tables beside it."""

_FOLDED_FROM = 31  # rows: who reads on should not have to pass by them all
_STYLES = ("page.css", "charted.css", "sections.css")


@dataclass(frozen=True)
class Exhibit:
    """A picture, a table, or both side by side.

    Attributes
    ----------
    chart, reading
        The picture, and how to read it.
    table, notes
        The table, and what has to stand with it.
    number
        Tells the tables of a page apart; the page gives it.
    """

    chart: Chart | None = None
    reading: str = ""
    table: Table | None = None
    notes: Sequence[str] = ()
    number: int = 0

    @property
    def folded(self) -> bool:
        """Whether the table is so long that it is shown only when asked for."""
        return self.table is not None and len(self.table.rows) >= _FOLDED_FROM

    @property
    def beside(self) -> bool:
        """Whether picture and table have room side by side."""
        return self.chart is not None and self.table is not None and not self.folded

    @property
    def shortened(self) -> "Exhibit":
        """The same, with a table no longer than a page can be: its caption says so."""
        if self.table is None or len(self.table.rows) <= MOST_ROWS:
            return self
        rows = f"the first {MOST_ROWS:,} of {len(self.table.rows):,} rows; all are in the tables beside this page"
        caption = f"{self.table.caption}: {rows}"
        return replace(self, table=replace(self.table, caption=caption, rows=self.table.rows[:MOST_ROWS]))


@dataclass(frozen=True)
class Section:
    """One part of a page.

    Attributes
    ----------
    heading
        Its heading.
    paragraphs, points
        Sentences: a paragraph each, and then a list.
    lead
        Whether the first paragraph is the headline of the page.
    contents
        Whether the page's other parts are listed here.
    unknown
        What is not known: it has a box of its own.
    cards
        Introductions to make: ``from_name``, ``to_name``, ``reason``, ``distance``, ``who``.
    exhibits
        Its pictures and tables.
    """

    heading: str
    paragraphs: Sequence[str] = ()
    points: Sequence[str] = ()
    lead: bool = False
    contents: bool = False
    unknown: Sequence[str] = ()
    cards: Sequence[Mapping[Any, Any]] = ()
    exhibits: Sequence[Exhibit] = ()

    @property
    def said(self) -> bool:
        """Whether there is anything in it but its heading."""
        return bool(self.paragraphs or self.points or self.exhibits)


def sections_page(
    sections: Sequence[Section], *, body: str = "sections.html", styles: Sequence[str] = (), **context: Any
) -> str:
    """Return the page of these parts; those that say nothing are left out.

    Parameters
    ----------
    sections
        The parts, in order. Tables are numbered through, and cut at ``MOST_ROWS``.
    body
        A template that extends ``sections.html``.
    styles
        Style sheets of its own, beside those of the frame.
    **context
        What else the template shows: ``title``, ``banner`` and ``made`` (of what, as at when, for whom).
    """
    number = count(1)
    shown = [
        replace(section, exhibits=[replace(exhibit, number=next(number)).shortened for exhibit in section.exhibits])
        for section in sections
        if section.said
    ]
    sheets = tuple(map(_frame.static, (*_STYLES, *styles)))
    return _frame.page(_frame.template(body), styles=sheets, sections=shown, **context)
