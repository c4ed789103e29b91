"""Copies of a partnership file: whole, dated, never over another file, for its owner alone."""

import datetime as dt
import glob
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from rosc_map.errors import FileProblem

__all__ = ["backup_file", "backups_of", "claim", "copy_to_read"]


def backup_file(path: Path, target: Path | None = None, *, today: dt.date, why: str = "") -> Path:
    """Copy a partnership file as it stands, while others may be at work in it.

    Parameters
    ----------
    path
        The file.
    target
        Where to; beside it, with the day in its name, when left out.
    today
        The day that the name tells.
    why
        A word for the name, such as ``schema-1``.

    Raises
    ------
    FileProblem
        When the target exists already, or cannot be written.
    """
    if target and target.exists():
        raise FileProblem(f"{target} exists already. Choose another name.")
    goal = target or path
    try:
        handle, name = tempfile.mkstemp(dir=goal.parent, prefix=f".{goal.stem[:40]}-", suffix=".part")
        os.close(handle)
        half_made = Path(name)
        try:
            # SQLite's own copying takes one moment of the file, whatever is being written meanwhile.
            with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(half_made)) as copy:
                source.backup(copy)
                (answer,) = copy.execute("PRAGMA integrity_check").fetchone()
                if answer != "ok":
                    raise FileProblem(f"{path} is damaged ({answer}), so no backup of it was made.")
                # Free pages may hold what another program took out and did not overwrite.
                copy.execute("VACUUM")
            if target is None:
                return _claim_free_name(half_made, path, today, why)
            claim(half_made, target)
        finally:
            half_made.unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as error:
        if isinstance(error, FileProblem):
            raise
        reason = getattr(error, "strerror", None) or error
        raise FileProblem(f"The backup {goal} cannot be written ({reason}). Choose another folder.") from error
    return target


def copy_to_read(path: Path, folder: Path) -> Path:
    """Copy a partnership file as it stands into a folder, to be read there: the file itself is not changed.

    Raises
    ------
    FileProblem
        When there is no such file, or it is no database.
    """
    copy = folder / path.name
    try:
        if not path.is_file():
            raise FileProblem(f"There is no file {path}. Check the name.")
        # What another program has written and not yet put into the file itself comes with it.
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except (OSError, sqlite3.Error) as error:
        if isinstance(error, FileProblem):
            raise
        raise FileProblem(f"{path} cannot be read ({error}). Check that it is a partnership file.") from error
    return copy


def backups_of(path: Path) -> list[Path]:
    """Return the backups that stand beside a file, and what a copying that was cut off has left there."""
    stem, suffix = glob.escape(path.stem), glob.escape(path.suffix)
    left = (f"{stem}.backup-*{suffix}", f".{glob.escape(path.stem[:40])}-*.part", f".{stem}-*{suffix}")
    return sorted(found for pattern in left for found in path.parent.glob(pattern))


def _claim_free_name(made: Path, path: Path, today: dt.date, why: str) -> Path:
    stem = f"{path.stem}.backup-{today.isoformat()}" + (f"-{why}" if why else "")
    for number in ("", *(f"-{number}" for number in range(2, 1000))):
        name = path.with_name(f"{stem}{number}{path.suffix}")
        try:
            claim(made, name)
        except FileProblem:
            continue  # from before, or of somebody who makes one at this moment too
        return name
    raise FileProblem(f"There are a thousand backups of {path} of this day. Move some of them away.")


def claim(made: Path, path: Path) -> None:
    """Give a new file its name, and never replace one that somebody made meanwhile.

    Raises
    ------
    FileProblem
        When the name is taken.
    """
    try:
        os.link(made, path)
    except FileExistsError:
        raise FileProblem(f"{path} exists already. Choose another name, or work with that file.") from None
    except OSError:
        # Some network drives know no hard links: hold the name first, then put the file there.
        try:
            with path.open("xb"):
                pass
        except FileExistsError:
            raise FileProblem(f"{path} exists already. Choose another name, or work with that file.") from None
        made.replace(path)
