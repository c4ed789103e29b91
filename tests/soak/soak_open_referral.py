"""All 10,000 services fetched page by page and one by one are the public export; and thousands of strange questions."""

import shutil
import sys
from contextlib import closing
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))

from api_schema import asked_strangely, operations
from harvest import Harvester, exported, many_alike
from serving import served

import rosc_map

SERVICES = 10_000


@pytest.fixture(scope="module")
def large(empty_file, tmp_path_factory):
    folder = tmp_path_factory.mktemp("large")
    target = Path(shutil.copy(empty_file, folder / "area.gpkg"))
    rows = folder / "rows.csv"
    rows.write_text("name,asset_type,postcode,listing\nExample Group 1,lero,TS1 2PA,agreed\n", "utf-8")
    with closing(rosc_map.open(target)) as partnership:
        partnership.import_(rows)
    many_alike(target, SERVICES)
    with served(target) as made:
        yield made


def test_all_pages_and_all_details_are_the_public_export(large, tmp_path):
    files = exported(large.target, tmp_path / "out")
    with closing(Harvester(large.url)) as harvester:
        pages = list(harvester.pages(100))
        assert {f"services/page-{number}.json": page for number, page in enumerate(pages, 1)} == {
            name: data for name, data in files.items() if name.startswith("services/page-")
        }
        details = {name: data for name, data in files.items() if len(Path(name).stem) == 36}
        assert len(details) == SERVICES
        for name, data in details.items():
            assert harvester.get(f"/{name.removesuffix('.json')}").content == data, name


@pytest.mark.parametrize("operation", ["GET /", "GET /services", "GET /services/{id}"])
def test_thousands_of_strange_questions_find_no_fault(large, operation):
    asked_strangely(operations(large.url)[operation], examples=1_000)
