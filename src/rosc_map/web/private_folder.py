"""A folder for what only this server may read, that is gone when the server is: with what one left that was killed."""

import contextlib
import logging
import os
import shutil
import tempfile
import threading
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # Windows, where a folder that was left behind stays until its owner clears the temporary files
    fcntl = None  # type: ignore[assignment]

__all__ = ["PrivateFolder"]

_LOG = logging.getLogger(__name__)
_PREFIX = "rosc-map-web-"
_LOCK = ".lock"


class PrivateFolder:
    """A new temporary folder, which its owner alone can look into (mode 0700)."""

    def __init__(self) -> None:
        _clear_left_behind()
        self._alone = threading.Lock()
        self.path, self._lock = _locked_folder()

    def new(self) -> Path:
        """Return a new folder in it. Where it was removed by who tidies temporary files, it is made again.

        Raises
        ------
        OSError
            When there is no room, or nothing may be written.
        """
        with self._alone:
            if not self.path.is_dir():
                _LOG.warning("The temporary folder of this server was removed. It has a new one.")
                self._let_go()
                self.path, self._lock = _locked_folder()
            return Path(tempfile.mkdtemp(dir=self.path))

    def close(self) -> None:
        """Remove it with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._let_go()

    def _let_go(self) -> None:
        self._lock.close()
        with contextlib.suppress(OSError):
            _lock_of(self.path).unlink()


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}{_LOCK}")


def _locked_folder() -> tuple[Path, IO[bytes]]:
    """Return a new folder, and its lock: that is ours before the folder is there, so nobody takes it for left behind.

    Raises
    ------
    OSError
        When it cannot be made.
    """
    while True:
        number, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_LOCK)
        lock, folder = os.fdopen(number, "wb"), Path(name.removesuffix(_LOCK))
        if _is_ours(lock):
            folder.mkdir(mode=0o700)
            return folder, lock
        lock.close()


def _is_ours(lock: IO[bytes]) -> bool:
    """Whether a new lock is held by us from now on; another server that is starting may just have cleared it away."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a disk that knows no locks: nobody clears anything away there
        return True
    return os.fstat(lock.fileno()).st_nlink > 0


def _clear_left_behind() -> None:
    """Remove the folders of servers that were killed: what they made is not to lie there for ever."""
    if fcntl is None:
        return
    for found in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # in use, somebody else's, or gone meanwhile
            if found.is_symlink() or found.stat().st_uid != os.getuid():
                continue
            if found.suffix == _LOCK:
                _clear(found)
            elif not _lock_of(found).exists():
                shutil.rmtree(found, ignore_errors=True)


def _clear(name: Path) -> None:
    """Remove a lock that nobody holds, with its folder.

    Raises
    ------
    OSError
        When it is held, or gone.
    """
    with name.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(name.with_name(name.name.removesuffix(_LOCK)), ignore_errors=True)
        name.unlink()
