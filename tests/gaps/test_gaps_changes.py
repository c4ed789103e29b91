"""Then and now: what is new, what is gone, and which authorities moved; never a gain where nobody had looked."""

import datetime as dt

import pandas as pd
import pytest
from gaps_tables import assets, lero, small_lookup, surveys
from hypothesis import given, settings
from hypothesis import strategies as st

from rosc_map.errors import InputError
from rosc_map.gaps import provision
from rosc_map.gaps.changes import changes

THEN, NOW = dt.date(2025, 11, 22), dt.date(2026, 11, 22)
CODES = {"Ash": "E07000001", "Beech": "E07000002", "Cedar": "E07000003", "Dyffryn": "W06000001", "Unitary": "E06000001"}


def listed(*rows):
    full = [(f"a{number}", f"Example {number}", *row) for number, row in enumerate(rows)]
    return pd.DataFrame(full, columns=["id", "name", "asset_type", "authority"])


def made(statuses, lookup=None, **options):
    """Provision by the local authorities of the small table, with the status given for each."""
    rows = [lero("", CODES[name]) for name, status in statuses.items() if status == "served"]
    searched = [(CODES[name],) for name, status in statuses.items() if status == "none_found"]
    lookup = small_lookup() if lookup is None else lookup
    return provision(assets(*rows), surveys(*searched), lookup, **({"tier": "local", "area": "Testshire"} | options))


def run(then, now, new=(), gone=(), **more):
    return changes(then, now, listed(*new), listed(*gone), **({"then_on": THEN, "now_on": NOW} | more))


def moved(found):
    return dict(zip(found.by_authority["name"], found.by_authority["moved"], strict=True))


def test_each_move_in_words():
    then = made({"Ash": "served", "Beech": "none_found", "Cedar": "served", "Dyffryn": "none_found"})
    now = made({"Ash": "none_found", "Beech": "served", "Cedar": "not_surveyed", "Unitary": "none_found"})
    found = run(then, now)
    assert moved(found) == {
        "Ash": "lost: none found now",
        "Beech": "gap closed: served now",
        "Cedar": "not known any more",
        "Dyffryn": "not known any more",
        "Unitary": "looked at since: none found",
    }
    assert (found.then, found.now) == (THEN, NOW)
    assert list(found.by_authority) == ["code", "name", "then", "now", "moved"]
    assert found.sentences == (
        "0 new on the record since 22 November 2025; 0 no longer active. LEROs: none new, none gone.",
        "LEROs: the same status then and now in 0 of 5 local authorities.",
        "Lost: none found now, in 1 of 5 local authorities.",
        "Gap closed: served now, in 1 of 5 local authorities.",
        "Looked at since: none found, in 1 of 5 local authorities.",
        "Not known any more, in 2 of 5 local authorities.",
    )
    assert found.cautions == (
        "Where nobody had looked then or now, nothing is won or lost: only what is known has changed.",
    )


def test_nothing_moved():
    same = made({"Ash": "served", "Beech": "none_found"})
    found = run(same, same)
    assert set(moved(found).values()) == {""}
    assert found.sentences[1:] == ("LEROs: the same status then and now in 5 of 5 local authorities.",)
    assert found.cautions == ()
    assert found.counts.empty


def test_what_is_new_and_gone_by_type():
    new = [("mutual_aid", "Ash"), ("lero", "Ash"), ("lero", "Unitary"), ("a word from elsewhere", "Ash")]
    found = run(made({}), made({}), new, [("treatment", "Beech")])
    assert found.sentences[0] == (
        "3 new on the record since 22 November 2025; 1 no longer active. LEROs: 2 new, none gone."
    )
    assert found.counts.to_dict("list") == {
        "asset_type": ["lero", "mutual_aid", "treatment"],
        "new": [2, 1, 0],
        "gone": [0, 0, 1],
    }
    # Provision counts no such type either.
    assert found.new["asset_type"].to_list() == ["mutual_aid", "lero", "lero"]
    assert found.gone.to_dict("records") == [
        {"id": "a0", "name": "Example 0", "asset_type": "treatment", "authority": "Beech"}
    ]
    assert found.cautions[-1].startswith("New and gone is what the record says")


def test_authorities_of_one_day_alone_are_left_out_and_named():
    then = made({"Ash": "served"}, small_lookup().head(3))
    now = made({"Ash": "served"}, small_lookup().iloc[1:4])
    found = run(then, now)
    assert moved(found) == {"Ash": "", "Beech": ""}
    assert found.cautions == (
        "Left out, because only the figures of 22 November 2025 have them: Unitary.",
        "Left out, because only the figures of 22 November 2026 have them: Cedar.",
    )
    assert "in 2 of 2 local authorities" in found.sentences[1]


@pytest.mark.parametrize(
    ("now", "days", "message"),
    [
        (made({}, tier="upper"), (THEN, NOW), "The tier was 'local' then and is 'upper' now. Compare the same tier."),
        (made({}, asset_type="treatment"), (THEN, NOW), "The asset type was 'lero' then and is 'treatment' now"),
        (made({}, small_lookup().tail(1)), (THEN, NOW), "no authority in common"),
        (made({}), (NOW, THEN), "22 November 2026 is later than 22 November 2025. Give the earlier one"),
    ],
)
def test_what_is_refused(now, days, message):
    then = made({}, small_lookup().head(1))
    with pytest.raises(InputError, match=message):
        changes(then, now, listed(), listed(), then_on=days[0], now_on=days[1])


def test_a_missing_column_is_refused():
    with pytest.raises(InputError, match="what is gone has no column authority"):
        changes(made({}), made({}), listed(), listed().drop(columns="authority"), then_on=THEN, now_on=NOW)


STATUSES = st.fixed_dictionaries(
    dict.fromkeys(CODES, st.sampled_from(["served", "none_found", "not_surveyed"])),
)


@given(STATUSES, STATUSES)
@settings(max_examples=20, deadline=None)
def test_gain_and_loss_are_said_only_between_two_findings(then, now):
    found = run(made(then), made(now))
    table = found.by_authority.set_index("name")
    assert table["then"].to_dict() == then
    assert table["now"].to_dict() == now
    for name, words in table["moved"].items():
        known = "not_surveyed" not in (then[name], now[name])
        assert (words != "") == (then[name] != now[name])
        assert (words.startswith(("lost", "gap"))) == (known and words != "")
    numbers = [int(said.split(" of 5")[0].split()[-1]) for said in found.sentences[1:]]
    assert sum(numbers) == 5
    assert not pd.isna(table.to_numpy()).any()


def test_a_copy_of_this_morning_may_be_compared_with():
    then, now = made({"Ash": "served"}, small_lookup().head(3)), made({"Ash": "served"}, small_lookup().iloc[1:4])
    same = run(then, now, then_on=NOW)
    assert not any(same.by_authority["moved"])
    assert same.sentences[0].startswith("0 new on the record since earlier on 22 November 2026; 0 no longer active.")
    assert same.cautions[0] == ("Left out, because only the figures of earlier on 22 November 2026 have them: Unitary.")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([THEN - dt.timedelta(1), None, THEN], ", of which 1 says that it was recorded or checked before that day;"),
        ([dt.date(2020, 1, 1)] * 2 + [NOW], ", of which 2 say that they were recorded or checked before that day;"),
        ([None, THEN, NOW], ";"),
    ],
)
def test_what_was_known_to_somebody_before_is_not_called_simply_new(days, words):
    new = listed(("lero", "Ash"), ("lero", "Ash"), ("mutual_aid", "Ash")).assign(
        recorded_on=pd.Series(days, dtype=object)
    )
    found = changes(made({}), made({}), new, listed(), then_on=THEN, now_on=NOW)
    assert found.sentences[0].startswith(f"3 new on the record since 22 November 2025{words} 0 no longer active.")
    assert "recorded_on" in found.new


def test_what_is_not_on_the_record_any_more_is_a_caution():
    same = made({"Ash": "served"})
    assert run(same, same).cautions == ()
    (many,) = run(same, same, not_here=3).cautions
    assert many == (
        "3 assets of then are not on the record of today (merged, taken out, or recorded anew under another id): what "
        "is said of opening, of closing and of the statuses may be wrong."
    )
    assert run(same, same, not_here=1).cautions[0].startswith("1 asset of then is not on the record of today (")
