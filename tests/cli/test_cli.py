"""The command line, as CLI.md promises it: output, JSON shapes, exit codes, and plain words when something is wrong."""

import os
import subprocess
import sys

import pytest

from rosc_map import examples


@pytest.mark.parametrize(
    ("query", "local", "upper"),
    [
        ("TS1 2PA", {"code": "E06000002", "name": "Middlesbrough"}, {"code": "E06000002", "name": "Middlesbrough"}),
        ("s1 2hh", {"code": "E08000039", "name": "Sheffield"}, {"code": "E08000039", "name": "Sheffield"}),
        ("KT22 7TW", {"code": "E07000210", "name": "Mole Valley"}, {"code": "E10000030", "name": "Surrey"}),
    ],
)
def test_where(run_json, query, local, upper):
    place = run_json("where", query)
    assert (place["local_authority"], place["upper_tier"]) == (local, upper)
    keys = {
        "query",
        "postcode",
        "easting",
        "northing",
        "latitude",
        "longitude",
        "quality",
        "local_authority",
        "upper_tier",
        "region",
        "country",
    }
    assert set(place) >= keys


def test_new_says_what_was_taken_for_an_old_name(run, tmp_path):
    code, out, _ = run("new", tmp_path / "h.gpkg", "--area", "Harrogate")
    assert (code, "North Yorkshire (E06000065), for Harrogate" in out) == (0, True)


def test_where_for_people(run):
    code, out, _ = run("where", "TS1 2PA")
    assert code == 0
    assert "Local authority: Middlesbrough (E06000002)" in out


@pytest.mark.parametrize(
    ("query", "words"),
    [("TS1 9QQ", "is not in the ONS Postcode Directory"), ("TS1", "does not look like a UK postcode")],
)
def test_two_different_plain_errors(run, query, words):
    code, out, err = run("where", query, "--json")
    assert (code, out) == (1, "")
    assert words in err
    assert "Traceback" not in err


def test_the_whole_line(run, run_json, tmp_path):
    file, out = tmp_path / "s.gpkg", tmp_path / "out"
    out.mkdir()
    made = f"Made {file}: 1 upper-tier authority, 11 local authorities.\n  Surrey (E10000030)\n"
    assert run("new", file, "--area", "Surrey")[1] == made
    assert "66 added, 0 changed, 0 left as they were, 0 refused." in run("import", file, examples.assets_path())[1]
    assert "66 left as they were" in run("import", file, examples.assets_path())[1]
    assert "168 added" in run("import", file, examples.referrals_path(), "--as", "referrals")[1]
    assert (
        "newly marked"
        in run(
            "survey", file, "Surrey", "--on", "2026-03-01", "--by", "V7", "--all-types", "--asked", "system_partner"
        )[1]
    )
    drawn = run_json("linkage", "draw", file, "--sources", 10, "--targets", 4, "--seed", 7)
    assert set(drawn) >= {"round", "design", "seed", "frame", "frame_sha256", "sources", "targets", "pairs"}
    assert (drawn["round"], drawn["design"], drawn["seed"], len(drawn["pairs"])) == ("R1", "independent", 7, 40)
    assert "calls.xlsx" in run("linkage", "sheet", file, "R1", out / "calls.xlsx")[1]
    answers = out / "answers.csv"
    answers.write_text("source,target,level\n" + "".join(f"{p['source']},{p['target']},2\n" for p in drawn["pairs"]))
    assert "Answers and contacts added: 50;" in run("linkage", "record", file, "R1", answers)[1]
    estimate = run_json("linkage", "estimate", file, "R1")
    assert set(estimate) >= {
        "round",
        "frame",
        "contacted",
        "reached",
        "contact_rate",
        "questions",
        "answered",
        "as_caller",
        "bounds",
        "between_types",
        "homophily",
        "assets",
    }
    assert set(estimate["answered"]) >= {"estimate", "low", "high", "df", "n_eff"}
    assert "Of 40 questions answered by 10 services, 100 % found a link" in run("linkage", "estimate", file, "R1")[1]
    network = run_json("network", file)
    assert set(network) >= {
        "nodes",
        "edges",
        "density",
        "reciprocity",
        "isolates",
        "weak_components",
        "strong_components",
        "handoff_reach",
        "two_way",
        "introductions",
    }
    assert set(network["handoff_reach"]) == {"1", "2"}
    gaps = run_json("gaps", file, "--tier", "local")
    assert set(gaps["tables"]) >= {"provision", "all-types", "six-types", "reach", "districts", "sites", "freshness"}
    assert set(gaps) >= {
        "tier",
        "country",
        "authorities",
        "served",
        "none_found",
        "not_surveyed",
        "share_served",
        "asset_type",
        "by_authority",
    }
    assert gaps["served"] + gaps["none_found"] + gaps["not_surveyed"] == gaps["authorities"] == 11
    assert set(gaps["by_authority"][0]) >= {"code", "name", "status", "lero_types", "counts", "rss"}
    assert "8 are only counted, because they have not been asked" in run("map", file, out / "map.html")[1]
    assert run("map", file, file)[0] == 1
    assert "is a web page" in run("map", file, file)[2]
    assert run("gaps", file, "--tier", "district")[0] == 1
    gaps = run_json("gaps", file, "--type", "Mutual aid", "--out", out / "gaps" / "new")
    assert gaps["asset_type"] == "mutual_aid"
    run("export", file, out / "assets.geojson")
    names = {path.name for path in out.iterdir()}
    assert names == {"calls.xlsx", "answers.csv", "gaps", "map.html", "assets.geojson"}


def test_a_bad_row_is_told_with_everything(run, empty, write_csv):
    path = write_csv([{"name": "A", "asset_type": "leroo", "postcode": "TS1 2PA"}])
    code, out, err = run("import", empty.path, path)
    assert (code, out) == (1, "")
    assert "Nothing was changed: 1 row has a problem in rows.csv." in err
    said = "Row 2, asset_type: 'leroo' is not one of the choices. Did you mean Lived experience recovery"
    assert said in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "none.gpkg", "x.csv"), "There is no file none.gpkg. Make one with: rosc-map new"),
        (("gaps", "none.txt"), "is not a partnership file: its name ends in .gpkg"),
        (("new", "x.gpkg", "--area", "Esex"), "Did you mean Essex?"),
    ],
)
def test_what_is_wrong_is_said_plainly(run, words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = run(*words)
    assert code == 1
    assert said in err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "words", [("nonsense",), ("where",), ("survey", "a.gpkg", "x", "--on", "2026-01-01", "--by", "v")]
)
def test_wrong_usage_is_2(run, words):
    assert run(*words)[0] == 2


def test_hostile_names_reach_no_terminal(run, empty, write_csv):
    name = "[bold red]A[/] \x1b[31mred\x1b]0;title\x07"
    empty.import_(write_csv([{"name": name, "asset_type": "lero", "postcode": "TS1 2PA", "id": "a"}]))
    out = run("import", empty.path, write_csv([{"name": name, "id": "a", "asset_type": "treatment"}]))[1]
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "[bold red]A[/]" in out


def commands():
    from typer.main import get_command

    from rosc_map.cli.app import app

    root = get_command(app)
    for name, command in root.commands.items():
        nested = command.list_commands(None) if hasattr(command, "list_commands") else ()
        yield from ((name, sub) for sub in nested) if nested else ((name,),)


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_every_command_has_help_with_an_example(run, words):
    code, out, _ = run(*words, "--help")
    assert code == 0
    assert "Example: rosc-map" in out


def test_help_and_version_load_nothing_heavy():
    code = "import sys\nfrom rosc_map.cli import main\nmain(['--help'])\nmain(['--version'])\n"
    code += "heavy = {'pandas', 'geopandas', 'folium', 'networkx', 'scipy', 'sqlalchemy', 'numpy'} & set(sys.modules)\n"
    code += "sys.exit(str(heavy) if heavy else 0)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "200"}
    )
    assert done.returncode == 0, done.stderr
    assert "Map a local recovery-oriented system of care" in done.stdout
    assert "rosc-map 0.1.0" in done.stdout
