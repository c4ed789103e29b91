"""The paper form: readable on screen and paper, at most four sides for an asset, and it runs and asks for nothing."""

import re

import pytest
from test_show_accessible import too_wide

from axe_core import violations
from rosc_map.errors import FileProblem, InputError
from rosc_map.exchange.data_dictionary import record_types
from rosc_map.records import Asset, Kind, Record, Referral, SurveyedArea, codelist
from rosc_map.records.fields import field
from rosc_map.show import paper_form, write_paper_form

SMALLEST_PT = 14


def test_every_question_of_an_asset_is_asked_once_but_what_the_program_fills_in():
    page = paper_form()
    asked = re.findall(r"<h3>([^<]+)", page)
    assert sorted(asked) == sorted(
        [*(spec.label for name, spec in Asset.specs().items() if name != "id"), "Hand it in to"]
    )


@pytest.mark.parametrize("record", record_types(), ids=lambda record: record.__name__)
def test_every_choice_has_a_box_to_tick(record):
    page = paper_form(record)
    wanted = [
        code.label
        for spec in record.specs().values()
        for code in (codelist(spec.codelist).values() if spec.codelist else ())
    ]
    wanted += [word for spec in record.specs().values() if spec.kind is Kind.YES_NO for word in ("Yes", "No")]
    ticks = "".join(re.findall(r'<ul class="ticks">(.*?)</ul>', page, re.DOTALL))
    assert sorted(re.findall(r"<li>(.*?)</li>", ticks)) == sorted(wanted)
    assert f"<title>Paper form: {record.noun}</title>" in page


def test_it_says_who_may_see_an_answer_and_how_to_hand_it_in():
    page = paper_form()
    assert "Who may see it:" in page and "Handing it in" in page and "Write no names of people" in page
    notes = page[page.index("<h3>Notes") :]
    assert "For coordinators only." in notes[: notes.index('<div class="line">')]
    assert "For partners only." in page
    assert "only" not in re.search(r"<h3>Telephone</h3>.*?</p>", page, re.DOTALL)[0]


def test_a_refuge_is_not_asked_for_its_place():
    page = paper_form()
    assert "Of a refuge the map keeps nothing finer than the county." in page
    assert "Leave it empty for a refuge." in page
    assert "local_authority" not in page, "codes are for keyboards"


def test_words_of_the_schema_cannot_become_a_part_of_the_page():
    class Hostile(Record):
        """A record of somebody's making."""

        bad: str = field(Kind.TEXT, "<script>alert(1)</script>", "{{ 7 * 7 }}<img src=x onerror=alert(1)>")

    page = paper_form(Hostile)
    assert "<script" not in page and "<img" not in page and "{{ 7 * 7 }}" in page


def test_it_is_written_whole_and_never_over_another(tmp_path):
    path = write_paper_form(tmp_path / "form.html", Referral)
    assert path.read_text("utf-8") == paper_form(Referral)
    with pytest.raises(FileProblem, match="is there already"):
        write_paper_form(path)
    with pytest.raises(InputError, match=r"choose a name that ends in \.html"):
        write_paper_form(tmp_path / "form.pdf")


def test_nothing_may_run_or_be_fetched():
    page = paper_form()
    assert "default-src &#39;none&#39;" in page and "script-src &#39;none&#39;" in page
    assert "<script" not in page and 'lang="en-GB"' in page
    assert not re.search(r"(?:src|href)=\"(?!#main|data:)", page)


@pytest.mark.browser
@pytest.mark.parametrize("record", [Asset, SurveyedArea], ids=lambda record: record.__name__)
def test_it_has_no_violation_and_no_sideways_scroll_and_asks_for_nothing(open_page, tmp_path, record):
    watched = open_page(write_paper_form(tmp_path / "form.html", record), width=360)
    page = watched.page
    assert not too_wide(page)
    assert page.evaluate("document.scripts.length") == 0
    assert watched.quiet
    assert violations(page) == ""
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not too_wide(page)


@pytest.mark.browser
def test_an_asset_is_at_most_four_sides_of_large_type(open_page, tmp_path):
    page = open_page(write_paper_form(tmp_path / "form.html")).page
    page.emulate_media(media="print")
    # A pixel of CSS is three quarters of a point.
    sizes = page.evaluate(
        """[...document.querySelectorAll('main *, header *')].filter(e => e.textContent.trim())
        .map(e => parseFloat(getComputedStyle(e).fontSize) * 0.75)"""
    )
    assert min(sizes) >= SMALLEST_PT - 0.01
    pdf = page.pdf(prefer_css_page_size=True)
    sides = re.findall(rb"/Type\s*/Page\b(?!s)", pdf)
    assert 1 < len(sides) <= 4
    assert re.search(rb"/MediaBox \[0 0 59[45]\S* 84[12]\S*\]", pdf), "A4"
