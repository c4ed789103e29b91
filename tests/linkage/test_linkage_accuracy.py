"""What was said beside the other service's record: counted apart, with both figures."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import InputError, UnknownName
from rosc_map.linkage.accuracy import Accuracy, accuracy
from rosc_map.linkage.bootstrap import clustered_share

Row = tuple[str, str, str, str]


def found(rows: list[Row], threshold: int = 2) -> Accuracy:
    answers = pd.DataFrame(rows, columns=["source", "target", "level", "accuracy"], dtype=object)
    questions = answers[["source", "target"]].drop_duplicates()
    return accuracy(questions, answers, rng=np.random.default_rng(1), threshold=threshold)


def test_only_what_was_said_and_checked_counts() -> None:
    result = found(
        [
            ("a", "t1", "information", "as_recorded"),
            ("a", "t2", "referral", "differs_from_record"),
            ("a", "t3", "information", ""),
            # Whoever could say nothing has said nothing wrong.
            ("b", "t1", "heard_of", "differs_from_record"),
            ("b", "t2", "not_known", ""),
            ("b", "t3", "introduction", "as_recorded"),
        ]
    )
    assert (result.answered, result.informed, result.checked, result.as_recorded, result.differs) == (6, 4, 3, 2, 1)
    share, low, high = clustered_share([1, 1], [2, 1], rng=np.random.default_rng(1))
    assert (result.share, result.low, result.high) == (share, low, high)
    assert result.sentences == (
        (
            "Of 4 answers that said something to check, 3 were checked beside the other service's own record: 2 agreed"
            f" (67 %; 95 % interval {100 * low:.0f} % to {100 * high:.0f} %) and 1 differed."
        ),
        (
            "4 of 6 answers count as linked (67 %); without those that differ it would be 3 of 6 (50 %). Which of"
            " the two is out of date, the answer or the record, is not known."
        ),
    )


def test_two_different_checks_and_two_different_levels_are_left_open() -> None:
    result = found(
        [
            ("a", "t1", "information", "as_recorded"),
            ("a", "t1", "information", "differs_from_record"),
            ("a", "t2", "information", "as_recorded"),
            ("a", "t2", "information", "as_recorded"),
            ("a", "t3", "information", "as_recorded"),
            ("a", "t3", "heard_of", ""),
        ]
    )
    assert (result.informed, result.checked, result.as_recorded, result.unsettled) == (2, 1, 1, 1)
    assert "1 answer was checked with two different results" in result.sentences[-1]


@pytest.mark.parametrize("empty", ["", None, float("nan")])
def test_nothing_checked_has_no_share(empty) -> None:
    result = found([("a", "t1", "information", empty), ("b", "t1", "heard_of", empty)])
    assert (result.checked, result.share, result.low, result.high) == (0, None, None, None)
    assert result.sentences == (
        "Of 1 answer that said something to check, none was checked beside the other service's own record.",
    )
    assert json.loads(json.dumps(result.to_json(), allow_nan=False))["share"] is None


def test_linked_follows_the_threshold_and_what_is_checked_does_not() -> None:
    rows = [
        ("a", "t1", "information", "differs_from_record"),
        ("a", "t2", "referral", "differs_from_record"),
        ("b", "t1", "referral", "as_recorded"),
        ("b", "t2", "heard_of", ""),
    ]
    result = found(rows, threshold=3)
    assert (result.informed, result.checked, result.differs, result.linked) == (3, 3, 2, 2)
    assert result.sentences[0].startswith("Of 3 answers that said something to check, 3 were checked")
    # The information that differs is no link at this threshold, so that only one of the links falls away.
    assert "2 of 4 answers count as linked (50 %); without those that differ it would be 1 of 4" in result.sentences[1]
    only_information = found(rows[:1] + rows[2:], threshold=3).sentences
    assert only_information[1] == "Which of the two is out of date, the answer or the record, is not known."
    # From level 1 on, whoever had only heard of it is linked, and yet said nothing that could be checked.
    assert (found(rows, threshold=1).informed, found(rows, threshold=1).linked) == (3, 4)
    with pytest.raises(InputError, match="1 to 4"):
        found(rows, threshold=5)


def test_rounds_of_before_and_empty_rounds() -> None:
    questions = pd.DataFrame({"source": ["a"], "target": ["t"]})
    old = accuracy(questions, questions.assign(level="referral"), rng=np.random.default_rng(1))
    assert (old.informed, old.linked, old.checked) == (1, 1, 0)
    assert found([]).sentences == ()


def test_a_word_that_is_no_result_is_told() -> None:
    with pytest.raises(UnknownName, match="'right'.*as_recorded, differs_from_record"):
        found([("a", "t1", "information", "right")])


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.sampled_from(["t1", "t2", "t3"]),
            st.sampled_from(["not_known", "information", "introduction"]),
            st.sampled_from(["", "as_recorded", "differs_from_record"]),
        ),
        max_size=20,
    )
)
def test_the_counts_add_up_whatever_was_said(rows) -> None:
    result = found(rows)
    json.dumps(result.to_json(), allow_nan=False)
    assert result.as_recorded + result.differs == result.checked
    assert result.checked + result.unsettled <= result.informed == result.linked <= result.answered
    assert (result.share is None) == (result.checked == 0)
    if result.share is not None:
        assert 0 <= result.low <= result.share <= result.high <= 1
