"""Run the readable pairs, and write each notebook with what its code gives: ``python tests/notebooks/remake.py``.

What differs from run to run (times, versions, ids) is left out, so that a difference in a notebook is one to look at.
"""

import itertools
from pathlib import Path

import jupytext
import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from nbmake.nb_run import NotebookRun

FOLDER = Path(__file__).parents[2] / "notebooks"
PAIRS = tuple(sorted(FOLDER.glob("*.py")))
_KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_LONGEST_CELL = 300  # seconds, on a busy machine


def notebook_of(pair):
    """The notebook beside a readable pair."""
    return pair.with_suffix(".ipynb")


def from_pair(pair):
    """The notebook that a readable pair says, without outputs."""
    notebook = new_notebook(cells=jupytext.read(pair, fmt="py:percent").cells, metadata=_KERNEL)
    for number, cell in enumerate(notebook.cells):
        cell.id, cell.metadata = f"cell-{number}", {}
    return notebook


def executed(path):
    """Run a notebook in a kernel of its own, in its own folder; what it shows, each cell's words in one piece."""
    result = NotebookRun(path, _LONGEST_CELL).execute()
    if result.error:
        raise AssertionError(f"{path.name}, cell {result.error.failing_cell_index}:\n{result.error.trace}")
    for cell in result.nb.cells:
        cell.metadata = {}
        if "outputs" in cell:
            cell.outputs = _together(cell.outputs)
    return result.nb


def executed_in_turn(paths, path):
    """Run notebooks in one kernel, each without the names of those before it, as one notebook at ``path``."""
    kept = [nbformat.read(each, 4).cells for each in paths]
    joined = new_notebook(metadata=_KERNEL)
    for cells in kept:
        joined.cells += [*cells, new_code_cell("%reset -f")]
    for number, cell in enumerate(joined.cells):
        cell.id = f"cell-{number}"
    nbformat.write(joined, path)
    ran = iter(executed(path).cells)
    return [list(itertools.islice(ran, len(cells) + 1))[:-1] for cells in kept]


def _together(outputs):
    """Join what one cell printed: in how many pieces it comes is chance."""
    joined = []
    for output in outputs:
        before = joined[-1] if joined else None
        if before and output.output_type == before.output_type == "stream" and output.name == before.name:
            before.text += output.text
        else:
            joined.append(output)
    return joined


def remake(pair):
    """Write a notebook anew from its pair, with its outputs."""
    path = notebook_of(pair)
    nbformat.write(from_pair(pair), path)
    notebook = executed(path)
    notebook.metadata = _KERNEL
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for one in PAIRS:
        remake(one)
        print(notebook_of(one).name)  # noqa: T201 - it is a command
