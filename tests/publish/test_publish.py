"""The gate: METHODS §4's table, row by row, and nothing past it."""

import datetime as dt

import pandas as pd
import pytest

import rosc_map
from rosc_map.errors import InputError, NotPublished
from rosc_map.place import centre
from rosc_map.publish import LinkageFigures, Published, publish, require_published, view
from rosc_map.publish.redact import MASK
from rosc_map.records import Asset, Audience, codelist

PLACE = {"postcode": "KT22 7TW", "address": "9 Secret Lane, Leatherhead"}
AUDIENCES = [Audience.PUBLIC, Audience.PARTNERS, Audience.INTERNAL]


@pytest.fixture
def surrey(tmp_path, write_csv):
    """Make a partnership of the rows given, in Surrey."""

    def make(*rows):
        partnership = rosc_map.new(tmp_path / "s.gpkg", ["Surrey"])
        base = {"asset_type": "treatment", "listing": "agreed", **PLACE}
        partnership.import_(
            write_csv([{"id": f"a{n}", "name": f"Example {n}", **base, **row} for n, row in enumerate(rows)])
        )
        return partnership

    return make


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("precision", ["exact", "postcode_district", "local_authority", "hidden"])
def test_the_table_of_precision(surrey, audience, precision):
    assets = surrey({"location_precision": precision}).publish(audience).assets
    if precision == "hidden" and audience is not Audience.INTERNAL:
        assert assets.empty
        return
    (asset,) = assets.to_dict("records")
    finest = precision == "exact" or (audience is Audience.INTERNAL and precision != "hidden")
    if finest:
        assert (asset["address"], asset["postcode"], asset["about"]) == (*reversed(list(PLACE.values())), False)
        assert asset["geometry"].x == pytest.approx(-0.337099)
    elif precision == "postcode_district":
        assert (asset["address"], asset["postcode"], asset["about"]) == ("", "KT22", True)
        assert (asset["geometry"].x, asset["geometry"].y) == centre("KT22")
    else:
        assert (asset["address"], asset["postcode"], asset["geometry"]) == ("", "", None)
        assert pd.isna(asset["latitude"])
        assert asset["place"] == ("Surrey" if precision == "hidden" else "Mole Valley")


@pytest.mark.parametrize("postcode", ["E77 1AD", "CF99 1SN"])
def test_a_district_that_is_one_building_is_not_even_named(surrey, postcode):
    published = surrey({"location_precision": "postcode_district", "postcode": postcode}).publish(Audience.PUBLIC)
    (asset,) = published.assets.to_dict("records")
    assert (asset["postcode"], asset["about"], asset["geometry"]) == ("", False, None)
    assert pd.isna(asset["latitude"])
    assert postcode.split()[0] not in asset["place"]


@pytest.mark.parametrize(
    ("listing", "public", "partners", "internal"),
    [
        ("agreed", "named", "named", "named"),
        ("published_by_itself", "named", "named", "named"),
        ("restricted", "counted", "counted", "named"),
        ("not_asked", "counted", "named", "named"),
        ("declined", "withheld", "withheld", "withheld"),
    ],
)
def test_the_table_of_listing(surrey, listing, public, partners, internal):
    snapshot = surrey({"listing": listing}).snapshot()
    for audience, group in zip(AUDIENCES, (public, partners, internal), strict=True):
        assert len(getattr(view(snapshot, audience), group)) == 1, audience


def test_a_count_without_a_name(surrey):
    published = surrey({"listing": "not_asked"}, {"listing": "not_asked"}, {}).publish(asset_type="treatment")
    (row,) = published.not_named.to_dict("records")
    assert row == {"authority_code": "E10000030", "authority": "Surrey", "asset_type": "treatment", "count": 2}
    assert published.provision.by_authority["count_treatment"].tolist() == [3]
    assert any(note.startswith("2 assets are counted here but not named") for note in published.notes)


def test_a_restricted_listing_shows_what_was_agreed_and_no_more(surrey):
    fields = {"phone": "01632 960001", "sessions": "Mon 10:00-11:00", "description": "Words", "listing": "restricted"}
    fields |= {"source_url": "https://parent.example.org/contact", "led_by": "lived_experience"}
    (asset,) = surrey({**fields, "listing_shows": "name; sessions"}).publish().assets.to_dict("records")
    assert (asset["name"], asset["sessions"]) == ("Example 0", "Mon 10:00-11:00")
    assert (asset["phone"], asset["description"], asset["place"], asset["geometry"]) == ("", "", "", None)
    assert (asset["source_url"], asset["led_by"]) == ("", "")
    assert (asset["postcode"], asset["local_authority_code"], asset["local_authority"]) == ("", "", "")


@pytest.mark.parametrize("audience", AUDIENCES)
def test_no_field_is_shown_to_an_audience_that_may_not_see_it(surrey, audience):
    shown = set(surrey({}).publish(audience).assets.columns)
    forbidden = {name for name, spec in Asset.specs().items() if not audience.may_see(spec.audience)}
    assert not shown & forbidden
    if audience is Audience.PUBLIC:
        assert forbidden >= {"notes", "sources", "recorded_by", "listing", "external_ids"}


def test_secrets_are_taken_out_of_everybodys_free_text(surrey):
    house = {"asset_type": "recovery_housing", "name": "9 Secret Lane House", "organisation": "Example Homes"}
    text = "Run by Example Quiet Group. Our house is at 9 secret lane, kt227tw; ring 01632960002."
    published = surrey(
        house,
        {
            "name": "Example Quiet Group",
            "listing": "declined",
            "phone": "01632 960002",
            "postcode": "GU1 1AA",
            "address": "",
        },
        {"name": "Example Teller", "description": text, "postcode": "GU1 3AA", "address": "High Street, Guildford"},
    ).publish()
    blob = published.assets.to_csv().casefold()
    for secret in ("secret lane", "kt22 7tw", "kt227tw", "quiet group", "01632960002", "01632 960002"):
        assert secret not in blob, secret
    teller = published.assets.set_index("name").loc["Example Teller"]
    assert teller["description"] == f"Run by {MASK}. Our house is at {MASK}, {MASK}; ring {MASK}."
    assert teller["address"] == "High Street, Guildford"


def test_what_somebody_shows_of_their_own_is_no_secret(surrey):
    shared = {"phone": "01632 960005", "organisation": "Example Fellowship"}
    published = surrey(
        {**shared, "listing": "declined", "name": "Example Gone"}, {**shared, "name": "Example Stays"}
    ).publish()
    (asset,) = published.assets.to_dict("records")
    assert (asset["phone"], asset["organisation"], asset["address"]) == (
        "01632 960005",
        "Example Fellowship",
        PLACE["address"],
    )


def test_a_gap_is_never_made_of_a_withheld_asset(surrey):
    partnership = surrey({"asset_type": "lero", "listing": "declined"})
    partnership.survey(["Surrey"], on="2026-03-01", by="Volunteer 1", types=["lero"])
    row = partnership.publish().provision.by_authority.iloc[0]
    assert (row["status"], row["looked"]) == ("not_surveyed", "")


def test_the_public_is_not_told_of_confidential_kinds(surrey):
    partnership = surrey({"asset_type": "domestic_abuse_refuge"})
    assert "count_domestic_abuse_refuge" not in partnership.publish().provision.by_authority
    assert "count_domestic_abuse_refuge" in partnership.publish("internal").provision.by_authority
    with pytest.raises(InputError, match="this type is confidential"):
        partnership.publish(asset_type="domestic_abuse_refuge")


def test_the_notes_are_the_same_whether_or_not_there_is_a_refuge(surrey, made_up):
    without = surrey({}).publish()
    assert without.notes[0] == made_up.publish().notes[0]
    assert "confidential" in without.notes[0]


@pytest.mark.parametrize("listing", ["Declined", "not asked", "", "yes"])
def test_a_word_that_nobody_knows_is_no_consent(surrey, listing):
    snapshot = surrey({}).snapshot()
    snapshot.assets["listing"] = listing
    assert publish(snapshot, Audience.PUBLIC).assets.empty
    assert publish(snapshot, Audience.INTERNAL).assets.empty


@pytest.mark.parametrize("precision", ["Hidden", "", "postcode"])
def test_a_precision_that_nobody_knows_is_hidden(surrey, precision):
    snapshot = surrey({}).snapshot()
    snapshot.assets["location_precision"] = precision
    assert publish(snapshot, Audience.PUBLIC).assets.empty


def test_an_id_that_a_person_typed_is_not_shown(surrey, write_csv):
    partnership = surrey({"id": "house-9-secret-lane"}, {"id": "other"})
    partnership.import_(
        write_csv([{"from": "house-9-secret-lane", "to": "other", "evidence": "declared"}]), "referrals"
    )
    for audience in ("public", "partners"):
        published = partnership.publish(audience)
        assert "secret-lane" not in published.assets.to_csv() + published.links.to_csv()
        assert set(published.links["from_asset"]) <= set(published.assets["id"])
    assert "house-9-secret-lane" in partnership.publish("internal").assets["id"].tolist()


@pytest.mark.parametrize("column", ["asset_type", "status"])
def test_a_kind_or_status_that_nobody_knows_is_not_shown(surrey, column):
    snapshot = surrey({}).snapshot()
    snapshot.assets[column] = "Domestic_abuse_refuge"
    assert publish(snapshot, Audience.PUBLIC).assets.empty


def test_contacts_that_were_not_agreed_to_are_in_nobodys_text(surrey):
    contact = {"phone": "01632 960001", "email": "r@restricted.example", "website": "https://restricted.example"}
    told = f"Ring {contact['phone']}, write to {contact['email']}, see restricted.example."
    restricted = {"listing": "restricted", "listing_shows": "name; description", "description": told, **contact}
    partnership = surrey(restricted, {"description": told})
    for audience in ("public", "partners"):
        text = partnership.publish(audience).assets.to_csv()
        assert "Example 0" in text
        for secret in ("960001", "r@restricted", "restricted.example"):
            assert secret not in text, (audience, secret)


def test_one_odd_postcode_does_not_stop_everything(surrey):
    published = surrey({"postcode": "JE2 3AB", "location_precision": "postcode_district"}).publish()
    (asset,) = published.assets.to_dict("records")
    assert asset["geometry"] is None


def test_no_figures_of_a_round_that_hardly_anybody_answered(surrey, write_csv, tmp_path):
    services = [{"phone": f"01632 96000{n}", "organisation": f"Example {n}", "asset_type": "lero"} for n in range(6)]
    path = surrey(*services).path
    partnership = rosc_map.open(path)
    # The draw was long ago, so that the 14 days are over whenever the pages were given.
    pairs = rosc_map.open(path, today=dt.date(2020, 1, 1)).draw(sources=6, targets=1, seed=1).to_json()["pairs"]
    for said in range(1, 7):
        partnership.record("R1", write_csv([{**pair, "level": "2"} for pair in pairs[:said]]))
        partnership.feedback("R1", tmp_path / "pages", reply_to="us", on=dt.date(2020, 1, 2))
        public, internal = (partnership.publish(who).linkage for who in ("public", "internal"))
        assert public.figures.empty == (said < 5)
        assert ("Fewer than 5 organisations have answered" in public.sentences[0]) == (said < 5)
        assert not internal.figures.empty


def test_the_network_says_no_more_than_the_gate(surrey, write_csv):
    partnership = surrey(
        {"asset_type": "recovery_housing", "name": "9 Secret Lane House"}, {"name": "Example B"}, {"name": "Example C"}
    )
    partnership.import_(write_csv([{"from": "a0", "to": "a1", "evidence": "declared"}]), "referrals")
    assert "Secret" not in str(partnership.network())


def test_links_to_what_is_not_shown_are_not_shown(made_up):
    snapshot = made_up.snapshot()
    hidden = set(snapshot.assets.loc[snapshot.assets["location_precision"] == "hidden", "id"])
    touching = snapshot.referrals["from_asset"].isin(hidden) | snapshot.referrals["to_asset"].isin(hidden)
    assert touching.any()
    for audience in (Audience.PUBLIC, Audience.PARTNERS):
        published = publish(snapshot, audience)
        ends = {*published.links["from_asset"], *published.links["to_asset"]}
        assert ends <= set(published.assets["id"])
        assert not ends & hidden


def test_results_of_a_test_are_for_the_coordinators_only(made_up, write_csv):
    ids = made_up.publish().assets["id"].tolist()[:2]
    row = {"from": ids[0], "to": ids[1], "evidence": "tested", "result": "not_found_in_test"}
    made_up.import_(write_csv([row]), "referrals")
    for audience in AUDIENCES:
        shown = made_up.publish(audience).links["not_found_in_test"].any()
        assert shown == (audience is Audience.INTERNAL)


def test_nothing_else_makes_a_published(made_up):
    published = made_up.publish()
    assert require_published(published, Published) is published
    with pytest.raises(NotPublished, match="A DataFrame has not passed publish"):
        require_published(published.assets.drop(columns="geometry").pipe(pd.DataFrame), Published)
    fields = {name: getattr(published, name) for name in Published.__dataclass_fields__ if name != "gate"}
    with pytest.raises(NotPublished, match="Only the publish room"):
        Published(**fields)


def test_linkage_figures_hold_no_organisation(made_up):
    figures = made_up.publish().linkage
    assert isinstance(figures, LinkageFigures)
    text = " ".join(figures.sentences) + figures.figures.to_csv()
    names = made_up.snapshot().assets["name"]
    assert not [name for name in names if name in text]


def test_where_a_restricted_listing_did_not_agree_to_its_place_no_figure_tells_it(tmp_path, write_csv):
    """Nor what support it gives: where it is the only one, a total would say it of that one."""
    made = rosc_map.new(tmp_path / "area.gpkg", ["Surrey"], title="Surrey", banner="")
    shy = {"name": "Example Shy", "asset_type": "lero", "postcode": "GU21 6XR", "rss_types": "employment"}
    made.import_(write_csv([{**shy, "listing": "restricted", "listing_shows": "name"}]))
    types = list(codelist("asset_type"))
    made.survey(["Surrey"], on="2026-03-01", by="Volunteer 1", types=types)
    for audience in ("public", "partners"):
        table = made.publish(audience, tier="local").provision.by_authority
        assert set(table["status"]) == {"none_found", "not_surveyed"}
        assert table.set_index("name")["status"]["Woking"] == "not_surveyed", "none found would be false"
        assert set(table["rss_status_employment"]) <= {"none_found", "not_surveyed"}
    assert made.publish("internal", tier="local").provision.served == 1


def test_the_partnerships_own_name_and_banner_pass_the_gate(tmp_path, write_csv):
    made = rosc_map.new(
        tmp_path / "area.gpkg", ["Surrey"], title="Surrey with Harbour Wren", banner="Ask Harbour Wren, GU21 6XR."
    )
    made.import_(write_csv([{"name": "Harbour Wren", "asset_type": "domestic_abuse_refuge", "postcode": "GU21 6XR"}]))
    for audience in ("public", "partners"):
        for shown in (made.publish(audience), made.network(audience)):
            assert "Wren" not in shown.title + shown.banner
            assert "6XR" not in shown.banner
    assert made.publish("internal").title == "Surrey with Harbour Wren"
