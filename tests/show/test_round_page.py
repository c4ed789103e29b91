"""The result page: in short, then the charts with their tables, then the method; and nobody's funnel outside."""

import datetime as dt
import re

import pytest
from round_build import BANDS, BANNER, FIGURES, PAIRS, POINTS, TYPES, pairs, plain, points, result
from test_show_accessible import too_wide
from test_show_hostile import HOSTILE

from axe_core import violations
from rosc_map.errors import FileProblem, NotPublished
from rosc_map.records import Audience
from rosc_map.show import round_page, write_round

OUTSIDE = pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.PARTNERS])
NOTHING = {
    "sentences": (),
    "notes": (),
    "method": (),
    "figures": plain([], FIGURES),
    "between_types": plain([], PAIRS),
    "distance": plain([], BANDS),
    "funnel": plain([], POINTS),
}


def headings(html):
    return re.findall(r"<h2[^>]*>(.*?)</h2>", html)


def rows_of(html, caption):
    table = html[html.index(f"<caption>{caption}") :]
    cells = re.findall(r"<tr>(.*?)</tr>", table[: table.index("</table>")], re.DOTALL)
    return [[cell.replace("\u00a0", " ") for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in cells]


@pytest.fixture(scope="module")
def html():
    return round_page(result())


def test_it_says_what_it_is_then_the_result_then_the_figures_then_the_method(html):
    assert "<h1>Linkage test: round R1</h1>" in html
    assert f"<strong>{BANNER}</strong>" in html
    assert "Made-up Surrey. Ashford-style. As at 22 November 2026. Made for the partnership" in html
    assert headings(html) == [
        "In short",
        "How many questions found a link",
        "Between types of service",
        "How far apart the services are",
        "Service by service, unnamed",
        "How it was done",
    ]
    assert html.index("Of 97 questions answered by 20 services") < html.index("<figure>") < html.index("<table>")
    assert html.index("left open until somebody settles") < html.index("<figure>")
    assert (
        html.index("How it was done") < html.index("Ashford, 2018") < html.index("The interval is a Wilson interval.")
    )


def test_each_picture_is_in_the_page_and_its_table_stands_by_it(html):
    assert len(re.findall(r'<img src="data:image/svg\+xml;base64,[\w+/=]+" alt="[^"]{80,}"', html)) == 3
    assert rows_of(html, "The figures") == [
        ["Figure", "Share", "Of"],
        ["Linked: could say what it is, where and when", "49 % (41 % to 57 %)", "97 questions put to 20 services"],
        ["Referral-linked: could say how to get in", "31 % (24 % to 39 %)", "97 questions put to 20 services"],
        ["As a caller would meet it", "41 % (33 % to 50 %)", "115 questions put to 24 services"],
        [
            "If no question without an answer had found a link, or all had",
            "from 38 % to 62 %",
            "all 120 questions drawn",
        ],
        ["Services that answered", "83 %", "24 services contacted"],
    ]
    assert rows_of(html, "Share that found a link")[1:] == [
        ["Under 2 km", "60 % (44 % to 74 %) of 40 answers"],
        ["2 to 5 km", "40 % (25 % to 58 %) of 30 answers"],
        ["5 to 10 km", "too few (3 answers)"],
        ["10 km and more", "not tested"],
    ]


def test_the_matrix_has_who_was_asked_in_its_rows():
    cells = [("A", "B", 6, 5, 4, 0.8, 0.4, 0.96, ""), ("A", "A", 2, 1, *[None] * 4, "too few")]
    shown = rows_of(round_page(result(between_types=plain(cells, PAIRS))), "Share of answered questions")
    assert shown[1:] == [
        ["A", "too few (1 answer)", "80 % (40 % to 96 %) of 5 answers"],
        ["B", "not tested", "not tested"],
    ]
    assert shown[0][1:] == ["A", "B"]


def test_the_funnel_says_that_it_is_no_league_table_and_counts_every_service_once(html):
    assert "This is no league table, and no mark has a name." in html
    rows = rows_of(html, "How many services are at each place")[1:]
    assert sum(int(row[2]) for row in rows) == 24
    assert rows[0][0] == "Knows others: 1 answered"


@OUTSIDE
def test_outside_internal_there_is_no_funnel_even_where_one_is_handed_in(tmp_path, audience):
    made = write_round(result(audience=audience), tmp_path)
    assert [path.name for path in made] == ["result.html", "interval.png", "between-types.png"]
    html = made[0].read_text("utf-8")
    assert "unnamed" not in html and "league" not in html and "Knows others" not in html
    assert made[0].stat().st_mode & 0o044


REPLIES = [("Example Café", "Our number changed in May.", dt.date(2026, 11, 20)), ("Monday Meeting", "<b>No.", None)]


def test_what_organisations_reply_is_for_the_coordinators(html):
    replies = plain(REPLIES, ["name", "reply", "on"])
    shown = round_page(result(replies=replies))
    assert headings(shown)[-2:] == ["What organisations reply", "How it was done"]
    assert rows_of(shown, "Replies to their own results")[1:] == [
        ["Example Café, 20 November 2026", "Our number changed in May."],
        ["Monday Meeting", "&lt;b&gt;No."],
    ]
    assert "What organisations reply" not in html, "no heading over nothing"
    for audience in (Audience.PUBLIC, Audience.PARTNERS):
        outside = round_page(result(audience=audience, replies=replies))
        assert "reply" not in outside and "Our number" not in outside and "Example Café" not in outside


def test_when_the_calls_were_made_stands_under_the_title(html):
    assert "Ashford-style. As at" in html
    called = round_page(result(when="Called 3 to 20 November 2026"))
    assert "Made-up Surrey. Ashford-style. Called 3 to 20 November 2026. As at 22 November 2026." in called


def test_what_is_internal_is_for_its_owner_alone(tmp_path):
    made = write_round(result(), tmp_path)
    assert [path.name for path in made] == ["result.html", "interval.png", "between-types.png", "funnel.png"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in made)
    assert made[0].read_text("utf-8") == round_page(result()), "the same page each time"


def test_a_picture_of_another_audience_does_not_stay_beside_the_result(tmp_path):
    (tmp_path / "funnel.png").write_bytes(b"a picture for the coordinators")
    with pytest.raises(FileProblem, match=r"funnel\.png is of another result"):
        write_round(result(audience=Audience.PUBLIC), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["funnel.png"], "nothing was written"


def test_where_there_is_nothing_yet_it_says_so(tmp_path):
    made = write_round(result(**NOTHING), tmp_path)
    html = made[0].read_text("utf-8")
    assert [path.name for path in made] == ["result.html"]
    assert "There is no result yet." in html and html.count("There is nothing to show here yet.") == 3
    assert "<img" not in html and "<table" not in html


def test_figures_that_nobody_knows_are_words_and_no_chart():
    html = round_page(result(figures=plain([("Linked", None, None, None, "0 questions")], FIGURES)))
    assert ["Linked", "not known", "0 questions"] in rows_of(html, "The figures")
    assert html.count("<img") == 2
    assert "nan" not in re.sub(r"base64,[^\"]+", "", html).lower()


def test_only_what_has_passed_the_gate_is_shown(tmp_path):
    for thing in ({"round": "R1"}, None):
        with pytest.raises(NotPublished):
            round_page(thing)
        with pytest.raises(NotPublished):
            write_round(thing, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def full_html():
    replies = plain([(name, reply * 9, on) for name, reply, on in REPLIES], ["name", "reply", "on"])
    return round_page(
        result(between_types=pairs(TYPES), funnel=points(), replies=replies, when="Called on 3 November 2026")
    )


@pytest.mark.browser
def test_it_runs_nothing_asks_for_nothing_and_has_no_violation(open_page, full_html):
    watched = open_page(full_html, width=360)
    page = watched.page
    assert page.locator("img").count() == 3
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert page.evaluate("document.scripts.length") == 0
    assert not too_wide(page)
    assert violations(page) == ""
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not too_wide(page)
    assert watched.quiet, watched


@pytest.mark.browser
def test_hostile_words_run_nothing_and_show_as_typed(open_page):
    words = [*HOSTILE, "$x$"]
    shown = result(
        title=words[0],
        banner=words[1],
        round=words[2],
        sentences=tuple(words),
        notes=tuple(words),
        method=tuple(words),
        figures=plain([(text, 0.5, 0.4, 0.6, text) for text in words], FIGURES),
        between_types=plain([(text, words[0], 6, 6, 3, 0.5, 0.2, 0.8, "") for text in words[:5]], PAIRS),
        distance=plain([(text, 6, 3, 0.5, 0.2, 0.8, "") for text in words], BANDS),
    )
    watched = open_page(round_page(shown))
    page = watched.page
    assert page.locator(".banner").text_content() == words[1]
    assert page.locator("section").first.locator("p").all_text_contents() == words
    assert page.locator("section").first.locator("li").all_text_contents() == words
    assert page.locator("section").nth(1).locator("tbody th").all_text_contents() == words
    assert page.locator("section").nth(3).locator("tbody th").all_text_contents() == words
    assert page.locator("img").count() == 3 and page.locator("script, iframe, svg, a:not(.skip)").count() == 0
    assert watched.quiet, watched
