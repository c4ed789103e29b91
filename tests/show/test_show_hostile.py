"""Text that people typed runs nothing, breaks nothing and shows as it was typed."""

import json
import re
from functools import cache

import pytest
from show_build import BLANK, PLACED, asset, published, table_of, three_statuses

from rosc_map.show import Section, index_page, map_page, results_page

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "${alert(1)}",
    "`${alert(1)}`",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    '=HYPERLINK("x")',
    "{{7*7}}{% for x in [1] %}{{x}}{% endfor %}",
    "'\"><svg onload=alert(1)>",
    "</noscript><script>alert(1)</script>",
    "line\u2028separator\u2029paragraph",
    "\u202eright to left\u202c and \u2066isolated\u2069",
    "zero\u200bwidth\u200d\ufeff",
    "\\u003cimg src=x onerror=alert(1)\\u003e",
    "&lt;b&gt;not bold&lt;/b&gt;",
    "url(javascript:alert(1))",
]
ADDRESSES = [
    "javascript:alert(1)",
    " jAvAsCrIpT:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example",
    "vbscript:x",
]
TEXTS = [name for name, empty in BLANK.items() if empty == "" and name not in ("asset_type", "latitude", "longitude")]
LISTS = [name for name, empty in BLANK.items() if empty == ()]


def everywhere(text, address):
    """A map with one text in every field of every table."""
    row = asset(1, text, "lero", at=(-1.2, 54.5))
    row |= dict.fromkeys((*TEXTS, *PLACED), text) | dict.fromkeys(LISTS, (text, text))
    row |= {"id": text, "upper_tier_code": "E2", "website": address, "source_url": address}
    other = asset(2, text + " again", text, at=None, website=address)
    table = three_statuses().assign(looked=text, name=text)
    return published(
        [row, other],
        links=[(text, "a2", text, True)],
        table=table,
        not_named=[("E2", text, text, 3)],
        title=text,
        banner=text,
        notes=(text,),
        licences=(text,),
    )


@cache
def hostile_map(at):
    """The page of a map with one of the texts everywhere, made once."""
    return map_page(everywhere(HOSTILE[at], ADDRESSES[at % len(ADDRESSES)]))


@pytest.mark.browser
@pytest.mark.parametrize("at", range(len(HOSTILE)))
def test_hostile_text_in_every_field_runs_nothing_and_shows_as_typed(open_page, at):
    text, address = HOSTILE[at], ADDRESSES[at % len(ADDRESSES)]
    watched = open_page(hostile_map(at))
    page = watched.page
    assert page.locator("#assets tbody th").first.text_content() == text
    assert page.locator(".banner").text_content() == text
    page.locator("#areas tbody button").nth(1).click()
    assert page.locator("#details h3").text_content() == text
    page.locator("#assets tbody button").first.click()
    assert page.locator("#details h3").text_content() == text
    told = page.locator("#details dd").all_text_contents()
    assert text in told
    assert address in told
    assert page.locator("#details a, #assets a").count() == 0
    assert page.locator("#links tbody td").nth(1).text_content() == text
    assert page.locator("img, iframe, object, embed").count() == 0
    assert watched.quiet, watched


@pytest.mark.browser
def test_hostile_text_on_plain_pages_runs_nothing_and_shows_as_typed(open_page):
    sections = tuple(
        Section(text, (text,), table_of({text: [text], "b": [text]}), ((text, address, text),))
        for text, address in zip(HOSTILE, ADDRESSES * 3, strict=False)
    )
    watched = open_page(index_page(HOSTILE[0], HOSTILE[3], sections))
    assert watched.page.locator("h2").all_text_contents() == HOSTILE
    assert watched.page.locator("td").all_text_contents() == HOSTILE
    assert watched.page.locator("main a").count() == 0
    assert watched.quiet, watched


@pytest.mark.browser
def test_the_policy_of_the_page_stops_a_script_that_gets_in_after_all(open_page):
    html = map_page(everywhere("a", "https://www.example.org"))
    watched = open_page(html.replace("</main>", "<img src=x onerror=alert(1)><script>alert(2)</script></main>"))
    assert watched.page.locator("#assets tbody th").first.text_content() == "a"
    assert watched.dialogs == []
    assert sum("Content Security Policy" in message for message in watched.console_errors) >= 2


@pytest.mark.parametrize("at", range(len(HOSTILE)))
def test_facts_cannot_leave_their_script_block_and_come_back_whole(at):
    text, html = HOSTILE[at], hostile_map(at)
    block = re.search(r'<script type="application/json" id="facts">(.*?)</script>', html, re.DOTALL)[1]
    assert not set("<>&\u2028\u2029") & set(block)
    assert json.loads(block)["assets"]["name"] == sorted([text, text + " again"], key=str.casefold)
    assert html.count("<script") == 3


@pytest.mark.parametrize("address", [*ADDRESSES, "\tjavascript:alert(1)", "\\\\server\\share"])
def test_an_address_that_may_not_be_followed_stays_words(address):
    html = results_page(None, title="T", banner="", sections=(Section("S", links=(("label", address, "what"),)),))
    assert "label" in html
    assert "<a href" not in html.replace('<a class="skip"', "")


@pytest.mark.parametrize(
    "address", ["map.html", "sub/map.html#a:b", "https://www.example.org/?a=1", "mailto:a@b.org", "tel:+441632"]
)
def test_an_address_that_may_be_followed_is_a_link(address):
    html = results_page(None, title="T", banner="", sections=(Section("S", links=(("label", address, ""),)),))
    assert f'<a href="{address}">label</a>' in html
