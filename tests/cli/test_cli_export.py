"""The command ``export``: what it writes, and what it says that the file cannot."""

import re
import shlex
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "exports.md").read_text("utf-8")
ASSET = {"asset_type": "lero", "listing": "agreed", "postcode": "TS1 2PA"}


@pytest.fixture
def area(empty, write_csv):
    rows = [
        {"name": "Example One", **ASSET},
        {"name": "Example Two", **ASSET, "licence": "OGL-UK-3.0", "external_ids": "cqc:1-1"},
        {"name": "Example \x1b[31mThree", **ASSET, "licence": "not known"},
    ]
    empty.import_(write_csv(rows))
    return empty


def test_a_public_export_says_where_it_is_from_and_what_is_not_in_it(run, area, tmp_path):
    code, out, _ = run("export", area.path, tmp_path / "a.csv")
    assert code == 0 and "Wrote" in out and "2 assets are named in it" in out
    assert "Say this wherever you pass it on:\nFrom CQC care directory (1 asset):" in out
    assert "Not in it: the licence" in " ".join(out.split()) and "Three" in out and "\x1b" not in out


def test_for_others_nothing_is_said_to_be_left_out_that_is_not(run, area, tmp_path):
    _, out, _ = run("export", area.path, tmp_path / "a.gexf", "--audience", "internal")
    assert "3 assets are named in it" in out and "Not in it" not in out


def test_a_list_of_edges_says_where_its_assets_are(run, area, tmp_path):
    code, out, _ = run("export", area.path, tmp_path / "a.csv", "--to", "edges")
    assert code == 0 and f"The assets are in {tmp_path / 'a-nodes.csv'}" in out
    assert (tmp_path / "a-nodes.csv").exists()


def test_a_format_of_meetings_counts_and_credits_those_alone(run, area, write_csv, tmp_path):
    to = ("--to", "meeting-guide")
    _, out, _ = run("export", area.path, tmp_path / "a.json", *to)
    assert "In it: 0 of 2 assets that may be named. Meeting Guide takes mutual aid" in out and "CQC" not in out
    assert "Not in it" not in out and "1 is only counted" in out
    group = ASSET | {"asset_type": "mutual_aid"}
    rows = [
        {"name": "Example Group", **group, "licence": "CC-BY-4.0", "external_ids": "aliss:1"},
        {"name": "Example Fourth", **group, "licence": "not known"},
    ]
    area.import_(write_csv(rows, "more.csv"))
    _, out, _ = run("export", area.path, tmp_path / "b.json", *to)
    assert "In it: 1 of 3 assets that may be named." in out
    assert "From ALISS (1 asset)" in out and "CQC" not in out
    assert "Example Fourth" in out and "Three" not in out


def test_other_records_are_of_no_list(run, area, tmp_path):
    code, out, _ = run("export", area.path, tmp_path / "a.csv", "--as", "funding", "--audience", "partners")
    assert code == 0 and "CQC" not in out


def test_a_wrong_ending_says_which_there_are(run, area, tmp_path):
    code, _, err = run("export", area.path, tmp_path / "a.shp")
    assert code != 0 and "or say the format: --to oruk" in err


def test_the_commands_and_the_lines_of_the_page_run_as_they_stand(run, area, monkeypatch):
    monkeypatch.chdir(area.path.parent)
    shell, python = re.search(r"```sh\n(.*?)```.*```python\n(.*?)```", PAGE, re.DOTALL).groups()
    commands = [shlex.split(line)[1:] for line in shell.splitlines()]
    assert len(commands) == 5 and all(run(*words)[0] == 0 for words in commands)
    found = {}
    exec(python, found)
    assert {data["Label"] for _, data in found["graph"].nodes.data()} == {"Example One", "Example Two"}
