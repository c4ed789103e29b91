"""Reach: how far it is from every place of an area to the nearest asset of each type (METHODS §3.2)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.gaps.places import Floats, Places, runs
from rosc_map.records import codelist

__all__ = [
    "DISTANCES",
    "Reach",
    "by_district",
    "checked_limits",
    "nearest",
    "reach",
    "shares",
    "summed_up",
    "with_a_point",
]

DISTANCES = (1_600, 5_000, 10_000)
"""Metres: about a mile, and what METHODS §3.2 gives beside it.

Examples
--------
>>> from rosc_map.gaps import DISTANCES
>>> [f"{metres / 1000} km" for metres in DISTANCES]
['1.6 km', '5.0 km', '10.0 km']
"""

# As whole numbers: the place in the row that they lead to is then exact.
_MEDIAN, _P90 = (1, 2), (9, 10)

_AT_ONCE = 1 << 18  # places: their points, and which asset is theirs, would else be a third of the memory

_FEW = 32  # points: to measure to each of them takes a third of the time, or less, that a tree takes to be asked

_Row = dict[str, Any]
_Measure = Callable[[Floats, Floats], Floats]
_Which = slice | npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Reach:
    """How far the nearest asset of each type is.

    Each table has the figures ``places`` (how many have a known way), ``unknown`` (how many have none, and are in no
    figure beside it), ``people`` (who live in the places; None where each postcode counts once), for each of the limits
    ``within_0`` and so on (the share of 1 that has an asset within it), ``median`` and ``p90``. The quantiles are, of
    postcodes, those between which numpy interpolates in a straight line; of people, the smallest way within which half
    (nine tenths) of them live. A figure of no place, or of nobody, is None.

    Attributes
    ----------
    unit
        ``metres`` (straight lines, EPSG:27700) or ``minutes``.
    limits
        Ascending, in the unit.
    weighted
        Whether the shares and quantiles are of people; else each postcode counts once.
    said
        Which places these are and how they count, in sentences.
    by_authority
        One row an asset type and authority that has places: ``asset_type``, ``code``, ``assets`` (how many of the type
        were measured to, in the whole area), and the figures. A type without a measured asset has no rows.
    overall
        The same of the whole area, one row an asset type, with ``authorities`` (the places of how many count).
    places, cost
        Of the one type asked for, the places that count and the way from each, shape (n,): infinite or NaN where it is
        not known, as everywhere when nothing was measured to. None where no type was asked for.

    Examples
    --------
    >>> from rosc_map.gaps import places, reach
    >>> from rosc_map.place import postcodes_in
    >>> dorking = places(postcodes_in(["E07000210"]), lookup, "local")
    >>> found = reach(dorking, held.assets, limits=[5_000])
    >>> found.overall[["asset_type", "assets", "places", "authorities"]].head(1)
      asset_type  assets  places  authorities
    0       lero       5    3160            1
    >>> found.unit, found.limits
    ('metres', (5000,))
    """

    unit: str
    limits: tuple[float, ...]
    weighted: bool
    said: str
    by_authority: pd.DataFrame
    overall: pd.DataFrame
    places: Places | None = None
    cost: Floats | None = None


def reach(
    places: Places,
    assets: pd.DataFrame,
    *,
    limits: Sequence[float] = DISTANCES,
    known: Mapping[str, Collection[str]] | None = None,
    keep: str = "",
) -> Reach:
    """Measure from every place the straight line to the nearest asset of each type (METHODS §3.2).

    Parameters
    ----------
    places
        Where from.
    assets
        One row an asset that the audience may be told of: ``asset_type``, ``status``, ``easting``, ``northing``
        (metres, EPSG:27700; NaN without a point). Those that are not active, or have no point, are not measured to. No
        other column is read, so that no figure can tell more than the table.
    limits
        Metres.
    known
        For each asset type the codes of the authorities whose places count: those where somebody looked, or where one
        is recorded. Elsewhere a long way may mean that nobody looked. A type that is left out, or without a place in
        its authorities, has no rows. None counts all places.
    keep
        The one type of which to hand back the places and the ways; "" for none. Those of all would fill the memory.

    Raises
    ------
    InputError
        When a limit is not above 0.

    Examples
    --------
    >>> from rosc_map.gaps import places, reach
    >>> from rosc_map.place import postcodes_in
    >>> dorking = places(postcodes_in(["E07000210"]), lookup, "local")
    >>> lero = reach(dorking, held.assets, limits=[5_000]).overall.iloc[0]
    >>> f"{lero['within_0']:.0%} of {lero['places']:,} postcodes have a LERO within 5 km"
    '35% of 3,160 postcodes have a LERO within 5 km'
    """
    standing = with_a_point(assets)
    points, kinds = standing[["easting", "northing"]].to_numpy(float), standing["asset_type"].to_numpy(dtype=object)
    by_type = {kind: points[kinds == kind] for kind in codelist("asset_type")}
    # One type after another: the ways of all types together would be the most that is held in memory.
    ways = (
        (kind, len(by_type[kind]), nearest(places, by_type[kind], None if known is None else known.get(kind, ())))
        for kind in codelist("asset_type")
        if len(by_type[kind])
    )
    return summed_up(places, ways, limits, unit="metres", said="Straight-line distances.", known=known, keep=keep)


def nearest(places: Places, points: Floats, codes: Collection[str] | None = None) -> Floats:
    """Return the metres from each place to the nearest of some points.

    Parameters
    ----------
    places
        Where from.
    points
        Shape (m, 2): easting and northing, metres, EPSG:27700, none of them NaN.
    codes
        The authorities whose places are measured from: to measure takes longest of all. All when None.

    Returns
    -------
    numpy.ndarray
        Shape (n,); infinite where there are no points, NaN elsewhere than in the authorities.

    Examples
    --------
    >>> from rosc_map.gaps import nearest, places
    >>> from rosc_map.place import postcodes_in
    >>> dorking = places(postcodes_in(["E07000210"]), lookup, "local")
    >>> metres = nearest(dorking, np.array([[516_500, 149_500]]))
    >>> f"{np.median(metres):,.0f} m, of {len(metres):,} postcodes"
    '6,334 m, of 3,160 postcodes'
    """
    metres, which = np.full(len(places), np.nan), None if codes is None else places.where(codes)
    measured = _to_few(points) if len(points) <= _FEW else _to_many(points)
    for start in range(0, len(places) if which is None else len(which), _AT_ONCE):
        several = slice(start, start + _AT_ONCE)
        part = several if which is None else which[several]
        metres[part] = measured(places.easting[part], places.northing[part])
    return metres


def _to_few(points: Floats) -> _Measure:
    def measured(easting: Floats, northing: Floats) -> Floats:
        least = np.full(len(easting), np.inf)
        for east, north in points.tolist():
            across, up = easting - east, northing - north
            np.minimum(least, across * across + up * up, out=least)
        metres: Floats = np.sqrt(least)
        return metres

    return measured


def _to_many(points: Floats) -> _Measure:
    from scipy.spatial import cKDTree  # here, since every other command would wait for it

    tree = cKDTree(points)

    def measured(easting: Floats, northing: Floats) -> Floats:
        metres: Floats = tree.query(np.column_stack([easting, northing]), workers=-1)[0]
        return metres

    return measured


def by_district(places: Places, cost: Floats, limits: Sequence[float]) -> pd.DataFrame:
    """Return the figures of one type by postcode district, the furthest (by median) first.

    A district is one row also where several authorities share it, and however few postcodes it has: ``places`` tells
    how many.

    Parameters
    ----------
    places
        Where from.
    cost
        Shape (n,): metres or minutes from each place to the nearest asset; not finite where it is not known.
    limits
        In the same unit.

    Returns
    -------
    pandas.DataFrame
        ``district``, and the figures of :class:`Reach` with ``furthest``, the longest way. Districts of which nothing
        is known stand last.

    Examples
    --------
    >>> from rosc_map.gaps import by_district, nearest, places
    >>> from rosc_map.place import postcodes_in
    >>> dorking = places(postcodes_in(["E07000210"]), lookup, "local")
    >>> metres = nearest(dorking, np.array([[516_500, 149_500]]))
    >>> by_district(dorking, metres, [5_000])[["district", "places", "within_0"]].head(2)
      district  places within_0
    0      RH6      73      0.0
    1     RH12       3      0.0
    """
    limits = checked_limits(limits)
    order = np.argsort(pd.factorize(places.district, sort=True)[0], kind="stable")
    cost, weight = cost[order], _part(places.weight, order)
    rows = [
        {"district": district} | _figures(cost[here], _part(weight, here), limits)
        for district, here in runs(places.district[order])
    ]
    rows.sort(key=lambda row: row.get("median", -np.inf), reverse=True)
    return _table(rows, ["district"], limits, ["furthest"])


def with_a_point(assets: pd.DataFrame) -> pd.DataFrame:
    """Return the assets that are active and have a point."""
    has_point = assets["easting"].notna() & assets["northing"].notna()
    return assets[(assets["status"] == "active") & has_point]


def checked_limits(limits: Sequence[float]) -> tuple[float, ...]:
    """Return limits in ascending order, each once; raise InputError for what is no distance or time above 0."""
    wrong = [limit for limit in limits if not (limit > 0 and np.isfinite(limit))]
    if wrong:
        raise InputError(f"{wrong[0]:g} is no limit for a distance or a time. Give numbers above 0.")
    return tuple(sorted(set(limits)))


def summed_up(
    places: Places,
    ways: Iterable[tuple[str, int, Floats]],
    limits: Sequence[float],
    *,
    unit: str,
    said: str,
    known: Mapping[str, Collection[str]] | None,
    keep: str,
) -> Reach:
    """Return the figures of ways already measured.

    Parameters
    ----------
    places
        Where from.
    ways
        For each asset type: its code, how many assets were measured to, and the cost from each place, shape (n,), not
        finite where it is not known.
    limits
        In the unit.
    unit
        ``metres`` or ``minutes``.
    said
        How the ways were measured: a sentence.
    known, keep
        As for :func:`reach`.
    """
    limits = checked_limits(limits)
    authorities = list(runs(places.authority))
    by_authority, overall, kept = [], [], None
    for kind, assets, cost in ways:
        counted = [each for each in authorities if known is None or each[0] in known.get(kind, ())]
        # All as they stand, and no copy of millions.
        which = slice(None) if len(counted) == len(authorities) else places.where([code for code, _ in counted])
        kept = cost[which] if kind == keep else kept
        if not counted:
            continue
        head = {"asset_type": kind, "assets": assets}
        whole = _figures(cost[which], _part(places.weight, which), limits)
        overall.append(head | {"authorities": len(counted)} | whole)
        by_authority += [
            head | {"code": code} | _figures(cost[here], _part(places.weight, here), limits) for code, here in counted
        ]
    kept_places = _kept_places(places, known, keep)
    return Reach(
        unit=unit,
        limits=limits,
        weighted=places.weight is not None,
        said=_said(said, places, is_part=known is not None),
        by_authority=_table(by_authority, ["asset_type", "code", "assets"], limits),
        overall=_table(overall, ["asset_type", "assets", "authorities"], limits),
        places=kept_places,
        cost=np.full(len(kept_places), np.inf) if kept_places is not None and kept is None else kept,
    )


def _kept_places(places: Places, known: Mapping[str, Collection[str]] | None, keep: str) -> Places | None:
    if not keep:
        return None
    return places if known is None else places.only(known.get(keep, ()))


def _said(how: str, places: Places, *, is_part: bool) -> str:
    part = ["Of each type only those authorities count in which it is known what is there."] if is_part else []
    each = "Each postcode counts once." if places.weight is None else "Each place counts by the people who live there."
    return " ".join([how, places.said, *part, each])


def shares(cost: Floats, weight: Floats | None, limits: Sequence[float]) -> list[float | None]:
    """Return for each limit the share of some places, or of their people, within it; None where there is nobody.

    Parameters
    ----------
    cost
        Shape (n,): the way from each place; not finite where it is not known, and then the place counts nowhere.
    weight
        Shape (n,): the people of each; None where each place counts once.
    limits
        In the unit of the ways.
    """
    total = _count(np.isfinite(cost), weight)
    return [_count(cost <= limit, weight) / total if total else None for limit in limits]


def _count(chosen: npt.NDArray[np.bool_], weight: Floats | None) -> float:
    return float(np.count_nonzero(chosen) if weight is None else weight[chosen].sum())


def _figures(cost: Floats, weight: Floats | None, limits: tuple[float, ...]) -> _Row:
    """Return the figures of some places; see :class:`Reach`."""
    known = np.isfinite(cost)
    places, total = int(np.count_nonzero(known)), _count(known, weight)
    figures: _Row = {"places": places, "unknown": len(cost) - places, "people": None if weight is None else total}
    figures |= {f"within_{number}": share for number, share in enumerate(shares(cost, weight, limits))}
    return figures | (_quantiles(cost, weight, places) if total else {})


def _quantiles(cost: Floats, weight: Floats | None, known: int) -> _Row:
    """Return the median, the 90th percentile and the longest of the ways that are known; see :class:`Reach`."""
    # What is not known comes to the end.
    if weight is None:
        # In order where it is looked at: to sort millions takes four times as long.
        lower = [part * (known - 1) // whole for part, whole in (_MEDIAN, _P90)]
        looked_at = {known - 1, *lower, *(min(at + 1, known - 1) for at in lower)}
        ordered = np.partition(cost, sorted(looked_at))[:known]
        median, p90 = (_between(ordered, part) for part in (_MEDIAN, _P90))
    else:
        order = np.argsort(cost)[:known]
        ordered, people = cost[order], np.cumsum(weight[order])
        median, p90 = (_within(ordered, people, part) for part in (_MEDIAN, _P90))
    return {"median": median, "p90": p90, "furthest": float(ordered[-1])}


def _between(ordered: Floats, part: tuple[int, int]) -> float:
    """Return a quantile of ways, in order where they are looked at, by straight lines between them, as numpy does."""
    at, rest = divmod(part[0] * (len(ordered) - 1), part[1])
    beyond = ordered[min(at + 1, len(ordered) - 1)]
    return float(ordered[at] + (beyond - ordered[at]) * (rest / part[1]))


def _within(ordered: Floats, people: Floats, part: tuple[int, int]) -> float:
    """Return the smallest of ascending ways within which a part of all people live, given how many live within each."""
    return float(ordered[np.searchsorted(people, part[0] * people[-1] / part[1])])


def _part(weight: Floats | None, here: _Which) -> Floats | None:
    return None if weight is None else weight[here]


def _table(
    rows: list[_Row], heads: Sequence[str], limits: tuple[float, ...], tails: Sequence[str] = ()
) -> pd.DataFrame:
    """Return rows as a table; a figure that a row does not have is None, which a column of floats cannot hold."""
    shares = [f"within_{number}" for number in range(len(limits))]
    names = [*heads, "places", "unknown", "people", *shares, "median", "p90", *tails]
    table = pd.DataFrame([[row.get(name) for name in names] for row in rows], columns=names, dtype=object)
    return table.astype({name: int for name in ("assets", "authorities", "places", "unknown") if name in table})
