"""The one tree of errors. Every message says what was wrong and what to do.

::

    RoscMapError                  anything that rosc-map says no to; the doors turn it into a sentence
    ├── InputError                what was typed or handed in is wrong
    │   ├── RowsRejected          one or more rows of a table; nothing was written
    │   ├── PostcodeMalformed     does not look like a UK postcode
    │   └── UnknownName           an authority, asset, round or code that is not known
    ├── PostcodeNotFound          looks like a postcode, but the directory does not hold it
    ├── SignInRefused             the name or the password is not right, or it was tried too often
    ├── EditConflict              somebody else changed the same record meanwhile; nothing was written
    ├── FileProblem               a file is missing, busy, damaged, newer than this program, or not ours
    ├── ServiceProblem            an outside service gave nothing that can be used; nothing was changed
    │   ├── ServiceDown           it does not answer, or not now
    │   ├── ServiceRefused        it answers no
    │   ├── ServiceHasNone        it answers that it does not hold what was asked for
    │   └── AnswerNotUnderstood   it answers something else than it promises
    └── NotPublished              something was to leave the house without passing ``publish``
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "AnswerNotUnderstood",
    "EditConflict",
    "FileProblem",
    "InputError",
    "NotPublished",
    "PostcodeMalformed",
    "PostcodeNotFound",
    "RoscMapError",
    "RowProblem",
    "RowsRejected",
    "ServiceDown",
    "ServiceHasNone",
    "ServiceProblem",
    "ServiceRefused",
    "SignInRefused",
    "UnknownName",
]


class RoscMapError(Exception):
    """The root: a plain sentence for a person, never a traceback.

    Examples
    --------
    >>> try:
    ...     rosc_map.open("nowhere.gpkg")
    ... except rosc_map.RoscMapError as problem:
    ...     print(problem)
    There is no file nowhere.gpkg. Make one with: rosc-map new nowhere.gpkg --area NAME
    """


class InputError(RoscMapError, ValueError):
    """What was typed or handed in is wrong."""


@dataclass(frozen=True)
class RowProblem:
    """One thing wrong in one cell of a table.

    Attributes
    ----------
    row
        The row as a spreadsheet counts it: the header is row 1.
    column
        The header of the column as the file gives it, or "" when the whole row is meant.
    value
        What was found there.
    why
        What is wrong with it, in plain words.
    what_to_do
        What the person can do about it.
    """

    row: int
    column: str
    value: str
    why: str
    what_to_do: str


class RowsRejected(InputError):
    """Rows of a table that cannot be read; nothing was written.

    Attributes
    ----------
    problems
        Each thing wrong, in the order of the rows.
    """

    def __init__(self, source: str, problems: Iterable[RowProblem]) -> None:
        self.source = source
        self.problems = tuple(problems)
        rows = len({p.row for p in self.problems})
        plural = "row has a problem" if rows == 1 else "rows have problems"
        super().__init__(f"Nothing was changed: {rows} {plural} in {source}.")


class PostcodeMalformed(InputError):
    """The text does not have the shape of a UK postcode."""


class PostcodeNotFound(RoscMapError, LookupError):
    """The text has the shape of a postcode, but the directory does not hold it."""


class UnknownName(InputError, LookupError):
    """A name or code that is not known; the message gives near ones."""


class EditConflict(RoscMapError):
    """Somebody else changed the same record since it was read; nothing was written. Both learn of it."""


class SignInRefused(RoscMapError):
    """The name or the password is not right, in the same words for both; or it was tried too often.

    Attributes
    ----------
    wait
        How long to wait before another try, or None where none is needed.
    """

    def __init__(self, message: str, wait: dt.timedelta | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class FileProblem(RoscMapError, OSError):
    """A file is missing, busy, damaged, made by a newer version, or not a partnership file."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class ServiceProblem(RoscMapError):
    """An outside service gave nothing that can be used; nothing was changed."""


class ServiceDown(ServiceProblem):
    """The service does not answer, or says that it cannot answer now."""


class ServiceRefused(ServiceProblem):
    """The service answers that it will not do what was asked.

    Attributes
    ----------
    status
        The HTTP status that it gave.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class ServiceHasNone(ServiceProblem, LookupError):
    """The service answers that it does not hold what was asked for (404)."""


class AnswerNotUnderstood(ServiceProblem):
    """The service answers something else than it promises: not JSON, of another shape, or far too large."""


class NotPublished(RoscMapError, TypeError):
    """Something was handed to a map, table or writer without passing ``publish``."""
