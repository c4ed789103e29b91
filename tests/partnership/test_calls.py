"""The calls of a round one by one: what a list says, how far a round is, and what came of somebody's work."""

import csv
import datetime as dt
import shutil
import threading

import pytest

import rosc_map
from partnerships import TODAY
from rosc_map.errors import InputError, UnknownName
from rosc_map.publish import call_sheet_tables, printed_calls
from rosc_map.records import Asset, Round
from small_rounds import levels, name, on_day, services, stored

DRAWN = TODAY - dt.timedelta(days=30)


@pytest.fixture(scope="module")
def area_file(empty_file, tmp_path_factory):
    """Ten services and a round in which five are asked about three others each, made once."""
    path = tmp_path_factory.mktemp("calls") / "area.gpkg"
    shutil.copy(empty_file, path)
    fill(rosc_map.open(path, today=DRAWN), path.with_suffix(".csv"))
    return path


def fill(partnership, file):
    rows = services(10)
    with file.open("w", newline="", encoding="utf-8") as text:
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    partnership.import_(file)
    partnership.draw(sources=5, targets=3, seed=3, reserves=2)


@pytest.fixture
def area(area_file, tmp_path):
    path = tmp_path / "area.gpkg"
    shutil.copy(area_file, path)
    return rosc_map.open(path, today=TODAY, who="V1")


def call_of(partnership, source, **options):
    (call,) = partnership.call_list("R1", [source], **options).calls
    return call


def say(partnership, call, *said, by="V1"):
    """Answer the first questions of a call with these levels."""
    for question, level in zip(call.questions, said, strict=False):
        row = {"source": call.source, "target": question.target, "level": level, "volunteer": by}
        partnership.record_one("R1", row)


def test_the_list_says_what_the_printed_sheet_says(area):
    listed, printed = area.call_list("r1"), printed_calls(area.snapshot(), "R1")
    (sheet,) = printed.sheets
    assert [(c.who, c.phone, c.email, c.when) for c in listed.calls] == [
        (c.who, c.phone, c.email, c.when) for c in sheet.calls
    ]
    assert [tuple(q.words for q in c.questions) for c in listed.calls] == [c.questions for c in sheet.calls]
    assert [tuple(q.record for q in c.questions) for c in listed.calls] == [c.records for c in sheet.calls]
    assert (listed.conduct, listed.levels) == (printed.conduct, printed.levels)
    # Nobody says that we wrote, of a round of which nothing tells that organisations were told.
    assert (listed.script[0], listed.script[1:]) == (
        "Hello, I am ringing for the local partnership.",
        printed.script[1:],
    )
    assert tuple(words for _, *words in listed.outcomes) == tuple(map(list, printed.outcomes))
    assert {call.state for call in listed.calls} == {"open"}
    assert "two weeks" in listed.too_early


def test_an_announced_round_warns_until_two_weeks_have_gone(area, tmp_path):
    on_day(area, TODAY - dt.timedelta(days=13)).letter("R1", tmp_path / "letters", reply_to="01632 960000")
    assert "do not ring before 23 November 2026" in area.call_list("R1").too_early
    assert on_day(area, TODAY + dt.timedelta(days=1)).call_list("R1").too_early == ""


def test_how_a_call_stands(area):
    answered, half, silent, again, no = area.call_list("R1").calls
    say(area, answered, "1", "2", "3")
    say(area, half, "4")
    for day in ("2026-11-20, morning", "2026-11-21, evening"):
        area.record_one("R1", {"source": silent.source, "contact": "no_answer", "try 1": day})
    area.record_one("R1", {"source": again.source, "contact": "call_back"})
    say(area, no, "2")
    area.record_one("R1", {"source": no.source, "contact": "refused", "volunteer": "V2"})
    calls = area.call_list("R1").calls
    assert [call.state for call in calls] == ["done", "open", "open", "call back", "done"]
    assert [q.level for q in calls[0].questions] == [1, 2, 3]
    assert [q.answered for q in calls[1].questions] == [True, False, False]
    assert calls[2].tried == ("20 November 2026, morning", "21 November 2026, evening")
    assert calls[2].untried == ("afternoon",)
    assert calls[2].outcome == ""
    area.record_one("R1", {"source": silent.source, "contact": "no_answer", "try 1": "2026-11-22, afternoon"})
    assert (call_of(area, silent.source).state, call_of(area, silent.source).outcome) == ("done", "No answer")


def test_a_volunteer_reads_no_answer_of_anybody_else(area):
    call = area.call_list("R1").calls[0]
    say(area, call, "1", "4", by="V2")
    say(area, call, "3", by="volunteer 1")  # the first question, said in two ways
    mine = call_of(area, call.source, reader="V1").questions
    assert [(q.answered, q.level) for q in mine] == [(True, 3), (True, None), (False, None)]
    # Who coordinates sees that the first is open, and the second.
    assert [q.level for q in call_of(area, call.source).questions] == [None, 4, None]
    (conflict,) = area.conflicts("R1")
    assert (conflict.source_id, conflict.target_id) == (call.source, call.questions[0].target)


def test_what_has_become_confidential_is_neither_rung_nor_asked_about(area):
    before = area.call_list("R1")
    hidden, other = before.calls[0].source, before.calls[1].questions[0]
    for identifier in (hidden, other.target):
        area.edit(identifier, {"location_precision": "hidden"})
    after = area.call_list("R1")
    assert hidden not in {call.source for call in after.calls}
    assert area.call_list("R1", [hidden]).calls == ()
    assert other.target not in {question.target for call in after.calls for question in call.questions}
    assert not {hidden, other.target} & set(area.in_round("R1"))
    assert not {name(hidden), name(other.target)} & set(area.in_round("R1").values())


def test_calls_are_shared_out_as_the_sheets_are(area):
    shared = area.share_calls("R1", ["V4", "V2"])
    sheets = call_sheet_tables(area.snapshot(), "R1", volunteers=2)
    for who, sheet in zip(("V4", "V2"), sheets, strict=True):
        assert {source for source, name in shared.items() if name == who} == set(sheet.table["source"])
    assert area.share_calls("R1", ["V4", "V2"]) == shared
    with pytest.raises(InputError, match="twice"):
        area.share_calls("R1", ["V4", "volunteer 4"])
    with pytest.raises(InputError, match="6 volunteers and 5 services"):
        area.share_calls("R1", [f"V{number}" for number in range(6)])


def test_progress_is_figures_alone(area):
    first, second, third, *_ = area.call_list("R1").calls
    say(area, first, "1", "2", "3")
    area.record_one("R1", {"source": second.source, "contact": "refused"})
    say(area, third, "1", by="V1")
    say(area, third, "2", by="V2")
    found = area.progress("R1")
    assert (found.contacts, found.begun, found.not_over) == (5, 1, 3)
    assert found.by_outcome == (("Answered", 1), ("Preferred not to", 1))
    assert (found.questions, found.answered, found.unsettled, found.as_at) == (15, 3, 1, TODAY)
    assert not any(name(asset) in repr(found) for asset in area.in_round("R1"))


def test_one_call_reads_as_it_does_in_the_whole_list_and_open_calls_are_those_not_done(area):
    first, second, third, fourth, fifth = area.call_list("R1").calls
    say(area, first, "1", "2", "3")
    area.record_one("R1", {"source": second.source, "contact": "refused"})
    # Whom others are asked about has closed, and one who is rung: reserves come in.
    area.record_one("R1", {"source": third.questions[0].target, "contact": "closed"})
    area.record_one("R1", {"source": fifth.source, "contact": "closed"})
    area.record_one("R1", {"source": fourth.source, "contact": "call_back"})
    calls = area.call_list("R1").calls
    assert len({call.source for call in calls} - {each.source for each in (first, second, third, fourth)}) == 1
    for call in calls:
        assert area.call_list("R1", [call.source]).calls == (call,)
    open_ = [call.source for call in calls if call.state != "done"]
    assert list(area.open_calls("R1")) == open_
    for taken in ([first.source, third.source], [fifth.source], [fourth.source, *open_[:1]], open_):
        assert list(area.open_calls("R1", taken)) == [source for source in open_ if source not in taken]
    assert area.call_list("R1", []).calls == ()
    # What a later word brings back is told by whoever says it.
    again = area.record_one("R1", {"source": fifth.source, "target": fifth.questions[1].target, "level": "2"})
    assert again.standing_in == (name(fifth.source),)


def test_no_round_of_that_name(area):
    for ask in (area.call_list, area.open_calls, area.progress, area.conflicts, area.in_round):
        with pytest.raises(UnknownName, match="Rounds in this file: R1"):
            ask("R7")
    assert [held.name for held in area.rounds()] == ["R1"]


def test_one_answer_at_a_time_is_the_same_as_a_sheet(area, tmp_path, write_csv):
    sheet = rosc_map.open(shutil.copy(area.path, tmp_path / "sheet.gpkg"), today=TODAY, who="V1")
    asked = [{"source": c.source, "target": q.target} for c in area.call_list("R1").calls for q in c.questions]
    # One has closed, so that a reserve comes in and calls have to do with each other.
    rows = [*levels(asked[:7], "2", volunteer="V1"), {"source": asked[-1]["source"], "contact": "closed"}]
    one_by_one = [area.record_one("R1", row) for row in rows]
    together = sheet.record("R1", write_csv(rows))
    assert stored(area) == stored(sheet)
    assert one_by_one[-1].standing_in == together.standing_in
    assert len(together.standing_in) == 1
    assert area.progress("R1") == sheet.progress("R1")


def test_only_the_rows_and_columns_that_are_wanted_are_read(area):
    with area._store.reading() as reader:
        found = reader.read(Asset, {"id": {"s01", "s07"}, "asset_type": "lero"}, ("name", "id"))
        assert found.to_dict("records") == [{"id": f"s0{n}", "name": f"Example Place 0{n}"} for n in (1, 7)]
        assert reader.read(Asset, {"id": ()}).empty


def test_a_service_that_has_closed_is_a_call_that_is_over(area):
    first = area.call_list("R1").calls[0]
    area.record_one("R1", {"source": first.source, "contact": "closed", "volunteer": "V1"})
    listed = area.call_list("R1")
    (closed,) = listed.closed
    assert (closed.source, closed.state, closed.outcome, len(closed.questions)) == (first.source, "done", "Closed", 3)
    assert first.source not in {call.source for call in listed.calls}
    found = area.progress("R1")
    assert (found.contacts, found.by_outcome, found.not_over) == (6, (("Closed", 1),), 5)
    area.edit(first.source, {"location_precision": "hidden"})
    assert area.call_list("R1").closed == ()


@pytest.mark.parametrize("end", ["refused", "wrong_number", "closed"])
def test_a_wrong_end_is_put_right_by_who_wrote_it_and_by_who_coordinates(area, end):
    before = stored(area)
    source = area.call_list("R1").calls[0].source
    row = {"source": source, "contact": end, "volunteer": "V1"}
    area.record_one("R1", row)
    for reader, may in (("volunteer 1", True), ("V2", False), (None, True)):
        listed = area.call_list("R1", [source], reader=reader)
        (call,) = (*listed.calls, *listed.closed)
        assert call.may_change is may
    said = stored(area)
    with pytest.raises(InputError, match="Somebody else"):
        area.change_end("R1", {"source": source}, whose="V2")
    assert stored(area) == said
    area.change_end("R1", {"source": source}, whose="volunteer 1")
    assert stored(area) == before
    area.record_one("R1", row)
    area.change_end("R1", {"source": source, "contact": "call_back", "volunteer": "V9"})
    assert call_of(area, source).state == "call back"
    with pytest.raises(InputError, match="Nothing was written down"):
        area.change_end("R1", {"source": source})


def test_the_last_of_three_tries_is_put_right(area):
    source = area.call_list("R1").calls[0].source
    for when in ("2026-11-20, morning", "2026-11-21, evening", "2026-11-22, afternoon"):
        area.record_one("R1", {"source": source, "contact": "no_answer", "try 1": when, "volunteer": "V1"})
    assert call_of(area, source, reader="V1").may_change
    area.change_end("R1", {"source": source, "contact": "refused", "volunteer": "V1"}, whose="V1")
    assert (call_of(area, source).outcome, len(call_of(area, source).tried)) == ("Preferred not to", 2)


def test_a_round_that_nobody_has_begun_is_removed_and_comes_back(area):
    area.draw(sources=3, targets=2, seed=4)
    area.draw(panel="R2")
    with pytest.raises(InputError, match="later round"):
        area.remove_round("R2")
    before = stored(area)
    area.remove_round("r3")
    assert [held.name for held in area.rounds()] == ["R2", "R1"]
    area.undo()
    assert stored(area) == before
    say(area, area.call_list("R1").calls[0], "1")
    with pytest.raises(InputError, match="answers or calls"):
        area.remove_round("R1")


def test_the_day_on_which_they_were_told_may_be_said(area, tmp_path):
    area.letter("R1", tmp_path / "letters", reply_to="us", note_day=False)
    assert area.rounds()[0].announced_on is None
    with pytest.raises(InputError, match="has not come yet"):
        area.told("R1", TODAY + dt.timedelta(days=1))
    area.told("r1", DRAWN)
    assert area.rounds()[0].announced_on == DRAWN
    listed = area.call_list("R1", reader="V1")
    assert listed.too_early == ""
    assert listed.script[0].endswith("We told you about this on 23 October 2026.")
    say(area, listed.calls[0], "2")
    area.feedback("R1", tmp_path / "pages", reply_to="us", note_day=False)
    for day, why in (
        (TODAY + dt.timedelta(days=1), "has not come yet"),
        (DRAWN - dt.timedelta(days=1), "before the draw"),
    ):
        with pytest.raises(InputError, match=why):
            area.gave_feedback("R1", day)
    assert area.rounds()[0].running
    area.gave_feedback("R1", TODAY)
    assert area.rounds()[0].shown_from == TODAY + dt.timedelta(days=14)


# --- what came of somebody's work


def test_what_came_of_my_work_and_of_nobody_elses(area):
    for number, (who, more) in enumerate(
        [
            ("volunteer 1", {}),
            ("V1", {"listing": "not_asked"}),
            ("V1", {"location_precision": "hidden"}),
            ("V1", {"listing": "declined"}),
            ("V1", {"status": "paused", "listing": "restricted", "listing_shows": "name"}),
            ("V2", {}),
        ]
    ):
        area.edit(f"s0{number}", {"recorded_by": who, **more})
    area.edit("s06", {"recorded_by": "V1"})
    on_day(area, TODAY, who="coordinator").edit("s06", {"status": "closed", "verified_on": "2026-11-20"})
    on_day(area, TODAY, who="V2").edit("s00", {"verified_on": "2026-11-21"})
    area.edit("s05", {"verified_on": "2026-11-21"})
    call = area.call_list("R1").calls[0]
    say(area, call, "2", "3", by="vol. 1")
    work = area.work_of("V1")
    told = {asset.name: " ".join(asset.became) for asset in work.assets}
    assert set(told) == {name("s00"), name("s01"), name("s04")}
    assert told[name("s00")] == "It is on the map for everybody. Somebody else has checked it since, and it was right."
    assert "not been asked yet" in told[name("s01")]
    assert "having a break" in told[name("s04")]
    assert (work.closed, work.not_shown) == (1, 2)
    assert (work.checks, work.calls, work.answers) == (1, 1, 2)
    assert not any(hidden in repr(work) for hidden in (name("s02"), name("s03"), name("s05"), name("s06")))
    nobody = area.work_of("")
    assert (nobody.assets, nobody.checks, nobody.calls) == ((), 0, 0)


def test_what_was_done_since_and_what_the_calls_found(made_up, write_csv):
    row = {"what": "Leaflets", "owner": "Example Trust", "by": "2026-06-30", "together_we_did": "Twelve have leaflets."}
    open_ = {**row, "what": "More", "together_we_did": ""}
    made_up.import_(write_csv([{**row, "done_on": "2026-05-20"}, {**open_, "done_on": ""}]), "actions")
    work = made_up.work_of("V1")
    assert [action.together_we_did for action in work.actions] == ["Twelve have leaflets."]
    assert any("R1" in sentence for sentence in work.linkage)


# --- many at once


@pytest.mark.postgis
def test_two_of_one_round_wait_for_each_other_and_two_of_two_rounds_do_not(postgis, tmp_path):
    partnership = rosc_map.new(postgis, ["Middlesbrough"])
    partnership = rosc_map.open(postgis, today=DRAWN)
    fill(partnership, tmp_path / "rows.csv")
    partnership.draw(sources=3, targets=2, seed=4)
    ours = rosc_map.open(postgis, today=TODAY)
    (call, *_), (other, *_) = ours.call_list("R1").calls, ours.call_list("R2").calls
    row = {"source": call.source, "target": call.questions[0].target, "level": "2", "volunteer": "V1"}
    waiting = threading.Thread(target=ours.record_one, args=("R1", row))
    with partnership._store.write(alone=False) as writer:
        writer.hold(Round, {"round": "R1"})
        ours.record_one("R2", {"source": other.source, "target": other.questions[0].target, "level": "3"})
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
    waiting.join(20)
    assert [ours.progress(name).answered for name in ("R1", "R2")] == [1, 1]
    # Each question by a thread of its own: nothing is lost.
    rest = [(call, question) for call in ours.call_list("R1").calls for question in call.questions]
    threads = [
        threading.Thread(
            target=ours.record_one,
            args=("R1", {"source": each.source, "target": asked.target, "level": "1", "volunteer": "V2"}),
        )
        for each, asked in rest[1:]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert ours.progress("R1").answered == len(rest)
    partnership.close()
    ours.close()
