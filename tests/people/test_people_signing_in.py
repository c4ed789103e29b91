"""Signing in: passwords, sessions, lock-out and the audit."""

import datetime as dt
import hashlib
import sys
import threading
import zlib

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from people.conftest import CHEAP, GOOD, joined
from rosc_map.errors import InputError, SignInRefused
from rosc_map.people import Role
from rosc_map.people.passwords import Passwords
from rosc_map.people.tables import accounts, devices, drafts, invitations, lists, sessions, sign_ins, tries

WRONG = "The name or the password is not right. Check both, and try again."


def rows(people, table):
    with people._keeping.reading() as connection:
        return connection.execute(select(table)).all()


def refusal(people, name, password):
    with pytest.raises(SignInRefused) as told:
        people.sign_in(name, password)
    return str(told.value), told.value.wait


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("ninechars", "too short"),
        ("x" * 201, "too long"),
        ("Coordinator 12", "the name you sign in with"),
        ("Password 123", "Many people use"),
        ("1234567890", "Many people use"),
    ],
)
def test_a_password_that_is_easily_found_cannot_be_chosen(alone, password, why):
    alone.add("coordinator 12", Role.COORDINATOR, by="")
    token = alone.invite("coordinator 12", by="").token
    with pytest.raises(InputError, match=why):
        alone.accept(token, password)
    assert alone.accept(token, "x" * 10)  # ten of any


@pytest.mark.parametrize("password", ["x y z  x y z", "пароль из слов", "\ud800" * 10, "nul\0nul\0nul\0", "q" * 200])
def test_any_characters_will_do(people, password):
    joined(people, "V7", password=password)
    assert people.session(people.sign_in("V7", password)).name == "V7"


def test_a_letter_is_the_same_on_every_keyboard(alone):
    joined(alone, "V7", password="caf\u00e9 caf\u00e9 caf\u00e9")
    assert alone.sign_in("V7", "cafe\u0301 cafe\u0301 cafe\u0301")


def test_one_signs_in_however_one_writes_the_number(people):
    joined(people, "V7")
    for name in ("V7", "v 7", "volunteer 07"):
        assert people.session(people.sign_in(name, GOOD)).name == "V7"


def test_refusals_tell_nothing_apart(people):
    joined(people, "V7")
    people.add("V8", Role.RECORDER, by="")  # has no password yet
    for name in ("V7", "V8", "V9", "", "\0", "x" * 5000, "9" * 5000):
        assert refusal(people, name, "wrong wrong wrong") == (WRONG, None)
    said = [(entry.who, entry.what) for entry in people.sign_ins(3)]
    assert said == [("", "refused 5 times"), ("V8", "refused"), ("V7", "refused")]


def test_a_name_that_nobody_has_takes_as_much_work(alone):
    calls = []

    class Counted(PasswordHasher):
        def verify(self, kept, password):
            calls.append(kept)
            return super().verify(kept, password)

    alone._passwords = Passwords(Counted(time_cost=1, memory_cost=8, parallelism=1))
    joined(alone, "V7")
    alone.add("V8", Role.RECORDER, by="")
    for name in ("V7", "V8", "V9"):
        refusal(alone, name, "wrong wrong wrong")
    assert len(calls) == 3
    assert len({kept.rsplit("$", 2)[0] for kept in calls}) == 1  # by the same recipe


def test_after_five_wrong_ones_each_further_try_waits_longer(people, clock):
    joined(people, "V7")
    for name in ("V7", "V99"):  # one that nobody has is held up just as well
        for _ in range(4):
            assert refusal(people, name, "wrong wrong") == (WRONG, None)
        waits = []
        for _ in range(8):
            text, wait = refusal(people, name, "wrong wrong")
            assert f"Wait {wait // dt.timedelta(minutes=1)} minute" in text
            waits.append(wait // dt.timedelta(minutes=1))
            assert refusal(people, name, GOOD) == (text, wait)  # not even with the right one
            clock.now += wait
        assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert people.sign_in("V7", GOOD)
    assert refusal(people, "V7", "wrong wrong") == (WRONG, None)  # counted anew
    assert [entry.what for entry in people.sign_ins(30)].count("locked") == 8


def test_wrong_ones_of_the_day_before_are_forgotten(alone, clock):
    joined(alone, "V7")
    for _ in range(4):
        refusal(alone, "V7", "wrong wrong")
    clock.later(hours=23)
    alone.told_rules("V7")  # the first change of the day, when what is over is deleted: these are not yet
    clock.later(hours=1)
    assert refusal(alone, "V7", "wrong wrong") == (WRONG, None)


def test_many_tries_at_one_moment_get_no_further_than_one_after_the_other(people):
    joined(people, "V7")
    start, looked = threading.Barrier(12), []

    class Counted(PasswordHasher):
        def verify(self, kept, password):
            looked.append(password)
            return super().verify(kept, password)

    people._passwords = Passwords(Counted(time_cost=1, memory_cost=8, parallelism=1))

    def attempt(number):
        start.wait()
        refusal(people, "V7", f"a wrong one, number {number}")

    in_threads(attempt, range(12))
    assert len(looked) == 5


def in_threads(do, values):
    threads = [threading.Thread(target=do, args=(value,)) for value in values]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_of_two_who_use_one_invitation_one_gets_in(people):
    people.add("V7", Role.RECORDER, by="")
    token = people.invite("V7", by="").token
    both, got, refused = threading.Barrier(2), [], []

    class AtOnce(Passwords):
        def hash(self, password):
            kept = super().hash(password)
            both.wait()  # both have seen that the invitation is good
            return kept

    people._passwords = AtOnce(CHEAP._hasher)

    def accept(number):
        try:
            got.append((number, people.accept(token, f"{GOOD} {number}")))
        except InputError as error:
            refused.append(error)

    in_threads(accept, (1, 2))
    ((number, session),) = got
    assert "used already" in str(refused[0])
    assert people.session(session).name == "V7"
    people._passwords = CHEAP
    assert people.sign_in("V7", f"{GOOD} {number}")


def test_a_password_that_was_changed_while_it_was_checked_lets_nobody_in(alone):
    joined(alone, "V7")
    token = alone.invite("V7", by="").token

    class Slow(Passwords):
        def verify(self, kept, password):
            right = super().verify(kept, password)
            alone._passwords = CHEAP
            alone.accept(token, "four other words here")
            return right

    alone._passwords = Slow(CHEAP._hasher)
    assert refusal(alone, "V7", GOOD) == (WRONG, None)


@pytest.mark.parametrize(
    ("name", "role", "idle", "longest"),
    [
        ("V7", Role.RECORDER, dt.timedelta(days=7), dt.timedelta(days=30)),
        ("commissioner 7", Role.VIEWER, dt.timedelta(days=7), dt.timedelta(days=30)),
        ("coordinator 7", Role.COORDINATOR, dt.timedelta(hours=12), dt.timedelta(days=7)),
        ("admin 7", Role.ADMIN, dt.timedelta(hours=12), dt.timedelta(days=7)),
    ],
)
def test_a_session_ends_when_unused_and_at_last(alone, clock, name, role, idle, longest):
    second = dt.timedelta(seconds=1)
    session = joined(alone, name, role)
    began = clock.now
    while clock.now + idle - second < began + longest:
        clock.now += idle - second
        assert alone.session(session).name == name
    clock.now = began + longest
    assert alone.session(session) is None
    unused = alone.sign_in(name, GOOD)
    clock.now += idle
    assert alone.session(unused) is None


def test_that_somebody_is_here_is_written_every_five_minutes_at_most(people, clock):
    session = joined(people, "V7")
    began = clock.now
    clock.later(minutes=4, seconds=59)
    people.session(session)
    assert [row.seen for row in rows(people, sessions)] == [began]
    clock.later(days=1)
    people.session(session)
    assert [row.seen for row in rows(people, sessions)] == [clock.now]
    assert people.account("V7").last_seen == clock.now.date()


def test_signing_out_ends_the_session_here_or_all(people):
    joined(people, "V7")
    one, two, three = (people.sign_in("V7", GOOD) for _ in range(3))
    people.sign_out(one)
    people.sign_out(one)
    people.sign_out("\0")
    assert people.session(one) is None
    assert people.session(two)
    assert [entry.what for entry in people.sign_ins(2)] == ["signed out", "signed in"]
    people.sign_out_everywhere("V7")
    assert people.session(two) is people.session(three) is None


def test_another_password_ends_the_other_sessions(people):
    here = joined(people, "V7")
    there, invitation = people.sign_in("V7", GOOD), people.invite("V7", by="").token
    with pytest.raises(SignInRefused, match="not the password that you have now"):
        people.change_password("V7", "wrong wrong", "four other words here", keep=here)
    with pytest.raises(InputError, match="too short"):
        people.change_password("V7", GOOD, "short", keep=here)
    assert people.session(there)
    people.change_password("V7", GOOD, "four other words here", keep=here)
    assert people.session(here).name == "V7"
    assert people.session(there) is None
    assert people.invited(invitation) is None
    assert people.sign_in("V7", "four other words here")
    assert refusal(people, "V7", GOOD) == (WRONG, None)


def test_who_is_removed_is_out_at_once_with_all_that_was_theirs(people):
    session, invitation = joined(people, "V7"), people.invite("V7", by="").token
    people.keep_draft("V7", "d1", {}, "what")
    people.take("V7", "check", ["a"])
    people.remove("V7", by="admin 1")
    assert people.session(session) is people.invited(invitation) is None
    assert (people.drafts("V7"), people.taken("check")) == ([], {})
    assert refusal(people, "V7", GOOD) == (WRONG, None)


def test_passwords_are_kept_as_argon2id_and_tokens_as_what_they_cannot_be_told_from(alone):
    alone._passwords = Passwords()  # the real thing
    session = joined(alone, "V7")
    (kept,) = [row.password for row in rows(alone, accounts)]
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert [row.token_sha256 for row in rows(alone, sessions)] == [hashlib.sha256(session.encode()).hexdigest()]
    assert alone.session(alone.sign_in("V7", GOOD)).name == "V7"


def test_a_password_that_was_kept_the_old_way_is_kept_the_new_way_once_known(alone):
    joined(alone, "V7")
    (before,) = rows(alone, accounts)
    alone._passwords = Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    alone.sign_in("V7", GOOD)
    (after,) = rows(alone, accounts)
    assert ("t=1," in before.password, "t=2," in after.password) == (True, True)
    assert alone.sign_in("V7", GOOD)


def test_the_audit_holds_nothing_that_was_typed_by_nobody_and_ends_after_a_year(alone, clock, tmp_path):
    joined(alone, "V7")
    for _ in range(6):
        with pytest.raises(SignInRefused):
            alone.sign_in("my secret password", "Jane Example")
    held = (tmp_path / "area.people.db").read_bytes()
    assert not any(typed in held for typed in (b"secret", b"Jane"))
    assert len(rows(alone, tries)) == 1
    clock.later(days=364)
    alone.told_rules("V7")
    before = len(rows(alone, sign_ins))
    clock.later(days=1)
    alone.told_rules("V7")
    assert (before > 0, rows(alone, sign_ins)) == (True, [])
    assert [rows(alone, table) for table in (tries, sessions)] == [[], []]


def test_what_is_over_is_deleted_and_not_only_hidden(people, clock):
    joined(people, "V7")
    people.invite("V7", by="")
    people.keep_draft("V7", "one", {}, "")
    people.take("V7", "check", ["a"])
    with pytest.raises(SignInRefused):
        people.sign_in("V8", "wrong wrong")
    over = (invitations, sessions, tries, sign_ins, drafts, lists)
    assert all(rows(people, table) for table in over)
    clock.later(days=365)
    people.set_setting("url", "")  # any change will do
    assert [rows(people, table) for table in over] == [[]] * 6
    assert people.account("V7").has_password


def test_without_the_package_for_passwords_it_says_how_to_get_it(alone, monkeypatch):
    alone._passwords = Passwords()
    alone.add("V7", Role.RECORDER, by="")
    monkeypatch.setitem(sys.modules, "argon2", None)
    monkeypatch.setitem(sys.modules, "argon2.exceptions", None)
    with pytest.raises(InputError, match=r"pip install \"rosc-map\[web\]\""):
        alone.sign_in("V7", GOOD)


def test_two_passwords_at_once_are_worked_on_and_no_more():
    now, most, turn = [0], [0], threading.Lock()

    class Counted(PasswordHasher):
        def hash(self, password):
            with turn:
                now[0] += 1
                most[0] = max(most[0], now[0])
            kept = super().hash(password)
            with turn:
                now[0] -= 1
            return kept

    passwords = Passwords(Counted(time_cost=1, memory_cost=8192, parallelism=1))
    in_threads(passwords.hash, [GOOD] * 8)
    assert most == [2]


def test_a_name_that_nobody_has_waits_however_it_is_written_and_for_no_other(alone):
    for name in ("V99", "v 99", "Volunteer 99", "v099", "99"):
        refusal(alone, name, "wrong wrong")
    assert refusal(alone, "V 99", "wrong wrong")[1] == dt.timedelta(minutes=1)
    # Names that have the same number by a plain sum, as anybody can work it out.
    by_sum = {}
    for number in range(100, 1200):
        by_sum.setdefault(zlib.crc32(f"v{number}".encode()) % 1024, []).append(f"V{number}")
    one, other = next(names for names in by_sum.values() if len(names) > 1)[:2]
    for _ in range(5):
        refusal(alone, one, "wrong wrong")
    assert refusal(alone, other, "wrong wrong") == (WRONG, None)
    assert [(entry.who, entry.what) for entry in alone.sign_ins()] == [("", "refused 11 times")]


def test_refusals_of_nobody_are_counted_by_the_hour(alone, clock):
    clock.now = clock.now.replace(minute=59)
    for minutes in (0, 0, 1, 0):
        clock.later(minutes=minutes)
        refusal(alone, "V99", "wrong wrong")
    assert [entry.what for entry in alone.sign_ins()] == ["refused 2 times"] * 2


def test_strangers_keep_nobody_out_who_comes_with_a_browser_that_is_known(people, clock):
    joined(people, "V7")
    joined(people, "V8")
    own, other = people.remember_device("V7"), people.remember_device("V8")
    for _ in range(5):
        refusal(people, "V7", "wrong wrong")
    for device in ("", "made up", other):
        with pytest.raises(SignInRefused) as told:
            people.sign_in("V7", GOOD, device=device)
        assert told.value.wait
    assert people.sign_in("V7", GOOD, device=own)
    # What is tried with it is counted too, by itself.
    for _ in range(5):
        with pytest.raises(SignInRefused):
            people.sign_in("V7", "wrong wrong", device=own)
    with pytest.raises(SignInRefused) as told:
        people.sign_in("V7", GOOD, device=own)
    assert told.value.wait
    assert people.sign_in("V7", GOOD)
    clock.later(days=90)
    for _ in range(5):
        refusal(people, "V8", "wrong wrong")
    with pytest.raises(SignInRefused):
        people.sign_in("V8", GOOD, device=other)
    people.set_setting("url", "")
    assert rows(people, devices) == []


def test_of_the_browsers_of_an_account_the_last_ten_are_known(alone, clock):
    joined(alone, "V7")
    tokens = [alone.remember_device("V7")]
    for _ in range(11):
        clock.later(minutes=1)
        tokens.append(alone.remember_device("V7"))
    tokens.append(alone.remember_device("V7", tokens[-1]))
    known = {row.token_sha256 for row in rows(alone, devices)}
    assert known == {hashlib.sha256(token.encode()).hexdigest() for token in (*tokens[2:-2], tokens[-1])}
    alone.remove("V7", by="admin 1")
    assert rows(alone, devices) == []
