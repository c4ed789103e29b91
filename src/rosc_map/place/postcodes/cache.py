"""Which postcode index is in use, and how it comes there.

The index of the directory package is built once, in the user's cache folder, and named after what it was made from: a
newer package simply means another file. An official update, which nobody could make again, is kept in the user's data
folder and goes before the package, unless the package is clearly newer.
"""

import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_path, user_data_path

from rosc_map.errors import FileProblem
from rosc_map.place.postcodes.build import alone, opened_or_made, remove, take_out, write_whole
from rosc_map.place.postcodes.file import FORMAT, Damaged
from rosc_map.place.postcodes.index import PostcodeIndex
from rosc_map.place.postcodes.package import Package, Progress, from_package, installed_package, live_record

if TYPE_CHECKING:
    from rosc_map.place.postcodes.details import Info
    from rosc_map.place.postcodes.onspd import Edition

__all__ = ["directory", "forget_update", "info", "update"]

_LEAST_OF_BEFORE = 0.99


@dataclass(frozen=True)
class _InUse:
    index: PostcodeIndex
    path: Path
    size: int
    kept: bool
    note: str


class _Shelf:
    """The index that this process has open."""

    def __init__(self) -> None:
        self._in_use: _InUse | None = None
        self._is_private = False
        self._lock = threading.Lock()

    def take(self, progress: Progress | None = None) -> _InUse:
        """Return the index in use; opened, and if need be built, the first time."""
        with self._lock:
            if self._in_use is None:
                self._in_use = _choose(progress, is_private=self._is_private)
            return self._in_use

    def put_back(self) -> None:
        """Close the index."""
        with self._lock:
            self._close()
            self._is_private = False

    def throw_out(self, damaged: PostcodeIndex) -> None:
        """Close an index and take its file out of use, unless another thread has already done so."""
        with self._lock:
            used = self._in_use
            if used is not None and used.index is damaged:
                self._close()
                # A folder that cannot be written keeps its damaged file: nothing in such folders is used again.
                self._is_private |= not take_out(used.path)

    def _close(self) -> None:
        if self._in_use is not None:
            self._in_use.index.close()
        self._in_use = None


_shelf = _Shelf()


def directory(*, instead_of: PostcodeIndex | None = None, progress: Progress | None = None) -> PostcodeIndex:
    """Return the postcode index in use; it is opened once in a process, and built when there is none.

    Parameters
    ----------
    instead_of
        One that was returned before and has turned out to be damaged: another one is put in its place.
    progress
        Told how far a building has come, when there is one.

    Raises
    ------
    FileProblem
        When the directory package is missing or not whole.
    """
    if instead_of is not None:
        _shelf.throw_out(instead_of)
    return _shelf.take(progress).index


def info() -> "Info":
    """Return what is known of the directory in use; it is built when there is none."""
    from rosc_map.place.postcodes.details import info_of

    used = _shelf.take()
    return info_of(used.index, used.path, used.size, kept=used.kept, note=used.note)


def update(path: Path, progress: Progress | None = None, *, fewest: int = 1_000_000) -> "Info":
    """Take a newer official ONS Postcode Directory into use.

    It is read and looked at as a whole before it replaces anything.

    Parameters
    ----------
    path
        The ``.zip`` or ``.csv``, see :func:`rosc_map.place.postcodes.onspd.from_onspd`.
    progress
        Told how far it is read, in bytes.
    fewest
        With fewer rows it is not the whole directory.

    Raises
    ------
    FileProblem
        When it is no such file, is older than the directory in use, holds fewer than 99 % of its postcodes or lacks
        one of its postcode areas, or when there is no room for its index.
    """
    import time

    from rosc_map.place.postcodes.onspd import from_onspd, onspd_checksum, onspd_edition

    edition = onspd_edition(path)
    date = f"{edition.year}-{edition.month:02}"
    _refuse_older(path.name, edition, date)
    about = {
        "source": "update",
        "edition": f"ONS Postcode Directory, {edition}",
        "source_version": date,
        "source_sha256": onspd_checksum(path),
        "year": str(edition.year),
        "live_source": "the ONS Postcode Directory's dates of termination",
        "live_date": date,
    }
    folder = _update_folder()
    if folder is None:
        raise FileProblem(
            "The postcode directory cannot be kept, because this user has no home folder. Set HOME or XDG_DATA_HOME to "
            "a folder that can be written, and try again."
        )
    target = folder / f"update-{date}-{time.time_ns():x}.index"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(folder):
            older = _updates()
            write_whole(target, from_onspd(path, progress, fewest=fewest), about, partial(_refuse_smaller, path.name))
        _shelf.put_back()
        remove(older)
    except FileProblem:
        raise
    except (Damaged, OSError) as error:
        raise FileProblem(
            f"The postcode directory cannot be kept in {folder} ({_why(error)}). Make room there (100 MB), or make "
            "the folder writable, for this user alone, and try again."
        ) from error
    return info()


def _refuse_older(name: str, edition: "Edition", date: str) -> None:
    about = directory().about
    newer = ""
    if installed_package().is_clearly_newer(*edition):
        newer = installed_package().edition
    elif about["source"] == "update" and about["source_version"] > date:
        newer = about["edition"]
    if newer:
        raise FileProblem(f"{name} is of {edition}, and the directory in use is newer ({newer}). Nothing was changed.")


def _refuse_smaller(name: str, new: PostcodeIndex) -> None:
    """Refuse what lacks postcodes that are in use: the official directory only grows, as it keeps those that ended."""
    from rosc_map.place.postcodes.lookup import ask

    held, areas, edition = ask(lambda index: (index.about["postcodes"], index.areas(), index.about["edition"]))
    has, lost = new.about["postcodes"], sorted(areas - new.areas())
    if has < _LEAST_OF_BEFORE * held:
        why = f"holds {has:,} postcodes, and the directory in use ({edition}) holds {held:,}"
    elif lost:
        why = (
            f"holds {len(new.areas())} postcode areas, and the directory in use ({edition}) holds {len(areas)}: it has "
            f"nothing for {', '.join(lost[:5])}{' and others' if len(lost) > 5 else ''}"
        )
    else:
        return
    raise FileProblem(
        f"{name} {why}. It is not whole: perhaps it was saved from a spreadsheet, which keeps 1,048,576 rows only. "
        "Download it again from the Open Geography Portal, and give that .zip. Nothing was changed."
    )


def forget_update() -> "Info":
    """Go back to the directory package.

    Raises
    ------
    FileProblem
        When another program has the update in use and the system does not let go of it.
    """
    _shelf.put_back()
    if left := remove(_updates()):
        raise FileProblem(f"{left[0]} cannot be removed. Close other programs that use rosc-map and try again.")
    return info()


# Choosing ----------------------------------------------------------------------------------------------------------


def _choose(progress: Progress | None, *, is_private: bool) -> _InUse:
    package = installed_package()
    note = ""
    if updates := _updates():
        newest = updates[-1]
        if package.is_clearly_newer(*_edition_of(newest)):
            note = "An official update was given, but the directory package that is installed is newer."
        else:
            with suppress(Damaged, OSError):
                if not is_private:
                    return _InUse(PostcodeIndex.open(newest), newest, newest.stat().st_size, kept=True, note="")
            note = (
                "The official update that was given is damaged, can be changed by others, or was made by another "
                "version of rosc-map, so the directory package is used in its place. Give the official file again."
            )
    return _of_package(package, progress, note, is_private=is_private)


def _update_folder() -> Path | None:
    """Return where updates are kept; None for a user without a home folder."""
    try:
        return user_data_path("rosc-map") / "postcodes"
    except RuntimeError:
        return None


def _cache_folder() -> Path | None:
    try:
        return user_cache_path("rosc-map")
    except RuntimeError:
        return None


def _updates() -> list[Path]:
    """Return the indexes of the updates that were given; the newest, which is the one that counts, is the last."""
    folder = _update_folder()
    paths = folder.glob("update-[0-9][0-9][0-9][0-9]-[0-9][0-9]-*.index") if folder else ()
    return sorted(paths, key=lambda path: path.stem.rpartition("-")[2])


def _edition_of(path: Path) -> tuple[int, int]:
    _, year, month, *_ = path.name.split("-")
    return int(year), int(month)


# Building ----------------------------------------------------------------------------------------------------------


def _of_package(package: Package, progress: Progress | None, note: str, *, is_private: bool) -> _InUse:
    """Return the package's index from the cache folder, or a private one where that folder cannot be written."""
    name = f"postcodes-{FORMAT}-{package.version}-{package.fingerprint:08x}.index"

    def in_(folder: Path, *, kept: bool) -> _InUse:
        path = folder / name
        index = opened_or_made(path, partial(_build, path, package, progress))
        return _InUse(index, path, path.stat().st_size, kept, note)

    folder = None if is_private else _cache_folder()
    if folder:
        try:
            return in_(folder, kept=True)
        except FileProblem:
            raise
        except (Damaged, OSError):
            pass  # one that cannot be written or that others can change, or a full disk: perhaps there is another place
    try:
        return in_(_private_folder(), kept=False)
    except FileProblem:
        raise
    except (Damaged, OSError) as error:
        raise FileProblem(
            f"The postcode index cannot be written anywhere ({_why(error)}). Make room on the disk: it takes 100 MB."
        ) from error


def _why(error: Damaged | OSError) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or str(error)


@cache
def _private_folder() -> Path:
    import atexit
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="rosc-map-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _build(path: Path, package: Package, progress: Progress | None) -> None:
    live = live_record()
    about = {
        "source": "package",
        "edition": package.edition,
        "source_version": package.version,
        "source_sha256": package.checksum(),
        "year": package.year,
        "live_source": live.source,
        "live_date": live.date,
    }
    write_whole(path, from_package(live, progress), about)
    remove(other for other in path.parent.glob("postcodes-*.index") if other != path)
