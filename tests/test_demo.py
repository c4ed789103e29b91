"""The demo, end to end: what must hold of its figures, and what must never be in anything it publishes."""

import csv
import json
import zipfile

import pytest
from openpyxl import load_workbook

from rosc_map import examples
from rosc_map.demo import run_demo
from rosc_map.place import where
from rosc_map.records import codelist

REFUGE, RECOVERY_HOUSES, DECLINED = "Example Safe Haven Refuge", ("GU7 1HR", "RH2 0SH"), "Example Quiet Hours Group"


def readable(path):
    """Everything that a file says: the parts of a workbook too."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return " ".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return path.read_bytes().decode("utf-8", "replace")


def outputs(demo, *, internal=False):
    files = [path for path in demo.rglob("*") if path.is_file()]
    return [path for path in files if ("internal" in path.parts) == internal]


def test_england_adds_up(demo):
    with (demo / "england" / "gaps" / "gaps-provision.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    count = {
        status: sum(row["status"] == status for row in rows) for status in ("served", "none_found", "not_surveyed")
    }
    assert len(rows) == sum(count.values()) == 153
    assert count == {"served": 25, "none_found": 0, "not_surveyed": 128}
    sentence = "10 LEROs serve 25 of 153 upper-tier authorities in England; 0 surveyed without one; 128 not surveyed."
    assert sentence in readable(demo / "index.html")


def test_the_list_names_no_gap(demo):
    with (demo / "england" / "gaps" / "gaps-provision.csv").open(encoding="utf-8-sig") as file:
        status = {row["name"]: row["status"] for row in csv.DictReader(file)}
    assert (status["Middlesbrough"], status["Nottinghamshire"], status["Cornwall"]) == (
        "served",
        "served",
        "not_surveyed",
    )


def test_every_page_says_what_it_is(demo):
    banners = {"england": examples.BANNER, "made-up-surrey": examples.BANNER_MADE_UP}
    for page in demo.rglob("*.html"):
        text = readable(page).replace("&#39;", "'").replace("&#x27;", "'")
        for folder, banner in banners.items():
            if folder in page.parts or page.name == "index.html":
                assert banner in text, page


def test_every_link_of_the_index_leads_somewhere(demo):
    import re

    links = re.findall(r'href="([^"#]+)"', readable(demo / "index.html"))
    assert len(links) >= 14
    assert not [link for link in links if not link.startswith("data:") and not (demo / link).is_file()]


def secrets():
    """What no public output may hold: the refuge and the organisation that left, and the places of recovery houses."""
    with examples.assets_path().open(encoding="utf-8") as file:
        assets = {row["name"]: row for row in csv.DictReader(file)}
    found = set()
    for asset in assets.values():
        confidential = asset["asset_type"] == "domestic_abuse_refuge" or asset["listing"] == "declined"
        if confidential:
            found |= {asset[name] for name in ("id", "name", "phone", "email", "website", "description") if asset[name]}
        if (
            confidential
            or asset["location_precision"] == "local_authority"
            or asset["asset_type"] == "recovery_housing"
        ):
            place = where(asset["postcode"])
            found |= {asset["postcode"], asset["postcode"].replace(" ", ""), asset["address"].split(",")[0]}
            found |= {str(place.easting), str(place.northing)}
    return sorted(found)


def secret_points():
    """The points of those places, each as the ways in which its latitude and longitude may be written."""
    with examples.assets_path().open(encoding="utf-8") as file:
        rows = [
            row for row in csv.DictReader(file) if row["asset_type"] in ("domestic_abuse_refuge", "recovery_housing")
        ]
        places = [where(row["postcode"]) for row in rows if row["postcode"]]
    return [[{f"{part:.4f}", f"{part:.6f}"[:-2]} for part in (place.latitude, place.longitude)] for place in places]


def test_there_are_secrets_and_the_coordinators_file_holds_what_it_may(demo):
    told = secrets()
    assert {REFUGE, DECLINED, "TW18 1XB", "GU21 4AA", *RECOVERY_HOUSES, "Castlefield Road"} <= set(told)
    internal = readable(demo / "made-up-surrey" / "internal" / "assets.csv")
    assert REFUGE in internal
    assert "Castlefield Road" in internal
    # Nothing finer than the county is even kept of the refuge.
    kept = " ".join(readable(path) for path in outputs(demo, internal=True))
    for secret in ("TW18 1XB", "TW181XB", "Knowle Green"):
        assert secret not in kept
    assert DECLINED not in internal


def test_no_output_outside_the_coordinators_folder_gives_a_place_away(demo):
    files = outputs(demo)
    assert len(files) >= 12
    for path in files:
        text = readable(path).casefold()
        leaked = [secret for secret in secrets() if secret.casefold() in text]
        assert not leaked, f"{path.name}: {leaked}"
        for latitude, longitude in secret_points():
            assert not (any(x in text for x in latitude) and any(x in text for x in longitude)), path


def test_no_column_or_figure_tells_of_refuges(demo):
    for path in outputs(demo):
        assert "count_domestic_abuse_refuge" not in readable(path), path
        if path.suffix == ".json":
            assert "domestic_abuse_refuge" not in json.loads(path.read_text("utf-8")), path


def test_a_postcode_district_is_all_that_is_shown_of_one(demo):
    for path in outputs(demo):
        assert "GU19 5AA" not in readable(path), path
    assert "GU19, Surrey Heath (about here)" in readable(demo / "made-up-surrey" / "public" / "assets.csv")


def test_those_not_asked_are_not_named_in_public(demo):
    with examples.assets_path().open(encoding="utf-8") as file:
        names = [row["name"] for row in csv.DictReader(file) if row["listing"] == "not_asked"]
    assets, _ = examples.public_page_assets("England")
    real = assets.loc[assets["listing"] == "not_asked", "name"].tolist()
    assert len(names) >= 5
    assert "Recovery Connections" in real
    for path in outputs(demo):
        if "partners" in path.parts:
            continue
        text = readable(path)
        assert not [name for name in (*names, *real) if len(name) > 3 and name in text], path


def test_no_organisations_result_leaves_the_coordinators(demo):
    levels = [code.label for code in codelist("linkage_level").values()]
    for path in outputs(demo):
        text = readable(path)
        assert not [label for label in levels if label in text], path


def test_the_call_sheet_is_for_people(demo):
    sheet = load_workbook(demo / "made-up-surrey" / "internal" / "calls.xlsx").worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 101
    assert rows[0][0] == "who to ring"
    assert rows[0][-4:] == ("round", "sheet", "source", "target")
    assert all(REFUGE not in str(row) for row in rows)


def test_no_path_of_this_machine_is_in_any_output(demo):
    for path in outputs(demo) + outputs(demo, internal=True):
        assert str(demo.parent) not in readable(path), path


def test_a_folder_that_cannot_be_made_is_a_plain_error(tmp_path):
    from rosc_map.errors import FileProblem

    (tmp_path / "file").write_text("x")
    with pytest.raises(FileProblem, match="Choose another folder with --out"):
        run_demo(tmp_path / "file" / "demo")
