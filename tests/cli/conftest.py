"""How the tests of the command line run a command."""

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
