"""Who sits where: counts of seats, and no judgement."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import InputError
from rosc_map.gaps.seats import seats
from rosc_map.records import codelist

DAY = dt.date(2026, 11, 22)
FIELDS = ["structure", "seat", "held_by", "votes", "expenses_paid", "since"]
HOLDERS = tuple(codelist("seat_held_by"))


def seat(held_by="local_authority", votes=None, expenses=None, since=None, structure="Board", name="A seat"):
    return (structure, name, held_by, votes, expenses, since)


def run(*rows):
    return seats(pd.DataFrame(rows, columns=FIELDS, dtype=object), as_at=DAY)


def test_seats_votes_and_expenses_are_counted_of_those_known():
    found = run(
        *[seat()] * 4,
        seat("lived_experience", True, True),
        seat("lived_experience", False, None),
        seat("vacant", True),
        seat("health", None, False),
        seat("health"),
    )
    (row,) = found.by_structure.to_dict("records")
    assert (row["structure"], row["seats"], row["lived_experience"], row["vacant"]) == ("Board", 9, 2, 1)
    assert (row["with_vote"], row["votes_known"], row["expenses_paid"], row["expenses_known"]) == (1, 2, 1, 2)
    assert (row["lived_with_vote"], row["lived_expenses_paid"]) == (1, 1)
    assert (row["local_authority"], row["health"], row["other"]) == (4, 2, 0)
    assert found.by_structure.columns.is_unique
    assert set(HOLDERS) < set(found.by_structure.columns)
    assert found.sentences[0] == (
        "Board: 2 of 9 seats are held by people with lived experience or a LERO; 1 is vacant (22 November 2026). Of "
        "these 2 seats, 1 has a vote (known for 2); the expenses of 1 are paid (known for 1)."
    )


def test_it_is_evidence_and_no_judgement():
    found = run(seat())
    assert found.sentences[0] == (
        "Board: 0 of 1 seat is held by people with lived experience or a LERO; 0 are vacant (22 November 2026)."
    )
    assert "evidence for the Commissioning Quality Standard" in found.sentences[1]
    words = " ".join([*found.sentences, *found.cautions]).lower()
    assert "not a judgement" in words
    assert not any(word in words for word in ("too few", "poor", "good", "score", "fails", "enough"))


def test_structures_stand_by_name_and_case_does_not_make_two():
    found = run(seat(structure="The board"), seat(structure="Forum"), seat(structure="the  Board"))
    assert found.by_structure[["structure", "seats"]].to_numpy().tolist() == [["Forum", 1], ["The board", 2]]


def test_a_seat_that_is_held_only_later_is_left_out_and_that_is_said():
    found = run(seat(since=DAY), seat("lived_experience", since=DAY + dt.timedelta(days=1)))
    assert found.by_structure[["seats", "lived_experience"]].to_numpy().tolist() == [[1, 0]]
    assert found.cautions[0] == "1 seat is not counted: held only from after 22 November 2026."


def test_nothing_recorded():
    found = run()
    assert found.sentences == ("No seats are recorded.",)
    assert found.by_structure.empty
    assert "vacant" in found.by_structure.columns


def test_what_pandas_calls_not_known_is_neither_yes_nor_no():
    (row,) = run(seat("lived_experience", float("nan"), pd.NA, pd.NaT)).by_structure.to_dict("records")
    assert (row["with_vote"], row["votes_known"], row["expenses_paid"], row["expenses_known"]) == (0, 0, 0, 0)


def test_nobody_votes_from_a_vacant_seat_or_is_paid_for_it():
    found = run(seat("vacant", True, True), seat("vacant", False, False), seat("lived_experience", True, False))
    (row,) = found.by_structure.to_dict("records")
    assert (row["seats"], row["vacant"]) == (3, 2)
    assert (row["with_vote"], row["votes_known"], row["expenses_paid"], row["expenses_known"]) == (1, 1, 0, 1)
    assert (row["lived_with_vote"], row["lived_expenses_paid"]) == (1, 0)


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="seat table has no column votes"):
        seats(pd.DataFrame(columns=["structure", "held_by", "expenses_paid", "since"]), as_at=DAY)


@given(
    st.lists(
        st.builds(
            seat,
            held_by=st.sampled_from(HOLDERS),
            votes=st.sampled_from([True, False, None]),
            expenses=st.sampled_from([True, False, None]),
            structure=st.sampled_from(["Board", "board", "Forum"]),
        )
    )
)
def test_the_holders_add_up_to_the_seats(rows):
    table = run(*rows).by_structure
    assert table["seats"].sum() == len(rows)
    assert (table[list(HOLDERS)].sum(axis=1) == table["seats"]).all()
    for paid, known in (("with_vote", "votes_known"), ("expenses_paid", "expenses_known")):
        assert ((table[paid] <= table[known]) & (table[known] <= table["seats"] - table["vacant"])).all()
