"""Three states of a pair: linked, not found in this test, and not tested, which is never "no link"."""

import datetime as dt

import pandas as pd

from rosc_map.linkage import tested

QUESTIONS = pd.DataFrame([("b", "a"), ("b", "c"), ("a", "c"), ("a", "d"), ("c", "a")], columns=["source", "target"])
DAY = dt.date(2026, 3, 2)
ANSWERS = pd.DataFrame(
    [
        ("a", "d", "not_known", None),
        ("b", "a", "information", DAY),
        ("b", "a", "information", DAY + dt.timedelta(days=7)),
        ("a", "c", "referral", DAY),
        ("a", "c", "not_known", DAY),
        ("z", "closed since", "referral", DAY),
    ],
    columns=["source", "target", "level", "on"],
)


def test_only_settled_answers_make_a_row() -> None:
    links = tested.tested_links(QUESTIONS, ANSWERS)
    assert list(links.columns) == ["from_asset", "to_asset", "result", "on"]
    assert links.to_numpy().tolist() == [
        ["b", "a", "linked", DAY + dt.timedelta(days=7)],
        ["a", "d", "not_found_in_test", None],
    ]
    assert tested.tested_links(QUESTIONS, ANSWERS, threshold=3)["result"].tolist() == ["not_found_in_test"] * 2


def test_answers_without_days_and_no_answers() -> None:
    plain = ANSWERS.drop(columns="on")
    assert tested.tested_links(QUESTIONS, plain)["on"].tolist() == [None, None]
    assert tested.tested_links(QUESTIONS, plain.iloc[:0]).empty
    assert list(tested.tested_links(QUESTIONS.iloc[:0], plain).columns) == ["from_asset", "to_asset", "result", "on"]
