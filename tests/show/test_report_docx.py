"""The board paper as a Word document: real styles, alt text, nothing of the machine, and the same file each time."""

import dataclasses
import datetime as dt
import io
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn
from PIL import Image
from report_build import BLANKS, KEYS, LINKS, part, report
from show_build import small
from test_show_hostile import HOSTILE

from rosc_map.errors import NotPublished
from rosc_map.records import Audience, codelist
from rosc_map.show import report_docx
from rosc_map.show.report_pictures import report_pictures


@pytest.fixture(scope="module")
def data():
    return report_docx(report())


@pytest.fixture(scope="module")
def document(data):
    return read(data)


def read(data):
    return Document(io.BytesIO(data))


def texts(document, style):
    return [each.text for each in document.paragraphs if each.style.name == style]


def beside(document):
    """Return the cell that stands beside the picture."""
    return document.tables[1].rows[0].cells[1]


def outside(document):
    """Return the addresses of everything that the document holds and that is not in it."""
    return [one.target_ref for one in document.part.rels.values() if one.is_external]


def test_it_says_what_the_page_says_in_styles_that_word_knows(document):
    assert texts(document, "Title") == ["Board paper: Tees Valley"]
    assert texts(document, "Heading 1") == [
        *("Decision asked", "Suggested next steps"),
    ]
    assert [each.text for each in beside(document).paragraphs if each.style.name == "Heading 1"] == [
        "What is not known"
    ]
    assert texts(document, "Heading 2") == [codelist("five_questions")[key].label for key in KEYS]
    said = texts(document, "List Bullet")
    found = report()
    assert said[:3] == [f"to take step {at} of 3 (12 of 20)." for at in (1, 2, 3)], "the day is said once, above"
    assert texts(document, "List Bullet 2") == ["Example Trust to Example Hub", "Example Grant"]
    for each in found.parts:
        assert f"Of 4 boards 3 give a vote; views differ on 7 of 8 rungs ({each.key})." in said
        assert not set(each.sentences) & set(said), "the weightiest sentence a question, and no more"
        assert each.steps[0] in said and each.steps[1] not in said
    paragraphs = [each.text for each in document.paragraphs]
    assert "Made up." in paragraphs
    assert (
        "All as at 22 November 2026 unless another date is said. Made for the organisations of the partnership."
        in paragraphs
    )


def test_what_the_partnership_decides_is_left_to_fill_in(document):
    table, _ = document.tables
    assert table.style.name == "Table Grid"
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    rows = [[cell.text for cell in row.cells] for row in table.rows][1:]
    assert rows == [[f"{label} ({belongs})", ""] for label, belongs in BLANKS.items()]


def test_the_map_says_in_words_what_is_to_be_seen(document):
    (shape,) = document.inline_shapes
    words = shape._inline.docPr.get("descr")
    assert "3 authorities" in words and "Not surveyed yet: 1 of 3" in words


def test_it_is_a4_in_uk_english_and_tells_nothing_of_who_made_it(document, data):
    sheet = document.sections[0]
    edges = (sheet.left_margin, sheet.right_margin, sheet.top_margin, sheet.bottom_margin)
    assert [round(length.cm, 1) for length in (sheet.page_width, sheet.page_height, *edges)] == [21, 29.7, 2, 2, 2, 2]
    assert document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}").get(qn("w:val")) == "en-GB"
    own = document.core_properties
    assert (own.title, own.author, own.last_modified_by, own.comments) == ("Board paper: Tees Valley", "", "", "")
    assert own.created == own.modified == dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert {one.date_time for one in parts.infolist()} == {(2026, 11, 22, 0, 0, 0)}
    assert report_docx(report()) == data, "the same file each time"


def test_it_leads_nowhere_but_to_our_own_links(document):
    assert outside(document) == list(LINKS.values())
    bad = {"A": "http://plain.test", "B": "javascript:alert(1)", "C": "file:///etc/passwd"}
    assert outside(read(report_docx(report(links=bad)))) == []


def test_words_that_people_typed_are_words_and_no_more():
    typed = (*HOSTILE, "bell\x07 null\x00 escape\x1b[31m half\ud800 \ufffe", "PAGE \\* MERGEFORMAT", "a\tb\nc")
    parts = (
        dataclasses.replace(
            part("partners"), heading=typed[0], sentences=typed[1:3], in_short=typed, first_steps=typed, pictures=()
        ),
    )
    hostile = report(
        parts=parts, in_short=typed, decision=typed,
        named=dict.fromkeys(typed, typed[:2]), blanks=dict.fromkeys(typed, ""), not_known=typed,
        published=small(banner=typed[1], title=typed[-3], notes=typed, audience=Audience.PARTNERS),
        licences=typed, links=dict.fromkeys(typed, LINKS["Recovery support services and lived experience initiatives"]),
    )  # fmt: skip
    document = read(report_docx(hostile))
    said = texts(document, "List Bullet")
    assert "<img src=x onerror=alert(1)>" in said and "bell null escape[31m half" in said and "a b c" in said
    assert texts(document, "Title") == ["Board paper: bell null escape[31m half"]
    xml = document.element.xml
    assert "fldSimple" not in xml and "instrText" not in xml, "nothing is a field"
    assert set(outside(document)) == set(LINKS.values())


@pytest.mark.parametrize("kind", ["linkage", "coverage"])
def test_one_page_has_all_its_steps_and_says_nothing_twice(kind):
    found = report(kind, in_short=part("mapping").sentences[:1])
    said = texts(read(report_docx(found)), "List Bullet")
    assert said.count(found.in_short[0]) == 1
    tables = [[cell.text for cell in one.rows[0].cells] for one in read(report_docx(found)).tables]
    assert ["Board", "With a vote (%)", "Status"] in tables, "the figures of one page are in its document too"
    assert set(part("mapping").steps) <= set(said)


def test_what_is_not_there_leaves_no_heading():
    found = report(parts=(), in_short=(), decision=(), blanks={}, not_known=(), links={})
    document = read(report_docx(found))
    assert texts(document, "Heading 1") == []
    assert [table for table in document.tables if table.style.name == "Table Grid"] == []


def test_the_picture_has_no_foot_that_nobody_could_read():
    found = report()
    (shape,) = read(report_docx(found)).inline_shapes
    whole = Image.open(io.BytesIO(report_pictures(found)["provision"].chart.png))
    assert shape.height / shape.width < 0.9 * whole.height / whole.width


def test_a_question_without_content_has_no_heading():
    empty = part("funding_and_growth", sentences=(), in_short=(), tables=(), pictures=())
    for kind in ("board", "coverage"):
        document = read(report_docx(report(kind, parts=(part("mapping", pictures=()), empty))))
        headings = [*texts(document, "Heading 1"), *texts(document, "Heading 2")]
        assert empty.heading not in headings and part("mapping").heading in headings


def test_only_what_has_passed_the_gate_is_written():
    with pytest.raises(NotPublished):
        report_docx(small())
