"""The client of outside services against a real server on this computer that answers in every bad way."""

import contextlib
import datetime as dt
import gzip
import logging
import socket
import threading
from dataclasses import replace
from email.utils import format_datetime
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopback import Asked, Loopback, Reply
from often import at_least
from rosc_map.errors import (
    AnswerNotUnderstood,
    InputError,
    RoscMapError,
    ServiceDown,
    ServiceHasNone,
    ServiceProblem,
    ServiceRefused,
)
from rosc_map.place.online.fetch import (
    Fetcher,
    FetchSettings,
    _parse,
    _retry_after,
    point_in_uk,
    private_base,
    service_name,
)
from rosc_map.place.online.fetch_address import onward

QUICK = FetchSettings(
    contact="me@council.gov.uk",
    connect_timeout=5,
    read_timeout=5,
    total_time=20,
    retries=2,
    back_off=0.001,
    longest_wait=0.5,
    most_bytes=10_000,
    seconds_between=0,
)
SECRET = "1 Hidden Street"


def settings(**changed: float) -> FetchSettings:
    return FetchSettings(**{**QUICK.__dict__, **changed})


def ask(server: Loopback, **changed: float) -> object:
    return Fetcher(settings(**changed)).get_json(f"{server.url}/search", {"q": SECRET})


def fails(replies: list[Reply], error: type[ServiceProblem], **changed: float) -> tuple[Loopback, str]:
    with Loopback(replies) as server, pytest.raises(ServiceProblem) as caught:
        ask(server, **changed)
    assert type(caught.value) is error
    assert isinstance(caught.value, RoscMapError)
    text = str(caught.value)
    assert text.startswith("127.0.0.1 ")
    assert "Hidden" not in text
    return server, text


def test_a_good_answer_and_who_asks() -> None:
    with Loopback([Reply({"a": [1]})]) as server:
        assert ask(server) == {"a": [1]}
        assert Fetcher(QUICK).post_json(f"{server.url}/p", {"x": "é"}) == {"a": [1]}
    get, post = server.asked
    assert (get.method, get.path, get.params) == ("GET", "/search", {"q": SECRET})
    assert get.headers["user-agent"] == "rosc-map/0.1.0 (+me@council.gov.uk)"
    assert (post.method, post.json()) == ("POST", {"x": "é"})


def test_a_packed_answer_is_read() -> None:
    with Loopback([Reply(gzip.compress(b"[1]"), headers={"Content-Encoding": "gzip"})]) as server:
        assert ask(server) == [1]


@pytest.mark.parametrize("status", [400, 401, 403, 405, 418])
def test_refused_is_not_tried_again(status: int) -> None:
    with Loopback([Reply("no", status)]) as server, pytest.raises(ServiceRefused, match="refused") as caught:
        ask(server)
    assert caught.value.status == status
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_not_held_is_another_outcome(status: int) -> None:
    server, _ = fails([Reply({"status": status}, status)], ServiceHasNone)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_service_that_comes_back(status: int) -> None:
    with Loopback([Reply(status=status), Reply(status=status), Reply([7])]) as server:
        assert ask(server) == [7]
    assert len(server.asked) == 3


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_that_stays_down(status: int) -> None:
    server, text = fails([Reply(status=status)], ServiceDown)
    assert len(server.asked) == 3
    assert f"({status})" in text
    assert "nothing was changed" in text


def test_retry_after_is_honoured() -> None:
    with Loopback([Reply(status=429, headers={"Retry-After": "1"}), Reply([7])]) as server:
        assert ask(server, longest_wait=5) == [7]
        server_down, _ = fails([Reply(status=429, headers={"Retry-After": "1"})], ServiceDown, total_time=0.9)
    assert len(server.asked) == 2
    assert len(server_down.asked) == 1  # a wait beyond the time that is left is not begun


def test_a_service_that_asks_for_a_long_wait_is_left_alone() -> None:
    server, text = fails([Reply(status=429, headers={"Retry-After": "3600"})], ServiceDown, longest_wait=30)
    assert len(server.asked) == 1
    assert "fewer requests" in text


def test_retry_after_is_a_number_or_a_date() -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    assert _retry_after("12") == 12
    assert 3500 < _retry_after(format_datetime(later, usegmt=True)) <= 3600
    assert _retry_after(format_datetime(later - dt.timedelta(days=1))) == 0
    assert 3500 < _retry_after(format_datetime(later.replace(tzinfo=None))) <= 3600


@at_least(60)
@given(st.text())
def test_no_retry_after_breaks_it(text: str) -> None:
    assert _retry_after(text) >= 0


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (Reply([1], delay=30), "in time"),
        (Reply([1], missing=10), "in the middle"),
        (Reply([1], hang_up=True), "cannot be reached"),
    ],
    ids=["timeout", "half an answer", "no answer"],
)
def test_service_down(reply: Reply, says: str) -> None:
    _, text = fails([reply], ServiceDown, read_timeout=0.3, total_time=1.5, retries=1)
    assert says in text or "too long" in text


def test_an_answer_that_comes_byte_by_byte_is_not_waited_for() -> None:
    server, text = fails([Reply(b" " * 50 + b"[1]", drip=0.1)], ServiceDown, total_time=0.8)
    assert "took too long" in text
    assert not server.finished


def test_half_an_answer_is_asked_for_again() -> None:
    with Loopback([Reply([1, 2, 3], missing=5), Reply([1, 2, 3])]) as server:
        assert ask(server) == [1, 2, 3]


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(ServiceDown, match=r"127\.0\.0\.1 cannot be reached"):
            Fetcher(QUICK).get_json(f"http://127.0.0.1:{taken.getsockname()[1]}/x", {"q": SECRET})


def test_a_host_that_accepts_and_never_speaks_or_speaks_something_else() -> None:
    def babble() -> None:
        for _ in range(2):
            connection, _address = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=babble)
        thread.start()
        with pytest.raises(ServiceDown):
            Fetcher(settings(retries=1)).get_json(f"http://127.0.0.1:{listener.getsockname()[1]}/x")
        thread.join()


def test_a_certificate_is_always_asked_for() -> None:
    with Loopback([Reply([1])]) as server, pytest.raises(ServiceDown):
        Fetcher(QUICK).get_json(server.url.replace("http:", "https:"))
    assert not server.asked


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"{", b'{"a": NaN}', b"\xff\xfe\x00", b"[" * 9_000, b"1" * 9_000, b"[1] [2]"],
)
def test_wrong_json(body: bytes) -> None:
    server, _ = fails([Reply(body)], AnswerNotUnderstood)
    assert len(server.asked) == 1


@at_least(60)
@given(st.binary())
def test_no_bytes_break_the_reading(body: bytes) -> None:
    with contextlib.suppress(AnswerNotUnderstood):
        _parse("https://a.uk/", body)


def test_a_huge_answer_is_cut_off() -> None:
    _, text = fails([Reply(b" " * 1_000_000)], AnswerNotUnderstood)
    assert "more than 10,000 bytes" in text


def test_a_packed_bomb_is_cut_off() -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    _, text = fails([Reply(bomb, headers={"Content-Encoding": "gzip"})], AnswerNotUnderstood)
    assert "more than 10,000 bytes" in text


def test_a_bomb_in_a_bomb_is_not_opened() -> None:
    bomb = gzip.compress(gzip.compress(b" " * 50_000_000))
    _, text = fails([Reply(bomb, headers={"Content-Encoding": "gzip, gzip"})], AnswerNotUnderstood)
    assert "not asked for" in text


def test_what_says_it_is_packed_and_is_not() -> None:
    fails([Reply(b"[1]", headers={"Content-Encoding": "gzip"})], AnswerNotUnderstood)


def test_sent_on_a_few_times() -> None:
    def answer(asked: Asked) -> Reply:
        return Reply([1]) if asked.path == "/3" else Reply(status=302, headers={"Location": f"/{step(asked.path)}"})

    def step(path: str) -> int:
        return int(path[1:]) + 1 if path[1:].isdigit() else 1

    with Loopback(answer) as server:
        assert ask(server) == [1]
        assert [asked.path for asked in server.asked] == ["/search", "/1", "/2", "/3"]
        with pytest.raises(AnswerNotUnderstood, match="another address"):
            ask(server, redirects=2)


@pytest.mark.parametrize("where", ["ftp://127.0.0.1/x", "file:///etc/passwd", "http://u:p@127.0.0.1/", "http://["])
def test_sent_on_to_what_is_no_service(where: str) -> None:
    server, text = fails([Reply(status=302, headers={"Location": where})], AnswerNotUnderstood)
    assert len(server.asked) == 1
    assert "u:p" not in text


def test_what_comes_with_a_sending_on_is_not_read() -> None:
    bomb = Reply(gzip.compress(b" " * 50_000_000), 302, {"Location": "/x", "Content-Encoding": "gzip"}, missing=1)
    with Loopback([bomb, Reply([1])]) as server:
        assert ask(server) == [1]


def test_never_from_a_secure_address_to_one_that_is_not() -> None:
    assert onward("http://a.uk/x", "https://b.uk/y") == "https://b.uk/y"
    assert onward("https://a.uk/x", "/y") == "https://a.uk/y"
    with pytest.raises(AnswerNotUnderstood, match="not secure"):
        onward("HTTPS://a.uk/x", "http://a.uk/y")


@pytest.mark.parametrize(
    "inside",
    [
        "localhost",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0.0.0.0",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "[::1]",
        "[fe80::1]",
        "[::ffff:127.0.0.1]",
        "LOCALHOST.",
        "127.0.0.1.",
        "a.localhost",
        "ip6-localhost",
        "[::127.0.0.1]",
        "[::ffff:0:10.1.2.3]",
        "[64:ff9b::a00:1]",
        "[64:ff9b:1::1]",
        "[fec0::1]",
        "[::]",
    ],
)
def test_never_from_outside_into_the_network(inside: str) -> None:
    with pytest.raises(AnswerNotUnderstood, match="inside your network"):
        onward("https://a.uk/x", f"https://{inside}/y")
    assert onward(f"https://{inside}/x", "/y") == f"https://{inside}/y"
    assert onward("https://10.9.9.9/x", f"https://{inside}/y") == f"https://{inside}/y"
    for outside in ("1.1.1.1", "[64:ff9b::101:101]", "[2606:4700:4700::1111]", "localhost.example.org"):
        assert onward("https://a.uk/x", f"https://{outside}/y") == f"https://{outside}/y"


@at_least(60)
@given(st.text())
def test_no_sending_on_breaks_it(where: str) -> None:
    with contextlib.suppress(AnswerNotUnderstood):
        onward("https://a.uk/x", where)
        onward("https://a.uk/x", f"https://{where}/")


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "http://127.9.9.9", "http://localhost/", "http://[::1]:80"])
def test_unencrypted_only_on_this_computer(address: str) -> None:
    assert private_base(address) == address.rstrip("/")
    assert private_base("https://a.uk/x/") == "https://a.uk/x"


@pytest.mark.parametrize(
    "address", ["http://a.uk", "http://localhost.a.uk", "http://128.0.0.1", "http://127.0.0.1.a.uk", "http://0.0.0.0"]
)
def test_unencrypted_to_no_other_computer(address: str) -> None:
    with pytest.raises(InputError, match="others could read"):
        private_base(address)


def test_certificates_that_are_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    turns: list[int] = []
    with pytest.raises(ServiceDown, match="REQUESTS_CA_BUNDLE"):
        Fetcher(QUICK, take_turn=lambda: turns.append(1)).get_json("https://127.0.0.1:9/x")
    assert turns == [1]


def test_an_answer_that_is_no_json_is_handed_over_as_it_is_within_the_same_limits() -> None:
    with Loopback([Reply(b"a,b\n1,2\n")]) as server:
        assert Fetcher(QUICK).get_bytes(f"{server.url}/t.csv?x=1") == b"a,b\n1,2\n"
        assert (server.asked[0].method, server.asked[0].params, server.asked[0].body) == ("GET", {"x": "1"}, b"")
        with pytest.raises(AnswerNotUnderstood, match="more than 5 bytes"):
            Fetcher(replace(QUICK, most_bytes=5)).get_bytes(server.url)
    with pytest.raises(InputError, match="name or password"):
        Fetcher(QUICK).get_bytes("https://user:hunter2@a.uk/")


def leads_to(monkeypatch: pytest.MonkeyPatch, *numbers: str) -> None:
    """Let the name a.example lead to these numbers, one after the other at each look-up (the last one stays)."""
    real, left = socket.getaddrinfo, list(numbers)

    def look_up(host: str, *args: object, **more: object) -> object:
        if host != "a.example":
            return real(host, *args, **more)
        return real(left.pop(0) if len(left) > 1 else left[0], *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"])
def test_nothing_inside_is_asked_when_it_is_not_allowed(host: str) -> None:
    with Loopback([Reply([1])]) as server, pytest.raises(InputError, match="inside your network"):
        Fetcher(replace(QUICK, inside=False)).get_json(server.url.replace("127.0.0.1", host))
    assert not server.asked


def test_a_name_that_leads_inside_is_not_asked_either(monkeypatch) -> None:
    leads_to(monkeypatch, "127.0.0.1")
    with Loopback([Reply([1])]) as server:
        url = server.url.replace("127.0.0.1", "a.example")
        assert Fetcher(QUICK).get_json(url) == [1]
        for address in (url, url.replace("http:", "https:")):
            with pytest.raises(InputError, match="a.example is this computer, or one inside your network"):
                Fetcher(replace(QUICK, inside=False)).get_json(address)
    assert len(server.asked) == 1


def test_a_name_that_leads_inside_only_when_it_is_used(monkeypatch) -> None:
    leads_to(monkeypatch, "1.1.1.1", "127.0.0.1")
    with Loopback([Reply([1])]) as server, pytest.raises(InputError, match="inside your network"):
        Fetcher(replace(QUICK, inside=False)).get_json(server.url.replace("127.0.0.1", "a.example"))
    assert not server.asked


def test_nobody_sends_us_on_to_a_name_that_leads_inside(monkeypatch) -> None:
    # The proxy plays an outside host; the host that it sends us on to is asked without one.
    leads_to(monkeypatch, "127.0.0.1")
    with Loopback([Reply([1])]) as hidden:
        onto = hidden.url.replace("127.0.0.1", "a.example")
        with Loopback([Reply(status=302, headers={"Location": f"{onto}/x"})]) as outside:
            monkeypatch.setenv("http_proxy", outside.url)
            monkeypatch.setenv("no_proxy", "a.example")
            with pytest.raises(AnswerNotUnderstood, match="b.example sent us on to an address inside your network"):
                Fetcher(replace(QUICK, inside=False)).get_json("http://b.example/")
    assert not hidden.asked


def test_behind_a_proxy_only_numbers_are_judged_because_the_proxy_looks_up_the_names(monkeypatch) -> None:
    leads_to(monkeypatch, "127.0.0.1")
    with Loopback([Reply([1])]) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        outside = Fetcher(replace(QUICK, inside=False))
        assert outside.get_json("http://a.example/x") == [1]
        for host in ("10.1.2.3", "10.1.2.3.", "x.localhost", "[::ffff:0:10.1.2.3]", "%31%30.1.2.3"):
            with pytest.raises(InputError, match="inside your network"):
                outside.get_json(f"http://{host}/x")
    assert [asked.headers["host"] for asked in proxy.asked] == ["a.example"]


def test_what_is_for_one_host_goes_to_no_other(caplog) -> None:
    token = {"Authorization": "Token hunter2"}
    with Loopback([Reply([2])]) as other, caplog.at_level(logging.DEBUG):
        onto = [Reply(status=302, headers={"Location": where}) for where in ("/next", f"{other.url}/x")]
        with Loopback([*onto, Reply(status=403)]) as server:
            client = Fetcher(QUICK)
            assert client.get_bytes(f"{server.url}/a?q=1", headers=token) == b"[2]"
            with pytest.raises(ServiceRefused) as caught:
                client.get_bytes(f"{server.url}/b", headers=token)
    assert [asked.headers.get("authorization") for asked in server.asked] == ["Token hunter2"] * 3
    assert "authorization" not in other.asked[0].headers
    assert "hunter2" not in str(caught.value) + caplog.text


def test_a_form_is_sent() -> None:
    with Loopback([Reply([1])]) as server:
        assert Fetcher(QUICK).post_form(server.url, {"data": "[out:json]; é"}) == b"[1]"
    assert parse_qs(server.asked[0].body.decode()) == {"data": ["[out:json]; é"]}


def test_what_was_posted_goes_to_no_other_address() -> None:
    replies = [Reply(status=307, headers={"Location": "/other"}), Reply([1])]
    with Loopback(replies) as server, pytest.raises(AnswerNotUnderstood, match="another address"):
        Fetcher(QUICK).post_json(f"{server.url}/p", [SECRET])
    assert len(server.asked) == 1


@pytest.mark.parametrize("address", ["", "x", "ftp://a.uk/", "file:///etc/passwd", "http:///x", "http://[", "//a.uk/x"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(InputError, match="https://"):
        Fetcher(QUICK).get_json(address)


def test_no_names_and_passwords(tmp_path, monkeypatch) -> None:
    with pytest.raises(InputError, match="name or password") as caught:
        Fetcher(QUICK).get_json("https://user:hunter2@a.uk/")
    assert "hunter2" not in str(caught.value)
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login user password hunter2")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with Loopback([Reply([1])]) as server:
        ask(server)
    assert "authorization" not in server.asked[0].headers


@pytest.mark.parametrize("contact", ["a b", "a@b.uk\r\nX: y", "é@b.uk", "a" * 201])
def test_a_contact_that_would_break_the_header(contact: str) -> None:
    with Loopback([Reply([1])]) as server, pytest.raises(InputError, match="contact"):
        Fetcher(FetchSettings(contact=contact)).get_json(server.url)
    assert not server.asked


def test_each_request_takes_its_turn() -> None:
    turns: list[int] = []
    replies = [Reply(status=500), Reply(status=302, headers={"Location": "/x"}), Reply([1])]
    with Loopback(replies) as server:
        client = Fetcher(QUICK, take_turn=lambda: turns.append(len(server.asked)))
        assert client.get_json(server.url) == [1]
    assert turns == [0, 1, 2]


def test_nothing_of_the_question_is_logged(caplog, capsys) -> None:
    broken = Reply([1], headers={"X-A": "b\r\nnot a header"})
    with caplog.at_level(logging.DEBUG), Loopback([broken, Reply(status=500), Reply([1])]) as server:
        ask(server)
        ask(server)
    out = capsys.readouterr()
    assert "Hidden" not in caplog.text + out.out + out.err


@pytest.mark.parametrize("pair", [(-1.2, 54.5), ("-1.2", "54.5"), (-1, 54), (5e-05, 51.5)])
def test_points_of_an_answer(pair) -> None:
    assert point_in_uk("https://a.uk", *pair) == (float(pair[0]), float(pair[1]))


@given(st.one_of(st.none(), st.booleans(), st.text(), st.floats(), st.integers(), st.lists(st.integers())))
def test_points_that_are_none(value: object) -> None:
    try:
        east, _ = point_in_uk("https://a.uk", value, 54.5)
    except AnswerNotUnderstood:
        return
    assert -9 <= east <= 2.5
    assert not isinstance(value, bool)


def test_the_name_of_a_service() -> None:
    assert service_name("https://API.postcodes.io:8443/x?y=z") == "api.postcodes.io"
