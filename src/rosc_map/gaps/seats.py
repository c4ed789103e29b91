"""Who sits where in the partnership: counts of seats, as evidence and not as a judgement.

The Commissioning Quality Standard, as guidance part 3 tells of it, says who should be involved. No share is set.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rosc_map.gaps._rows import by_number, plain
from rosc_map.records import Seat, codelist, counted, day, row_dicts, squash

__all__ = ["SeatsFound", "seats"]

_FIELDS = ("structure", "held_by", "votes", "expenses_paid", "since")
_FIRST = ("lived_experience", "vacant")
_VOTES_AND_EXPENSES = (
    "with_vote", "votes_known", "expenses_paid", "expenses_known", "lived_with_vote", "lived_expenses_paid",
)  # fmt: skip


@dataclass(frozen=True)
class SeatsFound:
    """The seats of the partnership's groups and boards.

    Attributes
    ----------
    by_structure
        One row a group or board, by name: ``structure``, ``seats``, ``lived_experience`` and ``vacant`` (how many are
        held by people with lived experience, and by nobody), ``with_vote`` and ``votes_known``, ``expenses_paid`` and
        ``expenses_known`` (of the seats that somebody holds, and of how many of these it is recorded),
        ``lived_with_vote`` and ``lived_expenses_paid`` (of the seats held by people with lived experience), then the
        other codes of ``seat_held_by``.
    sentences
        A sentence a group or board, and what it is evidence for.
    cautions
        What is not counted, and what the figures do not say.

    Examples
    --------
    >>> from rosc_map.gaps import seats
    >>> from rosc_map.records import Seat
    >>> found = seats(held.others[Seat], as_at=held.as_at)
    >>> found.by_structure[["structure", "seats", "lived_experience", "vacant"]]
                                         structure  seats  lived_experience  vacant
    0      Example Surrey recovery reference group      5                 2       0
    1  Example Surrey treatment and recovery board      9                 2       1
    """

    by_structure: pd.DataFrame
    sentences: tuple[str, ...]
    cautions: tuple[str, ...]


def seats(rows: pd.DataFrame, *, as_at: dt.date) -> SeatsFound:
    """Count for each group or board who holds its seats, and whether they vote and have their expenses paid.

    Parameters
    ----------
    rows
        Rows of ``records.Seat``. Names of structures that differ in case or marks alone are one.
    as_at
        The day. A seat that is held only from a later day on is left out, and that is said.

    Raises
    ------
    InputError
        When a column is missing.

    Examples
    --------
    >>> from rosc_map.gaps import seats
    >>> from rosc_map.records import Seat
    >>> seats(held.others[Seat], as_at=held.as_at).sentences[0]
    'Example Surrey recovery reference group: 2 of 5 seats are held by people with lived experience or a LERO; 0 are
    vacant (22 November 2026). Of these 2 seats, 2 have a vote (known for 2); the expenses of 2 are paid (known for
    2).'
    """
    said = row_dicts(plain(rows, Seat, _FIELDS))
    held = [row for row in said if row["since"] is None or row["since"] <= as_at]
    structures: dict[str, list[dict[str, Any]]] = {}
    for row in held:
        structures.setdefault(squash(row["structure"]), []).append(row)
    groups = [structures[name] for name in sorted(structures)]
    others = [code for code in codelist("seat_held_by") if code not in _FIRST]
    columns = ["structure", "seats", *_FIRST, *_VOTES_AND_EXPENSES, *others]
    return SeatsFound(
        by_structure=pd.DataFrame([_counts(group, others) for group in groups], columns=columns),
        sentences=tuple(_sentences(groups, as_at)),
        cautions=tuple(_cautions(len(said) - len(held), as_at)),
    )


def _counts(group: list[dict[str, Any]], others: Iterable[str]) -> dict[str, Any]:
    # Nobody votes from a vacant seat, or is paid for it, whatever is recorded of the seat.
    held = [row for row in group if row["held_by"] != "vacant"]
    lived = _of_lived_experience(group)
    return {
        "structure": group[0]["structure"],
        "seats": len(group),
        **{code: _held_by(group, code) for code in _FIRST},
        "with_vote": _yes(held, "votes"),
        "votes_known": _known(held, "votes"),
        "expenses_paid": _yes(held, "expenses_paid"),
        "expenses_known": _known(held, "expenses_paid"),
        "lived_with_vote": _yes(lived, "votes"),
        "lived_expenses_paid": _yes(lived, "expenses_paid"),
        **{code: _held_by(group, code) for code in others},
    }


def _held_by(group: Iterable[Mapping[str, Any]], code: str) -> int:
    return sum(row["held_by"] == code for row in group)


def _of_lived_experience(group: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [row for row in group if row["held_by"] == "lived_experience"]


def _yes(group: Iterable[Mapping[str, Any]], field: str) -> int:
    return sum(bool(row[field]) for row in group)


def _known(group: Iterable[Mapping[str, Any]], field: str) -> int:
    return sum(row[field] is not None for row in group)


def _sentences(groups: list[list[dict[str, Any]]], as_at: dt.date) -> Iterator[str]:
    if not groups:
        yield "No seats are recorded."
        return
    for group in groups:
        lived = _of_lived_experience(group)
        held = f"{len(lived):,} of {counted(len(group), 'seat')} {'is' if 1 in (len(lived), len(group)) else 'are'}"
        vacant = by_number(_held_by(group, "vacant"), "is", "are")
        yield (
            f"{group[0]['structure']}: {held} held by people with lived experience or a LERO; {vacant} vacant "
            f"({day(as_at)}).{_of_these(lived)}"
        )
    yield (
        "This is evidence for the Commissioning Quality Standard: guidance part 3 says that partnerships should "
        "involve people with lived experience, including LEROs, in decisions, and pay their expenses."
    )


def _of_these(lived: list[Mapping[str, Any]]) -> str:
    """Return what is known of the votes and expenses of the seats held by people with lived experience."""
    if not lived:
        return ""
    votes = f"{by_number(_yes(lived, 'votes'), 'has', 'have')} a vote (known for {_known(lived, 'votes'):,})"
    paid = f"the expenses of {_yes(lived, 'expenses_paid'):,} are paid (known for {_known(lived, 'expenses_paid'):,})"
    return f" Of {'this 1 seat' if len(lived) == 1 else f'these {len(lived):,} seats'}, {votes}; {paid}."


def _cautions(later: int, as_at: dt.date) -> Iterator[str]:
    if later:
        seats_are = by_number(later, "seat is", "seats are")
        yield f"{seats_are} not counted: held only from after {day(as_at)}."
    yield (
        "These are counts and not a judgement: no number of seats is set as right. Who is heard, the people who sit "
        "there can tell."
    )
