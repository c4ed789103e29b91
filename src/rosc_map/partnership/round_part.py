"""What is held of one round and nothing else: a call is quick to show and to write down however much there is."""

import datetime as dt
from collections.abc import Iterable

import pandas as pd
from sqlalchemy import select

from rosc_map.publish import Snapshot
from rosc_map.records import Answer, Asset, Attempt, Question, Record, Referral, Reply, Round, SurveyedArea
from rosc_map.store import TABLES, Reader

__all__ = ["round_part", "stored_name"]


def stored_name(reader: Reader, name: str) -> str:
    """Return the name of a round as it is stored; as it was given where there is none."""
    wanted = name.strip().casefold()
    known = reader.connection.execute(select(TABLES[Round].c.round)).scalars()
    return next((each for each in known if each.casefold() == wanted), name)


def round_part(reader: Reader, name: str, today: dt.date, *, said: Iterable[str] = ()) -> Snapshot:
    """Return a snapshot of one round: its questions, contacts and answers, and the assets that they name.

    Parameters
    ----------
    reader
        The moment, or the running change.
    name
        The round.
    today
        The day that it tells of.
    said
        Ids or names of assets that somebody gives. Where one is no id of the round, all assets are read, to tell who
        may be meant.
    """
    round_name = stored_name(reader, name)
    own = {"round": round_name}
    rounds, questions = reader.read(Round, own), reader.read(Question, own)
    if rounds.empty:
        rounds = reader.read(Round)  # to say which there are
    named = {*questions["source"], *questions["target"]}
    settings = reader.settings()
    return Snapshot(
        title=settings.get("title", ""),
        banner=settings.get("banner", ""),
        as_at=today,
        areas=(),
        assets=reader.read(Asset, {"id": named} if named.issuperset(said) else None),
        referrals=_nothing(Referral),
        surveyed=_nothing(SurveyedArea),
        rounds=rounds,
        questions=questions,
        contacts=reader.read(Attempt, own),
        answers=reader.read(Answer, own),
        replies=_nothing(Reply),
    )


def _nothing(record: type[Record]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(record.specs()), dtype=object)
