"""Which files of boundaries are in use: those of an update, when there is one and it is whole, else the shipped ones.

An update lies in the user's data folder: a folder for each version, and a text file that names the one in use::

    boundaries/current                                  holds: 2026-05
    boundaries/2026-05/uk_local_authorities.topojson
    boundaries/2026-05/local_authorities.csv
    boundaries/2026-05/about.json                       holds: {..., "format": 1, "files": checksums(folder)}
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from rosc_map.errors import FileProblem
from rosc_map.place.shipped import shipped

__all__ = [
    "ABOUT",
    "CURRENT",
    "FORMAT",
    "LOOKUP",
    "POLYGONS",
    "boundaries_about",
    "boundaries_folder",
    "cannot_be_used",
    "checksums",
    "current_version",
    "updates_folder",
]

POLYGONS = "uk_local_authorities.topojson"
LOOKUP = "local_authorities.csv"
ABOUT = "about.json"
CURRENT = "current"
FORMAT = 1
"""The shape of the files of an update. One of another number was made by another rosc-map, and is not used."""
_LONGEST_NAME = 100
_NEEDED = ("title", "as_at", "licence", "attribution")


def updates_folder() -> Path:
    """Return the folder of the user that holds updates of the boundaries; it need not exist.

    Raises
    ------
    FileProblem
        When the user has no home folder.
    """
    from platformdirs import user_data_path

    try:
        return user_data_path("rosc-map") / "boundaries"
    except RuntimeError as error:
        raise FileProblem(
            "There is no folder to keep newer boundaries in, as this user has no home folder. "
            "Set HOME or XDG_DATA_HOME to a folder that may be written to."
        ) from error


def _holds_updates(folder: Path) -> bool:
    try:
        return folder == updates_folder()
    except FileProblem:
        return False


@cache
def boundaries_folder() -> Path:
    """Return the folder whose files are in use.

    It is kept for the life of the process, and what is read from the files is kept by folder: after an update, call
    ``boundaries_folder.cache_clear()``, and nothing else needs to be cleared. When another process updates the
    boundaries, the files that were in use before stay for a day at least, so that what was begun with them is also
    ended with them. A process that finds them gone after that says so once, and then uses those in use by then.
    """
    folder, _ = _update()
    return folder or shipped("boundaries")


def current_version() -> str:
    """Return the name of the version that the pointer names: a folder beside it. "" where it names none."""
    try:
        with (updates_folder() / CURRENT).open(encoding="utf-8") as file:
            name = file.read(_LONGEST_NAME).strip()
    except (OSError, ValueError):
        return ""
    return name if re.fullmatch(r"\w[\w.-]*", name) else ""


def _update() -> tuple[Path | None, str]:
    """Return the folder of the update when it can be used, else what is to be known of one that cannot."""
    try:
        if not (updates_folder() / CURRENT).exists():
            return None, ""
    except FileProblem:
        return None, ""  # without a home folder there is no update either
    version = current_version()
    why = _why_not(updates_folder() / version) if version else "it is damaged"
    if not why:
        return updates_folder() / version, ""
    return None, (
        f"There is an update, but {why}, so the boundaries that came with rosc-map are in use. "
        "Fetch a newer one with: rosc-map boundaries update. Take it away with: rosc-map boundaries update --installed."
    )


def _why_not(folder: Path) -> str:
    """Return why an update cannot be used; "" when it can."""
    try:
        about = _about(folder)
        if about.get("format") != FORMAT:
            return "another version of rosc-map made it"
        if not all(isinstance(about.get(name), str) for name in _NEEDED):
            return "it is damaged"
        if about["as_at"] < str(_about(shipped("boundaries"))["as_at"]):
            return f"it is of {about['as_at']}, which is older"
        whole = about.get("files") == checksums(folder)
    except (OSError, ValueError):
        whole = False
    return "" if whole else "it is damaged"


def cannot_be_used(path: Path, what: str) -> FileProblem:
    """Return the error for a file or folder of boundaries; the advice depends on whose it is.

    Parameters
    ----------
    path
        The file or folder.
    what
        What is wrong with it: "is damaged".
    """
    if not any(map(_holds_updates, path.parents)):
        return FileProblem(f"{path} {what}. Install rosc-map again.")
    # Another process may have put newer ones in their place: the next question is asked of what is in use then.
    boundaries_folder.cache_clear()
    return FileProblem(
        f"{path} {what}. Try again. If that does not help, go back to the boundaries that came with rosc-map: "
        "rosc-map boundaries update --installed."
    )


def checksums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of the polygons and the lookup in a folder, by file name; ``about.json`` holds the same."""
    import hashlib  # here, because without an update nobody needs it

    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (POLYGONS, LOOKUP)}


def _about(folder: Path) -> dict[str, Any]:
    path = folder / ABOUT
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise cannot_be_used(path, "cannot be read") from error
    if not isinstance(about, dict):
        raise cannot_be_used(path, "is damaged")
    return about


def boundaries_about() -> dict[str, Any]:
    """Return what is known of the files in use.

    Returns
    -------
    dict
        What ``about.json`` holds (such as ``title``, ``as_at``, ``licence``, ``attribution``, ``tolerance_m``,
        ``sources``, ``checks``), and ``folder``, ``updated`` (whether they are an update of the user's), and ``note``
        (why an update that is there is not in use; else "").

    Raises
    ------
    FileProblem
        When ``about.json`` cannot be read.
    """
    folder = boundaries_folder()
    updated = _holds_updates(folder.parent)
    return {**_about(folder), "folder": str(folder), "updated": updated, "note": "" if updated else _update()[1]}
