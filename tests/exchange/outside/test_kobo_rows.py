"""Rows of KoboToolbox's API come in by the rules of its exports."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.errors import InputError
from rosc_map.exchange import read_form_export
from rosc_map.exchange.outside import Opened
from rosc_map.exchange.outside.kobo_rows import kobo_table
from rosc_map.records import Asset, read_rows

ROW = {
    "_id": 412,
    "formhub/uuid": "f",
    "page_about/name": "Example Café",
    "page_about/asset_type": "community",
    "page_place/place": "54.5742 -1.235 0 4.5",
    "page_help/rss_types": "peer_based community_centre",
    "__version__": "v1",
    "meta/instanceID": "uuid:1",
    "_xform_id_string": "x",
    "_uuid": "0f5c1c5e-8f4f-4d3e-9a0a-3b1f6c0f7a11",
    "_attachments": [{"filename": "photo.jpg"}],
    "_status": "submitted_via_web",
    "_geolocation": [51.0, -1.0],
    "_tags": [],
    "_notes": [{"note": "ring her"}],
    "_validation_status": {},
    "_submission_time": "2026-03-04T09:12:44",
    "_submitted_by": "jane.example",
}


def table(*rows, **more):
    page = {"count": len(rows), "next": None, "previous": None, "results": [*rows]} | more
    return kobo_table(Opened("kobo.example.org", documents=(page,)))


def values(*rows):
    export = read_form_export(table(*rows), Asset)
    found = read_rows(Asset, export.table.headers, export.table.rows)
    assert found.problems == ()
    return [record for _, record in found.records]


def test_row_reads_as_an_export():
    (asset,) = values(ROW)
    assert (asset.name, asset.asset_type, asset.rss_types) == (
        "Example Café",
        "community",
        ("peer_based", "community_centre"),
    )
    assert (asset.latitude, asset.longitude) == (54.5742, -1.235)
    assert asset.external_ids == ("kobo:0f5c1c5e-8f4f-4d3e-9a0a-3b1f6c0f7a11",)
    assert asset.recorded_on.isoformat() == "2026-03-04"
    assert "jane" not in repr(asset)
    assert table(ROW).remarks == ()


def test_the_point_of_the_server_where_no_question_has_one():
    without = {key: value for key, value in ROW.items() if key != "page_place/place"}
    other = without | {"_id": 2, "_uuid": "b", "_geolocation": [None, None]}
    first, second = values(without, other)
    assert (first.latitude, first.longitude) == (51.0, -1.0)
    assert second.latitude is None


@pytest.mark.parametrize(
    "state", [{"uid": "validation_status_not_approved", "label": "Not Approved"}, {"label": "Not Approved"}]
)
def test_what_was_not_approved_is_left_out(state):
    export = read_form_export(table(ROW | {"_validation_status": state}), Asset)
    assert export.table.rows == ()
    assert len(export.skipped) == 1


def test_approved():
    rows = (ROW, ROW | {"_uuid": "b", "_validation_status": {"uid": "validation_status_approved", "by_whom": "jane"}})
    assert len(read_form_export(table(*rows), Asset, only_approved=True).table.rows) == 1


def test_repeats_and_missing_pages_are_said():
    found = table(ROW | {"page/meetings": [{"page/meetings/day": "mon"}]}, count=250)
    assert [remark.value for remark in found.remarks] == ["1 of 250 submissions", "page/meetings"]
    assert "page/meetings" not in found.headers


def test_a_submission_of_two_pages_is_read_once():
    pages = tuple({"count": 2, "results": [row]} for row in (ROW, ROW, ROW | {"_uuid": "b"}))
    assert len(kobo_table(Opened("x", documents=pages)).rows) == 2


def test_records_of_people_are_refused():
    with pytest.raises(InputError, match="single people"):
        table(ROW | {"page/date_of_birth": "1980-01-01", "page/nhs_number": "1"})


@pytest.mark.parametrize(
    "document",
    [{"detail": "Invalid token."}, [ROW], {"results": {}}, {"results": []}, {"results": ["x"]}, None],
)
def test_other_answers(document):
    with pytest.raises(InputError, match="x "):
        kobo_table(Opened("x", documents=(document,)))


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=8,
)
JUNK = st.fixed_dictionaries({}, optional=dict.fromkeys(ROW, JSON)).map(lambda changed: ROW | changed)


@at_least(60)
@given(st.one_of(JSON, st.lists(st.one_of(JUNK, JSON), max_size=3).map(lambda rows: {"count": 3, "results": rows})))
def test_junk(document):
    try:
        found = kobo_table(Opened("junk", documents=(document,)))
        read_form_export(found, Asset)
    except InputError:
        return
    assert all(not isinstance(cell, list | dict) for _, row in found.rows for cell in row.values())
