"""What a new process costs before it does anything, beside what it is built on: in turn, in one run, as a ratio.

Seconds of the processor are counted, not of the clock: other tests run at the same time.
"""

import os
import statistics
import sys

import pytest

# Rich loads attrs where it is, and it is here only since the tools of the tests bring it: an installed wheel has none.
AS_INSTALLED = "import sys; sys.modules['attr'] = None;"
HELP = "from rosc_map.cli import main; main(['--help'])"
QUIET = os.open(os.devnull, os.O_WRONLY)


def seconds(code):
    """The processor's seconds of a new Python that runs a line."""
    actions = [(os.POSIX_SPAWN_DUP2, QUIET, 1)]
    # Compiled once and kept, as an installed package is: else our modules alone would be compiled in each new process.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    child = os.posix_spawn(sys.executable, [sys.executable, "-c", code], environment, file_actions=actions)
    _, status, used = os.wait4(child, 0)
    assert status == 0, code
    return used.ru_utime + used.ru_stime


def pairs(ours, theirs, rounds):
    """What ours and theirs took, a pair at a time: a machine is slower at one moment than at another."""
    return [(seconds(AS_INSTALLED + ours), seconds(AS_INSTALLED + theirs)) for _ in range(rounds)]


def times_as_long(found):
    """How many times as long as theirs ours took, in the middle pair."""
    return statistics.median(ours / theirs for ours, theirs in found)


@pytest.mark.parametrize(
    ("ours", "theirs", "most", "rounds"),
    [("import rosc_map", "import pandas", 1.3, 3), (HELP, "import typer, rich", 2.5, 9)],
    ids=["import", "help"],
)
def test_the_time_to_start_is_within_its_budget(ours, theirs, most, rounds):
    found = pairs(ours, theirs, rounds)
    if times_as_long(found) > most:
        # Others on the same machine only ever add: of many more pairs those count that were disturbed the least.
        found = sorted(found + pairs(ours, theirs, 3 * rounds), key=sum)[:rounds]
    assert times_as_long(found) <= most, f"{times_as_long(found):.2f} times, which is more than {most}"


@pytest.mark.parametrize(
    ("module", "slow"),
    [
        ("rosc_map", "pandas numpy geopandas scipy folium matplotlib networkx sqlalchemy pydantic"),
        ("rosc_map.partnership", "scipy folium matplotlib openpyxl docx alembic"),  # what every command loads
    ],
)
def test_what_not_every_user_needs_is_not_loaded(module, slow):
    assert seconds(f"import sys, {module}; sys.exit(bool(set({slow.split()}) & set(sys.modules)))") > 0
