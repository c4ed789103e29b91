"""The call sheets: all that a volunteer needs, in large type, each sheet on its own pages; and nothing runs."""

import re

import pytest
from round_build import BANNER, LEVELS, OUTCOMES, calls, result
from test_show_accessible import too_wide
from test_show_hostile import HOSTILE

from axe_core import violations
from rosc_map.errors import FileProblem, InputError, NotPublished
from rosc_map.publish.round_types import Call, CallSheet
from rosc_map.show import call_sheets_page, write_call_sheets

SMALLEST_PT = 14


def one_call(**more):
    given = {"who": "Example", "phone": "", "email": "", "when": "", "questions": ("Q?",), "records": ("",)} | more
    return calls(sheets=(CallSheet(1, 1, (Call(**given),)),))


def test_every_sheet_says_all_that_its_volunteer_needs():
    shown = calls()
    sheets = call_sheets_page(shown).split('<section class="sheet"')[1:]
    assert len(sheets) == 3
    for number, sheet in enumerate(sheets, 1):
        assert f"Sheet {number} of 3: linkage test, round R1" in sheet
        assert BANNER in sheet
        for words in (*shown.script, *shown.conduct, *shown.notes, *(meaning for _, meaning in (*LEVELS, *OUTCOMES))):
            assert f"{words}</li>" in sheet


def test_every_call_has_its_tries_its_questions_and_its_end():
    html = call_sheets_page(calls(tries=4))
    block = html[html.index('<section class="call"') : html.index("Call 2 of 2")]
    assert "Call 1 of 2: Example Housing Advice (Example Trust)" in block
    assert '<a href="tel:01632960001">01632 960001</a>' in block
    assert '<a href="mailto:hello@example.org">hello@example.org</a>' in block
    assert "Open: Mon to Fri 9:00-17:00" in block
    assert re.findall(r"Try (\d): day", block) == ["1", "2", "3", "4"]
    asked = block[block.index('<ol class="questions">') : block.index("</ol>")]
    assert asked.count("what could you tell them?") == 5
    ticks = re.findall(r"<ul class=\"ticks\">(.*?)</ul>", block, re.DOTALL)
    levels = [word for word, _ in LEVELS]
    assert [re.findall(r"<li>(.*?)</li>", tick) for tick in ticks] == [
        levels,
        ["As recorded", "Differs from the record"],
        *[levels] * 4,
        [word for word, _ in OUTCOMES],
    ]
    assert "Volunteer number" in block[block.index("How the call ended:") :]


def test_the_record_stands_under_its_question_and_only_there():
    html = call_sheets_page(calls())
    assert html.count("Look at this after the answer; do not read it out.") == 3
    first, second = html.split("what could you tell them?")[1:3]
    assert "Telephone: 01632 960002 · Times: Mon 09:00-10:00" in first
    assert "Look at this" not in second
    assert "Look at this" not in call_sheets_page(one_call())


def test_each_sheet_ends_with_room_for_what_has_closed():
    sheets = call_sheets_page(calls()).split('<section class="sheet"')[1:]
    assert [sheet.count("Which service have you heard has closed?") for sheet in sheets] == [1, 1, 1]
    assert all(sheet.index("How the call ended:") < sheet.index("has closed?") for sheet in sheets)


def test_what_is_not_known_is_said():
    html = call_sheets_page(one_call())
    assert "No telephone number or e-mail address is on record. Ask your supervisor." in html
    assert "Open: not known" in html


def test_a_level_that_is_only_a_number_takes_its_words_with_it():
    html = call_sheets_page(calls(levels=(("0", "Has never heard of it"),)))
    assert "<li>0 Has never heard of it</li>" in html


@pytest.mark.parametrize("phone", ["javascript:alert(1)", "ask at the desk", "", "0"])
@pytest.mark.parametrize("email", ["a@b.org?bcc=all@c.org", "a b@c.org", "javascript:alert(1)", ""])
def test_what_is_no_number_or_address_stays_words(phone, email):
    html = call_sheets_page(one_call(phone=phone, email=email))
    assert "<a href" not in html.replace('<a class="skip"', "")


def test_it_is_written_whole_for_its_owner_alone_and_never_over_another(tmp_path):
    path = write_call_sheets(calls(), tmp_path / "calls.html")
    assert path.read_text("utf-8") == call_sheets_page(calls())
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(FileProblem, match="is there already"):
        write_call_sheets(calls(), path)
    with pytest.raises(InputError, match=r"choose a name that ends in \.html"):
        write_call_sheets(calls(), tmp_path / "calls.xlsx")
    with pytest.raises(NotPublished):
        write_call_sheets(result(), tmp_path / "other.html")
    assert [file.name for file in tmp_path.iterdir()] == ["calls.html"]


@pytest.mark.browser
def test_it_runs_nothing_asks_for_nothing_and_has_no_violation(open_page):
    watched = open_page(call_sheets_page(calls()), width=360)
    page = watched.page
    assert page.evaluate("document.scripts.length") == 0
    assert not too_wide(page)
    assert violations(page) == ""
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not too_wide(page)
    assert watched.quiet, watched


@pytest.mark.browser
def test_hostile_words_run_nothing_and_show_as_typed(open_page):
    words = [*HOSTILE, "$x$"]
    sheet = CallSheet(1, 1, tuple(Call(text, text, text, text, (text,), (text,)) for text in words))
    pairs = tuple((text, text) for text in words)
    shown = calls(title=words[0], banner=words[1], sheets=(sheet,), script=tuple(words), levels=pairs, outcomes=pairs)
    watched = open_page(call_sheets_page(shown))
    page = watched.page
    named = page.locator(".call h3").all_text_contents()
    assert named == [f"Call {at} of {len(words)}: {text}" for at, text in enumerate(words, 1)]
    assert page.locator(".call").first.locator(".ticks").first.locator("li").all_text_contents() == words
    assert page.locator(".sheet > ol li").all_text_contents() == words
    assert page.locator("img, script, iframe, svg, a:not(.skip)").count() == 0
    assert watched.quiet, watched


def sides(page):
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True)))


@pytest.mark.browser
def test_in_print_the_type_is_large_and_each_sheet_begins_a_page(open_page):
    page = open_page(call_sheets_page(calls())).page
    page.emulate_media(media="print")
    # A pixel of CSS is three quarters of a point.
    sizes = page.evaluate(
        """[...document.querySelectorAll('main *')].filter(e => e.textContent.trim())
        .map(e => parseFloat(getComputedStyle(e).fontSize) * 0.75)"""
    )
    assert min(sizes) >= SMALLEST_PT - 0.01
    alone = open_page(call_sheets_page(calls(sheets=calls().sheets[:1]))).page
    assert sides(page) == 3 * sides(alone)
    avoids = "[...document.querySelectorAll('.call')].every(e => getComputedStyle(e).breakInside === 'avoid')"
    assert page.evaluate(avoids)
