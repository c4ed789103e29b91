"""The files that postcode indexes are kept in: made by one process at a time, and whole or not at all."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from rosc_map.place.postcodes.file import Damaged
from rosc_map.place.postcodes.index import PostcodeIndex, write_index

if TYPE_CHECKING:
    from rosc_map.place.postcodes.rows import PostcodeRows

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
    with suppress(Damaged, FileNotFoundError):
        return PostcodeIndex.open(path)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone(path.parent):
        with suppress(Damaged, FileNotFoundError):
            return PostcodeIndex.open(path)  # another process has made it meanwhile
        make()
        return PostcodeIndex.open(path)


def write_whole(
    path: Path,
    chunks: "Iterable[PostcodeRows]",
    about: dict[str, Any],
    look_at: Callable[[PostcodeIndex], None] | None = None,
) -> None:
    """Write an index whole or not at all. To be called by one process at a time, see :func:`alone`.

    Parameters
    ----------
    path
        Where it is to be.
    chunks, about
        See :func:`rosc_map.place.postcodes.index.write_index`.
    look_at
        Shown the index before it takes its place; what it raises keeps the index from that.
    """
    import datetime as dt

    remove(path.parent.glob("*.part"))  # what killed processes left
    with _part(path) as file:
        write_index(file, chunks, {**about, "built_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds")})
        if look_at:
            with closing(PostcodeIndex.open(Path(file.name))) as index:
                look_at(index)
    if sys.platform != "win32":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def take_out(path: Path) -> bool:
    """Put an empty file in the place of a damaged one, which others may have open; False where that cannot be done."""
    try:
        with alone(path.parent), _part(path):
            pass
    except OSError:
        return False
    return True


@contextmanager
def _part(path: Path) -> Iterator[IO[bytes]]:
    """Give a new empty file that takes the place of another when all ends well, and else is removed."""
    import tempfile

    # Under a name that nobody can foresee and put a link at.
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f"{path.stem}-", suffix=".part", delete=False) as file:
        part = Path(file.name)
        try:
            yield file
            file.close()
            if sys.platform != "win32":  # where what cannot be written to can be neither replaced nor removed
                part.chmod(0o444)
            part.replace(path)
        finally:
            with suppress(OSError):  # of a full disk, which has been told already
                file.close()
            part.unlink(missing_ok=True)


def remove(paths: Iterable[Path]) -> list[Path]:
    """Remove files, and return those that cannot be: Windows keeps what another program has mapped."""
    left = []
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError:
            left.append(path)
    return left


def _no_link(path: str, flags: int) -> int:
    """Open a file that is for this user alone and not elsewhere, and do not wait for the other end of a pipe."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0), 0o600)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other process writes an index in a folder. The system lets go of the lock of a killed process."""
    with open(folder / "postcodes.lock", "ab", opener=_no_link) as file:
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
