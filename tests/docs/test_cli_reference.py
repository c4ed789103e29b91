"""The reference of the command line: current, whole, and the same on every terminal."""

import os
import shlex
import subprocess
import sys

import pytest

from rosc_map.cli.reference import cli_reference
from shell_lines import ROOT, shell_lines

PAGE = ROOT / "docs" / "cli-reference.md"
COMMAND = "python -m rosc_map.cli.reference > docs/cli-reference.md"


def test_the_committed_page_is_current():
    current = PAGE.read_text("utf-8") == cli_reference()
    assert current, f"docs/cli-reference.md is not what the commands say. Run: {COMMAND}"


def test_the_command_that_the_page_names_makes_it_on_a_narrow_terminal_too():
    *_, last = cli_reference().split("\n---\n")
    assert COMMAND in last
    assert cli_reference().count(COMMAND) == 1
    words = [sys.executable, "-W", "error", "-m", "rosc_map.cli.reference"]
    narrow = {**os.environ, "COLUMNS": "40", "TERMINAL_WIDTH": "40", "FORCE_COLOR": "1"}
    made = subprocess.run(words, capture_output=True, check=True, env=narrow)
    assert made.stdout.decode() == cli_reference()


@pytest.mark.parametrize(
    "said",
    [
        "## rosc-map linkage draw\n\nDraw a round at random, and keep it.\n",
        "```text\nrosc-map linkage draw [OPTIONS] FILE\n```",
        "```text\nrosc-map linkage plan [OPTIONS] [FILE]\n```",
        "```text\nrosc-map survey [OPTIONS] FILE AREA...\n```",
        "Example:\n\n```sh\nrosc-map linkage draw area.gpkg --sources 20 --targets 5 --seed 2026\n```",
        "- `--dry-run`: Say what it would do; change nothing.\n",
        "- `--audience AUDIENCE`: public, partners or internal. If left out: `public`.\n",
        "- `--on ON`: The day, for example 2026-03-01. Needed.\n",
        "never a name. Kept in the history. Or set `ROSC_MAP_BY`.\n",
        "- `FILE`: The partnership file (\\*.gpkg), or postgresql://user@host/name.\n",
    ],
)
def test_a_command_is_told_with_its_words_options_defaults_and_example(said):
    assert said in cli_reference()


def test_every_command_that_help_lists_is_there_with_an_example(capsys):
    from rosc_map.cli import main

    headings = [line.removeprefix("## rosc-map ") for line in cli_reference().splitlines() if line.startswith("## ")]
    assert main(["--help"]) == main(["linkage", "--help"]) == 0
    for line in capsys.readouterr().out.splitlines():
        word = line.strip("│ ").partition(" ")[0]
        if line.startswith("│ ") and word.islower() and word.isalpha():
            assert [name for name in headings if word in name.split()], word
    examples = {shlex.join(words) for words in shell_lines("docs/cli-reference.md")}
    assert [name for name in headings if not any(line.startswith(f"rosc-map {name}") for line in examples)] == []
