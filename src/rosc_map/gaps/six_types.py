"""The six-type coverage matrix: each type of recovery support by authority, with the neighbours beside (METHODS §3)."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from rosc_map.gaps._statuses import Status, tally
from rosc_map.gaps._words import authority_words, named
from rosc_map.gaps.provision import Provision
from rosc_map.records import codelist, label

__all__ = ["six_types", "six_types_sentences"]


def six_types(provision: Provision, neighbours: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Return each of the six types of recovery support by authority, with what its neighbours have.

    Parameters
    ----------
    provision
        What serves each authority; the six types are counted across all asset types there.
    neighbours
        For each authority the codes of those around it, such as :func:`rosc_map.place.bordering` gives. Those outside
        the area are left out: nothing is known of them here.

    Returns
    -------
    pandas.DataFrame
        One row an authority, as in ``provision``: ``code``, ``name``; for each RSS type ``rss_status_<type>``,
        ``rss_<type>`` (None where not surveyed), ``beside_served_<type>`` and ``beside_surveyed_<type>`` (how many
        neighbours are served, and how many served or none found); ``beside`` (how many neighbours lie in the area).

    Examples
    --------
    >>> from rosc_map.gaps import provision, six_types
    >>> from rosc_map.place import bordering
    >>> served = provision(held.assets, held.surveyed, lookup, tier="local", area="Surrey")
    >>> six_types(served, bordering("local"))[["name", "rss_housing", "beside_served_housing", "beside"]].head(2)
                  name rss_housing  beside_served_housing  beside
    0        Elmbridge        None                      1       5
    1  Epsom and Ewell        None                      1       2
    """
    table = provision.by_authority
    touches = _touches(table["code"].to_list(), neighbours)
    columns = {}
    for code in codelist("rss_type"):
        status = table[f"rss_status_{code}"].to_numpy()
        columns[f"rss_status_{code}"] = status
        columns[f"rss_{code}"] = table[f"rss_{code}"].to_numpy()
        columns[f"beside_served_{code}"] = touches @ (status == Status.SERVED)
        columns[f"beside_surveyed_{code}"] = touches @ (status != Status.NOT_SURVEYED)
    return table[["code", "name"]].assign(**columns, beside=touches.sum(axis=1))


def six_types_sentences(provision: Provision) -> tuple[str, ...]:
    """Return how many authorities have each of the six types, and how many have all six, with the denominator.

    Examples
    --------
    >>> from rosc_map.gaps import provision, six_types_sentences
    >>> served = provision(held.assets, held.surveyed, lookup, tier="local", area="Surrey")
    >>> six_types_sentences(served)[0]
    'Peer-based recovery support: 11 of 11 local authorities in Surrey served; 0 surveyed without it; 0 not surveyed.'
    """
    table = provision.by_authority
    one, several = authority_words(provision.tier, table["code"])
    of = f"of {len(table):,} {one if len(table) == 1 else several} in {named(provision.area)}"
    said = []
    statuses = np.array([table[f"rss_status_{code}"] for code in codelist("rss_type")], dtype=object)
    for code, status in zip(codelist("rss_type"), statuses, strict=True):
        count = tally(status.tolist())
        said.append(
            f"{label('rss_type', code)}: {count['served']:,} {of} served; {count['none_found']:,} surveyed without it; "
            f"{count['not_surveyed']:,} not surveyed."
        )
    all_six = int((statuses == Status.SERVED).all(axis=0).sum())
    lacking = int((statuses == Status.NONE_FOUND).any(axis=0).sum())
    said.append(
        f"All six types: {all_six:,} {of} served with every one; {lacking:,} surveyed without at least one; "
        f"of {len(table) - all_six - lacking:,} it is not known."
    )
    return tuple(said)


def _touches(codes: list[str], neighbours: Mapping[str, tuple[str, ...]]) -> npt.NDArray[np.int64]:
    """Return 1 where a column's authority is a neighbour of the row's, shape (authorities, authorities)."""
    place = {code: number for number, code in enumerate(codes)}
    touches = np.zeros((len(codes), len(codes)), dtype=np.int64)
    for code, row in place.items():
        touches[row, [place[other] for other in neighbours.get(code, ()) if other in place]] = 1
    return touches
