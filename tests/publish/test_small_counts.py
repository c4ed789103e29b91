"""Counts of 1 to 4 people outside internal: not shown, and not to be worked out from what is shown beside them."""

import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.publish.small_counts import NOT_SHOWN, NOT_TOLD, counts_as_they_are, hide_small_counts

FEWER = "fewer than 5"
COUNTS = st.one_of(st.none(), st.integers(0, 12).map(float))


def links(*rows):
    """Each row: pair, the totals that may hold it (a text: one), period, count."""
    table = pd.DataFrame(rows, columns=["pair", "within", "period", "count"]).astype({"count": float})
    return table.assign(within=[tuple(of.split()) if isinstance(of, str) else of for of in table["within"]])


def totals(*rows):
    """Each row: of, period, count."""
    return pd.DataFrame(rows, columns=["of", "period", "count"]).astype({"count": float})


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0"), (1, FEWER), (4, FEWER), (5, "5"), (12_345, "12,345"), (None, NOT_TOLD)],
)
def test_one_count_in_words(count, words):
    assert hide_small_counts(links(("ab", "", "2025-26", count)), totals())[0] == [words]
    plain = words if words != FEWER else str(count)
    assert counts_as_they_are(links(("ab", "", "2025-26", count))["count"]) == [plain]


def test_a_total_goes_where_a_part_is_hidden_or_what_is_left_is_small():
    held = links(
        ("ab", "t", "2025-26", 12), ("ac", "t", "2025-26", 3), ("ab", "t", "2024-25", 7), ("xy", "", "2025-26", 4)
    )
    of = totals(("t", "2025-26", 30), ("t", "2024-25", 9), ("u", "2025-26", 9), ("v", "2025-26", 2))
    assert hide_small_counts(held, of) == (["12", FEWER, "7", FEWER], [NOT_SHOWN, NOT_SHOWN, "9", FEWER])


def test_a_total_that_its_parts_make_up_or_leave_enough_of_is_shown():
    held = links(("ab", "t", "2025-26", 12), ("ab", "t", "2024-25", 7))
    assert hide_small_counts(held, totals(("t", "2025-26", 12), ("t", "2024-25", 12)))[1] == ["12", "12"]


def test_a_part_of_two_totals_is_a_part_of_both():
    held = links(("ab", "t u", "2025-26", 18))
    assert hide_small_counts(held, totals(("t", "2025-26", 25), ("u", "2025-26", 20)))[1] == ["25", NOT_SHOWN]


@pytest.mark.parametrize("other", ["2024", "2024-25 Q1", "April 2024 to June 2025", "a text of before", ""])
def test_a_total_beside_a_count_of_another_period_that_overlaps_is_not_shown(other):
    """20 less 18 is 2, however much the other count takes away."""
    held = links(("ab", "t", "2024-25", 18), ("ac", "t", other, 6))
    assert hide_small_counts(held, totals(("t", "2024-25", 20)))[1] == [NOT_SHOWN]
    # Nor where its links leave enough, or are more than it: nobody can tell which of them it holds.
    assert hide_small_counts(held, totals(("t", "2024-25", 40), ("t", "2023-24", 40)))[1][0] == NOT_SHOWN
    assert hide_small_counts(held.iloc[:1], totals(("t", "2024-25", 12)))[1] == [NOT_SHOWN]
    assert hide_small_counts(held.iloc[:1], totals(("t", "2023-24", 20)))[1] == ["20"]


def test_a_total_of_which_a_part_is_not_told_or_not_shown_goes():
    """A count that another return holds back as "fewer than 5" comes without a number."""
    untold = links(("ab", "t", "2025-26", 18), ("ac", "t", "2025-26", None))
    assert hide_small_counts(untold, totals(("t", "2025-26", 30)))[1] == [NOT_SHOWN]
    unseen = links(("ab", "t", "2025-26", 18), ("ab", "t", "2025-26", 6))
    assert hide_small_counts(unseen, totals(("t", "2025-26", 30))) == (["18", NOT_SHOWN], [NOT_SHOWN])


def test_of_a_year_and_its_quarters_only_the_year_and_not_even_that_beside_a_small_one():
    year = links(("ab", "", "2025-26", 20), ("ab", "", "2025-26 Q1", 12), ("ab", "", "2024-25", 9))
    assert hide_small_counts(year, totals())[0] == ["20", NOT_SHOWN, "9"]
    small = links(("ab", "", "2025-26", 15), ("ab", "", "2025-26 Q1", 12), ("ab", "", "2025-26 Q2", 3))
    assert hide_small_counts(small, totals())[0] == [NOT_SHOWN, NOT_SHOWN, FEWER]
    # What is no period may overlap any. Of the totals too, and a count that was not told hides none of them.
    text = links(("ab", "", "spring", 20), ("ab", "", "2025-26", 12), ("ab", "", "2024-25", 9))
    assert hide_small_counts(text, totals())[0] == ["20", NOT_SHOWN, NOT_SHOWN]
    both = totals(("t", "2025-26", 9), ("t", "2025-26 Q4", 6), ("u", "2025-26", 9), ("u", "2025-26 Q4", None))
    assert hide_small_counts(links(), both)[1] == ["9", NOT_SHOWN, "9", NOT_TOLD]


def test_many_years_of_one_link_take_no_longer_than_as_many_links():
    years = links(*(("ab", "", str(1900 + n % 200), 9.0) for n in range(20_000)))
    assert hide_small_counts(years, totals())[0].count("9") == 200


def _possible(words, largest):
    """Return the counts that words leave open to whoever reads them."""
    if words == FEWER:
        return range(1, 5)
    return range(largest + 1) if words in (NOT_SHOWN, NOT_TOLD) else [int(words)]


PERIODS = st.sampled_from(["2025-26", "2025-26", "2025-26 Q1", "2025", "2024-25"])


@at_least(100)
@given(st.lists(st.tuples(COUNTS, PERIODS, st.booleans()), min_size=1, max_size=3), st.integers(0, 8))
def test_whoever_reads_all_of_it_can_tell_no_small_count_apart(parts, rest):
    """Every reading that the words allow is tried, for whichever links of the period the total is said to hold.

    A hidden link may still be any of 1 to 4, and what is left of a total that is shown is nobody or enough.
    """
    held = [count or 0 for count, period, is_part in parts if is_part and period == "2025-26"]
    total = sum(held) + rest
    shown, (of,) = hide_small_counts(
        links(*((f"a{i}", "t", period, count) for i, (count, period, _) in enumerate(parts))),
        totals(("t", "2025-26", total)),
    )
    if of in (FEWER, NOT_SHOWN):
        return  # each link is shown by itself, and tells nothing of another
    overlapping = [words for words, (_, period, _) in zip(shown, parts, strict=True) if period != "2024-25"]
    for held_by_it in itertools.product([False, True], repeat=len(overlapping)):
        readings = itertools.product(*(_possible(words, 12) for words in overlapping))
        left = {
            total - sum(count for count, within in zip(each, held_by_it, strict=True) if within) for each in readings
        }
        assert not left & {1, 2, 3, 4}
