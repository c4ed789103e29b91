"""Reading a file as a whole, and writing one whole or not at all."""

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from rosc_map.errors import FileProblem, RoscMapError

__all__ = ["read_whole", "sync_folder", "write_atomic"]

_ADVICE = {
    errno.ENOENT: "Make the folder first, or choose another.",
    errno.ENOTDIR: "A part of it that should be a folder is a file: check the name.",
    errno.EISDIR: "Give the name of a file, not of a folder.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
    errno.ENOSPC: "The disk is full: make room first.",
}


def read_whole(path: Path, most_bytes: int) -> bytes:
    """Return what a file holds.

    Raises
    ------
    FileProblem
        When it is missing, cannot be read, or is larger than ``most_bytes``.
    """
    try:
        if not path.is_file():
            raise FileProblem(f"There is no file {path}. Check the name and the folder.")
        if path.stat().st_size > most_bytes:
            raise FileProblem(f"{path.name} is larger than {most_bytes // 1_000_000} MB. Split it into smaller files.")
        return path.read_bytes()
    except FileProblem:
        raise
    except (OSError, ValueError) as error:  # ValueError: a name that no system takes
        reason = getattr(error, "strerror", None) or error
        raise FileProblem(f"{path} cannot be read ({reason}). Check the name, and that you may read it.") from error


def write_atomic(path: Path, data: bytes | Iterable[bytes], *, private: bool = False, lasting: bool = False) -> Path:
    """Write a file whole or not at all: beside its place first, then in its place.

    Parameters
    ----------
    path
        The file; an older one is replaced.
    data
        All of it, or its parts one after the other.
    private
        Let nobody but the owner read it (mode 0600); else it gets what any new file of this person gets.
    lasting
        Wait until the disk has it: for what replaces something that is in use.

    Raises
    ------
    FileProblem
        When the folder is missing or may not be written to, or the name is that of a folder or too long.
    RoscMapError
        What making the parts raises comes out as it is.
    """
    beside: Path | None = None
    try:
        _check_place(path)
        # A short name of its own: a long one with something added might be too long.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".rosc-map-", suffix=".part")
        beside = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.writelines([data] if isinstance(data, bytes) else data)
            if lasting:  # else a power cut could leave the new name with nothing in it
                file.flush()
                os.fsync(file.fileno())
        if not private:  # mkstemp makes a file for the owner alone
            mask = os.umask(0)
            os.umask(mask)
            beside.chmod(0o666 & ~mask)
        beside.replace(path)
        beside = None
    except RoscMapError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a name that no system takes
        reason = getattr(error, "strerror", None) or "no file can have this name"
        advice = _ADVICE.get(getattr(error, "errno", 0) or 0, "Check the folder, and close the file if it is open.")
        raise FileProblem(f"{path} cannot be written ({reason}). {advice}") from error
    finally:
        if beside:
            with contextlib.suppress(OSError):
                beside.unlink()
    if lasting:
        sync_folder(path.parent)
    return path


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last through a power cut, where the system can (not on Windows)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _check_place(path: Path) -> None:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    if path.exists() and not path.is_file():
        # Putting a file in the place of a device or a pipe would break what else uses it.
        raise OSError(errno.EINVAL, "it is not an ordinary file")
