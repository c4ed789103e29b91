"""The six-type coverage matrix, with the neighbours beside."""

import pytest
from gaps_tables import assets, lero, real_lookup, small_lookup, surveys

from rosc_map import place
from rosc_map.gaps import provision
from rosc_map.gaps.six_types import six_types, six_types_sentences
from rosc_map.records import codelist

TYPES, RSS = tuple(codelist("asset_type")), tuple(codelist("rss_type"))
BESIDE = {
    "E07000001": ("E07000002", "E07000003", "E06000001", "E99999999"),
    "E07000002": ("E07000001", "W06000001"),
    "E07000003": ("E07000001",),
    "E06000001": ("E07000001",),
    "E99999999": ("E07000001",),
}


def made(*rows, searched=(), lookup=None, tier="local", area="Testshire"):
    every = [(code, kind) for code in searched for kind in TYPES]
    lookup = small_lookup() if lookup is None else lookup
    return provision(assets(*rows), surveys(*every), lookup, tier=tier, area=area)


def test_what_is_beside_is_counted_in_the_area_alone():
    rows = [
        lero("E07000002", rss_types=("housing",)),
        lero("E06000001", asset_type="treatment", rss_types=("housing", "education")),
    ]
    found = made(*rows, searched=["E07000001", "E07000002"])
    table = six_types(found, BESIDE).set_index("name")
    ash = table.loc["Ash"]
    # Beech, Cedar and Unitary: the fourth neighbour is not in the file's area.
    assert ash["beside"] == 3
    assert (ash["rss_status_housing"], ash["rss_housing"]) == ("none_found", 0)
    assert (ash["beside_served_housing"], ash["beside_surveyed_housing"]) == (2, 2)
    assert (ash["beside_served_education"], ash["beside_surveyed_education"]) == (1, 2)
    assert (ash["beside_served_employment"], ash["beside_surveyed_employment"]) == (0, 1)
    cedar = table.loc["Cedar"]
    assert (cedar["rss_status_housing"], cedar["rss_housing"], cedar["beside"]) == ("not_surveyed", None, 1)
    assert (cedar["beside_served_housing"], cedar["beside_surveyed_housing"]) == (0, 1)
    # A list that leaves an authority out has no neighbours for it.
    assert table.loc["Dyffryn", ["beside", "beside_surveyed_housing"]].to_list() == [0, 0]
    words = ("rss_status", "rss", "beside_served", "beside_surveyed")
    assert list(table.reset_index()) == [
        "name",
        "code",
        *(f"{word}_{code}" for code in RSS for word in words),
        "beside",
    ]
    assert table["code"].to_list() == found.by_authority["code"].to_list()


@pytest.mark.parametrize("tier", ["upper", "local"])
def test_real_neighbours_counted_one_by_one(tier):
    lookup = real_lookup("E")
    codes = lookup["upper_tier_code" if tier == "upper" else "local_authority_code"].unique()
    rows = [lero("", code, rss_types=(RSS[number % 6],)) for number, code in enumerate(codes[::3])]
    found = made(*rows, searched=list(codes[::2]), lookup=lookup, tier=tier)
    neighbours = place.bordering(tier)
    statuses = found.by_authority.set_index("code")
    for row in six_types(found, neighbours).to_dict("records"):
        near = [code for code in neighbours[row["code"]] if code in statuses.index]
        assert row["beside"] == len(near)
        for code in RSS:
            beside = statuses.loc[near, f"rss_status_{code}"].to_list()
            assert row[f"beside_served_{code}"] == beside.count("served")
            assert row[f"beside_surveyed_{code}"] == len(near) - beside.count("not_surveyed")
            assert row[f"rss_status_{code}"] == statuses.loc[row["code"], f"rss_status_{code}"]


def test_the_sentences_have_their_denominators():
    rows = [lero("E06000001", rss_types=RSS), lero("E07000001", rss_types=("housing",))]
    said = six_types_sentences(made(*rows, searched=["E07000001", "E07000002"]))
    assert len(said) == 7
    assert said[RSS.index("housing")] == (
        "Recovery housing: 2 of 5 local authorities in Testshire served; 1 surveyed without it; 2 not surveyed."
    )
    assert said[RSS.index("education")] == (
        "Recovery support in education: 1 of 5 local authorities in Testshire served; 2 surveyed without it; "
        "2 not surveyed."
    )
    assert said[-1] == (
        "All six types: 1 of 5 local authorities in Testshire served with every one; 2 surveyed without at least one; "
        "of 2 it is not known."
    )


def test_one_authority_is_not_several():
    said = six_types_sentences(made(lookup=small_lookup().tail(1), tier="upper", area="Wales"))
    assert "0 of 1 council in Wales served; 0 surveyed without it; 1 not surveyed." in said[0]
