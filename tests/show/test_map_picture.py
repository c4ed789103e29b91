"""A map as a picture for slides: what is drawn, what its key says, and what it says of itself."""

import dataclasses
import io
import stat

import pytest
from PIL import Image
from show_build import many, small
from test_gaps_charts import written

from published_gaps import layers_of, sites_at
from rosc_map.errors import InputError, NotPublished
from rosc_map.publish import PublishedMap
from rosc_map.publish.published import _GATE
from rosc_map.records import Audience
from rosc_map.show import map_picture, write_map_picture
from rosc_map.show._symbols import _SYMBOLS, symbol
from rosc_map.show.map_picture import MOST_LINKS, MOST_SYMBOLS, _outline


def shown(published=None, layers=None, **more):
    published = small(**more) if published is None else published
    layers = tuple(layers_of(published.provision.by_authority)) if layers is None else layers
    sites = sites_at(published.areas, []).iloc[:0]
    held = {"published": published, "layers": layers, "sites": sites, "round": None, "pairs": sites.iloc[:0]}
    return PublishedMap(**held, licences=(), gate=_GATE)


def colours_in(picture):
    """The colours of a picture."""
    with Image.open(io.BytesIO(picture)) as opened:
        return {colour[:3] for _, colour in opened.convert("RGB").getcolors(1 << 24)}


def rgb(code):
    return tuple(int(code[at : at + 2], 16) for at in (1, 3, 5))


def test_its_first_layer_is_drawn_and_its_key_says_what_is_there():
    chart = map_picture(shown())
    assert chart.title == "LEROs"
    for words in ("Served by a LERO: 1 of 3", "Not surveyed yet: 1 of 3", "Mutual aid: 1", "Refers to: 1 of 3 links",
                  "Lived experience recovery organisation (LERO): 2", "A dashed ring: about here, not the exact place",
                  "Not found in this test: 1 of 3 links", "1 of 5 assets without a point in this picture"):  # fmt: skip
        assert words in chart.text, words
        assert words in written(chart), words
    found = colours_in(chart.png)
    assert {rgb(symbol(kind).colour) for kind in ("lero", "mutual_aid", "treatment")} <= found
    assert rgb(symbol("community").colour) not in found, "there is none"


def test_without_a_layer_what_is_there_is_drawn():
    chart = map_picture(shown(layers=()))
    assert chart.title == "What is there: LERO" and "Served by a LERO: 1 of 3" in chart.text


def test_what_has_no_point_or_lies_elsewhere_is_counted_and_not_drawn():
    published = small()
    moved = published.assets.assign(geometry=published.assets.geometry.translate(5, 0))
    chart = map_picture(shown(dataclasses.replace(published, assets=moved)))
    assert "5 of 5 assets without a point in this picture" in chart.text and "Refers to" not in chart.text
    empty = dataclasses.replace(published, assets=published.assets.iloc[:0], links=published.links.iloc[:0])
    assert "asset" not in map_picture(shown(empty)).text.replace("authorities", "")


def test_many_assets_are_dots_and_too_many_links_are_said_and_not_drawn():
    published = many(MOST_SYMBOLS + 20)
    ends = [(f"a{at}", f"a{at + 1}", "", "", "declared", False) for at in range(MOST_LINKS + 1)]
    links = small().links.iloc[:0]
    links = links.reindex(range(len(ends)))
    links[:] = ends
    chart = map_picture(shown(dataclasses.replace(published, links=links.astype({"not_found_in_test": bool}))))
    assert f"{MOST_LINKS + 1} links: too many to be drawn" in chart.text and "Refers to" not in chart.text


@pytest.mark.parametrize("kind", list(_SYMBOLS))
def test_a_marker_is_the_shape_of_the_map_the_right_way_up(kind):
    west, south, east, north = _outline(kind).get_extents().extents
    assert max(abs(west), abs(east)) <= 11 and max(abs(south), abs(north)) <= 11 and east > 5 and north > 4
    if kind == "recovery_housing":
        assert (north, south) == (10, -9), "the roof is above"


def test_the_slide_says_for_whom_and_of_what_day_and_internal_is_for_its_owner(tmp_path):
    public, internal = (shown(audience=audience) for audience in (Audience.PUBLIC, Audience.INTERNAL))
    assert map_picture(public).png != map_picture(internal).png, "for whom it is stands at the foot"
    later = shown(as_at=public.as_at.replace(year=2027))
    assert map_picture(public).png != map_picture(later).png
    path = write_map_picture(internal, tmp_path / "map.png")
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    with Image.open(path) as picture:
        assert picture.width >= 1_000
    assert path.read_bytes() == map_picture(internal).png, "the same bytes each time"


def test_only_a_map_that_has_passed_the_gate_is_drawn_and_only_as_png(tmp_path):
    with pytest.raises(NotPublished):
        map_picture(small())
    with pytest.raises(InputError, match=r"ends in \.png"):
        write_map_picture(shown(), tmp_path / "map.svg")
