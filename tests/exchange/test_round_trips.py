"""Round trips of an asset through each format, and the page that says what each carries."""

import re
from pathlib import Path

import pytest
from round_trips import ASSETS, COMMAND, FORMATS, carried, made_up, page

from rosc_map.records import Asset

PAGE = Path(__file__).parents[2] / "docs" / "what-formats-carry.md"
WHOLE = ("csv", "xlsx", "geojson", "gpkg", "kumu", "graphml", "gexf")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return made_up(tmp_path_factory.mktemp("made-up"))


def test_every_field_of_an_asset_is_tried(published):
    filled = {
        name for row in published.assets.to_dict("records") for name, value in row.items() if value not in ("", ())
    }
    assert set(Asset.specs()) <= filled
    assert len(published.assets) == len(ASSETS)


@pytest.mark.parametrize("code", FORMATS)
def test_what_a_format_keeps_in_part_has_its_reason(published, code):
    found = carried(published, FORMATS[code].there_and_back)
    assert {name for name, how in found.items() if how == "part"} == set(FORMATS[code].in_part)
    assert found["name"] == found["asset_type"] == found["postcode"] == "all"


@pytest.mark.parametrize("code", WHOLE)
def test_tables_maps_and_graphs_lose_nothing(published, code):
    assert set(carried(published, FORMATS[code].there_and_back).values()) == {"all"}


def test_what_is_lost_or_changed_is_found(published):
    def forgetful(seen, folder):
        rows = FORMATS["csv"].there_and_back(seen, folder)
        first = next(iter(rows))
        return {
            name: {**row, "phone": "", "cost": "free" if name == first else row["cost"]} for name, row in rows.items()
        }

    found = carried(published, forgetful)
    assert (found["phone"], found["cost"], found["email"]) == ("none", "part", "all")


def test_the_committed_page_is_current():
    current = PAGE.read_text("utf-8") == page()
    assert current, f"docs/what-formats-carry.md is not what the formats do. Run: {COMMAND}"


def test_the_page_has_every_field_and_the_command_that_makes_it():
    text = PAGE.read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == list(Asset.specs())
    assert COMMAND in text
    assert "WHY?" not in text
