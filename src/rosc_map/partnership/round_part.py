"""What is held of one round and nothing else: a call is quick to show and to write down however much there is."""

import datetime as dt

import pandas as pd

from rosc_map.publish import Snapshot
from rosc_map.records import Answer, Asset, Attempt, Question, Record, Referral, Reply, Round, SurveyedArea
from rosc_map.store import Reader

__all__ = ["OF_ROUND", "round_part"]

OF_ROUND = tuple(name for name in Round.specs() if name not in ("frame", "left_out"))
"""The fields of a round without its frame, which is as long as the map is."""

# Of an asset most is of no concern to who rings.
_OF_ASSET = [
    *("id", "name", "organisation", "phone", "email", "website", "sessions", "referral_route", "verified_on"),
    *("asset_type", "status", "listing", "location_precision"),
]


def round_part(reader: Reader, name: str, today: dt.date) -> Snapshot:
    """Return a snapshot of one round: its questions, contacts and answers, and the assets that they name.

    Of the round it has no frame, and of the assets only how to reach them, what they are and who may see them.

    Parameters
    ----------
    reader
        The moment.
    name
        The round.
    today
        The day that it tells of.
    """
    rounds = reader.read(Round, fields=OF_ROUND)  # all, to say which there are
    wanted = name.strip().casefold()
    own = {"round": next((each for each in rounds["round"] if each.casefold() == wanted), name)}
    questions = reader.read(Question, own)
    settings = reader.settings()
    return Snapshot(
        title=settings.get("title", ""),
        banner=settings.get("banner", ""),
        as_at=today,
        areas=(),
        assets=reader.read(Asset, {"id": {*questions["source"], *questions["target"]}}, _OF_ASSET),
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
