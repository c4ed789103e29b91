"""A file of number columns that is mapped into memory and never believed unchecked.

All numbers are little-endian::

    magic, format version, length of the header, CRC of the header
    header      JSON: what the file is about, and where each section lies
    sections    columns of numbers, each at a multiple of 64 bytes
    checks      CRC-32 of each 64 KiB of the sections; the header holds the CRC of these

A block is checked once in a process, before the first use of anything in it: whoever reads a few numbers pays for a
few blocks only.

Nobody may shorten such a file while it is mapped: whoever then reads what is gone is ended by the system (SIGBUS), and
no check comes before that. So files are replaced and never changed, are written without the right to write to them,
and are read only where nobody but their owner could change them: this user, or root.
"""

import json
import mmap
import os
import stat
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Self
from zlib import crc32

import numpy as np
import numpy.typing as npt

__all__ = ["FORMAT", "Damaged", "MappedFile", "Section", "write_sections"]

FORMAT = 3
"""The version of the format; a file of another one is not read."""

_MAGIC = b"ROSCPOST"
_START = struct.Struct("<8sIII")
_BLOCK = 1 << 16
_ALIGNED = 64
_LONGEST_HEADER = 1_000_000

Column = npt.NDArray[Any]


class Damaged(Exception):
    """The file is not of this format, or not as it was written."""


def write_sections(file: IO[bytes], header: dict[str, Any], sections: dict[str, Column]) -> None:
    """Write columns to an empty file, and wait until the disk has them.

    Parameters
    ----------
    file
        The file; until this returns, it is none.
    header
        Anything that JSON can hold; comes back as :attr:`MappedFile.header`.
    sections
        Columns of one dimension and little-endian numbers, by name.
    """
    data = bytearray()
    places = {}
    for name, values in sections.items():
        places[name] = {"at": len(data), "type": values.dtype.str, "count": len(values)}
        data += values.data.cast("B")
        data += bytes(-len(data) % _ALIGNED)
    view = memoryview(data)
    checks = np.array([crc32(view[at : at + _BLOCK]) for at in range(0, len(data), _BLOCK)], dtype="<u4").tobytes()
    text = json.dumps({"header": header, "sections": places, "length": len(data), "checks": crc32(checks)}).encode()
    # Spaces are JSON too: the sections begin at a multiple of 64 bytes, and no byte of the file is without a check.
    text += b" " * (-(len(text) + _START.size) % _ALIGNED)
    file.write(_START.pack(_MAGIC, FORMAT, len(text), crc32(text)))
    for part in (text, data, checks):
        file.write(part)
    file.flush()
    os.fsync(file.fileno())


class Section:
    """One column of a mapped file; nothing of it is handed out unchecked."""

    def __init__(self, data: memoryview, checks: Column, at: int, values: Column) -> None:
        """Make it; ``data`` are all sections, and ``at`` is the byte in them where the ``values`` begin."""
        self._data, self._checks, self._at, self._values = data, checks, at, values
        self._unchecked = set(range(at // _BLOCK, (at + values.nbytes - 1) // _BLOCK + 1))

    def __len__(self) -> int:
        return len(self._values)

    def take(self, positions: Column) -> Column:
        """Return a copy of the values at these positions; one that is outside stands for the nearest inside.

        Raises
        ------
        Damaged
            When what lies there is not as it was written.
        """
        if self._unchecked:
            self._check(positions)
        return self._values.take(positions, mode="clip")

    def _check(self, positions: Column) -> None:
        blocks = set(self._unchecked)
        if len(positions) < len(blocks):
            inside = np.clip(positions, 0, len(self._values) - 1).astype(np.int64)
            blocks &= set(((self._at + inside * self._values.itemsize) // _BLOCK).tolist())
        for block in blocks:
            if crc32(self._data[block * _BLOCK : (block + 1) * _BLOCK]) != self._checks[block]:
                raise Damaged(f"block {block} is not as it was written")
            self._unchecked.discard(block)


class MappedFile:
    """A file written by :func:`write_sections`, mapped into memory.

    Attributes
    ----------
    header
        As it was written.
    sections
        The columns by name.
    """

    def __init__(self, mapped: mmap.mmap, header: dict[str, Any], sections: dict[str, Section]) -> None:
        self._mapped, self.header, self.sections = mapped, header, sections

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map a file.

        Raises
        ------
        Damaged
            When it is not of this format, not as long as it was written, or others than this user and root may
            change it. Its sections are checked later, as they are used.
        OSError
            When it cannot be opened.
        """
        with open(path, "rb", opener=_without_waiting) as file:
            _trusted(os.fstat(file.fileno()))
            start = file.read(_START.size)
            if len(start) < _START.size:
                raise Damaged("the file is too short")
            magic, version, length, check = _START.unpack(start)
            if (magic, version) != (_MAGIC, FORMAT):
                raise Damaged("the file is of another kind or another version")
            text = file.read(min(length, _LONGEST_HEADER))
            if len(text) != length or crc32(text) != check:
                raise Damaged("the header is not as it was written")
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        try:
            return cls(mapped, *_sections(mapped, _START.size + length, json.loads(text)))
        except Damaged:
            mapped.close()
            raise
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            raise Damaged("the header is not one of such a file") from error

    def take(self, name: str, positions: Column) -> Column:
        """Return a copy of the values of a section at these positions; see :meth:`Section.take`.

        Raises
        ------
        Damaged
            When what lies there is not as it was written, or the file was closed meanwhile.
        """
        section = self.sections.get(name)
        if section is None:
            raise Damaged("the file is closed")
        return section.take(positions)

    def close(self) -> None:
        """Give the file back. Lookups that still run in other threads keep it open until they end."""
        self.sections = {}
        with suppress(BufferError):
            self._mapped.close()


def _without_waiting(path: str, flags: int) -> int:
    """Open a file at once, even a pipe that nobody writes to."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _trusted(status: os.stat_result) -> None:
    """Refuse what is no ordinary file, or may be changed by others."""
    if not stat.S_ISREG(status.st_mode):
        raise Damaged("it is not an ordinary file")
    # Windows keeps other people's hands off a user's folders by other means.
    if sys.platform != "win32" and (
        status.st_uid not in (0, os.geteuid()) or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    ):
        raise Damaged("others may change the file")


def _sections(mapped: mmap.mmap, start: int, contents: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Section]]:
    """Return the header and sections of a file whose header is as it was written."""
    end = start + contents["length"]
    blocks = -(-contents["length"] // _BLOCK)
    if len(mapped) != end + 4 * blocks:
        raise Damaged("the file is not as long as it was written")
    if crc32(mapped[end:]) != contents["checks"]:
        raise Damaged("the checks are not as they were written")
    checks = np.frombuffer(mapped[end:], "<u4")
    data = memoryview(mapped)[start:end]
    return contents["header"], {
        name: Section(data, checks, place["at"], np.frombuffer(data, place["type"], place["count"], place["at"]))
        for name, place in contents["sections"].items()
    }
