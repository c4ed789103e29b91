"""Was what they said right: answers beside the other service's own record (METHODS §1, "Outcome of one question")."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from rosc_map.errors import UnknownName
from rosc_map.linkage.bootstrap import clustered_share
from rosc_map.linkage.estimate import answered_questions, check_threshold
from rosc_map.records import codelist, counted, percent

__all__ = ["INFORMATION_LEVEL", "Accuracy", "accuracy"]

INFORMATION_LEVEL = 2
"""From this level on there is something said that can be right or wrong."""


@dataclass(frozen=True)
class Accuracy:
    """How much of what was said agrees with the record: an area figure, apart from willingness to tell.

    Attributes
    ----------
    answered
        Questions answered.
    informed
        Of them, at level 2 or more, so that something was said that can be checked.
    linked
        Of the answered, those at the round's threshold or above.
    checked
        Of the informed, those checked beside the other service's own record.
    as_recorded, differs
        Of the checked, those that agree and those that do not.
    unsettled
        Informed answers that were checked with two different results; in none of the three above.
    share, low, high
        ``as_recorded`` of ``checked``, with its 95 % interval (shares of 1); None where nothing was checked.
    sentences
        The result in plain words, with both figures: linked, and linked less what differs.

    Examples
    --------
    >>> from rosc_map.linkage import accuracy
    >>> questions = held.questions.query("round == 'R1'")
    >>> found = accuracy(questions, held.answers, rng=np.random.default_rng(1))
    >>> found.answered, found.informed, found.checked
    (85, 45, 0)
    """

    answered: int
    informed: int
    linked: int
    checked: int
    as_recorded: int
    differs: int
    unsettled: int
    share: float | None
    low: float | None
    high: float | None
    sentences: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the figures as JSON has them."""
        return {
            "answered": self.answered,
            "informed": self.informed,
            "linked": self.linked,
            "checked": self.checked,
            "as_recorded": self.as_recorded,
            "differs": self.differs,
            "unsettled": self.unsettled,
            "share": self.share,
            "low": self.low,
            "high": self.high,
            "sentences": list(self.sentences),
        }


def accuracy(
    questions: pd.DataFrame, answers: pd.DataFrame, *, rng: np.random.Generator, threshold: int = 2
) -> Accuracy:
    """Count how many of the answers that said something agree with the other service's own record.

    Parameters
    ----------
    questions
        The questions that count: ``source``, ``target`` (ids).
    answers
        ``source``, ``target``, ``level`` (a code of ``linkage_level``) and ``accuracy`` (a code of ``answer_accuracy``,
        or "" where it was not checked). Without that column nothing was checked.
    rng
        Where the resamples for the interval come from.
    threshold
        The level from which a pair is linked, 1 to 4. What is checked does not depend on it.

    Returns
    -------
    Accuracy
        Counts, the share with its interval (see :func:`rosc_map.linkage.bootstrap.clustered_share`), and sentences.

    Raises
    ------
    UnknownName
        When a level or an accuracy is not of its codelist.
    InputError
        When the threshold is not 1 to 4.

    Notes
    -----
    Only what can be checked is checked (the other service has confirmed its record within 6 months), so the share is
    of the checked ones, and stands for them.

    Examples
    --------
    >>> from rosc_map.linkage import accuracy
    >>> questions = held.questions.query("round == 'R1'")
    >>> accuracy(questions, held.answers, rng=np.random.default_rng(1)).sentences[0]
    "Of 45 answers that said something to check, none was checked beside the other service's own record."
    """
    check_threshold(threshold)
    asked = answered_questions(questions, answers)
    said = asked[asked["level_number"] >= INFORMATION_LEVEL]
    found = _checks(answers)
    results = [found.get(pair, set()) for pair in zip(said["source"], said["target"], strict=True)]
    one = np.array([len(result) == 1 for result in results], dtype=bool)
    agrees = np.array([result == {"as_recorded"} for result in results], dtype=bool)
    by_source = pd.DataFrame({"checked": one, "agrees": agrees}).groupby(said["source"].to_numpy(), sort=True).sum()
    checked, right = int(one.sum()), int(agrees.sum())
    share, low, high = (
        clustered_share(by_source["agrees"], by_source["checked"], rng=rng) if checked else (None, None, None)
    )
    counts = Accuracy(
        answered=int(asked["level_number"].notna().sum()),
        informed=len(said),
        linked=int((asked["level_number"] >= threshold).sum()),
        checked=checked,
        as_recorded=right,
        differs=checked - right,
        unsettled=sum(len(result) > 1 for result in results),
        share=share,
        low=low,
        high=high,
    )
    wrong = one & ~agrees & (said["level_number"] >= threshold).to_numpy(bool)
    return replace(counts, sentences=_sentences(counts, linked_differs=int(wrong.sum())))


def _checks(answers: pd.DataFrame) -> dict[tuple[str, str], set[str]]:
    """Return what was found of each pair beside the record."""
    found: dict[tuple[str, str], set[str]] = {}
    if "accuracy" not in answers.columns:
        return found
    known = codelist("answer_accuracy")
    for source, target, result in zip(answers["source"], answers["target"], answers["accuracy"], strict=True):
        # An empty box may arrive as "", None or NaN.
        if not isinstance(result, str) or not result:
            continue
        if result not in known:
            raise UnknownName(f"{result!r} does not say how an answer compares. Use one of: {', '.join(known)}.")
        found.setdefault((source, target), set()).add(result)
    return found


def _sentences(found: Accuracy, *, linked_differs: int) -> tuple[str, ...]:
    """Return the result in words; ``linked_differs`` is how many of the linked answers differ from the record."""
    if not found.informed:
        return ()
    checked = "none was" if not found.checked else "1 was" if found.checked == 1 else f"{found.checked:,} were"
    answers, answered = counted(found.informed, "answer"), found.answered
    text = f"Of {answers} that said something to check, {checked} checked beside the other service's own record"
    if found.share is not None and found.low is not None and found.high is not None:
        text += (
            f": {found.as_recorded:,} agreed ({percent(found.share)}; 95 % interval {percent(found.low)} to"
            f" {percent(found.high)}) and {found.differs:,} differed"
        )
    said = [text + "."]
    if linked_differs:
        left = found.linked - linked_differs
        said.append(
            f"{found.linked:,} of {answered:,} answers count as linked ({percent(found.linked / answered)}); without"
            f" those that differ it would be {left:,} of {answered:,} ({percent(left / answered)}). Which of the two is"
            " out of date, the answer or the record, is not known."
        )
    elif found.differs:
        said.append("Which of the two is out of date, the answer or the record, is not known.")
    if found.unsettled:
        what = "answer was" if found.unsettled == 1 else "answers were"
        said.append(
            f"{found.unsettled:,} {what} checked with two different results, and left out until that is settled."
        )
    return tuple(said)
