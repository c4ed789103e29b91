"""The small records pass the same gate as the assets: every type, for every audience."""

import csv
import dataclasses
import datetime as dt
import functools

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

import rosc_map
from rosc_map.errors import InputError
from rosc_map.exchange import read_table, write_table
from rosc_map.publish import Snapshot, records_table
from rosc_map.publish.records import FEWEST_COUNTED
from rosc_map.publish.redact import MASK
from rosc_map.records import (
    Action,
    Asset,
    Attempt,
    Audience,
    Footprint,
    Funding,
    Kind,
    Need,
    Offer,
    Referral,
    Review,
    Round,
    Seat,
    Spend,
    SurveyedArea,
    codelist,
    read_row,
    read_rows,
)
from rosc_map.records.fields import field
from rosc_map.store import LINKS, TABLES, Store

PUBLIC, PARTNERS, INTERNAL = Audience
TYPES = [Funding, Spend, Review, Seat, Offer, Action, Need, SurveyedArea, Referral]
WHO_SEES = {Need: set(Audience), SurveyedArea: {INTERNAL}, Referral: {INTERNAL}}
AREA = "E10000030"

ASSETS = {
    "open": {"name": "Example Open"},
    "shy": {"name": "Example Shy", "listing": "not_asked"},
    "house-9-secret-lane": {
        "name": "Example Home",
        "asset_type": "recovery_housing",
        "address": "9 Secret Lane",
        "postcode": "KT23 4AA",
    },
    "part": {
        "name": "Example Part",
        "listing": "restricted",
        "listing_shows": "name",
        "address": "7 Partial Row",
        "postcode": "GU1 3AA",
        "phone": "01632 960004",
    },
    "unnamed": {"name": "Quiet Heron", "listing": "restricted", "listing_shows": "sessions", "phone": "01632 960005"},
    "declined": {"name": "Left Willow", "listing": "declined", "phone": "01632 960006"},
    "hidden": {"name": "Safe Otter", "location_precision": "hidden"},
    "refuge": {"name": "Harbour Wren", "asset_type": "domestic_abuse_refuge"},
    "closed": {"name": "Gone Badger", "status": "closed"},
}
DECLINED = ["left willow", "960006"]
HIDDEN = [*DECLINED, "safe otter", "harbour wren"]
RESTRICTED = ["quiet heron", "960005", "partial row", "gu1 3aa", "gu13aa", "960004"]
SECRETS = {
    INTERNAL: DECLINED,
    PARTNERS: [*HIDDEN, *RESTRICTED, "gone badger", "secret lane", "secret-lane", "kt23 4aa", "kt234aa"],
}
SECRETS[PUBLIC] = [*SECRETS[PARTNERS], "example shy"]
TELLING = (
    "Left Willow, Safe Otter, HARBOUR WREN, quiet-heron, Gone Badger, Example Shy; 9 secret lane KT23 4AA; "
    "Partial Row GU13AA; 01632960004, 01632 960005, 01632 960006; kept."
)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A partnership in Surrey with an asset of every kind that the gate tells apart."""
    folder = tmp_path_factory.mktemp("small")
    partnership = rosc_map.new(folder / "s.gpkg", ["Surrey"])
    base = {"asset_type": "treatment", "listing": "agreed", "postcode": "KT22 7TW", "address": "", "phone": ""}
    rows = pd.DataFrame([{**base, "id": identifier, **asset} for identifier, asset in ASSETS.items()])
    rows.to_csv(folder / "assets.csv", index=False)
    partnership.import_(folder / "assets.csv")
    return partnership


def telling(record):
    """Return the fields of a type that take a text as long as the one full of secrets."""
    fixed = {"area_code", "item", "by", "source_url", *LINKS.get(record, ())}
    long = {name for name, spec in record.specs().items() if spec.longest >= len(TELLING)}
    return {name for name in long - fixed if record.specs()[name].kind in (Kind.TEXT, Kind.LONG_TEXT)}


def right_row(record, **other):
    """Return a row of a type as it is stored, its free texts full of secrets, its asset the open one."""
    cells = {name: spec.example for name, spec in record.specs().items()} | dict.fromkeys(telling(record), TELLING)
    fixed = {
        "area_code": AREA,
        "by": "2026-06-30" if record is Action else "Volunteer 7",
        "item": "partners",
        "evidence": "counted",
    }
    cells |= {name: value for name, value in fixed.items() if name in cells}
    cells |= {name: "https://example.org/left-willow/harbour-wren" for name in ("source_url",) if name in cells}
    cells |= dict.fromkeys(LINKS.get(record, ()), "open")
    row, problems = read_row(record, cells | other, 2)
    assert not problems
    return row.model_dump()


def held(place, rows) -> Snapshot:
    """Store rows by type in the partnership's own file, read them back, and leave the file as it was."""
    store = Store(place.path)
    others = {}
    with pytest.raises(RuntimeError, match="take it back"), store.write() as writer:
        for record, values in rows.items():
            writer.insert(record, values)
            others[record] = writer.read(record)
        raise RuntimeError("take it back")
    own = {Referral: "referrals", SurveyedArea: "surveyed"}
    tables = {own[record]: others.pop(record) for record in list(others) if record in own}
    return dataclasses.replace(place.snapshot(), others=others, **tables)


def about_each(record):
    """Return a row of a type about each asset, or the one row of a type that is about none."""
    links = LINKS.get(record, ())
    if not links:
        return [right_row(record)]
    first, *rest = links
    rows = [right_row(record, **{first: identifier}) for identifier in ASSETS if not rest or identifier != "open"]
    return [*rows, right_row(record, **dict.fromkeys(rest, "hidden"))] if rest else rows


def all_text(table):
    return "\n".join([table.table.to_csv(), *table.notes, table.name]).casefold()


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("record", TYPES)
def test_every_type_for_every_audience(place, record, audience):
    snapshot = held(place, {record: about_each(record)})
    if audience not in WHO_SEES.get(record, {PARTNERS, INTERNAL}):
        with pytest.raises(InputError, match=f"^{record.noun.capitalize()} is shown to (partners and )?internal only"):
            records_table(snapshot, record, audience)
        return
    table = records_table(snapshot, record, audience)
    assert table.audience is audience
    assert len(table.table)
    assert list(table.table.columns) == [n for n, s in record.specs().items() if audience.may_see(s.audience)]
    told = all_text(table)
    assert [secret for secret in SECRETS[audience] if secret in told] == []
    for name in telling(record) & set(table.table.columns):
        assert all(text.endswith("kept.") and MASK in text for text in table.table[name]), name


def test_each_text_is_told_but_for_its_secrets(place):
    snapshot = held(place, {Action: [right_row(Action)]})
    for audience, left in ((INTERNAL, "9 secret lane kt23 4aa"), (PARTNERS, "example shy")):
        told = all_text(records_table(snapshot, Action, audience))
        assert left in told
        assert "kept." in told
        assert told.count(MASK) >= 3


def test_money_and_notes_are_for_the_coordinators(place):
    row = right_row(Funding, value="45678", notes="Renewed in May")
    snapshot = held(place, {Funding: [row]})
    internal, partners = (records_table(snapshot, Funding, audience) for audience in (INTERNAL, PARTNERS))
    assert (internal.table["value"].tolist(), internal.table["notes"].tolist()) == ([45678], ["Renewed in May"])
    assert "do not pass this on" in " ".join(internal.notes)
    assert "45678" not in all_text(partners)
    assert "renewed" not in all_text(partners)
    assert partners.table["arrangement"].tolist() == ["grant"]


def test_who_looked_and_who_refers_are_said_to_go_by_another_table(place):
    snapshot = held(place, {})
    for record, table in ((Referral, "links"), (SurveyedArea, "what is there")):
        for audience in (PUBLIC, PARTNERS):
            with pytest.raises(InputError, match=f"internal only. For others there is the table of .*{table}"):
                records_table(snapshot, record, audience)


@pytest.mark.parametrize("record", [Asset, Round, Attempt, Offer])
def test_what_is_not_held_is_refused_and_never_an_empty_table(place, record):
    with pytest.raises(InputError, match=f"no table of this kind to write: {record.noun}"):
        records_table(held(place, {}), record, INTERNAL)


def test_a_type_of_which_nothing_is_recorded_is_a_table_without_rows(place):
    table = records_table(held(place, {Offer: []}), Offer, PARTNERS).table
    assert (list(table.columns), len(table)) == (list(Offer.specs()), 0)


def test_assets_are_ids_for_coordinators_and_names_for_others(place):
    snapshot = held(place, {Offer: about_each(Offer)})
    internal = set(records_table(snapshot, Offer, INTERNAL).table["asset"])
    assert internal == set(ASSETS) - {"declined"}
    partners = set(records_table(snapshot, Offer, PARTNERS).table["asset"])
    assert partners == {"Example Open", "Example Shy", "Example Home", "Example Part"}


def test_the_name_of_an_asset_does_not_tell_its_place(place):
    snapshot = held(place, {Offer: [right_row(Offer, asset="house-9-secret-lane", details="")]})
    snapshot.assets.loc[snapshot.assets["id"] == "house-9-secret-lane", "name"] = "Home at 9 Secret Lane"
    assert records_table(snapshot, Offer, PARTNERS).table["asset"].tolist() == [f"Home at {MASK}"]


def test_a_listing_without_its_place_is_in_no_table_of_areas(place):
    snapshot = held(place, {Funding: [right_row(Funding, asset="part")], Offer: [right_row(Offer, asset="part")]})
    assert records_table(snapshot, Funding, PARTNERS).table.empty
    assert len(records_table(snapshot, Offer, PARTNERS).table) == 1
    assert len(records_table(snapshot, Funding, INTERNAL).table) == 1
    agreed = snapshot.assets["id"] == "part"
    snapshot.assets.loc[agreed, "listing_shows"] = pd.Series([("name", "place")], index=snapshot.assets.index[agreed])
    assert len(records_table(snapshot, Funding, PARTNERS).table) == 1


def test_a_row_about_a_place_that_is_not_shown_tells_no_other_place_either(place):
    text = "Meet at 51.29712, -0.33711 or NO 123 456 or GU1 1AA."
    rows = [right_row(Offer, asset=asset, details=text) for asset in ("house-9-secret-lane", "open")]
    details = records_table(held(place, {Offer: rows}), Offer, PARTNERS).table["details"].tolist()
    assert details[0] == f"Meet at {MASK} or {MASK} or {MASK}."
    assert details[1] == f"Meet at 51.29712, -0.33711 or NO 123 456 or {MASK}."
    seat = right_row(Seat, structure=text)
    assert records_table(held(place, {Seat: [seat]}), Seat, PARTNERS).table["structure"].tolist() == details[:1]
    assert records_table(held(place, {Seat: [seat]}), Seat, INTERNAL).table["structure"].tolist() == [text]


def offers(*assets):
    """Return an offer for each asset named, each on its own day, as their key wants it."""
    days = (dt.date(2026, 1, 1) + dt.timedelta(days=number) for number in range(len(assets)))
    return [right_row(Offer, asset=asset, on=day) for asset, day in zip(assets, days, strict=True)]


def note_for(place, audience, *assets):
    (note,) = [
        note
        for note in records_table(held(place, {Offer: offers(*assets)}), Offer, audience).notes
        if "not be shown" in note or "not shown" in note
    ]
    return note


def test_few_rows_left_out_are_not_told_from_none(place):
    few = note_for(place, PARTNERS, "open")
    assert few.startswith(f"Some rows may not be shown here (fewer than {FEWEST_COUNTED}, or none)")
    for assets in (["hidden"], ["unnamed"], ["hidden"] * 2 + ["unnamed", "closed"], ["declined"] * 9, ["refuge"] * 9):
        assert note_for(place, PARTNERS, "open", *assets) == few, assets


def test_five_rows_or_more_are_counted_but_never_what_declined_or_is_a_refuge(place):
    five = ["hidden", "hidden", "unnamed", "unnamed", "closed"]
    counted = note_for(place, PARTNERS, "open", *five)
    assert counted.startswith("5 rows are not shown here: ")
    assert note_for(place, PARTNERS, *five, "declined", "refuge", "refuge") == counted
    assert note_for(place, PARTNERS, *five, "hidden").startswith("6 rows are not shown here: ")


def test_the_coordinators_are_told_of_no_rows_about_what_declined(place):
    with_, without = (
        records_table(held(place, {Offer: offers(*assets)}), Offer, INTERNAL)
        for assets in (["open", *["declined"] * 6], ["open"])
    )
    assert with_.notes == without.notes
    pd.testing.assert_frame_equal(with_.table, without.table)


def test_a_type_about_no_asset_has_no_note_of_rows_left_out(place):
    notes = records_table(held(place, {Need: [right_row(Need)]}), Need, PUBLIC).notes
    assert not [note for note in notes if "shown here" in note]


def test_a_row_that_points_nowhere_is_left_out_and_not_counted(place):
    snapshot = held(place, {Offer: offers("open", *["hidden"] * 4, "unnamed")})
    snapshot.others[Offer].loc[1, "asset"] = "erased"
    for audience in (PARTNERS, INTERNAL):
        table = records_table(snapshot, Offer, audience)
        assert "erased" not in all_text(table)
        assert "5 rows" not in all_text(table)


class Gift(Offer):
    """A type that this program has never seen: an asset that anybody may read of, and texts of every kind."""

    asset: str = field(Kind.TEXT, "Asset", example="A", required=True)
    name: str = field(Kind.TEXT, "Name", example="A")
    organisation: str = field(Kind.TEXT, "Organisation", example="A")
    words: tuple[str, ...] = field(Kind.LIST, "Words", example="a; b")
    postcode: str = field(Kind.PLACE, "Postcode", example="TS1 2PA")
    website: str = field(Kind.TEXT, "Website", example="https://www.example.org")
    paid: bool | None = field(Kind.YES_NO, "Paid", example="yes")
    amount: float | None = field(Kind.NUMBER, "Amount", example="5", audience=INTERNAL)


@pytest.fixture
def gifts(place, monkeypatch):
    monkeypatch.setitem(LINKS, Gift, ("asset",))
    cells = {"name": TELLING, "organisation": TELLING, "postcode": "KT23 4AA", "words": ("Left Willow", "b")}
    cells |= {"website": "https://left-willow.example.org/harbour-wren"}
    rows = [right_row(Gift, asset=asset, **cells) for asset in ASSETS]
    return dataclasses.replace(place.snapshot(), others={Gift: pd.DataFrame(rows, dtype=object)})


@pytest.mark.parametrize("audience", Audience)
def test_a_new_type_passes_the_gate_without_a_line_of_code(gifts, audience):
    table = records_table(gifts, Gift, audience)
    told = all_text(table)
    assert [secret for secret in SECRETS[audience] if secret in told] == []
    named = {
        PUBLIC: {"Example Open", "Example Home", "Example Part"},
        PARTNERS: {"Example Open", "Example Shy", "Example Home", "Example Part"},
        INTERNAL: set(ASSETS) - {"declined"},
    }
    assert set(table.table["asset"]) == named[audience]
    assert ("amount" in table.table) == (audience is INTERNAL)
    assert ("details" in table.table) == (audience is not PUBLIC)
    assert set(table.table["paid"]) == {"yes"}
    assert set(table.table["words"]) == {f"{MASK}; b"}
    assert set(table.table["website"]) == {""}


class Aside(Footprint):
    """A type that needs nothing: for the coordinators, until somebody says otherwise."""

    area_code: str = field(Kind.TEXT, "Area", example="Kent")


def test_a_type_without_a_required_field_is_internal(place):
    snapshot = dataclasses.replace(place.snapshot(), others={Aside: pd.DataFrame([{"area_code": "Kent"}])})
    assert records_table(snapshot, Aside, INTERNAL).table["area_code"].tolist() == ["Kent"]
    with pytest.raises(InputError, match="is shown to internal only"):
        records_table(snapshot, Aside, PARTNERS)


def test_each_column_that_asks_for_an_asset_is_known_as_a_link():
    asks = {(record, name) for record in TABLES for name, spec in record.specs().items() if "Its id" in spec.hint}
    assert {record for record, _ in asks} >= {Funding, Offer, Referral}
    assert asks <= {(record, name) for record, names in LINKS.items() for name in names}


@pytest.mark.parametrize("audience", [PARTNERS, INTERNAL])
def test_no_cell_of_a_file_runs_as_a_formula(place, tmp_path, audience):
    runs = '=HYPERLINK("https://example.org","x")'
    snapshot = held(place, {Offer: [right_row(Offer, details=runs)], Seat: [right_row(Seat, structure=f"a;{runs}")]})
    snapshot.assets.loc[snapshot.assets["id"] == "open", "name"] = "@SUM(1)"
    for record in (Offer, Seat):
        for ending in ("csv", "xlsx"):
            write_table(records_table(snapshot, record, audience), tmp_path / f"{record.__name__}.{ending}")
        book = load_workbook(tmp_path / f"{record.__name__}.xlsx")
        assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
        text = (tmp_path / f"{record.__name__}.csv").read_text("utf-8-sig")
        for mark in ",;":
            cells = [cell for row in csv.reader(text.splitlines(), delimiter=mark) for cell in row]
            assert not [cell for cell in cells if cell.strip(' "')[:1] in ("=", "@", "+", "-") and cell.strip(' "')]


@settings(deadline=None)  # a gate is built in each
@given(st.text(max_size=30), st.sampled_from(["Left Willow", "01632 960006", "left-willow"]), st.text(max_size=30))
def test_no_words_around_a_secret_let_it_out(snapshot_of_nothing, before, secret, after):
    details, problems = read_row(Action, {**right_row(Action), "told_us": f"{before} {secret} {after}"}, 2)
    assert not problems
    frame = pd.DataFrame([details.model_dump()], dtype=object)
    snapshot = dataclasses.replace(snapshot_of_nothing, others={Action: frame})
    for audience in (PARTNERS, INTERNAL):
        (told,) = records_table(snapshot, Action, audience).table["told_us"]
        assert MASK in told
        assert secret.casefold() not in told.casefold()


@pytest.fixture(scope="module")
def snapshot_of_nothing(place):
    return place.snapshot()


TEXT = st.text(max_size=40) | st.sampled_from(["=1+1", "-5", "'=1", "a;=1\n+2", "007", "1.0", "n / a", "é—£"])
DATES = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))


def values_of(spec):
    """Return the values that a field can take, with and without one."""
    codes = st.sampled_from(list(codelist(spec.codelist))) if spec.codelist else st.nothing()
    kinds = {
        Kind.CHOICE: codes,
        Kind.CHOICES: st.lists(codes, max_size=3),
        Kind.NUMBER: st.floats(spec.low or 0, spec.high or 1e6),
        Kind.DATE: DATES,
        Kind.YES_NO: st.booleans(),
    }
    found = kinds.get(spec.kind, TEXT)
    return found if spec.required else found | st.none()


@functools.cache
def records_of(record):
    """Return what makes records of a type, of cells that people may have typed."""
    fields = {name: values_of(spec) for name, spec in record.specs().items()}
    fields |= dict.fromkeys(LINKS.get(record, ()), st.sampled_from(sorted(set(ASSETS) - {"declined"})))
    if "source_url" in fields:
        fields["source_url"] = st.sampled_from(["", "https://www.example.org/a?b=c"])
    if record is SurveyedArea:
        fields["by"] = st.sampled_from(["Volunteer 7", "coordinator", ""])
    if record is Review:
        items = [(framework, item) for framework in codelist("review_framework") for item in codelist(framework)]
        return st.builds(
            lambda pair, cells: {**cells, "framework": pair[0], "item": pair[1]},
            st.sampled_from(items),
            st.fixed_dictionaries(fields),
        )
    return st.fixed_dictionaries(fields)


@settings(deadline=None)  # a file is written and read in each
@given(st.data())
@pytest.mark.parametrize("record", TYPES)
def test_a_file_for_coordinators_is_read_back_as_it_was(snapshot_of_nothing, tmp_path_factory, record, data):
    cells = data.draw(st.lists(records_of(record), min_size=1, max_size=3))
    there = [found for found in (read_row(record, row, 2)[0] for row in cells) if found is not None]
    assume(there)
    frame = pd.DataFrame([found.model_dump() for found in there], dtype=object)
    own = {Referral: "referrals", SurveyedArea: "surveyed"}
    change = {own[record]: frame} if record in own else {"others": {record: frame}}
    snapshot = dataclasses.replace(snapshot_of_nothing, **change)
    path = tmp_path_factory.getbasetemp() / f"{record.__name__}.csv"
    written = read_table(write_table(records_table(snapshot, record, INTERNAL), path))
    back = read_rows(record, written.headers, written.rows)
    assert (back.problems, back.unknown_columns) == ((), ())
    assert [found for _, found in back.records] == there
