"""The small records on their way out: one table a type, by the same rules as the assets (METHODS §4).

Nothing here knows a record type but the two that have another table outside internal: what may be seen is read from the
declarations of the fields, and which columns point at an asset from ``store.LINKS``.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import pandas as pd

from rosc_map.errors import InputError
from rosc_map.publish import published as gate
from rosc_map.publish.publish import shown_asset
from rosc_map.publish.published import PublishedTable
from rosc_map.publish.redact import Redactor
from rosc_map.publish.small_needs import without_small_needs
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.titles import shown_words
from rosc_map.publish.view import CONFIDENTIAL_TYPES, View, plain_id, view
from rosc_map.records import (
    Audience,
    FieldSpec,
    Kind,
    Need,
    Record,
    Referral,
    SurveyedArea,
    codelist,
    day,
    format_cell,
    row_dicts,
)
from rosc_map.store import LINKS

__all__ = ["FEWEST_COUNTED", "Reader", "agreed_to_place", "records_table", "shown_rows"]

FEWEST_COUNTED = 5
"""How many rows are left out is said from this number on: fewer would tell of a single place."""

_OTHER_TABLES: dict[type[Record], str] = {
    Referral: "the table of the links",
    SurveyedArea: "the table of what is there, by authority",
}
_TEXTS = (Kind.TEXT, Kind.LONG_TEXT, Kind.LIST, Kind.PLACE)
_WEB = ("website", "source_url")
_PLACE = ("shown_place", "address", "postcode", "secret_address", "secret_postcode")
_AREA = "area_code"


def records_table(snapshot: Snapshot, record: type[Record], audience: Audience) -> PublishedTable:
    """Return the rows of one small record type that an audience may see, with the field names that ``import`` reads.

    A row about an asset that the audience is not shown by name is left out; so is, outside internal, a row that tells
    the area of an asset which agreed to a listing without its place. The notes say how many, where that tells of no
    single place; rows about what has declined, about a confidential kind, and about no asset at all are not counted.
    Outside internal an asset is given by its name, internally by its id.

    Parameters
    ----------
    snapshot
        Everything that is held.
    record
        A type of ``snapshot.others``, or Referral or SurveyedArea (both internal only).
    audience
        Who it is for.

    Returns
    -------
    PublishedTable
        A column a field that the audience may see, a row a record in the order they were stored. Numbers are numbers,
        all else is text as ``format_cell`` writes it.

    Raises
    ------
    InputError
        When this audience may not be shown such records, or they are not held in a table of their own.
    """
    _refuse(record, audience)
    own: dict[type[Record], pd.DataFrame] = {Referral: snapshot.referrals, SurveyedArea: snapshot.surveyed}
    held = own | dict(snapshot.others)
    if record not in held:
        raise InputError(f"There is no table of this kind to write: {record.noun}.")
    writer = _RowWriter(Reader(snapshot, audience), record)
    rows, left_out = [], 0
    for row in row_dicts(_enough_people(held[record], record, audience)):
        if writer.may_show(row):
            rows.append(writer.cells(row))
        elif writer.may_count(row):
            left_out += 1
    title, banner = (shown_words(words, writer.seen, audience) for words in (snapshot.title, snapshot.banner))
    notes = [banner, f"{title}. As at {day(snapshot.as_at)}. For: {audience.value}."]
    if audience is Audience.INTERNAL:
        notes.append("For the partnership's coordinators only: do not pass this on.")
    elif writer.links:
        notes.append(_left_out(left_out))
    table = pd.DataFrame(rows, columns=list(writer.specs))
    said = tuple(note for note in notes if note)
    return PublishedTable(record.noun.capitalize(), audience, table, said, gate=gate._GATE)


def shown_rows(
    snapshot: Snapshot, record: type[Record], audience: Audience, rows: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the rows of a small record type that an audience may see, as values to reckon with.

    The same rows and fields as in :func:`records_table`. An asset is given by its id (outside internal, by one that
    tells nothing), and texts hold no secret.

    Parameters
    ----------
    snapshot, record, audience
        As for :func:`records_table`.
    rows
        Rows that somebody hands in, in place of those that are held.

    Raises
    ------
    InputError
        When this audience may not be shown such records.
    """
    return Reader(snapshot, audience).rows(record, rows)


class Reader:
    """An audience of one snapshot: what its tables of small records have in common is worked out once.

    Parameters
    ----------
    snapshot
        Everything that is held; it must not change any more.
    audience
        Who it is for.
    """

    def __init__(self, snapshot: Snapshot, audience: Audience) -> None:
        self.snapshot = snapshot
        self.audience = audience
        self.internal = audience is Audience.INTERNAL

    @cached_property
    def seen(self) -> View:
        """The assets told apart for the audience."""
        return view(self.snapshot, self.audience)

    @cached_property
    def shown(self) -> list[dict[str, Any]]:
        """The assets that are named, as they are shown."""
        return [shown_asset(asset, internal=self.internal) for asset in row_dicts(self.seen.named)]

    @cached_property
    def redactor(self) -> Redactor:
        """What takes secrets out of a text."""
        hidden = pd.concat([self.seen.counted, self.seen.withheld], ignore_index=True)
        return Redactor(pd.DataFrame(self.shown), hidden, every_postcode=not self.internal)

    def rows(self, record: type[Record], rows: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return what :func:`shown_rows` does.

        Raises
        ------
        InputError
            When this audience may not be shown such records.
        """
        _refuse(record, self.audience)
        held = _enough_people(self.snapshot.others[record] if rows is None else rows, record, self.audience)
        if held.empty:  # there is nothing to keep secrets out of
            return pd.DataFrame(columns=list(_fields(record, self.audience)), dtype=object)
        writer = _RowWriter(self, record)
        shown = [writer.values(row) for row in row_dicts(held) if writer.may_show(row)]
        return pd.DataFrame(shown, columns=list(writer.specs), dtype=object)


def _enough_people(rows: pd.DataFrame, record: type[Record], audience: Audience) -> pd.DataFrame:
    """Return rows without figures of few people, outside internal."""
    return rows if audience is Audience.INTERNAL or record is not Need else without_small_needs(rows)


def _refuse(record: type[Record], audience: Audience) -> None:
    """Refuse what would be a table without its point: an empty one looks as if nothing was recorded."""
    needed = [spec.audience for spec in record.specs().values() if spec.required] or [Audience.INTERNAL]
    may = [reader for reader in Audience if any(reader.may_see(least) for least in needed)]
    other = _OTHER_TABLES.get(record, "")
    if other:
        may = [Audience.INTERNAL]
    if audience not in may:
        only = f"{record.noun.capitalize()} is shown to {' and '.join(may)} only."
        raise InputError(f"{only} For others there is {other}." if other else f"{only} Choose one of these.")


def _left_out(count: int) -> str:
    # The same sentence for none and for a few: its absence would tell as much as a small number.
    how_many = (
        f"{count} rows are not shown here"
        if count >= FEWEST_COUNTED
        else f"Some rows may not be shown here (fewer than {FEWEST_COUNTED}, or none)"
    )
    return f"{how_many}: their asset is closed or confidential, has not been asked, or has not agreed."


def _fields(record: type[Record], audience: Audience) -> dict[str, FieldSpec]:
    return {name: spec for name, spec in record.specs().items() if audience.may_see(spec.audience)}


class _RowWriter:
    """Writes rows of one record type as one audience may see them."""

    def __init__(self, reader: Reader, record: type[Record]) -> None:
        self.links = LINKS.get(record, ())
        self.specs = _fields(record, reader.audience)
        self._snapshot = reader.snapshot
        self._internal = reader.internal
        self.seen = reader.seen
        self._redactor = reader.redactor
        # The area of a funding is where its asset is or serves: its place, for whoever agreed to be listed without it.
        whole = self._internal or _AREA not in self.specs
        self._named = {asset["id"]: asset for asset in reader.shown if whole or agreed_to_place(asset)}
        # What nobody in particular says has no place of its own to show.
        self._nobody: dict[str, Any] = {**dict.fromkeys(_PLACE, ""), "shown_place": self._internal}

    @cached_property
    def _counted(self) -> set[str]:
        """The assets that may be part of a number."""
        held = view(self._snapshot, Audience.INTERNAL).named
        told = held["asset_type"].isin([kind for kind in codelist("asset_type") if kind not in CONFIDENTIAL_TYPES])
        return set(held.loc[told, "id"])

    def may_show(self, row: Mapping[str, Any]) -> bool:
        """Whether each asset that the row is about is named for the audience."""
        return all(self._key(row[link]) in self._named for link in self.links)

    def may_count(self, row: Mapping[str, Any]) -> bool:
        """Whether a row that is left out may be part of a number."""
        return all(row[link] in self._counted for link in self.links)

    def cells(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return the cells of a row by field, as a file has them."""
        return {name: self._cell(name, value) for name, value in self.values(row).items()}

    def values(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of a row by field, without secrets; an asset by its id."""
        about = [self._named[self._key(row[link])] for link in self.links]
        return {name: self._value(name, spec, row[name], about) for name, spec in self.specs.items()}

    def _key(self, identifier: str) -> str:
        return identifier if self._internal else plain_id(identifier)

    def _value(self, name: str, spec: FieldSpec, value: Any, about: Sequence[dict[str, Any]]) -> Any:
        if name in self.links:
            return self._key(value)
        if spec.kind in _TEXTS:
            for asset in about or [self._nobody]:
                value = self._clean("source_url" if name in _WEB else "description", value, asset)
        return value

    def _cell(self, name: str, value: Any) -> Any:
        if name in self.links:
            asset = self._named[value]
            return value if self._internal else self._clean("name", asset["name"], asset)
        spec = self.specs[name]
        return value if spec.kind is Kind.NUMBER else format_cell(spec, value)

    def _clean(self, field: str, value: Any, asset: dict[str, Any]) -> Any:
        """Take the secrets out of a text, as if the asset said it of itself in that field."""
        return self._redactor.clean_asset({**{name: asset[name] for name in _PLACE}, field: value})[field]


def agreed_to_place(asset: Mapping[str, Any]) -> bool:
    """Whether an asset's listing shows where it is; a restricted one only where that was agreed."""
    return asset["listing"] != "restricted" or "place" in asset["listing_shows"]
