"""All that one partnership holds, as it stands: the only thing that ``publish`` reads."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from rosc_map.records import Record

__all__ = ["Snapshot"]


@dataclass(frozen=True)
class Snapshot:
    """The tables of a partnership, unfiltered. Never hand it to a map, table or writer.

    Attributes
    ----------
    title, banner
        The partnership's name, and the sentence that every page of it has to carry, or "".
    as_at
        The day that it tells of.
    areas
        Codes of the partnership's areas, of any tier.
    assets
        Every asset, with the columns of ``records.Asset`` and ``place.DERIVED``.
    referrals, surveyed
        Rows of ``records.Referral`` and ``records.SurveyedArea``.
    rounds, questions, contacts, answers, replies
        Rows of ``records.Round``, ``Question``, ``Attempt``, ``Answer`` and ``Reply``.
    others
        Rows of the small records (``records.Funding``, ``Offer`` …), by their type.
    """

    title: str
    banner: str
    as_at: dt.date
    areas: tuple[str, ...]
    assets: pd.DataFrame
    referrals: pd.DataFrame
    surveyed: pd.DataFrame
    rounds: pd.DataFrame
    questions: pd.DataFrame
    contacts: pd.DataFrame
    answers: pd.DataFrame
    replies: pd.DataFrame
    others: Mapping[type[Record], pd.DataFrame] = field(default_factory=dict)
