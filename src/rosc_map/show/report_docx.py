"""A paper as a Word document to edit: two sheets of A4 for a board, one for a paper of one page (guidance part 3).

The document tells nothing of the machine or person that made it, and is the same each time.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from rosc_map.publish.gaps_types import GapsTable
from rosc_map.publish.published import require_published
from rosc_map.publish.report_types import PublishedReport
from rosc_map.show import _frame, _paper_words, _sections
from rosc_map.show._gaps_tables import table_in_words
from rosc_map.show.report_pictures import Picture, document_picture, report_pictures

if TYPE_CHECKING:  # python-docx takes long to load: only who writes a document waits for it
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

__all__ = ["docx_of", "report_docx"]

_FONT, _INK, _LINK = "Arial", "1A1A1A", "0B5C8A"
_MOST_UNKNOWN = 4  # more would not leave room for the rest on two sheets
_PICTURE_CM, _BESIDE_CM = 6, 11
_TO_FILL_IN_CM, _TEXT_CM = (10, 7), 17
# What XML cannot hold, and what a font shows as nothing: a line end or a tab in a sentence is a space.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SIZES = {
    "Normal": 9, "List Bullet": 9, "List Bullet 2": 9, "Title": 16, "Heading 1": 11.5, "Heading 2": 9.5, "Caption": 7.5,
}  # fmt: skip
_IN_TABLES = 7.5
_EDGE_CM, _SMALL_EDGE_CM, _SMALLER = 2, 1.3, 1  # what is small is for one sheet


def report_docx(published: PublishedReport) -> bytes:
    """Return a paper as a ``.docx`` to edit.

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
    return docx_of(shown, report_pictures(shown))


def docx_of(shown: PublishedReport, pictures: Mapping[str, Picture]) -> bytes:
    """Return a paper as a ``.docx``, with the first of its pictures; these are drawn already."""
    from docx import Document

    document = Document()
    _look(document, small=shown.kind != "board")
    _properties(document, shown)
    document.add_paragraph(_plain(_paper_words.title(shown)), "Title")
    if shown.banner:
        document.add_paragraph().add_run(_plain(shown.banner)).bold = True
    document.add_paragraph(_plain(_paper_words.made(shown)))
    _decision(document, shown)
    if shown.kind != "board":
        _listed(document, "In short", _paper_words.short(shown, shown.in_short))
    _found(document, shown)
    unknown = _paper_words.not_known(shown)[:_MOST_UNKNOWN]
    _beside(document, document_picture(pictures), "What is not known", unknown)
    _listed(document, "Suggested next steps", _paper_words.steps(shown))
    _sources(document, shown)
    return _same_each_time(document, shown.as_at)


def _plain(text: str) -> str:
    return " ".join(_NOT_IN_XML.sub("", text).split())


# --- how it looks, and what it says of itself -------------------------------------------------------------------------


def _look(document: "Document", *, small: bool) -> None:
    """Give the document A4 sheets, and styles of a size at which two sheets hold it; small ones for one sheet."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    sheet = document.sections[0]
    sheet.page_width, sheet.page_height = Cm(21), Cm(29.7)
    sheet.left_margin = sheet.right_margin = sheet.top_margin = sheet.bottom_margin = Cm(
        _SMALL_EDGE_CM if small else _EDGE_CM
    )
    styles: Any = document.styles
    for name, size in _SIZES.items():
        style = styles[name]
        # A font of the theme would go before the one that is named.
        style.element.get_or_add_rPr().get_or_add_rFonts().attrib.clear()
        style.font.size = Pt(size - _SMALLER if small else size)
        style.font.name, style.font.color.rgb = _FONT, RGBColor.from_string(_INK)
        style.paragraph_format.space_after = Pt(1 if small else 2)
        style.paragraph_format.space_before = Pt(5 if name.startswith("Heading") else 0)
    styles["Caption"].font.bold = False
    language = styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    language.set(qn("w:val"), "en-GB")


def _properties(document: "Document", shown: PublishedReport) -> None:
    """Say what it is; of who made it, and when by the clock, nothing."""
    own = document.core_properties
    midnight = dt.datetime.combine(shown.as_at, dt.time())
    own.title, own.language = _plain(_paper_words.title(shown))[:255], "en-GB"
    own.author = own.last_modified_by = own.comments = own.keywords = ""
    own.created = own.modified = midnight
    own.revision = 1


def _same_each_time(document: "Document", day: dt.date) -> bytes:
    """Return the document as a file whose parts bear the day that it tells of, and not the hour of writing."""
    written, out = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for name in made.namelist():
            again.writestr(
                zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0)), made.read(name), zipfile.ZIP_DEFLATED
            )
    return out.getvalue()


# --- what it says -----------------------------------------------------------------------------------------------------


def _listed(place: "Document | _Cell", heading: str, sentences: Iterable[str]) -> None:
    """Add a heading and a list below it; nothing where there is nothing to say."""
    for at, sentence in enumerate(sentences):
        if not at:
            place.add_paragraph(_plain(heading), "Heading 1")
        place.add_paragraph(_plain(sentence), "List Bullet")


def _decision(document: "Document", shown: PublishedReport) -> None:
    """Add what is asked, and a table to fill in."""
    if not (shown.decision or shown.blanks):
        return
    document.add_heading("Decision asked", 1)
    if shown.decision:
        document.add_paragraph(_paper_words.ASKED).paragraph_format.keep_with_next = True
    for sentence, names in _paper_words.named(shown):
        document.add_paragraph(_plain(sentence), "List Bullet")
        for name in names:
            document.add_paragraph(_plain(name), "List Bullet 2")
    if shown.blanks:
        asked = [f"{label} ({belongs})" if belongs else label for label, belongs in shown.blanks.items()]
        if shown.kind == "board":
            _table(
                document, ("To be filled in", "By the partnership"), [(words, "") for words in asked], _TO_FILL_IN_CM
            )
        else:  # one sheet has no room for a line each
            _table(document, asked, [[""] * len(asked)], [_TEXT_CM / len(asked)] * len(asked), _IN_TABLES)


def _table(
    document: "Document", head: Sequence[str], rows: Sequence[Sequence[Any]], widths: Sequence[float], size: float = 9
) -> None:
    """Add a table whose first row is marked as its heading, for screen readers and for a second sheet."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    table = document.add_table(0, len(head), "Table Grid")
    for texts in (head, *rows):
        for cell, text, wide in zip(table.add_row().cells, texts, widths, strict=True):
            line = cell.paragraphs[0]
            line.add_run(_plain(text)).font.size = Pt(size)
            line.paragraph_format.space_after = Pt(0)
            cell.width = Cm(wide)
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True
    mark: Any = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)


def _found(document: "Document", shown: PublishedReport) -> None:
    """Add the questions with their weightiest findings; of one page, with all, and with the tables."""
    whole = shown.kind == "board"
    for part in shown.parts:
        findings, tables = _paper_words.findings(shown, part), () if whole else part.tables
        if not (findings or tables):
            continue
        document.add_heading(_plain(part.heading), 1 if not whole else 2)
        for sentence in findings:
            document.add_paragraph(_plain(sentence), "List Bullet")
        for table in tables:
            _figures(document, table)


def _figures(document: "Document", table: GapsTable) -> None:
    """Add a table of figures below its title, with what has to stand with it."""
    shown = table_in_words(table, _sections.MOST_ROWS)
    title = document.add_paragraph(_plain(shown.caption), "Caption")
    title.paragraph_format.keep_with_next = True
    rows = [[cell.striptags() if isinstance(cell, Markup) else str(cell) for cell in row] for row in shown.rows]
    _table(document, shown.head, rows, [_TEXT_CM / len(shown.head)] * len(shown.head), _IN_TABLES)
    for note in table.notes:
        document.add_paragraph(_plain(note), "Caption")


def _beside(document: "Document", picture: Picture | None, heading: str, sentences: Sequence[str]) -> None:
    """Add a picture with a list beside it, or the list alone."""
    from docx.shared import Cm

    if picture is None:
        _listed(document, heading, sentences)
        return
    left, right = document.add_table(1, 2).rows[0].cells
    left.width, right.width = Cm(_PICTURE_CM + 0.4), Cm(_BESIDE_CM - 0.4)
    png = io.BytesIO(picture.chart.png_without_foot)
    shape: Any = left.paragraphs[0].add_run().add_picture(png, width=Cm(_PICTURE_CM))
    about = shape._inline.docPr
    about.set("name", "Picture 1")
    about.set("descr", _plain(f"{picture.chart.title}. {picture.chart.text}"))
    left.add_paragraph(_plain(picture.reading), "Caption")
    _listed(right, heading, sentences)
    if sentences:  # a cell begins with a paragraph: an empty one would stand above the heading
        right._tc.remove(right.paragraphs[0]._p)


def _sources(document: "Document", shown: PublishedReport) -> None:
    """Add where the data is from, and pages to read: the only links of the document."""
    document.add_paragraph(_plain(f"Sources: {' '.join(shown.licences)}"), "Caption")
    links = [(words, _frame.link_target(address)) for words, address in shown.links.items()]
    links = [(words, target) for words, target in links if target.startswith("https:")]
    if links:
        line = document.add_paragraph("To read beside it: ", "Caption")
        for at, (words, target) in enumerate(links):
            if at:
                line.add_run("; ")
            _link(line, _plain(words), target)


def _link(line: "Paragraph", words: str, target: str) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    link: Any = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), line.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = line.add_run(words)
    run.underline, run.font.color.rgb = True, RGBColor.from_string(_LINK)
    link.append(run._r)
    line._p.append(link)
