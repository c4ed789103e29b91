"""Postcodes looked up in the real directory: found, told apart where they are not, and never guessed."""

import csv
import json
import os
import random
import shutil
import subprocess
import sys
import time
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from often import at_least
from place.directories import make_package
from place.package_rows import every_row_is_found, package
from rosc_map.errors import InputError, PostcodeMalformed, PostcodeNotFound
from rosc_map.place.boundaries.areas import current_code, rows
from rosc_map.place.boundaries.files import ABOUT, LOOKUP, boundaries_folder, checksums, updates_folder
from rosc_map.place.postcodes.cache import directory
from rosc_map.place.postcodes.directory import Outcome, centre, directory_name, find, locate, suggest
from rosc_map.place.postcodes.index import PostcodeIndex, write_index
from rosc_map.place.postcodes.keys import INWARDS
from rosc_map.place.postcodes.lookup import look_up
from rosc_map.place.postcodes.rows import Live, PostcodeRows
from rosc_map.place.postcodes.text import normalise, readings, standard_form
from rosc_map.place.shipped import shipped


@cache
def codes_of(letter):
    """Return the postcodes that begin with a letter, in standard form."""
    return frozenset(f"{code[:-3]} {code[-3:]}" for code in package(letter)["pcd_abbr"])


# ------------------------------------------------------------------------------------------------------------- golden


def test_a_postcode_that_everybody_knows():
    place = find("ts12pa")
    assert (place.postcode, place.repaired) == ("TS1 2PA", False)
    assert (place.easting, place.northing, place.local_authority_code) == (449544, 520304, "E06000002")
    assert (place.longitude, place.latitude) == (pytest.approx(-1.235094, abs=1e-6), pytest.approx(54.57553, abs=1e-6))


def test_northern_ireland_is_turned_from_the_irish_grid():
    # BOUNDARIES.md §A.3: BT1 1AA = 334316, 374675 on the Irish Grid -> 54.6024 N 5.9223 W.
    place = find("BT1 1AA")
    assert (place.latitude, place.longitude) == (pytest.approx(54.6024, abs=1e-4), pytest.approx(-5.9223, abs=1e-4))
    assert (place.local_authority_code, place.live) == ("N09000003", Live.UNKNOWN)


@pytest.mark.parametrize(
    "text", ["M1 1AE", "M60 1NW", "CR2 6XH", "DN55 1PT", "W1A 0AX", "EC1A 1BB", "GIR 0AA", "NPT 0VA"]
)
def test_every_shape_is_in_the_directory(text):
    assert find(text).postcode == text


@pytest.mark.parametrize("text", ["JE2 3AB", "GY1 1AA", "IM1 1AA"])
def test_the_islands_are_in_the_directory_without_a_place(text):
    located = locate([text])
    assert (located.outcome[0], located.local_authority_code[0]) == (Outcome.NO_POINT, "")
    assert np.isnan([located.easting[0], located.latitude[0], find(text).northing]).all()


def test_barnsley_and_sheffield_have_their_current_codes():
    old = {"E08000016", "E08000019"}
    codes = [code for code, laua in package("S")[["pcd", "laua"]].itertuples(index=False) if laua in old][:1_000]
    assert set(locate([*codes, "S1 2HH"]).local_authority_code) <= {"E08000038", "E08000039"}


# With the Irish Grid, islands, and O and I beside 0 and 1; `make soak` looks at all letters.
@pytest.mark.parametrize("letter", "BGIO")
def test_what_the_package_holds_is_found(letter):
    every_row_is_found(package(letter))


def test_all_of_the_directory_is_there():
    index = directory()
    words = index.districts(index.everything().keys).categories
    assert len(index.everything().rows) == index.about["postcodes"] == 2_720_556
    # No two differ by O and 0, I and 1 alone, so today a repair is never between two real postcodes. (The inward halves
    # are all a digit and two letters.) Should an edition bring such a pair: a test further down has one.
    assert len({word.replace("O", "0").replace("I", "1") for word in words}) == len(words) == 3_125


# ----------------------------------------------------------------------------------------------------- forms, outcomes

FORMS = (
    lambda code: code,
    lambda code: code.replace(" ", ""),
    str.lower,
    lambda code: code.lower().replace(" ", "\t"),
    lambda code: f"  {code} ",
    lambda code: code.replace(" ", "   "),
    lambda code: " ".join(code.title()),
)


@pytest.mark.parametrize("form", FORMS)
def test_every_spacing_and_case(form):
    located = locate([form("TS1 2PA"), form("AB10 1AB")])
    assert located.postcode.tolist() == ["TS1 2PA", "AB10 1AB"]
    assert located.outcome.tolist() == ["found", "found"]
    assert located.repaired == {}


def test_in_a_heap_exactly_the_wrong_ones_are_told():
    draw = random.Random(4)
    good = sorted(codes_of("S"))
    texts = [draw.choice(FORMS)(code) for code in draw.choices(good, k=200_000)]
    wrong = dict.fromkeys(draw.sample(range(len(texts)), 2_000))
    absent = [code for code in ("SQ1 1AA", "S99 9ZZ", "SW1A 9ZZ", "ZZ9 9ZZ") if code not in codes_of("S")]
    assert len(absent) == 4
    for place in wrong:
        wrong[place] = draw.choice([Outcome.MALFORMED, Outcome.NOT_IN_DIRECTORY])
        bad = ("", "unknown", f"S1 {place}", "S1 2H", "N/A", "?1 2HH", "S1 2HHX", "1234567")
        texts[place] = draw.choice(bad if wrong[place] is Outcome.MALFORMED else absent)
    located = locate(texts)
    assert np.flatnonzero(~located.found).tolist() == sorted(wrong)
    assert all(located.outcome[place] == outcome for place, outcome in wrong.items())
    assert not located.repaired


@pytest.mark.parametrize(
    "values",
    [
        ["TS1\n2PA", "\n", None, float("nan"), 7, b"TS1 2PA", "TS1 2PA\r\n", "AB10 1AB"],
        pd.Series(["TS1\n2PA", "\n", None, float("nan"), 7, b"TS1 2PA", "TS1 2PA\r\n", "AB10 1AB"], dtype=object),
        np.array(["TS1\n2PA", "\n", None, float("nan"), 7, b"TS1 2PA", "TS1 2PA\r\n", "AB10 1AB"], dtype=object),
    ],
    ids=["list", "Series", "array"],
)
def test_line_breaks_and_what_is_no_text_move_nothing(values):
    assert locate(values).postcode.tolist() == ["TS1 2PA", "", "", "", "", "", "TS1 2PA", "AB10 1AB"]


@pytest.mark.parametrize(
    "values",
    [
        ("TS1 2PA", "AB10 1AB"),
        iter(["TS1 2PA", "AB10 1AB"]),
        pd.Series(["TS1 2PA", "AB10 1AB"], index=[7, 7]),
        pd.Series(["TS1 2PA", "AB10 1AB"], dtype="category"),
        pd.Index(["TS1 2PA", "AB10 1AB"]),
        np.array(["TS1 2PA", "AB10 1AB"]),
        np.array([b"TS1 2PA", b"AB10 1AB"]),
    ],
    ids=["tuple", "iterator", "str Series", "category Series", "Index", "U array", "S array"],
)
def test_all_kinds_of_lists(values):
    assert locate(values).easting.tolist() == [449544, 394235]


def test_missing_values_of_a_series_are_malformed():
    located = locate(pd.Series(["TS1 2PA", None, pd.NA]))
    assert located.outcome.tolist() == ["found", "malformed", "malformed"]


def test_nothing_is_found_in_nothing():
    located = locate([])
    assert (len(located), located.table().shape, located.repaired) == (0, (0, 9), {})


def test_a_single_text_is_not_taken_for_its_letters():
    with pytest.raises(InputError, match="A list of postcodes is needed"):
        locate("TS1 2PA")
    with pytest.raises(InputError, match="a single text was given"):
        locate(np.array("TS1 2PA"))


@pytest.mark.parametrize("table", [pd.DataFrame({"a": ["TS1 2PA"], "b": ["M1 1AE"]}), np.array([["TS1 2PA"]])])
def test_a_table_is_not_taken_for_a_list(table):
    with pytest.raises(InputError, match="a table was given. Give the one column"):
        locate(table)


def test_the_table_of_a_series_can_be_joined_to_it():
    frame = pd.DataFrame({"name": ["far", "here", "slip"], "code": ["AB10 1AB", "TS1 2PA", "TSI 2PA"]}, index=[9, 2, 5])
    chosen = frame.loc[[5, 2]]
    joined = chosen.join(locate(chosen["code"]).table())
    assert joined["name"].tolist() == ["slip", "here"]
    assert joined["postcode"].tolist() == ["TS1 2PA", "TS1 2PA"]
    assert joined["repaired"].tolist() == [True, False]
    for others in (chosen["code"].tolist(), chosen["code"].to_numpy(), pd.Index(chosen["code"])):
        assert locate(others).table().index.tolist() == [0, 1]


def test_the_list_may_change_afterwards():
    texts = ["ZZ9 9ZZ", "TS1 2PA"]
    located = locate(texts)
    texts[0] = "changed"
    assert located.postcode.tolist() == ["ZZ9 9ZZ", "TS1 2PA"]


def test_the_table_says_all_of_it():
    table = locate(["TS1 2PA", "JE2 3AB", "zz99zz", "TS1"]).table()
    assert table["outcome"].tolist() == ["found", "no_coordinates", "not_in_directory", "malformed"]
    assert table["postcode"].tolist() == ["TS1 2PA", "JE2 3AB", "ZZ9 9ZZ", ""]
    assert table["local_authority_code"].tolist() == ["E06000002", "", "", ""]
    assert table["easting"].notna().tolist() == table["latitude"].notna().tolist() == [True, False, False, False]
    assert set(table["live"]) <= {"live", "not_live", "unknown"}


NEARLY = st.text("TSB1O0I2PAZ \n.-'’\u00a0Ｔſ?", max_size=10)


@given(st.lists(st.text(max_size=12) | NEARLY | st.sampled_from(["TS1 2PA", "tsi 2pa", "B1 1TA."]), max_size=12))
@settings(deadline=None)
def test_a_list_is_looked_up_as_its_texts_are_one_by_one(texts):
    located = locate(texts)
    codes = codes_of("T")
    for place, text in enumerate(texts):
        standard = standard_form(text)
        real = [code for code in readings(text) if code in codes]
        if standard[:1] == "T":
            assert located.postcode[place] == standard
            assert located.found[place] == (standard in codes)
        elif not standard and len(real) == 1 and all(code[0] == "T" for code in readings(text)):
            assert located.repaired[place] == located.postcode[place] == real[0]
        elif not readings(text):
            assert located.outcome[place] == Outcome.MALFORMED


@given(st.text() | NEARLY)
@settings(at_least(60), deadline=None)
def test_no_text_crashes_the_search_or_the_suggestions(text):
    near = suggest(text)
    assert all(find(code).postcode == code for code in near)
    assert centre(text) is None or len(text.split()) <= 2
    try:
        assert find(text).postcode in readings(text)
    except (PostcodeMalformed, PostcodeNotFound) as refused:
        assert all(code in str(refused) for code in near)


# --------------------------------------------------------------------------------------------------------------- slips


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("TSI 2PA", "TS1 2PA"),
        ("TS1 2PA.", "TS1 2PA"),
        ("S014 2AB", "SO14 2AB"),
        ("0X1-1AA", "OX1 1AA"),
        ("0Z1-9ZZ", ""),
        ("TS1 2PA\u200b", "TS1 2PA"),
    ],
)
def test_a_slip_is_read_and_reported(text, read):
    located = locate(["M1 1AE", text])
    if read:
        assert (located.repaired, located.postcode[1], located.outcome[1]) == ({1: read}, read, Outcome.FOUND)
        assert find(text).repaired
        assert find(text).easting == find(read).easting == located.easting[1]
    else:
        # OZ1 9ZZ would be the reading, and the directory does not hold it.
        assert (located.repaired, located.outcome[1]) == ({}, Outcome.MALFORMED)


def test_a_missing_space_is_no_slip():
    assert not locate(["TS12PA"]).repaired


def test_what_has_the_shape_is_never_changed():
    # I1 and O0 are in districts that exist with the other character only.
    for text in ("S01 4AB", "TS1 9QQ", "ZZ9 9ZZ"):
        located = locate([text])
        assert (located.outcome[0], located.postcode[0], located.repaired) == (Outcome.NOT_IN_DIRECTORY, text, {})


@pytest.fixture
def two_real_ones(tmp_path):
    """A directory in which SO1 2AB and S01 2AB are both real."""
    numbers = np.zeros(3)
    codes = ["SO1 2AB", "S01 2AB", "SO1 2AD"]
    rows = PostcodeRows(codes, numbers, numbers, numbers, numbers, [""] * 3, np.array([2, 1, 0], np.uint8))
    with (tmp_path / "index").open("wb") as file:
        write_index(file, [rows], {})
    return PostcodeIndex.open(tmp_path / "index")


def test_between_two_real_postcodes_nothing_is_guessed(two_real_ones):
    answers = look_up(two_real_ones, ["SOI 2AB", "SOI 2AD", "SO1 2AB"])
    assert answers.repaired == {1: "SO1 2AD"}
    assert answers.found.malformed.tolist() == [True, False, False]


SLIPS = (
    lambda code: f"{code}.",
    lambda code: f"({code.lower()}),",
    lambda code: code.replace(" ", "-"),
    lambda code: f"{code}\u200b",
    lambda code: code.replace(" ", "\u00a0"),
    lambda code: f"\n'{code}'\n",
    lambda code: code[:-2].replace("1", "I").replace("0", "O") + code[-2:],
    lambda code: code[:-2] + code[-2:].replace("O", "0").replace("I", "1"),
)


def test_among_many_each_slip_is_read_and_exactly_the_wrong_ones_are_told():
    draw = random.Random(5)
    codes = draw.choices(sorted(codes_of("S")), k=100_000)
    texts = list(codes)
    places = draw.sample(range(len(texts)), 2_000)
    slips, wrong = {}, {}
    for place in places[:1_000]:
        text = draw.choice(SLIPS)(codes[place])
        # Whoever writes I for 1 may thereby write another postcode's shape, which nobody can tell from that one.
        if standard_form(text) in ("", codes[place]) and text != codes[place]:
            texts[place], slips[place] = text, codes[place]
    bad = {"SQ1 1AA.": Outcome.NOT_IN_DIRECTORY, "zz9-9zz": Outcome.NOT_IN_DIRECTORY}
    bad |= dict.fromkeys(("", "-", "S1 2H.", "S? 2HH", "SII 2HHX", "S\u00e91 2HH"), Outcome.MALFORMED)
    for place in places[1_000:]:
        texts[place] = draw.choice(list(bad))
        wrong[place] = bad[texts[place]]
    located = locate(texts)
    assert len(slips) > 600
    assert np.flatnonzero(~located.found).tolist() == sorted(wrong)
    assert all(located.outcome[place] == outcome for place, outcome in wrong.items())
    absent = {place: standard_form(texts[place]) for place, why in wrong.items() if why == Outcome.NOT_IN_DIRECTORY}
    assert located.repaired == slips | absent
    good = [place for place in range(len(texts)) if place not in wrong]
    assert located.postcode[good].tolist() == [codes[place] for place in good]


def test_many_slips_do_not_cost_far_more_than_as_many_clean_ones():
    codes = list(locate(package("S")["pcd"]).postcode[:100_000])

    def cost(texts):
        times = []
        for _ in range(3):
            start = time.process_time()
            locate(texts)
            times.append(time.process_time() - start)
        return min(times)

    # Some fifteen times as much; more than five hundred times when the cost grows with the square of their number.
    assert cost([f"{code}." for code in codes]) < 60 * cost(codes)


# --------------------------------------------------------------------------------------------------------- suggestions


def test_not_in_the_directory_and_malformed_are_two_errors_with_suggestions():
    with pytest.raises(PostcodeNotFound, match=r"TS1 9QQ is not in the .+\. Did you mean TS1 9.., .+ or .+\? Check it"):
        find("ts19qq")
    with pytest.raises(PostcodeMalformed, match=r"written like TS1 2PA.*Did you mean TS1 2PA,"):
        find("TS1 2P")
    with pytest.raises(PostcodeMalformed, match="check it and try again.$"):
        find("nowhere")
    with pytest.raises(PostcodeNotFound, match=f"in the {directory_name()}. Check it"):
        find("ZZ9 9ZZ")


def test_suggestions_are_real_live_ones_first_and_always_the_same():
    near = suggest("TS1 9QQ", limit=100)
    located = locate(near)
    order = [(Live.LIVE, Live.UNKNOWN, Live.NOT_LIVE).index(state) for state in located.live]
    assert located.found.all()
    assert order == sorted(order)
    assert near == suggest("TS1 9QQ", limit=100)
    assert suggest("TS1 9QQ") == near[:3]
    assert suggest("x" * 100_000) == suggest("") == []


# ------------------------------------------------------------------------------------------------------------- middles


def test_the_middle_of_a_district_and_of_a_sector():
    frame = package("T")
    for code, pattern in (("TS1", r"TS1...$"), ("ts1 2", r"TS12..$")):
        members = frame[frame["pcd_abbr"].str.match(pattern) & frame["oseast1m"].notna()]
        longitude, latitude = centre(code)
        assert longitude == pytest.approx(locate(members["pcd"]).longitude.mean(), abs=5.1e-4)
        assert latitude == pytest.approx(locate(members["pcd"]).latitude.mean(), abs=5.1e-4)
        assert (longitude, latitude) == (round(longitude, 3), round(latitude, 3))


@pytest.mark.parametrize("code", ["EC3B", "ZZ99", "", "TS1 2PA", "TS", "nowhere", "TS1 x", "JE2", "TS1\u0662"])
def test_few_postcodes_have_no_middle(code):
    # One or two postcodes would be an address: EC3B has one, and nobody has ZZ99.
    assert centre(code) is None


ONE_POINT = ["E77", "PR0", "BN51", "CH33", "EC50", "LE94", "MK98", "OL95", "SA99", "TR93", "UB18", "WA88"]


@pytest.mark.parametrize("code", [*ONE_POINT, "CF99"])
def test_many_postcodes_of_one_building_have_no_middle(code):
    assert centre(code) is None


@pytest.fixture(scope="module")
def with_a_point():
    """The sectors, longitudes and latitudes of all postcodes that have a place."""
    index = directory()
    everything = index.everything()
    here = ~everything.no_point
    keys = everything.keys[here]
    _, first, which = np.unique(keys // (INWARDS // 10), return_index=True, return_inverse=True)
    names = [code[:-2] for code in index.standard_forms(keys[first])]
    return pd.Categorical.from_codes(which, names), *index.degrees(everything.rows[here])


@pytest.mark.parametrize(("behind", "without", "of_all"), [(1, 240, 3_078), (0, 2_187, 12_272)])
def test_no_middle_is_that_of_a_building(with_a_point, behind, without, of_all):
    sectors, longitude, latitude = with_a_point
    areas = [sector[: len(sector) - behind].strip() for sector in sectors.categories]
    names, of_sector = np.unique(np.array(areas, dtype=object), return_inverse=True)
    which = of_sector[sectors.codes]
    middles = np.array([centre(name) or (np.nan, np.nan) for name in names])
    assert (np.isnan(middles[:, 0]).sum(), len(names)) == (without, of_all)
    east = (longitude - middles[which, 0]) * 111_320 * np.cos(np.radians(latitude))
    north = (latitude - middles[which, 1]) * 111_320
    near = np.bincount(which, np.hypot(east, north) <= 50) / np.bincount(which)
    assert near.max() < 0.9


def test_the_authorities_are_those_of_today():
    codes = set(locate(package("T")["pcd"]).local_authority_code)
    assert all(code == current_code(code) for code in codes)
    assert normalise("ts12pa") == "TS1 2PA"


@pytest.fixture
def new_code(tmp_path, monkeypatch):
    """Return a function that takes boundaries into use in which Middlesbrough has a new code."""

    def update():
        folder = updates_folder() / "2030"
        shutil.copytree(shipped("boundaries"), folder)
        held = [dict(row) for row in rows(shipped("boundaries"))]
        for row in held:
            if row["local_authority_code"] == "E06000002":
                row.update(local_authority_code="E06999999", old_codes="E06000002")
        with (folder / LOOKUP).open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, list(held[0]))
            table.writeheader()
            table.writerows(held)
        about = json.loads((folder / ABOUT).read_text("utf-8"))
        (folder / ABOUT).write_text(json.dumps({**about, "as_at": "2030", "files": checksums(folder)}), "utf-8")
        (updates_folder() / "current").write_text("2030\n", "utf-8")
        boundaries_folder.cache_clear()

    directory()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    boundaries_folder.cache_clear()
    yield update
    boundaries_folder.cache_clear()


def test_new_boundaries_give_new_codes_at_once(new_code):
    assert find("TS1 2PA").local_authority_code == "E06000002"
    new_code()
    assert find("TS1 2PA").local_authority_code == "E06999999"
    assert locate(["TS1 2PA", "B1 1AA"]).local_authority_code.tolist() == ["E06999999", "E08000025"]


# -------------------------------------------------------------------------------------------------------------- damage

CHILD = """
from rosc_map.place.postcodes.cache import info
from rosc_map.place.postcodes.directory import locate
located = locate(["TS1 2PA", "AB10 1AB"])
info().path.chmod(0o644)
with open(info().path, "r+b") as file:
    content = file.read()
    file.seek(4096)
    file.write(bytes(len(content) - 4096))
print(located.latitude.round(3).tolist(), locate(["TS1 2PA", "B1 1AA"]).easting.tolist())
"""


def test_damage_that_is_found_during_a_lookup_is_put_right(tmp_path):
    make_package(tmp_path / "package")
    folders = {"XDG_CACHE_HOME": "cache", "XDG_DATA_HOME": "data", "PYTHONPATH": "package"}
    environment = {**os.environ, **{name: str(tmp_path / folder) for name, folder in folders.items()}}
    done = subprocess.run(
        [sys.executable, "-c", CHILD], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.stdout, done.stderr) == ("[54.576, 57.15] [449544.0, 406649.0]\n", "")
