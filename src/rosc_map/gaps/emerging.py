"""What is there where no LERO was found: the groups from which one may grow (guidance part 3)."""

import pandas as pd

from rosc_map.gaps._statuses import Status
from rosc_map.gaps.provision import Provision

__all__ = ["emerging"]

_GROUPS = ("lived_experience_initiative", "mutual_aid")


def emerging(provision: Provision) -> pd.DataFrame:
    """Return the authorities where somebody looked for a LERO and found none, with what is there by count.

    Guidance part 3: lived experience initiatives typically start with a few enthusiastic volunteers, and some grow into
    LEROs. An authority that nobody surveyed is not in the table: nothing is known to be missing there.

    Parameters
    ----------
    provision
        What serves each authority, with the counts of each asset type.

    Returns
    -------
    pandas.DataFrame
        One row an authority, by name: ``code``, ``name``, ``lived_experience_initiative``, ``mutual_aid`` and
        ``peer_based`` (how many of any asset type give peer-based support, so that the others may be among them);
        counts, None where nobody looked and nothing is there.

    Examples
    --------
    >>> from rosc_map.gaps import emerging, provision
    >>> served = provision(held.assets, held.surveyed, lookup, tier="local", area="Surrey")
    >>> emerging(served)[["name", "lived_experience_initiative", "mutual_aid"]]
            name lived_experience_initiative mutual_aid
    0  Elmbridge                           1          0
    """
    table = provision.by_authority
    without = table[table["status_lero"] == Status.NONE_FOUND].reset_index(drop=True)
    counts = {code: without[f"count_{code}"] for code in _GROUPS} | {"peer_based": without["rss_peer_based"]}
    return without[["code", "name"]].assign(**counts).astype(object).where(lambda found: found.notna(), None)
