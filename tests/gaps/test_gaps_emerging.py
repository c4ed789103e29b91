"""What is there where no LERO was found, and how many authorities have each status: never a gap where nobody looked."""

import pandas as pd
import pytest

from rosc_map import gaps
from rosc_map.records import codelist

LOOKUP = pd.DataFrame(
    [
        {
            "local_authority_code": code, "local_authority": name, "upper_tier_code": code, "upper_tier": name,
            "region_code": "E12000008", "region": "South East", "country_code": "E92000001", "country": "England",
        }
        for code, name in (("E1", "Ashford"), ("E2", "Barton"), ("E3", "Cotley"))
    ]
)  # fmt: skip


def asset(number, kind, authority, **more):
    return {
        "id": f"{number}", "asset_type": kind, "rss_types": (), "lero_type": "", "led_by": "", "status": "active",
        "local_authority_code": authority, "upper_tier_code": authority, "areas_served": (), **more,
    }  # fmt: skip


@pytest.fixture
def provision():
    """Ashford has a LERO; in Barton somebody looked for LEROs and mutual aid and found none; of Cotley nothing."""
    assets = pd.DataFrame(
        [
            asset(1, "lero", "E1", rss_types=("peer_based",)),
            asset(2, "lived_experience_initiative", "E2", rss_types=("peer_based",)),
            asset(3, "lived_experience_initiative", "E2"),
            asset(4, "mutual_aid", "E3"),
        ]
    )
    surveyed = pd.DataFrame(
        [{"area_code": "E2", "asset_type": kind, "on": None, "groups_asked": ()} for kind in ("lero", "mutual_aid")]
    )
    return gaps.provision(assets, surveyed, LOOKUP, area="Here")


def test_only_where_somebody_looked_and_found_none(provision):
    found = gaps.emerging(provision)
    assert found.to_dict("records") == [
        {"code": "E2", "name": "Barton", "lived_experience_initiative": 2, "mutual_aid": 0, "peer_based": 1}
    ]


def test_what_nobody_looked_for_is_none_and_not_0(provision):
    table = provision.by_authority
    table.loc[table["code"] == "E2", ["status_mutual_aid", "count_mutual_aid"]] = ["not_surveyed", None]
    assert gaps.emerging(provision).loc[0, "mutual_aid"] is None


@pytest.mark.parametrize("of", ["asset_type", "rss_type"])
def test_the_three_statuses_add_up_to_the_authorities(provision, of):
    table = gaps.tallies(provision, of)
    assert list(table["code"]) == list(codelist(of))
    assert (table[["served", "none_found", "not_surveyed"]].sum(axis=1) == 3).all()
    assert set(table["authorities"]) == {3}


def test_a_type_that_may_not_be_counted_has_no_row(provision):
    hidden = provision.by_authority.drop(columns=["status_domestic_abuse_refuge"])
    shown = gaps.Provision("upper", "Here", "lero", hidden, 1, 1, 1, "")
    assert "domestic_abuse_refuge" not in set(gaps.tallies(shown, "asset_type")["code"])
