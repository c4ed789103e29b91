"""The keys with which phones lock what is typed without signal."""

import re
import threading

from rosc_map.people import Role


def test_each_account_has_a_key_of_its_own_that_stays(people):
    for name in ("V7", "V8"):
        people.add(name, Role.RECORDER, by="admin 1")
    mine = people.phone_key("V7")
    assert re.fullmatch("[0-9a-f]{64}", mine)
    assert people.phone_key("V7") == mine
    assert len({mine, people.phone_key("V8"), people.phone_key("")}) == 3


def test_who_asks_first_on_two_phones_at_once_is_given_one_key(people):
    found = []
    threads = [threading.Thread(target=lambda: found.append(people.phone_key("V7"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1


def test_the_key_goes_with_the_account(people):
    people.add("V7", Role.RECORDER, by="admin 1")
    mine = people.phone_key("V7")
    people.remove("V7", by="admin 1")
    people.add("V7", Role.RECORDER, by="admin 1")
    assert people.phone_key("V7") != mine
