"""What a page costs, counted in questions to the database: it says the same on every machine, and may only fall."""

import datetime as dt
import re
import shutil
from contextlib import contextmanager

import pytest
from serving import served
from sqlalchemy import event

import rosc_map
from partnerships import TODAY
from small_rounds import with_round


@pytest.fixture(scope="module")
def site(empty_file, tmp_path_factory):
    """A partnership with a round."""
    path = tmp_path_factory.mktemp("cost") / "area.gpkg"
    shutil.copy(empty_file, path)
    with_round(path, TODAY - dt.timedelta(days=30))
    rosc_map.open(path, today=TODAY).told("R1", TODAY - dt.timedelta(days=20))
    with served(path, told=True) as made:
        yield made


@contextmanager
def counted(site):
    """Every statement that the server sends to its two files."""
    engines = [site.site._partnership._store._engine, site.site.people._keeping._engine]
    asked = []

    def note(_connection, _cursor, statement, *_):
        asked.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def cost(me, site, path, data=None):
    """How many statements opening a page takes, or sending a form to it, without the page that this leads on to."""
    with counted(site) as asked:
        came = me.get(path) if data is None else me.post(path, data, allow_redirects=False)
    assert came.status_code == (200 if data is None else 303), came.text
    return len(asked)


def test_writing_down_an_asset(site):
    me = site["V7"]
    entry = re.search(r'action="/record/([0-9a-f-]{36})/', me.get("/record/new").text)[1]
    # The first page takes more: old entries are tidied away now and then.
    me.post(f"/record/{entry}/what", {"then": "on", "name": "Quite another", "asset_type": "lero"})
    assert cost(me, site, f"/record/{entry}/hidden", {"then": "on", "location_precision": "exact"}) <= 6
    assert cost(me, site, f"/record/{entry}/where", {"then": "on", "postcode": "TS1 2PA"}) <= 6
    assert cost(me, site, f"/record/{entry}/reaching") <= 6
    assert cost(me, site, f"/record/{entry}/check") <= 9
    assert cost(me, site, f"/record/{entry}/save", {}) <= 17


def test_a_call(site):
    me = site["V7"]
    me.get("/my-calls")
    call = me.post("/my-calls/R1/take", allow_redirects=False).headers["Location"]
    assert cost(me, site, "/my-calls") <= 20
    assert cost(me, site, call) <= 13
    assert cost(me, site, f"{call}/questions/1") <= 13
    assert cost(me, site, f"{call}/questions/1", {"level": "2"}) <= 30
    assert cost(me, site, f"{call}/questions/2", {"level": "2"}) <= 29


@pytest.mark.parametrize(("path", "most"), [("/", 2), ("/assets", 7), ("/my-list", 11), ("/my-work", 22)])
def test_a_page_that_is_only_looked_at(site, path, most):
    assert 0 < cost(site["V7"], site, path) <= most
