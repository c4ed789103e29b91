"""Which authorities border each other: their polygons have a line or a point in common."""

from functools import cache
from pathlib import Path

from rosc_map.place.boundaries.areas import authorities
from rosc_map.place.boundaries.files import boundaries_folder

__all__ = ["bordering"]


def bordering(tier: str) -> dict[str, tuple[str, ...]]:
    """Return the neighbours of every authority of the UK by land.

    The boundaries end at the coast: across an estuary or a strait there are no neighbours, bridge or not, and an island
    has none.

    Parameters
    ----------
    tier
        ``upper`` or ``local``.

    Returns
    -------
    dict
        For each code of the tier the codes of those that touch it, sorted; an empty tuple where none does.

    Raises
    ------
    InputError
        For a tier that there is not.

    Examples
    --------
    >>> from rosc_map.place import bordering, code_names
    >>> [code_names()[code] for code in bordering("local")["E07000210"]]
    ['Elmbridge', 'Epsom and Ewell', 'Guildford', 'Reigate and Banstead', 'Waverley', 'Crawley', 'Horsham', 'Kingston
    upon Thames']
    """
    # By folder, so that newer boundaries are looked at anew.
    return dict(_bordering(boundaries_folder(), tier))


@cache
def _bordering(_folder: Path, tier: str) -> dict[str, tuple[str, ...]]:
    import shapely

    shapes = authorities(tier)
    # In degrees, as they are stored: neighbours have the very same corners there, so that nothing is nearly touched.
    polygons = shapes.geometry.to_numpy()
    one, other = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    codes = shapes["code"].to_list()
    found: dict[str, list[str]] = {code: [] for code in codes}
    for row, beside in zip(one.tolist(), other.tolist(), strict=True):
        if row != beside:
            found[codes[row]].append(codes[beside])
    return {code: tuple(sorted(touched)) for code, touched in found.items()}
