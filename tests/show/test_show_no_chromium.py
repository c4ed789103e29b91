"""Where there is no Chromium the browser tests are named as not run; under CI that is no success."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"
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
    (tmp_path / "conftest.py").write_text(CONFTEST.read_text("utf-8"), "utf-8")
    # What others add to pytest would only be loaded, which takes longer than these tests.
    settings = "[pytest]\naddopts = -p no:schemathesis -p no:nbmake\nmarkers =\n    browser: drives Chromium\n"
    (tmp_path / "pytest.ini").write_text(settings, "utf-8")
    (tmp_path / "test_it.py").write_text(TESTS, "utf-8")

    def run_(*arguments, ci):
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "ROSC_MAP"))}
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=clean | {"PATH": str(tmp_path), "PYTHONPATH": str(CONFTEST.parent), "CI": ci},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run_


@pytest.mark.parametrize(("arguments", "ci", "code"), [(("-p", "no:xdist"), "false", 0), (("-n", "1"), "true", 1)])
def test_browser_tests_are_named_as_not_run(run, arguments, ci, code):
    done = run(*arguments, ci=ci)
    assert "NOT RUN: 2 tests need Chromium" in done.stdout
    assert "1 passed" in done.stdout
    assert done.returncode == code


def test_a_run_that_asks_for_no_browser_test_says_nothing(run):
    done = run("-p", "no:xdist", "-k", "plain", ci="true")
    assert "1 passed" in done.stdout
    assert "NOT RUN" not in done.stdout
    assert done.returncode == 0
