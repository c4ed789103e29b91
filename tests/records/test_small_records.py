"""Money, needs, views, seats, offers and actions: what is right is taken, what is not is refused in plain words."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.records import (
    Action,
    Asset,
    CellError,
    ClosingReport,
    FieldSpec,
    Funding,
    Kind,
    Need,
    Offer,
    Record,
    Review,
    Seat,
    Spend,
    SurveyedArea,
    check_who,
    codelist,
    codelist_names,
    parse_cell,
    read_row,
)

SMALL = [SurveyedArea, Funding, Spend, Review, Seat, Offer, Action, Need]


def examples(record, **other):
    return {name: spec.example for name, spec in record.specs().items()} | other


def problem(record, **other):
    """Return the one problem of the example row with these cells instead."""
    found, (wrong,) = read_row(record, examples(record, **other), 7)
    assert found is None
    assert wrong.why
    assert wrong.what_to_do
    return wrong


@pytest.mark.parametrize("record", SMALL)
def test_each_record_reads_its_own_examples_whole(record):
    found, problems = read_row(record, examples(record), 2)
    assert not problems
    assert [name for name, spec in record.specs().items() if getattr(found, name) == spec.empty] == []


@pytest.mark.parametrize("record", SMALL)
def test_each_required_field_is_asked_for_with_its_hint(record):
    for name, spec in record.specs().items():
        found, problems = read_row(record, examples(record, **{name: ""}), 2)
        assert (found is None) == spec.required, name
        if spec.required:
            assert [(p.column, p.why) for p in problems] == [(name, "is missing.")]
            assert spec.hint in problems[0].what_to_do


SPECS = [(record, name) for record in SMALL for name in record.specs()]
TYPED = st.text(max_size=60) | st.floats().map(str) | st.integers().map(str) | st.dates().map(str)


@at_least(100)
@given(st.sampled_from(SPECS), TYPED)
def test_no_cell_crashes_a_record(field, typed):
    record, name = field
    found, problems = read_row(record, examples(record, **{name: typed}), 7)
    assert (found is None) == bool(problems)
    assert all(p.row == 7 and p.why and p.what_to_do for p in problems)


@pytest.mark.parametrize(("record", "name"), [(Need, "value"), (Funding, "value")])
def test_a_figure_below_nothing_is_refused(record, name):
    wrong = problem(record, **{name: "-5"})
    assert (wrong.column, wrong.why) == (name, "is out of range.")


def test_a_funding_does_not_end_before_it_starts():
    wrong = problem(Funding, start="2026-04-01", end="2026-03-31")
    assert (wrong.column, wrong.why) == ("end", "is before the start.")
    same_day = examples(Funding, start="2026-04-01", end="01/04/2026")
    assert Funding(**same_day).end == dt.date(2026, 4, 1)
    assert Funding(**examples(Funding, start="")).start is None


FRAMEWORKS = list(codelist("review_framework"))


def answer_for(framework):
    return "support_wanted" if framework == "lero_standards" else "partly"


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_an_item_is_read_by_code_or_label_of_its_framework(framework):
    for code in codelist(framework).values():
        for typed in (code.code, code.label, code.label.upper()):
            view = Review(**examples(Review, framework=framework, item=typed, answer=answer_for(framework)))
            assert view.item == code.code


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_an_item_of_another_framework_is_refused(framework):
    others = {code for name in FRAMEWORKS if name != framework for code in codelist(name)} - set(codelist(framework))
    assert others
    for item in others:
        wrong = problem(Review, framework=framework, item=item, answer=answer_for(framework))
        assert (wrong.column, wrong.value) == ("item", item)
        assert next(iter(codelist(framework).values())).label in wrong.what_to_do


def test_the_label_of_a_framework_is_as_good_as_its_code():
    cells = {"framework": "LERO standards", "item": "standard_7", "answer": "Support wanted"}
    assert Review(**examples(Review, **cells)).item == "standard_7"


def test_a_framework_that_nobody_knows_is_said_once_and_of_the_framework():
    assert problem(Review, framework="six questions").column == "framework"


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("answer", codelist("review_answer"))
def test_an_answer_has_to_fit_its_framework(framework, answer):
    cells = examples(Review, framework=framework, item=next(iter(codelist(framework))), answer=answer)
    found, problems = read_row(Review, cells, 2)
    if answer.startswith("support_") == (framework == "lero_standards"):
        assert found.answer == answer
    else:
        assert [p.column for p in problems] == ["answer"]
        assert answer_for(framework) in problems[0].what_to_do
        assert answer not in problems[0].what_to_do.removeprefix("Choose from: ").rstrip(".").split(", ")


def test_a_seat_names_a_kind_of_organisation_and_can_be_empty():
    assert Seat(**examples(Seat, held_by="Nobody at present", votes="", expenses_paid="no")).model_dump() == {
        "structure": "Treatment and recovery partnership board",
        "seat": "Deputy chair",
        "held_by": "vacant",
        "votes": None,
        "expenses_paid": False,
        "since": dt.date(2026, 1, 15),
    }
    assert problem(Seat, held_by="Jane Smith").column == "held_by"


def test_by_is_a_day_for_an_action_and_a_role_for_a_survey():
    assert Action(**examples(Action, by="30 June 2026")).by == dt.date(2026, 6, 30)
    assert problem(Action, by="Volunteer 7").why == "is not a date."
    assert problem(SurveyedArea, by="Jane Smith").why == "may be the name of a person."


ROLES = [
    "Volunteer 7", "V12", "coordinator", "Co-ordinator", "Peer lead", "LERO development worker", "VOLUNTEER 7", "v7",
    "volunteer - 7",
]  # fmt: skip
NAMES = [
    "Jane Smith", "jane smith", "Volunteer Jane", "Jane", "jane", "J. Smith", "Volunteer 'Jane", "Volunteer -Jane",
    "Volunteer _Jane", "Volunteer ’Jane", "Volunteer (Jane)", "Volunteer 7, Jane", "7 ǅane", "Jane Smith 7",
    "jane smith volunteer", "staff (jane smith)", "janesmith7", "jane.smith@nhs.net 7", "V7 07700 900123", "Ｖ7",
    "coordinator\x0b7", "Coordinator Jane-Marie O'Neill", "Volunteer janeSmith", "Łukasz lead", "volunteer 李",
    "volunteer 𝐉ane",
]  # fmt: skip
WHO = [(record, name) for record, name in ((Asset, "recorded_by"), (SurveyedArea, "by"), (ClosingReport, "by"))]


@pytest.mark.parametrize(("record", "name"), WHO)
@pytest.mark.parametrize("typed", ROLES)
def test_a_number_or_role_is_taken_as_it_was_typed(record, name, typed):
    assert getattr(record(**named(record) | {name: typed}), name) == typed


@pytest.mark.parametrize(("record", "name"), WHO)
@pytest.mark.parametrize("typed", NAMES)
def test_a_persons_name_is_refused(record, name, typed):
    found, (wrong,) = read_row(record, named(record) | {name: typed}, 2)
    assert found is None
    assert (wrong.column, wrong.why) == (name, "may be the name of a person.")
    assert "Volunteer 7" in wrong.what_to_do


def named(record):
    return {"name": "A", "asset_type": "lero"} if record is Asset else examples(record)


CAPITAL = st.characters(categories=["Lu", "Lt"])
SMALL_LETTERS = st.text(st.characters(categories=["Ll"]), min_size=1, max_size=8)
NAME = st.builds(str.__add__, CAPITAL, SMALL_LETTERS)


def is_role(word):
    try:
        check_who(word)
    except CellError:
        return False
    return True


@at_least(100)
@given(
    NAME.filter(lambda word: not is_role(word)), st.sampled_from(ROLES), st.sampled_from([" ", ", ", " '", " -", "\n"])
)
def test_a_name_beside_a_role_is_still_a_name(name, role, between):
    for typed in (name, f"{role}{between}{name}", f"{name}{between}{role}"):
        with pytest.raises(CellError, match="may be the name of a person"):
            check_who(typed)


@at_least(100)
@given(st.text())
def test_who_is_given_back_unchanged_or_refused(typed):
    try:
        assert check_who(typed) == typed
    except CellError as refused:
        assert refused.what_to_do


@pytest.mark.parametrize("name", codelist_names())
def test_a_code_can_be_typed_stored_and_read_back(name):
    spec = FieldSpec(Kind.CHOICE, name, codelist=name)
    many = FieldSpec(Kind.CHOICES, name, codelist=name)
    codes = codelist(name).values()
    for code in codes:
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", code.code), code
        assert len(code.code) <= 32, code
        # "none" or "n/a" would be read as "not known", and lost.
        assert parse_cell(spec, code.code) == code.code
        assert parse_cell(spec, code.label) == code.code
    assert parse_cell(many, "; ".join(code.code for code in codes)) == tuple(code.code for code in codes)


def test_every_codelist_is_used_and_every_choice_has_one():
    used = {spec.codelist for record in Record.__subclasses__() for spec in record.specs().values()} - {""}
    assert used <= set(codelist_names())
    assert set(FRAMEWORKS) <= set(codelist_names())
    assert set(codelist_names()) == used | set(FRAMEWORKS)
