"""The CSV and Excel templates: right as they stand, with help and drop-downs, and never over a filled-in form."""

import csv
import io

import pytest
from openpyxl import load_workbook

from rosc_map.errors import FileProblem, InputError
from rosc_map.exchange import example_row, read_table, write_template
from rosc_map.exchange.data_dictionary import record_types
from rosc_map.exchange.questions import asked_when, groups
from rosc_map.records import (
    Answer,
    Asset,
    Attempt,
    Kind,
    Question,
    Referral,
    Round,
    SurveyedArea,
    codelist,
    format_cell,
    read_rows,
)

# The program draws a round and writes its sheets itself: nobody types these, and some have no example.
DRAWN = {Round, Question, Attempt, Answer}
TYPED = [record for record in record_types() if record not in DRAWN]
ALL = pytest.mark.parametrize("record", record_types(), ids=lambda record: record.__name__)


@pytest.mark.parametrize("record", TYPED, ids=lambda record: record.__name__)
@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_the_example_row_reads_as_one_record_without_a_problem(tmp_path, record, ending):
    table = read_table(write_template(tmp_path / f"t{ending}", record))
    read = read_rows(record, table.headers, table.rows)
    assert table.headers == tuple(record.specs())
    assert (len(read.records), read.problems, read.unknown_columns) == (1, (), ())
    specs = record.specs()
    typed = {name: format_cell(specs[name], getattr(read.records[0][1], name)) for name in specs}
    assert typed | {name: value for name, value in example_row(record).items() if value} == typed


def test_the_example_contradicts_itself_nowhere():
    row = example_row(Asset)
    assert row["postcode"] and not row["latitude"] and not row["longitude"]
    assert (row["asset_type"], row["lero_type"], row["community_group"]) == ("lero", "constituted_group", "")
    # Left standing in somebody's own row, these would say what nobody has said.
    assert not [
        row[name] for name in ("listing", "verified_on", "external_ids", "organisation_number", "sources") if row[name]
    ]
    assert not row["id"], "or every asset that is written over the example would have the same id"
    assert [name for name, value in example_row(Referral).items() if not value] == ["result", "count", "period"]


@ALL
def test_what_is_asked_after_an_answer_follows_a_question_with_that_answer(record):
    specs = record.specs()
    order = [name for group in groups(record) for name in group.fields]
    assert sorted([*order, *({"id"} & set(specs))]) == sorted(specs)
    for name in specs:
        before, answer = asked_when(record, name) or (None, "")
        if before:
            assert order.index(before) < order.index(name)
            assert not answer or answer in codelist(specs[before].codelist)


def test_all_conditions_on_an_asset_hold_for_fields_that_it_has():
    found = {name for name in Asset.specs() if asked_when(Asset, name)}
    assert found == {"lero_type", "community_group", "listing_shows", "latitude", "longitude"}
    assert "more" not in {group.name for group in groups(Asset)}, "each field of an asset has its place"


def test_the_csv_is_utf8_with_its_mark_and_runs_nothing(tmp_path):
    data = write_template(tmp_path / "T.CSV").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    header, example = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    assert header == list(Asset.specs())
    assert "Example Recovery Café" in example
    assert not [cell for cell in example if cell[:1] in tuple("=+-@\t")]


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx", "t.xlsform.xlsx"])
def test_a_file_that_is_there_is_never_written_over(tmp_path, name):
    path = tmp_path / name
    path.write_text("filled in")
    with pytest.raises(FileProblem, match="is there already, and may hold what somebody filled in"):
        write_template(path)
    assert path.read_text() == "filled in"
    link = tmp_path / f"link-{name}"
    link.symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileProblem, match="is there already"):
        write_template(link)


@pytest.mark.parametrize("name", ["t.xls", "t", "t.html", "csv", "t.csv.zip"])
def test_another_ending_is_refused(tmp_path, name):
    with pytest.raises(InputError, match=r"choose a name that ends in \.csv, \.xlsx, or \.xlsform\.xlsx"):
        write_template(tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return load_workbook(write_template(tmp_path_factory.mktemp("x") / "t.xlsx"))


def columns(book):
    """Each field with its column: the header cell, the cell under it, and the checks on it."""
    sheet = book.worksheets[0]
    for cell in sheet[1]:
        letter = cell.column_letter
        checks = [check for check in sheet.data_validations.dataValidation if f"{letter}2" in check.sqref]
        yield cell.value, cell, sheet[f"{letter}2"], checks


def test_each_column_has_its_name_its_help_and_2000_rows_of_it(book):
    specs = Asset.specs()
    assert [cell.value for cell in book.worksheets[0][1]] == list(specs)
    assert book.worksheets[0].freeze_panes == "A2"
    for name, header, example, checks in columns(book):
        (check,) = checks
        assert str(check.sqref) == f"{header.column_letter}2:{header.column_letter}2001"
        assert check.showInputMessage and check.promptTitle and len(check.promptTitle) <= 32
        assert check.prompt.startswith(specs[name].label) and len(check.prompt) <= 255
        assert header.font.b and specs[name].label in header.comment.text and specs[name].hint in header.comment.text
        assert example.font.i and ("Must be filled in" in header.comment.text) == specs[name].required


def test_single_choices_and_yes_no_stop_what_is_not_in_their_list(book):
    specs = Asset.specs()
    for name, _, _, ((check),) in columns(book):
        if specs[name].kind is Kind.CHOICE:
            sheet, place = check.formula1.split("!")
            first, last = place.replace("$", "").replace("B", "").split(":")
            listed = [book[sheet][f"B{row}"].value for row in range(int(first), int(last) + 1)]
            assert listed == list(codelist(specs[name].codelist))
        elif specs[name].kind is Kind.YES_NO:
            assert check.formula1 == '"yes,no"'
        else:
            assert check.type in (None, "none"), f"{name} takes what no list can hold"
            continue
        assert (check.type, check.errorStyle, check.showErrorMessage) == ("list", "stop", True)


def test_the_codes_of_several_choices_stand_in_the_help_or_on_the_sheet(book):
    prompts = {name: checks[0].prompt for name, _, _, checks in columns(book)}
    assert prompts["sources"].endswith(" … see the sheet Codelists")
    assert "Seen by: partner organisations and coordinators." in prompts["sources"]
    assert all(code in prompts["accessibility"] for code in codelist("accessibility"))


def test_a_telephone_number_is_text_and_a_day_is_a_day(book):
    sheet = book.worksheets[0]
    found = {name: (sheet.column_dimensions[head.column_letter], cell) for name, head, cell, _ in columns(book)}
    column, cell = found["phone"]
    assert (column.number_format, cell.number_format, cell.value) == ("@", "@", "01632 960001")
    column, cell = found["recorded_on"]
    assert (column.number_format, cell.number_format) == ("yyyy-mm-dd", "yyyy-mm-dd")


def test_only_what_is_to_be_filled_in_is_open(book):
    sheet = book.worksheets[0]
    for _, head, cell, _ in columns(book):
        assert head.protection.locked
        assert not cell.protection.locked
        assert not sheet.column_dimensions[head.column_letter].protection.locked
    guard = sheet.protection
    assert guard.sheet and guard.password is None
    # openpyxl and Excel say what is kept from people: False is allowed.
    assert not any((guard.formatColumns, guard.insertRows, guard.deleteRows, guard.sort))
    assert guard.insertColumns and guard.deleteColumns
    assert book.security.lockStructure and not book.security.workbookPassword


def test_the_other_sheets_say_what_the_codes_are_and_how_to_fill_it_in(book):
    assert book.sheetnames == ["Asset", "Codelists", "How to"]
    rows = list(book["Codelists"].iter_rows(values_only=True))
    assert rows[0] == ("list", "code", "label", "definition")
    lists = {spec.codelist for spec in Asset.specs().values()} - {""}
    assert {row[:2] for row in rows[1:]} == {(name, code) for name in lists for code in codelist(name)}
    words = " ".join(str(row[0]) for row in book["How to"].iter_rows(values_only=True))
    assert "must be filled in: name, asset_type." in words and "Row 2 is an example" in words


def test_a_workbook_of_another_record_is_named_after_it(tmp_path):
    book = load_workbook(write_template(tmp_path / "t.xlsx", SurveyedArea))
    assert book.sheetnames[0] == "Surveyed area"


def test_a_row_beyond_the_example_reads_with_its_zero(tmp_path):
    path = write_template(tmp_path / "t.xlsx")
    book = load_workbook(path)
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    for name, value in {"name": "Second", "asset_type": "mutual_aid", "phone": "01632960002"}.items():
        sheet.cell(3, header.index(name) + 1, value)
    book.save(path)
    table = read_table(path)
    (_, _), (row, asset) = read_rows(Asset, table.headers, table.rows).records
    assert (row, asset.name, asset.phone) == (3, "Second", "01632960002")
