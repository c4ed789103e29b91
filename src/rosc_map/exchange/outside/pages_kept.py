"""What came of a list so far, kept until all of it was read: a fetch that broke off goes on where it was."""

import contextlib
import datetime as dt
import hashlib
import re
import shutil
from pathlib import Path

from rosc_map.errors import FileProblem
from rosc_map.exchange.limits import MOST_BYTES
from rosc_map.whole_file import read_whole, write_atomic

__all__ = ["KeptPages"]

_KEPT_FOR = dt.timedelta(hours=24)
_BEGUN = "begun"


class KeptPages:
    """The answers of one fetch, each as it came, in a folder that nobody else may read.

    Only hashes of the addresses that were asked are kept, and nothing of how somebody signed in. Answers are used for
    24 hours from the first; whatever is older, of this list or of another, is deleted.

    Parameters
    ----------
    keep
        Where such folders are; it is made when something is to be kept.
    *what
        What makes it this fetch and no other: the format, the address.
    on_disk
        Whether answers are kept at all.
    """

    def __init__(self, keep: Path, *what: str, on_disk: bool = True) -> None:
        self.on_disk = on_disk
        self._folder = keep / _hash("\n".join(what))
        _drop_old(keep)

    def get(self, asked: str) -> bytes | None:
        """Return the answer to what was asked before, or None."""
        with contextlib.suppress(FileProblem):
            return read_whole(self._page(asked), MOST_BYTES)
        return None

    def put(self, asked: str, answer: bytes) -> None:
        """Keep an answer, if answers are kept.

        Raises
        ------
        FileProblem
            When the folder cannot be written to.
        """
        if not self.on_disk:
            return
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise FileProblem(f"The folder {self._folder.parent} cannot be made ({error.strerror}).") from error
        begun = self._folder / _BEGUN
        if not begun.exists():
            write_atomic(begun, dt.datetime.now(dt.UTC).isoformat().encode(), private=True)
        write_atomic(self._page(asked), answer, private=True)

    def forget(self) -> None:
        """Delete what was kept of this fetch."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _page(self, asked: str) -> Path:
        return self._folder / f"{_hash(asked)}.json"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _drop_old(keep: Path) -> None:
    with contextlib.suppress(OSError):  # most often because nothing was ever kept
        for folder in list(keep.iterdir()):
            if re.fullmatch("[0-9a-f]{64}", folder.name) and _is_old(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_old(folder: Path) -> bool:
    try:
        age = dt.datetime.now(dt.UTC) - _begun(folder)
    except (OSError, ValueError, TypeError):
        return True
    return not dt.timedelta(0) <= age < _KEPT_FOR


def _begun(folder: Path) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat((folder / _BEGUN).read_text())
    except FileNotFoundError:  # somebody else is just beginning, or was stopped there
        return dt.datetime.fromtimestamp(folder.stat().st_mtime, dt.UTC)
