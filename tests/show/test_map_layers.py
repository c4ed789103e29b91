"""The map with layers: a plain choice of how authorities are coloured, and where one more would help most."""

import dataclasses
import re

import pandas as pd
import pytest
from map_use import names, type_in_search
from show_build import asset, published, small
from test_show_accessible import too_wide
from test_show_hostile import HOSTILE
from test_show_maps import facts_in

from axe_core import violations
from published_gaps import PAIRS, gaps_for, gaps_of
from rosc_map.errors import NotPublished
from rosc_map.publish.gaps_types import MapLayer
from rosc_map.records import Audience
from rosc_map.show import map_page, write_map

FILLS = "[...document.querySelectorAll('#map path.leaflet-interactive')].map(p => p.getAttribute('fill'))"
REACH = "Reach: within 5 km of a LERO"


@pytest.fixture(scope="module")
def html():
    return map_page(gaps_of(small()))


@pytest.fixture
def opened(open_page, html):
    watched = open_page(html)
    yield watched
    assert watched.quiet, watched


def choose(page, label):
    page.get_by_label("Colour the authorities by").select_option(label=label)


def visible_legend(page):
    return [line.inner_text().strip() for line in page.locator("[data-layer] li").all() if line.is_visible()]


def test_without_layers_the_page_knows_nothing_of_them():
    html = map_page(small())
    facts = facts_in(html)
    assert (facts["layers"], facts["sites"], facts["round"], facts["tiles"]) == ([], [], None, None)
    assert not re.search(r'id="layer-note|id="layer"|fill-step|fill-pair|Colour the authorities', html)


def test_layers_reach_the_page_in_the_order_of_its_authorities():
    shown = gaps_of(small())
    turned = [dataclasses.replace(layer, areas=layer.areas.iloc[::-1]) for layer in shown.layers]
    facts = facts_in(map_page(shown))
    assert facts["layers"] == facts_in(map_page(gaps_of(small(), layers=turned)))["layers"]
    assert facts["layers"][0]["fills"] == ["fill-none_found", "fill-served", "fill-not_surveyed"]
    assert facts["layers"][1]["fills"] == ["fill-not_surveyed", "fill-step-5-1", "fill-step-5-2"]
    assert facts["layers"][1]["words"] == [
        "Not surveyed yet",
        "20 to 40 %: 1 of 100 postcodes",
        "40 to 60 %: 2 of 100 postcodes",
    ]
    assert [site["postcode"] for site in facts["sites"]] == ["GU1 1AA", "GU2 1AA"]


def test_the_words_of_an_authority_say_its_class_then_its_figure_and_no_figure_is_not_no_class():
    areas = pd.DataFrame(
        {"code": ["E1", "E2", "E3"], "class": [0, 1, None], "words": ["", "Served", "2 recorded"]}, dtype=object
    )
    layer = MapLayer("provision", "L", "statuses", ("Served", "None found"), areas, "Not surveyed yet", "")
    facts = facts_in(map_page(gaps_of(small(), layers=[layer])))["layers"][0]
    assert facts["words"] == ["Served", "None found: Served", "Not surveyed yet: 2 recorded"]


def test_every_pattern_that_a_layer_asks_for_is_on_the_page():
    html = map_page(gaps_of(small()))
    wanted = {fill for layer in facts_in(html)["layers"] for fill in layer["fills"]}
    made = re.findall(r'<pattern id="([\w-]+)"', html)
    assert wanted <= set(made) and len(made) == len(set(made)) == 3 + 5 + 9 + 2


def test_without_script_each_layer_and_each_place_is_told_in_words():
    plain = re.search(r"<noscript>(.*?)</noscript>", map_page(gaps_of(small())), re.DOTALL)[1]
    for words in (f"<h3>{REACH}</h3>", "Darlington: Not surveyed yet", "Middlesbrough: 20 to 40 %: 1 of 100 postcodes",
                  "GU1 1AA, Darlington: 1 of 100 more within 5 km"):  # fmt: skip
        assert words in plain


def test_only_what_has_passed_the_gate_is_drawn_and_internal_is_for_its_owner(made_up, tmp_path):
    with pytest.raises(NotPublished):
        map_page(gaps_of(small()).layers)
    path = write_map(gaps_for(made_up, Audience.INTERNAL), tmp_path / "map.html")
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.browser
def test_a_choice_changes_fill_legend_note_and_table_together(opened):
    page = opened.page
    assert page.evaluate(FILLS) == ["url(#fill-none_found)", "url(#fill-served)", "url(#fill-not_surveyed)"]
    assert "Served by a LERO: 1 of 3 authorities" in visible_legend(page)
    choose(page, REACH)
    assert page.evaluate(FILLS) == ["url(#fill-not_surveyed)", "url(#fill-step-5-1)", "url(#fill-step-5-2)"]
    assert visible_legend(page)[-1] == "Not surveyed yet: 1 of 3 authorities"
    assert page.locator("#layer-note").text_content() == f"{REACH}: as at 22 November 2026."
    heads = page.locator("#areas thead th").all_text_contents()
    assert heads[:4] == ["Name", "Details", REACH, "Code"]
    cells = [row.locator("td").nth(1).text_content() for row in page.locator("#areas tbody tr").all()]
    assert cells == ["Not surveyed yet", "20 to 40 %: 1 of 100 postcodes", "40 to 60 %: 2 of 100 postcodes"]


@pytest.mark.browser
def test_authorities_are_ordered_by_class_then_percentage_and_what_is_not_known_comes_last(open_page):
    def by_figure(classes, words):
        areas = pd.DataFrame({"code": ["E1", "E2", "E3"], "class": classes, "words": words}, dtype=object)
        steps = ("0 to 49 %", "50 to 74 %", "75 to 100 %")
        page = open_page(
            map_page(gaps_of(small(), layers=[MapLayer("freshness", "L", "steps", steps, areas, "No record", "")]))
        ).page
        orders = []
        for _ in range(2):
            page.locator("#areas thead button", has_text="L").first.click()
            orders.append(names(page, "areas"))
        return orders

    darlington, middlesbrough, redcar = "Darlington", "Middlesbrough", "Redcar and Cleveland"
    assert by_figure([1, 1, None], ["14 of 21 records (66 %)", "63 of 100 records (63 %)", "no record"]) == [
        [middlesbrough, darlington, redcar],
        [darlington, middlesbrough, redcar],
    ]
    assert by_figure([2, 1, 0], ["80 % within 5 km", "66 % within 5 km", "9 % within 5 km"])[0] == [
        redcar,
        middlesbrough,
        darlington,
    ]
    assert by_figure([0, 0, 0], ["1 % within 5 km", "under 1 % within 5 km", "0 % within 5 km"])[0] == [
        redcar,
        middlesbrough,
        darlington,
    ]


@pytest.mark.browser
def test_the_nine_classes_are_a_grid_with_high_need_at_the_top(opened):
    page = opened.page
    choose(page, "Need and provision")
    boxes = {line.inner_text().split(":")[0].strip(): line.bounding_box() for line in page.locator(".grid li").all()}
    assert list(boxes) == [*PAIRS[6:], *PAIRS[3:6], *PAIRS[:3]]
    assert boxes["high need, none or few"]["y"] < boxes["middle need, none or few"]["y"]
    assert boxes["high need, none or few"]["x"] < boxes["high need, many"]["x"]
    assert boxes["high need, none or few"]["y"] == boxes["high need, many"]["y"]


@pytest.mark.browser
def test_the_choice_is_kept_while_filtering_and_while_an_authority_is_chosen(opened):
    page = opened.page
    choose(page, REACH)
    before = page.evaluate(FILLS)
    type_in_search(page, "darlington")
    assert names(page, "areas") == ["Darlington"]
    assert page.locator("#areas tbody td").nth(1).text_content() == "Not surveyed yet"
    page.get_by_role("button", name="Show on map Darlington", exact=True).click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show everything again").click()
    assert sorted(page.evaluate(FILLS)) == sorted(before)
    assert page.get_by_label("Colour the authorities by").input_value() == "1"


@pytest.mark.browser
def test_the_details_of_an_authority_list_the_words_of_every_layer(opened):
    opened.page.get_by_role("button", name="Show on map Middlesbrough", exact=True).click()
    told = opened.page.locator("#details").inner_text()
    for words in (REACH, "1 of 100 postcodes", "Need and provision", "1 in need, 1 LERO", "Served by a LERO"):
        assert words in told


@pytest.mark.browser
def test_by_keyboard_alone_a_layer_is_chosen_and_a_place_is_opened_and_left(opened):
    page = opened.page
    page.locator("#layer").focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FILLS)[1] == "url(#fill-step-5-1)"
    page.locator("#map").focus()
    page.keyboard.press("Tab")
    for _ in range(10):
        if page.evaluate("document.activeElement.matches('.site')"):
            break
        page.keyboard.press("Tab")
    mark = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert mark == "Place 1: GU1 1AA"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == mark
    assert "1 of 100 more within 5 km" in page.locator("#details").inner_text()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == mark


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_the_choice_stands_before_the_map_and_its_legend_below_for_eyes_and_keys(open_page, width):
    layers = [dataclasses.replace(layer, note=f"{layer.note} A second sentence.") for layer in gaps_of(small()).layers]
    page = open_page(map_page(gaps_of(small(), layers=layers)), width=width).page
    places = [
        page.locator(one).bounding_box() for one in ("label[for=layer]", "#layer", "#map", ".legend", "#layer-note")
    ]
    assert [box["y"] for box in places] == sorted(box["y"] for box in places)
    assert (
        places[1]["y"] + places[1]["height"] <= places[2]["y"]
        and places[2]["y"] + places[2]["height"] <= places[3]["y"]
    )
    assert page.locator("#layer-note").text_content() == "LEROs: as at 22 November 2026. A second sentence."
    page.locator("#layer").focus()
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "map":
            break
    assert page.evaluate("document.activeElement.id") == "map", "from the choice on to the map"
    assert not too_wide(page)


@pytest.mark.browser
def test_places_are_numbered_on_the_map_and_told_in_a_table(opened):
    page = opened.page
    told = (page.get_by_role("heading", name="Where to ask who is emerging"), page.locator("li.of-sites"))
    assert page.locator(".site").count() == 0 and not any(part.is_visible() for part in told)
    choose(page, REACH)
    assert page.locator(".site").all_text_contents() == ["1", "2"] and all(part.is_visible() for part in told)
    assert "out of reach of any LERO; ask who is emerging here; 1 comes first" in told[1].text_content()
    rows = page.locator("#sites tbody tr")
    assert rows.count() == 2 and "2 of 100 more within 5 km" in rows.nth(1).inner_text()
    button = page.get_by_role("button", name="Show on map Place 2: GU2 1AA")
    button.click()
    assert page.locator("#details h3").text_content() == "Place 2: GU2 1AA"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Show on map Place 2: GU2 1AA"
    choose(page, "LEROs")
    assert page.locator(".site").count() == 0 and not any(part.is_visible() for part in told)


@pytest.mark.browser
def test_no_violation_and_no_sideways_scroll_whatever_is_chosen(open_page):
    page = open_page(map_page(gaps_of(small())), width=360).page
    for layer in ("LEROs", REACH, "Need and provision"):
        choose(page, layer)
        assert not too_wide(page)
    choose(page, REACH)
    page.locator(".site").first.focus()
    page.keyboard.press("Enter")
    assert violations(page) == "" and not too_wide(page)
    sizes = page.locator("select, .site").evaluate_all("all => all.map(e => e.getBoundingClientRect().height)")
    assert min(sizes) >= 24


@pytest.mark.browser
def test_a_gap_analysis_without_layers_or_without_places_is_still_a_map(open_page):
    for more in ({"layers": ()}, {"sites": gaps_of(small()).sites.iloc[:0]}):
        watched = open_page(map_page(gaps_of(small(), **more)))
        assert watched.page.locator("#areas tbody tr").count() == 3
        assert watched.quiet, (more, watched)


@pytest.mark.browser
def test_hostile_text_in_layers_and_places_runs_nothing_and_shows_as_typed(open_page):
    areas = [pd.DataFrame({"code": ["E1"], "class": [1], "words": [text]}) for text in HOSTILE]
    both = zip(HOSTILE, areas, strict=True)
    layers = [MapLayer("reach", text, "steps", (text, text), area, text, text) for text, area in both]
    shown = gaps_of(published([asset(1, HOSTILE[0], "lero", at=(-1.2, 54.5))]), layers=layers)
    sites = pd.concat([shown.sites.iloc[:1]] * len(HOSTILE), ignore_index=True)
    sites = sites.assign(postcode=HOSTILE, authority=HOSTILE, words=HOSTILE)
    watched = open_page(map_page(dataclasses.replace(shown, sites=sites, gate=shown.gate)))
    page = watched.page
    for at, text in enumerate(HOSTILE):
        page.locator("#layer").select_option(str(at))
        assert page.locator("#layer-note").text_content() == text
        assert page.locator("#areas thead th").nth(2).text_content() == text
        assert page.locator("#areas tbody td").nth(1).text_content() == text
        page.locator("#sites tbody button").nth(at).click()
        assert page.locator("#details h3").text_content() == f"Place {at + 1}: {text}"
        assert page.locator("#details dd").all_text_contents() == [text, text]
    assert page.locator("img, iframe, object, embed").count() == 0
    assert watched.quiet, watched
