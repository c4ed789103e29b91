"""Pages of ALISS: a directory of everything, with the pages that fail and the shapes that change."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.errors import InputError
from rosc_map.exchange.outside import Opened, ReadOptions
from rosc_map.exchange.outside.aliss import Aliss
from rosc_map.records import Asset, read_row

OPTIONS = ReadOptions(dt.date(2026, 11, 22))
GUID = "8f3c1c5e-8f4f-4d3e-9a0a-3b1f6c0f7a11"
PLACE = {
    "id": "p1",
    "formatted_address": "1 High Street, Glasgow, G1 1AA",
    "name": "Example Hall",
    "street_address": "1 High Street",
    "locality": "Glasgow",
    "region": "",
    "postal_code": "G2 1DU",
    "country": "GB",
    "point": {"lat": 55.86, "lon": -4.25},
}
SERVICE = {
    "id": GUID,
    "name": "Example Recovery Café",
    "description": "<p>A café run by <b>people in recovery</b>.</p>",
    "url": "example.org",
    "referral_url": "https://example.org/refer",
    "phone": "01632 960001",
    "email": "hello@example.org",
    "categories": [{"id": 1, "name": "Addiction support", "slug": "addiction-support"}],
    "accessibility_features": [
        {"id": 2, "name": "Accessible toilets", "slug": "accessible-toilets", "additional_info": None},
        {"id": 3, "name": "BSL interpreter", "slug": "bsl"},
        {"id": 4, "name": "Water dispenser", "slug": "water"},
    ],
    "community_groups": [{"id": 5, "name": "Young people", "slug": "young", "min_value": 16, "max_value": 25}],
    "service_areas": [{"id": 6, "code": "S12000049", "type": "Local Authority", "name": "Glasgow City"}],
    "organisation": {"id": "o", "name": "Example Trust", "is_claimed": True},
    "aliss_url": f"https://www.aliss.org/services/{GUID}/",
    "last_updated": "2026-03-04T09:12:44Z",
    "last_reviewed": "2026-05-06T09:12:44Z",
    "locations": [PLACE],
}


def page(*services, **more):
    meta = {"licence": "CC BY 4.0", "attribution": []}
    return {"meta": meta, "count": len(services), "next": None, "data": [*services], "error": None} | more


def read(*documents):
    return Aliss().read(Opened("aliss.json", documents=documents), OPTIONS)


def one(**changed):
    return read(page(SERVICE | changed)).rows[0].values


def test_row():
    found = read(page(SERVICE))
    assert (found.scheme, found.licence, found.whole, found.general) == ("aliss", "CC-BY-4.0", False, True)
    (row,) = found.rows
    assert row.values == {
        "name": "Example Recovery Café",
        "external_ids": (f"aliss:{GUID}",),
        "description": "A café run by people in recovery.",
        "organisation": "Example Trust",
        "website": "https://example.org",
        "phone": "01632 960001",
        "email": "hello@example.org",
        "source_url": f"https://www.aliss.org/services/{GUID}/",
        "referral_route": "See https://example.org/refer",
        "source_date": "2026-03-04",
        "verified_on": dt.date(2026, 5, 6),
        "address": "Example Hall, 1 High Street, Glasgow",
        "postcode": "G2 1DU",
        "latitude": 55.86,
        "longitude": -4.25,
        "accessibility": ("accessible_toilet", "bsl"),
        "for_whom": ("young_people",),
        "areas_served": ("S12000049",),
    }
    assert row.words[-1] == "Addiction support"
    assert found.notes == ()
    assert read_row(Asset, row.values | {"asset_type": "recovery_support"}, 1)[1] == ()


@pytest.mark.parametrize(
    "point",
    [
        {"point": {"latitude": "55.86", "longitude": -4.25}},
        {"point": {"type": "Point", "coordinates": [-4.25, 55.86]}},
        {"point": None, "lat": 55.86, "lon": "-4.25"},
        {"point": "x", "latitude": 55.86, "longitude": -4.25},
    ],
)
def test_each_shape_of_a_point(point):
    values = one(locations=[PLACE | point])
    assert (values["latitude"], values["longitude"]) == (55.86, -4.25)


def test_of_several_places_the_first_with_a_postcode():
    other = {"formatted_address": "Somewhere else", "postal_code": " "}
    found = read(page(SERVICE | {"locations": [other, None, PLACE]}))
    assert found.rows[0].values["postcode"] == "G2 1DU"
    assert (found.notes[0].value, found.notes[0].why) == (
        "Somewhere else",
        "is where it is too: an asset has one place.",
    )
    assert one(locations=[other])["address"] == "Somewhere else"


def test_areas_that_are_not_ours_are_noted():
    found = read(page(SERVICE | {"service_areas": [{"code": "S08000031", "name": "NHS Greater Example"}, "x"]}))
    assert "areas_served" not in found.rows[0].values
    assert found.notes[0].value == "S08000031 NHS Greater Example"


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (page(SERVICE, error="Search failed"), "Search failed"),
        (page(SERVICE, error={"code": 500}), "an error"),
        ({"meta": {}, "count": 0}, "no list named data"),
        ("x", "no page of ALISS"),
    ],
)
def test_pages_that_failed(document, why):
    with pytest.raises(InputError, match=why):
        read(page(SERVICE), document)


def test_nothing_found_and_pages_that_lack():
    with pytest.raises(InputError, match="no service in it"):
        read(page())
    assert read(page(SERVICE, count=30)).notes[0].value == "1 of 30 services"


def test_what_is_left_out():
    found = read(page(SERVICE, SERVICE, SERVICE | {"id": "a;b"}, SERVICE | {"id": 7, "name": " "}, None))
    assert [left.why for left in found.left_out] == [
        "has the id of one above it.",
        "has no id.",
        "has no name.",
        "has no id.",
    ]


def test_knows_its_own():
    assert Aliss().knows(Opened("x", documents=(page(SERVICE),)))
    assert not Aliss().knows(Opened("x", documents=(page(), {"data": [SERVICE]}, [], {"meta": 1, "data": ["x"]})))


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("G2 1DU|;<![x")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["name", "code", "point", "lat", "postal_code", "x"]), inner, max_size=4),
    ),
    max_leaves=8,
)
JUNK = st.fixed_dictionaries({}, optional=dict.fromkeys(SERVICE, JSON)).map(lambda changed: SERVICE | changed)


@at_least(60)
@given(st.one_of(JSON, st.lists(st.one_of(JSON, JUNK), max_size=3).map(lambda services: page(*services))))
def test_junk(document):
    try:
        found = read(document)
    except InputError:
        return
    for row in found.rows:
        assert read_row(Asset, row.values | {"asset_type": "community"}, row.number)[1] == ()
