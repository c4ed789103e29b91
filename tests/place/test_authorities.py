"""The authorities: tiers, old codes, the files in use, and every way that people write a name."""

import json
import shutil
import subprocess
import sys

import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.errors import FileProblem, InputError, UnknownName
from rosc_map.examples.public_pages import public_page_assets
from rosc_map.place.boundaries.areas import (
    area_lookup,
    authorities,
    code_names,
    current_code,
    lookup,
    polygons_in_metres,
    rows,
    tiers,
)
from rosc_map.place.boundaries.files import (
    ABOUT,
    FORMAT,
    LOOKUP,
    POLYGONS,
    boundaries_about,
    boundaries_folder,
    checksums,
    updates_folder,
)
from rosc_map.place.boundaries.names import resolve_area
from rosc_map.place.boundaries.topojson import write_topojson
from rosc_map.place.shipped import shipped

# --- Tiers and polygons -----------------------------------------------------------------------------------------------

COLUMNS = [
    "local_authority_code", "local_authority", "upper_tier_code", "upper_tier", "region_code", "region", "country_code",
    "country",
]  # fmt: skip


def test_the_lookup():
    table = lookup()
    assert list(table.columns) == COLUMNS
    assert {str(kind) for kind in table.dtypes} == {"object"}
    assert len(table) == 361
    assert table["local_authority_code"].is_unique
    table.loc[0, "local_authority"] = "spoilt"
    assert lookup().loc[0, "local_authority"] == "Hartlepool"


@pytest.mark.parametrize(
    ("country", "upper", "local"),
    [("England", 153, 296), ("W92000004", 22, 22), (" scotland ", 32, 32), ("n92000002", 11, 11), (None, 218, 361)],
)
def test_the_numbers_of_polygons(country, upper, local):
    for tier, count in (("upper", upper), ("local", local)):
        shapes = authorities(tier, country=country)
        assert (len(shapes), list(shapes.columns)) == (count, ["code", "name", "region", "country", "geometry"])
        assert shapes.crs.to_epsg() == 4326
        assert shapes["name"].is_monotonic_increasing
        assert shapes.is_valid.all()


def test_the_upper_tier_is_made_of_its_local_authorities():
    local, upper = authorities("local"), authorities("upper")
    tier = lookup().set_index("local_authority_code")["upper_tier_code"]
    for code in ("E10000030", "E10000016", "E06000002"):
        inside = local[local["code"].map(tier) == code]
        (whole,) = upper.loc[upper["code"] == code, "geometry"]
        assert shapely.equals(whole, shapely.union_all(inside.geometry.to_numpy()))


def test_some_authorities_only():
    assert list(authorities("local", ["E06000002", "W06000015"])["code"]) == ["W06000015", "E06000002"]
    assert list(authorities("local", "E06000002")["name"]) == ["Middlesbrough"]
    assert len(authorities("local", [])) == 0
    assert list(authorities("local", ["E06000002", "W06000015"], country="Wales")["name"]) == ["Cardiff"]


@pytest.mark.parametrize(
    ("tier", "code", "number"),
    [
        ("local", "E12000001", 12),
        ("upper", "E12000001", 12),
        ("local", "E10000030", 11),
        ("upper", "E07000210", 1),
        ("upper", "E92000001", 153),
        ("local", "K02000001", 361),
        ("local", "E08000016", 1),
        ("upper", "E10000023", 1),
    ],
)
def test_the_authorities_of_an_area_of_any_tier(tier, code, number):
    found = authorities(tier, [code])
    column = {"upper": "upper_tier_code", "local": "local_authority_code"}[tier]
    assert set(found["code"]) == set(area_lookup([code])[column])
    assert len(found) == number


@pytest.mark.parametrize("code", ["Durham", "", "E10000006", "e06000002"])
def test_a_code_that_is_no_areas(code):
    with pytest.raises(UnknownName, match=f"'{code}' is not the code of an area"):
        authorities("upper", ["E06000002", code])


def test_a_tier_or_country_that_is_not():
    with pytest.raises(InputError, match="no tier 'ward'"):
        authorities("ward")
    with pytest.raises(InputError, match="'France' is not a country of the UK"):
        authorities("upper", country="France")


def test_the_tiers_of_one():
    surrey = tiers("E07000210")
    assert list(surrey) == COLUMNS
    assert (surrey["upper_tier"], surrey["region"], surrey["country"]) == ("Surrey", "South East", "England")
    for wrong in ("", "E10000030", "E08000016"):
        with pytest.raises(UnknownName, match="is not the code of a local authority"):
            tiers(wrong)


def test_the_rows_of_areas():
    assert set(area_lookup(["E10000030"])["upper_tier"]) == {"Surrey"}
    assert len(area_lookup(["E12000001", "W92000004"])) == 12 + 22
    assert len(area_lookup(["K02000001"])) == 361
    assert len(area_lookup([])) == len(area_lookup([""])) == len(area_lookup(["none"])) == 0
    assert list(area_lookup(["E08000016"])["local_authority"]) == ["Barnsley"]
    assert list(area_lookup(["E10000023", "E07000165"])["local_authority"]) == ["North Yorkshire"]


def test_the_names_of_codes():
    names = code_names()
    # 361 + the 21 counties + 9 regions + 4 countries + the UK.
    assert len(names) == 361 + 21 + 9 + 4 + 1
    assert "" not in names


@pytest.mark.parametrize(
    ("old", "now"),
    [
        ("E08000016", "E08000038"),
        ("E08000019", "E08000039"),
        ("E07000026", "E06000063"),
        ("E07000031", "E06000064"),
        ("E07000169", "E06000065"),
        ("E07000246", "E06000066"),
        ("E10000023", "E06000065"),
        ("E10000027", "E06000066"),
        ("E06000002", "E06000002"),
        ("E10000002", "E06000060"),
        ("E06000028", "E06000058"),
        ("E06000048", "E06000057"),
        ("E07000048", "E06000058"),
        ("E07000049", "E06000059"),
        ("E07000100", "E07000240"),
        ("E07000156", "E06000061"),
        ("E07000155", "E06000062"),
        ("E07000191", "E06000066"),
        ("E07000205", "E07000244"),
        ("E08000020", "E08000037"),
        ("S12000015", "S12000047"),
        ("S12000046", "S12000049"),
        ("E10000006", "E10000006"),
        ("E10000009", "E10000009"),
        ("E99999999", "E99999999"),
        ("", ""),
    ],
)
def test_old_codes(old, now):
    assert current_code(old) == now


def test_no_old_code_is_in_use():
    held = rows(boundaries_folder())
    olds = [old for row in held for old in row["old_codes"].split(";") if old]
    # Ended or changed in 2023 and 2025, two counties with them, and from 2012 to 2021.
    assert len(olds) == len(set(olds)) == 17 + 2 + 2 + 36
    assert not set(olds) & set(code_names())


def test_a_quick_command_does_not_wait_for_slow_libraries():
    quick = "areas.tiers('E06000002'), names.resolve_area('Hull'), areas.current_code('E08000016'), where('TS1 2PA')"
    slow = "{'pandas', 'geopandas', 'shapely', 'pyproj', 'pydantic', 'rapidfuzz'}"
    code = (
        "import sys\n"
        "from rosc_map.place.boundaries import areas, names\n"
        "from rosc_map.place import where\n"
        f"{quick}\n"
        f"print(sorted({slow} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- The files in use -------------------------------------------------------------------------------------------------


@pytest.fixture
def user_folder(tmp_path, monkeypatch):
    """An empty data folder of the user, on every system."""
    for name in ("XDG_DATA_HOME", "HOME", "LOCALAPPDATA", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    boundaries_folder.cache_clear()
    yield updates_folder()
    boundaries_folder.cache_clear()


def put(user_folder, old_name=False, as_at="2030", made_by=FORMAT):
    """Put an update there that has two authorities only, and return its folder."""
    folder = user_folder / "2030"
    folder.mkdir(parents=True)
    lines = (shipped("boundaries") / LOOKUP).read_text(encoding="utf-8").splitlines(keepends=True)
    two = "".join(lines[:3])
    (folder / LOOKUP).write_text(two.replace(",,\n", ",,Teesmouth\n") if old_name else two, encoding="utf-8")
    squares = [shapely.box(-1, 54, 0, 55), shapely.box(0, 54, 1, 55)]
    write_topojson(folder / POLYGONS, ["E06000002", "E06000001"], squares)
    words = {"title": "Two", "licence": "Open", "attribution": "Two made them."}
    about = {**words, "as_at": as_at, "format": made_by, "files": checksums(folder)}
    (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")
    (user_folder / "current").write_text("2030\n", encoding="utf-8")
    return folder


def test_without_an_update_the_shipped_files_are_in_use(user_folder):
    assert boundaries_folder() == shipped("boundaries")
    about = boundaries_about()
    assert (about["updated"], about["folder"], about["note"]) == (False, str(shipped("boundaries")), "")
    assert about["licence"] == "Open Government Licence v3.0"


def test_an_update_is_in_use_at_once(user_folder):
    assert len(lookup()) == 361
    folder = put(user_folder)
    boundaries_folder.cache_clear()
    assert boundaries_folder() == folder
    about = boundaries_about()
    assert (about["title"], about["updated"], about["note"]) == ("Two", True, "")
    assert list(lookup()["local_authority"]) == ["Hartlepool", "Middlesbrough"]
    assert list(authorities("upper")["name"]) == ["Hartlepool", "Middlesbrough"]
    assert polygons_in_metres(folder)[0] == ["E06000001", "E06000002"]
    assert "E06000003" not in code_names()
    with pytest.raises(UnknownName):
        resolve_area("Darlington")


@pytest.mark.parametrize(("as_at", "used"), [("2024-12", False), ("2025", True), ("2025-05", True)])
def test_an_update_older_than_what_was_installed_since_is_not_used(user_folder, as_at, used):
    folder = put(user_folder, as_at=as_at)
    assert boundaries_folder() == (folder if used else shipped("boundaries"))
    assert (f"it is of {as_at}, which is older" in boundaries_about()["note"]) is not used


@pytest.mark.parametrize("made_by", [None, 0, FORMAT + 1, "1"])
def test_an_update_of_another_version_of_rosc_map_is_not_used(user_folder, made_by):
    put(user_folder, made_by=made_by)
    assert boundaries_folder() == shipped("boundaries")
    assert "another version of rosc-map made it" in boundaries_about()["note"]


@pytest.mark.parametrize("name", ["title", "as_at", "licence", "attribution"])
@pytest.mark.parametrize("value", [None, 2030, ["x"]])
def test_an_update_that_does_not_say_what_it_is_is_not_used(user_folder, name, value):
    folder = put(user_folder)
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    about[name] = value
    (folder / ABOUT).write_text(json.dumps({key: held for key, held in about.items() if held}), encoding="utf-8")
    assert boundaries_folder() == shipped("boundaries")
    assert "it is damaged" in boundaries_about()["note"]


def test_an_old_name_that_went_into_two_is_neither(user_folder):
    folder = put(user_folder, old_name=True)
    assert [row["old_names"] for row in rows(folder)] == ["Teesmouth"] * 2
    with pytest.raises(UnknownName, match="'Teesmouth' is not an area"):
        resolve_area("Teesmouth")


@pytest.mark.parametrize("content", ["", "[]", "[" * 100_000])
def test_an_about_that_breaks_meanwhile_is_told_of_plainly(user_folder, content):
    folder = put(user_folder)
    assert boundaries_folder() == folder
    (folder / ABOUT).write_text(content)
    with pytest.raises(FileProblem, match="about.json .* boundaries update --installed"):
        boundaries_about()
    assert boundaries_about()["updated"] is False


def spoil(folder, what):
    if what == "gone":
        shutil.rmtree(folder)
    elif what == "no pointer":
        (folder.parent / "current").unlink()
    elif what in (LOOKUP, POLYGONS, ABOUT):
        (folder / what).unlink()
    elif what == "other bytes":
        (folder / LOOKUP).write_bytes((folder / LOOKUP).read_bytes()[:-5])
    elif what == "empty pointer":
        (folder.parent / "current").write_bytes(b"")
    elif what == "pointer elsewhere":
        (folder.parent / "current").write_text("../boundaries/2030")
    elif what == "pointer is no text":
        (folder.parent / "current").write_bytes(b"\xff\x00\xfe" * 50)
    elif what == "about is no object":
        (folder / ABOUT).write_text("[]")
    elif what == "about is no JSON":
        (folder / ABOUT).write_text("[" * 100_000)


@pytest.mark.parametrize(
    "what",
    [
        "gone",
        "no pointer",
        LOOKUP,
        POLYGONS,
        ABOUT,
        "other bytes",
        "empty pointer",
        "pointer elsewhere",
        "pointer is no text",
        "about is no object",
        "about is no JSON",
    ],
)
def test_an_update_that_is_not_whole_is_not_used(user_folder, what):
    spoil(put(user_folder), what)
    assert boundaries_folder() == shipped("boundaries")
    assert len(lookup()) == 361
    assert ("There is an update, but it is damaged" in boundaries_about()["note"]) is (what != "no pointer")


@pytest.mark.parametrize("what", [LOOKUP, POLYGONS])
def test_an_update_that_breaks_while_it_is_in_use(user_folder, what):
    folder = put(user_folder)
    assert boundaries_folder() == folder
    spoil(folder, what)
    with pytest.raises(FileProblem, match=rf"{what} .*cannot be read\. Try again\. .* boundaries update --installed"):
        authorities("upper")
    assert len(authorities("upper")) == 218


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"\xff\xff", b'"', b"local_authority_code\nE06000001\n", b"x" * 200_000]
)
def test_a_list_that_is_damaged_is_told_of_plainly(tmp_path, content):
    (tmp_path / LOOKUP).write_bytes(content)
    with pytest.raises(FileProblem, match=r"list of authorities\) .* Install rosc-map again"):
        rows(tmp_path)


def test_a_list_and_polygons_that_differ(tmp_path):
    shutil.copy(shipped("boundaries") / LOOKUP, tmp_path)
    write_topojson(tmp_path / POLYGONS, ["E06000001"], [shapely.box(0, 50, 1, 51)])
    with pytest.raises(FileProblem, match="differ"):
        polygons_in_metres(tmp_path)


# --- Names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Durham", "E06000047"),
        ("County Durham", "E06000047"),
        ("Hull", "E06000010"),
        ("Kingston-upon-Hull", "E06000010"),
        ("Rotherham MBC", "E08000018"),
        ("Rotherham Metropolitan Borough Council", "E08000018"),
        ("Bristol", "E06000023"),
        ("Bristol City Council", "E06000023"),
        ("City of Bristol", "E06000023"),
        ("Southend", "E06000033"),
        ("southend on sea", "E06000033"),
        ("City of York", "E06000014"),
        ("The City of York Council", "E06000014"),
        ("LB Camden", "E09000007"),
        ("London Borough of Camden", "E09000007"),
        ("Royal Borough of Kensington & Chelsea", "E09000020"),
        ("Telford & Wrekin", "E06000020"),
        ("St Helens", "E08000013"),
        ("Saint Helens", "E08000013"),
        ("ST. HELENS", "E08000013"),
        ("Newcastle on Tyne", "E08000021"),
        ("newcastle-UPON-tyne", "E08000021"),
        ("Kings Lynn and West Norfolk", "E07000146"),
        ("King’s Lynn & West Norfolk", "E07000146"),
        ("Kent County Council", "E10000016"),
        ("Herefordshire", "E06000019"),
        ("City of London", "E09000001"),
        ("London", "E12000007"),
        ("Yorkshire & the Humber", "E12000003"),
        ("England", "E92000001"),
        ("UK", "K02000001"),
        ("Edinburgh", "S12000036"),
        ("Aberdeen", "S12000033"),
        ("Western Isles", "S12000013"),
        ("Ynys Môn", "W06000001"),
        ("ynys mon", "W06000001"),
        ("Anglesey", "W06000001"),
        ("Sir y Fflint", "W06000005"),
        ("Cyngor Sir Ddinbych", "W06000004"),
        ("Cyngor Gwynedd", "W06000002"),
        ("Castell-nedd Port Talbot", "W06000012"),
        ("Allerdale", "E06000063"),
        ("Carlisle City Council", "E06000063"),
        ("Taunton Deane", "E06000066"),
        ("Northampton", "E06000062"),
        ("Poole", "E06000058"),
        ("e07000026", "E06000063"),
        (" E08000016 ", "E08000038"),
        ("E10000023", "E06000065"),
        ("Cymru", "W92000004"),
        ("Sir Gâr", "W06000010"),
        ("Cyngor Sir Gâr", "W06000010"),
        ("BANES", "E06000022"),
        ("B&NES Council", "E06000022"),
        ("RBKC", "E09000020"),
        ("LBHF", "E09000013"),
        ("RBWM", "E06000040"),
        ("Greater London", "E12000007"),
        ("Derry", "N09000005"),
        ("Londonderry", "N09000005"),
        ("Berwick", "E06000057"),
        ("Berwick-upon-Tweed Borough Council", "E06000057"),
        ("Salisbury", "E06000054"),
        ("Vale Royal", "E06000050"),
        ("West Midlands", "E12000005"),
        ("e06000048", "E06000057"),
    ],
)
def test_names_people_use(text, code):
    assert resolve_area(text).code == code


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Middlesborough", "Did you mean Middlesbrough\\?"),
        ("Cardif", "Did you mean Cardiff\\?"),
        ("Newcastle", "Did you mean Newcastle-under-Lyme or Newcastle upon Tyne\\?"),
        ("Northamptonshire", "since 2021\\. Give one of them: North Northamptonshire or West Northamptonshire\\."),
        ("Cumbria County Council", "since 2023\\. Give one of them: Cumberland or Westmorland and Furness\\."),
        ("E10000006", "since 2023\\. Give one of them: Cumberland or Westmorland and Furness\\."),
        ("CHESHIRE", "Give one of them: Cheshire East or Cheshire West and Chester\\."),
        ("Merseyside", "Give one of them: Knowsley or Liverpool or St. Helens or Sefton or Wirral\\."),
        ("South Yorkshire", "Give one of them: Doncaster or Rotherham or Barnsley or Sheffield\\."),
        ("Tyne & Wear", "Give one of them: Newcastle upon Tyne or .* or Gateshead\\."),
        ("County of Nottingham", "is not an area"),
        ("Merseyside Combined", "Give the name or the 9-character code"),
        ("E06000099", "Give the name or the 9-character code"),
        ("", "Give the name or the 9-character code"),
        ("council", "is not an area"),
        ("x" * 100_000, "'x{100}…' is not an area"),
        ("council " * 10_000, "is not an area"),
        ("\ud800", "is not an area"),
    ],
)
def test_what_is_no_area_is_not_guessed(text, hint):
    with pytest.raises(UnknownName, match=hint) as refused:
        resolve_area(text)
    assert len(str(refused.value)) < 400


def test_every_name_and_code_of_every_tier_is_understood():
    table = lookup()
    for tier in ("local_authority", "upper_tier", "region", "country"):
        for code, name in {(code, name) for code, name in zip(table[f"{tier}_code"], table[tier], strict=True) if code}:
            for text in (code, name, name.upper(), name.replace("-", " "), name.replace(" and ", " & "), f" {name}. "):
                assert resolve_area(text).code == code, text
            assert resolve_area(f"{name} Council").code == code or tier in ("region", "country")


def test_a_unitary_is_both_tiers_and_a_district_one():
    assert resolve_area("Middlesbrough").tier == "upper_tier"
    assert resolve_area("Mole Valley").tier == "local_authority"
    assert (resolve_area("South East").tier, resolve_area("Wales").tier, resolve_area("uk").tier) == (
        "region",
        "country",
        "uk",
    )


def test_every_old_and_welsh_name_leads_to_its_authority():
    for row in rows(boundaries_folder()):
        for name in (*row["old_names"].split(";"), row["welsh_name"]):
            if name:
                assert resolve_area(name).code == row["local_authority_code"], name


@pytest.mark.parametrize(
    ("text", "name", "was"),
    [
        ("Harrogate Borough Council", "North Yorkshire", "Harrogate"),
        ("e07000165", "North Yorkshire", "E07000165"),
        ("E10000023", "North Yorkshire", "E10000023"),
        ("Allerdale", "Cumberland", "Allerdale"),
        ("North Yorkshire", "North Yorkshire", ""),
        ("E06000065", "North Yorkshire", ""),
        ("Hull", "Kingston upon Hull, City of", ""),
        ("Ynys Mon", "Isle of Anglesey", ""),
    ],
)
def test_what_was_taken_for_an_old_name_or_code(text, name, was):
    area = resolve_area(text)
    assert (area.name, area.was) == (name, was)


def test_the_names_on_public_pages():
    _, report = public_page_assets()
    left = report[report["matched_code"] == ""]
    # All that are left are those that the pages themselves leave open.
    assert set(left["why_not"]) <= {"The page names no area.", "The page does not say which local authorities."}
    assert len(report) - len(left) > 50
    assert isinstance(report, pd.DataFrame)


@at_least(60)
@given(st.one_of(st.text(max_size=60), st.text("aeoué '&-.,council ofthyMBCEWS0123456789", max_size=30)))
def test_no_text_crashes_the_resolver(text):
    try:
        assert resolve_area(text).code in {*code_names()}
    except UnknownName as refused:
        assert "is not an area of the UK" in str(refused) or "has been several authorities since" in str(refused)
