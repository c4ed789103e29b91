"""Files about single people are refused unread; tables of counts, and our own, are not."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from often import at_least
from rosc_map import examples
from rosc_map.errors import InputError, UnknownName
from rosc_map.exchange import read_table, write_mapping_template, write_template
from rosc_map.exchange.client_records import columns_found, may_be_repeated, refuse_client_records, tells_of_person
from rosc_map.exchange.data_dictionary import record_types
from rosc_map.exchange.geocoding import geocode

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
        *("Pseudonymised ID", "Client name", "Patient surname", "Name of client", "Client code", "SU ID"),
        *("DOB dd/mm/yyyy", "DOB: dd/mm/yy", "DOB - dd/mm/yyyy", "DOB1", "National insurance number", "NINO"),
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
        ("ＤＯＢ", "DOB"),
        ("DOB of Jane Quagga", "DOB"),
        ("DOB 01 Feb 1980", "DOB"),
        ("DOB01021980", "DOB"),
        ("Client ID/ref", "Client ID"),
        ("Client ID, name", "Client ID"),
        ("Client name/alias", "Client name"),
        ("Date of birth dd/mm/yyyy", "date of birth"),
        (f"{'Please tell us of whom it is, ' * 5}and what the date of birth of Jane Quagga is", "date of birth"),
    ],
)
def test_of_a_heading_only_what_gives_it_away_is_said(tmp_path, heading, said):
    assert f"(columns {said})" in refused(tmp_path, [("Agency", heading, "Count"), ("A", "B", "3")])


def test_a_text_below_the_headings_may_speak_of_them():
    said = (
        *("We ask for your date of birth", "Bring: NHS number, date of birth", "No DOB asked", "Client ID, DOB"),
        f"Date of birth{' and so on' * 10}",
    )
    for text in said:
        refuse_client_records("t.csv", [["name", "description", "on"], ["Hope House", text, "2026-01-02"]])
        refuse_client_records("t.csv", [["Our list"], ["name", "description"], ["Hope House", "café"], ["Abbey", text]])
    refuse_client_records("t.csv", [["name", "item", "count"], ["Hope House", "Client ID", "12"]])
    refuse_client_records("t.csv", [["a", "b", "c", "count"], ["initials", "sex", "modal", "12"]])


@pytest.mark.parametrize("cell", ["2025", "2025-26", "Q", "TS1 2PA", "01/04/2025", "x" * 81])
@pytest.mark.parametrize("titles", [[["Extract"]], [["Extract", *"abcdefg"]], [["a"] * 8] * 10])
def test_no_cell_beside_strong_headings_hides_them(cell, titles):
    for headings in (["FINITIAL", "DOB", "AGNCY"], ["Agency", "Client ID", "SEX"]):
        with pytest.raises(InputError, match="single people") as caught:
            refuse_client_records("t.csv", [*titles, [*headings, cell], ["J", "01/02/1980", "A101", "x"]])
        assert cell not in str(caught.value) or len(cell) == 1


@pytest.mark.parametrize(
    "heading", ["Client ID", "Date of birth dd/mm/yyyy", "Client's date of birth", "Client ID/ref"]
)
def test_below_a_narrower_title_one_strong_heading_is_enough(heading):
    with pytest.raises(InputError, match="single people"):
        refuse_client_records("t.csv", [["Extract of", "2025"], ["Agency", heading, "2025-26"], ["A", "4711", "1"]])


def test_below_a_title_of_the_same_width_too_where_no_cell_looks_like_a_value():
    for headings in (["Agency", "Date of birth dd/mm/yyyy"], ["Agency", "DOB dd/mm/yyyy"]):
        with pytest.raises(InputError, match="single people"):
            refuse_client_records("t.csv", [["Extract", "of 2025"], headings])


def test_what_people_are_counted_by_is_no_client_record_alone():
    counted = ["Area", "Sex", "Age", "Ethnicity", "Religion", "Sexual orientation", "Number"]
    refuse_client_records("t.csv", [counted, ["Guildford", "M", "18-24", "A", "B", "C", "7"]])
    for other in ("DISRSN", "Initials"):
        with pytest.raises(InputError, match="If it is a table of counts: rename these columns"):
            refuse_client_records("t.csv", [["Sex", "Age", other, "Number"]])


@pytest.mark.parametrize(
    "headings",
    [["DISD", "DISRSN", "CNSD"], ["First Name", "Last Name", "Phone"], ["Forename(s)", "Surname(s)", "Address"]],
)
def test_three_weak_headings_that_are_people_together(headings):
    with pytest.raises(InputError, match=headings[0].split("(")[0]):
        refuse_client_records("t.csv", [headings])


@pytest.mark.parametrize("whose", ["Organisation", "name", "Name of the service"])
def test_a_list_of_whom_to_ring_where_is_no_list_of_clients(whose):
    refuse_client_records("t.csv", [[whose, "First Name", "Last Name", "Phone", "Email", "Postcode"]])


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
        empty.import_(path, "referrals", from_format="counts", mapping=path)
    assert empty.snapshot().assets.empty
    assert b"Quagga" not in empty.path.read_bytes()


def test_a_table_of_people_without_headings_is_not_repeated(empty, tmp_path):
    path = tmp_path / "rows.csv"
    for rows in ("Jane,Quagga,01/02/1980\nJo,Zebra,02/03/1981\n", "J,Q,19800201,TS1 2PA\n", "Q,Q,1980-02-01\n"):
        path.write_text(rows)
        with pytest.raises(InputError) as caught:
            empty.import_(path)
        assert not [cell for cell in ("Jane", "Quagga", "1980", "TS1", "'Q'") if cell in str(caught.value)]
    path.write_text("Jane Quagga,Guildford,treatment\nJo Zebra,Woking,treatment\n")
    for options in ({}, {"record": "referrals"}, {"record": "lists"}):
        with pytest.raises(InputError, match="Columns found: treatment, and 2 with other headings") as caught:
            empty.import_(path, **options)
        assert "Quagga" not in str(caught.value)
    for text in ("Jane,1,02/03/1981\nJo,2,3,Zebra\n", "Extract\nJo,Zebra,02/03/1981\n", 'Ex,"t"\nJo,Quagga,Zebra\n'):
        path.write_text(text)
        for read in (lambda: empty.import_(path), lambda: geocode(path, tmp_path / "o.csv", column="Ex")):
            with pytest.raises(
                InputError, match=r"more cells than there are headers, the first .* in column \d"
            ) as caught:
                read()
            assert not [cell for cell in ("Zebra", "1981", "Jo") if cell in str(caught.value)]


def test_a_table_to_be_geocoded_is_looked_at_below_its_titles_and_not_repeated(tmp_path):
    path, out = tmp_path / "clients.csv", tmp_path / "out.csv"
    for quote in ("", '"'):
        path.write_text(f"{quote}Extract{quote},a,b\n\nDOB,postcode,CLIENTID\n01/02/1980,TS1 2PA,4711\n")
        with pytest.raises(InputError, match=r"single people \(columns DOB, CLIENTID\)"):
            geocode(path, out)
    path.write_text("Jane Quagga,Guildford,2\nJo Zebra,Woking,3\n")
    with pytest.raises(InputError, match="Say with --column which one it is. The first row has 3 cells") as caught:
        geocode(path, out)
    assert "Quagga" not in str(caught.value)
    assert not out.exists()


def test_a_name_that_nobody_knows_is_not_repeated_if_it_tells_of_a_person(empty):
    for text in (
        "Jane Quagga 01/02/1980",
        "Jane Quagga b. 1 Feb 80",
        "Quagga 943 476 5919",
        f"{'x ' * 300}Quagga 4711471",
    ):
        with pytest.raises(UnknownName, match=r"^The name \(not repeated here\) is not a recorded asset") as caught:
            empty.asset(text)
        assert "Quagga" not in str(caught.value)
    for text in ("Hope House, 12 High Street", "Recovery 2025-26", "589ffe2c-f552-5f6a-af8d-2a9123456789", "24/7 line"):
        assert not tells_of_person(text)
        with pytest.raises(UnknownName, match=text):
            empty.asset(text)


def test_columns_found_are_told_where_they_are_headings_and_else_counted():
    assert columns_found(["name", "Post code", ""]) == "Columns found: name, Post code."
    assert columns_found(["Name of the service", "Jane Quagga", "J"]) == (
        "Columns found: Name of the service, and 2 with other headings."
    )
    assert columns_found(["Jane Quagga"]) == "The first row has 1 cell, and no usual heading."


def test_which_first_rows_may_be_shown():
    assert may_be_repeated(["name", "postcode", "", "2025-26"])
    assert not may_be_repeated(["Jane", "Quagga", "1980-02-01 00:00:00"])
    assert not may_be_repeated(["12", "7", "name"])


@at_least(60)
@given(st.lists(st.lists(st.text(max_size=40), max_size=6), max_size=5), st.sampled_from(["DOB", "nhs_number"]))
def test_whatever_stands_beside_it_the_heading_is_found_and_alone_is_said(rows, heading):
    with pytest.raises(InputError, match=heading):
        refuse_client_records("t.csv", [[heading, "Agency"], *rows])


@at_least(60)
@given(st.lists(st.lists(st.one_of(st.none(), st.text(), st.integers(), st.dates()), max_size=6), max_size=5))
def test_no_table_breaks_it(rows):
    try:
        refuse_client_records("t.csv", rows)
    except InputError as error:
        assert "single people" in str(error)


def test_a_long_first_row_is_quick():
    refuse_client_records("t.csv", [["client id" * 100_000, "(" * 1_000_000, "1" * 1_000_000]])
    assert not may_be_repeated(["1" * 1_000_000])
