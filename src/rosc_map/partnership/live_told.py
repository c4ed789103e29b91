"""After which changes of an asset less may be told to whom, and when that was: older outputs for them show too much."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from rosc_map.publish import CONFIDENTIAL_TYPES, kept_from, shown_alone, stands_for
from rosc_map.records import Asset, Audience, Kind, codelist

__all__ = ["ToldLess", "tells_less"]

_Row = Mapping[str, Any]
_STANDS = ("named", "counted", "withheld")
_AGREED = ("agreed", "published_by_itself")
_KEPT = ("name", "organisation", "address", "postcode", "phone", "email", "website")
"""What of an asset that keeps a secret is looked for in the texts of others, and is no secret where it is shown."""

_AS_IT_IS = (*_KEPT, "asset_type", "licence")
_TEXTS = tuple(
    name
    for name, spec in Asset.specs().items()
    if spec.kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.LIST) and name not in (*_AS_IT_IS, "id", "areas_served")
)
"""What may only become more: what is left out may be a person's number, or words that told of a refuge."""

_AREAS = ("local_authority_code", "upper_tier_code")
_LOOKED_AT = (*(name for name in Asset.specs() if name not in ("latitude", "longitude")), *_AREAS)


class ToldLess:
    """Counts the changes that were taken in, and knows after which of them less may be told to whom."""

    def __init__(self) -> None:
        self.steps = 0
        self._at = dict.fromkeys(Audience, 0)

    def count(self, audiences: Collection[Audience]) -> None:
        """Count a change after which less may be told to these audiences."""
        self.steps += 1
        self._at |= dict.fromkeys(audiences, self.steps)

    def since(self, marker: str, audience: Audience) -> bool:
        """Whether less may be told to an audience since a marker, or the marker is none of these."""
        return not marker.isdigit() or int(marker) < self._at[audience] or int(marker) > self.steps


def tells_less(rows: Iterable[tuple[_Row | None, _Row | None]]) -> set[Audience]:
    """Return to whom something may have been shown of or beside some assets that may not be shown any more.

    Parameters
    ----------
    rows
        Of each asset how it was recorded, None where it was not, and how it is, None where it is gone.
    """
    found: set[Audience] = set()
    for before, after in rows:
        if not _is_the_same(before, after):
            found |= {each for each in Audience if each not in found and _tells_less(before, after, each)}
    return found


def _is_the_same(before: _Row | None, after: _Row | None) -> bool:
    if before is None or after is None:
        return before is after
    return all(before[name] == after[name] for name in _LOOKED_AT)


def _tells_less(before: _Row | None, after: _Row | None, audience: Audience) -> bool:
    stood, stands = _stands(before, audience), _stands(after, audience)
    if _STANDS.index(stands) > _STANDS.index(stood):
        return True
    if before is not None and after is not None and stood == stands == "named":
        kept = kept_from(before, audience)
        if not kept_from(after, audience) <= kept:
            return True
        # A place that is shown by its area alone is told by nothing else of it.
        if "areas_served" not in kept and any(before[name] and after[name] != before[name] for name in _AREAS):
            return True
        if _takes_back(shown_alone(before, audience), shown_alone(after, audience)):
            return True
    return not _secrets(after, audience) <= _secrets(before, audience)


def _stands(row: _Row | None, audience: Audience) -> str:
    return "withheld" if row is None else stands_for(row, audience)


def _takes_back(before: _Row, after: _Row) -> bool:
    """Whether of what was shown of an asset anything is not there any more; all that is shown may be a person's."""
    return any(before[name] and after[name] != before[name] for name in _AS_IT_IS if name in before) or any(
        not _is_within(before[name], after[name]) for name in _TEXTS if name in before
    )


def _is_within(before: Any, after: Any) -> bool:
    return set(before) <= set(after) if isinstance(before, tuple) else before in after


def _secrets(row: _Row | None, audience: Audience) -> frozenset[tuple[str, str]]:
    """Return what of an asset has to be taken out of the texts of others for an audience."""
    if row is None or not _keeps_secret(row):
        return frozenset()
    shown = shown_alone(row, audience)
    return frozenset((name, row[name]) for name in _KEPT if row[name] and shown.get(name) != row[name])


def _keeps_secret(row: _Row) -> bool:
    """Whether anything of an asset has to be taken out of the texts of others.

    That nobody asked it yet is no reason: it keeps its name from the public until it is asked, and no more.
    """
    return (
        row["location_precision"] != "exact"
        or row["listing"] not in (*_AGREED, "not_asked")
        or row["asset_type"] in CONFIDENTIAL_TYPES
        or row["asset_type"] not in codelist("asset_type")
        or row["status"] == "closed"
        or row["status"] not in codelist("status")
    )
