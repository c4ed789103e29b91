"""A table of a linkage round must not give away the result of one or two organisations (METHODS §1, Conduct).

A kind of which there is only one organisation has a row that is its own result. And what is left out of a table can be
worked out from the totals (of all answers, of those about one's own kind, of those about other kinds), so that what is
left out of each needs several organisations too.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rosc_map.records import row_dicts

__all__ = ["SEVERAL", "Answers", "few", "hide_few", "left_out"]

SEVERAL = 3
"""What is shown, and what is left out of a total, is the result of so many organisations at least."""

# That nobody answered would name the one that did not, so not even the counts are told.
_FIGURES = ("questions", "answered", "linked", "share", "low", "high")

Answers = NDArray[np.bool_]
"""Some of the answers of a table: a truth value for each of its rows."""


def few(answers: pd.DataFrame) -> bool:
    """Whether some answers, together, are the result of few organisations; none at all are nobody's.

    They are where two organisations, or one, have a part in all of them, asked or asked about: each of the two knows
    its own part, and would know the other's. So there are three on each side at least.

    Parameters
    ----------
    answers
        One row an answer that counts: ``asked``, ``about`` (the two organisations).
    """
    return len(answers) > 0 and _have_part_in_all(SEVERAL - 1, answers)


def _have_part_in_all(organisations: int, answers: pd.DataFrame) -> bool:
    if answers.empty or not organisations:
        return answers.empty
    # One of them has a part in the first answer.
    return any(
        _have_part_in_all(organisations - 1, answers[(answers["asked"] != one) & (answers["about"] != one)])
        for one in answers.iloc[0][["asked", "about"]]
    )


def left_out(table: pd.DataFrame, keys: Sequence[str], answers: pd.DataFrame) -> Answers:
    """Tell which answers are in no row of a table that has its figures.

    Parameters
    ----------
    table
        One row a cell: the columns of ``keys``, and ``note`` ("" where there are figures).
    keys
        The columns that say which cell it is, in both tables.
    answers
        One row an answer that counts.
    """
    shown = set(_cells(table[table["note"] == ""], keys))
    return np.array([cell not in shown for cell in _cells(answers, keys)], dtype=bool)


def hide_few(
    table: pd.DataFrame, keys: Sequence[str], answers: pd.DataFrame, totals: Sequence[Answers]
) -> pd.DataFrame:
    """Leave out the figures that rest on few organisations, and of as many more as keep those from being found.

    Parameters
    ----------
    table
        What :func:`rosc_map.linkage.between_types` or :func:`rosc_map.linkage.by_distance` gave.
    keys
        The columns that say which cell it is, in both tables.
    answers
        One row an answer that counts: ``asked``, ``about`` (the two organisations) and the columns of ``keys``.
    totals
        Of which answers a total is told elsewhere.

    Returns
    -------
    pandas.DataFrame
        The same rows; where figures are left out, the note says "too few".
    """
    cells = _cells(table, keys)
    within = dict(iter(answers.groupby(pd.Series(_cells(answers, keys), index=answers.index, dtype=object))))
    largest_first = sorted(
        (-row["answered"], cell)
        for row, cell in zip(row_dicts(table), cells, strict=True)
        if not row["note"] and not few(within[cell])
    )
    shown = [cell for _, cell in largest_first]
    of = _cells(answers, keys)
    for total in totals:
        # Whatever has its own figures rests on several organisations: each one more that goes helps to hide the rest.
        more = [cell for cell in shown if cell in {cell for cell, inside in zip(of, total, strict=True) if inside}]
        while more and few(answers[total & np.array([cell not in shown for cell in of], dtype=bool)]):
            shown.remove(more.pop())
    hidden = {"note": "too few"} | dict.fromkeys(name for name in _FIGURES if name in table)
    rows = [
        row if cell in shown or row["note"] == "not tested" else row | hidden
        for row, cell in zip(row_dicts(table), cells, strict=True)
    ]
    return pd.DataFrame(rows, columns=table.columns, dtype=object)


def _cells(table: pd.DataFrame, keys: Sequence[str]) -> list[tuple[str, ...]]:
    return list(zip(*(table[key] for key in keys), strict=True))
