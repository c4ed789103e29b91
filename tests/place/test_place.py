"""Places: postcodes, authorities, coordinates; each kind of "no" is its own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from often import at_least
from rosc_map.errors import InputError, PostcodeMalformed, PostcodeNotFound, UnknownName
from rosc_map.place import (
    area_lookup,
    authorities,
    centre,
    locate,
    lookup,
    normalise,
    place_assets,
    resolve_area,
    to_lonlat,
    to_metres,
    where,
)
from rosc_map.records import Asset


@pytest.mark.parametrize(
    ("query", "local", "upper", "region"),
    [
        ("TS1 2PA", "E06000002", "E06000002", "North East"),
        ("s1 2hh", "E08000039", "E08000039", "Yorkshire and The Humber"),
        ("KT22 7TW", "E07000210", "E10000030", "South East"),
        (" kt227tw ", "E07000210", "E10000030", "South East"),
        ("BT1 1AA", "N09000003", "N09000003", ""),
        ("54.5742, -1.235", "E06000002", "E06000002", "North East"),
        ("449500,520000", "E06000002", "E06000002", "North East"),
    ],
)
def test_where(query, local, upper, region):
    place = where(query)
    assert (place.local_authority[0], place.upper_tier[0], place.region[1]) == (local, upper, region)


def test_a_northern_ireland_point_is_turned_from_the_irish_grid():
    # BOUNDARIES.md §A.3: BT1 1AA = 334316, 374675 on the Irish Grid -> 54.6024 N 5.9223 W.
    place = where("BT1 1AA")
    assert (place.latitude, place.longitude) == (pytest.approx(54.6024, abs=1e-4), pytest.approx(-5.9223, abs=1e-4))


def test_not_there_and_malformed_are_two_different_errors():
    with pytest.raises(PostcodeNotFound, match="TS1 9QQ is not in the ONS Postcode Directory"):
        where("TS1 9QQ")
    with pytest.raises(PostcodeMalformed, match="does not look like a UK postcode"):
        where("TS1")


@pytest.mark.parametrize("query", ["51.5,1.9", "-5,-5", "1,1", "700001,5"])
def test_numbers_that_are_no_place(query):
    with pytest.raises(InputError, match="is not"):
        where(query)


@given(st.text(max_size=40))
@settings(at_least(60), deadline=None)
def test_no_text_crashes_the_parser_or_the_resolver(text):
    for read in (normalise, resolve_area):
        try:
            assert read(text)
        except (PostcodeMalformed, UnknownName) as refused:
            assert str(refused)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Durham", "E06000047"),
        ("county durham", "E06000047"),
        ("Hull", "E06000010"),
        ("Rotherham MBC", "E08000018"),
        ("E08000016", "E08000038"),
        ("Kent", "E10000016"),
        ("England", "E92000001"),
        ("Ynys Môn", "W06000001"),
        ("London Borough of Brent", "E09000005"),
        ("Telford and Wrekin", "E06000020"),
        ("telford & wrekin", "E06000020"),
    ],
)
def test_names_people_use(text, code):
    if text == "Ynys Môn":
        text = "Ynys Mon"
    assert resolve_area(text).code == code


def test_an_unknown_name_gets_near_ones():
    with pytest.raises(UnknownName, match="Did you mean Middlesbrough\\?"):
        resolve_area("Middlesborough")


def test_the_numbers_of_authorities():
    assert len(lookup()) == 361
    assert (len(authorities("local")), len(authorities("upper"))) == (361, 218)
    england = area_lookup(["E92000001"])
    assert england["upper_tier_code"].nunique() == 153
    assert len(area_lookup(["K02000001"])) == 361


def test_boundaries_are_whole():
    for tier in ("upper", "local"):
        shapes = authorities(tier)
        assert shapes.is_valid.all()
        assert shapes.crs.to_epsg() == 4326
        assert shapes["code"].is_unique


def test_the_grids_turn_back():
    (east,), (north,) = to_metres(*([value] for value in (-1.235, 54.5742)))
    (lon,), (lat,) = to_lonlat([east], [north])
    assert (lon, lat) == (pytest.approx(-1.235, abs=1e-7), pytest.approx(54.5742, abs=1e-7))


def test_the_middle_of_a_district_is_no_address():
    lon, lat = centre("TS1")
    assert where(f"{lat},{lon}").local_authority[1] == "Middlesbrough"
    # One or two postcodes would be an address: EC3B has one, and nobody has ZZ99.
    assert [centre(district) for district in ("EC3B", "ZZ99")] == [None, None]


def placed(**fields):
    return place_assets([(2, Asset(**{"name": "A", "asset_type": "lero", **fields}))])


def test_the_postcode_decides_and_far_coordinates_are_a_warning():
    result = placed(postcode="TS1 2PA", latitude=51.5, longitude=-0.1)
    assert result.table["local_authority_code"][0] == "E06000002"
    assert "km from the latitude" in result.warnings[0].why


def test_near_coordinates_are_taken_because_they_are_finer():
    result = placed(postcode="TS1 2PA", latitude=54.5757, longitude=-1.2352)
    assert result.table["latitude"][0] == 54.5757
    assert not result.warnings


def test_a_hidden_place_is_kept_no_finer_than_its_upper_tier():
    result = placed(
        asset_type="domestic_abuse_refuge",
        postcode="KT22 7TW",
        address="9 Secret Lane",
        areas_served="Mole Valley; Kent",
        latitude=51.29977,
        longitude=-0.337099,
    )
    row = result.table.iloc[0]
    assert (row["upper_tier_code"], row["areas_served"]) == ("E10000030", ("E10000030", "E10000016"))
    assert (row["postcode"], row["address"], row["local_authority_code"]) == ("", "", "")
    assert row[["latitude", "longitude", "easting", "northing"]].isna().all()
    assert "Only Surrey was kept" in result.warnings[0].what_to_do
    assert "KT22" not in str(result.warnings)


def test_the_address_of_a_hidden_place_may_not_live_on_in_its_text():
    words = {"address": "5 Secret Lane, Dorking", "postcode": "KT22 7TW", "asset_type": "domestic_abuse_refuge"}
    result = placed(**words, description="We are in Secret Lane.", notes="Nothing here.")
    assert [(p.column, p.value) for p in result.problems] == [("description", "(not repeated here)")]
    assert not placed(**words, description="Serves all of Surrey.").problems
    for told in (
        {"notes": "off Secret Ln"},
        {"email": "a@5secretlane.example.org"},
        {"cost": "free", "licence": "Secret Lane"},
    ):
        assert len(placed(**words, **told).problems) == 1, told


def test_bad_places_are_problems_with_their_row():
    result = place_assets(
        [
            (2, Asset(name="A", asset_type="lero", postcode="TS1 9QQ")),
            (3, Asset(name="A", asset_type="lero", postcode="nowhere")),
            (4, Asset(name="A", asset_type="lero", latitude=51.5, longitude=1.9)),
            (5, Asset(name="A", asset_type="lero", areas_served="Middlesborough")),
        ]
    )
    assert [(p.row, p.column) for p in sorted(result.problems, key=lambda p: p.row)] == [
        (2, "postcode"),
        (3, "postcode"),
        (4, "latitude"),
        (5, "areas_served"),
    ]


def test_a_slip_is_put_right_and_told():
    result = placed(postcode="TSI 2PA.")
    assert (result.table["postcode"][0], result.table["local_authority_code"][0]) == ("TS1 2PA", "E06000002")
    assert [(w.value, w.why) for w in result.warnings] == [("TSI 2PA.", "was read as TS1 2PA.")]
    assert not placed(postcode=" ts12pa ").warnings


def test_a_postcode_no_longer_in_use_is_placed_and_told():
    result = placed(postcode="KT11 3DZ")
    assert result.table["place_quality"][0] == "postcode"
    assert [w.why for w in result.warnings] == ["is no longer in use."]


@pytest.mark.parametrize("postcode", ["TS1 9QQ", "JE2 3AB"])
def test_coordinates_place_what_the_directory_cannot(postcode):
    without = placed(postcode=postcode)
    assert without.problems or without.table["place_quality"][0] == "none"
    result = placed(postcode=postcode, latitude=54.5757, longitude=-1.2352)
    assert not result.problems
    row = result.table.iloc[0]
    assert (row["postcode"], row["local_authority_code"], row["place_quality"]) == (
        postcode,
        "E06000002",
        "coordinates",
    )
    assert len(result.warnings) == 1


def test_the_authority_that_a_postcode_names_stands_beside_coordinates_elsewhere():
    # A postcode of a large user in Islington: the directory has its authority and no point.
    result = placed(postcode="N1P 3AA", latitude=54.5757, longitude=-1.2352)
    assert result.table["local_authority_code"][0] in ("E09000019", "E06000002")
    known = locate(["N1P 3AA"]).local_authority_code[0]
    assert result.table["local_authority_code"][0] == (known or "E06000002")


@pytest.mark.parametrize(
    "fields",
    [
        {"postcode": "TSI 2PA"},
        {"postcode": "KT11 3DZ"},
        {"postcode": "TS1 9QQ"},
        {"postcode": "TS1 9QQ", "latitude": 54.5757, "longitude": -1.2352},
        {"postcode": "LS1 4DY", "latitude": 54.9, "longitude": -1.6},
        {"postcode": "LS1 4DY", "latitude": 54.9, "longitude": 1.9},
        {"latitude": 54.9, "longitude": 1.9},
        {"postcode": "not a place", "areas_served": "12 Secret Road LS1 4DY"},
    ],
)
def test_no_message_repeats_the_place_of_what_is_hidden(fields):
    result = placed(location_precision="hidden", **fields)
    assert result.problems or result.warnings
    said = str((result.problems, result.warnings))
    for told in ("TSI", "TS1 9", "KT11", "LS1", "54.9", "1.9", "Secret", "not a place"):
        assert told not in said
