"""The gap analysis behind the gate: what it tells, and what can be worked out from nothing that it tells."""

import json

import numpy as np
import pytest

import rosc_map
from partnerships import TODAY
from rosc_map.errors import InputError, NotPublished
from rosc_map.place import centre, locate, outward, postcodes_in, to_metres
from rosc_map.publish import GapsAsked, PublishedGaps, publish_gaps
from rosc_map.records import Audience, codelist

AT_HOME = {"name": "Example House", "asset_type": "recovery_housing", "listing": "agreed"}
HUB = {
    "name": "Example Hub",
    "asset_type": "lero",
    "listing": "agreed",
    "postcode": "TS1 2PA",
    "location_precision": "exact",
}


@pytest.fixture
def area(empty, write_csv):
    """Return what makes a partnership in Middlesbrough with these assets, in which somebody looked for all types."""

    def made(*rows):
        empty.import_(write_csv([dict(row) for row in rows]), accept_partial=False)
        empty.survey(["Middlesbrough"], on="2026-11-01", by="Volunteer 7", asked=["service_provider"])
        return empty

    return made


def told(partnership, audience="public", **asked):
    """All that an analysis tells: its figures, sentences, map layers and sites, as text."""
    found = partnership.gaps(audience, tier="local", **asked)
    layers = [layer.areas.to_dict("records") for layer in found.layers]
    return json.dumps([found.figures, layers, found.sites.drop(columns="geometry").to_dict("records")], default=str)


def part(found, key):
    return next(part for part in found.parts if part.key == key)


def table(found, key):
    return next(table.table for part in found.parts for table in part.tables if table.key == key)


def test_only_the_gate_makes_one(made_up):
    published = publish_gaps(made_up.snapshot(), Audience.PUBLIC)
    with pytest.raises(NotPublished):
        PublishedGaps(**{name: getattr(published, name) for name in (
            "published", "tier", "asset_type", "parts", "layers", "sites", "method", "licences", "figures",
        )})  # fmt: skip


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("tier", ["upper", "local"])
def test_three_statuses_add_up_in_every_table_that_has_them(made_up, audience, tier):
    kinds = [
        code for code in codelist("asset_type") if audience is Audience.INTERNAL or code != "domestic_abuse_refuge"
    ]
    for kind in kinds:
        found = publish_gaps(made_up.snapshot(), audience, GapsAsked(tier=tier, asset_type=kind, sites=0))
        figures = found.figures
        assert figures["served"] + figures["none_found"] + figures["not_surveyed"] == figures["authorities"]
        for each in (each for part in found.parts for each in part.tables if "code" in each.table):
            for name in [name for name in each.table if name.startswith(("status", "rss_status"))]:
                assert set(each.table[name]) <= {"served", "none_found", "not_surveyed"}
        for layer in found.layers:
            assert len(layer.areas) == figures["authorities"]
            assert layer.areas["class"].dropna().between(0, len(layer.classes) - 1).all()


def test_an_authority_that_nobody_surveyed_has_no_class_of_reach_or_need(made_up):
    found = made_up.gaps("internal", tier="local")
    unsurveyed = {row["code"] for row in found.figures["by_authority"] if row["status"] == "not_surveyed"}
    assert unsurveyed
    for layer in found.layers:
        if layer.key in ("reach", "need_provision"):
            classes = dict(zip(layer.areas["code"], layer.areas["class"], strict=True))
            assert all(classes[code] is None for code in unsurveyed), layer.key


def test_no_site_and_no_far_district_is_named_where_nobody_looked(made_up):
    found = made_up.gaps(tier="local", sites=10)
    looked = {row["name"] for row in found.figures["by_authority"] if row["looked"]}
    assert set(found.sites["authority"]) <= looked
    here = set(locate(table(found, "sites")["postcode"].tolist()).local_authority_code)
    assert here <= {row["code"] for row in found.figures["by_authority"] if row["looked"]}
    nobody = made_up.gaps(tier="local", asset_type="recovery_housing")
    if not any(row["looked"] for row in nobody.figures["by_authority"]):
        assert nobody.sites.empty
        assert "districts" not in nobody.figures["tables"]


def test_money_views_seats_and_offers_are_not_for_the_public(made_up, write_csv):
    made_up.import_(write_csv([{"structure": "Board", "seat": "Chair", "held_by": "vacant"}]), "seats")
    keys = {audience: {part.key for part in made_up.gaps(audience).parts} for audience in Audience}
    assert "seats" in keys[Audience.PARTNERS] & keys[Audience.INTERNAL]
    assert not keys[Audience.PUBLIC] & {"commissioning", "spend", "reviews", "seats", "offers"}
    assert "arrangements" not in made_up.gaps().figures["tables"]


@pytest.mark.parametrize("audience", ["public", "partners", "internal"])
@pytest.mark.parametrize("precision", ["postcode_district", "local_authority"])
def test_nothing_depends_on_where_a_confidential_asset_stands(tmp_path, write_csv, audience, precision):
    """Moved about within what may be shown of it, it changes nothing at all: so nothing can be worked out from it."""
    outputs = []
    for number, postcode in enumerate(["TS1 2PA", "TS1 4AG", "TS1 3QX"]):
        made = rosc_map.new(tmp_path / f"{number}.gpkg", ["Middlesbrough"])
        made = rosc_map.open(made.path, today=TODAY)
        row = {**AT_HOME, "id": f"0000000{number}", "postcode": postcode, "location_precision": precision}
        made.import_(write_csv([row]))
        made.survey(["Middlesbrough"], on="2026-11-01", by="Volunteer 7", asked=["service_provider"])
        outputs.append(told(made, audience, asset_type="recovery_housing"))
    assert outputs[0] == outputs[1] == outputs[2]


def find_by_distances(found):
    """Try to find the only asset of a type from the public table of distances by postcode district."""
    if "districts" not in found.figures["tables"]:
        return None
    homes = postcodes_in(["E06000002"])
    districts = np.array([outward(postcode) for postcode in homes.postcode])
    rows = [row for row in found.figures["tables"]["districts"] if row["median"] is not None]
    best, at = np.inf, None
    low, high = ((homes.easting.min(), homes.northing.min()), (homes.easting.max(), homes.northing.max()))
    step = 500.0
    centre_of = [((low[0] + high[0]) / 2, (low[1] + high[1]) / 2)]
    span = max(high[0] - low[0], high[1] - low[1]) / 2
    for _ in range(4):
        grid = np.arange(-span, span + step, step)
        for x in centre_of[0][0] + grid:
            for y in centre_of[0][1] + grid:
                away = np.hypot(homes.easting - x, homes.northing - y) / 1000
                miss = sum(
                    abs(np.median(away[districts == row["district"]]) - row["median"])
                    + abs(away[districts == row["district"]].max() - row["furthest"])
                    for row in rows
                )
                if miss < best:
                    best, at = miss, (x, y)
        centre_of, span, step = [at], 2 * step, step / 4
    return at


def away(found, postcode):
    place = locate([postcode])
    return float(np.hypot(found[0] - place.easting[0], found[1] - place.northing[0]))


@pytest.mark.parametrize("precision", ["exact", "postcode_district", "local_authority"])
def test_trilateration_finds_what_is_public_and_nothing_else(area, precision):
    true = "TS4 3BW"
    made = area({**AT_HOME, "postcode": true, "location_precision": precision})
    found = find_by_distances(made.gaps(tier="local", asset_type="recovery_housing"))
    if precision == "exact":
        # What is shown on the map is found again: the attack works, and would find a confidential place as well.
        assert away(found, true) < 60
    elif precision == "postcode_district":
        east, north = to_metres(*np.array(centre("TS4"), dtype=float))
        assert np.hypot(found[0] - east, found[1] - north) < 60
        assert away(found, true) > 300
    else:
        assert found is None


def test_a_hidden_refuge_is_in_no_reach_of_anybody(area):
    refuge = {
        "name": "Example Refuge",
        "asset_type": "domestic_abuse_refuge",
        "listing": "agreed",
        "postcode": "TS4 3BW",
    }
    made = area(HUB, refuge)
    for audience in ("public", "partners"):
        said = told(made, audience)
        assert "refuge" not in said.lower()
        with pytest.raises(InputError, match="confidential"):
            made.gaps(audience, asset_type="domestic_abuse_refuge")
    internal = made.gaps("internal", tier="local", asset_type="domestic_abuse_refuge")
    assert "nothing can be measured" in part(internal, "reach").sentences[0]


def test_an_asset_that_was_not_asked_is_counted_for_the_public_and_measured_to_only_for_others(area):
    made = area({**HUB, "listing": "not_asked"})
    public, partners = made.gaps(tier="local"), made.gaps("partners", tier="local")
    assert public.figures["served"] == partners.figures["served"] == 1
    assert "nothing can be measured" in part(public, "reach").sentences[0]
    assert part(partners, "reach").sentences[1].startswith("Measured to 1 of 1 recorded.")


def test_small_figures_of_need_are_for_coordinators_only(made_up, write_csv):
    codes = [row["code"] for row in made_up.gaps(tier="local", sites=0).figures["by_authority"]]
    few = codes[0]
    lines = [{"code": code, "people": 3 if code == few else 300, "period": "2025-26", "source": "S"} for code in codes]
    path = write_csv(lines)
    for audience, shown in (("public", None), ("partners", None), ("internal", 3.0)):
        found = made_up.gaps(audience, tier="local", need=path, sites=0)
        row = next(row for row in found.figures["tables"]["need"] if row["code"] == few)
        assert row["need"] == shown
        assert row["status"] == "none_found"
        assert (row["per_1000"] is None) == (shown is None)


def test_a_free_text_of_the_partnership_keeps_the_secrets_of_others(area, write_csv):
    home = {**AT_HOME, "name": "Quiet Harbour House", "listing": "not_asked", "postcode": "TS4 3BW"}
    made = area(HUB, {**home, "location_precision": "local_authority"})
    rows = [{"asset": "Example Hub", "direction": "wanted", "kind": "rooms", "details": "A room near TS4 3BW"}]
    made.import_(write_csv(rows), "offers")
    assert "A room near" in told(made, "partners")
    assert "TS4 3BW" not in told(made, "partners")


def test_what_is_gone_is_named_to_coordinators_only_and_what_left_is_not_named_at_all(area, write_csv, tmp_path):
    made = area(
        {**HUB, "id": "a"},
        {**HUB, "id": "b", "name": "Closing Hub", "postcode": "TS3 6AB"},
        {**HUB, "id": "c", "name": "Leaving Hub", "postcode": "TS8 9DU"},
        {**HUB, "id": "d", "name": "Erased Hub", "postcode": "TS5 7DS"},
    )
    before = made.backup(tmp_path / "before.gpkg")
    made = rosc_map.open(made.path, today=TODAY, who="coordinator")
    made.edit("Closing Hub", {"status": "closed"})
    made.delist("Leaving Hub")
    made.erase("Erased Hub")
    made.import_(write_csv([{**HUB, "id": "e", "name": "Opening Hub", "postcode": "TS4 2QN"}]))
    for audience in Audience:
        found = made.gaps(audience, tier="local", against=before)
        rows = found.figures["tables"]
        assert [row["name"] for row in rows["new"]] == ["Opening Hub"]
        assert ("no-longer-active" in rows) == (audience is Audience.INTERNAL)
        said = json.dumps(found.figures)
        assert "Leaving Hub" not in said
        assert "Erased Hub" not in said
    internal = made.gaps("internal", tier="local", against=before).figures["tables"]
    assert [row["name"] for row in internal["no-longer-active"]] == ["Closing Hub"]


def test_a_comparison_is_as_careful_as_today(empty, write_csv, tmp_path):
    """Last year's file shows a house at its door; today its place is confidential, and so it is in the comparison."""
    home = {**AT_HOME, "id": "a", "postcode": "TS4 3BW"}
    empty.import_(write_csv([{**home, "location_precision": "exact"}]))
    before = empty.backup(tmp_path / "before.gpkg")
    empty.import_(write_csv([{**home, "location_precision": "local_authority"}]))
    held = before.read_bytes()
    for audience in ("public", "partners"):
        assert "TS4 3BW" not in told(empty, audience, against=before, asset_type="recovery_housing")
    assert before.read_bytes() == held


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"tier": "district"}, "is not a tier"),
        ({"within": [-1]}, "cannot be a distance"),
        ({"sites": 50}, "too many or too few"),
        ({"against": "notes.txt"}, "neither a day nor a partnership file"),
        ({"against": TODAY}, "is not in the past"),
        ({"audience": "everybody"}, "is not an audience"),
        ({"asset_type": "pub"}, "is not one of the choices"),
    ],
)
def test_what_cannot_be_asked_for_is_told_in_plain_words(made_up, asked, why):
    with pytest.raises(InputError, match=why):
        made_up.gaps(**asked)
