"""The network of each audience: what is not shown is in no figure of it, and small counts are not to be worked out."""

import dataclasses
import json
import uuid
from functools import cache, partial

import pandas as pd
import pytest

import rosc_map
from rosc_map.errors import InputError, NotPublished
from rosc_map.publish import PublishedNetwork, introductions_table, links_table
from rosc_map.records import Audience

PARTNERS, PUBLIC, INTERNAL = Audience.PARTNERS, Audience.PUBLIC, Audience.INTERNAL
BY_NAME = (
    "introductions", "treatment", "two_way", "single_points", "disagreements", "groups", "counted", "pathways",
    "between",
)  # fmt: skip
POSTCODES = {"guildford": "GU1 4LZ", "woking": "GU21 6YL", "epsom": "KT18 5AL"}


def made_in(folder, services, /, name="area.gpkg", **records):
    """Make a partnership in Surrey of services by name, and rows of other records."""
    made = rosc_map.new(folder / name, ["Surrey"], who="coordinator")
    base = {"asset_type": "community", "listing": "agreed", "postcode": POSTCODES["guildford"]}
    rows = [{"id": key.lower(), "name": key, **base, **service} for key, service in services.items()]
    for record, given in {"assets": rows, **records}.items():
        if given:
            pd.DataFrame(given).to_csv(folder / "rows.csv", index=False)
            made.import_(folder / "rows.csv", record)
    return made


@pytest.fixture
def area(tmp_path):
    """Return what makes a partnership in Surrey of services by name, and rows of other records."""
    return partial(made_in, tmp_path)


def declared(*pairs, **other):
    return [{"from": start, "to": end, "evidence": "declared", **other} for start, end in pairs]


def everything(published):
    """Return all that a network says, so that two of them can be compared."""
    said = {
        field.name: getattr(published, field.name) for field in dataclasses.fields(published) if field.name != "gate"
    }
    tables = {name: table.to_dict("list") for name, table in said.items() if isinstance(table, pd.DataFrame)}
    return {**said, **tables}


SERVICES = {
    "Clinic": {"asset_type": "treatment"},
    "Hub": {"asset_type": "lero", "led_by": "lived_experience"},
    "Cafe": {
        "asset_type": "lived_experience_initiative",
        "led_by": "lived_experience",
        "postcode": POSTCODES["woking"],
    },
    "Choir": {},
    "Garden": {"asset_type": "recovery_support"},
}
LINKS = declared(("clinic", "cafe"), ("cafe", "choir"), ("choir", "garden"), ("hub", "clinic"))
LISTS = [{"asset": "clinic", "direction": "refers_to"}, {"asset": "choir", "direction": "referred_by"}]
TOTAL = [{"treatment": "clinic", "direction": "to_peer_led", "period": "2025-26", "count": "30"}]


@pytest.fixture(scope="module")
def without_it(tmp_path_factory):
    """Return what says all of the network of the services alone, for an audience, each once."""
    made = made_in(tmp_path_factory.mktemp("without"), SERVICES, referrals=LINKS, lists=LISTS, pathways=TOTAL)
    return cache(lambda audience: everything(made.network(audience)))


@pytest.mark.parametrize(
    ("secret", "from_whom"),
    [
        ({"asset_type": "domestic_abuse_refuge"}, (PARTNERS, PUBLIC)),
        ({"location_precision": "hidden"}, (PARTNERS, PUBLIC)),
        ({"status": "closed"}, (PARTNERS, PUBLIC, INTERNAL)),
        ({"status": "paused"}, (PARTNERS, PUBLIC, INTERNAL)),
        ({"listing": "declined"}, (PARTNERS, PUBLIC, INTERNAL)),
        ({"listing": "not_asked"}, (PUBLIC,)),
    ],
)
def test_a_network_is_the_same_as_if_what_is_not_shown_were_not_there(area, without_it, secret, from_whom):
    """The hub of all links is not shown: neither its links, nor the reach, ways, groups or counts that it makes."""
    wren = {"asset_type": "lero", "led_by": "lived_experience", **secret}
    more = declared(*(("wren", key.lower()) for key in SERVICES), *((key.lower(), "wren") for key in SERVICES))
    counts = [{"from": "clinic", "to": "wren", "evidence": "counted", "count": "8", "period": "2025-26"}]
    lists = [*LISTS, {"asset": "wren", "direction": "refers_to"}, {"asset": "wren", "direction": "referred_by"}]
    # The whole is recorded while it may be, as it happens: then it becomes what nobody may see.
    with_it = area(SERVICES | {"Wren": wren}, referrals=LINKS + more + counts, lists=lists, pathways=TOTAL)
    for audience in from_whom:
        # How many are counted but not named is told by the gate for all outputs.
        seen = everything(with_it.network(audience)) | {"notes": ()}
        assert seen == without_it(audience) | {"notes": ()}
        assert "wren" not in str(seen).casefold()


def test_who_is_shown_shows(area):
    internal = area(SERVICES | {"Wren": {"location_precision": "hidden"}}, referrals=declared(("clinic", "wren")))
    assert "Wren" in internal.network("internal").links["to_name"].tolist()


def test_a_linkage_test_changes_nothing_that_others_see(made_up, write_csv):
    answers = made_up.snapshot().answers
    missed = answers[answers["level"] == "not_known"].iloc[0]
    made_up.import_(write_csv(declared((missed["source"], missed["target"]))), "referrals")
    internal = made_up.network("internal")
    assert "Tested" in internal.evidence
    assert internal.disagreements["what"].str.contains("not found in a test").any()
    snapshot = made_up.snapshot()
    untested = dataclasses.replace(snapshot, answers=snapshot.answers.iloc[:0], contacts=snapshot.contacts.iloc[:0])
    for audience in (PARTNERS, PUBLIC):
        before = everything(made_up.network(audience))
        assert not {"tested", "test found"} & set(before["evidence"])
        assert everything(rosc_map.publish.publish_network(untested, audience)) == before
        assert not before["disagreements"] or "not found in a test" not in str(before["disagreements"])


def test_a_layer_is_seen_by_itself_and_a_test_by_coordinators_only(made_up):
    counted = made_up.network(evidence=["counted"])
    assert counted.evidence == ("Counted",)
    assert set(counted.links["evidence"]) == {"counted"}
    tested = made_up.network("internal", evidence=["tested"])
    assert len(tested.links) > len(counted.links)
    with pytest.raises(InputError, match="is internal: each organisation sees it on its own page"):
        made_up.network("partners", evidence=["declared", "tested"])
    with pytest.raises(InputError, match="'rumour' is not a kind of evidence. Choose from: declared, confirmed"):
        made_up.network(evidence=["rumour"])


def test_the_public_is_told_of_the_area_and_not_of_single_services(made_up):
    public, partners = made_up.network("public"), made_up.network("partners")
    assert [name for name in BY_NAME if len(getattr(public, name))] == []
    assert [name for name in BY_NAME if not len(getattr(partners, name))] == ["disagreements", "pathways", "between"]
    said = " ".join([*public.sentences, *public.cautions, *(line for part in public.said.values() for line in part)])
    names = set(made_up.snapshot().assets["name"])
    assert not [name for name in names if name in said]
    assert public.figures["introductions"] == public.figures["isolate_ids"] == public.figures["treatment_gaps"] == []
    assert public.figures["handoff_reach"]["2"] > 0


@pytest.mark.parametrize("audience", list(Audience))
def test_the_document_is_plain_json_and_keeps_what_is_promised(made_up, audience):
    document = json.loads(json.dumps(dict(made_up.network(audience).figures), allow_nan=False))
    assert set(document) >= {
        "nodes", "edges", "density", "reciprocity", "isolates", "weak_components", "strong_components", "handoff_reach",
        "two_way", "introductions", "known_pairs",
    }  # fmt: skip


def test_small_counts_are_for_coordinators_only(area):
    counts = [
        {"from": start, "to": end, "evidence": "counted", "count": count, "period": "2025-26"}
        for start, end, count in (("clinic", "hub", "3"), ("clinic", "cafe", "17"), ("cafe", "clinic", ""))
    ]
    total = [
        {"treatment": "clinic", "direction": way, "period": "2025-26", "count": count}
        for way, count in (("to_peer_led", "23"), ("from_peer_led", "9"))
    ]
    made = area(SERVICES, referrals=counts, pathways=total)
    people = {who: made.network(who).counted["people"].tolist() for who in ("internal", "partners", "public")}
    assert people == {"internal": ["not told", "17", "3"], "partners": ["not told", "17", "fewer than 5"], "public": []}
    totals = {who: made.network(who).pathways["people"].tolist() for who in ("internal", "partners", "public")}
    assert totals == {"internal": ["9", "23"], "partners": ["not shown", "not shown"], "public": []}
    for who in ("partners", "public"):
        told = made.network(who)
        assert not {"3", "23"} & {*told.counted["people"], *told.pathways["people"]}


def test_two_counts_of_one_link_are_not_added_up(area):
    same = {"from": "clinic", "to": "cafe", "evidence": "counted", "period": "2025-26"}
    made = area(SERVICES, referrals=[{**same, "count": "17"}, {**same, "count": "9", "kind": "signpost"}])
    assert made.network("internal").counted["people"].tolist() == ["17", "9"]
    # One may hold the other: their difference is nobody's business.
    assert sorted(made.network("partners").counted["people"]) == ["17", "not shown"]


def test_how_far_an_introduction_is_tells_no_more_than_the_map(area):
    two = {"Clinic": {"asset_type": "treatment"}, "Cafe": {"asset_type": "lero", "postcode": POSTCODES["woking"]}}
    far = {}
    for precision in ("exact", "postcode_district", "local_authority"):
        made = area(
            {**two, "Cafe": {**two["Cafe"], "location_precision": precision}}, f"{precision}.gpkg",
            referrals=declared(("clinic", "cafe")),
        )  # fmt: skip
        far[precision] = [made.network(who).introductions["distance"].tolist() for who in ("partners", "internal")]
    (exact,) = far["exact"][0]
    assert exact.endswith(" km") and float(exact.removesuffix(" km")) == pytest.approx(9.6, abs=0.6)
    assert far == {
        "exact": [[exact], [exact]],
        "postcode_district": [["about 9 km"], [exact]],
        "local_authority": [["not known"], [exact]],
    }


def test_who_could_make_an_introduction(area):
    services = {
        "Clinic": {"asset_type": "treatment", "organisation": "North Trust"},
        "Annex": {"asset_type": "treatment", "organisation": "North  TRUST"},
    }
    (who,) = area(services, "one.gpkg", referrals=declared(("clinic", "annex"))).network().introductions["who"]
    assert who == "North TRUST, which runs both."
    chain = {"A": {}, "B": {"connector_role": "community_connector"}, "C": {"asset_type": "mutual_aid"}}
    made = area(chain, "two.gpkg", referrals=declared(("a", "b"), ("b", "c"), ("b", "a"), ("c", "b")))
    assert made.network().introductions.empty  # everybody reaches everybody within two handoffs
    apart = area({"A": {}, "C": {"asset_type": "mutual_aid"}}, "three.gpkg").network().introductions
    assert apart["who"].str.startswith("The partnership's coordinator: nobody is recorded as linked with both.").all()
    assert apart["who"].str.contains("public information liaison officer or SMART co-ordinator, never").all()


def test_lists_and_totals_find_their_service_whatever_its_id(area):
    services = {"Clinic": {"asset_type": "treatment", "id": "The yellow house"}, "Hub": {"asset_type": "lero"}}
    total = [{"treatment": "Clinic", "direction": "to_peer_led", "period": "2025-26", "count": "30"}]
    made = area(services, lists=[{"asset": "Clinic", "direction": "refers_to"}], pathways=total)
    for who in ("partners", "internal"):
        found = made.network(who)
        assert found.figures["known_pairs"]["known"] == 1
        assert found.pathways["people"].tolist() == ["30"]
    assert "yellow" not in str(everything(made.network("partners")))
    assert uuid.UUID(made.network("partners").positions["id"].iloc[0])


def test_an_empty_partnership_has_an_empty_network(empty):
    for audience in Audience:
        found = empty.network(audience)
        assert found.sentences[0] == "There are no services in the network yet."
        assert found.introductions.empty and found.links.empty and found.positions.empty


def test_nothing_but_the_gate_makes_one(made_up):
    found = made_up.network()
    with pytest.raises(NotPublished, match="PublishedNetwork"):
        dataclasses.replace(found, gate=None)
    assert isinstance(found, PublishedNetwork)


def test_the_tables_to_hand_on_say_what_they_are_of(made_up):
    found = made_up.network()
    for table in (introductions_table(found), links_table(found)):
        assert table.audience is PARTNERS
        assert "For: partners." in " ".join(table.notes)
        assert set(found.cautions) <= set(table.notes)
    assert len(introductions_table(found).table) == 3


@pytest.mark.parametrize("audience", list(Audience))
def test_where_nobody_was_asked_there_is_nothing_to_introduce_and_no_figure_to_quote(area, audience):
    found = area(SERVICES).network(audience)
    assert found.introductions.empty
    assert found.figures["introductions"] == []
    assert found.sentences[0].endswith("between 5 services (at least 0 %).")
    assert found.sentences[1].startswith("No link is recorded yet, so nothing more can be said: begin by asking")
    assert len(found.sentences) == 2


def test_a_figure_that_is_not_to_be_relied_on_says_so_where_it_stands(area):
    few = area(SERVICES, referrals=LINKS, lists=LISTS)
    whole = [{"asset": key.lower(), "direction": "refers_to"} for key in SERVICES]
    all_known = area(SERVICES, "all.gpkg", referrals=LINKS, lists=whole)
    mark = "Do not rely on this yet: less than 80 % of the pairs of services are known."
    for audience in Audience:
        found, sure = few.network(audience), all_known.network(audience)
        assert [part for part, lines in found.said.items() if mark in lines] == ["single_points", "groups", "between"]
        assert not [part for part, lines in sure.said.items() if mark in lines]
        assert not [line for line in found.sentences if " closed, " in line]
        (caution,) = found.cautions
        assert ("how often a service lies between others" in caution) is (audience is INTERNAL)
        assert sure.cautions == ()
        assert "5 of 5 services named all to whom they refer." in sure.sentences
    assert "If Clinic closed, 1 other service would lose its only way" not in str(few.network().sentences)
    assert any("closed, " in line for line in all_known.network().sentences)


def test_the_document_holds_what_a_program_needs(made_up):
    found = made_up.network("internal")
    document = found.figures
    assert (document["audience"], document["as_at"]) == ("internal", "2026-11-22")
    assert document["evidence"] == ["declared", "confirmed", "tested", "counted"]
    assert len(document["links"]) == document["edges"] == len(found.links)
    assert set(document["links"][0]) == {"from", "to", "evidence", "kinds"}
    assert len(document["two_way_by_pair"]) == document["two_way_pairs"]
    assert len(document["between"]) == document["nodes"]
    assert len(document["single_points"]) == len(found.single_points)
    partners, public = made_up.network().figures, made_up.network("public").figures
    assert partners["between"] == public["between"] == []
    for named in ("two_way_by_pair", "disagreements", "single_points", "bridges", "groups"):
        assert public[named] == []


def test_the_graph_itself_holds_no_count_of_people_outside_internal(made_up):
    counts = {
        who: [count for *_, count in made_up.network_graph(who).edges(data="count") if count is not None]
        for who in ("internal", "partners", "public")
    }
    assert counts["internal"]
    assert counts["partners"] == counts["public"] == []
    assert made_up.network_graph().number_of_edges() == made_up.network().figures["edges"]


def test_a_text_of_before_where_a_period_belongs_is_for_coordinators_only(area):
    count = {"from": "clinic", "to": "cafe", "evidence": "counted", "count": "17", "period": "2025-26"}
    made = area(SERVICES, referrals=[count])
    snapshot = made.snapshot()
    old = dataclasses.replace(snapshot, referrals=snapshot.referrals.assign(period="via Safe Haven, GU1 4SZ"))
    told = {who: rosc_map.publish.publish_network(old, who).counted["period"].tolist() for who in (INTERNAL, PARTNERS)}
    assert told == {INTERNAL: ["via Safe Haven, GU1 4SZ"], PARTNERS: ["not told"]}


def test_partners_are_told_that_tests_are_not_in_the_list_and_the_public_has_no_list(made_up):
    said = {who: made_up.network(who).said["disagreements"] for who in Audience}
    assert {who: len(lines) for who, lines in said.items()} == {PUBLIC: 1, PARTNERS: 2, INTERNAL: 1}
    assert "is not in this list" in said[PARTNERS][1]
