"""Where the data that comes with rosc-map lies."""

from importlib.resources import files
from pathlib import Path

from rosc_map.errors import FileProblem

__all__ = ["shipped"]


def shipped(name: str) -> Path:
    """Return the folder ``data/<name>``: inside the installed package, or beside ``src`` in a checkout.

    Raises
    ------
    FileProblem
        When the installation is not whole.
    """
    inside = Path(str(files("rosc_map"))) / "_data" / name
    beside = Path(__file__).resolve().parents[3] / "data" / name
    for folder in (inside, beside):
        if folder.is_dir():
            return folder
    raise FileProblem(f"The {name} that come with rosc-map are missing. Install it again.")
