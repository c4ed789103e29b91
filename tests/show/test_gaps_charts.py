"""The pictures of a gap analysis: the same bytes each time, shapes and no letters, and the same said in words."""

import dataclasses
import io
import re
import textwrap
from xml.etree import ElementTree

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image
from shapely.geometry import box
from show_build import small
from test_charts import HOSTILE, NARROWEST, SVG, luminance

from published_gaps import PAIRS, gaps_of
from rosc_map.publish.gaps_types import GapsTable, MapLayer
from rosc_map.publish.publish import BOUNDARY_LICENCE
from rosc_map.show._choropleth import Ground, foot
from rosc_map.show._layers import NOT_SURVEYED, STATUS_LOOKS, classes_of, layer_facts, legend, looks
from rosc_map.show.gaps_charts import (
    MOST_ROWS,
    layer_picture,
    rank_ranges,
    reach_bars,
    six_type_matrix,
)

NAMES = pytest.mark.parametrize("name", ["provision", "reach", "need_provision", "freshness", "six", "bars", "ranks"])
KINDS = (("steps", 2), ("steps", 5), ("steps", 6), ("pairs", 9))


@pytest.fixture(scope="module")
def shown():
    return gaps_of(small(banner="Made up."))


def table_of(shown, key):
    return next(table for part in shown.parts for table in part.tables if table.key == key)


def all_charts(shown):
    charts = {layer.key: layer_picture(shown, layer) for layer in shown.layers}
    return charts | {
        "six": six_type_matrix(shown, table_of(shown, "six-types")),
        "bars": reach_bars(shown, table_of(shown, "reach-overall")),
        "ranks": rank_ranges(shown, table_of(shown, "priority")),
    }


@pytest.fixture(scope="module")
def charts(shown):
    return all_charts(shown)


def written(chart):
    """Return the words in a picture, from the comments that matplotlib writes beside letters."""
    return re.findall(r"<!-- (.*?) -->", chart.svg, re.DOTALL)


def drawn(charts):
    """Draw them all for a page, now, and one for slides: those are all made the same way."""
    return charts["six"].png, {name: (chart.title, chart.text, chart.svg) for name, chart in charts.items()}


def test_they_are_the_same_bytes_each_time_whatever_this_machine_prefers(charts, shown):
    before = drawn(charts)
    with mpl.rc_context({"font.size": 30, "hatch.linewidth": 5, "axes.grid": True, "svg.fonttype": "none"}):
        assert drawn(all_charts(shown)) == before


@NAMES
def test_the_picture_is_shapes_without_a_script_or_an_address(charts, name):
    root = ElementTree.fromstring(charts[name].svg)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert "path" in tags and not tags & {"script", "text", "image", "a", "foreignObject", "metadata"}
    named = [value for element in root.iter() for key, value in element.attrib.items() if "href" in key]
    assert all(value.startswith("#") for value in named)


@NAMES
def test_its_type_can_be_read_on_a_telephone_and_it_opens_on_a_slide(charts, name):
    sizes = [100 * float(scale) for scale in re.findall(r"scale\(([\d.]+) -[\d.]+\)", charts[name].svg)]
    width = float(re.search(r'<svg[^>]* width="([\d.]+)pt"', charts[name].svg)[1])
    assert min(sizes) * NARROWEST / width >= 9, "pixels"
    with Image.open(io.BytesIO(charts[name].png)) as picture:
        picture.load()
        assert picture.format == "PNG" and picture.width == 1500


# --- how classes look -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "number"), KINDS)
def test_each_class_has_a_hatch_of_its_own_and_none_looks_as_not_surveyed(kind, number):
    drawn = looks(kind, number)
    assert (
        len(drawn) == number == len({(look.across, look.down) for look in drawn}) == len({look.hatch for look in drawn})
    )
    assert len({look.colour for look in drawn} | {NOT_SURVEYED.colour}) == number + 1
    assert all(set(look.hatch) <= {"-", "|"} for look in drawn), "only not surveyed is slanted"
    assert NOT_SURVEYED.hatch == "///" and looks("statuses", 3) == STATUS_LOOKS


@pytest.mark.parametrize(("kind", "number"), [*KINDS, ("statuses", 3)])
def test_outlines_and_hatches_stand_three_to_one_against_what_is_behind(kind, number):
    for look in looks(kind, number):
        lines = ["#333333"] + ([look.ink] if look.hatch else [])
        if look is NOT_SURVEYED:  # its stripes say that there is no figure: the outline and the words carry it
            lines = lines[:1]
        for line in lines:
            low, high = sorted((luminance(line), luminance(look.colour)))
            assert (high + 0.05) / (low + 0.05) >= 3, (look, line)


def test_steps_go_from_pale_to_deep():
    light = [luminance(look.colour) for look in looks("steps", 6)]
    assert light == sorted(light, reverse=True)


def test_the_legend_counts_every_authority_once_and_no_figure_apart(shown):
    codes = list(shown.published.areas["code"])
    for layer in shown.layers:
        assert sum(line.count for line in legend(layer, codes)) == len(codes)
    reach = legend(shown.layers[1], codes)[-1]
    assert (reach.words, reach.count, reach.look) == ("Not surveyed yet", 1, NOT_SURVEYED)
    assert [line.words for line in legend(shown.layers[2], codes)] == [*PAIRS[6:], *PAIRS[3:6], *PAIRS[:3]]


def test_an_authority_that_a_layer_says_nothing_of_has_no_class_and_says_so(shown):
    layer = dataclasses.replace(shown.layers[3], areas=shown.layers[3].areas.iloc[:1])
    assert classes_of(layer, ["E1", "E2"]) == [0, None]
    facts = layer_facts([layer], ["E1", "E2"])[0]
    assert facts["fills"] == ["fill-step-2-0", "fill-not_surveyed"] and facts["words"][1] == "No figure"


# --- what a slide says of itself -------------------------------------------------------------------------------------


def test_a_slide_says_what_it_is_of_and_whence_within_its_lines_and_the_licences_stand_last_and_whole(shown):
    note = "Adults in treatment, 2024-25. Source: OHID Fingertips."
    said = foot(shown, note)
    assert said.startswith(f"Made up. {shown.title}, as at 22 November 2026. {note} ")
    licences = " ".join(dict.fromkeys((*shown.licences, *shown.published.licences)))
    long = foot(shown, f"{note} " + "and so on " * 200)
    for words in (said, long):
        assert words.endswith(licences)
        assert len(textwrap.wrap(words, 58)) <= 10, "no more are drawn"
    assert f"{note} and so on" in long and "…" in long
    assert len(textwrap.wrap(long[: -len(licences)], 58)) <= 7


def test_boundaries_are_named_by_pictures_that_are_made_of_them_alone(shown):
    licences = (BOUNDARY_LICENCE, "A list of groups: its makers.")
    published = dataclasses.replace(shown.published, licences=licences, gate=shown.gate)
    both = dataclasses.replace(shown, published=published, gate=shown.gate)
    assert BOUNDARY_LICENCE in foot(both, "Note.")
    without = foot(both, "Note.", with_places=False)
    assert BOUNDARY_LICENCE not in without and licences[1] in without


@pytest.mark.parametrize(
    ("draw", "key"), [(rank_ranges, "priority"), (reach_bars, "reach-overall"), (six_type_matrix, "six-types")]
)
def test_the_notes_of_a_table_stand_on_its_slide_and_not_in_the_picture_of_the_page(shown, draw, key):
    table = table_of(shown, key)
    noted, other = (draw(shown, dataclasses.replace(table, notes=(words,))) for words in ("Of 2024.", "Of 2025."))
    assert noted.png != other.png and noted.svg == other.svg


def test_a_layer_has_its_note_on_its_slide(shown):
    layer = shown.layers[2]
    noted, other = (layer_picture(shown, dataclasses.replace(layer, note=note)) for note in ("Of 2024.", "Of 2025."))
    assert noted.png != other.png and noted.svg == other.svg


def test_ranges_of_ranks_say_how_sure_they_are(charts):
    assert "Each line holds the true rank with 95 % or more." in " ".join(written(charts["ranks"]))


# --- authorities by class ---------------------------------------------------------------------------------------------


def test_a_layer_says_its_classes_with_their_counts_in_the_picture_and_beside_it(charts):
    for words in ("Served by a LERO: 1 of 3", "No LERO found: 1 of 3", "Not surveyed yet: 1 of 3"):
        assert words in written(charts["provision"]) and words in charts["provision"].text
    assert charts["provision"].text.startswith("3 authorities. ")
    assert "Not surveyed yet: 1 of 3" in charts["reach"].text


def test_north_is_up_and_nothing_is_stretched():
    boxes = [box(500_000, south, 501_000, south + 2_000) for south in (100_000, 103_000)]
    areas = gpd.GeoDataFrame({"code": ["S", "N"]}, geometry=boxes, crs=27700).to_crs(4326)
    ground = Ground.of(areas)
    south, north = ground.laid(areas.geometry)
    assert ground.height == pytest.approx(380) and shapely.bounds(north)[1] == pytest.approx(0, abs=0.5)
    assert shapely.bounds(south)[1] > shapely.bounds(north)[3], "further down"
    west, top, east, bottom = shapely.bounds(south)
    assert (bottom - top) / (east - west) == pytest.approx(2, rel=0.01)


def test_a_hole_in_an_authority_stays_empty(shown):
    ring, hole = box(500_000, 100_000, 503_000, 103_000), box(501_000, 101_000, 502_000, 102_000)
    areas = gpd.GeoDataFrame({"code": ["E2"], "name": [""]}, geometry=[ring.difference(hole)], crs=27700).to_crs(4326)
    with_hole = dataclasses.replace(shown.published, areas=areas, gate=shown.gate)
    chart = layer_picture(dataclasses.replace(shown, published=with_hole, gate=shown.gate), shown.layers[0])
    with Image.open(io.BytesIO(chart.png)) as picture:
        scale, top = picture.width / 360, 22 + 17 * 1.15
        in_hole, in_ring = (picture.getpixel((int(x * scale), int((top + 166) * scale)))[:3] for x in (180, 60))
    assert in_hole == (255, 255, 255) and in_ring == (0xA9, 0xD3, 0xEA)


def test_names_stand_where_there_is_room(shown):
    words = written(layer_picture(shown, shown.layers[0]))
    assert {"Darlington", "Middlesbrough"} <= set(words), "three wide squares have room"


# --- the six types ----------------------------------------------------------------------------------------------------


def test_the_matrix_has_three_looks_and_says_each_in_words(charts):
    chart = charts["six"]
    words = written(chart)
    assert [words.count(mark) for mark in ("yes", "none", "?")] == [6, 6, 6]
    assert "?: nobody has looked yet, so it is no gap" in words
    assert "Peer-based recovery support: 1 served, 1 surveyed without it, 1 not surveyed." in chart.text


# --- reach ------------------------------------------------------------------------------------------------------------


def test_bars_are_as_long_as_their_shares_and_what_is_not_known_has_none(charts):
    chart = charts["bars"]
    assert "LERO: Within 1.6 km: 25 %, Within 5 km: over 99 %." in chart.text
    assert "Mutual aid: Within 1.6 km: not known" in chart.text
    fills = [path for path in ElementTree.fromstring(chart.svg).iter(f"{SVG}path") if "clip-path" in path.attrib]
    blue = [path.attrib["d"] for path in fills if "#0b5c8a" in path.attrib.get("style", "")]
    lengths = [np.ptp([float(x) for x in re.findall(r"[ML] ([\d.]+)", d)]) for d in blue]
    assert lengths == pytest.approx([332 * 0.25, 332 * 0.996])
    assert len(fills) - len(blue) == 2, "a track for each known share"


# --- ranks ------------------------------------------------------------------------------------------------------------


def test_ranks_are_ranges_and_who_is_not_ranked_is_counted_and_left_out(charts):
    text = charts["ranks"].text
    assert text.startswith("2 ranked, 1 not ranked.") and "Middlesbrough: 2 to 4" in text
    assert "Darlington" not in text


def test_of_many_ranks_the_first_forty_are_drawn_and_said_to_be_so(shown):
    rows = pd.DataFrame(
        {"name": [f"Area {n:03d}" for n in range(60)], "rank_low": range(1, 61), "rank_high": range(1, 61)},
        dtype=object,
    )
    chart = rank_ranges(shown, GapsTable("priority", "Ranks", rows, {}))
    assert chart.text.startswith(f"The first {MOST_ROWS} of 60 ranked")
    assert "Area 039: 40" in chart.text and "Area 040" not in chart.text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_shapes_and_words(shown, text):
    areas = pd.DataFrame({"code": ["E1"], "class": [0], "words": [text]}, dtype=object)
    layer = MapLayer("reach", text, "steps", (text, "b"), areas, text, text)
    statuses = pd.DataFrame({"name": [text], "rss_status_housing": ["served"]})
    bars = pd.DataFrame({"type": [text], "within_1_6_km": [0.5]})
    ranks = pd.DataFrame({"name": [text], "rank_low": [1], "rank_high": [2]}, dtype=object)
    for chart in (
        layer_picture(shown, layer),
        six_type_matrix(shown, GapsTable("six-types", text, statuses, {})),
        reach_bars(shown, GapsTable("reach-overall", text, bars, {"within_1_6_km": text})),
        rank_ranges(shown, GapsTable("priority", text, ranks, {})),
    ):
        tags = {element.tag for element in ElementTree.fromstring(chart.svg).iter()}
        assert not tags & {f"{SVG}script", f"{SVG}img", f"{SVG}text"}
