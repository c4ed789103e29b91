"""An organisation is shown all that is held about it, who really sees it, and nothing that others keep back."""

import dataclasses
import datetime as dt
import functools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rosc_map
from rosc_map.errors import NotPublished
from rosc_map.partnership.own_entry import WHO_BESIDE_THEM as WHO
from rosc_map.publish import MASK, PublishedOwnEntry, feedback_documents, publish, records_table
from rosc_map.records import Asset, Audience, Funding, Offer, Reply, Review, row_dicts

PUBLIC, PARTNERS, INTERNAL = Audience
TODAY = dt.date(2026, 11, 22)
BASE = {"asset_type": "lero", "listing": "agreed", "postcode": "TS1 2PA", "address": "14 Linthorpe Road, Middlesbrough"}
FULL = {
    "id": "open",
    "name": "Tees Choir",
    "other_names": "The Singers",
    "organisation": "Tees Trust",
    "organisation_number": "GB-CHC-7654321",
    "description": "Singing for everybody. Harbour Wren sends people on.",
    "lero_type": "constituted_group",
    "rss_types": "peer_based",
    "led_by": "lived_experience",
    "connector_role": "community_connector",
    "commissions_others": "no",
    "areas_served": "Redcar and Cleveland",
    "attendance": "in_person",
    "website": "https://choir.example.org",
    "email": "hello@choir.example.org",
    "phone": "01642 960031",
    "sessions": "Mon 19:00-20:30",
    "access": "drop_in",
    "referral_route": "Ring and ask.",
    "for_whom": "everyone",
    "languages": "Polish",
    "cost": "free",
    "accessibility": "step_free",
    "listing_on": "2026-03-01",
    "sources": "published",
    "source_url": "https://choir.example.org/about",
    "source_date": "2025",
    "recorded_by": "V7",
    "recorded_on": "2026-03-02",
    "verified_on": "2026-03-03",
    "external_ids": "list:9",
    "licence": "OGL-UK-3.0",
    "notes": "Beside Harbour Wren (01642 960099, TS3 6AF). Knock twice.",
}
ASSETS = [
    FULL,
    {"id": "shy", "name": "Tees Walkers", "listing": "not_asked", "phone": "01642 960032", "notes": "Boots."},
    {
        "id": "part",
        "name": "Tees Gardeners",
        "organisation": "Green Trust",
        "listing": "restricted",
        "listing_shows": "name; contact",
        "phone": "01642 960033",
        "description": "Vegetables.",
    },
    {"id": "near", "name": "Tees Bakers", "location_precision": "postcode_district", "notes": "Flour."},
    {"id": "unnamed", "name": "Quiet Heron", "listing": "restricted", "listing_shows": "sessions"},
    {
        "id": "refuge",
        "name": "Harbour Wren",
        "organisation": "Tern Trust",
        "asset_type": "domestic_abuse_refuge",
        "phone": "01642 960099",
        "email": "safe@tern.example.org",
        "description": "A safe place.",
    },
    {"id": "gone", "name": "Left Willow", "listing": "declined", "phone": "01642 960098"},
]
SECRETS = ["harbour wren", "tern trust", "tern.example", "960099", "left willow", "960098", "quiet heron", "ts3 6af"]
FUNDING = [
    {
        "asset": "open",
        "area_code": "Middlesbrough",
        "arrangement": "grant",
        "value": "45000",
        "notes": "As Harbour Wren",
    },
    {"asset": "part", "area_code": "Middlesbrough", "arrangement": "grant", "value": "777"},
    {"asset": "refuge", "area_code": "Middlesbrough", "arrangement": "grant", "value": "888"},
]
OFFERS = [
    {"asset": "open", "direction": "wanted", "kind": "rooms", "details": "Not at Harbour Wren, TS3 6AF."},
    {"asset": "shy", "direction": "offered", "kind": "training", "details": "Maps."},
]
ACTIONS = [
    {"told_us": "Harbour Wren is full", "what": "Print leaflets", "owner": "Tees Trust", "by": "2026-06-30"},
    {"told_us": "Nobody knew", "what": "Ring round", "owner": "Green Trust", "by": "2026-06-30"},
]
REVIEWS = [
    {
        "framework": "five_questions",
        "item": "partners",
        "about": "Tees Choir",
        "group": "lived_experience_leader",
        "on": "2026-05-01",
        "answer": "partly",
        "example": "Harbour Wren was there.",
    }
]
REFERRALS = [
    {"from_asset": "open", "to_asset": "shy", "evidence": "declared", "kind": "referral"},
    {"from_asset": "part", "to_asset": "open", "evidence": "counted", "count": "3", "period": "2025-26"},
    {"from_asset": "near", "to_asset": "open", "evidence": "counted", "count": "12", "period": "2025-26"},
    {"from_asset": "open", "to_asset": "refuge", "evidence": "declared", "kind": "warm_handover"},
    {"from_asset": "unnamed", "to_asset": "open", "evidence": "declared"},
    {"from_asset": "shy", "to_asset": "open", "evidence": "tested", "result": "not_found_in_test", "period": "R0"},
    {"from_asset": "shy", "to_asset": "part", "evidence": "declared"},
]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A partnership with an asset of every kind that the gate tells apart, and records about them."""
    folder = tmp_path_factory.mktemp("own")
    partnership = rosc_map.new(folder / "t.gpkg", ["Middlesbrough"], title="Tees, with Harbour Wren")
    partnership = rosc_map.open(partnership.path, today=TODAY, who="V7")
    hidden = dict.fromkeys(("postcode", "address"), "")
    rows = [{**BASE, **(hidden if row["id"] == "refuge" else {}), **row} for row in ASSETS]
    rows = [row | {"areas_served": "Middlesbrough"} if row["id"] == "refuge" else row for row in rows]
    files = {
        "assets": rows, "funding": FUNDING, "offers": OFFERS, "actions": ACTIONS, "reviews": REVIEWS,
        "referrals": REFERRALS,
    }  # fmt: skip
    for name, some in files.items():
        pd.DataFrame(some).to_csv(folder / f"{name}.csv", index=False)
        partnership.import_(folder / f"{name}.csv", name)
    partnership.edit("open", {"notes": FULL["notes"] + " Harbour Wren again.", "phone": "01642 960041"})
    return partnership


@pytest.fixture(scope="module")
def entry_of(place):
    """Return the own entry of an asset; each is made once."""
    return functools.cache(lambda key: place.own_entry([key]))


@pytest.fixture(scope="module")
def published(place):
    """What each audience is given of all assets, by their names."""
    snapshot = place.snapshot()
    return {each: {row["name"]: row for row in row_dicts(publish(snapshot, each).assets)} for each in Audience}


def facts_of(entry):
    return {fact.field: fact for asset in entry.assets for group in asset.groups for fact in group.facts}


def tables_of(entry):
    return [table for asset in entry.assets for table in asset.tables]


def telling(entry):
    """Return all that an entry holds as text to look for secrets in."""
    return repr(dataclasses.asdict(entry)).casefold()


@pytest.mark.parametrize("key", ["open", "shy", "part", "near", "unnamed", "refuge"])
def test_every_field_that_is_held_is_shown_and_no_other(place, entry_of, key):
    recorded, shown = place.asset(key), facts_of(entry_of(key))
    held = {
        name for name in Asset.specs() if not (recorded[name] in (None, "", ()) or recorded[name] != recorded[name])
    }
    assert set(shown) - {"local_authority_code", "upper_tier_code"} == held - {
        "id",
        *(("longitude",) if recorded["postcode"] else ()),
    }
    assert all(fact.words for fact in shown.values())
    # The numbers of a point tell nothing more where the address stands.
    assert "latitude" not in shown or shown["latitude"].words == "A point on the map"
    if key == "open":
        assert set(Asset.specs()) - held == {"community_group", "listing_shows"}
        assert (shown["phone"].words, shown["recorded_by"].words) == ("01642 960041", "V7")
        assert shown["verified_on"].words == "3 March 2026"


@pytest.mark.parametrize("key", ["open", "shy", "part", "near", "unnamed", "refuge"])
def test_who_sees_is_what_publish_really_gives_each_audience(place, entry_of, published, key):
    recorded, shown = place.asset(key), facts_of(entry_of(key))
    given = {audience: rows.get(recorded["name"], {}) for audience, rows in published.items()}
    for name, fact in shown.items():
        sees = [each for each in Audience if says(given[each].get(name), recorded[name])]
        assert fact.who_sees.split(". ")[0] == WHO[sees[0]], name
    if key == "near":
        assert shown["postcode"].who_sees == "You and coordinators. Less exactly, as TS1: everybody"
    if key == "refuge":
        assert {fact.who_sees for fact in shown.values()} == {WHO[INTERNAL]}
    if key == "shy":
        assert WHO[PUBLIC] not in {fact.who_sees for fact in shown.values()}
    if key == "part":
        assert (shown["phone"].who_sees, shown["description"].who_sees) == (WHO[PUBLIC], WHO[INTERNAL])


def says(given, held):
    """Whether an audience is given what is held, be it without a word that others keep to themselves."""
    if isinstance(held, tuple):
        return bool(held) and list(given or ()) == list(held)
    return given == held or (isinstance(held, str) and "Harbour" in held and MASK in str(given))


def test_of_others_it_says_nothing_that_partners_may_not_see(entry_of):
    entry = entry_of("open")
    told = telling(entry)
    assert [word for word in SECRETS if word in told] == []
    # All of these were there to be told: texts of its own, of records beside it, a link, and the history.
    assert "knock twice" in told
    assert "45000" in told
    assert told.count(MASK) >= 6
    assert not any(word in told for word in ("777", "888", "960033", "vegetables", "green trust"))
    assert "Tees, with" in entry.title


def test_a_refuge_reads_its_own_words(entry_of):
    entry = entry_of("refuge")
    shown = facts_of(entry)
    assert (shown["name"].words, shown["phone"].words) == ("Harbour Wren", "01642 960099")
    assert MASK not in repr(entry.assets)
    assert "It is confidential" in entry.assets[0].listing_words
    assert [table.heading for table in tables_of(entry)] == ["Referrals from others to it", "Money", "What was changed"]
    assert not any(word in telling(entry) for word in ("960041", "knock", "45000"))


def test_who_has_left_and_who_was_never_there_are_not_among_them(place):
    assert place.own_entry(["gone", "nobody", "", "open' OR 1=1"]).assets == ()
    entry = place.own_entry(["shy", "gone", "shy"])
    assert [asset.name for asset in entry.assets] == ["Tees Walkers"]
    assert "960041" not in telling(entry)
    # By the id that others know it by as well: there is no other among them.
    (asset,) = entry.assets
    assert place.own_entry([asset.id]) == entry


def test_records_about_it_say_who_sees_them(entry_of):
    tables = {(table.heading, table.who_sees): table for table in tables_of(entry_of("open"))}
    money = tables["Money", f"{WHO[PARTNERS]}. {WHO[INTERNAL]}: Value in £, Notes."]
    assert money.rows[0][:2] == ("Middlesbrough", "Grant")
    assert money.rows[0][-2:] == ("45000", f"As {MASK}")
    (views,) = [table for (heading, _), table in tables.items() if heading == "Views of groups"]
    assert "Partly" in views.rows[0]
    assert views.rows[0][-1] == f"{MASK} was there."
    # Its own results, and who reported something about others, are for nobody else.
    outward = tables["Referrals from it to others", WHO[PARTNERS]]
    assert outward.rows == (("Tees Walkers", "Referral", "Declared: The one that refers says so."),)
    # That there is a referral to or from one that partners are not shown is not told either.
    assert sum(heading.startswith("Referrals") for heading, _ in tables) == len(("to", "from"))
    inward = tables["Referrals from others to it", f"{WHO[PUBLIC]}. {WHO[PARTNERS]}: Number of people."]
    assert {row[0]: row[2] for row in inward.rows} == {"Tees Gardeners": "fewer than 5", "Tees Bakers": "12"}
    assert not any("Tested" in row for table in tables.values() for row in table.rows)


@pytest.mark.parametrize("record", [Funding, Offer, Review])
def test_records_said_to_be_seen_by_partners_are_those_that_they_are_given(place, entry_of, record):
    snapshot = place.snapshot()
    given = len(records_table(snapshot, record, PARTNERS).table)
    heading = {Funding: "Money", Offer: "What is offered or wanted", Review: "Views of groups"}[record]
    tables = [table for key in ("open", "shy", "part", "refuge") for table in tables_of(entry_of(key))]
    said = dict.fromkeys((PARTNERS, INTERNAL), 0)
    for table in tables:
        if table.heading == heading:
            said[next(each for each in said if table.who_sees.startswith(WHO[each]))] += len(table.rows)
    assert said[PARTNERS] == given > 0
    assert said == {PARTNERS: given, INTERNAL: len(snapshot.others[record]) - given}


def test_its_history_says_when_and_by_which_number_what_was_changed(entry_of):
    history = entry_of("open").assets[0].tables[-1]
    assert (history.heading, history.who_sees) == ("What was changed", WHO[INTERNAL])
    changed = {row[2]: row[1:] for row in history.rows}
    assert changed["Telephone"] == ("V7", "Telephone", "01642 960031", "01642 960041")
    assert history.rows[0][0] == f"{dt.datetime.now(dt.UTC).day} {dt.datetime.now(dt.UTC):%B %Y}"
    assert changed["Notes"][-1].endswith(f"{MASK} again.")
    assert history.rows[-1][2] == "Recorded (imported from a list)"


PIECES = ["Harbour Wren", "HARBOUR-WREN", "harbour wren’s", "01642 960099", "+44 1642 960099", "Tern Trust", "TS3 6AF"]
HOSTILE = st.lists(
    st.one_of(st.sampled_from(PIECES), st.text(max_size=12), st.sampled_from(["<b>", "=1+1", "\x00", "‮", "'; --"])),
    max_size=8,
)


@given(HOSTILE, st.sampled_from([" ", ", ", "\n", " – ", "; "]))
@settings(max_examples=10)
def test_hostile_texts_tell_no_more(held, pieces, mark):
    snapshot, own_entry = held
    text = mark.join(["Kept:", *pieces])
    assets = snapshot.assets.assign(notes=text, description=text)
    offers = snapshot.others[Offer].assign(details=text)
    replies = pd.DataFrame([{"round": "R1", "asset": "open", "reply": text, "on": TODAY}], columns=list(Reply.specs()))
    snapshot = dataclasses.replace(
        snapshot, assets=assets, others={**snapshot.others, Offer: offers}, replies=replies, banner=text
    )
    told = telling(own_entry(snapshot))
    assert told.count("kept") >= 4
    assert not any(word in told for word in ("harbour wren", "harbour-wren", "960099", "tern trust", "ts3 6af"))


@pytest.fixture(scope="module")
def held(place):
    """What is held, and what makes the own entry of one asset of it."""
    from rosc_map.publish import own_entry

    headings = [("All", tuple(Asset.specs()))]
    return place.snapshot(), lambda snapshot: own_entry(snapshot, ["open"], history={}, headings=headings, who=WHO)


def test_only_the_gate_makes_one():
    with pytest.raises(NotPublished):
        PublishedOwnEntry("Title", "", TODAY, (), ())


def test_its_own_result_is_that_of_its_page_and_not_before_its_day(made_up):
    snapshot = made_up.snapshot()
    given = snapshot.rounds["feedback_on"].iloc[0]
    asked = snapshot.questions["source"].iloc[0]
    (key, name), *_ = made_up.organisation_of(asked)
    (own,) = made_up.own_entry([key]).rounds
    assert (own.round, own.feedback_on, own.reply_by) == ("R1", given, given + dt.timedelta(days=14))
    assert own.when.startswith("Called ")
    assert own.when.endswith(" 2026")
    (then,) = made_up.acting_as("coordinator", today=own.reply_by).own_entry([key]).rounds
    assert (own.late, then.late) == (True, False)
    assert own.assets == ((key, name, ""),)
    pages = feedback_documents(snapshot, "R1", on=given, reply_to="us")
    parts = [part for page in pages for part in page.parts if part.heading.startswith(f"{name}: ")]
    assert [(part.heading, part.paragraphs) for part in own.parts] == [
        (part.heading, part.paragraphs) for part in parts
    ]
    # Who was asked about it is told nowhere; whom it was asked about, it knows.
    names = dict(zip(snapshot.assets["id"], snapshot.assets["name"], strict=True))
    about = snapshot.questions[snapshot.questions["target"] == asked]["source"]
    mine = snapshot.questions[snapshot.questions["source"] == asked]["target"]
    told = repr(
        [(part.paragraphs, None if part.table is None else part.table.to_numpy().tolist()) for part in own.parts]
    )
    assert not any(names[each] in told for each in set(about) - set(mine))
    before = made_up.acting_as("coordinator", today=given - dt.timedelta(days=1))
    assert before.own_entry([key]).rounds == ()
