"""Drafts, lists and settings."""

import threading

import pytest

from rosc_map.errors import InputError
from rosc_map.people import Draft


def test_a_draft_is_its_owner_s_alone(people, clock):
    values = {"name": "Café ☕", "rss_types": ["housing"], "nul": "\0", "empty": None}
    people.keep_draft("V7", "one", values, "what")
    assert people.draft("V7", "one") == Draft("one", values, "what", clock.now)
    for other in ("V8", "", "v7"):
        assert people.draft(other, "one") is None
        assert people.drafts(other) == []
        people.drop_draft(other, "one")
    people.keep_draft("V8", "one", {"name": "mine"}, "")  # of the same name, and nobody notices
    clock.later(minutes=1)
    people.keep_draft("V7", "two", {}, "where/2")
    assert [draft.id for draft in people.drafts("V7")] == ["two", "one"]
    people.keep_draft("V7", "one", {"name": "B"}, "where")
    assert [draft.values for draft in people.drafts("V7")] == [{"name": "B"}, {}]
    people.drop_draft("V7", "one")
    people.drop_draft("V7", "one")
    assert [draft.id for draft in people.drafts("V7")] == ["two"]
    assert people.draft("V8", "one").values == {"name": "mine"}


def test_who_works_alone_needs_no_account(people):
    people.keep_draft("", "one", {"a": "b"}, "what")
    assert people.draft("", "one").values == {"a": "b"}
    assert people.take("", "check", ["x"]) == ["x"]
    people.give_back("", "check", ["x"])
    assert people.taken("check") == {}


def test_drafts_are_kept_for_thirty_days_after_the_last_change(alone, clock):
    alone.keep_draft("V7", "one", {}, "")
    clock.later(days=20)
    alone.keep_draft("V7", "one", {"a": 1}, "")
    clock.later(days=30, seconds=-1)
    assert alone.draft("V7", "one")
    clock.later(seconds=1)
    assert alone.draft("V7", "one") is None
    assert alone.drafts("V7") == []


def test_drafts_have_bounds(alone):
    alone.keep_draft("V7", "large", {"notes": "ш" * 24_000}, "")  # two bytes each
    with pytest.raises(InputError, match="too much text"):
        alone.keep_draft("V7", "large", {"notes": "ш" * 25_000}, "")
    assert alone.draft("V7", "large").values == {"notes": "ш" * 24_000}
    for number in range(49):
        alone.keep_draft("V7", f"d{number}", {}, "")
    with pytest.raises(InputError, match="50 unfinished entries"):
        alone.keep_draft("V7", "one-more", {}, "")
    alone.keep_draft("V7", "d1", {"a": 1}, "")  # one that is there may be kept again
    alone.keep_draft("V8", "d1", {}, "")
    assert len(alone.drafts("V7")) == 50


@pytest.mark.parametrize("identifier", ["", "a/b", "é", "x" * 65, "nul\0", "a\n"])
def test_a_draft_has_a_plain_id(people, identifier):
    assert people.draft("V7", identifier) is None
    people.drop_draft("V7", identifier)
    with pytest.raises(InputError, match="not a draft"):
        people.keep_draft("V7", identifier, {}, "")
    with pytest.raises(InputError, match="not a draft"):
        people.keep_draft("V7", "good", {}, "page\0")


def test_what_one_has_taken_nobody_else_gets(people):
    assert people.take("V7", "check", ["b", "a", "a"]) == ["b", "a"]
    assert people.take("V8", "check", ["a", "c"]) == ["c"]
    assert people.take("V7", "check", ["a", "c"]) == ["a"]
    assert people.taken("check") == {"a": "V7", "b": "V7", "c": "V8"}
    people.give_back("V7", "check", ["a", "c"])
    assert people.taken("check") == {"b": "V7", "c": "V8"}
    people.hand_over("check", "b", "V8")
    people.hand_over("check", "c", "")
    assert people.taken("check") == {"b": "V8"}
    # Each round has a list of its own.
    people.take("V7", "call", ["b"], "R1")
    assert (people.taken("call"), people.taken("call", "R1"), people.taken("call", "R2")) == ({}, {"b": "V7"}, {})


def test_of_two_who_take_one_item_one_gets_it(people):
    items, start, got = [f"a{number}" for number in range(20)], threading.Barrier(4), {}

    def take(name):
        start.wait()
        got[name] = people.take(name, "call", items, "R1")

    threads = [threading.Thread(target=take, args=(f"V{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ((winner, all_of_them),) = [(name, some) for name, some in got.items() if some]
    assert all_of_them == items
    assert people.taken("call", "R1") == dict.fromkeys(sorted(items), winner)


def test_checks_lapse_and_calls_do_not(alone, clock):
    alone.take("V7", "check", ["a", "b"])
    alone.take("V7", "call", ["a"], "R1")
    clock.later(days=13)
    alone.take("V7", "check", ["b"])  # once more, and it is theirs for longer
    clock.later(days=1)
    assert alone.taken("check") == {"b": "V7"}
    assert alone.take("V8", "check", ["a", "b"]) == ["a"]
    assert alone.taken("check") == {"a": "V8", "b": "V7"}
    clock.later(days=400)
    assert alone.taken("call", "R1") == {"a": "V7"}


def test_a_list_takes_nothing_strange(alone):
    with pytest.raises(InputError, match="no list 'lunch'"):
        alone.take("V7", "lunch", ["a"])
    for strange in ("a\0", "x" * 201):
        with pytest.raises(InputError, match="on a list"):
            alone.take("V7", "check", [strange])
        with pytest.raises(InputError, match="on a list"):
            alone.taken("call", strange)
    with pytest.raises(InputError, match="name of a person"):
        alone.hand_over("check", "a", "Jane")
    assert alone.taken("check") == {}


def test_settings_are_kept(people):
    assert people.setting("url", "none") == "none"
    people.set_setting("url", "https://a.example.org")
    people.set_setting("url", "")
    assert people.setting("url", "none") == ""
