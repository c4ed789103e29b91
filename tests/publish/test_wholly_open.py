"""What is read narrowly keeps nothing back: the fields that tell so agree with the gate."""

from itertools import product

import pandas as pd
import pytest

from rosc_map import publish
from rosc_map.linkage import may_be_tested
from rosc_map.publish import WHOLLY_OPEN, Snapshot, keeps_secret
from rosc_map.publish.view import stands_for
from rosc_map.records import Audience, Question, codelist, row_dicts

FIELDS = {
    "listing": [*codelist("listing"), "", "yes"],
    "location_precision": [*codelist("location_precision"), "", "near"],
    "asset_type": [*codelist("asset_type"), "", "pub"],
    "status": [*codelist("status"), "", "gone"],
}


@pytest.fixture(scope="module")
def every():
    rows = [dict(zip(FIELDS, values, strict=True)) for values in product(*FIELDS.values())]
    return pd.DataFrame(rows).assign(
        listing_shows=[("name", "place")] * len(rows), id=[str(n) for n in range(len(rows))]
    )


def test_what_is_wholly_open_is_what_keeps_nothing_from_partners(every):
    kept = keeps_secret(every, Audience.PARTNERS)
    assert [any(row[name] not in values for name, values in WHOLLY_OPEN.items()) for row in row_dicts(every)] == [*kept]


def test_one_row_may_be_tested_where_it_may_among_all(every):
    nothing = pd.DataFrame(columns=list(Question.specs()))
    snapshot = Snapshot("", "", None, (), every, *[nothing] * 7)
    rows = {
        row["id"] for row in row_dicts(every) if stands_for(row, Audience.INTERNAL) == "named" and may_be_tested(row)
    }
    assert rows == set(publish.tested_assets(snapshot)["id"])
