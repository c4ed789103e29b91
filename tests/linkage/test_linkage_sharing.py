"""Sharing calls out: evenly, a source on one sheet, the same every time."""

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import InputError
from rosc_map.linkage.sharing import share_out


def table(sizes: list[int]) -> pd.DataFrame:
    rows = [(f"s{number}", f"t{place}") for number, size in enumerate(sizes) for place in range(size)]
    return pd.DataFrame(rows, columns=["source", "target"], index=range(10, 10 + len(rows)))


def test_equal_calls_go_round_in_turn_and_keep_their_order() -> None:
    first, second = share_out(table([2, 2, 2]), 2)
    assert first.to_dict("list") == {"source": ["s0", "s0", "s2", "s2"], "target": ["t0", "t1", "t0", "t1"]}
    assert second["source"].tolist() == ["s1", "s1"]
    assert list(first.index) == [0, 1, 2, 3]


def test_one_volunteer_has_all_and_a_long_call_is_evened_out() -> None:
    (only,) = share_out(table([1, 4, 1, 2]), 1)
    assert only["source"].tolist() == table([1, 4, 1, 2])["source"].tolist()
    assert [len(sheet) for sheet in share_out(table([1, 4, 1, 2]), 2)] == [4, 4]


@given(st.lists(st.integers(1, 6), min_size=1, max_size=25), st.integers(1, 25))
def test_every_question_is_on_one_sheet_and_no_sheet_is_much_longer(sizes, volunteers) -> None:
    questions = table(sizes)
    if volunteers > len(sizes):
        with pytest.raises(InputError, match=f"There are {volunteers} volunteers and {len(sizes)} services to ring"):
            share_out(questions, volunteers)
        return
    sheets = share_out(questions, volunteers)
    assert len(sheets) == volunteers
    assert max(map(len, sheets)) - min(map(len, sheets)) <= max(sizes)
    assert all(len(sheet) for sheet in sheets)
    on_sheets = Counter(source for sheet in sheets for source in sheet["source"].unique())
    assert set(on_sheets.values()) == {1}
    order = {pair: place for place, pair in enumerate(questions.itertuples(index=False, name=None))}
    for sheet in sheets:
        places = [order[pair] for pair in sheet.itertuples(index=False, name=None)]
        assert places == sorted(places)
    assert sum(map(len, sheets)) == len(questions)
    assert all(sheet.equals(again) for sheet, again in zip(sheets, share_out(questions, volunteers), strict=True))


def test_what_cannot_be_shared_out() -> None:
    with pytest.raises(InputError, match="cannot be shared among 0 volunteers. Give 1 or more"):
        share_out(table([1]), 0)
    with pytest.raises(InputError, match="no calls to share out"):
        share_out(table([]), 1)
