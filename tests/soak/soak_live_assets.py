"""Assets in memory stand as the store does, after many more changes than the suite makes."""

import pytest

from partnership.test_live_assets import stands_after_changes


@pytest.mark.parametrize("seed", range(1, 13))
def test_after_any_changes_it_stands_as_if_read_anew(made_up, seed):
    stands_after_changes(made_up, seed)
