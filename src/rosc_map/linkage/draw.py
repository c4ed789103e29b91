"""The draw: who is contacted and about whom each is asked, at random and the same for ever (METHODS §1, design 1)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rosc_map.errors import InputError
from rosc_map.linkage.frame import Frame

__all__ = ["Draw", "draw"]

_SEEDS = 2**53
"""Every whole number below this is kept exactly by any program that the file is opened with."""


@dataclass(frozen=True, eq=False)
class Draw:
    """One draw of a round.

    Attributes
    ----------
    design
        A code of the codelist ``draw_design``.
    seed
        The number that the draw starts from.
    sources
        n, how many are contacted.
    targets
        m, about how many each is asked.
    frame_sha256
        The fingerprint of the frame that it was drawn from.
    pairs
        One row a question: ``source`` and ``target`` (ids) and ``eligible`` (M, about how many this source could have
        been asked). Sources in the order of the frame; the targets of each in random order, which is the order to ask
        in.
    notes
        Sentences that the user has to be told about the draw.
    """

    design: str
    seed: int
    sources: int
    targets: int
    frame_sha256: str
    pairs: pd.DataFrame
    notes: tuple[str, ...]


def draw(frame: Frame, *, sources: int, targets: int, seed: int) -> Draw:
    """Draw a round: n sources, and for each its own m targets, all by simple random sampling without replacement.

    Parameters
    ----------
    frame
        The frame to draw from.
    sources
        n, from 1 to the number of contacts of the frame.
    targets
        m, from 1 to the largest number about which any contact may be asked. A source with fewer is asked about all it
        has.
    seed
        A whole number from 0, below 2 to the power of 53. The same frame and seed give the same draw on every
        machine, for ever.

    Returns
    -------
    Draw
        The questions, with what there is to say about them.

    Raises
    ------
    InputError
        When there are not so many contacts or targets, or a number is below what makes sense; the message gives the
        numbers.

    References
    ----------
    METHODS §1, "Draw designs", 1. Cochran, W. G. (1977). Sampling Techniques, 3rd ed., chapter 10. Wiley.
    """
    _check(frame, sources, targets, seed)
    # NumPy promises that the raw stream of a bit generator never changes, but not what Generator.choice makes of it
    # (NEP 19). So each candidate gets a raw 64-bit key, and the smallest keys are the sample.
    stream = np.random.PCG64(seed)
    chosen = sorted(_smallest(stream, len(frame.contacts), sources))
    rows: list[tuple[str, str, int]] = []
    for place in chosen:
        source = frame.contacts[place]
        eligible = frame.eligible(source)
        picks = _smallest(stream, len(eligible), targets)
        rows += [(source, eligible[pick], len(eligible)) for pick in picks]
    return Draw(
        design="independent",
        seed=seed,
        sources=sources,
        targets=targets,
        frame_sha256=frame.sha256,
        pairs=pd.DataFrame(rows, columns=["source", "target", "eligible"]),
        notes=_notes([frame.eligible_counts[place] for place in chosen], targets),
    )


def _smallest(stream: np.random.PCG64, candidates: int, wanted: int) -> list[int]:
    """Return the places of the smallest keys in the order of the keys, a random sample; all where fewer are there."""
    keys: NDArray[np.uint64] = np.asarray(stream.random_raw(candidates), dtype=np.uint64)
    # A stable sort, so that even two equal keys (once in 10^19) fall the same way everywhere.
    return [int(place) for place in np.argsort(keys, kind="stable")[:wanted]]


def _check(frame: Frame, sources: int, targets: int, seed: int) -> None:
    available, most = len(frame.contacts), max(frame.eligible_counts)
    if not 0 <= seed < _SEEDS:
        raise InputError(f"The seed is {seed}. Give a whole number from 0 to {_SEEDS - 1}, such as the year.")
    if sources < 1:
        raise InputError(f"You asked for {sources} sources. Ask for 1 to {available}.")
    if sources > available:
        raise InputError(
            f"You asked for {sources} sources; {available} services can be contacted. Ask for {available} or fewer."
        )
    if targets < 1:
        raise InputError(f"You asked for {targets} targets each. Ask for 1 to {most}.")
    if targets > most:
        raise InputError(
            f"You asked for {targets} targets each; no service can be asked about more than {most}."
            f" Ask for {most} or fewer."
        )


def _notes(eligible: list[int], targets: int) -> tuple[str, ...]:
    short = [count for count in eligible if count < targets]
    if not short:
        return ()
    questions = sum(min(count, targets) for count in eligible)
    who = "One service" if len(short) == 1 else f"{len(short)} services"
    text = f"{who} can be asked about fewer than {targets} others, and will be asked about all of them:"
    return (f"{text} {questions} questions instead of {targets * len(eligible)}.",)
