"""The wheel and the sdist are built and used, small: `make release` does the same with fresh environments."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile

import pytest
from artifacts import ROOT, build, contents, differences, only, sdist_problems, wheel_problems
from audit import read_report
from hatchling.builders.sdist import SdistBuilder
from minimum import minimum

PYPROJECT = (ROOT / "pyproject.toml").read_text("utf-8")


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    """The sdist, and the wheel that is made from it, without fetching anything."""
    folder = tmp_path_factory.mktemp("dist")
    build(folder, "--no-isolation")
    return folder


@pytest.fixture(scope="module")
def wheel(dist):
    return contents(only(dist, "*.whl"))


@pytest.fixture(scope="module")
def sdist(dist):
    return contents(only(dist, "*.tar.gz"))


@pytest.fixture(scope="module")
def installed(dist, tmp_path_factory):
    """The wheel, installed into a folder; its commands find it there and nowhere else."""
    target = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([*pip, "--target", str(target), str(only(dist, "*.whl"))], check=True, capture_output=True)
    return target


def test_the_wheel_holds_the_package_its_data_and_its_licences_and_nothing_else(wheel):
    assert wheel_problems(wheel) == []


def test_the_sdist_holds_what_is_needed_to_build_test_read_and_deploy_and_no_junk(sdist):
    assert sdist_problems(sdist) == []
    assert {name.partition("/")[0] for name in sdist} >= {"src", "tests", "docs", "notebooks", "benchmarks", "deploy"}


def test_the_wheel_from_the_sdist_is_the_wheel_from_the_tree(wheel, tmp_path):
    build(tmp_path, "--wheel", "--no-isolation")
    assert differences(wheel, contents(only(tmp_path, "*.whl"))) == []


def test_the_installed_wheel_runs_outside_the_repository(installed, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(installed)}

    def say(*words):
        done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        return done.stdout

    version = tomllib.loads(PYPROJECT)["project"]["version"]
    program = installed / "bin" / "rosc-map"
    assert say(sys.executable, str(program), "--version").strip() == f"rosc-map {version}"
    code = "import sys, rosc_map; from rosc_map.cli import main; print(rosc_map.__file__, file=sys.stderr);"
    code += "main(['where', '54.5742,-1.2356', '--json'])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert str(installed) in done.stderr
    assert json.loads(done.stdout)["local_authority"]["name"] == "Middlesbrough"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rosc_map/py.typed": None}, "It lacks rosc_map/py.typed."),
        ({"rosc_map/_data/postcodes/live_gb.bits.xz": None}, "It lacks rosc_map/_data/postcodes/live_gb.bits.xz."),
        ({"rosc_map-0.1.0.dist-info/licenses/NOTICE": None}, "Its metadata lacks licenses/NOTICE."),
        ({"rosc_map/web/static/app.css": None}, "It lacks rosc_map/web/static/app.css."),
        ({"tests/conftest.py": b""}, "It holds tests/conftest.py, which is not the package's."),
        ({"rosc_map/fixture.gpkg": b""}, "It holds rosc_map/fixture.gpkg, which is not the package's."),
        ({"rosc_map/__pycache__/demo.pyc": b""}, "It holds rosc_map/__pycache__/demo.pyc."),
        ({"rosc_map/demo.py": str(ROOT).encode()}, "rosc_map/demo.py names a folder of this machine."),
    ],
)
def test_what_is_wrong_with_a_wheel_is_said(wheel, change, said):
    held = {name: data for name, data in (wheel | change).items() if data is not None}
    assert said in wheel_problems(held)


def test_what_is_missing_in_an_sdist_is_said(sdist):
    held = {name: data for name, data in sdist.items() if not name.startswith("deploy/")}
    assert sdist_problems(held) == ["It lacks deploy/rosc-map.service."]


LYING_ABOUT = (
    *("area.gpkg", "area.gpkg-journal", "area.people.db", "area.people.db-wal", "area.backup-2026-11-23-schema-3.gpkg"),
    *("visits.csv", "visits.xlsx", "area.dump", "rosc-map-2026-11-23-023412.tar.age"),
)


def test_somebodys_records_that_lie_in_the_folder_do_not_come_into_an_sdist_or_are_noticed_there(tmp_path):
    for name in ("pyproject.toml", ".gitignore", "tests/store/fixtures/schema-1.gpkg", "data/boundaries/build.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    git = ["git", "-C", str(tmp_path)]
    for words in (["init", "--quiet"], ["add", "."]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    examples = "src/rosc_map/examples/public_pages"
    for folder in ("src/rosc_map", examples, "tests/store/fixtures", "docs", "notebooks", "data", "deploy"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        for name in LYING_ABOUT:
            (tmp_path / folder / name).touch()
    (tmp_path / "notebooks" / "feed.json").touch()  # of no kind that gives it away
    taken = {file.distribution_path for file in SdistBuilder(str(tmp_path)).recurse_included_files()}
    # The examples are tables too: beside them only the comparison finds one.
    strays = {"notebooks/feed.json", f"{examples}/visits.csv"}
    assert taken - strays >= {"tests/store/fixtures/schema-1.gpkg", "data/boundaries/build.py"}
    said = sdist_problems(dict.fromkeys(taken, b""), tmp_path)
    assert [line for line in said if "git" in line] == [
        f"It holds {name}, which git does not know." for name in sorted(strays)
    ]


def test_two_wheels_that_differ_are_told_apart(dist, tmp_path):
    copy = tmp_path / "other.whl"
    copy.write_bytes(only(dist, "*.whl").read_bytes())
    with zipfile.ZipFile(copy, "a") as file:
        file.writestr("rosc_map/more.py", "")
    assert differences(contents(copy), contents(only(dist, "*.whl"))) == ["rosc_map/more.py"]


def test_the_minimum_is_what_is_declared():
    listed = minimum(PYPROJECT)
    assert {line.partition("==")[0] for line in listed} >= {"pandas", "typer", "fastapi", "psycopg[binary,pool]"}
    assert all("==" in line for line in listed)
    some = '[project]\ndependencies = ["pandas>=3.0"]\n[project.optional-dependencies]\nweb = ["fastapi>=0.115"]\n'
    assert minimum(some) == ["pandas==3.0", "fastapi==0.115"]
    with pytest.raises(ValueError, match="It does not say name>=version: pandas<4"):
        minimum(some.replace("pandas>=3.0", "pandas<4"))


def test_an_audit_that_looked_up_nothing_is_not_taken_for_a_clean_one():
    """pip-audit itself ends well when its service knows none of the packages."""
    flaw = {"id": "EX-1", "fix_versions": ["2.0"]}
    report = {
        "dependencies": [
            {"name": "one", "skip_reason": "Dependency not found on PyPI and could not be audited: one (1.0)"},
            {"name": "two", "version": "1.0", "vulns": [flaw]},
            {"name": "three", "version": "3.0", "vulns": []},
        ]
    }
    assert read_report(json.dumps(report)) == (2, ["two 1.0: EX-1, mended in 2.0"], ["one"])
