"""Opened from disk, with all of them opened, ticked and pressed, the pages ask no other computer for anything."""

import pytest

pytestmark = pytest.mark.browser


def test_no_page_of_the_demo_asks_for_anything(demo, open_page):
    own = sorted(demo.glob("*/internal/own-results/*.html"))
    # The own results are one template: the first of them stands for all.
    pages = [path for path in sorted(demo.rglob("*.html")) if path not in own[1:]]
    assert len(pages) >= 15
    asked = {}
    for path in pages:
        watched = open_page(path)
        watched.use_everything()
        asked[path.relative_to(demo).as_posix()] = [*watched.requests, *watched.console_errors, *watched.page_errors]
        watched.page.context.close()
    assert {name: found for name, found in asked.items() if found} == {}


def test_a_request_would_be_noticed(open_page):
    watched = open_page("<button onclick='new Image().src=\"https://rosc-map.invalid/\"'>x</button>")
    watched.use_everything()
    assert watched.requests == ["https://rosc-map.invalid/"]
