"""One schema, many faces: a field added to a record is on every one of them, and no other line was written for it."""

import datetime as dt
import re

import pytest
from openpyxl import load_workbook
from pyxform.xls2xform import convert

from rosc_map.exchange import example_row, read_table, write_template
from rosc_map.exchange.data_dictionary import data_dictionary
from rosc_map.records import Asset, Audience, Kind, codelist, read_rows
from rosc_map.records.fields import field
from rosc_map.show import paper_form


class Grown(Asset):
    """An asset with one field more of each kind."""

    new_text: str = field(Kind.TEXT, "A new text", "Short hint.", example="A word", longest=30)
    new_long: str = field(Kind.LONG_TEXT, "A new long text", "Say more.", example="Some words.")
    new_list: tuple[str, ...] = field(Kind.LIST, "A new list", "Several.", example="One; Two")
    new_choice: str = field(
        Kind.CHOICE,
        "A new choice",
        "Which?",
        example="online",
        codelist="attendance",
        required=True,
        audience=Audience.INTERNAL,
    )
    new_choices: tuple[str, ...] = field(
        Kind.CHOICES, "New choices", "Which ones?", example="faith; family", codelist="community_group"
    )
    new_number: float | None = field(Kind.NUMBER, "A new number", "How many?", example="3", low=1, high=2.5e6)
    new_date: dt.date | None = field(Kind.DATE, "A new day", "When?", example="2026-03-01")
    new_yes_no: bool | None = field(Kind.YES_NO, "A new yes or no", "Is it?", example="yes")
    new_place: str = field(Kind.PLACE, "A new place", "Its postcode.", example="TS1 2PA")
    new_sessions: str = field(Kind.SESSIONS, "New times", "When is it on?", example="Mon 19:00-20:30")


NEW = {name: spec for name, spec in Grown.specs().items() if name.startswith("new_")}


def test_there_is_one_of_each_kind():
    assert [spec.kind for spec in NEW.values()] == list(dict.fromkeys(spec.kind for spec in NEW.values()))
    assert {spec.kind for spec in NEW.values()} == set(Kind)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_the_tables_have_a_column_for_it_and_its_example_reads(tmp_path, ending):
    table = read_table(write_template(tmp_path / f"t{ending}", Grown))
    assert table.headers == (*Asset.specs(), *NEW)
    ((_, record),) = read_rows(Grown, table.headers, table.rows).records
    assert record.new_choices == ("faith", "family")
    assert (record.new_number, record.new_date, record.new_yes_no) == (3.0, dt.date(2026, 3, 1), True)
    assert {name: spec.example for name, spec in NEW.items()}.items() <= example_row(Grown).items()


def test_the_workbook_has_a_drop_down_for_its_codes(tmp_path):
    book = load_workbook(write_template(tmp_path / "t.xlsx", Grown))
    sheet = book.worksheets[0]
    column = {cell.value: cell.column_letter for cell in sheet[1]}
    checks = {str(check.sqref): check for check in sheet.data_validations.dataValidation}
    check = checks[f"{column['new_choice']}2:{column['new_choice']}2001"]
    first, last = re.fullmatch(r"Codelists!\$B\$(\d+):\$B\$(\d+)", check.formula1).groups()
    codes = [book["Codelists"][f"B{row}"].value for row in range(int(first), int(last) + 1)]
    assert codes == list(codelist("attendance"))
    assert checks[f"{column['new_yes_no']}2:{column['new_yes_no']}2001"].formula1 == '"yes,no"'
    assert "New choices. Which ones?" in checks[f"{column['new_choices']}2:{column['new_choices']}2001"].prompt


def test_the_form_for_a_phone_asks_for_it_under_more(tmp_path):
    result = convert(str(write_template(tmp_path / "t.xlsform.xlsx", Grown)), validate=False)
    assert result.warnings == []
    types = dict(re.findall(r'<bind nodeset="/data/page_more/(\w+)" type="(\w+)"', result.xform))
    assert list(types) == list(NEW)
    assert (types["new_number"], types["new_date"], types["new_choice"]) == ("decimal", "date", "string")
    for name, spec in NEW.items():
        assert re.search(rf'ref="/data/page_more/{name}"[^>]*><label>{spec.label}</label>', result.xform)
    assert 'select1 ref="/data/page_more/new_choice"' in result.xform
    assert 'select ref="/data/page_more/new_choices"' in result.xform
    assert "instance('attendance')/root/item" in result.xform


def test_the_paper_form_has_room_for_it():
    page = paper_form(Grown)
    more = page[page.index(">More</h2>") : page.index(">Who told us, and who wrote it down</h2>")]
    for spec in NEW.values():
        assert f"<h3>{spec.label}" in more and spec.hint in more
    assert "<li>By telephone</li>" in more
    assert "must be answered" in more and "For coordinators only." in more


def test_the_data_dictionary_says_what_it_is():
    page = data_dictionary([Grown])
    for name, spec in NEW.items():
        assert f"| `{name}` | {spec.label} | " in page
    row = "| `new_choice` | A new choice | one code | yes | coordinators only | Which? | online | "
    assert f"{row}[attendance](#attendance) |\n" in page
    assert "number, at least 1, at most 2,500,000" in page
