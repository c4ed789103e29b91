"""Map files of anybody: the same points whatever the grid, and nothing of a file is trusted."""

import datetime as dt
import json
import sqlite3
import zipfile

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from often import at_least
from rosc_map.errors import FileProblem, InputError, RoscMapError
from rosc_map.exchange import RawTable
from rosc_map.exchange.outside import Opened, ReadOptions, open_file
from rosc_map.exchange.outside.map_files import MAPPING_COLUMNS, MapFile, suggest_mapping
from rosc_map.place import to_lonlat
from rosc_map.records import Asset, read_row

EAST, NORTH = 449_500.0, 520_300.0
LON, LAT = (float(axis[0]) for axis in to_lonlat([EAST], [NORTH]))
NAMES = ("Café Example", "Örtchen", "Third")


def mapping(*lines):
    lines = lines or (
        ("SITENAME", "", "name", ""),
        ("REF", "", "external_ids", ""),
        ("", "", "asset_type", "community"),
    )
    rows = (dict(zip(MAPPING_COLUMNS, line, strict=True)) for line in lines)
    return RawTable("mapping.csv", MAPPING_COLUMNS, tuple(enumerate(rows, start=2)))


def read(opened, source="Example Council", lines=()):
    return MapFile().read(opened, ReadOptions(dt.date(2026, 11, 22), source=source, mapping=mapping(*lines)))


def layer(crs=27700, shape=None):
    points = [shape or shapely.Point(EAST, NORTH), shapely.Point(EAST + 100, NORTH), None]
    return gpd.GeoDataFrame({"SITENAME": NAMES, "REF": [1, 2, 3]}, geometry=points, crs=27700).to_crs(crs)


@pytest.fixture
def geopackage(tmp_path):
    path = tmp_path / "places.gpkg"
    layer().to_file(path, layer="places", engine="pyogrio")
    return path


@pytest.fixture
def shapefile(tmp_path):
    def write(table, encoding="UTF-8", keep=()):
        path = tmp_path / "places.shp"
        table.to_file(path, engine="pyogrio", encoding=encoding)
        for part in (".cpg", ".prj"):
            if part not in keep:
                path.with_suffix(part).unlink(missing_ok=True)
        return path

    return write


def features(*found, **more):
    return {"type": "FeatureCollection", "features": [*found]} | more


def feature(point=(LON, LAT), **properties):
    geometry = {"type": "Point", "coordinates": [*point]}
    return {"type": "Feature", "geometry": geometry, "properties": {"SITENAME": "A"} | properties}


def geojson(*found, **more):
    return Opened("places.geojson", documents=(features(*found, **more),))


def points(found):
    return [(row.values.get("longitude"), row.values.get("latitude")) for row in found.rows]


def test_geopackage(geopackage):
    found = read(open_file(geopackage))
    assert [row.values["name"] for row in found.rows] == list(NAMES)
    assert (found.scheme, found.general, found.whole) == ("gis-example-council", False, True)
    assert found.rows[0].values["external_ids"] == ("gis-example-council:1",)
    assert points(found)[0] == (LON, LAT)
    assert points(found)[2] == (None, None)
    for row in found.rows:
        assert read_row(Asset, row.values, 1)[1] == ()


@pytest.mark.parametrize("crs", [4326, 3857, 29902, 27700])
def test_the_same_point_on_each_grid(tmp_path, crs):
    layer(crs).to_file(tmp_path / "x.gpkg", engine="pyogrio")
    lon, lat = points(read(open_file(tmp_path / "x.gpkg")))[0]
    # PROJ's ways between the grids differ by a metre or two.
    assert (lon, lat) == (pytest.approx(LON, abs=3e-5), pytest.approx(LAT, abs=3e-5))


@pytest.mark.parametrize(("encoding", "keep"), [("UTF-8", ()), ("cp1252", ()), ("UTF-8", (".cpg", ".prj"))])
def test_shapefiles_in_any_encoding_and_without_their_grid(shapefile, encoding, keep):
    found = read(open_file(shapefile(layer(), encoding, keep)))
    assert [row.values["name"] for row in found.rows] == list(NAMES)
    assert points(found)[0] == (pytest.approx(LON, abs=1e-9), pytest.approx(LAT, abs=1e-9))


def test_an_encoding_that_it_does_not_have(shapefile):
    path = shapefile(layer(), "cp1252")
    path.with_suffix(".cpg").write_text("UTF-8")
    assert read(open_file(path)).rows[0].values["name"] == NAMES[0]
    path.with_suffix(".cpg").write_text("no such encoding")
    assert read(open_file(path)).rows[0].values["name"] == NAMES[0]


def test_zipped_shapefile(shapefile, tmp_path):
    path = shapefile(layer(), keep=(".prj", ".cpg"))
    packed = tmp_path / "places.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in tmp_path.glob("places.*"):
            if part != packed:
                archive.write(part, f"../../{part.name}")
        archive.writestr("../../readme.exe", b"x")
    assert points(read(open_file(packed)))[0][0] == pytest.approx(LON)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.write(path, "other.shp")
    with pytest.raises(InputError, match="one Shapefile"):
        read(open_file(packed))


@pytest.mark.parametrize("suffix", [".shx", ".dbf"])
def test_a_part_that_lacks(shapefile, suffix):
    path = shapefile(layer())
    path.with_suffix(suffix).unlink()
    with pytest.raises(InputError, match=f"lacks {suffix}"):
        read(open_file(path))


def test_files_that_are_not_what_their_names_say(tmp_path, shapefile):
    path = shapefile(layer())
    path.write_bytes(b"<OGRVRTDataSource>")
    fake = tmp_path / "x.gpkg"
    fake.write_bytes(b"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource>")
    broken = tmp_path / "y.gpkg"
    broken.write_bytes(b"SQLite format 3\0" + b"x" * 500)
    for bad in (path, fake, broken):
        with pytest.raises(FileProblem):
            read(open_file(bad))


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE VIEW more AS SELECT * FROM places",
        "CREATE TABLE big (id INTEGER PRIMARY KEY, t TEXT AS (hex(zeroblob(400000000))) VIRTUAL)",
        "CREATE VIRTUAL TABLE words USING fts5(t)",
    ],
)
def test_what_is_calculated_is_refused(geopackage, sql):
    with sqlite3.connect(geopackage) as db:
        db.execute(sql)
    db.close()
    with pytest.raises(FileProblem, match="views"):
        read(open_file(geopackage))


def test_several_layers(geopackage):
    layer().to_file(geopackage, layer="more", engine="pyogrio")
    with pytest.raises(InputError, match="2 layers: places, more"):
        read(open_file(geopackage))


def test_of_an_export_the_assets_are_taken_and_of_a_partnership_nothing(empty, write_csv, tmp_path):
    shown = {"name": "Example", "asset_type": "lero", "listing": "agreed", "postcode": "TS1 2PA"}
    empty.import_(write_csv([shown]))
    path = empty.export(tmp_path / "export.gpkg", audience="partners")
    found = MapFile().read(open_file(path), ReadOptions(dt.date(2026, 11, 22), source="next door"))
    (row,) = found.rows
    assert (row.values["name"], row.values["asset_type"], len(row.values["external_ids"])) == ("Example", "lero", 1)
    with pytest.raises(InputError, match="file of a partnership"):
        MapFile().read(open_file(empty.path), ReadOptions(dt.date(2026, 11, 22), source="next door"))


def test_areas_become_a_point_inside(tmp_path):
    # A U: its middle is outside.
    shape = shapely.Polygon([(0, 0), (30, 0), (30, 30), (20, 30), (20, 10), (10, 10), (10, 30), (0, 30)])
    shape = shapely.affinity.translate(shape, EAST, NORTH)
    layer(shape=shape).to_file(tmp_path / "x.gpkg", engine="pyogrio")
    found = read(open_file(tmp_path / "x.gpkg"))
    inside = gpd.GeoSeries([shapely.Point(points(found)[0])], crs=4326).to_crs(27700).iloc[0]
    assert shape.buffer(0.01).contains(inside)
    assert found.notes[0].value == "1 feature"


def test_a_shapefile_that_lies_nowhere_near(shapefile):
    table = layer()
    table["geometry"] = table.translate(5_000_000, 0)
    with pytest.raises(InputError, match="does not say on which grid"):
        read(open_file(shapefile(table)))


def test_geojson_on_its_grids():
    lines = (("SITENAME", "", "name", ""), ("", "", "asset_type", "community"))
    for crs in (None, "urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"):
        named = {"type": "name", "properties": {"name": crs}} if crs else None
        assert points(read(geojson(feature(), crs=named), lines=lines)) == [(LON, LAT)]
    metres = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    assert points(read(geojson(feature((EAST, NORTH)), crs=metres), lines=lines)) == [(LON, LAT)]
    for crs in ({"properties": {"name": "EPSG:3857"}}, {}, "EPSG:4326", [1]):
        with pytest.raises(InputError, match="WGS 84"):
            read(geojson(feature(), crs=crs), lines=lines)


def test_geojson_shapes_and_cells():
    line = {"type": "LineString", "coordinates": [[LON, LAT], [LON, LAT + 0.1]]}
    found = read(
        geojson(
            feature(REF=7, TAGS=["a;b", {"x": 1}, "c"], OPEN=True),
            feature() | {"geometry": line, "id": 8},
            feature() | {"geometry": None},
            feature() | {"geometry": {"type": "Polygon", "coordinates": "x"}},
        ),
        lines=(
            ("SITENAME", "", "name", ""),
            ("REF", "", "external_ids", ""),
            ("id", "", "external_ids", ""),
            ("TAGS", "", "languages", ""),
            ("OPEN", "", "commissions_others", ""),
            ("", "", "asset_type", "community"),
        ),
    )
    first, second, third, fourth = (row.values for row in found.rows)
    assert (first["external_ids"], first["languages"]) == (("gis-example-council:7",), ("a", "b", "c"))
    assert first["commissions_others"] is True
    assert second["external_ids"] == ("gis-example-council:8",)
    assert second["latitude"] == pytest.approx(LAT, abs=0.2)
    assert "latitude" not in third
    assert "latitude" not in fourth


def test_metres_in_columns_where_no_point_is_drawn():
    lines = (
        *(("SITENAME", "", "name", ""), ("", "", "asset_type", "community")),
        *(("E", "", "easting", ""), ("N", "", "northing", "")),
    )
    bare = feature(E=f"{EAST:,.0f}", N=NORTH) | {"geometry": None}
    nothing = feature(E=0, N=0) | {"geometry": None}
    drawn = feature((LON, LAT + 1), E=EAST, N=NORTH)
    assert points(read(geojson(bare, nothing, drawn), lines=lines)) == [(LON, LAT), (None, None), (LON, LAT + 1)]


def test_without_a_mapping_the_type_has_to_be_known():
    options = ReadOptions(dt.date(2026, 11, 22))
    with pytest.raises(InputError, match="--mapping"):
        MapFile().read(geojson(feature()), options)
    with pytest.raises(InputError, match="to be the name"):
        MapFile().read(geojson({"type": "Feature", "properties": {"x": 1}}), options)
    found = MapFile().read(geojson(feature(asset_type="lero"), feature(asset_type="mutual_aid")), options)
    assert [row.values["asset_type"] for row in found.rows] == ["lero", "mutual_aid"]
    assert (found.general, found.scheme) == (False, "gis")


def test_a_mapping_that_gives_no_type_is_refused():
    """Halls are not sifted by their words: whoever wrote the mapping has to say what they are."""
    with pytest.raises(InputError, match=r"what kind of asset these are. In mapping.csv, fill in the column becomes"):
        read(geojson(feature(ABOUT="People in recovery")), lines=(("SITENAME", "", "name", ""),))


def test_what_is_left_out():
    lines = (
        ("SITENAME", "", "name", ""),
        ("REF", "", "external_ids", ""),
        ("KIND", "hall", "asset_type", "community"),
    )
    found = read(
        geojson(
            feature(REF="a", KIND="Hall"),
            feature(REF="a", KIND="Hall"),
            feature(REF="b", KIND="Pub"),
            feature(SITENAME=" ", KIND="Hall"),
            feature(KIND="Hall"),
            feature(KIND="Hall"),
        ),
        lines=lines,
    )
    assert [row.number for row in found.rows] == [1, 5, 6]
    assert [left.why for left in found.left_out] == [
        "has the id of one above it.",
        "is of no type that the mapping tells (KIND: Pub).",
        "has no name.",
    ]


def test_ids_need_a_source_unless_they_say_it():
    with pytest.raises(InputError, match="--source"):
        read(geojson(feature(REF=1)), source="")
    found = read(geojson(feature(REF="cqc:1-2; osm:node/3")), source="")
    assert found.rows[0].values["external_ids"] == ("cqc:1-2", "osm:node/3")
    hosted = Opened("x", documents=(features(feature(REF=1)),), host="maps.example.org")
    assert read(hosted, source="").scheme == "gis-maps.example.org"


def test_names_stand_for_ids_where_there_are_none():
    lines = (("SITENAME", "", "name", ""), ("", "", "asset_type", "community"))
    names = ("Example Hall", "The Library", "The library")
    first = read(geojson(*(feature(SITENAME=name) for name in names)), lines=lines)
    ids = [row.values.get("external_ids", ()) for row in first.rows]
    assert len(ids) == 2 and all(own.startswith("gis-example-council:") for (own,) in ids)
    assert [left.why for left in first.left_out] == ["has the name and place of one above it."]
    moved = read(geojson(feature((LON + 0.01, LAT), SITENAME="EXAMPLE  HALL.")), lines=lines)
    assert moved.rows[0].values["external_ids"] == ids[0]
    assert "external_ids" not in read(geojson(feature()), source="", lines=lines).rows[0].values


def test_one_feature_a_line_says_what_to_do(tmp_path):
    path = tmp_path / "places.geojson"
    path.write_text("\n".join(json.dumps(feature(SITENAME=name)) for name in NAMES), encoding="utf-8")
    with pytest.raises(InputError, match="one on each line. Save it again as one: places as a FeatureCollection"):
        open_file(path)


def test_records_of_people_and_empty_files_are_refused():
    with pytest.raises(InputError, match="single people"):
        read(geojson(feature(date_of_birth="1980-01-01", nhs_number="1")))
    with pytest.raises(InputError, match="no features"):
        read(geojson())


def test_suggestion_and_knowing(geopackage):
    assert MapFile().knows(open_file(geopackage))
    assert MapFile().knows(geojson(feature()))
    assert not MapFile().knows(Opened("x", documents=({"type": "Topology"},)))
    fields = {cells["column"]: cells["field"] for _, cells in suggest_mapping(open_file(geopackage)).rows}
    assert fields == {"SITENAME": "name", "REF": "external_ids", "": "asset_type"}


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6), st.just("<![x;|")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["type", "coordinates", "name", "SITENAME", "x"]), inner, max_size=3),
    ),
    max_leaves=8,
)
GEOMETRY = st.fixed_dictionaries(
    {"type": st.sampled_from(["Point", "LineString", "Polygon", "GeometryCollection", "x"]), "coordinates": JSON}
)
FEATURES = st.fixed_dictionaries(
    {"type": st.just("Feature"), "properties": st.one_of(JSON, st.just({"SITENAME": "A", "REF": 1}))},
    optional={"geometry": st.one_of(GEOMETRY, JSON), "id": JSON},
)


@at_least(60)
@given(st.one_of(JSON, st.lists(st.one_of(FEATURES, JSON), max_size=4).map(lambda found: features(*found))))
def test_junk(document):
    try:
        found = MapFile().read(
            Opened("x", documents=(json.loads(json.dumps(document)),)),
            ReadOptions(
                dt.date(2026, 11, 22),
                source="x",
                mapping=mapping(("SITENAME", "", "name", ""), ("", "", "asset_type", "community")),
            ),
        )
    except RoscMapError:
        return
    for row in found.rows:
        assert read_row(Asset, row.values, row.number)[1] == ()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=8), st.sampled_from([".shp", ".shx", ".dbf", ".gpkg"]))
def test_broken_files(tmp_path, place, data, suffix):
    path = tmp_path / f"broken{'.gpkg' if suffix == '.gpkg' else '.shp'}"
    for broken in tmp_path.iterdir():
        broken.unlink()  # of the example before: GDAL would look into it
    layer().to_file(path, engine="pyogrio")
    part = path.with_suffix(suffix)
    whole = bytearray(part.read_bytes())
    at = place % len(whole)
    whole[at : at + len(data)] = data
    part.write_bytes(whole)
    try:
        found = read(open_file(path))
    except RoscMapError:
        return
    assert all(np.isfinite(row.values.get("latitude", 0)) for row in found.rows)
