"""What is held of one round and nothing else: a call is quick to show and to write down however much there is."""

import datetime as dt
from collections.abc import Iterable

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


def round_part(reader: Reader, name: str, today: dt.date, *, said: Iterable[str] = ()) -> Snapshot:
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
        Ids or names of assets that somebody gives. Where one is no id of the round, all assets are read, to tell who
        may be meant.
    """
    round_name = stored_name(reader, name)
    own = {"round": round_name}
    rounds, questions = reader.read(Round, own, _OF_ROUND), reader.read(Question, own)
    if rounds.empty:
        rounds = reader.read(Round, fields=_OF_ROUND)  # to say which there are
    named = {*questions["source"], *questions["target"]}
    settings = reader.settings()
    return Snapshot(
        title=settings.get("title", ""),
        banner=settings.get("banner", ""),
        as_at=today,
        areas=(),
        assets=reader.read(Asset, {"id": named} if named.issuperset(said) else None, _OF_ASSET),
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
