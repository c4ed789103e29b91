"""Accounts, their names, and invitations."""

import datetime as dt
import re
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from people.conftest import GOOD, joined
from rosc_map.errors import InputError, RoscMapError, UnknownName
from rosc_map.partnership.closing import coordinates
from rosc_map.people import Account, Role, SignIn
from rosc_map.people.roles import check_name, next_name
from rosc_map.records import ROLE_WORDS, Audience, check_who, same_person

words = st.lists(st.sampled_from([*ROLE_WORDS, "V7", "12", "c-3", "Jane", "Smith", "V", "07", ""]), max_size=4)
names = st.text(alphabet=string.printable + "é٣ſK", max_size=12) | words.map(" ".join)


def names_of(people):
    return [account.name for account in people.accounts()]


def test_roles_say_what_they_may_do():
    assert [role for role in Role if role.records] == [Role.RECORDER, Role.COORDINATOR, Role.ADMIN]
    assert [role for role in Role if role.coordinates] == [Role.COORDINATOR, Role.ADMIN]
    assert [role for role in Role if role.manages_people] == [Role.ADMIN]
    assert [role.audience for role in Role] == [
        Audience.PARTNERS, Audience.INTERNAL, Audience.PARTNERS, Audience.INTERNAL,
    ]  # fmt: skip
    assert len({role.label for role in Role}) == len(Role)


@example("9" * 5000, Role.RECORDER)
@example("coordinator 2\n", Role.ADMIN)
@given(names, st.sampled_from(Role))
def test_a_name_is_a_number_or_a_role_and_goes_with_what_it_may_do(name, role):
    try:
        chosen = check_name(name, role)
    except InputError:
        return
    check_who(chosen)  # what the records are told: raises where it may be a person
    assert chosen == chosen.strip() != ""
    assert not re.search("jane|smith", chosen, re.IGNORECASE)
    if role is Role.RECORDER:
        assert same_person(chosen).isdigit()
        assert not coordinates(chosen)  # who closes an asset alone
    if role.coordinates:
        assert coordinates(chosen)


@given(st.sampled_from(Role), st.sets(st.integers(0, 30).map(str) | st.just("coordinator")))
def test_the_next_name_is_a_good_one_that_nobody_had(role, given_before):
    name = next_name(role, given_before)
    assert check_name(name, role) == name
    assert same_person(name) not in given_before


@pytest.mark.parametrize(
    ("name", "role", "why"),
    [
        ("Jane", Role.RECORDER, "name of a person"),
        (" ", Role.VIEWER, "name of a person"),
        ("volunteer", Role.RECORDER, "not a volunteer number"),
        ("coordinator 2", Role.RECORDER, "not a volunteer number"),
        ("V2", Role.COORDINATOR, "does not say that they coordinate"),
        ("peer lead 2", Role.ADMIN, "does not say that they coordinate"),
    ],
)
def test_a_name_that_does_not_do_is_refused_in_plain_words(alone, name, role, why):
    with pytest.raises(InputError, match=why):
        alone.add(name, role, by="")
    assert alone.accounts() == []


def test_accounts_are_added_named_and_removed(people, clock):
    first = people.add("", Role.ADMIN, by="")
    assert first == Account("admin 1", Role.ADMIN, clock.now.date(), False, False, None)
    for role in Role:
        people.add("", role, by="admin 1")
    # Of one number there is one person only: that is how the records tell who reported what.
    assert names_of(people) == ["admin 1", "admin 5", "coordinator 3", "V2", "commissioner 4"]
    with pytest.raises(InputError, match="'volunteer 02' is taken by 'V2'"):
        people.add("volunteer 02", Role.RECORDER, by="admin 1")
    people.told_rules("V2")
    assert people.account("v2").told_rules
    people.remove("V2", by="admin 1")
    with pytest.raises(UnknownName, match="no account 'V2'"):
        people.account("V2")
    for unknown in ("", "V2\0", "coordinator 5", "9" * 5000):
        with pytest.raises(UnknownName):
            people.account(unknown)
    # The records keep the number of who left: nobody gets it unasked, but they may come back.
    assert people.add("", Role.RECORDER, by="admin 1").name == "V6"
    assert people.add("V2", Role.RECORDER, by="admin 1").told_rules is False
    said = [entry.what for entry in people.sign_ins()]
    assert said[:3] == ["added V2", "added V6", "removed V2"]
    assert people.sign_ins(1) == [SignIn(clock.now, "admin 1", "added V2")]


def test_there_is_always_an_admin(alone):
    alone.add("admin 1", Role.ADMIN, by="")
    alone.add("coordinator 2", Role.COORDINATOR, by="admin 1")
    with pytest.raises(InputError, match="'admin 1' is the last admin"):
        alone.remove("admin 1", by="admin 1")
    alone.add("admin 3", Role.ADMIN, by="admin 1")
    alone.remove("admin 1", by="admin 3")
    assert names_of(alone) == ["admin 3", "coordinator 2"]


def test_nobody_puts_their_own_name_into_the_audit(alone):
    for task in (
        lambda: alone.add("V7", Role.RECORDER, by="Jane Example"),
        lambda: alone.invite("V7", by="Jane Example"),
        lambda: alone.remove("V7", by="Jane Example"),
    ):
        with pytest.raises(InputError, match="'Jane Example' may be the name of a person"):
            task()
    assert alone.sign_ins() == []


def test_an_invitation_is_for_one_person_once(people, clock):
    people.add("V7", Role.RECORDER, by="")
    first = people.invite("V7", by="admin 1")
    assert first.expires == clock.now + dt.timedelta(days=7)
    second = people.invite("V7", by="admin 1")
    assert people.invited(first.token) is None  # a new one replaces it
    assert people.invited(second.token) == second.account == people.account("V7")
    with pytest.raises(InputError, match="too short"):
        people.accept(second.token, "short")
    session = people.accept(second.token, GOOD)
    assert people.session(session).name == "V7"
    assert people.account("V7").has_password
    assert people.invited(second.token) is None
    for token in (second.token, first.token, "", "x" * 3000, "\ud800\0"):
        assert people.invited(token) is None
        with pytest.raises(UnknownName, match="used already, or is too old"):
            people.accept(token, GOOD)
    assert [entry.what for entry in people.sign_ins(4)] == [
        "signed in", "password chosen", "invited V7", "invited V7",
    ]  # fmt: skip


def test_an_invitation_ends_after_seven_days(alone, clock):
    alone.add("V7", Role.RECORDER, by="")
    token = alone.invite("V7", by="").token
    clock.later(days=7, seconds=-1)
    assert alone.invited(token)
    clock.later(seconds=1)
    assert alone.invited(token) is None
    with pytest.raises(UnknownName):
        alone.accept(token, GOOD)


def test_an_invitation_is_a_way_to_another_password(alone):
    session = joined(alone, "V7")
    token = alone.invite("V7", by="admin 1").token
    assert alone.session(session)  # until another is chosen all is as before
    assert alone.sign_in("V7", GOOD)
    new = alone.accept(token, "four other words here")
    assert alone.session(session) is None
    assert alone.session(new).name == "V7"
    with pytest.raises(RoscMapError, match="not right"):
        alone.sign_in("V7", GOOD)


def test_a_link_is_whole_where_the_address_is_known(alone):
    assert alone.link("abc") == "/invitation/abc"
    assert alone.link("abc", "http://127.0.0.1:8000/") == "http://127.0.0.1:8000/invitation/abc"
    alone.set_setting("url", "https://map.example.org")
    assert alone.link("abc") == "https://map.example.org/invitation/abc"
    for wrong in ("map.example.org", "https://a/b", "javascript://x", "https://a b", "https://x\n"):
        with pytest.raises(InputError, match="not the address of a web app"):
            alone.link("abc", wrong)
