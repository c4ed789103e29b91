"""What every reader of an outside list takes and gives: one small protocol for all formats."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from rosc_map.errors import RowProblem
from rosc_map.exchange.tables_in import RawTable

__all__ = [
    "UNKNOWN_LICENCE",
    "WHOLE_LIST",
    "LeftOut",
    "Opened",
    "OutsideList",
    "OutsideRow",
    "Progress",
    "ReadOptions",
    "Reader",
]

UNKNOWN_LICENCE = "unknown"
"""The licence of a list that does not say one: it is not passed on to the public until somebody has asked."""

WHOLE_LIST = 0
"""The row of a note that is about the list, and no row of it."""

Progress = Callable[[int, int | None], object]
"""Told how many of how many are done; how many in all may not be known."""


@dataclass(frozen=True)
class Opened:
    """A source as it was opened, before anybody knows what it says.

    Attributes
    ----------
    name
        The file or the host, for messages.
    documents
        Of JSON: what each page says, in order.
    lines
        Of a CSV: the number and the cells of each row, headings among them, wherever they stand.
    path
        Of files that a library of maps reads: where it is.
    host
        Of what was fetched: the host that it came from; "" for a file.
    said
        Of what was fetched: what there is to say of it, in sentences for the person who asked.
    filtered
        Of what was fetched: whether its address asks for a part of the list only.
    """

    name: str
    documents: tuple[Any, ...] = ()
    lines: tuple[tuple[int, list[Any]], ...] = ()
    path: Path | None = None
    host: str = ""
    said: tuple[str, ...] = ()
    filtered: bool = False


@dataclass(frozen=True)
class ReadOptions:
    """What a person says of a list beside the list itself.

    Attributes
    ----------
    day
        The day on which it is read.
    source
        Who publishes it, in a word such as ``bristol``: tells apart lists whose ids are plain numbers. "" for whoever
        the list itself names.
    programme
        Of meetings: the fellowship, such as ``aa`` or ``na``, since the codes of one mean other things in another.
    mapping
        Of map files: which column is which field.
    """

    day: dt.date
    source: str = ""
    programme: str = ""
    mapping: RawTable | None = None


@dataclass(frozen=True)
class OutsideRow:
    """One asset of an outside list.

    Attributes
    ----------
    number
        Its place in the list, from 1, for messages.
    values
        By field of :class:`rosc_map.records.Asset`, only what the list says, each as the field takes it.
    words
        What says what it is (name, description, categories), by which a directory of everything is sifted.
    """

    number: int
    values: Mapping[str, Any]
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """A row that was not taken.

    Attributes
    ----------
    number
        Its place in the list.
    name
        What it is called, or "".
    why
        Why it was not taken.
    row
        What it says, where somebody who looks through the list may take it all the same.
    """

    number: int
    name: str
    why: str
    row: OutsideRow | None = field(default=None, compare=False, repr=False)

    @property
    def ids(self) -> tuple[str, ...]:
        """Its ids elsewhere (``scheme:id``), as far as they are known."""
        return tuple(self.row.values.get("external_ids", ())) if self.row else ()


@dataclass(frozen=True)
class OutsideList:
    """A list as its reader understood it.

    Attributes
    ----------
    name
        The file or the host, for messages.
    format
        The code of the reader.
    scheme
        Before the colon of its rows' ``external_ids``; by it a later list is known as the same list.
    rows
        What was read. Each value passes the checks of its field, or it was taken out with a note.
    notes
        What was put right or could not be carried, by row.
    left_out
        Rows that the reader did not take.
    general
        A directory of everything, of which only a part is about recovery.
    whole
        Everything that its publisher lists: what is recorded from it and is no longer there has gone.
    licence
        As the list says it, else ``UNKNOWN_LICENCE``.
    """

    name: str
    format: str
    scheme: str
    rows: tuple[OutsideRow, ...]
    notes: tuple[RowProblem, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    general: bool = False
    whole: bool = True
    licence: str = UNKNOWN_LICENCE


class Reader(Protocol):
    """Reads one format. The readers are the modules of this package that ``readers`` names."""

    code: str
    """The word for ``--from``."""

    title: str
    """The name of the format."""

    def knows(self, opened: Opened) -> bool:
        """Whether a source looks like this format."""
        ...

    def read(self, opened: Opened, options: ReadOptions) -> OutsideList:
        """Turn a source into rows of assets.

        Raises
        ------
        InputError
            When it is not of this format, or its rows cannot be told apart from those of other lists.
        """
        ...
