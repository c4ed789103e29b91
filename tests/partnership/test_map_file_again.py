"""A map file that is read in again a year later: known as the same list, with ids of its own or without."""

import json

import pytest

LINES = "column,value,field,becomes\nSITENAME,,name,\nTEL,,phone,\n,,asset_type,community\n"


@pytest.fixture
def take(empty, tmp_path):
    mapping = tmp_path / "mapping.csv"
    mapping.write_text(LINES, encoding="utf-8")

    def read(*features):
        found = [
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [east, 54.5742]}, "properties": said}
            for east, said in features
        ]
        path = tmp_path / "halls.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": found}), encoding="utf-8")
        return empty.import_(path, mapping=mapping, publisher="Example Council", licence="OGL-UK-3.0", listing="agreed")

    return read


def test_without_ids_it_is_the_same_list_next_year(empty, take):
    take((-1.235, {"SITENAME": "Example Hall", "TEL": "01632 960123"}), (-1.236, {"SITENAME": "Example Library"}))
    (line,) = empty.licences()
    assert line.startswith("From Map file: example-council (2 assets): ")
    # Drawn elsewhere, with another number; the other is no longer there.
    result = take((-1.245, {"SITENAME": "EXAMPLE HALL", "TEL": "01632 960456"}))
    assets = empty.snapshot().assets.set_index("name")
    assert len(assets) == 2 and [name for name, _ in result.gone] == ["Example Library"]
    assert assets.loc["Example Hall", "phone"] == "01632 960456"
    assert assets.loc["Example Hall", "longitude"] == pytest.approx(-1.245)


def test_two_with_one_name_in_two_places_are_two(empty, take):
    twins = [(east, {"SITENAME": "Community Room", "TEL": None}) for east in (-1.235, -1.215)]
    assert len(take(*twins).added) == 2
    assert take(*twins).added == [] and len(empty.snapshot().assets) == 2
    # With one name left, nobody knows which of them it was: both are to be looked at.
    assert len(take(twins[0]).gone) == 2
