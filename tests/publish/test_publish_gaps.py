"""The gap analysis behind the gate: what it tells, and what can be worked out from nothing that it tells."""

import datetime as dt
import json
import shutil
from dataclasses import fields

import numpy as np
import pytest

import rosc_map
from partnerships import TODAY
from rosc_map.errors import FileProblem, InputError, NotPublished
from rosc_map.place import centre, locate, outward, postcodes_in, to_metres
from rosc_map.publish import GapsAsked, PublishedGaps, publish_gaps
from rosc_map.records import Audience

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
    held = {field.name: getattr(published, field.name) for field in fields(published) if field.name != "gate"}
    with pytest.raises(NotPublished):
        PublishedGaps(**held)


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("tier", ["upper", "local"])
def test_three_statuses_add_up_in_every_table_that_has_them(made_up, audience, tier):
    # LEROs have a breakdown of their own, housing has places that may not be shown, and refuges are for coordinators.
    kinds = {"upper": ["lero"], "local": ["lero", "recovery_housing"]}[tier]
    snapshot = made_up.snapshot()
    for kind in [*kinds, *(["domestic_abuse_refuge"] if audience == "internal" else [])]:
        found = publish_gaps(snapshot, audience, GapsAsked(tier=tier, asset_type=kind, sites=0))
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
    found = {audience: made_up.gaps(audience, sites=0) for audience in Audience}
    keys = {audience: {part.key for part in gaps.parts} for audience, gaps in found.items()}
    assert "seats" in keys[Audience.PARTNERS] & keys[Audience.INTERNAL]
    assert not keys[Audience.PUBLIC] & {"commissioning", "spend", "reviews", "seats", "offers"}
    tables = {audience: gaps.figures["tables"] for audience, gaps in found.items()}
    assert "arrangements" in tables[Audience.PARTNERS] and "arrangements" not in tables[Audience.PUBLIC]


@pytest.mark.parametrize("precision", ["postcode_district", "local_authority"])
def test_nothing_depends_on_where_a_confidential_asset_stands(empty_file, tmp_path, write_csv, precision):
    """Moved about within what may be shown of it, it changes nothing at all: so nothing can be worked out from it."""
    outputs = {audience: set() for audience in Audience}
    for number, postcode in enumerate(["TS1 2PA", "TS1 4AG", "TS1 3QX"]):
        made = rosc_map.open(shutil.copy(empty_file, tmp_path / f"{number}.gpkg"), today=TODAY)
        row = {**AT_HOME, "id": f"0000000{number}", "postcode": postcode, "location_precision": precision}
        made.import_(write_csv([row]))
        made.survey(["Middlesbrough"], on="2026-11-01", by="Volunteer 7", asked=["service_provider"])
        for audience, said in outputs.items():
            said.add(told(made, audience, asset_type="recovery_housing"))
    assert [len(said) for said in outputs.values()] == [1, 1, 1]


def find_by_distances(found):
    """Try to find the only asset of a type from the public table of distances by postcode district."""
    if "districts" not in found.figures["tables"]:
        return None
    homes = postcodes_in(["E06000002"])
    districts = np.array([outward(postcode) for postcode in homes.postcode])
    rows = [row for row in found.figures["tables"]["districts"] if row["median_km"] is not None]
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
                    abs(np.median(away[districts == row["district"]]) - row["median_km"])
                    + abs(away[districts == row["district"]].max() - row["furthest_km"])
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
    assert "nothing to measure" in part(internal, "reach").sentences[0]


def test_an_asset_that_was_not_asked_is_counted_for_the_public_and_measured_to_only_for_others(area):
    made = area({**HUB, "listing": "not_asked"})
    public, partners = made.gaps(tier="local"), made.gaps("partners", tier="local")
    assert public.figures["served"] == partners.figures["served"] == 1
    assert "no LERO here with a place that may be shown" in part(public, "reach").sentences[0]
    assert part(partners, "reach").sentences[1].startswith("Measured to 1 of 1 recorded.")


def needs(made_up, few=()):
    """Figures of need for the districts of Surrey: 3 people in the few, 300 and more elsewhere."""
    codes = [row["code"] for row in made_up.publish(tier="local").provision.by_authority.to_dict("records")]
    people = {code: 3 if at in few else 300 + at for at, code in enumerate(codes)}
    return [{"code": code, "people": count, "period": "2025-26", "source": "S"} for code, count in people.items()]


def test_a_small_figure_of_need_is_for_coordinators_only_and_cannot_be_worked_out(made_up, write_csv):
    lines = needs(made_up, few=[0])
    path = write_csv(lines)
    for audience in Audience:
        rows = made_up.gaps(audience, tier="local", need=path, sites=0).figures["tables"]["need"]
        known = {row["code"]: row["need"] for row in rows if row["need"] is not None}
        if audience is Audience.INTERNAL:
            assert known[lines[0]["code"]] == 3
        else:
            # The figure of the county may be told elsewhere: less all others, it would tell the one that is left out.
            assert len(known) == len(lines) - 2
            assert lines[0]["code"] not in known
            assert all((row["per_1000"] is None) >= (row["need"] is None) for row in rows)


def test_an_export_of_needs_leaves_out_what_the_analysis_leaves_out(made_up, write_csv, tmp_path):
    lines = needs(made_up, few=[0])
    made_up.import_(write_csv(lines), "needs")
    public = made_up.export(tmp_path / "public.csv", record="needs").read_text("utf-8-sig")
    internal = made_up.export(tmp_path / "internal.csv", record="needs", audience="internal").read_text("utf-8-sig")
    assert lines[0]["code"] in internal
    assert lines[0]["code"] not in public
    assert public.count("2025-26") == len(lines) - 2


def test_the_words_of_a_figure_of_need_pass_the_gate(area, write_csv):
    home = {**AT_HOME, "name": "Quiet Harbour House", "listing": "not_asked", "postcode": "TS4 3BW"}
    made = area(HUB, {**home, "location_precision": "local_authority"})
    row = {"code": "E06000002", "people": 500, "period": "2025", "source": "Told by Quiet Harbour House, TS4 3BW"}
    path = write_csv([row])
    for audience in ("public", "partners"):
        said = told(made, audience, need=path)
        assert "TS4 3BW" not in said
        assert "Told by" in said
    assert "Quiet Harbour" not in told(made, need=path)
    made.import_(path, "needs")
    assert "TS4 3BW" not in told(made)


def people_of(*pairs):
    return [{"postcode": postcode, "people": people} for postcode, people in pairs]


def test_few_people_of_a_table_are_in_no_figure_outside_internal(area, write_csv):
    made = area(HUB)
    path = write_csv(people_of(("TS3 6AB", 6), ("TS8 9DU", 900), ("TS8 9DT", 800)))
    for audience in ("public", "partners"):
        found = made.gaps(audience, tier="local", population=path)
        (few,) = [row for row in found.figures["tables"]["districts"] if row["district"] == "TS3"]
        assert {few[name] for name in ("people", "places", "median_km", "furthest_km", "within_5_km")} == {None}
        assert "TS8 9D" not in json.dumps(found.figures)
    assert "6" in str(made.gaps("internal", tier="local", population=path).figures["tables"]["districts"])


def test_the_name_of_a_file_that_was_given_is_in_no_output(area, write_csv):
    path = write_csv(people_of(("TS3 6AB", 60), ("TS8 9DU", 900)), name="Clients of Jane Example.csv")
    assert "Jane Example" not in told(area(HUB), "internal", population=path)


def test_what_a_table_covers_is_said(area, write_csv):
    found = area(HUB).gaps(population=write_csv(people_of(("TS3 6AB", 60), ("TS8 9DU", 900))))
    assert "The table has 2 of 3,833 postcodes in use here, in 1 of 1 authority." in part(found, "reach").sentences[1]


def test_no_place_of_the_table_where_somebody_looked_is_not_called_covered(empty, write_csv):
    empty.survey(["Middlesbrough"], on="2026-11-01", by="Volunteer 7", types=["treatment"])
    empty.import_(write_csv([{**HUB, "asset_type": "treatment"}]))
    path = write_csv(people_of(("TS18 1AB", 60)), name="people.csv")
    said = part(empty.gaps(asset_type="treatment", population=path), "sites").sentences[0]
    assert said.startswith("No postcode of the table lies in an authority where somebody looked")


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
    made = rosc_map.open(made.path, who="coordinator")  # a file bears the day of the clock, so it is of today
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
    today = rosc_map.open(empty.path)
    for audience in ("public", "partners"):
        assert "TS4 3BW" not in told(today, audience, against=before, asset_type="recovery_housing")
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


SHY = {
    **HUB, "id": "s", "name": "Shy Hub", "listing": "restricted", "listing_shows": "name", "listing_on": "2026-01-05",
    "led_by": "lived_experience", "lero_type": "informal_group", "commissions_others": "yes", "postcode": "TS4 3BW",
}  # fmt: skip


def test_a_name_that_is_listed_without_its_place_gets_none_from_any_table(area, write_csv):
    made = area(SHY, {**HUB, "name": "Open Hub", "led_by": "lived_experience"})
    made.import_(write_csv([{"asset": "s", "area_code": "Middlesbrough", "arrangement": "grant"}]), "funding")
    offers = [("Shy Hub", "wanted"), ("Open Hub", "offered")]
    made.import_(write_csv([{"asset": a, "direction": d, "kind": "rooms"} for a, d in offers]), "offers")
    found = made.gaps("partners", tier="local", against=dt.date(2020, 1, 1))
    assert [row["same_authority"] for row in table(found, "matches").to_dict("records")] == [None]
    assert {row["name"]: row["authority"] for row in table(found, "new").to_dict("records")} == {
        "Shy Hub": "", "Open Hub": "Middlesbrough",
    }  # fmt: skip
    # Where it is was not agreed to, nor what kind it is and who leads it: a table with a row for one place would tell.
    (led,) = table(found, "led-by").to_dict("records")
    assert (led["count_lived_experience"], led["count_unknown"]) == (1, None)
    assert made.gaps("partners", tier="local").published.provision.assets_serving == 1
    assert "contracts" not in found.figures["tables"] or "Shy" not in str(found.figures["tables"]["contracts"])


def test_a_place_that_was_hidden_since_is_not_found_in_an_older_file(tmp_path, write_csv):
    """Wherever it stood in the older file, the comparison says the same."""
    said = set()
    for number, postcode in enumerate(["GU1 4SZ", "RH4 1DW"]):
        made = rosc_map.new(tmp_path / f"{number}.gpkg", ["Surrey"])
        home = {**AT_HOME, "id": "h", "postcode": postcode, "location_precision": "local_authority"}
        made.import_(write_csv([home]))
        made.survey(["Surrey"], on="2026-01-05", by="Volunteer 7", types=["recovery_housing"])
        before = made.backup(tmp_path / f"before-{number}.gpkg")
        today = {name: home[name] for name in ("id", "name", "asset_type")}
        made.import_(write_csv([{**today, "location_precision": "hidden"}]))
        for audience in ("public", "partners"):
            said.add((audience, told(made, audience, asset_type="recovery_housing", against=before)))
    assert len(said) == 2


def test_who_was_erased_since_marks_no_authority(tmp_path, write_csv):
    said = set()
    for number, postcode in enumerate(["GU1 4SZ", "RH4 1DW"]):
        made = rosc_map.new(tmp_path / f"{number}.gpkg", ["Surrey"])
        made = rosc_map.open(made.path, who="coordinator")
        stays = {**HUB, "id": "k", "postcode": "KT20 5SD"}
        made.import_(write_csv([stays, {**HUB, "name": "Gone Hub", "postcode": postcode}]))
        made.survey(["Surrey"], on="2026-01-05", by="Volunteer 7", types=["lero"])
        before = made.backup(tmp_path / f"before-{number}.gpkg")
        made.erase("Gone Hub")
        for audience in ("public", "partners"):
            said.add((audience, told(made, audience, against=before)))
    assert len(said) == 2


def test_a_list_that_was_typed_anew_is_known_again_by_name_and_type(tmp_path, write_csv):
    files = []
    for name in ("then", "now"):
        made = rosc_map.new(tmp_path / f"{name}.gpkg", ["Middlesbrough"])
        made.import_(
            write_csv([{"name": "Example Hub", "asset_type": "lero", "postcode": "TS1 2PA", "listing": "agreed"}])
        )
        files.append(made.path)
    found = rosc_map.open(files[1]).gaps("internal", against=files[0])
    (row,) = found.figures["tables"]["changes"]
    assert (row["then"], row["now"]) == ("served", "served")
    assert "new" not in found.figures["tables"]


def test_a_file_of_somebody_else_is_not_compared_with(tmp_path, write_csv, area):
    other = rosc_map.new(tmp_path / "other.gpkg", ["Middlesbrough"])
    other.import_(write_csv([{"name": "Another", "asset_type": "lero", "postcode": "TS1 2PA"}]))
    with pytest.raises(InputError, match="Is it a file of the same partnership"):
        area(HUB).gaps(against=other.path)


@pytest.mark.parametrize("content", [b"", b"no database at all"])
def test_a_file_that_is_no_partnership_is_told_by_its_own_name(area, tmp_path, content):
    path = tmp_path / "odd.gpkg"
    path.write_bytes(content)
    with pytest.raises(FileProblem) as refused:
        area(HUB).gaps(against=path)
    assert str(path) in str(refused.value)
    assert path.read_bytes() == content


def test_a_folder_with_tables_of_a_stricter_audience_is_not_written_to(area, write_csv, tmp_path):
    made = area(HUB)
    made.import_(write_csv([{"structure": "Board", "seat": "Chair", "held_by": "vacant"}]), "seats")
    made.write_gaps(made.gaps("internal", tier="local"), tmp_path / "out")
    with pytest.raises(FileProblem, match="Choose an empty folder"):
        made.write_gaps(made.gaps(tier="local"), tmp_path / "out")


def test_where_something_is_kept_back_no_breakdown_says_that_none_was_found(area):
    made = area(HUB, {**HUB, "id": "x", "name": "Left", "listing": "declined", "led_by": "learned_experience"})
    (led,) = table(made.gaps(tier="local"), "led-by").to_dict("records")
    assert led["status_learned_experience"] == "not_surveyed"
    (known,) = table(area(HUB).gaps(tier="local"), "led-by").to_dict("records")
    assert known["known_learned_experience"] == "not known"
