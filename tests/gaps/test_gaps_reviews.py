"""The grids of views: side by side, all items shown, nothing averaged."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import InputError
from rosc_map.gaps.reviews import reviews
from rosc_map.records import codelist

FIELDS = ["framework", "item", "about", "group", "on", "answer", "example"]
FRAMEWORKS = ("participation_ladder", "five_questions", "stepping_stones", "lero_standards")
GROUPS = tuple(codelist("group_asked"))
DAY = dt.date(2026, 6, 2)
LIVED, PROVIDER = "lived_experience_leader", "service_provider"


def view(item="partnership", group=LIVED, answer="yes", on=DAY, framework="participation_ladder", **more):
    plain = {"about": "Whole system", "example": ""}
    return {"framework": framework, "item": item, "group": group, "answer": answer, "on": on} | plain | more


def run(*rows):
    return reviews(pd.DataFrame(rows, columns=FIELDS, dtype=object))


def cell(grid, item, group):
    return grid.items.set_index("item").loc[item, group]


def test_views_stand_side_by_side_and_all_items_are_shown():
    (grid,) = run(view(), view(group=PROVIDER, answer="not_yet"), view("information", answer="partly"))
    assert grid.items["item"].tolist() == list(codelist("participation_ladder"))
    assert list(grid.items.columns) == ["item", *GROUPS]
    assert (cell(grid, "partnership", LIVED), cell(grid, "partnership", PROVIDER)) == ("yes", "not_yet")
    given_ = grid.items.drop(columns="item").to_numpy().ravel().tolist()
    assert sorted(given_) == [""] * (8 * 6 - 3) + ["not_yet", "partly", "yes"]


def test_the_ladder_is_first_and_the_standards_are_last():
    rows = [view(next(iter(codelist(name))), framework=name) for name in sorted(FRAMEWORKS)]
    assert [grid.framework for grid in run(*rows)] == list(FRAMEWORKS)


def test_a_grid_for_each_thing_that_was_looked_at():
    rows = [view(about=name) for name in ("The board", "A service", "the  Board", "Ø")]
    rows[2] |= {"group": PROVIDER}
    grids = run(*rows)
    assert [grid.about for grid in grids] == ["A service", "The board", "Ø"]
    assert (grids[1].items[[LIVED, PROVIDER]] != "").to_numpy().sum() == 2


@pytest.mark.parametrize("turned", [False, True])
def test_the_latest_view_of_a_group_counts_and_earlier_ones_are_said_to_be_there(turned):
    rows = [
        view(on=dt.date(2025, 6, 10), answer="not_yet", example="Then."),
        view(on=None, answer="not_sure"),
        view(answer="partly", example="Now."),
        view(group=PROVIDER, on=dt.date(2026, 7, 1)),
    ]
    (grid,) = run(*(rows[::-1] if turned else rows))
    assert cell(grid, "partnership", LIVED) == "partly"
    assert grid.examples.to_numpy().tolist() == [["partnership", LIVED, DAY, "Now."]]
    assert grid.on == (DAY, dt.date(2026, 7, 1))
    assert "2 earlier views are recorded; the latest of each group counts." in grid.sentences


def test_the_sentences():
    (grid,) = run(
        view(),
        view(group=PROVIDER, answer="not_yet"),
        view("consultation"),
        view("consultation", group=PROVIDER, on=dt.date(2026, 6, 9)),
        view("information"),
    )
    assert grid.sentences == (
        "2 groups gave 5 views on 3 of 8 items, from 2 June 2026 to 9 June 2026.",
        "Of 2 items with views of two or more groups, the answers differ on 1 (Partnership): something to talk about.",
        "The views stand side by side: they are not averaged, scored or added up.",
    )


def test_lero_standards_are_support_wanted_by_number_and_never_a_score():
    rows = [
        view(f"standard_{n}", answer=answer, framework="lero_standards")
        for n, answer in ((27, "support_wanted"), (3, "support_wanted"), (7, "support_not_wanted"))
    ]
    (grid,) = run(*rows)
    assert len(grid.items) == 33
    said = " ".join(grid.sentences)
    assert "Of 3 standards with a view, support is wanted with 2: Standard 3 and Standard 27." in said
    assert "wording are CLERO's" in said
    assert not (set(grid.items.to_numpy().ravel()) & {"yes", "partly", "not_yet"})
    (none_wanted,) = run(rows[2])
    assert "Of 1 standard with a view, support is wanted with 0." in none_wanted.sentences


def test_a_view_without_a_day():
    (grid,) = run(view(on=pd.NaT, example="So it is."))
    assert grid.on is None
    assert grid.sentences[0] == "1 group gave 1 view on 1 of 8 items."
    assert grid.examples["on"].tolist() == [None]


def test_words_that_are_in_no_list_are_not_shown_and_that_is_said():
    rows = [view(), view("rung 9"), view(group="somebody"), view(answer="7 of 10"), view(framework="stars")]
    (grid,) = run(*rows)
    assert [value for value in grid.items[list(GROUPS)].to_numpy().ravel() if value] == ["yes"]
    assert any(said.startswith("3 views name an item, a group or an answer") for said in grid.sentences)


def test_no_views_make_no_grid():
    assert run() == ()


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="view table has no column about"):
        reviews(pd.DataFrame(columns=[name for name in FIELDS if name != "about"]))


ROWS = st.lists(
    st.builds(
        view,
        item=st.sampled_from([*codelist("participation_ladder"), "no such rung"]),
        group=st.sampled_from(GROUPS[:3]),
        answer=st.sampled_from(["yes", "partly", "not_yet", "not_sure"]),
        on=st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 9)),
        about=st.sampled_from(["Board", "board", "Service"]),
    ),
    max_size=20,
)


@given(ROWS)
def test_every_answer_shown_is_one_that_the_group_gave_last(rows):
    grids = run(*rows)
    assert len(grids) == len({row["about"].lower() for row in rows})
    for grid in grids:
        own = [row for row in rows if row["about"].lower() == grid.about.lower()]
        shown = grid.items.set_index("item").to_dict("index")
        for item in codelist("participation_ladder"):
            for group in GROUPS:
                said = [row for row in own if (row["item"], row["group"]) == (item, group)]
                last = max((row["on"] or dt.date.min for row in said), default=None)
                fits = [row["answer"] for row in said if (row["on"] or dt.date.min) == last]
                assert shown[item][group] == (fits[-1] if fits else "")
