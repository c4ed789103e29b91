"""How many authorities are served by each type, surveyed without it, and not surveyed: one row a type."""

from typing import Literal

import pandas as pd

from rosc_map.gaps._statuses import tally
from rosc_map.gaps.provision import Provision
from rosc_map.records import codelist

__all__ = ["tallies"]

_COLUMNS = {"asset_type": "status_", "rss_type": "rss_status_"}


def tallies(provision: Provision, of: Literal["asset_type", "rss_type"]) -> pd.DataFrame:
    """Return how many authorities have each status, for each asset type or each type of recovery support.

    Parameters
    ----------
    provision
        What serves each authority.
    of
        The codelist whose types are counted. A type that may not be counted for the audience has no row.

    Returns
    -------
    pandas.DataFrame
        In the order of the codelist: ``code`` (of the type), ``served``, ``none_found``, ``not_surveyed`` and
        ``authorities``, which is the sum of the three.

    Examples
    --------
    >>> from rosc_map.gaps import provision, tallies
    >>> served = provision(held.assets, held.surveyed, lookup, tier="local", area="Surrey")
    >>> tallies(served, "asset_type").head(2)
                              code  served  none_found  not_surveyed  authorities
    0                         lero       8           1             2           11
    1  lived_experience_initiative      11           0             0           11
    """
    table, prefix = provision.by_authority, _COLUMNS[of]
    known = [code for code in codelist(of) if f"{prefix}{code}" in table]
    rows = [{"code": code, **tally(table[f"{prefix}{code}"])} for code in known]
    columns = ["code", "served", "none_found", "not_surveyed"]
    return pd.DataFrame(rows, columns=columns).assign(authorities=provision.authorities)
