"""The gap analysis for QGIS: what is read back is what was published, and nothing of what was not."""

import dataclasses
import datetime as dt
import stat
from xml.etree import ElementTree

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely.geometry import MultiPolygon

from published_gaps import gaps_for
from rosc_map.errors import FileProblem, InputError, NotPublished
from rosc_map.exchange.gaps_layer import write_gaps_layer
from rosc_map.publish.gaps_types import GapsPart, GapsTable
from rosc_map.records import Audience, codelist


@pytest.fixture(scope="module")
def gaps(looked_at):
    return gaps_for(looked_at)


@pytest.fixture(scope="module")
def file(gaps, tmp_path_factory):
    """The file of all of it, which no test changes."""
    return write_gaps_layer(gaps, tmp_path_factory.mktemp("layers") / "gaps.gpkg")


def layer(path, name):
    return gpd.read_file(path, layer=name)


def cells(column):
    """Return a column as it was before it was a field: None where nothing is known."""
    return [None if pd.isna(value) else value for value in column]


def test_it_has_the_three_layers_in_longitude_and_latitude(file):
    assert list(pyogrio.list_layers(file)[:, 0]) == ["authorities", "assets", "sites", "layer_styles"]
    assert all(layer(file, name).crs.to_epsg() == 4326 for name in ("authorities", "assets", "sites"))


def test_authorities_are_the_polygons_with_the_columns_of_each_table_of_authorities(file, gaps):
    back, areas = layer(file, "authorities"), gaps.published.areas
    assert list(back["code"]) == list(areas["code"]) and list(back["name"]) == list(areas["name"])
    assert back.geometry.geom_equals_exact(areas.geometry.reset_index(drop=True), 0).all()
    assert (
        set(back["tier"]) == {"local"} and set(back["as_at"]) == {"2026-11-22"} and set(back["audience"]) == {"public"}
    )
    for table in (table for part in gaps.parts for table in part.tables if "code" in table.table):
        rows = table.table.set_index("code").loc[list(areas["code"])]
        for name in rows.columns.drop("name"):
            want = [value.isoformat() if isinstance(value, dt.date) else value for value in cells(rows[name])]
            assert cells(back[f"{table.key.replace('-', '_')}_{name}"]) == want, name
    assert not {"status", "looked_on"} & set(back.columns), "each stands behind the key of its table"
    assert not any("within" in name for name in back.columns), "a table of asset types is none of authorities"


def of_tables(gaps, path, *tables):
    """Return the polygons, and what their metadata says, of a file with these tables alone."""
    parts = (GapsPart("need", "Need", (), (), tables),)
    file = write_gaps_layer(replaced(gaps, parts=parts), path)
    said = pyogrio.read_info(file, layer="authorities")["layer_metadata"] or {}
    return layer(file, "authorities"), said.get("LEFT_OUT", "")


def test_names_do_not_hang_on_which_tables_there_are_and_none_is_dropped_in_silence(gaps, tmp_path):
    codes = list(gaps.published.areas["code"])
    one = GapsTable("one", "One", pd.DataFrame({"code": codes, "name": "x", "Status": 1}), {})
    two = GapsTable("by-year", "Two", pd.DataFrame({"code": codes, "name": "x", "status": 2, "tier": 3}), {})
    twice = GapsTable("twice", "Years", pd.DataFrame({"code": codes * 2, "name": "x", "years": 1}), {})
    others = GapsTable("seats", "Seats", pd.DataFrame({"structure": ["Board"], "seats": [3]}), {})
    afar = GapsTable("afar", "Elsewhere", pd.DataFrame({"code": ["X1"], "name": "x", "seen": 1}), {})
    back, said = of_tables(gaps, tmp_path / "g.gpkg", one, two, twice, others, afar)
    assert list(back.columns) == [
        *("code", "name", "tier", "as_at", "audience", "one_Status", "by_year_status", "by_year_tier", "geometry")
    ]
    assert set(back["by_year_tier"]) == {3} and len(back) == len(codes)
    assert said == "not by authority: Years, Seats, Elsewhere"
    alone, said = of_tables(gaps, tmp_path / "a.gpkg", two)
    assert {"by_year_status", "by_year_tier"} <= set(alone.columns) and not said


@pytest.mark.parametrize("chosen", ["lero", "mutual_aid"])
def test_of_a_table_of_several_types_the_rows_are_those_of_the_type_asked_for(gaps, tmp_path, chosen):
    codes = list(gaps.published.areas["code"])
    shares = {"lero": 0.25, "mutual_aid": 0.5}
    rows = [(code, "x", kind, "served", share) for kind, share in shares.items() for code in codes]
    reach = pd.DataFrame(rows, columns=["code", "name", "asset_type", "status", "within_5_km"])
    table = GapsTable("reach", "Reach by authority", reach, {})
    back, said = of_tables(replaced(gaps, asset_type=chosen), tmp_path / "g.gpkg", table)
    assert set(back["reach_within_5_km"]) == {shares[chosen]} and set(back["reach_asset_type"]) == {chosen}
    assert not said and "status" not in back
    other = GapsTable("reach", "Reach by authority", reach[reach["asset_type"] != chosen], {})
    back, said = of_tables(replaced(gaps, asset_type=chosen), tmp_path / "o.gpkg", other)
    assert not any("reach" in name for name in back.columns), "another type is not the one asked for"
    assert said == "not by authority: Reach by authority"


def test_an_authority_beside_groups_has_a_set_of_columns_a_group(gaps, tmp_path):
    codes = list(gaps.published.areas["code"])
    region = [(code, "x", f"Region: Part {at % 2}", 3 + at) for at, code in enumerate(codes)]
    rows = [*region, (codes[0], "x", "Nearest statistical neighbours", 15)]
    beside = pd.DataFrame(rows, columns=["code", "name", "group", "of"])
    back, said = of_tables(gaps, tmp_path / "g.gpkg", GapsTable("beside", "Beside others", beside, {}))
    own = back.set_index("code").loc[codes]
    assert list(own["beside_region_of"]) == [3 + at for at in range(len(codes))]
    assert own["beside_region_group"].iloc[0] == "Region: Part 0"
    assert cells(own["beside_nearest_of"]) == [15, *[None] * (len(codes) - 1)]
    assert not said and "served" not in back


def replaced(shown, **more):
    return dataclasses.replace(shown, gate=shown.gate, **more)


def test_assets_are_the_published_points_with_the_published_fields(file, gaps):
    back, assets = layer(file, "assets"), gaps.published.assets
    placed = assets[assets.geometry.notna()].reset_index(drop=True)
    assert 0 < len(placed) < len(assets), "some have no point, or this tests less than it says"
    assert set(back.columns) == set(assets.columns) - {"latitude", "longitude"}
    assert list(back["id"]) == list(placed["id"]) and list(back["name"]) == list(placed["name"])
    assert list(back["rss_types"].fillna("")) == ["; ".join(codes) for codes in placed["rss_types"]]
    assert back.geometry.geom_equals_exact(placed.geometry, 0).all()


def test_nothing_of_an_asset_that_is_not_shown_is_in_the_file(file, looked_at, gaps):
    held = looked_at.snapshot().assets
    hidden = held[~held["name"].isin(gaps.published.assets["name"])]
    assert len(hidden) > 5
    data = file.read_bytes()
    assert gaps.published.assets["name"].iloc[0].encode() in data
    for column in ("name", "phone", "email", "website"):
        others = set(gaps.published.assets[column])
        for words in set(hidden[column]) - others - {""}:
            assert str(words).encode() not in data, (column, words)


def test_sites_come_in_their_order_and_empty_layers_are_left_out(file, gaps, tmp_path):
    back = layer(file, "sites")
    assert list(back["postcode"]) == ["GU1 1AA", "GU2 1AA"] and list(back["words"]) == list(gaps.sites["words"])
    none = write_gaps_layer(replaced(gaps, sites=gaps.sites.iloc[:0]), tmp_path / "n.gpkg")
    assert list(pyogrio.list_layers(none)[:, 0]) == ["authorities", "assets", "layer_styles"]


def drawn_by(path):
    """Return by layer the column that decides how its default style draws it, and the values that it tells apart."""
    styles = pyogrio.read_dataframe(path, layer="layer_styles").set_index("f_table_name")
    assert styles["useAsDefault"].all() and set(styles["f_geometry_column"]) == {"geom"}
    renderers = {name: ElementTree.fromstring(qml).find("renderer-v2") for name, qml in styles["styleQML"].items()}
    return {
        name: (each.get("attr"), [category.get("value") for category in each.iter("category")])
        for name, each in renderers.items()
    }


def test_qgis_draws_authorities_by_status_and_assets_by_type(file, gaps, tmp_path):
    assert drawn_by(file) == {
        "authorities": ("provision_status", ["served", "none_found", ""]),
        "assets": ("asset_type", [*codelist("asset_type"), ""]),
        "sites": (None, []),
    }
    assert "provision_status" in layer(file, "authorities")
    without = write_gaps_layer(replaced(gaps, parts=()), tmp_path / "w.gpkg")
    assert drawn_by(without)["authorities"] == (None, []), "a column that is not there decides nothing"


def test_what_has_to_stand_with_the_figures_is_in_the_file(file, gaps):
    said = pyogrio.read_info(file, layer="authorities")["dataset_metadata"]
    assert said["BANNER"] == gaps.banner and said["TITLE"] == gaps.title
    assert said["NOTES"].splitlines() == list(gaps.notes)
    assert said["LICENCES"].splitlines() == [*gaps.licences, *gaps.published.licences]


def test_islands_and_single_polygons_go_in_one_layer(gaps, tmp_path):
    areas = gaps.published.areas.copy()
    areas.geometry = [MultiPolygon([areas.geometry.iloc[0]]), *areas.geometry.iloc[1:]]
    islands = replaced(gaps, published=dataclasses.replace(gaps.published, areas=areas, gate=gaps.gate))
    back = layer(write_gaps_layer(islands, tmp_path / "i.gpkg"), "authorities")
    assert shapely.area(back.geometry).tolist() == pytest.approx(shapely.area(areas.geometry).tolist())


def test_text_that_could_run_stays_text(gaps, tmp_path):
    hostile = ["'); DROP TABLE authorities; --", "</Metadata><x>&", "=1+1", "\u202ereversed"]
    sites = gaps.sites.iloc[:2].assign(postcode=hostile[:2], words=hostile[2:])
    path = write_gaps_layer(replaced(gaps, sites=sites, method=tuple(hostile)), tmp_path / "h.gpkg")
    assert [*layer(path, "sites")["postcode"], *layer(path, "sites")["words"]] == hostile
    assert pyogrio.read_info(path, layer="sites")["dataset_metadata"]["METHOD"].splitlines() == hostile
    assert len(layer(path, "authorities")) == len(gaps.published.areas)


def test_whole_or_not_at_all_and_internal_for_its_owner_alone(gaps, looked_at, tmp_path):
    with pytest.raises(NotPublished):
        write_gaps_layer(gaps.published, tmp_path / "g.gpkg")
    with pytest.raises(InputError, match=r"choose a name that ends in \.gpkg"):
        write_gaps_layer(gaps, tmp_path / "g.shp")
    with pytest.raises(FileProblem, match="cannot be written"):
        write_gaps_layer(gaps, tmp_path / "none" / "g.gpkg")
    inside = gaps_for(looked_at, Audience.INTERNAL)
    path = write_gaps_layer(inside, tmp_path / "in.gpkg")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.glob("*.gpkg")].count("in.gpkg") == 1 and not list(tmp_path.glob(".rosc*"))
