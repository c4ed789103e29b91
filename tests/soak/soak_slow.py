"""An asset is recorded with one bar of signal; the suite counts the same bytes on a line that is quick."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))

from test_web_slow import line, records_an_asset, site

__all__ = ["line", "site"]


@pytest.mark.browser
def test_an_asset_is_recorded_on_a_slow_line(browser, line, site):
    records_an_asset(browser, line, site, slow=True)
