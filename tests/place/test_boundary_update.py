"""Newer boundaries: from a portal on this computer or a file, refused when anything is wrong, whole after a kill."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from portal import LAYER, QUICK, Portal

from loopback import Loopback, Reply
from often import at_least
from rosc_map.errors import AnswerNotUnderstood, FileProblem, InputError, RoscMapError, ServiceDown
from rosc_map.place.boundaries import sources as boundary_sources
from rosc_map.place.boundaries.areas import authorities, current_code, polygons_in_metres, rows, tiers
from rosc_map.place.boundaries.checks import as_coverage, heirs, share_inside
from rosc_map.place.boundaries.coverage import compact
from rosc_map.place.boundaries.files import boundaries_about, boundaries_folder, checksums, updates_folder
from rosc_map.place.boundaries.sources import NewBoundaries, read_boundaries, read_lookup
from rosc_map.place.boundaries.topojson import read_topojson
from rosc_map.place.boundaries.update import BoundaryUpdate, forget_update, update_boundaries
from rosc_map.place.online.fetch import Fetcher
from rosc_map.place.postcodes.cache import _shelf, directory, info
from rosc_map.place.shipped import shipped

Features = list[dict[str, Any]]
BARNSLEY, SHEFFIELD, LEICESTER = "E08000038", "E08000039", "E06000016"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of its own for each test, and no memory of the one before."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    boundaries_folder.cache_clear()
    yield updates_folder()
    boundaries_folder.cache_clear()


@pytest.fixture(scope="module")
def shipped_features() -> Features:
    folder = shipped("boundaries")
    codes, polygons = read_topojson(folder / "uk_local_authorities.topojson")
    names = {row["local_authority_code"]: row["local_authority"] for row in rows(folder)}
    return [
        {
            "type": "Feature",
            "properties": {"LAD26CD": code, "LAD26NM": names[code], "LAD26NMW": " "},
            "geometry": json.loads(shapely.to_geojson(polygon)),
        }
        for code, polygon in zip(codes, polygons, strict=True)
    ]


@pytest.fixture
def features(shipped_features: Features) -> Features:
    """Of all of the UK, to be changed by a test; their geometries must be replaced, not changed."""
    return [{**feature, "properties": dict(feature["properties"])} for feature in shipped_features]


@pytest.fixture(scope="module")
def simplified_features(shipped_features: Features) -> Features:
    polygons = shapely.coverage_simplify(
        shapely.from_geojson([json.dumps(f["geometry"]) for f in shipped_features]), 0.05
    )
    return [
        {**feature, "geometry": json.loads(shapely.to_geojson(polygon))}
        for feature, polygon in zip(shipped_features, polygons, strict=True)
    ]


@pytest.fixture
def coarse_features(simplified_features: Features) -> Features:
    """Of all of the UK, with few corners, for what is refused before anybody looks where the boundaries are."""
    return [{**feature, "properties": dict(feature["properties"])} for feature in simplified_features]


def of(features: Features, code: str) -> dict[str, Any]:
    (found,) = (feature for feature in features if feature["properties"]["LAD26CD"] == code)
    return found


def shape(feature: dict[str, Any]) -> Any:
    return shapely.from_geojson(json.dumps(feature["geometry"]))


def geojson(path: Path, features: Features) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def lookup_csv(
    path: Path, changed: dict[str, tuple[str, str, str, str]], gone: frozenset[str] = frozenset(), wards: int = 2
) -> Path:
    """Write a lookup as ONS does, a row a ward, with the tiers of today but for those that are given or gone."""
    held = {row["local_authority_code"]: row for row in rows(shipped("boundaries"))}
    tier_names = ("upper_tier_code", "upper_tier", "region_code", "region")
    table = {code: tuple(row[name] for name in tier_names) for code, row in held.items() if code not in gone}
    table |= changed
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["WD26CD", "LAD26CD", "LAD26NM", "CTYUA26CD", "CTYUA26NM", "RGN26CD", "RGN26NM", "CTRY26CD"])
        for code, (upper, upper_name, region, region_name) in table.items():
            pseudo = (region or f"{code[0]}99999999", region_name or "(pseudo) Wales")
            for ward in range(wards):
                writer.writerow([f"E05{ward:06}", code, "x", upper, upper_name, *pseudo, f"{code[0]}92000001"])
    return path


def stays_as_it_was() -> None:
    boundaries_folder.cache_clear()
    assert boundaries_folder() == shipped("boundaries")
    assert not updates_folder().exists() or not list(updates_folder().iterdir())


def test_from_the_portal(features: Features, home: Path) -> None:
    told: list[tuple[int, int]] = []
    with Loopback(Portal(features, cap=40)) as server:
        report = update_boundaries(
            server.url + LAYER, client=Fetcher(QUICK), progress=lambda done, total: told.append((done, total))
        )
    assert isinstance(report, BoundaryUpdate)
    assert (report.number, report.new, report.vanished, report.renamed) == (361, (), (), ())
    assert (report.source, told[-1]) == ("LAD_May_2025", (361, 361))
    assert 0.99 < report.share_inside <= 1
    assert boundaries_folder() == home / report.version
    assert report.size == sum(file.stat().st_size for file in boundaries_folder().iterdir())
    # The codes are the same, so the lookup stays, with all old codes and Welsh names in it.
    assert rows(boundaries_folder()) == rows(shipped("boundaries"))
    about = boundaries_about()
    assert (about["as_at"], about["updated"], about["checks"]["upper_tier_england"]) == ("2025-05", True, 153)
    assert about["files"] == checksums(boundaries_folder())
    codes, polygons = polygons_in_metres(boundaries_folder())
    _, before = polygons_in_metres(shipped("boundaries"))
    assert len(codes) == 361
    assert shapely.area(polygons).sum() == pytest.approx(shapely.area(before).sum(), rel=1e-3)


def test_an_older_update_goes_and_all_can_be_forgotten(features: Features, tmp_path: Path, home: Path) -> None:
    path = geojson(tmp_path / "LAD_Dec_2026.geojson", features)
    home.mkdir(parents=True)
    (home / ".old.part").mkdir()
    (home / ".young.part").mkdir()
    os.utime(home / ".old.part", (0, 0))
    first = update_boundaries(path)
    os.utime(home / first.version, (0, 0))  # in use for years: its last day begins when another takes its place
    second = update_boundaries(str(path))
    assert first.version != second.version
    assert second.version.startswith("2026-12-")
    assert {file.name for file in home.iterdir()} == {"current", first.version, second.version, ".young.part"}
    os.utime(home / first.version, (0, 0))
    assert forget_update()
    assert boundaries_folder() == shipped("boundaries")
    assert {file.name for file in home.iterdir()} == {second.version, ".young.part"}
    assert not forget_update()


@pytest.mark.parametrize("days_later", [False, True])
def test_another_process_updates_while_this_one_is_at_work(days_later: bool, home: Path) -> None:
    def update() -> None:
        subprocess.run([sys.executable, "-c", INSTALL, "1"], check=True, stdout=subprocess.DEVNULL)

    update()
    before = boundaries_folder()
    assert (before.parent, len(rows(before))) == (home, 361)
    update()
    if days_later:  # and with one more update it is gone: that is said once
        os.utime(before, (0, 0))
        update()
        with pytest.raises(FileProblem, match="Try again"):
            authorities("upper")
    assert (boundaries_folder() == before) is not days_later
    assert boundaries_folder().parent == home
    assert len(authorities("upper")) == 218


@pytest.fixture
def spare_directory(tmp_path: Path) -> Iterator[None]:
    """A copy of the postcode index is in use as an update, so that the index itself need not be built again."""
    copy = tmp_path / "data" / "rosc-map" / "postcodes" / "update-2999-01-0.index"
    copy.parent.mkdir(mode=0o700, parents=True)
    shutil.copy(info().path, copy)
    _shelf.put_back()
    assert info().path == copy
    yield
    _shelf.put_back()


@pytest.mark.usefixtures("spare_directory")
def test_a_postcode_index_that_cannot_be_read_is_opened_again() -> None:
    polygons = dict(zip(*polygons_in_metres(shipped("boundaries")), strict=True))
    before = share_inside(polygons, {}, polygons)
    directory().close()
    assert share_inside(polygons, {}, polygons) == before
    assert info().source == "package"


def test_a_name_that_changed(features: Features, tmp_path: Path) -> None:
    of(features, LEICESTER)["properties"]["LAD26NM"] = "City of  Leicester "
    report = update_boundaries(geojson(tmp_path / "uk.geojson", features))
    assert report.renamed == ((LEICESTER, "Leicester", "City of Leicester"),)
    row = tiers(LEICESTER)
    assert (row["local_authority"], row["upper_tier"], row["region"]) == ("City of Leicester",) * 2 + ("East Midlands",)
    (held,) = (row for row in rows(boundaries_folder()) if row["local_authority_code"] == LEICESTER)
    assert held["old_names"] == "Leicester"


def gone_from(features: Features) -> frozenset[str]:
    """Return the codes of today that some features lack."""
    held = {feature["properties"]["LAD26CD"] for feature in features}
    return frozenset({row["local_authority_code"] for row in rows(shipped("boundaries"))} - held)


def reorganised(features: Features) -> tuple[Features, dict[str, tuple[str, str, str, str]]]:
    """Barnsley gets a new code, all of East Sussex becomes one authority, and Oxford is split in two."""
    by_code = {row["local_authority_code"]: row for row in rows(shipped("boundaries"))}
    sussex = [code for code, row in by_code.items() if row["upper_tier"] == "East Sussex"]
    oxford = of(features, "E07000178")
    west, south, east, north = shape(oxford).bounds
    halves = [shapely.box(west, south, (west + east) / 2, north), shapely.box((west + east) / 2, south, east, north)]
    union = shapely.coverage_union_all([shape(of(features, code)) for code in sussex])
    more = {
        "E06000090": ("East Sussex", union),
        "E06000091": ("Oxford West", shapely.intersection(shape(oxford), halves[0])),
        "E06000092": ("Oxford East", shapely.intersection(shape(oxford), halves[1])),
        "E08000090": ("Barnsley", shape(of(features, BARNSLEY))),
    }
    gone = {*sussex, "E07000178", BARNSLEY}
    kept = [feature for feature in features if feature["properties"]["LAD26CD"] not in gone]
    for code, (name, polygon) in more.items():
        properties = {"LAD26CD": code, "LAD26NM": name, "LAD26NMW": " "}
        kept.append({"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(polygon))})
    south_east = ("E12000008", "South East")
    changed = {code: (code, name, *south_east) for code, (name, _) in more.items()}
    return kept, changed | {"E08000090": ("E08000090", "Barnsley", "E12000003", "Yorkshire and The Humber")}


def test_authorities_that_changed(features: Features, tmp_path: Path) -> None:
    changed_features, changed = reorganised(features)
    path = geojson(tmp_path / "uk.geojson", changed_features)
    with pytest.raises(InputError, match=r"other authorities.*E06000090.*lookup"):
        update_boundaries(path)
    stays_as_it_was()
    gone = gone_from(changed_features)
    told: list[tuple[int, int]] = []
    report = update_boundaries(
        path,
        lookup_csv(tmp_path / "lookup.csv", changed, gone),
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    vanished = dict(report.vanished)
    assert report.new == ("E06000090", "E06000091", "E06000092", "E08000090")
    assert set(vanished.pop("E07000178")) == {"E06000091", "E06000092"}
    assert vanished.pop(BARNSLEY) == ("E08000090",)
    assert set(vanished.values()) == {("E06000090",)}
    assert len(vanished) == 5
    assert report.number == 361 - 7 + 4
    # The codes of before, and those before them, lead to the ones of today.
    assert current_code(BARNSLEY) == current_code("E08000016") == "E08000090"
    assert current_code("E07000061") == current_code("E10000011") == "E06000090"
    assert current_code("E07000178") == "E07000178"
    row = tiers("E06000090")
    assert (row["upper_tier"], row["region"], row["country"]) == ("East Sussex", "South East", "England")
    assert tiers("W06000015")["region"] == ""
    held = {row["local_authority_code"]: row for row in rows(boundaries_folder())}
    assert "Eastbourne" in held["E06000090"]["old_names"].split(";")
    assert held["E06000090"]["local_authority_type"] == "unitary authority"
    assert held["W06000001"]["welsh_name"] == "Ynys Môn"


def test_the_lookup_comes_from_the_portal_too(features: Features) -> None:
    held = rows(shipped("boundaries"))
    names = ("local_authority", "upper_tier", "region", "country")
    short = dict(zip(names, ("LAD", "CTYUA", "RGN", "CTRY"), strict=True))
    table = [
        {
            "properties": {"WD26CD": f"E05{n:06}"}
            | {f"{short[name]}26CD": row[f"{name}_code"] for name in names}
            | {f"{short[name]}26NM": row[name] for name in names}
        }
        for n, row in enumerate([*held, *held])
    ]
    with Loopback(Portal(table, cap=500, exceeded="top")) as server:
        found = read_lookup(server.url + LAYER, client=Fetcher(QUICK))
    assert len(found) == 361
    assert found[SHEFFIELD]["upper_tier"] == "Sheffield"


@pytest.mark.parametrize("kind", ["gpkg", "zip"])
def test_downloaded_files_on_the_national_grid(kind: str, features: Features, tmp_path: Path) -> None:
    table = gpd.GeoDataFrame.from_features(features, crs=4326).to_crs(27700)
    path = tmp_path / f"Local Authority Districts (May 2026).{kind}"
    if kind == "gpkg":
        table.to_file(path, layer="anything")
    else:
        table.to_file(tmp_path / "x.shp")
        with zipfile.ZipFile(path, "w") as packed:
            for part in tmp_path.glob("x.*"):
                packed.write(part, f"../../{part.name}")
            packed.writestr("readme.txt", "x")
    new = read_boundaries(path)
    assert new.codes == [feature["properties"]["LAD26CD"] for feature in features]
    assert "Ynys Môn" not in new.names
    assert "Isle of Anglesey" in new.names
    assert shapely.area(new.polygons) == pytest.approx(table.area.to_numpy(), rel=1e-6)
    assert update_boundaries(path).number == 361
    assert boundaries_about()["as_at"] == "2026-05"


def changed(features: Features, code: str, **properties: Any) -> Features:
    of(features, code)["properties"] |= properties
    return features


def moved(features: Features, code: str, x: float, y: float) -> Features:
    feature = of(features, code)
    feature["geometry"] = json.loads(
        shapely.to_geojson(shapely.transform(shape(feature), lambda points: points + np.array([x, y])))
    )
    return features


BROKEN = {
    "a code of 8 characters": (lambda f: changed(f, LEICESTER, LAD26CD="E0600016"), "no 9-character code"),
    "no code": (lambda f: changed(f, LEICESTER, LAD26CD=None), "no 9-character code"),
    "a code twice": (lambda f: changed(f, LEICESTER, LAD26CD=SHEFFIELD), "same code twice"),
    "no name": (lambda f: changed(f, LEICESTER, LAD26NM=" "), "no name"),
    "no polygon": (lambda f: [{**f[0], "geometry": None}, *f[1:]], "no polygon"),
    "a point": (lambda f: [{**f[0], "geometry": {"type": "Point", "coordinates": [0, 52]}}, *f[1:]], "no polygon"),
    "half a polygon": (lambda f: [{**f[0], "geometry": {"type": "Polygon"}}, *f[1:]], "no polygon"),
    "in France": (lambda f: moved(f, "E07000112", 3, -8), "outside the UK"),
    "too few": (lambda f: f[:299], "299 areas"),
    "too many": (
        lambda f: f + [{**f[0], "properties": {"LAD26CD": f"E{n:08}", "LAD26NM": "x"}} for n in range(60)],
        "421 areas",
    ),
    "no Wales": (lambda f: [x for x in f if x["properties"]["LAD26CD"][0] != "W"], "3 of the 4 nations"),
    "over its neighbours": (lambda f: moved(f, SHEFFIELD, 0.02, 0.02), "overlap by"),
}


@pytest.mark.parametrize(("breaking", "says"), BROKEN.values(), ids=BROKEN)
def test_what_is_refused(breaking: Any, says: str, coarse_features: Features, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=says) as caught:
        update_boundaries(geojson(tmp_path / "uk.geojson", breaking(coarse_features)))
    assert "Nothing was changed" in str(caught.value)
    stays_as_it_was()


def test_boundaries_that_are_not_where_the_postcodes_are(features: Features, tmp_path: Path) -> None:
    for feature in features:
        moved([feature], feature["properties"]["LAD26CD"], 0.02, 0)
    with pytest.raises(InputError, match="of the postcodes lie in the new polygon"):
        update_boundaries(geojson(tmp_path / "uk.geojson", features))
    stays_as_it_was()


def test_slivers_between_neighbours_are_closed(features: Features) -> None:
    polygons = np.array([shape(feature) for feature in features])
    metres = gpd.GeoSeries(polygons, crs=4326).to_crs(27700).to_numpy()
    one = [feature["properties"]["LAD26CD"] for feature in features].index(LEICESTER)
    metres[one] = shapely.buffer(metres[one], 5)
    assert not shapely.coverage_is_valid(metres)
    assert shapely.coverage_is_valid(as_coverage(metres))


def test_a_spike_that_becomes_a_line_when_it_is_rounded() -> None:
    for y in range(305_000, 305_010):
        spike = [(410_000, y), (415_000, y + 2.5), (410_000, y + 5)]
        land = shapely.Polygon([(400_000, 300_000), (410_000, 300_000), *spike, (410_000, 310_000), (400_000, 310_000)])
        (compacted,) = compact(np.array([land]))
        assert compacted.is_valid
        assert compacted.geom_type == "Polygon"


def test_who_follows_whom() -> None:
    old = {"A": shapely.box(0, 0, 10, 10), "B": shapely.box(10, 0, 20, 10), "C": shapely.box(20, 0, 30, 10)}
    new = {"C": shapely.box(20, 0, 30, 10), "D": shapely.box(0, 0, 11.5, 10), "E": shapely.box(11.5, 0, 20, 10)}
    assert heirs(old, new) == {"A": ("D",), "B": ("E", "D")}
    with pytest.raises(InputError, match="neither B nor others in its place: 85% of its area"):
        heirs(old, {name: new[name] for name in "CD"})


LEFT_OUT = frozenset({"E06000001", "E06000002", "E08000018", "E08000037", "E06000053"})


@pytest.mark.parametrize(
    ("lookup_too", "says"),
    [(False, r"lack 5 of the authorities in the lookup \(E06000001, "), (True, "neither E06000001 nor others")],
)
def test_authorities_that_were_left_out(lookup_too: bool, says: str, coarse_features: Features, tmp_path: Path) -> None:
    kept = [feature for feature in coarse_features if feature["properties"]["LAD26CD"] not in LEFT_OUT]
    lookup = lookup_csv(tmp_path / "lookup.csv", {}, LEFT_OUT if lookup_too else frozenset())
    with pytest.raises(InputError, match=says) as caught:
        update_boundaries(geojson(tmp_path / "uk.geojson", kept), lookup)
    assert "Nothing was changed" in str(caught.value)
    stays_as_it_was()


def test_two_polygons_in_each_others_place(features: Features, tmp_path: Path) -> None:
    one, other = of(features, "E06000001"), of(features, "E06000002")
    one["geometry"], other["geometry"] = other["geometry"], one["geometry"]
    with pytest.raises(InputError, match=r"Only 0% of 200 postcodes of Hartlepool \(E06000001\)"):
        update_boundaries(geojson(tmp_path / "uk.geojson", features))
    stays_as_it_was()


def test_boundaries_200_metres_off(features: Features, tmp_path: Path) -> None:
    for feature in features:
        moved([feature], feature["properties"]["LAD26CD"], 0.003, 0)
    with pytest.raises(InputError, match=r"Only 98\..% of the postcodes .* and 98\..% should"):
        update_boundaries(geojson(tmp_path / "uk.geojson", features))
    stays_as_it_was()


@pytest.mark.skipif(os.name != "posix", reason="file names are text there")
def test_a_file_whose_name_is_no_text(features: Features, tmp_path: Path) -> None:
    path = geojson(tmp_path / "LAD_\udcff_May_2026.geojson", features)
    assert update_boundaries(path).source == "LAD__May_2026.geojson"
    (source,) = boundaries_about()["sources"]
    assert source["from"].endswith("LAD_?_May_2026.geojson")


def test_nowhere_to_keep_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home(*_: Any) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setattr(os.path, "expanduser", no_home)
    monkeypatch.setattr(Path, "expanduser", no_home)
    boundaries_folder.cache_clear()
    assert boundaries_folder() == shipped("boundaries")
    assert (boundaries_about()["updated"], boundaries_about()["note"]) == (False, "")
    with pytest.raises(FileProblem, match="no folder to keep newer boundaries in"):
        update_boundaries("uk.geojson")
    with pytest.raises(FileProblem, match="Install rosc-map again"):
        rows(Path("none"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"E06000090": ("", "", "E12000008", "South East")}, "does not place 1 "),
        ({"E06000091": ("E06000091", "Oxford West", "", "")}, r"1 of the new authorities \(E06000091"),
        ({}, "does not place 4 "),
    ],
)
def test_a_lookup_of_another_date(change: Any, says: str, coarse_features: Features, tmp_path: Path) -> None:
    changed_features, tiers_of = reorganised(coarse_features)
    lookup = lookup_csv(tmp_path / "lookup.csv", (tiers_of | change) if change else {}, gone_from(changed_features))
    with pytest.raises(InputError, match=says):
        update_boundaries(geojson(tmp_path / "uk.geojson", changed_features), lookup)
    stays_as_it_was()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"LAD25CD,LAD25NM\nE06000001,x\n", InputError),
        (b"LAD24CD,LAD25CD,LAD25NM,CTYUA25CD,CTYUA25NM,RGN25CD,RGN25NM\n", InputError),
        (b"LAD25CD,LAD25NM,UTLA25CD,UTLA25NM,RGN25CD,RGN25NM\nE1,x,E2,y,,\nE1,x,E3,z,,\n", InputError),
        (b"\xff\xfe\x00\x01", FileProblem),
        (b'"', InputError),
        (b"", InputError),
    ],
)
def test_lookups_that_are_none(content: bytes, error: type[RoscMapError], tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_bytes(content)
    with pytest.raises(error):
        read_lookup(tmp_path / "l.csv")


@pytest.fixture(scope="module")
def bad_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str]]:
    """Files that hold no boundaries, each with a part of what is said of it; nobody writes into them."""
    folder = tmp_path_factory.mktemp("bad")

    def file(name: str, content: bytes) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    def zipped(name: str, *parts: tuple[str, bytes]) -> Path:
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as packed:
            for part, content in parts:
                packed.writestr(part, content)
        return folder / name

    shp = b"\x00\x00\x27\x0a" + b"\0" * 200
    vrt = b"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>"
    grid = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    row = {"type": "Feature", "properties": {"LAD25CD": "E06000001", "LAD25NM": "x"}, "geometry": None}
    return {
        "missing": (folder / "none.geojson", "cannot be read"),
        "another kind": (file("x.xlsx", b"x"), "not a file of boundaries"),
        "not JSON": (file("a.geojson", vrt), "not whole GeoJSON"),
        "cut off": (file("b.geojson", json.dumps({"features": [row]}).encode()[:-9]), "not whole GeoJSON"),
        "empty": (file("c.json", b'{"features": []}'), "not whole GeoJSON"),
        "deep": (file("d.json", b"[" * 100_000), "not whole GeoJSON"),
        "metres": (file("e.json", json.dumps({"crs": grid, "features": [row]}).encode()), "longitude and latitude"),
        "no GeoPackage": (file("f.gpkg", vrt), "not a GeoPackage"),
        "half a GeoPackage": (
            file("g.gpkg", b"SQLite format 3\0" + b"\0" * 52 + b"GPKG" + b"\0" * 500),
            "GeoPackage|layers",
        ),
        "no zip": (file("h.zip", b"x"), "not a zip"),
        "an empty zip": (zipped("i.zip", ("a.txt", b"x")), "one Shapefile"),
        "two in a zip": (zipped("j.zip", *((f"{n}.shp", shp) for n in "ab")), "one Shapefile"),
        "no grid": (zipped("k.zip", *((f"a.{kind}", shp) for kind in ("shp", "shx", "dbf"))), "one Shapefile"),
        "no shapes": (zipped("l.zip", *((f"a.{kind}", shp) for kind in ("shp", "shx", "dbf", "prj"))), "damaged"),
        "other shapes": (zipped("m.zip", *((f"a.{kind}", vrt) for kind in ("shp", "shx", "dbf", "prj"))), "damaged"),
        "a bomb": (
            zipped("n.zip", *((f"a.{kind}", shp + b"\0" * 3_000_000) for kind in ("shp", "shx", "dbf", "prj"))),
            "far too large",
        ),
        "too large": (file("o.geojson", b" " * 10_000_001), "too large"),
    }


@pytest.mark.parametrize("which", range(17))
def test_files_that_are_none(
    which: int, bad_files: dict[str, tuple[Path, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boundary_sources, "_MOST_BYTES", 10_000_000)
    path, says = list(bad_files.values())[which]
    with pytest.raises((FileProblem, InputError), match=says):
        update_boundaries(path)
    stays_as_it_was()


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "features", "properties", "geometry", "crs", "name", "coordinates"]), inner
        )
    ),
    max_leaves=15,
)


@at_least(60)
@given(JSON, JSON)
def test_no_json_breaks_the_reading(tmp_path_factory: pytest.TempPathFactory, whole: Any, geometry: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "any.geojson"
    row = {"properties": {"LAD25CD": geometry, "LAD25NM": geometry}, "geometry": geometry}
    for content in (whole, {"features": [row, whole]}, {"features": [row], "crs": geometry}):
        path.write_text(json.dumps(content), "utf-8")
        try:
            assert isinstance(read_boundaries(path), NewBoundaries)
        except RoscMapError:
            continue


def test_a_portal_that_fails_changes_nothing(features: Features) -> None:
    portal = Portal(features)
    for answer, error in (
        (lambda asked: Reply(status=500) if "resultOffset" in asked.params else portal(asked), ServiceDown),
        (
            lambda asked: Reply({"count": 0}) if "returnCountOnly" in asked.params else portal(asked),
            AnswerNotUnderstood,
        ),
    ):
        with Loopback(answer) as server, pytest.raises(error):
            update_boundaries(server.url + LAYER, client=Fetcher(QUICK))
        stays_as_it_was()


def test_a_folder_that_cannot_be_written(features: Features, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, where the folder should be")
    with pytest.raises(FileProblem, match="cannot be written"):
        update_boundaries(geojson(tmp_path / "uk.geojson", features))
    boundaries_folder.cache_clear()
    assert boundaries_folder() == shipped("boundaries")


INSTALL = """
import sys
from rosc_map.place.boundaries.areas import rows
from rosc_map.place.boundaries.files import POLYGONS
from rosc_map.place.boundaries.update import _install
from rosc_map.place.shipped import shipped
from rosc_map.place.boundaries.topojson import read_topojson
folder = shipped("boundaries")
polygons = dict(zip(*read_topojson(folder / POLYGONS)))
table = [dict(row) for row in rows(folder)]
about = {"as_at": "2026", "title": "x", "licence": "x", "attribution": "x"}
print("ready", flush=True)
for _ in range(int(sys.argv[1])):
    print(_install(table, polygons, about).name, flush=True)
"""


def test_killed_at_any_moment(home: Path) -> None:
    for pause in (0.0, 0.15, 0.4):
        process = subprocess.Popen([sys.executable, "-c", INSTALL, "1000"], stdout=subprocess.PIPE, text=True)
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        time.sleep(pause)
        process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        done = process.communicate()[0].split()
        boundaries_folder.cache_clear()
        folder = boundaries_folder()
        # What was said to be in use is, or one that was finished after it; before the first, the shipped ones.
        assert folder.parent == home or (not done and folder == shipped("boundaries"))
        assert len(polygons_in_metres(folder)[0]) == len(rows(folder)) == 361
        if done:
            assert folder.name >= done[-1]


def test_two_at_once(home: Path) -> None:
    running = [subprocess.Popen([sys.executable, "-c", INSTALL, "3"], stdout=subprocess.PIPE, text=True) for _ in "ab"]
    done = [process.communicate()[0].split()[1:] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    boundaries_folder.cache_clear()
    assert boundaries_folder().parent == home
    assert boundaries_folder().name in (done[0][-1], done[1][-1])


@pytest.mark.parametrize("pointer", ["../../etc", "/etc", "", "no-such", "\xff", "."])
def test_a_pointer_that_leads_elsewhere_takes_nothing_away(pointer: str, home: Path, tmp_path: Path) -> None:
    home.mkdir(parents=True)
    (home / "other").mkdir()
    (home / "current").write_text(pointer, "latin-1")
    assert boundaries_folder() == shipped("boundaries")
    forget_update()
    assert [path.name for path in home.iterdir()] == ["other"]
    assert tmp_path.exists()
