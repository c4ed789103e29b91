"""The postcode index as a whole: its building killed at 100 random moments, and each row of the package looked up."""

import pytest

from place.directories import make_package
from place.kills import kill_often
from place.package_rows import every_row_is_found, package
from rosc_map.place.postcodes.cache import directory
from rosc_map.place.postcodes.package import LETTERS


@pytest.mark.parametrize(("kills", "is_small"), [(100, True), (10, False)])
def test_the_index_outlives_kills(tmp_path, capsys, kills, is_small):
    package = make_package(tmp_path / "package") if is_small else None
    seen = kill_often(tmp_path, package, kills=kills, pause=0.002, seed=20261122)
    with capsys.disabled():
        print(dict(seen))  # noqa: T201 - how often what happened is a matter of chance, and worth knowing
    assert seen["killed"] == kills
    assert seen["half-made"]  # some of them came while the file was written


def test_all_of_the_directory_is_found():
    seen = 0
    for letter in LETTERS:
        frame = package(letter)
        package.cache_clear()
        every_row_is_found(frame)
        seen += len(frame)
    assert seen == directory().about["postcodes"] == 2_720_556
