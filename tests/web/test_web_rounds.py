"""The linkage test for who coordinates it: drawn, announced, shared out, settled and told, in the browser."""

import datetime as dt
import io
import re
import shutil
import zipfile

import pytest
import serving
from looking import looked_over, phone
from serving import said

from partnerships import TODAY
from small_rounds import with_round

WHO = "coordinator 1"


@pytest.fixture(scope="module")
def served(empty_file, tmp_path_factory):
    path = tmp_path_factory.mktemp("web-rounds") / "area.gpkg"
    shutil.copy(empty_file, path)
    with_round(path, TODAY - dt.timedelta(days=30))
    with serving.served(path) as site:
        yield site


@pytest.fixture
def site(served):
    """The server, with nobody on a list at the end."""
    yield served
    for source in served.people.taken("call", about="R1"):
        served.people.hand_over("call", source, "", about="R1")


def send(site, path, data, page="/rounds/R1", who=WHO):
    return site[who].post(path, data, page=page, allow_redirects=False)


def calls(site):
    return site.open().call_list("R1").calls


def test_only_who_coordinates_runs_a_round(site):
    for path in ("/rounds/plan", "/rounds/draw", "/rounds/R1", "/rounds/R1/sheets", "/rounds/R1/conflicts"):
        assert site[WHO].get(path).status_code == 200
        for who in ("V7", "commissioner 2"):
            assert site[who].get(path).status_code == 403
    for path in (
        "/rounds/draw",
        "/rounds/R1/share",
        "/rounds/R1/announce",
        "/rounds/R1/feedback",
        "/rounds/supervisor",
        "/rounds/R1/told",
        "/rounds/R1/gave",
        "/rounds/R1/remove",
    ):
        for who in ("V7", "commissioner 2"):
            assert send(site, path, {"sources": "2", "targets": "2", "reply_to": "1"}, "/", who=who).status_code == 403
    assert site["V7"].get("/rounds").status_code == 403
    text = site["commissioner 2"].get("/rounds").text
    assert 'href="/rounds/R1/result"' in text
    assert 'href="/rounds/R1"' not in text
    held = site.open().rounds()
    assert [(each.name, each.announced_on, each.feedback_on) for each in held] == [("R1", None, None)]
    for path in ("/rounds/R9", "/rounds/R9/sheets", "/rounds/R9/announce", "/rounds/R9/feedback"):
        assert site[WHO].get(path).status_code == 404


def test_a_plan_is_the_plan_of_the_partnership(site):
    from rosc_map.partnership import PlanSettings

    text = said(site[WHO].get("/rounds/plan?sources=4&targets=2"))
    assert site.open().plan(PlanSettings(sources=4, targets=2)).sentence in text
    half = site[WHO].get("/rounds/plan?sources=4")
    assert half.status_code == 422
    assert "Give both services and questions" in said(half)
    assert "“<b>”" in said(site[WHO].get("/rounds/plan?near=%3Cb%3E"))


def test_calls_are_shared_out_and_handed_over_and_never_taken_away(site):
    first = calls(site)[0].source
    site.people.take("V8", "call", [first], about="R1")
    assert "Choose at least one volunteer." in said(send(site, "/rounds/R1/share", {}))
    assert send(site, "/rounds/R1/share", {"volunteers": ["V7", "V8"]}).status_code == 303
    assert "5 calls are shared out." in said(site[WHO].get("/rounds/R1"))
    wanted = site.open().share_calls("R1", ["V7", "V8"]) | {first: "V8"}
    assert site.people.taken("call", about="R1") == wanted
    assert send(site, "/rounds/R1/hand-over", {"source": first, "to": "V7"}).status_code == 303
    assert site.people.taken("call", about="R1")[first] == "V7"
    assert f"{calls(site)[0].who}: V7 has it now." in said(site[WHO].get("/rounds/R1"))
    for data in (
        {"source": "s99", "to": "V7"},
        {"source": first, "to": "V99"},
        {"source": first, "to": "commissioner 2"},
    ):
        assert send(site, "/rounds/R1/hand-over", data).status_code == 404
    assert send(site, "/rounds/R1/hand-over", {"source": first, "to": ""}).status_code == 303
    assert first not in site.people.taken("call", about="R1")


def test_the_supervisor_stands_on_every_call(site):
    send(site, "/rounds/supervisor", {"supervisor": "<i>Duty</i> line 01632 960999"}, "/rounds")
    path = f"/my-calls/R1/{calls(site)[0].source}"
    for page in (path, f"{path}/questions/1", f"{path}/end"):
        assert "Then tell your supervisor: &lt;i&gt;Duty&lt;/i&gt; line 01632 960999" in site[WHO].get(page).text


def test_sheets_are_what_the_command_line_writes(site):
    page = site[WHO].get("/rounds/R1/sheets?kind=html&volunteers=2")
    assert page.headers["content-disposition"] == 'attachment; filename="calls-R1.html"'
    assert all(question.words in page.text for question in calls(site)[0].questions)
    books = site[WHO].get("/rounds/R1/sheets?kind=xlsx&volunteers=2")
    with zipfile.ZipFile(io.BytesIO(books.content)) as archive:
        assert archive.namelist() == ["calls-1.xlsx", "calls-2.xlsx"]
    for wrong in ("0", "many", "-1", "99999999999999999999", "7"):
        assert site[WHO].get(f"/rounds/R1/sheets?kind=html&volunteers={wrong}").status_code == 422


def test_letters_own_results_and_replies(site):
    empty = send(site, "/rounds/R1/announce", {}, "/rounds/R1/announce")
    assert empty.status_code == 422
    assert "Say how organisations can reply" in said(empty)
    letters = send(site, "/rounds/R1/announce", {"reply_to": "01632 960000"}, "/rounds/R1/announce")
    with zipfile.ZipFile(io.BytesIO(letters.content)) as archive:
        assert set(archive.namelist()) == {"letters.html", "letter.txt", "send-to.csv"}
        assert "01632 960000" in archive.read("letter.txt").decode()
    assert site.open().rounds()[0].announced_on is None
    page = "/rounds/R1/announce"
    for on, why in (("", "Write the day"), ("2026-11-23", "has not come yet"), ("soon", "Write the day")):
        assert why in said(send(site, "/rounds/R1/told", {"on": on}, page))
    assert send(site, "/rounds/R1/told", {"on": "2026-11-22"}, page).headers["location"] == page
    assert "Noted. Volunteers can begin" in said(site[WHO].get(page))
    assert site.open().rounds()[0].announced_on == TODAY
    assert "You can begin on 6 December 2026" in said(site["V7"].get("/my-calls"))
    call = calls(site)[0]
    site.open().record_one("R1", {"source": call.source, "target": call.questions[0].target, "level": "2"})
    pages = send(site, "/rounds/R1/feedback", {"reply_to": "01632 960000"}, "/rounds/R1/feedback")
    with zipfile.ZipFile(io.BytesIO(pages.content)) as archive:
        assert "who-gets-which.csv" in archive.namelist()
    assert site.open().rounds()[0].running
    gave = send(site, "/rounds/R1/gave", {"on": "22 November 2026"}, "/rounds/R1/feedback")
    assert gave.headers["location"] == "/rounds/R1/feedback"
    assert "Noted. The 14 days" in said(site[WHO].get("/rounds/R1/feedback"))
    assert site.open().rounds()[0].feedback_on == TODAY
    finished = said(site[WHO].get("/rounds/R1"))
    assert "Share out" not in finished
    assert "have not been told" not in finished
    # Nobody is sent to ring after that.
    assert "There are no calls to make" in said(site["V7"].get("/my-calls"))
    nothing = send(site, "/rounds/R1/reply", {"asset": "s99"}, "/rounds/R1/feedback")
    assert nothing.status_code == 422
    assert 'href="#asset"' in nothing.text
    assert 'href="#words"' in nothing.text
    told = {"asset": call.source, "words": "Our <b>number</b> changed."}
    assert send(site, "/rounds/R1/reply", told, "/rounds/R1/feedback").status_code == 303
    replies = site.open().snapshot().replies
    assert list(zip(replies["asset"], replies["reply"], strict=True)) == [(call.source, told["words"])]


def test_what_two_people_said_is_settled(site):
    call = calls(site)[1]
    target = call.questions[0].target
    for who, level in (("V7", "1"), ("V8", "4")):
        row = {"source": call.source, "target": target, "level": level, "volunteer": who}
        site.open().record_one("R1", row)
    assert "Two things were said in 1 case." in said(site[WHO].get("/rounds/R1"))
    page = "/rounds/R1/conflicts"
    assert "Has heard of it (V7); Says they would help actively (V8)" in said(site[WHO].get(page))
    about = {"source": call.source, "target": target}
    wrong = send(site, page, about, page)
    assert wrong.status_code == 422
    assert 'id="error-1"' in wrong.text
    assert send(site, page, {**about, "target": call.questions[1].target, "level": "heard_of"}, page).status_code == 404
    assert send(site, page, {**about, "level": "introduction"}, page).status_code == 303
    assert site.open().conflicts("R1") == ()
    assert site.open().call_list("R1", [call.source]).calls[0].questions[0].level == 4


def test_a_round_is_drawn_with_the_choices_that_were_made(site):
    ask = "/rounds/draw"
    wrong = send(site, ask, {"sources": "many", "targets": "2", "reserves": "1"}, ask)
    assert wrong.status_code == 422
    assert 'value="many"' in wrong.text
    assert 'href="#sources"' in wrong.text
    assert send(site, ask, {"sources": "90", "targets": "2"}, ask).status_code == 422
    assert [held.name for held in site.open().rounds()] == ["R1"]
    chosen = {"sources": "3", "targets": "2", "seed": "5", "tries": "4", "without": "Example Place 03\n"}
    chosen["once"] = re.search(r'name="once" value="([^"]+)"', site[WHO].get(ask).text)[1]
    for _ in range(2):
        assert send(site, ask, chosen, ask).headers["location"] == "/rounds/R2"
    stored = site.open().snapshot().rounds.iloc[-1]
    assert (stored["sources"], stored["targets"], stored["seed"], stored["tries"]) == (3, 2, 5, 4)
    assert stored["left_out"] == ("s03",)
    assert send(site, ask, {"panel": "R2", "design": "balanced"}, ask).headers["location"] == "/rounds/R3"
    assert site.open().rounds()[0].panel_of == "R2"
    assert "R2 – drawn on 22 November 2026" in said(site[WHO].get("/rounds"))
    assert "A later round" in said(send(site, "/rounds/R2/remove", {}, "/rounds/R2/remove"))
    site.people.take("V7", "call", [site.open().open_calls("R3")[0]], about="R3")
    assert send(site, "/rounds/R3/remove", {}, "/rounds/R3/remove").headers["location"] == "/rounds"
    assert "Round R3 is removed." in said(site[WHO].get("/rounds"))
    assert site.people.taken("call", about="R3") == {}
    assert site[WHO].get("/rounds/R3").status_code == 404


@pytest.mark.browser
def test_an_error_on_a_page_of_a_round_is_told_on_a_small_phone(site, browser):
    with phone(browser, site.url, site[WHO].token) as held:
        held.go("/rounds/R1/sheets?kind=html&volunteers=0")
        assert held.page.title().startswith("Error: Call sheets")
        looked_over(held.page)
        assert [told for told in held.wrong if "422" not in told] == []
