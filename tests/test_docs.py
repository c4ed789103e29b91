"""What README, docs and the notebook say is run: a command or a call that fails is a failed test."""

import json
import re
import shlex
from pathlib import Path

import pytest

from rosc_map import examples
from rosc_map.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def commands(text):
    """Every rosc-map command in the shell blocks of a text."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [shlex.split(line) for line in lines if line.startswith("rosc-map ")]


def test_every_command_of_the_readme_works_in_order(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    # The reader's own files: the example's assets and referrals stand in for them.
    (tmp_path / "assets.csv").write_bytes(examples.assets_path().read_bytes())
    (tmp_path / "referrals.csv").write_bytes(examples.referrals_path().read_bytes())
    found = commands(README)
    assert len(found) >= 10
    for words in found:
        assert main(words[1:]) == 0, (words, capsys.readouterr().err)


def test_the_python_of_the_readme_works(made_up, monkeypatch, capsys):
    monkeypatch.chdir(made_up.path.parent)
    made_up.path.rename("area.gpkg")
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})
    assert "LEROs serve" in capsys.readouterr().out


def test_the_notebook_runs(capsys):
    notebook = json.loads((ROOT / "notebooks" / "first_look.ipynb").read_text("utf-8"))
    scope = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), "first_look.ipynb", "exec"), scope)
    assert "66 assets" in capsys.readouterr().out


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))])
def test_every_link_to_a_file_leads_to_one(page):
    path = ROOT / page
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8"))
    assert not [link for link in links if "://" not in link and not (path.parent / link).exists()]


def test_the_readme_is_short():
    assert len(README.splitlines()) < 120
