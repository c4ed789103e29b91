"""Recording one new asset as a person typed it, and what may be kept of it while it is half done."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from rosc_map.errors import InputError, PostcodeMalformed, RowProblem, RowsRejected
from rosc_map.partnership.closing import closing_status, keep_reports
from rosc_map.partnership.core import Core
from rosc_map.partnership.editing import laid_over
from rosc_map.partnership.import_result import future_days
from rosc_map.partnership.matching import SameAsset
from rosc_map.partnership.who_sees import who_sees
from rosc_map.place import area_lookup, code_names, lookup, normalise, place_assets
from rosc_map.place.boundaries.files import boundaries_folder
from rosc_map.publish import PublishedPlace, may_be_named, typed_place
from rosc_map.records import (
    Asset,
    Audience,
    CellError,
    FieldSpec,
    Footprint,
    Kind,
    codelist,
    is_hidden,
    read_row,
    row_dicts,
)
from rosc_map.records.places_in_text import tells_of_place
from rosc_map.store import TABLES, Reader

__all__ = ["OwnRecord", "PlacedValues", "Recorded", "Recording", "draft_values", "hidden_values"]

_ROW = 1
_FINER = ("address", "postcode", "latitude", "longitude")
_PLACE = (*_FINER, "areas_served")
_KIND = ("asset_type", "location_precision")
_NOBODY = {"name": "An asset", "asset_type": "community"}  # to place what has no name yet
_NO_ID = "00000000-0000-0000-0000-000000000000"  # of what is not recorded yet
_NOT_COMPARED = ("version", "geom", "fid")
_DECLINED = (
    "This belongs to an organisation that asked not to be listed. Nothing was kept. If it has asked to come back, tell "
    "your coordinator."
)


@dataclass(frozen=True)
class Recorded:
    """A recorded asset.

    Attributes
    ----------
    id, name
        What it is known by.
    warnings
        Things to look at; nothing was refused for them.
    again
        It was recorded under this id before: nothing was changed.
    """

    id: str
    name: str
    warnings: tuple[RowProblem, ...] = ()
    again: bool = False


@dataclass(frozen=True)
class OwnRecord:
    """An asset that somebody recorded, for them: its ``name``, and whether there is a page of it for them."""

    name: str
    seen: bool


@dataclass(frozen=True)
class PlacedValues:
    """Where typed values are, as coordinators see it.

    Attributes
    ----------
    place
        What may be drawn of it, for whoever typed it; None where nothing can be read.
    postcode
        In standard form; "" where none is given or it may not be kept.
    local_authority, upper_tier
        Their names; "" where they are not known or may not be kept.
    problems
        What is wrong with the values, by column: with none of these they could be recorded.
    warnings
        Things to look at.
    """

    place: PublishedPlace | None = None
    postcode: str = ""
    local_authority: str = ""
    upper_tier: str = ""
    problems: tuple[RowProblem, ...] = ()
    warnings: tuple[RowProblem, ...] = ()


class Recording(Core):
    """What records single assets."""

    def record_asset(self, values: Mapping[str, Any], *, identifier: str) -> Recorded:
        """Record one new asset. Done a second time with the same id by the same person, it changes nothing.

        Whether it is one that is recorded already is for the person to say before.

        Parameters
        ----------
        values
            What was typed, by field name. Who recorded it and when are filled in here.
        identifier
            The id that it gets; a new one where somebody else's record has it.

        Raises
        ------
        RowsRejected
            With everything that is wrong, by column. Nothing is written then.
        InputError
            When it belongs to an organisation that asked not to be listed.
        FileProblem
            When the partnership cannot be written to.

        Examples
        --------
        >>> values = {"name": "Example Café", "asset_type": "community", "postcode": "RH4 1DW"}
        >>> made = area.record_asset(values, identifier="3f2b8c1e-8f4b-4a53-9d0c-6a2f6a1f0f11")
        >>> made.name, made.again
        ('Example Café', False)
        """
        today = self._today
        typed = {**values, "id": identifier, "recorded_by": self._who, "recorded_on": today, "verified_on": today}
        asset, warnings = _read(typed, today)
        closing = closing_status("active", asset["status"], by=self._who, reported_by=set(), row=_ROW)
        asset["status"] = closing.status
        with self._store.write(who=self._who, task="record", alone=False) as writer:
            if not self.path:
                # Of two who save the same, the second waits here for the first, and then finds it.
                lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:id, 0))")
                writer.connection.execute(lock, {"id": identifier})
            known = writer.find(Asset, {"id": identifier})
            if known and known["recorded_by"] == self._who:
                return Recorded(identifier, known["name"], again=True)
            if known:
                # What somebody typed is never lost to a record that happens to have its id.
                identifier = asset["id"] = str(uuid.uuid4())
            if _of_declined(writer, {**asset, "id": "", "postcode": asset["postcode"] or _standard(values)}):
                raise InputError(_DECLINED)
            # Nothing can stand beside an asset that is new, so nothing beside it has to be cleaned.
            writer.insert(Asset, [asset])
            keep_reports(writer, identifier, closing, who=self._who, today=today)
        return Recorded(identifier, asset["name"], (*warnings, *closing.warnings))

    def placed(self, values: Mapping[str, Any]) -> PlacedValues:
        """Say where typed values are, and what would keep them from being recorded; nothing is written.

        Parameters
        ----------
        values
            What was typed so far, by field name.

        Examples
        --------
        >>> found = area.placed({"name": "Example Café", "asset_type": "community", "postcode": "rh41dw"})
        >>> found.postcode, found.local_authority, found.problems
        ('RH4 1DW', 'Mole Valley', ())
        """
        found, asset = self._placed(values)
        return replace(found, warnings=(*found.warnings, *self._outside(asset))) if asset else found

    def _placed(self, values: Mapping[str, Any]) -> tuple[PlacedValues, dict[str, Any] | None]:
        """Return where typed values are without asking the store, and the asset, if there is one to read."""
        record, problems = read_row(Asset, values, _ROW)
        whole = record is not None
        if record is None:
            # Half a record has a place too.
            some = {name: values[name] for name in (*_PLACE, *_KIND) if _reads(name, values.get(name))}
            record, _ = read_row(Asset, {**_NOBODY, **some}, _ROW)
        if record is None:
            return PlacedValues(problems=problems), None
        placed = place_assets([(_ROW, record)])
        asset, names = row_dicts(placed.table)[0], code_names()
        if whole:
            problems = (*placed.problems, *future_days(_ROW, record, self._today))
        found = PlacedValues(
            typed_place(asset),
            asset["postcode"] if not placed.problems else "",
            names.get(asset["local_authority_code"], ""),
            names.get(asset["upper_tier_code"], ""),
            tuple(dict.fromkeys((*problems, *placed.problems))),
            placed.warnings,
        )
        return found, asset

    def who_sees(self, values: Mapping[str, Any]) -> dict[str, Audience]:
        """Return who may see each of these answers once they are recorded; nothing where they cannot be recorded.

        Parameters
        ----------
        values
            What was typed, by field name.

        Examples
        --------
        >>> typed = {"name": "Example Café", "asset_type": "community", "postcode": "RH4 1DW", "notes": "Made up."}
        >>> area.who_sees(typed)["notes"].value
        'internal'
        """
        record, _ = read_row(Asset, {**values, "id": _NO_ID}, _ROW)
        return who_sees(record) if record else {}

    def wrong(self, values: Mapping[str, Any], asked: Collection[str]) -> tuple[RowProblem, ...]:
        """Return what is wrong with some of what was typed so far; where nothing there can be, nothing is placed.

        Parameters
        ----------
        values
            What was typed, by field name.
        asked
            The fields that are looked at.

        Examples
        --------
        >>> problem, = area.wrong({"name": "Example Café", "postcode": "RH4 1D"}, ["postcode"])
        >>> problem.value, problem.what_to_do
        ('RH4 1D', 'Write it like TS1 2PA.')
        """
        # Any text may repeat the address of a hidden place.
        if not set(asked).isdisjoint(_PLACE) or (hidden_values(values) and values.get("address")):
            problems = self._placed(values)[0].problems
        else:
            record, problems = read_row(Asset, values, _ROW)
            problems = (*problems, *(future_days(_ROW, record, self._today) if record else ()))
        return tuple(problem for problem in problems if problem.column in asked)

    def as_recorded(self, recorded: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return a recorded asset with typed values over it, as it would be stored; None where it cannot be.

        Parameters
        ----------
        recorded
            The asset as it is recorded.
        values
            What was typed, by field name.

        Examples
        --------
        >>> café = area.asset("Example Dorking Recovery Café")
        >>> typed = area.as_recorded(café, {"cost": "Free", "phone": "01632 960123"})
        >>> typed["cost"], typed["phone"]
        ('free', '01632 960123')
        """
        try:
            return _read(laid_over(recorded, values), self._today)[0]
        except RowsRejected:
            return None

    def own_record(self, identifier: str, audience: Audience = Audience.PARTNERS) -> OwnRecord | None:
        """Return an asset that whoever is at work recorded; None of any other, and where there is none.

        Parameters
        ----------
        identifier
            Its id.
        audience
            Who they are.

        Examples
        --------
        >>> values = {"name": "Example Café", "asset_type": "community", "postcode": "RH4 1DW"}
        >>> made = area.record_asset(values, identifier="3f2b8c1e-8f4b-4a53-9d0c-6a2f6a1f0f11")
        >>> area.own_record(made.id)
        OwnRecord(name='Example Café', seen=True)
        """
        with self._store.reading() as reader:
            known = reader.find(Asset, {"id": identifier})
        if known is None or known["recorded_by"] != self._who:
            return None
        return OwnRecord(known["name"], seen=may_be_named(known, audience))

    def counties(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the upper-tier authorities in which a hidden asset may be: our own, and all others; names by code.

        Examples
        --------
        >>> own, others = area.counties()
        >>> own, len(others)
        ({'E10000030': 'Surrey'}, 217)
        """
        own = self._own_counties()
        every = lookup()[["upper_tier", "upper_tier_code"]].drop_duplicates().sort_values("upper_tier")
        named = dict(zip(every["upper_tier_code"], every["upper_tier"], strict=True))
        ours = {code: name for code, name in named.items() if code in own}
        return ours, {code: name for code, name in named.items() if code not in own}

    def _own_counties(self) -> frozenset[str]:
        """Return the codes of the upper-tier authorities of the partnership's area."""
        with self._store.reading() as reader:
            areas = reader.connection.execute(select(TABLES[Footprint].c.area_code)).scalars().all()
        return _upper_tiers(tuple(areas), boundaries_folder())

    def _outside(self, asset: Mapping[str, Any]) -> list[RowProblem]:
        """Ask about an asset that stands outside the partnership's area, and serves nobody in it."""
        if not asset["upper_tier_code"]:
            return []
        if self._own_counties() & {asset["upper_tier_code"], *asset["areas_served"]}:
            return []
        where = code_names().get(asset["upper_tier_code"], "")
        why = f"is in {where}, outside the area of this partnership."
        return [RowProblem(_ROW, "postcode", asset["postcode"], why, "Is the postcode right?")]


@cache
def _upper_tiers(areas: tuple[str, ...], _boundaries: Path) -> frozenset[str]:
    """Return them by the boundaries in use, which may change: so what is kept is kept by their folder."""
    return frozenset(area_lookup(list(areas))["upper_tier_code"])


def hidden_values(values: Mapping[str, Any]) -> bool:
    """Whether typed values are of a hidden asset; a word that cannot be read may be a slip for one."""
    said = {name: _one(name, values.get(name)) for name in _KIND}
    return None in said.values() or is_hidden(said)


def draft_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what may be kept of a record that is half done: of a hidden one nothing finer than its county.

    Parameters
    ----------
    values
        What was typed so far, by field name.
    """
    if not hidden_values(values):
        return dict(values)
    kept: dict[str, Any] = {}
    texts = {}
    for name, value in values.items():
        spec = Asset.specs().get(name)
        if name in _PLACE or spec is None:
            continue
        if spec.kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.LIST):
            value = _without_places(name, spec, value)
            texts[name] = value
        kept[name] = value
    told = _repeats_address(texts, values)
    areas = _counties(values)
    return {
        **{name: value for name, value in kept.items() if name not in told},
        **({"areas_served": areas} if areas else {}),
    }


def _without_places(name: str, spec: FieldSpec, value: Any) -> Any:
    """Return a text without what tells of a place; all of it goes that cannot be read, since nobody looked at it."""
    read = _one(name, value)
    if read is None:
        return spec.empty
    if isinstance(read, tuple):
        return [part for part in read if not tells_of_place(part)]
    return "" if tells_of_place(read) else value


def _repeats_address(texts: Mapping[str, Any], values: Mapping[str, Any]) -> set[str]:
    """Return which texts hold a part of the address that goes."""
    address = values.get("address")
    if not address or _one("address", address) is None:
        return set()
    asked = {**texts, "address": address, "asset_type": "community", "location_precision": "hidden"}
    record, problems = read_row(Asset, {**_NOBODY, **asked}, _ROW)
    if record is None:
        return {problem.column for problem in problems}
    return {problem.column for problem in place_assets([(_ROW, record)]).problems}


def _counties(values: Mapping[str, Any]) -> list[str]:
    """Return the upper-tier authorities in which typed values of a hidden asset are."""
    some = {name: values[name] for name in _PLACE if _reads(name, values.get(name)) and name != "address"}
    record, _ = read_row(Asset, {**_NOBODY, **some, "location_precision": "hidden"}, _ROW)
    if record is None:
        return []
    placed = place_assets([(_ROW, record)])
    asset, names = row_dicts(placed.table)[0], code_names()
    # What is not known as an area may be the name of a village.
    codes = dict.fromkeys([*asset["areas_served"], asset["upper_tier_code"]])
    return [code for code in codes if code in names]


def _one(name: str, value: Any) -> Any:
    """Return a value as its field reads it, "" or () for nothing, and None where it cannot be read."""
    if value in (None, "", (), []):
        return Asset.specs()[name].empty
    try:
        return Asset.check(name, value)
    except CellError:
        return None


def _reads(name: str, value: Any) -> bool:
    return value not in (None, "", (), []) and _one(name, value) is not None


def _read(values: Mapping[str, Any], today: dt.date) -> tuple[dict[str, Any], tuple[RowProblem, ...]]:
    """Return the asset as it would be stored, and what to look at.

    Raises
    ------
    RowsRejected
        With everything that is wrong.
    """
    record, problems = read_row(Asset, values, _ROW)
    placed = place_assets([(_ROW, record)] if record else [])
    days = future_days(_ROW, record, today) if record else []
    if record is None or problems or placed.problems or days:
        raise RowsRejected("what you typed", _quiet(values, (*problems, *placed.problems, *days)))
    asset = row_dicts(placed.table)[0]
    del asset["row"]
    return asset, placed.warnings


def _quiet(values: Mapping[str, Any], problems: tuple[RowProblem, ...]) -> tuple[RowProblem, ...]:
    """Return the problems without what was typed for a hidden asset: any of it may tell where it is."""
    if not hidden_values(values):
        return problems
    return tuple(replace(problem, value="(not repeated here)" if problem.value else "") for problem in problems)


def _of_declined(reader: Reader, asset: Mapping[str, Any]) -> bool:
    """Whether an asset is what an organisation had that asked not to be listed; only those are read."""
    table = TABLES[Asset]
    columns = [column for column in table.columns if column.name not in _NOT_COMPARED]
    # A word that is not in the codelist, typed in another program, may have meant "declined".
    listed = set(codelist("listing")) - {"declined"}
    rows = reader.connection.execute(select(*columns).where(table.c.listing.not_in(listed))).mappings()
    return bool(SameAsset([dict(row) for row in rows]).find(asset))


def _standard(values: Mapping[str, Any]) -> str:
    """Return the postcode that was typed, though it is not kept: it tells which asset is meant."""
    try:
        return normalise(str(values.get("postcode") or ""))
    except PostcodeMalformed:
        return ""
