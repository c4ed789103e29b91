"""The commands that keep a record right over the years, as somebody types them."""

import io
import json

import pytest

from rosc_map.cli import main

CAFE = {"name": "Example Café", "asset_type": "lero", "postcode": "TS1 2PA", "listing": "agreed"}
TWIN = {"id": "twin", "name": "Coffee Bar", "asset_type": "lero", "postcode": "TS1 2PA", "email": "a@example.org"}


@pytest.fixture
def run(capsys, monkeypatch):
    """Return what runs one command and gives its exit code, stdout and stderr, each on one line."""
    monkeypatch.setenv("COLUMNS", "200")

    def run_(*words):
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run_


@pytest.fixture
def cafe(empty, write_csv):
    empty.import_(write_csv([CAFE]))
    return empty.path


@pytest.mark.parametrize("name", ["f.csv", "f.xlsx", "f.xlsform.xlsx", "f.html"])
@pytest.mark.parametrize("record", ["assets", "funding", "surveys"])
def test_template(run, tmp_path, name, record):
    path = tmp_path / name
    code, out, _ = run("template", path, "--as", record)
    assert (code, out.strip()) == (0, f"Wrote {path}.")
    assert path.stat().st_size > 100
    code, _, err = run("template", path)
    assert code == 1
    assert "is there already" in err


def test_template_of_another_kind(run, tmp_path):
    assert run("template", tmp_path / "f.pdf")[0] == 1
    code, _, err = run("template", tmp_path / "f.csv", "--as", "people")
    assert code == 1
    assert "Choose from: assets, referrals" in err


def test_what_a_template_gives_is_read_back(run, tmp_path, empty, write_csv):
    path = tmp_path / "f.csv"
    run("template", path)
    assert "0 added" in run("import", empty.path, path)[1]  # only the example
    lines = path.read_text("utf-8-sig").splitlines()
    path.write_text("\n".join([lines[0], lines[1].replace("Example Recovery Café", "Our own")]), "utf-8")
    code, _, err = run("import", empty.path, path, "--by", "Volunteer 7")
    assert code == 1
    assert "is the example of the template. So may be: " in err
    assert "phone" in err
    own = {"name": "Our own", "asset_type": "lero", "phone": "01632 960001"}
    code, out, err = run("import", empty.path, write_csv([own]))
    assert (code, out.split(",")[0]) == (0, "1 added")
    assert "phone: '01632 960001' is the example" in err


def test_import_says_who_and_refuses_a_name(run, cafe, write_csv):
    path = write_csv([{**CAFE, "phone": "01642 000001"}])
    code, _, err = run("import", cafe, path, "--by", "Jane Smith")
    assert code == 1
    assert "may be the name of a person" in err
    assert run("import", cafe, path, "--by", "Volunteer 7")[0] == 0
    out = run("history", cafe, "Example Café")[1]
    assert "Volunteer 7" in out
    assert "01642 000001" in out


def test_who_may_stand_in_the_environment(run, cafe, monkeypatch):
    monkeypatch.setenv("ROSC_MAP_BY", "Volunteer 8")
    run("delist", cafe, "Example Café")
    assert json.loads(run("history", cafe, "--json")[1])[0]["who"] == "Volunteer 8"


def test_merge_undo_history(run, cafe, write_csv):
    run("import", cafe, write_csv([TWIN]))
    code, out, _ = run("merge", cafe, "Example Café", "twin", "--by", "coordinator")
    assert code == 0
    assert "Merged 'Coffee Bar' into 'Example Café'" in out
    assert "email" in out
    assert "name" in out
    code, out, _ = run("undo", cafe)
    assert code == 0
    assert "Undone: merge by coordinator" in out
    found = json.loads(run("history", cafe, "--json")[1])
    assert [row["task"] for row in found] == ["undo", "merge", "import", "import", "new"]
    assert found[1]["undone"]
    assert "import: added" in run("history", cafe, "twin")[1]


def test_status(run, cafe):
    code, out, _ = run("status", cafe)
    assert code == 0
    assert "1 active" in out
    document = json.loads(run("status", cafe, "--json", "--as-at", "2020-01-01")[1])
    assert (document["as_at"], document["assets"]) == ("2020-01-01", {})
    assert run("status", cafe, "--as-at", "yesterday")[0] == 1


def test_check_and_worklist(run, cafe, tmp_path):
    path = tmp_path / "todo.xlsx"
    code, out, _ = run("check", cafe, "--worklist", path)
    assert code == 0
    assert "Example Café" in out
    assert "It has never been checked" in out
    assert path.exists()
    found = json.loads(run("check", cafe, "--json")[1])
    assert {"kind", "asset_id", "name", "what", "what_to_do", "field"} == set(found[0])


def test_delist_keeps_the_entry(run, cafe):
    code, _, err = run("delist", cafe, "Example Café")
    assert (code, err.strip()) == (1, "Say who does it, for example: --by coordinator")
    code, out, _ = run("delist", cafe, "Example Café", "--by", "coordinator")
    assert code == 0
    assert out.splitlines()[-1] == "Keep the entry: it is what blocks an import."
    code, out, _ = run("erase", cafe, "Example Café", "--by", "coordinator", "--yes")
    assert code == 0
    assert "Its entry also kept it from being imported again: that is gone now." in out


def test_erase_says_what_it_would_do_and_asks(run, cafe, monkeypatch):
    monkeypatch.setenv("ROSC_MAP_BY", "coordinator")
    before = cafe.read_bytes()
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    code, out, err = run("erase", cafe, "Example Café")
    assert code == 1
    assert "This would erase: 1 record of assets, 1 entry of the history." in out
    assert "This cannot be undone. Are you sure?" in err
    assert cafe.read_bytes() == before
    run("backup", cafe)
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    code, out, err = run("erase", cafe, "Example Café")
    assert code == 0
    assert "Erased: 1 record of assets, 1 entry of the history." in out
    assert "imported again" not in out
    assert "These backups hold it" in out
    assert json.loads(run("status", cafe, "--json")[1])["assets"] == {}


def test_erase_of_what_is_not_there_asks_nothing(run, cafe, write_csv, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    run("import", cafe, write_csv([{**CAFE, "notes": "Example, Jane"}]))
    for yes in ([], ["--yes"]):
        code, out, err = run("erase", cafe, "--words", "Jane Example", "--by", "coordinator", *yes)
        assert (code, err) == (0, "")
        assert "'Jane Example' stands nowhere as it is written, so nothing was erased." in out
        assert "assets: 1 cell holds 'Jane' (notes): look at it." in out
    assert [row["task"] for row in json.loads(run("history", cafe, "--json")[1])] == ["import", "import", "new"]
    code, out, _ = run("erase", cafe, "--words", "Example", "--by", "coordinator", "--yes")
    assert code == 0
    assert "Erased: 2 cells of assets, 2 entries of the history." in out
    assert run("erase", cafe, "--words", "Example", "--yes")[0] == 1


def test_backup(run, cafe, tmp_path):
    path = tmp_path / "copy.gpkg"
    assert str(path) in run("backup", cafe, path)[1]
    assert run("backup", cafe, path)[0] == 1
    assert "1 active" in run("status", path)[1]


def test_small_records_in_and_out(run, cafe, write_csv, tmp_path):
    row = {"asset": "Example Café", "area_code": "Middlesbrough", "arrangement": "grant", "value": "5000"}
    assert "1 added" in run("import", cafe, write_csv([row]), "--as", "funding")[1]
    assert "1 left as they were" in run("import", cafe, write_csv([row]), "--as", "funding")[1]
    out = tmp_path / "funding.csv"
    assert run("export", cafe, out, "--as", "funding", "--audience", "partners")[0] == 0
    text = out.read_text("utf-8-sig")
    assert "grant" in text
    assert "5000" not in text
    code, _, err = run("export", cafe, out, "--as", "funding")
    assert code == 1
    assert "partners" in err


@pytest.mark.postgis
def test_a_database(run, cafe, postgis, tmp_path):
    code, out, _ = run("store", "copy", cafe, postgis)
    assert (code, "1 asset, " in out) == (0, True)
    assert "1 active" in run("status", postgis)[1]
    assert run("map", postgis, tmp_path / "m.html")[0] == 0
    assert run("store", "copy", postgis, tmp_path / "back.gpkg")[0] == 0
    code, _, err = run("store", "reader", postgis, "nobody")
    assert code == 1
    assert "no role 'nobody'" in err
    code, _, err = run("status", postgis.replace("@", ":pw@"))
    assert code == 1
    assert "Take the password out" in err
    code, _, err = run("status", "postgresql://nobody@127.0.0.1:1/none")
    assert code == 1
    assert "cannot be used" in err
