"""What is held of the calls that somebody asks for, and nothing else, as plain rows: read for every page of a call."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, func, select

from rosc_map.publish import HeldCalls, no_such_round
from rosc_map.records import Answer, Asset, Attempt, Question, Record, Round
from rosc_map.store import TABLES, Reader, Writer
from rosc_map.store.rows import stray_value

__all__ = ["held_calls", "held_to_record", "plain_rows", "said_anew", "standing_calls"]

_ROUND = ("round", "tries", "drawn_on", "announced_on", "feedback_on")
_QUESTION = ("source", "target", "stratum", "source_reserve", "target_reserve")
_ATTEMPT = ("source", "contact", "on", "tries", "by")
_ANSWER = ("source", "target", "level", "accuracy", "on", "by")
_WHO_MAY = ("id", "listing", "location_precision", "asset_type")
"""What of an asset tells whether it may have a part in a test."""

_NAMED = (*_WHO_MAY, "name", "verified_on")
_ASSET = (
    *_WHO_MAY,
    *("name", "organisation", "phone", "email", "website", "sessions", "referral_route", "verified_on"),
)


def held_calls(reader: Reader, name: str, today: dt.date, sources: Collection[str] | None = None) -> HeldCalls:
    """Return what is held of the calls of a round.

    Parameters
    ----------
    reader
        The moment.
    name
        The round.
    today
        The day that it tells of.
    sources
        The ids of the services whose calls are wanted; None for all. Where one of them is a reserve, or none of the
        round, all is read: whether a reserve is rung depends on what has closed anywhere.

    Raises
    ------
    UnknownName
        When there is no such round.
    """
    stored = _round(reader, name)
    if sources is not None:
        questions = _questions(reader, stored, TABLES[Question].c.source.in_(sources))
        if {row["source"] for row in questions if not row["source_reserve"]}.issuperset(sources):
            return _held(reader, stored, today, questions, _ASSET, {*sources, *(row["target"] for row in questions)})
    return _held(reader, stored, today, _questions(reader, stored), _ASSET)


def held_to_record(writer: Writer, name: str, today: dt.date, said: Mapping[str, str] | None = None) -> HeldCalls:
    """Return what has to be known of a round before something is written down, which nobody else changes meanwhile.

    Parameters
    ----------
    writer
        The running change.
    name
        The round.
    today
        The day that it tells of.
    said
        A row of a call sheet, where only what concerns it is wanted: mostly the one call that it is of. Over what
        others are asked, a call of the first draw decides nothing unless it has closed. Where it names somebody who is
        not of the round by their id, all assets are read, to tell who may be meant. None is the whole round.

    Raises
    ------
    UnknownName
        When there is no such round.
    """
    # Two people who ring for one round wait for each other, and for nobody else.
    writer.hold(Round, {"round": name})
    stored = _round(writer, name)
    if stored["round"] != name:
        writer.hold(Round, {"round": stored["round"]})
        stored = _round(writer, name)
    if said is None:
        return _held(writer, stored, today, _questions(writer, stored), _NAMED, named=None)
    source, meant = said.get("source", ""), {said[end] for end in ("source", "target") if end in said}
    if source and "closed" not in said.get("contact", "").casefold():
        questions = _questions(writer, stored, TABLES[Question].c.source == source)
        if questions and not any(row["source_reserve"] for row in questions):
            concerned = {source, *(row["target"] for row in questions)}
            named = concerned if concerned >= meant else None
            held = _held(writer, stored, today, questions, _NAMED, concerned, named=named)
            if not any(row["source"] == source and row["contact"] == "closed" for row in held.contacts):
                return held
    questions = _questions(writer, stored)
    named = {row[end] for row in questions for end in ("source", "target")}
    return _held(writer, stored, today, questions, _NAMED, named=named if named >= meant else None)


def said_anew(writer: Writer, held: HeldCalls) -> HeldCalls:
    """Return the same with what is said by now, by and about whom its questions name."""
    concerned = {row[end] for row in held.questions for end in ("source", "target")}
    return replace(
        held,
        contacts=_said(writer, Attempt, _ATTEMPT, held.round, concerned),
        answers=_said(writer, Answer, _ANSWER, held.round, concerned),
    )


def standing_calls(reader: Reader, name: str, today: dt.date, besides: Collection[str] = ()) -> HeldCalls:
    """Return what is held of a round as far as it tells which calls stand how, without a word of its assets.

    Parameters
    ----------
    reader, name, today
        As for :func:`held_calls`.
    besides
        The ids of services whose calls are of no concern.

    Raises
    ------
    UnknownName
        When there is no such round.
    """
    stored = _round(reader, name)
    asked, told = TABLES[Question].c, TABLES[Attempt].c
    closed = select(told.source).where(told.round == stored["round"], told.contact == "closed")
    # Over what others are asked, a call decides only where it has closed, or is one of a reserve.
    alone = asked.source.in_(besides) & (func.coalesce(asked.source_reserve, 0) == 0) & asked.source.not_in(closed)
    return _held(reader, stored, today, _questions(reader, stored, ~alone), _WHO_MAY)


def plain_rows(
    reader: Reader, record: type[Record], fields: Sequence[str], *where: ColumnElement[bool]
) -> list[dict[str, Any]]:
    """Return rows in the order they were stored; for a few, many times as fast as a table.

    Parameters
    ----------
    reader
        The moment.
    record
        The type.
    fields
        The columns that are wanted.
    *where
        Which rows.

    Raises
    ------
    FileProblem
        When a value does not belong there, typed in another program.
    """
    table = TABLES[record]
    wanted = select(*(table.c[name] for name in fields)).where(*where).order_by(table.c.fid)
    try:
        return [dict(zip(fields, row, strict=True)) for row in reader.connection.execute(wanted).all()]
    except (TypeError, ValueError) as error:
        raise stray_value(table.name, error) from error


def _round(reader: Reader, name: str) -> dict[str, Any]:
    known = plain_rows(reader, Round, _ROUND)
    wanted = name.strip().casefold()
    found = next((row for row in known if row["round"].casefold() == wanted), None)
    if found is None:
        raise no_such_round(name, [row["round"] for row in known])
    return found


def _questions(reader: Reader, stored: dict[str, Any], *where: ColumnElement[bool]) -> list[dict[str, Any]]:
    return plain_rows(reader, Question, _QUESTION, TABLES[Question].c.round == stored["round"], *where)


def _held(
    reader: Reader,
    stored: dict[str, Any],
    today: dt.date,
    questions: list[dict[str, Any]],
    of_asset: Sequence[str],
    concerned: Collection[str] | None = None,
    *,
    named: Collection[str] | None = (),
) -> HeldCalls:
    """Return it with what was said, by those who are concerned where they are given.

    Its assets are those that the questions name; where ``named`` is given, these, and all when that is None.
    """
    if named is not None:
        named = named or {row[end] for row in questions for end in ("source", "target")}
    of_these = () if named is None else (TABLES[Asset].c.id.in_(named),)
    settings = {} if isinstance(reader, Writer) else reader.settings()  # of a change nothing is made that has a title
    return HeldCalls(
        title=settings.get("title", ""),
        banner=settings.get("banner", ""),
        as_at=today,
        stored=stored,
        questions=questions,
        contacts=_said(reader, Attempt, _ATTEMPT, stored["round"], concerned),
        answers=_said(reader, Answer, _ANSWER, stored["round"], concerned),
        assets=plain_rows(reader, Asset, of_asset, *of_these),
    )


def _said(
    reader: Reader, record: type[Record], fields: Sequence[str], round_name: str, concerned: Collection[str] | None
) -> list[dict[str, Any]]:
    table = TABLES[record]
    by_whom = () if concerned is None else (table.c.source.in_(concerned),)
    return plain_rows(reader, record, fields, table.c.round == round_name, *by_whom)
