"""Every page of the web app, looked over in one Chromium: for everybody, on a small screen, by the keyboard alone."""

import datetime as dt
import re
import shutil

import pytest
from access import ACCESS
from looking import looked_over, phone, reached_by_keyboard
from serving import served

import rosc_map
from axe_core import bring_axe
from partnerships import TODAY
from rosc_map.exchange.questions import groups
from rosc_map.people import Role
from rosc_map.records import Asset
from rosc_map.web.record_pages import PAGES
from small_rounds import with_round

pytestmark = pytest.mark.browser
WHO = "admin 4"
FILES = {
    "/static/{mark}/{name}",
    "/outputs/{audience}/{slug}/{name}",
    "/open/{audience}/{slug}/{name}",
    "/blank/{name}",
    "/service-worker.js",
    "/record/phone",
    "/open-referral/v3",
    "/open-referral/v3/",
    "/open-referral/v3/openapi.json",
    "/open-referral/v3/services",
    "/open-referral/v3/services/{identifier}",
    "/embed/map",
}
"""Addresses of files, which are looked over where they are made."""
THEIRS = {template for method, template in ACCESS if method == "GET" and template.startswith("/our-entry")}
"""Pages for who has the link of an organisation: test_web_our_entry.py looks them over."""
OUT = ("/sign-in", "/invitation/{token}")
"""Pages for who is not signed in."""
MAKING = ("/map", "/gaps", "/network", "/report", "/worklist", "/export/made", "/rounds/{round_name}/result")
"""Pages that wait here for what is made, the same but for the heading: one of them is looked over.

One that has what is made is looked over in test_web_outputs.py.
"""
READ = {"/import/{token}"}
"""The page of a file that was handed in: test_web_exchange.py looks it over where one is read."""

EDITED = ("reaching", "recording")
"""The groups of questions that are looked over where an asset is changed."""
ASKED_AGAIN = ("sources", "notes")
"""Pages of a new entry whose questions, made by the same template, are all among those of ``EDITED``."""


@pytest.fixture(scope="module")
def running(empty_file, tmp_path_factory):
    """A partnership with a round, two answers that differ in it, and somebody in the middle of everything."""
    path = tmp_path_factory.mktemp("pages") / "area.gpkg"
    shutil.copy(empty_file, path)
    with_round(path, TODAY - dt.timedelta(days=60))
    partnership = rosc_map.open(path, today=TODAY)
    question = partnership.call_list("R1").calls[1].questions[0]
    source = partnership.call_list("R1").calls[1].source
    for who, level in (("V7", "1"), ("V8", "4")):
        partnership.record_one("R1", {"source": source, "target": question.target, "level": level, "volunteer": who})
    # What is waited for stays so, and is never begun.
    with served(path, told=True) as made, made.site.uploads._commands._alone:
        yield made
        made.site.uploads._commands.close()


@pytest.fixture(scope="module")
def shown(running):
    """The addresses of each page of the table, by the path there."""
    me = running[WHO]
    pages = [template for method, template in ACCESS if method == "GET" and template not in FILES | THEIRS | READ]
    found = {template: [template] for template in pages if "{" not in template}
    one, two = (begun(me, name) for name in ("Example Place 01", "Something else"))
    ended = begun(me, "A third one")
    assert me.post(f"/record/{ended}/save", page="/record").url.endswith("/done")
    me.post("/my-list/more", page="/my-list")
    asset = re.search(r"/my-list/([\w-]+)/closed", me.text)[1]
    call = me.post("/my-calls/R1/take", page="/my-calls").url.removeprefix(me.url)
    invited = running.people.invite(running.people.add("", Role.RECORDER, by="").name, by="").token
    correction = running.people.send_correction(asset, {"phone": ("", "01632 960001")})
    return found | {
        "/invitation/{token}": [f"/invitation/{invited}"],
        "/people/remove": ["/people/remove?name=V8"],
        "/record/{entry}/same": [f"/record/{one}/same"],
        "/record/{entry}/check": [f"/record/{two}/check"],
        "/record/{entry}/done": [f"/record/{ended}/done"],
        "/record/{entry}/delete": [f"/record/{one}/delete"],
        "/record/{entry}/{slug}": [f"/record/{two}/{page.slug}" for page in PAGES if page.slug not in ASKED_AGAIN],
        "/assets/{identifier}": [f"/assets/{asset}"],
        "/assets/{identifier}/edit": [f"/assets/{asset}/edit"],
        "/assets/{identifier}/edit/{group_name}": [f"/assets/{asset}/edit/{name}" for name in EDITED],
        "/assets/{identifier}/link": [f"/assets/{asset}/link"],
        "/assets/{identifier}/link/made": [],  # a link is shown once, to who made it
        "/corrections/{identifier}": [f"/corrections/{correction.id}"],
        "/my-list/{identifier}/closed": [f"/my-list/{asset}/closed"],
        "/my-calls/{round_name}/{source:path}": [call],
        "/my-calls/{round_name}/{source:path}/questions/{number}": [f"{call}/questions/1"],
        "/my-calls/{round_name}/{source:path}/end": [f"{call}/end"],
        "/record/new": [],  # it leads to the first page of a new entry, which is looked over
        "/rounds/plan": ["/rounds/plan?sources=4&targets=2"],
        **{
            template: [template.format(round_name="R1")]
            for method, template in ACCESS
            if method == "GET" and template.startswith("/rounds/{round_name}")
        },
        "/rounds/{round_name}/result": ["/rounds/R1/result?audience=internal"],
        "/export/made": ["/export/made?audience=partners&to=csv"],
    }


def test_each_question_of_an_asset_is_on_a_page_that_is_looked_over():
    asked = [field for group in groups(Asset) if group.name in EDITED for field in group.fields]
    asked += [field for page in PAGES if page.slug not in ASKED_AGAIN for field in page.fields]
    assert {field for group in groups(Asset) for field in group.fields} <= set(asked)


def begun(me, name):
    """Begin an entry, up to where it may be saved; return its id."""
    entry = re.search(r'action="/record/([0-9a-f-]{36})/', me.get("/record/new").text)[1]
    answers = {
        "what": {"name": name, "asset_type": "lero"},
        "hidden": {"location_precision": "exact"},
        "where": {"postcode": "TS1 2PA"},
    }
    for slug, values in answers.items():
        assert me.post(f"/record/{entry}/{slug}", {"then": "on", **values}).status_code == 200
    return entry


def test_every_page_is_for_everybody(running, shown, browser):
    opened = set()

    def look(held, template, path, status=200, whole=False):
        answer = held.go(path)
        assert answer.status == status, (path, answer.status)
        assert held.page.url == running.url + path  # it led nowhere else
        if template in MAKING[1:]:
            assert held.page.locator("#waiting").count() == held.page.locator("h1").count() == 1, path
        else:
            seen_as_it_should_be(held.page, whole=whole or template == "/")
        opened.add(template)

    with phone(browser, running.url, width=320) as stranger:
        bring_axe(stranger.page.context)
        for template in OUT:
            look(stranger, template, shown.pop(template)[0], whole=True)
        assert stranger.wrong == []
    with phone(browser, running.url, running[WHO].token, width=320) as held:
        bring_axe(held.page.context)
        # A link that was just made is shown once, to who made it.
        shown.pop("/people/invitation")
        held.go("/people/new")
        held.page.get_by_role("radio").first.check()
        held.page.get_by_role("button", name="Add, and make a link").click()
        held.page.wait_for_url(f"{running.url}/people/invitation")
        seen_as_it_should_be(held.page, whole=False)
        opened.add("/people/invitation")
        held.go(shown["/assets/{identifier}/link"][0])
        held.page.get_by_label("How can they reach you?").fill("01632 960000")
        held.page.get_by_role("button", name="Make the link").click()
        held.page.wait_for_url(f"{running.url}/assets/*/link/made")
        seen_as_it_should_be(held.page, whole=False)
        opened |= {"/record/new", "/assets/{identifier}/link/made"}
        for template, paths in shown.items():
            for path in paths:
                look(held, template, path, 202 if template in MAKING else 200)
        assert held.wrong == []
    assert {template for method, template in ACCESS if method == "GET"} - opened == FILES | THEIRS | READ


def seen_as_it_should_be(page, *, whole):
    """Check one page."""
    assert page.title()
    assert page.evaluate("document.querySelectorAll('h1').length") == 1, page.url
    looked_over(page, whole=whole)
    reached_by_keyboard(page, whole=whole)


@pytest.fixture(scope="module")
def blank(browser):
    """A page to be filled."""
    with phone(browser, "about:blank", width=320) as held:
        yield held.page


@pytest.mark.parametrize(
    ("main", "check", "told"),
    [
        ('<a href="#x">One</a><button tabindex="-1">Two</button>', reached_by_keyboard, "Two"),
        ('<a href="#x">One</a><a href="#y" style="outline: none">Two</a>', reached_by_keyboard, "Two"),
        ("<h2>One</h2><input>", looked_over, "label"),
        ('<div style="width: 400px">One</div>', looked_over, "blank"),
        ('<button style="height: 40px">One</button>', looked_over, "One"),
    ],
)
def test_what_is_wrong_with_a_page_is_seen(blank, main, check, told):
    blank.set_content(
        '<!doctype html><html lang="en"><title>T</title><meta name="viewport" content="width=device-width">'
        f'<header class="top"><a href="#m">Top</a></header><main id="m"><h1>T</h1>{main}</main>'
    )
    with pytest.raises(AssertionError, match=told):
        check(blank, **({"whole": False} if check is reached_by_keyboard else {}))
