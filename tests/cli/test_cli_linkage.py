"""The linkage test on the command line: each command as it goes well, what it says when it does not, and its JSON."""

import datetime as dt
import json

import pytest
from openpyxl import load_workbook

import rosc_map
from partnerships import TODAY
from small_rounds import first_reserve, levels, name, pairs, services

COMMANDS = ("plan", "draw", "letter", "sheet", "record", "estimate", "feedback", "reply", "compare")
REPLY_TO = ("--reply-to", "01632 960999")


@pytest.fixture
def area(empty, write_csv):
    """The file of ten services; nothing is drawn yet."""
    empty.import_(write_csv(services(10)))
    return empty


@pytest.fixture
def link(run, area):
    """Run a linkage command on the file; gives what it says, and expects it to go well."""

    def go(command, *words):
        code, out, err = run("linkage", command, area.path, *words)
        assert (code, err) == (0, "")
        return out

    return go


@pytest.fixture
def drawn(area):
    """A round of five services."""
    return area.draw(sources=5, targets=3, seed=1, reserves=2)


@pytest.fixture
def answered(area, drawn, write_csv):
    """The file with an answered round."""
    area.record("R1", write_csv(levels(pairs(drawn)[:10], "3") + levels(pairs(drawn)[10:], "0"), "answered.csv"))
    return area


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(run, command):
    code, out, _ = run("linkage", command, "--help")
    assert code == 0
    assert f"linkage {command}" in out
    assert "Example: rosc-map linkage" in " ".join(out.split())


def test_the_group_names_all_of_its_commands(run):
    code, out, _ = run("linkage", "--help")
    assert code == 0
    assert all(command in out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS[1:])
def test_a_command_without_its_words_is_used_wrongly(run, command):
    code, out, err = run("linkage", command)
    assert (code, out) == (2, "")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "words",
    [
        ("estimate", "R9"),
        ("sheet", "R9", "calls.xlsx"),
        ("letter", "R9", "letters", *REPLY_TO),
        ("feedback", "R9", "pages", *REPLY_TO),
        ("reply", "R9", "s01", "Hello"),
        ("compare", "R9", "R8"),
        ("record", "R9", "--source", "s01", "--contact", "refused"),
    ],
)
def test_a_round_that_is_not_there(run, area, monkeypatch, tmp_path, words):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("linkage", words[0], area.path, *words[1:])
    assert (code, out) == (1, "")
    assert err == "There is no round 'R9'. Rounds in this file: none yet: draw one first.\n"


# --- plan


def test_plan_with_a_file_and_without(run, link):
    out = link("plan", "--half-width", "20")
    assert "of 10" in out or "10 services" in out
    code, alone, err = run("linkage", "plan", "--frame", 60, "--sources", 20, "--targets", 5)
    assert (code, err) == (0, "")
    assert "20 services about 5 others each" in alone
    found = json.loads(run("linkage", "plan", "--frame", 60, "--json")[1])
    assert set(found) >= {"frame", "sources", "targets", "expected", "icc", "half_width", "hours", "table"}
    assert found["half_width"] <= 0.1


def test_a_plan_as_a_page_and_as_a_picture(run, tmp_path):
    for ending in ("html", "svg", "png"):
        code, out, _ = run("linkage", "plan", "--frame", 40, "--out", tmp_path / f"plan.{ending}")
        assert code == 0
        assert (tmp_path / f"plan.{ending}").exists()
        assert f"Wrote {tmp_path / f'plan.{ending}'}" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "give --frame 60"),
        (("--frame", 60, "--sources", 5), "Give both --sources and --targets"),
        (("--frame", 60, "--sources", 5, "--targets", 5, "--half-width", 10), "Give either the size"),
        (("--frame", 60, "--sources", 500, "--targets", 5), "500"),
        (("--frame", 60, "--expected", 2), "2"),
        (("--frame", 60, "--out", "plan.txt"), "plan.txt"),
        (("area.gpkg", "--frame", 5000), "not both"),
        (("--frame", 60, "--most-targets", 0), "You allow 0 questions a call"),
    ],
)
def test_plans_that_cannot_be(run, words, said, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("linkage", "plan", *words)
    assert (code, out) == (1, "")
    assert said in err
    assert "Traceback" not in err


# --- draw


def test_draw_for_people_and_for_programs(link):
    out = link("draw", "--sources", 5, "--targets", 3, "--seed", 7, "--reserves", 2)
    assert "Round R1: 5 of 10 contacts drawn, 15 questions, 2 reserves, seed 7." in out
    assert "First tell them, two weeks before: rosc-map linkage letter" in out
    found = json.loads(link("draw", "--sources", 5, "--targets", 3, "--seed", 7, "--json"))
    assert set(found) >= {"round", "design", "seed", "frame", "frame_sha256", "sources", "targets", "pairs"}
    assert (found["round"], found["seed"], len(found["pairs"])) == ("R2", 7, 15)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--targets 5"),
        (("--targets", 3), "--sources 20"),
        (("--sources", 50, "--targets", 3), "50"),
        (("--sources", 5, "--targets", 3, "--by", "colour"), "'colour' is not a field"),
        (("--sources", 5, "--targets", 3, "--design", "snow"), "'snow' is not a design"),
        (("--panel", "R4"), "There is no round 'R4'"),
    ],
)
def test_draws_that_cannot_be(run, area, words, said):
    code, out, err = run("linkage", "draw", area.path, *words)
    assert (code, out) == (1, "")
    assert said in err
    assert area.snapshot().rounds.empty


def test_a_number_that_is_none_is_used_wrongly(run, area):
    assert run("linkage", "draw", area.path, "--sources", "many")[0] == 2


# --- letter and sheet


def test_letter(link, drawn, tmp_path):
    out = link("letter", "R1", tmp_path / "letters", *REPLY_TO, "--month", "May 2027")
    assert "letters.html" in out
    assert "no letter says who was drawn" in out
    assert "May 2027" in (tmp_path / "letters" / "letter.txt").read_text("utf-8")


def test_sheets_to_fill_in_and_read_back(link, drawn, tmp_path):
    out = link("sheet", "R1", tmp_path / "calls.xlsx", "--volunteers", 2)
    files = [tmp_path / f"calls-{number}.xlsx" for number in (1, 2)]
    assert all(f"Wrote {file}. For the volunteers only" in out for file in files)
    for file in files:
        book = load_workbook(file)
        sheet = book.worksheets[0]
        columns = {cell.value: cell.column for cell in sheet[1]}
        for row in range(2, sheet.max_row + 1):
            sheet.cell(row, columns["level"], "3")
        book.save(file)
    assert "Answers and contacts added: 20;" in link("record", "R1", *files)
    assert "left as they were: 20;" in link("record", "R1", *reversed(files))


def test_a_sheet_that_is_there_stays(run, area, drawn, tmp_path):
    area.sheet("R1", tmp_path / "calls.csv")
    code, _, err = run("linkage", "sheet", area.path, "R1", tmp_path / "calls.csv")
    assert code == 1
    assert "exists already, and may hold answers" in err


# --- record


def test_one_by_one(link, area, drawn):
    pair = pairs(drawn)[0]
    out = link("record", "R1", "--source", name(pair["source"]), "--target", pair["target"], "--level", 3, "--by", "V7")
    assert "Answers and contacts added: 2;" in out
    assert area.snapshot().answers["by"].tolist() == ["V7"]
    said = ("--source", pairs(drawn)[-1]["source"])
    assert "1 try of 3 so far" in link("record", "R1", *said, "--try", f"{TODAY} 10:30")


def test_differences_are_said_until_one_is_settled(link, drawn):
    pair = pairs(drawn)[0]
    about = ("--source", pair["source"], "--target", pair["target"])
    link("record", "R1", *about, "--level", 3, "--by", "V1")
    out = link("record", "R1", *about, "--level", 1, "--by", "V2")
    assert f"To settle: {name(pair['source'])} about {name(pair['target'])}: " in out
    assert "(V1) / " in out
    assert "To settle" not in link("record", "R1", *about, "--level", 1, "--replace")


def test_a_closed_service_says_whom_to_ring_instead(link, area, drawn):
    closed = min({pair["source"] for pair in pairs(drawn)} - {pair["target"] for pair in pairs(drawn)})
    out = link("record", "R1", "--source", closed, "--contact", "closed")
    assert f"Ring: {name(first_reserve(area))}." in out
    assert "more.xlsx --open" in out


def test_what_cannot_be_recorded_is_a_list_and_nothing_is(run, area, drawn, write_csv):
    good, bad = pairs(drawn)[:2]
    file = write_csv([{**good, "level": "2"}, {**bad, "level": "7"}, {"source": "nobody", "target": "x", "level": "1"}])
    code, out, err = run("linkage", "record", area.path, "R1", file)
    assert (code, out) == (1, "")
    assert "Nothing was changed: 2 rows have problems in rows.csv." in err
    assert "Row 3, level: '7' is not a level." in err
    assert "Row 4, source: 'nobody'" in err
    assert area.snapshot().answers.empty


@pytest.mark.parametrize("words", [(), ("sheet.csv", "--source", "s01")])
def test_sheets_or_one_by_one_and_not_both(run, area, drawn, words):
    code, _, err = run("linkage", "record", area.path, "R1", *words)
    assert code == 2
    assert "Name the filled-in sheets, or say who was rung" in " ".join(err.replace("│", " ").split())


def test_a_sheet_that_is_missing(run, area, drawn, tmp_path):
    code, _, err = run("linkage", "record", area.path, "R1", tmp_path / "nowhere.csv")
    assert code == 1
    assert "nowhere.csv" in err


# --- estimate, feedback, reply, compare


def test_estimate_for_people_and_for_programs(link, answered, tmp_path):
    out = link("estimate", "R1", "--out", tmp_path / "result")
    assert "Of 15 questions answered by 5 services, 67 % found a link" in out
    assert "an Ashford-style test; the protocol is rosc-map's own" in out
    # Whoever only has the program has no folder of documentation: the page is named, and no path to it.
    assert "More: the page 'What each figure means' of the documentation." in " ".join(out.split())
    assert "docs/" not in out
    assert (tmp_path / "result" / "result.html").exists()
    found = json.loads(link("estimate", "R1", "--json"))
    keys = (
        "round frame contacted reached contact_rate questions answered as_caller bounds between_types homophily assets"
    )
    assert set(found) >= {*keys.split(), "referral", "accuracy", "distance", "replies", "sentences", "remarks"}
    assert set(found["answered"]) >= {"estimate", "low", "high", "df", "n_eff"}
    assert set(found["bounds"]) == {"low", "high"}


def test_a_result_is_not_for_others_yet(run, answered, tmp_path):
    out = tmp_path / "result"
    code, said, err = run("linkage", "estimate", answered.path, "R1", "--out", out, "--audience", "public")
    assert (code, said) == (1, "")
    assert "Each organisation sees its own result first" in err
    assert not out.exists()
    assert "1 to 4" in run("linkage", "estimate", answered.path, "R1", "--threshold", 5)[2]
    assert "not an audience" in run("linkage", "estimate", answered.path, "R1", "--out", out, "--audience", "all")[2]


@pytest.mark.parametrize("audience", ["public", "partners"])
def test_what_is_said_on_the_screen_is_for_its_audience_too(run, area, write_csv, tmp_path, audience):
    # The draw was long ago, so that the 14 days are over.
    drawn = rosc_map.open(area.path, today=dt.date(2020, 1, 1)).draw(design="balanced", targets=3, seed=1)
    area.record("R1", write_csv(levels(pairs(drawn), "3"), "answered.csv"))
    words = ("linkage", "estimate", area.path, "R1", "--audience", audience)
    code, said, err = run(*words)
    assert (code, said) == (1, "")
    assert "Each organisation sees its own result first" in err
    area.feedback("R1", tmp_path / "pages", reply_to="us", on=dt.date(2020, 1, 2))
    shown = area.publish_estimate(area.estimate("R1"), audience=audience)
    code, said, err = run(*words)
    assert (code, err) == (0, "")
    lines = [*shown.sentences, *shown.notes]
    assert said.splitlines()[: len(lines)] == lines
    assert "coordinators only, so there are none here" in said
    assert "For the partnership's coordinators only" not in said
    out = tmp_path / "result"
    code, said, err = run(*words, "--json", "--out", out)
    assert (code, said) == (1, "")
    assert "--json is for coordinators" in err
    assert not out.exists()


def test_feedback_then_a_reply(link, answered, tmp_path):
    out = link("feedback", "R1", tmp_path / "pages", *REPLY_TO, "--on", "2027-03-01")
    assert "They have until 15 March 2027 to reply; from that day others may see the area's figures." in out
    assert out.count("who-gets-which.csv") == 1
    source = answered.snapshot().answers["source"].iloc[0]
    kept = link("reply", "R1", source, "We moved.", "--on", "3 March 2027")
    assert kept.startswith(f"Kept with {name(source)}'s result. Does it name a person?")
    (reply,) = json.loads(link("estimate", "R1", "--json"))["replies"]
    assert reply == {"asset": source, "reply": "We moved.", "on": "2027-03-03"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("feedback", "R1", "pages", "--reply-to", ""), "Say how organisations can reply"),
        (("feedback", "R1", "pages", *REPLY_TO, "--on", "soon"), "'soon'"),
        (("reply", "R1", "Nobody at all", "Hello"), "Nobody at all"),
        (("compare", "R1", "R1"), "Name two different rounds"),
    ],
)
def test_what_is_said_wrongly_after_the_answers(run, answered, monkeypatch, tmp_path, words, said):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("linkage", words[0], answered.path, *words[1:])
    assert (code, out) == (1, "")
    assert said in err
    assert not (tmp_path / "pages").exists()


def test_compare_for_people_and_for_programs(run, link, answered, write_csv):
    answered.draw(panel="R1")
    asked = answered.snapshot().questions.query("round == 'R2' and source_reserve == 0 and target_reserve == 0")
    rows = levels(asked[["source", "target"]].to_dict("records"), "2")
    answered.record("R2", write_csv(rows))
    out = link("compare", "R1", "R2")
    assert "33 points" in out
    found = json.loads(link("compare", "R1", "R2", "--json"))
    assert set(found) >= {"before", "after", "difference", "low", "high", "design", "sentence"}
    assert found["design"] == "panel"
    answered.draw(sources=4, targets=2, seed=1, threshold=3)
    code, _, err = run("linkage", "compare", answered.path, "R1", "R3")
    assert code == 1
    assert "--threshold 2" in err


def test_who_does_it_is_in_the_history(link, area, drawn):
    link("record", "R1", "--source", pairs(drawn)[0]["source"], "--contact", "refused", "--by", "Volunteer 3")
    assert rosc_map.open(area.path).changes(1)["who"].tolist() == ["Volunteer 3"]


def test_groups_are_of_one_field(run, answered):
    code, _, err = run(
        "linkage", "draw", answered.path, "--sources", 4, "--targets", 2, "--by", "led_by", "--by", "asset_type"
    )
    assert code == 2
    assert "Groups are of one field" in err
