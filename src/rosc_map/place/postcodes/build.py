"""The files that postcode indexes are kept in: made by one process at a time, and whole or not at all."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rosc_map.place.postcodes.index import IndexDamaged, PostcodeIndex, write_index

if TYPE_CHECKING:
    from rosc_map.place.postcodes.index import PostcodeRows

__all__ = ["alone", "opened_or_made", "remove", "take_out", "write_whole"]


def opened_or_made(path: Path, make: Callable[[], None]) -> PostcodeIndex:
    """Open an index; when it is missing or damaged it is made first, by one process while others wait for that.

    Parameters
    ----------
    path
        Where it is to be.
    make
        Writes it there.

    Raises
    ------
    OSError
        When the folder cannot be written, or the disk is full.
    """
    with suppress(IndexDamaged, FileNotFoundError):
        return PostcodeIndex.open(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with alone(path.parent):
        with suppress(IndexDamaged, FileNotFoundError):
            return PostcodeIndex.open(path)  # another process has made it meanwhile
        make()
        return PostcodeIndex.open(path)


def write_whole(path: Path, chunks: "Iterable[PostcodeRows]", about: dict[str, Any]) -> None:
    """Write an index whole or not at all. To be called by one process at a time, see :func:`alone`."""
    import datetime as dt

    remove(path.parent.glob("*.part"))  # what killed processes left
    part = path.with_suffix(".part")
    try:
        write_index(part, chunks, {**about, "built_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds")})
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    if sys.platform != "win32":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def take_out(path: Path) -> bool:
    """Put an empty file in the place of a damaged one, which others may have open; False where that cannot be done."""
    empty = path.with_suffix(".part")
    try:
        with alone(path.parent):
            empty.write_bytes(b"")
            empty.replace(path)
    except OSError:
        return False
    return True


def remove(paths: Iterable[Path]) -> list[Path]:
    """Remove files, and return those that cannot be: Windows keeps what another program has mapped."""
    left = []
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError:
            left.append(path)
    return left


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other process writes an index in a folder. The system lets go of the lock of a killed process."""
    with (folder / "postcodes.lock").open("ab") as file:
        if sys.platform == "win32":
            import errno
            import msvcrt

            while True:
                try:
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
                except OSError as error:
                    if error.errno != errno.EDEADLK:  # it gives up after ten seconds
                        raise
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield
