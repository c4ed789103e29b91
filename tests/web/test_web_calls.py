"""My calls, as volunteers meet them: their own calls and nobody else's, one question a page, nothing lost."""

import datetime as dt
import re
import shutil

import pytest
from serving import said, served

import rosc_map
from partnerships import TODAY
from small_rounds import services, with_round

HELP = "Stop and get help"


@pytest.fixture(scope="module")
def site(empty_file, tmp_path_factory):
    path = tmp_path_factory.mktemp("web-calls") / "area.gpkg"
    shutil.copy(empty_file, path)
    with_round(path, TODAY - dt.timedelta(days=30))
    rosc_map.open(path, today=TODAY).told("R1", TODAY - dt.timedelta(days=20))
    with served(path) as running:
        yield running


@pytest.fixture
def taken(site):
    """A fresh call of V7, whatever the tests before have done: its address."""
    came = site["V7"].post("/my-calls/R1/take", page="/my-calls", allow_redirects=False)
    assert came.status_code == 303
    path = came.headers["location"]
    yield path
    site.people.give_back("V7", "call", [path.rpartition("/")[2]], about="R1")


def source_of(path):
    return path.rpartition("/")[2]


def call_of(site, path):
    (call,) = site.open().call_list("R1", [source_of(path)]).calls
    return call


def send(site, path, data, page, who="V7"):
    return site[who].post(path, data, page=page, allow_redirects=False)


def test_a_call_from_its_first_page_to_the_last_answer(site, taken):
    text = said(site["V7"].get(taken))
    assert HELP in text
    assert "116 123" in text
    assert "999" in text
    assert "This is a test: I am not asking for help for anyone." in text
    assert f'href="tel:{call_of(site, taken).phone.replace(" ", "")}"' in site["V7"].get(taken).text
    first = f"{taken}/questions/1"
    assert HELP in said(site["V7"].get(first))
    empty = send(site, first, {}, first)
    assert empty.status_code == 422
    assert "<title>Error:" in empty.text
    assert 'href="#level"' in empty.text
    came = send(site, first, {"level": "2"}, first)
    assert came.headers["location"] == f"{taken}/questions/2"
    # It is kept at once: whoever is interrupted goes on where they were.
    assert [q.level for q in call_of(site, taken).questions] == [2, None]
    assert f"{taken}/questions/2" in site["V7"].get(taken).text
    came = send(site, f"{taken}/questions/2", {"level": "4"}, f"{taken}/questions/2")
    assert came.headers["location"] == taken
    assert "This call is done" in said(site["V7"].get(taken))
    # What was a slip is put right, and kept once.
    send(site, first, {"level": "3"}, first)
    assert [q.level for q in call_of(site, taken).questions] == [3, 4]
    held = site.open().snapshot().answers
    assert set(held.loc[held["source"] == source_of(taken), "by"]) == {"V7"}


def test_what_was_said_stands_beside_the_record_only_where_that_may_be(site, taken):
    partnership = site.open()
    asked = call_of(site, taken).questions
    partnership.edit(asked[0].target, {"website": "https://example.org/one", "verified_on": "2026-11-01"})
    partnership.edit(asked[1].target, {"verified_on": "2025-11-01"})
    one, two = (f"{taken}/questions/{number}" for number in (1, 2))
    assert "Do not read this out" in said(site["V7"].get(one))
    assert "https://example.org/one" in said(site["V7"].get(one))
    assert "Do not read this out" not in said(site["V7"].get(two))
    for page in (one, two):
        send(site, page, {"level": "2", "beside": "As recorded"}, page)
    assert [q.beside_record for q in call_of(site, taken).questions] == ["As recorded", ""]


def test_nobody_answered_is_a_try_with_its_time(site, taken):
    page = f"{taken}/end"
    assert HELP in said(site["V7"].get(page))
    assert "Choose how the call ended." in said(send(site, page, {}, page))
    assert "Choose when you rang." in said(send(site, page, {"contact": "no_answer"}, page))
    strange = send(site, page, {"contact": "no_answer", "part": "at dawn"}, page)
    assert strange.status_code == 422
    assert call_of(site, taken).tried == ()
    assert send(site, page, {"contact": "no_answer", "part": "evening"}, page).status_code == 303
    text = said(site["V7"].get(taken))
    assert "22 November 2026, evening. Next, try in the morning or afternoon." in text
    assert call_of(site, taken).state == "open"


def test_only_ones_own_calls_are_there(site, taken):
    paths = [taken, f"{taken}/questions/1", f"{taken}/end"]
    for path in (*paths, "/my-calls/R1/nobody", "/my-calls/R9/s01", f"{taken}/questions/7"):
        assert site["V8"].get(path).status_code == 404
    for path in (f"{taken}/questions/1", f"{taken}/end", f"{taken}/give-back"):
        data = {"level": "1", "contact": "refused"}
        assert send(site, path, data, "/my-calls", who="V8").status_code == 404
    assert not any(question.answered for question in call_of(site, taken).questions)
    assert site.people.taken("call", about="R1")[source_of(taken)] == "V7"
    assert source_of(taken) not in site["V8"].get("/my-calls").text
    # Who coordinates may look at any; who only looks on makes no calls.
    assert site["coordinator 1"].get(taken).status_code == 200
    assert site["commissioner 2"].get(taken).status_code == 403
    assert site["commissioner 2"].get("/my-calls").status_code == 403


def test_a_call_is_given_to_somebody_else_without_a_reason_and_without_what_was_said(site, taken):
    first = f"{taken}/questions/1"
    send(site, first, {"level": "4"}, first)
    assert send(site, f"{taken}/give-back", {}, taken).headers["location"] == "/my-calls"
    assert site["V7"].get(taken).status_code == 404
    site.people.take("V8", "call", [source_of(taken)], about="R1")
    text = site["V8"].get(taken).text
    assert "Answered before." in text
    assert "Says they would help actively</strong>" not in text
    assert "checked" not in site["V8"].get(first).text
    assert "It was answered before" in said(site["V8"].get(first))
    site.people.give_back("V8", "call", [source_of(taken)], about="R1")


def test_the_id_of_a_service_may_have_a_slash(empty_file, tmp_path, write_csv):
    path = shutil.copy(empty_file, tmp_path / "slash.gpkg")
    partnership = rosc_map.open(path, today=TODAY - dt.timedelta(days=30))
    partnership.import_(write_csv([{**row, "id": f"s/{row['id']}"} for row in services(4)]))
    partnership.draw(sources=2, targets=2, seed=3, reserves=0)
    partnership.told("R1", TODAY - dt.timedelta(days=30))
    with served(path) as other:
        came = send(other, "/my-calls/R1/take", {}, "/my-calls").headers["location"]
        assert "s%2F" in came
        assert came in other["V7"].get("/my-calls").text
        for page in (came, f"{came}/end", f"{came}/questions/1"):
            assert other["V7"].get(page).status_code == 200
        answered = send(other, f"{came}/questions/1", {"level": "1"}, f"{came}/questions/1")
        assert answered.headers["location"] == f"{came}/questions/2"
        assert send(other, f"{came}/give-back", {}, came).headers["location"] == "/my-calls"
        assert other.people.taken("call", about="R1") == {}


def test_two_who_take_a_call_get_two_calls(site):
    found = [send(site, "/my-calls/R1/take", {}, "/my-calls", who=who).headers["location"] for who in ("V7", "V8")]
    try:
        assert found[0] != found[1]
        assert site.people.taken("call", about="R1") == {source_of(found[0]): "V7", source_of(found[1]): "V8"}
    finally:
        for who, path in zip(("V7", "V8"), found, strict=True):
            site.people.give_back(who, "call", [source_of(path)], about="R1")


def test_one_form_sent_twice_takes_one_call(site):
    once = re.search(r'name="once" value="([^"]+)"', site["V8"].get("/my-calls").text)[1]
    came = [send(site, "/my-calls/R1/take", {"once": once}, "/my-calls", who="V8") for _ in range(2)]
    path = came[0].headers["location"]
    assert came[1].headers["location"] == path
    assert site.people.taken("call", about="R1") == {source_of(path): "V8"}
    assert send(site, f"{path}/give-back", {}, path, who="V8").status_code == 303
    assert "Given back." in said(site["V8"].get("/my-calls"))
    # Another comes first, as long as there is one; and never the same at once.
    other = send(site, "/my-calls/R1/take", {}, "/my-calls", who="V8").headers["location"]
    assert other != path
    for source in site.open().open_calls("R1", site.people.taken("call", about="R1")):
        if source != source_of(path):
            site.people.take("V7", "call", [source], about="R1")
    try:
        assert send(site, "/my-calls/R1/take", {}, "/my-calls", who="V8").headers["location"] == "/my-calls"
        assert "You gave back all that is free." in said(site["V8"].get("/my-calls"))
        assert send(site, "/my-calls/R1/take", {}, "/my-calls", who="V8").headers["location"] == path
    finally:
        for source in site.people.taken("call", about="R1"):
            site.people.hand_over("call", source, "", about="R1")


def test_a_wrong_end_is_put_right_and_closed_says_thank_you(site, taken):
    page, source = f"{taken}/end", source_of(taken)
    assert send(site, page, {"contact": "refused"}, page).headers["location"] == taken
    assert "That is not right: change how it ended" in said(site["V7"].get(taken))
    closed = send(site, page, {"contact": "closed"}, page)
    assert closed.headers["location"] == "/my-calls"
    text = said(site["V7"].get("/my-calls"))
    assert "is written down as closed" in text
    assert "1 of your calls is done" in text
    assert "closed: 1" in said(site["coordinator 1"].get("/rounds/R1"))
    assert "This call is done: closed." in said(site["V7"].get(taken))
    # Whoever has the call after that changes nothing of it; who coordinates may.
    site.people.hand_over("call", source, "V8", about="R1")
    assert "That is not right" not in said(site["V8"].get(taken))
    assert send(site, page, {"contact": "open"}, taken, who="V8").headers["location"] == taken
    assert site.open().call_list("R1").closed != ()
    assert send(site, page, {"contact": "open"}, page, who="coordinator 1").headers["location"] == taken
    assert site.open().call_list("R1").closed == ()
    assert call_of(site, taken).state == "open"
    site.people.hand_over("call", source, "V7", about="R1")


def test_nobody_begins_before_they_were_told(empty_file, tmp_path):
    path = shutil.copy(empty_file, tmp_path / "early.gpkg")
    with_round(path, TODAY - dt.timedelta(days=30))
    with served(path) as other:
        (first, *_) = other.open().open_calls("R1")
        here = f"/my-calls/R1/{first}"
        other.people.take("V7", "call", [first], about="R1")
        assert "Your coordinator has not told the services of this test yet." in said(other["V7"].get("/my-calls"))
        other.open().told("R1", TODAY)
        for page in ("/my-calls", here):
            text = said(other["V7"].get(page))
            assert "You can begin on 6 December 2026." in text
            assert "What to say" not in text
        for page in (f"{here}/questions/1", f"{here}/end"):
            assert other["V7"].get(page, allow_redirects=False).headers["location"] == here
            assert send(other, page, {"level": "2", "contact": "refused"}, here).headers["location"] == here
        assert send(other, "/my-calls/R1/take", {}, here).headers["location"] == "/my-calls"
        assert other.people.taken("call", about="R1") == {first: "V7"}
        assert other.open().progress("R1").answered == 0
        # Who coordinates may know that they were told in another way.
        assert "What to say" in said(other["coordinator 1"].get(here))


def test_a_change_without_the_token_of_the_form_changes_nothing(site, taken):
    for path in (f"{taken}/questions/1", f"{taken}/end", f"{taken}/give-back", "/my-calls/R1/take"):
        answer = site["V7"].send(path, {"level": "1", "contact": "refused"}, allow_redirects=False)
        assert answer.status_code == 403
    assert site.people.taken("call", about="R1")[source_of(taken)] == "V7"


def test_my_work_tells_of_me_alone(site, taken):
    partnership = site.open()
    partnership.edit("s06", {"recorded_by": "V7", "name": "<b>Mine & ours</b>"})
    partnership.edit("s07", {"recorded_by": "V8", "name": "Somebody else’s"})
    text = site["V7"].get("/my-work").text
    assert "&lt;b&gt;Mine &amp; ours&lt;/b&gt;" in text
    assert "Somebody else’s" not in text
    assert site["commissioner 2"].get("/my-work").status_code == 403


@pytest.mark.browser
def test_a_call_on_a_small_phone_without_scripts(site, taken, open_page):
    cookie = {"name": "rosc-map", "value": site["V7"].token, "domain": "127.0.0.1", "path": "/"}
    plain = {"storage_state": {"cookies": [cookie], "origins": []}, "width": 360, "height": 640}
    # With scripts the pages are looked over in test_web_pages.py.
    without = open_page(f"{site.url}{taken}", java_script_enabled=False, **plain).page
    without.get_by_role("link", name="Start the questions").click()
    # A call that was given back keeps what was answered.
    before = [question.level for question in call_of(site, taken).questions]
    for _ in filter(lambda level: level is None, before):
        # By the keyboard alone: the first level, then on with the arrow keys, and Enter.
        without.locator("#level").focus()
        without.keyboard.press("ArrowDown")
        with without.expect_navigation():
            without.keyboard.press("Enter")
    assert without.get_by_role("status").inner_text().startswith("This call is done")
    after = [question.level for question in call_of(site, taken).questions]
    assert after == [1 if level is None else level for level in before] != before
