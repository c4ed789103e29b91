"""The server of a partnership in a PostGIS database is killed in the middle of work; the suite does it over a file."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))

from test_web_killed import stands_after_a_kill

from small_rounds import services


@pytest.mark.postgis
def test_what_was_acknowledged_is_there_after_a_kill(postgis, write_csv):
    stands_after_a_kill(postgis, write_csv(services(30, verified_on="2024-01-10")))
