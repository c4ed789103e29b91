"""What a shell waits for before anything is done: the help, and the package in Python."""

from collections.abc import Iterator
from pathlib import Path

from beside import Peer, command, process, side_by_side
from rows import Row


def measure(_: Path) -> Iterator[Row]:
    """Yield the rows about starting."""
    yield from side_by_side(
        "rosc-map --help, new process",
        command("--help"),
        Peer("import typer, rich", process("-c", "import typer, rich"), "<= 2.5", "typer"),
        Peer("python -c pass", process("-c", "pass"), "<="),
    )
    yield from side_by_side(
        "import rosc_map, new process",
        process("-c", "import rosc_map"),
        Peer("import pandas", process("-c", "import pandas"), "<= 1.3", "pandas"),
    )
    yield from side_by_side(
        "all of its public names, new process",
        process("-c", "from rosc_map import *"),
        Peer("import geopandas, folium", process("-c", "import geopandas, folium"), "<=", "geopandas"),
    )
