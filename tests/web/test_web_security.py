"""What an attacker meets at the door: wrong addresses, forged forms, too much of everything; and no way past a role."""

import asyncio
import re
import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from access import ACCESS, MADE, NAMES, REPORTING, SIGNED_IN, door, routes, token_for
from hypothesis import example, given
from hypothesis import strategies as st

from often import at_least
from rosc_map.errors import FileProblem
from rosc_map.web.body_limit import BodyLimit
from rosc_map.web.pages import static_path
from rosc_map.web.rate_limits import Buckets, address_key
from rosc_map.web.security import POLICY, local_path

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}${7*7}"
HTTPS = "https://map.example.org"
BEHIND = {"Host": "map.example.org", "X-Forwarded-Proto": "https"}


@pytest.fixture(scope="module")
def site(empty_file, tmp_path_factory):
    """A partnership with accounts."""
    target = tmp_path_factory.mktemp("door") / "area.gpkg"
    shutil.copy(empty_file, target)
    with door(target) as made:
        yield made


@pytest.fixture(scope="module")
def alone(empty_file, tmp_path_factory):
    """A partnership of one person, without accounts."""
    target = tmp_path_factory.mktemp("alone") / "area.gpkg"
    shutil.copy(empty_file, target)
    with door(target, signs_in=False) as made:
        yield made


@pytest.fixture(scope="module")
def behind(empty_file, tmp_path_factory):
    """A partnership behind a web server with https."""
    target = tmp_path_factory.mktemp("behind") / "area.gpkg"
    shutil.copy(empty_file, target)
    with door(target, url=HTTPS) as made:
        yield made


def a_path(template):
    """An address of a route, in which every part that it leaves open is one that is not there."""
    return re.sub(r"\{[^}]+\}", "none", template)


def all_of_people(site):
    """All that can be told of who has an account."""
    return [(account.name, account.role, account.has_password) for account in site.people.accounts()]


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def strange(text):
    """Whatever could run in a page, or was made by what somebody typed."""
    return [
        (tag, attrs)
        for tag, attrs in Tags(text).found
        if (tag == "script" and not attrs.get("src", "").startswith("/static/"))
        or tag in ("style", "img")
        or any(name == "style" or name.startswith("on") for name in attrs)
        or any((value or "").lower().startswith("javascript:") for value in attrs.values())
    ]


def test_every_route_is_in_the_table_and_asks_for_whom_the_table_says(site):
    # A recorder is refused by the page itself, on addresses that leave nothing open: so asking them all tells; of a
    # round's result, test_web_outputs.py asks.
    itself = [key for key, may in ACCESS.items() if may == REPORTING]
    assert [path for _, path in itself if "{" in path] == ["/rounds/{round_name}/result"]
    assert routes(site.app) == ACCESS | dict.fromkeys(itself, SIGNED_IN)


@pytest.mark.parametrize("role", ["nobody", *NAMES])
def test_every_route_lets_in_whom_the_table_says_and_nobody_else(site, role):
    wrong = []
    cookie = "a browser that nobody signed in with" if role == "nobody" else site.sessions[role]
    for (method, template), may in ACCESS.items():
        allowed = role in may.split()
        if allowed and template in MADE:
            continue
        form = {} if method == "POST" else None
        answer = site.ask(method, a_path(template), cookie=cookie, form=form)
        refused = (403, 404) if may == REPORTING else (403,)  # a page of its own accord may say that it is not there
        if not is_as_said(answer, role, method, () if allowed else refused):
            wrong.append((method, template, answer.status_code))
    site.sign_in_all()
    assert wrong == []


def is_as_said(answer, role, method, refused):
    """Whether somebody who may got something of the page, and somebody who may not got nothing."""
    to_sign_in = answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")
    if not refused:
        return answer.status_code < 500 and answer.status_code != 403 and (method == "POST" or not to_sign_in)
    if role == "nobody" and method == "GET":
        return to_sign_in
    return answer.status_code in refused


def test_without_sign_in_nothing_is_asked_and_there_are_no_accounts(alone):
    assert alone.ask("GET", "/").status_code == 200
    assert alone.ask("GET", "/sign-in").headers["Location"] == "/"
    for path in ("/people", "/my-account", "/invitation/none"):
        assert alone.ask("GET", path).status_code == 404


def test_a_change_needs_a_form_of_ours_on_every_route(site):
    before = (site.target.read_bytes(), all_of_people(site))
    forged = (
        {"csrf": ""},
        {"csrf": "f" * 64},
        {"csrf": token_for(site.sessions["viewer"])},
        '{"csrf": "x"}',
    )
    for _, template in sorted(key for key in routes(site.app) if key[0] == "POST"):
        for form in forged:
            answer = site.ask_as("admin", "POST", a_path(template), form=form)
            assert answer.status_code == 403, template
    assert (site.target.read_bytes(), all_of_people(site)) == before


def test_a_token_without_a_cookie_is_worth_nothing(site):
    form = {"csrf": token_for(""), "name": "admin 4", "password": "x"}
    assert site.ask("POST", "/sign-in", form=form).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}],
    ids=str,
)
def test_a_form_that_another_site_sends_is_refused_even_with_the_token(site, headers):
    answer = site.ask_as("admin", "POST", "/people/new", form={"role": "recorder", "name": "V77"}, headers=headers)
    assert answer.status_code == 403
    assert "V77" not in {account.name for account in site.people.accounts()}


def test_every_answer_has_the_headers(site):
    asked = [
        site.ask_as("admin", "GET", "/people"),
        site.ask("GET", "/sign-in"),
        site.ask("GET", "/"),
        site.ask("GET", "/nothing-here"),
        site.ask("POST", "/sign-in", form={"csrf": "no"}),
        site.ask("DELETE", "/people"),
        site.ask("TRACE", "/"),
        site.ask("GET", "/", headers={"Host": "evil.example"}),
        site.ask_as("admin", "POST", "/people/new", form={"name": "x" * 70_000}),
        site.ask("GET", static_path("app.css")),
    ]
    assert [answer.status_code for answer in asked] == [200, 200, 303, 404, 403, 405, 405, 400, 413, 200]
    for answer in asked:
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert "Server" not in answer.headers
        assert "Strict-Transport-Security" not in answer.headers  # it would lock http://localhost out
    assert {answer.headers["Cache-Control"] for answer in asked[:-1]} == {"no-store"}
    assert asked[-1].headers["Cache-Control"].startswith("public")
    assert all("<h1>" in answer.text for answer in asked if answer.status_code > 303)
    assert "unsafe" not in POLICY


def test_with_https_the_cookie_is_the_hosts_own_and_browsers_remember_https(behind):
    answer = behind.ask("GET", "/sign-in", headers=BEHIND)
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-rosc-map=")
    assert {part.strip() for part in cookie.split(";")[1:]} == {"HttpOnly", "Path=/", "SameSite=lax", "Secure"}


def test_with_https_nothing_is_said_over_plain_http_or_to_another_host(behind):
    plain = behind.ask("GET", "/sign-in", headers={"Host": "map.example.org"})
    assert (plain.status_code, "Open https://map.example.org" in plain.text) == (400, True)
    for host in ("127.0.0.1", "map.example.org.evil.example", "evil.example", "map.example.org:8000"):
        assert behind.ask("GET", "/sign-in", headers={**BEHIND, "Host": host}).status_code == 400
    for host in ("MAP.example.org", "map.example.org:443"):
        assert behind.ask("GET", "/sign-in", headers={**BEHIND, "Host": host}).status_code == 200


def test_one_person_alone_is_served_only_under_names_of_this_machine(alone):
    port = urlsplit(alone.here).port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"):
        assert alone.ask("GET", "/", headers={"Host": host}).status_code == 200
    for host in ("localhost", "evil.example", f"evil.example:{port}", f"127.0.0.1.evil.example:{port}", ""):
        answer = alone.ask("GET", "/", headers={"Host": host})
        assert (answer.status_code, "address" in answer.text) == (400, True), host


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Any", "Forwarded", "Via"])
def test_one_person_alone_is_not_served_through_a_web_server(alone, name):
    answer = alone.ask("GET", "/", headers={name: "1.1 proxy"})
    assert answer.status_code == 400
    assert "for one person on this machine" in answer.text


def raw(site, request):
    """The first line that a server answers to bytes."""
    address = urlsplit(site.here)
    with socket.create_connection((address.hostname, address.port), timeout=20) as line:
        line.sendall(request)
        return line.makefile("rb").readline().decode()


def test_two_hosts_and_none_are_refused(alone):
    host = urlsplit(alone.here).netloc.encode()
    assert " 400 " in raw(alone, b"GET / HTTP/1.1\r\nHost: " + host + b"\r\nHost: evil.example\r\n\r\n")
    assert " 400 " in raw(alone, b"GET / HTTP/1.0\r\n\r\n")


def test_a_body_that_does_not_tell_its_length_is_cut_off(site):
    host = urlsplit(site.here).netloc.encode()
    head = b"POST /sign-in HTTP/1.1\r\nHost: " + host + b"\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    # It never ends: what is refused is not waited for.
    assert " 413 " in raw(site, head + b"Transfer-Encoding: chunked\r\n\r\n11170\r\n" + b"x" * 70_000)
    assert " 413 " in raw(site, head + b"Content-Length: 99999999999999999999\r\n\r\n")


def test_whoever_tries_too_often_is_asked_to_wait(site):
    address = {"X-Forwarded-For": "203.0.113.9"}
    form = {"name": "V99", "password": "wrong"}
    tries = [
        site.ask("POST", "/sign-in", cookie="one", form={**form, "csrf": "no"}, headers=address) for _ in range(21)
    ]
    assert [answer.status_code for answer in tries] == [403] * 20 + [429]
    assert 1 <= int(tries[-1].headers["Retry-After"]) <= 30
    assert "Too many tries" in tries[-1].text
    other = site.ask("POST", "/sign-in", cookie="one", form={**form, "csrf": "no"}, headers={"X-Forwarded-For": "::2"})
    assert other.status_code == 403


def test_made_up_cookies_do_not_help_who_asks_too_often_and_a_session_does(site):
    address = {"X-Forwarded-For": "203.0.113.10"}
    asked = []
    while 429 not in asked and len(asked) < 500:  # while it asks, a few more are allowed
        asked.append(site.ask("GET", "/sign-in", cookie=f"made-up-{len(asked)}", headers=address).status_code)
    assert (asked[:120], asked[-1]) == ([200] * 120, 429)
    assert site.ask_as("viewer", "GET", "/my-account").status_code == 200  # from elsewhere: now it is known
    assert site.ask_as("viewer", "GET", "/my-account", headers=address).status_code == 200


def test_a_bucket_fills_again_and_there_are_never_more_than_a_set_number():
    now = [0.0]
    buckets = Buckets(2, 10, kept=3, clock=lambda: now[0])
    assert [buckets.wait("a"), buckets.wait("a"), buckets.wait("a")] == [0, 0, 5]
    now[0] = 5
    assert [buckets.wait("a"), buckets.wait("a")] == [0, 5]
    now[0] = 1_000
    assert [buckets.wait("a") for _ in range(3)] == [0, 0, 5]  # never more than full
    for name in "bcdef":
        buckets.wait(name)
    assert len(buckets) == 3


def test_a_network_of_version_6_is_one_sender():
    assert address_key("2001:db8::1") == address_key("2001:db8::ffff:2") != address_key("2001:db8:0:1::1")
    assert address_key("::ffff:192.0.2.1") == address_key("192.0.2.1") != address_key("192.0.2.2")
    assert address_key("not an address") == "not an address"


@at_least(100)
@given(st.one_of(st.text(), st.text("/\\.:@#?%a\t\r\n \x00é", max_size=8).map("/".__add__)))
@example("//evil.example")
@example("/\\evil.example")
@example("/\t/evil.example")
@example("https://evil.example/")
@example("javascript:alert(1)")
@example("/%2f%2fevil.example/?next=//evil.example")
def test_one_never_goes_on_to_another_site(text):
    found = local_path(text)
    # Browsers take blanks and control characters out, and read \ as /.
    as_read = re.sub(r"[\x00-\x20]", "", found).replace("\\", "/")
    assert urlsplit(urljoin("https://map.example.org/sign-in", as_read))[:2] == ("https", "map.example.org")
    assert found in (text, "/")
    assert found.isascii()


def test_our_own_addresses_are_gone_on_to():
    for path in ("/", "/assets?q=caf%C3%A9&area=E06000002", "/record/3f0e/place", "/my-calls/R1/a-b"):
        assert local_path(path) == path


def test_signing_in_goes_on_to_no_other_site(site):
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example"):
        assert "evil" not in site.ask("GET", f"/sign-in?next={elsewhere}").text
        answer = site.ask_as("viewer", "GET", f"/sign-in?next={elsewhere}")
        assert answer.headers["Location"] == "/"


def test_hostile_text_in_every_field_is_shown_as_text(site):
    answers = [
        site.ask("GET", f"/sign-in?next={HOSTILE}"),
        site.ask("GET", f"/{HOSTILE}"),
        site.ask("GET", f"/invitation/{HOSTILE}"),
        site.ask("POST", "/sign-in", cookie=HOSTILE[8:20], form=dict.fromkeys(("name", "password", "next"), HOSTILE)),
        site.ask_as("admin", "GET", f"/people/remove?name={HOSTILE}"),
        site.ask_as("admin", "GET", f"/people?removed={HOSTILE}"),
        site.ask_as("admin", "POST", "/people/new", form={"name": HOSTILE, "role": "recorder"}),
        site.ask_as("admin", "POST", "/people/new", form={"name": "V5", "role": HOSTILE}),
        site.ask_as("admin", "POST", "/people/remove", form={"name": HOSTILE}),
        site.ask_as("admin", "POST", "/people/invite", form={"name": HOSTILE}),
        site.ask_as("admin", "POST", "/my-account", form=dict.fromkeys(("old", "password", "again"), HOSTILE)),
    ]
    for answer in answers:
        assert 200 <= answer.status_code < 500, answer.status_code
        assert strange(answer.text) == []
        assert "<script>alert" not in answer.text
    # The check itself finds what is strange.
    assert len(strange(HOSTILE)) == 2
    assert "&lt;script&gt;" in answers[6].text


def test_a_fault_tells_strangers_nothing_and_the_log_no_values(site, caplog):
    def broken():
        raise RuntimeError("the telephone number is 01632 960000")

    site.app.add_api_route("/broken", broken)
    try:
        answer = site.ask("GET", "/broken")
    finally:
        routes_there = site.app.router.routes
        routes_there[:] = [route for route in routes_there if getattr(route, "path", "") != "/broken"]
    assert answer.status_code == 500
    assert "It is our fault" in answer.text
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "RuntimeError in test_web_security.py:" in caplog.text
    assert "01632" not in caplog.text + answer.text


def test_one_person_alone_comes_in_with_the_key_that_was_printed_and_nobody_else_does(alone):
    for path in (
        "/",
        "/?key=",
        "/?key=guessed",
        "/?key=%C3%A9",
        "/record",
        f"/record?key={alone.app.state.site.settings.key}",
    ):
        answer = alone.ask("GET", path, cookie="another")
        assert (answer.status_code, "Open the address that the program printed" in answer.text) == (403, True), path
        assert "Set-Cookie" not in answer.headers
    assert alone.ask("POST", "/record/rules", cookie="another", form={}).status_code == 403
    key = alone.app.state.site.settings.key
    opened = alone.ask("GET", f"/?key={key}", cookie="another")
    assert (opened.status_code, opened.headers["Location"]) == (303, "/")
    assert opened.headers["Set-Cookie"] == f"rosc-map={key}; HttpOnly; Path=/; SameSite=lax"
    assert "What would you like to do?" in alone.ask("GET", "/").text
    assert key not in repr(alone.app.state.site.settings)
    forged = alone.ask("POST", "/record/rules", form={"csrf": token_for("another")})
    assert (forged.status_code, alone.ask("POST", "/record/rules", form={}).status_code) == (403, 303)


def begun(site, path, length, cookie=""):
    """The first line that a server answers to a form of which nothing has come yet but its length."""
    host = urlsplit(site.here).netloc
    held = f"Cookie: rosc-map={cookie}\r\n" if cookie else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\n{held}X-Forwarded-For: 198.18.0.1\r\nContent-Length: {length}\r\n\r\n"
    )
    return raw(site, head.encode())


def test_what_is_nobodys_is_refused_before_it_is_read(site):
    assert " 403 " in begun(site, "/record/rules", 9)
    assert " 413 " in begun(site, "/import", 100_000, "made up")
    assert " 413 " in begun(site, "/import", 100_000, site.sessions["recorder"])
    assert " 413 " in begun(site, "/import", 30_000_000, site.sessions["coordinator"])
    taken = site.ask_as("coordinator", "POST", "/import", form={"more": "x" * 100_000})
    assert taken.status_code != 413


def test_strangers_with_slow_forms_keep_nobody_waiting(site):
    async def ask(limit, host, receive):
        said = []

        async def send(message):
            said.append(message.get("status"))

        form = b"application/x-www-form-urlencoded"
        host_of = urlsplit(site.here).netloc.encode()
        headers = [(b"host", host_of), (b"cookie", b"rosc-map=made-up"), (b"content-type", form)]
        asked = {"type": "http", "method": "POST", "path": "/record/rules", "query_string": b"", "scheme": "http"}
        scope = {**asked, "app": site.app, "state": {}, "headers": headers, "client": (host, 1), "root_path": ""}
        await limit(scope, receive, send)
        return said[0]

    async def whole() -> dict:
        return {"type": "http.request", "body": b"csrf=no", "more_body": False}

    async def go():
        limit, arrived = BodyLimit(site.app, at_once=5), asyncio.Event()

        async def slow() -> dict:
            await arrived.wait()
            return await whole()

        held = [asyncio.create_task(ask(limit, "192.0.2.1", slow)) for _ in range(60)]
        while sum(task.done() for task in held) < 55:
            await asyncio.wait([task for task in held if not task.done()], return_when=asyncio.FIRST_COMPLETED)
        there, elsewhere = await ask(limit, "192.0.2.1", whole), await ask(limit, "192.0.2.2", whole)
        hurried = await ask(BodyLimit(site.app, seconds=0.05), "192.0.2.3", slow)
        arrived.set()
        came = sorted(await asyncio.gather(*held))
        return came, there, elsewhere, hurried, await ask(limit, "192.0.2.1", whole)

    # In a thread: what drives a browser in this process keeps a loop of its own.
    with ThreadPoolExecutor(1) as thread:
        came = thread.submit(lambda: asyncio.run(go())).result()
    assert came == ([403] * 5 + [429] * 55, 429, 403, 408, 403)


def test_of_our_own_files_only_those_that_are_there_are_looked_up(site):
    mark = static_path("app.css").split("/")[2]
    assert site.ask("GET", f"/static/{mark}/app.css").status_code == 200
    for name in ("x" * 300, "%00", "..%2fapp.py", "caf%C3%A9.css", "record.css"):
        assert site.ask("GET", f"/static/{mark}/{name}").status_code == 404


def test_no_browser_keeps_a_file_of_ours_under_the_address_of_another(site):
    shown = site.ask("GET", "/sign-in").text
    here = re.search(r'href="(/static/\w+/app\.css)"', shown)[1]
    assert site.ask("GET", here).headers["Cache-Control"].startswith("public, max-age")
    # A page of before an upgrade, or of after it while the app of before still runs.
    for mark in ("x", "0" * 12, static_path("record.css").split("/")[2]):
        answer = site.ask("GET", f"/static/{mark}/app.css")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


@pytest.mark.parametrize("name", ["app.css", "record.js"])
def test_our_own_files_come_packed_to_whoever_unpacks_them(site, name):
    path = static_path(name)
    plain = site.ask("GET", path, headers={"Accept-Encoding": "identity"})
    packed = site.ask("GET", path, headers={"Accept-Encoding": "gzip, deflate, br"})
    assert plain.content == packed.content
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < 0.6 * len(plain.content)
    for answer in (plain, packed):
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Cache-Control"].startswith("public, max-age")
        assert "Set-Cookie" not in answer.headers


def test_pages_with_what_a_form_carries_never_come_packed(site):
    answer = site.ask_as("admin", "GET", "/people/new", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def test_head_is_answered_as_get_is_without_the_body(site):
    for path in ("/sign-in", "/", "/nothing-here", static_path("app.css")):
        asked, full = site.ask("HEAD", path), site.ask("GET", path)
        assert (asked.status_code, asked.content) == (full.status_code, b""), path
        assert asked.headers.get("Content-Length") == full.headers.get("Content-Length")
    assert site.ask_as("admin", "HEAD", "/people").status_code == 200


def test_whoever_leaves_in_the_middle_of_a_form_is_no_line_of_the_log(site, caplog):
    address = urlsplit(site.here)
    head = f"POST /sign-in HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    with socket.create_connection((address.hostname, address.port), timeout=20) as line:
        line.sendall(f"{head}Content-Length: 900\r\n\r\nname=".encode())
    for _ in range(3):
        assert site.ask("GET", "/sign-in").status_code == 200
    assert caplog.text == ""


def test_where_the_records_are_is_told_to_the_log_and_to_nobody_else(site, caplog):
    def broken():
        raise FileProblem("postgresql://partnership@db.example/area cannot be used.")

    site.app.add_api_route("/broken", broken)
    try:
        answer = site.ask("GET", "/broken")
    finally:
        there = site.app.router.routes
        there[:] = [route for route in there if getattr(route, "path", "") != "/broken"]
    assert answer.status_code == 503
    assert "The records cannot be reached just now. Try again in a few minutes." in answer.text
    assert "db.example" not in answer.text
    assert "db.example" in caplog.text


def test_a_session_that_has_ended_counts_as_a_strangers(site):
    address = {"X-Forwarded-For": "203.0.113.11"}
    session = site.sessions["viewer"]
    assert site.ask("GET", "/my-account", cookie=session, headers=address).status_code == 200
    site.ask("POST", "/sign-out", cookie=session, form={}, headers=address)
    asked = []
    while 429 not in asked and len(asked) < 500:
        asked.append(site.ask("GET", "/nothing", cookie=session, headers=address).status_code)
    assert asked[-1] == 429
    site.sign_in_all()
