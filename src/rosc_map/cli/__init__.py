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
    from click.exceptions import Exit, UsageError

    from rosc_map.cli.app import app
    from rosc_map.cli.output import say_error
    from rosc_map.errors import RoscMapError

    try:
        result = app(args=arguments, prog_name="rosc-map", standalone_mode=False)
    except RoscMapError as error:
        say_error(error)
        return 1
    except UsageError as error:
        error.show()
        return 2
    except Exit as error:
        return int(error.exit_code)
    except BrokenPipeError:
        # Somebody closed the pipe (`| head`); there is nobody left to tell.
        sys.stderr.close()
        return 0
    return int(result or 0)


def run() -> None:
    """Run the command of this process and leave with its exit code."""
    sys.exit(main())
