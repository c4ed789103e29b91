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
    >>> from rosc_map.errors import RoscMapError
    >>> try:
    ...     area.estimate("R9")
    ... except RoscMapError as problem:
    ...     print(problem)
    There is no round 'R9'. Rounds in this file: R1, R2.
    """


class InputError(RoscMapError, ValueError):
    """What was typed or handed in is wrong.

    Examples
    --------
    >>> from rosc_map.errors import InputError
    >>> try:
    ...     area.gaps("everyone")
    ... except InputError as problem:
    ...     print(problem)
    'everyone' is not an audience. Choose from: public, partners, internal.
    """


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

    Examples
    --------
    >>> from rosc_map.errors import RowProblem
    >>> from rosc_map.records import Asset, read_row
    >>> nothing, problems = read_row(Asset, {"name": "Example Café", "asset_type": "tea room"}, 2)
    >>> isinstance(problems[0], RowProblem), problems[0].row, problems[0].column, problems[0].value
    (True, 2, 'asset_type', 'tea room')
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

    Examples
    --------
    >>> from rosc_map.errors import RowsRejected
    >>> pd.DataFrame([{"name": "Example Café", "asset_type": "tea room"}]).to_csv("rows.csv", index=False)
    >>> try:
    ...     area.import_("rows.csv")
    ... except RowsRejected as problem:
    ...     print(problem)
    ...     print(problem.problems[0].row, problem.problems[0].why)
    Nothing was changed: 1 row has a problem in rows.csv.
    2 is not one of the choices.
    """

    def __init__(self, source: str, problems: Iterable[RowProblem]) -> None:
        self.source = source
        self.problems = tuple(problems)
        rows = len({p.row for p in self.problems})
        plural = "row has a problem" if rows == 1 else "rows have problems"
        super().__init__(f"Nothing was changed: {rows} {plural} in {source}.")


class PostcodeMalformed(InputError):
    """The text does not have the shape of a UK postcode.

    Examples
    --------
    >>> from rosc_map.errors import PostcodeMalformed
    >>> from rosc_map.place import normalise
    >>> try:
    ...     normalise("RH4 1D")
    ... except PostcodeMalformed as problem:
    ...     print(problem)
    'RH4 1D' does not look like a UK postcode. A postcode is written like TS1 2PA: check it and try again.
    """


class PostcodeNotFound(RoscMapError, LookupError):
    """The text has the shape of a postcode, but the directory does not hold it.

    Examples
    --------
    >>> from rosc_map.errors import PostcodeNotFound
    >>> from rosc_map.place import where
    >>> try:
    ...     where("RH4 1ZZ")
    ... except PostcodeNotFound as problem:
    ...     print(problem)
    The postcode RH4 1ZZ is not in the ONS Postcode Directory, November 2025. Did you mean RH4 1AZ, RH4 1BZ or RH4
    1EZ? Check it; a postcode newer than that is not known yet, so give latitude and longitude in its place.
    """


class UnknownName(InputError, LookupError):
    """A name or code that is not known; the message gives near ones.

    Examples
    --------
    >>> from rosc_map.errors import UnknownName
    >>> try:
    ...     area.asset("Example Dorking Recovry Café")
    ... except UnknownName as problem:
    ...     print(problem)
    'Example Dorking Recovry Café' is not a recorded asset. Did you mean 'Example Dorking Recovery Café' or 'Example
    Epsom Repair Café'?
    """


class EditConflict(RoscMapError):
    """Somebody else changed the same record since it was read; nothing was written. Both learn of it.

    Examples
    --------
    >>> from rosc_map.errors import EditConflict
    >>> seen = area.asset("Example Dorking Recovery Café")["version"]
    >>> try:
    ...     area.edit("Example Dorking Recovery Café", {"cost": "free"}, version=seen - 1)
    ... except EditConflict as problem:
    ...     print(problem)
    Somebody else changed this since you opened it. Nothing was written: look at it again.
    """


class SignInRefused(RoscMapError):
    """The name or the password is not right, in the same words for both; or it was tried too often.

    Attributes
    ----------
    wait
        How long to wait before another try, or None where none is needed.

    Examples
    --------
    >>> import datetime as dt
    >>> from rosc_map.errors import SignInRefused
    >>> try:
    ...     raise SignInRefused("Tried too often. Wait a minute.", wait=dt.timedelta(minutes=1))
    ... except SignInRefused as problem:
    ...     print(problem, problem.wait.seconds)
    Tried too often. Wait a minute. 60
    """

    def __init__(self, message: str, wait: dt.timedelta | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class FileProblem(RoscMapError, OSError):
    """A file is missing, busy, damaged, made by a newer version, or not a partnership file.

    Examples
    --------
    >>> from rosc_map.errors import FileProblem
    >>> try:
    ...     rosc_map.open("nowhere.gpkg")
    ... except FileProblem as problem:
    ...     print(problem)
    There is no file nowhere.gpkg. Make one with: rosc-map new nowhere.gpkg --area NAME
    """

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class ServiceProblem(RoscMapError):
    """An outside service gave nothing that can be used; nothing was changed.

    Examples
    --------
    >>> from rosc_map.errors import ServiceDown, ServiceProblem
    >>> try:
    ...     raise ServiceDown("postcodes.example.org does not answer. Nothing was changed. Try again later.")
    ... except ServiceProblem as problem:
    ...     print(type(problem).__name__)
    ServiceDown
    """


class ServiceDown(ServiceProblem):
    """The service does not answer, or says that it cannot answer now.

    Examples
    --------
    >>> from rosc_map.errors import ServiceDown
    >>> try:
    ...     raise ServiceDown("postcodes.example.org does not answer. Nothing was changed. Try again later.")
    ... except ServiceDown as problem:
    ...     print(problem)
    postcodes.example.org does not answer. Nothing was changed. Try again later.
    """


class ServiceRefused(ServiceProblem):
    """The service answers that it will not do what was asked.

    Attributes
    ----------
    status
        The HTTP status that it gave.

    Examples
    --------
    >>> from rosc_map.errors import ServiceRefused
    >>> try:
    ...     raise ServiceRefused("feeds.example.org does not give this list to us. Ask whoever runs it.", status=403)
    ... except ServiceRefused as problem:
    ...     print(problem.status, problem)
    403 feeds.example.org does not give this list to us. Ask whoever runs it.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class ServiceHasNone(ServiceProblem, LookupError):
    """The service answers that it does not hold what was asked for (404).

    Examples
    --------
    >>> from rosc_map.errors import ServiceHasNone
    >>> try:
    ...     raise ServiceHasNone("feeds.example.org does not hold this list. Check the address.")
    ... except LookupError as problem:
    ...     print(problem)
    feeds.example.org does not hold this list. Check the address.
    """


class AnswerNotUnderstood(ServiceProblem):
    """The service answers something else than it promises: not JSON, of another shape, or far too large.

    Examples
    --------
    >>> from rosc_map.errors import AnswerNotUnderstood
    >>> try:
    ...     raise AnswerNotUnderstood("feeds.example.org answered with a web page, not with a list. Check the address.")
    ... except AnswerNotUnderstood as problem:
    ...     print(problem)
    feeds.example.org answered with a web page, not with a list. Check the address.
    """


class NotPublished(RoscMapError, TypeError):
    """Something was handed to a map, table or writer without passing ``publish``.

    Examples
    --------
    >>> from pathlib import Path
    >>> from rosc_map.errors import NotPublished
    >>> from rosc_map.show import write_map
    >>> try:
    ...     write_map(held, Path("map.html"))
    ... except NotPublished as problem:
    ...     print(problem)
    A Snapshot has not passed publish(): nothing was written.
    """
