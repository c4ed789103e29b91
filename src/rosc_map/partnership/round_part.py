"""What is held of one round and nothing else: a call is quick to show and to write down however much there is."""

import datetime as dt
from collections.abc import Mapping

import pandas as pd
from sqlalchemy import select

from rosc_map.publish import Snapshot
from rosc_map.records import Answer, Asset, Attempt, Question, Record, Referral, Reply, Round, SurveyedArea
from rosc_map.store import TABLES, Reader

__all__ = ["round_part", "stored_name"]

# A frame is as long as the map is, and of an asset most is of no concern to who rings.
_OF_ROUND = [name for name in Round.specs() if name not in ("frame", "left_out")]
_OF_ASSET = [
    *("id", "name", "organisation", "phone", "email", "website", "sessions", "referral_route", "verified_on"),
    *("asset_type", "status", "listing", "location_precision"),
]


def stored_name(reader: Reader, name: str) -> str:
    """Return the name of a round as it is stored; as it was given where there is none."""
    wanted = name.strip().casefold()
    known = reader.connection.execute(select(TABLES[Round].c.round)).scalars()
    return next((each for each in known if each.casefold() == wanted), name)


def round_part(reader: Reader, name: str, today: dt.date, *, said: Mapping[str, str] | None = None) -> Snapshot:
    """Return a snapshot of one round: its questions, contacts and answers, and the assets that they name.

    Of the round it has no frame, and of the assets only how to reach them, what they are and who may see them.

    Parameters
    ----------
    reader
        The moment, or the running change.
    name
        The round.
    today
        The day that it tells of.
    said
        A row of a call sheet, where only what concerns it is wanted: mostly the one call that it is of. Where it names
        somebody who is not of the round by their id, all assets are read, to tell who may be meant.
    """
    round_name = stored_name(reader, name)
    rounds = reader.read(Round, {"round": round_name}, _OF_ROUND)
    if rounds.empty:
        rounds = reader.read(Round, fields=_OF_ROUND)  # to say which there are
    own, questions = _questions(reader, round_name, said or {})
    named = {*questions["source"], *questions["target"]}
    meant = {said[end] for end in ("source", "target") if end in said} if said else set()
    settings = reader.settings()
    return Snapshot(
        title=settings.get("title", ""),
        banner=settings.get("banner", ""),
        as_at=today,
        areas=(),
        assets=reader.read(Asset, {"id": named} if named >= meant else None, _OF_ASSET),
        referrals=_nothing(Referral),
        surveyed=_nothing(SurveyedArea),
        rounds=rounds,
        questions=questions,
        contacts=reader.read(Attempt, own),
        answers=reader.read(Answer, own),
        replies=_nothing(Reply),
    )


def _questions(reader: Reader, round_name: str, said: Mapping[str, str]) -> tuple[dict[str, str], pd.DataFrame]:
    """Return which rows are wanted, and the questions among them.

    As long as nothing has closed, no call has to do with another: reserves come in for what has closed alone.
    """
    whole = {"round": round_name}
    if said.get("source") and not _tells_of_closing(reader, round_name, said):
        one = {**whole, "source": said["source"]}
        questions = reader.read(Question, one)
        if len(questions):
            return one, questions
    return whole, reader.read(Question, whole)


def _tells_of_closing(reader: Reader, round_name: str, said: Mapping[str, str]) -> bool:
    """Whether something of a round has closed, or is said to have."""
    table = TABLES[Attempt]
    closed = select(table.c.fid).where(table.c.round == round_name, table.c.contact == "closed").limit(1)
    return "closed" in said.get("contact", "").casefold() or reader.connection.execute(closed).first() is not None


def _nothing(record: type[Record]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(record.specs()), dtype=object)
