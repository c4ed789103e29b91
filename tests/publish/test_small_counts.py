"""Counts of 1 to 4 people outside internal: not shown, and not to be worked out from what is shown beside them."""

import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.publish.small_counts import NOT_SHOWN, NOT_TOLD, counts_as_they_are, hide_small_counts, may_overlap

FEWER = "fewer than 5"
COUNTS = st.one_of(st.none(), st.integers(0, 12).map(float))


def links(*rows):
    """Each row: pair, total, period, count."""
    return pd.DataFrame(rows, columns=["pair", "total", "period", "count"]).astype({"count": float})


def totals(*rows):
    """Each row: of, period, count."""
    return pd.DataFrame(rows, columns=["of", "period", "count"]).astype({"count": float})


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0"), (1, FEWER), (4, FEWER), (5, "5"), (12_345, "12,345"), (None, NOT_TOLD)],
)
def test_one_count_in_words(count, words):
    assert hide_small_counts(links(("ab", None, "2025-26", count)), totals())[0] == [words]
    plain = words if words != FEWER else str(count)
    assert counts_as_they_are(links(("ab", None, "2025-26", count))["count"]) == [plain]


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("2025-26", "2025-26", True),
        ("2025-26", " 2025-26", True),
        ("2025-26", "2025/26", True),
        ("2025-26", "2025-2026", True),
        ("2025-26", "2024-25", False),
        ("2025/26", "2024–25", False),
        ("2025", "2024", False),
        ("2025", "2025-26", True),  # a year and a financial year share nine months
        ("2024-26", "2023-24", True),  # two years are no one year: it cannot be told
        ("2025-26 Q1", "2024-25", True),
        ("spring", "autumn", True),
        ("", "2025-26", True),
    ],
)
def test_periods_that_may_share_a_day(one, other, overlap):
    assert may_overlap(one, other) is overlap
    assert may_overlap(other, one) is overlap


def test_a_total_goes_where_a_part_is_hidden_or_what_is_left_is_small():
    held = links(
        ("ab", "t", "2025-26", 12), ("ac", "t", "2025-26", 3), ("ab", "t", "2024-25", 7), ("xy", None, "2025-26", 4)
    )
    of = totals(("t", "2025-26", 30), ("t", "2024-25", 9), ("u", "2025-26", 9), ("v", "2025-26", 2))
    assert hide_small_counts(held, of) == (["12", FEWER, "7", FEWER], [NOT_SHOWN, NOT_SHOWN, "9", FEWER])


def test_a_total_that_its_parts_make_up_or_leave_enough_of_is_shown():
    held = links(("ab", "t", "2025-26", 12), ("ab", "t", "2024-25", 7))
    assert hide_small_counts(held, totals(("t", "2025-26", 12), ("t", "2024-25", 12)))[1] == ["12", "12"]


def test_of_a_year_and_its_quarters_only_the_year_and_not_even_that_beside_a_small_one():
    year = links(("ab", None, "2025-26", 20), ("ab", None, "2025-26 Q1", 12), ("ab", None, "2024-25", 9))
    assert hide_small_counts(year, totals())[0] == ["20", NOT_SHOWN, NOT_SHOWN]
    small = links(("ab", None, "2025-26", 15), ("ab", None, "2025-26 Q1", 12), ("ab", None, "2025-26 Q2", 3))
    assert hide_small_counts(small, totals())[0] == [NOT_SHOWN, NOT_SHOWN, FEWER]
    # Of the totals too, and a count that was not told hides nothing.
    both = totals(("t", "2025-26", 9), ("t", "2025-26 Q4", 6), ("u", "2025-26", 9), ("u", "2025-26 Q4", None))
    assert hide_small_counts(links(), both)[1] == ["9", NOT_SHOWN, "9", NOT_TOLD]


def _possible(words, largest):
    """Return the counts that words leave open to whoever reads them."""
    if words == FEWER:
        return range(1, 5)
    return range(largest + 1) if words in (NOT_SHOWN, NOT_TOLD) else [int(words)]


@given(st.lists(COUNTS, min_size=1, max_size=3), st.integers(0, 8))
def test_whoever_reads_all_of_it_can_tell_no_small_count_apart(parts, rest):
    """Every reading that the words allow is tried: a hidden link may still be any of 1 to 4 in one of them.

    A total holds its links and a rest that no link tells of; what is left of it must not come out as 1 to 4.
    """
    total = sum(count or 0 for count in parts) + rest
    held = links(*((f"a{i}", "t", "2025-26", count) for i, count in enumerate(parts)))
    shown, (of,) = hide_small_counts(held, totals(("t", "2025-26", total)))
    readings = [
        (*each, left)
        for each in itertools.product(*(_possible(words, 12) for words in shown))
        for left in range(50)
        if sum(each) + left in (_possible(of, 50) if of in (FEWER, NOT_SHOWN) else [int(of.replace(",", ""))])
    ]
    for i, words in enumerate(shown):
        if words == FEWER:
            assert {reading[i] for reading in readings} >= ({1, 2, 3, 4} if total >= 5 else {1, parts[i]})
    if of not in (FEWER, NOT_SHOWN) and NOT_TOLD not in shown:
        assert not {reading[-1] for reading in readings} & {1, 2, 3, 4}
