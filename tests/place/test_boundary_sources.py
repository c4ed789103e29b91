"""Files and layers of boundaries from outside: odd ones are refused in plain words, and none is read for ever."""

import json
import os
import sqlite3
import struct
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from portal import LAYER, QUICK, Portal

from loopback import Loopback
from often import at_least
from rosc_map.errors import FileProblem, InputError, RoscMapError
from rosc_map.place.boundaries import sources
from rosc_map.place.boundaries.sources import _text, read_boundaries, read_lookup
from rosc_map.place.online.fetch import Fetcher

needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
SQUARE = shapely.box(-1.3, 54.5, -1.2, 54.6)
HEAD = ("LAD25CD", "LAD25NM", "CTYUA25CD", "CTYUA25NM", "RGN25CD", "RGN25NM")
ROW = ("E07000011", "Huntingdonshire", "E10000003", "Cambridgeshire", "E12000006", "East of England")


def feature(code: str = "E06000002", name: str = "Middlesbrough") -> dict[str, Any]:
    geometry = json.loads(shapely.to_geojson(SQUARE))
    return {"type": "Feature", "properties": {"LAD25CD": code, "LAD25NM": name}, "geometry": geometry}


def geojson(folder: Path, *features: dict[str, Any]) -> Path:
    path = folder / "uk.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def table(rows: int = 1) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame.from_features([feature(f"E{n:08}") for n in range(rows)], crs=4326)


def shapefile(folder: Path, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    table().to_file(folder / "x.shp")
    path = folder / "x.zip"
    with zipfile.ZipFile(path, "w", compression) as packed:
        for part in sorted(folder.glob("x.[!z]*")):
            packed.write(part, part.name)
    return path


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_as_usual(compression: int, tmp_path: Path) -> None:
    assert read_boundaries(shapefile(tmp_path, compression)).names == ["Middlesbrough"]


@pytest.mark.parametrize("compression", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_zip_that_is_packed_in_another_way(compression: int, tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="usual settings"):
        read_boundaries(shapefile(tmp_path, compression))


def test_a_zip_whose_packing_is_damaged(tmp_path: Path) -> None:
    path = shapefile(tmp_path)
    with zipfile.ZipFile(path) as packed:
        part = packed.getinfo("x.prj")
    data = bytearray(path.read_bytes())
    name_size, extra_size = struct.unpack("<HH", data[part.header_offset + 26 : part.header_offset + 30])
    data[part.header_offset + 30 + name_size + extra_size] = 0xFF  # no kind of block that deflate knows
    path.write_bytes(data)
    with pytest.raises(FileProblem, match="not a zip that can be read"):
        read_boundaries(path)


@pytest.mark.parametrize("name", ["x.shp", "x.DBF"])
def test_one_part_of_a_shapefile(name: str, tmp_path: Path) -> None:
    table().to_file(tmp_path / "x.shp")
    with pytest.raises(InputError, match=r"Zip the \.shp with its \.shx, \.dbf and \.prj"):
        read_boundaries(tmp_path / name)


@pytest.mark.parametrize("read", [read_boundaries, read_lookup])
def test_a_file_that_is_not_there(read: Any, tmp_path: Path) -> None:
    for path in (tmp_path / "nope.geojson", tmp_path / ("n" * 300 + ".geojson")):
        with pytest.raises(FileProblem, match=r"cannot be read.*(Check the name|Download)"):
            read(path)


@needs_pipes
@pytest.mark.parametrize("kind", ["geojson", "json", "gpkg", "zip", "csv"])
def test_a_pipe_is_not_waited_for(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{kind}"
    os.mkfifo(path)
    with pytest.raises(FileProblem, match="no such file"):
        (read_lookup if kind == "csv" else read_boundaries)(path)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
def test_a_device_without_end(tmp_path: Path) -> None:
    (tmp_path / "x.geojson").symlink_to("/dev/zero")
    with pytest.raises(FileProblem, match="no such file"):
        read_boundaries(tmp_path / "x.geojson")
    with pytest.raises(FileProblem, match="no such file"):
        read_lookup("/dev/zero")


@pytest.mark.parametrize(("kind", "says"), [("view", "holds views"), ("table", "cannot be read")])
@pytest.mark.parametrize("name", ["layer", "gpkg_spatial_ref_sys"])
def test_a_geopackage_whose_rows_have_no_end(name: str, kind: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "x #1?.gpkg"
    table().to_file(path, layer="layer")
    assert read_boundaries(path).codes == ["E00000000"]
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA legacy_alter_table = ON")
        db.execute(f"ALTER TABLE {name} RENAME TO behind")
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        db.execute(f"CREATE VIEW {name} AS {endless} SELECT behind.* FROM n, behind")
        db.execute("PRAGMA writable_schema = ON")  # to call it a table, which SQLite notices
        db.execute("UPDATE sqlite_master SET type = ? WHERE type = 'view'", (kind,))
    db.close()
    with pytest.raises(FileProblem, match=says):
        read_boundaries(path)


@pytest.mark.parametrize("kind", ["gpkg", "geojson"])
def test_far_too_many_areas(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{kind}"
    table(sources._MOST_AREAS + 1).to_file(path)
    with pytest.raises(InputError, match="more than 1,000 areas"):
        read_boundaries(path)


@pytest.mark.parametrize(
    "name", ["Ynys Môn", "King’s Lynn", "Bristol, City of", "St. Helens & Co. (3/4)", "Na h-Eileanan Siar", "Łódź 東京"]
)
def test_names_of_places(name: str, tmp_path: Path) -> None:
    assert read_boundaries(geojson(tmp_path, feature(name=name))).names == [name]


@pytest.mark.parametrize("strange", ["\x1b[2J", "\x00", "\ud800", ";", "<b>", '"', "\u202e", "=", "_"])
def test_names_that_no_place_has(strange: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"The name of E06000002 .*U\+{ord(strange[0]):04X}") as caught:
        read_boundaries(geojson(tmp_path, feature(name=f"Middles{strange}brough")))
    assert strange not in str(caught.value)
    with pytest.raises(InputError, match="A code holds"):
        read_boundaries(geojson(tmp_path, feature(code=f"E06{strange}")))


def test_strange_names_from_the_portal_and_in_a_lookup(tmp_path: Path) -> None:
    with Loopback(Portal([feature(name="<script>")])) as server, pytest.raises(InputError, match="The name of E06"):
        read_boundaries(server.url + LAYER, client=Fetcher(QUICK))
    with pytest.raises(InputError, match="beside E07000011"):
        read_lookup(lookup(tmp_path, (*ROW[:3], "a\x1b[2J", *ROW[4:])))


@at_least(60)
@given(st.one_of(st.none(), st.integers(), st.text()))
def test_no_text_breaks_it(value: object) -> None:
    try:
        text = _text(value)
    except RoscMapError:
        return
    assert text.isprintable()
    assert not set(text) & set('<>;"=\\')


def lookup(folder: Path, row: tuple[str, ...], delimiter: str = ",", encoding: str = "utf-8-sig") -> Path:
    path = folder / "lookup.csv"
    path.write_bytes("\r\n".join(delimiter.join(cells) for cells in (HEAD, row, "")).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_lookups_as_a_spreadsheet_saves_them(delimiter: str, encoding: str, tmp_path: Path) -> None:
    row = ("W06000001", "Ynys Môn", "W06000001", "Ynys Môn’s", "W99999999", "(pseudo) Wales")
    found = read_lookup(lookup(tmp_path, row, delimiter, encoding))
    assert found == {
        "W06000001": {"upper_tier_code": "W06000001", "upper_tier": "Ynys Môn’s", "region_code": "", "region": ""}
    }


def test_a_lookup_of_something_else_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match=r"^mine\.csv should hold one field such as LAD25CD"):
        read_lookup(tmp_path / "mine.csv")


@pytest.mark.parametrize("data", ["a,b".encode("utf-16"), b"\x81\x8d", b"LAD25CD\0,b"])
def test_lookups_that_are_no_text(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_bytes(data)
    with pytest.raises(FileProblem, match="CSV file"):
        read_lookup(tmp_path / "l.csv")
