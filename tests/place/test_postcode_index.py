"""The index file: what is written is found, and a file that is not as it was written never gives a wrong answer."""

import itertools
import os
import struct
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from often import at_least
from rosc_map.errors import FileProblem
from rosc_map.place.postcodes.file import FORMAT, Damaged
from rosc_map.place.postcodes.index import PostcodeIndex, write_index
from rosc_map.place.postcodes.keys import INWARDS, OUTWARDS, halves, inward_texts, legal_outwards, outward_text
from rosc_map.place.postcodes.rows import Live, PostcodeRows
from rosc_map.place.postcodes.text import outward, standard_form

OUTWARD = ["M1", "M60", "CR2", "DN55", "W1A", "EC1A", "GIR", "NPT"]


def rows_of(codes, **columns):
    number = len(codes)
    values = {
        "easting": np.arange(number) * 100.0 - 50_000,
        "northing": np.arange(number) * 900.0,
        "longitude": np.linspace(-8.6, 1.8, number),
        "latitude": np.linspace(49.8, 60.9, number),
        "authority": [("E06000002", "", "N09000003")[place % 3] for place in range(number)],
        "live": (np.arange(number) % 3).astype(np.uint8),
    }
    return PostcodeRows(postcodes=list(codes), **{**values, **columns})


def at_one_spot(number):
    return {"easting": np.zeros(number), "northing": np.zeros(number)}


def write(path, chunks, about):
    with path.open("wb") as file:
        write_index(file, chunks, about)


def written(path, *chunks, about=None):
    write(path, chunks, about or {"edition": "made up"})
    return PostcodeIndex.open(path)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """An index of 1,144 postcodes, its bytes, and all that it answers when it is whole."""
    path = tmp_path_factory.mktemp("index") / "small"
    codes = [f"{out} {digit}{pair}" for out in OUTWARD for digit in (1, 9) for pair in ("AA", "QV", "ZZ")]
    codes += [f"M1 {digit}{one}{two}" for digit in (3, 4) for one in "ABCDEFGHIJKLMNOPQRSTUVW" for two in "AGMRZ" * 5]
    codes = list(dict.fromkeys(codes))
    written(path, rows_of(codes)).close()
    return codes, path.read_bytes(), answers(path, codes)


def answers(path, codes):
    """All that an index tells of these codes and of some that are not there, one lookup at a time and all at once."""
    index = PostcodeIndex.open(path)
    asked = [*codes, "ZZ9 9ZZ", "M1 8ZZ", "nonsense"]
    told = [index.about, index.authorities]
    for texts in (["M1 1AA"], ["NPT 9ZZ"], ["ZZ9 9ZZ"], asked):
        found = index.find(texts)
        told += [
            found.easting,
            found.northing,
            found.authority,
            found.live,
            found.malformed,
            found.rows != index.missing,
        ]
        told += [*index.degrees(found.rows), index.standard_forms(found.keys[~found.no_district])]
    told += [index.middle(out, sector) for out in [*OUTWARD, "ZZ9"] for sector in ("", "1", "3")]
    return told


def same(one, other):
    return all(
        np.array_equal(a, b, equal_nan=a.dtype.kind == "f") if isinstance(a, np.ndarray) else a == b
        for a, b in zip(one, other, strict=True)
    )


def test_every_half_has_its_number():
    legal = np.flatnonzero(legal_outwards())
    outwards = [outward_text(number) for number in legal[:: len(legal) // 500]]
    numbers, inward = halves([f"{out}{text}" for out, text in zip(outwards, itertools.cycle(inward_texts()))])
    assert [outward_text(number) for number in numbers] == outwards
    assert inward.tolist() == [place % INWARDS for place in range(len(outwards))]
    # A9 A99 AA9 A9A AA99 AA9A, and GIR and NPT.
    assert len(legal) == 260 + 2_600 + 6_760 + 6_760 + 67_600 + 175_760 + 2
    assert max(legal) < OUTWARDS
    assert [outward(standard_form(f"{out}0AA")) for out in outwards] == outwards


def test_what_is_written_is_found(small, tmp_path):
    codes, _, _ = small
    rows = rows_of(codes)
    index = written(tmp_path / "index", rows)
    found = index.find(codes)
    assert np.array_equal(found.easting, rows.easting)
    assert np.array_equal(found.northing, rows.northing)
    assert np.array_equal(found.live, rows.live)
    assert [index.authorities[number] for number in found.authority] == rows.authority
    assert index.standard_forms(found.keys).tolist() == codes
    longitude, latitude = index.degrees(found.rows)
    assert np.abs(longitude - rows.longitude).max() <= 5.1e-7
    assert np.abs(latitude - rows.latitude).max() <= 5.1e-7
    third = -(-len(codes) // 3)
    assert index.about["postcodes"] == index.about["with_point"] == len(codes)
    assert (index.about["live"], index.about["edition"]) == (third, "made up")


def test_no_other_code_is_found(small, tmp_path):
    codes, _, _ = small
    index = written(tmp_path / "index", rows_of(codes))
    every = [f"{out} {inward}" for out in OUTWARD for inward in inward_texts()]
    there = index.find(every).rows != index.missing
    assert {code for code, is_there in zip(every, there, strict=True) if is_there} == set(codes)


def test_chunks_in_any_order_make_the_same_file_but_for_the_first_of_a_code_that_comes_twice(tmp_path):
    first, second = rows_of(["TS1 2PA", "B1  1AA"]), rows_of(["AB101AB", "ts12pa"], easting=np.array([7.0, 8.0]))
    index = written(tmp_path / "one", first, second)
    assert index.find(["TS1 2PA", "B1 1AA", "AB10 1AB"]).easting.tolist() == [-50_000, -49_900, 7]
    assert written(tmp_path / "two", second, first).find(["TS1 2PA"]).easting.tolist() == [8]
    assert index.about["postcodes"] == 3


def test_without_a_point_there_is_none(tmp_path):
    nowhere = dict.fromkeys(("easting", "northing", "longitude", "latitude"), np.array([np.nan, 5.0]))
    index = written(tmp_path / "index", rows_of(["JE2 3AB", "TS1 2PA"], **nowhere))
    found = index.find(["JE2 3AB", "TS1 2PA", "ZZ9 9ZZ"])
    assert found.no_point.tolist() == [True, False, True]
    assert np.isnan(found.easting).tolist() == [True, False, True]
    assert np.isnan(index.degrees(found.rows)[0]).tolist() == [True, False, True]
    assert (index.about["postcodes"], index.about["with_point"]) == (2, 1)


def test_the_middles_are_the_means(small, tmp_path):
    codes, _, _ = small
    rows = rows_of(codes)
    index = written(tmp_path / "index", rows)
    of_sector = np.array([code.startswith("M1 3") for code in codes])
    assert index.middle("M1", "3") == pytest.approx((rows.easting[of_sector].mean(), rows.northing[of_sector].mean()))
    of_district = np.array([code.startswith("M1 ") for code in codes])
    assert index.middle("M1")[0] == pytest.approx(rows.easting[of_district].mean())
    assert index.middle("ZZ9") is index.middle("M1", "0") is index.middle("nonsense") is None


def spots(*numbers_and_places):
    """Return the columns of so many postcodes at each of these eastings."""
    easting = np.concatenate([np.full(number, float(place)) for number, place in numbers_and_places])
    return {"easting": easting, "northing": np.zeros(len(easting))}


EACH_ELSEWHERE = [(1, 10_000 + 1_000 * place) for place in range(40)]


@pytest.mark.parametrize(
    ("where", "has_one"),
    [
        ([(1_000, 0)], False),
        ([(100, 20_000), *EACH_ELSEWHERE[:18]], False),  # 19 places
        ([(2, 0), *EACH_ELSEWHERE[:19]], True),  # 20 places
        ([(300, place) for place in range(0, 21 * 10, 10)], False),  # many places, all within 250 m
        ([(400, 29_500), *EACH_ELSEWHERE], False),  # 40 places, and 91 % of the postcodes at one more
        ([(300, 29_500), *EACH_ELSEWHERE], True),  # 88 %
    ],
)
def test_a_middle_that_would_point_at_a_building_is_not_kept(tmp_path, where, has_one):
    columns = spots(*where)
    codes = [f"TS1 {inward}" for inward in inward_texts()[: len(columns["easting"])]]
    index = written(tmp_path / "index", rows_of(codes, **columns))
    middle = index.middle("TS1")
    assert middle == (pytest.approx((columns["easting"].mean(), 0)) if has_one else None)


def test_the_areas_are_told(tmp_path):
    codes = ["TS1 2PA", "TS25 1AA", "B1 1AA", "GIR 0AA", "NPT 9ZZ", "EC1A 1BB"]
    assert written(tmp_path / "index", rows_of(codes)).areas() == {"TS", "B", "EC"}


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"easting": np.array([5e6, 0.0])}, "the easting 5000000, which is not in the UK"),
        ({"northing": np.array([0.0, -2e5])}, "TS1 2PB has the northing -200000"),
        ({"easting": np.array([np.inf, 0.0])}, "not in the UK"),
    ],
)
def test_points_on_another_planet_are_refused(tmp_path, columns, why):
    with pytest.raises(FileProblem, match=why):
        write(tmp_path / "index", [rows_of(["TS1 2PA", "TS1 2PB"], **columns)], {})


def test_what_is_no_directory_is_refused(tmp_path):
    codes = [f"TS1 {inward}" for inward in inward_texts()]
    with pytest.raises(FileProblem, match="6,760 local authorities"):
        write(tmp_path / "index", [rows_of(codes, authority=codes, **at_one_spot(len(codes)))], {})
    with pytest.raises(FileProblem, match="no postcode"):
        write(tmp_path / "index", [rows_of(["nonsense", "1"])], {})
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    many = [f"{one}{two}{number} 1AA" for one in letters for two in letters for number in range(10, 30)]
    with pytest.raises(FileProblem, match="13,520 postcode districts"):
        write(tmp_path / "index", [rows_of(many, **at_one_spot(len(many)))], {})


def test_what_is_read_holds_no_text_and_is_closed(tmp_path):
    index = written(tmp_path / "index", rows_of(["TS1 2PA"]))
    found = index.find(["TS1 2PA"])
    index.close()
    # What was found is a copy: it outlives the file.
    assert found.easting.tolist() == [-50_000]
    assert found.live.tolist() == [Live.UNKNOWN]
    for question in (lambda: index.find(["TS1 2PA"]), index.everything):
        with pytest.raises(Damaged, match="closed"):
            question()


# ------------------------------------------------------------------------------------------------------------ damage


def damaged(folder: Path, content: bytes, small) -> None:
    """Assert that a file of this content is refused or right."""
    codes, _, expected = small
    path = folder / "damaged"
    path.write_bytes(content)
    try:
        told = answers(path, codes)
    except Damaged:
        return
    assert same(told, expected)


def test_the_whole_file_is_right(small, tmp_path):
    codes, content, expected = small
    (tmp_path / "whole").write_bytes(content)
    assert same(answers(tmp_path / "whole", codes), expected)


# The first section fills most of the file: the ends are where the rest is.
PLACES = st.integers(0, 2_000) | st.integers(-60_000, -1) | st.integers(0, 2_000_000)


@given(place=PLACES, bit=st.integers(0, 7))
@settings(at_least(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(place=0, bit=0)
@example(place=8, bit=1)
@example(place=13, bit=7)
@example(place=-1, bit=7)
def test_a_flipped_bit_is_found_or_does_no_harm(small, tmp_path, place, bit):
    content = bytearray(small[1])
    content[place] ^= 1 << bit
    damaged(tmp_path, bytes(content), small)


@given(at=PLACES, length=st.integers(1, 100_000), fill=st.sampled_from([b"\0", b"\xff"]))
@settings(at_least(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_zeros_over_any_part_are_found_or_do_no_harm(small, tmp_path, at, length, fill):
    content = bytearray(small[1])
    at %= len(content)
    content[at : at + length] = fill * len(content[at : at + length])
    damaged(tmp_path, bytes(content), small)


@given(length=PLACES)
@settings(at_least(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(length=0)
@example(length=19)
@example(length=20)
@example(length=-1)
def test_a_missing_tail_is_damage(small, tmp_path, length):
    (tmp_path / "short").write_bytes(small[1][:length])
    with pytest.raises(Damaged):
        PostcodeIndex.open(tmp_path / "short")


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content + b"\0",
        lambda content: bytes(len(content)),
        lambda content: b"",
        lambda content: content[:8] + struct.pack("<I", FORMAT - 1) + content[12:],
        lambda content: b"PK\x03\x04" + content[4:],
        lambda content: content[:12] + struct.pack("<I", 2**32 - 1) + content[16:],
    ],
    ids=["longer", "zeros", "empty", "another version", "another kind", "endless header"],
)
def test_a_file_of_another_kind_is_damage(small, tmp_path, change):
    (tmp_path / "other").write_bytes(change(small[1]))
    with pytest.raises(Damaged):
        PostcodeIndex.open(tmp_path / "other")


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b"not JSON",
        b"\xff",
        b'{"header": {}, "sections": {}, "length": -1, "checks": 0}',
        b'{"header": {}, "sections": {}, "length": "0", "checks": 0}',
        b'{"header": {}, "sections": [], "length": 0, "checks": 0}',
        b'{"header": {}, "sections": {}, "length": 0, "checks": 0}',
        b'{"header": {"about": {}, "authorities": 7}, "sections": {}, "length": 0, "checks": 0}',
        *(
            b'{"header": {}, "sections": {"payload": {"at": %s, "type": %s, "count": %s}}, "length": 0, "checks": 0}'
            % each
            for each in [(b"9", b'"<u8"', b"1"), (b"0", b'"O"', b"1"), (b"0", b'"<u8"', b"1e300"), (b"0", b"[]", b"9")]
        ),
    ],
)
def test_a_header_with_a_right_check_and_other_contents_is_damage(tmp_path, header):
    (tmp_path / "other").write_bytes(struct.pack("<8sIII", b"ROSCPOST", FORMAT, len(header), crc32(header)) + header)
    with pytest.raises(Damaged):
        PostcodeIndex.open(tmp_path / "other")


def test_what_is_no_ordinary_file_is_damage_and_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(Damaged, match="ordinary file"):
            PostcodeIndex.open(path)


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_a_file_that_others_may_change_is_not_believed(small, tmp_path, mode):
    path = tmp_path / "index"
    path.write_bytes(small[1])
    path.chmod(mode)
    with pytest.raises(Damaged, match="others may change"):
        PostcodeIndex.open(path)
    path.chmod(0o444)
    PostcodeIndex.open(path).close()


@pytest.mark.skipif(getattr(os, "geteuid", int)() != 0 or os.name == "nt", reason="only root can give a file away")
def test_a_file_of_somebody_else_is_not_believed(small, tmp_path):
    path = tmp_path / "index"
    path.write_bytes(small[1])
    os.chown(path, 54_321, -1)
    with pytest.raises(Damaged, match="others may change"):
        PostcodeIndex.open(path)


def test_every_byte_is_under_some_check(small, tmp_path):
    """One byte in each thousand, and each of the header and the checks, one after the other."""
    codes, content, _ = small
    path = tmp_path / "damaged"
    for place in [
        *range(0, 1_500, 7),
        *range(1_500, len(content), 50_021),
        *range(len(content) - 160, len(content), 3),
    ]:
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :])
        with pytest.raises(Damaged):
            answers(path, codes)
