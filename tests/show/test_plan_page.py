"""The page of a plan: the sentence, the curve, the table; or the curve alone."""

import io
import re
from xml.etree import ElementTree

import pytest
from PIL import Image
from test_show_accessible import too_wide

from axe_core import violations
from rosc_map.errors import FileProblem, InputError
from rosc_map.linkage.plan import plan
from rosc_map.show import plan_page, write_plan

PLAN = plan(42, sources=20, targets=5)


def test_the_sentence_comes_first_then_the_curve_and_every_row_of_the_table():
    html = plan_page(PLAN)
    assert html.index(PLAN.sentence) < html.index(PLAN.assumption) < html.index("<figure>") < html.index("<table>")
    assert len(re.findall(r'<th scope="row">', html)) == len(PLAN.table)
    hours = re.search(r'<th scope="row">20 services</th><td>5</td><td>100</td><td>(.*?)</td><td>(.*?)</td>', html)
    assert hours.groups() == ("11 points", "6.7")
    assert "<script" not in html and "Ashford-style" in html


def test_by_the_ending_it_is_the_page_or_the_chart_alone(tmp_path):
    page, svg, png = (write_plan(PLAN, tmp_path / f"plan{ending}") for ending in (".html", ".SVG", ".png"))
    assert page.read_text("utf-8") == plan_page(PLAN)
    assert ElementTree.parse(svg).getroot().tag.endswith("}svg")
    with Image.open(io.BytesIO(png.read_bytes())) as picture:
        assert picture.format == "PNG"
    with pytest.raises(InputError, match=r"plan\.pdf: choose a name that ends in \.html"):
        write_plan(PLAN, tmp_path / "plan.pdf")
    with pytest.raises(FileProblem):
        write_plan(PLAN, tmp_path / "missing" / "plan.html")


@pytest.mark.parametrize(("frame", "sources", "targets"), [(2, 2, 1), (3, 3, 2), (400, 400, 7), (5, 2, 1)])
def test_the_smallest_and_the_largest_plan_have_a_page(frame, sources, targets):
    shown = plan(frame, sources=sources, targets=targets)
    assert shown.sentence in plan_page(shown)


@pytest.mark.browser
def test_it_runs_nothing_asks_for_nothing_and_has_no_violation(open_page):
    watched = open_page(plan_page(PLAN), width=360)
    page = watched.page
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert not too_wide(page)
    assert violations(page) == ""
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not too_wide(page)
    assert watched.quiet, watched
