"""What is held of one round and nothing else: a call is quick to show and to write down however much there is."""

import datetime as dt
from collections.abc import Collection, Mapping

import pandas as pd
from sqlalchemy import select

from rosc_map.linkage.in_use import reserve_order
from rosc_map.publish import Snapshot
from rosc_map.records import Answer, Asset, Attempt, Question, Record, Referral, Reply, Round, SurveyedArea
from rosc_map.store import TABLES, Reader

__all__ = ["OF_ROUND", "round_part", "stored_name"]

OF_ROUND = tuple(name for name in Round.specs() if name not in ("frame", "left_out"))
"""The fields of a round without its frame, which is as long as the map is."""

# Of an asset most is of no concern to who rings.
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
    rounds = reader.read(Round, {"round": name}, OF_ROUND)
    round_name = name if len(rounds) else stored_name(reader, name)
    if round_name != name:
        rounds = reader.read(Round, {"round": round_name}, OF_ROUND)
    if rounds.empty:
        rounds = reader.read(Round, fields=OF_ROUND)  # to say which there are
    questions, contacts, own = _questions(reader, round_name, said or {})
    named = {*questions["source"], *questions["target"]}
    meant = {said[end] for end in ("source", "target") if end in said} if said else set()
    settings = {} if said else reader.settings()  # of one call nothing is made that has a title
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
        contacts=contacts,
        answers=reader.read(Answer, own),
        replies=_nothing(Reply),
    )


def _questions(
    reader: Reader, round_name: str, said: Mapping[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, str | Collection[str]]]:
    """Return the questions and contacts that are wanted, and which rows of what was said.

    Of a call that is one of the first draw, and of which nobody said that it has closed, they are its own, and those of
    whom it is asked about: over what others are asked, it decides nothing.
    """
    whole: dict[str, str | Collection[str]] = {"round": round_name}
    source = said.get("source", "")
    if source and "closed" not in said.get("contact", "").casefold():
        questions = reader.read(Question, {**whole, "source": source})
        if len(questions) and not (reserve_order(questions, "source_reserve") > 0).any():
            own: dict[str, str | Collection[str]] = {**whole, "source": {source, *questions["target"]}}
            contacts = reader.read(Attempt, own)
            if not ((contacts["source"] == source) & (contacts["contact"] == "closed")).any():
                return questions, contacts, own
    return reader.read(Question, whole), reader.read(Attempt, whole), whole


def _nothing(record: type[Record]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(record.specs()), dtype=object)
