"""Spend on the six types: bands by type, the latest year of each authority, and the survey of 2022 beside it."""

import re

import pandas as pd
import pytest
from gaps_tables import real_lookup, small_lookup
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import InputError
from rosc_map.gaps.spend import spend
from rosc_map.records import codelist

TYPES = tuple(codelist("rss_type"))
BANDS = tuple(codelist("spend_band"))
FIELDS = ["area_code", "year", "rss_type", "band", "source"]
UNITARY, COUNTY, COUNCIL = "E06000001", "E10000001", "W06000001"


def run(*rows, tier="upper", lookup=None):
    full = [(*row, "a report") for row in rows]
    table = pd.DataFrame(full, columns=FIELDS, dtype=object)
    return spend(table, small_lookup() if lookup is None else lookup, tier=tier)


def of_type(found, kind="peer_based"):
    row = found.by_type.set_index("rss_type").loc[kind]
    return {name: int(number) for name, number in row.items() if number}


def about(found, words):
    return [said for said in (*found.sentences, *found.cautions) if words in said]


def test_bands_are_counted_by_type_and_the_rest_is_not_recorded():
    found = run(
        (UNITARY, "2025-26", "peer_based", "under_5"),
        (COUNTY, "2025-26", "peer_based", "from_10"),
        (COUNTY, "2025-26", "housing", "nothing"),
    )
    assert of_type(found) == {"under_5": 1, "from_10": 1, "not_recorded": 1}
    assert of_type(found, "housing") == {"nothing": 1, "not_recorded": 2}
    assert of_type(found, "education") == {"not_recorded": 3}
    assert found.by_type["rss_type"].tolist() == list(TYPES)
    assert list(found.by_type.columns) == ["rss_type", *BANDS, "not_recorded"]
    assert found.by_authority.to_numpy().tolist() == [
        [COUNTY, "County", "2025-26", "peer_based", "from_10", "a report"],
        [COUNTY, "County", "2025-26", "housing", "nothing", "a report"],
        [UNITARY, "Unitary", "2025-26", "peer_based", "under_5", "a report"],
    ]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("2023-24", "2024-25"),
        ("2025", "2025-26"),
        ("2024/25", "2025-26"),
        ("2025-26 Q4", "2025-26"),
        ("1999-00", "2000-01"),
        ("last year", "2020"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_latest_year_of_an_authority_counts_alone(older, newer, turned):
    rows = [
        (UNITARY, older, "peer_based", "from_10"),
        (UNITARY, older, "housing", "from_10"),
        (UNITARY, newer, "peer_based", "under_5"),
    ]
    found = run(*(rows[::-1] if turned else rows))
    assert of_type(found) == {"under_5": 1, "not_recorded": 2}
    assert of_type(found, "housing") == {"not_recorded": 3}  # not in the latest year
    assert about(found, "2 rows of earlier years are left out.")
    assert found.by_authority["year"].tolist() == [newer]


def test_each_authority_has_its_own_latest_year():
    found = run((UNITARY, "2023-24", "peer_based", "under_5"), (COUNTY, "2025-26", "peer_based", "under_5"))
    assert of_type(found) == {"under_5": 2, "not_recorded": 1}
    assert found.sentences[0] == "Of each authority the latest year counts: 2023-24 to 2025-26."
    assert not about(found, "left out")


def test_the_survey_stands_beside_each_type_in_its_own_words_and_only_for_england():
    rows = [
        (UNITARY, "2025-26", "peer_based", "nothing"),
        (COUNTY, "2025-26", "peer_based", "from_5_to_10"),
        (COUNCIL, "2025-26", "peer_based", "under_5"),
        (UNITARY, "2025-26", "housing", "unknown"),
    ]
    found = run(*rows)
    assert found.sentences[1] == (
        "Peer-based recovery support, of 3 authorities: nothing in 1, under 5 % in 1, 5 % to under 10 % in 1. The "
        "survey of 2022 found under 5 %; of 2 English authorities whose band is known, 1 is under 5 % or spends "
        "nothing."
    )
    assert found.sentences[3] == "Recovery housing, of 3 authorities: not known in 1, not recorded in 2."
    (survey,) = about(found, "on each type of recovery support")
    assert "under 5 %" in survey
    assert "so no average is known" in survey
    (grant,) = about(found, "10 % of a grant")
    assert "condition of that grant" in grant
    assert "Neither of these figures is a target." in grant

    welsh = run(*rows, lookup=small_lookup().query("country == 'Wales'"))
    assert of_type(welsh) == {"under_5": 1}
    assert not about(welsh, "survey")
    assert not about(welsh, "USA")


def test_no_sum_over_the_types_is_made():
    found = run(*((UNITARY, "2025-26", kind, "under_5") for kind in TYPES))
    numbers = {int(n) for said in found.sentences for n in re.findall(r"(?<![\d-])\d+(?= %)", said)}
    assert numbers <= {5, 10}
    assert about(found, "not added up")


def test_a_share_of_another_tier_is_left_out():
    rows = [(COUNTY, "2025-26", "peer_based", "under_5"), ("E07000001", "2025-26", "peer_based", "from_10")]
    assert of_type(run(*rows)) == {"under_5": 1, "not_recorded": 2}
    local = run(*rows, tier="local")
    assert of_type(local) == {"from_10": 1, "not_recorded": 4}
    assert about(local, "1 row is for areas that are none of these authorities")


def test_two_bands_for_one_type_count_as_not_known():
    found = run((UNITARY, "2025-26", "peer_based", "under_5"), (UNITARY, "2025/26", "peer_based", "from_10"))
    assert of_type(found) == {"unknown": 1, "not_recorded": 2}
    assert len(found.by_authority) == 2
    assert about(found, "1 type has two different bands")
    same = run((UNITARY, "2025-26", "peer_based", "under_5"), (UNITARY, "2025/26", "peer_based", "under_5"))
    assert of_type(same) == {"under_5": 1, "not_recorded": 2}


def test_nothing_recorded_is_not_nothing_spent():
    found = run()
    assert found.sentences == ("No share of the budget is recorded for any of 3 authorities.",)
    assert found.by_type["nothing"].sum() == 0
    assert found.by_type["not_recorded"].tolist() == [3] * 6


def test_words_of_another_program():
    found = run((UNITARY, "2025-26", "peer_based", "lots"), (UNITARY, "2025-26", "gardening", "under_5"))
    assert of_type(found) == {"unknown": 1, "not_recorded": 2}
    assert len(found.by_authority) == 1


def test_bad_input_is_refused():
    with pytest.raises(InputError, match="no tier 'both'"):
        run(tier="both")
    with pytest.raises(InputError, match="spend table has no column band"):
        spend(pd.DataFrame(columns=["area_code", "year", "rss_type", "source"]), small_lookup(), tier="upper")


ROWS = st.lists(
    st.tuples(
        st.sampled_from([UNITARY, COUNTY, COUNCIL, "E07000002", "E99999999"]),
        st.sampled_from(["2023-24", "2024-25", "2025", "2025-26", "2025/26", "some time"]),
        st.sampled_from(TYPES),
        st.sampled_from(BANDS),
    ),
    max_size=20,
)


@given(ROWS, st.sampled_from(["upper", "local"]))
def test_the_bands_and_what_is_not_recorded_add_up_to_the_authorities(rows, tier):
    found = run(*rows, tier=tier)
    authorities = {"upper": 3, "local": 5}[tier]
    assert (found.by_type.drop(columns="rss_type").sum(axis=1) == authorities).all()
    recorded = found.by_authority.groupby("rss_type")["code"].nunique()
    for kind, missing in zip(found.by_type["rss_type"], found.by_type["not_recorded"], strict=True):
        assert recorded.get(kind, 0) + missing == authorities


def test_on_the_real_authorities_of_england():
    codes = real_lookup("E")["upper_tier_code"].drop_duplicates().tolist()
    found = run(*((code, "2025-26", "peer_based", "under_5") for code in codes[:72]), lookup=real_lookup("E"))
    assert of_type(found) == {"under_5": 72, "not_recorded": 81}
