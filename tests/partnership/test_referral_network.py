"""From an open partnership to the files of its network: whole, private where they have to be, and without a leak."""

import csv
import re
import shutil
import zipfile
from functools import cache

import openpyxl
import pytest

import rosc_map
from partnerships import TODAY
from rosc_map import examples
from rosc_map.errors import FileProblem, InputError
from rosc_map.records import Audience

TABLES = ("introductions", "links", "two-way", "to-talk-about")
FILES = {"network.html", "handoffs.png", "diagram.png"} | {
    f"{name}{end}" for name in TABLES for end in (".csv", ".xlsx")
}


@pytest.fixture(scope="module")
def full(made_up_file, tmp_path_factory):
    """The made-up partnership with all that its network can be made of, and secrets beside it; no test changes it."""
    partnership = rosc_map.open(shutil.copy(made_up_file, tmp_path_factory.mktemp("full")), today=TODAY)
    partnership.import_(examples.lists_path(), "lists")
    partnership.import_(examples.counts_path(), "referrals", from_format="counts", mapping=examples.mapping_path())
    return partnership


@pytest.fixture(scope="module")
def network_of(full, tmp_path_factory):
    """Return a function that gives the paths of the network's files for an audience, written once."""

    @cache
    def write(audience):
        return full.write_network(full.network(audience), tmp_path_factory.mktemp("of") / "network")

    return write


def texts(folder):
    """Return the text of every file of a folder, workbooks unpacked."""
    for path in folder.rglob("*"):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as packed:
                yield path, "".join(packed.read(part).decode("utf-8", "replace") for part in packed.namelist())
        elif path.is_file():
            yield path, path.read_bytes().decode("utf-8", "replace")


@pytest.mark.parametrize("audience", list(Audience))
def test_the_files_of_each_audience(network_of, audience):
    written = network_of(audience)
    folder = written[0].parent
    assert {path.name for path in written} == FILES == {path.name for path in folder.iterdir()}
    internal = audience is Audience.INTERNAL
    assert bool(folder.stat().st_mode & 0o077) is not internal
    with (folder / "introductions.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    assert len([row for row in rows if row and row[0].startswith("Example")]) == (
        0 if audience is Audience.PUBLIC else 3
    )


@pytest.mark.parametrize("audience", [Audience.PARTNERS, Audience.PUBLIC])
def test_nothing_that_others_may_not_see_is_in_any_file(full, network_of, audience):
    assets = full.snapshot().assets
    hidden = assets[
        assets["location_precision"].eq("hidden")
        | assets["asset_type"].eq("domestic_abuse_refuge")
        | assets["listing"].eq("declined")
        | assets["status"].ne("active")
        | (assets["listing"].eq("not_asked") if audience is Audience.PUBLIC else False)
    ]
    assert {"Example Safe Haven Refuge", "Example Quiet Hours Group"} <= set(hidden["name"])
    for path, text in texts(network_of(audience)[0].parent):
        for secret in (*hidden["name"], *hidden["id"], "refuge", "not found in a test"):
            if secret == "refuge":  # each page says that refuges are neither shown nor counted
                text = re.sub(r"Places that have to stay confidential, such as refuges,", "", text)
            assert secret.casefold() not in text.casefold(), path
        # Where each stands is no part of a network: not even of who may be shown.
        for code in (*assets["postcode"], *assets["address"]):
            assert not code or code not in text, path


def test_exact_small_counts_stay_with_coordinators(full):
    internal, partners = full.network("internal"), full.network("partners")
    small = internal.counted[internal.counted["people"].isin(["1", "2", "3", "4"])]
    assert len(small) >= 3
    assert not {"1", "2", "3", "4"} & {*partners.counted["people"], *partners.pathways["people"]}
    assert (partners.counted["people"] == "fewer than 5").sum() >= len(
        small
    ) - 1  # one is beside the refuge or the like


def test_hostile_names_are_text_in_every_table(empty, write_csv, tmp_path):
    hostile = '=HYPERLINK("http://bad.example")<script>alert(1)</script>${7*7}'
    rows = [{"name": name, "asset_type": "lero", "listing": "agreed"} for name in (hostile, "Example Café")]
    empty.import_(write_csv(rows))
    empty.import_(write_csv([{"from": hostile, "to": "Example Café", "evidence": "declared"}]), "referrals")
    folder = tmp_path / "network"
    empty.write_network(empty.network(), folder)
    page = (folder / "network.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    sheet = openpyxl.load_workbook(folder / "links.xlsx").active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert "\n=HYPERLINK" not in (folder / "links.csv").read_text("utf-8-sig").replace('"', "")


def test_a_page_of_coordinators_is_not_left_beside_the_public_one(full):
    with pytest.raises(FileProblem, match="cannot be made"):
        full.write_network(full.network(), full.path)


def test_an_audience_that_there_is_none_of_is_named(full):
    with pytest.raises(InputError, match="'press' is not an audience"):
        full.network("press")
