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
    child = os.posix_spawn(sys.executable, [sys.executable, "-c", code], os.environ, file_actions=actions)
    _, status, used = os.wait4(child, 0)
    assert status == 0, code
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize(
    ("ours", "theirs", "most", "rounds"),
    [("import rosc_map", "import pandas", 1.3, 3), (HELP, "import typer, rich", 2.5, 9)],
    ids=["import", "help"],
)
def test_the_time_to_start_is_within_its_budget(ours, theirs, most, rounds):
    # Each is set beside the one that ran next to it, since a machine is slower at one moment than at another. So much
    # does one pair differ from the next that the budget is broken only where three in four say so.
    ratios = [seconds(AS_INSTALLED + ours) / seconds(AS_INSTALLED + theirs) for _ in range(rounds)]
    lower, middle, _ = statistics.quantiles(ratios, n=4)
    assert lower <= most, f"{middle:.2f} times, which is more than {most}"


def test_importing_the_package_loads_nothing_slow():
    slow = "{'pandas', 'numpy', 'geopandas', 'scipy', 'folium', 'matplotlib', 'networkx', 'sqlalchemy', 'pydantic'}"
    assert seconds(f"import sys, rosc_map; sys.exit(bool({slow} & set(sys.modules)))") > 0
