"""Opened from disk, with all of them opened, ticked and pressed, the pages ask no other computer for anything."""

import re

import pytest

pytestmark = pytest.mark.browser

CODE = re.compile(r"<(script|style)(?![^>]*json)[^>]*>(.*?)</\1>", re.DOTALL)
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
FROM_ELSEWHERE = re.compile(
    r"""<(?!a\b)[a-z][^>]*\b(?:src|srcset|href|data|poster|action)=["']?(?:https?:)?//|url\(["']?(?:https?:)?//""",
    re.IGNORECASE,
)


def told(page):
    """What a page is one of: those of one example and one name hold the same, as far as each audience may see it."""
    example = page.parts[0]
    return example, page.parent.name if page.parent.name == "own-results" else page.name


def code(page):
    """The script and the styles of a page, without what it tells of."""
    return {text for _, text in CODE.findall(page.read_text("utf-8"))}


def test_no_page_of_the_demo_asks_for_anything(demo, open_page):
    pages = sorted(demo.rglob("*.html"), key=lambda page: page.stat().st_size)
    # The largest of a kind is opened; the others run nothing else.
    largest = {told(page.relative_to(demo)): page for page in pages}
    assert len(largest) >= 15
    assert [page for page in pages if not code(page) <= code(largest[told(page.relative_to(demo))])] == []
    assert [page for page in pages if FROM_ELSEWHERE.search(SCRIPT.sub("", page.read_text("utf-8")))] == []
    asked = {}
    for path in largest.values():
        watched = open_page(path)
        watched.use_everything()
        asked[path.relative_to(demo).as_posix()] = [*watched.requests, *watched.console_errors, *watched.page_errors]
        watched.page.context.close()
    assert {name: found for name, found in asked.items() if found} == {}


@pytest.mark.parametrize(
    "part",
    ['<img src="https://a.invalid/b.png">', "<link rel=icon href=//a.invalid/b>", "b { c: url('http://a.invalid') }"],
)
def test_an_address_that_a_page_would_fetch_is_noticed(part):
    assert FROM_ELSEWHERE.search(part)
    assert not FROM_ELSEWHERE.search('<a class="b" href="https://a.invalid/">b</a>')


def test_a_request_would_be_noticed(open_page):
    watched = open_page("<button onclick='new Image().src=\"https://rosc-map.invalid/\"'>x</button>")
    watched.use_everything()
    assert watched.requests == ["https://rosc-map.invalid/"]
