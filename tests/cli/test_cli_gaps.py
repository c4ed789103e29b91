"""The gap analysis at the command line: what a commissioner types, and what comes back."""

import json

import pytest

from partnerships import TODAY
from rosc_map.exchange import read_table

FINGERTIPS = [
    ("E92000001", "England", "Persons", "2021 - 23", "5.5", "9000", "20210000"),
    ("E10000030", "Surrey", "Persons", "2021 - 23", "3.1", "110", "20210000"),
    ("E10000030", "Surrey", "Male", "2021 - 23", "4.4", "80", "20210000"),
    ("E10000030", "Surrey", "Persons", "2018 - 20", "3.3", "112", "20180000"),
]
"""Area Code, Area Name, Sex, Time period, Value, Count and Time period Sortable of a download."""


def fingertips(path):
    head = (
        "Indicator ID,Indicator Name,Area Code,Area Name,Sex,Time period,Value,Count,Time period Sortable,Age,Category"
    )
    rows = [",".join(("92432", "Deaths from drug misuse", *row, "All ages", "")) for row in FINGERTIPS]
    path.write_text("\n".join([head, *rows]), "utf-8")
    return path


def test_what_is_printed_says_what_is_missing_and_what_is_not_known(run, made_up):
    code, said, _ = run("gaps", made_up.path, "--tier", "local")
    assert code == 0
    assert "5 LEROs serve 8 of 11 local authorities in Surrey; 1 surveyed without one; 2 not surveyed." in said
    assert "postcodes of the ONS Postcode Directory" in said
    assert "Not measured from: 2 of 11 authorities, not surveyed yet." in said
    assert "Where one more LERO would help most:" in said


def test_a_download_of_fingertips_is_used_and_only_its_own_authorities(run, run_json, made_up, tmp_path):
    path = fingertips(tmp_path / "deaths.csv")
    found = run_json("gaps", made_up.path, "--need", path)
    (row,) = found["tables"]["need"]
    assert (row["need"], row["period"], row["source"]) == (110.0, "2021 to 2023", "OHID Fingertips, indicator 92432")
    assert row["per_1000"] == pytest.approx(1000 * row["assets"] / 110)
    assert run("import", made_up.path, path, "--as", "needs")[0] == 0
    kept = run_json("gaps", made_up.path)
    assert kept["tables"]["need"] == found["tables"]["need"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("code,people,period,source\nE0700020,5,2025,S\n", "is not an area of the UK"),
        ("code,people,period,source\nAllerdale,500,2025,S\n", "went into Cumberland with others"),
        ("code,people,period,source\nE07000209,12.5 %,2025,S\n", "is a percentage"),
        ("code,people,period,source\nE07000209,-4,2025,S\n", "is below 0"),
        ("code,people,period,source\nE07000209,,2025,S\n", "is missing"),
        ("code,people,period,source\nE10000030,900,2025,S\n", "--tier upper"),
    ],
)
def test_bad_figures_of_need_are_refused_with_what_to_do(run, made_up, tmp_path, rows, words):
    path = tmp_path / "need.csv"
    path.write_text(rows, "utf-8")
    code, said, told = run("gaps", made_up.path, "--tier", "local", "--need", path)
    assert code == 1
    assert words in told
    assert "Traceback" not in told
    assert not said


def test_a_day_to_compare_with(run_json, empty, write_csv, run):
    empty.import_(
        write_csv([{"name": "Example Hub", "asset_type": "lero", "postcode": "TS1 2PA", "listing": "agreed"}])
    )
    found = run_json("gaps", empty.path, "--against", "2020-01-01")
    (row,) = found["tables"]["changes"]
    assert (row["then"], row["now"]) == ("not_surveyed", "served")
    assert run("gaps", empty.path, "--against", TODAY.replace(year=2099).isoformat())[0] == 1
    assert "There is no file" in run("gaps", empty.path, "--against", "none.gpkg")[2]


def test_every_table_is_written_and_the_json_is_plain(run_json, made_up, tmp_path):
    folder = tmp_path / "gaps"
    found = run_json("gaps", made_up.path, "--tier", "local", "--audience", "internal", "--out", folder)
    for key, rows in found["tables"].items():
        table = read_table(folder / f"gaps-{key}.csv")
        assert len(table.rows) == len(rows), key
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert (folder.stat().st_mode & 0o777) == 0o700
    assert all((path.stat().st_mode & 0o077) == 0 for path in folder.iterdir())


def test_a_neighbour_that_is_no_more_is_told_in_words_of_its_own(run, made_up, tmp_path):
    path = tmp_path / "neighbours.csv"
    path.write_text("authority,neighbour\nGuildford,Aylesbury Vale\n", "utf-8")
    code, _, told = run("gaps", made_up.path, "--tier", "local", "--neighbours", path)
    assert code == 1
    assert "It went into Buckinghamshire with others. Give an authority of today." in told
