"""Which changes of a store have been seen, which may still come, and after which of them less may be told."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from rosc_map.publish import CONFIDENTIAL_TYPES
from rosc_map.records import Asset, Kind, codelist
from rosc_map.store import Reader, change_moment, changes_since, newest_changes

__all__ = ["ChangesSeen", "tells_less"]

_WAIT = 3600.0
"""So many seconds a number that is missing is asked for: by then whoever had it has given up."""

_COARSER = {"exact": 0, "postcode_district": 1, "local_authority": 2}
_AGREED = ("agreed", "published_by_itself")
_KEPT = ("name", "organisation", "address", "postcode", "phone", "email", "website")
"""What of an asset that keeps a secret is looked for in the texts of others."""

_TEXTS = (Kind.TEXT, Kind.LONG_TEXT, Kind.LIST)
_TAKEN_BACK = tuple(
    name
    for name, spec in Asset.specs().items()
    if name in _KEPT or (spec.kind in _TEXTS and name not in ("id", "areas_served"))
)
"""What may have been taken back where it is emptied or changed: a person's number, words that told of a refuge."""

_LOOKED_THROUGH = 2_000
"""So many of the newest changes are looked through for missing numbers at the start."""


class ChangesSeen:
    """Knows which changes were seen.

    In PostgreSQL a change with a lower number may be kept after one with a higher number was seen: its number is
    remembered and asked for, for an hour.

    Parameters
    ----------
    reader
        The moment at which everything was read.
    clock
        Seconds, of any beginning.
    """

    def __init__(self, reader: Reader, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        known = newest_changes(reader, _LOOKED_THROUGH)
        self._last = max(known, default=0)
        self._moment = change_moment(reader, self._last)
        # In a file one waits for the other: a number that is missing there never comes.
        self._may_come_late = reader.connection.dialect.name == "postgresql"
        self._missing: dict[int, float] = {}
        self._miss(min(known, default=0), known)

    def lost(self, reader: Reader) -> bool:
        """Whether the newest change that was seen is gone, or is another: an older copy was put in its place."""
        return change_moment(reader, self._last) != self._moment

    def new(self, reader: Reader) -> dict[int, str]:
        """Return the changes that can be seen now and were not before, by number: what task each was."""
        now = self._clock()
        self._missing = {number: since for number, since in self._missing.items() if now - since < _WAIT}
        found = changes_since(reader, self._last, self._missing)
        for number in found:
            self._missing.pop(number, None)
        later = {number for number in found if number > self._last}
        if later:
            first, self._last = self._last + 1, max(later)
            self._moment = change_moment(reader, self._last)
            self._miss(first, later)
        return found

    def _miss(self, first: int, known: set[int]) -> None:
        if self._may_come_late:
            now = self._clock()
            self._missing |= {number: now for number in range(first, self._last) if number not in known}


def tells_less(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
    """Whether something may have been shown of or beside an asset that may not be shown after a change.

    Parameters
    ----------
    before
        The asset as it was recorded; None where it was not.
    after
        The asset as it is recorded; None where it is gone.
    """
    if after is None:
        return before is not None
    if before is None:
        return _keeps_secret(after)  # its name may stand in the text of another
    return (
        _rank(after) > _rank(before)
        or (after["listing"] != before["listing"] and after["listing"] not in _AGREED)
        or not set(before["listing_shows"]) <= set(after["listing_shows"])
        or any(after[name] != before[name] for name in ("asset_type", "licence"))
        or (after["status"] != before["status"] and _is_over(after))
        or (_keeps_secret(after) and any(after[name] != before[name] for name in _KEPT))
        or any(before[name] and after[name] != before[name] for name in _TAKEN_BACK)
    )


def _rank(row: Mapping[str, Any]) -> int:
    return _COARSER.get(row["location_precision"], len(_COARSER))


def _is_over(row: Mapping[str, Any]) -> bool:
    """Whether an asset is closed; a word that is not in the codelist may mean that as well."""
    return row["status"] == "closed" or row["status"] not in codelist("status")


def _keeps_secret(row: Mapping[str, Any]) -> bool:
    """Whether anything of an asset has to be taken out of the texts of others.

    That nobody asked it yet is no reason: it keeps its name from the public until it is asked, and no more.
    """
    return (
        _rank(row) > 0
        or row["listing"] not in (*_AGREED, "not_asked")
        or row["asset_type"] in CONFIDENTIAL_TYPES
        or row["asset_type"] not in codelist("asset_type")
        or _is_over(row)
    )
