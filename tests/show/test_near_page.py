"""The sheet of what is near: as text, as a page for everybody, and on paper in large type."""

import re
from dataclasses import replace

import pytest
from test_show_accessible import too_wide
from test_show_hostile import HOSTILE

import rosc_map
from axe_core import violations
from partnerships import TODAY
from rosc_map.errors import FileProblem, InputError
from rosc_map.publish import NearAsked, PublishedNear, near_place
from rosc_map.publish import published as gate
from rosc_map.publish.near_types import NearEntry
from rosc_map.publish.near_words import LABELS
from rosc_map.records import Audience
from rosc_map.show import near_page, near_text, write_near

LARGE_PX = 24  # 18 points
CAFE = {
    "name": "Example Café",
    "asset_type": "lero",
    "postcode": "TS1 2AE",
    "sessions": "Mon 10:00-12:00; alternate Fri 19:30-21:00",
    "phone": "01632 960005",
    "connector_role": "recovery_navigator",
    "listing": "agreed",
    "verified_on": "2026-03-01",
}
CHOIR = {"name": "Example Choir", "asset_type": "community", "areas_served": "Middlesbrough", "listing": "agreed"}
GOLDEN = """
What is on near you, 22 to 28 November 2026
Near TS1 2PA, Middlesbrough
Looked for: everything
Distances: straight lines from the middle of TS1 2PA.

Who can come along or tell you more

  Example Café
    Recovery navigator · every Monday, 10am to midday; every other Friday: ring first to ask which week, 7:30pm to 9pm · Lived experience recovery organisation (LERO) · TS1 2AE, Middlesbrough · about 300 m east, 5–10 minutes’ walk · checked 1 March 2026: ring first
    01632 960005

Monday 23 November 2026
  10am to midday: Example Café (ring first), TS1 2AE

Friday 27 November 2026
  7:30pm to 9pm: Example Café (every other week: ring first), TS1 2AE

At other times: ask them
No time in these seven days is written down for these.

  Example Choir
    Community asset · serves Middlesbrough: ask them where · not checked yet: ring first

In danger now: 999
To talk to somebody, day or night: Samaritans: 116 123

Looked through on 22 November 2026: 2 entries that may be shown to everybody. Found: 2 of these, within 10 km of the middle of TS1 2PA, in Middlesbrough or serving it, or joined from anywhere.
Times are written down for 1 of these 2.
Checked in the half year before: 0 of the 2 entries on this sheet.
There may be more than is listed here: places that have to stay confidential are not shown, and only what may be shown to everybody is.
Made for everybody.
"""  # noqa: E501 - the lines are as they are written


@pytest.fixture(scope="module")
def near(empty_file, tmp_path_factory):
    """What is near, of two assets."""
    path = tmp_path_factory.mktemp("sheet") / "area.gpkg"
    path.write_bytes(empty_file.read_bytes())
    made = rosc_map.open(path, today=TODAY)
    columns = list(dict.fromkeys([*CAFE, *CHOIR]))
    lines = [",".join(f'"{row.get(name, "")}"' for name in columns) for row in (CAFE, CHOIR)]
    table = path.with_name("rows.csv")
    table.write_text("\n".join([",".join(columns), *lines]), "utf-8")
    made.import_(table)
    return made.near("TS1 2PA")


def of(*entries, banner=""):
    """A sheet with these entries without times."""
    asked = NearAsked(near_place("TS1 2PA"), (), TODAY, 10)
    return PublishedNear(
        audience=Audience.PUBLIC, title="Example", banner=banner, asked=asked, days=(), most_days=(), entries=(),
        other_times=entries, ring_first=(), helpers=(), more="", more_helpers="", said=(), licences=(), gate=gate._GATE,
    )  # fmt: skip


def test_a_small_sheet_as_text(near):
    assert "\n".join(near_text(near)).strip() == GOLDEN.strip()


def test_a_sheet_for_partners_says_that_it_is_not_to_be_handed_over(near):
    for_partners = replace(near, audience=Audience.PARTNERS, gate=gate._GATE)
    for sheet, asked_not_to in ((near, 0), (for_partners, 1)):
        assert near_page(sheet).count("do not hand it over") == asked_not_to
        assert " ".join(near_text(sheet)).count("do not hand it over") == asked_not_to


def test_the_page_says_what_the_text_says_and_its_title_no_place(near):
    page = near_page(near)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))
    for line in near_text(near):
        assert line.replace(":", "").strip() in re.sub(" ?:| (?=,)", "", words)
    (title,) = re.findall(r"<title>(.*?)</title>", page)
    assert title == "What is on near you, 22 to 28 November 2026"
    assert '<html lang="en-GB">' in page and "<script" not in page
    assert '<a href="tel:01632960005" rel="noopener noreferrer">01632 960005</a>' in page
    assert 'href="tel:999"' in page and 'href="tel:116123"' in page


@pytest.mark.browser
def test_what_is_hostile_stays_words(open_page):
    told = dict.fromkeys(LABELS, HOSTILE[0]) | {"website": "javascript:alert(1)", "email": "a@b?bcc=x", "phone": "1;2"}
    entries = [NearEntry(str(number), text, told, "", None, about=False) for number, text in enumerate(HOSTILE)]
    page = near_page(of(*entries, banner=HOSTILE[0]))
    assert "· javascript:alert(1)" in page.replace("</span>", "").replace("\n", " ")
    assert 'href="javascript' not in page and 'href="mailto' not in page
    assert open_page(page).quiet


@pytest.mark.browser
def test_the_page_is_for_everybody_and_in_print_the_type_is_large(near, open_page):
    watched = open_page(near_page(near), width=320, height=640)
    page = watched.page
    assert violations(page) == ""
    assert not too_wide(page)
    for link, led_to in (("Day by day", "near-days"), ("Example Café", "entry-1")):
        page.get_by_role("link", name=link).first.focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == led_to
    page.emulate_media(media="print")
    sizes = page.evaluate("[...document.querySelectorAll('main *')].map(e => parseFloat(getComputedStyle(e).fontSize))")
    assert min(sizes) >= LARGE_PX
    kept = page.evaluate("[...document.querySelectorAll('article, li')].map(e => getComputedStyle(e).breakInside)")
    assert set(kept) == {"avoid"}
    assert watched.quiet


def test_it_is_written_for_its_owner_alone_under_the_name_of_a_page(near, tmp_path):
    path = write_near(near, tmp_path / "sheet.html")
    assert path.stat().st_mode & 0o077 == 0
    assert path.read_text("utf-8") == near_page(near)
    with pytest.raises(InputError, match=r"ends in \.html"):
        write_near(near, tmp_path / "sheet.docx")
    with pytest.raises(FileProblem):
        write_near(near, tmp_path / "no folder" / "sheet.html")
