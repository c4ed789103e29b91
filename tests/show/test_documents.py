"""Letters and pages for single organisations: whole, each on its own page, in large type; and nothing runs."""

import re

import pytest
from round_build import BANNER, letter, result
from test_call_sheets import SMALLEST_PT, sides
from test_show_accessible import too_wide
from test_show_hostile import HOSTILE

from axe_core import violations
from rosc_map.errors import InputError, NotPublished
from rosc_map.publish.round_types import Part
from rosc_map.show import documents_page, write_documents

WIDTHS = pytest.mark.parametrize("width", [360, 1280])


def test_it_has_every_part_in_order():
    html = documents_page([letter()])
    order = [
        BANNER,
        "To: Example Trust",
        "22 November 2026",
        "Your own result of the linkage test</h1>",
        "Thank you for taking part",
        "<h2>What you said</h2>",
        "You were asked 2 questions",
        "<caption>What you said</caption>",
        '<th scope="row">Monday Meeting</th><td></td>',
        "<li>Reply by 6 December 2026.</li>",
        "<h2>Your reply</h2>",
        '<div class="line">',
    ]
    places = [html.index(words) for words in order]
    assert places == sorted(places)
    assert html.count('<div class="line">') == 6
    assert "<title>Your own result of the linkage test</title>" in html


def test_several_are_one_file_and_say_how_many():
    html = documents_page([letter(), letter(addressee="Example Friends", parts=(Part(),))])
    assert html.count("<article") == html.count("<h1") == 2
    assert "<title>2 letters: Your own result of the linkage test</title>" in html
    assert "<h2>" not in html[html.index("Example Friends") :], "an empty part leaves nothing"


def test_what_is_wrong_is_said_and_nothing_written(tmp_path):
    with pytest.raises(InputError, match="no letter"):
        write_documents([], tmp_path / "letters.html")
    with pytest.raises(InputError, match=r"choose a name that ends in \.html"):
        write_documents([letter()], tmp_path / "letters.docx")
    with pytest.raises(NotPublished):
        write_documents([letter(), result()], tmp_path / "letters.html")
    assert not list(tmp_path.iterdir())
    path = write_documents([letter()], tmp_path / "letters.html")
    assert path.read_text("utf-8") == documents_page([letter()])
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.browser
@WIDTHS
def test_it_runs_nothing_asks_for_nothing_and_has_no_violation(open_page, width):
    watched = open_page(documents_page([letter(), letter()]), width=width)
    assert watched.page.evaluate("document.scripts.length") == 0
    assert not too_wide(watched.page)
    assert violations(watched.page) == ""
    assert watched.quiet, watched


@pytest.mark.browser
def test_hostile_words_run_nothing_and_show_as_typed(open_page):
    import pandas as pd

    words = [*HOSTILE, "$x$"]
    part = Part("", tuple(words), tuple(words), pd.DataFrame({"a": words, "<b>": words}))
    watched = open_page(documents_page([letter(addressee=words[0], title=words[3], parts=(part,))]))
    page = watched.page
    assert page.locator("h1").text_content() == words[3]
    assert page.locator("section p").all_text_contents() == words
    assert page.locator("tbody th").all_text_contents() == words
    assert page.locator("thead th").all_text_contents() == ["a", "<b>"]
    assert page.locator("img, script, iframe, svg, a:not(.skip)").count() == 0
    assert watched.quiet, watched


@pytest.mark.browser
def test_in_print_the_type_is_large_and_each_begins_a_page(open_page):
    page = open_page(documents_page([letter()] * 3)).page
    page.emulate_media(media="print")
    sizes = page.evaluate(
        """[...document.querySelectorAll('main *')].filter(e => e.textContent.trim())
        .map(e => parseFloat(getComputedStyle(e).fontSize) * 0.75)"""
    )
    assert min(sizes) >= SMALLEST_PT - 0.01
    assert sides(page) == 3
    assert re.search(rb"/MediaBox \[0 0 59[45]\S* 84[12]", page.pdf(prefer_css_page_size=True)), "A4"
