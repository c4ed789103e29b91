"""Where there is no Chromium the browser tests are named as not run; under CI that is no success."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"
PARTNERSHIPS = '"partnerships", '
TESTS = """
import pytest

def test_plain():
    pass

@pytest.mark.browser
def test_one(open_page):
    raise AssertionError("must not run")

@pytest.mark.browser
def test_two(open_page):
    raise AssertionError("must not run")
"""


@pytest.fixture
def run(tmp_path):
    # What others add to pytest, and the whole of our program, would only be loaded: longer than these tests take.
    text = CONFTEST.read_text("utf-8")
    assert PARTNERSHIPS in text
    (tmp_path / "conftest.py").write_text(text.replace(PARTNERSHIPS, ""), "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    browser: drives Chromium\n", "utf-8")
    (tmp_path / "test_it.py").write_text(TESTS, "utf-8")

    def run_(*arguments, ci):
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "ROSC_MAP"))}
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=clean
            | {"PATH": str(tmp_path), "PYTHONPATH": str(CONFTEST.parent), "CI": ci}
            | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run_


@pytest.mark.parametrize(("arguments", "ci", "code"), [((), "false", 0), (("-p", "xdist", "-n", "1"), "true", 1)])
def test_browser_tests_are_named_as_not_run(run, arguments, ci, code):
    done = run(*arguments, ci=ci)
    assert "NOT RUN: 2 tests need Chromium" in done.stdout
    assert "1 passed" in done.stdout
    assert done.returncode == code


def test_a_run_that_asks_for_no_browser_test_says_nothing(run):
    done = run("-k", "plain", ci="true")
    assert "1 passed" in done.stdout
    assert "NOT RUN" not in done.stdout
    assert done.returncode == 0
