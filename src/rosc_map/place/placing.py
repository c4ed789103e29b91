"""Placing assets: from what a volunteer typed to a point and its authorities, and never finer than is allowed.

The postcode decides first; the polygon decides only for bare coordinates. A hidden place is coarsened here, before it
is ever stored (METHODS §4).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rosc_map.errors import RowProblem, UnknownName
from rosc_map.place.boundaries.areas import code_names, tiers_by_code
from rosc_map.place.boundaries.names import resolve_area
from rosc_map.place.boundaries.points import assign
from rosc_map.place.grid import to_metres
from rosc_map.place.postcodes import Outcome, directory_name, island, locate, normalise, suggest
from rosc_map.records import Asset, Kind, is_hidden, squash
from rosc_map.records.places_in_text import fold, tokens

__all__ = ["DERIVED", "Placed", "place_assets"]

DERIVED = (
    "easting",
    "northing",
    "local_authority_code",
    "upper_tier_code",
    "region_code",
    "country_code",
    "place_quality",
)
"""The columns that placing adds to those of an asset; easting and northing in metres, EPSG:27700.

Examples
--------
>>> from rosc_map.place import DERIVED
>>> held.assets[list(DERIVED)].iloc[0]["local_authority_code"]
'E07000209'
"""

_ELSEWHERE = "and the latitude and longitude lie in different authorities."
_UNSAID = "(not repeated here)"
_POINT = ("easting", "northing", "longitude", "latitude")
_UPPER_TIERS = ("upper_tier_code", "region_code", "country_code")
_FAR_M, _SAME_M = 1_000, 1
_SHORTEST = 5  # shorter parts of an address, such as "Flat", are in many a text
_FINER_THAN_HIDDEN = ("address", "postcode", "latitude", "longitude", "easting", "northing", "local_authority_code")


@dataclass(frozen=True)
class Placed:
    """Assets with their places.

    Attributes
    ----------
    table
        One row an asset: the fields of :class:`rosc_map.records.Asset` and those of ``DERIVED``, plus ``row``.
    problems
        Rows that cannot be placed as they stand.
    warnings
        Things to look at: nothing is refused for them.

    Examples
    --------
    >>> from rosc_map.place import Placed, place_assets
    >>> from rosc_map.records import Asset
    >>> found = place_assets([(2, Asset(name="Example Café", asset_type="community", postcode="RH4 1DW"))])
    >>> isinstance(found, Placed), len(found.table), found.problems
    (True, 1, ())
    """

    table: pd.DataFrame
    problems: tuple[RowProblem, ...]
    warnings: tuple[RowProblem, ...]


def place_assets(rows: Sequence[tuple[int, Asset]], recorded: Mapping[int, Mapping[str, Any]] | None = None) -> Placed:
    """Place assets on the map and in their authorities. Nothing is sent anywhere.

    Parameters
    ----------
    rows
        Each asset with its row number, for messages.
    recorded
        What is recorded of assets by now, by the row: a hidden one keeps its area where its row names no other.

    Examples
    --------
    >>> from rosc_map.place import place_assets
    >>> from rosc_map.records import Asset
    >>> found = place_assets([(2, Asset(name="Example Café", asset_type="community", postcode="RH4 1DW"))])
    >>> found.table[["name", "local_authority_code", "place_quality"]]
               name local_authority_code place_quality
    0  Example Café            E07000210      postcode
    """
    placer = _Placer(rows, recorded or {})
    values = [placer.place(row, asset) for row, asset in rows]
    columns = ["row", *Asset.specs(), *DERIVED]
    # Handed over as it is: to guess the kind of each column costs more than to place one asset.
    cells = np.fromiter((each[name] for each in values for name in columns), object, len(values) * len(columns))
    table = pd.DataFrame(cells.reshape(len(values), len(columns)), columns=columns, dtype=object)
    for name in ("latitude", "longitude", "easting", "northing"):
        table[name] = pd.to_numeric(table[name], errors="coerce").astype(float)
    return Placed(table, tuple(placer.problems), tuple(placer.warnings))


class _Placer:
    """Places one asset after the other; the postcodes of all are looked up once, together."""

    def __init__(self, rows: Sequence[tuple[int, Asset]], recorded: Mapping[int, Mapping[str, Any]]) -> None:
        self._recorded = recorded
        self.problems: list[RowProblem] = []
        self.warnings: list[RowProblem] = []
        typed = list(dict.fromkeys(asset.postcode for _, asset in rows if asset.postcode))
        # Dictionaries, because a look-up in a table for each row is slow.
        located = locate(typed)
        found: Any = located.table().to_dict("records")
        self._located: dict[str, dict[str, Any]] = dict(zip(typed, found, strict=True))
        self._repaired = {typed[place] for place in located.repaired}
        self._points = _points(asset for _, asset in rows)
        self._tiers = tiers_by_code()

    def place(self, row: int, asset: Asset) -> dict[str, Any]:
        """Return the values of one asset, placed."""
        values: dict[str, Any] = {"row": row, **asset.model_dump(), **dict.fromkeys(DERIVED, "")}
        values |= {"easting": np.nan, "northing": np.nan, "place_quality": "none"}
        values["areas_served"] = self._areas(row, asset)
        if asset.postcode:
            self._by_postcode(row, asset, values)
        elif asset.latitude is not None and asset.longitude is not None:
            self._by_coordinates(row, asset, values)
        elif asset.areas_served:
            values["place_quality"] = "local_authority"
        self._name_tiers(values)
        self._keep_hidden_area(row, values)
        for name in ("latitude", "longitude"):
            # Six decimals are a tenth of a metre: more would only look exact.
            values[name] = None if values[name] is None else round(values[name], 6)
        if asset.location_precision == "hidden":
            self._refuse_place_in_text(row, asset, code_names().get(values["upper_tier_code"], ""))
            self._coarsen(row, values)
        return values

    def _refuse_place_in_text(self, row: int, asset: Asset, upper_tier: str) -> None:
        """Refuse text that repeats the address of a hidden place: the address is dropped, and the text would stay."""
        parts = [re.sub(r"^[\d\W]+", "", part).strip() for part in re.split(r"[,;\n]", asset.address)]
        told = [part for part in parts if len(part) >= _SHORTEST and squash(part) != squash(upper_tier)]
        for name, spec in Asset.specs().items():
            if spec.kind not in (Kind.TEXT, Kind.LONG_TEXT, Kind.LIST) or name in ("address", "areas_served"):
                continue
            value = getattr(asset, name)
            text = " ".join(value) if isinstance(value, tuple) else value
            if any(_holds(text, part) for part in told):
                why = "repeats part of the address, and this place is hidden."
                self.problems.append(RowProblem(row, name, _UNSAID, why, "Take the address out of it."))

    def _areas(self, row: int, asset: Asset) -> tuple[str, ...]:
        codes = []
        for text in asset.areas_served:
            told = _UNSAID if asset.location_precision == "hidden" else text
            try:
                area = resolve_area(text)
                codes.append(area.code)
                if area.was:
                    why = f"is part of {area.name} today, all of which will count as served."
                    self._warn(row, "areas_served", told, why, "Check that this is meant.")
                if area.tier in ("region", "country", "uk"):
                    why = "is a whole region or country: each authority in it will count as served."
                    what = "Name the authorities that it really serves, if you can."
                    self._warn(row, "areas_served", told, why, what)
            except UnknownName as error:
                _, _, todo = str(error).partition("that rosc-map knows. ")
                todo = todo if told == text else "Give its name or code."
                self.problems.append(RowProblem(row, "areas_served", told, "is not an area that rosc-map knows.", todo))
        return tuple(dict.fromkeys(codes))

    def _by_postcode(self, row: int, asset: Asset, values: dict[str, Any]) -> None:
        found = self._located[asset.postcode]
        if found["outcome"] == Outcome.MALFORMED:
            self._refuse(row, asset, "does not look like a UK postcode.", "Write it like TS1 2PA.")
            return
        if found["outcome"] == Outcome.NOT_IN_DIRECTORY:
            self._beyond_the_directory(row, asset, values)
            return
        values |= {name: found[name] for name in ("postcode", "local_authority_code")}
        self._remark(row, asset, found)
        if found["outcome"] == Outcome.NO_POINT:
            if None not in (asset.longitude, asset.latitude):
                self._by_coordinates(row, asset, values)
                self._keep_authority(row, asset, values, found["local_authority_code"])
            return
        values |= {name: found[name] for name in _POINT}
        values["place_quality"] = "postcode"
        if None not in (asset.longitude, asset.latitude):
            self._agree(row, asset, values)

    def _keep_authority(self, row: int, asset: Asset, values: dict[str, Any], known: str) -> None:
        """Let the authority that the postcode names stand, even where its point had to come from coordinates."""
        if known and known != values["local_authority_code"]:
            values["local_authority_code"] = known
            self._warn(row, "postcode", _told(asset), _ELSEWHERE, "The postcode's authority was used. Check both.")

    def _remark(self, row: int, asset: Asset, found: dict[str, Any]) -> None:
        """Tell what to know of a postcode that was found."""
        told = _told(asset)
        if asset.postcode in self._repaired:
            read = f"was read as {found['postcode']}." if told == asset.postcode else "has a slip, and was put right."
            self._warn(row, "postcode", told, read, "Check it.")
        if found["live"] == "not_live":
            self._warn(row, "postcode", told, "is no longer in use.", "The address may be out of date: check it.")
        if found["outcome"] == Outcome.NO_POINT:
            where = island(found["postcode"]) or "a PO box or a large user"
            why = f"has no coordinates in the directory: it is {where}."
            self._warn(
                row, "postcode", told, why, "Latitude and longitude place it; without them it is not on the map."
            )
        elif found["local_authority_code"] not in self._tiers:
            why = f"is in {found['local_authority_code']}, which the boundaries in use do not have."
            self._warn(row, "postcode", told, why, "Update the boundaries: it counts in no authority until then.")

    def _beyond_the_directory(self, row: int, asset: Asset, values: dict[str, Any]) -> None:
        """Place a postcode that the directory does not hold by its coordinates, if they are given."""
        why = f"is not in the {directory_name()}."
        if None not in (asset.longitude, asset.latitude):
            values["postcode"] = normalise(asset.postcode)
            self._warn(row, "postcode", _told(asset), why, "The latitude and longitude were used. Check both.")
            self._by_coordinates(row, asset, values)
            return
        near = [] if asset.location_precision == "hidden" else suggest(asset.postcode)
        meant = f"Did you mean {' or '.join(near)}? " if near else ""
        newer = "If it is newer than that, give latitude and longitude beside it."
        self._refuse(row, asset, why, f"{meant}Check it. {newer}")

    def _refuse(self, row: int, asset: Asset, why: str, what: str) -> None:
        self.problems.append(RowProblem(row, "postcode", _told(asset), why, what))

    def _agree(self, row: int, asset: Asset, values: dict[str, Any]) -> None:
        """Take typed coordinates, which are finer, where they agree with the postcode; else keep its point."""
        east, north, code = self._points[asset.longitude, asset.latitude]
        apart = float(np.hypot(east - values["easting"], north - values["northing"]))
        if apart < _SAME_M:
            return
        if apart > _FAR_M:
            words = f"is {apart / 1000:.1f} km from the latitude and longitude."
            self._warn(row, "postcode", _told(asset), words, "The postcode was used. Check both.")
        elif code != values["local_authority_code"]:
            self._warn(row, "postcode", _told(asset), _ELSEWHERE, "The postcode was used. Check both.")
        else:
            values |= {"easting": east, "northing": north}
            values |= {"longitude": asset.longitude, "latitude": asset.latitude}

    def _by_coordinates(self, row: int, asset: Asset, values: dict[str, Any]) -> None:
        east, north, code = self._points[asset.longitude, asset.latitude]
        if not code:
            typed = _UNSAID if asset.location_precision == "hidden" else f"{asset.latitude}, {asset.longitude}"
            todo = "Check the two numbers and their order, or give a postcode."
            self.problems.append(RowProblem(row, "latitude", typed, "is not on land in the UK.", todo))
            return
        values |= {"easting": east, "northing": north, "local_authority_code": code}
        values["place_quality"] = "coordinates"

    def _name_tiers(self, values: dict[str, Any]) -> None:
        tiers = self._tiers.get(values["local_authority_code"])
        if tiers:
            values |= {name: tiers[name] for name in _UPPER_TIERS}

    def _keep_hidden_area(self, row: int, values: dict[str, Any]) -> None:
        """Keep the area of a place that is hidden already: what it was worked out from was dropped."""
        before = self._recorded.get(row)
        if before and is_hidden(before) and is_hidden(values) and not values["upper_tier_code"]:
            values |= {name: before[name] or "" for name in _UPPER_TIERS}

    def _coarsen(self, row: int, values: dict[str, Any]) -> None:
        """Drop all that is finer than the upper tier of a hidden place, and tell the person."""
        dropped = [name for name in ("address", "postcode", "latitude") if values[name] not in ("", None)]
        values |= {name: (np.nan if name in _POINT else "") for name in _FINER_THAN_HIDDEN}
        values["place_quality"] = "local_authority" if values["upper_tier_code"] else "none"
        served = (self._tiers[c]["upper_tier_code"] if c in self._tiers else c for c in values["areas_served"])
        values["areas_served"] = tuple(dict.fromkeys(served))
        if not values["upper_tier_code"] and not values["areas_served"]:
            what = "Write its county, borough or unitary authority into areas_served, or it counts nowhere."
            self._warn(row, "areas_served", "", "is empty, and this hidden place has no other area.", what)
        if dropped:
            area = code_names().get(values["upper_tier_code"], "")
            what = (
                f"Only {area} was kept; what you typed of its place was dropped." if area else "Its place was dropped."
            )
            self._warn(row, dropped[0], _UNSAID, "belongs to a hidden place.", what)

    def _warn(self, row: int, column: str, value: str, why: str, what: str) -> None:
        self.warnings.append(RowProblem(row, column, value, why, what))


def _points(assets: Iterable[Asset]) -> dict[tuple[float | None, float | None], tuple[float, float, str]]:
    """Return easting, northing (metres) and local authority of each longitude and latitude, worked out together."""
    typed = list(dict.fromkeys((asset.longitude, asset.latitude) for asset in assets))
    degrees = [point for point in typed if None not in point]
    if not degrees:
        return {}  # most rows have a postcode, and reading all boundaries for none costs more than placing one
    longitude, latitude = np.array(degrees, dtype=float).reshape(-1, 2).T
    east, north = to_metres(longitude, latitude)
    found = zip(east.tolist(), north.tolist(), assign(east, north).code.tolist(), strict=True)
    return dict(zip(degrees, found, strict=True))


def _told(asset: Asset) -> str:
    """Return the postcode as a message may repeat it."""
    return _UNSAID if asset.location_precision == "hidden" else asset.postcode


def _holds(text: str, part: str) -> bool:
    """Whether a text holds part of an address: in any spelling of "Road" and "Street", or run together as in a link."""
    here, there = ([token.key for token in tokens(fold(words).text)] for words in (text, part))
    runs = range(len(here) - len(there) + 1)
    together = squash(part).replace(" ", "") in squash(text).replace(" ", "")
    return together or any(here[start : start + len(there)] == there for start in runs)
