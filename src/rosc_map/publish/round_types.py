"""What may leave the house of a linkage round: its result, its call sheets, and letters to organisations."""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from rosc_map.publish.published import Gated
from rosc_map.records import Audience

__all__ = ["Call", "CallSheet", "Part", "PublishedCalls", "PublishedDocument", "PublishedRound"]


@dataclass(frozen=True)
class PublishedRound(Gated):
    """The result of one linkage round, for one audience; only ``internal`` has anything by organisation, unnamed.

    Attributes
    ----------
    audience, title, banner, as_at
        Whom it is for, the partnership's name, the sentence at the top of every page or "", the day it tells of.
    round
        The name of the round.
    sentences
        The result in plain words, each with its denominator.
    figures
        One row a figure: ``label``, ``estimate``, ``low``, ``high`` (shares of 1, or None), ``of`` (the denominator in
        words).
    between_types
        One row an ordered pair of asset types, in words: ``from_type``, ``to_type``, ``questions``, ``answered``,
        ``linked``, ``share``, ``low``, ``high`` (None under five answers) and ``note`` ("too few", "not tested", "").
        Where the cell would point at a few services, the counts are None too.
    distance
        One row a band of distance: ``band`` (words), ``answered``, ``linked``, ``share``, ``low``, ``high``, ``note``.
    funnel
        One row an asset and a side, without a name: ``side`` ("knows", "is known"), ``questions``, ``share`` (raw) and
        ``shrunken``, ``low``, ``high``. None outside ``internal``.
    method
        How it was done and worked out, a paragraph each.
    when
        When the calls were made, without a full stop: "Called 3 to 20 November 2026"; "" where that is not known.
    replies
        What organisations reply to their own results: ``name`` (of the service), ``reply``, ``on`` (a day or None).
        None outside ``internal``.
    notes
        Sentences that have to stand beside the figures.
    """

    audience: Audience
    title: str
    banner: str
    as_at: dt.date
    round: str
    sentences: tuple[str, ...]
    figures: pd.DataFrame
    between_types: pd.DataFrame
    distance: pd.DataFrame
    funnel: pd.DataFrame | None
    method: tuple[str, ...]
    when: str = ""
    replies: pd.DataFrame | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Call:
    """One service to ring: ``who``, ``phone``, ``email``, ``when`` (published hours, or ""), ``questions``.

    ``records`` is what the service of each question has on its own record, or "" where that is not to be compared.
    """

    who: str
    phone: str
    email: str
    when: str
    questions: tuple[str, ...]
    records: tuple[str, ...]


@dataclass(frozen=True)
class CallSheet:
    """The calls of one volunteer: ``number`` of ``of`` sheets."""

    number: int
    of: int
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class PublishedCalls(Gated):
    """The call sheets of a round, to print. Internal.

    Attributes
    ----------
    title, banner, round
        The partnership's name, the sentence at the top of every page or "", the round.
    sheets
        One a volunteer.
    script, conduct
        What to say, and how the test is done, a sentence each.
    levels, outcomes
        The words to tick: ``(word or number, meaning)`` for each question, and for each call.
    beside_record
        The words to tick where there is a record to compare an answer with.
    tries
        How many tries, at different times of day, before "No answer" is the end.
    notes
        Sentences that have to stand on it.
    """

    title: str
    banner: str
    round: str
    sheets: tuple[CallSheet, ...]
    script: tuple[str, ...]
    conduct: tuple[str, ...]
    levels: tuple[tuple[str, str], ...]
    outcomes: tuple[tuple[str, str], ...]
    beside_record: tuple[str, ...]
    tries: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One part of a document.

    Attributes
    ----------
    heading, paragraphs, points
        A heading or "", paragraphs, and then a list.
    table
        A table whose first column names its rows, or None.
    lines
        How many empty lines there are to write on.
    """

    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    table: pd.DataFrame | None = None
    lines: int = 0


@dataclass(frozen=True)
class PublishedDocument(Gated):
    """A letter or page for one organisation: ``addressee``, ``title``, ``banner``, ``made_on``, ``parts``."""

    addressee: str
    title: str
    banner: str
    made_on: dt.date
    parts: tuple[Part, ...]
