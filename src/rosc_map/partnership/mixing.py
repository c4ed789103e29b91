"""When two records of one asset become one, or a list fills a record: how finely it is shown, and whose words fit."""

from rosc_map.records import codelist
from rosc_map.records.licences import licence_of

__all__ = ["goes_into", "strictness"]


def strictness(precision: str) -> int:
    """Return how little a precision shows; a word that is not in the list, typed elsewhere, counts as the strictest."""
    order = list(codelist("location_precision"))
    return order.index(precision) if precision in order else len(order)


def goes_into(theirs: str, ours: str) -> bool:
    """Whether words under one licence may stand in a record under another, which keeps its own.

    A record has one licence. What asks to be named, or was allowed to us alone, would lose that in a record that does
    not say so; and what nobody may pass on would be passed on.

    Parameters
    ----------
    theirs, ours
        As in the field ``licence``: of the words, and of the record that they would stand in.
    """
    words, record = licence_of(theirs), licence_of(ours)
    free = not (words.attribution or words.keeps_apart or words.code == "permission")
    return words.shared and (free or words == record)
