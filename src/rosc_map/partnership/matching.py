"""Which recorded asset a name or a row means.

A row of a file means a recorded asset, in this order, by

1. its ``id`` (``importing`` looks there first);
2. an entry of ``external_ids`` that both have, in any case; behind the first one of a record that nothing but lists
   told of it may be anybody's word, and counts only where name or place is like;
3. the same ``organisation_number``, where name and place are at least alike: one organisation may have many assets;
4. the same name at the same place;
5. nearly the same name at the same place.

*The same place*: the same postcode, or points within ``NEAR_M``, or an area in common where one of the two has nothing
finer. *The same name*, *nearly*: see ``names``. A name that is only alike, the same name elsewhere, or the same number
with another name is asked about: the row is added, with the id of the other in a warning. Nothing is merged or doubled
in silence. What asked to leave, and what is hidden, is known by its name in its whole area, whatever ids say.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from rapidfuzz import fuzz, process

from rosc_map.partnership.contacts import dialled, web_place
from rosc_map.partnership.names import LIKE_NAME, SAME_NAME, Like, Name, compare_names
from rosc_map.records import is_hidden, squash

__all__ = ["NEAR_M", "SameAsset", "contradicts", "own_key", "same_scheme_differs"]

NEAR_M = 250
"""Points so near, in metres, are one place: a telephone's point, a postcode's and a front door's differ by as much."""

_MOST_COMPARED = 1_000
"""So many recorded assets are compared with one row at most: those of its place first, then by its rarest words."""

_LONG = 8
"""Letters of a name that is looked for within another: "na" is within many."""

_NUMBER = re.compile(r"([A-Z]*)[^A-Z\d]*(\d{5,8})")
_REGISTERS = {"CHC", "COH", "SC", "NIC", "NI", "CE", "CS", "OC", "SO", "RS", "IP", "SP"}


def own_key(asset: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by what two rows of one file without an id are the same asset: the name, and the postcode or the area."""
    place = asset["postcode"] or asset["upper_tier_code"] or ",".join(sorted(asset["areas_served"]))
    return Name.of(asset["name"]).key, place


def _areas(asset: Mapping[str, Any]) -> set[str]:
    """Return the codes of the areas in which an asset stands or serves."""
    return {asset["upper_tier_code"], *asset["areas_served"]} - {""}


def same_scheme_differs(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two lists of ids elsewhere (``scheme:id``) give different ids in one scheme: there they are two."""
    here, there = _schemes(one), _schemes(other)
    return any(here[scheme].isdisjoint(there[scheme]) for scheme in here.keys() & there.keys())


def _schemes(entries: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        scheme, colon, rest = entry.casefold().partition(":")
        if colon:
            found[scheme.strip()].add(rest.strip())
    return found


def _number(text: str) -> tuple[str, str]:
    """Return register and digits of a charity or company number; spreadsheets take the noughts before it off."""
    found = _NUMBER.search(text.upper())
    if not found:
        return "", squash(text)
    return (found[1] if found[1] in _REGISTERS else ""), found[2].lstrip("0")


def _contacts(asset: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return the marks of how an asset is reached, where that is told."""
    marks = [("phone", dialled(asset["phone"])), ("email", asset["email"].casefold())]
    return [mark for mark in (*marks, ("website", web_place(asset["website"]))) if mark[1]]


def _postcode(asset: Mapping[str, Any]) -> str:
    return "".join(str(asset["postcode"]).split()).upper()


def _point(asset: Mapping[str, Any]) -> tuple[float, float] | None:
    if asset["location_precision"] != "exact" and not asset["postcode"]:
        return None  # our exports for others give the middle of its district
    east, north = asset["easting"], asset["northing"]
    return None if east is None or north is None or math.isnan(east) or math.isnan(north) else (east, north)


def _fine(asset: Mapping[str, Any]) -> bool:
    return bool(asset["postcode"]) or _point(asset) is not None


def _compare_places(one: Mapping[str, Any], other: Mapping[str, Any]) -> Like:
    """Say how far two places are one: YES, MAYBE where nothing finer than an area is known of one of them, NO."""
    codes, points = (_postcode(one), _postcode(other)), (_point(one), _point(other))
    if all(codes) and codes[0] == codes[1]:
        return Like.YES
    if points[0] and points[1]:
        return Like.YES if math.dist(points[0], points[1]) <= NEAR_M else Like.NO
    return Like.NO if all(codes) or not _near(one, other) else Like.MAYBE


def _near(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two assets may stand in the same area: an area in common, or none known of one of them."""
    return not _areas(one) or not _areas(other) or bool(_areas(one) & _areas(other))


def contradicts(asset: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Whether name and place of two are others, so that one id does not make them one.

    One that keeps its place to itself proves nothing by it.
    """
    name, names = Name.of(row["name"]), (asset["name"], *asset["other_names"])
    if any(compare_names(Name.of(other), name) for other in names):
        return False
    place = _compare_places(asset, row)
    return place is Like.NO or (place is Like.MAYBE and _fine(asset) != _fine(row))


class SameAsset:
    """Finds the assets that a row without a known id may mean; they are indexed, never compared all with all.

    Parameters
    ----------
    recorded
        The recorded assets, with the columns of ``place.DERIVED``.
    """

    def __init__(self, recorded: Iterable[Mapping[str, Any]] = ()) -> None:
        self._index: dict[tuple[str, ...], list[Mapping[str, Any]]] = defaultdict(list)
        self._hidden: list[tuple[str, Mapping[str, Any]]] = []
        for asset in recorded:
            self.add_all(asset)

    def add_all(self, asset: Mapping[str, Any]) -> None:
        """Take in one more asset under all its names."""
        for named in _under_all_names(asset):
            self.add(named)

    def remove(self, asset: Mapping[str, Any]) -> None:
        """Forget an asset under all its names, as it was when it was taken in."""
        for mark in {mark for named in _under_all_names(asset) for mark in _marks(named)}:
            left = [known for known in self._index[mark] if known["id"] != asset["id"]]
            if left:
                self._index[mark] = left
            else:
                del self._index[mark]
        self._hidden = [(key, known) for key, known in self._hidden if known["id"] != asset["id"]]

    def add(self, asset: Mapping[str, Any]) -> None:
        """Take in one more asset under its name."""
        if is_hidden(asset):
            self._hidden.append((Name.of(asset["name"]).key, asset))
        for mark in dict.fromkeys(_marks(asset)):
            self._index[mark].append(asset)

    def find(self, row: Mapping[str, Any]) -> list[str]:
        """Return the ids of the assets that the row means: one, none, or several where it cannot be told.

        A row with an id of its own, though unknown, is not taken for another asset by an organisation's number or a
        name that is only nearly the same.
        """
        guesses = (self._by_number, self._exact, self._nearly)
        steps = (self._elsewhere, *((self._exact,) if row["id"] else guesses))
        found: list[Mapping[str, Any]] = next(filter(None, (step(row) for step in steps)), [])
        return list(dict.fromkeys(asset["id"] for asset in found))

    def alike(self, row: Mapping[str, Any]) -> list[str]:
        """Return the ids of all assets that a row may mean, best first: found, like it, or to be asked about."""
        asked = self.ask(row)
        guesses = [found["id"] for found in (self.double(row), asked and asked[0]) if found]
        return list(dict.fromkeys([*self.find(row), *guesses]))

    def ask(self, row: Mapping[str, Any]) -> tuple[Mapping[str, Any], str] | None:
        """Return the asset that a row may mean after all, though :meth:`find` gave none, and why; or None."""
        double = self.double(row)
        if double:
            nearly = "" if Name.of(double["name"]).key == Name.of(row["name"]).key else "nearly "
            return double, f"has {nearly}the name of an asset that is recorded in the same place or area"
        named = next((asset for asset in self._named(row) if asset["listing"] != "declined"), None)
        if named:
            where = " under another id elsewhere" if _compare_places(named, row) else " at another place"
            return named, f"has the name of an asset that is recorded{where}"
        ours = [asset for asset in self._of_number(row) if not _told_apart(asset, row)]
        if ours:
            name = Name.of(row["name"])
            nearest = max(ours, key=lambda asset: fuzz.ratio(name.key, Name.of(asset["name"]).key))
            return nearest, "belongs to the organisation of an asset that is recorded (the same number)"
        reached = (asset for asset in self._blocks(_contacts(row)) if _compare_places(asset, row) is not Like.NO)
        reached_alike = next((asset for asset in reached if not _told_apart(asset, row)), None)
        if reached_alike:
            return reached_alike, "is reached like an asset that is recorded in the same place or area"
        return None

    def double(self, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the asset at the place of a row whose name is most like its name, or None."""
        name, alike = Name.of(row["name"]), (asset for asset, _ in self._pool(row) if not _other(asset, row))
        return next((asset for asset in alike if compare_names(Name.of(asset["name"]), name)), None)

    def may_be_hidden(self, row: Mapping[str, Any]) -> bool:
        """Whether a row has a name like that of a hidden asset which may stand in its area: a word more, a letter less.

        Of its place nothing is recorded, and to show it is worse than to leave out another.
        """
        key = Name.of(row["name"]).key
        near = [name for name, asset in self._hidden if _near(asset, row)]
        if process.extractOne(key, near, scorer=fuzz.token_set_ratio, score_cutoff=LIKE_NAME):
            return True
        long = [name for name in near if min(len(name), len(key)) >= _LONG]
        return process.extractOne(key, long, scorer=fuzz.partial_ratio, score_cutoff=SAME_NAME) is not None

    def _elsewhere(self, row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        found = {
            asset["id"]: asset
            for entry in (*row["external_ids"], *([f"rosc-map:{row['id']}"] if row["id"] else []))
            for asset in self._index.get(("elsewhere", entry.casefold().strip()), [])
            if not _is_claimed(asset, entry) or not contradicts(asset, row)
        }
        here = [asset for asset in self._exact(row) if asset["id"] in found] if len(found) > 1 else []
        return here or list(found.values())

    def _of_number(self, row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        if not row["organisation_number"]:
            return
        register, digits = _number(row["organisation_number"])
        for asset in self._blocks([("number", digits)]):
            other = _number(asset["organisation_number"])[0]
            if register == other or not register or not other:
                yield asset

    def _by_number(self, row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        # Where the name is another, this may be the organisation's café and that its choir, in one building.
        name = Name.of(row["name"])
        alike = [
            (compare_names(Name.of(asset["name"]), name), asset)
            for asset in self._of_number(row)
            if _compare_places(asset, row) and not _other(asset, row)
        ]
        best = max((like for like, _ in alike), default=Like.NO)
        if best < Like.YES and self._exact(row):
            return []
        return [asset for like, asset in alike if like and like is best]

    def _exact(self, row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Return those of the same name: at the same place; failing that where one has no finer place.

        A name that asked to leave holds in its whole area, however the row comes back.
        """
        key = Name.of(row["name"]).key
        exact = [asset for spot in _spots(row) for asset in self._index.get(("name at", key, spot), [])]
        here = {asset["id"]: asset for asset in exact if _compare_places(asset, row) is Like.YES}
        if not here:
            kind = "name somewhere" if _fine(row) else "name in"
            loose = (
                self._blocks((kind, key, area) for area in sorted({*_areas(row), ""}))
                if _areas(row)
                else self._named(row)
            )
            here = {asset["id"]: asset for asset in loose if _compare_places(asset, row) or _left(asset, row)}
        return [asset for asset in here.values() if not _other(asset, row)]

    def _nearly(self, row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        name = Name.of(row["name"])
        same = [
            (asset, place)
            for asset, place in self._pool(row)
            if not _other(asset, row) and compare_names(Name.of(asset["name"]), name) is Like.YES
        ]
        return [asset for asset, place in same if place is Like.YES] or [asset for asset, _ in same]

    def _named(self, row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return list(self._blocks([("name", Name.of(row["name"]).key)]))

    def _pool(self, row: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], Like]]:
        """Return the assets at the place of a row with a name at least alike, the most alike first."""
        near = {id(asset): asset for asset in self._around(row)}
        keys = {mark: Name.of(asset["name"]).key for mark, asset in near.items()}
        found = process.extract(Name.of(row["name"]).key, keys, scorer=fuzz.ratio, score_cutoff=LIKE_NAME, limit=None)
        placed = [(near[mark], _compare_places(near[mark], row)) for _, _, mark in found]
        return [(asset, place) for asset, place in placed if place]

    def _around(self, row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        kind = "word of no finer place" if _fine(row) else "word"
        words = [(kind, area, word) for area in sorted(_areas(row)) for word in Name.of(row["name"]).words]
        words.sort(key=lambda mark: len(self._index.get(mark, ())))
        marks = [*(("spot", spot) for spot in _spots(row)), *words]
        return self._blocks(marks)

    def _blocks(self, marks: Iterable[tuple[str, ...]]) -> Iterator[Mapping[str, Any]]:
        return islice(chain.from_iterable(self._index.get(mark, ()) for mark in marks), _MOST_COMPARED)


def _under_all_names(asset: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield asset
    for other in asset["other_names"]:
        yield {**asset, "name": other}


def _marks(asset: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return by what an asset is found in the index."""
    name, point = Name.of(asset["name"]), _point(asset)
    marks: list[tuple[str, ...]] = [("name", name.key)]
    marks += [("name in", name.key, area) for area in _areas(asset) or {""}]
    marks += [("elsewhere", entry.casefold().strip()) for entry in asset["external_ids"]]
    marks += _contacts(asset)
    if asset["organisation_number"]:
        marks.append(("number", _number(asset["organisation_number"])[1]))
    spots = [_postcode(asset), _cell(point) if point else ""]
    marks += [mark for spot in spots if spot for mark in (("spot", spot), ("name at", name.key, spot))]
    if not _fine(asset) or _stays_out(asset):
        marks += [("name somewhere", name.key, area) for area in _areas(asset) or {""}]
    kinds = ("word",) if _fine(asset) else ("word", "word of no finer place")
    marks += [(kind, area, word) for kind in kinds for area in _areas(asset) for word in name.words]
    return marks


def _told_apart(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether both names have a number, a weekday or a short word that the other has not."""
    here, there = Name.of(one["name"]).marks, Name.of(other["name"]).marks
    return bool(here - there and there - here)


def _other(asset: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Whether a list elsewhere knows them as two; that does not bring back one that asked to leave or is hidden."""
    return not _stays_out(asset) and same_scheme_differs(asset["external_ids"], row["external_ids"])


def _left(asset: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return _stays_out(asset) and _near(asset, row)


def _stays_out(asset: Mapping[str, Any]) -> bool:
    """Whether nothing may come to an asset from elsewhere, under whichever id: it asked to leave, or is hidden."""
    return asset["listing"] == "declined" or is_hidden(asset)


def _is_claimed(asset: Mapping[str, Any], entry: str) -> bool:
    """Whether an id stands behind another of a record that nothing but lists told of: it may be anybody's word."""
    ids = [one.casefold().strip() for one in asset["external_ids"]]
    return asset["sources"] == ("import",) and entry.casefold().strip() in ids[1:]


def _cell(point: tuple[float, float]) -> str:
    return f"{point[0] // NEAR_M:.0f} {point[1] // NEAR_M:.0f}"


def _spots(asset: Mapping[str, Any]) -> list[str]:
    """Return the postcode, the cell and the eight cells around it: all that is within ``NEAR_M`` lies in them."""
    point, steps = _point(asset), (0, -NEAR_M, NEAR_M)
    cells = [_cell((point[0] + east, point[1] + north)) for east in steps for north in steps] if point else []
    return [_postcode(asset), *cells] if asset["postcode"] else cells
