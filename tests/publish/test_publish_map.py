"""A map in layers behind the gate: what was asked for, and nothing that an audience may not see."""

import dataclasses
import datetime as dt
import itertools
import json
import re
from functools import cache

import numpy as np
import pytest

import rosc_map
from partnerships import TODAY
from rosc_map.errors import InputError, NotPublished
from rosc_map.publish import MAP_LAYERS, GapsAsked, PublishedMap, publish_gaps, publish_map
from rosc_map.publish.handoffs_layer import _shown
from rosc_map.records import Audience

OUTSIDE = pytest.mark.parametrize("audience", ["public", "partners"])
SECRETS = {
    "Quiet Harbour": {"asset_type": "domestic_abuse_refuge", "postcode": "KT18 5AL"},
    "Silent House": {"location_precision": "hidden", "postcode": "KT18 5AL"},
}
COARSE = {
    "Coarse Place": {"location_precision": "local_authority", "postcode": "GU21 6YL", "address": "7 Telltale Street"},
    "Coarse Home": {"asset_type": "recovery_housing", "postcode": "GU21 6YL"},
}


def of(partnership, audience="public", tier="local", layers=()):
    return partnership.map_in_layers(audience, tier=tier, layers=layers)


@pytest.fixture(scope="module")
def made_up_map(made_up_file):
    """Return what makes a map of the made-up partnership, each once; a test must not change it."""
    partnership = rosc_map.open(made_up_file, today=TODAY)
    return cache(lambda audience="public", tier="local", layers=(): of(partnership, audience, tier, layers))


@pytest.fixture
def area(tmp_path, write_csv):
    """Return what makes a partnership in Surrey of services by name and their links."""

    def make(services, links=()):
        made = rosc_map.new(tmp_path / "area.gpkg", ["Surrey"], who="coordinator")
        base = {"asset_type": "community", "listing": "agreed", "postcode": "GU1 4LZ"}
        rows = [{"id": f"s-{at}", "name": name, **base, **more} for at, (name, more) in enumerate(services.items())]
        columns = dict.fromkeys(column for row in rows for column in row)
        made.import_(write_csv([{**dict.fromkeys(columns, ""), **row} for row in rows]))
        if links:
            said = [{"from": start, "to": end, "evidence": "declared"} for start, end in links]
            made.import_(write_csv(said), "referrals")
        return made

    return make


def handoffs(shown):
    (layer,) = (layer for layer in shown.layers if layer.key == "handoffs")
    return {row["code"]: row for row in layer.areas.to_dict("records")}


# --- what was asked for -----------------------------------------------------------------------------------------------


def test_only_the_gate_makes_one(made_up, made_up_map):
    shown = made_up_map()
    held = {field.name: getattr(shown, field.name) for field in dataclasses.fields(shown) if field.name != "gate"}
    with pytest.raises(NotPublished):
        PublishedMap(**held)
    with pytest.raises(NotPublished):
        publish_map(made_up.snapshot(), shown.published)


def test_with_nothing_asked_for_all_that_there_is_something_of_is_shown_in_its_order(made_up_map):
    shown = made_up_map("internal")
    keys = [layer.key for layer in shown.layers]
    assert keys[0] == "provision" and keys[-3:] == ["reach", "freshness", "handoffs"]
    assert sum(key.startswith("rss_") for key in keys) == 6 and "need_provision" not in keys
    assert len(shown.published.assets) and len(shown.published.links) and shown.round.round == "R1"
    assert shown.published.linkage is None, "the result is told once, in its own section"


def test_what_was_not_asked_for_is_not_there_but_what_is_there_of_the_type_stays(made_up, made_up_map):
    shown = of(made_up, layers=["freshness", "provision"])
    assert [layer.key for layer in shown.layers] == ["provision", "freshness"]
    assert shown.published.assets.empty and shown.published.links.empty and shown.sites.empty
    assert shown.round is None and shown.published.linkage is None
    assert shown.published.provision.sentence == made_up_map().published.provision.sentence
    links = of(made_up, layers="links")
    assert len(links.published.links) and len(links.published.assets) and not links.layers


def test_a_layer_that_is_none_is_refused_with_the_choices(made_up):
    with pytest.raises(InputError, match=f"'roads' is not a layer.*{', '.join(MAP_LAYERS)}"):
        of(made_up, layers=["assets", "roads"])


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("assets", "no asset that this audience may be shown"),
        ("links", "no link"),
        ("reach", "no distance to show"),
        ("need_provision", "No figures of need are recorded"),
        ("handoffs", "no handoff reach to show"),
        ("round", "No linkage test has answers yet"),
    ],
)
def test_a_layer_of_nothing_is_refused_and_the_message_says_why(empty, name, why):
    with pytest.raises(InputError, match=why):
        of(empty, layers=[name])


def test_before_others_may_see_a_round_the_refusal_says_from_when(made_up):
    early = rosc_map.open(made_up.path, today=TODAY - dt.timedelta(days=10))
    with pytest.raises(InputError, match="can be shown from 16 November 2026"):
        of(early, layers=["round"])
    assert of(early, "internal", layers=["round"]).round is not None


# --- the round --------------------------------------------------------------------------------------------------------


def test_pairs_are_those_that_were_asked_with_what_was_found_sorted_by_name(made_up):
    shown = of(made_up, "internal", layers=["round"])
    snapshot, pairs = made_up.snapshot(), shown.pairs
    levels = snapshot.answers.set_index(["source", "target"])["level"].to_dict()
    linked = {"information", "referral", "introduction"}
    for row in pairs.to_dict("records"):
        level = levels.get((row["from_asset"], row["to_asset"]))
        expected = "no_answer" if level is None else "linked" if level in linked else "not_found"
        assert row["result"] == expected
    assert set(pairs["result"]) == {"linked", "not_found", "no_answer"} and len(pairs) == 20 * 5
    names = [(row.from_name.casefold(), row.to_name.casefold()) for row in pairs.itertuples()]
    assert names == sorted(names)
    assert len(shown.published.assets), "lines need their ends"


@OUTSIDE
def test_no_pair_leaves_the_house(made_up_map, audience):
    shown = made_up_map(audience)
    assert shown.pairs.empty and shown.round.funnel is None and len(shown.round.figures)


def test_who_asked_to_be_in_no_output_is_in_no_pair_either(made_up, made_up_map):
    asked = made_up_map("internal").pairs["from_asset"].iloc[0]
    snapshot = made_up.snapshot()
    assets = snapshot.assets.copy()
    assets.loc[assets["id"] == asked, "listing"] = "declined"
    changed = dataclasses.replace(snapshot, assets=assets)
    shown = publish_map(changed, publish_gaps(changed, Audience.INTERNAL, GapsAsked(tier="local")))
    assert len(shown.pairs) and asked not in {*shown.pairs["from_asset"], *shown.pairs["to_asset"]}


# --- handoff reach ----------------------------------------------------------------------------------------------------


def test_handoff_reach_says_its_counts_and_what_is_recorded(made_up_map):
    row = handoffs(made_up_map("internal"))["E07000207"]
    assert row["class"] == 1
    assert row["words"] == (
        "12 of 27 pairs of a service and a type (44 %) within two handoffs; recorded of 2 of 3 to whom they refer"
    )
    (layer,) = made_up_map(layers=("handoffs",)).layers
    assert "What is not recorded is not “no link”" in layer.note and layer.none == "No figure"


def organisations_of(rows):
    return {row["organisation"] or row["name"] for row in rows}


@OUTSIDE
@pytest.mark.parametrize("tier", ["local", "upper"])
def test_no_figure_and_no_difference_from_the_area_is_that_of_one_or_two_organisations(made_up_map, audience, tier):
    shown = made_up_map(audience, tier)
    assets = shown.published.assets[shown.published.assets["status"] == "active"]
    column = "local_authority_code" if tier == "local" else "upper_tier_code"
    told = {code for code, row in handoffs(shown).items() if row["class"] is not None}
    assert told
    for code in told:
        assert tier == "upper" or len(organisations_of(assets[assets[column] == code].to_dict("records"))) >= 3
    left = organisations_of(assets[~assets[column].isin(told)].to_dict("records"))
    assert tier == "upper" or not 0 < len(left) < 3


def test_where_the_rest_would_be_that_of_few_the_smallest_that_is_shown_goes_too():
    groups = {"A": {"a1", "a2", "a3", "a4"}, "B": {"b1", "b2", "b3"}, "C": {"c1"}}
    runs = {key: key for services in groups.values() for key in services} | {"x": "x"}
    everything = set(runs)
    assert _shown(groups, [everything], runs) == {"A"}
    assert _shown(groups, [everything - {"c1", "x"}], runs) == {"A", "B"}, "no rest within what is told"
    same = dict.fromkeys(groups["B"], "one") | {key: key for key in everything - groups["B"]}
    assert _shown(groups, [everything], same) == {"A"}, "three services of one organisation are one organisation"
    for chosen in itertools.product((3, 4), repeat=2):
        sizes = {f"L{at}": {f"{at}-{n}" for n in range(size)} for at, size in enumerate(chosen)}
        own = {key: key for services in sizes.values() for key in services}
        assert _shown(sizes, [set(own)], own) == set(sizes), "nothing is left over"


def test_an_authority_of_which_nothing_is_recorded_has_no_class_and_is_no_none_found(area):
    services = {f"Guildford {at}": {"asset_type": kind} for at, kind in enumerate(("lero", "mutual_aid", "treatment"))}
    services |= {f"Woking {at}": {"postcode": "GU21 6YL"} for at in range(3)}
    shown = handoffs(of(area(services, [("Guildford 0", "Guildford 1")]), layers=["handoffs"]))
    assert shown["E07000209"]["class"] is not None
    assert (shown["E07000217"]["class"], shown["E07000217"]["words"]) == (
        None,
        "not recorded of any service to whom it refers",
    )
    assert shown["E07000208"]["words"] == "no service in the network"


# --- confidentiality --------------------------------------------------------------------------------------------------


@OUTSIDE
def test_no_map_of_any_layer_holds_a_confidential_place(area, tmp_path, audience):
    others = {f"Open Door {at}": {"asset_type": kind} for at, kind in enumerate(("lero", "treatment", "mutual_aid"))}
    names = [*others, *SECRETS, *COARSE]
    made = area(others | SECRETS | COARSE, list(itertools.permutations(names, 2)))
    places = made.snapshot().assets.set_index("name").loc[list(COARSE), ["longitude", "latitude"]].to_numpy()
    assert len(places) == 2 and not np.isnan(places).any(), "there is something to look for"
    wanted = [((), "local"), ((), "upper"), (["links"], "upper"), (["reach", "freshness", "handoffs"], "upper")]
    for layers, tier in wanted:
        shown = of(made, audience, tier, layers)
        page = made.write_map(shown, tmp_path / "map.html").read_text("utf-8")
        for secret in (*SECRETS, "KT18", "GU21 6YL", "Telltale", *(f"{degrees:.3f}" for degrees in places.ravel())):
            assert secret not in page, (layers, secret)
        facts = json.loads(re.search(r'id="facts">(.*?)</script>', page)[1])
        drawn = [*zip(facts["assets"]["x"], facts["assets"]["y"], strict=True)]
        drawn += [(site["x"], site["y"]) for site in facts["sites"]]
        assert not {tuple(point) for point in np.rint(places * facts["scale"]).astype(int).tolist()} & set(drawn)
        assert len(drawn) >= 3 or layers == wanted[-1][0]


@OUTSIDE
def test_a_hidden_place_changes_no_layer(area, audience):
    others = {f"Open Door {at}": {"asset_type": kind} for at, kind in enumerate(("lero", "treatment", "mutual_aid"))}
    made = area(others | SECRETS, list(itertools.permutations([*others, *SECRETS], 2)))
    snapshot = made.snapshot()
    without = dataclasses.replace(snapshot, assets=snapshot.assets[snapshot.assets["name"].isin(list(others))])

    def layers(held):
        found = publish_gaps(held, Audience(audience), GapsAsked(tier="local"))
        return [(each.key, each.note, each.areas.to_dict("records")) for each in publish_map(held, found).layers]

    assert layers(snapshot) == layers(without)
