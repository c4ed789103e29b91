"""The figures of a round: what counts where, honest sentences, and never a NaN."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import InputError, UnknownName
from rosc_map.linkage import Bounds, LinkageEstimate, estimate, two_stage
from rosc_map.linkage.stratified import stratified
from rosc_map.records import percent

CODES = ("not_known", "heard_of", "information", "referral", "introduction")
QUESTION_COLUMNS = [
    "source",
    "target",
    "eligible",
    "stratum",
    "stratum_size",
    "stratum_pairs",
    "source_reserve",
    "target_reserve",
]


def ends(**outcomes: str) -> pd.DataFrame:
    return pd.DataFrame({"source": list(outcomes), "contact": list(outcomes.values())}, dtype="str")


def test_each_outcome_goes_where_it_belongs(make_round) -> None:
    questions, answers = make_round(
        {
            "s1": [3, 2],
            "s2": [2, 0],
            "s3": [1, None],
            "refused": [None, None],
            "silent": [None, None],
            "wrong": [None, None],
            "closed": [None, None],
            "later": [None, None],
            "never": [None, None],
            "blank": [None, None],
        },
        9,
    )
    contacts = ends(s1="answered", refused="refused", silent="no_answer", wrong="wrong_number", closed="closed",
                    later="call_back", blank="answered")  # fmt: skip
    result = estimate(questions, answers, contacts, frame_size=20)

    assert (result.answered.sources, result.answered.questions) == (3, 5)
    core = two_stage([2, 1, 0], [2, 2, 1], [9, 9, 9], 20)
    assert result.answered.estimate == pytest.approx(0.5) == pytest.approx(float(core.estimate))
    assert (result.answered.low, result.answered.high) == (
        pytest.approx(float(core.low)),
        pytest.approx(float(core.high)),
    )
    assert result.referral.estimate == pytest.approx(0.5 / 3)
    assert (result.as_caller.sources, result.as_caller.questions) == (6, 11)
    assert result.as_caller.estimate == pytest.approx(0.25)
    # Nine sources, the closed one left out: three links and a half; six whole and one half left open.
    assert result.bounds == Bounds(pytest.approx(1.5 / 9), pytest.approx(8 / 9))
    # Rung, and not closed: s1 to s3, refused, silent, wrong, later, blank.
    assert (result.contacted, result.reached, result.contact_rate) == (8, 4, 0.5)
    assert (result.questions, result.unanswered, result.pending, result.closed) == (5, 1, 3, 1)
    assert (result.not_rung, result.call_back) == (1, 1)
    assert result.sentences[0].startswith(
        "The calls are not finished; of 10 services drawn:"
        " 1 not rung yet, 1 to be rung back, 1 rung with no answer to count yet."
    )


def test_the_sentences_of_a_usual_round(make_round) -> None:
    said = {f"s{n:02d}": [2, 2, 0, 0, 3 if n % 2 else 1] for n in range(19)}
    questions, answers = make_round(said | {"x": [None] * 5, "y": [None] * 5}, 59)
    result = estimate(questions, answers, ends(x="refused", y="call_back"), frame_size=60)
    assert result.sentences[0] == (
        "The calls are not finished; of 21 services drawn: 1 to be rung back. They are only in what is left open below."
    )
    assert (
        result.sentences[1]
        == "Of 95 questions answered by 19 services, 49 % found a link (95 % interval 42 % to 57 %)."
    )
    assert result.sentences[2].startswith("Of the same 95 questions, 9 % found a way in")
    assert (
        "counting 1 service that could not be reached or preferred not to take part as no link: 47 % of 100"
        in (result.sentences[3])
    )
    assert "would be 45 % if none of them had found a link, and 54 % if all had" in result.sentences[4]
    assert result.sentences[5] == "21 services were contacted, of 60 that could be; 19 answered (90 %)."
    assert len(result.sentences) == 6


def test_a_figure_that_is_not_the_plain_share_is_not_said_to_be_one(make_round) -> None:
    questions, answers = make_round({"s1": [2, 3], "s2": [0, 0], "s3": [None]}, {"s1": 9, "s2": 3, "s3": 6})
    result = estimate(questions, answers, ends(s3="refused"), frame_size=20)
    assert [(share.linked, share.questions) for share in (result.answered, result.referral, result.as_caller)] == [
        (2, 4),
        (1, 4),
        (2, 5),
    ]
    why = "each service counts by how many others it could be asked about."
    share, way_in, caller = result.sentences[:3]
    # 9 · 1 + 3 · 0 of 12, where the plain share is 2 of 4.
    assert share.startswith("Linkage is put at 75 % (95 % interval ")
    assert share.endswith(f"), from 4 questions answered by 2 services, 2 of which found a link: {why}")
    assert way_in.startswith("Linkage with a way in, a referral route or the right contact, is put at 38 % (95 %")
    assert way_in.endswith(f"), from the same 4 questions, 1 of which found one: {why}")
    assert "preferred not to take part as no link, linkage is put at 50 % (95 %" in caller
    assert caller.endswith(f"), from 5 questions, 2 of which found a link: {why}")
    assert result.to_json()["as_caller"]["linked"] == 2


def test_half_filled_sheets_do_not_make_the_plain_share_the_figure(make_round, no_contacts) -> None:
    questions, answers = make_round({"s1": [2, 2, 2, 2], "s2": [0, None, None, None]}, 9)
    text = estimate(questions, answers, no_contacts, frame_size=20).sentences[0]
    assert text.startswith("Linkage is put at 50 %")
    assert "from 5 questions answered by 2 services, 4 of which found a link" in text


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(3, 9)), min_size=2, max_size=9),
    st.booleans(),
)
def test_of_so_many_is_only_said_of_the_plain_share(rows, alike) -> None:
    questions, answers = [], []
    for number, (linked, eligible) in enumerate(rows):
        pairs = [(f"s{number}", f"t{place}") for place in range(3)]
        questions += [(*pair, 9 if alike else eligible) for pair in pairs]
        answers += [(*pair, "information" if place < linked else "not_known") for place, pair in enumerate(pairs)]
    result = estimate(
        pd.DataFrame(questions, columns=["source", "target", "eligible"]),
        pd.DataFrame(answers, columns=["source", "target", "level"]),
        ends(),
        frame_size=20,
    )
    plain = sum(linked for linked, _ in rows) / (3 * len(rows))
    said = result.sentences[0].startswith(f"Of {3 * len(rows)} questions answered by {len(rows)} services, ")
    assert said == (percent(result.answered.estimate) == percent(plain))
    assert said or not alike


def test_what_is_pending_comes_first_and_no_caller_is_promised_the_same_figure(make_round) -> None:
    said = {f"s{n:02d}": [2, 0] for n in range(5)} | {f"x{n:02d}": [None, None] for n in range(20)}
    questions, answers = make_round(said, 29)
    rung = ends(**{f"x{n:02d}": "call_back" for n in range(10)})
    result = estimate(questions, answers, rung, frame_size=30)
    assert (result.pending, result.not_rung, result.call_back) == (20, 10, 10)
    assert result.sentences[0].startswith(
        "The calls are not finished; of 25 services drawn: 10 not rung yet, 10 to be rung back."
    )
    text = " ".join(result.sentences)
    assert "Nobody refused" not in text
    assert "same figure" not in text
    assert "What a caller would meet is not known until the calls are finished." in result.sentences
    document = result.to_json()
    assert (document["pending"], document["not_rung"], document["call_back"]) == (20, 10, 10)


def test_nobody_has_answered(make_round, no_contacts) -> None:
    questions, answers = make_round({"s1": [None, None], "s2": [None, None]}, 5)
    result = estimate(questions, answers, no_contacts, frame_size=6)
    assert result.sentences == (
        "The calls are not finished; of 2 services drawn: 2 not rung yet.",
        "Nobody has answered yet, so there is no figure.",
    )
    assert result.answered.estimate is result.as_caller.estimate is result.contact_rate is None
    assert result.answered.df is result.answered.n_eff is result.to_json()["as_caller"]["df"] is None
    assert result.bounds == Bounds(0, 1)


def test_no_questions_at_all(make_round, no_contacts) -> None:
    questions, answers = make_round({}, 5)
    result = estimate(questions, answers, no_contacts, frame_size=6)
    assert result.sentences == ("Nobody has answered yet, so there is no figure.",)
    assert result.bounds == Bounds(None, None)


def test_one_service_has_answered(make_round, no_contacts) -> None:
    questions, answers = make_round({"s1": [2, 0], "s2": [None, None]}, 5)
    result = estimate(questions, answers, no_contacts, frame_size=6)
    caution = " One service has answered; one is too few to say how sure this is."
    assert result.sentences[1:3] == (
        "Of 2 questions answered by 1 service, 50 % found a link." + caution,
        "Of the same 2 questions, 0 % found a way in: a referral route or the right contact." + caution,
    )
    assert (result.answered.low, result.answered.high, result.answered.df) == (None, None, None)


@pytest.mark.parametrize(("levels", "eligible", "frame"), [([2], 5, 6), ([2, 0], 5, 1), ([2, 0], 2, 1)])
def test_one_service_has_no_degrees_of_freedom(make_round, no_contacts, levels, eligible, frame) -> None:
    questions, answers = make_round({"s1": levels}, eligible)
    result = estimate(questions, answers, no_contacts, frame_size=frame)
    assert result.answered.df is result.answered.n_eff is result.to_json()["referral"]["df"] is None
    # All questions to the only service there is are the whole; fewer are not.
    whole = eligible == len(levels)
    assert (result.answered.census, result.answered.low is not None) == (whole, whole)


@pytest.mark.parametrize(("level", "share", "low", "high"), [(4, 1, 0.7225, 1), (0, 0, 0, 0.2775)])
def test_all_yes_and_all_no_leave_room_for_doubt(make_round, no_contacts, level, share, low, high) -> None:
    questions, answers = make_round({f"s{n}": [level] * 3 for n in range(10)}, 19)
    found = estimate(questions, answers, no_contacts, frame_size=20).answered
    # Wilson for 10 of 10 (R: prop.test(10, 10, correct = FALSE) gives 0.7225 to 1).
    assert (found.estimate, found.low, found.high) == (
        share,
        pytest.approx(low, abs=1e-4),
        pytest.approx(high, abs=1e-4),
    )


def test_everything_asked_is_the_whole_and_says_so(make_round, no_contacts) -> None:
    questions, answers = make_round({"s1": [2, 2], "s2": [2, 0], "s3": [0, 0]}, 2)
    result = estimate(questions, answers, no_contacts, frame_size=3)
    assert (result.answered.low, result.answered.high, result.answered.census) == (0.5, 0.5, True)
    assert "so this is the whole and not a sample" in result.sentences[0]
    assert "interval" not in result.sentences[0]
    # Both figures always stand side by side.
    assert "a caller would meet the same figure" in result.sentences[2]


def test_the_threshold_moves_what_counts_as_linked(make_round, no_contacts) -> None:
    questions, answers = make_round({"s1": [0, 1], "s2": [2, 3], "s3": [4, 4]}, 9)
    shares = [
        estimate(questions, answers, no_contacts, frame_size=20, threshold=t).answered.estimate for t in (1, 2, 3, 4)
    ]
    assert shares == pytest.approx([5 / 6, 4 / 6, 3 / 6, 2 / 6])
    result = estimate(questions, answers, no_contacts, frame_size=20, threshold=3)
    assert result.referral == result.answered
    assert sum("way in" in sentence for sentence in result.sentences) == 1


def test_two_different_answers_are_open_and_twice_the_same_is_one(make_round, no_contacts) -> None:
    questions, answers = make_round({"s1": [0, 2], "s2": [1, None], "s3": [4]}, 9)
    other = answers.iloc[[0, 3]].assign(level="referral")
    result = estimate(questions, pd.concat([answers, other, answers]), no_contacts, frame_size=20)
    assert (result.questions, result.unanswered, result.unsettled, result.answered.sources) == (2, 1, 2, 2)
    assert result.answered.estimate == 0.5
    # s3 has nothing that counts: it is neither reached by mistake nor dropped.
    assert (result.pending, result.not_rung) == (1, 0)
    assert "2 questions have two different answers, and are left open until somebody settles them." in result.sentences
    assert result.sentences[0].startswith("The calls are not finished; of 3 services drawn: 1 rung with no answer to")
    assert result.bounds == Bounds(pytest.approx(1 / 6), pytest.approx((1 + 0.5 + 1) / 3))


def test_several_rows_of_a_contact(make_round) -> None:
    questions, answers = make_round({"s1": [0, 0], "s2": [None], "s3": [None], "s4": [None], "s5": [None]}, 9)
    rows = [
        ("s1", "refused", ()),
        ("s2", "no_answer", ()),
        ("s2", "closed", ()),
        ("s3", "no_answer", ("2026-03-02 10:00",)),
        ("s4", "no_answer", ("2026-03-02 10:00", "2026-03-02 18:30")),
        ("s4", "no_answer", ("2026-03-09 14:00",)),
        ("s5", "refused", ()),
        ("s5", "closed", ()),
    ]
    contacts = pd.DataFrame(rows, columns=["source", "contact", "tries"])
    result = estimate(questions, answers, contacts, frame_size=20)
    # An answer is an answer, also where "refused" stands beside it; s4 is over after three tries of two people.
    assert (result.reached, result.contacted, result.as_caller.sources, result.closed) == (1, 2, 2, 1)
    assert (result.pending, result.tried, result.not_rung, result.unsettled_contacts) == (2, 1, 0, 2)
    text = " ".join(result.sentences)
    assert "of 5 services drawn: 1 tried and not reached so far, 1 rung with no answer to count yet." in text
    assert "For 2 services, it is written down in two ways how the contact ended" in text
    assert estimate(questions, answers, contacts, frame_size=20, tries=1).tried == 0


def with_reserves(questions: pd.DataFrame, sources: dict[str, int], targets: list[int]) -> pd.DataFrame:
    return questions.assign(source_reserve=questions["source"].map(sources).fillna(0), target_reserve=targets)


def test_reserves_stand_in_for_what_has_closed_and_for_nothing_else(make_round) -> None:
    said = {"s1": [2, 0, 4], "s2": [None, None], "s3": [None, None], "r1": [2, 2], "r2": [None, None]}
    questions, answers = make_round(said, 9)
    # t0 has closed: s1 is asked its reserve question t2 instead; r1 stands in for s2, and nobody for s3.
    drawn = with_reserves(questions, {"r1": 1, "r2": 2}, [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
    result = estimate(drawn, answers, ends(s2="closed", s3="refused", t0="closed"), frame_size=20)
    assert result.answered.estimate == pytest.approx(float(two_stage([1, 1], [2, 1], [9, 9], 20).estimate)) == 0.75
    assert (result.answered.questions, result.as_caller.sources, result.pending) == (3, 3, 0)
    assert (result.closed, result.replaced, result.closed_questions, result.replaced_questions) == (1, 1, 3, 1)
    assert (
        "1 service has closed or is out of scope, and in none of the figures."
        " 1 reserve service, drawn at the same time, stands in." in result.sentences
    )
    assert (
        "3 questions were about services that have closed or are out of scope, and in none of the figures."
        " 1 reserve question, drawn at the same time, stands in." in result.sentences
    )
    # Without the closures the reserves are not in the figures, and neither are their questions open.
    plain = estimate(drawn.iloc[:7], answers.iloc[:3], ends(s3="refused"), frame_size=20)
    assert (plain.replaced, plain.replaced_questions, plain.pending) == (0, 1, 1)


def test_where_all_were_drawn_it_is_known_how_many_have_closed(make_round) -> None:
    questions, answers = make_round({"s1": [2, 0], "s2": [2, 2], "s3": [None, None]}, 5)
    result = estimate(questions, answers, ends(s3="closed"), frame_size=3, design="balanced").answered
    all_taken = two_stage([1, 2], [2, 2], [5, 5], 2)
    assert (result.low, result.high) == (pytest.approx(float(all_taken.low)), pytest.approx(float(all_taken.high)))
    # Of a sample it is not: there the frame stays as it was drawn from.
    assert estimate(questions, answers, ends(s3="closed"), frame_size=9).answered.low == pytest.approx(
        float(two_stage([1, 2], [2, 2], [5, 5], 9).low)
    )


STRATA = {"a": (5, 20), "b": (4, 12), "c": (8, 40)}


def by_group(questions: pd.DataFrame) -> pd.DataFrame:
    """Take the first letter of each source for its group."""
    label = questions["source"].str[0]
    sizes = {
        "stratum_size": label.map(lambda name: STRATA[name][0]),
        "stratum_pairs": label.map(lambda n: STRATA[n][1]),
    }
    return questions.assign(stratum=label, **sizes)


def test_all_that_is_still_open_was_asked_so_it_is_the_whole(make_round) -> None:
    ids = [f"t{number}" for number in range(4)]
    pairs = [(source, target) for source in ids for target in ids if source != target]
    questions = pd.DataFrame(pairs, columns=["source", "target"]).assign(eligible=3)
    left = questions[(questions["source"] != "t3") & (questions["target"] != "t3")]
    answers = left[["source", "target"]].assign(level=["information", "not_known"] * 3)
    found = estimate(questions, answers, ends(t3="closed"), frame_size=4)
    assert found.answered.census
    assert (found.answered.low, found.answered.estimate, found.answered.high) == (0.5, 0.5, 0.5)
    assert (found.bounds.low, found.bounds.high) == (0.5, 0.5)
    # With one more who could have been asked about, nobody knows whether they have closed as well.
    part = estimate(questions.assign(eligible=4), answers, ends(t3="closed"), frame_size=4)
    assert not part.answered.census


def test_a_group_in_which_all_have_closed_is_gone_and_not_silent() -> None:
    questions = pd.DataFrame(
        [(source, target, 3) for source in "abcd" for target in "abcd" if source != target],
        columns=["source", "target", "eligible"],
    )
    large = questions["source"].isin(["a", "b"])
    questions = questions.assign(
        stratum=np.where(large, "left", "gone"),
        stratum_size=np.where(large, 5, 2),
        stratum_pairs=np.where(large, 15, 6),
    )
    answers = pd.DataFrame([("a", "b", "information"), ("b", "a", "not_known")], columns=["source", "target", "level"])
    found = estimate(questions, answers, ends(c="closed", d="closed"), frame_size=7, design="stratified")
    assert found.groups_silent == 0
    assert found.answered.estimate == 0.5
    assert not any("Nobody has answered in" in sentence for sentence in found.sentences)
    # One of several of its contacts might yet answer: that group is silent.
    open_ = questions.assign(stratum_size=np.where(large, 5, 3))
    assert estimate(open_, answers, ends(c="closed", d="closed"), frame_size=8, design="stratified").groups_silent == 1


def test_a_stratified_round_weights_its_groups_by_their_pairs(make_round, no_contacts) -> None:
    questions, answers = make_round({"a1": [2, 2], "a2": [2, 0], "a3": [0, 0], "b1": [2, 3], "b2": [1, 2]}, 4)
    questions["eligible"] = questions["source"].map(lambda name: 4 if name < "b" else 3)
    found = estimate(by_group(questions), answers, no_contacts, frame_size=9, design="stratified")
    core = stratified([2, 1, 0, 2, 1], [2] * 5, [4, 4, 4, 3, 3], [5, 4], [0, 0, 0, 1, 1], [20 / 32, 12 / 32])
    assert found.answered.estimate == pytest.approx(float(core.estimate)) == pytest.approx(0.59375)
    assert (found.answered.low, found.answered.high) == (
        pytest.approx(float(core.low)),
        pytest.approx(float(core.high)),
    )
    assert found.bounds == Bounds(pytest.approx(0.59375), pytest.approx(0.59375))
    # Six of ten is 60 %, 0.59375 is 59 %.
    assert found.groups == 2
    assert "6 of which found a link: each group of the draw counts by how many questions" in found.sentences[0]
    # The same questions, drawn without groups, have another figure.
    plain = estimate(by_group(questions), answers, no_contacts, frame_size=9)
    assert plain.answered.estimate == pytest.approx((4 * 1.5 + 3 * 1.5) / 18)


def test_one_group_is_the_plain_estimate(make_round) -> None:
    questions, answers = make_round({"a1": [2, 2], "a2": [3, None], "a3": [0, 0], "a4": [None, None]}, 4)
    contacts = ends(a4="refused")
    plain = estimate(questions, answers, contacts, frame_size=5)
    assert estimate(by_group(questions), answers, contacts, frame_size=5, design="stratified") == plain


def test_thin_and_silent_groups_are_said(make_round) -> None:
    questions, answers = make_round(
        {"a1": [2, 2], "a2": [2, 0], "b1": [2, 0], "b2": [None, None], "c1": [None, None], "c2": [None, None]}, 4
    )
    result = estimate(
        by_group(questions), answers, ends(c1="no_answer", c2="refused"), frame_size=17, design="stratified"
    )
    assert (result.groups_merged, result.groups_silent) == (2, 1)
    # Σ W_h·L̂_h over the groups that answered; the silence of the third counts as a caller would meet it.
    assert result.answered.estimate == pytest.approx((20 * 0.75 + 12 * 0.5) / 32)
    assert result.as_caller.estimate == pytest.approx((20 * 0.75 + 12 * 0.5) / 72)
    assert result.bounds == Bounds(pytest.approx((20 * 0.75 + 12 * 0.25) / 72), pytest.approx((15 + 9 + 40) / 72))
    assert "Nobody has answered in 1 group of the draw; the others stand for it." in result.sentences
    assert any(text.startswith("To say how sure the figure is, 2 groups of the draw") for text in result.sentences)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"stratum_pairs": None}, InputError, "drawn by groups, but its questions do not all say how many contacts"),
        ({"stratum_size": 1}, InputError, "drew 2 services from the group 'a' of 1"),
    ],
)
def test_groups_that_cannot_be_are_refused(make_round, no_contacts, change, error, words) -> None:
    questions, answers = make_round({"a1": [2, 2], "a2": [2, 0]}, 4)
    with pytest.raises(error, match=words):
        estimate(by_group(questions).assign(**change), answers, no_contacts, frame_size=9, design="stratified")
    with pytest.raises(InputError, match="drawn by groups"):
        estimate(questions, answers, no_contacts, frame_size=9, design="stratified")
    with pytest.raises(UnknownName, match="'snowball' is not a design. Use one of: independent, stratified"):
        estimate(questions, answers, no_contacts, frame_size=9, design="snowball")


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"threshold": 5}, InputError, "The threshold is 5. Choose a level from 1 to 4"),
        ({"frame_size": 1}, InputError, "drew 2 services from a frame of 1"),
        ({"level": "7"}, UnknownName, "'7' is not a level"),
        ({"target": "elsewhere"}, InputError, "an answer of 's1' about 'elsewhere', which this round did not ask"),
        ({"contact": "grumpy"}, UnknownName, "'grumpy' is not an outcome"),
        ({"source": "zz"}, InputError, "a contact with 'zz', which this round did not draw"),
        ({"eligible": 1.0}, InputError, "'s1' is asked 2 questions, but the round says that it could be asked 1"),
        ({"eligible": float("nan")}, InputError, "'s1' is asked 2 questions, but .* could be asked nan"),
    ],
)
def test_what_does_not_belong_together_is_refused(make_round, change, error, words) -> None:
    questions, answers = make_round({"s1": [2, 2], "s2": [1, 1]}, 5)
    questions = questions.assign(eligible=change.get("eligible", 5.0))
    answers.loc[0, ["level", "target"]] = [change.get("level", "referral"), change.get("target", "t0")]
    contacts = pd.DataFrame({"source": [change.get("source", "s1")], "contact": [change.get("contact", "answered")]})
    with pytest.raises(error, match=words):
        estimate(
            questions,
            answers,
            contacts,
            frame_size=change.get("frame_size", 9),
            threshold=change.get("threshold", 2),
        )


def check_honest(result: LinkageEstimate) -> None:
    """Hold a result to: no NaN, ends in order, denominators that add up, something said."""
    text = json.dumps(result.to_json(), allow_nan=False)
    assert "nan" not in " ".join(result.sentences).lower()
    assert "None" not in " ".join(result.sentences)
    assert text
    assert result.sentences
    for share in (result.answered, result.referral, result.as_caller):
        if share.estimate is None:
            assert share.questions == share.sources == 0
            assert share.low is share.high is share.df is None
        elif share.low is None or share.high is None:
            assert share.sources == 1
            assert share.high is share.low is share.df is None
        else:
            assert 0 <= share.low <= share.estimate <= share.high <= 1
            assert share.census or share.high - share.low > 0
            assert share.census or share.df > 0
    if result.answered.estimate is not None:
        assert result.referral.estimate <= result.answered.estimate + 1e-12
        assert result.bounds.low - 1e-9 <= result.as_caller.estimate <= result.answered.estimate + 1e-9


OUTCOMES = ("answered", "refused", "call_back", "no_answer", "wrong_number", "closed")
LEVELS = st.sampled_from([None, 0, 1, 2, 3, 4])
TRIES = st.sampled_from([(), ("2026-03-02 10:00",), ("2026-03-02 10:00", "2026-03-02 18:30", "2026-03-09 14:00")])
QUESTION = st.tuples(LEVELS, LEVELS, st.sampled_from([0, 0, 1, 2]))
SOURCE = st.tuples(
    st.lists(QUESTION, min_size=1, max_size=4), st.sampled_from("abc"), st.sampled_from([0, 0, 0, 1]), st.integers(0, 9)
)


@given(
    drawn=st.lists(SOURCE, max_size=6),
    rows=st.lists(st.tuples(st.integers(0, 5), st.sampled_from(OUTCOMES), TRIES), max_size=9),
    shut=st.sets(st.sampled_from(["t0", "t1", "t2", "t3"]), max_size=2),
    spare=st.integers(0, 20),
    design=st.sampled_from(["independent", "stratified", "balanced"]),
    threshold=st.sampled_from([2, 2, 2, 3]),
)
def test_no_pattern_of_answers_gives_a_nan_or_a_nonsense_interval(drawn, rows, shut, spare, design, threshold) -> None:
    questions, answers, contacts = [], [], []
    for number, (asked, stratum, reserve, room) in enumerate(drawn):
        for place, (level, second, order) in enumerate(asked):
            pair = (f"s{number}", f"t{place}")
            questions.append(
                (*pair, len(asked) + room, stratum, len(drawn) + spare, 10.0 * ord(stratum), reserve, order)
            )
            answers += [(*pair, CODES[said]) for said in (level, second) if said is not None]
    contacts += [(f"s{number}", outcome, tries) for number, outcome, tries in rows if number < len(drawn)]
    targets = {question[1] for question in questions}
    contacts += [(target, "closed", ()) for target in sorted(shut & targets)]
    table = pd.DataFrame(questions, columns=QUESTION_COLUMNS)
    said = pd.DataFrame(answers, columns=["source", "target", "level"], dtype="str")
    rung = pd.DataFrame(contacts, columns=["source", "contact", "tries"])
    options = {"frame_size": max(1, len(drawn) + spare), "design": design}
    result = estimate(table, said, rung, threshold=threshold, **options)
    if threshold == 2:
        check_honest(result)
    else:
        assert result.referral == result.answered


def test_the_document_has_the_keys_of_the_contract(make_round, no_contacts) -> None:
    questions, answers = make_round({"s1": [2, 2], "s2": [1, 1]}, 5)
    document = estimate(questions, answers, no_contacts, frame_size=9).to_json()
    assert {"frame", "contacted", "reached", "contact_rate", "questions", "answered", "as_caller", "bounds"} <= set(
        document
    )
    assert {"referral", "pending", "sentences", "unsettled", "tried", "replaced", "groups_merged"} <= set(document)
    assert {"estimate", "low", "high", "df", "n_eff"} <= set(document["answered"])
    assert (document["frame"], document["questions"], set(document["bounds"])) == (9, 4, {"low", "high"})


@pytest.mark.parametrize(
    ("share", "words"), [(0, "0 %"), (0.004, "under 1 %"), (0.125, "13 %"), (0.996, "over 99 %"), (1, "100 %")]
)
def test_what_is_not_none_or_all_is_never_rounded_to_it(share, words) -> None:
    assert percent(share) == words
