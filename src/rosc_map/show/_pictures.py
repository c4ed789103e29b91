"""A page and its pictures for slides, together in one folder: no picture of something else may stay beside it."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from rosc_map.errors import FileProblem
from rosc_map.show.charts import Chart
from rosc_map.whole_file import write_atomic

__all__ = ["refuse_others", "write_all"]


def refuse_others(folder: Path, could: Sequence[str], made: Collection[str], what: str) -> None:
    """Refuse a folder that holds a file which this page does not have: it may show what this page must not.

    Parameters
    ----------
    folder
        Where the page is to go.
    could
        The names of all files that such pages can have.
    made
        Those that this one has; they take the place of older ones.
    what
        What the files are of: "network".

    Raises
    ------
    FileProblem
        When there is such a file.
    """
    stays = [name for name in could if name not in made and (folder / name).exists()]
    if stays:
        raise FileProblem(
            f"{folder / stays[0]} is of another {what}, and may hold what this one must not show."
            " Choose an empty folder, or take that file away."
        )


def write_all(folder: Path, name: str, page: str, charts: Mapping[str, Chart], *, private: bool) -> list[Path]:
    """Write a page and its pictures, and return their paths in this order.

    Parameters
    ----------
    folder
        Where they go.
    name, page
        The name of the page's file, and the page.
    charts
        The pictures by the names of their files.
    private
        Let nobody but the owner read them.

    Raises
    ------
    FileProblem
        When the folder is missing or a file cannot be written.
    """
    files = {name: page.encode()} | {name: chart.png for name, chart in charts.items()}
    return [write_atomic(folder / name, data, private=private) for name, data in files.items()]
