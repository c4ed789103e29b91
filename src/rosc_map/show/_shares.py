"""Shares and their intervals in the words of a person; what cannot be known is said to be not known."""

from typing import Any

import pandas as pd

from rosc_map.records import percent

__all__ = ["known", "share_words"]


def known(value: Any) -> float | None:
    """Return a number of a table, or None in each of the ways in which a table says nothing."""
    return None if pd.isna(value) else float(value)


def share_words(estimate: Any, low: Any, high: Any) -> str:
    """Return a share with its interval, or only the ends between which it lies.

    Parameters
    ----------
    estimate, low, high
        Shares of 1, or missing.
    """
    middle, least, most = known(estimate), known(low), known(high)
    if least is None or most is None or least == most:
        # Where all was asked the interval has no width, and the figure is the whole.
        only = least if middle is None else middle
        return "not known" if only is None else percent(only)
    ends = f"{percent(least)} to {percent(most)}"
    return f"from {ends}" if middle is None else f"{percent(middle)} ({ends})"
