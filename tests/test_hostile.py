"""Hostile text through the real path: typed in a CSV, imported, published, and shown in Chromium or a spreadsheet."""

import csv
import io
import itertools
import json

import pytest
from openpyxl import load_workbook

import rosc_map
from rosc_map.records import Asset, Kind

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "${alert(1)}",
    "</script><script>alert(1)</script>",
    '=HYPERLINK("x")',
    "{{ 7 * 7 }}{% raw %}",
    "`);alert(1)//",
    "\u2028alert(1)\u2029 \u202ereversed",
)


@pytest.fixture
def hostile(tmp_path, write_csv):
    """A partnership in which every text is hostile, its own title and banner too."""
    partnership = rosc_map.new(tmp_path / "h.gpkg", ["Surrey"], title=HOSTILE[2], banner=HOSTILE[0])
    texts = [name for name, spec in Asset.specs().items() if spec.kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.LIST)]
    checked = {"website", "source_url", "email", "phone", "areas_served"}
    rows = []
    for number, words in enumerate(HOSTILE):
        row = {name: words for name in texts if name not in checked}
        row |= {"asset_type": "lero", "postcode": "KT22 7TW", "listing": "agreed", "source_date": words[:50]}
        row |= {"organisation_number": words[:30], "recorded_by": "V1"}
        row |= {"id": f"{number}-{words}"[:60]}
        rows.append(row)
    partnership.import_(write_csv(rows))
    ids = [row["id"] for row in rows]
    links = [{"from": one, "to": other, "evidence": "declared"} for one, other in itertools.pairwise(ids)]
    partnership.import_(write_csv(links), "referrals")
    return partnership


@pytest.mark.browser
@pytest.mark.parametrize("audience", ["public", "internal"])
def test_the_map_runs_nothing_and_shows_the_names_as_typed(hostile, tmp_path, open_page, audience):
    watched = open_page(hostile.map(tmp_path / "map.html", audience=audience))
    page = watched.page
    page.wait_for_selector("table button")
    text = page.inner_text("body")
    for words in HOSTILE[:4]:
        assert words in text
    for button in page.query_selector_all("table button")[:7]:
        button.click()
    assert watched.quiet, (watched.dialogs, watched.console_errors, watched.page_errors, watched.requests)
    assert page.evaluate("document.querySelectorAll('img[src=x]').length") == 0


def test_a_spreadsheet_export_runs_nothing(hostile, tmp_path):
    rows = csv.reader(io.StringIO(hostile.export(tmp_path / "a.csv", audience="internal").read_text("utf-8-sig")))
    cells = [cell for row in rows for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.strip()[:1] in ("=", "@", "+")]
    book = load_workbook(hostile.export(tmp_path / "a.xlsx", audience="internal"))
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_geojson_stays_json_and_an_export_comes_back(hostile, tmp_path):
    names = {
        f["properties"]["name"] for f in json.loads(hostile.export(tmp_path / "a.geojson").read_text())["features"]
    }
    assert names == set(hostile.snapshot().assets["name"])
    again = hostile.import_(tmp_path / hostile.export(tmp_path / "b.csv", audience="internal").name)
    assert (again.added, again.changes) == ([], [])
