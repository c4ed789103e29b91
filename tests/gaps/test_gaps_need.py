"""Figures of need: one indicator, one period, one tier, and nothing that was left out unsaid."""

import math

import pandas as pd
import pytest
from gaps_tables import real_lookup, small_lookup

from rosc_map.errors import InputError, UnknownName
from rosc_map.gaps.need import need_figures

PLAIN = {
    "area_code": "E06000001",
    "indicator": "Adults in treatment",
    "period": "2024-25",
    "value": 400.0,
    "unit": "people",
    "source": "NDTMS",
    "source_url": "",
    "licence": "OGL-UK-3.0",
}
BOTH = [{}, {"area_code": "E10000001", "value": 1240.0}, {"area_code": "W06000001", "value": 90.0}]


def needs(*rows):
    return pd.DataFrame([PLAIN | row for row in rows], columns=list(PLAIN))


def figures(*rows, tier="upper", **more):
    return need_figures(needs(*rows), small_lookup(), tier, **more)


def refused(*rows, tier="upper", error=InputError, **more):
    with pytest.raises(error) as caught:
        figures(*rows, tier=tier, **more)
    return str(caught.value)


def test_the_figures_of_each_authority():
    found = figures(*BOTH)
    assert found.by_code == {"E06000001": 400, "E10000001": 1240, "W06000001": 90}
    assert (found.indicator, found.period, found.unit) == ("Adults in treatment", "2024-25", "people")
    assert (found.source, found.licence, found.tier) == ("NDTMS", "OGL-UK-3.0", "upper")
    assert found.counts_people
    assert found.said == ()


def test_an_authority_without_a_row_has_no_figure_and_it_is_said():
    found = figures(BOTH[0])
    assert found.by_code == {"E06000001": 400}
    assert found.said == ("No figure for 2 of 3 authorities.",)


def test_a_figure_of_nobody_is_a_figure():
    assert figures({"value": 0.0}).by_code == {"E06000001": 0}


def test_places_outside_are_left_out_and_counted():
    found = figures(*BOTH, {"area_code": "E92000001", "value": 9e6}, {"area_code": "S12000005", "value": 5.0})
    assert found.by_code.keys() == {"E06000001", "E10000001", "W06000001"}
    assert found.said == ("Left out: 2 of the 5 places with a figure, outside this area.",)
    assert "the table has 1 other place." in refused({"area_code": "S12000005"})


def test_one_of_several_indicators_is_named():
    rows = (*BOTH, {"indicator": "Deaths", "unit": "deaths", "value": 7.0})
    assert refused(*rows) == "There are 2 indicators of need. Choose one of them: Adults in treatment; Deaths."
    assert figures(*rows, indicator="deaths").by_code == {"E06000001": 7}
    assert "Choose from: Adults in treatment; Deaths." in refused(*rows, indicator="Births", error=UnknownName)
    with pytest.raises(InputError, match="no figures of need"):
        need_figures(needs(), small_lookup(), "upper")


@pytest.mark.parametrize("written", ["2024/25", "2024-25"])
def test_the_latest_period_is_taken_and_said(written):
    found = figures(*BOTH, {"period": "2023-24", "value": 1.0}, {"value": 400.0, "period": written})
    assert (found.by_code["E06000001"], found.period) == (400, "2024-25")
    assert found.said == ("The latest of 2 periods was taken: 2024-25.",)
    older_only = figures({}, {"area_code": "E10000001", "period": "2023-24"})
    assert older_only.by_code == {"E06000001": 400}
    assert older_only.said[-1] == "No figure for 2 of 3 authorities."


def test_of_a_year_and_its_last_quarter_the_year_is_taken():
    found = figures({}, {"period": "2024-25 Q4", "value": 100.0})
    assert (found.period, found.by_code) == ("2024-25", {"E06000001": 400})


def test_a_period_of_its_own_kind_is_kept_and_several_are_not_put_in_order():
    assert figures({"period": "mid 2024"}).period == "mid 2024"
    text = refused({"period": "mid 2024"}, {"period": "2023"})
    assert "mid 2024" in text
    assert "such as 2025-26" in text


def test_a_table_for_districts_is_refused_for_counties_with_what_to_do():
    text = refused({}, {"area_code": "E07000001"}, {"area_code": "E07000002"})
    assert text == (
        "This table is for local authorities (districts), such as Ash (E07000001), and the question is by county. "
        "Run it with --tier local, or give a table by county."
    )


def test_a_table_for_counties_is_refused_for_districts_with_what_to_do():
    text = refused(*BOTH, tier="local")
    assert "This table is for counties, such as County (E10000001)" in text
    assert "Run it with --tier upper, or give a table by local authority." in text


def test_the_real_england_by_the_wrong_tier():
    real = real_lookup("E")
    local = needs(*({"area_code": code} for code in real["local_authority_code"]))
    upper = needs(*({"area_code": code} for code in dict.fromkeys(real["upper_tier_code"])))
    assert len(need_figures(upper, real, "upper").by_code) == 153
    assert len(need_figures(local, real, "local").by_code) == 296
    for table, tier in ((local, "upper"), (upper, "local")):
        with pytest.raises(InputError, match="This table is for"):
            need_figures(table, real, tier)


def test_a_table_with_both_tiers_gives_those_of_the_tier():
    rows = (*BOTH, {"area_code": "E07000001", "value": 5.0}, {"area_code": "E07000002", "value": 6.0})
    assert figures(*rows).said == ("Left out: 2 places of the other tier, local authorities (districts).",)
    found = figures(*rows, tier="local")
    assert found.by_code == {"E07000001": 5, "E07000002": 6, "W06000001": 90, "E06000001": 400}
    assert found.said == ("Left out: 1 place of the other tier, counties.", "No figure for 1 of 5 authorities.")


def test_two_figures_of_one_authority_are_both_named_when_they_differ():
    assert "Unitary (E06000001) differ: 400 and 1,240." in refused({}, {"value": 1240.0})
    assert figures({}, {"source": "Another"}).source == "NDTMS; Another"


@pytest.mark.parametrize("value", [-1.0, None, math.nan, math.inf])
def test_a_figure_that_cannot_be_one_is_refused(value):
    assert "Unitary (E06000001) is missing or below 0" in refused({"value": value})


def test_a_part_of_a_person_is_refused_but_a_score_may_have_one():
    assert "34.5, is not a whole number of people" in refused({"value": 34.5})
    found = figures({"value": 34.5, "unit": "score"})
    assert (found.counts_people, found.by_code) == (False, {"E06000001": 34.5})


def test_units_of_two_kinds_are_refused():
    assert "2 units: people, rate" in refused({}, {"area_code": "E10000001", "unit": "rate"})
    assert figures({}, {"area_code": "E10000001", "unit": "People"}).unit == "people"


def test_there_are_two_tiers():
    with pytest.raises(InputError, match="no tier 'county'"):
        figures({}, tier="county")
