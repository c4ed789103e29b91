"""One asset, placed as it is typed."""

from rosc_map.place import place_assets
from rosc_map.records import Asset, row_dicts


def placed(**values):
    """Return the row of an asset that was typed."""
    asset = Asset(**{"name": "Example", "asset_type": "community", **values})
    return row_dicts(place_assets([(1, asset)]).table)[0]
