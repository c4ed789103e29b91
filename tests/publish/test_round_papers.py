"""The letter before a linkage test, and each organisation's own page after it: who gets what, and what never."""

import datetime as dt
import os
import stat

import pandas as pd
import pytest
from openpyxl import load_workbook

from partnerships import TODAY
from rosc_map.errors import FileProblem, InputError, UnknownName
from rosc_map.linkage import LEVEL_WORDS
from rosc_map.records import Asset, codelist
from small_rounds import PHONE, levels, name, on_day, pairs, services, text_of

REPLY_TO = "01632 960999"


@pytest.fixture
def area(empty, write_csv):
    """Eight services of seven organisations: 00 and 07 are of one. A round that all answered."""
    rows = services(8)
    rows[0] |= {"email": "hello@group-00.example.org"}
    rows[7] |= {"organisation": rows[0]["organisation"].upper(), "email": "help@group-00.example.org"}
    empty.import_(write_csv(rows))
    drawn = empty.draw(sources=6, targets=4, seed=1, reserves=0)
    empty.record("R1", write_csv(levels(pairs(drawn), "3", volunteer="V1")))
    return empty


def pages_of(partnership, folder, **more):
    """The page of each organisation, by its name in small letters, as text."""
    *pages, who = partnership.feedback("R1", folder, reply_to=REPLY_TO, **more)
    table = pd.read_csv(who, dtype=str, keep_default_na=False)
    assert set(table["page"]) == {page.name for page in pages}
    files = dict(zip(table["organisation"].str.casefold(), table["page"], strict=True))
    return {organisation: (folder / file).read_text("utf-8") for organisation, file in files.items()}, table


def own(partnership, organisation):
    assets = partnership.snapshot().assets
    return set(assets.loc[assets["organisation"].str.casefold() == organisation, "id"])


# --- feedback


def test_a_page_for_each_organisation_that_had_a_part(area, tmp_path):
    pages, table = pages_of(area, tmp_path / "pages")
    assert set(pages) == {f"example group {n:02d}" for n in range(7)}
    # An organisation that is written in two ways has one page, and both of its services stand in the list.
    assert {name("s00"), name("s07")} <= set(table["name"])
    assert name("s00") in pages["example group 00"]
    assert name("s07") in pages["example group 00"]
    assert table.columns.tolist() == ["page", "organisation", "name", "e-mail", "telephone"]


def test_no_page_says_who_was_asked_about_it_or_how_others_did(area, tmp_path):
    pages, _ = pages_of(area, tmp_path / "pages")
    questions = area.snapshot().questions
    for organisation, text in pages.items():
        mine = own(area, organisation)
        may_name = mine | set(questions.loc[questions["source"].isin(mine), "target"])
        named = {f"s{n:02d}" for n in range(8) if name(f"s{n:02d}") in text}
        assert mine <= named <= may_name
        assert not any(identifier in text for identifier in questions["source"])
        for figure in ("95 %", "As a caller", "contact rate", "(V1)"):
            assert figure not in text


def test_what_an_organisation_said_is_on_its_own_page_only(area, tmp_path):
    (asked,) = area.snapshot().questions.head(1).to_dict("records")
    area.record_one("R1", {"source": asked["source"], "target": asked["target"], "level": "4"}, replace=True)
    pages, _ = pages_of(area, tmp_path / "pages")
    with_it = [organisation for organisation, text in pages.items() if f">{LEVEL_WORDS['introduction']}<" in text]
    words = area.snapshot().answers["level"].value_counts()
    assert words["introduction"] == 1
    assert [asked["source"] in own(area, organisation) for organisation in with_it] == [True]


def test_the_day_is_kept_and_the_first_one_stands(area, tmp_path):
    assert area.shown_from("R1") is None
    area.feedback("R1", tmp_path / "a", reply_to=REPLY_TO)
    assert area.shown_from("r1") == TODAY + dt.timedelta(days=14)
    later = on_day(area, TODAY + dt.timedelta(days=5))
    later.feedback("R1", tmp_path / "b", reply_to=REPLY_TO)
    assert later.shown_from("R1") == TODAY + dt.timedelta(days=14)
    later.feedback("R1", tmp_path / "c", reply_to=REPLY_TO, on=TODAY + dt.timedelta(days=5))
    assert later.shown_from("R1") == TODAY + dt.timedelta(days=19)


def test_a_reply_is_kept_with_the_result_and_on_the_next_page(area, tmp_path):
    words = "Our number changed in May, & we told nobody."
    before, _ = pages_of(area, tmp_path / "a")
    assert area.reply("r1", name("s03"), words) == name("s03")
    assert [reply["asset"] for reply in area.estimate("R1").to_json()["replies"]] == ["s03"]
    after, _ = pages_of(area, tmp_path / "b")
    with_it = [organisation for organisation, text in after.items() if "Our number changed in May" in text]
    assert with_it == ["example group 03"]
    assert not any("Our number changed in May" in text for text in before.values())
    area.reply("R1", "s03", "It is right now.")
    assert [reply["reply"] for reply in area.estimate("R1").to_json()["replies"]] == ["It is right now."]


def test_replies_that_cannot_be_kept(area, write_csv):
    area.import_(write_csv([services(9)[8]]))
    with pytest.raises(InputError, match="had no part in R1"):
        area.reply("R1", "s08", "Hello")
    with pytest.raises(UnknownName):
        area.reply("R1", "Nobody", "Hello")
    area.import_(write_csv([{"id": "s02", "name": name("s02"), "asset_type": "lero", "listing": "declined"}]))
    with pytest.raises(InputError, match="Example Place 02 is not listed any more, so no reply"):
        area.reply("R1", "s02", "Hello")
    with pytest.raises(UnknownName, match="There is no round 'R5'"):
        area.reply("R5", "s01", "Hello")
    with pytest.raises(InputError, match="The reply"):
        area.reply("R1", "s01", "  ")
    assert area.snapshot().replies.empty


@pytest.mark.parametrize(
    ("cells", "together"),
    [
        (({}, {}), False),
        (({"email": "a@nhs.net"}, {"email": "b@nhs.net"}), False),
        (({"email": "a@gmail.com"}, {"email": "b@GMail.com"}), False),
        (({"website": "https://www.facebook.com/a"}, {"website": "https://facebook.com/b"}), False),
        (({"website": "https://www.trust.example.org/a"}, {"website": "http://trust.example.org/b"}), True),
        (({"email": "a@trust.example.org"}, {"website": "https://trust.example.org"}), True),
        (({"email": "a@trust.example.org"}, {"email": "A@Trust.example.org"}), True),
        (({"phone": "+44 1632 960055"}, {"phone": "01632 960055"}), True),
    ],
)
def test_strangers_who_name_the_same_organisation_have_a_page_each(empty, write_csv, tmp_path, cells, together):
    rows = services(7)
    for row, more in zip(rows[5:], cells, strict=True):
        row |= {"organisation": "NHS", **more}
    empty.import_(write_csv(rows))
    drawn = empty.draw(design="balanced", targets=3, seed=1)
    empty.record("R1", write_csv(levels(pairs(drawn), "3")))
    pages, table = pages_of(empty, tmp_path / "pages")
    with_fifth = [organisation for organisation, text in pages.items() if f"{name('s05')}: when we asked" in text]
    assert with_fifth == (["nhs"] if together else ["example place 05 (nhs)"])
    for organisation in with_fifth:
        assert (f"{name('s06')}: when we asked" in pages[organisation]) == together
    assert len(table) == 7


def test_pages_of_another_time_are_never_sent_with_the_new_ones(area, write_csv, tmp_path):
    pages_of(area, tmp_path / "pages")
    pages_of(area, tmp_path / "pages")
    (tmp_path / "pages" / "my notes.html").write_text("mine")
    before = {file: file.read_bytes() for file in (tmp_path / "pages").iterdir()}
    area.import_(write_csv([{"id": "s03", "name": name("s03"), "asset_type": "lero", "listing": "declined"}]))
    later = on_day(area, TODAY + dt.timedelta(days=3))
    with pytest.raises(FileProblem, match=r"004-example-group-03.html is a page of another time or round"):
        later.feedback("R1", tmp_path / "pages", reply_to=REPLY_TO, on=TODAY + dt.timedelta(days=3))
    assert before == {file: file.read_bytes() for file in (tmp_path / "pages").iterdir()}
    assert later.shown_from("R1") == TODAY + dt.timedelta(days=14)


def test_the_day_is_kept_only_when_everything_is_written(area, tmp_path):
    (tmp_path / "pages" / "who-gets-which.csv").mkdir(parents=True)
    with pytest.raises(FileProblem):
        area.feedback("R1", tmp_path / "pages", reply_to=REPLY_TO)
    assert area.shown_from("R1") is None


@pytest.mark.skipif(os.name != "posix", reason="rights of files are another thing elsewhere")
def test_folders_of_names_are_for_their_owner_alone(area, tmp_path):
    there = tmp_path / "there"
    there.mkdir(mode=0o755)
    for task in (area.feedback, area.letter):
        made = tmp_path / task.__name__
        task("R1", made, reply_to=REPLY_TO)
        task("R1", there, reply_to=REPLY_TO)
        assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert stat.S_IMODE(there.stat().st_mode) == 0o755
    area.write_estimate(area.estimate("R1"), tmp_path / "result")
    assert stat.S_IMODE((tmp_path / "result").stat().st_mode) == 0o700


def test_nothing_is_given_when_everybody_has_left(area, write_csv, tmp_path):
    rows = [{"id": f"s{n:02d}", "name": name(f"s{n:02d}"), "asset_type": "lero"} for n in range(8)]
    area.import_(write_csv([{**row, "listing": "declined"} for row in rows]))
    with pytest.raises(InputError, match="Nobody of round R1 is listed any more"):
        area.feedback("R1", tmp_path / "pages", reply_to=REPLY_TO)
    with pytest.raises(UnknownName, match="No question of round 'R1' can be asked any more"):
        area.sheet("R1", tmp_path / "calls.csv")
    assert area.shown_from("R1") is None


def test_one_whose_place_is_confidential_by_now_is_named_on_no_other_page_and_gets_no_letter(area, write_csv, tmp_path):
    area.import_(
        write_csv([{"id": "s03", "name": name("s03"), "asset_type": "lero", "location_precision": "local_authority"}])
    )
    pages, _ = pages_of(area, tmp_path / "pages")
    assert [organisation for organisation, text in pages.items() if name("s03") in text] == ["example group 03"]
    assert sum("not listed any more" in text for text in pages.values()) >= 1
    assert name("s03") not in text_of(area.letter("R1", tmp_path / "letters", reply_to=REPLY_TO))


def test_one_that_became_a_refuge_is_on_no_paper(area, tmp_path):
    # As another program writes it: the type alone, and not what follows from it.
    with area._store.write(task="edit") as writer:
        writer.update(Asset, {"id": "s03"}, {"asset_type": "domestic_abuse_refuge"})
    files = [
        *area.feedback("R1", tmp_path / "pages", reply_to=REPLY_TO),
        *area.letter("R1", tmp_path / "letters", reply_to=REPLY_TO),
        *area.sheet("R1", tmp_path / "calls.csv"),
    ]
    assert name("s03") not in text_of(files)


@pytest.mark.parametrize("cells", [{"listing": "declined"}, {"location_precision": "hidden"}])
def test_who_has_left_or_is_confidential_has_no_page_and_is_named_on_none(area, write_csv, tmp_path, cells):
    area.import_(write_csv([{"id": "s03", "name": name("s03"), "asset_type": "lero", **cells}]))
    pages, table = pages_of(area, tmp_path / "pages")
    assert len(pages) == 6
    assert name("s03") not in " ".join(pages.values()) + table.to_csv()
    asking = set(area.snapshot().questions.query("target == 's03'")["source"])
    assert asking
    gone = [organisation for organisation, text in pages.items() if "not listed any more" in text]
    assert set().union(*(own(area, organisation) for organisation in gone)) >= asking


def test_who_was_delisted_has_no_page(area, tmp_path):
    on_day(area, TODAY, who="coordinator").delist("s05")
    pages, _ = pages_of(area, tmp_path / "pages")
    assert "example group 05" not in pages


def test_nothing_is_given_before_anybody_has_answered(area, tmp_path):
    area.draw(sources=3, targets=2, seed=2)
    with pytest.raises(InputError, match="Nobody has answered in round R2 yet"):
        area.feedback("R2", tmp_path / "pages", reply_to=REPLY_TO)
    assert area.shown_from("R2") is None
    assert not (tmp_path / "pages").exists()


def test_nothing_is_made_where_nobody_says_how_to_reply(area, tmp_path):
    for task in (area.feedback, area.letter):
        with pytest.raises(InputError, match="Say how organisations can reply"):
            task("R1", tmp_path / "out", reply_to=" ")
        with pytest.raises(UnknownName, match="There is no round 'R9'"):
            task("R9", tmp_path / "out", reply_to=REPLY_TO)
    assert not (tmp_path / "out").exists()
    assert area.shown_from("R1") is None


def test_a_service_that_is_rung_for_another_is_named_on_its_page_too(empty, write_csv, tmp_path):
    rows = services(6)
    empty.import_(write_csv([*rows[:5], {**rows[5], "phone": PHONE.format(0)}]))
    drawn = empty.draw(sources=5, targets=3, seed=1)
    empty.record("R1", write_csv(levels(pairs(drawn), "2")))
    pages, _ = pages_of(empty, tmp_path / "pages")
    assert "example group 05" in pages


# --- letter


def test_everybody_in_the_frame_gets_the_same_letter(area, write_csv, tmp_path):
    rows = services(12)
    area.import_(
        write_csv(
            [
                {**rows[8], "location_precision": "hidden"},
                {**rows[9], "status": "paused"},
                {**rows[10], "phone": ""},
                rows[11],
            ]
        )
    )
    drawn = area.draw(sources=3, targets=2, seed=5)
    asked = {end for pair in pairs(drawn) for end in pair.values()}
    letters, text, send_to = area.letter("R2", tmp_path / "letters", reply_to=REPLY_TO, month="May 2027")
    table = pd.read_csv(send_to, dtype=str)
    assert set(table["name"]) == {name(f"s{n:02d}") for n in (*range(8), 11)}
    assert asked < set(drawn.frame.ids)
    page = letters.read_text("utf-8")
    for n in (8, 9, 10):
        assert name(f"s{n:02d}") not in page
    bodies = {part.replace(name(f"s{n:02d}"), "NAME") for n in range(12) for part in [_letter_to(page, n)] if part}
    assert len(bodies) == 1
    told = text.read_text("utf-8")
    assert "May 2027" in told
    assert REPLY_TO in told
    assert not any(name(identifier) in told for identifier in drawn.frame.ids)


def _letter_to(page, number):
    """One letter of the page, from its addressee on; "" where there is none."""
    marks = [f"Example Place {n:02d}" for n in range(12)]
    if marks[number] not in page:
        return ""
    start = page.index(marks[number])
    ends = [page.index(mark, start + 20) for mark in marks if mark in page[start + 20 :]]
    rest = page[start : min(ends)] if ends else page[start:]
    return " ".join(rest[rest.index("In May 2027") : rest.index("A refusal is never named")].split())


def test_the_month_is_that_of_two_weeks_from_now(area, tmp_path):
    _, text, _ = area.letter("R1", tmp_path / "letters", reply_to=REPLY_TO)
    assert f"{TODAY + dt.timedelta(days=14):%B %Y}" in text.read_text("utf-8")


def test_the_letters_hold_no_question_and_no_answer(area, tmp_path):
    files = area.letter("R1", tmp_path / "letters", reply_to=REPLY_TO)
    assert not any(identifier in text_of(files) for identifier in area.snapshot().assets["id"])


def test_signs_that_do_something_in_a_terminal_are_in_no_letter(area, tmp_path):
    files = area.letter("R1", tmp_path / "a", reply_to="01632\x1b[31m 960999\x07", month="May\x9b 2027\u202e")
    files += area.feedback("R1", tmp_path / "b", reply_to="01632\x1b[31m 960999")
    told = text_of(files)
    assert "01632[31m 960999" in told
    assert not {sign for sign in told if not sign.isprintable()} - set("\n\r\ufeff")


# --- call sheets


def notes_of(path):
    return [str(row[0]) for row in load_workbook(path)["Read me first"].iter_rows(values_only=True)]


def test_the_workbook_says_what_its_words_mean_and_how_its_columns_are_filled_in(area, tmp_path):
    notes = notes_of(*area.sheet("R1", tmp_path / "calls.xlsx"))
    for entry in (*codelist("contact_outcome").values(), *codelist("linkage_level").values()):
        assert any(entry.label in note and entry.definition.rpartition(": ")[2] in note for note in notes)
    for column in ("level", "contact", "date", "try 1 to try 3", "volunteer", "beside the record"):
        assert sum(note.startswith(f"{column}: ") for note in notes) == 1
    assert any("add a row with its name under “source”" in note for note in notes)


def test_the_printed_sheet_has_the_record_and_nothing_that_only_a_workbook_has(area, write_csv, tmp_path):
    row = {**services(8)[3], "website": "https://three.example.org", "verified_on": str(TODAY)}
    area.import_(write_csv([row]))
    (page,) = area.sheet("R1", tmp_path / "calls.html")
    text = page.read_text("utf-8")
    asked = (area.snapshot().questions["target"] == "s03").sum()
    assert text.count("Look at this after the answer") == text.count("Website: https://three.example.org") == asked > 0
    assert "“source”" not in text
    assert text.count("Which service have you heard has closed?") == 1
    # Half a year later nobody has looked at it since.
    later = on_day(area, TODAY + dt.timedelta(days=184))
    (page,) = later.sheet("R1", tmp_path / "later.html")
    assert "Look at this after the answer" not in page.read_text("utf-8")
