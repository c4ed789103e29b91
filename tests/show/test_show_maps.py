"""The map as a file: what goes in, what it says, what it asks for, how large it is."""

import datetime as dt
import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box
from show_build import asset, linkage, many, published, small, three_areas, three_statuses

from rosc_map.errors import FileProblem, NotPublished
from rosc_map.place.boundaries.areas import authorities
from rosc_map.records import Audience
from rosc_map.show import map_page, results_page, write_map
from rosc_map.show._facts import SCALE, facts_of
from rosc_map.show._words import asset_words, short_type, status_words, text


def facts_in(html):
    return json.loads(re.search(r'id="facts">(.*?)</script>', html, re.DOTALL)[1])


@pytest.mark.parametrize("thing", [None, {"audience": "public"}, three_areas()])
def test_anything_that_has_not_passed_publish_is_refused(thing, tmp_path):
    with pytest.raises(NotPublished, match="has not passed publish"):
        map_page(thing)
    with pytest.raises(NotPublished, match="nothing was written"):
        write_map(thing, tmp_path / "map.html")
    assert list(tmp_path.iterdir()) == []


def test_results_pages_refuse_it_too():
    with pytest.raises(NotPublished, match="A str has not passed publish"):
        results_page("published", title="T", banner="", sections=())


def test_no_address_of_another_computer_is_asked_for():
    html = map_page(small())
    assert not re.search(r"//cdn|cdn\.|cdnjs|unpkg|jsdelivr|jquery|bootstrap|googleapis", html, re.IGNORECASE)
    assert not re.search(r"<(link|script|img|iframe)[^>]+(href|src)=\"(?!data:)", html)
    assert "sourceMappingURL" not in html
    assert not re.search(r"url\((?!#)", "".join(re.findall(r"<style>(.*?)</style>", html, re.DOTALL)))


def test_the_policy_allows_only_the_scripts_and_styles_of_the_page_by_hash():
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', map_page(small()))[1]
    assert policy.startswith("default-src &#39;none&#39;; script-src &#39;sha256-")
    assert "unsafe" not in policy
    assert policy.count("sha256-") == 7


def test_two_maps_of_the_same_facts_are_the_same_file():
    assert map_page(small()) == map_page(small())


def test_headline_banner_notes_linkage_audience_date_and_licences_stand_on_the_page():
    html = map_page(small(banner="Made up.", linkage=linkage(), audience=Audience.PARTNERS))
    for words in (
        "2 LEROs work in 1 of 3 authorities",
        "<strong>Made up.</strong>",
        "3 assets are counted but not named",
        "40 of 100 questions found a link",
        "As at 22 November 2026. Made for the organisations of the partnership.",
        "Contains National Statistics data",
        '<html lang="en-GB">',
        "<h1>Recovery map: Tees Valley</h1>",
    ):
        assert words in html
    assert 'class="banner"' not in map_page(small())
    assert "<h1>Another</h1>" in map_page(small(), title="Another")


def test_without_script_the_page_holds_headline_statuses_and_names():
    html = map_page(small())
    plain = re.search(r"<noscript>(.*?)</noscript>", html, re.DOTALL)[1]
    assert html.index("2 LEROs work in 1 of 3") < html.index("<noscript>")
    for words in (
        "Darlington: No LERO found (March 2026, 4 of 6 groups asked)",
        "Middlesbrough: Served by a LERO",
        "Redcar and Cleveland: Not surveyed yet",
        "Monday Meeting: Mutual aid, Middlesbrough",
    ):
        assert words in plain


def test_internal_fields_are_there_only_if_publish_left_them():
    shown = small()
    without = small()
    object.__setattr__(without, "assets", without.assets.drop(columns=["notes", "recorded_by", "led_by"]))
    labels = {field["label"] for field in facts_of(without)["assets"]["fields"]}
    assert "Who leads it" not in labels
    assert "Who leads it" in {field["label"] for field in facts_of(shown)["assets"]["fields"]}


def test_facts_are_in_words_and_in_order_of_name():
    facts = facts_of(small())
    assert facts["assets"]["name"] == sorted(facts["assets"]["name"])
    at = facts["assets"]["name"].index("Example Recovery Café")
    fields = {field["label"]: field["values"][at] for field in facts["assets"]["fields"]}
    assert fields["LERO type"] == "Constituted group"
    assert fields["Recovery support given"] == "Peer-based recovery support, Recovery community centre"
    assert facts["assets"]["verified_on"][at] == "1 March 2026"
    assert facts["types"][facts["assets"]["type"][at]]["label"] == "Lived experience recovery organisation (LERO)"
    assert facts["areas"]["notNamed"][1] == [[1, 3]]


def test_an_asset_without_a_point_has_none_in_the_facts():
    facts = facts_of(small())
    at = facts["assets"]["name"].index("Monday Meeting")
    assert (facts["assets"]["x"][at], facts["assets"]["y"][at]) == (None, None)
    assert at in facts["areas"]["named"][facts["areas"]["name"].index("Middlesbrough")]


def test_an_authority_names_the_assets_that_stand_in_it_or_serve_it_once_each():
    rows = [
        asset(1, "Local", "lero", at=None, local_authority_code="E1", areas_served=("E1", "E3")),
        asset(2, "Upper", "lero", at=None, upper_tier_code="E2"),
        asset(3, "Elsewhere", "lero", at=None, areas_served=("W1",)),
    ]
    facts = facts_of(published(rows))
    names = [[facts["assets"]["name"][at] for at in found] for found in facts["areas"]["named"]]
    assert names == [["Local"], ["Upper"], ["Local"]]


def test_a_count_is_none_only_where_nothing_is_there_and_nobody_looked():
    table = three_statuses().assign(
        count_treatment=pd.Series([None, 1, 0], dtype=object),
        status_treatment=["not_surveyed", "served", "none_found"],
        rss_peer_based=[0, 2, 0],
        rss_status_peer_based=["none_found", "served", "not_surveyed"],
    )
    facts = facts_of(small(table=table))
    codes = [kind["code"] for kind in facts["types"]]
    assert facts["areas"]["counts"][codes.index("treatment")] == [None, 1, 0]
    assert facts["areas"]["counts"][codes.index("lero")] == [0, 2, None]
    assert facts["areas"]["rss"] == [{"label": "Peer-based recovery support", "counts": [0, 2, None]}]


def test_a_map_of_nothing_is_still_a_page():
    nothing = published([], areas=three_areas().iloc[:0])
    assert facts_in(map_page(nothing))["bounds"] == [[None, None], [None, None]]


def test_bounds_hold_authorities_and_assets():
    far = published([asset(1, "Far", "lero", at=(-3.5, 50.7)), asset(2, "Nowhere", "lero", at=None)])
    assert facts_in(map_page(far))["bounds"] == [[50.7, -3.5], [54.7, pytest.approx(-0.9)]]


def test_write_map_writes_the_page_whole_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "map.html"
    path.write_text("older")
    assert write_map(small(), path) == path
    assert path.read_text("utf-8") == map_page(small())
    assert [file.name for file in tmp_path.iterdir()] == ["map.html"]


def test_write_map_says_what_is_wrong_with_the_folder(tmp_path):
    with pytest.raises(FileProblem, match=r"map\.html cannot be written \(No such file"):
        write_map(small(), tmp_path / "missing" / "map.html")


def test_a_map_that_cannot_replace_the_old_one_leaves_no_litter(tmp_path):
    (tmp_path / "map.html").mkdir()
    with pytest.raises(FileProblem, match="cannot be written"):
        write_map(small(), tmp_path / "map.html")
    assert [file.name for file in tmp_path.iterdir()] == ["map.html"]


def test_two_thousand_assets_add_less_than_60_bytes_a_column():
    few, more = (len(map_page(many(count)).encode()) for count in (1_000, 2_000))
    # Two names each (facts and no-script), place, two coordinates, and an empty cell for every other column.
    assert (more - few) / 1_000 < 260


def test_england_is_smaller_than_its_boundary_file():
    areas = authorities("upper")
    areas = areas[areas["country"] == "England"].reset_index(drop=True)
    table = areas[["code", "name"]].assign(status="not_surveyed", looked="", lero_types=[()] * len(areas))
    html = map_page(published([], areas=gpd.GeoDataFrame(areas, geometry="geometry"), table=table))
    assert len(facts_in(html)["areas"]["rings"]) == 153
    assert len(html.encode()) < 550_000


def test_rings_are_steps_that_lead_back_to_the_shape():
    hole = Polygon(box(0, 50, 1, 51).exterior.coords, [box(0.2, 50.2, 0.4, 50.4).exterior.coords])
    shape = MultiPolygon([hole, box(2, 50, 3, 51)])
    areas = gpd.GeoDataFrame({"code": ["E1"], "name": ["Darlington"]}, geometry=[shape], crs=4326)
    rings = facts_of(published([], areas=areas))["areas"]["rings"]
    back = [[np.cumsum(np.reshape(ring, (-1, 2)), axis=0) / SCALE for ring in polygon] for polygon in rings[0]]
    again = MultiPolygon([Polygon(polygon[0], polygon[1:]) for polygon in back])
    assert shapely.equals(again.normalize(), shape.normalize())
    assert rings[1:] == [[], []]


@given(st.floats(-8, 2), st.floats(49, 61))
def test_a_point_moves_by_less_than_a_ten_thousandth_of_a_degree(x, y):
    facts = facts_of(published([asset(1, "A", "lero", at=(x, y))]))
    back = Point(facts["assets"]["x"][0] / SCALE, facts["assets"]["y"][0] / SCALE)
    assert back.distance(Point(x, y)) <= 0.5**0.5 / SCALE + 1e-9


def test_the_name_of_an_authority_stands_inside_it():
    crescent = Point(0, 52).buffer(1).difference(Point(0.5, 52).buffer(1))
    areas = gpd.GeoDataFrame({"code": ["E1"], "name": ["Darlington"]}, geometry=[crescent], crs=4326)
    middle = facts_of(published([], areas=areas))["areas"]["middle"][0]
    assert crescent.contains(Point(middle[0] / SCALE, middle[1] / SCALE))


def test_every_asset_type_has_its_own_shape_and_colour():
    rows = [asset(at, kind, kind, at=None) for at, kind in enumerate(("lero", "treatment", "community", "odd"))]
    types = facts_of(published(rows))["types"]
    assert [kind["code"] for kind in types] == ["lero", "mutual_aid", "treatment", "community", "odd"]
    assert len({kind["colour"] for kind in types}) == len(types)
    assert len({kind["path"] for kind in types[:-1]}) == len(types) - 1


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (float("nan"), ""),
        (dt.date(2026, 3, 1), "1 March 2026"),
        (True, "yes"),
        (("a", "b"), "a, b"),
        (3, "3"),
    ],
)
def test_values_in_words(value, words):
    assert text(value) == words


def test_codes_in_words():
    assert asset_words("areas_served", ("E06000002", "Nowhere")) == "Middlesbrough, Nowhere"
    assert asset_words("asset_type", "made_up") == "made_up"
    assert short_type("lero") == "LERO"
    assert list(status_words("mutual_aid").values()) == [
        "Served: mutual aid",
        "None found: mutual aid",
        "Not surveyed yet: mutual aid",
    ]
