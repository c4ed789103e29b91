"""The sheet of what is near at the command line."""

import pytest


@pytest.fixture
def town(empty, write_csv):
    """A partnership with a café and a place whose address is kept."""
    empty.import_(
        write_csv(
            [
                {
                    "name": "Example Café",
                    "asset_type": "lero",
                    "postcode": "TS1 2AE",
                    "listing": "agreed",
                    "sessions": "daily 9:00-17:00",
                },
                {"name": "Example House", "asset_type": "recovery_housing", "postcode": "TS3 0AA", "listing": "agreed"},
            ]
        )
    )
    return empty.path


def test_it_is_printed_as_text(run, town):
    code, said, told = run("near", town, "ts12pa")
    assert (code, told) == (0, "")
    assert said.startswith("What is on near you, ")
    assert said.count("every day, 9am to 5pm") == said.count("Example Café") == 1
    assert " · in Middlesbrough: ask them where · " in said and "TS3" not in said
    code, said, _ = run("near", town, "TS1 2PA", "--interest", "lero", "--interest", "faith", "--within", "0.1")
    assert code == 0 and "Found of what was asked for: 0 of these" in said


def test_json_is_one_document(run_json, town):
    found = run_json("near", town, "Middlesbrough", "--audience", "partners", "--interest", "recovery housing")
    assert [each["name"] for each in found["other_times"]] == ["Example House"]
    assert (found["audience"], found["interests"], found["days"]) == ("partners", ["recovery_housing", "housing"], [])


def test_a_page_is_written_where_it_is_asked_for_and_nowhere_else(run, town, tmp_path):
    before = {path.name for path in tmp_path.iterdir()}
    bytes_before = town.read_bytes()
    code, said, _ = run("near", town, "TS1 2PA", "--out", tmp_path / "sheet.html")
    assert code == 0 and said.startswith(f"Wrote {tmp_path / 'sheet.html'}.")
    assert {path.name for path in tmp_path.iterdir()} - before == {"sheet.html"}
    assert town.read_bytes() == bytes_before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("Wonderland",), "'Wonderland' is neither a postcode nor a council area."),
        (("TS1 2PA", "--interest", "knitting"), "Choose from: lero (Lived experience recovery organisation (LERO)), "),
        (("TS1 2PA", "--audience", "internal"), "choose public or partners"),
        (("TS1 2PA", "--within", "-3"), "Give a distance above 0"),
        (("TS1 2PA", "--out", "sheet.pdf"), "ends in .html"),
    ],
)
def test_what_cannot_be_is_told_plainly(run, town, words, told):
    code, said, why = run("near", town, *words)
    assert (code, said) == (1, "")
    assert told in why
