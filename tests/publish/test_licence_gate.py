"""The licence gate: what a list does not allow is in no public output, and what it asks for is said in each."""

import json

import pandas as pd
import pytest
from openpyxl import load_workbook

import rosc_map
from rosc_map.publish import licence_table, refused_for_licence
from rosc_map.records import Audience

AUDIENCES = [Audience.PUBLIC, Audience.PARTNERS, Audience.INTERNAL]
BASE = {"asset_type": "community", "listing": "agreed", "postcode": "KT22 7TW"}
OSM = {"licence": "ODbL-1.0", "external_ids": "osm:node/123"}


@pytest.fixture
def surrey(tmp_path, write_csv):
    """Make a partnership of the rows given, in Surrey."""

    def make(*rows):
        made = rosc_map.new(tmp_path / "s.gpkg", ["Surrey"], title="Example Surrey")
        made.import_(write_csv([{"name": f"Example {n}", **BASE, **row} for n, row in enumerate(rows)]))
        return made

    return make


def table(made, audience=Audience.PUBLIC):
    return licence_table(made.snapshot(), audience).values.tolist()


def test_only_the_public_is_not_shown_what_a_licence_forbids(surrey):
    licences = ["unknown", "CC-BY-NC-4.0", "OGL-UK-3.0", ""]
    made = surrey(*({"licence": licence, "external_ids": f"oruk-bristol:{licence}"} for licence in licences))
    for audience in AUDIENCES:
        published = made.publish(audience)
        kept_back = 2 if audience is Audience.PUBLIC else 0
        assert published.assets["licence"].tolist() == licences[kept_back:]
        assert published.not_named["count"].sum() == kept_back


def test_a_licence_gives_nobody_a_listing(surrey):
    made = surrey({"licence": "OGL-UK-3.0", "listing": "not_asked"}, {"licence": "unknown", "listing": "declined"})
    assert made.publish().assets.empty
    assert [len(made.publish(audience).assets) for audience in AUDIENCES] == [0, 1, 1]
    assert refused_for_licence(made.snapshot()).empty


def test_a_name_leaves_every_public_output_when_its_licence_turns_out_to_be_unknown(surrey, tmp_path, write_csv):
    told = {"description": "Meets at Example Quiet Forge."}
    made = surrey({"id": "q1", "name": "Example Quiet Forge", "licence": "OGL-UK-3.0"}, {"id": "q2", **told})

    def everything(folder):
        folder.mkdir()
        for name in ("a.csv", "a.xlsx", "a.geojson"):
            made.export(folder / name)
        made.map(folder / "map.html")
        sheets = [c.value for sheet in load_workbook(folder / "a.xlsx") for row in sheet.iter_rows() for c in row]
        texts = [
            p.read_text("utf-8", "replace") for p in folder.rglob("*") if p.suffix in (".csv", ".geojson", ".html")
        ]
        return [*texts, " ".join(map(str, sheets))]

    before = everything(tmp_path / "before")
    assert all("Example Quiet Forge" in text for text in before)
    made.import_(
        write_csv([{"id": "q1", "name": "Example Quiet Forge", "asset_type": "community", "licence": "unknown"}])
    )
    after = everything(tmp_path / "after")
    assert len(after) == len(before)
    assert not [text for text in after if "Quiet Forge" in text]
    assert made.publish("partners").assets["name"].tolist() == ["Example Quiet Forge", "Example 1"]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([{"listing": "not_asked"}], "because they have not been asked or agreed to be."),
        ([{"licence": "unknown"}], "because the licence of the list that they come from is not known or does not"),
        (
            [{"listing": "not_asked"}, {"licence": "unknown"}],
            "because they have not been asked or agreed to be, or because the licence of the list that they come from",
        ),
        ([{"listing": "not_asked", "licence": "unknown"}], "because they have not been asked or agreed to be."),
    ],
)
def test_the_note_says_why_some_are_only_counted(surrey, rows, why):
    made = surrey(*rows)
    (note,) = [note for note in made.publish().notes if "counted here but not named" in note]
    assert why in note
    assert why.rstrip(".") in made.held_back("public")
    assert ("licence" in note) == ("licence" in why)


def test_coordinators_learn_which_names_a_licence_keeps_back(surrey):
    made = surrey(
        {"name": "Example Kept", "licence": "unknown", "external_ids": "oruk-bristol:7; cqc:1-2"},
        {"name": "Example Own"},
        {"name": "Example Open", **OSM},
        {"name": "Example Closed", "licence": "unknown", "status": "closed"},
        {"name": "Example Hidden", "licence": "unknown", "asset_type": "domestic_abuse_refuge", "postcode": ""},
    )
    found = refused_for_licence(made.snapshot())
    assert found.drop(columns="id").values.tolist() == [["Example Kept", "unknown", "oruk-bristol; cqc"]]
    assert list(refused_for_licence(surrey_of_nobody(made)).columns) == ["id", "name", "licence", "scheme"]


def surrey_of_nobody(made):
    snapshot = made.snapshot()
    return type(snapshot)(**{**vars(snapshot), "assets": snapshot.assets.iloc[:0]})


def test_the_table_has_a_row_a_list_and_licence_and_no_id(surrey):
    made = surrey(
        {},
        {"licence": "OGL v3", "external_ids": "cqc:1-1000210669"},
        {"licence": "CC0", "external_ids": "oruk-bristol.example.org:7"},
        {"licence": "unknown", "external_ids": "oruk-bristol.example.org:8"},
        {"licence": "Permission of Example Trust, 2026-03-01"},
        OSM,
        {**OSM, "external_ids": "osm:node/124; cqc:1-99; rosc-map:abc"},
    )
    ogl = "Contains public sector information licensed under the Open Government Licence v3.0."
    osm = "© OpenStreetMap contributors. Contains information that its makers publish under the ODbL."
    public = [
        ["Another list", "Permission of Example Trust, 2026-03-01", "", 1, "no"],
        ["CQC care directory", "Open Government Licence v3.0", ogl, 2, "no"],
        ["Open Referral UK: bristol.example.org", "Creative Commons Zero 1.0", "", 1, "no"],
        ["OpenStreetMap", "Open Database License (ODbL) 1.0", osm, 2, "yes"],
        ["recorded here", "recorded here", "", 1, "no"],
    ]
    assert table(made) == public
    unknown = ["Open Referral UK: bristol.example.org", "not known", "", 1, "no"]
    assert table(made, Audience.PARTNERS) == table(made, Audience.INTERNAL) == sorted([*public, unknown])
    assert made.publish().sources.values.tolist() == public


def test_what_openstreetmap_filled_in_stays_its_own_though_the_record_is_ours(surrey):
    assert table(surrey({"external_ids": "osm:way/5"}))[0][:2] == ["OpenStreetMap", "Open Database License (ODbL) 1.0"]


def test_an_id_of_a_list_whose_licence_nobody_gave_makes_no_source_of_it(surrey):
    assert table(surrey({"external_ids": "oruk:5; charity:12"})) == [["recorded here", "recorded here", "", 1, "no"]]


def test_what_the_licences_ask_for_is_said_in_the_exports_and_on_the_map(surrey, tmp_path):
    made = surrey(OSM, {"licence": "OGL-UK-3.0", "external_ids": "cqc:1-5"}, {})
    lines = made.publish().licences[1:]
    assert len(lines) == 2
    assert lines[0].startswith("From CQC care directory (1 asset): Contains public sector information")
    assert "© OpenStreetMap contributors." in lines[1]
    assert "The rows from OpenStreetMap stay under this licence (Open Database License (ODbL) 1.0)" in lines[1]
    written = [made.export(tmp_path / f"a.{ending}") for ending in ("xlsx", "geojson")]
    assert json.loads(written[1].read_text())["licences"][1:] == list(lines)
    notes = [row[0].value for row in load_workbook(written[0])["Notes"].iter_rows()]
    assert set(lines) <= set(notes)
    assert "© OpenStreetMap contributors." in made.map(tmp_path / "m.html").read_text("utf-8")


def test_the_words_of_a_licence_name_nobody_who_is_not_shown(surrey):
    secret = {"name": "Example Quiet Forge", "listing": "declined"}
    made = surrey(secret, {"licence": "Permission of Example Quiet Forge"}, {**OSM, "external_ids": "gis-KT22 7TW:1"})
    for audience in AUDIENCES:
        published = made.publish(audience)
        text = " ".join(published.licences) + published.sources.to_csv()
        assert ("Quiet Forge" in text) == ("KT22 7TW" in text) == (audience is Audience.INTERNAL)


def test_own_records_and_the_examples_are_as_they_were(made_up):
    assert set(made_up.snapshot().assets["licence"]) == {""}
    assert refused_for_licence(made_up.snapshot()).empty
    for audience in AUDIENCES:
        published = made_up.publish(audience)
        assert published.sources.values.tolist() == [
            ["recorded here", "recorded here", "", len(published.assets), "no"]
        ]
        assert len(published.licences) == 1
        assert not [note for note in published.notes if "licence" in note]


def test_a_table_without_assets_has_its_columns(empty):
    sources = empty.publish().sources
    assert isinstance(sources, pd.DataFrame)
    assert list(sources.columns) == ["source", "licence", "attribution", "assets", "kept_apart"]
