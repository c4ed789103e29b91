"""Erasing for good: an asset, or the words of a person, from the records, the history and the free pages of a file."""

import datetime as dt
import json
import re
import sqlite3
import unicodedata
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text
from stores import asset_row

from often import at_least
from rosc_map.errors import FileProblem
from rosc_map.records import Asset, Funding, Question, Referral, Review, Round, Seat, SurveyedArea
from rosc_map.store import (
    Store,
    asset_history,
    backup_file,
    backups_of,
    erase_asset,
    erase_words,
    last_changes,
    undo,
)
from rosc_map.store.mentions import Mentions
from rosc_map.store.tables import changes, history, merged

NAME = "Jane Smithson"


def add(store, *rows, record=Asset, **told):
    with store.write(**told) as writer:
        writer.insert(record, rows)


def change(store, identifier, **values):
    with store.write(who="Volunteer 7", task="edit") as writer:
        writer.update(Asset, {"id": identifier}, values)


def erase(store, words=NAME):
    with store.write(who="coordinator", task="erase") as writer:
        return erase_words(writer, words)


def undo_last(store):
    with store.write(task="undo") as writer:
        return undo(writer)


def number(store, identifier):
    with store.reading() as reader:
        return reader.find(Asset, {"id": identifier})["fid"]


def merge(store, keep, other):
    """Let one asset go into another, as far as the store is concerned."""
    numbers = {"kept": number(store, keep), "other": number(store, other)}
    with store.write(task="merge") as writer:
        writer.connection.execute(insert(merged), [{"change_id": writer.change, **numbers}])
        writer.delete(Asset, {"id": other})


def told(store, fid):
    with store.reading() as reader:
        return asset_history(reader, fid)


def dump(store):
    """Return all text that the history holds."""
    with store.reading() as reader:
        rows = reader.connection.execute(select(history)).all() + reader.connection.execute(select(changes)).all()
    return json.dumps([list(map(str, row)) for row in rows], ensure_ascii=False)


# What is found -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        ("Jane Smithson", "JANE SMITHSON"),
        ("jane smithson", "Jane  Smithson"),
        ("Jane Smithson", "Jane\nSmithson"),
        ("Jane Smithson", "Jane\N{NO-BREAK SPACE}Smithson"),
        ("Jane Smithson", "Jane-Smithson"),
        ("Jane Smithson", "jane_smithson"),
        ("Jane Smithson", "JaneSmithson"),
        ("Jane  Smithson", "Jane Smithson"),
        ("Jane Smithson", "Ja\N{SOFT HYPHEN}ne Smith\N{ZERO WIDTH SPACE}son"),
        ("Jane Smithson", "\N{FULLWIDTH LATIN CAPITAL LETTER J}ane Smithson"),
        ("Zoë Müller", unicodedata.normalize("NFD", "Zoë Müller")),
        (unicodedata.normalize("NFD", "Zoë Müller"), "ZOË MÜLLER"),
        ("Groß", "GROSS"),
        ("Pat O'Neil", "Pat O’Neil"),
        ("Ann", "Ann"),
        ("01632 960001", "01632-960001"),
    ],
)
def test_words_are_found_however_they_were_typed(words, typed):
    mentions = Mentions(words)
    assert mentions.may_be_in(typed)
    for before, after in (("", ""), ("Ask ", "'s mum"), ("(", ")"), ("Straße, café: ", "; 50%")):
        assert mentions.replace(f"{before}{typed}{after}", "(erased)") == f"{before}(erased){after}"


def test_in_addresses_of_the_web_too():
    mentions = Mentions(NAME)
    assert mentions.replace("jane.smithson@example.org", "X") == "X@example.org"
    assert mentions.replace("jane.smithson7@example.org", "X") == "X7@example.org"
    assert mentions.replace("https://example.org/jane%20smithson?a=b", "X") == "https://example.org/X?a=b"


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        ("Ann", "Annual"),
        ("Ann", "Joann"),
        ("Ann", "Änn" + "a"),
        ("Jane Smithson", "Jane Smithsonian"),
        ("Jane Smithson", "Smithson, Jane"),
        ("Jane Smithson", "Jane and Smithson"),
        ("960001", "9600012"),
        ("***", "***"),
    ],
)
def test_other_words_stay(words, typed):
    assert Mentions(words).replace(typed, "(erased)") == typed


@at_least(60)
@given(st.text(max_size=30), st.text(max_size=30))
def test_nothing_else_is_touched_and_nothing_is_left(before, after):
    mentions = Mentions("Zoë Smithson")
    around = f"{before} | {after}"
    typed = f"{before} | zoë\N{EM DASH}SMITHSON | {after}"
    if not mentions.find(around):
        assert mentions.replace(around, "(erased)") == around
        cleaned = mentions.replace(typed, "(erased)")
        assert cleaned == f"{before} | (erased) | {after}"
        assert not mentions.find(cleaned)


# Words -------------------------------------------------------------------------------------------------------------


def test_words_are_erased_everywhere(either):
    row = asset_row("a", notes="Ring JANE  Smithson", languages="Polish; jane smithson")
    add(either, row, who="x", note="Jane Smithson.csv")
    change(either, "a", notes="Ring Jane\nSmithson after ten")
    done = erase(either)
    assert done.cells == {"assets": 2}
    assert done.history == 3  # the row as it came, the change of the note, and the name of the file
    assert done.look_at == ()
    row = either.read(Asset).iloc[0]
    assert (row["notes"], row["languages"]) == ("Ring (erased) after ten", ("Polish", "(erased)"))
    assert "smithson" not in dump(either).casefold()
    undo_last(either)
    assert either.read(Asset)["notes"].tolist() == ["Ring (erased)"]


def test_a_list_in_the_history_is_cleaned_part_by_part(either):
    add(either, asset_row("a", languages=('Jane "JJ" Smithson', 'say "hello"'), rss_types="housing; education"))
    change(either, "a", languages=("Urdu", 'Jane "JJ" Smithson'))
    change(either, "a", languages=())
    assert erase(either, 'Jane "JJ" Smithson').history == 3
    assert "Smithson" not in dump(either)
    undo_last(either)
    assert either.read(Asset)["languages"].tolist() == [("Urdu", "(erased)")]
    undo_last(either)
    assert either.read(Asset)["languages"].tolist() == [("(erased)", 'say "hello"')]
    assert either.read(Asset)["rss_types"].tolist() == [("housing", "education")]


def test_a_list_that_another_program_wrote_is_cleaned_too(either):
    add(either, asset_row("a"))
    for listed in (json.dumps(["Zoë Müller"]), "Polish; Zoë Müller", None):
        elsewhere(either, "UPDATE assets SET languages = :listed", listed=listed)
    erase(either, "Zoë Müller")
    assert "ller" not in dump(either)
    assert "(erased)" in dump(either)


def elsewhere(store, statement, **values):
    """Change the store as another program would: without a word of ours."""
    engine = store._engine
    with engine.connect().execution_options(rosc_map_write=True) as connection, connection.begin():
        connection.execute(text(statement), values)


def test_ids_links_and_codes_stay_as_they_are(either):
    add(either, asset_row("lero-house", asset_type="lero", notes="A lero."), asset_row("b"))
    link = {"from_asset": "lero-house", "to_asset": "b", "evidence": "declared"}
    add(either, link, record=Referral)
    add(
        either,
        {
            "framework": "principles",
            "item": "lero",
            "about": "Lero",
            "group": "all",
            "answer": "yes",
            "on": dt.date(2026, 1, 1),
        },
        record=Review,
    )
    drawn = {"round": "lero", "design": "independent", "seed": 1.0, "sources": 1.0, "targets": 1.0, "frame_size": 2.0}
    add(either, {**drawn, "frame": ("lero-house", "b"), "frame_sha256": "lero"}, record=Round)
    add(either, {"round": "lero", "source": "b", "target": "lero-house", "asked_position": 1.0}, record=Question)
    change(either, "lero-house", asset_type="treatment", status="closed")
    done = erase(either, "LERO")
    assert done.cells == {"assets": 1, "reviews": 1}
    assert "assets: 'LERO' is in the id 'lero-house'. An id cannot be changed" in " ".join(done.look_at)
    assert "rounds: 3 cells hold 'LERO' (round, frame, frame_sha256): look at them." in done.look_at
    assert [line for line in done.look_at if line.startswith("history: ")]
    assert undo_last(either).rows == 1
    row = either.read(Asset).set_index("id").loc["lero-house"]
    assert (row["asset_type"], row["notes"]) == ("lero", "A (erased).")
    assert either.read(Referral)["from_asset"].tolist() == ["lero-house"]
    assert either.read(Review)[["item", "about"]].to_numpy().tolist() == [["lero", "(erased 1)"]]
    assert either.read(Round)["frame"].tolist() == [("lero-house", "b")]
    assert either.read(Question)["round"].tolist() == ["lero"]


def test_two_rows_never_become_the_same(either):
    seats = [
        {"structure": "Board", "seat": seat, "held_by": "lero", "votes": True}
        for seat in ("Jane Smithson", "jane smithson", "Chair: Jane Smithson")
    ]
    add(either, *seats, record=Seat)
    same = {"area_code": "E06000002", "asset_type": "lero", "on": dt.date(2026, 1, 1)}
    add(either, {**same, "by": "Jane Smithson"}, {**same, "by": "JANE SMITHSON"}, record=SurveyedArea)
    with either.write(task="edit") as writer:
        writer.delete(Seat, {"seat": "jane smithson"})
    assert erase(either).cells == {"surveyed_areas": 2, "seats": 2}
    assert either.read(Seat)["seat"].tolist() == ["(erased 1)", "Chair: (erased 3)"]
    assert either.read(SurveyedArea)["by"].tolist() == ["(erased 1)", "(erased 2)"]
    undo_last(either)
    assert either.read(Seat)["seat"].tolist() == ["(erased 1)", "(erased 2)", "Chair: (erased 3)"]


def test_title_banner_and_who_did_it_too(either):
    with either.write(who="V7", task="edit") as writer:
        for key, value in (("title", "Jane Smithson's partnership"), ("banner", "By Jane Smithson")):
            writer.connection.execute(
                text("UPDATE rosc_map_settings SET value = :value WHERE key = :key"), {"key": key, "value": value}
            )
        writer.keep_trace = True
    add(either, asset_row(), who="jane smithson 7", note="Jane Smithson.xlsx")
    done = erase(either)
    assert (done.cells, done.history) == ({"settings": 2}, 1)
    assert done.summary == "2 cells of settings, 1 entry of the history"
    assert (either.settings()["title"], either.settings()["banner"]) == ("(erased)'s partnership", "By (erased)")
    with either.reading() as reader:
        newest = last_changes(reader, 2).to_dict("records")
    assert [(row["task"], row["who"], row["note"]) for row in newest] == [
        ("erase", "coordinator", ""),
        ("change", "(erased) 7", "(erased).xlsx"),
    ]


def test_what_is_left_to_look_at_is_named(either):
    add(either, asset_row("a", notes="Jane Smithson runs it", description="Smithson, Jane"))
    add(either, asset_row("jane-smithson", notes="The Smithsons"), asset_row("c", notes="Of Jan", address="1 Jane St"))
    done = erase(either)
    cannot = "An id cannot be changed: if it has to go, erase that asset and record it anew."
    assert done.look_at == (
        "assets: 2 cells hold 'Jane' (description, address): look at them.",
        "assets: 1 cell holds 'Smithson' (description): look at it.",
        f"assets: 'Jane' is in the id 'jane-smithson'. {cannot}",
        f"assets: 'Smithson' is in the id 'jane-smithson'. {cannot}",
        "history: 1 entry with the words in an id or a code stays until that asset is erased.",
    )
    assert either.read(Asset)["id"].tolist() == ["a", "jane-smithson", "c"]


def test_where_nothing_is_found_nothing_is_left_behind(either):
    add(either, asset_row("a", notes="Smithson"))
    before = dump(either)
    done = erase(either)
    assert not done
    assert done.look_at == ("assets: 1 cell holds 'Smithson' (notes): look at it.",)
    assert dump(either) == before


def test_the_names_of_fields_are_no_words(either):
    add(either, asset_row("a", name="A", notes="Ask for Phone Notes"))
    assert erase(either, "Notes").look_at == ()
    assert either.read(Asset)["notes"].tolist() == ["Ask for Phone (erased)"]


def test_what_cannot_be_read_is_told(tmp_path):
    store = Store.create(tmp_path / "area.gpkg", {"title": "T"})
    add(store, asset_row())
    with closing(sqlite3.connect(store.path, isolation_level=None)) as raw:
        raw.execute("DROP TRIGGER rosc_map_assets_update")
        raw.execute("UPDATE assets SET notes = CAST('Jane Smithson' AS BLOB)")
    with pytest.raises(FileProblem, match="table assets holds a value that does not belong there"):
        erase(store)


# An asset ----------------------------------------------------------------------------------------------------------


def erase_the_asset(store, identifier):
    with store.write(who="coordinator", task="erase") as writer:
        return erase_asset(writer, writer.find(Asset, {"id": identifier})["fid"], identifier)


def test_an_erasure_cleans_the_history_too(either):
    add(either, asset_row("a", name="Gone Group", phone="01632 960001"), asset_row("b"), note="Gone Group.csv")
    add(either, {"from_asset": "a", "to_asset": "b", "evidence": "declared"}, record=Referral)
    money = {"asset": "a", "area_code": "E06000002", "arrangement": "grant", "notes": "Gone Group again"}
    add(either, money, record=Funding)
    change(either, "a", name="Gone Group two")
    done = erase_the_asset(either, "a")
    assert done.rows == {"assets": 1, "referrals": 1, "funding": 1}
    assert done.history == 4
    assert done.summary.startswith("1 record of assets, 1 record of referrals, 1 record of funding, 4 entries of")
    assert not done.declined
    assert either.read(Asset)["id"].tolist() == ["b"]
    with either.reading() as reader:
        assert last_changes(reader, 1)["task"].tolist() == ["erase"]
        entries = reader.connection.execute(select(history)).all()
    assert not [entry for entry in entries if "Gone" in str(entry)]
    undo_last(either)  # of the import: of what was erased nothing is left to put back, and nothing comes back
    assert either.read(Asset).empty


def drawn_round(frame, left_out=(), name="R1"):
    told = {"round": name, "design": "independent", "seed": 1, "sources": 1, "targets": 1, "frame_size": len(frame)}
    return {**told, "frame": frame, "left_out": left_out, "frame_sha256": "9f86"}


def test_an_id_that_is_a_name_goes_from_what_was_drawn_from(either):
    add(either, *(asset_row(name) for name in ("a", "jane smithson", "jane smithson 2", "jäne", "z")))
    frame = ("a", "jane smithson", "jane smithson 2", "z")
    add(
        either,
        drawn_round(frame),
        drawn_round(("a", "z"), ("jane smithson",), "R2"),
        drawn_round(("a",), (), "R3"),
        record=Round,
    )
    with either.write() as writer:  # another entry of the history, of one field
        writer.update(Round, {"round": "R1"}, {"frame": (*frame, "jäne")})
    done = erase_the_asset(either, "jane smithson")
    assert done.cells == {"rounds": 2}
    assert "2 cells of rounds" in done.summary
    first, second, third = either.read(Round)[["frame", "left_out"]].to_numpy().tolist()
    (one,) = second[1]
    assert re.fullmatch(r"erased-[0-9a-f]{8}", one)
    assert first == [("a", one, "jane smithson 2", "z", "jäne"), ()]
    assert second[0] == ("a", "z")
    assert third == [("a",), ()]
    told = dump(either)
    assert one in told
    assert "jane smithson 2" in told
    assert "jane smithson" not in told.replace("jane smithson 2", "")
    undo_last(either)  # of the change of R1
    assert either.read(Round)["frame"].iloc[0] == ("a", one, "jane smithson 2", "z")


def test_the_ids_of_what_was_merged_into_it_go_from_the_draw_too(either):
    add(either, asset_row("a"), asset_row("b"), asset_row("c"))
    add(either, drawn_round(("a", "b", "c")), record=Round)
    merge(either, "a", "b")
    erase_the_asset(either, "a")
    (frame,) = either.read(Round)["frame"]
    assert frame[2] == "c"
    assert len(set(frame)) == 3
    assert not {"a", "b"} & set(frame)


def test_the_entry_of_who_declined_is_told(either):
    add(either, asset_row("a", listing="declined"))
    assert erase_the_asset(either, "a").declined


def test_an_id_that_is_a_word_takes_nothing_else_with_it(either):
    add(either, asset_row("grant"), asset_row("b"))
    for asset in ("b", "grant"):
        row = {"asset": asset, "area_code": "E06000002", "arrangement": "grant", "notes": '"grant"'}
        add(either, row, record=Funding)
    with either.write() as writer:
        writer.delete(Funding, {"asset": "b"})
    erase_the_asset(either, "grant")
    undo_last(either)
    assert either.read(Funding)[["asset", "arrangement"]].to_numpy().tolist() == [["b", "grant"]]


def test_what_was_dropped_of_a_merged_asset_goes_too(either):
    add(either, asset_row("a"), asset_row("b"), asset_row("c"))
    add(either, {"from_asset": "b", "to_asset": "c", "evidence": "declared"}, record=Referral)
    with either.write() as writer:
        writer.delete(Referral, {"from_asset": "b"})
    merge(either, "a", "b")
    done = erase_the_asset(either, "a")
    assert done.rows == {"assets": 1}
    assert '"b"' not in dump(either)
    undo_last(either)  # of the import: nothing else is left
    assert either.read(Referral).empty
    assert either.read(Asset).empty


def test_a_merge_that_was_undone_is_none(either):
    add(either, asset_row("a"), asset_row("b", notes="Of B"))
    change(either, "b", notes="Of B still")
    whole = told(either, number(either, "b"))[["operation", "field", "was", "now"]]
    merge(either, "a", "b")
    undo_last(either)
    a, b = number(either, "a"), number(either, "b")
    assert told(either, a)["operation"].tolist() == ["insert"]
    # Hiding the one takes its texts of before out of the history, and not those of the other.
    places = {"postcode": "", "latitude": None, "longitude": None, "easting": None, "northing": None}
    change(either, "a", **places, local_authority_code="", location_precision="hidden")
    erase_the_asset(either, "a")
    after = told(either, b)
    assert after[["operation", "field", "was", "now"]].iloc[: len(whole)].equals(whole)
    assert after["operation"].tolist()[len(whole) :] == ["delete", "insert"]
    assert either.read(Asset)["notes"].tolist() == ["Of B still"]


# The file ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def littered(tmp_path):
    """A file in which a text stands in free pages: another program typed and changed it, and overwrites nothing."""
    store = Store.create(tmp_path / "area[1].gpkg", {"title": "T"})
    add(store, asset_row())
    with closing(sqlite3.connect(store.path, isolation_level=None)) as raw:
        raw.execute("PRAGMA secure_delete = OFF")
        raw.execute("UPDATE assets SET notes = ?", ["Jane Smithson " * 5_000])
        raw.execute("UPDATE assets SET notes = NULL")
        raw.execute("DELETE FROM rosc_map_history WHERE field = 'notes'")
    assert b"Jane Smithson" in store.path.read_bytes()
    return store


def test_a_compacted_file_holds_nothing_in_free_pages(littered):
    before = littered.read(Asset)
    littered.compact()
    assert b"Jane Smithson" not in littered.path.read_bytes()
    assert littered.read(Asset).equals(before)
    assert littered.integrity() == []


def test_a_file_in_use_is_told_of(littered):
    with closing(sqlite3.connect(littered.path, isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("BEGIN")
        raw.execute("SELECT count(*) FROM assets").fetchone()
        with pytest.raises(FileProblem, match="in use by another program"):
            littered.compact()


def test_a_database_looks_after_its_own_pages(either):
    add(either, asset_row())
    either.compact()
    assert either.read(Asset)["id"].tolist() == ["a"]


def test_a_backup_holds_nothing_in_free_pages_and_is_found(littered):
    path = littered.path
    copy = backup_file(path, today=dt.date(2026, 11, 22))
    assert b"Jane Smithson" not in copy.read_bytes()
    assert Store(copy).read(Asset).equals(littered.read(Asset))
    path.with_name("area1.backup-2026-11-22.gpkg").touch()
    assert backups_of(path) == [copy]


@given(st.text(alphabet="aAnNeE .@'`7_-\n", max_size=40))
def test_plain_text_is_looked_through_as_any_other(typed):
    for words in ("Ann", "ann e", "A. N"):
        mentions = Mentions(words)
        assert mentions.find(typed) == list(mentions._spans(typed))
        # With an accent somewhere it is no longer plain, and the words still stand where they stood.
        assert Mentions(words).find(f"{typed} ö") == mentions.find(f"{typed} -")
