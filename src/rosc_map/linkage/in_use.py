"""Which questions of a round count: without what has closed, and with the reserves that stand in (METHODS §1)."""

from collections import Counter
from collections.abc import Hashable, Mapping
from operator import itemgetter
from typing import TypeVar

import numpy as np
import pandas as pd

from rosc_map.linkage.contacts import outcomes

__all__ = ["in_use", "reserve_order"]

_Key = TypeVar("_Key", bound=Hashable)


def in_use(questions: pd.DataFrame, contacts: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Leave out the questions from or about services that have closed, and bring in reserves for them.

    Parameters
    ----------
    questions
        All questions of a round, reserves included: ``source``, ``target`` and, where the round has reserves,
        ``source_reserve``, ``target_reserve`` (0 or empty for the first draw; 1, 2 … in order) and ``stratum``.
    contacts
        As for :func:`rosc_map.linkage.contacts.outcomes`. ``closed`` may also be said of a service that is only asked
        about.
    answers
        ``source``, ``target``; one row an answer.

    Returns
    -------
    pandas.DataFrame
        The questions that count, with their columns, in their order and with their index.

    Notes
    -----
    One reserve contact comes in for each contact of its stratum that has closed, and one reserve question of a source
    for each of its questions whose target has closed, both in the order of the draw. A reserve that has closed itself
    stands in for nobody, so that the next comes in. A reserve that was rung, or a reserve question that was answered,
    stays, and stands in for one: nothing that was said is lost when "closed" turns out to be a mistake. Nobody stands
    in for a refusal or for silence, and a service of which it is not settled whether it has closed keeps its place.

    References
    ----------
    METHODS §1, "Reserves".
    """
    heard = outcomes(contacts, answers)
    closed = set(heard.loc[heard["outcome"] == "closed", "source"])
    source, target = questions["source"].to_list(), questions["target"].to_list()
    pairs = list(zip(source, target, strict=True))
    # Every question of a source says the same of the source, so that the last will do.
    places = dict(
        zip(source, zip(_stratum(questions), reserve_order(questions, "source_reserve"), strict=True), strict=True)
    )
    taken = _standing(places, closed, used=set(heard["source"]))
    lines = dict(zip(pairs, zip(source, reserve_order(questions, "target_reserve"), strict=True), strict=True))
    gone = {pair for pair in pairs if pair[1] in closed}
    counts = _standing(lines, gone, used=set(zip(answers["source"], answers["target"], strict=True)))
    return questions[np.array([pair[0] in taken and pair in counts for pair in pairs], dtype=bool)]


def _standing(places: Mapping[_Key, tuple[str, int]], closed: set[_Key], *, used: set[_Key]) -> set[_Key]:
    """Return which entries count: the first draw, what was used, and as many reserves as a group lacks, in order.

    ``places`` gives the group of each entry and its order among the reserves, 0 for the first draw.
    """
    wanted = Counter[str]()
    standing, spare = set(), []
    for key, (group, order) in places.items():
        if key in closed:
            wanted[group] += order == 0
        elif order == 0:
            standing.add(key)
        elif key in used:
            # It stands in for one already, whatever its order.
            standing.add(key)
            wanted[group] -= 1
        else:
            spare.append((order, group, key))
    for _, group, key in sorted(spare, key=itemgetter(0)):
        if wanted[group] > 0:
            standing.add(key)
            wanted[group] -= 1
    return standing


def reserve_order(questions: pd.DataFrame, column: str) -> "pd.Series[int]":
    """Return the place of each question among the reserves.

    Parameters
    ----------
    questions
        The questions of a round.
    column
        ``source_reserve`` or ``target_reserve``; rounds of earlier versions have neither.

    Returns
    -------
    pandas.Series
        0 for the first draw, else 1, 2 …; the index is that of the questions.
    """
    if column not in questions.columns:
        return pd.Series(0, index=questions.index)
    return pd.to_numeric(questions[column]).fillna(0).astype(int)


def _stratum(questions: pd.DataFrame) -> "pd.Series[str]":
    if "stratum" not in questions.columns:
        return pd.Series("", index=questions.index)
    return questions["stratum"].fillna("")
