"""One round beside another as people meet it: three figures, panels of the same pairs, and who was reached."""

import datetime as dt

import pytest

from partnerships import TODAY
from rosc_map.records import Round
from small_rounds import levels, on_day, pairs, services


@pytest.fixture
def rounds(empty, write_csv, tmp_path):
    """Twelve services, a round of all of them a year ago and two panels of it; and a way to record."""
    empty.import_(write_csv(services(12)))
    on_day(empty, TODAY - dt.timedelta(days=300)).draw(sources=12, targets=3, seed=1, reserves=0)
    on_day(empty, TODAY - dt.timedelta(days=200)).draw(panel="R1")
    empty.draw(panel="R1")

    def record(name, rows):
        empty.record(name, [write_csv(rows)])

    return empty, record


def asked(partnership, name):
    table = partnership.snapshot().questions
    mine = table[table["round"] == name].sort_values(["source", "target"])
    return mine[["source", "target"]].to_dict("records")


def test_three_figures_stand_side_by_side(rounds):
    partnership, record = rounds
    questions = asked(partnership, "R1")
    record("R1", levels(questions[:18], "3") + levels(questions[18:], "0"))
    silent = {question["source"] for question in questions[27:]}
    heard = [question for question in questions if question["source"] not in silent]
    record("R2", levels(heard, "2") + [{"source": source, "contact": "refused"} for source in sorted(silent)])
    found = partnership.compare("R1", "R2")
    said = found.to_json()
    keys = {"before", "after", "difference", "low", "high", "design", "sentence"}
    assert all(keys <= set(said[figure]) for figure in ("referral", "as_caller"))
    assert keys <= set(said)
    assert {said[figure]["design"] for figure in ("referral", "as_caller")} == {said["design"]} == {"panel"}
    assert (said["before"], said["after"]) == (pytest.approx(18 / 27), 1)
    assert (said["referral"]["before"], said["referral"]["after"]) == (pytest.approx(18 / 27), 0)
    assert (said["as_caller"]["before"], said["as_caller"]["after"]) == (0.5, 0.75)
    assert len(said["sentences"]) == 3
    assert said["sentences"][1].startswith("A way in, and not only information: linkage fell by 67 points")
    assert said["sentences"][2].startswith("As a caller would meet it: ")
    assert "In R1 100 % of those contacted answered, in R2 75 %" in found.notes[-1]
    assert len(partnership.compare("R1", "R2", threshold=3).sentences) == 2


def test_contact_rates_that_are_near_need_no_word(rounds):
    partnership, record = rounds
    questions = asked(partnership, "R1")
    record("R1", levels(questions, "3"))
    record("R2", [*levels(questions[:33], "2"), {"source": questions[-1]["source"], "contact": "refused"}])
    assert not any("contacted answered" in note for note in partnership.compare("R1", "R2").notes)


def test_two_panels_of_one_round_are_compared_pair_by_pair(rounds):
    partnership, record = rounds
    questions = asked(partnership, "R1")
    record("R2", levels(questions[:18], "0") + levels(questions[18:], "2"))
    record("R3", levels(questions, "2"))
    assert partnership.compare("R2", "R3").change.design == "panel"
    # A panel of a panel goes back to the same pairs as well, whatever the file says in between.
    with partnership._write("panel of a panel") as writer:
        writer.update(Round, {"round": "R3"}, {"panel_of": "R2"})
    assert partnership.compare("R2", "R3").change.design == "panel"
    assert partnership.compare("R1", "R3").change.design == "panel"


def test_rounds_drawn_apart_have_three_independent_figures(rounds):
    partnership, record = rounds
    record("R3", levels(asked(partnership, "R3"), "2"))
    drawn = partnership.draw(sources=8, targets=3, seed=9, reserves=0)
    record("R4", levels(pairs(drawn), "1"))
    found = partnership.compare("R3", "R4")
    assert {found.change.design, found.referral.design, found.as_caller.design} == {"independent"}
    assert found.sentences[1].startswith("A way in, and not only information: no change that this many calls")
    assert found.notes[1] == "Answered: 36 questions to 12 services in R3, and 24 to 8 in R4."
    assert not any("same pairs" in note for note in found.notes)


def test_of_the_same_pairs_none_has_come_in_or_gone_out(rounds, write_csv):
    partnership, record = rounds
    questions = asked(partnership, "R1")
    partnership.import_(write_csv([services(13)[12]]))
    partnership.draw(panel="R1")
    record("R1", levels(questions[:30], "2"))
    record("R4", levels(questions[3:], "2"))
    notes = partnership.compare("R1", "R4").notes
    assert notes[1] == (
        "The same pairs were asked both times: this tells of those pairs (27 questions to 9 services) and not of"
        " services that have come since."
    )
    assert not any("frames" in note for note in notes)
    # Of pairs of which none was asked both times there is nothing to tell.
    assert not any("same pairs" in note for note in partnership.compare("R1", "R2").notes)


def test_it_is_said_when_the_calls_were_made(rounds):
    partnership, record = rounds
    questions = asked(partnership, "R1")
    record("R1", levels(questions[:18], "3", date="3 June 2026") + levels(questions[18:], "0", date="20 June 2026"))
    notes = partnership.compare("R1", "R3").notes
    assert notes[0] == (
        "R1 (drawn on 26 January 2026, called 3 to 20 June 2026) beside R3 (drawn on 22 November 2026)."
    )
