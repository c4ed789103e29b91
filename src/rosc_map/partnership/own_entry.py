"""What an organisation does with its own entry: see it, correct, agree to it, restrict it, reply, or leave."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rosc_map.errors import InputError, RowsRejected, UnknownName
from rosc_map.exchange.questions import groups
from rosc_map.partnership.own_correction import OwnCorrection, find_own, listed_own
from rosc_map.partnership.recording import draft_values
from rosc_map.partnership.round_papers import RoundPapers
from rosc_map.partnership.upkeep import Upkeep
from rosc_map.place import resolve_area
from rosc_map.publish import (
    PublishedOwnEntry,
    own_entry,
    own_rows,
    parted_by_contact,
    plain_id,
    round_rows,
    tells_a_street,
    view,
)
from rosc_map.records import (
    Asset,
    Audience,
    ClosingReport,
    Kind,
    codelist,
    is_hidden,
    label,
    row_dicts,
    squash,
)
from rosc_map.records.places_in_text import has_place
from rosc_map.store import FREE_TEXT_FIELDS, Writer, asset_history

__all__ = ["WHO_BESIDE_THEM", "OwnEntry"]

WHO_BESIDE_THEM = {
    Audience.PUBLIC: "Everybody",
    Audience.PARTNERS: "You, partner organisations and coordinators",
    Audience.INTERNAL: "You and coordinators",
}
"""Who may see what is held about an organisation, in words for itself."""

_KEPT_FROM = (
    "Something in this entry keeps this from being saved. Nothing was changed: tell the coordinator "
    "of the partnership what you wanted."
)
_EXACTNESS = ("exact", "postcode_district", "local_authority", "hidden")
_STAYS = {
    "exact": "Its address and its point on the map are shown, if they are held.",
    "postcode_district": "Of its place only the first half of the postcode is shown, as before.",
    "local_authority": "Of its place only the local authority is shown, as before.",
}
_STAYS_HIDDEN = "It stays confidential: its place is hidden, so it is on no map or list for others, as before."


class OwnEntry(OwnCorrection, RoundPapers, Upkeep):
    """The tasks of an organisation with its own entry, and of the coordinator who looks after it.

    Assets are given by their id, or by the one that others know them by; never by a name. What an organisation decides
    itself is written by ``partnership.acting_as("organisation")``, and returns what was done, in sentences.
    """

    def organisation_of(self, asset: str) -> tuple[tuple[str, str], ...]:
        """Return the ids and names of the assets that one link may be for, the asked one first; () where it has left.

        They name the same organisation and share a contact, or a domain of their own. A hidden one is on a link of its
        own: who opens a link that went to a café should not read there that a refuge belongs to it.

        Examples
        --------
        >>> hub = area.asset("Example Oxted Recovery Hub")["id"]
        >>> [name for identifier, name in area.organisation_of(hub)]
        ['Example Oxted Recovery Hub']
        """
        snapshot = self.snapshot()
        listed = row_dicts(view(snapshot, Audience.INTERNAL).named.sort_values(["name", "id"]))
        asked = next((row for row in listed if asset in (row["id"], plain_id(row["id"]))), None)
        if asked is None:
            return ()
        together = [asked]
        if not is_hidden(asked):
            same = [row for row in listed if _organisation(row) == _organisation(asked) and not is_hidden(row)]
            together = next(part for part in parted_by_contact(same) if asked in part)
        others = [row for row in together if row["id"] != asked["id"]]
        return tuple((plain_id(row["id"]), row["name"]) for row in (asked, *others))

    def own_entry(self, ids: Sequence[str]) -> PublishedOwnEntry:
        """Return all that is held about these assets, for their own organisation alone.

        Examples
        --------
        >>> café = area.asset("Example Dorking Recovery Café")["id"]
        >>> entry = area.own_entry([café])
        >>> entry.assets[0].name, [result.round for result in entry.rounds]
        ('Example Dorking Recovery Café', ['R1'])
        """
        with self._store.reading() as reader:
            held = self._snapshot(reader, reader.read, self._today)
            snapshot = replace(held, others={**held.others, ClosingReport: reader.read(ClosingReport)})
            found = [row for each in dict.fromkeys(ids) if (row := find_own(reader, each))]
            history = {row["id"]: asset_history(reader, int(row["fid"])) for row in found}
        headings = [(group.heading, group.fields) for group in groups(Asset)]
        return own_entry(snapshot, ids, history=history, headings=headings, who=WHO_BESIDE_THEM)

    def agree_to_listing(self, asset: str) -> str:
        """Note that an organisation agrees to be listed with all of its entry, its place no more finely than before.

        Raises
        ------
        InputError
            When it is not listed any more.
        EditConflict
            When somebody else changed it at the same moment.

        Examples
        --------
        >>> group = area.asset("Example Leatherhead Aftercare Group")["id"]
        >>> area.agree_to_listing(group)
        'Noted: Example Leatherhead Aftercare Group agrees to be listed. Its address and its point on the map are
        shown, if they are held.'
        >>> area.asset(group)["listing"]
        'agreed'
        """
        recorded = self._decide(asset, "agree to listing", {"listing": "agreed", "listing_shows": ()})
        stays = _STAYS_HIDDEN if is_hidden(recorded) else _STAYS[recorded["location_precision"] or "exact"]
        return f"Noted: {recorded['name']} agrees to be listed. {stays}"

    def restrict_listing(self, asset: str, shows: Collection[str]) -> str:
        """Note that an organisation agrees to parts of its entry only (codes of ``listing_shows``, or none).

        Raises
        ------
        InputError
            When it is not listed any more, or a part is not known.
        EditConflict
            When somebody else changed it at the same moment.

        Examples
        --------
        >>> from rosc_map.records import codelist
        >>> list(codelist("listing_shows"))
        ['name', 'place', 'contact', 'sessions', 'description']
        >>> café = area.asset("Example Dorking Recovery Café")["id"]
        >>> area.restrict_listing(café, ["contact"])
        'Noted: Example Dorking Recovery Café is named to nobody but the coordinators. Others see it in counts only.'
        >>> area.asset(café)["listing"], area.asset(café)["listing_shows"]
        ('restricted', ('contact',))
        """
        unknown = [code for code in shows if code not in codelist("listing_shows")]
        if unknown:
            parts = ", ".join(codelist("listing_shows"))
            raise InputError(f"{unknown[0]!r} is not a part of an entry. Choose from: {parts}.")
        chosen = tuple(code for code in codelist("listing_shows") if code in shows)
        recorded = self._decide(asset, "restrict listing", {"listing": "restricted", "listing_shows": chosen})
        if is_hidden(recorded):
            return f"Noted. {_STAYS_HIDDEN}"
        if "name" not in chosen:
            return f"Noted: {recorded['name']} is named to nobody but the coordinators. Others see it in counts only."
        parts = ", ".join(label("listing_shows", code).lower() for code in chosen)
        return f"Noted: of {recorded['name']} others are shown no more than: {parts}."

    def coarsen_place(self, asset: str, precision: str) -> str:
        """Show a place less exactly; ``hidden`` drops what is finer than its county, for good.

        Raises
        ------
        InputError
            When it is not listed any more, that is not less exact than now, or something in it keeps it from being
            saved.
        EditConflict
            When somebody else changed it at the same moment.

        Examples
        --------
        >>> café = area.asset("Example Epsom Repair Café")["id"]
        >>> area.coarsen_place(café, "postcode_district")
        'Noted: the place of Example Epsom Repair Café is now shown as: postcode district only.'
        >>> area.asset(café)["location_precision"]
        'postcode_district'
        """
        with self._write("coarsen place", alone=False) as writer:
            recorded = listed_own(writer, asset)
            now = "hidden" if is_hidden(recorded) else recorded["location_precision"] or "exact"
            if precision not in _EXACTNESS or _EXACTNESS.index(precision) <= _EXACTNESS.index(now):
                raise InputError(
                    f"The place of {recorded['name']} can only be shown less exactly here. To have it shown more "
                    "exactly, tell the coordinator of the partnership."
                )
            values: dict[str, Any] = {"location_precision": precision}
            if precision == "hidden":
                values |= _without_place(recorded)
            self._edit_quietly(writer, recorded, values)
        name, words = values.get("name", recorded["name"]), label("location_precision", precision).lower()
        lost = " What was kept of it that is finer than its county is gone for good." if precision == "hidden" else ""
        if name != recorded["name"]:
            lost += (
                f" Its name told where it is, so it is called “{name}” for now, and nobody but the coordinators and "
                "you sees that. To give it another name, choose “Something is wrong”."
            )
        return f"Noted: the place of {name} is now shown as: {words}.{lost}"

    def confirm_right(self, asset: str) -> str:
        """Note that all of an entry holds today.

        Raises
        ------
        InputError
            When it is not listed any more, or something in it keeps it from being saved.
        EditConflict
            When somebody else changed it at the same moment.

        Examples
        --------
        >>> café = area.asset("Example Dorking Recovery Café")["id"]
        >>> area.confirm_right(café)
        'Noted: all that is held about Example Dorking Recovery Café is right today.'
        >>> area.asset(café)["verified_on"]
        datetime.date(2026, 11, 22)
        """
        with self._write("confirm", alone=False) as writer:
            recorded = listed_own(writer, asset)
            running = {"status": "active"} if recorded["status"] in ("not_confirmed", "closed") else {}
            self._edit_quietly(writer, recorded, {"verified_on": self._today, **running})
        return f"Noted: all that is held about {recorded['name']} is right today."

    def leave(self, asset: str) -> str:
        """Take an asset out of every output, at its organisation's wish; it is not imported again.

        Raises
        ------
        InputError
            When it is not listed any more, or it is not said who does it.
        EditConflict
            When somebody else changed it at the same moment.

        Examples
        --------
        >>> café = area.asset("Example Epsom Repair Café")["id"]
        >>> area.leave(café)
        'Example Epsom Repair Café has left: it is in no map, list or count from now on, and is not taken in again.'
        >>> area.asset(café)["listing"]
        'declined'
        """
        with self._store.reading() as reader:
            recorded = listed_own(reader, asset)
        name = self.delist(recorded["id"])
        return f"{name} has left: it is in no map, list or count from now on, and is not taken in again."

    def reply_to_result(self, round_name: str, asset: str, words: str) -> str:
        """Keep what an organisation says to its own result of a round, once it was given; an earlier reply is replaced.

        Raises
        ------
        InputError
            When it is not listed any more, has no result of this round to reply to yet, or nothing is said.
        UnknownName
            When there is no such round.

        Examples
        --------
        >>> hub = area.asset("Example Oxted Recovery Hub")["id"]
        >>> area.reply_to_result("R1", hub, "We have a new number since May.")
        'The reply of Example Oxted Recovery Hub is kept with its result of R1, in your own words.'
        """
        snapshot = self.snapshot()
        with self._store.reading() as reader:
            recorded = listed_own(reader, asset)
        held = round_rows(snapshot, round_name)
        given = held.stored["feedback_on"]
        if not given or given > self._today or not own_rows(snapshot, held, [recorded["id"]]):
            raise InputError(f"There is no result of {held.name} to reply to yet.")
        name = self.reply(held.name, recorded["id"], words)
        return f"The reply of {name} is kept with its result of {held.name}, in your own words."

    def _decide(self, asset: str, task: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Note what an organisation says of its listing today, and return the asset as it was."""
        with self._write(task, alone=False) as writer:
            recorded = listed_own(writer, asset)
            said = {**values, "listing_on": self._today}
            writer.update(Asset, {"id": recorded["id"]}, said, version=int(recorded["version"]))
        return recorded

    def _edit_quietly(self, writer: Writer, recorded: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Change an own asset without a word of what is wrong with it: a text in it may hold another's secret."""
        try:
            self._edit_own(writer, recorded, values)
        except RowsRejected:
            raise InputError(_KEPT_FROM) from None


def _organisation(asset: Mapping[str, Any]) -> str:
    return squash(asset["organisation"] or asset["name"])


def _without_place(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of an asset that becomes hidden has to go, since it tells where it is.

    A name may go on telling of its town, as that of a refuge may that was never listed with a place: "Guildford Women's
    Refuge". Where it tells more, something else stands in its place: a place that is unsafe is hidden at once.
    """
    specs = Asset.specs()
    values = {name: recorded[name] for name in specs} | {"location_precision": "hidden"}
    whole, streets = draft_values(values), draft_values(values | {"address": _without_town(recorded["address"])})
    told: dict[str, Any] = {"address": ""}  # a town that is still there would be looked for in the name
    for name in FREE_TEXT_FIELDS:
        kept = whole if specs[name].kind is Kind.LONG_TEXT else streets
        value = kept.get(name, specs[name].empty)
        if tuple(value) != tuple(recorded[name]):
            told[name] = value
    if not told.get("name", recorded["name"]):
        told["name"] = f"{label('asset_type', recorded['asset_type'])}, name not kept"
    return told


def _without_town(address: str) -> str:
    """Return an address without its last part, where that is a town; a street, house or number in it is none."""
    parts = [part.strip() for part in re.split(r"[,;\n]", address) if part.strip()]
    parts = [part for part in parts if not has_place(part)]
    if parts and not tells_a_street(parts[-1]) and (len(parts) > 1 or _is_area(parts[-1])):
        del parts[-1]
    return ", ".join(parts)


def _is_area(text: str) -> bool:
    try:
        resolve_area(text)
    except UnknownName:
        return False
    return True
