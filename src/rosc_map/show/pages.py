"""Plain pages of the same look as the map: the demo's index, and results in words and tables."""

import math
from dataclasses import dataclass
from typing import Any

from rosc_map.publish.published import Published, PublishedTable, require_published
from rosc_map.records import day
from rosc_map.show import _frame
from rosc_map.show._words import AUDIENCES, text

__all__ = ["Section", "index_page", "results_page"]


@dataclass(frozen=True)
class Section:
    """One part of a page.

    Attributes
    ----------
    heading
        Its heading; the caption of its table too.
    paragraphs
        Sentences, a paragraph each.
    table
        A published table whose first column names its rows, or None. Columns are headed by their own names.
    links
        ``(label, href, what)``: the words of the link, where it goes (http, https, mailto, tel, or a file beside the
        page; anything else stays words), and what is to be found there.
    """

    heading: str
    paragraphs: tuple[str, ...] = ()
    table: PublishedTable | None = None
    links: tuple[tuple[str, str, str], ...] = ()


def _cell(value: Any) -> str:
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    return text(value)


def _section_context(section: Section) -> dict[str, Any]:
    table = None
    if section.table is not None:
        shown = require_published(section.table, PublishedTable).table
        rows = [[_cell(value) for value in row] for row in shown.itertuples(index=False)]
        table = {"head": [str(name) for name in shown.columns], "rows": rows}
    links = [{"label": label, "target": _frame.link_target(href), "what": what} for label, href, what in section.links]
    return {"heading": section.heading, "paragraphs": section.paragraphs, "table": table, "links": links}


def results_page(published: Published | None, *, title: str, banner: str, sections: tuple[Section, ...]) -> str:
    """Return a page of results: sentences, tables and links, and no script.

    Parameters
    ----------
    published
        What the results tell of; its audience, date and licences are named. None: a page of no partnership.
    title
        The heading of the page.
    banner
        A sentence that has to stand at the top, or "". The banner of ``published`` stands there as well.
    sections
        The parts, in order.

    Raises
    ------
    NotPublished
        When ``published`` is neither None nor what :func:`rosc_map.publish.publish` gave.
    """
    shown = None if published is None else require_published(published, Published)
    banners = dict.fromkeys(line for line in (banner, shown.banner if shown else "") if line)
    return _frame.page(
        _frame.template("page.html"),
        styles=(_frame.static("page.css"),),
        title=title,
        banner=" ".join(banners),
        audience=AUDIENCES[shown.audience] if shown else "",
        as_at=day(shown.as_at) if shown else "",
        sections=[_section_context(section) for section in sections],
        licences=shown.licences if shown else (),
    )


def index_page(title: str, banner: str, sections: tuple[Section, ...]) -> str:
    """Return the page that leads to all others."""
    return results_page(None, title=title, banner=banner, sections=sections)
