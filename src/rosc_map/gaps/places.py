"""The places from which reach is measured: the postcodes of an area, or those of a table of people (METHODS §3.2)."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.gaps._serving import tier_columns
from rosc_map.place import outward
from rosc_map.place.postcodes.in_authorities import AreaPostcodes
from rosc_map.records import counted

__all__ = ["Floats", "Objects", "Places", "places", "places_of_people", "runs"]

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Places:
    """Places of an area, one value each, sorted by authority and then by district.

    Attributes
    ----------
    postcode
        In standard form.
    easting, northing
        Metres, EPSG:27700.
    authority
        The GSS code of the authority of the tier.
    district
        The postcode district (outward code).
    weight
        How many people live there; None where each postcode counts once.
    said
        Which places these are, and what was left out: belongs beside every figure made of them.

    Examples
    --------
    >>> from rosc_map.gaps import places
    >>> from rosc_map.place import postcodes_in
    >>> found = places(postcodes_in(["E07000210"]), lookup, "local")
    >>> len(found.postcode), found.weight is None
    (3160, True)
    """

    postcode: Objects
    easting: Floats
    northing: Floats
    authority: Objects
    district: Objects
    weight: Floats | None
    said: str

    def __len__(self) -> int:
        return len(self.postcode)

    @cached_property
    def points(self) -> Floats:
        """Easting and northing, shape (n, 2)."""
        return np.column_stack([self.easting, self.northing])

    def where(self, codes: Collection[str]) -> npt.NDArray[np.intp]:
        """Return which places lie in some authorities, ascending; codes without places are passed over."""
        # Two halvings a code: to compare millions of texts with the codes would take seconds.
        ends = [(bisect_left(self.authority, code), bisect_right(self.authority, code)) for code in sorted(set(codes))]
        return np.concatenate([np.arange(0), *(np.arange(*pair) for pair in ends)], dtype=np.intp)

    def only(self, codes: Collection[str]) -> Self:
        """Return the places of some authorities; ``said`` tells how many of all these are."""
        here = self.where(codes)
        if len(here) == len(self):
            return self
        return type(self)(
            postcode=self.postcode[here],
            easting=self.easting[here],
            northing=self.northing[here],
            authority=self.authority[here],
            district=self.district[here],
            weight=None if self.weight is None else self.weight[here],
            said=f"{self.said} {len(here):,} of them are counted here.",
        )


def places(found: AreaPostcodes, lookup: pd.DataFrame, tier: str) -> Places:
    """Return postcodes as places that count once each.

    Parameters
    ----------
    found
        The postcodes, as :func:`rosc_map.place.postcodes_in` gives them. Those outside the lookup are left out, and
        ``said`` tells how many.
    lookup
        One row a local authority of the area: ``local_authority_code``, ``upper_tier_code``.
    tier
        ``upper`` or ``local``: whose figures are to be made.

    Raises
    ------
    InputError
        When the tier is not known.

    Examples
    --------
    >>> from rosc_map.gaps import places
    >>> from rosc_map.place import postcodes_in
    >>> dorking = places(postcodes_in(["E07000210"]), lookup, "local")
    >>> dorking.postcode[0], dorking.district[0], dorking.authority[0]
    ('KT11 3JU', 'KT11', 'E07000210')
    """
    return _sorted(found, None, lookup, tier)


def places_of_people(located: pd.DataFrame, lookup: pd.DataFrame, tier: str, said: str) -> Places:
    """Return the places of a table of people; rows of the same postcode are added up.

    Parameters
    ----------
    located
        ``postcode`` (in standard form), ``easting``, ``northing`` (metres, EPSG:27700; NaN where there is no point),
        ``local_authority_code``, ``people`` (how many live there). Rows without a point or outside the lookup are left
        out, and ``said`` tells how many.
    lookup, tier
        As for :func:`places`.
    said
        Where the table is from, of which date: a sentence.

    Raises
    ------
    InputError
        When the tier is not known, or a number of people is missing, negative or none.

    Examples
    --------
    >>> from rosc_map.gaps import places_of_people
    >>> table = pd.DataFrame({"postcode": ["RH4 1DW", "RH4 1UT"], "easting": 516_500, "northing": 149_500})
    >>> table = table.assign(local_authority_code="E07000210", people=[31, 44])
    >>> found = places_of_people(table, lookup, "local", "Made-up count of 2026.")
    >>> found.weight, found.said
    (array([31., 44.]), 'Made-up count of 2026.')
    """
    people = located["people"].to_numpy(dtype=np.float64)
    wrong = np.flatnonzero(~(np.isfinite(people) & (people >= 0)))
    if len(wrong):
        raise InputError(
            f"{located['postcode'].iloc[wrong[0]]}: {people[wrong[0]]:g} is no number of people. Give 0 or more, and "
            "leave out the rows of which it is not known."
        )
    with_point = located[located["easting"].notna() & located["northing"].notna()]
    alike = ["postcode", "easting", "northing", "local_authority_code"]
    table = with_point.groupby(alike, as_index=False, dropna=False)["people"].sum()
    without = len(located) - len(with_point)
    said += f" {counted(without, 'row')} without a point left out." if without else ""
    found = AreaPostcodes(
        postcode=table["postcode"].to_numpy(dtype=object),
        district=pd.Categorical([outward(text) for text in table["postcode"]]),
        easting=table["easting"].to_numpy(dtype=np.float64),
        northing=table["northing"].to_numpy(dtype=np.float64),
        local_authority_code=pd.Categorical(table["local_authority_code"]),
        said=said,
    )
    return _sorted(found, table["people"].to_numpy(dtype=np.float64), lookup, tier)


def runs(labels: Objects) -> Iterator[tuple[Any, slice]]:
    """Yield each label of a sorted array and the slice that it fills."""
    start = 0
    while start < len(labels):
        # Some hundred labels among millions: halving finds the end of each without a look at all.
        end = bisect_right(labels, labels[start], start)
        yield labels[start], slice(start, end)
        start = end


def _sorted(found: AreaPostcodes, weight: Floats | None, lookup: pd.DataFrame, tier: str) -> Places:
    """Return the places that lie in the lookup, in their order; those of one district stay in the order given."""
    column, _ = tier_columns(tier)
    above = dict(zip(lookup["local_authority_code"], lookup[column], strict=True))
    # The last is for what has no code: that is numbered -1.
    here = [above.get(code, "") for code in found.local_authority_code.categories]
    authorities, which = np.unique(np.array([*here, ""], dtype=object), return_inverse=True)
    authority, district = which[found.local_authority_code.codes], found.district.codes
    order = np.lexsort((district, authority))
    # Outside is "", which stands first.
    outside = int(np.count_nonzero(authority == 0))
    order = order[outside:]
    return Places(
        postcode=found.postcode[order],
        easting=found.easting[order],
        northing=found.northing[order],
        authority=authorities[authority[order]],
        district=found.district.categories.to_numpy(dtype=object)[district[order]],
        weight=None if weight is None else weight[order],
        said=f"{found.said} {outside:,} outside the area left out." if outside else found.said,
    )
