"""Tables of figures as people have them: what is read, what is left out and told, and that unknown is never 0."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.errors import InputError, RoscMapError, RowsRejected
from rosc_map.exchange import RawTable, read_table
from rosc_map.exchange.need_published import _years_of
from rosc_map.exchange.need_rows import _figure
from rosc_map.exchange.need_tables import as_needs
from rosc_map.records import CellError, Need, known_period, read_rows

FINGERTIPS = [
    *("Indicator ID", "Indicator Name", "Parent Code", "Parent Name", "Area Code", "Area Name", "Area Type", "Sex"),
    *("Age", "Category Type", "Category", "Time period", "Value", "Lower CI 95.0 limit", "Upper CI 95.0 limit"),
    *("Lower CI 99.8 limit", "Upper CI 99.8 limit", "Count", "Denominator", "Value note", "Recent Trend"),
    *("Compared to England value or percentiles", "Compared to percentiles", "Time period Sortable", "New data"),
    *("Compared to goal", "Time period range"),
]
PLAIN = {
    "Indicator ID": "92432",
    "Indicator Name": "Deaths from drug misuse",
    "Area Code": "E06000001",
    "Sex": "Persons",
    "Age": "All ages",
    "Time period": "2020 - 22",
    "Value": "7.25",
    "Count": "21",
    "Time period Sortable": "20200000",
}
NOMIS = [
    *("DATE", "DATE_NAME", "DATE_CODE", "DATE_TYPE", "GEOGRAPHY", "GEOGRAPHY_NAME", "GEOGRAPHY_CODE"),
    *("GEOGRAPHY_TYPE", "GENDER", "GENDER_NAME", "C_AGE", "C_AGE_NAME", "MEASURES", "MEASURES_NAME", "OBS_VALUE"),
    *("OBS_STATUS", "OBS_STATUS_NAME", "URN", "RECORD_OFFSET", "RECORD_COUNT"),
]
PEOPLE = {
    "DATE": "2023",
    "DATE_NAME": "2023",
    "GEOGRAPHY": "1811939329",
    "GEOGRAPHY_CODE": "E06000001",
    "GENDER": "0",
    "GENDER_NAME": "Total",
    "C_AGE": "200",
    "C_AGE_NAME": "All Ages",
    "MEASURES": "20100",
    "MEASURES_NAME": "Value",
    "OBS_VALUE": "93861",
    "OBS_STATUS": "A",
}


def table(headers, *rows, name="figures.csv"):
    lines = [(number, dict.fromkeys(headers) | dict(row)) for number, row in enumerate(rows, start=2)]
    return RawTable(name, tuple(headers), tuple(lines))


def own(headers, *rows, **more):
    return table(headers, *(zip(headers, row, strict=True) for row in rows), **more)


def fingertips(*rows):
    return as_needs(table(FINGERTIPS, *(PLAIN | row for row in rows), name="indicators.csv"))


def nomis(*rows, headers=NOMIS):
    known = [{name: value for name, value in (PEOPLE | row).items() if name in headers} for row in rows]
    return as_needs(table(headers, *known, name="population.csv"))


def figures(found, *names):
    return [tuple(values[name] for name in names or ("area_code", "value")) for _, values in found.rows]


def remarks(found):
    return [f"{remark.value} {remark.why}".strip() for remark in found.remarks]


def problems(make, *arguments):
    with pytest.raises(RowsRejected) as caught:
        make(*arguments)
    return [(problem.row, problem.column, problem.value, problem.why) for problem in caught.value.problems]


def test_a_table_in_our_own_headings_comes_back_as_it_is():
    ours = own(list(Need.specs()), ("Middlesbrough", "Deaths", "2024", "12", "deaths", "ONS", "", ""))
    assert as_needs(ours) is ours
    labels = own([spec.label for spec in Need.specs().values()], ("Leeds", "Deaths", "2024", "34%", "d", "ONS", "", ""))
    assert as_needs(labels) is labels


def test_fingertips_becomes_figures_of_need_that_the_record_takes():
    found = fingertips({}, {"Area Code": "E10000030", "Count": "1,240.0"})
    assert found.headers == tuple(Need.specs())
    assert found.rows[0] == (
        2,
        {
            "area_code": "E06000001",
            "indicator": "Deaths from drug misuse",
            "period": "2020 to 2022",
            "value": "21",
            "unit": "people",
            "source": "OHID Fingertips, indicator 92432",
            "source_url": "",
            "licence": "OGL-UK-3.0",
        },
    )
    read = read_rows(Need, found.headers, found.rows)
    assert not read.problems
    assert [record.value for _, record in read.records] == [21, 1240]
    assert remarks(found) == []


def test_of_fingertips_only_the_whole_of_an_authority_in_the_latest_period_is_read():
    found = fingertips(
        {"Area Code": "E92000001", "Count": "7000"},
        {"Area Code": "E12000001", "Count": "700"},
        {"Category Type": "Deprivation", "Category": "Most deprived", "Count": "9"},
        {"Sex": "Male", "Count": "15"},
        {"Time period": "2019 - 21", "Time period Sortable": "20190000", "Count": "20"},
        {},
    )
    assert figures(found) == [("E06000001", "21")]
    assert found.rows[0][0] == 7
    told = remarks(found)
    assert (
        "this row is for a country, a region or another area that is no local authority, and was left out, in 2 rows."
        in told
    )
    assert "Most deprived is of one group, such as a fifth by deprivation, and was left out." in told
    assert "Male is no total, and was left out." in told
    assert "2019 - 21 is of an earlier period than 2020 - 22, and was left out." in told
    assert len(told) == 4


def test_without_the_sortable_period_the_latest_is_read_from_its_words():
    headers = [name for name in FINGERTIPS if name != "Time period Sortable"]
    rows = [PLAIN | {"Time period": text, "Count": count} for text, count in (("2021/22", "5"), ("2019/20", "9"))]
    bare = [{name: row[name] for name in row if name in headers} for row in rows]
    assert figures(as_needs(table(headers, *bare)), "value", "period") == [("5", "2021/22")]


@pytest.mark.parametrize(
    "cells",
    [{"Count": "", "Value": ""}, {"Count": "*"},
     {"Count": "0", "Value note": "Value suppressed for disclosure control due to small count"},
     {"Count": "[c]"}, {"Count": "<5"}, {"Value note": "Value not published for data quality reasons"}],
)  # fmt: skip
def test_what_fingertips_holds_back_is_left_out_and_counted(cells):
    found = fingertips({}, {"Area Code": "E06000002"} | cells, {"Area Code": "E06000003"} | cells)
    assert figures(found) == [("E06000001", "21")]
    assert sum("is not told, and was left out" in told and "in 2 rows" in told for told in remarks(found)) == 1


def test_without_counts_fingertips_gives_a_value_that_counts_no_people():
    found = fingertips({"Count": ""}, {"Area Code": "E06000002", "Count": "", "Value": "34.5"})
    assert figures(found, "value", "unit") == [
        ("7.25", "value of the indicator (not a count)"),
        ("34.5", "value of the indicator (not a count)"),
    ]


def test_each_indicator_of_fingertips_is_read_by_itself():
    other = {"Indicator ID": "90245", "Indicator Name": "Successful completion", "Time period": "2024",
             "Time period Sortable": "20240000", "Age": "18+ yrs"}  # fmt: skip
    found = fingertips({}, other)
    assert figures(found, "indicator", "period") == [
        ("Deaths from drug misuse", "2020 to 2022"),
        ("Successful completion", "2024"),
    ]


def test_several_ages_of_fingertips_are_refused_by_name():
    with pytest.raises(InputError, match=r"column Age: 18\+ yrs, 15-24 yrs\. Keep the rows of one"):
        fingertips({"Age": "18+ yrs"}, {"Age": "15-24 yrs"})
    with pytest.raises(InputError, match=r"column Age: All ages, 15-24 yrs"):
        fingertips({}, {"Age": "15-24 yrs"})


def test_one_sex_alone_is_read_and_said_and_two_without_a_total_are_refused():
    found = fingertips({"Sex": "Female"})
    assert remarks(found) == ["Female is the only sex there."]
    with pytest.raises(InputError, match="column Sex: Female, Male"):
        fingertips({"Sex": "Female"}, {"Sex": "Male"})


def test_fingertips_for_regions_alone_is_refused():
    with pytest.raises(InputError, match="holds no figure for a local authority"):
        fingertips({"Area Code": "E12000001"})


@pytest.mark.parametrize(
    ("theirs", "first", "last"),
    [("2020 - 22", 2020, 2022), ("1998 - 00", 1998, 2000), ("2019/20 - 21/22", 2019, 2022), ("2021", 2021, 2021)],
)
def test_a_period_of_several_years_is_known_by_its_first_and_last(theirs, first, last):
    period = known_period(_years_of(theirs))
    assert (period.first.year, period.last.year) == (first, last)


def test_a_fingertips_file_on_disk(tmp_path):
    path = tmp_path / "Data.CSV"
    text = io.StringIO()
    writer = csv.DictWriter(text, FINGERTIPS, restval="")
    writer.writeheader()
    writer.writerow(PLAIN)
    path.write_text(text.getvalue(), encoding="utf-8-sig")
    assert figures(as_needs(read_table(path))) == [("E06000001", "21")]


@pytest.mark.parametrize("case", [str.upper, str.lower, str.title])
def test_nomis_in_any_case(case):
    rows = [{case(name): value for name, value in PEOPLE.items()}]
    found = as_needs(table([case(name) for name in NOMIS], *rows, name="population.csv"))
    assert figures(found, "area_code", "value", "period", "unit", "indicator", "source", "licence") == [
        ("E06000001", "93861", "2023", "people", "population", "Nomis (ONS)", "OGL-UK-3.0")
    ]


def test_of_nomis_the_totals_of_authorities_are_read():
    found = nomis(
        {},
        {"GENDER_NAME": "Male", "OBS_VALUE": "46000"},
        {"C_AGE_NAME": "Aged 16 to 64", "OBS_VALUE": "58000"},
        {"MEASURES_NAME": "Percent", "OBS_VALUE": "100"},
        {"GEOGRAPHY_CODE": "E92000001", "OBS_VALUE": "57000000"},
    )
    assert figures(found) == [("E06000001", "93861")]
    assert len(found.remarks) == 4


@pytest.mark.parametrize(
    ("cells", "column"),
    [({"C_AGE_NAME": "Aged 16 to 64"}, "C_AGE_NAME"), ({"GENDER_NAME": "Male"}, "GENDER_NAME")],
)
def test_parts_without_a_total_are_refused_by_column(cells, column):
    with pytest.raises(InputError, match=f"column {column}: "):
        nomis(cells, {column: "Another"})
    bare = [name for name in NOMIS if not name.endswith("_NAME")]
    with pytest.raises(InputError, match="column C_AGE: 200, 201"):
        nomis({}, {"C_AGE": "201"}, headers=bare)


def test_what_a_nomis_file_is_about_is_told_in_the_indicator_and_a_rate_counts_no_people():
    assert figures(nomis({"C_AGE_NAME": "Aged 16 to 64"}), "indicator", "unit") == [
        ("population (Aged 16 to 64)", "people")
    ]
    assert figures(nomis({"MEASURES_NAME": "Percent", "OBS_VALUE": "12.5"}), "unit", "value") == [("Percent", "12.5")]


@pytest.mark.parametrize(
    "cells",
    [{"OBS_VALUE": "0", "OBS_STATUS": "Q"}, {"OBS_VALUE": ""}, {"OBS_VALUE": "0", "OBS_STATUS": "M"},
     {"OBS_VALUE": "0", "OBS_STATUS": "", "OBS_STATUS_NAME": "These figures are missing."}],
)  # fmt: skip
def test_what_nomis_holds_back_is_left_out_and_never_0(cells):
    found = nomis({}, {"GEOGRAPHY_CODE": "E06000002"} | cells)
    assert figures(found) == [("E06000001", "93861")]
    assert any("is not told, and was left out" in told for told in remarks(found))


def test_a_nomis_file_that_was_cut_off_says_so():
    found = nomis({"RECORD_COUNT": "25001"})
    assert remarks(found) == ["25001 is how many rows there are, and this file has 1 of them."]
    assert remarks(nomis({"RECORD_COUNT": "1"})) == []


@pytest.mark.parametrize(
    "heading",
    ["code", "Name", "Area code", "area", "AUTHORITY", "Local authority", "GSS code", "LAD23CD", "CTYUA24CD",
     "utla21nm", "Local_Authority_Name", "council"],
)  # fmt: skip
@pytest.mark.parametrize("value", ["value", "Count", "number", "People", "population", "Adults in treatment"])
def test_any_table_by_authority(heading, value):
    found = as_needs(own([heading, value, "Year"], ("Surrey", "1,240", "2024-25"), ("Kent", 950.0, "2024-25")))
    indicator = value if value == "Adults in treatment" else "figures"
    assert figures(found, "area_code", "value", "period", "unit", "indicator", "source") == [
        ("Surrey", "1240", "2024-25", "people", indicator, ""),
        ("Kent", "950", "2024-25", "people", indicator, ""),
    ]


def test_a_code_comes_before_a_name_and_a_district_before_its_county():
    headers = ["CTYUA23CD", "LAD23NM", "LAD23CD", "People"]
    found = as_needs(own(headers, ("E10000030", "Elmbridge", "E07000207", "9"), ("E10000030", "Guildford", "", "8")))
    assert figures(found) == [("E07000207", "9"), ("Guildford", "8")]


def test_what_is_missing_is_refused_by_the_record_itself():
    found = as_needs(own(["area", "value"], ("Surrey", "12")))
    read = read_rows(Need, found.headers, found.rows)
    assert {(problem.row, problem.column) for problem in read.problems} == {(2, "period"), (2, "source")}


def test_given_unit_indicator_and_source_stay():
    headers = ["area", "value", "year", "unit", "indicator", "source", "link", "licence"]
    found = as_needs(
        own(headers, ("Leeds", "34.5", "2025", "score", "IMD", "MHCLG", "https://gov.uk/imd", "OGL-UK-3.0"))
    )
    assert figures(found, *Need.specs()) == [
        ("Leeds", "IMD", "2025", "34.5", "score", "MHCLG", "https://gov.uk/imd", "OGL-UK-3.0")
    ]


@pytest.mark.parametrize("heading", ["IMD rank", "Rate per 1,000", "% in treatment", "average score"])
def test_a_heading_that_counts_nobody_makes_no_people(heading):
    found = as_needs(own(["area", heading], ("Leeds", "12"), ("York", "34")))
    assert figures(found, "indicator", "unit")[0] == (heading, "value of the indicator (not a count)")


@pytest.mark.parametrize("cell", ["34%", "12.5 %", "1,2 %", "34 per cent", "34percent", "0.5%"])
def test_a_percentage_is_refused(cell):
    (found,) = problems(as_needs, own(["area", "value"], ("Leeds", "500"), ("York", cell)))
    assert found == (3, "value", " ".join(cell.split()), "is a percentage.")


def test_a_part_of_a_person_is_refused():
    (found,) = problems(as_needs, own(["area", "Number"], ("Leeds", "500"), ("York", 34.5)))
    assert found == (3, "Number", "34.5", "is not a whole number of people.")


def test_a_whole_table_of_small_fractions_looks_like_percentages():
    rows = (("Leeds", "34.5"), ("York", "12"), ("Hull", "0.7"))
    found = problems(as_needs, own(["area", "Number"], *rows))
    assert [row for row, *_ in found] == [2, 4]
    assert all("these look like percentages" in why for *_, why in found)


@pytest.mark.parametrize(
    ("cell", "why"),
    [("-5", "is below 0."), ("none", "is not a number."), ("about 12", "is not a number."),
     ("1,24", "is not a number."), (True, "is not a number."), ("1.2e3", "is not a number."),
     (float("inf"), "is not a number.")],
)  # fmt: skip
def test_what_is_no_figure_is_refused(cell, why):
    assert [found[-1] for found in problems(as_needs, own(["area", "value"], ("Leeds", "5"), ("York", cell)))] == [why]


def test_all_problems_are_told_at_once_in_the_order_of_the_rows():
    rows = (("Leeds", "34.5"), ("York", "x y"), ("Hull", "12%"), ("Hull", "5"), ("hull", "6"))
    found = problems(as_needs, own(["area", "value"], *rows))
    assert [row for row, *_ in found] == [2, 3, 4, 6]
    assert found[-1][-1] == "differs from row 5, which is of the same area, indicator and period."


def test_two_equal_rows_are_one_figure():
    assert figures(as_needs(own(["area", "value"], ("Leeds", "5"), ("Leeds", "5.0")))) == [("Leeds", "5")]


@pytest.mark.parametrize("cell", ["", None, "  "])
def test_an_empty_cell_of_somebodys_own_table_may_be_forgotten_and_is_refused(cell):
    found = problems(as_needs, own(["area", "value"], ("Leeds", "5"), ("York", cell)))
    assert [(row, why) for row, *_, why in found] == [(3, "the figure is missing.")]


@pytest.mark.parametrize("cell", ["-", "–", "*", "[c]", "[x]", "[low]", "suppressed", "n/a", "<5", "..",
                                  float("nan")])  # fmt: skip
def test_what_is_not_known_is_left_out_of_any_table_and_told(cell):
    found = as_needs(own(["area", "value"], ("Leeds", "5"), ("York", cell)))
    assert figures(found) == [("Leeds", "5")]
    (remark,) = found.remarks
    assert (remark.row, remark.column) == (3, "value")
    assert "no 0" in remark.what_to_do


def test_countries_and_regions_are_left_out_and_bad_codes_are_left_to_be_looked_up():
    found = as_needs(own(["code", "value"], ("E92000001", "5"), ("E0600001", "6"), ("E07000207", "7")))
    assert figures(found) == [("E0600001", "6"), ("E07000207", "7")]
    assert len(found.remarks) == 1


@pytest.mark.parametrize(
    ("headers", "what"),
    [(["town", "value"], "no column for the authority"), (["area", "notes"], "no column with figures"),
     (["area", "2023", "2024"], "2 columns that may be the figure"),
     (["area", "count", "population"], "2 columns that may be the figure")],
)  # fmt: skip
def test_a_table_without_one_clear_column_is_refused(headers, what):
    rows = [["Leeds", *("word" if name == "notes" else "5" for name in headers[1:])]]
    with pytest.raises(InputError, match=what):
        as_needs(own(headers, *rows))


@pytest.mark.parametrize(
    ("headers", "row"),
    [(["town", "value"], ("Leeds", "5")), (["area", "notes"], ("Leeds", "word")), (["area", "value"], ("Leeds", "*"))],
)
def test_of_a_workbook_it_is_said_that_only_its_first_sheet_was_read(headers, row):
    for name, said in (("Figures.XLSX", True), ("figures.csv", False)):
        with pytest.raises(InputError) as caught:
            as_needs(own(headers, row, name=name))
        assert str(caught.value).endswith(" Only its first sheet was read.") == said


def test_one_row_is_one_row_and_none_is_none():
    with pytest.raises(InputError, match="of its 1 row none is left"):
        as_needs(own(["area", "value"], ("Leeds", "*")))
    with pytest.raises(InputError, match="has no row that is filled in"):
        as_needs(own(["area", "value"]))


def test_what_is_told_of_a_row_reads_as_a_sentence_whether_or_not_it_repeats_the_cell():
    ages = [{"C_AGE_NAME": f"Aged {age}"} for age in range(9)]
    told = nomis({}, {"GENDER_NAME": "Male"}, *ages, {"OBS_VALUE": "", "GEOGRAPHY_CODE": "E06000002"}).remarks
    assert [f"{remark.value} {remark.why}".strip() for remark in told] == [
        "Male is no total, and was left out.",
        "this row is no total, and was left out, in 9 rows.",
        "this figure is not told, and was left out.",
    ]


def test_a_table_without_a_figure_is_refused():
    with pytest.raises(InputError, match="holds no figure for a local authority"):
        as_needs(own(["area", "value"], ("Leeds", "*"), ("York", "[c]")))


CELLS = st.none() | st.text(max_size=12) | st.floats() | st.integers() | st.booleans() | st.sampled_from(
    ["0", "5", "12.5", "3%", "[c]", "<5", "E06000001", "Persons", "Total", "2023", "2020 - 22", "1e5", "٣", "½",
     "-0", "0.0"]
)  # fmt: skip
HEADINGS = st.sampled_from([FINGERTIPS, NOMIS, ["area", "value"], ["Local authority", "year", "Adults", "unit"]])


@at_least(60)
@given(HEADINGS.flatmap(lambda names: st.lists(st.fixed_dictionaries(dict.fromkeys(names, CELLS)), max_size=4)))
def test_no_junk_gives_a_traceback(rows):
    headers = list(rows[0]) if rows else ["area", "value"]
    try:
        found = as_needs(table(headers, *rows))
    except RoscMapError as error:
        assert str(error)
        return
    assert all(values["value"] for _, values in found.rows)
    read_rows(Need, found.headers, found.rows)


@given(st.text(max_size=20) | st.floats() | st.integers() | st.none())
def test_only_a_zero_is_a_zero(cell):
    try:
        figure = _figure(cell)
    except CellError:
        return
    if figure and float(figure) == 0:
        assert float(str(cell)) == 0
    elif figure:
        assert figure.replace(".", "", 1).isascii()
        assert float(figure) == pytest.approx(float(str(cell).replace(",", "").replace(" ", "")))


@given(st.integers(0, 10**9), st.sampled_from(["{}", "{:,}", " {} ", "{}.0", "{:,}.00"]))
def test_a_number_of_people_is_read_as_it_is(number, written):
    assert _figure(written.format(number)) == str(number)
