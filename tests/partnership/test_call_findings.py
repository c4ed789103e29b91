"""What the calls of a linkage test say about the records, and what they never say: who preferred not to take part."""

import datetime as dt

import pytest

from partnerships import TODAY
from rosc_map.errors import RowsRejected
from small_rounds import PHONE, levels, name, on_day, pairs, services

CALLED = TODAY - dt.timedelta(days=20)
ON = f"{CALLED.day} {CALLED:%B %Y}"


@pytest.fixture
def area(empty, write_csv):
    """Eight services; 00 and 07 share a number. All of them are asked."""
    rows = services(8)
    empty.import_(write_csv([*rows[:7], {**rows[7], "phone": PHONE.format(0)}]))
    on_day(empty, CALLED).draw(sources=7, targets=2, seed=1, reserves=0)
    return empty


def called(partnership, source, contact, day=CALLED, **more):
    partnership.record_one("R1", {"source": source, "contact": contact, "date": day.isoformat(), **more}, replace=True)


def findings(partnership):
    """The findings of the calls, by asset."""
    return {found.asset_id: found for found in partnership.check() if found.kind == "calls"}


@pytest.mark.parametrize(
    ("contact", "what", "what_to_do"),
    [
        ("wrong_number", "Its telephone number or e-mail address did not work", "Find the right one"),
        ("closed", "It was found closed, or no longer what it was", "One report alone closes nothing"),
        ("no_answer", "Nobody answered", "Are its number and its times right?"),
        ("refused", "Somebody was reached there", "The contact works"),
        ("call_back", "Somebody was reached there", "The contact works"),
    ],
)
def test_each_outcome_in_its_words(area, contact, what, what_to_do):
    called(area, "s03", contact)
    (found,) = findings(area).values()
    assert (found.asset_id, found.what, found.field) == ("s03", f"{what} on {ON} (linkage test R1).", "phone")
    assert what_to_do in found.what_to_do


def test_a_refusal_is_not_told_apart_from_an_answer(area, tmp_path):
    questions = area.snapshot().questions
    area.record_one("R1", {**_first(questions, "s02"), "level": "3", "date": CALLED.isoformat()})
    called(area, "s03", "refused")
    found = findings(area)
    assert found["s02"].what == found["s03"].what
    assert found["s02"].what_to_do == found["s03"].what_to_do
    # Neither do two words for the same say it, wherever the list goes.
    told = " ".join(str(each) for each in area.check()).casefold()
    listed = area.write_worklist(tmp_path / "work.csv").read_text("utf-8").casefold()
    for text in (told, listed):
        assert "somebody was reached there" in text
        for word in ("refus", "preferred not", "declin", "no thank"):
            assert word not in text


def _first(questions, source):
    row = questions[questions["source"] == source].iloc[0]
    return {"source": row["source"], "target": row["target"]}


def test_it_is_gone_once_somebody_has_looked(area):
    called(area, "s03", "wrong_number")
    area.edit("s03", {"verified_on": (CALLED - dt.timedelta(days=1)).isoformat()})
    assert set(findings(area)) == {"s03"}
    area.edit("s03", {"verified_on": CALLED.isoformat()})
    assert findings(area) == {}


def test_a_shared_contact_concerns_all_that_share_it(area):
    called(area, "s00", "wrong_number")
    assert set(findings(area)) == {"s00", "s07"}


def test_a_closed_door_concerns_one_service_alone(area, write_csv):
    called(area, "s00", "closed")
    assert set(findings(area)) == {"s00"}
    # Once the coordinator has closed it, the other one that has its number is not said to be closed.
    for who in ("V1", "V2"):
        row = {"id": "s00", "name": name("s00"), "asset_type": "lero", "status": "closed", "recorded_by": who}
        area.import_(write_csv([row]))
    assert area.snapshot().assets.set_index("id").loc["s00", "status"] == "closed"
    assert findings(area) == {}


def test_a_closed_report_never_changes_the_status(area):
    called(area, "s03", "closed")
    assert area.snapshot().assets["status"].eq("active").all()


def test_what_is_only_asked_about_may_be_found_closed_too(area):
    questions = area.snapshot().questions
    (target,) = {"s07"} & set(questions["target"]) or {questions["target"].iloc[0]}
    called(area, target, "closed")
    assert set(findings(area)) == {target}


def test_the_newest_call_counts_whichever_round_it_was_in(area):
    called(area, "s03", "wrong_number")
    drawn = area.draw(sources=7, targets=2, seed=2, reserves=0)
    assert findings(area)["s03"].what.startswith("Its telephone number")
    pair = next(pair for pair in pairs(drawn) if pair["source"] == "s03")
    area.record_one("R2", {**pair, "level": "2"})
    assert findings(area)["s03"].what == "Somebody was reached there on 22 November 2026 (linkage test R2)."


def test_two_tries_so_far_are_said_on_the_day_of_the_last(area):
    for number, day in enumerate(("2026-11-05", "2026-11-09"), start=1):
        area.record_one("R1", {"source": "s03", f"try {number}": f"{day} 10:30"})
        assert findings(area)["s03"].what.startswith(f"Nobody answered on {int(day[-2:])} November 2026")


def test_what_two_people_say_differently_is_no_finding_yet(area):
    for who, contact in (("V1", "closed"), ("V2", "wrong_number")):
        said = {"source": "s03", "contact": contact, "volunteer": who, "try 1": "2026-11-05 10:30"}
        area.record_one("R1", said)
    assert findings(area) == {}


def test_who_asked_not_to_be_listed_is_no_work_for_anybody(area):
    called(area, "s03", "wrong_number")
    on_day(area, TODAY, who="coordinator").delist("s03")
    assert findings(area) == {}


def test_no_finding_says_what_was_answered(area, write_csv):
    rows = levels(area.snapshot().questions[["source", "target"]].to_dict("records"), "0")
    area.record("R1", write_csv(rows))
    found = findings(area)
    assert set(found) == {f"s{n:02d}" for n in range(8)}
    assert {each.what for each in found.values()} == {
        "Somebody was reached there on 22 November 2026 (linkage test R1)."
    }
    assert name("s03") == found["s03"].name


def test_a_service_of_no_round_cannot_be_reported(area, write_csv):
    area.import_(write_csv([services(9)[8]]))
    with pytest.raises(RowsRejected):
        called(area, "s08", "closed")
    assert findings(area) == {}
