"""What must be in no output outside the coordinators': where the confidential are, in any notation, in any file."""

import re
import sqlite3
import zipfile
from functools import cache

import pytest
from PIL import Image

import rosc_map
from all_outputs import write_all
from partnerships import TODAY
from rosc_map.place import where
from small_rounds import on_day

OUTSIDE = ("public", "partners")
REFUGE = {
    "id": "harbour-wren",
    "name": "Harbour Wren",
    "asset_type": "domestic_abuse_refuge",
    "postcode": "KT22 7TW",
    "address": "9 Knowle Orchard, Leatherhead",
    "phone": "01632 960901",
    "email": "in@harbour-wren.example",
}
# Another postcode of the same county: what others see must be the same.
MOVED = {"postcode": "GU1 3AA"}
HOUSE = {
    "id": "house",
    "name": "Example Recovery House",
    "asset_type": "recovery_housing",
    "postcode": "RH4 1AA",
    "address": "27 Quillon Mews, Dorking",
    "location_precision": "local_authority",
}
HOUSE_MOVED = {"postcode": "KT23 4AA"}  # of the same local authority; the street stays, since texts tell of it
SHY = {
    "id": "shy",
    "name": "Example Shy Group",
    "postcode": "GU7 1HR",
    "address": "5 Pellow Walk, Godalming",
    "location_precision": "postcode_district",
}
PART = {
    "id": "part",
    "name": "Example Part",
    "postcode": "GU21 4AA",
    "address": "7 Tansy Gate, Woking",
    "phone": "01632 960904",
    "listing": "restricted",
    "listing_shows": "name",
}
LEFT = {
    "id": "left-willow",
    "name": "Left Willow",
    "postcode": "TW18 1XB",
    "address": "8 Fennimore End, Staines",
    "phone": "01632 960906",
    "listing": "declined",
}
LINE = {"id": "line", "name": "Example Helpline", "phone": "0800 123 4567", "attendance": "phone", "postcode": ""}
TELLING = (
    "Ask HARBOUR WREN or harbour-wren (kt227tw, KT22  7TW); house at 27 quillon mews rh41aa;"
    " Pellow walk GU7 1hr; tansy gate gu214aa; left willow 8 Fennimore End, tw181xb, 01632960906; 01632-960904."
)
SECRETS = (
    "harbour wren", "harbour-wren", "harbour_wren", "kt22 7tw", "kt227tw", "knowle orchard", "960901",
    "rh4 1aa", "rh41aa", "quillon", "gu7 1hr", "gu71hr", "pellow", "gu21 4aa", "gu214aa", "tansy", "960904",
    "left willow", "left-willow", "fennimore", "tw18 1xb", "tw181xb", "960906",
)  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """All that two audiences are given, of two partnerships that differ in where the confidential are alone."""
    folder = tmp_path_factory.mktemp("confidential")
    here = made(folder / "here", REFUGE, HOUSE)
    moved = made(folder / "moved", REFUGE | MOVED, HOUSE | HOUSE_MOVED)
    files = {audience: write_all(here, folder / audience, audience) for audience in OUTSIDE}
    return folder, files, write_all(moved, folder / "partners-moved", "partners")


def made(folder, refuge, house):
    """Make a partnership with something recorded of each of the confidential, and texts of others that tell of them."""
    folder.mkdir()
    partnership = rosc_map.new(folder / "c.gpkg", ["Surrey"], title="Example Surrey")
    plain = [
        {"id": f"s{n}", "name": f"Example Place {n}", "organisation": f"Example Group {n}", "phone": f"01632 96010{n}"}
        | {"postcode": postcode, "description": TELLING, "referral_route": TELLING}
        for n, postcode in enumerate(("GU1 4AA", "KT18 5AL", "RH1 1AA", "GU15 3AA", "GU9 7AA", "KT13 8AA"))
    ]
    every = {"asset_type": "lero", "listing": "agreed", "verified_on": "2026-10-01"}
    assets = [every | row for row in (refuge, house, SHY, PART, LEFT, LINE, *plain)]
    ids = [row["id"] for row in assets if row is not LEFT]
    records = {
        "assets": assets,
        "referrals": [
            {"from_asset": one, "to_asset": other, "evidence": "declared"}
            for one, other in zip(ids, [*ids[1:], ids[0]], strict=True)
            if "left-willow" not in (one, other)
        ],
        "surveys": [{"area_code": "Surrey", "asset_type": "lero", "on": "2026-03-01", "by": "V1"}],
        "funding": [
            {"asset": key, "area_code": "Surrey", "arrangement": "grant", "notes": "s0"}
            for key in ("harbour-wren", "s0")
        ],
        "offers": [
            {"asset": key, "direction": "wanted", "kind": "training", "details": "" if key != "s0" else TELLING}
            for key in ("harbour-wren", "s0", "house")
        ],
        "actions": [{"told_us": TELLING, "what": TELLING, "owner": "The board", "by": "2026-12-01"}],
    }
    for name, rows in records.items():
        partnership.import_(written(folder / f"{name}.csv", rows), name)
    early = on_day(partnership, TODAY.replace(month=10, day=1))
    drawn = early.draw(sources=7, targets=3, seed=1)
    answers = drawn.questions[["source", "target"]].assign(level="referral", contact="answered")
    answers.to_csv(folder / "answers.csv", index=False)
    early.record("R1", folder / "answers.csv")
    early.feedback("R1", folder / "own", reply_to="01632 960000", on=TODAY.replace(month=10, day=20))
    early.reply("R1", "s0", TELLING)
    return on_day(partnership, TODAY)


def written(path, rows):
    """Write rows as a CSV."""
    import pandas as pd

    pd.DataFrame(rows).fillna("").to_csv(path, index=False)
    return path


@cache
def readable(path):
    """Everything that a file says, its name too: the parts of a workbook, the rows of a GeoPackage, words in a PNG."""
    said = path.name
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as parts:
            said += " ".join(name + parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    elif path.suffix == ".gpkg":
        with sqlite3.connect(path) as database:
            said += "\n".join(database.iterdump())
        database.close()
    elif path.suffix == ".png":
        with Image.open(path) as picture:
            picture.load()
            said += str(picture.info)
    else:
        said += path.read_text("utf-8")
    return re.sub(r"base64,[A-Za-z0-9+/=]+", "", said).casefold()


def points():
    """The places of the confidential: latitude, longitude, easting, northing."""
    places = [where(row["postcode"]) for row in (REFUGE, HOUSE, SHY, PART, LEFT)]
    return [(place.latitude, place.longitude, place.easting, place.northing) for place in places]


def notations(latitude, longitude, easting, northing):
    """Pairs of texts in which a place may stand: degrees, whole parts of degrees (in hex too), metres."""
    yield f"{latitude:.4f}"[:-1], f"{longitude:.4f}"[:-1]
    for scale in (10_000, 100_000, 1_000_000):
        pair = round(latitude * scale), round(longitude * scale)
        yield tuple(map(str, pair))
        yield tuple(f"{part:x}" for part in pair)
    yield str(round(easting)), str(round(northing))


def test_the_coordinators_have_what_the_others_must_not(told, tmp_path):
    partnership = on_day(rosc_map.open(told[0] / "here" / "c.gpkg"), TODAY)
    kept = readable(partnership.export(tmp_path / "assets.csv", audience="internal"))
    for secret in ("harbour wren", "960901", "quillon", "pellow", "tansy"):
        assert secret in kept
    assert "knowle orchard" not in kept.replace(TELLING.casefold(), ""), "of a refuge not even they keep the street"


@pytest.mark.parametrize("audience", OUTSIDE)
def test_no_file_names_what_is_confidential(told, audience):
    files = told[1][audience]
    assert {path.suffix for path in files} >= {".html", ".csv", ".xlsx", ".geojson", ".gpkg", ".png"}
    leaked = {path.name: [secret for secret in SECRETS if secret in readable(path)] for path in files}
    assert {name: found for name, found in leaked.items() if found} == {}


@pytest.mark.parametrize("audience", OUTSIDE)
def test_no_file_holds_the_coordinates_of_what_is_confidential(told, audience):
    def whole(part, text):
        return part in text and re.search(rf"(?<![\w.]){re.escape(part)}", text)

    for path in told[1][audience]:
        text = readable(path)
        for point in points():
            held = [pair for pair in notations(*point) if all(whole(part, text) for part in pair)]
            assert not held, (path.name, held)


def test_a_coordinate_would_be_found(told):
    """The places of what may be shown are there, so the notations are those in which places are written."""
    shown = where("GU1 4AA")
    text = readable(told[0] / "public" / "assets.geojson")
    assert all(part in text for part in next(notations(shown.latitude, shown.longitude, 0, 0)))


def test_nothing_that_partners_see_depends_on_where_the_confidential_are(told):
    folder, files, moved = told
    same = {
        ".html",
        ".csv",
        ".json",
        ".geojson",
        ".graphml",
        ".png",
    }  # the others hold the time at which they were written
    before, after = (
        {path.relative_to(top): path.read_bytes() for path in found if path.suffix in same}
        for top, found in ((folder / "partners", files["partners"]), (folder / "partners-moved", moved))
    )
    assert before.keys() == after.keys() and len(before) >= 20
    assert [str(name) for name in before if before[name] != after[name]] == []
