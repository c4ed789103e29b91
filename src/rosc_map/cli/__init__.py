"""The command line: parse, call the partnership, print. No logic of its own."""

import sys

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        The words after ``rosc-map``; those of the process when left out.

    Returns
    -------
    int
        0 done; 1 something was wrong and was said in plain words; 2 wrong usage.
    """
    from rosc_map.cli.app import app
    from rosc_map.cli.output import say_error
    from rosc_map.errors import RoscMapError

    try:
        app(args=arguments, prog_name="rosc-map")
    except RoscMapError as error:
        say_error(error)
        return 1
    except SystemExit as left:  # Typer leaves this way, with 0 when all is done and 2 for wrong usage
        return int(left.code or 0)
    return 0


def run() -> None:
    """Run the command of this process and leave with its exit code."""
    sys.exit(main())
