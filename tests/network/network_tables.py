"""Small tables for the tests of the network."""

import pandas as pd

ASSET_COLUMNS = ["id", "name", "asset_type", "led_by", "local_authority_code", "upper_tier_code"]
REFERRAL_COLUMNS = ["from_asset", "to_asset", "kind", "evidence", "result", "count", "period", "on"]


def assets(*rows):
    """Each row: an id, or (id, type), (id, type, upper tier) or (id, type, upper tier, led by); the name is NAME-id."""
    full = []
    for row in rows:
        given = (row,) if isinstance(row, str) else row
        key, kind, upper, led_by = (*given, *("treatment", "E06000002", "unknown")[len(given) - 1 :])
        full.append([key, f"NAME-{key}", kind, led_by, upper, upper])
    return pd.DataFrame(full, columns=ASSET_COLUMNS)


def referrals(*rows):
    """Each row: (from, to), then what is not a plain declared referral by its column."""
    plain = {"kind": "referral", "evidence": "declared", "result": "", "count": None, "period": "", "on": None}
    full = [plain | {"from_asset": row[0], "to_asset": row[1]} | (row[2] if len(row) > 2 else {}) for row in rows]
    return pd.DataFrame(full, columns=REFERRAL_COLUMNS)


def lists(*rows):
    """Each row: (asset, direction); an id alone named all to whom it refers."""
    full = [(row, "refers_to") if isinstance(row, str) else row for row in rows]
    return pd.DataFrame(full, columns=["asset", "direction"])
