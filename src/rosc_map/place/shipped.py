"""Where the data that comes with rosc-map lies."""

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
    package = Path(__file__).resolve().parents[1]
    inside, beside = package / "_data" / name, package.parents[1] / "data" / name
    for folder in (inside, beside):
        if folder.is_dir():
            return folder
    raise FileProblem(f"The {name} that come with rosc-map are missing. Install it again.")
