"""Hostile text through the real path: typed in files, imported, published, shown in Chromium or a spreadsheet.

A few texts here; ``tests/soak/soak_hostile.py`` has all of them, for every audience.
"""

import json

import pytest

import rosc_map
from all_outputs import write_all
from hostile import FEW, LONG, formulas_in, is_plain, missing_from, partnership, rows_of, taken_in, wrong_on
from rosc_map.partnership.record_names import RECORDS

PAGES = ["map.html", "gaps/gaps.html", "gaps/gap-analysis.html", "network/network.html", "linkage/result.html"]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A partnership with hostile text in every field of every record, what it refused, and all that it gave out."""
    folder = tmp_path_factory.mktemp("hostile")
    opened, refused = partnership(folder / "made", FEW)
    # The papers of one page are parts of the board's.
    return opened, refused, folder, write_all(opened, folder / "internal", "internal", ["board"])


def test_what_a_field_does_not_take_is_refused_in_plain_words(told):
    _, refused, *_ = told
    assert {problem.column for problem in refused} >= {"postcode", "email", "website", "sessions"}
    assert [problem for problem in refused if not is_plain(problem)] == []


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_it_runs_nothing_and_breaks_nothing(told, open_page, name):
    assert wrong_on(open_page(told[2] / "internal" / name)) == ""


@pytest.mark.browser
def test_papers_with_it_run_nothing(told, open_page):
    folder = told[2] / "internal"
    papers = [folder / "calls.html", folder / "letters" / "letters.html", min((folder / "own").glob("*.html"))]
    assert [said for said in (wrong_on(open_page(path)) for path in papers) if said] == []


@pytest.mark.browser
@pytest.mark.parametrize("name", ["map.html", "network/network.html"])
def test_names_show_as_they_were_typed(told, open_page, name):
    opened, *_ = told
    names = list(opened.snapshot().assets["name"])
    assert len(names) == len(FEW)
    assert missing_from(open_page(told[2] / "internal" / name), names) == []


@pytest.mark.browser
def test_the_public_map_of_it_runs_nothing(told, open_page, tmp_path):
    assert wrong_on(open_page(told[0].map(tmp_path / "map.html"))) == ""


def test_no_cell_of_any_table_is_a_formula(told):
    assert formulas_in(told[3]) == []
    assert formulas_in([told[2] / "made" / "assets.csv"]) != [], "it is looked for where it is"


def test_geojson_stays_json_and_an_export_comes_back(told):
    opened, folder = told[0], told[2] / "internal"
    features = json.loads((folder / "assets.geojson").read_text("utf-8"))["features"]
    assert {each["properties"]["name"] for each in features} == set(opened.snapshot().assets["name"])
    again = opened.import_(folder / "exports" / "csv.csv")
    assert (again.added, again.changes) == ([], [])


def test_a_text_that_is_too_long_is_refused_in_plain_words_by_every_field(empty, tmp_path):
    ids = ["a", "b"]
    for name, record in RECORDS.items():
        rows = rows_of(record, ids, (LONG, LONG))
        asked = {field for field, value in rows[0].items() if LONG in value}
        refused = taken_in(empty, name, rows, ids, tmp_path)
        assert {problem.column for problem in refused} == asked, name
        assert [problem for problem in refused if not is_plain(problem)] == []


def test_half_of_a_letter_is_left_out_since_no_file_could_hold_it(tmp_path):
    opened = rosc_map.new(tmp_path / "a.gpkg", ["Surrey"], title="half \ud800 of a pair", banner="\udfff")
    assert (opened.snapshot().title, opened.snapshot().banner) == ("half of a pair", "")
