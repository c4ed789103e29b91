"""Map files (GeoJSON, GeoPackage, Shapefile) of anybody: what their columns mean is said by a mapping."""

import re
import uuid
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from rosc_map.errors import InputError
from rosc_map.exchange.outside.column_mapping import (
    MAPPING_COLUMNS,
    METRES,
    ColumnMapping,
    read_column_mapping,
    suggest,
    write_mapping,
)
from rosc_map.exchange.outside.lists import LeftOut, Opened, OutsideList, OutsideRow, ReadOptions
from rosc_map.exchange.outside.map_layers import Layer, is_geojson, read_layer
from rosc_map.exchange.outside.map_points import NATIONAL_GRID, in_degrees
from rosc_map.exchange.outside.repair import Notes, Said, is_unknown, text_of
from rosc_map.exchange.tables_in import RawTable
from rosc_map.records import squash

__all__ = ["MAPPING_COLUMNS", "NO_TYPE", "MapFile", "suggest_mapping", "write_mapping"]

_ID = re.compile(r"[a-z][a-z0-9._-]*:(?!//)\S+")
NO_TYPE = "The mapping does not say what kind of asset these are."
_MAKE_ONE = (
    "Give a mapping of its columns with --mapping: where the file that you name is not there yet, one is written for "
    "you to fill in."
)
_DECIMALS = 3  # of degrees: about a hundred metres
_NOT_PUT = {"latitude", "longitude", "external_ids", *METRES}


def suggest_mapping(opened: Opened) -> RawTable:
    """Return a mapping for a map file, as far as its headings and values tell, to look at and fill in.

    Raises
    ------
    FileProblem, InputError
        As :meth:`MapFile.read`, when it cannot be read.
    """
    layer = read_layer(opened, Notes())
    return suggest(opened.name, layer.columns, layer.rows)


class MapFile:
    """Reads map files."""

    code = "gis"
    title = "Map file (GeoJSON, GeoPackage, Shapefile)"

    def knows(self, opened: Opened) -> bool:
        """Whether it is a file that only maps have, or GeoJSON."""
        return opened.path is not None or (bool(opened.documents) and all(map(is_geojson, opened.documents)))

    def read(self, opened: Opened, options: ReadOptions) -> OutsideList:
        """Take each feature that has a name, and a type where the mapping gives one.

        Where the mapping gives no ids, the names stand for them, if somebody said whose list it is: so that next year's
        layer is known as the same list.

        Raises
        ------
        FileProblem
            When it is damaged or too large.
        InputError
            When it cannot be read, or the mapping does not say what is needed.
        RowsRejected
            With each line of the mapping that cannot be meant.
        """
        notes = Notes()
        layer = read_layer(opened, notes)
        table = options.mapping or suggest(opened.name, layer.columns, layer.rows)
        mapping = read_column_mapping(table, layer.columns)
        if not mapping.gives("name"):
            raise InputError(f"No column of {opened.name} is known to be the name. {_MAKE_ONE}")
        if not mapping.gives("asset_type"):
            if options.mapping is None:
                raise InputError(f"Nothing says of what type the places in {opened.name} are. {_MAKE_ONE}")
            raise InputError(f"{NO_TYPE} In {options.mapping.name}, fill in the column becomes in a row asset_type.")
        source = re.sub(r"[^a-z0-9.-]+", "-", (options.source or opened.host).casefold()).strip("-")
        scheme = f"{self.code}-{source}" if source else self.code
        reading = _Reading(opened.name, scheme, mapping, notes)
        rows = reading.rows(layer)
        return OutsideList(opened.name, self.code, scheme, tuple(rows), notes.all, tuple(reading.left_out))


class _Reading:
    """A layer as it is read by a mapping."""

    def __init__(self, name: str, scheme: str, mapping: ColumnMapping, notes: Notes) -> None:
        self._name, self._scheme, self._mapping, self._notes = name, scheme, mapping, notes
        self.left_out: list[LeftOut] = []
        self._seen: set[str] = set()

    def rows(self, layer: Layer) -> list[OutsideRow]:
        """Return the features that are taken."""
        fields = [self._mapping.fields(row) for row in layer.rows]
        longitude, latitude = self._points(layer, fields)
        named = Counter(_key(given) for given in fields)
        found = []
        for at, (given, row) in enumerate(zip(fields, layer.rows, strict=True)):
            said = Said(at + 1, self._notes)
            for name, value in given.items():
                if name not in _NOT_PUT:
                    said.put(name, text_of(value))
            if np.isfinite(latitude[at]) and np.isfinite(longitude[at]):
                said.point(float(latitude[at]), float(longitude[at]))
            else:
                said.point(given.get("latitude"), given.get("longitude"))
            if self._mapping.gives("external_ids"):
                said.put("external_ids", self._ids(text_of(given.get("external_ids"))))
            elif self._has_source and _key(given):
                said.put("external_ids", self._made_id(_key(given), said.values, alone=named[_key(given)] == 1))
            if why := self._why_not(said, row):
                self.left_out.append(LeftOut(at + 1, str(said.values.get("name", ""))[:200], why))
            else:
                words = (said.values["name"], *filter(None, map(text_of, row.values())))
                found.append(OutsideRow(at + 1, said.values, tuple(dict.fromkeys(words))))
        return found

    def _why_not(self, said: Said, row: dict[str, Any]) -> str:
        if "name" not in said.values:
            return "has no name."
        if "asset_type" not in said.values and self._mapping.gives("asset_type"):
            return f"is of no type that the mapping tells ({self._mapping.untold(row)})."
        own = said.values.get("external_ids", ("",))[0]
        if own in self._seen:
            what = "id" if self._mapping.gives("external_ids") else "name and place"
            return f"has the {what} of one above it."
        self._seen |= {own} - {""}
        return ""

    def _points(self, layer: Layer, fields: list[dict[str, Any]]) -> tuple[Any, Any]:
        """Return the points of the layer, and by its columns of metres those that it does not draw."""
        metres = np.array([[_number(given.get(axis)) for axis in METRES] for given in fields], dtype=float)
        # Nought, nought is how a table says nothing.
        metres[~metres.any(axis=1)] = np.nan
        longitude, latitude = in_degrees(self._name, metres[:, 0], metres[:, 1], NATIONAL_GRID)
        drawn = np.isfinite(layer.latitude) & np.isfinite(layer.longitude)
        return np.where(drawn, layer.longitude, longitude), np.where(drawn, layer.latitude, latitude)

    def _ids(self, text: str) -> tuple[str, ...]:
        parts = [part.strip() for part in re.split(r"[;|\n]", text)]
        return tuple(part if _ID.fullmatch(part) else self._own(part) for part in parts if not is_unknown(part))

    def _made_id(self, key: str, values: Mapping[str, Any], *, alone: bool) -> tuple[str, ...]:
        """Return an id for a name; its place may be drawn anew, and counts only where others have that name too."""
        place = [
            values.get("postcode"),
            *(round(values.get(axis, 0.0), _DECIMALS) for axis in ("latitude", "longitude")),
        ]
        return (f"{self._scheme}:{uuid.uuid5(uuid.NAMESPACE_URL, key if alone else f'{key} {place}')}",)

    @property
    def _has_source(self) -> bool:
        return "-" in self._scheme

    def _own(self, part: str) -> str:
        if not self._has_source:
            raise InputError(
                f"The ids in {self._name} are its own, such as {part[:40]!r}, and other lists may have the same. Say "
                "whose list it is with --source."
            )
        return f"{self._scheme}:{part}"


def _key(given: Mapping[str, Any]) -> str:
    return squash(text_of(given.get("name")))


def _number(value: Any) -> float:
    try:
        return float(text_of(value).replace(",", ""))
    except ValueError:
        return np.nan
