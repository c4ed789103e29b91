"""Taking in a list that others publish: what is taken, what is left out and why, and where it comes from."""

import csv
import datetime as dt
import stat

import pytest
from outside_lists import HERE, INSIDE, OUTSIDE, a_list, whys

from partnerships import TODAY
from rosc_map.errors import FileProblem, InputError, RowProblem, RowsRejected
from rosc_map.exchange.outside import LeftOut, OutsideRow
from rosc_map.records import codelist


def only(area):
    (asset,) = area.snapshot().assets.to_dict("records")
    return asset


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_row_says_where_it_comes_from_and_that_nobody_was_asked(empty):
    result = empty.take_list(a_list(HERE, licence="OGL-UK-3.0"))
    asset = only(empty)
    assert (result.added, result.left_out, result.problems) == ([1], [], [])
    assert (asset["sources"], asset["licence"], asset["listing"]) == (("import",), "OGL-UK-3.0", "not_asked")
    assert (asset["recorded_on"], asset["source_date"]) == (TODAY, TODAY.isoformat())
    assert (asset["external_ids"], asset["listing_on"]) == (("example:1",), None)


def test_what_a_person_knows_of_a_list_holds_for_its_rows(empty):
    found = a_list({**HERE, "source_date": "2024"})
    empty.take_list(found, licence="Permission of Example Trust, 2026-03-01", listing="published by itself")
    asset = only(empty)
    assert asset["licence"] == "Permission of Example Trust, 2026-03-01"
    assert (asset["listing"], asset["listing_on"], asset["source_date"]) == ("published_by_itself", TODAY, "2024")


@pytest.mark.parametrize("listing", ["declined", "restricted", "nonsense"])
def test_a_listing_that_cannot_hold_for_a_list_is_refused(empty, listing):
    with pytest.raises(InputError, match="cannot hold for a list"):
        empty.take_list(a_list(HERE), listing=listing)


def test_a_list_without_a_row_is_not_taken_for_an_empty_area(empty):
    with pytest.raises(InputError, match="does not mean that there is nothing here"):
        empty.take_list(a_list())


def test_a_dry_run_writes_nothing(empty):
    assert empty.take_list(a_list(HERE), dry_run=True).added == [1]
    assert empty.snapshot().assets.empty


def test_what_stands_elsewhere_and_serves_none_of_the_area_is_left_out(empty):
    leeds = {**HERE, "postcode": OUTSIDE}
    point = {"name": "By its point", "asset_type": "community", "latitude": 53.8, "longitude": -1.55}
    result = empty.take_list(
        a_list(
            HERE,
            {**leeds, "name": "In Leeds"},
            {**leeds, "name": "Serves here", "areas_served": ("Middlesbrough",)},
            point,
            {"name": "Serves Leeds", "asset_type": "community", "areas_served": ("Leeds",)},
        )
    )
    elsewhere = "is outside the area of this partnership"
    assert whys(result) == {2: elsewhere, 4: elsewhere, 5: elsewhere}
    assert set(empty.snapshot().assets["name"]) == {HERE["name"], "Serves here"}


@pytest.mark.parametrize(("elsewhere", "taken"), [(1, True), (3, False)])
def test_a_row_without_a_place_is_taken_unless_the_list_is_of_a_wider_area(empty, elsewhere, taken):
    far = [{**HERE, "name": f"Far {n}", "postcode": OUTSIDE} for n in range(elsewhere)]
    result = empty.take_list(a_list(HERE, {"name": "No place", "asset_type": "community"}, *far))
    assert ("No place" in set(empty.snapshot().assets["name"])) is taken
    assert (whys(result).get(2) == "has no place, and this list is of a wider area") is not taken
    noted = [(note.value, note.why) for note in result.warnings if not note.row]
    assert noted == ([("1 row", "without a place or an area (in the list: 2).")] if taken else [])


def test_what_cannot_be_placed_is_put_right_with_a_note(empty):
    result = empty.take_list(
        a_list(
            {**HERE, "postcode": "nowhere", "address": "1 High Street", "areas_served": ("Middlesbrough", "Atlantis")},
            {"name": "At sea", "asset_type": "community", "postcode": INSIDE, "latitude": 54.0, "longitude": 2.0},
            {**HERE, "name": "Too new", "postcode": "TS1 9QQ", "latitude": 54.5742, "longitude": -1.235},
        )
    )
    assets = empty.snapshot().assets.set_index("name")
    assert result.added == [1, 2, 3]
    assert assets.loc[HERE["name"], "address"] == "1 High Street, nowhere"
    assert assets.loc["At sea", "place_quality"] == "postcode"
    assert assets.loc["Too new", "postcode"] == "TS1 9QQ"
    noted = {(note.row, note.column) for note in result.warnings}
    assert {(1, "postcode"), (1, "areas_served"), (2, "latitude"), (3, "postcode")} <= noted


def test_a_directory_of_everything_is_sifted_by_its_words(empty):
    bare = {"postcode": INSIDE}
    result = empty.take_list(
        a_list(
            {**bare, "name": "Example Recovery Café", "words": ("Example Recovery Café", "People in recovery.")},
            {**bare, "name": "Stroke recovery", "words": ("Stroke recovery group",)},
            {**bare, "name": "Chess club", "words": ("Chess club",)},
            general=True,
        )
    )
    assert only(empty)["asset_type"] == "recovery_support"
    assert "stroke" in whys(result)[2]
    assert whys(result)[3] == "has no word about alcohol, drugs or recovery from them"


@pytest.mark.parametrize(
    "row",
    [
        {"asset_type": "domestic_abuse_refuge"},
        {"asset_type": "community", "location_precision": "hidden"},
        {"asset_type": "community", "words": ("A women's refuge for those who flee domestic abuse",)},
        {"asset_type": "community", "name": "Halo Refuges"},
    ],
)
def test_a_confidential_place_is_never_taken_from_a_list(empty, tmp_path, row):
    found = a_list({**HERE, **row, "address": "1 Secret Street"})
    result = empty.take_list(found)
    assert whys(result) == {1: "may be a confidential place: record it by hand"}
    assert empty.snapshot().assets.empty
    empty.take_list(found, review=tmp_path / "review.csv")
    text = (tmp_path / "review.csv").read_text(encoding="utf-8-sig")
    assert row.get("name", HERE["name"]) in text
    assert "Secret" not in text
    assert INSIDE not in text


def test_what_the_reader_left_out_and_noted_is_told(empty):
    note = RowProblem(1, "phone", "x", "is not a telephone number.", "Check it.")
    result = empty.take_list(a_list(HERE, notes=(note,), left_out=(LeftOut(7, "Gone", "has closed"),)))
    assert note in result.warnings
    assert whys(result) == {7: "has closed"}


def test_a_row_that_cannot_be_taken_is_left_out_and_the_others_are_taken(empty):
    result = empty.take_list(a_list(HERE, {"name": "Typeless", "postcode": INSIDE}))
    assert (result.added, result.problems) == ([1], [])
    assert whys(result) == {2: "asset_type is missing"}


def test_a_day_that_has_not_come_is_left_out_with_a_note(empty):
    result = empty.take_list(a_list({**HERE, "verified_on": TODAY + dt.timedelta(days=1)}))
    assert only(empty)["verified_on"] is None
    assert [note.column for note in result.warnings] == ["verified_on"]


def test_a_review_takes_nothing_and_comes_back_as_a_file(empty, tmp_path):
    found = a_list(
        {**HERE, "phone": "+44 1632 960001", "description": "=1+1"},
        {**HERE, "name": "In Leeds", "postcode": OUTSIDE},
        {**HERE, "name": "Changed by hand"},
        licence="OGL-UK-3.0",
    )
    path = tmp_path / "review.csv"
    result = empty.take_list(found, review=path)
    assert result.written == path
    assert "2 with yes, 1 with no" in result.said[0]
    assert empty.snapshot().assets.empty
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = read(path)
    assert [row["take"] for row in rows] == ["yes", "no", "yes"]
    assert rows[1]["why"] == "is outside the area of this partnership"
    assert rows[0]["description"] == "'=1+1"
    rows[1]["take"], rows[2]["take"] = "yes", "No"
    back = empty.import_(write(tmp_path / "back.csv", rows), listing="agreed")
    assets = empty.snapshot().assets.set_index("name")
    assert (back.added, whys(back)) == ([2, 3], {4: "the review says no"})
    assert set(assets.index) == {HERE["name"], "In Leeds"}
    mine = assets.loc[HERE["name"]]
    assert (mine["phone"], mine["description"], mine["licence"]) == ("+44 1632 960001", "=1+1", "OGL-UK-3.0")
    assert (mine["sources"], mine["listing"], mine["listing_on"]) == (("import",), "agreed", TODAY)


def test_a_review_is_never_written_over_a_file(empty, tmp_path):
    path = tmp_path / "review.csv"
    path.write_text("take\nyes\n", encoding="utf-8")
    with pytest.raises(FileProblem, match="may hold answers"):
        empty.take_list(a_list(HERE), review=path)
    assert path.read_text(encoding="utf-8") == "take\nyes\n"


def test_a_review_that_says_neither_yes_nor_no_is_refused(empty, tmp_path):
    empty.take_list(a_list(HERE), review=tmp_path / "review.csv")
    rows = read(tmp_path / "review.csv")
    rows[0]["take"] = "perhaps"
    with pytest.raises(RowsRejected) as caught:
        empty.import_(write(tmp_path / "back.csv", rows))
    assert [(p.column, p.value) for p in caught.value.problems] == [("take", "perhaps")]


@pytest.mark.parametrize(("said", "told"), [("", "does not say of which list"), ("other", "is of several lists")])
def test_a_review_has_to_be_of_one_list(empty, tmp_path, said, told):
    empty.take_list(a_list(HERE, {**HERE, "name": "Other"}), review=tmp_path / "review.csv")
    rows = read(tmp_path / "review.csv")
    for row in rows[: 1 if said else 2]:
        row["list"] = said
    with pytest.raises(InputError, match=told):
        empty.import_(write(tmp_path / "back.csv", rows))
    for row in rows:
        del row["list"]
    with pytest.raises(InputError, match="again with --review"):
        empty.import_(write(tmp_path / "back.csv", rows))


def test_a_review_is_not_checked_against_the_example_of_the_template(empty, tmp_path):
    row = {**HERE, "name": "Example Recovery Café", "email": "hello@example.org", "phone": "01632 960001"}
    empty.take_list(a_list(row), review=tmp_path / "review.csv")
    result = empty.import_(tmp_path / "review.csv")
    assert (result.added, result.problems, result.warnings) == ([2], [], [])


def test_what_a_list_changes_is_told_as_such_in_the_history(empty, tmp_path):
    empty.take_list(a_list(HERE))
    empty.take_list(a_list({**HERE, "phone": "01632 960001"}), review=tmp_path / "review.csv")
    empty.import_(tmp_path / "review.csv")
    assert list(empty.changes()["task"])[:2] == ["import list", "import list"]


def test_a_review_keeps_the_rules_for_lists(empty, tmp_path):
    """The name, the type and the listing of what is recorded stay, though the file is a table of our own fields."""
    found = a_list(HERE)
    empty.take_list(found)
    empty.edit(only(empty)["id"], {"asset_type": "recovery_support", "listing": "agreed"})
    empty.take_list(a_list({**HERE, "phone": "01632 960001"}), review=tmp_path / "review.csv")
    empty.import_(tmp_path / "review.csv")
    asset = only(empty)
    assert (asset["asset_type"], asset["listing"], asset["phone"]) == ("recovery_support", "agreed", "01632 960001")


def test_options_of_lists_are_not_for_tables_of_our_own(empty, write_csv):
    with pytest.raises(InputError, match="For lists that others publish only: --licence. If"):
        empty.import_(write_csv([HERE]), licence="OGL-UK-3.0")
    with pytest.raises(InputError, match="not for lists that others publish"):
        empty.import_(write_csv([HERE]), from_format="cqc", evidence="declared")
    with pytest.raises(InputError, match="'nonsense' is not a format of a list. Choose from: oruk"):
        empty.import_(write_csv([HERE]), from_format="nonsense")


def test_an_address_has_to_say_what_is_there(empty):
    with pytest.raises(InputError, match="Say what is at that address: --from, one of oruk"):
        empty.import_("https://www.example.org/list")
    with pytest.raises(InputError, match="begins with https"):
        empty.import_("ftp://www.example.org/list")
    with pytest.raises(InputError, match="cqc has no live address"):
        empty.import_("https://www.example.org/list", from_format="cqc")


def test_what_a_reader_left_out_can_be_taken_by_hand(empty, tmp_path):
    """A closed service keeps its fields in the review, and stays closed."""
    closed = OutsideRow(2, {**HERE, "name": "Example Closed Group", "status": "closed", "external_ids": ("example:2",)})
    found = a_list(HERE, left_out=(LeftOut(2, "Example Closed Group", "has closed", closed),))
    empty.take_list(found, review=tmp_path / "review.csv")
    rows = read(tmp_path / "review.csv")
    assert [(row["take"], row["why"], row["postcode"]) for row in rows] == [
        ("yes", "", INSIDE),
        ("no", "has closed", INSIDE),
    ]
    rows[1]["take"] = "yes"
    assert empty.import_(write(tmp_path / "back.csv", rows)).added == [2, 3]
    assert dict(empty.snapshot().assets.set_index("name")["status"])["Example Closed Group"] == "closed"


def test_a_closed_refuge_gives_nothing_but_its_name(empty, tmp_path):
    closed = OutsideRow(2, {**HERE, "name": "Example Refuge"}, ("Example Refuge", "For women who flee violence."))
    found = a_list(HERE, left_out=(LeftOut(2, "Example Refuge", "has closed", closed),))
    result = empty.take_list(found, review=tmp_path / "review.csv")
    assert whys(result) == {2: "may be a confidential place: record it by hand"}
    assert [row["postcode"] for row in read(tmp_path / "review.csv")] == [INSIDE, ""]


def test_a_row_from_elsewhere_has_the_type_that_was_guessed(empty, tmp_path):
    row = {"name": "Example Recovery Café", "postcode": OUTSIDE, "words": ("Example Recovery Café",)}
    empty.take_list(a_list({**HERE, "words": ("AA meeting",)}, row, general=True), review=tmp_path / "review.csv")
    assert [line["asset_type"] for line in read(tmp_path / "review.csv")] == ["mutual_aid", "recovery_support"]


def test_a_review_is_looked_at_again_for_refuges(empty, tmp_path):
    empty.take_list(a_list(HERE, {**HERE, "name": "Other"}), review=tmp_path / "review.csv")
    rows = read(tmp_path / "review.csv")
    rows[1]["name"] = "Example Women's Refuge"
    with pytest.raises(RowsRejected) as caught:
        empty.import_(write(tmp_path / "back.csv", rows))
    ((problem),) = caught.value.problems
    assert (problem.row, problem.value) == (3, "(not repeated here)")
    assert "a refuge is recorded by hand" in problem.why
    rows[1] |= {"asset_type": "domestic_abuse_refuge", "postcode": "", "external_ids": ""}
    empty.import_(write(tmp_path / "back.csv", rows))
    hidden = empty.snapshot().assets.set_index("name").loc["Example Women's Refuge"]
    assert hidden["location_precision"] == "hidden"


def test_a_missing_type_in_a_review_is_asked_for_with_the_choices(empty, tmp_path):
    empty.take_list(a_list(HERE), review=tmp_path / "review.csv")
    rows = read(tmp_path / "review.csv")
    rows[0]["asset_type"] = ""
    with pytest.raises(RowsRejected) as caught:
        empty.import_(write(tmp_path / "back.csv", rows))
    assert [p.what_to_do for p in caught.value.problems] == [f"Choose from: {', '.join(codelist('asset_type'))}."]


def test_the_licence_can_be_said_when_a_review_comes_back(empty, tmp_path):
    found = a_list(HERE, {**HERE, "name": "Has one", "licence": "ODbL-1.0"})
    empty.take_list(found, review=tmp_path / "review.csv")
    back = empty.import_(tmp_path / "review.csv", licence="OGL")
    assert back.said == []
    licences = dict(empty.snapshot().assets.set_index("name")["licence"])
    assert licences == {HERE["name"]: "OGL", "Has one": "ODbL-1.0"}
    with pytest.raises(InputError, match="only: --source. This is the review of a list"):
        empty.import_(tmp_path / "review.csv", publisher="example")


@pytest.mark.parametrize(
    ("licence", "told"), [("OGL-UK-30", []), ("Open Goverment License", ["Did you mean OGL-UK-3.0?"]), ("", [])]
)
def test_a_licence_that_nobody_knows_is_asked_about(empty, licence, told):
    said = empty.take_list(a_list(HERE), licence=licence).said
    assert [sentence[-len(words) :] for sentence, words in zip(said, told, strict=True)] == told


def test_the_coordinators_word_on_all_of_a_list_holds_where_nobody_was_asked(empty):
    names = ("Asked nobody", "Said no", "Ours", "Limits", "Set back")
    rows = [{**HERE, "name": name} for name in names]
    empty.take_list(a_list(*rows, licence="OGL-UK-3.0"))
    ids = empty.snapshot().assets.set_index("name")["id"]
    empty.edit(ids["Said no"], {"listing": "declined"})
    empty.edit(ids["Ours"], {"sources": "import; service_provider"})
    empty.edit(ids["Limits"], {"listing": "restricted", "listing_shows": "name", "listing_on": TODAY.isoformat()})
    empty.edit(ids["Set back"], {"listing": "agreed", "listing_on": TODAY.isoformat()})
    empty.edit(ids["Set back"], {"listing": "not_asked", "listing_on": ""})
    result = empty.take_list(a_list(*rows, licence="OGL-UK-3.0"), listing="agreed")
    assets = empty.snapshot().assets.set_index("name")
    listings = {name: assets.loc[name, "listing"] for name in names}
    assert listings == {
        "Asked nobody": "agreed", "Said no": "declined", "Ours": "not_asked", "Limits": "restricted",
        "Set back": "not_asked",
    }  # fmt: skip
    assert assets.loc["Asked nobody", "listing_on"] == TODAY
    told = {note.value for note in result.warnings if "--listing does not change that" in note.why}
    assert told == {"Ours", "Limits", "Set back"}


def test_how_many_types_were_guessed_is_said(empty):
    bare = {"postcode": INSIDE}
    first = {**bare, "name": "Example Recovery Café", "words": ("Example Recovery Café",)}
    found = a_list(first, {**HERE, "words": ("AA meeting",)}, general=True)
    (said,) = empty.take_list(found).said
    assert said.startswith("1 asset has a type that was guessed from words: recovery support")
    assert empty.take_list(found).said == []


def test_a_review_that_is_older_than_what_was_read_in_says_so(empty, tmp_path):
    empty.take_list(a_list(HERE), review=tmp_path / "review.csv")
    empty.take_list(a_list(HERE, licence="OGL-UK-3.0"))
    assert empty.import_(tmp_path / "review.csv").said == []
    rows = read(tmp_path / "review.csv")
    rows[0]["made_on"] = (TODAY - dt.timedelta(days=2)).isoformat()
    (said,) = empty.import_(write(tmp_path / "back.csv", rows)).said
    assert "is older than what was read in from this list" in said


def test_notes_come_in_the_order_of_the_rows(empty):
    result = empty.take_list(
        a_list({**HERE, "postcode": "nowhere"}, {**HERE, "name": "B"}, notes=(RowProblem(2, "phone", "x", "is.", ""),))
    )
    assert [note.row for note in result.warnings] == sorted(note.row for note in result.warnings)
    assert len({note.row for note in result.warnings}) > 1


@pytest.mark.parametrize("text", ["[]", '{"contents": [], "totalElements": 0}', '{"elements": []}', '{"data": []}'])
def test_an_envelope_with_nothing_in_it_is_told_as_such(empty, tmp_path, text):
    (tmp_path / "list.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="has not a single row. That does not mean"):
        empty.import_(tmp_path / "list.json")


def test_an_option_that_does_not_fit_answers_of_a_form_is_named_before_anything_is_fetched(empty):
    with pytest.raises(InputError, match="only: --licence. Answers of KoboToolbox"):
        empty.import_("https://kobo.invalid/x", from_format="kobo", licence="OGL", allow_inside=True)
