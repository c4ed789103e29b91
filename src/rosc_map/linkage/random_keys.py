"""Random keys: the same sample from the same seed, on every machine and for ever (METHODS §1, "Draw designs").

NumPy promises that the raw stream of a bit generator never changes, but not what ``Generator.choice`` makes of it
(NEP 19). So each candidate gets a raw 64-bit key, and the smallest keys are the sample.
"""

import numpy as np
from numpy.typing import NDArray

from rosc_map.errors import InputError

__all__ = ["SEEDS", "smallest", "stream_of"]

SEEDS = 2**53
"""Every whole number below this is kept exactly by any program that the file is opened with."""


def stream_of(seed: int) -> np.random.PCG64:
    """Return the stream of raw numbers that a seed starts.

    Parameters
    ----------
    seed
        A whole number from 0, below :data:`SEEDS`.

    Returns
    -------
    numpy.random.PCG64
        The stream, at its beginning.

    Raises
    ------
    InputError
        When the seed is outside of that.
    """
    if not 0 <= seed < SEEDS:
        raise InputError(f"The seed is {seed}. Give a whole number from 0 to {SEEDS - 1}, such as the year.")
    return np.random.PCG64(seed)


def smallest(stream: np.random.PCG64, candidates: int, wanted: int) -> list[int]:
    """Draw a simple random sample without replacement: give each candidate a key and take the smallest keys.

    Parameters
    ----------
    stream
        Where the keys come from; it moves on by ``candidates``, however many are wanted.
    candidates
        How many there are to draw from.
    wanted
        How many to draw. All, where there are fewer.

    Returns
    -------
    list of int
        The places drawn, from 0, in the order of their keys, which is random.
    """
    keys: NDArray[np.uint64] = np.asarray(stream.random_raw(candidates), dtype=np.uint64)
    # A stable sort, so that even two equal keys (once in 10^19) fall the same way everywhere.
    return [int(place) for place in np.argsort(keys, kind="stable")[:wanted]]
