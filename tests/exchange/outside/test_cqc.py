"""The CQC's care directory, both of its files: treatment by service type, never by specialism alone."""

import csv
import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.errors import FileProblem, InputError
from rosc_map.exchange.outside import Opened, ReadOptions, open_file
from rosc_map.exchange.outside.cqc import Cqc
from rosc_map.records import Asset, read_row

OPTIONS = ReadOptions(dt.date(2026, 11, 22))
WEEKLY = (
    "Name", "Also known as", "Address", "Postcode", "Phone number", "Service's website (if available)", "Service types",
    "Date of latest check", "Specialisms/services", "Provider name", "Local authority", "Region", "Location URL",
    "CQC Location ID (for office use only)", "CQC Provider ID (for office use only)",
)  # fmt: skip
TITLE = [["CQC Locations data"], [], ["This data was produced on 19 August 2026"], []]
HUB = {
    "Name": "Example Recovery Hub",
    "Also known as": "The Hub",
    "Address": "1 High Street, Middlesbrough",
    "Postcode": "TS1 2PA",
    "Phone number": "1632960001",
    "Service's website (if available)": "www.example.org",
    "Service types": "Community services - Substance abuse|Doctors/GPs",
    "Date of latest check": "01/02/2026",
    "Specialisms/services": "Caring for adults over 65 yrs|Substance misuse problems",
    "Provider name": "Example Trust",
    "Local authority": "Middlesbrough",
    "Region": "North East",
    "Location URL": "https://www.cqc.org.uk/location/1-1000000001",
    "CQC Location ID (for office use only)": "1-1000000001",
    "CQC Provider ID (for office use only)": "1-1",
}
COMMUNITY = "Service type - Community based services for people who misuse substances"
RESIDENTIAL = "Service type - Residential substance misuse treatment and/or rehabilitation service"
HOSPITAL = (
    "Service type - Hospital services for people with mental health needs, learning disabilities and problems with "
    "substance misuse"
)
BAND = "Service user band - People who misuse drugs and alcohol"
PRISON = "Service type - Prison Healthcare Services"
ACTIVITY = "Regulated activity - Accommodation for persons who require treatment for substance misuse"
MONTHLY = (
    "Location ID", "Location HSCA start date", "Dormant (Y/N)", "Care home?", "Location Name", "Location ODS Code",
    "Location Telephone Number", "CQC Registered Manager", "Location Web Address", "Location Latest Overall Rating",
    "Location Local Authority", "Location Street Address", "Location Address Line 2", "Location City",
    "Location County", "Location Postal Code", "Location Latitude", "Location Longitude", "Provider ID",
    "Provider Name", "Provider Companies House Number", "Provider Charity Number", "Brand Name",
    "Location Dual Registered", "Primary ID (Dual registration locations)", ACTIVITY, COMMUNITY, RESIDENTIAL, HOSPITAL,
    PRISON, BAND, "Service type - Care home service with nursing",
)  # fmt: skip
HOUSE = {
    "Location ID": "1-2",
    "Dormant (Y/N)": "N",
    "Location Name": "Example House",
    "Location Telephone Number": "01632 960002",
    "CQC Registered Manager": "Jane Example",
    "Location Web Address": "http://house.example.org",
    "Location Latest Overall Rating": "Requires improvement",
    "Location Street Address": "2 Low Street",
    "Location City": "Middlesbrough",
    "Location Postal Code": "TS1 2PA",
    "Location Latitude": "54.5742",
    "Location Longitude": "-1.235",
    "Provider Name": "Example Houses Limited",
    "Provider Companies House Number": "1234567",
    "Brand Name": "-",
    RESIDENTIAL: "Y",
    ACTIVITY: "Y",
}


@pytest.fixture
def opened(tmp_path):
    def write(columns, rows, title=TITLE, encoding="utf-8-sig"):
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerows([*title, columns, *([row.get(column, "") for column in columns] for row in rows)])
        path = tmp_path / "care.csv"
        path.write_bytes(out.getvalue().encode(encoding))
        return open_file(path)

    return write


@pytest.fixture
def weekly(opened):
    return lambda *rows, **how: Cqc().read(opened(WEEKLY, rows, **how), OPTIONS)


@pytest.fixture
def monthly(opened):
    title = [["HSCA Active Locations"], ["01 August 2026"], [], [], [], []]
    return lambda *rows: Cqc().read(opened(MONTHLY, rows, title=title), OPTIONS)


def test_weekly_row(weekly):
    found = weekly(HUB)
    assert (found.format, found.scheme, found.licence, found.whole, found.general) == (
        "cqc", "cqc", "OGL-UK-3.0", True, False,
    )  # fmt: skip
    (row,) = found.rows
    assert row.number == 6
    assert row.values == {
        "name": "Example Recovery Hub",
        "other_names": ("The Hub",),
        "asset_type": "treatment",
        "description": "Treatment in the community (as registered with the Care Quality Commission).",
        "phone": "01632960001",
        "website": "https://www.example.org",
        "address": "1 High Street, Middlesbrough",
        "postcode": "TS1 2PA",
        "external_ids": ("cqc:1-1000000001",),
        "organisation": "Example Trust",
        "source_url": "https://www.cqc.org.uk/location/1-1000000001",
        "source_date": "2026-08-19",
    }


def test_monthly_row(monthly):
    (row,) = monthly(HOUSE).rows
    assert row.values == {
        "name": "Example House",
        "asset_type": "treatment",
        "description": "Residential treatment and rehabilitation (as registered with the Care Quality Commission).",
        "phone": "01632 960002",
        "website": "http://house.example.org",
        "address": "2 Low Street, Middlesbrough",
        "postcode": "TS1 2PA",
        "latitude": 54.5742,
        "longitude": -1.235,
        "external_ids": ("cqc:1-2",),
        "organisation": "Example Houses Limited",
        "organisation_number": "GB-COH-01234567",
        "source_date": "2026-08-01",
    }
    assert "Jane" not in repr(row)
    assert "improvement" not in repr(row)


def test_rows_pass_as_assets(weekly, monthly):
    for found in (weekly(HUB), monthly(HOUSE)):
        record, problems = read_row(Asset, found.rows[0].values, 1)
        assert problems == ()
        assert record.location_precision == "exact"
        assert record.rss_types == ()


@pytest.mark.parametrize("mark", ["|", "; ", ", ", "\n"])
def test_service_types_are_found_whatever_parts_them(weekly, mark):
    types = mark.join(["Homecare agencies", "Rehabilitation (substance abuse)", "Doctors/GPs"])
    assert len(weekly(HUB | {"Service types": types}).rows) == 1


def test_specialism_alone_is_left_out_with_its_reason_and_others_are_counted(weekly):
    specialist = HUB | {"CQC Location ID (for office use only)": "1-9", "Service types": "Residential homes"}
    home = specialist | {"Specialisms/services": "Dementia", "Name": "A Home"}
    found = weekly(HUB, specialist, *[home] * 1200)
    assert len(found.rows) == 1
    assert [(left.number, left.name) for left in found.left_out] == [(7, "Example Recovery Hub")]
    assert "none of its service types" in found.left_out[0].why
    assert [note.value for note in found.notes] == ["1,200 services of other kinds"]


@pytest.mark.parametrize("weak", [HOSPITAL, BAND, ACTIVITY])
def test_weak_flags_alone_are_left_out(monthly, weak):
    found = monthly(HOUSE, {**HOUSE, "Location ID": "1-3", RESIDENTIAL: "", ACTIVITY: "", weak: "Y"})
    assert len(found.rows) == 1
    assert "none of its service types" in found.left_out[0].why


def test_dormant_is_left_out(monthly):
    found = monthly(HOUSE, HOUSE | {"Location ID": "1-3", "Dormant (Y/N)": "Y"})
    assert [(left.why, left.ids) for left in found.left_out] == [("is dormant.", ("cqc:1-3",))]


def test_registered_twice_keeps_the_primary(monthly):
    twin = HOUSE | {"Location ID": "1-3", "Primary ID (Dual registration locations)": "1-2"}
    own = HOUSE | {"Primary ID (Dual registration locations)": "1-2"}
    for first in (HOUSE, own):
        for rows in ((first, twin), (twin, first)):
            found = monthly(*rows)
            assert [row.values["external_ids"] for row in found.rows] == [("cqc:1-2",)]
            assert "1-2 stands for it" in found.left_out[0].why
    # The primary is not in the list, or each names the other: nothing may be lost.
    assert len(monthly(twin).rows) == 1
    assert len(monthly(HOUSE | {"Primary ID (Dual registration locations)": "1-3"}, twin).rows) == 2


def test_doubled_ids_and_rows_without_id_or_name(weekly):
    nameless = HUB | {"Name": " ", "CQC Location ID (for office use only)": "1-4"}
    found = weekly(HUB, HUB, HUB | {"CQC Location ID (for office use only)": ""}, nameless)
    assert [left.why for left in found.left_out] == [
        "has the id of a row above it.",
        "has no CQC location id.",
        "has no name.",
    ]


def test_a_provider_that_is_a_person_is_not_named(weekly):
    found = weekly(HUB | {"Provider name": "Dr Jane Example"})
    assert "organisation" not in found.rows[0].values
    assert "Jane" not in repr(found)


@pytest.mark.parametrize(
    ("cells", "number"),
    [
        ({"Provider Charity Number": "1234567"}, "GB-CHC-1234567"),
        ({"Provider Charity Number": "-", "Provider Companies House Number": "oc301234"}, "GB-COH-OC301234"),
        ({"Provider Charity Number": "n/a", "Provider Companies House Number": "?"}, None),
    ],
)
def test_organisation_numbers(monthly, cells, number):
    assert monthly(HOUSE | cells).rows[0].values.get("organisation_number") == number


def test_treatment_in_a_prison_is_left_out(weekly, monthly):
    inside = HOUSE | {"Location ID": "1-3", PRISON: "Y"}
    found = monthly(HOUSE, inside, inside | {"Location ID": "1-4", RESIDENTIAL: "", ACTIVITY: ""})
    assert [row.values["external_ids"] for row in found.rows] == [("cqc:1-2",)]
    why = "is in a prison: record it by hand if people outside can use it too."
    assert [(left.number, left.why) for left in found.left_out] == [(9, why)]
    types = "Prison healthcare|Community services - Substance abuse"
    found = weekly(HUB, HUB | {"CQC Location ID (for office use only)": "1-9", "Service types": types})
    assert [left.why for left in found.left_out] == [why]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings(weekly, encoding):
    assert weekly(HUB | {"Name": "Café – Hub"}, encoding=encoding).rows[0].values["name"] == "Café – Hub"


def test_a_list_without_such_services_is_not_the_whole_directory(weekly, opened):
    with pytest.raises(InputError, match="download it again"):
        weekly(HUB | {"Service types": "Dentist", "Specialisms/services": ""})
    with pytest.raises(InputError, match="download it again"):
        weekly()
    lacking = tuple(column for column in WEEKLY if column != "Service types")
    with pytest.raises(InputError, match="Service types"):
        Cqc().read(opened(lacking, [HUB]), OPTIONS)


def test_knows_its_own(opened):
    assert Cqc().knows(opened(WEEKLY, []))
    assert Cqc().knows(opened(MONTHLY, []))
    assert not Cqc().knows(opened(("name", "asset_type", "postcode"), []))
    with pytest.raises(InputError, match="headings"):
        Cqc().read(opened(("name", "postcode"), [], title=[]), OPTIONS)


CELLS = st.one_of(
    st.text(max_size=20), st.sampled_from(["Y", COMMUNITY, "Community services - Substance abuse", "1-2"])
)


@at_least(60)
@given(st.sampled_from([WEEKLY, MONTHLY]), st.lists(st.lists(CELLS, max_size=35), max_size=5))
def test_junk(columns, rows):
    lines = tuple(enumerate([list(columns), *rows], start=1))
    try:
        found = Cqc().read(Opened("junk.csv", lines=lines), OPTIONS)
    except (InputError, FileProblem):
        return
    for row in found.rows:
        assert read_row(Asset, row.values, row.number)[1] == ()


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Produced on 7 Sep 2026", "2026-09-07"),
        ("07/09/2026", "2026-09-07"),
        ("31 June 2026", "31 June 2026"),
        ("Produced lately", None),
    ],
)
def test_the_day_of_the_file(opened, line, day):
    (row,) = Cqc().read(opened(WEEKLY, [HUB], title=[[line]]), OPTIONS).rows
    assert row.values.get("source_date") == day
