"""How QGIS and other programs draw a layer: a symbol for each value of a column, as QML and as SLD.

The symbols are those of the web map. They are said again here because the store may not import what shows, and because
QGIS knows shapes and hatches by name where the web map has paths and patterns.
"""

from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from rosc_map.records import codelist

__all__ = [
    "GEOMETRY",
    "OUTLINES",
    "SITES",
    "STYLE_NAME",
    "Drawn",
    "Fill",
    "Marker",
    "add_option",
    "assets_drawn",
    "renderer",
    "sld",
    "statuses_drawn",
    "style_of",
    "xml_text",
]

STYLE_NAME = "rosc-map"
"""The name of our styles in QGIS; a style with another name is a user's own."""

GEOMETRY = "geom"
"""The column of a GeoPackage or of PostGIS that holds the places."""


@dataclass(frozen=True)
class Marker:
    """A shape of QGIS, how far it is turned (degrees, clockwise), and its colour."""

    shape: str
    angle: int
    colour: str


@dataclass(frozen=True)
class Fill:
    """How a polygon is filled: its colour ("" for an outline alone), and a hatch over it ("" for none) in its ink.

    The hatch has two names: that of a brush of QGIS, and that of a mark in SLD, as GeoServer knows it.
    """

    colour: str = ""
    ink: str = ""
    brush: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Drawn:
    """How a layer is drawn.

    Attributes
    ----------
    column
        The column whose value decides; "" draws all alike.
    categories
        Value, words for the legend, and symbol; the value "" stands for every other, and for none.
    """

    column: str
    categories: tuple[tuple[str, str, Marker | Fill], ...]


# Okabe and Ito, "Color universal design", 2008.
_SYMBOLS = {
    "lero": Marker("circle", 0, "#0072b2"),
    "lived_experience_initiative": Marker("square", 45, "#56b4e9"),
    "recovery_support": Marker("square", 0, "#009e73"),
    "mutual_aid": Marker("triangle", 0, "#e69f00"),
    "treatment": Marker("cross_fill", 0, "#d55e00"),
    "recovery_housing": Marker("pentagon", 0, "#cc79a7"),
    "domestic_abuse_refuge": Marker("triangle", 180, "#333333"),
    "community": Marker("hexagon", 0, "#f0e442"),
    "partner_service": Marker("cross_fill", 45, "#999999"),
}
_OTHER = Marker("circle", 0, "#ffffff")
_OUTLINE = "#232323"
# SLD has few shapes of its own; other programs than QGIS know these.
_SLD_SHAPES = {"cross_fill": "cross", "pentagon": "star"}
_SIZE_MM, _SIZE_PX, _WIDTH_MM, _HATCH_PX = 3.4, 12, 0.3, 8

OUTLINES = Drawn("", (("", "Authorities", Fill()),))
"""Authorities that nothing is said of."""

SITES = Drawn("", (("", "About here one more would help most", Marker("star", 0, "#1a1a1a")),))
"""The places where one more asset would help most."""


def assets_drawn() -> Drawn:
    """Return how assets are drawn: by type, each with a shape and a colour of its own."""
    types = codelist("asset_type").values()
    known = [(code.code, code.label, _SYMBOLS.get(code.code, _OTHER)) for code in types]
    return Drawn("asset_type", (*known, ("", "Other", _OTHER)))


def statuses_drawn(column: str) -> Drawn:
    """Return how authorities are drawn by the status in a column: where nobody looked never looks like "none found".

    What has no status has not been surveyed either, as far as anybody knows.
    """
    return Drawn(
        column,
        (
            ("served", "Served", Fill("#a9d3ea")),
            ("none_found", "None found", Fill("#fff1dc", "#8f4a00", "dense6", "shape://dot")),
            ("", "Not surveyed yet", Fill("#f4f4f4", "#8a8a8a", "b_diagonal", "shape://slash")),
        ),
    )


def style_of(layer: str, drawn: Drawn) -> dict[str, str]:
    """Return the default style of a layer of a file that somebody is given, as ``qgis.write_styles`` takes it.

    References
    ----------
    Symbology Encoding 1.1 (OGC 05-077r4), with the hatches of GeoServer.
    """
    root = Element("qgis", version="3.22.0", styleCategories="Symbology")
    root.append(renderer(drawn))
    return {
        "f_table_name": layer,
        "f_geometry_column": GEOMETRY,
        "styleQML": xml_text(root),
        "styleSLD": xml_text(sld(layer, drawn)),
        "description": "Made by rosc-map.",
    }


def xml_text(root: Element) -> str:
    """Return an element as text, with a line for each part."""
    indent(root)
    return tostring(root, encoding="unicode")


def add_option(parent: Element, value: Any, **name: str) -> None:
    """Add a value as QGIS writes any value: a map, a list, yes or no, or text."""
    if isinstance(value, dict):
        option = SubElement(parent, "Option", name, type="Map")
        for key, each in value.items():
            add_option(option, each, name=key)
    elif isinstance(value, list):
        option = SubElement(parent, "Option", name, type="List")
        for each in value:
            add_option(option, each)
    elif isinstance(value, bool):
        SubElement(parent, "Option", name, type="bool", value=str(value).lower())
    else:
        SubElement(parent, "Option", name, type="QString", value=str(value))


def renderer(drawn: Drawn) -> Element:
    """Return the symbols of a layer as QGIS writes them."""
    root = Element("renderer-v2", type="categorizedSymbol" if drawn.column else "singleSymbol")
    symbols = Element("symbols")
    if drawn.column:
        root.set("attr", drawn.column)
        categories = SubElement(root, "categories")
        for at, (value, words, _) in enumerate(drawn.categories):
            SubElement(categories, "category", value=value, label=words, symbol=str(at), render="true")
    root.append(symbols)
    for at, (_, _, symbol) in enumerate(drawn.categories):
        kind = "marker" if isinstance(symbol, Marker) else "fill"
        whole = SubElement(symbols, "symbol", name=str(at), type=kind)
        for settings in [_marker(symbol)] if isinstance(symbol, Marker) else _fills(symbol):
            add_option(SubElement(whole, "layer", {"class": f"Simple{kind.title()}"}, enabled="1"), settings)
    return root


def _marker(symbol: Marker) -> dict[str, Any]:
    return {
        "name": symbol.shape,
        "angle": symbol.angle,
        "color": _rgba(symbol.colour),
        "outline_color": _rgba(_OUTLINE),
        "outline_width": _WIDTH_MM,
        "size": _SIZE_MM,
    }


def _fills(symbol: Fill) -> list[dict[str, Any]]:
    """Return the parts of a filled polygon: the colour with its outline, and the hatch over it."""
    line = {"outline_color": _rgba(_OUTLINE), "outline_width": _WIDTH_MM, "outline_style": "solid"}
    filled = {"style": "solid", "color": _rgba(symbol.colour)} if symbol.colour else {"style": "no"}
    hatch = {"style": symbol.brush, "color": _rgba(symbol.ink), "outline_style": "no"} if symbol.brush else None
    return [filled | line, *([hatch] if hatch else [])]


def _rgba(colour: str) -> str:
    parts = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return ",".join(str(part) for part in (*parts, 255))


def sld(layer: str, drawn: Drawn) -> Element:
    """Return the symbols of a layer for other programs than QGIS."""
    root = Element(
        "StyledLayerDescriptor",
        {
            "version": "1.1.0",
            "xmlns": "http://www.opengis.net/sld",
            "xmlns:se": "http://www.opengis.net/se",
            "xmlns:ogc": "http://www.opengis.net/ogc",
        },
    )
    named = SubElement(root, "NamedLayer")
    SubElement(named, "se:Name").text = layer
    style = SubElement(named, "UserStyle")
    SubElement(style, "se:Name").text = STYLE_NAME
    rules = SubElement(style, "se:FeatureTypeStyle")
    for value, words, symbol in drawn.categories:
        rule = SubElement(rules, "se:Rule")
        SubElement(rule, "se:Name").text = words
        if drawn.column:
            _add_filter(rule, drawn.column, value)
        if isinstance(symbol, Marker):
            _add_point(rule, symbol)
        else:
            _add_polygon(rule, symbol)
    return root


def _add_filter(rule: Element, column: str, value: str) -> None:
    if not value:
        SubElement(rule, "se:ElseFilter")
        return
    equal = SubElement(SubElement(rule, "ogc:Filter"), "ogc:PropertyIsEqualTo")
    SubElement(equal, "ogc:PropertyName").text = column
    SubElement(equal, "ogc:Literal").text = value


def _add_point(rule: Element, symbol: Marker) -> None:
    graphic = SubElement(SubElement(rule, "se:PointSymbolizer"), "se:Graphic")
    mark = SubElement(graphic, "se:Mark")
    SubElement(mark, "se:WellKnownName").text = _SLD_SHAPES.get(symbol.shape, symbol.shape)
    _add_colour(SubElement(mark, "se:Fill"), "fill", symbol.colour)
    _add_colour(SubElement(mark, "se:Stroke"), "stroke", _OUTLINE)
    SubElement(graphic, "se:Size").text = str(_SIZE_PX)
    rotation = SubElement(graphic, "se:Rotation")
    SubElement(rotation, "ogc:Literal").text = str(symbol.angle)


def _add_polygon(rule: Element, symbol: Fill) -> None:
    if symbol.colour:
        _add_colour(SubElement(SubElement(rule, "se:PolygonSymbolizer"), "se:Fill"), "fill", symbol.colour)
    if symbol.mark:
        hatched = SubElement(SubElement(rule, "se:PolygonSymbolizer"), "se:Fill")
        graphic = SubElement(SubElement(hatched, "se:GraphicFill"), "se:Graphic")
        mark = SubElement(graphic, "se:Mark")
        SubElement(mark, "se:WellKnownName").text = symbol.mark
        _add_colour(SubElement(mark, "se:Stroke"), "stroke", symbol.ink)
        SubElement(graphic, "se:Size").text = str(_HATCH_PX)
    _add_colour(SubElement(SubElement(rule, "se:PolygonSymbolizer"), "se:Stroke"), "stroke", _OUTLINE)


def _add_colour(parent: Element, name: str, colour: str) -> None:
    SubElement(parent, "se:SvgParameter", name=name).text = colour
