"""Travel time instead of distance: from a table of the user's own, by whatever means it was reckoned (METHODS §3.2)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.gaps.places import Floats, Places
from rosc_map.gaps.reach import Reach, summed_up, with_a_point
from rosc_map.records import codelist

__all__ = ["MINUTES", "TravelCosts", "reach_by_travel", "travel_costs"]

MINUTES = (15, 30, 60)
"""Times within which people are counted, where nothing else is asked for.

Examples
--------
>>> from rosc_map.gaps import MINUTES
>>> MINUTES
(15, 30, 60)
"""


@dataclass(frozen=True, eq=False)
class TravelCosts:
    """The least times to the assets of each type, in the order of the codelist; one without a time is not there.

    Attributes
    ----------
    minutes
        For each asset type the least minutes from each place, shape (n,); NaN where the table has no time.
    assets
        For each asset type, how many of its assets the table has a time to.

    Examples
    --------
    >>> from rosc_map.gaps import places, travel_costs
    >>> from rosc_map.place import postcodes_in
    >>> dorking = places(postcodes_in(["E07000210"]), lookup, "local")
    >>> café = held.assets.loc[held.assets["name"] == "Example Dorking Recovery Café", "id"].item()
    >>> times = pd.DataFrame({"origin": ["RH4 1DW"], "asset": [café], "minutes": [4]})
    >>> found = travel_costs(dorking, times, held.assets)
    >>> found.assets, float(np.nanmin(found.minutes["lero"]))
    ({'lero': 1}, 4.0)
    """

    minutes: Mapping[str, Floats]
    assets: Mapping[str, int]


def travel_costs(origins: Places, times: pd.DataFrame, assets: pd.DataFrame) -> TravelCosts:
    """Return the least time from each place to an asset of each type.

    Parameters
    ----------
    origins
        Where from.
    times
        ``origin`` (postcode in standard form), ``asset`` (id), ``minutes``. Of a pair that comes twice the least
        counts. Rows of other postcodes, and of assets that may not be measured to, are not used.
    assets
        One row an asset that the audience may be told of: ``id``, ``asset_type``, ``status``, ``easting``,
        ``northing``. One without a point is not measured to, as in :func:`rosc_map.gaps.reach.reach`: several times to
        it would tell where it is.

    Returns
    -------
    TravelCosts
        By asset type.

    Raises
    ------
    InputError
        For minutes that are missing, negative or no number.

    Examples
    --------
    >>> from rosc_map.gaps import places, travel_costs
    >>> from rosc_map.place import postcodes_in
    >>> dorking = places(postcodes_in(["E07000210"]), lookup, "local")
    >>> café = held.assets.loc[held.assets["name"] == "Example Dorking Recovery Café", "id"].item()
    >>> times = pd.DataFrame({"origin": ["RH4 1DW"], "asset": [café], "minutes": [4]})
    >>> travel_costs(dorking, times, held.assets).assets
    {'lero': 1}
    """
    minutes = times["minutes"].to_numpy(dtype=np.float64)
    wrong = np.flatnonzero(~(np.isfinite(minutes) & (minutes >= 0)))
    if len(wrong):
        pair = f"From {times['origin'].iloc[wrong[0]]} to {times['asset'].iloc[wrong[0]]}"
        raise InputError(f"{pair}: {minutes[wrong[0]]:g} is no time in minutes. Give 0 or more, or leave out the row.")
    types = with_a_point(assets).set_index("id")["asset_type"]
    used = times.assign(minutes=minutes, asset_type=times["asset"].map(types))
    used = used[used["asset_type"].notna() & used["origin"].isin(set(origins.postcode))]
    by_type = {kind: rows for kind in codelist("asset_type") if len(rows := used[used["asset_type"] == kind])}
    least = {kind: rows.groupby("origin")["minutes"].min() for kind, rows in by_type.items()}
    postcodes = pd.Series(origins.postcode)
    return TravelCosts(
        minutes={kind: postcodes.map(times).to_numpy(dtype=np.float64) for kind, times in least.items()},
        assets={kind: rows["asset"].nunique() for kind, rows in by_type.items()},
    )


def reach_by_travel(
    places: Places,
    costs: TravelCosts,
    *,
    limits: Sequence[float] = MINUTES,
    known: Mapping[str, Collection[str]] | None = None,
    keep: str = "",
) -> Reach:
    """Return the figures of :class:`Reach` in minutes.

    A place from which the table has no time to any asset of a type is not known: it is in no figure of that type, never
    counted as far, and ``unknown`` tells how many there are.

    Parameters
    ----------
    places
        The origins that the costs were made of.
    costs
        As :func:`travel_costs` gives them.
    limits
        Minutes.
    known, keep
        As for :func:`rosc_map.gaps.reach.reach`.

    Raises
    ------
    InputError
        When a limit is not above 0.

    Examples
    --------
    >>> from rosc_map.gaps import places, reach_by_travel, travel_costs
    >>> from rosc_map.place import postcodes_in
    >>> dorking = places(postcodes_in(["E07000210"]), lookup, "local")
    >>> café = held.assets.loc[held.assets["name"] == "Example Dorking Recovery Café", "id"].item()
    >>> times = pd.DataFrame({"origin": ["RH4 1DW", "RH4 1UT"], "asset": café, "minutes": [4, 20]})
    >>> found = reach_by_travel(dorking, travel_costs(dorking, times, held.assets))
    >>> found.overall[["asset_type", "places", "unknown", "within_0"]]
      asset_type  places  unknown within_0
    0       lero       2     3158      0.5
    """
    said = (
        "Travel times from the table given; places without a time to any asset of a type are left out of its figures."
    )
    ways = ((kind, costs.assets[kind], cost) for kind, cost in costs.minutes.items())
    return summed_up(places, ways, limits, unit="minutes", said=said, known=known, keep=keep)
