"""Numbers as people say them."""

import pytest

from rosc_map.records import counted, points


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 services"), (1, "1 service"), (2, "2 services"), (12_000, "12,000 services")]
)
def test_a_number_has_its_noun(number, words) -> None:
    assert counted(number, "service") == words


@pytest.mark.parametrize(
    ("part", "words"),
    [(0, "0 points"), (0.004, "under 1 point"), (-0.004, "under 1 point"), (0.011, "1 point"), (-0.124, "12 points")],
)
def test_a_difference_of_shares_is_said_in_points(part, words) -> None:
    assert points(part) == words
