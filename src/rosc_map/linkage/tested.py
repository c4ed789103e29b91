"""What a round found out about single links, as evidence for the referral network (METHODS §1 and §2)."""

import datetime as dt

import pandas as pd

from rosc_map.linkage.contacts import days, last_day
from rosc_map.linkage.estimate import answered_questions

__all__ = ["tested_links"]


def tested_links(questions: pd.DataFrame, answers: pd.DataFrame, *, threshold: int = 2) -> pd.DataFrame:
    """Return the pairs that a round tested, and what it found.

    There are three states: linked, not found in this test (never "false": somebody else might have known), and not
    tested. The last has no row here.

    Parameters
    ----------
    questions
        ``source``, ``target`` (ids), the questions that count (:func:`rosc_map.linkage.in_use.in_use`).
    answers
        ``source``, ``target``, ``level`` (a code of ``linkage_level``) and, where known, ``on``. A question with two
        different levels is not tested until it is settled.
    threshold
        The level from which a pair is linked, 1 to 4.

    Returns
    -------
    pandas.DataFrame
        One row a pair with a settled answer, in the order of the questions: ``from_asset``, ``to_asset``, ``result``
        ("linked" or "not_found_in_test") and ``on`` (the last day that it was answered, or None).

    Examples
    --------
    >>> from rosc_map.linkage import tested_links
    >>> tested_links(held.questions.query("round == 'R1'"), held.answers)["result"].value_counts().to_dict()
    {'linked': 45, 'not_found_in_test': 40}
    """
    asked = answered_questions(questions, answers)
    told = asked[asked["level_number"].notna()]
    said: dict[tuple[str, str], list[dt.date | None]] = {}
    for source, target, on in zip(answers["source"], answers["target"], days(answers), strict=True):
        said.setdefault((source, target), []).append(on)
    return pd.DataFrame(
        {
            "from_asset": told["source"].to_list(),
            "to_asset": told["target"].to_list(),
            "result": ["linked" if level >= threshold else "not_found_in_test" for level in told["level_number"]],
            "on": [last_day(said[pair]) for pair in zip(told["source"], told["target"], strict=True)],
        },
        dtype=object,
    )
