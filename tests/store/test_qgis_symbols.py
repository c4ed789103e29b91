"""How authorities are drawn in QGIS and elsewhere: as on the web map, and "not surveyed" never like "none found"."""

from xml.etree import ElementTree

from rosc_map.show._layers import NOT_SURVEYED, STATUS_LOOKS
from rosc_map.store.qgis_symbols import GEOMETRY, OUTLINES, SITES, statuses_drawn, style_of

SE = "{http://www.opengis.net/se}"
OGC = "{http://www.opengis.net/ogc}"
COLUMN = "provision_status"
STYLE = style_of("authorities", statuses_drawn(COLUMN))


def options(part):
    return {option.get("name"): option.get("value") for option in part.find("Option")}


def colour(text):
    return f"#{bytes(int(part) for part in text.split(',')[:3]).hex()}"


def drawn(style):
    """Return by value of the column the colour behind, the brush over it and its ink."""
    renderer, found = ElementTree.fromstring(style["styleQML"]).find("renderer-v2"), {}
    for category in renderer.iterfind("categories/category"):
        symbol = renderer.find(f"symbols/symbol[@name='{category.get('symbol')}']")
        assert symbol.get("type") == "fill"
        behind, *over = [options(part) for part in symbol.iterfind("layer[@class='SimpleFill']")]
        assert behind["outline_style"] == "solid" and behind["style"] == "solid"
        hatch = [(part["style"], colour(part["color"]), part["outline_style"]) for part in over]
        found[category.get("value")] = (category.get("label"), colour(behind["color"]), *hatch)
    return found


def test_statuses_have_the_colours_of_the_web_map_and_a_hatch_each():
    served, none_found, not_surveyed = STATUS_LOOKS
    assert not_surveyed is NOT_SURVEYED
    assert drawn(STYLE) == {
        "served": ("Served", served.colour),
        "none_found": ("None found", none_found.colour, ("dense6", none_found.ink, "no")),
        "": ("Not surveyed yet", not_surveyed.colour, ("b_diagonal", not_surveyed.ink, "no")),
    }
    assert (STYLE["f_table_name"], STYLE["f_geometry_column"]) == ("authorities", GEOMETRY)


def test_other_programs_are_told_the_same():
    rules = list(ElementTree.fromstring(STYLE["styleSLD"]).iter(f"{SE}Rule"))
    values = [rule.findtext(f"{OGC}Filter/{OGC}PropertyIsEqualTo/{OGC}Literal") for rule in rules]
    assert values == ["served", "none_found", None]
    assert rules[-1].find(f"{SE}ElseFilter") is not None
    assert {found.text for rule in rules for found in rule.iter(f"{OGC}PropertyName")} == {COLUMN}
    marks = [[mark.text for mark in rule.iter(f"{SE}WellKnownName")] for rule in rules]
    assert marks == [[], ["shape://dot"], ["shape://slash"]]
    colours = [[each.text for each in rule.iter(f"{SE}SvgParameter")] for rule in rules]
    assert all(look.colour in found for look, found in zip(STATUS_LOOKS, colours, strict=True))


def test_what_nothing_is_said_of_has_one_symbol():
    for layer, how, kind in (("authorities", OUTLINES, "fill"), ("sites", SITES, "marker")):
        style = style_of(layer, how)
        renderer = ElementTree.fromstring(style["styleQML"]).find("renderer-v2")
        assert (renderer.get("type"), renderer.get("attr")) == ("singleSymbol", None)
        assert [symbol.get("type") for symbol in renderer.iterfind("symbols/symbol")] == [kind]
        (rule,) = ElementTree.fromstring(style["styleSLD"]).iter(f"{SE}Rule")
        assert rule.find(f"{OGC}Filter") is None and rule.find(f"{SE}ElseFilter") is None
    (outline,) = ElementTree.fromstring(style_of("a", OUTLINES)["styleQML"]).iter("layer")
    assert options(outline)["style"] == "no", "an outline only"
    assert not list(ElementTree.fromstring(style_of("a", OUTLINES)["styleSLD"]).iter(f"{SE}Fill"))
