"""The three statuses and the counts of every asset type and every RSS type, by authority (METHODS §3.1)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rosc_map.gaps._serving import Bools, Coverage, active, serving, somewhere_in
from rosc_map.records import codelist

__all__ = ["Presence", "Standing", "Status", "presences", "rss_types", "standings", "status_columns", "tally"]

Ints = npt.NDArray[np.int64]


class Status(StrEnum):
    """What is known of one asset type, or of one RSS type, in one authority.

    Examples
    --------
    >>> from rosc_map.gaps import Status
    >>> [status.value for status in Status]
    ['served', 'none_found', 'not_surveyed']
    """

    SERVED = "served"
    NONE_FOUND = "none_found"
    NOT_SURVEYED = "not_surveyed"


@dataclass(frozen=True, eq=False)
class Presence:
    """Assets, and the authorities that each serves or may serve: ``serves`` has the shape (assets, authorities)."""

    assets: pd.DataFrame
    serves: Bools

    def of_type(self, code: str) -> Ints:
        """Return how many of an asset type there are by authority."""
        return self._count(self._are(code))

    def giving(self, code: str) -> Ints:
        """Return how many give an RSS type by authority, whatever asset type they are."""
        return self._count(np.array([code in given for given in self.assets["rss_types"]], dtype=bool))

    def serving_anywhere(self, code: str) -> int:
        """Return how many of an asset type serve at least one authority, each once."""
        return int(self.serves[self._are(code)].any(axis=1).sum())

    def _are(self, code: str) -> Bools:
        of_type: Bools = self.assets["asset_type"].to_numpy(dtype=object) == code
        return of_type

    def _count(self, chosen: Bools) -> Ints:
        counts: Ints = self.serves[chosen].sum(axis=0, dtype=np.int64)
        return counts


@dataclass(frozen=True, eq=False)
class Standing:
    """What may be told of one type, by authority.

    Attributes
    ----------
    counts
        How many serve it.
    told
        Whether it may be told that somebody looked: where the only one there is kept back, or may stand elsewhere,
        "looked" beside "not surveyed" would say so.
    sure
        Whether nothing that is kept back, or known to its upper tier alone, may be there.
    """

    counts: Ints
    told: Bools
    sure: Bools

    @property
    def statuses(self) -> list[str]:
        """The status of the type in each authority, as plain text."""
        none_found = np.where(self.told & self.sure, Status.NONE_FOUND, Status.NOT_SURVEYED)
        statuses: list[str] = np.where(self.counts > 0, Status.SERVED, none_found).tolist()
        return statuses

    @property
    def known_counts(self) -> list[int | None]:
        """The counts; None where nobody looked and nothing is there, for a 0 would be a finding."""
        pairs = zip(self.counts.tolist(), self.statuses, strict=True)
        return [None if status == Status.NOT_SURVEYED else count for count, status in pairs]


def presences(
    assets: pd.DataFrame, withheld: pd.DataFrame | None, cover: Coverage, tier: str, counted: Collection[str]
) -> tuple[Presence, list[Presence]]:
    """Return what serves which authority, and what may serve it without being told of.

    Of the second, the first are the known assets once more, where each that is known to its upper tier alone may stand.
    """
    rows = active(assets, counted)
    known = Presence(rows, serving(rows, cover, tier))
    doubtful = [Presence(rows, somewhere_in(rows, cover))]
    if withheld is not None:
        hidden = active(withheld, counted)
        doubtful.append(Presence(hidden, serving(hidden, cover, tier) | somewhere_in(hidden, cover)))
    return known, doubtful


def standings(known: Presence, doubtful: Sequence[Presence], searched: Mapping[str, Bools]) -> dict[str, Standing]:
    """Return the standing of each asset type.

    Parameters
    ----------
    known
        The assets that may be told of.
    doubtful
        Assets that make "none found" false without being told of.
    searched
        For each counted asset type, in which authorities somebody looked for it.
    """
    found = {}
    for code, looked in searched.items():
        counts = known.of_type(code)
        sure = _nowhere([assets.of_type(code) for assets in doubtful], counts)
        found[code] = Standing(counts, told=looked & (sure | (counts > 0)), sure=sure)
    return found


def rss_types(known: Presence, doubtful: Sequence[Presence], by_type: Mapping[str, Standing]) -> dict[str, Standing]:
    """Return the standing of each RSS type: counted across all asset types, so sought only where all of them were.

    Support that a LERO runs is not a gap (METHODS §3).
    """
    told = np.logical_and.reduce([standing.told for standing in by_type.values()])
    found = {}
    for code in codelist("rss_type"):
        counts = known.giving(code)
        found[code] = Standing(counts, told, sure=_nowhere([assets.giving(code) for assets in doubtful], counts))
    return found


def status_columns(found: Mapping[str, Standing], status: str, count: str) -> dict[str, Any]:
    """Return the statuses of all types, then their counts, as columns with these words before the type."""
    # As objects: pandas would make numbers with a point, and NaN, of whole numbers and None.
    return {f"{status}{code}": standing.statuses for code, standing in found.items()} | {
        f"{count}{code}": pd.Series(standing.known_counts, dtype=object) for code, standing in found.items()
    }


def tally(statuses: Iterable[str]) -> dict[str, int]:
    """Return how many have each of the three statuses: they add up to all."""
    found = list(statuses)
    return {name.value: found.count(name.value) for name in Status}


def _nowhere(counts: Sequence[Ints], like: Ints) -> Bools:
    """Return where all counts are 0, shape as ``like`` also where there are none."""
    nowhere: Bools = sum(counts, np.zeros_like(like)) == 0
    return nowhere
