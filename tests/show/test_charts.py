"""The charts: the same bytes each time, shapes and no letters, type that can be read, and the same said in words."""

import io
import math
import re
import subprocess
import sys
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image
from round_build import FIGURES, PAIRS, POINTS, TYPES, figures, pairs, plain, points

from rosc_map.linkage.plan import plan
from rosc_map.show.charts import _chance, funnel, heat_map, ink_on, interval_plot, plan_curve, shade

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "$x$ and \\frac{",
    "--><script>alert(1)</script>",
    "名前 \U0001f600 \u202e",
    "x" * 500,
]
NARROWEST = 330  # pixels of the chart on a telephone of 360
SVG = "{http://www.w3.org/2000/svg}"


def all_charts():
    chosen = plan(42, sources=20, targets=5)
    return {
        "interval": interval_plot(figures(), foot="Made up."),
        "types": heat_map(pairs(TYPES), foot="Made up."),
        "funnel": funnel(points(), foot="Made up."),
        "plan": plan_curve(chosen.table, (20, 5)),
    }


@pytest.fixture(scope="module")
def charts():
    return all_charts()


def drawn(charts):
    """Draw them all for a page, now, and one for slides: those are all made the same way."""
    return charts["types"].png, {name: (chart.title, chart.text, chart.svg) for name, chart in charts.items()}


def test_they_are_the_same_bytes_each_time_whatever_this_machine_prefers(charts):
    before = drawn(charts)
    with mpl.rc_context({"font.size": 30, "font.family": "serif", "axes.grid": True, "svg.fonttype": "none"}):
        assert drawn(all_charts()) == before


@pytest.mark.parametrize("name", ["interval", "types", "funnel", "plan"])
def test_the_picture_is_shapes_without_a_script_or_an_address(charts, name):
    root = ElementTree.fromstring(charts[name].svg)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert "path" in tags and not tags & {"script", "text", "image", "a", "foreignObject", "metadata"}
    named = [value for element in root.iter() for key, value in element.attrib.items() if "href" in key]
    assert named and all(value.startswith("#") for value in named)
    assert not re.search(r"\b20\d\d-\d\d-\d\d", charts[name].svg), "no day of the drawing"


@pytest.mark.parametrize("name", ["interval", "types", "funnel", "plan"])
def test_its_type_can_be_read_on_a_telephone_and_on_a_slide(charts, name):
    sizes = [100 * float(scale) for scale in re.findall(r"scale\(([\d.]+) -[\d.]+\)", charts[name].svg)]
    width = float(re.search(r'<svg[^>]* width="([\d.]+)pt"', charts[name].svg)[1])
    assert min(sizes) * 7 * 72 / width >= 12, "points, where the picture is seven inches wide"
    assert min(sizes) * NARROWEST / width >= 9, "pixels"


@pytest.mark.parametrize("name", ["interval", "types", "funnel", "plan"])
def test_the_picture_for_slides_opens(charts, name):
    with Image.open(io.BytesIO(charts[name].png)) as picture:
        picture.load()
        assert picture.format == "PNG" and picture.width == 1500
        assert len(picture.convert("L").getcolors(256)) > 2, "not blank"


def test_a_picture_that_leaves_its_page_says_what_it_is_of(charts):
    bare = interval_plot(figures())
    with Image.open(io.BytesIO(bare.png)) as without, Image.open(io.BytesIO(charts["interval"].png)) as with_foot:
        assert with_foot.height > without.height + 30
    heights = [float(re.search(r'height="([\d.]+)pt"', svg)[1]) for svg in (bare.svg, charts["interval"].svg)]
    assert heights[0] == pytest.approx(heights[1]) and "Made up" not in charts["interval"].svg, "its page says it"


def test_the_words_name_their_denominators(charts):
    text = charts["interval"].text
    assert (
        "Linked: could say what it is, where and when: 49 % (41 % to 57 %), of 97 questions put to 20 services." in text
    )
    assert "or all had: from 38 % to 62 %, of all 120 questions drawn." in text
    assert "Services that answered: 83 %, of 24 services contacted." in text
    table = pairs(TYPES)
    shares = table["share"].notna().sum()
    assert (
        f"81 ordered pairs of types, {table['answered'].sum()} answered questions in all: {shares} have"
        in charts["types"].text
    )
    assert "not the same as no link" in charts["types"].text
    assert re.match(
        r"Knows others: 40 services, \d+ answered questions, \d+ % overall; \d of 40 outside", charts["funnel"].text
    )
    assert "Is known by others: 40 services" in charts["funnel"].text
    assert charts["plan"].text.startswith(
        "Marked: 20 services, 5 others each: give or take 11 points. 1 other each: from"
    )


def test_what_cannot_be_known_is_said_and_not_drawn_as_a_share():
    nobody = plain(
        [("Linked", None, None, None, "0 questions"), ("Only one", 0.5, float("nan"), None, "2 questions")], FIGURES
    )
    assert interval_plot(nobody).text.endswith("Linked: not known, of 0 questions. Only one: 50 %, of 2 questions.")
    empty = heat_map(plain([], PAIRS))
    assert empty.text.startswith("0 ordered pairs of types, 0 answered questions in all: 0 have a share.")
    few = plain(
        [("A", "A", 3, 3, None, None, None, None, "too few"), ("A", "B", 0, 0, *[None] * 4, "not tested")], PAIRS
    )
    assert "0 have a share. Too few answers: 1. Not tested, which is not the same as no link: 1." in heat_map(few).text
    assert funnel(plain([("knows", 0, None, None, None, None)], POINTS)).text == "No service has answered a question."
    whole = plain([("All asked", 0.5, 0.5, 0.5, "2 questions"), ("Bounds", None, 0.4, 0.4, "3 questions")], FIGURES)
    assert interval_plot(whole).text.endswith("All asked: 50 %, of 2 questions. Bounds: 40 %, of 3 questions.")
    one = funnel(plain([("is known", 1, 1.0, 0.6, 0.2, 0.9)], POINTS))
    assert one.text.startswith("Is known by others: 1 service, 1 answered question, 100 % overall; 0 of 1 outside")


def test_a_cell_that_was_not_tested_looks_unlike_one_without_links():
    row = ("A", "A", 6, 6, 0, 0.0, 0.0, 0.4, "")
    none_linked, untested, few = (
        heat_map(plain([row[:3] + rest], PAIRS)).svg
        for rest in (row[3:], (0, None, None, None, None, "not tested"), (2, None, None, None, None, "too few"))
    )
    assert "pattern" not in none_linked and "pattern" in untested and "pattern" in few
    assert shade(0.0) in none_linked and shade(0.0) not in untested + few


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_words_of_each_cell_stand_out_from_its_colour_and_more_is_darker():
    shades = [shade(share / 100) for share in range(101)]
    for colour in shades:
        bright, dark = sorted((luminance(colour), luminance(ink_on(colour))), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) >= 4.5
    assert np.all(np.diff([luminance(colour) for colour in shades]) < 0)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.45, 0.8, 1.0])
def test_the_lines_of_the_funnel_hold_95_of_100_and_no_more_than_they_must(share):
    numbers = np.arange(1, 13)
    low, high = _chance(numbers, share)
    for n, least, most in zip(numbers.tolist(), low * numbers, high * numbers, strict=True):
        chance = [math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
        least, most = round(least), round(most)
        assert sum(chance[:least]) < 0.025 <= sum(chance[: least + 1]) + 1e-12
        assert sum(chance[most + 1 :]) <= 0.025 + 1e-12
        assert most == least or sum(chance[most:]) > 0.025 - 1e-12


def test_a_service_that_chance_does_not_explain_is_counted_as_outside():
    rows = [("knows", 10, 0.5, 0.5, 0.3, 0.7)] * 30 + [("knows", 10, 1.0, 0.8, 0.6, 0.9)]
    assert "1 of 31 outside the lines" in funnel(plain(rows, POINTS)).text


def test_marks_of_the_same_place_are_counted():
    apart = funnel(plain([("knows", 2, 0.5, 0.5, 0, 1), ("knows", 2, 1.0, 0.5, 0, 1)], POINTS)).svg
    together = funnel(plain([("knows", 2, 0.5, 0.5, 0, 1)] * 2, POINTS)).svg
    assert "<!-- 2 -->" in together and together.count("<!-- 2 -->") == apart.count("<!-- 2 -->") + 1


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_drawn_as_words(words):
    for chart in (
        interval_plot(plain([(words, 0.5, 0.4, 0.6, words)], FIGURES), foot=words),
        heat_map(plain([(words, words, 6, 6, 3, 0.5, 0.2, 0.8, "")], PAIRS), foot=words),
    ):
        tags = {element.tag for element in ElementTree.fromstring(chart.svg).iter()}
        assert f"{SVG}script" not in tags and f"{SVG}img" not in tags


def test_a_dollar_is_a_dollar_and_begins_no_formula():
    def letters(words):
        return interval_plot(plain([(words, 0.5, 0.4, 0.6, "")], FIGURES)).svg.count("<use ")

    assert letters("$x$") == letters("x") + 2


def test_nobody_waits_for_the_drawing_libraries_who_draws_nothing():
    code = "import sys, rosc_map.partnership; sys.exit(bool({'matplotlib', 'folium'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-W", "error::ImportWarning", "-c", code], check=False).returncode == 0
