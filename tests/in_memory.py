"""Where the tests write: a folder that is kept in memory, where the machine has one with enough room.

Each of the thousands of changes that they make to a file waits for the disk otherwise.
"""

import os
import shutil
import tempfile
from pathlib import Path

_FOLDER = Path("/dev/shm")  # Linux's own; memory is taken only as it is written to
_ROOM = _LEFT = 2_000_000_000
"""How many bytes it must have room for, and how many must then be free for programs; the tests take a third."""


def write_there() -> None:
    """Have this process and those that it starts write there what is for a while, if nobody said where else."""
    if "TMPDIR" not in os.environ and _has_room():
        os.environ["TMPDIR"] = tempfile.tempdir = str(_FOLDER)


def short_folder() -> Path:
    """Where files for a while may be whose path has to be short, as that of a socket has to be."""
    return _FOLDER if tempfile.gettempdir() == str(_FOLDER) else Path("/tmp")


def _has_room() -> bool:
    try:
        memory = Path("/proc/meminfo").read_text("utf-8")
        free = next(int(line.split()[1]) * 1024 for line in memory.splitlines() if line.startswith("MemAvailable:"))
        return (
            shutil.disk_usage(_FOLDER).free > _ROOM and free > _ROOM + _LEFT and os.access(_FOLDER, os.W_OK | os.X_OK)
        )
    except (OSError, StopIteration):
        return False
