"""Secrets in the free text of as many assets as a large country may have."""

from publish.test_redact import seconds_for


def test_twenty_times_the_assets_take_about_twenty_times_the_time():
    small = min(seconds_for(1_000) for _ in range(3))
    assert seconds_for(20_000) / small < 40
