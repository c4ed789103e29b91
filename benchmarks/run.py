"""Measure rosc-map beside a peer or a limit, in turn in one run: medians and ratios, not seconds alone."""

import tempfile
from pathlib import Path

import maps
import places
from beside import command, process, side_by_side, title


def main() -> None:
    """Print one table."""
    title()
    side_by_side(
        "--help, new process",
        command("--help"),
        {"import typer, rich": (process("-c", "import typer, rich"), "<= 2.5")},
    )
    with tempfile.TemporaryDirectory() as name:
        places.measure(Path(name))
        maps.measure(Path(name))


if __name__ == "__main__":
    main()
