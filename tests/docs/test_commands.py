"""Every command and all Python that a page shows is run, or held against what it needs, without a word here.

A page is run from top to bottom in a folder of its own, with the made-up example as ``area.gpkg`` (unless the page
makes it), the example's tables, and the files that the page shows. What cannot be run here is read by the command line
all the same, and is in ``NOT_RUN`` with the reason; so is a command that a page only names.
"""

import io
import itertools
import re
import shutil
import subprocess
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

import rosc_map
from rosc_map import examples
from rosc_map.cli import main
from shell_lines import ROOT, named, page_text, pages, python_blocks, shell_lines, shown_files, steps

OWN = {
    "README.md": "tests/test_docs.py::test_every_command_of_the_readme_works_in_order",
    "docs/board-paper.md": "tests/test_docs.py::test_every_command_and_the_python_of_a_page_work_in_order",
    "docs/gaps.md": "tests/test_docs.py::test_every_command_of_the_page_on_gaps_works_in_order",
    "docs/keeping.md": "tests/test_docs.py::test_every_command_on_keeping_a_file_works_in_order",
    "docs/linkage-test.md": "tests/test_docs.py::test_every_command_of_the_page_on_the_linkage_test_works_in_order",
    "docs/lists.md": "tests/test_docs.py::test_every_command_on_lists_works_in_order",
    "docs/maps.md": "tests/test_docs.py::test_every_command_and_the_python_of_a_page_work_in_order",
    "docs/near.md": "tests/test_docs.py::test_every_command_and_the_python_of_the_page_on_near_work",
    "docs/people.md": "tests/cli/test_cli_people.py::test_every_command_of_the_page_on_people_works_in_order",
    "docs/places.md": "tests/test_docs.py::test_every_command_of_the_page_on_places_works",
    "docs/recording.md": "tests/test_docs.py::test_every_command_on_recording_works_in_order",
    "docs/referral-network.md": "tests/test_docs.py::test_every_command_of_the_page_on_the_network_works_in_order",
    "docs/serve.md": "tests/cli/test_cli_serve.py::test_every_command_of_the_page_on_serving_works_in_order",
}
"""Pages whose commands another test runs, since it looks at what they made too."""

OWN_PYTHON = {
    "README.md": "test_the_python_of_the_readme_works",
    "docs/board-paper.md": "test_every_command_and_the_python_of_a_page_work_in_order",
    "docs/gaps.md": "test_the_python_of_the_page_on_gaps_works",
    "docs/keeping.md": "test_the_python_on_keeping_works",
    "docs/maps.md": "test_every_command_and_the_python_of_a_page_work_in_order",
    "docs/near.md": "test_every_command_and_the_python_of_the_page_on_near_work",
    "docs/places.md": "test_the_python_of_the_page_on_places_works",
    "docs/referral-network.md": "test_the_python_of_the_page_on_the_network_works",
}
"""Of those, pages with a block of Python, and the test in tests/test_docs.py that runs it."""

NOT_RUN = {
    ("docs/deploy.md", "rosc-map"): "the records are in a database of the server: tests/web/test_web_deploy.py",
    ("docs/cli-reference.md", "rosc-map"): "each is an example by itself, of files that are not there",
    ("", "rosc-map serve"): "runs until it is stopped: tests/cli/test_cli_serve.py",
    ("", "rosc-map demo"): "takes long: tests/test_demo.py",
    ("", "rosc-map boundaries update"): "asks the ONS: tests/place/test_boundary_update.py",
    ("", "rosc-map postcodes update"): "wants a large download: tests/place/test_postcode_sources.py",
    ("", "https://"): "asks an address that is none: tests/partnership/test_import_outside.py asks this machine",
    ("", "postgresql://"): "wants a database: tests/store/test_postgres.py, and docs/keeping.md in tests/test_docs.py",
}
"""Commands that are read and not run, by page (any) and how they begin or what is in them; and why."""

ON_A_SERVER = {
    "docs/deploy.md": "changes a whole machine, as root; tests/web/test_web_deploy.py runs what of it can be run",
    "docs/keeping.md": "of a database that is somewhere else; tests/test_docs.py runs pg_dump",
    "docs/open-referral-api.md": "asks a server that is none: tests/web/test_web_open_referral.py",
}
"""Pages with commands of other programs that are not run, and why."""
ALREADY = {
    tuple(words)
    for page in ("docs/board-paper.md", "docs/gaps.md", "docs/linkage-test.md")
    for words in shell_lines(page)
    if " ".join(words).startswith(("rosc-map report", "rosc-map gaps", "rosc-map linkage estimate"))
}
"""What takes long, leaves the records as they are, and is run in the same words by the own test of another page."""
RUN_HERE = {"mv", "cp", "mkdir", "ls", "rm", "cat", "unzip", "head"}
MODULES = {"venv", "pip", "pytest", "http.server"}
PYTHON = re.compile(r"(?:.*/|\.venv\\Scripts\\)?python3?(?:\.\d+)?(?:\.exe)?")


def three_entries():
    """Make the file of which a page says what is in it."""
    Path("area.gpkg").unlink()
    rows = ("name,asset_type,postcode", "Example House,recovery_housing,TS1 2PA", "Example Choir,mutual_aid,TS1 2PA")
    Path("entries.csv").write_text("\n".join([*rows, "Example Café,lero,TS1 2PA", ""]), "utf-8")
    rosc_map.new("area.gpkg", ["Middlesbrough"]).import_("entries.csv")


SET_UP = {"docs/how-to/hide-close-or-let-go.md": three_entries}
"""What has to be there beside the example, for pages that need more."""


def program(word):
    """The program that a path leads to, such as ``rosc-map`` in a virtual environment."""
    return re.split(r"[/\\]", word)[-1].removesuffix(".exe")


def sets_up(words):
    """Whether a command sets the tool up or works on its source: such a one is not run."""
    return program(words[0]) in (".", "make", "pip", "jupyter") or PYTHON.fullmatch(words[0])


def why_not_run(page, words):
    """The reason for which a command is only read, or ""."""
    line = " ".join(["rosc-map", *words[1:]])
    for (where, what), reason in NOT_RUN.items():
        if where in ("", page) and (line.startswith(what) or (what.endswith("//") and what in line)):
            return reason
    return ""


def found_command(words):
    """The command that is meant, what of the words is left for it, and where it was found."""
    import typer

    from rosc_map.cli.app import app

    command, context = typer.main.get_command(app), None
    rest = words[1:]
    while hasattr(command, "get_command") and rest and rest[0] not in ("--help", "--version"):
        context = typer.Context(command, info_name="rosc-map", parent=context)
        command = command.get_command(context, rest[0])
        assert command, f"There is no command {' '.join(words)}"
        rest = rest[1:]
    return command, rest, context


def read(words):
    """Let the command line read a command, down to its last option, and not run it."""
    command, rest, context = found_command(words)
    if not {"--help", "--version"} & set(rest):
        assert not hasattr(command, "get_command"), f"There is no command {' '.join(words)}"
        command.make_context(words[1], list(rest), parent=context)


def read_in_part(words):
    """Look whether a command and its options are there, where a page names it without all that it needs."""
    command, rest, _ = found_command(words)
    options = {"--help", "--version", *(name for option in command.params for name in option.opts)}
    assert [word for word in rest if word.startswith("-") and word not in options] == [], f"no such option: {words}"


def is_whole(words):
    """Whether what a page names is a command with what it needs: ``rosc-map gaps`` and ``near … --json`` are not."""
    _, rest, _ = found_command(words)
    return bool(rest) and not rest[0].startswith("-") and not any("…" in word or word[0] == "[" for word in words)


def held_against_the_repository(words):
    """What sets the tool up or makes a page is there: the target, the extra, the group, the file, the module."""
    name = program(words[0])
    if name == ".":
        assert words[1:] == [".venv/bin/activate"], f"nothing makes what is activated: {words}"
    elif name == "make":
        targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        assert [word for word in words[1:] if "=" not in word and word not in targets] == []
    elif name == "pip" or words[1:3] == ["-m", "pip"]:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
        for before, word in itertools.pairwise(words):
            assert before not in ("-c", "--constraint", "-r") or (ROOT / word).exists(), words
            assert before != "--group" or word in project["dependency-groups"], words
            extras = re.fullmatch(r"(?:\.|rosc-map)\[([\w,]+)\]", word)
            assert set(extras[1].split(",") if extras else ()) <= set(project["project"]["optional-dependencies"]), (
                words
            )
    elif name == "jupyter":
        assert (ROOT / words[-1]).exists(), words
    elif words[1] == "-m":
        assert words[2] in MODULES or find_spec(words[2]), words
        if words[2] == "pytest":
            assert [word for word in words[3:] if "/" in word and not (ROOT / word).exists()] == [], words
    else:
        assert (ROOT / words[1]).is_file(), words


@pytest.fixture
def folder(made_up_file, tmp_path, monkeypatch):
    """A folder with the files of an example, to which a reader has come."""
    shutil.copy(made_up_file, tmp_path / "area.gpkg")
    shutil.copy(examples.assets_path(), tmp_path / "assets.csv")
    shutil.copy(examples.referrals_path(), tmp_path / "referrals.csv")
    (tmp_path / "venues.csv").write_text("venue,postcode\nExample Hall,TS1 2PA\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(page, words, monkeypatch):
    """Run one command of a page, or hold it against what it needs."""
    name = program(words[0])
    if name == "rosc-map":
        read(words)
        if tuple(words) not in ALREADY and not why_not_run(page, words):
            monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
            assert main(words[1:]) == 0, words
    elif sets_up(words):
        held_against_the_repository(words)
    elif page in ON_A_SERVER:
        return
    elif name == "cd":
        monkeypatch.chdir(words[1])
    elif name == "export":
        monkeypatch.setenv(*words[1].split("=", 1))
    else:
        assert name in RUN_HERE, f"{page}: no test knows what to do with: {' '.join(words)}"
        subprocess.run(words, check=True, capture_output=True)


@pytest.mark.parametrize("page", [page for page in pages() if page not in OWN and steps(page_text(page))])
def test_every_command_and_all_python_of_a_page_work_in_order(page, folder, monkeypatch, capsys):
    made = [words[2] for words in shell_lines(page) if words[0] == "rosc-map" and words[1] in ("new", "template")]
    made += re.findall(r'rosc_map\.new\("([^"]+)"', "".join(python_blocks(page)))
    for name in made:
        (folder / name).unlink(missing_ok=True)
    SET_UP.get(page, lambda: None)()
    for name, text in shown_files(page).items():
        (folder / name).write_text(text, "utf-8")
    seen = {}
    for step in steps(page_text(page)):
        if isinstance(step, str):
            exec(compile(step, page, "exec"), seen)
        else:
            run(page, step, monkeypatch)


def test_the_python_of_each_page_with_tests_of_its_own_is_run_there():
    assert {page for page in OWN if python_blocks(page)} == OWN_PYTHON.keys()
    source = (ROOT / "tests" / "test_docs.py").read_text("utf-8")
    assert [name for name in OWN_PYTHON.values() if f"def {name}(" not in source] == []


@pytest.mark.parametrize("page", [page for page in pages() if named(page)])
def test_every_command_that_a_page_only_names_is_there(page):
    for words in named(page):
        (read if is_whole(words) else read_in_part)(words)


@pytest.mark.parametrize(
    "words",
    [
        "rosc-map gapz",
        "rosc-map linkage nothing",
        "rosc-map gaps --no-such",
        "rosc-map near … --no-such",
        "rosc-map gaps a b",
    ],
)
def test_a_command_that_is_named_and_not_there_is_found(words):
    words = words.split()
    with pytest.raises(Exception, match=r"(?i)no such|no command|unexpected"):
        (read if is_whole(words) else read_in_part)(words)


@pytest.mark.parametrize("page", OWN)
def test_a_page_with_a_test_of_its_own_has_it_and_what_sets_up_is_there(page):
    file, _, name = OWN[page].partition("::")
    source = (ROOT / file).read_text("utf-8")
    assert f"def {name}(" in source
    assert Path(page).name in source
    for words in shell_lines(page):
        if sets_up(words):
            held_against_the_repository(words)


@pytest.mark.parametrize("page", ["README.md", "docs/install.md", "docs/start/analysts.md"])
def test_where_a_page_installs_the_tool_it_is_activated_before_it_is_used(page):
    lines = [" ".join(words) for words in shell_lines(page)]
    used = next(number for number, line in enumerate(lines) if line.startswith("rosc-map "))
    installed = next(number for number, line in enumerate(lines) if "-m pip install" in line)
    assert installed < lines.index(". .venv/bin/activate") < used


@pytest.mark.parametrize(
    "page", ["README.md", "index.md", "start/staff.md", "start/commissioners.md", "how-to/make-a-partnership-file.md"]
)
def test_whoever_starts_is_led_to_the_page_that_installs_the_tool(page):
    path = ROOT / page if page == "README.md" else ROOT / "docs" / page
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8"))
    assert ROOT / "docs" / "install.md" in [(path.parent / link).resolve() for link in links]


@pytest.mark.parametrize("reason", [*NOT_RUN.values(), *ON_A_SERVER.values()])
def test_what_is_not_run_here_names_the_test_that_does(reason):
    files = re.findall(r"tests/[\w/]+\.py", reason)
    assert all((ROOT / file).is_file() for file in files)


@pytest.mark.parametrize(
    "words",
    [
        "rosc-map gaps area.gpkg --no-such",
        "rosc-map nothing",
        "rosc-map linkage nothing",
        "make nothing",
        ". venv/bin/activate",
        "pip install rosc-map[nothing]",
        "pip install -c nothing.txt .",
        "python -m rosc_map.nothing",
        "python nothing.py",
        "wget x",
    ],
)
def test_a_command_that_does_not_work_is_found(words, folder, monkeypatch):
    with pytest.raises(Exception, match=r"(?i)no such|no command|nothing|no test knows"):
        run("docs/new.md", words.split(), monkeypatch)
