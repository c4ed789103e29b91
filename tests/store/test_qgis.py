"""QGIS finds styles, choices and hints in the file: as the records say them, and beside a user's own."""

from xml.etree import ElementTree

import pyogrio
import pytest
from sqlalchemy import create_engine, inspect, text

from rosc_map.records import Asset, Kind, codelist
from rosc_map.show._symbols import symbol
from rosc_map.store.geopackage import register_layers, write_container
from rosc_map.store.qgis import STYLE_NAME, layer_styles, write_hints, write_styles
from rosc_map.store.tables import METADATA, TABLES

LAYERS = {table.name: record for record, table in TABLES.items()}
STYLES = {style["f_table_name"]: style for style in layer_styles(LAYERS)}
SE = "{http://www.opengis.net/se}"
OGC = "{http://www.opengis.net/ogc}"
# How QGIS says "nothing" in a list of choices.
NULL = "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"


@pytest.fixture
def gpkg(tmp_path):
    return tmp_path / "area.gpkg"


@pytest.fixture
def file(gpkg):
    engine = create_engine(f"sqlite:///{gpkg}")
    with engine.begin() as connection:
        write_container(connection)
        METADATA.create_all(connection)
        register_layers(connection, "assets", [name for name in LAYERS if name != "assets"])
    with engine.begin() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def database(postgis):
    engine = create_engine(postgis.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        METADATA.create_all(connection)
        yield connection
    engine.dispose()


def widgets(layer):
    """Return the kind of widget and its settings by field."""
    found = {}
    for field in ElementTree.fromstring(STYLES[layer]["styleQML"]).iterfind("fieldConfiguration/field"):
        (option,) = field.iterfind("editWidget/config/Option")
        found[field.get("name")] = (field.find("editWidget").get("type"), option)
    return found


def stored(connection):
    """Return what is in the table of styles, but for the row's number and time."""
    query = (
        "SELECT f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
        "CAST(styleQML AS TEXT), CAST(styleSLD AS TEXT), useAsDefault, description FROM layer_styles ORDER BY 3, 5"
    )
    return [tuple(row) for row in connection.execute(text(query))]


def add_own_style(connection, *, default, catalogue="", schema=""):
    add = (
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
        "styleQML, useAsDefault) VALUES (:catalogue, :schema, 'assets', 'geom', 'Mine', '<qgis/>', :default)"
    )
    connection.execute(text(add), {"default": default, "catalogue": catalogue, "schema": schema})


def defaults(connection):
    query = "SELECT styleName FROM layer_styles WHERE f_table_name = 'assets' AND useAsDefault"
    return connection.execute(text(query)).scalars().all()


@pytest.mark.parametrize("layer", LAYERS)
def test_each_choice_is_a_list_of_exactly_its_codes(layer):
    found = widgets(layer)
    for name, spec in LAYERS[layer].specs().items():
        if spec.kind is Kind.CHOICE:
            kind, settings = found[name]
            assert kind == "ValueMap"
            (entries,) = settings.iterfind("Option[@name='map']")
            choices = [(entry.get("name"), entry.get("value")) for entry in entries.iterfind("Option/Option")]
            words = [(code.label, code.code) for code in codelist(spec.codelist).values()]
            assert choices == (words if spec.required else [("", NULL), *words])


@pytest.mark.parametrize("layer", LAYERS)
def test_each_column_has_its_widget_and_what_nobody_types_is_hidden(layer):
    specs, found = LAYERS[layer].specs(), widgets(layer)
    columns = {column.name for column in TABLES[LAYERS[layer]].columns} - {"geom"}
    assert found.keys() == columns
    assert {name for name, (kind, _) in found.items() if kind == "Hidden"} == columns - specs.keys()
    expected = {Kind.CHOICE: "ValueMap", Kind.YES_NO: "CheckBox", Kind.DATE: "DateTime"}
    assert all(found[name][0] == expected.get(spec.kind, "TextEdit") for name, spec in specs.items())


def test_long_texts_have_many_lines_and_what_is_not_known_can_stay_so():
    found = widgets("assets")

    def setting(name, key):
        return found[name][1].find(f"Option[@name='{key}']").get("value")

    assert setting("notes", "IsMultiline") == "true"
    assert setting("name", "IsMultiline") == "false"
    assert setting("verified_on", "allow_null") == "true"
    assert setting("commissions_others", "AllowNullState") == "true"


@pytest.mark.parametrize("layer", LAYERS)
def test_each_field_has_its_label(layer):
    aliases = ElementTree.fromstring(STYLES[layer]["styleQML"]).iterfind("aliases/alias")
    labels = {name: spec.label for name, spec in LAYERS[layer].specs().items()}
    assert {alias.get("field"): alias.get("name") for alias in aliases} == labels


def test_the_id_is_filled_in_and_not_typed():
    root = ElementTree.fromstring(STYLES["assets"]["styleQML"])
    assert [field.attrib for field in root.iterfind("editable/field")] == [{"name": "id", "editable": "0"}]
    assert [(each.get("field"), each.get("expression")) for each in root.iterfind("defaults/default")] == [
        ("id", "uuid('WithoutBraces')")
    ]


def test_assets_are_drawn_by_type_each_with_its_own_shape_and_the_colour_of_the_web_map():
    renderer = ElementTree.fromstring(STYLES["assets"]["styleQML"]).find("renderer-v2")
    assert (renderer.get("type"), renderer.get("attr")) == ("categorizedSymbol", "asset_type")
    drawn = {}
    for category in renderer.iterfind("categories/category"):
        layer = renderer.find(f"symbols/symbol[@name='{category.get('symbol')}']/layer/Option")
        drawn[category.get("value")] = {option.get("name"): option.get("value") for option in layer}
    assert list(drawn) == [*codelist("asset_type"), ""]
    shapes = [(drawn[code]["name"], drawn[code]["angle"]) for code in codelist("asset_type")]
    assert len(set(shapes)) == len(shapes)
    for code, settings in drawn.items():
        parts = [int(part) for part in settings["color"].split(",")]
        assert f"#{bytes(parts[:3]).hex()}" == symbol(code).colour
        assert parts[3] == 255


def test_the_sld_has_a_rule_for_each_type_and_one_for_the_rest():
    assert [name for name, style in STYLES.items() if style["styleSLD"]] == ["assets"]
    rules = list(ElementTree.fromstring(STYLES["assets"]["styleSLD"]).iter(f"{SE}Rule"))
    codes = [rule.findtext(f"{OGC}Filter/{OGC}PropertyIsEqualTo/{OGC}Literal") for rule in rules]
    assert codes == [*codelist("asset_type"), None]
    assert rules[-1].find(f"{SE}ElseFilter") is not None
    graphics = [rule.find(f"{SE}PointSymbolizer/{SE}Graphic") for rule in rules[:-1]]
    shapes = {
        (each.findtext(f"{SE}Mark/{SE}WellKnownName"), each.findtext(f"{SE}Rotation/{OGC}Literal")) for each in graphics
    }
    assert len(shapes) == len(graphics)


# Any warning is an error here (pyproject.toml), those that GDAL gives too.
def test_gdal_reads_every_layer_and_the_styles_without_a_warning(file, gpkg):
    write_styles(file, layer_styles(LAYERS))
    write_hints(file, LAYERS)
    file.commit()
    layers = [name for name, _ in pyogrio.list_layers(gpkg)]
    assert {*LAYERS, "layer_styles"} <= set(layers)
    tables = {name: pyogrio.read_dataframe(gpkg, layer=name) for name in layers}
    assert set(tables["layer_styles"]["f_table_name"]) == set(LAYERS)
    assert tables["layer_styles"]["update_time"].dtype.kind == "M"
    assert pyogrio.read_info(gpkg, layer="assets")["geometry_type"] == "Point"


def test_styles_lie_where_qgis_looks_for_those_of_a_file(file):
    write_styles(file, layer_styles(LAYERS))
    for catalogue, schema, layer, geometry, name, *_, default, _description in stored(file):
        assert (catalogue, schema, name, default) == ("", "", STYLE_NAME, 1)
        assert geometry == ("geom" if LAYERS[layer] is Asset else "")


def test_writing_twice_leaves_what_writing_once_does(file):
    write_styles(file, layer_styles(LAYERS))
    write_hints(file, LAYERS)
    tables = ("gpkg_contents", "gpkg_extensions", "gpkg_data_columns")
    once = [stored(file), *(file.execute(text(f"SELECT * FROM {name}")).all() for name in tables)]
    write_styles(file, layer_styles(LAYERS))
    write_hints(file, LAYERS)
    assert [stored(file), *(file.execute(text(f"SELECT * FROM {name}")).all() for name in tables)] == once
    assert len(once[0]) == len(LAYERS)


def test_our_style_of_an_older_version_is_replaced(file):
    write_styles(file, [{**STYLES["assets"], "styleQML": "<old/>"}])
    write_styles(file, [STYLES["assets"]])
    assert [row[5] for row in stored(file)] == [STYLES["assets"]["styleQML"]]


@pytest.mark.parametrize("default", [True, False])
def test_a_users_own_style_stays_and_so_does_the_default_that_they_chose(file, default):
    write_styles(file, [])
    add_own_style(file, default=default)
    for _ in range(2):
        write_styles(file, layer_styles(LAYERS))
        assert len(stored(file)) == len(LAYERS) + 1
        assert defaults(file) == (["Mine"] if default else [STYLE_NAME])


def test_each_field_has_its_hint_and_many_choices_their_codes(file):
    write_hints(file, LAYERS)
    query = "SELECT table_name, column_name, title, description FROM gpkg_data_columns"
    found = {(table, name): (title, hint) for table, name, title, hint in file.execute(text(query))}
    specs = {(layer, name): spec for layer, record in LAYERS.items() for name, spec in record.specs().items()}
    assert found.keys() == specs.keys()
    assert all(found[key][0] == spec.label and spec.hint in found[key][1] for key, spec in specs.items())
    for key, spec in specs.items():
        if spec.kind is Kind.CHOICES:
            assert found[key][1].endswith(f": {'; '.join(codelist(spec.codelist))}.")


@pytest.mark.postgis
def test_postgresql_has_the_same_styles_and_the_hints_as_comments(database):
    for _ in range(2):
        write_styles(database, layer_styles(LAYERS))
        write_hints(database, LAYERS)
    name, schema = database.execute(text("SELECT current_database(), current_schema()")).one()
    rows = stored(database)
    assert [row[:3] for row in rows] == [(name, schema, layer) for layer in sorted(LAYERS)]
    for _, _, layer, geometry, _, qml, sld, default, _ in rows:
        assert (geometry, default) == ("geom" if layer == "assets" else None, True)
        assert (qml, sld or "") == (STYLES[layer]["styleQML"], STYLES[layer]["styleSLD"])
    comments = {column["name"]: column["comment"] for column in inspect(database).get_columns("referrals")}
    assert comments["period"] == "For counted links only. For example: 2025-26"


@pytest.mark.postgis
def test_a_users_own_default_stays_in_postgresql(database):
    write_styles(database, [])
    name, schema = database.execute(text("SELECT current_database(), current_schema()")).one()
    add_own_style(database, default=True, catalogue=name, schema=schema)
    write_styles(database, layer_styles(LAYERS))
    assert defaults(database) == ["Mine"]
