"""Small lists of others for the tests of taking them in."""

from rosc_map.exchange.outside import OutsideList, OutsideRow

INSIDE, OUTSIDE = "TS1 2PA", "LS1 1UR"
HERE = {"name": "Example Friday Group", "asset_type": "mutual_aid", "postcode": INSIDE}


def a_list(*rows, **about):
    """Return a list of the scheme ``example``, each row with an id of its own unless it says otherwise."""
    made = tuple(
        OutsideRow(
            number,
            {"external_ids": (f"example:{number}",), **{k: v for k, v in row.items() if k != "words"}},
            row.get("words", ()),
        )
        for number, row in enumerate(rows, start=1)
    )
    return OutsideList(**{"name": "list.json", "format": "example", "scheme": "example", "rows": made, **about})


def whys(result):
    """Return why each row was left out, by its number."""
    return {row.number: row.why for row in result.left_out}
