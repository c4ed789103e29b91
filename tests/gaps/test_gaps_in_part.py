"""Surveys under way: the districts of a county that were looked at, until all were."""

import pytest
from gaps_tables import assets, lero, real_lookup, small_lookup, surveys

from rosc_map.errors import InputError
from rosc_map.gaps import provision, surveyed_in_part, surveyed_in_part_sentences


def found(*codes, tier="upper", asset_type="lero"):
    return surveyed_in_part(surveys(*[(code,) for code in codes]), asset_type, small_lookup(), tier)


def test_the_districts_that_were_looked_at_are_counted_each_once():
    table = found("E07000001", "E07000001", "E07000003", "E06000001", "W06000001")
    assert table.to_dict("records") == [{"code": "E10000001", "name": "County", "looked": 2, "of": 3}]
    # They are a part of what the statuses call not surveyed.
    whole = provision(assets(), surveys(("E07000001",), ("E07000003",)), small_lookup(), area="Testshire")
    assert whole.by_authority.set_index("code").loc["E10000001", "status"] == "not_surveyed"


@pytest.mark.parametrize(
    "codes",
    [
        (),
        ("E06000001",),
        ("E07000001", "E07000002", "E07000003"),
        ("E07000001", "E10000001"),
        ("E07000001", "E12000002"),
        ("E92000001",),
    ],
)
def test_where_all_or_none_were_looked_at_there_is_no_part(codes):
    table = found(*codes)
    assert (list(table), len(table)) == (["code", "name", "looked", "of"], 0)
    assert surveyed_in_part_sentences(table, "lero") == ()


def test_a_part_is_told_only_where_the_statuses_tell_it():
    looked, served = surveys(("E07000001",), ("E07000002",)), assets(lero("E07000001"))

    def number(shown, withheld=None):
        table = surveyed_in_part(looked, "lero", small_lookup(), "upper", assets=shown, withheld=withheld)
        statuses = provision(
            shown, looked, small_lookup(), tier="local", area="Testshire", withheld=withheld
        ).by_authority
        assert table["looked"].sum() == (statuses["looked"] != "").sum()
        return table["looked"].tolist()

    assert number(served) == number(assets()) == number(served, withheld=served) == [2]
    assert number(assets(), withheld=served) == [1]
    assert number(assets(), withheld=assets(lero("", upper_tier_code="E10000001"))) == []
    assert number(assets(lero("", upper_tier_code="E10000001"))) == []


def test_other_types_and_the_local_tier_have_no_part():
    assert found("E07000001", asset_type="treatment").empty
    assert found("E07000001", tier="local").empty
    with pytest.raises(InputError, match="There is no tier 'ward'"):
        found(tier="ward")


def test_the_sentences():
    surrey = real_lookup("E")[lambda table: table["upper_tier"] == "Surrey"]
    looked = surveys(*[(code, "mutual_aid") for code in surrey["local_authority_code"][:8]])
    table = surveyed_in_part(looked, "mutual_aid", real_lookup(), "upper")
    assert surveyed_in_part_sentences(table, "mutual_aid") == (
        (
            "8 of the 11 local authorities of Surrey were looked at for mutual aid groups; it counts as surveyed once "
            "all are."
        ),
    )
    assert surveyed_in_part_sentences(found("E07000002"), "lero") == (
        "1 of the 3 local authorities of County was looked at for LEROs; it counts as surveyed once all are.",
    )
