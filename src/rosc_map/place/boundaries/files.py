"""Which files of boundaries are in use: those of an update, when there is one and it is whole, else the shipped ones.

An update lies in the user's data folder: a folder for each version, and a text file that names the one in use::

    boundaries/current                                  holds: 2026-05
    boundaries/2026-05/uk_local_authorities.topojson
    boundaries/2026-05/local_authorities.csv
    boundaries/2026-05/about.json                       holds: {..., "files": checksums(folder)}
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
    "LOOKUP",
    "POLYGONS",
    "boundaries_about",
    "boundaries_folder",
    "checksums",
    "updates_folder",
]

POLYGONS = "uk_local_authorities.topojson"
LOOKUP = "local_authorities.csv"
ABOUT = "about.json"
_LONGEST_NAME = 100


def updates_folder() -> Path:
    """Return the folder of the user that holds updates of the boundaries; it need not exist."""
    from platformdirs import user_data_path

    return user_data_path("rosc-map") / "boundaries"


@cache
def boundaries_folder() -> Path:
    """Return the folder whose files are in use.

    It is kept for the life of the process: after an update, call ``boundaries_folder.cache_clear()``. What is read from
    the files is kept by folder, so nothing else needs to be cleared.
    """
    try:
        with (updates_folder() / "current").open(encoding="utf-8") as file:
            version = file.read(_LONGEST_NAME).strip()
        folder = updates_folder() / version
        # The name is only ever a folder beside the pointer. A version that was cut off or changed is not used, nor one
        # that is older than what has come with a newer rosc-map since.
        if re.fullmatch(r"\w[\w.-]*", version):
            about = _about(folder)
            newer = str(about.get("as_at")) >= str(_about(shipped("boundaries"))["as_at"])
            if newer and about.get("files") == checksums(folder):
                return folder
    except (OSError, ValueError):
        pass  # no update, or one that cannot be read
    return shipped("boundaries")


def checksums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of the polygons and the lookup in a folder, by file name; ``about.json`` holds the same."""
    import hashlib  # here, because without an update nobody needs it

    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (POLYGONS, LOOKUP)}


def _about(folder: Path) -> dict[str, Any]:
    path = folder / ABOUT
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise FileProblem(f"{path} cannot be read. Install rosc-map again.") from error
    if not isinstance(about, dict):
        raise FileProblem(f"{path} is damaged. Install rosc-map again.")
    return about


def boundaries_about() -> dict[str, Any]:
    """Return what is known of the files in use.

    Returns
    -------
    dict
        What ``about.json`` holds (such as ``title``, ``as_at``, ``licence``, ``attribution``, ``tolerance_m``,
        ``sources``, ``checks``), and ``folder``, and ``updated`` (whether they are an update of the user's).

    Raises
    ------
    FileProblem
        When ``about.json`` cannot be read.
    """
    folder = boundaries_folder()
    return {**_about(folder), "folder": str(folder), "updated": folder.parent == updates_folder()}
