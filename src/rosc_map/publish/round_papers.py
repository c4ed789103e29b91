"""What goes out on paper in a linkage test: call sheets, the letter before, and each organisation's own page after.

All of it is internal: a sheet says who is asked about whom, and a page is for the one organisation that it is about.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from rosc_map.errors import InputError, UnknownName
from rosc_map.linkage import (
    CONDUCT,
    LEVEL_WORDS,
    OUTCOME_WORDS,
    SCRIPT,
    Letter,
    OwnResult,
    announcement,
    announcement_text,
    answered_questions,
    call_sheet,
    outcomes,
    own_results,
    share_out,
    what_you_can_do,
)
from rosc_map.publish import published as gate
from rosc_map.publish.linkage import DAYS_TO_REPLY, RoundRows, round_rows
from rosc_map.publish.published import PublishedTable
from rosc_map.publish.round_types import Call, CallSheet, Part, PublishedCalls, PublishedDocument
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.view import view
from rosc_map.records import Audience, codelist, row_dicts, squash

__all__ = [
    "CONFIRMED_WITHIN",
    "call_sheet_tables",
    "feedback_documents",
    "letter_documents",
    "letter_text",
    "printed_calls",
    "send_to_table",
]

CONFIRMED_WITHIN = dt.timedelta(days=183)
"""What was said is compared with a service's own record only where that was confirmed within six months."""

_GONE = "A service that is not listed any more"
_OVER = ("answered", "refused", "no_answer", "wrong_number", "closed")


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
    asked, assets, notes = _askable(snapshot, held, open_only=open_only)
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
            "beside the record": tuple(entry.label for entry in codelist("answer_accuracy").values()),
        }
        title = f"Round {held.name}" + (f", sheet {number}" if volunteers > 1 else "")
        tables.append(PublishedTable(title, Audience.INTERNAL, table, told, choices, gate=gate._GATE))
    return tuple(tables)


def _words(held: RoundRows) -> tuple[str, ...]:
    return (
        "What to say",
        *SCRIPT,
        "How the test is done",
        *CONDUCT,
        "level: what they could say (the number or the words)",
        *(f"{number}: {words}" for number, words in enumerate(LEVEL_WORDS.values())),
        "contact: how the call ended, once for each service",
        *OUTCOME_WORDS.values(),
        f"try 1 to try {held.tries}: day and time of each try, for example 2026-03-03 10:30 or 3 March, morning",
        "beside the record: only where something stands in the column before it. Do not read it out.",
    )


def _askable(
    snapshot: Snapshot, held: RoundRows, *, open_only: bool
) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """Return the questions that can be asked, the assets, and sentences about what is left out."""
    seen = view(snapshot, Audience.INTERNAL).named
    allowed = set(seen.loc[seen["location_precision"] != "hidden", "id"])
    asked = held.questions
    gone = (set(asked["source"]) | set(asked["target"])) - allowed
    kept = asked[~asked["source"].isin(gone) & ~asked["target"].isin(gone)]
    left_out = len(asked) - len(kept)
    if open_only:
        kept = _still_open(held, kept)
    if kept.empty:
        raise UnknownName(
            f"No question of round {held.name!r} is open any more."
            if open_only
            else f"No question of round {held.name!r} can be asked any more. Draw a new round."
        )
    notes = (f"{left_out} questions were left out: an asset has left, or is confidential now.",) if left_out else ()
    banner = (snapshot.banner,) if snapshot.banner else ()
    return kept.reset_index(drop=True), seen, (*banner, *notes)


def _still_open(held: RoundRows, asked: pd.DataFrame) -> pd.DataFrame:
    levels = answered_questions(held.questions, held.answers)["level_number"]
    open_ = set(levels.index[levels.isna()])
    ended = outcomes(held.contacts, held.all_answers, tries=held.tries)
    silent = set(ended.loc[ended["outcome"].isin([word for word in _OVER if word != "answered"]), "source"])
    return asked[asked.index.isin(open_) & ~asked["source"].isin(silent)]


def printed_calls(snapshot: Snapshot, name: str, *, volunteers: int = 1, open_only: bool = False) -> PublishedCalls:
    """Return the call sheets of a round to print; parameters and errors as for :func:`call_sheet_tables`."""
    held = round_rows(snapshot, name)
    tables = call_sheet_tables(snapshot, name, volunteers=volunteers, open_only=open_only)
    _, _, notes = _askable(snapshot, held, open_only=open_only)
    return PublishedCalls(
        title=snapshot.title,
        banner=snapshot.banner,
        round=held.name,
        sheets=tuple(
            CallSheet(number, len(tables), _calls(table.table)) for number, table in enumerate(tables, start=1)
        ),
        script=SCRIPT,
        conduct=CONDUCT,
        levels=_levels(),
        outcomes=tuple((entry.label, entry.definition) for entry in codelist("contact_outcome").values()),
        tries=held.tries,
        notes=tuple(note for note in notes if note != snapshot.banner),
        gate=gate._GATE,
    )


def _levels() -> tuple[tuple[str, str], ...]:
    """Return each level as it is ticked, and what it means; both in words, for a number alone says nothing."""
    return tuple(
        (f"{number} {entry.label}", entry.definition.removeprefix(f"Level {number}: "))
        for number, entry in enumerate(codelist("linkage_level").values())
    )


def _calls(table: pd.DataFrame) -> tuple[Call, ...]:
    calls = []
    for _, rows in table.groupby("source", sort=False):
        first = rows.iloc[0]
        who, phone, email, when = (str(first[name]) for name in ("who to ring", "telephone", "e-mail", "when"))
        calls.append(Call(who, phone, email, when, tuple(rows["question"])))
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
        title=snapshot.title,
        month=month,
        reply_to=reply_to,
        questions_each=int(held.stored["targets"] or 1),
        tries=held.tries,
    )


def _in_frame(snapshot: Snapshot, held: RoundRows) -> pd.DataFrame:
    seen = view(snapshot, Audience.INTERNAL).named
    listed = seen["id"].isin(set(held.stored["frame"] or ())) & (seen["location_precision"] != "hidden")
    return seen[listed].sort_values(["name", "id"])


def send_to_table(snapshot: Snapshot, name: str, pages: Mapping[str, str] | None = None) -> PublishedTable:
    """Return how to reach the organisations of a round: to send the letter, or each one's own page. Internal.

    Parameters
    ----------
    snapshot
        What is held.
    name
        The round.
    pages
        The file of each organisation's page; None for the letter, which all assets of the frame get.
    """
    held = round_rows(snapshot, name)
    # One organisation may be written in two ways.
    files = {squash(organisation): file for organisation, file in (pages or {}).items()}
    rows = [
        {"organisation": organisation, "name": row["name"], "e-mail": row["email"], "telephone": row["phone"]}
        for organisation, members in _by_organisation(_in_frame(snapshot, held))
        for row in members
        if pages is None or squash(organisation) in files
    ]
    table = pd.DataFrame(rows, columns=["organisation", "name", "e-mail", "telephone"], dtype=object)
    if pages is not None:
        table.insert(0, "page", [files[squash(organisation)] for organisation in table["organisation"]])
    notes = (*((snapshot.banner,) if snapshot.banner else ()), "For the partnership's coordinators only.")
    return PublishedTable("Send to", Audience.INTERNAL, table, notes, gate=gate._GATE)


def feedback_documents(snapshot: Snapshot, name: str, *, on: dt.date, reply_to: str) -> tuple[PublishedDocument, ...]:
    """Return a page for each organisation of a round with its own result, before anybody else sees anything.

    Parameters
    ----------
    snapshot
        What is held.
    name
        The round.
    on
        The day on which the pages are given; replies are open for 14 days from then.
    reply_to
        How to reply: a telephone number or an e-mail address of the partnership, or both.

    Raises
    ------
    InputError
        When nobody has answered yet: there is no result to give.
    """
    held = round_rows(snapshot, name)
    if held.answers.empty:
        raise InputError(f"Nobody has answered in round {held.name} yet, so there is no result to give to anybody.")
    seen = view(snapshot, Audience.INTERNAL).named
    seen = seen[seen["location_precision"] != "hidden"]
    # Who has left since is given no page, and neither is a reserve that was not needed.
    drawn = set(held.questions["source"]) | set(held.questions["target"])
    # Who was asked about one of them did answer, so that the answer stays on their page, without the name.
    names = dict.fromkeys(drawn, _GONE) | dict(zip(seen["id"], seen["name"], strict=True))
    ended = outcomes(held.contacts, held.all_answers, tries=held.tries)
    documents = []
    for organisation, members in _by_organisation(seen[seen["id"].isin(drawn)]):
        ids = tuple(row["id"] for row in members)
        own = own_results(ids, held.questions, held.answers, ended, names, threshold=held.threshold, tries=held.tries)
        replies = snapshot.replies[(snapshot.replies["round"] == held.name) & snapshot.replies["asset"].isin(ids)]
        said = tuple(replies["reply"])
        parts = (*(part for result in own for part in _own_parts(result)), *_reply_parts(said, on, reply_to))
        title = f"Linkage test {held.name}: your own result"
        documents.append(PublishedDocument(organisation, title, snapshot.banner, on, parts, gate=gate._GATE))
    return tuple(documents)


def _own_parts(result: OwnResult) -> tuple[Part, ...]:
    table = result.answers if len(result.answers) else None
    return (
        Part(f"{result.name}: when we asked you about others", paragraphs=result.as_source, table=table),
        Part(f"{result.name}: when we asked others about you", paragraphs=result.as_target),
    )


def _reply_parts(replies: tuple[str, ...], on: dt.date, reply_to: str) -> tuple[Part, ...]:
    what_next = Part("What you can do", points=what_you_can_do(reply_by=on + DAYS_TO_REPLY, reply_to=reply_to))
    if replies:
        return what_next, Part("Your reply, kept with the result", paragraphs=replies)
    return what_next, Part("Your reply", lines=6)


def _by_organisation(assets: pd.DataFrame) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return each organisation's name with its assets; an asset that names none is its own."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in row_dicts(assets.sort_values(["name", "id"])):
        found.setdefault(squash(row["organisation"] or row["name"]), []).append(row)
    return [(rows[0]["organisation"] or rows[0]["name"], rows) for _, rows in sorted(found.items())]
