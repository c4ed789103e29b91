"""A linkage test as people meet it: the draw, the call sheets, and one round beside another."""

import datetime as dt
import json

import pandas as pd
import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from partnerships import TODAY
from rosc_map.errors import FileProblem, InputError, UnknownName
from rosc_map.partnership import DrawSettings
from rosc_map.records import Round, label, row_dicts
from rosc_map.store import history
from small_rounds import first_reserve, levels, name, on_day, pairs, services

TYPES = ("lero", "treatment", "mutual_aid")


@pytest.fixture
def area(empty, write_csv):
    """Twelve services of three kinds."""
    rows = services(12)
    empty.import_(write_csv([{**row, "asset_type": TYPES[n % 3]} for n, row in enumerate(rows)]))
    return empty


def stored_round(partnership, round_name):
    return partnership.snapshot().rounds.set_index("round").loc[round_name]


# --- draw


def test_a_field_alone_makes_the_draw_stratified(area):
    drawn = area.draw(sources=6, targets=3, seed=4, by="asset_type")
    held = stored_round(area, "R1")
    assert (drawn.draw.design, held["design"]) == ("stratified", "stratified")
    assert (held["stratified_by"], held["allocation"]) == ("asset_type", "proportional")
    questions = area.snapshot().questions
    assert set(questions["stratum"]) == {label("asset_type", code) for code in TYPES}
    kinds = area.snapshot().assets.set_index("id")["asset_type"]
    asked = {pair["source"] for pair in pairs(drawn)}
    assert pd.Series(sorted(asked)).map(kinds).value_counts().to_dict() == dict.fromkeys(TYPES, 2)
    assert area.draw(sources=6, targets=3, seed=4, by="asset_type", allocation="equal").draw.design == "stratified"
    assert stored_round(area, "R2")["allocation"] == "equal"


def test_groups_by_authority_have_its_name(made_up):
    drawn = made_up.draw(sources=26, targets=3, seed=4, by="local_authority_code")
    groups = set(drawn.questions["stratum"])
    assert {"Guildford", "Woking"} <= groups
    assert not any(group.startswith("E0") for group in groups)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"by": "colour"}, "'colour' is not a field. Choose, for example, from: .*asset_type.*local_authority_code"),
        ({"by": "rss_types"}, "'rss_types' has no one value that could be a group"),
        ({"by": "recorded_by"}, "'recorded_by' is for the co-ordinators only"),
        ({"design": "stratified"}, "needs the field of its groups"),
        ({"design": "balanced", "by": "asset_type"}, "Only a stratified draw has groups"),
        ({"design": "balanced", "sources": 5}, "rings everybody"),
        ({"allocation": "equal"}, "Only a stratified draw has groups"),
        ({"design": "snowball"}, "'snowball' is not a design"),
        ({"by": "asset_type", "allocation": "fair"}, "fair"),
        ({"targets": None}, "about how many others each is asked"),
        ({"sources": None}, "how many services are contacted"),
        ({"sources": 0}, "0"),
        ({"sources": 500}, "500"),
        ({"targets": 500}, "500"),
        ({"seed": -1}, "from 0 to"),
        ({"threshold": 5}, "from 1 to 4"),
        ({"tries": 0}, "1 to 9"),
        ({"panel": "R9"}, "There is no round 'R9'"),
    ],
)
def test_what_cannot_be_drawn_is_said_and_nothing_is_kept(area, settings, words):
    with pytest.raises(InputError, match=words):
        area.draw(**{"sources": 4, "targets": 2, **settings})
    assert area.snapshot().rounds.empty
    assert area.snapshot().questions.empty


def test_a_balanced_draw_asks_everybody_about_everybody_equally(area):
    drawn = area.draw(design="balanced", targets=3, seed=2)
    asked = pd.DataFrame(pairs(drawn))
    assert asked["source"].value_counts().unique().tolist() == [3]
    assert asked["target"].value_counts().unique().tolist() == [3]
    assert (stored_round(area, "R1")["sources"], drawn.to_json()["reserves"]) == (12, [])


def test_settings_are_stored_and_the_words_are_those_of_the_round(area):
    area.draw(DrawSettings(sources=4, targets=2, seed=1, threshold=3, tries=5))
    held = stored_round(area, "R1")
    assert (held["threshold"], held["tries"], held["protocol"], held["drawn_on"]) == (3, 5, "1", TODAY)
    area.record("R1", _csv(area, levels([{"source": s, "target": t} for s, t in _drawn_pairs(area)], "2")))
    assert area.estimate("R1").to_json()["answered"]["estimate"] == 0
    assert area.estimate("R1", threshold=2).to_json()["answered"]["estimate"] == 1


def _drawn_pairs(partnership, round_name="R1"):
    questions = partnership.snapshot().questions
    first = (pd.to_numeric(questions["source_reserve"]) == 0) & (pd.to_numeric(questions["target_reserve"]) == 0)
    kept = questions[first & (questions["round"] == round_name)]
    return list(zip(kept["source"], kept["target"], strict=True))


def _csv(partnership, rows, file="said.csv"):
    path = partnership.path.with_name(file)
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def test_reserves_are_told_apart_from_the_first_draw(area):
    told = area.draw(sources=5, targets=3, seed=1, reserves=2).to_json()
    assert len(told["pairs"]) == 15
    spare = pd.DataFrame(told["reserves"])
    assert spare.loc[spare["source_reserve"] > 0, "source"].nunique() == 2
    assert not set(spare.loc[spare["source_reserve"] > 0, "source"]) & {pair["source"] for pair in told["pairs"]}
    assert len(area.snapshot().questions) == len(told["pairs"]) + len(told["reserves"])


def test_a_panel_asks_the_same_pairs_with_the_reserves_that_stood_in(area):
    area.draw(sources=6, targets=3, seed=1, reserves=3, by="asset_type")
    gone = _drawn_pairs(area)[0][0]
    done = area.record_one("R1", {"source": gone, "contact": "closed"})
    spare = {
        question["source"] for question in area.snapshot().questions.query("source_reserve > 0").to_dict("records")
    }
    (reserve,) = {identifier for identifier in spare if name(identifier) in done.standing_in}
    drawn = area.draw(panel="r1")
    held = stored_round(area, "R2")
    assert held[["panel_of", "design", "seed", "stratified_by"]].tolist() == ["R1", "stratified", 1, "asset_type"]
    asked = {(pair["source"], pair["target"]) for pair in pairs(drawn)}
    assert {pair for pair in _drawn_pairs(area) if gone not in pair} <= asked
    assert reserve in {source for source, _ in asked}
    assert gone not in {source for source, _ in asked}


def test_a_panel_of_a_round_that_cannot_be_asked_again_is_refused(area, write_csv):
    area.draw(sources=2, targets=2, seed=1, reserves=0)
    sources = {source for source, _ in _drawn_pairs(area)}
    area.import_(write_csv([{"id": s, "name": name(s), "asset_type": "lero", "status": "paused"} for s in sources]))
    with pytest.raises(InputError, match="No question of round R1 can be asked again"):
        area.draw(panel="R1")


def rung(partnership, round_name, write_csv):
    """Write down that nobody answered, of all contacts of a round."""
    questions = partnership.snapshot().questions.query("round == @round_name and source_reserve == 0")
    rows = [{"source": source, "contact": "no_answer"} for source in questions["source"].unique()]
    partnership.record(round_name, write_csv(rows))


def test_who_was_rung_four_times_in_a_year_is_left_in_peace(empty, write_csv):
    empty.import_(write_csv(services(6)))
    for number in range(4):
        assert empty.draw(design="balanced", targets=1, seed=number).name == f"R{number + 1}"
    # Drawing is not ringing: only calls count.
    for number in range(4):
        rung(empty, f"R{number + 1}", write_csv)
    with pytest.raises(InputError, match="rung in 4 or more rounds of the last twelve months"):
        empty.draw(sources=2, targets=1, seed=9)
    later = on_day(empty, TODAY + dt.timedelta(days=366))
    assert later.draw(sources=2, targets=1, seed=9).name == "R5"


def test_one_that_was_rung_often_may_still_be_asked_about(area, write_csv):
    for number in range(4):
        area.draw(sources=11, targets=1, seed=5, reserves=0)
        rung(area, f"R{number + 1}", write_csv)
    rested = set(area.snapshot().assets["id"]) - {source for source, _ in _drawn_pairs(area)}
    with pytest.raises(InputError, match="Only one service can be contacted"):
        area.draw(sources=1, targets=1, seed=1)
    assert len(rested) == 1


def test_a_new_asset_changes_the_frame_and_is_said(area, write_csv):
    before = area.draw(sources=4, targets=2, seed=7)
    assert area.estimate("R1").remarks == ()
    area.import_(write_csv([services(13)[12]]))
    (remark,) = area.estimate("R1").remarks
    assert "1 service has come in" in remark
    assert "gone out" not in remark
    after = area.draw(sources=4, targets=2, seed=7)
    assert before.draw.frame_sha256 != after.draw.frame_sha256
    area.import_(write_csv([{"id": "s00", "name": name("s00"), "asset_type": "lero", "status": "closed"}]))
    assert "1 service has come in and 1 has gone out" in area.estimate("R1").remarks[0]
    assert "1 has gone out" in area.estimate("R1").to_json()["remarks"][0]


def test_a_new_shared_number_is_another_frame_too(area, write_csv):
    area.draw(sources=4, targets=2, seed=7)
    area.import_(write_csv([{"id": "s01", "name": name("s01"), "asset_type": "treatment", "phone": "01632 960000"}]))
    assert "who shares a contact or an organisation is not the same" in area.estimate("R1").remarks[0]


def test_a_later_round_is_no_change_of_the_frame(area):
    for _ in range(4):
        area.draw(sources=3, targets=2, seed=7, reserves=0)
    assert area.estimate("R1").remarks == area.estimate("R3").remarks == ()


# --- sheet


def rows_of(path):
    """The rows of a call sheet, header first."""
    header, *rows = load_workbook(path).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_the_calls_are_shared_out_evenly_and_each_question_once(made_up, tmp_path):
    drawn = made_up.draw(sources=20, targets=5, seed=1)
    files = made_up.sheet("R2", tmp_path / "calls.xlsx", volunteers=3)
    assert [file.name for file in files] == ["calls-1.xlsx", "calls-2.xlsx", "calls-3.xlsx"]
    sheets = [rows_of(file) for file in files]
    asked = [(row["source"], row["target"]) for rows in sheets for row in rows]
    assert sorted(asked) == sorted((pair["source"], pair["target"]) for pair in pairs(drawn))
    assert max(map(len, sheets)) - min(map(len, sheets)) <= 5
    assert [{row["sheet"] for row in rows} for rows in sheets] == [{"1"}, {"2"}, {"3"}]
    rung = [{row["source"] for row in rows} for rows in sheets]
    assert sum(map(len, rung)) == len(set().union(*rung)) == 20


def test_a_sheet_to_print_holds_every_call(area, tmp_path):
    drawn = area.draw(sources=4, targets=2, seed=1)
    (file,) = area.sheet("R1", tmp_path / "calls.html", volunteers=2)
    text = file.read_text("utf-8")
    assert all(name(pair[end]) in text for pair in pairs(drawn) for end in ("source", "target"))
    assert "Never ring a crisis line" in text


@pytest.mark.parametrize("ending", ["xlsx", "csv", "html"])
def test_a_sheet_is_never_written_over_a_file(area, tmp_path, ending):
    area.draw(sources=4, targets=2, seed=1)
    there = tmp_path / f"calls.{ending}"
    there.write_text("filled in by hand")
    with pytest.raises(FileProblem, match="exists already|is not|already"):
        area.sheet("R1", there)
    assert there.read_text() == "filled in by hand"


def test_of_several_sheets_none_is_written_where_one_is_there(area, tmp_path):
    area.draw(sources=4, targets=2, seed=1)
    (tmp_path / "calls-2.csv").write_text("filled in by hand")
    with pytest.raises(FileProblem, match=r"calls-2.csv exists already"):
        area.sheet("R1", tmp_path / "calls.csv", volunteers=3)
    assert not (tmp_path / "calls-1.csv").exists()


@pytest.mark.parametrize(("file", "volunteers"), [("calls.txt", 1), ("calls.csv", 0), ("calls.html", 9)])
def test_sheets_that_cannot_be_made(area, tmp_path, file, volunteers):
    area.draw(sources=4, targets=2, seed=1)
    with pytest.raises(InputError):
        area.sheet("R1", tmp_path / file, volunteers=volunteers)
    assert not list(tmp_path.glob("calls*"))


def asked_on(partnership, file, **options):
    """The pairs on a CSV call sheet."""
    (written,) = partnership.sheet("R1", partnership.path.with_name(file), **options)
    table = pd.read_csv(written, dtype=str, keep_default_na=False)
    return set(zip(table["source"], table["target"], strict=True))


def test_only_what_is_open_with_the_reserves_that_stand_in(area):
    drawn = area.draw(sources=5, targets=2, seed=1, reserves=1)
    asked = {(pair["source"], pair["target"]) for pair in pairs(drawn)}
    # One that nobody is asked about, so that no reserve question comes in as well.
    closed = min({source for source, _ in asked} - {target for _, target in asked})
    answered, refused, back, half = sorted({source for source, _ in asked} - {closed})
    reserve = first_reserve(area)
    rows = [{"source": s, "target": t, "level": "2"} for s, t in asked if s == answered]
    rows += [{"source": s, "target": t, "level": "2"} for s, t in sorted(asked) if s == half][:1]
    rows += [{"source": refused, "contact": "refused"}, {"source": back, "contact": "call_back"}]
    area.record("R1", _csv(area, rows))
    area.record_one("R1", {"source": closed, "contact": "closed"})
    left = asked_on(area, "open.csv", open_only=True)
    assert {source for source, _ in left} == {back, half, reserve}
    assert sum(source == half for source, _ in left) == 1
    # Whom nobody may ring is on no sheet, and neither is a question about what has closed.
    assert closed not in {end for pair in left for end in pair}
    whole = asked_on(area, "all.csv")
    assert {source for source, _ in whole} == {answered, refused, back, half, reserve}


def test_nothing_is_open_any_more(area, tmp_path):
    drawn = area.draw(sources=2, targets=2, seed=1)
    area.record("R1", _csv(area, levels(pairs(drawn), "1")))
    with pytest.raises(UnknownName, match="No question of round 'R1' is open any more"):
        area.sheet("R1", tmp_path / "open.csv", open_only=True)


@pytest.mark.parametrize(
    "cells",
    [{"listing": "declined"}, {"location_precision": "hidden"}, {"location_precision": "local_authority"}],
)
def test_who_is_confidential_or_has_left_since_is_on_no_sheet(area, write_csv, tmp_path, cells):
    drawn = area.draw(sources=5, targets=3, seed=1)
    pair = pairs(drawn)[0]
    for identifier in pair.values():
        area.import_(write_csv([{"id": identifier, "name": name(identifier), "asset_type": "lero", **cells}]))
    (csv,), (page,) = area.sheet("R1", tmp_path / "calls.csv"), area.sheet("R1", tmp_path / "calls.html")
    for text in (csv.read_text("utf-8"), page.read_text("utf-8")):
        assert not any(identifier in text or name(identifier) in text for identifier in pair.values())
    assert "an asset has left or is confidential now" in page.read_text("utf-8")


def test_who_was_delisted_is_on_no_sheet(area, tmp_path):
    drawn = area.draw(sources=5, targets=3, seed=1)
    gone = pairs(drawn)[0]["source"]
    on_day(area, TODAY, who="coordinator").delist(gone)
    (csv,) = area.sheet("R1", tmp_path / "calls.csv")
    assert name(gone) not in csv.read_text("utf-8")


# --- a place that becomes hidden


def told_of(partnership, identifier):
    """What is kept of a source in questions, answers and contacts, by now and in the history."""
    tables = ("questions", "answers", "attempts")
    with partnership._store.reading() as reader:
        rows = reader.connection.execute(select(history).where(history.c.table_name.in_(tables))).mappings().all()
    entries = [json.loads(text) for row in rows for text in (row["was"], row["now"]) if text and not row["field"]]
    snapshot = partnership.snapshot()
    now = [row for table in (snapshot.questions, snapshot.answers, snapshot.contacts) for row in row_dicts(table)]
    return [{name: str(cell) for name, cell in row.items()} for row in (*entries, *now) if row["source"] == identifier]


def test_what_a_place_that_is_hidden_now_was_asked_goes_where_its_group_tells_of_it(made_up):
    by_place = made_up.draw(sources=26, targets=3, seed=4, by="local_authority_code")
    by_kind = made_up.draw(sources=26, targets=3, seed=4, by="asset_type")
    both = {pair["source"] for pair in pairs(by_place)} & {pair["source"] for pair in pairs(by_kind)}
    gone, other = sorted(both)[:2]
    for drawn in (by_place, by_kind):
        made_up.record(drawn.name, _csv(made_up, levels(pairs(drawn), "2"), f"{drawn.name}.csv"))
    made_up.record_one(by_place.name, {**next(p for p in pairs(by_place) if p["source"] == gone), "level": "3"})
    kept = told_of(made_up, other)
    made_up.edit(gone, {"location_precision": "hidden", "address": "", "postcode": ""})
    left = told_of(made_up, gone)
    assert {row["round"] for row in left} >= {by_kind.name}
    assert by_place.name not in {row["round"] for row in left}
    assert told_of(made_up, other) == kept
    assert made_up.estimate(by_place.name).to_json()["answered"]["estimate"] == 1


# --- letter


def announced(partnership):
    return partnership.snapshot().rounds["announced_on"].tolist()


def test_the_day_of_the_letter_is_kept_and_the_first_stands(area, tmp_path):
    area.draw(sources=4, targets=2, seed=1)
    area.draw(sources=4, targets=2, seed=2)
    area.letter("r1", tmp_path / "letters", reply_to="us")
    assert announced(area)[0] == TODAY
    assert pd.isna(announced(area)[1])
    on_day(area, TODAY + dt.timedelta(days=9)).letter("R1", tmp_path / "again", reply_to="us")
    assert announced(area)[0] == TODAY


def test_a_letter_that_could_not_be_written_has_told_nobody(area, tmp_path):
    area.draw(sources=4, targets=2, seed=1)
    (tmp_path / "letters").write_text("a file, and no folder")
    with pytest.raises(FileProblem):
        area.letter("R1", tmp_path / "letters", reply_to="us")
    assert pd.isna(announced(area)[0])


# --- compare


@pytest.fixture
def twice(area):
    """Two rounds of the same settings, the second a panel of the first; linkage went from none to all."""
    earlier = on_day(area, TODAY - dt.timedelta(days=300))
    earlier.draw(sources=8, targets=3, seed=1, reserves=0)
    area.draw(panel="R1")
    asked = [{"source": s, "target": t} for s, t in _drawn_pairs(area)]
    area.record("R1", _csv(area, levels(asked[:12], "0") + levels(asked[12:], "2")))
    area.record("R2", _csv(area, levels(asked, "3")))
    return area


def test_the_same_pairs_are_compared_as_pairs(twice):
    found = twice.compare("r1", "R2").to_json()
    assert set(found) >= {"before", "after", "difference", "low", "high", "design", "sentence", "rounds", "notes"}
    assert (found["before"], found["after"], found["difference"], found["design"]) == (0.5, 1.0, 0.5, "panel")
    assert found["sentence"].startswith("Linkage rose by 50 points")
    assert found["rounds"] == ["R1", "R2"]
    assert found["low"] > 0


def test_rounds_of_other_pairs_are_compared_as_independent(twice):
    drawn = twice.draw(sources=8, targets=3, seed=99, reserves=0)
    twice.record("R3", _csv(twice, levels(pairs(drawn), "0")))
    found = twice.compare("R2", "R3")
    assert found.change.design == "independent"
    assert found.change.sentence.startswith("Linkage fell by 100 points")
    paired = twice.compare("R1", "R2").change
    assert paired.high - paired.low < 1


def test_rounds_in_the_wrong_order_or_the_same_or_unknown(twice):
    with pytest.raises(InputError, match="R2 was drawn after R1. Name the earlier one first"):
        twice.compare("R2", "R1")
    with pytest.raises(InputError, match="Name two different rounds"):
        twice.compare("R1", "r1")
    with pytest.raises(UnknownName, match="There is no round 'R7'"):
        twice.compare("R1", "R7")


def test_different_thresholds_are_compared_only_when_one_is_named(twice):
    twice.draw(sources=4, targets=2, seed=3, threshold=3)
    with pytest.raises(InputError, match="R1 counts a pair as linked from level 2, R3 from level 3.*--threshold 2"):
        twice.compare("R1", "R3")
    assert "Nobody answered in the later round" in twice.compare("R1", "R3", threshold=2).change.sentence
    with pytest.raises(InputError, match="1 to 4"):
        twice.compare("R1", "R2", threshold=7)


def test_other_protocols_are_compared_only_on_request(twice):
    with twice._write("protocol") as writer:
        writer.update(Round, {"round": "R1"}, {"protocol": "0"})
    with pytest.raises(InputError, match=r"in different ways \(protocol 0 and 1\).*--anyway"):
        twice.compare("R1", "R2")
    assert "a change may come from the asking" in " ".join(twice.compare("R1", "R2", anyway=True).notes)


def test_another_frame_is_said(twice, write_csv):
    assert not any("frames" in note for note in twice.compare("R1", "R2").notes)
    twice.import_(write_csv([services(13)[12]]))
    drawn = twice.draw(sources=8, targets=3, seed=1)
    twice.record("R3", _csv(twice, levels(pairs(drawn), "2")))
    assert "different frames (12 and 13 contacts)" in " ".join(twice.compare("R1", "R3").notes)


def test_what_was_left_out_by_hand_is_not_forgotten(area):
    assert area.draw(sources=4, targets=2, seed=1, without=(name("s03"),)).remarks == ()
    (remark,) = area.draw(sources=4, targets=2, seed=1).remarks
    assert f"{name('s03')} (left out of R1)" in remark
    assert area.draw(sources=4, targets=2, seed=1, without=("s03",)).remarks == ()
    assert f"{name('s03')} (left out of R3)" in area.draw(sources=4, targets=2, seed=1).to_json()["notes"][-1]
    # The same pairs again leave out the same.
    assert "s03" not in area.draw(panel="R1").frame.ids
