"""How QGIS shows the partnership file: symbols, names of the columns, choices and hints, all read from the records.

QGIS keeps the default style of a layer in a table ``layer_styles`` beside it, in a GeoPackage and in PostgreSQL alike
(INTEROP §6.1). The hints are kept where each of the two keeps the description of a column.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from sqlalchemy import Connection, text

from rosc_map.place import DERIVED
from rosc_map.records import Asset, FieldSpec, Kind, Record, codelist
from rosc_map.store.qgis_symbols import GEOMETRY, STYLE_NAME, add_option, assets_drawn, renderer, sld, xml_text

__all__ = ["STYLE_NAME", "layer_styles", "write_hints", "write_styles"]

# What QGIS keeps in a list of choices for "nothing".
_NULL = "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"
_UNIQUE, _HARD = "2", "1"  # as QGIS numbers its kinds of constraints, and how firm they are
_DESCRIPTION = "Made by rosc-map, and again with each new version: save your own under another name."


def layer_styles(layers: Mapping[str, type[Record]]) -> list[dict[str, str]]:
    """Return the default style of each layer.

    Parameters
    ----------
    layers
        The record type of each table, by the table's name.

    Returns
    -------
    list of dict
        One for each layer, with ``f_table_name``, ``f_geometry_column`` ("" for a table without points), ``styleQML``,
        ``styleSLD`` ("" for a table without points) and ``description``, as :func:`write_styles` takes them.

    References
    ----------
    Symbology Encoding 1.1 (OGC 05-077r4). QML has no specification: it is what QGIS 3.22 writes, but for what it fills
    in itself.
    """
    return [
        {
            "f_table_name": name,
            "f_geometry_column": GEOMETRY if record is Asset else "",
            "styleQML": _qml(record),
            "styleSLD": xml_text(sld(name, assets_drawn())) if record is Asset else "",
            "description": _DESCRIPTION,
        }
        for name, record in layers.items()
    ]


@cache
def _qml(record: type[Record]) -> str:
    categories = ["Fields", "Forms"]
    root = Element("qgis", version="3.22.0")
    if record is Asset:
        categories.append("Symbology")
        root.append(renderer(assets_drawn()))
    # Only what is said here is ours; the rest of the layer's properties stay as the user has them.
    root.set("styleCategories", "|".join(categories))
    fields, aliases = SubElement(root, "fieldConfiguration"), SubElement(root, "aliases")
    for name, spec in record.specs().items():
        SubElement(aliases, "alias", field=name, name=spec.label)
        _add_widget(fields, name, *_widget(spec))
    for name in ("fid", *(("version", *DERIVED) if record is Asset else ())):
        _add_widget(fields, name, "Hidden", {})  # what the program keeps up to date, and nobody types
    if record is Asset:
        _add_id_rules(root)
    return xml_text(root)


def _add_id_rules(root: Element) -> None:
    """Nobody types an id; an asset that is copied and pasted has one of its own, or it could not be saved."""
    SubElement(SubElement(root, "editable"), "field", name="id", editable="0")
    SubElement(SubElement(root, "constraints"), "constraint", field="id", constraints=_UNIQUE, unique_strength=_HARD)
    SubElement(SubElement(root, "defaults"), "default", field="id", expression="uuid('WithoutBraces')")


def _widget(spec: FieldSpec) -> tuple[str, dict[str, Any]]:
    """Return the widget in which QGIS edits a field, and its settings."""
    if spec.kind is Kind.CHOICE:
        choices = [{code.label: code.code} for code in codelist(spec.codelist).values()]
        return "ValueMap", {"map": choices if spec.required else [{"": _NULL}, *choices]}
    if spec.kind is Kind.YES_NO:
        # The third state is "not known", which is not "no".
        return "CheckBox", {"AllowNullState": True, "CheckedState": "", "UncheckedState": ""}
    if spec.kind is Kind.DATE:
        shape = {"display_format": "yyyy-MM-dd", "field_format": "yyyy-MM-dd", "field_iso_format": False}
        return "DateTime", {**shape, "calendar_popup": True, "allow_null": True}
    return "TextEdit", {"IsMultiline": spec.kind is Kind.LONG_TEXT, "UseHtml": False}


def _add_widget(parent: Element, name: str, widget: str, settings: dict[str, Any]) -> None:
    field = SubElement(parent, "field", name=name, configurationFlags="None")
    config = SubElement(SubElement(field, "editWidget", type=widget), "config")
    add_option(config, settings)


# Names are not quoted, so that PostgreSQL has them in lower case, as QGIS has them there.
_STYLES_TABLE = {
    "sqlite": """CREATE TABLE IF NOT EXISTS layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
        f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
        styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30),
        ui TEXT(30), update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))""",
    "postgresql": """CREATE TABLE IF NOT EXISTS layer_styles (id SERIAL PRIMARY KEY,
        f_table_catalog varchar, f_table_schema varchar, f_table_name varchar, f_geometry_column varchar,
        styleName text, styleQML xml, styleSLD xml, useAsDefault boolean, description text,
        owner varchar(63) DEFAULT CURRENT_USER, ui xml, update_time timestamp DEFAULT CURRENT_TIMESTAMP)""",
}
_REGISTER = """INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change)
    SELECT 'layer_styles', 'attributes', 'layer_styles', :now
    WHERE NOT EXISTS (SELECT 1 FROM gpkg_contents WHERE table_name = 'layer_styles')"""
# In a file there is no catalogue and no schema, and a table without points has "" for its geometry, in PostgreSQL NULL.
_WHERE_IT_IS = {
    "sqlite": ("''", "''", ":f_geometry_column"),
    "postgresql": ("current_database()", "current_schema()", "NULLIF(:f_geometry_column, '')"),
}


def write_styles(connection: Connection, styles: Iterable[Mapping[str, str]]) -> None:
    """Write styles where QGIS looks for them, in SQLite or PostgreSQL.

    Ours are replaced. A user's own are left alone, and a layer for which a user has chosen a default keeps it.

    Parameters
    ----------
    connection
        In a transaction. A file is a GeoPackage already, with its ``gpkg_contents``.
    styles
        Of the layers: as :func:`layer_styles` or :func:`rosc_map.store.qgis_symbols.style_of` makes them.
    """
    dialect = connection.dialect.name
    connection.exec_driver_sql(_STYLES_TABLE[dialect])
    if dialect == "sqlite":
        # A validator asks what a table is that the GeoPackage does not know.
        connection.execute(text(_REGISTER), {"now": _now()})
    catalogue, schema, geometry = _WHERE_IT_IS[dialect]
    layer = f"f_table_catalog = {catalogue} AND f_table_schema = {schema} AND f_table_name = :f_table_name"
    remove = text(f"DELETE FROM layer_styles WHERE {layer} AND styleName = :style")  # noqa: S608 - our own words
    chosen = text(f"SELECT id FROM layer_styles WHERE {layer} AND useAsDefault")  # noqa: S608 - our own words
    add = text(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "  # noqa: S608 - our own words
        "styleQML, styleSLD, useAsDefault, description, update_time) "
        f"VALUES ({catalogue}, {schema}, :f_table_name, {geometry}, :style, :styleQML, :styleSLD, :default, "
        ":description, :now)"
    )
    for style in styles:
        row = {**style, "styleSLD": style["styleSLD"] or None, "style": STYLE_NAME}
        connection.execute(remove, row)
        is_default = connection.execute(chosen, row).first() is None
        connection.execute(add, {**row, "default": is_default, "now": _now()})


def _now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


# The schema extension of GeoPackage (OGC 12-128r19, annex F.9): it wants both tables, and a row for each.
_COLUMNS_TABLES = (
    """CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,
       definition TEXT NOT NULL, scope TEXT NOT NULL,
       CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))""",
    """CREATE TABLE IF NOT EXISTS gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT,
       title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT,
       CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), CONSTRAINT gdc_tn UNIQUE (table_name, name))""",
    """CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (constraint_name TEXT NOT NULL,
       constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC,
       max_is_inclusive BOOLEAN, description TEXT,
       CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))""",
    """INSERT INTO gpkg_extensions SELECT name, NULL, 'gpkg_schema',
       'http://www.geopackage.org/spec121/#extension_schema', 'read-write' FROM sqlite_master
       WHERE type = 'table' AND name IN ('gpkg_data_columns', 'gpkg_data_column_constraints')
       AND name NOT IN (SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_schema')""",
)


def write_hints(connection: Connection, layers: Mapping[str, type[Record]]) -> None:
    """Write label and hint of each field as the description of its column, in SQLite or PostgreSQL.

    QGIS and GDAL show it where a column is edited or listed. What is there already is replaced.

    Parameters
    ----------
    connection, layers
        As for :func:`write_styles` and :func:`layer_styles`.
    """
    columns = [(table, name, spec) for table, record in layers.items() for name, spec in record.specs().items()]
    if connection.dialect.name == "postgresql":
        # All in one message: there are hundreds, and each would wait for the server's answer.
        comments = "; ".join(
            f'COMMENT ON COLUMN "{table}"."{name}" IS {_quoted(_hint(spec))}' for table, name, spec in columns
        )
        connection.exec_driver_sql(comments, execution_options={"no_parameters": True})
        return
    for statement in _COLUMNS_TABLES:
        connection.exec_driver_sql(statement)
    add = text(
        "INSERT INTO gpkg_data_columns (table_name, column_name, title, description) "
        "VALUES (:table, :name, :title, :description) "
        "ON CONFLICT (table_name, column_name) DO UPDATE SET title = :title, description = :description"
    )
    rows = [
        {"table": table, "name": name, "title": spec.label, "description": _hint(spec)} for table, name, spec in columns
    ]
    connection.execute(add, rows)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _hint(spec: FieldSpec) -> str:
    """Return the hint, and how to write what QGIS has no list or calendar for."""
    parts = [spec.hint]
    if spec.kind is Kind.CHOICES:
        parts.append(f"One or more of these, with semicolons between them: {'; '.join(codelist(spec.codelist))}.")
    elif spec.example and spec.kind not in (Kind.CHOICE, Kind.YES_NO):
        parts.append(f"For example: {spec.example}")
    return " ".join(part for part in parts if part)
