"""Changing an asset on a form that shows no more of it than its reader may see: the rest stays as it is."""

from collections.abc import Iterable, Mapping
from typing import Any

from rosc_map.errors import RowProblem, RowsRejected
from rosc_map.exchange.questions import asked_when
from rosc_map.place import code_names
from rosc_map.publish import MASK, kept_from
from rosc_map.records import Asset, Audience, Kind, format_cell

__all__ = ["as_typed", "fields_to_change", "same_answer", "typed_changes"]

_COORDINATORS = (
    "asset_type", "status", "location_precision", "listing", "listing_shows", "listing_on", "recorded_by",
    "recorded_on", "verified_on",
)  # fmt: skip
"""What decides who sees an asset and whether it counts, and who recorded it: not for one volunteer to change."""


def fields_to_change(
    fields: Iterable[str], shown: Mapping[str, Any], recorded: Mapping[str, Any], audience: Audience
) -> tuple[str, ...]:
    """Return which of some fields may be changed by somebody who sees what an audience sees.

    What they are not shown as it is recorded is not asked at all: no answer may tell whether a guess was right.

    Parameters
    ----------
    fields
        Names of fields of an asset.
    shown
        The asset as the audience is shown it.
    recorded
        The asset as it is recorded.
    audience
        Who it is.
    """
    allowed, found = [name for name in fields if audience.may_see(Asset.specs()[name].audience)], []
    if audience is not Audience.INTERNAL:
        kept = {*_COORDINATORS, *kept_from(recorded, audience)}
        allowed = [name for name in allowed if name not in kept and _shown_whole(name, shown, recorded)]
    for name in allowed:
        condition = asked_when(Asset, name)
        # Where the answer that it hangs on is asked on the same page, it may be given there.
        if condition is None or condition[0] in allowed or shown[condition[0]] == condition[1]:
            found.append(name)
    return tuple(found)


def _shown_whole(name: str, shown: Mapping[str, Any], recorded: Mapping[str, Any]) -> bool:
    return same_answer(name, *(as_typed(asset, [name])[name] for asset in (shown, recorded)))


def as_typed(asset: Mapping[str, Any], fields: Iterable[str]) -> dict[str, str]:
    """Return fields of an asset as somebody would type them; areas by their names."""
    specs, names = Asset.specs(), code_names()
    values = {name: asset[name] for name in fields}
    if "areas_served" in values:
        values["areas_served"] = tuple(names.get(code, code) for code in values["areas_served"])
    return {name: format_cell(specs[name], value) for name, value in values.items()}


def same_answer(name: str, one: str, other: str) -> bool:
    """Whether two texts give a field the same answer: boxes have no order, and browsers send their own line ends."""
    if Asset.specs()[name].kind is Kind.CHOICES:
        return {part.strip() for part in one.split(";")} == {part.strip() for part in other.split(";")}
    return "\n".join(one.split("\r\n")).strip() == "\n".join(other.split("\r\n")).strip()


def typed_changes(was: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """Return what somebody changed on a form; what they did not touch stays as it is.

    Parameters
    ----------
    was, typed
        The fields as the form showed them, and as they came back, as text (:func:`as_typed`).

    Raises
    ------
    RowsRejected
        When a text that was changed still has a mark in it for what this reader is not shown: it would be lost.
    """
    changed = {name: text for name, text in typed.items() if not same_answer(name, text, was.get(name, ""))}
    masked = [name for name, text in changed.items() if MASK in text]
    if masked:
        why = f"holds {MASK}, which stands for words that you are not shown."
        what = "Write the whole text anew without it, or leave it as it was."
        raise RowsRejected("the form", tuple(RowProblem(1, name, "", why, what) for name in masked))
    return changed
