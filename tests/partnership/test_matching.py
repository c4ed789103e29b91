"""Which recorded asset a row means: measured on pairs of names, and through the import itself."""

import csv
import itertools
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import RowsRejected
from rosc_map.partnership.matching import SameAsset, contradicts, same_scheme_differs
from rosc_map.partnership.names import Like, Name, compare_names

PAIRS = list(csv.DictReader(Path(__file__).with_name("name_pairs.csv").read_text("utf-8").splitlines()))
VERDICTS = {"same": Like.YES, "ask": Like.MAYBE, "other": Like.NO}
A = {"name": "Hope House", "asset_type": "lero", "postcode": "TS1 2PA"}
ELSEWHERE = "TS1 1AA"  # 600 m from the other


def _verdict(one: str, other: str) -> Like:
    return compare_names(Name.of(one), Name.of(other))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['recorded']} / {pair['row']}")
def test_a_pair_of_names(pair):
    assert _verdict(pair["recorded"], pair["row"]) is VERDICTS[pair["verdict"]]
    assert _verdict(pair["row"], pair["recorded"]) is VERDICTS[pair["verdict"]]


def test_no_pair_of_the_table_is_merged_or_doubled_in_silence():
    assert len(PAIRS) >= 40
    assert {pair["verdict"] for pair in PAIRS if pair["truth"] == "two"} <= {"ask", "other"}
    assert {pair["verdict"] for pair in PAIRS if pair["truth"] == "one"} <= {"same", "ask"}


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_texts_are_compared_the_same_both_ways(one, other):
    assert _verdict(one, one) is Like.YES
    assert _verdict(one, other) is _verdict(other, one)


@given(st.integers(0, 999), st.integers(0, 999))
def test_numbers_that_differ_are_two_assets_whatever_the_rest(one, other):
    verdict = _verdict(
        f"Middlesbrough Recovery Community Group {one}", f"Middlesbrough Recovery Community Group {other}"
    )
    assert (verdict is Like.YES) == (one == other)


def test_an_id_elsewhere_decides_before_the_name(empty, write_csv):
    empty.import_(write_csv([{"id": "a", **A, "external_ids": "cqc:1-77; tsml:x"}]))
    row = {**A, "name": "Quite Another Name", "postcode": ELSEWHERE, "external_ids": "CQC:1-77"}
    result = empty.import_(write_csv([row]))
    assert (result.added, result.changed) == ([], [2])
    (warning,) = result.warnings
    assert "was taken for 'Hope House', which is recorded (a)" in warning.why


def test_an_id_elsewhere_that_two_have_is_told_by_the_name(empty, write_csv):
    rows = [{"id": "a", **A, "external_ids": "c:1"}, {"id": "b", **A, "name": "Grace Hall", "external_ids": "c:1"}]
    empty.import_(write_csv(rows))
    found = empty.import_(write_csv([{**A, "name": "Grace Hall", "external_ids": "c:1", "phone": "01632 960001"}]))
    assert [change.asset for change in found.changes] == ["Grace Hall"]
    with pytest.raises(RowsRejected) as caught:
        empty.import_(write_csv([{**A, "name": "Third Name", "external_ids": "c:1"}]))
    assert "a or b" in caught.value.problems[0].what_to_do


def test_other_ids_in_one_list_are_two_assets_of_one_name_and_place(empty, write_csv):
    rows = [{**A, "external_ids": "tsml:mon", "sessions": "Mon 19:00-20:00"}]
    rows.append({**A, "external_ids": "tsml:thu", "sessions": "Thu 19:00-20:00"})
    assert empty.import_(write_csv(rows)).added == [2, 3]
    again = empty.import_(write_csv(rows))
    assert (again.added, again.left) == ([], [2, 3])
    third = empty.import_(write_csv([{**A, "external_ids": "tsml:fri"}]))
    assert third.added == [2]
    assert "recorded under another id elsewhere" in third.warnings[0].why


@pytest.mark.parametrize(
    ("recorded", "given", "same"),
    [
        ("GB-CHC-1234567", "1234567", True),
        ("GB-CHC-1234567", "gb-chc-1234567", True),
        ("SC012345", "GB-SC-SC012345", True),
        ("CE012345", "GB-COH-CE012345", True),
        ("GB-COH-01234567", "1234567", True),
        ("GB-CHC-1234567", "GB-COH-1234567", False),
        ("SC012345", "CE012345", False),
        ("1234567", "1234568", False),
    ],
)
def test_the_number_of_an_organisation(empty, write_csv, recorded, given, same):
    empty.import_(write_csv([{"id": "a", **A, "organisation_number": recorded}]))
    # The name is alike only, so without the number it would be asked.
    result = empty.import_(write_csv([{**A, "name": "Hope House Cafe", "organisation_number": given}]))
    assert (result.added == []) is same
    assert len(result.warnings) == 1


@pytest.mark.parametrize("row", [{"name": "Grace Choir"}, {"postcode": ELSEWHERE, "name": "Grace Choir"}])
def test_a_number_alone_is_asked(empty, write_csv, row):
    empty.import_(write_csv([{"id": "a", **A, "organisation_number": "1234567"}]))
    result = empty.import_(write_csv([{**A, "organisation_number": "GB-CHC-1234567", **row}]))
    assert result.added == [2]
    (warning,) = result.warnings
    assert "the organisation of an asset that is recorded" in warning.why
    assert "'Hope House'" in warning.what_to_do
    assert "put its id in the row: a" in warning.what_to_do


def test_meetings_of_one_organisation_on_two_days_are_not_even_asked(empty, write_csv):
    monday = {**A, "name": "SMART Recovery Monday", "organisation_number": "1124578"}
    empty.import_(write_csv([monday]))
    result = empty.import_(write_csv([{**monday, "name": "SMART Recovery Tuesday"}]))
    assert (result.added, result.warnings) == ([2], [])


def test_a_slip_of_the_pen_at_the_same_place_is_the_same_and_said(empty, write_csv):
    empty.import_(write_csv([{"id": "a", **A, "name": "Middlesbrough Recovery Together"}]))
    result = empty.import_(write_csv([{**A, "name": "Middlesborough Recovery Together"}]))
    assert (result.added, [change.field for change in result.changes]) == ([], ["name"])
    assert "was taken for 'Middlesbrough Recovery Together'" in result.warnings[0].why
    own_id = empty.import_(write_csv([{"id": "b", **A, "name": "Middlesbrough Recovery Togethers"}]))
    assert own_id.added == [2]


def test_a_name_that_is_only_alike_is_added_and_asked(empty, write_csv):
    empty.import_(write_csv([{"id": "a", **A}]))
    result = empty.import_(write_csv([{**A, "name": "Hope House Cafe"}]))
    assert result.added == [2]
    (warning,) = result.warnings
    assert (warning.row, warning.column, warning.value) == (2, "name", "Hope House Cafe")
    assert "nearly the name of an asset that is recorded in the same place" in warning.why
    assert warning.what_to_do == "That one is 'Hope House'. If it is the same, put its id in the row: a."
    # As the warning says:
    assert empty.import_(write_csv([{"id": "a", **A, "name": "Hope House Cafe"}])).changed == [2]


def test_a_name_like_one_that_asked_to_leave_is_asked_without_naming_it(empty, write_csv):
    empty.import_(write_csv([{"id": "a", **A, "name": "Quagga House", "listing": "declined"}]))
    result = empty.import_(write_csv([{**A, "name": "Quagga House Cafe"}]))
    assert result.added == [2]
    assert "asked not to be listed" in result.warnings[0].what_to_do
    assert "'Quagga House'" not in str(result.warnings)


@pytest.mark.parametrize(
    "row",
    [
        {"name": "Middlesborough Recovery Together"},
        {"name": "Whatever It Is", "external_ids": "x:1"},
        {"name": "Middlesbrough Recovery Together Group", "organisation_number": "GB-CHC-1234567"},
    ],
)
def test_one_that_asked_to_leave_does_not_come_back_by_another_way(empty, write_csv, row):
    recorded = {**A, "name": "Middlesbrough Recovery Together", "listing": "declined"}
    empty.import_(write_csv([{**recorded, "external_ids": "x:1", "organisation_number": "1234567"}]))
    result = empty.import_(write_csv([{**A, "listing": "agreed", **row}]))
    assert (result.added, result.changes, result.left) == ([], [], [2])
    assert "Middlesbrough" not in str(result.warnings)


def test_a_hidden_place_is_not_shown_by_an_id_elsewhere(empty, write_csv):
    refuge = {"name": "Harbour House", "asset_type": "domestic_abuse_refuge", "postcode": "TS1 2PA"}
    empty.import_(write_csv([{**refuge, "external_ids": "x:1"}]))
    with pytest.raises(RowsRejected) as caught:
        empty.import_(write_csv([{**A, "asset_type": "partner_service", "external_ids": "x:1"}]))
    assert "more finely than it is recorded" in caught.value.problems[0].why


def test_two_rows_of_one_file_that_are_alike_are_asked(empty, write_csv):
    result = empty.import_(
        write_csv([A, {**A, "name": "Hope Huose"}, {**A, "name": "Hope House", "postcode": "TS1 1AA"}])
    )
    assert result.added == [2, 3, 4]
    assert [(warning.row, warning.why) for warning in result.warnings] == [(3, "may be the same as row 2.")]


def _asset(**fields):
    known = {"postcode": "", "easting": float("nan"), "northing": float("nan"), "upper_tier_code": "E06000002"}
    known |= {"id": "", "areas_served": (), "external_ids": (), "organisation_number": "", "listing": "agreed"}
    known |= {"other_names": (), "phone": "", "email": "", "website": "", "asset_type": "lero", "sources": ()}
    return {**known, "location_precision": "exact", "name": "Hope House", **fields}


@pytest.mark.parametrize(
    ("here", "there", "same"),
    [
        ({"easting": 449_900, "northing": 520_000}, {"easting": 450_140, "northing": 520_000}, True),
        ({"easting": 449_900, "northing": 520_000}, {"easting": 450_100, "northing": 520_200}, False),
        ({"postcode": "TS1 2PA", "easting": 449_900, "northing": 520_000}, {"postcode": "ts12pa"}, True),
        ({"postcode": "TS1 2PA"}, {"postcode": "TS1 1AA"}, False),
        ({"postcode": "TS1 2PA"}, {}, True),
        ({}, {}, True),
        ({"postcode": "TS1 2PA"}, {"upper_tier_code": "E06000003"}, False),
    ],
)
@pytest.mark.parametrize("name", ["Hope House", "Hope House Community", "Hope House Comunity"])
def test_the_same_place(here, there, same, name):
    recorded = "Hope House" if name == "Hope House" else "Hope House Community"
    found = SameAsset([_asset(id="a", name=recorded, **here)]).find(_asset(name=name, **there))
    assert found == (["a"] if same else [])


def test_ids_in_one_list():
    assert same_scheme_differs(["a:1", "b:2"], ["A:2", "c:1"])
    assert not same_scheme_differs(["a:1", "a:2"], ["A:2"])
    assert not same_scheme_differs(["1"], ["2"])


def test_ten_thousand_rows_against_ten_thousand():
    words = (
        "Hope",
        "House",
        "Recovery",
        "Garden",
        "Bridge",
        "Choir",
        "Harbour",
        "Kitchen",
        "Lantern",
        "Orchard",
        "Steps",
        "Well",
    )
    names = [" ".join(found) for found in itertools.permutations(words, 4)][:10_000]
    spots = [{"easting": 400_000 + 300 * (n % 100), "northing": 400_000 + 300 * (n // 100)} for n in range(10_000)]
    recorded = [_asset(id=str(n), name=name, **spot) for n, (name, spot) in enumerate(zip(names, spots, strict=True))]
    rows = [{**asset, "id": "", "name": asset["name"].replace("Recovery", "Recovry")} for asset in recorded]
    same = SameAsset(recorded)
    found = [same.find(row) for row in rows]
    assert sum(ids == [str(n)] for n, ids in enumerate(found)) > 9_900

    # Never all with all: ten times the rows take some ten times as long, not a hundred times.
    def seconds(number):
        start = process_time()
        few = SameAsset(recorded[:number])
        for row in rows[:number]:
            few.find(row)
        return process_time() - start

    assert seconds(10_000) < 40 * min(seconds(1_000) for _ in range(3))


def test_rows_that_were_taken_for_one_are_told_apart_as_the_message_says(empty, write_csv):
    empty.import_(write_csv([{**A, "name": "Teesside Recovery Houses"}]))
    rows = [{"id": "", **A, "name": "Teesside Recovery Houses"}, {"id": "", **A, "name": "Teesside Recovery House"}]
    with pytest.raises(RowsRejected) as caught:
        empty.import_(write_csv(rows))
    assert "give each an id of its own" in caught.value.problems[0].what_to_do
    result = empty.import_(write_csv([{**row, "id": f"own-{n}"} for n, row in enumerate(rows)]))
    assert (result.added, result.left) == ([3], [2])


@pytest.mark.parametrize("name", ["Jasmin House", "Jasmine House Project", "Jasmin House Project", "Jasmine Hse"])
def test_a_name_like_that_of_a_hidden_asset_in_its_area(name):
    hidden = {"name": "Jasmine House", "location_precision": "hidden", "external_ids": ("cqc:1",)}
    same = SameAsset([_asset(id="a", **hidden)])
    assert same.may_be_hidden(_asset(name=name))
    assert not same.may_be_hidden(_asset(name=name, upper_tier_code="E08000035"))
    assert not same.may_be_hidden(_asset(name="Hope House"))
    assert not SameAsset([_asset(id="a", name="Jasmine House")]).may_be_hidden(_asset(name=name))


def test_ids_elsewhere_do_not_tell_a_hidden_asset_from_its_name():
    same = SameAsset([_asset(id="a", location_precision="hidden", external_ids=("cqc:1",))])
    assert same.find(_asset(external_ids=("cqc:2",), postcode="TS1 2PA")) == ["a"]


@pytest.mark.parametrize(
    ("row", "other"),
    [
        ({"postcode": "TS1 1AA"}, True),
        ({}, True),  # keeps its place to itself
        ({"postcode": "TS1 2PA"}, False),
        ({"name": "The Hope House", "postcode": "TS1 1AA"}, False),
        ({"name": "Known as this", "postcode": "TS1 1AA"}, False),
    ],
)
def test_name_and_place_are_both_others(row, other):
    recorded = _asset(postcode="TS1 2PA", other_names=("Known as this",))
    assert contradicts(recorded, _asset(**{"name": "Quite Another", **row})) is other


def test_an_id_behind_the_first_of_a_lists_record_may_be_anybodys_word():
    recorded = _asset(id="a", sources=("import",), external_ids=("evil:1", "cqc:1"), postcode="TS1 2PA")
    row = _asset(name="Quite Another", external_ids=("cqc:1",), postcode="TS1 1AA")
    assert SameAsset([recorded]).find(row) == []
    assert SameAsset([recorded]).find({**row, "postcode": "TS1 2PA"}) == ["a"]
    assert SameAsset([{**recorded, "sources": ("published",)}]).find(row) == ["a"]
