"""How the tests of the command line run a command."""

import json

import pytest

from rosc_map.cli import main


@pytest.fixture
def run(capsys):
    """Run a command in this process; gives exit code, stdout and stderr."""

    def go(*words):
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return go


@pytest.fixture
def run_json(run):
    """Run a command that prints one JSON document, in which every figure is one that JSON knows."""

    def go(*words):
        code, out, err = run(*words, "--json")
        assert (code, err) == (0, "")
        return json.loads(out, parse_constant=pytest.fail)

    return go
