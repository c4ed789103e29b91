"""What the command line prints: plain sentences and tables for people, one JSON document for programs."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from rosc_map.errors import InputError, RoscMapError, RowProblem, RowsRejected

if TYPE_CHECKING:
    import datetime as dt

    from rich.console import Console

    from rosc_map.partnership import Partnership

__all__ = [
    "as_json",
    "date",
    "moment",
    "opened",
    "problems",
    "progress",
    "ready_postcodes",
    "say",
    "say_error",
    "table",
    "working",
]

_MOST_ROWS = 50


def _console() -> "Console":
    # Rich is loaded only when there is something to draw: a sentence does not wait for it.
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def _at_a_terminal() -> bool:
    return bool(sys.stderr) and sys.stderr.isatty()


def _plain(text: object) -> str:
    # What people typed may hold terminal codes: they are not to work here.
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in str(text))


def _safe(text: object) -> str:
    """Return a text for Rich, in which markup does not work either."""
    from rich.markup import escape

    return escape(_plain(text))


def say(*sentences: object) -> None:
    """Print sentences, a line each."""
    for sentence in sentences:
        print(_plain(sentence))  # noqa: T201 - this is the output


def _remark(*sentences: object) -> None:
    for sentence in sentences:
        print(_plain(sentence), file=sys.stderr)  # noqa: T201 - this is the output


def as_json(document: Any) -> None:
    """Print one JSON document, and nothing else, on stdout; in ASCII, so that every terminal and pipe takes it."""
    import json

    # What people typed may hold terminal codes: JSON writes them all as \u…, but for this one.
    text = json.dumps(document, ensure_ascii=True, allow_nan=False, default=str).replace("\x7f", "\\u007f")
    print(text)  # noqa: T201 - this is the output


def moment(at: str) -> str:
    """Return a moment of the history (UTC) as the clock of this machine had it."""
    import datetime as dt

    return dt.datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")


def date(text: str) -> "dt.date":
    """Read a day that was typed.

    Raises
    ------
    InputError
        When it is none.
    """
    import datetime as dt

    from rosc_map.records import CellError, FieldSpec, Kind, parse_cell

    try:
        found = parse_cell(FieldSpec(Kind.DATE, "Day"), text)
    except CellError as error:
        raise InputError(f"{text!r} {error}") from None
    if not isinstance(found, dt.date):
        raise InputError("Give a day, for example 2026-03-01.")
    return found


def table(title: str, headers: Sequence[str], rows: Sequence[Sequence[object]], *, stderr: bool = False) -> None:
    """Print a table; long ones say how many more rows there are."""
    from rich.console import Console
    from rich.table import Table

    drawn = Table(title=_safe(title), title_justify="left", show_lines=False)
    for header in headers:
        drawn.add_column(_safe(header), overflow="fold")
    for row in rows[:_MOST_ROWS]:
        drawn.add_row(*(_safe(cell) for cell in row))
    console = Console(stderr=stderr, highlight=False)
    console.print(drawn)
    if len(rows) > _MOST_ROWS:
        console.print(f"… and {len(rows) - _MOST_ROWS:,} more.")


def problems(title: str, found: Sequence[RowProblem]) -> None:
    """Print what is wrong, row by row, on stderr."""
    headers = ("Row", "Column", "Value", "Why", "What to do")
    rows = [(p.row, p.column, p.value, p.why, p.what_to_do) for p in found]
    if _at_a_terminal():
        table(title, headers, rows, stderr=True)
        return
    # Not a terminal: a line each, which is easy to search and to read aloud.
    _remark(title, *(_line(problem) for problem in found))


def _line(problem: RowProblem) -> str:
    where = f"Row {problem.row}, {problem.column}" if problem.column else f"Row {problem.row}"
    told = problem.value if problem.value.startswith("(") else repr(problem.value)
    return " ".join(
        part for part in (f"{where}:", told if problem.value else "", problem.why, problem.what_to_do) if part
    )


def say_error(error: RoscMapError) -> None:
    """Print an error as a plain sentence, or as a table of rows, on stderr."""
    if isinstance(error, RowsRejected):
        problems(str(error), error.problems)
        return
    _remark(error)


def opened(file: str, who: str = "") -> "Partnership":
    """Open a partnership, and say on stderr what was done on opening it."""
    import rosc_map

    partnership = rosc_map.open(file, who=who)
    _remark(*partnership.remarks)
    return partnership


@contextmanager
def working(doing: str) -> Iterator[None]:
    """Show that something is going on: on stderr, and on a terminal only."""
    if not _at_a_terminal():
        yield
        return
    with _console().status(_safe(doing)):
        yield


@contextmanager
def progress(doing: str) -> Iterator[Callable[[int, int | None], None]]:
    """Give a function that shows how much is done, and of how much if known: on stderr, on a terminal only."""
    with ExitStack() as bars:
        steps: list[Callable[[int, int | None], None]] = []

        def step(done: int, total: int | None) -> None:
            if not steps:  # only now: most commands that could take long have nothing to wait for
                steps.append(bars.enter_context(_bar(doing)))
            steps[0](done, total)

        yield step


@contextmanager
def _bar(doing: str) -> Iterator[Callable[[int, int | None], None]]:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    console = _console()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(_safe(doing), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def ready_postcodes() -> None:
    """Build the postcode index when there is none yet, and show how far that is."""
    from rosc_map.place.postcodes.cache import directory

    with progress("Preparing the postcodes, once …") as step:
        directory(progress=step)
