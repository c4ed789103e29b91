"""An authority beside its region and its nearest statistical neighbours."""

import pytest
from gaps_tables import assets, lero, small_lookup, surveys
from hypothesis import given, settings
from hypothesis import strategies as st

from rosc_map import place
from rosc_map.errors import InputError, UnknownName
from rosc_map.gaps import provision
from rosc_map.gaps.beside import NEAREST, beside

COLUMNS = ["code", "name", "group", "others", "of", "own", "served", "none_found", "not_surveyed"]
NAMES = place.code_names()
CODES = {NAMES[code]: code for code in place.bordering("upper")}
TEES = [CODES[name] for name in ("Middlesbrough", "Stockton-on-Tees", "Redcar and Cleveland", "Darlington")]
TAFF, POWYS = CODES["Rhondda Cynon Taf"], CODES["Powys"]


def made(lookup, rows=(), searched=(), tier="upper"):
    return provision(assets(*rows), surveys(*searched), lookup, tier=tier, area="here")


def test_a_region_and_a_list():
    lookup = place.area_lookup([*TEES, TAFF])
    found = made(lookup, [lero("", TEES[1]), lero("", TAFF)], [(TEES[2],)])
    nearest = {TEES[0]: (TEES[1], TAFF, CODES["Hartlepool"], CODES["Leeds"], TEES[0], TEES[1])}
    table = beside(found, lookup, nearest)
    assert list(table) == COLUMNS
    rows = {(row["name"], row["group"]): list(row.values())[3:] for row in table.to_dict("records")}
    assert rows["Middlesbrough", "Region: North East"] == [3, 11, "not_surveyed", 1, 1, 1]
    assert rows["Stockton-on-Tees", "Region: North East"] == [3, 11, "served", 0, 1, 2]
    # Two of the four are not in the area, so nothing is known of them here.
    assert rows["Middlesbrough", NEAREST] == [2, 4, "not_surveyed", 2, 0, 0]
    assert rows["Rhondda Cynon Taf", "Country: Wales"] == [0, 21, "served", 0, 0, 0]
    assert len(table) == 6
    assert beside(found, lookup, None)["group"].value_counts().to_dict() == {
        "Region: North East": 4,
        "Country: Wales": 1,
    }


def test_the_order_is_that_of_the_names_whatever_is_there():
    lookup = place.area_lookup(["E12000001"])
    found = made(lookup, [lero("", TEES[1])], [("E12000001",)], tier="local")
    assert beside(found, lookup, {})["name"].to_list() == sorted(found.by_authority["name"])


@pytest.mark.parametrize(
    ("tier", "nearest", "message"),
    [
        ("upper", {TEES[0]: ("E0600000",)}, "'E0600000' in the list of nearest neighbours is not the code of an upper"),
        ("upper", {"E07000207": (TEES[0],)}, "'E07000207' .* an upper-tier authority of today"),
        ("local", {CODES["Surrey"]: (TEES[0],)}, "'E10000030' .* a local authority of today"),
    ],
)
def test_a_list_of_something_else_is_refused(tier, nearest, message):
    lookup = place.area_lookup(TEES)
    with pytest.raises(UnknownName, match=message):
        beside(made(lookup, tier=tier), lookup, nearest)


def test_other_authorities_than_the_provision_s_are_refused():
    with pytest.raises(InputError, match="made for other authorities"):
        beside(made(place.area_lookup(TEES)), small_lookup(), None)


@given(st.data(), st.sampled_from(["upper", "local"]))
@settings(max_examples=30, deadline=None)
def test_the_others_add_up(data, tier):
    everywhere = sorted(place.bordering(tier))
    areas = data.draw(st.lists(st.sampled_from(everywhere), min_size=1, max_size=8, unique=True))
    some = st.lists(st.sampled_from(areas), max_size=4)
    lookup = place.area_lookup([*areas, "E12000001"])
    found = made(lookup, [lero("", code) for code in data.draw(some)], [(c,) for c in data.draw(some)], tier=tier)
    nearest = {code: tuple(data.draw(some)) for code in areas}
    table = beside(found, lookup, nearest)
    assert (table[["served", "none_found", "not_surveyed"]].sum(axis=1) == table["others"]).all()
    assert (table["others"] <= table["of"]).all()
    assert len(table) == found.authorities + len(areas)
    region = table[table["group"] == "Region: North East"]
    # All of it is in the area: each has all the others beside it.
    assert (region["others"] == region["of"]).all()
    assert set(region["of"]) == {len(region) - 1}
