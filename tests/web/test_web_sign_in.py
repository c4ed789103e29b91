"""Coming in and going out, and who may come in: over a real server, and in a real browser on a small screen."""

import html
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import requests
from access import NAMES, door, token_for
from fastapi.responses import RedirectResponse
from looking import looked_over
from serving import PASSWORD, Visitor, served_as_made

from rosc_map.errors import RowProblem
from rosc_map.people import People, Role
from rosc_map.records import Asset, codelist
from rosc_map.records.cells import CellError, parse_cell
from rosc_map.web.forms import errors_by_field
from rosc_map.web.forms_sent import FormsSent

NEW = "four other plain words"


@pytest.fixture(scope="module")
def site(empty_file, tmp_path_factory):
    """A partnership with accounts."""
    target = tmp_path_factory.mktemp("sign-in") / "area.gpkg"
    shutil.copy(empty_file, target)
    with door(target) as made:
        yield made


@pytest.fixture
def volunteer(site):
    """A new volunteer, who has chosen a password and is signed in on no phone."""
    account = site.people.add("", Role.RECORDER, by="")
    site.people.sign_out(site.people.accept(site.people.invite(account.name, by="").token, PASSWORD))
    return account.name


def cookie_of(answer):
    """The value of our cookie that an answer sets."""
    return re.search(r"rosc-map=([^;]*)", answer.headers.get("Set-Cookie", "rosc-map=")).group(1)


def sign_in(site, name, password=PASSWORD, *, cookie="of-before", **more):
    """Sign in as a browser would."""
    return site.ask("POST", "/sign-in", cookie=cookie, form={"name": name, "password": password, **more})


def who_is(site, cookie):
    """Who a browser with a cookie is, by its own page."""
    return re.findall(
        r"You are signed in as <strong>(.*?)</strong>", site.ask("GET", "/my-account", cookie=cookie).text
    )


def errors_of(answer):
    """The errors of the summary: where they lead, and what they say."""
    assert "<title>Error: " in answer.text
    (summary,) = re.findall(r'<div class="error-summary".*?</div>', answer.text, re.DOTALL)
    return [(field, html.unescape(said)) for field, said in re.findall(r'<a href="#(.*?)">(.*?)</a>', summary)]


def test_who_is_not_in_is_asked_to_sign_in_and_then_goes_on(site, volunteer):
    first = site.ask("GET", "/my-account?changed=no")
    assert first.headers["Location"] == "/sign-in?next=%2Fmy-account%3Fchanged%3Dno"
    page = site.ask("GET", first.headers["Location"])
    (after,) = re.findall(r'name="next" value="(.*?)"', page.text)
    answer = sign_in(site, volunteer, cookie=cookie_of(page), next=html.unescape(after))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/my-account?changed=no")
    assert who_is(site, cookie_of(answer)) == [volunteer]


def test_signing_in_gives_a_new_session_and_the_one_of_before_is_worth_nothing(site, volunteer):
    # Somebody planted a cookie of theirs, or left a session open: neither is the volunteer's afterwards.
    for planted in ("planted-by-somebody", site.people.accept(site.people.invite("admin 4", by="").token, PASSWORD)):
        answer = sign_in(site, volunteer, cookie=planted)
        assert cookie_of(answer) not in ("", planted)
        assert who_is(site, planted) == []
        assert who_is(site, cookie_of(answer)) == [volunteer]
    site.sign_in_all()


def test_signing_out_ends_the_session_on_the_server(site, volunteer):
    session = cookie_of(sign_in(site, volunteer))
    answer = site.ask("POST", "/sign-out", cookie=session, form={})
    assert (answer.status_code, cookie_of(answer)) == (303, '""')
    assert who_is(site, session) == []


def test_a_wrong_password_and_an_unknown_name_are_told_in_the_same_words(site, volunteer):
    wrong, unknown = sign_in(site, volunteer, "wrong"), sign_in(site, "V999", "wrong")
    assert [wrong.status_code, unknown.status_code] == [422, 422]
    assert errors_of(wrong) == errors_of(unknown)
    assert errors_of(wrong)[0][0] == "name"
    assert f'value="{volunteer}"' in wrong.text  # what was typed stays, but for the password
    assert 'value="wrong"' not in wrong.text
    assert cookie_of(wrong) == ""


def test_after_five_wrong_tries_even_the_right_password_has_to_wait(site, volunteer):
    for _ in range(5):
        sign_in(site, volunteer, "wrong")
    answer = sign_in(site, volunteer)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert errors_of(answer)
    assert cookie_of(answer) == ""


def test_the_app_as_it_is_keeps_passwords_in_the_safe_way_and_lets_in_by_them_alone(empty_file, tmp_path):
    target = shutil.copy(empty_file, tmp_path / "area.gpkg")
    with closing(People.beside(target)) as people:
        name = people.add("", Role.RECORDER, by="").name
        link = f"/invitation/{people.invite(name, by='').token}"
    with served_as_made(target) as url, closing(Visitor(url)) as phone:  # as nothing else here is: not quick
        phone.post(link, {"password": NEW, "again": NEW}, page=link)
        assert b"$argon2id$v=19$m=65536,t=3,p=4$" in b"".join(
            file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()
        )
        told = []
        for who, password, status in ((name, PASSWORD, 422), ("V999", NEW, 422), (name, NEW, 200)):
            phone.session.cookies.clear()
            told.append(phone.post("/sign-in", {"name": who, "password": password}, page="/sign-in"))
            assert (told[-1].status_code, bool(phone.session.cookies.get("rosc-map-device"))) == (status, status == 200)
            phone.get("/my-account")
            assert phone.says(f"You are signed in as {name}") is (status == 200)
        assert errors_of(told[0]) == errors_of(told[1])


def test_an_invitation_is_looked_at_often_and_used_once(site):
    account = site.people.add("", Role.RECORDER, by="")
    path = f"/invitation/{site.people.invite(account.name, by='').token}"
    assert [account.name in site.ask("GET", path).text for _ in range(3)] == [True] * 3
    short = site.ask("POST", path, cookie="c", form={"password": "short", "again": "short"})
    apart = site.ask("POST", path, cookie="c", form={"password": NEW, "again": PASSWORD})
    assert [short.status_code, apart.status_code] == [422, 422]
    assert errors_of(apart) == [("password", "The two passwords are not the same. Type both again.")]
    assert NEW not in apart.text
    done = site.ask("POST", path, cookie="c", form={"password": NEW, "again": NEW})
    assert (done.status_code, done.headers["Location"]) == (303, "/")
    assert who_is(site, cookie_of(done)) == [account.name]
    again = site.ask("POST", path, cookie="c", form={"password": PASSWORD, "again": PASSWORD})
    unknown = site.ask("GET", "/invitation/unknown")
    assert [again.status_code, unknown.status_code] == [404, 404]
    assert again.text == unknown.text


def test_a_changed_password_signs_out_the_other_phones(site, volunteer):
    here, there = (cookie_of(sign_in(site, volunteer)) for _ in range(2))
    form = {"password": NEW, "again": NEW}
    wrong = site.ask("POST", "/my-account", cookie=here, form={**form, "old": "not it"})
    assert (wrong.status_code, errors_of(wrong)[0][0]) == (422, "old")
    assert who_is(site, there) == [volunteer]
    done = site.ask("POST", "/my-account", cookie=here, form={**form, "old": PASSWORD})
    assert done.headers["Location"] == "/my-account?changed=password"
    assert (who_is(site, here), who_is(site, there)) == ([volunteer], [])
    assert sign_in(site, volunteer, NEW).status_code == 303


def test_an_admin_adds_invites_again_and_removes(site):
    added = site.ask_as("admin", "POST", "/people/new", form={"name": "", "role": "recorder"})
    assert added.headers["Location"] == "/people/invitation"
    (handed_on,) = re.findall(r"rosc-map-link=[^;]*", added.headers["Set-Cookie"])
    cookies = f"rosc-map={site.sessions['admin']}; {handed_on}"
    shown = site.ask("GET", "/people/invitation", headers={"Cookie": cookies})
    (link,) = re.findall(rf"{site.here}(/invitation/[\w-]+)", shown.text)
    name = site.people.invited(link.rpartition("/")[2]).name
    assert 'rosc-map-link="";' in shown.headers["Set-Cookie"]  # shown once: the browser forgets it
    assert site.ask_as("admin", "GET", "/people/invitation").headers["Location"] == "/people"
    assert f"<h2>{name}</h2>" in site.ask_as("admin", "GET", "/people").text

    assert site.ask_as("admin", "POST", "/people/invite", form={"name": name}).status_code == 303
    assert site.people.invited(link.rpartition("/")[2]) is None  # the newer one takes its place

    assert f"Remove {name}?" in site.ask_as("admin", "GET", f"/people/remove?name={name}").text
    assert name in {account.name for account in site.people.accounts()}  # asking is not removing
    gone = site.ask_as("admin", "POST", "/people/remove", form={"name": name})
    assert gone.headers["Location"] == "/people?removed=yes"
    assert name not in {account.name for account in site.people.accounts()}


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": "V80", "role": ""}, "role"),
        ({"name": "V80", "role": "owner"}, "role"),
        ({"name": "Jane Example", "role": "recorder"}, "name"),
        ({"name": "volunteer 1", "role": "recorder"}, "name"),
    ],
    ids=lambda value: str(value),
)
def test_an_account_that_cannot_be_is_told_at_the_field(site, form, field):
    answer = site.ask_as("admin", "POST", "/people/new", form=form)
    assert (answer.status_code, [where for where, _ in errors_of(answer)]) == (422, [field])
    assert "V80" not in {account.name for account in site.people.accounts()}


def test_the_last_admin_stays(site):
    answer = site.ask_as("admin", "POST", "/people/remove", form={"name": NAMES["admin"]})
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert site.people.account(NAMES["admin"]).role is Role.ADMIN


def test_sign_ins_are_told_without_what_was_typed(site, volunteer):
    sign_in(site, volunteer)
    sign_in(site, "Jane Example", "her secret words")
    page = site.ask_as("admin", "GET", "/people/sign-ins").text
    assert f"<td>{volunteer}</td><td>signed in</td>" in page
    assert "refused" in page
    assert "Jane" not in page
    assert "127.0.0.1" not in page


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_volunteer_comes_in_on_an_old_phone(site, open_page, scripts):
    account = site.people.add("", Role.RECORDER, by="")
    link = f"{site.here}/invitation/{site.people.invite(account.name, by='').token}"
    watched = open_page(link, width=320 if scripts else 360, height=640, java_script_enabled=scripts)
    page = watched.page
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Save and sign in").click()
    assert page.title().startswith("Error: ")
    if scripts:  # pages without an error are in test_web_pages.py
        looked_over(page)
    page.locator(".error-summary a").click()
    page.keyboard.type(NEW)
    page.keyboard.press("Tab")
    page.keyboard.type(NEW)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What would you like to do?").wait_for()
    page.get_by_role("link", name="My account").click()
    page.get_by_role("button", name="Sign out (").click()
    page.get_by_label("Your number or role").fill(account.name)
    page.get_by_label("Password").fill(NEW)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What would you like to do?").wait_for()
    # A page of status 422 is an error to the console of a browser; nothing else may be.
    assert [said for said in watched.console_errors if "422" not in said] == []
    assert not watched.page_errors


@pytest.mark.browser
def test_an_admin_makes_a_link_after_an_error(site, open_page):
    page = open_page(f"{site.here}/sign-in", width=320, height=640).page
    page.get_by_label("Your number or role").fill(NAMES["admin"])
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{site.here}/people/new")
    page.get_by_role("button", name="Add, and make a link").click()
    looked_over(page)
    page.locator(".error-summary a").click()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Add, and make a link").click()
    assert page.get_by_label("The link").input_value().startswith(f"{site.here}/invitation/")


def hidden(page, action):
    """What a form of a page holds hidden, without its own token."""
    (form,) = re.findall(rf'<form method="post" action="{re.escape(action)}">.*?</form>', page.text, re.DOTALL)
    held = re.findall(r'<input type="hidden" name="(.*?)" value="(.*?)">', form)
    return [(html.unescape(name), html.unescape(value)) for name, value in held if name != "csrf"]


def test_a_session_that_ends_in_a_form_loses_nothing_that_was_typed(site, volunteer):
    site.people.told_rules(volunteer)
    session = cookie_of(sign_in(site, volunteer))
    path = site.ask("GET", "/record/new", cookie=session).headers["Location"]
    site.people.sign_out_everywhere(volunteer)
    typed = {"name": 'Café "Süd" & <b>', "asset_type": "lero", "then": "on"}
    late = site.ask("POST", path, cookie=session, form=typed)
    assert "You were signed out. What you typed is kept: sign in to go on." in late.text
    kept = dict(hidden(late, "/sign-in"))
    wrong = sign_in(site, volunteer, "wrong", cookie=session, **kept)
    assert dict(hidden(wrong, "/sign-in")) == kept
    into = sign_in(site, volunteer, cookie=session, **kept)
    (draft,) = site.people.drafts(volunteer)
    assert (into.status_code, draft.values["answers"]) == (200, {})  # sent only when they say so
    assert dict(hidden(into, path)) == typed
    assert f'value="{token_for(cookie_of(into))}"' in into.text
    sent = site.ask("POST", path, cookie=cookie_of(into), form=dict(hidden(into, path)))
    assert sent.status_code == 303
    (draft,) = site.people.drafts(volunteer)
    assert draft.values["answers"]["name"] == typed["name"]
    # And of a list that has "Not known" itself, it is offered once.
    joining = site.ask("GET", path.replace("/what", "/joining"), cookie=cookie_of(into)).text
    (cost,) = re.findall(r'<fieldset[^>]*>(?:(?!</fieldset>).)*name="cost".*?</fieldset>', joining, re.DOTALL)
    assert cost.count("Not known") == 1


def test_no_password_no_file_and_no_more_than_can_be_sent_is_kept(site):
    def late(path, **more):
        return site.ask("POST", path, cookie="over", **more)

    changed = late("/my-account", form={"old": PASSWORD, "password": NEW, "again": NEW})
    assert hidden(changed, "/sign-in") == [("next", "/my-account")]
    assert "could not be kept" in changed.text and NEW not in changed.text
    assert hidden(late("/people/new", form={"name": "é" * 10_000}), "/sign-in") == [("next", "/people/new")]
    file = {"csrf": (None, token_for("over")), "file": ("list.csv", b"name"), "source": (None, "other")}
    cookie = {"Cookie": "rosc-map=over"}
    sent = requests.post(f"{site.here}/import", files=file, headers=cookie, timeout=20, allow_redirects=False)
    assert (sent.status_code, hidden(sent, "/sign-in")) == (403, [("next", "/import")])


@pytest.mark.parametrize(
    "path", ["//evil.example/record/x/what", "https://evil.example", "/nothing", "/gaps", "/\\evil"]
)
def test_what_was_typed_goes_to_no_page_but_ours_that_takes_it(site, volunteer, path):
    into = sign_in(site, volunteer, **{"kept-to": path, "kept.name": "x"})
    assert (into.status_code, into.headers["Location"]) == (303, "/")


def test_the_browser_keeps_a_session_as_long_as_the_server_does(site, volunteer):
    day = 24 * 60 * 60
    for name, days in ((volunteer, 30), (NAMES["coordinator"], 7)):
        assert f"Max-Age={days * day};" in sign_in(site, name).headers["Set-Cookie"]
    assert "Max-Age" not in site.ask("GET", "/sign-in").headers["Set-Cookie"]


def test_one_signs_out_everywhere(site, volunteer):
    here, there = (cookie_of(sign_in(site, volunteer)) for _ in range(2))
    (form,) = re.findall(r'<form method="post" action="/sign-out">(?:(?!</form>).)*everywhere', who_page(site, here))
    assert 'name="where" value="everywhere"' in form
    done = site.ask("POST", "/sign-out", cookie=here, form={"where": "everywhere"})
    assert (done.headers["Location"], done.headers["Clear-Site-Data"]) == ("/sign-in", '"cache"')
    assert (who_is(site, here), who_is(site, there)) == ([], [])


def who_page(site, cookie):
    """One's own page, on one line."""
    return (
        site.ask("GET", "/my-account", cookie=cookie).text.replace("\n", " ").split("<h2>Sign out everywhere</h2>")[1]
    )


def test_two_taps_make_one_account(site):
    (token,) = re.findall(r'name="once" value="(.*?)"', site.ask_as("admin", "GET", "/people/new").text)
    before = len(site.people.accounts())

    def send(form):
        return site.ask_as("admin", "POST", "/people/new", form=form)

    assert send({"once": token, "name": "", "role": ""}).status_code == 422  # put right, it may be sent again
    with ThreadPoolExecutor(4) as pool:
        came = list(pool.map(send, [{"once": token, "name": "", "role": "recorder"}] * 4))
    assert {answer.headers["Location"] for answer in came} == {"/people/invitation"}
    assert len({re.search(r"rosc-map-link=[^;]*", answer.headers["Set-Cookie"])[0] for answer in came}) == 1
    assert len(site.people.accounts()) == before + 1
    other = send({"once": "another", "name": "", "role": "recorder"})
    assert (other.status_code, len(site.people.accounts())) == (303, before + 2)


def test_of_forms_that_were_sent_only_so_many_are_remembered():
    sent = FormsSent(sessions=2, forms=3)
    done = []

    def work():
        done.append(1)
        return RedirectResponse(f"/{len(done)}", 303)

    for session in "abc":
        for token in "1234":
            sent.run(session, token, work)
    assert (len(sent), len(done)) == (6, 12)
    assert sent.run("c", "4", work).headers["Location"] == "/12"
    assert len(done) == 12


def test_a_second_tap_gets_the_cookie_of_the_first_and_who_comes_later_does_not():
    now = [0.0]
    sent = FormsSent(clock=lambda: now[0])

    def work():
        answer = RedirectResponse("/there", 303)
        answer.set_cookie("door", "open")
        return answer

    def cookie_of(answer):
        return (answer.headers["Location"], "door=open" in answer.headers.get("Set-Cookie", ""))

    assert [cookie_of(sent.run("a", "1", work)) for _ in range(2)] == [("/there", True)] * 2
    now[0] = 61.0
    sent.run("b", "1", work)
    assert "door=open" not in str(vars(sent)["_sessions"]["a"])  # not in memory either
    assert cookie_of(sent.run("a", "1", work)) == ("/there", False)


def test_a_wrong_role_is_told_in_other_words_than_an_old_page(site):
    role = site.ask_as("viewer", "POST", "/people/new", form={"name": "V70", "role": "recorder"})
    page = site.ask_as("admin", "POST", "/people/new", form={"csrf": "old", "name": "V70", "role": "recorder"})
    assert (role.status_code, "Your role may not do this" in role.text) == (403, True)
    assert (page.status_code, "This page is too old" in page.text) == (403, True)


def test_the_banner_is_whole_on_the_first_page_and_folded_elsewhere(site):
    shared = site.app.state.site
    shared.banner = "All of this is made up. No such service is there."
    try:
        first, other = (site.ask_as("viewer", "GET", path).text for path in ("/", "/my-account"))
    finally:
        shared.banner = ""
    assert f"<p>{'All of this is made up. No such service is there.'}</p>" in first
    assert "<summary>All of this is made up.</summary><p>No such service is there.</p>" in other


def test_what_was_typed_is_told_shortly_and_a_choice_in_its_words(site, volunteer):
    told = errors_by_field(
        [RowProblem(2, "name", "it's " * 20, "is odd.", "Go."), RowProblem(2, "a", "", "is odd.", "")]
    )
    assert told == {"name": "“it's it's it's it's it's it's it's it's…” is odd. Go.", "a": "This is odd. "}
    with pytest.raises(CellError, match=codelist("asset_type")["lero"].label.split("(")[0]) as refused:
        parse_cell(Asset.specs()["asset_type"], "")
    assert "lero" not in str(refused.value)


@pytest.mark.browser
def test_an_error_is_read_first_and_going_back_loses_nothing(site, open_page):
    page = open_page(f"{site.here}/sign-in", width=320, height=640).page
    page.get_by_label("Your number or role").fill(NAMES["admin"])
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{site.here}/people/new")
    page.get_by_label("Volunteer: records and rings").check()
    page.get_by_label("Their number or role").fill("Jane Example")
    page.get_by_role("link", name="Start").click()
    page.go_back()
    assert page.get_by_label("Volunteer: records and rings").is_checked()
    page.get_by_label("Their number or role").fill("Jane Example")
    page.get_by_role("button", name="Add, and make a link").click()
    page.locator(".error-summary:focus").wait_for()
    page.get_by_role("link", name="Start").click()
    page.go_back()
    assert page.title().startswith("Error: ")
    assert page.get_by_label("Their number or role").input_value() == "Jane Example"


def test_strangers_who_guess_keep_nobody_out_of_their_own_phone(site, volunteer):
    into = sign_in(site, volunteer)
    (device,) = re.findall(r"rosc-map-device=([^;]*); HttpOnly; Max-Age=7776000", into.headers["Set-Cookie"])
    for _ in range(5):
        sign_in(site, volunteer, "wrong")
    assert sign_in(site, volunteer).status_code == 429
    form = {"csrf": token_for("of-before"), "name": volunteer, "password": PASSWORD}
    held = {"Cookie": f"rosc-map=of-before; rosc-map-device={device}"}
    again = site.ask("POST", "/sign-in", form=form, headers=held)
    assert (again.status_code, who_is(site, cookie_of(again))) == (303, [volunteer])
    assert device not in again.headers["Set-Cookie"]
