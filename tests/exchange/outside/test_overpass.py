"""Answers of Overpass: community places by their tags, with nothing confidential and nothing half."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.errors import InputError
from rosc_map.exchange.outside import Opened, ReadOptions
from rosc_map.exchange.outside.opening_hours import sessions_of
from rosc_map.exchange.outside.overpass import Overpass, overpass_query
from rosc_map.records import Asset, read_row

OPTIONS = ReadOptions(dt.date(2026, 11, 22))
LIBRARY = {
    "amenity": "library",
    "name": "Example Library",
    "alt_name": "The Reading Room;Old Library",
    "operator": "Example Council",
    "addr:housenumber": "1",
    "addr:street": "High Street",
    "addr:city": "Middlesbrough",
    "addr:postcode": "TS1 2PA",
    "contact:phone": "+44 1632 960001;+44 1632 960002",
    "website": "www.example.org",
    "contact:email": "hello@example.org",
    "wheelchair": "yes",
    "toilets:wheelchair": "limited",
    "opening_hours": "Mo-Fr 09:00-17:00; Sa 10:00-12:00; PH off",
    "check_date": "2026-05-01",
    "fee": "no",
}


def answer(*elements, **more):
    return {"version": 0.6, "osm3s": {"timestamp_osm_base": "2026-11-20T10:00:00Z"}, "elements": [*elements], **more}


def node(tags, number=1, **more):
    return {"type": "node", "id": number, "lat": 54.57, "lon": -1.235, "tags": tags} | more


def read(*documents):
    return Overpass().read(Opened("osm.json", documents=documents), OPTIONS)


def one(**tags):
    found = read(answer(node({"name": "Example Place"} | tags)))
    return found.rows[0].values if found.rows else found.left_out[0].why


def test_row():
    found = read(answer(node(LIBRARY)))
    assert (found.scheme, found.licence, found.whole, found.general) == ("osm", "ODbL-1.0", False, False)
    (row,) = found.rows
    assert row.values == {
        "name": "Example Library",
        "other_names": ("The Reading Room", "Old Library"),
        "organisation": "Example Council",
        "asset_type": "community",
        "community_group": "education_training_employment",
        "external_ids": ("osm:node/1",),
        "source_url": "https://www.openstreetmap.org/node/1",
        "source_date": "2026-11-20",
        "address": "1 High Street, Middlesbrough",
        "postcode": "TS1 2PA",
        "phone": "+44 1632 960001",
        "website": "https://www.example.org",
        "email": "hello@example.org",
        "accessibility": ("step_free",),
        "cost": "free",
        "verified_on": dt.date(2026, 5, 1),
        "sessions": "Mon 09:00-17:00; Tue 09:00-17:00; Wed 09:00-17:00; Thu 09:00-17:00; Fri 09:00-17:00; "
        "Sat 10:00-12:00",
        "latitude": 54.57,
        "longitude": -1.235,
    }
    assert found.notes == ()
    assert read_row(Asset, row.values, 1)[1] == ()


def test_ways_and_relations_have_a_centre():
    way = {"type": "way", "id": "7", "center": {"lat": 54.5, "lon": -1.2}, "nodes": [1], "tags": LIBRARY}
    found = read(answer(way, way | {"type": "relation"}))
    assert [row.values["external_ids"] for row in found.rows] == [("osm:way/7",), ("osm:relation/7",)]
    assert found.rows[0].values["latitude"] == 54.5


@pytest.mark.parametrize(
    ("tags", "kind", "group"),
    [
        ({"amenity": "place_of_worship"}, "community", "faith"),
        ({"amenity": "cafe;community_centre"}, "community", "other"),
        ({"shop": "charity"}, "community", "volunteering"),
        ({"amenity": "social_facility", "social_facility": "food_bank"}, "community", "housing_advice"),
        ({"amenity": "pharmacy"}, "partner_service", None),
        ({"healthcare": "rehabilitation"}, "partner_service", None),
        ({"healthcare": "clinic", "healthcare:speciality": "addiction_medicine"}, "treatment", None),
        ({"amenity": "social_facility", "social_facility:for": "drug_addicted"}, "recovery_support", None),
        (
            {"amenity": "social_facility", "social_facility": "group_home", "social_facility:for": "alcoholic"},
            "recovery_housing",
            None,
        ),
    ],
)
def test_types(tags, kind, group):
    values = one(**tags)
    assert (values["asset_type"], values.get("community_group")) == (kind, group)


def test_recovery_housing_keeps_its_place_back():
    values = one(amenity="social_facility", **{"social_facility": "group_home", "social_facility:for": "drug_addicted"})
    assert read_row(Asset, values, 1)[0].location_precision == "local_authority"


@pytest.mark.parametrize(
    "tags",
    [
        {"social_facility": "shelter", "social_facility:for": "abused"},
        {"social_facility": "shelter", "social_facility:for": "homeless;women"},
        {"social_facility": "shelter"},
        {"social_facility": "outreach", "name": "Example Women’s Aid"},
        {"social_facility": "outreach", "name": "Halo Refuges"},
        {"social_facility": "outreach", "description": "Support after domestic violence"},
    ],
)
def test_what_may_be_a_refuge_is_left_out(tags):
    assert one(amenity="social_facility", **tags) == "may be a confidential place."


def test_shelters_for_homeless_people_keep_their_place_back():
    values = one(amenity="social_facility", **{"social_facility": "shelter", "social_facility:for": "homeless"})
    assert values["location_precision"] == "local_authority"
    assert values["for_whom"] == ("inclusion_health",)


def test_reasons_for_leaving_out():
    found = read(
        answer(
            node(LIBRARY),
            node(LIBRARY),
            node({"amenity": "library"}, 2),
            node({"name": "A Bench", "amenity": "bench"}, 3),
            node({"name": "A Club", "club": "social", "access": "private"}, 4),
            node({"name": "A Home", "amenity": "social_facility", "social_facility": "nursing_home"}, 5),
            node(LIBRARY, "x|y"),
            {"type": "node", "id": 9, "lat": 1, "lon": 1},
        )
    )
    assert [left.why for left in found.left_out] == [
        "has the id of one above it.",
        "has no name.",
        "has no tag that says what it is.",
        "is not open to everybody.",
        "is a home of people, and no service to go to.",
        "has no id.",
    ]
    assert found.notes[-1].value == "1 element without tags"


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (answer(node(LIBRARY), remark="runtime error: Query timed out"), "only a part"),
        (answer(), "no place"),
        ({"elements": "x"}, "no answer of Overpass"),
        (["x"], "no answer of Overpass"),
    ],
)
def test_failed_and_half_answers(document, why):
    with pytest.raises(InputError, match=why):
        read(document)
    with pytest.raises(InputError, match=why):
        read(answer(node(LIBRARY)), document) if why != "no place" else read(document)


@pytest.mark.parametrize(
    ("hours", "sessions"),
    [
        ("Mo,We 9:00-12:00,13:00-17:00", "Mon 09:00-12:00; Mon 13:00-17:00; Wed 09:00-12:00; Wed 13:00-17:00"),
        ("Sa-Mo 10:00-11:00", "Mon 10:00-11:00; Sat 10:00-11:00; Sun 10:00-11:00"),
        ("24/7", "; ".join(f"{day} 00:00-24:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))),
        ("Mo-Tu 09:00-17:00; Tu off", "Mon 09:00-17:00"),
        ("sunrise-sunset", ""),
        ("Mo[1] 19:00-20:00", ""),
        ("Mo 09:00-17:00; Jan off", ""),
        ("Mo 09:00+", ""),
        ("", ""),
        ("Mo 09:00-10:00;" * 1000, ""),
    ],
)
def test_opening_hours(hours, sessions):
    assert sessions_of(hours) == sessions
    Asset.check("sessions", sessions)


def test_hours_that_do_not_fit_are_noted():
    for hours in ("Apr-Oct Mo 09:00-17:00", "Fr 22:00-02:00"):
        found = read(answer(node(LIBRARY | {"opening_hours": hours})))
        assert "sessions" not in found.rows[0].values
        assert [note.column for note in found.notes] == ["sessions"]


def test_query():
    query = overpass_query(["E06000002", "W06000015", "E06000002"])
    assert query.startswith("[out:json][timeout:")
    assert query.count('area["ref:gss"="E06000002"];') == 1
    assert '["name"]["amenity"~"^(community_centre|' in query
    assert query.endswith("out center tags;")
    for wrong in ([], ["Middlesbrough"], ['E06000002"];out;'], ["E0600000２"]):
        with pytest.raises(InputError, match="no code of an area"):
            overpass_query(wrong)


def test_knows_its_own():
    assert Overpass().knows(Opened("x", documents=(answer(),)))
    assert not Overpass().knows(Opened("x", documents=({"elements": []}, [], "x", None)))


WORDS = st.sampled_from(
    [
        "name",
        "library",
        "amenity",
        "node",
        "addr:street",
        "opening_hours",
        "shelter",
        "social_facility",
        "<![x",
        "a;b|c",
    ]
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=8,
)
ELEMENTS = st.fixed_dictionaries(
    {"type": st.one_of(st.just("way"), JSON), "id": st.one_of(st.integers(0, 9), JSON)},
    optional={
        "tags": st.one_of(JSON, st.dictionaries(WORDS, JSON).map(lambda tags: LIBRARY | tags)),
        **dict.fromkeys(("lat", "lon", "center", "timestamp"), JSON),
    },
)


@at_least(60)
@given(st.one_of(JSON, st.lists(st.one_of(JSON, ELEMENTS), max_size=4).map(lambda found: answer(*found))))
def test_junk(document):
    try:
        found = read(document)
    except InputError:
        return
    for row in found.rows:
        assert read_row(Asset, row.values, row.number)[1] == ()
