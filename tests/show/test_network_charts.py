"""The pictures of the network: the same bytes each time, shapes and no letters, and the same said in words."""

import io
import re
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from network_build import LERO, MUTUAL_AID, TREATMENT, many, table, tables
from PIL import Image
from round_build import TYPES
from test_charts import HOSTILE, NARROWEST, SVG, luminance

from rosc_map.records import codelist
from rosc_map.show._marks import outline
from rosc_map.show._symbols import symbol
from rosc_map.show.network_charts import NUMBERED, diagram, handoff_chart, of_all

NAMES = pytest.mark.parametrize("name", ["handoffs", "five", "sixty", "thousand"])


def all_charts():
    five, sixty, thousand = tables(), many(NUMBERED, 3 * NUMBERED), many(1000, 3000)
    return {
        "handoffs": handoff_chart(five["handoffs"], foot="Made up."),
        "five": diagram(five["positions"], five["links"], foot="Made up."),
        "sixty": diagram(sixty["positions"], sixty["links"], foot="Made up."),
        "thousand": diagram(thousand["positions"], thousand["links"], foot="Made up."),
    }


@pytest.fixture(scope="module")
def charts():
    return all_charts()


def numbers_of(chart):
    """Return the numbers that are written in a picture, from the comments that matplotlib writes beside letters."""
    return [int(words) for words in re.findall(r"<!-- (\d+) -->", chart.svg)]


def test_they_are_the_same_bytes_each_time_whatever_this_machine_prefers(charts):
    with mpl.rc_context({"font.size": 30, "lines.linewidth": 9, "axes.grid": True, "svg.fonttype": "none"}):
        again = _drawn(all_charts())
    assert again == _drawn(charts)


def _drawn(charts):
    """Draw them all for a page, now, and one for slides: those are all made the same way."""
    return charts["five"].png, {name: (chart.title, chart.text, chart.svg) for name, chart in charts.items()}


@NAMES
def test_the_picture_is_shapes_without_a_script_or_an_address(charts, name):
    root = ElementTree.fromstring(charts[name].svg)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert "path" in tags and not tags & {"script", "text", "image", "a", "foreignObject", "metadata"}
    named = [value for element in root.iter() for key, value in element.attrib.items() if "href" in key]
    assert named and all(value.startswith("#") for value in named)


@NAMES
def test_its_type_can_be_read_on_a_telephone_and_it_opens_on_a_slide(charts, name):
    sizes = [100 * float(scale) for scale in re.findall(r"scale\(([\d.]+) -[\d.]+\)", charts[name].svg)]
    width = float(re.search(r'<svg[^>]* width="([\d.]+)pt"', charts[name].svg)[1])
    assert min(sizes) * NARROWEST / width >= 9, "pixels"
    with Image.open(io.BytesIO(charts[name].png)) as picture:
        picture.load()
        assert picture.format == "PNG" and picture.width == 1500


def test_the_bars_are_as_long_as_their_numbers_and_these_are_in_the_words(charts):
    chart = charts["handoffs"]
    assert f"{LERO}: in one handoff 2 of 4 (50 %), within two 3 of 4 (75 %)." in chart.text
    assert f"{MUTUAL_AID}: in one handoff 0 of 4 (0 %), within two 0 of 4 (0 %)." in chart.text
    for words in ("2 of 4 (50 %)", "3 of 4 (75 %)", "0 of 4 (0 %)", "in one", "within two"):
        assert f"<!-- {words} -->" in chart.svg
    solid = [element for element in ElementTree.fromstring(chart.svg).iter(f"{SVG}path") if is_bar(element)]
    lengths = [max(xs) - min(xs) for xs in map(across, solid)]
    assert lengths == pytest.approx([63, 31.5]), "two of four and one of four of 126 points; none of four has no bar"


def is_bar(path):
    style = path.attrib.get("style", "").replace(" ", "")
    return style.startswith("fill:#0b5c8a") and path.attrib.get("clip-path") is not None


def across(path):
    return [float(x) for x in re.findall(r"[ML] ([\d.]+) [\d.]+", path.attrib["d"])]


def test_a_type_that_nobody_could_refer_to_has_no_share():
    assert of_all(0, 0) == "0 of 0"
    assert "within two 0 of 0." in handoff_chart(table("handoffs", (LERO, 0, 0, 0))).text
    assert of_all(1234, 2000) == "1,234 of 2,000 (62 %)"


def test_the_diagram_says_what_it_holds(charts):
    assert charts["five"].text.startswith("5 services, 5 recorded links between them, 0 without a recorded link.")
    assert f"{LERO}: 1; Lived experience initiative: 1" in charts["five"].text
    alone = diagram(tables()["positions"], table("links"))
    assert "5 services, 0 recorded links between them, 5 without" in alone.text
    elsewhere = table("links", ("a", "not here", "A", "B", "declared", ""), ("a", "b", "A", "B", "declared", ""))
    assert "1 recorded link between them, 3 without" in diagram(tables()["positions"], elsewhere).text
    assert diagram(table("positions"), table("links")).text.startswith("0 services, 0 recorded links")


def test_each_mark_has_its_number_as_far_as_they_fit(charts):
    assert sorted(numbers_of(charts["sixty"])) == list(range(1, NUMBERED + 1))
    assert "no line could be followed" not in charts["sixty"].text


def test_more_services_are_drawn_as_types_with_the_number_of_links_on_each_arrow():
    types = ((LERO, 50), (TREATMENT, 30), (MUTUAL_AID, 2))
    marks = [(f"{kind}{at}", "X", kind, 0.5, 0.5) for kind, count in types for at in range(count)]
    pairs = [(TREATMENT, LERO)] * 7 + [(LERO, TREATMENT)] * 3 + [(LERO, LERO)] * 5 + [(MUTUAL_AID, LERO)]
    links = [(f"{one}{at % 2}", f"{other}{at}", "X", "X", "declared", "") for at, (one, other) in enumerate(pairs)]
    chart = diagram(table("positions", *marks), table("links", *links))
    assert sorted(numbers_of(chart)) == [1, 3, 7], "a number an arrow; those within a type are in the key"
    for words in (f"{LERO}: 50 (5)", f"{TREATMENT}: 30 (0)", f"{MUTUAL_AID}: 2 (0)"):
        assert f"<!-- {words} -->" in chart.svg
    assert chart.text.startswith("82 services, 16 recorded links between them. 5 of these links are within one type.")
    assert f"{TREATMENT} to {LERO}, 7; {LERO} to {TREATMENT}, 3; {MUTUAL_AID} to {LERO}, 1." in chart.text
    assert "Single services and links are in the tables." in chart.text
    widths = [float(width) for width in re.findall(r"stroke: #767676; stroke-width: ([\d.]+)", chart.svg)]
    assert widths == sorted(widths, reverse=True) and widths[0] == pytest.approx(widths[1] * 7 / 3)


def test_the_numbers_of_a_thousand_services_stand_clear_of_each_other(charts):
    spots = spots_of(charts["thousand"].svg)
    assert len(spots) == 72, "each of nine types to each other"
    apart = np.abs(spots[:, None] - spots[None]) + 100 * np.eye(len(spots))[:, :, None]
    assert ((apart[..., 0] < 10) & (apart[..., 1] < 8)).sum() <= 2


def test_links_are_told_apart_by_what_is_known_of_them_and_not_by_colour():
    evidence = ("declared", "declared, confirmed", "tested", "counted", "declared, counted")
    links = [("a", letter, "X", "X", words, "") for letter, words in zip("bcdea", evidence, strict=True)]
    chart = diagram(tables()["positions"], table("links", *links))
    told = {"Confirmed, or found in a test": 2, "Declared, not confirmed by the other": 2}
    for words, count in (told | {"Referrals counted, not declared": 1}).items():
        assert f"<!-- {words}: {count} -->" in chart.svg and f"{words}: {count}" in chart.text
    styles = re.findall(r'style="([^"]*stroke: #6b6b6b[^"]*)"', chart.svg)
    assert len(set(styles)) == 3
    one = diagram(tables()["positions"], table("links", *links[1:2]))
    assert "Declared" not in one.svg and "Declared" not in one.text, "no line of a key without a line in the picture"


def spots_of(svg):
    """Return where the numbers of a picture stand, in points, shape (numbers, 2)."""
    found = re.findall(r"<!-- [\d,]+ -->.*?translate\(([\d.]+) ([\d.]+)\)", svg, re.DOTALL)
    return np.array(found, float)


def test_a_link_points_to_whom_people_are_referred():
    ends = table("positions", ("a", "A", LERO, 0.0, 0.5), ("b", "B", TREATMENT, 1.0, 0.5))

    def head(start, end):
        svg = diagram(ends, table("links", (start, end, "A", "B", "declared", ""))).svg
        dark = [path for path in ElementTree.fromstring(svg).iter(f"{SVG}path") if is_head(path)]
        return [np.mean(across(path)) for path in dark][:1]  # the second is in the key

    to_the_right, to_the_left = head("a", "b"), head("b", "a")
    assert len(to_the_right) == len(to_the_left) == 1
    assert to_the_right[0] > 300 and to_the_left[0] < 60


def is_head(path):
    return path.attrib.get("style", "").replace(" ", "") == "fill:#1a1a1a" and path.attrib.get("clip-path") is not None


def test_numbers_stand_clear_of_marks_and_of_each_other_where_there_is_room():
    grid = [(f"s{at}", f"S{at}", LERO, at % 6 / 5, at // 6 / 9) for at in range(NUMBERED)]
    svg = diagram(table("positions", *grid), table("links")).svg
    spots = spots_of(svg)
    assert len(spots) == NUMBERED
    apart = np.abs(spots[:, None] - spots[None]) + 100 * np.eye(NUMBERED)[:, :, None]
    assert not ((apart[..., 0] < 12) & (apart[..., 1] < 9)).any()


def test_every_type_has_the_shape_and_the_colour_that_it_has_on_the_map():
    shapes = {code: outline(symbol(code)) for code in codelist("asset_type")}
    assert len({shape.vertices.tobytes() for shape in shapes.values()}) == len(TYPES)
    for code, shape in shapes.items():
        low, high = shape.vertices.min(axis=0), shape.vertices.max(axis=0)
        middle = (low + high) / 2 / np.abs(shape.vertices).max()
        assert np.abs(middle).max() < 0.2, code
    # Upright: a triangle with its point up, and one with its point down.
    up, down = shapes["mutual_aid"].vertices, shapes["domestic_abuse_refuge"].vertices
    assert up[up[:, 1].argmax(), 0] == 0 and down[down[:, 1].argmin(), 0] == 0


def test_the_outline_of_a_mark_stands_out_from_paper():
    assert (1 + 0.05) / (luminance("#1a1a1a") + 0.05) >= 3


def test_two_services_at_one_place_and_a_service_alone_are_drawn():
    same = table("positions", ("a", "A", LERO, 0.5, 0.5), ("b", "B", LERO, 0.5, 0.5))
    chart = diagram(same, table("links", ("a", "b", "A", "B", "declared", "")))
    assert sorted(numbers_of(chart)) == [1, 2] and "nan" not in chart.svg.lower()
    assert numbers_of(diagram(same[:1], table("links"))) == [1]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_drawn_as_words(words):
    for chart in (
        handoff_chart(table("handoffs", (words, 4, 1, 2)), foot=words),
        diagram(table("positions", (words, words, words, 0.5, 0.5)), table("links"), foot=words),
    ):
        tags = {element.tag for element in ElementTree.fromstring(chart.svg).iter()}
        assert f"{SVG}script" not in tags and f"{SVG}img" not in tags
