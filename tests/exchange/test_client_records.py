"""Files about single people are refused unread; tables of counts, and our own, are not."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from rosc_map import examples
from rosc_map.errors import InputError
from rosc_map.exchange import may_be_repeated, read_table, write_mapping_template, write_template
from rosc_map.exchange.client_records import refuse_client_records
from rosc_map.exchange.data_dictionary import record_types

NDTMS = ("FINITIAL", "SINITIAL", "DOB", "SEX", "ETHNIC", "REFLD", "AGNCY", "CLIENTID", "EPISODID", "TRIAGED", "RFLS")
CLIENT = ("J", "S", "01/02/1980", "2", "A", "03/04/2025", "A101", "4711", "815", "05/04/2025", "12")


def refused(tmp_path, rows, name="clients.csv"):
    path = tmp_path / name
    if name.endswith(".xlsx"):
        book = Workbook()
        for row in rows:
            book.active.append(list(row))
        book.save(path)
    else:
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    with pytest.raises(InputError) as caught:
        read_table(path)
    return str(caught.value)


@pytest.mark.parametrize("name", ["clients.csv", "clients.xlsx"])
@pytest.mark.parametrize("above", [[], [("Quarter 1",)], [("Quarter 1", "", "2025")] * 15])
def test_an_export_of_clients_is_refused_without_a_cell_of_it(tmp_path, name, above):
    said = refused(tmp_path, [*above, NDTMS, CLIENT], name)
    assert said.startswith(f"{name} holds records about single people (columns FINITIAL, SINITIAL, DOB")
    assert "Nothing was read or kept" in said
    assert not [cell for cell in CLIENT if len(cell) > 2 and cell in said]


@pytest.mark.parametrize(
    "heading",
    [
        *("FINITIAL", "f_initial", "DOB", "D.O.B.", "Date of birth", "Client's date of birth", "ClientID"),
        *("Client ID", "client ref", "Client Reference", "Client no.", "client number", "EPISODID", "Episode ID"),
        *(
            "NHS number",
            "NHS No",
            "Patient ID",
            "Service user ID",
            "Person ID",
            "MPI",
            "Hashed ID",
            "hashed_nhs_number",
        ),
        *("Pseudonymised ID", "Client name", "Patient surname"),
    ],
)
def test_one_strong_heading_is_enough(tmp_path, heading):
    assert heading in refused(tmp_path, [("Agency", heading, "Count"), ("A", "B", "3")])


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("about/dob", "dob"),
        ("2. DOB", "DOB"),
        ("DOB (01/02/1980)", "DOB"),
        ("Date of birth of Jane Quagga", "date of birth"),
        ("NHS number 943 476 5919", "NHS number"),
    ],
)
def test_of_a_heading_only_what_gives_it_away_is_said(tmp_path, heading, said):
    assert f"(columns {said})" in refused(tmp_path, [("Agency", heading, "Count"), ("A", "B", "3")])


def test_a_text_below_the_headings_may_speak_of_them():
    refuse_client_records("t.csv", [["name", "description"], ["Hope House", "We ask for your date of birth"]])


def test_answers_of_a_linkage_round_are_no_exception(made_up, tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("source,target,level,client id\na,b,1,4711\n")
    with pytest.raises(InputError, match=r"single people \(columns client id\)"):
        made_up.record("R1", path)


def test_three_weak_headings_are_enough_and_two_are_a_table_of_counts(tmp_path):
    assert "MODAL, DISRSN, RFLS" in refused(tmp_path, [("MODAL", "DISRSN", "RFLS"), ("1", "2", "3")])
    path = tmp_path / "counts.csv"
    path.write_text("AGNCY,RFLS,count\nA101,Peer-led,12\n")
    assert len(read_table(path).rows) == 1


def test_words_that_look_a_little_like_it_are_no_heading_of_a_client():
    names = (
        "Number of clients",
        "Clients",
        "Dobson House",
        "NHS trust",
        "id",
        "External identifiers",
        "Person in charge",
    )
    refuse_client_records("t.csv", [names, ("Hope House", "sex workers' outreach", "age 18 and over", "drug1 project")])


@pytest.mark.parametrize("record", record_types(), ids=lambda record: record.__name__)
def test_our_own_templates_are_read(tmp_path, record):
    for ending in (".csv", ".xlsx"):
        assert read_table(write_template(tmp_path / f"t{ending}", record)).headers


def test_our_own_examples_exports_and_mapping_are_read(tmp_path, made_up):
    for path in (examples.assets_path(), examples.referrals_path(), examples.surveys_path()):
        assert read_table(path).rows
    assert read_table(write_mapping_template(tmp_path / "mapping.csv")).rows
    for record in ("assets", "referrals", "surveys"):
        assert read_table(made_up.export(tmp_path / f"{record}.csv", audience="internal", record=record)).rows


@pytest.mark.parametrize("record", ["assets", "referrals", "funding", "lists"])
def test_every_import_refuses_them_and_keeps_nothing(empty, tmp_path, record):
    path = tmp_path / "clients.csv"
    path.write_text("name,asset_type,NHS number\nJane Quagga,lero,943 476 5919\n")
    with pytest.raises(InputError, match=r"single people \(columns NHS number\)"):
        empty.import_(path, record)
    with pytest.raises(InputError, match="single people"):
        empty.import_(path, "referrals", layout="counts", mapping=path)
    assert empty.snapshot().assets.empty
    assert b"Quagga" not in empty.path.read_bytes()


def test_a_table_of_people_without_headings_is_not_repeated(empty, tmp_path):
    path = tmp_path / "rows.csv"
    for rows in ("Jane,Quagga,01/02/1980\nJo,Zebra,02/03/1981\n", "J,Q,19800201,TS1 2PA\n", "Q,Q,1980-02-01\n"):
        path.write_text(rows)
        with pytest.raises(InputError) as caught:
            empty.import_(path)
        assert not [cell for cell in ("Jane", "Quagga", "1980", "TS1", "'Q'") if cell in str(caught.value)]
    path.write_text("Jane,1,02/03/1981\nJo,2,3,Zebra\n")
    with pytest.raises(InputError, match="more cells than there are headers") as caught:
        empty.import_(path)
    assert "Zebra" not in str(caught.value)


def test_which_first_rows_may_be_shown():
    assert may_be_repeated(["name", "postcode", "", "2025-26"])
    assert not may_be_repeated(["Jane", "Quagga", "1980-02-01 00:00:00"])
    assert not may_be_repeated(["12", "7", "name"])


@given(st.lists(st.lists(st.text(max_size=40), max_size=6), max_size=5), st.sampled_from(["DOB", "nhs_number"]))
def test_whatever_stands_beside_it_the_heading_is_found_and_alone_is_said(rows, heading):
    with pytest.raises(InputError, match=heading):
        refuse_client_records("t.csv", [[heading, "Agency"], *rows])


@given(st.lists(st.lists(st.one_of(st.none(), st.text(), st.integers(), st.dates()), max_size=6), max_size=5))
def test_no_table_breaks_it(rows):
    try:
        refuse_client_records("t.csv", rows)
    except InputError as error:
        assert "single people" in str(error)


def test_a_long_first_row_is_quick():
    refuse_client_records("t.csv", [["client id" * 100_000, "(" * 1_000_000, "1" * 1_000_000]])
    assert not may_be_repeated(["1" * 1_000_000])
