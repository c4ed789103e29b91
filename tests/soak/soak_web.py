"""Fifty volunteers at once for a minute, on a PostGIS with 10,000 assets."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))

from large import large_partnership
from load import PAUSE, run

USERS, SECONDS, ASSETS = 50, 60, 10_000


@pytest.mark.postgis
def test_50_volunteers_for_a_minute_lose_nothing(capsys):
    with large_partnership(ASSETS) as target:
        load = run(target, USERS, SECONDS, pause=PAUSE)
        lost = load.lost(target)
    with capsys.disabled():
        print(load.table())  # noqa: T201 - it is reported beside the bare endpoint
    assert load.errors == []
    assert lost == []
    assert sum(len(each.saved) for each in load.people) >= USERS // 2
    assert sum(len(each.answers) for each in load.people) >= USERS
    assert load.ratio <= 10
