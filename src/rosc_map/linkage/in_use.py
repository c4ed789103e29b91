"""Which questions of a round count: without what has closed, and with the reserves that stand in (METHODS §1)."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from rosc_map.linkage.contacts import ended
from rosc_map.records import row_dicts

__all__ = ["in_use", "pairs_in_use", "place_in_line", "reserve_order"]

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

    Examples
    --------
    >>> from rosc_map.linkage import in_use
    >>> questions = held.questions.query("round == 'R1'")
    >>> len(questions), len(in_use(questions, held.contacts, held.answers))
    (144, 100)
    """
    counted = pairs_in_use(row_dicts(questions), row_dicts(contacts), row_dicts(answers))
    pairs = zip(questions["source"], questions["target"], strict=True)
    return questions[np.array([pair in counted for pair in pairs], dtype=bool)]


def pairs_in_use(
    questions: Sequence[Mapping[str, Any]],
    contacts: Iterable[Mapping[str, Any]],
    answers: Sequence[Mapping[str, Any]],
) -> set[tuple[str, str]]:
    """Return the source and target of each question that counts, from rows instead of tables: see :func:`in_use`.

    Parameters
    ----------
    questions
        All of a round; or all of some of its sources that are of the first draw, since no other decides over them.
    contacts, answers
        As for :func:`in_use`; of some sources those of them, and of whom they are asked about.

    Examples
    --------
    >>> from rosc_map.linkage import pairs_in_use
    >>> questions = held.questions.query("round == 'R2'").to_dict("records")
    >>> len(questions), len(pairs_in_use(questions, [], []))
    (20, 12)
    """
    heard = ended(contacts, answers)
    closed = {source for source, end in heard.items() if end.outcome == "closed"}
    # Every question of a source says the same of the source, so that the last will do.
    places = {
        row["source"]: (_known(row.get("stratum")) or "", place_in_line(row, "source_reserve")) for row in questions
    }
    taken = _standing(places, closed, used=set(heard))
    lines = {(row["source"], row["target"]): (row["source"], place_in_line(row, "target_reserve")) for row in questions}
    gone = {pair for pair in lines if pair[1] in closed}
    counts = _standing(lines, gone, used={(row["source"], row["target"]) for row in answers})
    return {pair for pair in counts if pair[0] in taken}


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


def place_in_line(question: Mapping[str, Any], column: str) -> int:
    """Return the place of one question among the reserves, as :func:`reserve_order` does: 0 for the first draw."""
    return int(_known(question.get(column)) or 0)


def _known(value: Any) -> Any:
    """Return a value; None for a gap of a table."""
    return None if value is pd.NA or value != value else value
