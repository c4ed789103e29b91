"""Each organisation's own result: kind, its own, and never a word of who was asked about it."""

import datetime as dt
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import InputError, UnknownName
from rosc_map.linkage import LEVEL_WORDS
from rosc_map.linkage.feedback import OwnResult, own_results, what_you_can_do

IDS = ("a", "b", "c", "d", "e")
NAMES = {identifier: f"Service «{identifier}»" for identifier in IDS}
QUESTIONS = pd.DataFrame(
    [("a", "b"), ("a", "c"), ("a", "d"), ("b", "a"), ("c", "a"), ("d", "a"), ("d", "b"), ("e", "a")],
    columns=["source", "target"],
)
ANSWERS = pd.DataFrame(
    [
        ("a", "b", "referral"),
        ("a", "c", "heard_of"),
        ("b", "a", "information"),
        ("c", "a", "introduction"),
        ("d", "a", "not_known"),
        ("d", "b", "information"),
    ],
    columns=["source", "target", "level"],
)
OUTCOMES = pd.DataFrame(
    [("a", "answered"), ("b", "answered"), ("c", "answered"), ("d", "answered"), ("e", "refused")],
    columns=["source", "outcome"],
)


def result(asset: str, **changes: object) -> OwnResult:
    given = {"questions": QUESTIONS, "answers": ANSWERS, "outcomes": OUTCOMES, "names": NAMES}
    return own_results([asset], **{**given, **changes})[0]  # type: ignore[arg-type]


def ended(outcome: str) -> pd.DataFrame:
    return pd.DataFrame({"source": ["e"], "outcome": [outcome]})


def test_its_own_answers_and_what_others_could_say() -> None:
    own = result("a")
    assert own.name == "Service «a»"
    assert own.as_source == (
        "You were asked 3 questions, and answered 2. Thank you.",
        "In 1 of 2, you could say what it is, where and when.",
        "In 1 of 2, you could say how to get in.",
    )
    assert own.answers.to_dict("list") == {
        "Asked about": ["Service «b»", "Service «c»"],
        "What you could say": [LEVEL_WORDS["referral"], LEVEL_WORDS["heard_of"]],
    }
    assert own.as_target == (
        "3 services were asked about this one, and answered.",
        "2 of them could say what it is, where and when.",
        "1 of them could say how to get in.",
        "Nobody is told who they are.",
    )


def test_another_threshold_is_in_its_own_words() -> None:
    own = result("a", threshold=1)
    assert own.as_source[1] == "In 2 of 2, you had heard of the service."
    assert own.as_target[1:3] == ("2 of them had heard of it.", "1 of them could say how to get in.")
    assert len(result("a", threshold=3).as_source) == 2
    assert result("a", threshold=4).as_target[2] == "1 of them said that they would help actively."


def test_under_three_answers_there_is_no_figure() -> None:
    fewer = ("Fewer than three services were asked about this one and answered, so no figure is given here.",)
    assert result("b").as_target == fewer
    # Three are asked about it here, but only two answers are settled: the figure would be of two.
    two = pd.concat([ANSWERS, pd.DataFrame([("d", "a", "referral")], columns=ANSWERS.columns)])
    assert result("a", answers=two).as_target == fewer
    assert result("e").as_target == ("Nobody was drawn to be asked about this service in this round.",)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("refused", "You preferred not to take part. That is fine, and nobody else is told."),
        ("no_answer", "We tried up to 3 times, at different times of the day, and did not reach you."),
        ("wrong_number", "The number that we have for you did not work."),
        ("call_back", "You asked to be called back"),
        ("closed", "We were told that this service has closed."),
        ("", "no answer has been written down"),
    ],
)
def test_how_the_contact_ended_is_said_kindly(outcome, words) -> None:
    own = result("e", outcomes=ended(outcome))
    assert len(own.as_source) == 1
    assert words in own.as_source[0]
    assert own.answers.empty


def test_one_try_is_once() -> None:
    assert "We tried once, and" in result("e", outcomes=ended("no_answer"), tries=1).as_source[0]


def test_a_service_that_was_not_drawn_and_one_that_has_closed() -> None:
    none = QUESTIONS.iloc[:0]
    assert result("e", questions=none).as_source == (
        "This service was not among those drawn to be asked in this round.",
    )
    assert "has closed" in result("e", questions=none, outcomes=ended("closed")).as_source[0]


def test_two_different_answers_are_left_open_and_the_same_one_twice_counts_once() -> None:
    more = pd.DataFrame([("a", "b", "not_known"), ("a", "c", "heard_of")], columns=ANSWERS.columns)
    own = result("a", answers=pd.concat([ANSWERS, more]))
    assert own.as_source[0] == "You were asked 3 questions, and answered 1. Thank you."
    assert own.as_source[-1].startswith("For 1 question, two different answers were written down.")
    assert own.answers["What you could say"].tolist() == [
        "Two different answers were written down; it is left open",
        LEVEL_WORDS["heard_of"],
    ]


def test_an_organisation_with_several_services_gets_them_in_its_order() -> None:
    both = own_results(["b", "a"], QUESTIONS, ANSWERS, OUTCOMES, NAMES)
    assert [own.asset for own in both] == ["b", "a"]
    assert both[1].as_source == result("a").as_source


def test_what_cannot_be_named_or_read() -> None:
    with pytest.raises(UnknownName, match="no name for 'zz'"):
        result("zz")
    with pytest.raises(UnknownName, match="'7' is not a level"):
        result("a", answers=ANSWERS.assign(level="7"))


def test_what_it_can_do() -> None:
    text = " ".join(what_you_can_do(reply_by=dt.date(2026, 4, 15), reply_to="hello@example.org"))
    assert "Until 15 April 2026 nobody else is shown any result" in text
    assert "write to hello@example.org by 15 April 2026" in text
    assert "If our record of you is wrong" in text
    with pytest.raises(InputError, match="does not say where to reply"):
        what_you_can_do(reply_by=dt.date(2026, 4, 15), reply_to=" ")


pairs = st.lists(
    st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)).filter(lambda pair: pair[0] != pair[1]),
    unique=True,
    max_size=20,
)
outcome_codes = st.sampled_from(("answered", "refused", "no_answer", "wrong_number", "call_back", ""))


@given(
    st.data(),
    pairs,
    st.lists(st.sampled_from(tuple(LEVEL_WORDS)), min_size=20, max_size=20),
    st.lists(outcome_codes, min_size=5, max_size=5),
    st.integers(1, 4),
)
def test_no_page_names_another_source_or_depends_on_which_it_was(data, asked, levels, ends, threshold) -> None:
    questions = pd.DataFrame(asked, columns=["source", "target"])
    answers = questions.assign(level=levels[: len(asked)]).sample(frac=0.7, random_state=len(asked))
    outcomes = pd.DataFrame({"source": list(IDS), "outcome": ends})
    own = own_results(["a"], questions, answers, outcomes, NAMES, threshold=threshold)[0]
    page = " ".join((*own.as_source, *own.answers.astype(str).to_numpy().ravel(), *own.as_target))
    may_be_named = {NAMES["a"]} | {NAMES[target] for source, target in asked if source == "a"}
    assert set(re.findall("Service «.»", page)) <= may_be_named
    assert own.as_source
    assert own.as_target
    assert "nan" not in page
    # Who the others are cannot be worked out: had they changed places, the page would be the same.
    others = dict(zip("bcde", data.draw(st.permutations("bcde")), strict=True)) | {"a": "a"}

    def moved(table: pd.DataFrame) -> pd.DataFrame:
        about = table["target"] == "a"
        return table.assign(source=table["source"].where(~about, table["source"].map(others)))

    again = own_results(["a"], moved(questions), moved(answers), outcomes, NAMES, threshold=threshold)[0]
    assert again.as_target == own.as_target
