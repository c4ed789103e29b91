"""What an outside list may change of what is recorded: never what people here decided, and never a hidden place.

A list speaks for itself alone. A record is the list's own where nothing but lists told of it (its sources are
``import`` alone) and its first id elsewhere is of that list: such a record follows the list, but for what people here
changed of it. Any other record has the words of people, or of another list: it gets the list's id, and at most what is
empty in it. The ids of other lists that a row names are claims: no record is found, joined or changed by them.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rosc_map.exchange.outside.lists import UNKNOWN_LICENCE
from rosc_map.partnership.import_result import is_same
from rosc_map.partnership.mixing import goes_into, strictness
from rosc_map.records import DEFAULT_PRECISION, Asset, CellError, label
from rosc_map.records.licences import licence_of

__all__ = ["LIST_TASK", "Laid", "ListRules", "is_of", "is_of_list"]

LIST_TASK = "import list"
"""The task in the history of all that a list changed: what another task changed is the word of people here."""

_SOURCE = "import"
_DECIDED_HERE = (
    *("id", "name", "asset_type", "rss_types", "community_group", "led_by", "lero_type", "connector_role"),
    *("location_precision", "listing", "listing_shows", "listing_on", "recorded_by", "recorded_on", "notes", "status"),
)
_UNITED = ("external_ids", "sources")
_PLACE = ("address", "postcode", "latitude", "longitude")
_OF_THE_LIST = ("source_url", "source_date", "licence", "verified_on")
_ASKED = ("agreed", "restricted", "published_by_itself")
_AGREED = ("agreed", "restricted")


@dataclass(frozen=True)
class Laid:
    """What a row changes of a recorded asset, by field; and what to say of it."""

    fields: dict[str, Any]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ListRules:
    """The rules for the rows of an outside list.

    Attributes
    ----------
    today
        The day of the import.
    scheme
        Of the list: what stands before the colon of its own ids.
    licence_said
        Whether a person stands for the licence of the rows, and not the list alone.
    listing
        What a person says of the listing of all of them; "" where nobody was asked.
    changed
        By the id of an asset, the fields that people here changed; "" among them where they added it themselves.
    """

    today: dt.date
    scheme: str
    licence_said: bool = False
    listing: str = ""
    changed: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def own_ids(self, entries: Iterable[str]) -> tuple[str, ...]:
        """Return those of some ids elsewhere that are the list's own."""
        return tuple(entry for entry in entries if is_of(entry, self.scheme))

    def new(self, asset: Mapping[str, Any], said: Iterable[str]) -> dict[str, Any]:
        """Return a new asset with where it comes from, as far as its row does not say that itself.

        Parameters
        ----------
        asset
            As the row tells it.
        said
            All ids elsewhere that the row names. Without one of the list's own there would be nothing to put first.
        """
        origin: dict[str, Any] = {
            "sources": (_SOURCE,),
            "recorded_on": self.today,
            "source_date": self.today.isoformat(),
            "licence": UNKNOWN_LICENCE,
        }
        if asset["listing"] in _ASKED:
            origin["listing_on"] = self.today
        ids = self.own_ids(said)
        least = DEFAULT_PRECISION.get(asset["asset_type"], "exact")
        return {
            **asset,
            **{name: value for name, value in origin.items() if not asset[name]},
            "external_ids": tuple(dict.fromkeys((*ids, *said))) if ids else (),
            "location_precision": max(asset["location_precision"], least, key=strictness),
        }

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
        notes: list[str] = []
        if "status" in says and says["status"] != recorded["status"]:
            notes.append(f"is {label('status', says['status']).lower()}, as their list says; it was left as it is.")
        offered = {name: value for name, value in says.items() if name not in (*_DECIDED_HERE, *_UNITED)}
        own, changed = is_of_list(recorded, self.scheme), self.changed.get(recorded["id"], frozenset())
        lay = self._followed if own else self._filled
        values = lay(recorded, offered, changed, notes)
        if self.listing not in ("", "not_asked") and says.get("listing") == self.listing:
            values |= self._listed(recorded, notes, by_list_alone=own and "listing" not in changed)
        # Where nobody said who told us, that stays so: with "import" alone the record would be the list's own.
        if values and recorded["sources"] and _SOURCE not in recorded["sources"]:
            values["sources"] = (*recorded["sources"], _SOURCE)
        values["external_ids"] = self._united(recorded["external_ids"], says.get("external_ids", ()))
        return Laid(values, tuple(notes))

    def _listed(self, recorded: Mapping[str, Any], notes: list[str], *, by_list_alone: bool) -> dict[str, Any]:
        """Return what a person's word on all of a list changes: only where nobody was asked, and nobody here said so.

        Whoever said no, or yes with limits, said it themselves.
        """
        if recorded["listing"] == self.listing:
            return {}
        if recorded["listing"] == "not_asked" and by_list_alone:
            return {"listing": self.listing, "listing_on": self.today}
        shown = label("listing", recorded["listing"]).lower()
        notes.append(f"is recorded as: {shown}. --listing does not change that.")
        return {}

    def _followed(
        self, recorded: Mapping[str, Any], offered: Mapping[str, Any], changed: frozenset[str], notes: list[str]
    ) -> dict[str, Any]:
        """Return what the list's own record takes: all but what people here changed, or checked after the list."""
        differs = {name for name, value in offered.items() if not is_same(recorded[name], value)}
        if _checked_here(recorded, offered, changed):
            if differs - {"licence"}:
                notes.append(f"was checked here on {recorded['verified_on']}, after their list: ours was kept.")
            return {}
        # A place is one thing: half of it from here and half of it from a list is no place.
        kept = changed | (frozenset(_PLACE) if changed & set(_PLACE) else frozenset())
        if ours := [name for name in offered if name in differs & kept]:
            notes.append(f"was changed here: ours was kept ({', '.join(ours)}).")
        values = {name: value for name, value in offered.items() if name not in kept}
        licence = values.pop("licence", UNKNOWN_LICENCE)
        # Whoever forgets to say the licence a second time has not taken it back.
        if licence == UNKNOWN_LICENCE or licence == recorded["licence"]:
            return values
        if self.licence_said or _bound(licence) >= _bound(recorded["licence"]):
            return {**values, "licence": licence}
        notes.append(f"has the licence {licence}, as their list says now; ours says {recorded['licence']}, and stays.")
        return values

    def _filled(
        self, recorded: Mapping[str, Any], offered: Mapping[str, Any], changed: frozenset[str], notes: list[str]
    ) -> dict[str, Any]:
        """Return what a record with other words in it takes: what is empty there, if nobody agreed to it as it is."""
        empty = [
            name
            for name in offered
            if is_same(recorded[name], None) and name not in _OF_THE_LIST and name not in changed
        ]
        # A place is taken as a whole.
        if not all(is_same(recorded[name], None) and name not in changed for name in _PLACE):
            empty = [name for name in empty if name not in _PLACE]
        licence = offered.get("licence", UNKNOWN_LICENCE)
        if recorded["listing"] not in _AGREED and goes_into(licence, recorded["licence"]):
            return {name: offered[name] for name in empty}
        if empty:
            notes.append(f"is in their list too, which also says: {', '.join(empty)}. Nothing of it was taken.")
        return {}

    def _united(self, recorded: tuple[str, ...], said: Iterable[str]) -> tuple[str, ...]:
        """Return the ids that are recorded with that of the row, in the place of another of the same list."""
        ids = self.own_ids(said)
        known = {entry.casefold() for entry in recorded}
        if not ids or any(entry.casefold() in known for entry in ids):
            return recorded
        first = next((at for at, entry in enumerate(recorded) if is_of(entry, self.scheme)), len(recorded))
        others = [entry for entry in recorded[first:] if not is_of(entry, self.scheme)]
        return (*recorded[:first], *ids, *others)


def is_of(entry: str, scheme: str) -> bool:
    """Whether an id elsewhere (``scheme:id``) is of a list."""
    found, colon, _ = entry.partition(":")
    return bool(colon) and found.strip().casefold() == scheme.strip().casefold()


def is_of_list(recorded: Mapping[str, Any], scheme: str) -> bool:
    """Whether a recorded asset is a list's own. What has no licence is not: nobody took it from a list."""
    first = next(iter(recorded["external_ids"]), "")
    return is_of(first, scheme) and recorded["sources"] == (_SOURCE,) and bool(recorded["licence"])


def _checked_here(recorded: Mapping[str, Any], offered: Mapping[str, Any], changed: frozenset[str]) -> bool:
    """Whether somebody here checked a record after the list's own date of it; a row without a date may be of any day.

    What the list itself said of its checks is no check of ours.
    """
    ours, theirs = recorded["verified_on"], offered.get("verified_on") or _day(offered.get("source_date", ""))
    return bool(ours) and not changed.isdisjoint(("verified_on", "")) and (theirs is None or ours > theirs)


def _day(text: str) -> dt.date | None:
    try:
        found: dt.date | None = Asset.check("verified_on", text[:10])
    except CellError:
        return None
    return found


def _bound(licence: str) -> tuple[bool, bool]:
    """Return how much a licence binds, for comparing."""
    found = licence_of(licence)
    return not found.shared, found.keeps_apart
