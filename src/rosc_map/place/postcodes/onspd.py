"""An official ONS Postcode Directory (ONSPD), as the Open Geography Portal gives it: a large zip, or the table in it.

It is streamed, whatever its size, and nothing of it is believed: sizes, names, codes and coordinates are looked at.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
import numpy.typing as npt

from rosc_map.errors import FileProblem
from rosc_map.place.postcodes.keys import are_postcodes, halves
from rosc_map.place.postcodes.package import Progress, located_rows
from rosc_map.place.postcodes.rows import Live, PostcodeRows

__all__ = ["Edition", "from_onspd", "onspd_checksum", "onspd_edition"]

MOST_BYTES = 4_000_000_000
"""Of the table when it is unpacked; that of 2025 has 1.3 GB."""

_MOST_LINES = 10_000_000
_MOST_PARTS = 10_000
_LONGEST_LINE = 100_000
_CHUNK = 100_000
_MOST_EAST, _MOST_NORTH = 700_000, 1_300_000
_LEAST_WELL_FORMED, _LEAST_WITH_POINT = 0.999, 0.95

_WORKBOOKS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
_ENTRY = b"PK\x01\x02"  # begins each entry of a zip's directory
_ENCRYPTED = 0x1
_COLUMNS = {
    "postcode": ("pcd7", "pcd", "pcds"),
    "easting": ("east1m", "oseast1m"),
    "northing": ("north1m", "osnrth1m"),
    "local authority": (r"lad\d\dcd", "oslaua", "laua"),
    "date of termination": ("doterm",),
}
_TABLE = re.compile(r"(?:.*/)?O?NSPD_\w*UK\.csv", re.IGNORECASE)
_AUTHORITY = re.compile(r"[A-Z][0-9]{8}")
_MONTHS = ["January", "February", "March", "April", "May", "June"]
_MONTHS += ["July", "August", "September", "October", "November", "December"]
_SHORT = [month[:3].upper() for month in _MONTHS]
# No letter before the month: "summary_2026" is not of March.
_EDITION = re.compile(rf"(?<![a-z])({'|'.join(_SHORT)})[a-z]*[ _.-]*(20[0-9]{{2}})", re.IGNORECASE)
_OFFICIAL = "Download the ONS Postcode Directory from the Open Geography Portal again, and give that .zip."


@dataclass(frozen=True)
class _Table:
    """The table: its name, its size in bytes as it claims, and the open stream of it."""

    name: str
    size: int
    stream: IO[bytes]


class Edition(NamedTuple):
    """The year and month that a directory is of."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{_MONTHS[self.month - 1]} {self.year}"


def onspd_edition(path: Path) -> Edition:
    """Return which edition an ONSPD is, from the name of its table, else from its own.

    Raises
    ------
    FileProblem
        When it is no ONSPD, or neither name tells it.
    """
    with _table(path) as table:
        names = (table.name, path.name)
    for name in names:
        if found := _EDITION.search(name.rpartition("/")[2]):
            return Edition(int(found[2]), _SHORT.index(found[1].upper()) + 1)
    raise FileProblem(
        f"The name of {path.name} does not tell which edition it is. "
        "Give it the name that it was published with, such as ONSPD_FEB_2026.zip."
    )


def onspd_checksum(path: Path) -> str:
    """Return the SHA-256 of an official file, as it was downloaded.

    Raises
    ------
    FileProblem
        When it cannot be read.
    """
    import hashlib

    with _opened(path) as file:
        try:
            return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise _broken_off(path.name, error) from error


def from_onspd(path: Path, progress: Progress | None = None, *, fewest: int = 1_000_000) -> Iterator[PostcodeRows]:
    """Read an official ONSPD.

    A postcode with a date of termination is not live, all others are. What makes the file as a whole doubtful is told
    at the end, after the last rows: they are to be kept only when the reading ends well.

    Parameters
    ----------
    path
        The ``.zip`` as published, or the ``.csv`` of the whole United Kingdom out of it.
    progress
        Told after each chunk, in bytes.
    fewest
        With fewer rows it is not the whole directory.

    Raises
    ------
    FileProblem
        When it is none, or is damaged, not whole, or has values that cannot be right; row and column are named.
    """
    seen = _Seen(path.name)
    with _table(path) as table:
        lines = _Lines(path.name, table.stream)
        for cells in _chunks(lines):
            yield seen.rows(cells)
            if progress:
                progress(min(lines.read, table.size), table.size)
    seen.judge(fewest)


@contextmanager
def _table(path: Path) -> Iterator[_Table]:
    """Open the table of the whole United Kingdom."""
    with ExitStack() as stack:
        file = stack.enter_context(_opened(path))
        if path.suffix.lower() == ".csv":
            yield _Table(path.name, path.stat().st_size, file)
        else:
            yield _unpacked(stack, path.name, file)


def _opened(path: Path) -> io.BufferedReader:
    if path.suffix.lower() in _WORKBOOKS:
        raise FileProblem(
            f"{path.name} is a workbook, and no sheet of a workbook can hold the whole directory. {_OFFICIAL}"
        )
    try:
        if path.exists() and not path.is_file():  # a pipe or a device may have no end
            raise FileProblem(f"{path} cannot be read, because it is not a file. {_OFFICIAL}")
        return path.open("rb")
    except FileProblem:
        raise
    except OSError as error:
        raise FileProblem(f"{path} cannot be read ({error.strerror}). Check the name of the file.") from error


def _unpacked(stack: ExitStack, name: str, file: IO[bytes]) -> _Table:
    """Open the table in an archive."""
    # Counted before it is opened: a directory of millions of entries would fill the memory by itself.
    if sum(piece.count(_ENTRY) for piece in iter(lambda: file.read(1_000_000), b"")) > _MOST_PARTS:
        raise FileProblem(f"{name} holds more than {_MOST_PARTS:,} files. {_OFFICIAL}")
    try:
        archive = stack.enter_context(zipfile.ZipFile(file))
        part = _part(name, archive)
        return _Table(part.filename, part.file_size, stack.enter_context(archive.open(part)))
    except FileProblem:
        raise
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise FileProblem(f"{name} is not a .zip or .csv, or only a part of one. {_OFFICIAL}") from error


def _part(name: str, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """Return the one table in an archive that is meant: not those of single postcode areas, nor the lists of names."""
    tables = [part for part in archive.infolist() if part.filename.lower().endswith(".csv")]
    named = [part for part in tables if _TABLE.fullmatch(part.filename)]
    chosen = named or tables
    if len(chosen) != 1:
        found = "no table (.csv)" if not chosen else f"{len(chosen)} tables that might be meant"
        raise FileProblem(f"{name} holds {found}; ONSPD_…_UK.csv is looked for. {_OFFICIAL}")
    (part,) = chosen
    if part.flag_bits & _ENCRYPTED:
        raise FileProblem(f"{name} has a password. {_OFFICIAL}")
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileProblem(f"{name} is packed in an unusual way. Unpack it, and give the .csv in its place.")
    if part.file_size > MOST_BYTES:
        raise FileProblem(_too_large(name))
    return part


def _too_large(name: str) -> str:
    return f"{name} unpacks to more than {MOST_BYTES // 1_000_000:,} MB: no ONS Postcode Directory does. {_OFFICIAL}"


class _Lines:
    """The lines of a stream, within limits: what a zip says of its size is only a claim."""

    def __init__(self, name: str, stream: IO[bytes]) -> None:
        self.name = name
        self.number = self.read = 0
        self._text = io.TextIOWrapper(stream, "utf-8-sig", "replace", newline="")

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(_LONGEST_LINE):
            self.number += 1
            self.read += len(line)
            if len(line) == _LONGEST_LINE:
                raise FileProblem(f"Line {self.number:,} of {self.name} has no end. {_OFFICIAL}")
            if self.number > _MOST_LINES:  # lines and not rows: empty ones are no rows, and take as long
                raise FileProblem(
                    f"{self.name} has more than {_MOST_LINES:,} lines: no directory of postcodes has. {_OFFICIAL}"
                )
            if self.read > MOST_BYTES:
                raise FileProblem(_too_large(self.name))
            yield line


def _chunks(lines: _Lines) -> Iterator[dict[str, tuple[str, ...]]]:
    """Give the columns that are needed, so many rows at a time."""
    try:
        # Strict: or else a stray quote takes in all the rows after it, and not a word is said.
        reader = csv.reader(lines, strict=True)
        columns = _columns(lines.name, next(reader, []))
        picked = map(itemgetter(*columns.values()), filter(None, reader))
        while chunk := list(islice(picked, _CHUNK)):
            yield dict(zip(columns, zip(*chunk, strict=True), strict=True))
    except IndexError as error:
        raise FileProblem(f"Line {lines.number:,} of {lines.name} is cut short. {_OFFICIAL}") from error
    except csv.Error as error:
        raise FileProblem(f"Line {lines.number:,} of {lines.name} is not whole ({error}). {_OFFICIAL}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise FileProblem(f"{lines.name} is damaged: it cannot be unpacked whole. {_OFFICIAL}") from error
    except FileProblem:
        raise
    except OSError as error:
        raise _broken_off(lines.name, error) from error


def _broken_off(name: str, error: OSError) -> FileProblem:
    return FileProblem(f"{name} cannot be read to its end ({error.strerror}). Try again.")


def _columns(name: str, header: list[str]) -> dict[str, int]:
    """Return which column is which, whatever edition the header is of."""
    names = [column.strip().lower() for column in header]
    places = {}
    for what, known in _COLUMNS.items():
        # The newest of lad24cd and lad25cd, should there be both.
        hits = [max(hits) for one in known if (hits := [column for column in names if re.fullmatch(one, column)])]
        if not hits:
            titles = " or ".join(known).replace(r"\d\d", "25")
            raise FileProblem(f"{name} has no column of the {what} ({titles}). {_OFFICIAL}")
        places[what] = names.index(hits[0])
    return places


class _Seen:
    """What was seen of a directory so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.count = self.well_formed = self.british = self.with_point = 0
        self.authorities: set[str] = set()

    def rows(self, cells: dict[str, tuple[str, ...]]) -> PostcodeRows:
        """Return the rows of a chunk whose postcodes are well-formed; each value is looked at."""
        codes = [code.replace(" ", "").upper() for code in cells["postcode"]]
        easting, northing = self._metres(cells, "easting", _MOST_EAST), self._metres(cells, "northing", _MOST_NORTH)
        self._pairs(easting, northing, cells)
        authority = self._authorities(cells["local authority"])
        live = np.array([Live.NOT_LIVE if ended.strip() else Live.LIVE for ended in cells["date of termination"]])
        self.count += len(codes)

        good = are_postcodes(*halves(codes))
        has_point = ~np.isnan(easting)
        # The Channel Islands and the Isle of Man have postcodes, but no points.
        british = good & np.array([not code.startswith(("GY", "IM", "JE")) for code in codes])
        self.well_formed += int(good.sum())
        self.british += int(british.sum())
        self.with_point += int((british & has_point).sum())
        kept = np.flatnonzero(good).tolist()
        return located_rows(
            [codes[row] for row in kept],
            easting[good],
            northing[good],
            [authority[row] for row in kept],
            live[good].astype(np.uint8),
        )

    def _metres(self, cells: dict[str, tuple[str, ...]], column: str, most: int) -> npt.NDArray[np.float64]:
        texts = [text.strip() for text in cells[column]]
        try:
            values = np.array([float(text) if text else np.nan for text in texts])
        except ValueError:
            values = np.array([_number(text) for text in texts])
        wrong = ~((values >= 0) & (values <= most)) & np.array([text != "" for text in texts])
        if wrong.any():
            row = int(np.argmax(wrong))
            raise self._bad(row, column, cells[column][row], f"not a number of metres from 0 to {most:,}")
        return values

    def _pairs(
        self, easting: npt.NDArray[np.float64], northing: npt.NDArray[np.float64], cells: dict[str, tuple[str, ...]]
    ) -> None:
        half = np.isnan(easting) != np.isnan(northing)
        if half.any():
            row = int(np.argmax(half))
            raise self._bad(row, "northing", cells["northing"][row], "not there together with an easting")

    def _authorities(self, cells: tuple[str, ...]) -> list[str]:
        codes = [code.strip().upper() for code in cells]
        for code in {*codes} - self.authorities - {""}:
            if not _AUTHORITY.fullmatch(code):
                raise self._bad(codes.index(code), "local authority", code, "not a code such as E06000002")
            self.authorities.add(code)
        return codes

    def _bad(self, row: int, column: str, value: str, why: str) -> FileProblem:
        # The header is row 1, as a spreadsheet counts.
        number = self.count + row + 2
        return FileProblem(f"Row {number:,} of {self.name}: the {column} {value[:40]!r} is {why}. {_OFFICIAL}")

    def judge(self, fewest: int) -> None:
        """Look at the whole.

        Raises
        ------
        FileProblem
            When it cannot be the whole directory.
        """
        if self.count < fewest:
            why = f"{self.count:,} rows; the whole directory has more than {fewest:,}"
        elif self.well_formed < _LEAST_WELL_FORMED * self.count:
            why = f"{self.count - self.well_formed:,} rows whose postcode does not look like one"
        elif self.with_point < _LEAST_WITH_POINT * self.british:
            why = f"{self.british - self.with_point:,} postcodes of the United Kingdom without easting and northing"
        else:
            return
        raise FileProblem(f"{self.name} has {why}. {_OFFICIAL}")


def _number(text: str) -> float:
    """Return a number, or -1 for what is none."""
    try:
        return float(text) if text else np.nan
    except ValueError:
        return -1
