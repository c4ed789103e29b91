"""The postcode index: one file, mapped into memory, in which a postcode is found by counting bits.

Every postcode that can be written in a known postcode district has a bit in a map. The number of bits set before its
own is the row of its data, so neither texts nor keys are kept, and nothing is searched for. The sections of the file:

``outward``
    for each outward half that can be written in four places: 0 no legal shape, 1 no such district, else its number
``outwards``
    for each number from 2: the outward half
``bitmap``, ``ranks``
    one bit a key (number × 6760 + inward half), and for each 64 of them how many bits are set before
``payload``, ``lonlat``
    one row a postcode: packed data, and longitude and latitude in microdegrees; and one row more for "not there"
``middles``
    for each number, the district and its ten sectors: mean easting and northing; NaN where there is to be none
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from rosc_map.errors import FileProblem
from rosc_map.place.postcodes.file import Damaged, MappedFile, write_sections
from rosc_map.place.postcodes.keys import INWARDS, are_postcodes, halves, inward_texts, legal_outwards, outward_text
from rosc_map.place.postcodes.rows import (
    MOST_AUTHORITIES,
    NOT_THERE,
    Live,
    Packed,
    PostcodeRows,
    authorities,
    eastings,
    live,
    no_point,
    northings,
    pack,
    points,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Found", "PostcodeIndex", "write_index"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SmallInts = npt.NDArray[np.int32]

_NOT_LEGAL, _NO_DISTRICT, _FIRST = 0, 1, 2
_SECTOR = INWARDS // 10
_AT_ONCE = 1 << 14  # postcodes: what is made on the way then stays in the processor's cache

_MOST_DISTRICTS = 10_000  # there are 3,125
_AREA = re.compile("[A-Z]{1,2}(?=[0-9])")
_NO_DEGREES = np.iinfo(np.int32).min

# A middle points at no building only where its postcodes are in many places, and not nearly all in one of them.
_FEWEST_PLACES = 20
_NEAR_M, _MOST_NEAR = 250, 0.9
_POINT_BITS = 41  # of what rows.points gives


def write_index(file: IO[bytes], chunks: Iterable[PostcodeRows], about: dict[str, Any]) -> None:
    """Write an index to an empty file, and wait until the disk has it.

    Parameters
    ----------
    file
        The file; until this returns, it is none.
    chunks
        The postcodes, in any number of parts and any order. Text that has no postcode's shape is left out.
    about
        What the index is to tell about itself. ``postcodes``, ``with_point``, ``live`` and ``not_live`` (counts) are
        added.

    Raises
    ------
    FileProblem
        For points or authorities that no directory of the UK's postcodes can have, or when there is no postcode.
    """
    outward, inward, payload, lonlat, codes = _gather(chunks)
    known = np.unique(outward)
    numbers = np.where(legal_outwards(), _NO_DISTRICT, _NOT_LEGAL).astype("<u2")
    numbers[known] = np.arange(_FIRST, _FIRST + len(known))
    keys, first = np.unique(numbers[outward].astype(np.int64) * INWARDS + inward, return_index=True)
    payload, lonlat = payload[first], lonlat[first]
    districts = _FIRST + len(known)
    bitmap = _bitmap(keys, districts * INWARDS)
    set_bits = np.bitwise_count(bitmap).astype(np.int64)
    counts = {
        "postcodes": len(keys),
        "with_point": int(np.count_nonzero(~no_point(payload))),
        "live": int(np.count_nonzero(live(payload) == Live.LIVE)),
        "not_live": int(np.count_nonzero(live(payload) == Live.NOT_LIVE)),
    }
    sections = {
        "outward": numbers,
        "outwards": known.astype("<u4"),
        "bitmap": bitmap,
        "ranks": (np.cumsum(set_bits) - set_bits).astype("<u4"),
        "payload": np.append(payload, NOT_THERE).astype("<u8"),
        "lonlat": np.append(lonlat, np.full((1, 2), _NO_DEGREES), axis=0).astype("<i4").view("<u8").ravel(),
        "middles": _middles(keys, payload, districts).astype("<f8").ravel(),
    }
    write_sections(file, {"about": {**about, **counts}, "authorities": codes}, sections)


def _gather(chunks: Iterable[PostcodeRows]) -> tuple[SmallInts, SmallInts, Packed, SmallInts, list[str]]:
    """Return the halves, packed data and microdegrees of all rows, and the authorities in the order of their numbers.

    What has no postcode's shape is left out.
    """
    numbers: defaultdict[str, int] = defaultdict(count(1).__next__, {"": 0})
    parts = [(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.uint64), np.empty((0, 2), np.int32))]
    for rows in chunks:
        outwards, inwards = halves(rows.postcodes)
        kept = np.flatnonzero(are_postcodes(outwards, inwards))
        authority = np.fromiter(map(numbers.__getitem__, rows.authority), np.int64, len(rows.authority))
        degrees = np.column_stack([rows.longitude, rows.latitude]) * 1e6
        lonlat = np.where(np.isnan(degrees), _NO_DEGREES, np.rint(degrees)).astype(np.int32)
        small = outwards[kept].astype(np.int32), inwards[kept].astype(np.int32)
        parts.append((*small, pack(rows, authority)[kept], lonlat[kept]))
    outward, inward, payload, lonlat = (np.concatenate(column) for column in zip(*parts, strict=True))
    if not len(outward):
        raise FileProblem("There is no postcode in this directory of postcodes. Check which file it is.")
    for what, many, most in (
        ("local authorities", len(numbers) - 1, MOST_AUTHORITIES),
        ("postcode districts", len(np.unique(outward)), _MOST_DISTRICTS),
    ):
        if many > most:
            raise FileProblem(
                f"This is not a directory of the UK's postcodes: it names {many:,} {what}, and there are far fewer. "
                "Check which file it is."
            )
    return outward, inward, payload, lonlat, list(numbers)


def _bitmap(keys: Ints, space: int) -> Packed:
    bits = np.zeros(-(-space // 64) * 64, dtype=np.uint8)
    bits[keys] = 1
    bitmap: Packed = np.packbits(bits, bitorder="little").view("<u8")
    return bitmap


def _middles(keys: Ints, payload: Packed, districts: int) -> Floats:
    """Return mean easting and northing of each district and then of its ten sectors (districts × 11 × 2)."""
    here = ~no_point(payload)
    sectors, payload = keys[here] // _SECTOR, payload[here]
    by_sector = _means(sectors, payload, districts * 10).reshape(districts, 10, 2)
    return np.concatenate([_means(sectors // 10, payload, districts)[:, np.newaxis], by_sector], axis=1)


def _means(groups: Ints, payload: Packed, number: int) -> Floats:
    """Return the mean point of each group; NaN where it would give an address away."""
    metres = eastings(payload), northings(payload)
    sizes = np.bincount(groups, minlength=number)
    means: Floats = np.column_stack([np.bincount(groups, along, number) for along in metres])
    means /= np.maximum(sizes, 1)[:, np.newaxis]
    near = np.hypot(*(along - mean[groups] for along, mean in zip(metres, means.T, strict=True))) <= _NEAR_M
    # Sorted: numpy's own way to what is unique takes seconds where most of millions are.
    places = np.sort((groups << _POINT_BITS) | points(payload))
    different = places[np.diff(places, prepend=places[:1] ^ 1) != 0] >> _POINT_BITS
    too_few = np.bincount(different, minlength=number) < _FEWEST_PLACES
    means[too_few | (np.bincount(groups, near, number) >= _MOST_NEAR * sizes)] = np.nan
    return means


@dataclass(frozen=True)
class Found:
    """What an index holds for some postcodes, one value each; the numbers in it mean something to that index only.

    Attributes
    ----------
    keys
        The number of the postcode.
    rows
        The row of its data.
    payload
        Its data, packed.
    """

    keys: npt.NDArray[np.uint32]
    rows: npt.NDArray[np.uint32]
    payload: Packed

    @property
    def malformed(self) -> npt.NDArray[np.bool_]:
        """Whether the text has no postcode's shape."""
        return self.keys < INWARDS

    @property
    def no_district(self) -> npt.NDArray[np.bool_]:
        """Whether the text is malformed or in a postcode district of which nothing is known."""
        return self.keys < _FIRST * INWARDS

    @property
    def no_point(self) -> npt.NDArray[np.bool_]:
        """Whether there is no point: because the directory has none, or not even the postcode."""
        return no_point(self.payload)

    @property
    def easting(self) -> Floats:
        """Metres, EPSG:27700; NaN where there is no point."""
        return self._or_nan(eastings(self.payload))

    @property
    def northing(self) -> Floats:
        """Metres, EPSG:27700; NaN where there is no point."""
        return self._or_nan(northings(self.payload))

    @property
    def authority(self) -> npt.NDArray[np.int32]:
        """The place of the local authority in :attr:`PostcodeIndex.authorities`."""
        return authorities(self.payload)

    @property
    def live(self) -> npt.NDArray[np.uint8]:
        """:class:`Live`, as numbers."""
        return live(self.payload)

    def _or_nan(self, metres: Floats) -> Floats:
        metres[self.no_point] = np.nan
        return metres


class PostcodeIndex:
    """An open index. Nothing of it is used unchecked: each method raises ``file.Damaged`` for a damaged file.

    Attributes
    ----------
    about
        What was handed to :func:`write_index`, and the counts.
    authorities
        The codes of the local authorities as the source has them; the first is "".
    """

    def __init__(self, file: MappedFile) -> None:
        self._file = file
        self.about: dict[str, Any] = file.header["about"]
        self.authorities: tuple[str, ...] = tuple(file.header["authorities"])
        self.missing = len(file.sections["payload"]) - 1
        """The row that stands for postcodes that are not there."""
        self._words = len(file.sections["bitmap"])
        self._districts = len(file.sections["outwards"])

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map an index into memory.

        Raises
        ------
        Damaged
            When it is not an index of this format, or not as long as it was written.
        OSError
            When it cannot be opened.
        """
        file = MappedFile.open(path)
        try:
            return cls(file)
        except (KeyError, TypeError) as error:
            file.close()
            raise Damaged("the header is not that of an index") from error

    def close(self) -> None:
        """Give the file back; nothing can be looked up any more."""
        self._file.close()

    def find(self, texts: list[Any]) -> Found:
        """Look up postcodes in any case and spacing; what is not a text is malformed."""
        found = Found(np.empty(len(texts), np.uint32), np.empty(len(texts), np.uint32), np.empty(len(texts), np.uint64))
        for start in range(0, len(texts), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            keys = self._keys(texts[part])
            rows = self._rows(keys)
            found.keys[part], found.rows[part], found.payload[part] = keys, rows, self._file.take("payload", rows)
        return found

    def at(self, rows: npt.NDArray[np.integer[Any]]) -> Found:
        """Return what rows hold, from 0 to :attr:`missing`; their postcodes are not known from that."""
        keys = np.zeros(len(rows), np.uint32)
        return Found(keys, rows.astype(np.uint32), self._file.take("payload", rows))

    def everything(self) -> Found:
        """Return all postcodes, in the order of their rows."""
        bitmap = self._file.take("bitmap", np.arange(self._words))
        keys = np.flatnonzero(np.unpackbits(bitmap.view(np.uint8), bitorder="little"))
        rows = np.arange(len(keys), dtype=np.uint32)
        return Found(keys.astype(np.uint32), rows, self._file.take("payload", rows))

    def _keys(self, texts: list[Any]) -> Ints:
        outward, inward = halves(texts)
        numbers = self._file.take("outward", outward).astype(np.int64)
        # What cannot be an inward half is far below zero. Keys of no district's number have no bits in the map.
        keys: Ints = np.maximum(numbers * INWARDS + inward, 0)
        return keys

    def _rows(self, keys: Ints) -> Ints:
        words = keys >> 6
        # Shifted so that the key's own bit is the highest: it and those before it are left.
        bits = self._file.take("bitmap", words) << (63 - (keys & 63)).view(np.uint64)
        rows: Ints = self._file.take("ranks", words) + np.bitwise_count(bits).astype(np.int64) - 1
        rows[bits >> np.uint64(63) == 0] = self.missing
        return rows

    def degrees(self, rows: npt.NDArray[np.uint32]) -> tuple[Floats, Floats]:
        """Return longitude and latitude (EPSG:4326) of rows; NaN where there is no point."""
        both = self._file.take("lonlat", rows).view("<i4").reshape(-1, 2)
        longitude, latitude = np.where(both == _NO_DEGREES, np.nan, both / 1e6).T
        return longitude, latitude

    def standard_forms(self, keys: npt.NDArray[np.uint32]) -> npt.NDArray[np.object_]:
        """Return the postcodes that keys of known districts stand for, in standard form; for others, nonsense."""
        words, which = self._outwards(keys)
        return np.asarray((words + " ")[which] + inward_texts()[keys % INWARDS])

    def districts(self, keys: npt.NDArray[np.uint32]) -> "pd.Categorical[str]":
        """Return the postcode districts (outward codes) of keys, the categories sorted; see standard_forms."""
        import pandas as pd  # here, since who looks up a postcode would wait for it

        words, which = self._outwards(keys)
        order = np.argsort(words)
        return pd.Categorical.from_codes(np.argsort(order)[which], words[order].tolist())

    def _outwards(self, keys: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.object_], Ints]:
        """Return the different outward codes of keys, and which of them each key has."""
        numbers, which = np.unique(np.maximum(keys // INWARDS, _FIRST), return_inverse=True)
        outwards = self._file.take("outwards", numbers - _FIRST)
        return np.array([outward_text(number) for number in outwards.tolist()], dtype=object), which

    def middle(self, outward: str, sector: str = "") -> tuple[float, float] | None:
        """Return the mean easting and northing (metres, EPSG:27700) of the postcodes of a district or sector.

        None where that would give an address away: where they are in fewer than 20 different places, or 90 % of them
        lie within 250 m of it.

        Parameters
        ----------
        outward
            The postcode district, such as ``TS1``.
        sector
            The digit of the sector, or "" for the whole district.
        """
        key = int(self._keys([f"{outward}{sector or 0}AA"])[0])
        place = key // INWARDS * 11 + (1 + int(sector) if sector else 0)
        easting, northing = self._file.take("middles", place * 2 + np.arange(2)).tolist()
        return None if np.isnan(easting) else (easting, northing)

    def areas(self) -> set[str]:
        """Return the postcode areas, such as ``TS``; GIR and NPT are in none."""
        outwards = self._file.take("outwards", np.arange(self._districts)).tolist()
        return {area[0] for number in outwards if (area := _AREA.match(outward_text(number)))}
