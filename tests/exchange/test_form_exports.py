"""Exports of KoboToolbox and ODK Central come back in, in every dress in which the servers give them."""

import csv
import datetime as dt
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from often import at_least
from rosc_map.errors import InputError
from rosc_map.exchange import RawTable, read_form_export, read_table
from rosc_map.exchange.questions import groups
from rosc_map.records import Asset, Kind, Record, Referral, SurveyedArea, codelist, read_rows

UUID = "0f5c1c5e-8f4f-4d3e-9a0a-3b1f6c0f7a11"
ROOT = "5a7d1c5e-0000-4d3e-9a0a-3b1f6c0f7a11"
KOBO = {
    "_id": "412",
    "_uuid": UUID,
    "_submission_time": "2026-03-04T09:12:44",
    "_validation_status": "",
    "_notes": "call her back",
    "_status": "submitted_via_web",
    "_submitted_by": "jane.example",
    "__version__": "vQ3",
    "_tags": "",
    "meta/rootUuid": f"uuid:{UUID}",
    "_index": "1",
}
ODK = {
    "meta-instanceID": f"uuid:{UUID}",
    "KEY": f"uuid:{UUID}",
    "SubmitterID": "7",
    "SubmitterName": "Jane Example",
    "AttachmentsPresent": "0",
    "AttachmentsExpected": "0",
    "Status": "",
    "ReviewState": "",
    "DeviceID": "collect:abc",
    "Edits": "0",
    "FormVersion": "1",
}
CHOICE_FIELDS = [name for name, spec in Asset.specs().items() if spec.codelist]
VALUES = [(name, code) for name in CHOICE_FIELDS for code in codelist(Asset.specs()[name].codelist)]
GROUP_OF = {name: f"page_{group.name}/{name}" for group in groups(Asset) for name in group.fields}


@pytest.fixture
def kobo(tmp_path):
    """Write a CSV as formpack does (semicolons, every cell quoted), and read it as an export."""

    def read(*rows, record=Asset, **options):
        path = tmp_path / "export.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=";", quoting=csv.QUOTE_ALL, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return read_form_export(read_table(path), record, **options)

    return read


@pytest.fixture
def odk(tmp_path):
    """Write the zip that ODK Central gives, with a table of repeats and a photo, and read it as an export."""

    def read(*rows, **options):
        path = tmp_path / "export.zip"
        main = io.StringIO(newline="")
        writer = csv.DictWriter(main, list(rows[0]), restval="")
        writer.writeheader()
        writer.writerows(rows)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("asset.csv", main.getvalue())
            archive.writestr("asset-visits.csv", "when,PARENT_KEY,KEY\n2026,uuid:1,uuid:1/visits[1]\n")
            archive.writestr("media/../../../photo.jpg", b"\xff\xd8")
        return read_form_export(read_table(path), Asset, **options)

    return read


def one(export, record=Asset):
    """Return the only record of an export, which nobody has anything to say against."""
    read = read_rows(record, export.table.headers, export.table.rows)
    assert not read.problems
    assert not read.unknown_columns
    (_, found), *more = read.records
    assert not more
    return found


def asset(name, code):
    """Return the least that an asset with this choice has to say."""
    row = {"name": "Example Café", "asset_type": "lero" if name == "lero_type" else "community", name: code}
    return row | ({"location_precision": "hidden"} if row["asset_type"] == "domestic_abuse_refuge" else {})


@pytest.mark.parametrize("path", [GROUP_OF.get, str], ids=["as the form groups", "without groups"])
@pytest.mark.parametrize(("name", "code"), VALUES)
def test_every_choice_comes_back_from_kobo_as_itself(kobo, name, code, path):
    row = asset(name, code)
    found = one(kobo({path(key): value for key, value in row.items()} | KOBO))
    expected = Asset(**row, external_ids=f"kobo:{UUID}", recorded_on="2026-03-04")
    assert found == expected
    assert code in (found.model_dump()[name], *found.model_dump()[name])


@pytest.mark.parametrize("name", CHOICE_FIELDS)
def test_every_choice_comes_back_by_its_label_too(kobo, name):
    spec = Asset.specs()[name]
    label = {key: f"Heading/{spec.label}" for key, spec in Asset.specs().items()}
    for code in codelist(spec.codelist).values():
        for shown in (code.label, f"{code.label}. {code.definition}"):
            row = {label[key]: value for key, value in asset(name, code.code).items()} | {label[name]: shown}
            assert one(kobo(row | KOBO)) == one(kobo(asset(name, code.code) | KOBO))


@pytest.mark.parametrize("name", [name for name in CHOICE_FIELDS if Asset.specs()[name].kind is Kind.CHOICES])
@pytest.mark.parametrize("labels", [False, True])
@pytest.mark.parametrize("mode", ["both", "summary", "details"])
def test_several_choices_in_each_mode(kobo, name, labels, mode):
    spec = Asset.specs()[name]
    codes = list(codelist(spec.codelist).values())
    chosen = codes[::2]
    question = spec.label if labels else name
    row = {"page/name": "Example Café", "page/asset_type": "community"}
    if mode != "details":
        row[f"page/{question}"] = " ".join(code.label if labels else code.code for code in chosen)
    if mode != "summary":
        row |= {f"page/{question}/{c.label if labels else c.code}": "1" if c in chosen else "0" for c in codes}
    assert getattr(one(kobo(row | KOBO)), name) == tuple(code.code for code in chosen)


@pytest.mark.parametrize("separator", ["/", ".", ":", "|"])
def test_any_separator_of_groups_is_found(kobo, separator):
    row = {f"a{separator}b{separator}name": "Example Café", f"a{separator}asset_type": "lero"}
    row |= {f"a{separator}access/drop_in": "1", f"a{separator}phone": "01632 960001"}
    found = one(kobo(row | KOBO))
    assert (found.name, found.access, found.phone) == ("Example Café", ("drop_in",), "01632 960001")


def test_text_keeps_its_spaces_and_what_is_no_choice_is_said(kobo):
    row = {"g/name": "The big  café; and more", "g/asset_type": "lero", "g/access": "drop_in brand_new"}
    export = kobo(row | KOBO)
    assert dict(export.table.rows[0][1])["name"] == "The big  café; and more"
    (problem,) = read_rows(Asset, export.table.headers, export.table.rows).problems
    assert (problem.column, problem.value) == ("access", "drop_in; brand_new")


def test_a_hostile_answer_of_very_many_choices_is_read_in_no_time(kobo):
    for text in ("a " * 200_000, "- " * 200_000, "drop_in " * 100_000):
        export = kobo({"name": "A", "asset_type": "lero", "access": text.strip()} | KOBO)
        assert export.table.rows[0][1]["access"]


def test_a_choice_that_has_the_name_of_a_field_is_no_such_field(kobo):
    # "listing_shows" can be ticked for "name", and "name" is a field.
    row = {"g/name": "A", "g/asset_type": "lero", "g/listing_shows/name": "1", "g/listing_shows/contact": "0"}
    found = one(kobo(row | KOBO))
    assert (found.name, found.listing_shows) == ("A", ("name",))


POINT = {
    "components with their group": {"geo/_geopoint_latitude": "51.3", "geo/_geopoint_longitude": "-0.33"},
    "components without": {"_Point on the map_latitude": "51.3", "_Point on the map_longitude": "-0.33"},
    "one cell": {"geopoint": "51.3 -0.33 0 4.5"},
    "one cell, two numbers": {"geo/Where is it?": "51.3 -0.33"},
    "worked out by the form": {
        "page_place/latitude": "51.3",
        "page_place/longitude": "-0.33",
        "geopoint": "51.3 -0.33",
    },
    "all at once": {
        "geopoint": "51.3 -0.33 0 4.5",
        "geo/_geopoint_latitude": "51.3",
        "geo/_geopoint_longitude": "-0.33",
        "geo/_geopoint_altitude": "0",
        "geo/_geopoint_precision": "4.5",
        "page_place/latitude": "",
        "page_place/longitude": "",
    },
}


@pytest.mark.parametrize("point", POINT.values(), ids=POINT)
def test_a_point_in_every_dress(kobo, point):
    found = one(kobo({"name": "A", "asset_type": "lero"} | point | KOBO))
    assert (found.latitude, found.longitude) == (51.3, -0.33)


def test_a_submission_without_its_point_has_none(kobo):
    for empty in ("", "n/a"):
        found = one(kobo({"name": "A", "asset_type": "lero", "_p_latitude": empty, "_p_longitude": empty} | KOBO))
        assert (found.latitude, found.longitude) == (None, None)


def test_odk_central(odk):
    export = odk(
        {"SubmissionDate": "2026-03-04T09:12:44.123Z", "page_about-name": "A", "page_about-asset_type": "lero"}
        | {"page_about-rss_types": "peer_based housing", "page_about-rss_types/peer_based": "1", "deviceid": "x"}
        | {"page_about-status": "paused", "page_place-latitude": "", "page_place-longitude": "", "username": "Jane"}
        | {"page_place-geopoint-Latitude": "51.3", "page_place-geopoint-Longitude": "-0.33", "photo": ""}
        | {"page_place-geopoint-Altitude": "0", "page_place-geopoint-Accuracy": "4"}
        | ODK
    )
    found = one(export)
    assert export.dialect == "odk"
    assert found == Asset(
        name="A",
        asset_type="lero",
        rss_types="peer_based; housing",
        status="paused",
        latitude=51.3,
        longitude=-0.33,
        recorded_on="2026-03-04",
        external_ids=f"odk:uuid:{UUID}",
    )
    (remark,) = export.table.remarks
    assert (remark.value, remark.why) == ("asset-visits.csv", "holds repeated questions, which are not read.")


@pytest.mark.parametrize("mark", ["validation_status_{}", "{}"])
def test_only_what_was_approved(kobo, mark):
    states = [mark.format(word) for word in ("approved", "not_approved", "on_hold")] + ["Approved", "Not Approved", ""]
    rows = [{"name": "A", "asset_type": "lero"} | KOBO | {"_validation_status": state} for state in states]
    every, approved = kobo(*rows), kobo(*rows, only_approved=True)
    assert [number for number, _ in every.table.rows] == [2, 4, 5, 7]
    assert every.skipped == ((3, "It was rejected on the form server."), (6, "It was rejected on the form server."))
    assert [number for number, _ in approved.table.rows] == [2, 5]
    assert approved.skipped[1] == (4, "Nobody has approved it on the form server.")


def test_odk_rejected_is_left_out_and_approved_can_be_asked_for(odk):
    states = ["", "approved", "rejected", "hasIssues", "edited"]
    rows = [
        {"SubmissionDate": "", "name": "A", "asset_type": "lero"} | ODK | {"ReviewState": state} for state in states
    ]
    assert [number for number, _ in odk(*rows).skipped] == [4]
    assert [number for number, _ in odk(*rows, only_approved=True).table.rows] == [3]


def test_approval_is_never_taken_for_granted(kobo):
    row = {"name": "A", "asset_type": "lero"}
    without = {name: value for name, value in KOBO.items() if name != "_validation_status"}
    with pytest.raises(InputError, match="has no column _validation_status"):
        kobo(row | without, only_approved=True)
    with pytest.raises(InputError, match="is no export of KoboToolbox or ODK"):
        kobo(row, only_approved=True)


def test_who_was_logged_in_is_dropped_unless_asked_for(kobo, odk):
    staff = {"username": "jane.example", "page/deviceid": "jane.example", "start": "x", "page/end": "x", "today": "x"}
    row = {"name": "A", "asset_type": "lero", "recorded_by": ""} | staff
    assert "example" not in str(kobo(row | KOBO))
    assert "Example" not in str(odk({"SubmissionDate": ""} | row | ODK).table.rows)
    asked = one(kobo(row | KOBO | {"_submitted_by": "jane"}, with_submitter=True))
    assert (asked.recorded_by, asked.notes) == ("", "Submitted by jane.")
    account = {"SubmissionDate": "", "SubmitterName": "Jane Example"}
    assert (
        one(odk(row | {"notes": "Ring."} | ODK | account, with_submitter=True)).notes
        == "Ring. Submitted by Jane Example."
    )


def test_what_is_given_is_kept_and_the_ids_are_added(kobo):
    row = {"name": "A", "asset_type": "lero", "recorded_on": "2026-01-02", "external_ids": "cqc:1-2; x:3"}
    found = one(kobo(row | KOBO | {"meta/rootUuid": f"uuid:{ROOT}"}))
    assert found.recorded_on == dt.date(2026, 1, 2)
    # An edited submission has a new id of its own, and keeps the first.
    assert found.external_ids == ("cqc:1-2", "x:3", f"kobo:{UUID}", f"kobo:{ROOT}")


def test_an_id_that_would_be_several_is_not_taken(kobo):
    found = one(kobo({"name": "A", "asset_type": "lero"} | KOBO | {"_uuid": "a;cqc:1-2", "meta/rootUuid": ""}))
    assert found.external_ids == ()


def test_a_name_that_two_questions_have_is_refused_with_both_paths(kobo):
    row = {"about/name": "A", "worker/name": "B", "asset_type": "lero"}
    with pytest.raises(InputError, match=r"more than one column that can be 'name': about/name, worker/name"):
        kobo(row | KOBO)
    with pytest.raises(InputError, match=r"'access': a/access, b/access"):
        kobo({"name": "A", "a/access": "drop_in", "b/access/referral": "1"} | KOBO)
    with pytest.raises(InputError, match=r"asset\[1\]/name, asset\[2\]/name"):
        kobo({"asset[1]/name": "A", "asset[2]/name": "B"} | KOBO)
    with pytest.raises(InputError, match="a/_p, b/_p"):
        kobo({f"{group}/_p_{axis}": "" for group in "ab" for axis in ("latitude", "longitude")} | KOBO)
    with pytest.raises(InputError, match="2 columns that are points: p, q"):
        kobo({"p": "51 0", "q": "52 0"} | KOBO)


def test_legacy_blanks_and_unknown_columns(kobo):
    export = kobo({"name": "A", "asset_type": "lero", "notes": "n/a", "g/note": "", "g/colour": "blue"} | KOBO)
    assert export.table.headers[-1] == "g/colour"
    read = read_rows(Asset, export.table.headers, export.table.rows)
    assert read.unknown_columns == ("g/colour",)
    assert read.records[0][1].notes == ""


def test_other_records_are_read_by_their_own_fields(kobo):
    row = {"page_about/from_asset": "A", "page_about/to_asset": "B", "page_about/evidence": "declared"}
    found = one(kobo(row | KOBO, record=Referral), Referral)
    assert (found.from_asset, found.to_asset, found.evidence) == ("A", "B", "declared")
    row = {
        "area_code": "Surrey",
        "asset_type": "lero",
        "on": "2026-03-01",
        "groups_asked": "system_partner person_in_treatment",
    }
    export = kobo(row | KOBO, record=SurveyedArea, with_submitter=True)
    assert one(export, SurveyedArea).groups_asked == ("system_partner", "person_in_treatment")
    assert "jane" not in str(export)


@pytest.mark.parametrize(
    "headers",
    [("name", "asset_type", "_id"), ("name", "KEY"), ("Name", "Status", "SubmissionDate"), ("a/name", "notes")],
)
def test_any_other_table_stays_as_it_is(headers):
    table = RawTable("t.csv", headers, ((2, dict.fromkeys(headers, "x")),))
    export = read_form_export(table, Asset)
    assert export.table is table
    assert (export.dialect, export.skipped) == ("", ())


def test_a_workbook_of_kobo(tmp_path):
    book = Workbook()
    row = {"page_about/name": "A", "page_about/asset_type": "lero"} | KOBO
    row["_submission_time"] = dt.datetime(2026, 3, 4, 9, 12)
    book.active.append(list(row))
    book.active.append(list(row.values()))
    book.create_sheet("visits").append(["when", "_parent_index"])
    book.save(tmp_path / "t.xlsx")
    found = one(read_form_export(read_table(tmp_path / "t.xlsx"), Asset))
    assert (found.name, found.recorded_on) == ("A", dt.date(2026, 3, 4))


def test_masked_cells_keep_their_place():
    headers = ("g/address", "_uuid", "_validation_status")
    rows = tuple((n, dict(zip(headers, (None, "u", s), strict=True))) for n, s in ((2, ""), (3, "Not Approved")))
    table = RawTable("t.csv", headers, rows, masked=((2, "g/address"), (3, "g/address")))
    assert read_form_export(table, Asset).table.masked == ((2, "address"),)


HEADERS = st.one_of(
    st.sampled_from([*Asset.specs(), *GROUP_OF.values(), *KOBO, *ODK, "a/access/drop_in", "_p_latitude", "p-Latitude"]),
    st.text("a/_-.:|>latiudeKEY", min_size=1, max_size=12),
)


@given(st.dictionaries(HEADERS, st.text(max_size=20), max_size=12), st.sampled_from([Asset, Referral]))
@settings(at_least(60), deadline=None)
def test_no_headers_crash_the_reader(row, record: type[Record]):
    for server in (KOBO, ODK | {"SubmissionDate": ""}):
        table = RawTable("t.csv", (*row, *server), ((2, server | row),))
        try:
            export = read_form_export(table, record)
        except InputError as refused:
            assert "more than one column" in str(refused) or "are points" in str(refused)
        else:
            read_rows(record, export.table.headers, export.table.rows)
