"""The one layer of a map file: GeoJSON by its own text, GeoPackage and Shapefile by GDAL, once known for what it is."""

import json
import re
import sqlite3
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from rosc_map.errors import FileProblem, InputError
from rosc_map.exchange.archive import Archive
from rosc_map.exchange.client_records import FIRST_ROWS, refuse_client_records
from rosc_map.exchange.limits import MOST_BYTES, MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from rosc_map.exchange.outside.lists import Opened
from rosc_map.exchange.outside.map_points import DEGREES, NATIONAL_GRID, in_degrees, points_of
from rosc_map.exchange.outside.repair import Notes, text_of
from rosc_map.records import counted
from rosc_map.whole_file import read_whole

__all__ = ["Layer", "is_geojson", "read_layer"]

Floats = npt.NDArray[np.float64]

_SQLITE = b"SQLite format 3\0"
_SHAPES = b"\x00\x00\x27\x0a"  # 9994, with which a Shapefile begins
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_NEEDED = (".shp", ".shx", ".dbf")
_OF_A_PARTNERSHIP = {"assets", "footprint", "surveyed_areas"}  # some of the tables of the store
_OF_AN_EXPORT = {"assets", "authorities", "links", "sources"}  # as ``write_geopackage`` writes it
_RTREE = re.compile(r'CREATE VIRTUAL TABLE ("[^"]*"|\w+) USING rtree\b', re.IGNORECASE)
_ON_A_GRID = (
    (re.compile(r"(urn:ogc:def:crs:)?(OGC:[\d.]*:?CRS84|EPSG:[\d.]*:?4326)", re.IGNORECASE), DEGREES),
    (re.compile(r"(urn:ogc:def:crs:)?EPSG:[\d.]*:?27700", re.IGNORECASE), NATIONAL_GRID),
)
_AGAIN = "Download it again, or save it again from the program that made it."
_LONGEST_HEADING = 100
_FAR = 1e9  # degrees or metres; beyond it nothing is on earth


@dataclass(frozen=True)
class Layer:
    """The features of a map file.

    Attributes
    ----------
    columns
        Of its attributes; GeoJSON's own id of a feature is ``id``.
    rows
        The attributes of each feature.
    latitude, longitude
        Shape (rows,), degrees (EPSG:4326); NaN where a feature has no place.
    """

    columns: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]
    latitude: Floats
    longitude: Floats


def is_geojson(page: Any) -> bool:
    """Whether a JSON document is a collection of features, or one."""
    return isinstance(page, dict) and page.get("type") in ("FeatureCollection", "Feature")


def read_layer(opened: Opened, notes: Notes) -> Layer:
    """Read the one layer of a map file.

    Raises
    ------
    FileProblem
        When it is damaged, or too large (``exchange.limits``).
    InputError
        When it is of another kind, has no features or several layers, is on a grid that is not known, or holds
        records about single people (``exchange.client_records``).
    """
    if opened.path is None:
        columns, rows, shapes, grid = _geojson(opened)
    elif opened.path.suffix.lower() == ".gpkg":
        columns, rows, shapes, grid = _geopackage(opened.path)
    else:
        columns, rows, shapes, grid = _shapefile(opened.path)
    if not rows:
        raise InputError(f"{opened.name} has no features in it. {_AGAIN}")
    first = [[row.get(column) for column in columns] for row in rows[:FIRST_ROWS]]
    refuse_client_records(opened.name, [list(columns), *first])
    x, y, drawn = points_of(shapes)
    if drawn:
        why, what = "are drawn as lines or areas: a point inside was taken.", "Check those that matter to you."
        notes.add(1, "", counted(drawn, "feature"), why, what)
    longitude, latitude = in_degrees(opened.name, x, y, grid)
    return Layer(columns, rows, latitude, longitude)


_Read = tuple[tuple[str, ...], tuple[dict[str, Any], ...], npt.NDArray[Any], Any]


def _geojson(opened: Opened) -> _Read:
    # Not by GDAL, which would also follow what only looks like GeoJSON to other files and addresses.
    features: list[Mapping[str, Any]] = []
    grids = set()
    for page in opened.documents:
        if not is_geojson(page):
            raise InputError(f"{opened.name} is not GeoJSON: it is no collection of features. {_AGAIN}")
        grids.add(_grid_of(opened.name, page.get("crs")))
        found = page.get("features") if page["type"] == "FeatureCollection" else [page]
        if not isinstance(found, list):
            raise InputError(f"{opened.name} has no list of features. {_AGAIN}")
        features += [feature for feature in found if isinstance(feature, dict)]
    if len(grids) > 1:
        raise InputError(f"The pages of {opened.name} are on different grids. Read them one by one.")
    rows = tuple(map(_properties, features))
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    _check_size(opened.name, len(rows), len(columns))
    geometries = [feature.get("geometry") for feature in features]
    return columns, rows, _shapes(geometries), grids.pop() if grids else DEGREES


def _grid_of(name: str, crs: Any) -> int:
    if crs is None:
        return DEGREES
    properties = crs.get("properties") if isinstance(crs, dict) else None
    told = text_of(properties.get("name")) if isinstance(properties, dict) else ""
    for shape, grid in _ON_A_GRID:
        if shape.fullmatch(told):
            return grid
    raise InputError(
        f"{name} is on the grid {told[:60]!r}. Save it in longitude and latitude (WGS 84, EPSG:4326), as "
        "GeoJSON should be."
    )


def _properties(feature: Mapping[str, Any]) -> dict[str, Any]:
    found = feature.get("properties")
    given = found if isinstance(found, dict) else {}
    own = {} if feature.get("id") is None else {"id": feature["id"]}
    return {heading: _plain(value) for key, value in (own | given).items() if (heading := _heading(key))}


def _shapes(geometries: list[Any]) -> npt.NDArray[Any]:
    """Return shapes; none for what is not one. A point, which most are, is not written and read once more."""
    shapes = np.full(len(geometries), None, dtype=object)
    points = {at: pair for at, geometry in enumerate(geometries) if (pair := _pair(geometry))}
    shapes[list(points)] = shapely.points(np.array(list(points.values()), dtype=float).reshape(-1, 2))
    others = [at for at, geometry in enumerate(geometries) if at not in points and isinstance(geometry, dict)]
    texts = np.array([_written(geometries[at]) for at in others], dtype=object)
    shapes[others] = shapely.from_geojson(texts, on_invalid="ignore")
    return shapes


def _written(geometry: dict[str, Any]) -> str | None:
    try:
        return json.dumps(geometry)
    except RecursionError:
        return None  # nested as no shape is


def _pair(geometry: Any) -> tuple[float, float] | None:
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    place = geometry.get("coordinates")
    pair = place[:2] if isinstance(place, list) else []
    numbers = [float(part) for part in pair if isinstance(part, int | float) and abs(part) < _FAR]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else None


def _geopackage(path: Path) -> _Read:
    import pyogrio

    with path.open("rb") as file:
        if not file.read(len(_SQLITE)).startswith(_SQLITE):
            raise FileProblem(f"{path.name} is not a GeoPackage. {_AGAIN}")
    if path.stat().st_size > MOST_BYTES:
        raise FileProblem(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB. Save the layer you need alone.")
    _refuse_calculated(path)
    try:
        with _without_remarks():
            layers = [(str(layer), shape) for layer, shape in pyogrio.list_layers(path)]
    except (ValueError, RuntimeError) as error:  # of GDAL
        raise FileProblem(f"{path.name} cannot be read as a GeoPackage. {_AGAIN}") from error
    return _by_gdal(path, path.name, layer=_meant(path.name, layers))


def _meant(name: str, layers: list[tuple[str, str | None]]) -> str:
    """Return the one layer that can be meant."""
    names = {layer for layer, _ in layers}
    if names >= _OF_A_PARTNERSHIP:
        raise InputError(
            f"{name} is the file of a partnership, with what it keeps to itself: who asked not to be listed, and "
            "places that are hidden. Ask them for an export for partners."
        )
    if names >= _OF_AN_EXPORT:
        return "assets"
    drawn = [layer for layer, shape in layers if shape] or sorted(names - {"layer_styles"})
    if len(drawn) != 1:
        named = f": {', '.join(drawn[:10])}" if drawn else ""
        raise InputError(
            f"{name} has {len(drawn)} layers{named}. Save the one that you mean in a file of its own: in QGIS, Export "
            "and Save Features As in the menu of the layer."
        )
    return drawn[0]


def _refuse_calculated(path: Path) -> None:
    """Refuse what is calculated when it is read: its rows and its texts need have no end."""
    calculated = (
        "SELECT count(*) FROM sqlite_master m, pragma_table_xinfo(m.name) c "
        "WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' AND c.hidden IN (2, 3)"
    )
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            made = db.execute("SELECT type, sql FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
            (columns,) = db.execute(calculated).fetchone()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise FileProblem(f"{path.name} cannot be read as a GeoPackage. {_AGAIN}") from error
    odd = [sql for kind, sql in made if kind == "view" or _is_odd(str(sql))]
    if odd or columns:
        raise FileProblem(
            f"{path.name} holds views, not tables alone. Save its layer in a new GeoPackage and give that."
        )


def _is_odd(sql: str) -> bool:
    return sql.upper().startswith("CREATE VIRTUAL") and not _RTREE.match(sql)


def _shapefile(path: Path) -> _Read:
    parts = dict(_zipped(path) if path.suffix.lower() == ".zip" else _beside(path))
    lacking = [suffix for suffix in _NEEDED if suffix not in parts]
    if lacking:
        raise InputError(
            f"{path.name} lacks {' and '.join(lacking)}: a Shapefile is several files of one name. Put them in one "
            "folder, or zip them together."
        )
    if not parts[".shp"].startswith(_SHAPES) or not parts[".shx"].startswith(_SHAPES):
        raise FileProblem(f"{path.name} is no Shapefile, whatever its name says. {_AGAIN}")
    # In a folder and under names of our own: what is named inside leads nowhere, and nothing else lies beside it.
    with tempfile.TemporaryDirectory(prefix="rosc-map-") as folder:
        for suffix, data in parts.items():
            (Path(folder) / f"layer{suffix}").write_bytes(data)
        told = parts.get(".cpg", b"").decode("ascii", "replace").strip()
        for encoding in dict.fromkeys((told or "UTF-8", "UTF-8", "cp1252", "latin-1")):
            try:
                return _by_gdal(Path(folder) / "layer.shp", path.name, encoding=encoding)
            except (UnicodeDecodeError, LookupError):
                continue  # its texts are in another encoding than it says, or says nothing; latin-1 reads any
    raise FileProblem(f"{path.name} has texts that cannot be read. {_AGAIN}")


def _beside(path: Path) -> Iterator[tuple[str, bytes]]:
    """Give the files of a Shapefile that lie beside it, whatever the case of their endings."""
    left = MOST_BYTES
    read_whole(path, left)  # says in words what is wrong with it
    for part in sorted(path.parent.iterdir()):
        if part.stem == path.stem and part.suffix.lower() in _PARTS:
            data = read_whole(part, left)
            left -= len(data)
            yield part.suffix.lower(), data


def _zipped(path: Path) -> Iterator[tuple[str, bytes]]:
    left = MOST_BYTES
    try:
        archive = Archive(path.name, read_whole(path, MOST_BYTES))
        parts = [part for part in archive.parts if not part.startswith("__MACOSX/")]
        wanted = [part for part in parts if Path(part).suffix.lower() in _PARTS]
        if len([part for part in wanted if part.lower().endswith(".shp")]) != 1:
            raise InputError(f"{path.name} should hold one Shapefile. Unzip it, and give the file that you mean.")
        (shapes,) = (Path(part) for part in wanted if part.lower().endswith(".shp"))
        for part in wanted:
            if Path(part).with_suffix("") == shapes.with_suffix(""):
                data = b"".join(archive.unpack(part, left))
                left -= len(data)
                yield Path(part).suffix.lower(), data
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise FileProblem(f"{path.name} is damaged, or no zip. Download it again.") from error


@contextmanager
def _without_remarks() -> Iterator[None]:
    """Keep GDAL's remarks about odd files to itself: what matters is said by what comes out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _by_gdal(path: Path, name: str, *, layer: str | None = None, encoding: str | None = None) -> _Read:
    import pyogrio

    try:
        with _without_remarks():
            info = pyogrio.read_info(path, layer=layer, encoding=encoding)
            _check_size(name, info["features"], len(info["fields"]))
            table = pyogrio.read_dataframe(
                path, layer=layer, encoding=encoding, force_2d=True, on_invalid="ignore", max_features=MOST_ROWS + 1
            )
    except (UnicodeDecodeError, LookupError, InputError, FileProblem):
        raise
    # Of GDAL and PROJ; the last is what pyogrio says of a .prj that names no grid.
    except (ValueError, RuntimeError, OverflowError, UnboundLocalError) as error:
        raise FileProblem(f"{name} is damaged. {_AGAIN}") from error
    _check_size(name, len(table), len(info["fields"]))
    drawn = "geometry" in table.columns and hasattr(table, "geometry")
    shapes = table.geometry.to_numpy() if drawn else np.full(len(table), None, dtype=object)
    attributes = {_heading(str(key)): list(map(_plain, table[key].tolist())) for key in info["fields"]}
    attributes.pop("", None)
    rows = tuple(dict(zip(attributes, cells, strict=True)) for cells in zip(*attributes.values(), strict=True))
    return tuple(attributes), rows, shapes, table.crs if drawn else None


def _check_size(name: str, rows: int, columns: int) -> None:
    if columns > MOST_COLUMNS or rows > MOST_ROWS or rows * columns > MOST_CELLS:
        raise FileProblem(
            f"{name} has {rows:,} features with {columns:,} columns. At most {MOST_ROWS:,} features, {MOST_COLUMNS} "
            f"columns and {MOST_CELLS:,} cells are read: save the part that you need."
        )


def _heading(key: str) -> str:
    return " ".join("".join(filter(lambda c: c.isprintable(), key)).split())[:_LONGEST_HEADING]


def _plain(value: Any) -> Any:
    """Return a value as a cell of a table has it; lists of texts as one text, and nothing of what is nested."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(filter(None, map(text_of, value)))
    if hasattr(value, "isoformat") and value == value:  # NaT, which is no day, is not itself
        return value.isoformat()[:10]
    return value if isinstance(value, str | int | float) else None
