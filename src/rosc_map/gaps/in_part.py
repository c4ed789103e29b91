"""Where some, not all, local authorities of an upper-tier authority were looked at: a survey under way (METHODS §3)."""

from collections import Counter

import pandas as pd

from rosc_map.gaps._serving import clean_lookup, coverage, tier_columns
from rosc_map.gaps._statuses import presences, standings
from rosc_map.gaps._surveys import clean_surveys, searched
from rosc_map.gaps._words import NOUNS, named

__all__ = ["surveyed_in_part", "surveyed_in_part_sentences"]


def surveyed_in_part(
    surveyed: pd.DataFrame,
    asset_type: str,
    lookup: pd.DataFrame,
    tier: str,
    *,
    assets: pd.DataFrame | None = None,
    withheld: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the upper-tier authorities of which some local authorities were looked at, but not all.

    They count as not surveyed until all were; the work that was done should be told all the same.

    Parameters
    ----------
    surveyed, lookup
        As for :func:`rosc_map.gaps.provision`.
    asset_type
        The type that was looked for.
    tier
        ``upper`` or ``local``. A local authority is looked at or not, so that there are none for ``local``.
    assets, withheld
        As for :func:`rosc_map.gaps.provision`: a local authority counts as looked at only where that says so too. Each
        that was surveyed counts when the assets are left out.

    Returns
    -------
    pandas.DataFrame
        Sorted by name: ``code``, ``name``, ``looked`` (how many of its local authorities were looked at, by a survey
        of any level) and ``of`` (how many it has in the lookup).

    Raises
    ------
    InputError
        When the tier is not known, or a column is missing.

    Examples
    --------
    >>> from rosc_map.gaps import surveyed_in_part
    >>> surveyed_in_part(held.surveyed, "lero", lookup, "upper")
            code    name  looked  of
    0  E10000030  Surrey       8  11
    """
    lookup = clean_lookup(lookup)
    code, name = tier_columns(tier)
    cover = coverage(lookup, "local")
    were = searched(clean_surveys(surveyed), asset_type, lookup, cover)
    if assets is not None:
        known, doubtful = presences(assets, withheld, cover, "local", [asset_type])
        were = standings(known, doubtful, {asset_type: were})[asset_type].told
    looked_at = set(cover.authorities["code"][were])
    above = list(zip(lookup[name], lookup[code], strict=True))
    looked = Counter(up for up, each in zip(above, lookup["local_authority_code"], strict=True) if each in looked_at)
    counts = [(up[1], up[0], looked[up], of) for up, of in sorted(Counter(above).items()) if 0 < looked[up] < of]
    return pd.DataFrame(counts, columns=["code", "name", "looked", "of"])


def surveyed_in_part_sentences(table: pd.DataFrame, asset_type: str) -> tuple[str, ...]:
    """Return a sentence for each authority that :func:`surveyed_in_part` found for the type.

    Examples
    --------
    >>> from rosc_map.gaps import surveyed_in_part, surveyed_in_part_sentences
    >>> table = surveyed_in_part(held.surveyed, "lero", lookup, "upper")
    >>> surveyed_in_part_sentences(table, "lero")
    ('8 of the 11 local authorities of Surrey were looked at for LEROs; it counts as surveyed once all are.',)
    """
    return tuple(
        f"{looked:,} of the {of:,} local authorities of {named(name)} {'was' if looked == 1 else 'were'} looked at for "
        f"{NOUNS[asset_type]}s; it counts as surveyed once all are."
        for name, looked, of in table[["name", "looked", "of"]].itertuples(index=False, name=None)
    )
