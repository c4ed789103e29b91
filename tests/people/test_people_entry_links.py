"""Links to an organisation's own entry, and the corrections that organisations send."""

from dataclasses import replace

import pytest

from people.conftest import CHEAP
from rosc_map.cli import main
from rosc_map.errors import InputError, SignInRefused
from rosc_map.people import Change, People
from rosc_map.people.tables import corrections, drafts, entry_links, sign_ins

PHONE = {"phone": ("01632 960001", "01632 960002")}


def audit(people):
    return [(entry.who, entry.what) for entry in people.sign_ins()]


def kept(people, table):
    with people._keeping.reading() as connection:
        return connection.execute(table.select()).all()


def decide(people, identifier, taken, answer):
    with people.deciding(identifier, taken, answer) as decided:
        return decided


def test_a_link_is_opened_once_and_then_for_one_browser(people, clock):
    token, link = people.make_entry_link(["a", "b"], by="coordinator 1")
    assert (link.assets, link.opened, (link.expires - clock.now).days) == (("a", "b"), None, 30)
    # Looking uses nothing up.
    assert people.entry_of_link(token) == people.entry_of_link(token) == link
    browser, opened = people.open_entry(token)
    assert (opened.assets, opened.opened) == (("a", "b"), clock.now)
    # From then on it opens nothing anywhere else: the browser that has it goes on.
    assert (people.entry_of_link(token), people.open_entry(token)) == (None, None)
    assert people.entry_of_link(token, browser="another") is None
    assert people.entry_of_link(token, browser=browser) == people.entry_of_browser(browser) == opened
    # Neither of the two stands anywhere, nor opens what the other does.
    rows = str(kept(people, entry_links)) + str(kept(people, sign_ins))
    assert token not in rows
    assert browser not in rows
    assert (people.entry_of_browser(token), people.open_entry(browser)) == (None, None)
    assert audit(people) == [("an organisation", "opened its entry"), ("coordinator 1", "made an entry link")]


@pytest.mark.parametrize("wrong", ["", "guess", "\ud800", "x" * 5000])
def test_what_was_never_made_opens_nothing(alone, wrong):
    alone.make_entry_link(["a"], by="coordinator 1")
    assert (alone.entry_of_link(wrong), alone.open_entry(wrong), alone.entry_of_browser(wrong)) == (None, None, None)
    assert alone.entry_of_link(wrong, browser=wrong) is None


def test_a_link_is_over_after_thirty_days_opened_or_not_and_is_then_deleted(alone, clock):
    unopened, _ = alone.make_entry_link(["a"], by="coordinator 1")
    browser, _ = alone.open_entry(alone.make_entry_link(["b"], by="coordinator 1")[0])
    clock.later(days=29, hours=23)
    assert alone.entry_of_link(unopened)
    assert alone.entry_of_browser(browser)
    assert len(alone.entry_links(["a", "b", "c"])) == 2
    clock.later(hours=1)
    assert alone.entry_of_link(unopened) is None
    assert alone.entry_of_browser(browser) is None
    assert alone.entry_links(["a", "b"]) == []
    assert len(kept(alone, entry_links)) == 2
    assert alone.open_entry(unopened) is None  # the first change of the day: what is over goes
    assert kept(alone, entry_links) == []


def test_a_new_link_and_ending_end_the_others_of_the_same_assets(people):
    older, _ = people.make_entry_link(["a", "b"], by="coordinator 1")
    other, _ = people.make_entry_link(["c"], by="coordinator 1")
    browser, _ = people.open_entry(older)
    newer, _ = people.make_entry_link(["b"], by="coordinator 1")
    assert people.entry_of_browser(browser) is None
    assert people.entry_of_link(newer)
    people.end_entry_links(["a", "b"], by="coordinator 3")
    assert people.entry_of_link(newer) is None
    assert people.entry_of_link(other).assets == ("c",)
    people.end_entry_links(["nothing of these"], by="coordinator 3")
    assert audit(people)[0] == ("coordinator 3", "ended an entry link")
    browser, _ = people.open_entry(other)
    people.close_entry("another")
    people.close_entry(browser)
    people.close_entry(browser)
    assert people.entry_of_browser(browser) is None
    assert audit(people)[:2] == [("an organisation", "closed its entry"), ("an organisation", "opened its entry")]
    people.end_entry_links([], by="")
    assert len(audit(people)) == 7


def test_a_link_is_for_something_and_names_nobody(alone):
    with pytest.raises(InputError, match="at least one"):
        alone.make_entry_link([], by="coordinator 1")
    with pytest.raises(InputError, match="name of a person"):
        alone.make_entry_link(["a"], by="Jane Smith")
    with pytest.raises(InputError, match="name of a person"):
        alone.end_entry_links(["a"], by="Jane Smith")
    assert (audit(alone), kept(alone, entry_links)) == ([], [])


def test_refused_links_are_counted_by_the_hour_apart_from_refused_names(people, clock):
    for _ in range(3):
        people.entry_refused()
    with pytest.raises(SignInRefused):
        people.sign_in("no such name", "x")
    clock.later(hours=1)
    people.entry_refused()
    told = [("", "an entry link was refused"), ("", "refused"), ("", "an entry link was refused 3 times")]
    assert audit(people) == told


def test_a_correction_waits_until_it_is_decided_once(people, clock):
    sent = people.send_correction("a", {**PHONE, "website": ("", "<script>")})
    assert sent.changes == {"phone": Change("01632 960001", "01632 960002"), "website": Change("", "<script>")}
    clock.later(hours=1)
    other = people.send_correction("b", PHONE)
    assert people.open_corrections() == [sent, other]
    assert (people.corrections(["a"]), people.correction(sent.id)) == ([sent], sent)
    decided = decide(people, sent.id, ["phone"], "Thank you.")
    assert decided.changes == {
        "phone": Change("01632 960001", "01632 960002", taken=True),
        "website": Change("", "<script>", taken=False),
    }
    assert (decided.answer, decided.decided) == ("Thank you.", clock.now)
    assert people.correction(sent.id) == decided
    # Nobody decides it again, or what is not there.
    assert decide(people, sent.id, [], "No.") is None
    assert decide(people, "none such", [], "No.") is None
    assert people.correction(sent.id) == decided
    assert people.open_corrections() == [other]


def test_a_correction_stays_undecided_where_the_record_could_not_be_changed(people):
    sent = people.send_correction("a", PHONE)
    with pytest.raises(InputError, match="not so"), people.deciding(sent.id, ["phone"], "Thank you."):
        raise InputError("not so")
    assert people.open_corrections() == [sent]


def test_of_who_left_nothing_is_kept_and_links_are_for_the_others(people):
    browser, _ = people.open_entry(people.make_entry_link(["a", "b"], by="coordinator 1")[0])
    alone, _ = people.make_entry_link(["c"], by="coordinator 1")
    sent = {each: people.send_correction(each, PHONE) for each in "abc"}
    decide(people, sent["a"].id, ["phone"], "")
    people.entry_left(["a", "c"], by="coordinator 3")
    assert people.entry_of_browser(browser).assets == ("b",)
    assert people.entry_of_link(alone) is None
    assert people.corrections(["a", "b", "c"]) == [sent["b"]]
    assert audit(people)[0] == ("coordinator 3", "ended an entry link")
    people.entry_left(["b"])
    assert people.entry_of_browser(browser) is None
    assert audit(people)[0] == ("an organisation", "ended an entry link")
    with pytest.raises(InputError, match="name of a person"):
        people.entry_left(["b"], by="Jane Smith")


def test_a_merge_moves_links_and_what_was_sent(people):
    browser, _ = people.open_entry(people.make_entry_link(["kept", "gone"], by="coordinator 1")[0])
    other, _ = people.make_entry_link(["else"], by="coordinator 1")
    waits, decided, elses = (people.send_correction(each, PHONE) for each in ("gone", "gone", "else"))
    decide(people, decided.id, [], "No.")
    assert people.entry_merged("gone", "kept") == 1
    assert {each.id for each in people.corrections(["kept"])} == {waits.id, decided.id}
    assert people.corrections(["gone", "else"]) == [elses]
    assert people.entry_of_browser(browser).assets == ("kept",)
    assert people.entry_of_link(other).assets == ("else",)


def test_words_are_erased_from_corrections_answers_and_drafts(people):
    told = {"contact_role": ("Jane Example, at the desk", "ask for jane  EXAMPLE"), "email": ("", "jane.example@a.org")}
    sent = people.send_correction("a", told)
    other = people.send_correction("a", PHONE)
    decide(people, other.id, [], "Jane Example said no.")
    people.keep_draft("", "one", {"answers": {"notes": "Ring Jane Example.", "days": ["a", "b"]}}, "about")
    people.keep_draft("", "two", {"answers": {"notes": "Nobody."}}, "about")
    before = kept(people, corrections), kept(people, drafts)
    found = people.erase_words("Jane Example", dry_run=True)
    assert (found.corrections, found.drafts, found.summary) == (2, 1, "2 corrections, 1 draft")
    assert (kept(people, corrections), kept(people, drafts)) == before
    assert people.erase_words("Jane Example") == found
    assert people.correction(sent.id).changes == {
        "contact_role": Change("(erased), at the desk", "ask for (erased)"),
        "email": Change("", ""),
    }
    assert people.correction(other.id).answer == "(erased) said no."
    assert people.draft("", "one").values == {"answers": {"notes": "Ring (erased).", "days": ["a", "b"]}}
    assert people.draft("", "two").values == {"answers": {"notes": "Nobody."}}
    assert not people.erase_words("Jane Example")


def test_what_may_not_be_kept_of_corrections_goes_decided_or_not(people):
    place = {**PHONE, "address": ("", "1 Example Street")}
    waits, decided, gone, stays = (people.send_correction(each, place) for each in ("a", "a", "b", "c"))
    decide(people, decided.id, ["address"], "It is at 1 Example Street.")

    def may_be_kept(each):
        if each.asset == "b":
            return None
        return each if each.asset == "c" else replace(each, changes={"phone": each.changes["phone"]}, answer="")

    people.trim_corrections(may_be_kept)
    assert people.correction(gone.id) is None
    assert people.correction(stays.id) == stays
    for each in (waits, decided):
        assert (set(people.correction(each.id).changes), people.correction(each.id).answer) == ({"phone"}, "")
    assert people.correction(decided.id).decided


def test_corrections_are_kept_for_half_a_year_after_they_were_decided(alone, clock):
    decided = alone.send_correction("a", PHONE)
    alone.send_correction("a", PHONE)
    decide(alone, decided.id, ["phone"], "")
    clock.later(days=179)
    alone.set_setting("a", "1")
    assert len(kept(alone, corrections)) == 2
    clock.later(days=1)
    alone.set_setting("a", "2")
    assert [row.state for row in kept(alone, corrections)] == ["sent"]
    clock.later(days=185)
    alone.set_setting("a", "3")
    assert kept(alone, corrections) == []


def test_nobody_fills_the_list_of_corrections(alone):
    with pytest.raises(InputError, match="Nothing was changed"):
        alone.send_correction("a", {})
    with pytest.raises(InputError, match="too much text"):
        alone.send_correction("a", {"notes": ("", "ی" * 30_000)})
    alone.send_correction("a", {"notes": ("", "ی" * 20_000)})
    for _ in range(19):
        sent = alone.send_correction("a", PHONE)
    with pytest.raises(InputError, match="has not looked yet"):
        alone.send_correction("a", PHONE)
    alone.send_correction("b", PHONE)
    decide(alone, sent.id, [], "No.")
    alone.send_correction("a", PHONE)
    assert len(alone.open_corrections()) == 21


def test_nothing_is_made_where_nothing_is_kept(target, clock):
    assert People.if_any(target) is None
    assert People.if_any(target) is None
    made = People.beside(target, clock=clock, passwords=CHEAP)
    token, _ = made.make_entry_link(["a"], by="coordinator 1")
    made.close()
    found = People.if_any(target)
    assert found.entry_links(["a"]) or found.entry_of_link(token) is None  # the day of this machine may be another
    found.end_entry_links(["a"], by="coordinator")
    assert kept(found, entry_links) == []
    found.close()


@pytest.mark.parametrize("command", [["delist"], ["erase", "--yes"]], ids=" ".join)
def test_leaving_by_the_command_line_ends_links_and_deletes_what_was_sent(command, empty, write_csv, capsys):
    rows = [{"id": each, "name": f"Example {each}", "asset_type": "lero"} for each in ("one", "two")]
    empty.import_(write_csv(rows))
    word, *options = command
    # Where nothing is kept of people, leaving makes nothing.
    assert main([word, str(empty.path), "Example two", "--by", "coordinator", *options]) == 0
    assert People.if_any(empty.path) is None
    people = People.beside(empty.path, passwords=CHEAP)
    browser, _ = people.open_entry(people.make_entry_link(["one"], by="coordinator 1")[0])
    other, _ = people.make_entry_link(["four"], by="coordinator 1")
    for asset in ("one", "four"):
        people.send_correction(asset, PHONE)
    assert main([word, str(empty.path), "Example one", "--by", "coordinator", *options]) == 0
    assert people.entry_of_browser(browser) is None
    assert people.entry_of_link(other)
    assert [each.asset for each in people.open_corrections()] == ["four"]
    assert audit(people)[0] == ("coordinator", "ended an entry link")
    people.close()
    capsys.readouterr()


def test_a_merge_and_erasing_words_by_the_command_line_reach_what_was_sent(empty, write_csv, capsys):
    rows = [{"id": each, "name": f"Example {each}", "asset_type": "lero"} for each in ("one", "two")]
    empty.import_(write_csv(rows))
    people = People.beside(empty.path, passwords=CHEAP)
    people.send_correction("two", {"contact_role": ("", "Jane Somebody")})
    assert main(["merge", str(empty.path), "Example one", "Example two", "--by", "coordinator"]) == 0
    assert "1 correction waited to be looked at: now of 'Example one'" in " ".join(capsys.readouterr().out.split())
    assert [each.asset for each in people.open_corrections()] == ["one"]
    # They stand in no record, but here.
    for _ in range(2):
        assert main(["erase", str(empty.path), "--words", "Jane Somebody", "--by", "coordinator", "--yes"]) == 0
    told = capsys.readouterr().out
    assert "This" not in told
    assert "Erased: 1 correction of the web app." in told
    assert "stands nowhere" in told.split("Erased:")[1]
    assert people.open_corrections()[0].changes["contact_role"].should_be == "(erased)"
    people.close()
