"""The GeoPackage container: the tables by which QGIS and GDAL know what a file holds (OGC 12-128r19; INTEROP §6.1)."""

import datetime as dt

from sqlalchemy import Connection, text

from rosc_map.store.geometry import WGS84

__all__ = ["register_layers", "write_container"]

_APPLICATION_ID = 0x47504B47
_VERSION = 10300

_CONTAINER = (
    """CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
       organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,
       description TEXT)""",
    """CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
       identifier TEXT UNIQUE, description TEXT DEFAULT '',
       last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
       min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
       CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
       geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
       CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
       CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
       CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))""",
)
_WGS84_WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,'
    'AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)
_SYSTEMS = (
    ("Undefined cartesian SRS", -1, "NONE", -1, "undefined"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined"),
    ("WGS 84 geodetic", WGS84, "EPSG", WGS84, _WGS84_WKT),
)


def write_container(connection: Connection) -> None:
    """Write the GeoPackage's own tables into an empty database."""
    connection.exec_driver_sql(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {_VERSION}")
    for statement in _CONTAINER:
        connection.exec_driver_sql(statement)
    add = text(
        "INSERT INTO gpkg_spatial_ref_sys (srs_name, srs_id, organization, organization_coordsys_id, definition) "
        "VALUES (:name, :id, :organisation, :code, :definition)"
    )
    keys = ("name", "id", "organisation", "code", "definition")
    connection.execute(add, [dict(zip(keys, system, strict=True)) for system in _SYSTEMS])


def register_layers(connection: Connection, features: str, attributes: list[str]) -> None:
    """Make tables known: one with points, the others without, or QGIS would not list them."""
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    add = text(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change, srs_id) "
        "VALUES (:name, :kind, :name, :now, :srs)"
    )
    rows = [{"name": features, "kind": "features", "now": now, "srs": WGS84}]
    rows += [{"name": name, "kind": "attributes", "now": now, "srs": None} for name in attributes]
    connection.execute(add, rows)
    connection.execute(
        text("INSERT INTO gpkg_geometry_columns VALUES (:name, 'geom', 'POINT', :srs, 0, 0)"),
        {"name": features, "srs": WGS84},
    )
