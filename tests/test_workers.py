"""Tests of one file run in one process, and files that share the demo too: else each worker makes it all again."""

import os
import subprocess
import sys
from pathlib import Path

from workers import LONGEST_FIRST, TOGETHER

HERE = Path(__file__).parent
TESTS = """
import os

import pytest

@pytest.mark.parametrize("n", range(4))
def test_it(n):
    with open("ran.txt", "a") as file:
        file.write(f"{__file__} {os.getpid()}\\n")
"""


def test_a_file_stays_in_one_process(tmp_path):
    (tmp_path / "conftest.py").write_text('pytest_plugins = ("workers",)\n', "utf-8")
    together = list(TOGETHER)[:2]
    for name in ("test_a.py", "test_b.py", *together):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TESTS, "utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    clean |= {"PYTHONPATH": str(HERE), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # all others take a second to load
    command = [sys.executable, "-m", "pytest", "-p", "xdist", "-n", "2", "-p", "no:cacheprovider"]
    subprocess.run([*command, f"--rootdir={tmp_path}"], cwd=tmp_path, env=clean, check=True, timeout=120)
    ran = [line.split() for line in (tmp_path / "ran.txt").read_text("utf-8").splitlines()]
    where = {name: {process for file, process in ran if file.endswith(name)} for name in ("a.py", "b.py", *together)}
    assert len(ran) == 16
    assert [len(processes) for processes in where.values()] == [1, 1, 1, 1]
    assert where[together[0]] == where[together[1]]


def test_every_file_that_is_named_is_there():
    assert [name for name in {*TOGETHER, *LONGEST_FIRST} if not (HERE.parent / name).is_file()] == []
