"""The notebooks run, say what their readable pairs say, and show what their code gives."""

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from remake import FOLDER, PAIRS, executed_in_turn, from_pair, notebook_of

from rosc_map import examples

_LARGEST = 100_000  # bytes
_MACHINE = re.compile(r"(?:[A-Z]:\\|/(?:home|root|tmp|work|var|Users|private)\b)", re.ASCII)
_NAMES = [pair.stem for pair in PAIRS]
notebooks = pytest.mark.parametrize("pair", PAIRS, ids=_NAMES)


@pytest.fixture(scope="module", autouse=True)
def own_folders(tmp_path_factory):
    """Nothing of a kernel goes into the user's own folders, nor comes from there."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "TMPDIR"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        yield


@pytest.fixture(scope="module")
def ran(own_folders, tmp_path_factory):
    """The cells of each notebook as they ran, by its name: what most of them need is loaded once, in one kernel."""
    folder = shutil.copytree(FOLDER, tmp_path_factory.mktemp("notebooks") / "beside")  # with the files that they read
    ran_cells = executed_in_turn(map(notebook_of, PAIRS), folder / "all.ipynb")
    return dict(zip(_NAMES, ran_cells, strict=True))


def shown(cells):
    """By cell, all that a notebook shows but pictures, whose bytes differ from one machine's fonts to another's."""
    return [[words(output) for output in cell.get("outputs", ())] for cell in cells]


def words(output):
    data = {kind: said for kind, said in output.get("data", {}).items() if not kind.startswith("image/")}
    return output.output_type, output.get("name"), output.get("text"), data, sorted(output.get("data", {}))


def sources(notebook):
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def test_there_are_four_notebooks_and_each_has_its_pair():
    assert len(PAIRS) == 4
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == _NAMES


@notebooks
def test_what_a_notebook_shows_is_what_its_code_gives(ran, pair):
    kept = nbformat.read(notebook_of(pair), 4).cells
    assert any(shown(kept))
    assert shown(ran[pair.stem]) == shown(kept)


@notebooks
def test_a_notebook_says_what_its_pair_says(pair):
    assert sources(nbformat.read(notebook_of(pair), 4)) == sources(from_pair(pair))


@notebooks
def test_a_notebook_opens_with_what_you_will_learn_and_leads_on(pair):
    first, *_, last = from_pair(pair).cells
    assert re.match(r"# \d\. .+\n\n\*\*You will learn\*\* ", first.source)
    assert last.cell_type == "markdown"
    for link in re.findall(r"\]\(([^)]+)\)", last.source):
        assert (FOLDER / link).exists()


@notebooks
def test_a_notebook_is_small_and_says_nothing_of_the_machine_that_ran_it(pair):
    text = notebook_of(pair).read_text("utf-8")
    assert len(text.encode()) < _LARGEST
    pictures_left_out = re.sub(r'"image/png": "[^"]*"', "", text)
    assert _MACHINE.findall(pictures_left_out) == []
    assert "stderr" not in text  # a warning is nothing to show a reader
    assert '"execution": {' not in text  # the times of cells


@notebooks
def test_gaps_are_only_where_somebody_looked(pair):
    """A notebook that speaks of gaps says that what is not surveyed is none."""
    said = "\n".join(cell.source for cell in from_pair(pair).cells if cell.cell_type == "markdown")
    if "not surveyed" in said.lower():
        assert re.search(r"no gap|[Oo]nly \*none found\* may be a gap|Only the second may be a gap", said)


def test_the_commissioners_notebook_counts_every_authority_in_one_of_three_statuses():
    text = notebook_of(FOLDER / "3_lero_gaps_of_england.py").read_text("utf-8")
    served, without, unsurveyed = map(
        int, re.search(r"serve (\d+) of 153 .*?; (\d+) surveyed without one; (\d+) not surveyed", text).groups()
    )
    assert served + without + unsurveyed == 153
    assert examples.BANNER in text


def test_the_readme_of_the_notebooks_names_each_and_leads_to_it():
    text = (FOLDER / "README.md").read_text("utf-8")
    assert sorted(re.findall(r"\]\((\S+)\.ipynb\)", text)) == _NAMES
    assert Path(__file__).with_name("remake.py").exists()
    assert "tests/notebooks/remake.py" in text
