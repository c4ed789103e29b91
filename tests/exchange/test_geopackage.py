"""The GeoPackage of what was published: GDAL and plain SQLite read back all of it, QGIS finds its styles."""

import sqlite3
import stat
import struct
from contextlib import closing
from xml.etree import ElementTree

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from exports_build import published_for, replaced, with_texts

from rosc_map.errors import FileProblem, InputError, NotPublished
from rosc_map.exchange import write_geopackage
from rosc_map.records import Asset, Audience, codelist, format_cell, parse_cell

LAYERS = {"assets", "links", "authorities", "licences", "sources", "layer_styles"}


@pytest.fixture(scope="module")
def published(made_up_file):
    return published_for(made_up_file)


@pytest.fixture(scope="module")
def file(published, tmp_path_factory):
    return write_geopackage(published, tmp_path_factory.mktemp("gpkg") / "a.gpkg")


def rows_of(path, query):
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


# Any warning is an error here (pyproject.toml), those that GDAL gives too.
def test_gdal_reads_every_layer_and_an_asset_without_a_place_has_no_point(file, published):
    assert {name for name, _ in pyogrio.list_layers(file)} == LAYERS
    back = gpd.read_file(file, layer="assets")
    assert back.crs.to_epsg() == 4326 and pyogrio.read_info(file, layer="assets")["geometry_type"] == "Point"
    assert list(back["id"]) == list(published.assets["id"])
    without = published.assets.geometry.isna()
    assert 0 < without.sum() < len(back) and list(back.geometry.isna()) == list(without)
    assert back.geometry[~without].geom_equals_exact(published.assets.geometry[~without], 0).all()


@pytest.mark.parametrize("audience", list(Audience))
def test_every_published_field_comes_back(made_up_file, tmp_path, audience):
    shown, specs = published_for(made_up_file, audience), Asset.specs()
    back = gpd.read_file(write_geopackage(shown, tmp_path / "a.gpkg"), layer="assets").astype(object)
    assert set(back.columns) == set(shown.assets.columns)
    for name in specs.keys() & set(back.columns):
        held = [None if pd.isna(value) else value for value in back[name]]
        cells = [format_cell(specs[name], parse_cell(specs[name], value)) for value in held]
        assert cells == [format_cell(specs[name], value) for value in shown.assets[name]], name
    assert list(back["about"]) == list(shown.assets["about"])


def test_datasette_finds_plain_numbers_where_a_point_is_published(file, published):
    told = rows_of(file, "SELECT latitude, longitude, typeof(latitude), geom IS NULL FROM assets ORDER BY fid")
    points = published.assets.geometry
    for (latitude, longitude, kind, is_unplaced), point in zip(told, points, strict=True):
        if is_unplaced:
            assert (latitude, longitude, point) == (None, None, None)
        else:
            assert (latitude, longitude, kind) == (point.y, point.x, "real")


def test_links_counts_and_licences_are_layers_of_their_own(file, published):
    links = pyogrio.read_dataframe(file, layer="links").astype(object)
    names = list(published.links.columns)
    assert [list(row) for row in links[names].itertuples(index=False)] == published.links.to_numpy(object).tolist()
    pairs = with_texts(published, ["a", "b", "c", "d", "e"])
    back = pyogrio.read_dataframe(write_geopackage(pairs, file.with_name("p.gpkg")), layer="links")
    assert list(back["result"]) == ["linked", "not_found", "linked"]
    areas = gpd.read_file(file, layer="authorities")
    counted = published.provision.by_authority.set_index("code").loc[areas["code"]]
    assert list(areas["name"]) == list(published.areas["name"])
    assert list(areas["status"]) == list(counted["status"]) and list(areas["count_lero"]) == list(counted["count_lero"])
    assert list(pyogrio.read_dataframe(file, layer="licences")["licence"]) == list(published.licences)
    sources = pyogrio.read_dataframe(file, layer="sources")
    assert list(sources["source"]) == ["recorded here"] == list(published.sources["source"])
    assert list(sources["assets"]) == [len(published.assets)]


def test_it_says_what_has_to_stand_with_it(file, published):
    said = pyogrio.read_info(file, layer="assets")["dataset_metadata"]
    assert (said["TITLE"], said["BANNER"], said["AUDIENCE"]) == (published.title, published.banner, "public")
    assert said["NOTES"].splitlines() == list(published.notes) and said["AS_AT"] == "2026-11-22"


def test_qgis_finds_a_default_style_for_each_layer_with_places(file):
    styles = rows_of(file, "SELECT f_table_name, styleQML, useAsDefault FROM layer_styles ORDER BY f_table_name")
    assert [(name, default) for name, _, default in styles] == [("assets", 1), ("authorities", 1)]
    by_type, outline = (ElementTree.fromstring(qml) for _, qml, _ in styles)
    assert [each.get("value") for each in by_type.iter("category")] == [*codelist("asset_type"), ""]
    assert outline.find("renderer-v2").get("type") == "singleSymbol"


def test_a_validator_finds_every_table_named_and_plain_sqlite_can_change_a_row(file, tmp_path):
    assert rows_of(file, "PRAGMA application_id") == [(0x47504B47,)]
    assert rows_of(file, "PRAGMA integrity_check") == [("ok",)] and not rows_of(file, "PRAGMA foreign_key_check")
    kinds = dict(rows_of(file, "SELECT table_name, data_type FROM gpkg_contents"))
    assert kinds == dict.fromkeys(LAYERS, "attributes") | {"assets": "features", "authorities": "features"}
    tables = {name for (name,) in rows_of(file, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {name for name in tables if not name.startswith(("gpkg_", "sqlite_"))} == LAYERS
    copy = tmp_path / "c.gpkg"
    copy.write_bytes(file.read_bytes())
    with closing(sqlite3.connect(copy)) as database:
        database.execute("UPDATE assets SET geom = NULL")


def test_no_asset_and_no_link_still_give_every_layer(published, tmp_path):
    none = replaced(published, assets=published.assets.iloc[:0], links=published.links.iloc[:0])
    path = write_geopackage(none, tmp_path / "n.gpkg")
    assert {name for name, _ in pyogrio.list_layers(path)} == LAYERS
    assert pyogrio.read_info(path, layer="assets")["geometry_type"] == "Point"
    back = gpd.read_file(path, layer="assets")
    assert back.empty and set(back.columns) == set(published.assets.columns)
    assert rows_of(path, "SELECT count(*) FROM links") == [(0,)]


def holds_point(data, latitude, longitude):
    return any(all(struct.pack(f"{order}d", each) in data for each in (latitude, longitude)) for order in "<>")


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.PARTNERS])
def test_no_finer_point_than_was_published_is_in_its_bytes(made_up_file, tmp_path, audience):
    shown, held = published_for(made_up_file, audience), published_for(made_up_file, Audience.INTERNAL)
    data = write_geopackage(shown, tmp_path / "a.gpkg").read_bytes()
    points = {(point.y, point.x) for point in shown.assets.geometry if point}
    assert all(holds_point(data, *point) for point in points), "it is looked for as it is written"
    finer = {(point.y, point.x) for point in held.assets.geometry if point} - points
    assert len(finer) > 3 and [point for point in finer if holds_point(data, *point)] == []


def test_only_what_was_published_whole_or_not_at_all_and_internal_for_its_owner(made_up_file, published, tmp_path):
    with pytest.raises(NotPublished):
        write_geopackage(published.assets, tmp_path / "a.gpkg")
    with pytest.raises(InputError, match=r"choose a name that ends in \.gpkg"):
        write_geopackage(published, tmp_path / "a.db")
    with pytest.raises(FileProblem, match="cannot be written"):
        write_geopackage(published, tmp_path / "none" / "a.gpkg")
    path = write_geopackage(published_for(made_up_file, Audience.INTERNAL), tmp_path / "in.gpkg")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir() if each.name != "surrey.gpkg"] == ["in.gpkg"]


def test_text_that_could_run_stays_text(published, tmp_path):
    hostile = ["'); DROP TABLE assets; --", "</Metadata><x>&", "=1+1", "\u202ereversed", "<qgis/>"]
    shown = with_texts(published, hostile)
    path = write_geopackage(shown, tmp_path / "h.gpkg")
    back = gpd.read_file(path, layer="assets")
    for name in ("name", "organisation", "description"):
        assert list(back[name]) == list(shown.assets[name])
    said = pyogrio.read_info(path, layer="assets")["dataset_metadata"]
    assert (said["BANNER"], said["TITLE"]) == (hostile[0], hostile[1])
