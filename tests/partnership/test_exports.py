"""Exports: the ending of a name or the name of the format decides."""

import json

import networkx as nx
import pyogrio
import pytest

from rosc_map.errors import InputError
from rosc_map.exchange import read_table

ASSET = {"asset_type": "lero", "listing": "agreed", "postcode": "TS1 2PA"}


@pytest.fixture
def area(empty, write_csv):
    empty.import_(write_csv([{"name": f"Example {name}", **ASSET} for name in ("One", "Two")]))
    return empty


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("a.csv", lambda path: len(read_table(path).rows)),
        ("a.xlsx", lambda path: len(read_table(path).rows)),
        ("a.geojson", lambda path: len(json.loads(path.read_text("utf-8"))["features"])),
        ("a.GEOJSON", lambda path: len(json.loads(path.read_text("utf-8"))["features"])),
        ("a.gpkg", lambda path: pyogrio.read_info(path, layer="assets")["features"]),
        ("a.graphml", lambda path: len(nx.read_graphml(path))),
        ("a.gexf", lambda path: len(nx.read_gexf(path))),
    ],
)
def test_the_ending_tells_the_format(area, tmp_path, name, read):
    path = area.export(tmp_path / name)
    assert path == tmp_path / name and read(path) == 2


def test_a_name_tells_what_no_ending_can(area, tmp_path):
    assert "elements" in json.loads(area.export(tmp_path / "a.json", to="kumu").read_text("utf-8"))
    edges = area.export(tmp_path / "b.csv", to="edges")
    assert edges.read_text("utf-8").startswith('"Source","Target"')
    assert (tmp_path / "b-nodes.csv").read_text("utf-8").startswith('"Id","Label"')


@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [
        ("a.json", {}, "or say the format: --to"),
        ("a.shp", {}, r"\.csv, \.xlsx, \.geojson, \.gpkg, \.graphml or \.gexf; or say the format: --to oruk, meeting-"),
        ("a", {}, "choose a name that ends in"),
        ("a.csv", {"to": "kumu"}, r"for kumu choose a name that ends in \.json or \.xlsx"),
        ("a.gpkg", {"to": "csv"}, r"for csv choose a name that ends in \.csv\."),
        ("a.json", {"to": "oruk"}, "oruk is written to a folder"),
        ("a.csv", {"to": "shapefile"}, "'shapefile' is none of the formats for this. Choose from: csv, xlsx"),
        ("a.gpkg", {"record": "funding"}, r"choose a name that ends in \.csv or \.xlsx\."),
        ("a.json", {"record": "funding", "to": "kumu"}, r"'kumu' is none of the formats .* from: csv, xlsx\."),
        ("a.csv", {"audience": "everyone"}, "is not an audience"),
    ],
)
def test_a_wrong_pair_says_what_to_do_and_writes_nothing(area, tmp_path, name, asked, said):
    with pytest.raises(InputError, match=said):
        area.export(tmp_path / name, **asked)
    assert not (tmp_path / name).exists()


def test_what_a_licence_asks_for_is_said_and_what_it_keeps_out_is_named(area, write_csv, tmp_path):
    assert area.licences() == () and area.refused_for_licence().empty
    rows = [
        {"name": "From a Map", **ASSET, "licence": "ODbL-1.0", "external_ids": "osm:node/1"},
        {"name": "From Somewhere", **ASSET, "licence": "all rights reserved"},
    ]
    area.import_(write_csv(rows, "more.csv"))
    (line,) = area.licences()
    assert line.startswith("From OpenStreetMap (1 asset): © OpenStreetMap contributors.")
    assert list(area.refused_for_licence()["name"]) == ["From Somewhere"]
    said = area.export(tmp_path / "a.json", to="kumu").read_text("utf-8")
    assert "From a Map" in said and "From Somewhere" not in said
