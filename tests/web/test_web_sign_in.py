"""Coming in and going out, and who may come in: over a real server, and in a real browser on a small screen."""

import html
import re
import shutil

import pytest
from access import NAMES, PASSWORD, served

from rosc_map.people import Role

pytestmark = pytest.mark.xdist_group("web-door")
NEW = "four other plain words"


@pytest.fixture(scope="module")
def site(empty_file, tmp_path_factory):
    """A partnership with accounts."""
    target = tmp_path_factory.mktemp("sign-in") / "area.gpkg"
    shutil.copy(empty_file, target)
    with served(target) as made:
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


def check(page):
    """Nothing for axe to find, nothing wider than the screen, and every control big enough for a thumb."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page)
    assert found.violations_count == 0, (page.url, found.generate_report())
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), page.url
    small = page.locator("main button, main input:not(.unseen, [type=hidden]), main .button, .menu a").evaluate_all(
        """all => all.filter(e => e.checkVisibility()).map(e => [e.id || e.textContent, (e.type === 'radio'
        ? e.closest('.choice') : e).getBoundingClientRect().height]).filter(([, high]) => high < 44)"""
    )
    assert small == [], page.url


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_volunteer_comes_in_on_an_old_phone(site, open_page, scripts):
    account = site.people.add("", Role.RECORDER, by="")
    link = f"{site.here}/invitation/{site.people.invite(account.name, by='').token}"
    watched = open_page(link, width=320 if scripts else 360, height=640, java_script_enabled=scripts)
    page = watched.page
    looked = check if scripts else lambda page: None
    looked(page)
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Save and sign in").click()
    assert page.title().startswith("Error: ")
    looked(page)
    page.locator(".error-summary a").click()
    page.keyboard.type(NEW)
    page.keyboard.press("Tab")
    page.keyboard.type(NEW)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What would you like to do?").wait_for()
    page.get_by_role("link", name="My account").click()
    looked(page)
    page.get_by_role("button", name="Sign out").click()
    looked(page)
    page.get_by_label("Your number or role").fill(account.name)
    page.get_by_label("Password").fill(NEW)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What would you like to do?").wait_for()
    # A page of status 422 is an error to the console of a browser; nothing else may be.
    assert [said for said in watched.console_errors if "422" not in said] == []
    assert not watched.page_errors


@pytest.mark.browser
def test_the_pages_of_an_admin_are_fit_for_everybody(site, open_page):
    page = open_page(f"{site.here}/sign-in", width=320, height=640).page
    page.get_by_label("Your number or role").fill(NAMES["admin"])
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    for path in ("/people/sign-ins", "/people", "/people/remove?name=V1", "/people/new"):
        page.goto(site.here + path)
        check(page)
    page.get_by_role("button", name="Add, and make a link").click()
    check(page)
    page.locator(".error-summary a").click()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Add, and make a link").click()
    assert page.get_by_label("The link").input_value().startswith(f"{site.here}/invitation/")
    check(page)
