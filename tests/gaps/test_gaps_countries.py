"""Provision by country: each has its own denominator, and they add up."""

import pytest
from gaps_tables import assets, lero, small_lookup, surveys
from hypothesis import given, settings
from hypothesis import strategies as st

from rosc_map import place
from rosc_map.errors import InputError
from rosc_map.gaps import provision
from rosc_map.gaps._words import named
from rosc_map.gaps.countries import countries

ENGLAND, WALES = "E92000001", "W92000004"


def run(rows=(), searched=(), lookup=None, tier="upper", area="the United Kingdom", **options):
    lookup = place.lookup() if lookup is None else lookup
    found = provision(assets(*rows), surveys(*searched), lookup, tier=tier, area=area, **options)
    return found, countries(found, lookup).set_index("country")


@pytest.mark.parametrize(("tier", "numbers"), [("upper", [153, 11, 32, 22, 218]), ("local", [296, 11, 32, 22, 361])])
def test_the_denominators(tier, numbers):
    _, table = run(tier=tier)
    assert table.index.to_list() == ["England", "Northern Ireland", "Scotland", "Wales", "United Kingdom"]
    assert table["authorities"].to_list() == table["not_surveyed"].to_list() == numbers
    assert table["share_served"].to_list() == [None] * 5


def test_each_country_in_words():
    lookup = place.lookup()
    english = lookup.loc[lookup["country"] == "England", "upper_tier_code"].unique()
    # Two serve authorities of two countries.
    rows = [lero("", *english[:72], WALES), lero("", english[0], "W06000001")]
    found, table = run(rows, [(ENGLAND,)])
    assert table["sentence"].to_dict() == {
        "England": (
            "LEROs serve 72 of 153 upper-tier authorities in England (47 %), fewer than half; "
            "81 surveyed without one; 0 not surveyed."
        ),
        "Northern Ireland": (
            "No LERO is known to serve any: 0 of 11 councils in Northern Ireland; "
            "0 surveyed without one; 11 not surveyed."
        ),
        "Scotland": (
            "No LERO is known to serve any: 0 of 32 councils in Scotland; 0 surveyed without one; 32 not surveyed."
        ),
        "Wales": "LEROs serve 22 of 22 councils in Wales (100 %); 0 surveyed without one; 0 not surveyed.",
        "United Kingdom": found.sentence,
    }
    assert found.sentence.startswith("2 LEROs serve 94 of 218 upper-tier authorities in the United Kingdom; 81 ")
    assert table["share_served"].to_list() == [72 / 153, None, None, 1.0, None]


def test_the_number_of_assets_is_told_where_they_serve_no_other_country():
    rows = [lero("", "S12000005"), lero("", "S12000005"), lero("", "S12000008")]
    found, table = run(rows, area="United Kingdom")
    assert table.loc["Scotland", "sentence"].startswith("3 LEROs serve 2 of 32 councils in Scotland;")
    assert table.loc["Wales", "sentence"].startswith("No LERO is known to serve any: 0 of 22 councils in Wales;")
    assert found.sentence == table.loc["United Kingdom", "sentence"]
    assert found.sentence.startswith("3 LEROs serve 2 of 218 upper-tier authorities in the United Kingdom;")


@pytest.mark.parametrize("area", ["United Kingdom", "North East", "East Midlands", "Isle of Wight", "Orkney Islands"])
def test_names_that_need_it_have_their_article(area):
    assert named(area) == f"the {area}"
    assert named(f"{area} (England)") == f"the {area} (England)"


@pytest.mark.parametrize("area", ["England", "the United Kingdom", "North East Lincolnshire", "Surrey", "London"])
def test_other_names_stay_as_they_are(area):
    assert named(area) == area


def test_a_part_of_a_country_is_not_called_the_country():
    lookup = place.lookup()
    part = lookup[lookup["region"].isin(["North East"]) | (lookup["country"] == "Wales")].reset_index(drop=True)
    _, table = run(lookup=part, area="North East and Wales")
    assert table.index.to_list() == ["England", "Wales", "All of the area"]
    assert "of 12 upper-tier authorities in North East and Wales (England);" in table.loc["England", "sentence"]
    assert "of 22 councils in Wales;" in table.loc["Wales", "sentence"]
    assert table["authorities"].to_list() == [12, 22, 34]


def test_one_country_has_no_total():
    lookup = place.lookup()
    _, table = run(lookup=lookup[lookup["country"] == "Scotland"], area="Scotland")
    assert table.index.to_list() == ["Scotland"]


def test_other_authorities_than_the_provision_s_are_refused():
    found, _ = run()
    with pytest.raises(InputError, match="made for other authorities"):
        countries(found, small_lookup())


CODES = sorted({*place.lookup()["local_authority_code"][::40], ENGLAND, WALES, "S92000003", "N92000002", "E12000001"})


@given(
    st.lists(st.sampled_from(CODES), max_size=6),
    st.lists(st.sampled_from(CODES), max_size=4),
    st.sampled_from(["upper", "local"]),
)
@settings(max_examples=25, deadline=None)
def test_the_countries_add_up_to_the_whole(served, searched, tier):
    found, table = run([lero("", code) for code in served], [(code,) for code in searched], tier=tier)
    numbers = ["authorities", "served", "none_found", "not_surveyed"]
    assert (table[numbers[1:]].sum(axis=1) == table["authorities"]).all()
    total = [found.authorities, found.served, found.none_found, found.not_surveyed]
    assert table.loc["United Kingdom", numbers].to_list() == table[numbers].iloc[:-1].sum().to_list() == total
    for row in table.to_dict("records"):
        expected = None if row["not_surveyed"] else row["served"] / row["authorities"]
        assert row["share_served"] == expected
