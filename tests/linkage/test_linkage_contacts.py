"""What several rows of one source mean together."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import UnknownName
from rosc_map.linkage.contacts import as_day, outcomes

NO_ANSWERS = pd.DataFrame({"source": [], "target": [], "level": []}, dtype="str")
ONE_ANSWER = pd.DataFrame({"source": ["s"], "target": ["t"], "level": ["not_known"]})
A_DAY, LATER = dt.date(2026, 3, 2), dt.date(2026, 3, 9)
TRIES = ("2026-03-02 10:00", "2026-03-02 18:30", "2026-03-09 14:00")


def rows(*ends: tuple[str, dt.date | None, tuple[str, ...]]) -> pd.DataFrame:
    table = [("s", outcome, on, at) for outcome, on, at in ends]
    return pd.DataFrame(table, columns=["source", "contact", "on", "tries"], dtype=object)


def meaning(contacts: pd.DataFrame, answers: pd.DataFrame = NO_ANSWERS, **options: int) -> tuple[str, int, bool]:
    (row,) = outcomes(contacts, answers, **options).itertuples()
    return row.outcome, row.tried, row.unsettled


@pytest.mark.parametrize(
    ("ends", "outcome", "unsettled"),
    [
        (["answered"], "answered", False),
        (["closed"], "closed", False),
        (["closed", "closed"], "closed", False),
        (["no_answer", "call_back", "refused"], "refused", False),
        (["wrong_number", "no_answer"], "wrong_number", False),
        (["closed", "refused"], "", True),
        (["answered", "wrong_number"], "", True),
        (["call_back", "no_answer"], "no_answer", False),
        (["no_answer", "call_back"], "call_back", False),
    ],
)
def test_ends_together(ends, outcome, unsettled) -> None:
    assert meaning(rows(*((end, None, ()) for end in ends))) == (outcome, 0, unsettled)


@pytest.mark.parametrize(
    ("end", "unsettled"), [("refused", True), ("call_back", False), ("wrong_number", False), ("closed", True)]
)
def test_an_answer_is_an_answer_whatever_stands_beside_it(end, unsettled) -> None:
    assert meaning(rows((end, None, ())), ONE_ANSWER) == ("answered", 0, unsettled)


@pytest.mark.parametrize(("known", "outcome"), [(0, "no_answer"), (1, ""), (2, ""), (3, "no_answer")])
def test_no_answer_is_over_after_three_tries_or_on_somebodys_word(known, outcome) -> None:
    assert meaning(rows(("no_answer", None, TRIES[:known]))) == (outcome, known, False)


def test_tries_of_two_volunteers_add_up_and_one_written_twice_is_one() -> None:
    two = rows(("no_answer", A_DAY, TRIES[:2]), ("no_answer", LATER, TRIES[1:]))
    assert meaning(two) == ("no_answer", 3, False)
    assert meaning(two, tries=4) == ("", 3, False)


def test_the_later_day_counts_between_a_call_back_and_silence() -> None:
    assert meaning(rows(("no_answer", LATER, ()), ("call_back", A_DAY, ()))) == ("no_answer", 0, False)
    assert meaning(rows(("call_back", LATER, ()), ("no_answer", A_DAY, ()))) == ("call_back", 0, False)


def test_one_row_an_id_sorted_with_its_last_day() -> None:
    contacts = pd.DataFrame({"source": ["b", "a", "b"], "contact": ["no_answer", "closed", "refused"]})
    contacts["on"] = [pd.Timestamp(A_DAY), None, pd.NaT]
    answers = pd.DataFrame({"source": ["c", "c"], "target": ["a", "b"], "on": [LATER, A_DAY]}, dtype=object)
    table = outcomes(contacts, answers)
    assert table["source"].tolist() == ["a", "b", "c"]
    assert table["outcome"].tolist() == ["closed", "refused", "answered"]
    assert table["on"].tolist() == [None, A_DAY, LATER]
    assert outcomes(contacts.iloc[:0], NO_ANSWERS).empty


def test_tables_of_older_rounds_and_gaps_are_read() -> None:
    assert meaning(pd.DataFrame({"source": ["s"], "contact": ["no_answer"]})) == ("no_answer", 0, False)
    gaps = pd.DataFrame(
        {"source": ["s", "s"], "contact": ["no_answer"] * 2, "on": [None, A_DAY], "tries": [np.nan, None]}
    )
    assert meaning(gaps) == ("no_answer", 0, False)


def test_an_unknown_outcome_is_refused() -> None:
    with pytest.raises(UnknownName, match="'grumpy' is not an outcome of a contact. Use one of: answered, refused"):
        outcomes(rows(("grumpy", None, ())), NO_ANSWERS)


ENDS = ("answered", "refused", "call_back", "no_answer", "wrong_number", "closed")


@given(ends=st.lists(st.tuples(st.sampled_from(ENDS), st.none(), st.sampled_from([(), TRIES[:1], TRIES])), min_size=1))
def test_writing_a_row_twice_changes_nothing_and_unsettled_is_open(ends) -> None:
    once, twice = meaning(rows(*ends)), meaning(rows(*ends, *ends))
    assert once == twice
    outcome, _, unsettled = once
    assert not (unsettled and outcome)
    decisive = {end for end, _, _ in ends} - {"call_back", "no_answer"}
    assert unsettled == (len(decisive) > 1)
    assert outcome in {*(end for end, _, _ in ends), ""}


@pytest.mark.parametrize("value", [None, np.nan, pd.NaT, "2026-03-01", ""])
def test_what_a_table_has_for_no_day(value) -> None:
    assert as_day(value) is None


@pytest.mark.parametrize("value", [dt.date(2026, 3, 1), dt.datetime(2026, 3, 1, 10), pd.Timestamp("2026-03-01 10:00")])
def test_a_day_without_its_time(value) -> None:
    found = as_day(value)
    assert found == dt.date(2026, 3, 1)
    assert type(found) is dt.date
