"""What an organisation does with its own entry is its own decision, kept under its role, and never shows more of it."""

import pandas as pd
import pytest

import rosc_map
from rosc_map.errors import InputError, RowsRejected, UnknownName
from rosc_map.partnership import ChangedSince, has_left, own_entry, without_finer_place
from rosc_map.publish import MASK, publish
from rosc_map.records import Audience, Reply, row_dicts
from rosc_map.store import Store

TRUST = {"organisation": "Tees Trust", "asset_type": "lero", "postcode": "TS1 2PA", "address": "14 Linthorpe Road"}
ROWS = [
    {**TRUST, "id": "choir", "name": "Tees Choir", "email": "choir@tees.example.org", "description": "We sing."},
    {**TRUST, "id": "walks", "name": "Tees Walks", "email": "walks@tees.example.org"},
    {**TRUST, "id": "other", "name": "Tees Bakers", "email": "bake@gmail.com"},
    {**TRUST, "id": "gone", "name": "Tees Drums", "email": "drums@tees.example.org", "listing": "declined"},
    {
        "id": "refuge",
        "name": "Harbour Wren",
        "organisation": "Tees Trust",
        "asset_type": "domestic_abuse_refuge",
        "areas_served": "Middlesbrough",
        "email": "wren@tees.example.org",
    },
]
GONE = "not listed any more"


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A partnership with the assets of one organisation, made once."""
    folder = tmp_path_factory.mktemp("own")
    partnership = rosc_map.new(folder / "t.gpkg", ["Middlesbrough"])
    pd.DataFrame(ROWS).to_csv(folder / "rows.csv", index=False)
    partnership.import_(folder / "rows.csv")
    return partnership.path


@pytest.fixture
def desk(kept, tmp_path):
    """That partnership, with a coordinator at work."""
    path = tmp_path / "t.gpkg"
    path.write_bytes(kept.read_bytes())
    return rosc_map.open(path, who="coordinator")


@pytest.fixture
def own(desk):
    """That partnership, with the organisation at work."""
    return desk.acting_as("organisation")


def last_step(partnership):
    return tuple(partnership.changes(1)[["who", "task"]].iloc[0])


def seen_by(partnership, audience, name="Tees Choir"):
    rows = row_dicts(publish(partnership.snapshot(), audience).assets)
    return next((row for row in rows if row["name"] == name), None)


def test_a_link_is_for_one_organisation_with_a_shared_contact_and_a_refuge_has_its_own(desk):
    names = [name for _, name in desk.organisation_of("walks")]
    assert names == ["Tees Walks", "Tees Choir"]
    (key, _), _ = desk.organisation_of("walks")
    assert desk.organisation_of(key) == desk.organisation_of("walks")
    assert [name for _, name in desk.organisation_of("refuge")] == ["Harbour Wren"]
    assert [desk.organisation_of(each) for each in ("gone", "nobody", "Tees Choir")] == [(), (), ()]


def test_it_agrees_restricts_and_is_shown_what_it_agreed_to(desk, own):
    live = desk.live_assets()
    assert seen_by(own, Audience.PUBLIC) is None
    assert "agrees to be listed" in own.agree_to_listing("choir")
    assert last_step(own) == ("organisation", "agree to listing")
    assert seen_by(own, Audience.PUBLIC)["postcode"] == "TS1 2PA"
    live.refresh()
    marker = live.marker
    assert "name, contact" in own.restrict_listing("choir", ["contact", "name"])
    live.refresh()
    assert live.told_less_since(marker, Audience.PUBLIC)
    shown = seen_by(own, Audience.PUBLIC)
    assert (shown["email"], shown["postcode"], shown["description"]) == ("choir@tees.example.org", "", "")
    assert own.asset("choir")["listing_on"] == own.snapshot().as_at
    assert "named to nobody" in own.restrict_listing("choir", [])
    assert seen_by(own, Audience.PARTNERS) is None
    own.agree_to_listing("choir")
    assert seen_by(own, Audience.PUBLIC)["description"] == "We sing."
    with pytest.raises(InputError, match="'secret' is not a part of an entry"):
        own.restrict_listing("choir", ["secret"])


def test_a_refuge_that_agrees_stays_hidden(own):
    assert "stays confidential" in own.agree_to_listing("refuge")
    assert "stays confidential" in own.restrict_listing("refuge", ["name", "place"])
    assert own.asset("refuge")["location_precision"] == "hidden"
    assert seen_by(own, Audience.PARTNERS, "Harbour Wren") is None
    with pytest.raises(InputError, match="less exactly"):
        own.coarsen_place("refuge", "exact")


def test_a_place_only_ever_becomes_coarser(own):
    own.agree_to_listing("choir")
    assert "postcode district" in own.coarsen_place("choir", "postcode_district")
    for finer in ("exact", "postcode_district", "anywhere"):
        with pytest.raises(InputError, match="less exactly"):
            own.coarsen_place("choir", finer)
    assert "half of the postcode" in own.agree_to_listing("choir")
    assert seen_by(own, Audience.PUBLIC)["postcode"] == "TS1"
    own.coarsen_place("choir", "local_authority")
    assert seen_by(own, Audience.PUBLIC)["postcode"] == ""
    assert last_step(own) == ("organisation", "coarsen place")


def test_a_place_that_is_hidden_is_dropped_with_every_text_that_tells_of_it(desk, own):
    desk.edit("choir", {"description": "Behind 14 Linthorpe Road.", "notes": "TS1 2PA, ring twice", "cost": "free"})
    desk.edit("choir", {"other_names": "Singers"})
    assert "gone for good" in own.coarsen_place("choir", "hidden")
    stored = own.asset("choir")
    assert (stored["description"], stored["notes"], stored["address"], stored["postcode"]) == ("", "", "", "")
    assert (stored["name"], stored["cost"], stored["upper_tier_code"] != "") == ("Tees Choir", "free", True)
    told = repr(own.own_entry(["choir"])) + own.history("choir").to_csv()
    assert "linthorpe" not in told.casefold()
    assert "TS1 2PA" not in told
    steps = own.own_entry(["choir"]).assets[0].tables[-1].rows
    kept_from = "(not kept: the place is hidden)"
    assert ("Other names", kept_from, kept_from) in [row[2:] for row in steps]


def test_every_place_of_the_example_can_be_hidden_and_keeps_a_name_with_no_more_than_its_town(made_up):
    own = made_up.acting_as("organisation")
    assets = own.snapshot().assets
    shown = assets[(assets["listing"] != "declined") & (assets["location_precision"] != "hidden")]
    assert len(shown) > 60
    # What goes is worked out for all, and a few are hidden: each of these is a change of the file.
    for row in row_dicts(shown):
        told = own_entry._without_place(row)
        assert "name" not in told, row["name"]
    some = shown.iloc[::20]
    for identifier in some["id"]:
        own.coarsen_place(identifier, "hidden")
    after = own.snapshot().assets.set_index("id").loc[some["id"]]
    assert set(after["location_precision"]) == {"hidden"}
    assert not any(after["address"].to_list() + after["postcode"].to_list())
    assert after["name"].to_list() == some["name"].to_list()


@pytest.mark.parametrize(
    ("name", "address", "stays"),
    [
        ("Ripley Choir", "2 High Street, Ripley, TS1 2PA", True),
        ("Middlesbrough Choir", "Middlesbrough", True),
        ("Linthorpe Road Choir", "14 Linthorpe Road, Middlesbrough", False),
        ("Quayside Choir", "Quayside House, Middlesbrough", True),
        ("Quayside House Choir", "Quayside House, Middlesbrough", False),
        ("Quayside Choir", "Quayside", False),
        ("Choir at TS1 2PA", "Middlesbrough", False),
    ],
)
def test_a_name_that_tells_of_the_place_goes_and_the_place_is_hidden_at_once(desk, own, name, address, stays):
    desk.edit("choir", {"name": name, "address": address})
    told = own.coarsen_place("choir", "hidden")
    stored = own.asset("choir")
    assert (stored["location_precision"], stored["address"], stored["postcode"]) == ("hidden", "", "")
    assert stored["name"] == (name if stays else "Lived experience recovery organisation (LERO), name not kept")
    assert ("another name" in told, name in told) == (not stays, stays)
    assert seen_by(own, Audience.PARTNERS, stored["name"]) is None
    if not stays:
        assert name not in own.history("choir").to_csv() + repr(own.own_entry(["choir"]))
        assert "name" in own.correctable("choir")


def test_it_says_that_all_holds_and_comes_back_into_the_list_of_what_runs(desk, own):
    desk.edit("choir", {"status": "closed"})
    own.confirm_right("choir")
    stored = own.asset("choir")
    assert (stored["status"], stored["verified_on"]) == ("active", own.snapshot().as_at)
    assert last_step(own) == ("organisation", "confirm")


def test_who_has_left_is_gone_and_can_do_nothing_more(desk, own):
    (key, _), _ = own.organisation_of("choir")
    assert "has left" in own.leave(key)
    assert own.asset("choir")["listing"] == "declined"
    assert last_step(own) == ("organisation", "delist")
    assert own.own_entry([key, "choir"]).assets == ()
    tasks = (
        lambda: own.leave("choir"),
        lambda: own.agree_to_listing("choir"),
        lambda: own.restrict_listing("choir", ["name"]),
        lambda: own.coarsen_place("choir", "hidden"),
        lambda: own.confirm_right("choir"),
        lambda: own.correctable("choir"),
        lambda: desk.correct("choir", {"cost": "free"}, {"cost": ""}),
        lambda: own.reply_to_result("R1", "choir", "We are still here."),
        lambda: own.agree_to_listing("Tees Walks"),  # nobody is found by a name
        lambda: own.agree_to_listing("nobody"),
    )
    for task in tasks:
        with pytest.raises(InputError, match=GONE):
            task()
    assert own.asset("choir")["listing"] == "declined"


def test_what_may_be_corrected_is_no_decision_and_no_place_of_a_hidden_one(own):
    asked = own.correctable("choir")
    assert {"name", "description", "phone", "postcode", "sessions"} <= set(asked)
    assert asked["status"] == "active"
    decided = {"id", "asset_type", "location_precision", "listing", "listing_shows", "listing_on"}
    assert not set(asked) & {*decided, "recorded_by", "sources", "licence", "notes", "verified_on", "latitude"}
    hidden = own.correctable("refuge")
    assert set(asked) - set(hidden) == {"postcode", "address", "lero_type"}
    with pytest.raises(InputError, match="Postcode is not for an organisation"):
        own.correct("refuge", {"postcode": "TS1 2PA"}, {"postcode": ""})
    assert own.asset("refuge")["postcode"] == ""


def test_a_text_with_somebody_elses_secret_is_not_written_anew(desk):
    desk.edit("choir", {"description": "Harbour Wren sends people."})
    desk.edit("refuge", {"organisation": "Tern Trust"})
    assert "description" not in desk.correctable("choir")
    with pytest.raises(RowsRejected) as told:
        desk.correct("choir", {"description": f"{MASK} sends all."}, {"description": f"{MASK} sends people."})
    assert "not shown" in told.value.problems[0].why
    assert desk.asset("choir")["description"] == "Harbour Wren sends people."


def test_an_accepted_correction_is_written_once_and_under_the_coordinators_role(desk):
    was = desk.correctable("choir")
    wanted = {"description": "We sing and dance.", "phone": "01642 960031", "status": "paused"}
    assert desk.correct("choir", wanted, was) == ()
    stored = desk.asset("choir")
    assert {name: stored[name] for name in wanted} == wanted
    assert last_step(desk) == ("coordinator", "correct")
    # Sent twice, it changes nothing more, and is no conflict with itself.
    assert desk.correct("choir", wanted, was) == ()
    assert desk.asset("choir")["version"] == stored["version"]
    with pytest.raises(RowsRejected):
        desk.correct("choir", {"phone": "ring us", "description": "New."}, desk.correctable("choir"))
    assert desk.asset("choir")["description"] == "We sing and dance."


def test_what_somebody_else_changed_since_is_not_overwritten_unasked(desk):
    was = desk.correctable("choir")
    desk.edit("choir", {"phone": "01642 960099"})
    wanted = {"phone": "01642 960031", "cost": "free"}
    found = desk.correct("choir", wanted, was)
    assert found == (ChangedSince("phone", "Telephone", "", "01642 960099", "01642 960031"),)
    assert (desk.asset("choir")["phone"], desk.asset("choir")["cost"]) == ("01642 960099", "")
    # Who has looked at what stands there now writes over it.
    assert desk.correct("choir", wanted, desk.correctable("choir")) == ()
    assert (desk.asset("choir")["phone"], desk.asset("choir")["cost"]) == ("01642 960031", "free")


@pytest.mark.parametrize("field", ["id", "listing", "location_precision", "asset_type", "recorded_by", "no_field"])
def test_what_has_ways_of_its_own_is_refused_as_a_correction(desk, field):
    before = desk.asset("choir")
    with pytest.raises(InputError, match="not for an organisation to correct"):
        desk.correct("choir", {field: "exact", "cost": "free"}, {field: "", "cost": ""})
    assert desk.asset("choir") == before


def test_its_reply_is_kept_with_its_own_result_and_no_other(made_up):
    own = made_up.acting_as("organisation", today=made_up.snapshot().as_at)
    questions = made_up.snapshot().questions
    (key, name), *_ = own.organisation_of(questions["source"].iloc[0])
    assert name in own.reply_to_result("R1", key, "Our number changed in May.")
    (result,) = own.own_entry([key]).rounds
    assert result.assets == ((key, name, "Our number changed in May."),)
    assert last_step(own) == ("organisation", "reply")
    drawn = {*questions["source"], *questions["target"]}
    without = next(each for each in own.snapshot().assets["id"] if each not in drawn and own.organisation_of(each))
    early = own.acting_as("organisation", today=result.feedback_on - (result.reply_by - result.feedback_on))
    for desk, asset in ((own, without), (early, key)):
        with pytest.raises(InputError, match="no result of R1 to reply to yet"):
            desk.reply_to_result("R1", asset, "Hello.")
    with pytest.raises(UnknownName):
        own.reply_to_result("R9", key, "Hello.")
    assert len(Store(own.path).read(Reply)) == 1


def test_of_what_was_sent_about_a_hidden_asset_nothing_finer_than_its_county_may_be_kept():
    open_one = {"asset_type": "lero", "location_precision": "exact", "listing": "agreed"}
    sent = {
        "address": "14 Linthorpe Road",
        "postcode": "TS1 2PA",
        "notes": "Ring at 14 Linthorpe Road.",
        "phone": "01642 960031",
        "other_names": "The Choir; Voices",
        "areas_served": "Middlesbrough",
    }
    kept = {"phone", "other_names", "areas_served"}
    assert without_finer_place(open_one, sent) == sent
    for hidden in ({**open_one, "location_precision": "hidden"}, {**open_one, "asset_type": "domestic_abuse_refuge"}):
        assert set(without_finer_place(hidden, sent)) == kept
    # A list of which a part tells of the place goes whole.
    listed = {"other_names": "The Choir; 14 Linthorpe Road"}
    assert without_finer_place({**open_one, "location_precision": "hidden"}, listed) == {}
    assert (has_left(None), has_left({"listing": "declined"}), has_left(open_one)) == (True, True, False)
