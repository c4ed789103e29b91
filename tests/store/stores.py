"""Stores of both kinds for the tests: the same tests run on a file and on a real PostGIS."""

from rosc_map.place import place_assets
from rosc_map.records import Asset


def asset_row(identifier="a", **fields):
    """Return an asset, placed, as it is stored."""
    record = Asset(**{"id": identifier, "name": "Näme", "asset_type": "lero", "postcode": "TS1 2PA", **fields})
    return place_assets([(2, record)]).table.drop(columns="row").to_dict("records")[0]
