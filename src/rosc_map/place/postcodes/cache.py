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
from rosc_map.place.postcodes.index import FORMAT, IndexDamaged, PostcodeIndex
from rosc_map.place.postcodes.package import Package, Progress, from_package, installed_package, live_record

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["Info", "directory", "forget_update", "info", "update"]

NORTHERN_IRELAND = (
    "Northern Ireland (BT) postcodes are not under the Open Government Licence: commercial use of them needs a licence "
    "from Land & Property Services."
)


@dataclass(frozen=True)
class Info:
    """The postcode directory in use.

    Attributes
    ----------
    source
        ``package`` (installed with rosc-map) or ``update`` (an official file that somebody gave).
    edition
        Its name and date.
    package_version
        Of the directory package, whichever is in use.
    path, size, built_at
        The index: its file, its bytes, and when it was built.
    kept
        False when no folder for it can be written, so that it is built again in each process.
    postcodes, with_point
        How many it holds, and how many of them have coordinates.
    live, not_live, unknown
        How many were in use, were not, and how many it is not known of.
    live_source, live_date
        What tells this, and of which date.
    licence
        The sentences that belong under what is made of it.
    note
        Why an official update that was given is not in use; else "".
    """

    source: str
    edition: str
    package_version: str
    path: Path
    size: int
    built_at: "dt.datetime"
    kept: bool
    postcodes: int
    with_point: int
    live: int
    not_live: int
    unknown: int
    live_source: str
    live_date: str
    licence: tuple[str, ...]
    note: str


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

    def put_back(self, *, damaged: bool = False) -> None:
        """Close the index, and take its file out of use when it is damaged."""
        with self._lock:
            used, self._in_use = self._in_use, None
            if used is not None:
                used.index.close()
            if used is not None and damaged:
                # A folder that cannot be written keeps its damaged file: nothing in such folders is used again.
                self._is_private |= not take_out(used.path)
            else:
                self._is_private = False


_shelf = _Shelf()


def directory(*, fresh: bool = False, progress: Progress | None = None) -> PostcodeIndex:
    """Return the postcode index in use; it is opened once in a process, and built when there is none.

    Parameters
    ----------
    fresh
        The one that was returned before has turned out to be damaged: put another one in its place.
    progress
        Told how far a building has come, when there is one.

    Raises
    ------
    FileProblem
        When the directory package is missing or not whole.
    """
    if fresh:
        _shelf.put_back(damaged=True)
    return _shelf.take(progress).index


def info() -> Info:
    """Return what is known of the directory in use; it is built when there is none."""
    import datetime as dt

    used = _shelf.take()
    about = used.index.about
    right = f"database right {about['year']}".strip()
    return Info(
        source=about["source"],
        edition=about["edition"],
        package_version=installed_package().version,
        path=used.path,
        size=used.size,
        built_at=dt.datetime.fromisoformat(about["built_at"]),
        kept=used.kept,
        postcodes=about["postcodes"],
        with_point=about["with_point"],
        live=about["live"],
        not_live=about["not_live"],
        unknown=about["postcodes"] - about["live"] - about["not_live"],
        live_source=about["live_source"],
        live_date=about["live_date"],
        licence=(
            f"Contains OS data © Crown copyright and {right}.",
            f"Contains Royal Mail data © Royal Mail copyright and {right}.",
            "Source: Office for National Statistics licensed under the Open Government Licence v3.0.",
            NORTHERN_IRELAND,
        ),
        note=used.note,
    )


def update(path: Path, progress: Progress | None = None, *, fewest: int = 1_000_000) -> Info:
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
        When it is no such file, is older than the directory package, or there is no room for its index.
    """
    import time

    from rosc_map.place.postcodes.onspd import from_onspd, onspd_edition

    edition = onspd_edition(path)
    if installed_package().is_clearly_newer(*edition):
        raise FileProblem(
            f"{path.name} is of {edition}, and the directory in use is newer ({installed_package().edition}). "
            "Nothing was changed."
        )
    about = {
        "source": "update",
        "edition": f"ONS Postcode Directory, {edition}",
        "year": str(edition.year),
        "live_source": "the ONS Postcode Directory's dates of termination",
        "live_date": f"{edition.year}-{edition.month:02}",
    }
    folder = _update_folder()
    target = folder / f"update-{edition.year}-{edition.month:02}-{time.time_ns():x}.index"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with alone(folder):
            older = _updates()
            write_whole(target, from_onspd(path, progress, fewest=fewest), about)
        _shelf.put_back()
        remove(older)
    except FileProblem:
        raise
    except OSError as error:
        raise FileProblem(
            f"The postcode directory cannot be kept in {folder} ({error.strerror}). Make room there (100 MB), or make "
            "the folder writable, and try again."
        ) from error
    return info()


def forget_update() -> Info:
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
            with suppress(IndexDamaged, OSError):
                if not is_private:
                    return _InUse(PostcodeIndex.open(newest), newest, newest.stat().st_size, kept=True, note="")
            note = (
                "The official update that was given is damaged, or was made by another version of rosc-map, so the "
                "directory package is used in its place. Give the official file again."
            )
    return _of_package(package, progress, note, is_private=is_private)


def _update_folder() -> Path:
    return user_data_path("rosc-map") / "postcodes"


def _updates() -> list[Path]:
    """Return the indexes of the updates that were given; the newest, which is the one that counts, is the last."""
    paths = _update_folder().glob("update-[0-9][0-9][0-9][0-9]-[0-9][0-9]-*.index")
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

    if not is_private:
        try:
            return in_(user_cache_path("rosc-map"), kept=True)
        except FileProblem:
            raise
        except OSError:
            pass  # a folder that cannot be written, or a full disk: perhaps there is another place
    try:
        return in_(_private_folder(), kept=False)
    except FileProblem:
        raise
    except OSError as error:
        raise FileProblem(
            f"The postcode index cannot be written anywhere ({error.strerror}). Make room on the disk: it takes 100 MB."
        ) from error


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
        "year": package.year,
        "live_source": live.source,
        "live_date": live.date,
    }
    write_whole(path, from_package(live, progress), about)
    remove(other for other in path.parent.glob("postcodes-*.index") if other != path)
