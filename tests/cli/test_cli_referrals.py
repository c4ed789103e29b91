"""Referrals on the command line: lists, matrices and counts, and files about people that are refused."""

import csv

import pytest

from rosc_map import examples

SERVICES = [
    {"id": "t", "name": "Treatment One", "asset_type": "treatment", "postcode": "TS1 2PA"},
    {"id": "p", "name": "Example Peers", "asset_type": "lero", "postcode": "TS1 2PA"},
]


@pytest.fixture
def area(empty, write_csv):
    empty.import_(write_csv(SERVICES, "assets.csv"))
    return empty.path


def test_a_complete_list_says_how_many_lists_are_whole(run, area, write_csv):
    path = write_csv([{"from": "t", "to": "p", "evidence": "declared"}])
    words = ("import", area, path, "--as", "referrals", "--complete", "--by", "Volunteer 7")
    code, out, err = run(*words, "--dry-run")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "Would be: 1 added, 0 changed, 0 left as they were, 0 refused.",
        "Would be: 1 added, 0 changed, 0 left as they were, as referral lists.",
    ]
    assert run(*words)[1].startswith("1 added, 0 changed")
    assert "1 left as they were, as referral lists." in run(*words)[1]


def test_a_matrix_with_and_without_being_told(run, area, tmp_path):
    path = tmp_path / "matrix.csv"
    path.write_text(",Treatment One,Example Peers\nTreatment One,,x\nExample Peers,no,\n")
    words = ("import", area, path, "--as", "referrals")
    code, out, err = run(*words)
    assert (code, out, "Say how these links are known: add --evidence declared" in err) == (1, "", True)
    code, out, err = run(*words, "--evidence", "declared", "--dry-run")
    assert (code, "2 added" in out, "is read as a matrix" in err) == (0, True, True)
    assert "are taken as declared, with no day: --on says when they were asked." in err
    code, out, err = run(*words, "--from", "matrix", "--evidence", "confirmed", "--on", "2026-03-01")
    assert (code, "2 added" in out, err) == (0, True, "")


def test_numbers_in_a_matrix_say_what_to_add(run, area, tmp_path):
    path = tmp_path / "matrix.csv"
    path.write_text(",Treatment One,Example Peers\nTreatment One,,12\n")
    words = ("import", area, path, "--as", "referrals", "--from", "matrix")
    code, _, err = run(*words, "--evidence", "declared")
    assert (code, "--evidence counted --period 2025-26" in err) == (1, True)
    assert "1 added" in run(*words, "--evidence", "counted", "--period", "2025-26")[1]


def test_counts_with_the_mapping_that_the_template_begins(run, area, tmp_path, write_csv):
    mapping = tmp_path / "mapping.csv"
    assert run("template", mapping, "--as", "mapping")[:2] == (0, f"Wrote {mapping}.\n")
    assert run("template", mapping, "--as", "mapping")[0] == 1
    rows = list(csv.DictReader(mapping.read_text("utf-8-sig").splitlines()))
    mine = {"treatment": "Agency", "peer_led": "Group", "item": "Item", "count": "People", "to_peer_led": "Onward"}
    for row in rows:
        wanted = "item" if row["ours"] == "to_peer_led" else "column"
        row["theirs"] = mine.get(row["ours"], "") if row["part"] == wanted else ""
        row["ours"] = "2025-26" if row["part"] == "period" else row["ours"]
    write_csv(rows, "mapping.csv")
    counts = write_csv(
        [
            {"Agency": "t", "Group": "Example Peers", "Item": "Onward", "People": "<5"},
            {"Agency": "t", "Group": "", "Item": "onward", "People": "7"},
        ],
        "counts.csv",
    )
    words = ("import", area, counts, "--as", "referrals", "--from", "counts", "--mapping", mapping)
    assert run(*words)[1].splitlines() == [
        "1 added, 0 changed, 0 left as they were, 0 refused.",
        "1 added, 0 changed, 0 left as they were, as pathway counts.",
    ]
    assert run("export", area, tmp_path / "pathways.csv", "--as", "pathways", "--audience", "internal")[0] == 0
    (row,) = csv.DictReader((tmp_path / "pathways.csv").read_text("utf-8-sig").splitlines())
    assert (row["direction"], row["period"], float(row["count"])) == ("to_peer_led", "2025-26", 7)


def test_the_example_of_a_return(run, made_up):
    words = ("import", made_up.path, examples.counts_path(), "--as", "referrals", "--from", "counts")
    code, out, err = run(*words, "--mapping", examples.mapping_path())
    assert (code, "Row 12, People: '<5' is a small number that is not told exactly." in err) == (0, True)
    assert out.splitlines() == [
        "11 added, 0 changed, 0 left as they were, 0 refused.",
        "8 added, 0 changed, 0 left as they were, as pathway counts.",
        "1 row is about what the mapping leaves out.",
    ]
    code, _, err = run(*words)
    assert (code, "--mapping mapping.csv" in err) == (1, True)


def test_a_part_that_did_nothing_is_not_told_of(run, area, write_csv):
    lines = [("Agency", "treatment"), ("Onward", "to_peer_led"), ("Year", "period")]
    mapping = write_csv([{"part": "column", "theirs": a, "ours": b} for a, b in lines], "mapping.csv")
    counts = write_csv([{"Agency": "t", "Onward": "7", "Year": "2025-26"}], "counts.csv")
    words = ("import", area, counts, "--as", "referrals", "--from", "counts", "--mapping", mapping)
    assert run(*words)[1] == "1 added, 0 changed, 0 left as they were, as pathway counts.\n"
    assert run(*words)[1] == "0 added, 0 changed, 1 left as they were, as pathway counts.\n"
    write_csv([{"Agency": "t", "Onward": "", "Year": "2025-26"}], "counts.csv")
    assert run(*words)[1].splitlines()[0] == "0 added, 0 changed, 0 left as they were, 0 refused."


def test_a_list_of_two_columns(run, area, write_csv):
    path = write_csv([{"from": "t", "to": "p"}])
    words = ("import", area, path, "--as", "referrals", "--evidence", "declared", "--on", "2026-03-01")
    assert run(*words) == (0, "1 added, 0 changed, 0 left as they were, 0 refused.\n", "")


def test_a_file_about_people_is_refused_and_not_repeated(run, area, tmp_path):
    path = tmp_path / "clients.csv"
    path.write_text("FINITIAL,DOB,CLIENTID\nQ,01/02/1980,4711\n")
    code, out, err = run("import", area, path, "--as", "referrals", "--accept-partial")
    assert (code, out) == (1, "")
    assert err.startswith("clients.csv holds records about single people (columns FINITIAL, DOB, CLIENTID).")
    assert "1980" not in err
    assert "4711" not in err


def test_help_of_import_stays_on_a_screen(run):
    code, out, _ = run("import", "--help")
    assert (code, len(out.splitlines()) <= 60) == (0, True)
    assert "--complete" in out
