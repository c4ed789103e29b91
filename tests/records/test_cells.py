"""Cells: what a volunteer types is read as meant, or refused with words that help."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.records import (
    Asset,
    CellError,
    FieldSpec,
    Kind,
    Record,
    Referral,
    SurveyedArea,
    codelist,
    codelist_names,
    format_cell,
    format_sessions,
    parse_cell,
    parse_sessions,
)

TYPE = Asset.specs()["asset_type"]
DATE = FieldSpec(Kind.DATE, "Date")


@pytest.mark.parametrize("typed", ["lero", "LERO", " Lero ", "Lived experience recovery organisation (LERO)"])
def test_choice_takes_code_or_label_in_any_case(typed):
    assert parse_cell(TYPE, typed) == "lero"


def test_choice_refuses_with_a_near_word():
    with pytest.raises(CellError, match="Did you mean Alcohol and drug treatment\\?"):
        parse_cell(TYPE, "treatmnt")


@pytest.mark.parametrize(
    "typed", ["2026-03-01", "01/03/2026", "1 March 2026", "2026-03-01 00:00:00", dt.datetime(2026, 3, 1)]
)
def test_dates_as_people_and_spreadsheets_write_them(typed):
    assert parse_cell(DATE, typed) == dt.date(2026, 3, 1)


def test_a_day_that_does_not_exist_is_refused():
    with pytest.raises(CellError, match="is not a date"):
        parse_cell(DATE, "31/02/2026")


@pytest.mark.parametrize("typed", ["", " ", None, "n/a", "NULL", "-"])
def test_unknown_is_empty(typed):
    assert parse_cell(Asset.specs()["description"], typed) == ""
    assert parse_cell(Asset.specs()["rss_types"], typed) == ()
    assert parse_cell(Asset.specs()["latitude"], typed) is None


def test_missing_name_says_what_to_do():
    with pytest.raises(CellError, match="What is it called"):
        parse_cell(Asset.specs()["name"], "")


def test_control_characters_and_what_no_file_holds_are_left_out():
    typed = "a\x00b\x1bc\x7fd\x85e\x9bf\ufffeg\uffffh\ud800i\udc00j"
    assert parse_cell(Asset.specs()["name"], typed) == "abcdefghij"
    # A control between a letter and its accent does not keep them apart.
    assert parse_cell(Asset.specs()["name"], "Cafe\x80\u0301") == "Caf\u00e9"


def test_a_number_from_a_spreadsheet_is_text_where_text_is_meant():
    assert parse_cell(Asset.specs()["phone"], 1642000000.0) == "1642000000"


@pytest.mark.parametrize("typed", ["nan", "inf", "1e999", "twelve"])
def test_numbers_that_are_none(typed):
    spec = Asset.specs()["latitude"]
    if typed == "nan":
        assert parse_cell(spec, typed) is None
    else:
        with pytest.raises(CellError, match="is not a number"):
            parse_cell(spec, typed)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Mon 19:00-20:30; 1st Tue 18:00-19:00", "Mon 19:00-20:30; 1st Tue 18:00-19:00"),
        ("mondays 7pm - 8.30pm", "Mon 19:00-20:30"),
        ("weekdays 9am to 5pm", "; ".join(f"{day} 09:00-17:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri"))),
        ("last thurs 12pm-1pm", "last Thu 12:00-13:00"),
        ("alternate Saturdays 10:00-12:00", "alternate Sat 10:00-12:00"),
        ("Mon 7-9pm", "Mon 19:00-21:00"),
        ("Weds 10-2pm", "Wed 10:00-14:00"),
    ],
)
def test_sessions(typed, read):
    assert format_sessions(parse_sessions(typed)) == read


@pytest.mark.parametrize(
    "typed", ["Mon 7-9", "Mon 10-2", "Mon 20:00-19:00", "Mon 25:00-26:00", "someday 1pm-2pm", "Mon", "Mon 13pm-2pm"]
)
def test_sessions_that_cannot_be_read_say_how_to_write_them(typed):
    with pytest.raises(CellError, match="Write it like this: Mon 19:00-20:30"):
        parse_cell(Asset.specs()["sessions"], typed)


ALL_SPECS = [spec for record in (Asset, Referral, SurveyedArea) for spec in record.specs().values()]


@at_least(100)
@given(st.sampled_from(ALL_SPECS), st.text(max_size=80))
def test_no_text_crashes_a_reader_and_what_is_read_is_read_back_the_same(spec, typed):
    try:
        value = parse_cell(spec, typed)
    except CellError as refused:
        assert refused.why
        assert refused.what_to_do
        return
    assert parse_cell(spec, format_cell(spec, value)) == value if value != spec.empty else True


def test_every_codelist_has_definitions_and_every_choice_has_a_codelist():
    for name in codelist_names():
        assert all(code.label and code.definition and code.source for code in codelist(name).values()), name
    for record in Record.__subclasses__():
        for field, spec in record.specs().items():
            assert (spec.kind in (Kind.CHOICE, Kind.CHOICES)) == bool(spec.codelist), field
            assert spec.codelist in ("", *codelist_names())


def test_the_guidances_lists_have_their_numbers():
    assert len(codelist("rss_type")) == 6
    assert len(codelist("participation_ladder")) == 8
    assert len(codelist("linkage_level")) == 5
    assert len(codelist("asset_type")) == 9


def test_examples_in_the_schema_are_right():
    for record in Record.__subclasses__():
        for field, spec in record.specs().items():
            if spec.example and "…" not in spec.example:
                assert parse_cell(spec, spec.example) != spec.empty, field


@pytest.mark.parametrize(("serial", "day"), [(45000, "2023-03-15"), (45000.75, "2023-03-15"), (32874.0, "1990-01-01")])
def test_a_day_that_a_workbook_gives_as_a_number(serial, day):
    # Excel itself shows 45000 as 15 March 2023.
    assert parse_cell(FieldSpec(Kind.DATE, "Day"), serial) == dt.date.fromisoformat(day)


@pytest.mark.parametrize("value", ["45000", 2026, 3.0, True, 99999999])
def test_other_numbers_are_no_days(value):
    with pytest.raises(CellError, match="is not a date"):
        parse_cell(FieldSpec(Kind.DATE, "Day"), value)


@pytest.mark.parametrize(
    ("low", "high", "typed", "said"),
    [(1, None, "0", "must be 1 or more"), (None, 5, "6", "must be 5 or less"), (1, 5, "6", "between 1 and 5")],
)
def test_a_number_out_of_range_is_told_its_bounds(low, high, typed, said):
    with pytest.raises(CellError, match=said):
        parse_cell(FieldSpec(Kind.NUMBER, "Number", low=low, high=high), typed)
