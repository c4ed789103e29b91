"""What an outside list may change of what is recorded: never what people here decided, and never a hidden place.

Whose a record is, is told by the record itself. It is the list's own where nothing but lists told of it (its sources
are ``import`` alone) and its first id elsewhere is of that list: such a record follows the list, until somebody here
has checked it. Any other record has the words of people, or of another list: it gets only what is empty in it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rosc_map.exchange.outside.lists import UNKNOWN_LICENCE
from rosc_map.partnership.import_result import is_same
from rosc_map.records import Asset, CellError, label
from rosc_map.records.licences import licence_of

__all__ = ["Laid", "ListRules"]

_SOURCE = "import"
_DECIDED_HERE = (
    *("id", "name", "asset_type", "rss_types", "community_group", "led_by", "lero_type", "connector_role"),
    *("location_precision", "listing", "listing_shows", "listing_on", "recorded_by", "recorded_on", "notes", "status"),
)
_UNITED = ("external_ids", "sources")
_PLACE = ("address", "postcode", "latitude", "longitude")
_PAGE = ("source_url", "source_date")
_ASKED = ("agreed", "restricted", "published_by_itself")


@dataclass(frozen=True)
class Laid:
    """What a row changes of a recorded asset, by field; and what to say of it."""

    fields: dict[str, Any]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ListRules:
    """The rules for the rows of outside lists.

    Attributes
    ----------
    today
        The day of the import.
    """

    today: dt.date

    def new(self, asset: Mapping[str, Any]) -> dict[str, Any]:
        """Return a new asset with where it comes from, as far as its row does not say that itself."""
        origin: dict[str, Any] = {
            "sources": (_SOURCE,),
            "recorded_on": self.today,
            "source_date": self.today.isoformat(),
            "licence": UNKNOWN_LICENCE,
        }
        if asset["listing"] in _ASKED:
            origin["listing_on"] = self.today
        return {**asset, **{name: value for name, value in origin.items() if not asset[name]}}

    def over(self, recorded: Mapping[str, Any], row: Mapping[str, Any]) -> Laid:
        """Lay what a row says over a recorded asset that is not hidden.

        Parameters
        ----------
        recorded
            As it is stored.
        row
            The fields that the row gives, each with its value. An empty one changes nothing: a list clears nothing.
        """
        says = {name: value for name, value in row.items() if value not in (None, "", ())}
        notes = []
        if "status" in says and says["status"] != recorded["status"]:
            notes.append(f"is {label('status', says['status']).lower()}, as their list says; it was left as it is.")
        offered = {name: value for name, value in says.items() if name not in (*_DECIDED_HERE, *_UNITED)}
        scheme = _scheme(next(iter(says.get("external_ids", ())), ""))
        if not _is_the_lists_own(recorded, scheme):
            values = _filled(recorded, offered)
        elif _checked_here(recorded, offered):
            values = {}
            if any(not is_same(recorded[name], value) for name, value in offered.items() if name != "areas_served"):
                notes.append(f"was checked here on {recorded['verified_on']}, after their list: ours was kept.")
        else:
            values = _followed(offered)
        values["external_ids"] = _united(recorded["external_ids"], says.get("external_ids", ()))
        # Where nobody said who told us, that stays so: with "import" alone the record would be the list's own.
        if len(values) > 1 and recorded["sources"] and _SOURCE not in recorded["sources"]:
            values["sources"] = (*recorded["sources"], _SOURCE)
        return Laid(values, tuple(notes))


def _scheme(entry: str) -> str:
    return entry.partition(":")[0].strip().casefold()


def _is_the_lists_own(recorded: Mapping[str, Any], scheme: str) -> bool:
    first = _scheme(next(iter(recorded["external_ids"]), ""))
    return bool(scheme) and first == scheme and recorded["sources"] == (_SOURCE,)


def _checked_here(recorded: Mapping[str, Any], offered: Mapping[str, Any]) -> bool:
    """Whether somebody checked a record after the list's own date of it; a row without a date may be of any day."""
    ours, theirs = recorded["verified_on"], offered.get("verified_on") or _day(offered.get("source_date", ""))
    return bool(ours) and (theirs is None or ours > theirs)


def _day(text: str) -> dt.date | None:
    try:
        found: dt.date | None = Asset.check("verified_on", text[:10])
    except CellError:
        return None
    return found


def _followed(offered: Mapping[str, Any]) -> dict[str, Any]:
    # Whoever forgets to say the licence a second time has not taken it back.
    return {name: value for name, value in offered.items() if name != "licence" or value != UNKNOWN_LICENCE}


def _filled(recorded: Mapping[str, Any], offered: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a record with other words in it may take: what is empty there, if the licences go together.

    A record has one licence. With words of a list that may not be passed on, it would vanish from all that is public;
    with words of one that has to be kept apart (ODbL), the words of people here would fall under that licence.
    """
    licence = licence_of(offered.get("licence", UNKNOWN_LICENCE))
    same = not recorded["licence"] or licence_of(recorded["licence"]) == licence
    if not licence.shared or licence.keeps_apart or not same:
        return {}
    empty = {name for name in offered if is_same(recorded[name], None)}
    # A place is taken as a whole: half of one and half of another is no place.
    if not all(is_same(recorded[name], None) for name in _PLACE):
        empty -= set(_PLACE)
    words = {name: offered[name] for name in offered if name in empty - {*_PAGE, "licence", "verified_on"}}
    if not words:
        return {}
    return words | {name: offered[name] for name in (*_PAGE, "licence") if name in empty}


def _united(recorded: Iterable[str], said: Iterable[str]) -> tuple[str, ...]:
    """Return the ids that are recorded and those of a row; in a scheme that both have, those of the row."""
    given = tuple(said)
    schemes = {_scheme(entry) for entry in given}
    found: list[str] = []
    for entry in recorded:
        found += (new for new in given if _scheme(new) == _scheme(entry)) if _scheme(entry) in schemes else (entry,)
    return tuple(dict.fromkeys((*found, *given)))
