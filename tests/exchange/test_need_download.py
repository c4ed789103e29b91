"""Fetching a table of figures from a real server on this computer that answers well, badly, and in part."""

import gzip

import pytest

from loopback import Loopback, Reply
from rosc_map.errors import AnswerNotUnderstood, InputError, ServiceDown, ServiceHasNone, ServiceRefused
from rosc_map.exchange.need_download import download_needs
from rosc_map.exchange.need_tables import as_needs
from rosc_map.place.online.fetch import FetchSettings

QUICK = FetchSettings(
    connect_timeout=5, read_timeout=5, total_time=20, retries=1, back_off=0.001, most_bytes=10_000, seconds_between=0
)
CSV = (
    b"Indicator ID,Indicator Name,Area Code,Area Name,Sex,Age,Category,Time period,Value,Count\r\n"
    b"92432,Deaths,E06000001,Hartlepool,Persons,All ages,,2024,7.2,21\r\n"
    b"92432,Deaths,E06000002,Middlesbrough,Persons,All ages,,2024,9.1,44\r\n"
)


def fetch(reply, path="/api/all_data/csv/by_indicator_id?indicator_ids=92432&child_area_type_id=502"):
    with Loopback([reply]) as server:
        return download_needs(f"{server.url}{path}", settings=QUICK), server


def fails(reply, error):
    with pytest.raises(error) as caught:
        fetch(reply)
    text = str(caught.value)
    assert "127.0.0.1" in text
    return text


def test_a_table_is_fetched_and_nothing_is_sent_but_the_address():
    found, server = fetch(Reply(CSV))
    assert [values["Count"] for _, values in found.rows] == ["21", "44"]
    assert [values["value"] for _, values in as_needs(found).rows] == ["21", "44"]
    assert found.name == "127.0.0.1.csv"
    (asked,) = server.asked
    assert (asked.method, asked.path, asked.body) == ("GET", "/api/all_data/csv/by_indicator_id", b"")
    assert asked.params == {"indicator_ids": "92432", "child_area_type_id": "502"}
    assert not {"cookie", "authorization", "referer"} & asked.headers.keys()


def test_a_packed_answer_is_read():
    found, _ = fetch(Reply(gzip.compress(CSV), headers={"Content-Encoding": "gzip"}))
    assert len(found.rows) == 2


@pytest.mark.parametrize(
    ("body", "what"),
    [(b"<!DOCTYPE html><html><p>Error, sorry</p></html>", "a page in place of a CSV"),
     (b"\xef\xbb\xbf\n <?xml version='1.0'?><a/>", "a page in place of a CSV"),
     (b'{"error": "no such indicator, sorry"}', "JSON in place of a CSV"), (b"[]", "JSON in place of a CSV"),
     (b"", "no table"), (b"\n\n", "no table"), (b"Internal error\nsorry\n", "no table"),
     (CSV[:-30], "only the first part of a table")],
)  # fmt: skip
def test_what_is_no_table_is_never_an_empty_one(body, what):
    assert what in fails(Reply(body), AnswerNotUnderstood)


def test_a_table_without_rows_is_told_as_that():
    text = fails(Reply(CSV.split(b"\n")[0] + b"\n"), ServiceHasNone)
    assert "without a single row" in text


def test_an_answer_that_breaks_off_is_no_table():
    assert "broke off" in fails(Reply(CSV, missing=500), ServiceDown)
    assert "127.0.0.1" in fails(Reply(hang_up=True), ServiceDown)


def test_an_answer_that_is_too_large_is_refused():
    assert "more than 10,000 bytes" in fails(Reply(CSV + b"a,b,c,d,e,f,g,h,i,j\n" * 600), AnswerNotUnderstood)


@pytest.mark.parametrize(
    ("status", "error"), [(500, ServiceDown), (503, ServiceDown), (403, ServiceRefused), (404, ServiceHasNone)]
)
def test_an_answer_of_no(status, error):
    fails(Reply(CSV, status=status), error)


def test_a_table_of_single_people_is_refused_unread():
    with pytest.raises(InputError, match="single people"):
        fetch(Reply(b"client id,date of birth,sex\n1,2000-01-01,F\n"))


@pytest.mark.parametrize("url", ["", "figures.csv", "file:///etc/passwd", "ftp://example.org/a.csv", "https://"])
def test_only_a_web_address_is_asked(url):
    with pytest.raises(InputError, match="https://"):
        download_needs(url)


def test_an_address_with_a_password_is_refused():
    with pytest.raises(InputError, match="holds a name or password"):
        download_needs("https://me:secret@example.org/a.csv")


@pytest.mark.parametrize(
    "onward", ["https://me:secret@127.0.0.1/a.csv", "file:///etc/passwd", "ftp://example.org/a.csv"]
)
def test_nobody_is_sent_on_to_an_address_that_would_be_refused(onward):
    text = fails(Reply(status=302, headers={"Location": onward}), AnswerNotUnderstood)
    assert "an address that cannot be used" in text and "secret" not in text


def test_a_packed_answer_is_as_large_as_it_is_unpacked():
    packed = gzip.compress(CSV + b"a,b,c,d,e,f,g,h,i,j\n" * 600)
    assert len(packed) < QUICK.most_bytes
    assert "more than 10,000 bytes" in fails(Reply(packed, headers={"Content-Encoding": "gzip"}), AnswerNotUnderstood)
