"""What goes out on paper before and during a linkage test: the letter to everybody, and the call sheets.

All of it is internal: a sheet says who is asked about whom.
"""

import datetime as dt

import pandas as pd

from rosc_map.errors import UnknownName
from rosc_map.linkage import (
    CONDUCT,
    CONFIRMED_WITHIN,
    HELLO,
    LEVEL_WORDS,
    OUTCOME_WORDS,
    SCRIPT,
    Letter,
    announcement,
    announcement_text,
    answered_questions,
    call_sheet,
    may_be_tested,
    outcomes,
    share_out,
)
from rosc_map.publish import published as gate
from rosc_map.publish.linkage import RoundRows, round_rows
from rosc_map.publish.own_pages import REACHED_AT, addresses, reached_at
from rosc_map.publish.published import PublishedTable
from rosc_map.publish.round_types import Call, CallSheet, Part, PublishedCalls, PublishedDocument
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.titles import shown_words
from rosc_map.publish.view import standing, view
from rosc_map.records import Audience, codelist, day, row_dicts, squash

__all__ = [
    "OVER",
    "askable",
    "beside_record_words",
    "call_sheet_tables",
    "left_out_notes",
    "letter_documents",
    "letter_text",
    "level_words",
    "nothing_to_ask",
    "outcome_words",
    "printed_calls",
    "script_words",
    "send_to_table",
    "tested_assets",
]

OVER = ("answered", "refused", "no_answer", "wrong_number", "closed")
"""Ends of a contact after which nobody rings again, but to ask what is left of a call that was answered."""


def call_sheet_tables(
    snapshot: Snapshot, name: str, *, volunteers: int = 1, open_only: bool = False
) -> tuple[PublishedTable, ...]:
    """Return the call sheets of a round, one a volunteer, to fill in and read back.

    Parameters
    ----------
    snapshot
        What is held.
    name
        The round.
    volunteers
        How many sheets the calls are shared out on.
    open_only
        Only what is still open, with the reserves that stand in by now.

    Raises
    ------
    UnknownName
        When there is no such round, or nothing of it can be asked any more.
    InputError
        When there are more volunteers than services to ring.
    """
    held = round_rows(snapshot, name)
    asked, assets, notes = askable(snapshot, held, open_only=open_only)
    tables = []
    for number, part in enumerate(share_out(asked, volunteers), start=1):
        table = call_sheet(
            part[["source", "target"]],
            assets,
            round_name=held.name,
            sheet=number,
            tries=held.tries,
            confirmed_since=snapshot.as_at - CONFIRMED_WITHIN,
        )
        told = (*notes, *_words(held))
        choices = {
            "level": tuple(LEVEL_WORDS.values()),
            "contact": tuple(OUTCOME_WORDS.values()),
            "beside the record": beside_record_words(),
        }
        title = f"Round {held.name}" + (f", sheet {number}" if volunteers > 1 else "")
        tables.append(PublishedTable(title, Audience.INTERNAL, table, told, choices, gate=gate._GATE))
    return tuple(tables)


def _words(held: RoundRows) -> tuple[str, ...]:
    """Return all that stands beside the table of a workbook: what the printed sheet has, and how to fill in cells."""
    return (
        "What to say",
        *SCRIPT,
        "How the test is done",
        *CONDUCT,
        "How to fill in the table",
        "level: what they could say, for each question. Choose from the list, or write the number.",
        *(f"{word}: {meaning}" for word, meaning in level_words()),
        "contact: how the call ended, once for each service.",
        *(f"{word}: {meaning}" for word, meaning in outcome_words()),
        "date: the day of the call, for example 2026-03-03 or 3 March. Once for each service is enough.",
        (
            f"try 1 to try {held.tries}: day and time of each try, for example 2026-03-03 10:30 or 3 March, morning."
            " Once for each service is enough; the day alone will do."
        ),
        "volunteer: your volunteer number, for example V7; no name. Once for each service is enough.",
        "beside the record: only where something stands in the column before it. Do not read it out.",
        (
            "If you hear that a service you ask about has closed, add a row with its name under “source” and “Closed”"
            " under “contact”."
        ),
        "Leave the first row of the table and its last four columns as they are: they tell where each answer belongs.",
    )


def askable(
    snapshot: Snapshot, held: RoundRows, *, open_only: bool
) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """Return the questions that can be asked, the assets, and sentences about what is left out.

    Raises
    ------
    UnknownName
        When nothing of the round can be asked, or with ``open_only`` nothing of it is open.
    """
    seen = tested_assets(snapshot)
    asked = held.questions
    gone = (set(asked["source"]) | set(asked["target"])) - set(seen["id"])
    kept = asked[~asked["source"].isin(gone) & ~asked["target"].isin(gone)]
    left_out = len(asked) - len(kept)
    if open_only:
        kept = _still_open(held, kept)
    if kept.empty:
        raise (
            UnknownName(f"No question of round {held.name!r} is open any more.")
            if open_only
            else nothing_to_ask(held.name)
        )
    banner = (snapshot.banner,) if snapshot.banner else ()
    return kept.reset_index(drop=True), seen, (*banner, *left_out_notes(left_out))


def nothing_to_ask(name: str) -> UnknownName:
    """Return what to say of a round of which nothing can be asked any more."""
    return UnknownName(f"No question of round {name!r} can be asked any more. Draw a new round.")


def left_out_notes(left_out: int) -> tuple[str, ...]:
    """Say how many questions were left out; nothing where none was."""
    return (f"Questions left out, because an asset has left or is confidential now: {left_out}.",) if left_out else ()


def _still_open(held: RoundRows, asked: pd.DataFrame) -> pd.DataFrame:
    levels = answered_questions(held.questions, held.answers)["level_number"]
    open_ = set(levels.index[levels.isna()])
    ended = outcomes(held.contacts, held.all_answers, tries=held.tries)
    silent = set(ended.loc[ended["outcome"].isin([word for word in OVER if word != "answered"]), "source"])
    return asked[asked.index.isin(open_) & ~asked["source"].isin(silent)]


def printed_calls(snapshot: Snapshot, name: str, *, volunteers: int = 1, open_only: bool = False) -> PublishedCalls:
    """Return the call sheets of a round to print; parameters and errors as for :func:`call_sheet_tables`."""
    held = round_rows(snapshot, name)
    tables = call_sheet_tables(snapshot, name, volunteers=volunteers, open_only=open_only)
    _, _, notes = askable(snapshot, held, open_only=open_only)
    return PublishedCalls(
        title=snapshot.title,
        banner=snapshot.banner,
        round=held.name,
        sheets=tuple(
            CallSheet(number, len(tables), _calls(table.table)) for number, table in enumerate(tables, start=1)
        ),
        script=SCRIPT,
        conduct=CONDUCT,
        levels=level_words(),
        outcomes=outcome_words(),
        beside_record=beside_record_words(),
        tries=held.tries,
        notes=tuple(note for note in notes if note != snapshot.banner),
        gate=gate._GATE,
    )


def script_words(announced_on: dt.date | None) -> tuple[str, ...]:
    """Return what a volunteer says in a call that is made today, and not that we wrote where nothing tells of it."""
    told = f" We told you about this on {day(announced_on)}." if announced_on else ""
    return (HELLO + told, *SCRIPT[1:])


def level_words() -> tuple[tuple[str, str], ...]:
    """Return each level as it is ticked, and what it means; both in words, for a number alone says nothing."""
    return tuple(
        (f"{number} {entry.label}", entry.definition.removeprefix(f"Level {number}: "))
        for number, entry in enumerate(codelist("linkage_level").values())
    )


def outcome_words() -> tuple[tuple[str, str], ...]:
    """Return each way for a contact to end, in words, and what it means."""
    return tuple((entry.label, entry.definition) for entry in codelist("contact_outcome").values())


def beside_record_words() -> tuple[str, ...]:
    """Return the words for how an answer stands beside the record."""
    return tuple(entry.label for entry in codelist("answer_accuracy").values())


def _calls(table: pd.DataFrame) -> tuple[Call, ...]:
    calls = []
    for _, rows in table.groupby("source", sort=False):
        first = rows.iloc[0]
        who, phone, email, when = (str(first[name]) for name in ("who to ring", "telephone", "e-mail", "when"))
        calls.append(Call(who, phone, email, when, tuple(rows["question"]), tuple(rows["on the record"])))
    return tuple(calls)


def letter_documents(snapshot: Snapshot, name: str, *, month: str, reply_to: str) -> tuple[PublishedDocument, ...]:
    """Return the letter that tells of the test, one for each asset of the frame: two weeks before the first call.

    Everybody in the frame is told, so that no letter says who was drawn.

    Parameters
    ----------
    snapshot
        What is held.
    name
        The round.
    month
        When the calls will be made, in words.
    reply_to
        How to ask, or to say no: a telephone number or an e-mail address of the partnership, or both.
    """
    held = round_rows(snapshot, name)
    letter = _letter(snapshot, held, month, reply_to)
    part = Part(paragraphs=letter.paragraphs, points=letter.points)
    return tuple(
        PublishedDocument(row["name"], letter.subject, snapshot.banner, snapshot.as_at, (part,), gate=gate._GATE)
        for row in row_dicts(_in_frame(snapshot, held))
    )


def letter_text(snapshot: Snapshot, name: str, *, month: str, reply_to: str) -> str:
    """Return the same letter as plain text for e-mail; parameters as for :func:`letter_documents`."""
    return announcement_text(_letter(snapshot, round_rows(snapshot, name), month, reply_to))


def _letter(snapshot: Snapshot, held: RoundRows, month: str, reply_to: str) -> Letter:
    return announcement(
        title=shown_words(snapshot.title, view(snapshot, Audience.PARTNERS), Audience.PARTNERS),
        month=month,
        reply_to=reply_to,
        questions_each=int(held.stored["targets"] or 1),
        tries=held.tries,
    )


def _in_frame(snapshot: Snapshot, held: RoundRows) -> pd.DataFrame:
    seen = tested_assets(snapshot)
    return seen[seen["id"].isin(set(held.stored["frame"] or ()))].sort_values(["name", "id"])


def tested_assets(snapshot: Snapshot) -> pd.DataFrame:
    """Return the assets that may still have a part in a test; some have left or become confidential since the draw.

    Parameters
    ----------
    snapshot
        What is held.
    """
    seen = snapshot.assets[standing(snapshot.assets, Audience.INTERNAL) == "named"]
    still = pd.Series([may_be_tested(row) for row in row_dicts(seen)], index=seen.index, dtype=bool)
    return seen[still].reset_index(drop=True)


def send_to_table(snapshot: Snapshot, name: str) -> PublishedTable:
    """Return how to reach everybody in the frame of a round, to send the letter. Internal.

    Parameters
    ----------
    snapshot
        What is held.
    name
        The round.
    """
    rows = [
        {"organisation": row["organisation"] or row["name"], **reached_at(row)}
        for row in row_dicts(_in_frame(snapshot, round_rows(snapshot, name)))
    ]
    rows.sort(key=lambda row: (squash(row["organisation"]), row["name"]))
    return addresses(snapshot, rows, ["organisation", *REACHED_AT])
