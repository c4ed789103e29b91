"""How many services to call, before anybody picks up a telephone (METHODS §1, "How many to contact")."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from rosc_map.errors import InputError
from rosc_map.linkage.two_stage import StageParts, together
from rosc_map.records import counted, percent, points

__all__ = ["Plan", "plan", "plan_for"]

Floats = NDArray[np.float64]

_SOURCES = (5, 10, 15, 20, 30, 40, 60, 80, 100, 150, 200)
_TARGETS = (1, 3, 5, 10)


@dataclass(frozen=True, eq=False)
class Plan:
    """What a linkage test of a certain size would tell, and what it would cost.

    Attributes
    ----------
    frame
        N, how many services could be contacted; each could be asked about the N − 1 others.
    sources, targets
        n, how many are called, and m, about how many others each is asked.
    expected
        The linkage that is reckoned with, 0 to 1.
    icc
        How alike the answers of the same service are reckoned to be, 0 to 1.
    minutes
        Minutes of a volunteer's time for one call, with the tries before it and the writing down.
    half_width
        Half the width of the 95 % interval to expect, a share of 1.
    hours
        Volunteers' time for all calls.
    table
        Other sizes beside the chosen one, by sources and targets: ``sources``, ``targets``, ``questions``,
        ``half_width``, ``hours``.
    sentence
        What it comes to, in one sentence.
    assumption
        What was reckoned with, in one sentence.

    Examples
    --------
    >>> from rosc_map.linkage import plan
    >>> found = plan(60, sources=20, targets=5)
    >>> round(found.half_width, 2), round(found.hours, 1)
    (0.12, 6.7)
    """

    frame: int
    sources: int
    targets: int
    expected: float
    icc: float
    minutes: float
    half_width: float
    hours: float
    table: pd.DataFrame
    sentence: str
    assumption: str

    def to_json(self) -> dict[str, Any]:
        """Return the document of ``linkage plan --json``."""
        return {
            "frame": self.frame,
            "sources": self.sources,
            "targets": self.targets,
            "expected": self.expected,
            "icc": self.icc,
            "half_width": self.half_width,
            "hours": self.hours,
            "table": self.table.to_dict("records"),
            "sentence": self.sentence,
        }


def plan(
    frame: int, *, sources: int, targets: int, expected: float = 0.5, icc: float = 0.2, minutes: float = 20
) -> Plan:
    """Tell how sure a test of n sources and m targets each would be.

    Parameters
    ----------
    frame
        N, how many services can be contacted, at least 2. Each is taken to be asked about any of the N − 1 others.
    sources
        n, from 2 to N: one service cannot tell how services differ.
    targets
        m, from 1 to N − 1.
    expected
        The linkage to reckon with, above 0 and below 1; 0.5 is the most cautious.
    icc
        The correlation of the answers of the same service, from 0 up to but not including 1.
    minutes
        Minutes a call, above 0.

    Returns
    -------
    Plan
        The half-width to expect when everybody answers, the hours, and a table of other sizes.

    Raises
    ------
    InputError
        When a number is outside these ranges; the message gives the range.

    Notes
    -----
    With S_b² = icc·L(1 − L) and S_w² = (1 − icc)·L(1 − L)·M/(M − 1), M = N − 1, the variance of the two-stage design is
    (1 − n/N)·S_b²/n + (1 − m/M)·S_w²/(n·m). Its Satterthwaite degrees of freedom come from the two parts as the
    estimate splits them, and the half-width is that of the Wilson interval of :func:`rosc_map.linkage.two_stage` at
    these expected values. The mean half-width over many tests is within a tenth of it.

    References
    ----------
    METHODS §1. Cochran, W. G. (1977). Sampling Techniques, 3rd ed., §10.6. Wiley.

    Examples
    --------
    >>> from rosc_map.linkage import plan
    >>> plan(60, sources=20, targets=5).sentence
    'Calling 20 services about 5 others each, about 7 hours, tells you the linkage to within ±12 points.'
    """
    _check(frame, expected, icc, minutes)
    if not 2 <= sources <= frame:
        raise InputError(f"You asked for {sources} sources of {frame} services. Ask for 2 to {frame}.")
    if not 1 <= targets <= frame - 1:
        raise InputError(f"You asked for {targets} targets each, of {frame - 1} others. Ask for 1 to {frame - 1}.")
    half_width = float(_half_widths(frame, sources, targets, expected, icc))
    hours = sources * minutes / 60
    return Plan(
        frame=frame,
        sources=sources,
        targets=targets,
        expected=expected,
        icc=icc,
        minutes=minutes,
        half_width=half_width,
        hours=hours,
        table=_table(frame, sources, targets, expected, icc, minutes),
        sentence=_sentence(sources, targets, half_width, hours),
        assumption=(
            f"This reckons with {frame:,} services that can be called, a linkage of about {percent(expected)}, answers"
            f" of the same service that are somewhat alike (a correlation of {icc:g}), {minutes:g} minutes a call, and"
            " everybody answering: each call that is not answered makes the result less sure."
        ),
    )


def plan_for(
    frame: int,
    half_width: float,
    *,
    expected: float = 0.5,
    icc: float = 0.2,
    minutes: float = 20,
    most_targets: int = 5,
) -> Plan:
    """Find the fewest calls that make a test as sure as wanted, then the fewest questions in each.

    Parameters
    ----------
    frame, expected, icc, minutes
        As for :func:`plan`.
    half_width
        Half the width of the 95 % interval that is wanted, a share of 1, above 0.
    most_targets
        About how many others one call may ask at most. The hours do not depend on it, so that more questions always
        look better; but a call of more than about five is a long one.

    Returns
    -------
    Plan
        With the smallest n that reaches the half-width, and for that n the smallest m.

    Raises
    ------
    InputError
        When a number is outside its range, or calling everybody is not enough; the message says what would be reached.

    Examples
    --------
    >>> from rosc_map.linkage import plan_for
    >>> found = plan_for(60, 0.1)
    >>> found.sources, found.targets
    (26, 5)
    """
    _check(frame, expected, icc, minutes)
    if not 0 < half_width < 1:
        raise InputError(f"The half-width wanted is {half_width:g}. Give a share of 1, such as 0.1 for ±10 points.")
    if most_targets < 1:
        raise InputError(f"You allow {most_targets} questions a call. Allow at least 1.")
    sources, targets = np.arange(2, frame + 1), np.arange(1, min(most_targets, frame - 1) + 1)
    reached = _half_widths(frame, sources[:, None], targets, expected, icc)
    enough = reached <= half_width
    if not enough.any():
        raise InputError(
            f"±{100 * half_width:g} points cannot be reached with {targets[-1]} questions a call: calling all {frame}"
            f" services tells the linkage to within {_near(float(reached[-1].min()))}."
            " Allow more questions a call, or a wider interval."
        )
    row = int(enough.any(axis=1).argmax())
    column = int(enough[row].argmax())
    return plan(
        frame,
        sources=int(sources[row]),
        targets=int(targets[column]),
        expected=expected,
        icc=icc,
        minutes=minutes,
    )


def _check(frame: int, expected: float, icc: float, minutes: float) -> None:
    if frame < 2:
        raise InputError(f"A linkage test needs at least two services that can be called; you gave {frame}.")
    if not 0 < expected < 1:
        raise InputError(f"The linkage expected is {expected:g}. Give a share above 0 and below 1, such as 0.5.")
    if not 0 <= icc < 1:
        raise InputError(f"The correlation (ICC) is {icc:g}. Give a number from 0 to below 1; 0.2 is usual.")
    if not minutes > 0:
        raise InputError(f"A call of {minutes:g} minutes makes no sense. Give a number above 0, such as 20.")


def _half_widths(frame: int, sources: ArrayLike, targets: ArrayLike, expected: float, icc: float) -> Floats:
    """Return the half-width for each n and m, broadcast against each other; n is at least 2."""
    n, m = np.broadcast_arrays(np.asarray(sources, dtype=np.float64), np.asarray(targets, dtype=np.float64))
    most, spread = frame - 1, expected * (1 - expected)
    # Of two services each has one other, all of which is asked: nothing is left to vary within.
    s_b, s_w = icc * spread, (1 - icc) * spread * most / (most - 1) if most > 1 else 0.0
    within_source = (1 - m / most) * s_w / m
    between = (1 - n / frame) * (s_b + within_source) / n
    single = m == 1
    expected_parts = StageParts(
        estimate=np.full(n.shape, expected),
        between=np.where(single, (1 - n / (frame * most)) * (s_b + within_source) / n, between),
        within=np.where(single, 0.0, within_source / frame),
        between_df=n - 1,
        within_df=n * (m - 1),
        sources=n,
        questions=n * m,
        census=(n == frame) & (m == most),
    )
    found = together([expected_parts], [1.0])
    result: Floats = (found.high - found.low) / 2
    return result


def _table(frame: int, sources: int, targets: int, expected: float, icc: float, minutes: float) -> pd.DataFrame:
    by_n = sorted({n for n in (*_SOURCES, frame) if n <= min(frame, _SOURCES[-1])} | {sources})
    by_m = sorted({m for m in _TARGETS if m < frame} | {targets})
    n, m = (grid.ravel() for grid in np.meshgrid(by_n, by_m, indexing="ij"))
    widths = _half_widths(frame, n, m, expected, icc)
    return pd.DataFrame(
        {"sources": n, "targets": m, "questions": n * m, "half_width": widths, "hours": n * minutes / 60}
    )


def _near(half_width: float) -> str:
    # What is nearer than a point is within a point as well.
    return f"±{points(max(half_width, 0.01))}"


def _sentence(sources: int, targets: int, half_width: float, hours: float) -> str:
    time = counted(round(hours), "hour") if hours >= 0.75 else counted(round(60 * hours), "minute")
    text = f"Calling {counted(sources, 'service')} about {counted(targets, 'other')} each, about {time},"
    if not half_width:
        return f"{text} asks all there is to ask, so the linkage is known exactly if everybody answers."
    return f"{text} tells you the linkage to within {_near(half_width)}."
