"""Boundaries change and records stay: a file of before is read with the codes of today, and not rewritten."""

import csv
import json
import shutil

import pytest

import rosc_map
from rosc_map.place.boundaries.files import ABOUT, FORMAT, LOOKUP, POLYGONS, boundaries_folder, checksums
from rosc_map.place.shipped import shipped

OLD, NEW = "E06000002", "E06000999"


@pytest.fixture
def renumbered(tmp_path, monkeypatch):
    """Return a function that takes boundaries into use in which Middlesbrough has another code."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    boundaries_folder.cache_clear()

    def take():
        folder = tmp_path / "data" / "rosc-map" / "boundaries" / "2030"
        shutil.copytree(shipped("boundaries"), folder)
        with (folder / LOOKUP).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            if row["local_authority_code"] == OLD:
                row |= {"local_authority_code": NEW, "upper_tier_code": NEW, "old_codes": OLD}
        with (folder / LOOKUP).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        polygons = folder / POLYGONS
        polygons.write_text(polygons.read_text("utf-8").replace(OLD, NEW), "utf-8")
        about = json.loads((folder / ABOUT).read_text("utf-8"))
        about |= {"as_at": "2030", "format": FORMAT, "files": checksums(folder)}
        (folder / ABOUT).write_text(json.dumps(about), "utf-8")
        (folder.parent / "current").write_text("2030", "utf-8")
        boundaries_folder.cache_clear()
        assert boundaries_folder() == folder

    yield take
    boundaries_folder.cache_clear()


def test_a_file_of_before_goes_on_working(tmp_path, write_csv, renumbered):
    made = rosc_map.new(tmp_path / "area.gpkg", ["Middlesbrough"])
    row = {"asset_type": "lero", "listing": "agreed"}
    made.import_(
        write_csv([{"name": "A", "postcode": "TS1 2PA", **row}, {"name": "B", "areas_served": "Middlesbrough", **row}])
    )
    made.survey(["Middlesbrough"], on="2026-03-01", by="Volunteer 7", types=["mutual_aid"])
    before, looked = made.publish().provision.sentence, made.publish(asset_type="mutual_aid").provision.sentence
    assert "0 not surveyed" in looked
    renumbered()
    after = rosc_map.open(tmp_path / "area.gpkg")
    assert after.publish().provision.sentence == before
    by_authority = after.publish().provision.by_authority
    assert list(by_authority["code"]) == [NEW]
    assert after.publish(asset_type="mutual_aid").provision.sentence == looked
    assert len(after.publish().assets) == 2
    assert not [finding for finding in after.check() if finding.kind == "place"]
    after.map(tmp_path / "map.html")
    after.edit("A", {"description": "Open to all"})
    assert "Open to all" in set(after.snapshot().assets["description"])


def test_without_a_change_nothing_is_made_anew(tmp_path, write_csv):
    from rosc_map.partnership.current_areas import in_current_areas

    made = rosc_map.new(tmp_path / "area.gpkg", ["Middlesbrough"])
    made.import_(write_csv([{"name": "A", "postcode": "TS1 2PA", "asset_type": "lero"}]))
    snapshot = made.snapshot()
    again = in_current_areas(snapshot)
    assert again.assets is snapshot.assets
    assert again.surveyed is snapshot.surveyed
