"""A paper as a Word document to edit: two sheets of A4 for a board, one for a paper of one page (guidance part 3).

The document tells nothing of the machine or person that made it, and is the same each time.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rosc_map.publish.published import require_published
from rosc_map.publish.report_types import PublishedReport
from rosc_map.show import _frame, _paper_words
from rosc_map.show.report_pictures import Picture, report_pictures

if TYPE_CHECKING:  # python-docx takes long to load: only who writes a document waits for it
    from docx.document import Document
    from docx.text.paragraph import Paragraph

__all__ = ["docx_of", "report_docx"]

_FONT, _INK, _LINK = "Arial", "1A1A1A", "0B5C8A"
_MOST_UNKNOWN = 4  # more would not leave room for the rest on two sheets
_PICTURE_CM = 6
_COLUMNS_CM = (10, 7)
# What XML cannot hold, and what a font shows as nothing: a line end or a tab in a sentence is a space.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SIZES = {"Normal": 9.5, "List Bullet": 9.5, "Title": 16, "Heading 1": 12, "Heading 2": 10, "Caption": 8}


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
    """Return a paper as a ``.docx``, with the first of these pictures, which are drawn already."""
    from docx import Document

    document = Document()
    _look(document)
    _properties(document, shown)
    document.add_paragraph(_plain(_paper_words.title(shown)), "Title")
    if shown.banner:
        document.add_paragraph().add_run(_plain(shown.banner)).bold = True
    document.add_paragraph(_plain(_paper_words.made(shown)))
    _decision(document, shown)
    _listed(document, "In short", shown.in_short)
    _found(document, shown)
    _picture(document, pictures)
    _listed(document, "What is not known", _paper_words.not_known(shown)[:_MOST_UNKNOWN])
    _listed(document, "Suggested next steps", _paper_words.steps(shown))
    _sources(document, shown)
    return _same_each_time(document, shown.as_at)


def _plain(text: str) -> str:
    return " ".join(_NOT_IN_XML.sub("", text).split())


# --- how it looks, and what it says of itself -------------------------------------------------------------------------


def _look(document: "Document") -> None:
    """Give the document A4 sheets, and styles of a size at which two sheets hold it."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    sheet = document.sections[0]
    sheet.page_width, sheet.page_height = Cm(21), Cm(29.7)
    sheet.left_margin = sheet.right_margin = sheet.top_margin = sheet.bottom_margin = Cm(2)
    styles: Any = document.styles
    for name, size in _SIZES.items():
        style = styles[name]
        # A font of the theme would go before the one that is named.
        style.element.get_or_add_rPr().get_or_add_rFonts().attrib.clear()
        style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), RGBColor.from_string(_INK)
        style.paragraph_format.space_after = Pt(2)
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


def _listed(document: "Document", heading: str, sentences: Iterable[str]) -> None:
    """Add a heading and a list below it; nothing where there is nothing to say."""
    for at, sentence in enumerate(sentences):
        if not at:
            document.add_heading(heading, 1)
        document.add_paragraph(_plain(sentence), "List Bullet")


def _decision(document: "Document", shown: PublishedReport) -> None:
    """Add what is asked, and a table to fill in."""
    if not (shown.decision or shown.blanks):
        return
    document.add_heading("Decision asked", 1)
    for sentence in shown.decision:
        document.add_paragraph(_plain(sentence), "List Bullet")
    if shown.blanks:
        rows = [(f"{label} ({belongs})" if belongs else label, "") for label, belongs in shown.blanks.items()]
        _table(document, ("To be filled in", "By the partnership"), rows)


def _table(document: "Document", head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Add a table whose first row is marked as its heading, for screen readers and for a second sheet."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm

    table = document.add_table(0, len(head), "Table Grid")
    for texts in (head, *rows):
        for cell, text, wide in zip(table.add_row().cells, texts, _COLUMNS_CM, strict=True):
            cell.text, cell.width = _plain(text), Cm(wide)
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True
    mark: Any = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)


def _found(document: "Document", shown: PublishedReport) -> None:
    """Add the questions with one or two findings each; of one page, with all."""
    for at, part in enumerate(shown.parts):
        if not at:
            document.add_heading("What was found", 1)
        document.add_heading(_plain(part.heading), 2)
        for sentence in _paper_words.findings(shown, part):
            document.add_paragraph(_plain(sentence), "List Bullet")


def _picture(document: "Document", pictures: Mapping[str, Picture]) -> None:
    """Add the first picture, with the same in words for whoever does not see it."""
    from docx.shared import Cm

    picture = next(iter(pictures.values()), None)
    if picture is None:
        return
    beside = document.add_paragraph()
    beside.paragraph_format.keep_with_next = True
    shape: Any = beside.add_run().add_picture(io.BytesIO(picture.chart.png), width=Cm(_PICTURE_CM))
    about = shape._inline.docPr
    about.set("name", "Picture 1")
    about.set("descr", _plain(f"{picture.chart.title}. {picture.chart.text}"))
    document.add_paragraph(_plain(picture.reading), "Caption")


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
