"""A folder for what only this server may read, that is gone when the server is: with what one left that was killed."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # Windows, where a folder that was left behind stays until its owner clears the temporary files
    fcntl = None  # type: ignore[assignment]

__all__ = ["PrivateFolder"]

_PREFIX = "rosc-map-web-"
_LOCK = "in-use"


class PrivateFolder:
    """A new temporary folder, which its owner alone can look into (mode 0700)."""

    def __init__(self) -> None:
        _clear_left_behind()
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._lock: IO[bytes] = (self.path / _LOCK).open("wb")
        _is_free(self._lock)  # and from now on it is not

    def new(self) -> Path:
        """Return a new folder in it."""
        return Path(tempfile.mkdtemp(dir=self.path))

    def close(self) -> None:
        """Remove it with all that is in it."""
        self._lock.close()
        shutil.rmtree(self.path, ignore_errors=True)


def _is_free(lock: IO[bytes]) -> bool:
    """Whether no process that is alive holds a lock; it is held from then on."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _clear_left_behind() -> None:
    """Remove the folders of servers that were killed: what they made is not to lie there for ever."""
    if fcntl is None:
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # somebody else's, or gone meanwhile
            if folder.is_symlink() or folder.stat().st_uid != os.getuid():
                continue
            with (folder / _LOCK).open("rb") as lock:
                free = _is_free(lock)
            if free:
                shutil.rmtree(folder, ignore_errors=True)
