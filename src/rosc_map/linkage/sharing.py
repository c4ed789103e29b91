"""Sharing the calls of a round out among volunteers (METHODS §1, "Conduct")."""

from collections import Counter

import pandas as pd

from rosc_map.errors import InputError

__all__ = ["share_out"]


def share_out(questions: pd.DataFrame, volunteers: int) -> list[pd.DataFrame]:
    """Share calls out, so that every volunteer has about as many questions to ask as any other.

    All questions of a source are on one sheet, since it is rung once. The same questions are always shared out the
    same way.

    Parameters
    ----------
    questions
        ``source`` and any other columns, a row a question.
    volunteers
        How many sheets there are to be, at least 1 and at most one a source.

    Returns
    -------
    list of pandas.DataFrame
        As many tables as volunteers, none of them empty, with the columns of ``questions`` and its rows in their order,
        numbered from 0. No two differ by more questions than one source has.

    Raises
    ------
    InputError
        When there are fewer sources than volunteers, or no volunteer.

    Examples
    --------
    >>> from rosc_map.linkage import share_out
    >>> sheets = share_out(held.questions.query("round == 'R2' and target_reserve == 0"), 2)
    >>> [len(sheet) for sheet in sheets]
    [9, 6]
    """
    sizes = Counter(questions["source"])
    if volunteers < 1:
        raise InputError(f"The calls cannot be shared among {volunteers} volunteers. Give 1 or more.")
    if volunteers > len(sizes):
        raise InputError(
            f"There are {volunteers} volunteers and {len(sizes)} services to ring, and each is rung by one volunteer."
            f" Share the calls among {len(sizes)} or fewer."
            if sizes
            else "There are no calls to share out."
        )
    loads = [0] * volunteers
    sheet_of: dict[str, int] = {}
    # The longest calls first, each to who has least so far; equally long ones stay in the order of the questions.
    for source, size in sizes.most_common():
        lightest = loads.index(min(loads))
        sheet_of[source] = lightest
        loads[lightest] += size
    sheets = questions["source"].map(sheet_of)
    return [questions[sheets == number].reset_index(drop=True) for number in range(volunteers)]
