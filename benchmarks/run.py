"""Measure rosc-map beside a peer or a limit, in turn in one run: medians and ratios, not seconds alone."""

import sys
import tempfile
from pathlib import Path

import lists
import maps
import places
import reach
from beside import command, process, side_by_side, title

import linkage
import network


def main() -> int:
    """Print one table; 1 when a line of it is not as wanted."""
    title()
    missed = side_by_side(
        "--help, new process",
        command("--help"),
        {"import typer, rich": (process("-c", "import typer, rich"), "<= 2.5")},
    )
    missed += linkage.measure()
    missed += network.measure()
    missed += reach.measure()
    missed += lists.measure()
    with tempfile.TemporaryDirectory() as name:
        missed += places.measure(Path(name))
        missed += maps.measure(Path(name))
    print(*missed, sep="\n", file=sys.stderr)
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
