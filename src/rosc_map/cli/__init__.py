"""The command line: parse, call the partnership, print. No logic of its own."""

import contextlib
import errno
import gc
import io
import os
import sys

__all__ = ["main"]

_INTERRUPTED = 130  # what shells expect after Ctrl+C
_ADVICE = {
    errno.EACCES: "You may not read or write there. Ask who owns it, or choose another folder.",
    errno.EPERM: "You may not read or write there. Ask who owns it, or choose another folder.",
    errno.EROFS: "Nothing can be written there. Choose another folder.",
    errno.ENOSPC: "The disk is full. Make room, and run the command again.",
    errno.ENAMETOOLONG: "The name is too long. Choose a shorter one.",
    errno.ENOENT: "Check the name and the folder.",
    errno.ENOTDIR: "Check the name and the folder.",
    errno.EISDIR: "Give the name of a file, not of a folder.",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        The words after ``rosc-map``; those of the process when left out.

    Returns
    -------
    int
        0 done; 1 something was wrong and was said in plain words; 2 wrong usage; 130 stopped by Ctrl+C.
    """
    try:
        _speak_utf8()
        code = _command(arguments)
        if sys.stdout:
            sys.stdout.flush()  # here, where a full disk can still be told in a sentence
    except KeyboardInterrupt:
        return _INTERRUPTED
    except OSError as error:
        _say_stray(error)
        return 1
    return code


def _speak_utf8() -> None:
    """Let stdout and stderr take any name, such as Łódź, whatever the code page of the terminal."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(OSError, ValueError):
                stream.reconfigure(encoding="utf-8", errors="replace")


def _command(arguments: list[str] | None) -> int:
    from rosc_map.cli.output import say_error
    from rosc_map.errors import InputError, RoscMapError

    words = sys.argv[1:] if arguments is None else arguments
    try:
        if not all(_can_be_a_name(word) for word in words):
            raise InputError("A word of the command holds a character that no name can hold. Type the command again.")
        if _is_done_quickly(words):
            return 0
        # Looking for garbage would be a twentieth of what help costs; a command begins by switching it on again.
        gc.disable()
        from rosc_map.cli.app import app

        app(args=arguments, prog_name="rosc-map")
    except RoscMapError as error:
        say_error(error)
        return 1
    except SystemExit as left:  # Typer leaves this way, with 0 when all is done and 2 for wrong usage
        return left.code if isinstance(left.code, int) else int(left.code is not None)
    finally:
        gc.enable()
    return 0


def _is_done_quickly(words: list[str]) -> bool:
    if words[:1] not in (["where"], ["geocode"]):
        return False
    from rosc_map.cli.quick import plain_command

    plain = plain_command(words)
    if plain:
        plain()
    return plain is not None


def _can_be_a_name(word: str) -> bool:
    try:
        return b"\0" not in os.fsencode(word)
    except UnicodeEncodeError:
        return False


def _say_stray(error: OSError) -> None:
    """Say in one sentence what the system refused, wherever that was."""
    from rosc_map.cli.output import say_error
    from rosc_map.errors import FileProblem

    if isinstance(error, BrokenPipeError):
        return  # who read our output has left, and hears nothing
    where = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
    advice = _ADVICE.get(error.errno or 0, "Check the name and the folder, and try again.")
    with contextlib.suppress(OSError):
        say_error(FileProblem(f"{where}{error.strerror or error}. {advice}"))


def run() -> None:
    """Run the command of this process and leave with its exit code."""
    code = main()
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError:
        # What could not be written was told already; Python would try once more on leaving, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)
