"""The small picture of one place: where the dot stands, and that of a hidden place there is none."""

import re
from xml.etree import ElementTree

import pytest
from place_build import placed

from rosc_map.errors import NotPublished
from rosc_map.publish import typed_place
from rosc_map.show import place_picture


def test_the_dot_stands_where_the_place_lies_in_its_authority():
    drawn = place_picture(typed_place(placed(postcode="TS1 2PA")))
    root = ElementTree.fromstring(drawn)
    assert root.attrib["aria-label"] == "Outline of Middlesbrough, with a dot where it is"
    width, height = map(float, root.attrib["viewBox"].split()[2:])
    dot = root.find("{http://www.w3.org/2000/svg}circle")
    assert dot is not None
    # The middle of the town lies in the north-west of the borough.
    assert width * 0.2 < float(dot.attrib["cx"]) < width * 0.6
    assert 0 < float(dot.attrib["cy"]) < height * 0.4
    assert "style" not in drawn


def test_of_a_hidden_place_nothing_but_its_upper_tier_is_drawn():
    row = placed(asset_type="domestic_abuse_refuge", postcode="TS1 2PA")
    drawn = place_picture(typed_place({**row, "longitude": -1.235, "latitude": 54.5742}))
    assert "circle" not in drawn
    assert "Outline of Middlesbrough" in drawn


def test_without_an_area_there_is_no_picture():
    assert place_picture(typed_place(placed())) == ""


def test_it_takes_only_what_was_published():
    with pytest.raises(NotPublished, match="has not passed"):
        place_picture(placed(postcode="TS1 2PA"))


def test_an_outline_stays_small_enough_for_a_phone():
    drawn = place_picture(typed_place(placed(postcode="PL1 1EA")))  # a coast with many bays
    assert len(drawn) < 20_000
    assert re.search(r"M[\d. L]+Z", drawn)
