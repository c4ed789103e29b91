"""Correcting an organisation's own entry: what it may ask for, and what a coordinator accepts of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rosc_map.errors import InputError
from rosc_map.exchange.questions import groups
from rosc_map.partnership.core import Core
from rosc_map.partnership.editing import edit_asset
from rosc_map.partnership.shown_edit import as_typed, fields_to_change, same_answer, typed_changes
from rosc_map.publish import own_values, plain_id
from rosc_map.records import Asset, Audience, codelist, is_hidden
from rosc_map.store import Reader, Writer

__all__ = ["SOMETHING_ELSE", "ChangedSince", "OwnCorrection", "correction_label", "find_own", "listed_own"]

SOMETHING_ELSE = "notes"
"""What an organisation says in its own words is wrong: kept as notes are, and answered, never written as a field."""

_GONE = "This entry is not listed any more. If you want to come back, tell the coordinator of the partnership."
_NOT_ASKED_IN = ("listing", "recording")
_NOT_CORRECTED = ("asset_type", "location_precision")
"""What decides who sees an asset has ways of its own, or is for a coordinator."""

_FINER_THAN_HIDDEN = ("address", "postcode", "latitude", "longitude")


@dataclass(frozen=True)
class ChangedSince:
    """A field that somebody else changed after the organisation saw it.

    Attributes
    ----------
    field, label
        Its name for programs and for people.
    was, now, wanted
        What the organisation saw, what stands there now, and what it asked for, as typed.
    """

    field: str
    label: str
    was: str
    now: str
    wanted: str


class OwnCorrection(Core):
    """The tasks of correcting an own entry: an organisation asks, and a coordinator accepts."""

    def correctable(self, asset: str) -> dict[str, str]:
        """Return the fields that an organisation may ask to have corrected, each as it would be typed now.

        Their order is that of the questions. Who may list it, how exactly, and where a record is from are not among
        them; nor is anything finer than the county of a hidden asset.

        Raises
        ------
        InputError
            When it is not listed any more.

        Examples
        --------
        >>> café = area.asset("Example Dorking Recovery Café")["id"]
        >>> area.correctable(café)["sessions"]
        'Tue 10:00-14:00; Thu 10:00-14:00; 1st Sat 10:30-12:30'
        """
        with self._store.reading() as reader:
            recorded = listed_own(reader, asset)
            told = own_values(self._snapshot(reader, reader.read, self._today), recorded)
        fields = _may_correct(recorded)
        typed, shown = as_typed(recorded, fields), as_typed(told, fields)
        # A text of which a part is not shown would lose that part, so it is not for them to write anew.
        return {name: text for name, text in typed.items() if same_answer(name, text, shown[name])}

    def correct(self, asset: str, changes: Mapping[str, str], was: Mapping[str, str]) -> tuple[ChangedSince, ...]:
        """Write what an organisation asked to have corrected, when a coordinator has accepted it.

        Parameters
        ----------
        asset
            Which asset.
        changes
            By field the new text.
        was
            By field the text that the organisation saw (:meth:`correctable`).

        Returns
        -------
        tuple of ChangedSince
            The fields that were changed since; nothing is written then. Empty when it was written.

        Raises
        ------
        InputError
            When it is not listed any more, or a field is not for an organisation to correct.
        RowsRejected
            When a text cannot be taken.
        EditConflict
            When somebody else changed it at the same moment.

        Examples
        --------
        >>> café = area.asset("Example Dorking Recovery Café")["id"]
        >>> seen = area.correctable(café)
        >>> area.correct(café, {"cost": "free"}, {"cost": seen["cost"]})
        ()
        >>> area.asset(café)["cost"]
        'free'
        """
        with self._write("correct", alone=False) as writer:
            recorded = listed_own(writer, asset)
            allowed = _may_correct(recorded)
            for name in changes:
                if name not in allowed:
                    spec = Asset.specs().get(name)
                    raise InputError(f"{spec.label if spec else name} is not for an organisation to correct here.")
            wanted = typed_changes(was, changes)
            now = as_typed(recorded, wanted)
            new = {name: text for name, text in wanted.items() if not same_answer(name, text, now[name])}
            since = tuple(
                ChangedSince(name, Asset.specs()[name].label, was.get(name, ""), now[name], text)
                for name, text in new.items()
                if not same_answer(name, was.get(name, ""), now[name])
            )
            if since:
                return since
            if new:
                self._edit_own(writer, recorded, new)
        return ()

    def _edit_own(self, writer: Writer, recorded: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        edit_asset(writer, recorded["id"], values, version=int(recorded["version"]), who=self._who, today=self._today)


def correction_label(field: str) -> str:
    """Return what a part of a correction is about, in words."""
    return "Something else" if field == SOMETHING_ELSE else Asset.specs()[field].label


def find_own(reader: Reader, asset: str) -> dict[str, Any] | None:
    """Return an asset as it is stored, by its id or the one that others know it by; None where there is none."""
    found = reader.find(Asset, {"id": asset})
    if found is None:
        others = (each for each in reader.read(Asset, fields=("id",))["id"] if plain_id(each) == asset)
        known = next(others, "")
        found = reader.find(Asset, {"id": known}) if known else None
    return found


def listed_own(reader: Reader, asset: str) -> dict[str, Any]:
    """Return an asset that has not left; who has, and who was never there, are told the same."""
    found = find_own(reader, asset)
    # A word that is not in the codelist, typed in another program, is never taken for consent.
    if found is None or found["listing"] not in codelist("listing") or found["listing"] == "declined":
        raise InputError(_GONE)
    return found


def _may_correct(recorded: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields of an asset that its organisation may ask to have corrected, in the order of the questions."""
    asked = [name for group in groups(Asset) if group.name not in _NOT_ASKED_IN for name in group.fields]
    kept = {*_NOT_CORRECTED, *(_FINER_THAN_HIDDEN if is_hidden(recorded) else ())}
    if recorded["postcode"]:  # the point follows from it
        kept |= {"latitude", "longitude"}
    return fields_to_change([name for name in asked if name not in kept], recorded, recorded, Audience.INTERNAL)
