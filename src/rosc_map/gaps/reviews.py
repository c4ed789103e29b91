"""How groups see the partnership: views on a framework's items, side by side and never averaged (METHODS §3.4)."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rosc_map.gaps._rows import by_number, listed, plain
from rosc_map.records import Review, codelist, counted, day, label, row_dicts, squash

__all__ = ["ReviewGrid", "reviews"]

_FIELDS = ("framework", "item", "about", "group", "on", "answer", "example")
_ORDER = ("participation_ladder", "five_questions", "stepping_stones", "lero_standards")
_STANDARDS = "lero_standards"

_Views = Mapping[tuple[str, str], dict[str, Any]]
"""The view that counts, by item and group."""


@dataclass(frozen=True)
class ReviewGrid:
    """The views on one framework of one thing that was looked at.

    Attributes
    ----------
    framework
        A code of ``review_framework``.
    about
        What was looked at.
    items
        One row an item of the framework, all of them, in the order of its codelist: ``item``, and a column a group of
        ``group_asked`` with the code of its answer, or "" where it gave no view: that is not a no.
    examples
        What shows it, in the same order: ``item``, ``group``, ``on`` (None where not recorded), ``example``.
    on
        The first and the last day of the views shown; None where no day is recorded.
    sentences
        How many groups gave how many views, where answers differ, and how to read the grid.

    Examples
    --------
    >>> from rosc_map.gaps import reviews
    >>> from rosc_map.records import Review
    >>> grid = reviews(held.others[Review])[0]
    >>> grid.framework, grid.about, len(grid.items)
    ('participation_ladder', 'Whole system', 8)
    """

    framework: str
    about: str
    items: pd.DataFrame
    examples: pd.DataFrame
    on: tuple[dt.date, dt.date] | None
    sentences: tuple[str, ...]


def reviews(rows: pd.DataFrame) -> tuple[ReviewGrid, ...]:
    """Lay the views of the groups side by side: a grid for each framework and each thing that was looked at.

    The latest view of a group on an item counts; that there are earlier ones is said. Nothing is averaged, scored or
    summed. The ladder comes first, the LERO standards last: those are numbers on which support is wanted.

    Parameters
    ----------
    rows
        Rows of ``records.Review``. Names of what was looked at that differ in case or marks alone are one.

    Raises
    ------
    InputError
        When a column is missing.

    Examples
    --------
    >>> from rosc_map.gaps import reviews
    >>> from rosc_map.records import Review
    >>> reviews(held.others[Review])[0].sentences[0]
    '3 groups gave 24 views on 8 of 8 items, from 12 May 2026 to 2 June 2026.'
    """
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in row_dicts(plain(rows, Review, _FIELDS)):
        if row["framework"] in _ORDER:
            found.setdefault((row["framework"], squash(row["about"])), []).append(row)
    return tuple(_grid(found[key]) for key in sorted(found, key=lambda key: (_ORDER.index(key[0]), key[1])))


def _grid(rows: list[dict[str, Any]]) -> ReviewGrid:
    framework = rows[0]["framework"]
    items, groups = list(codelist(framework)), list(codelist("group_asked"))
    known = [row for row in rows if _is_known(row)]
    # Sorting is stable: of two views of one day the later row counts.
    views = {(row["item"], row["group"]): row for row in sorted(known, key=lambda row: row["on"] or dt.date.min)}
    shown = [views[item, group] for item in items for group in groups if (item, group) in views]
    days = sorted(row["on"] for row in shown if row["on"])
    on = (days[0], days[-1]) if days else None
    return ReviewGrid(
        framework=framework,
        about=rows[0]["about"],
        items=pd.DataFrame(
            [(item, *(_answer(views, item, group) for group in groups)) for item in items],
            columns=["item", *groups],
            dtype=object,
        ),
        examples=pd.DataFrame(
            [(row["item"], row["group"], row["on"], row["example"]) for row in shown if row["example"]],
            columns=["item", "group", "on", "example"],
            dtype=object,
        ),
        on=on,
        sentences=(
            *_sentences(framework, views, on),
            *_left_out(earlier=len(known) - len(views), unknown=len(rows) - len(known)),
        ),
    )


def _is_known(row: Mapping[str, Any]) -> bool:
    """Whether the framework has the item, and the group and the answer are known: a file may be edited elsewhere."""
    lists = {"item": row["framework"], "group": "group_asked", "answer": "review_answer"}
    return all(row[field] in codelist(name) for field, name in lists.items())


def _answer(views: _Views, item: str, group: str) -> str:
    return str(views[item, group]["answer"]) if (item, group) in views else ""


def _sentences(framework: str, views: _Views, on: tuple[dt.date, dt.date] | None) -> Iterator[str]:
    items = [item for item in codelist(framework) if any(item == of for of, _ in views)]
    groups = {group for _, group in views}
    when = "" if on is None else f", on {day(on[0])}" if on[0] == on[1] else f", from {day(on[0])} to {day(on[1])}"
    yield (
        f"{counted(len(groups), 'group')} gave {counted(len(views), 'view')} on {len(items):,} of "
        f"{counted(len(codelist(framework)), 'item')}{when}."
    )
    answers = {item: [row["answer"] for (of, _), row in views.items() if of == item] for item in items}
    several = [item for item in items if len(answers[item]) > 1]
    if several:
        differ = [label(framework, item) for item in several if len(set(answers[item])) > 1]
        named = f" ({', '.join(differ)}): something to talk about" if differ else ""
        yield (
            f"Of {counted(len(several), 'item')} with views of two or more groups, the answers differ on "
            f"{len(differ):,}{named}."
        )
    if framework == _STANDARDS:
        yield from _support(answers)
    yield "The views stand side by side: they are not averaged, scored or added up."


def _support(answers: Mapping[str, list[str]]) -> Iterator[str]:
    """Say with which standards support is wanted, by number: their wording is CLERO's."""
    wanted = [label(_STANDARDS, item) for item, said in answers.items() if "support_wanted" in said]
    named = f": {listed(wanted)}" if wanted else ""
    yield f"Of {counted(len(answers), 'standard')} with a view, support is wanted with {len(wanted):,}{named}."
    yield "The standards and their wording are CLERO's; here are only their numbers, and never a score."


def _left_out(*, earlier: int, unknown: int) -> Iterator[str]:
    if earlier:
        yield f"{by_number(earlier, 'earlier view is', 'earlier views are')} recorded; the latest of each group counts."
    if unknown:
        rows = by_number(unknown, "view names", "views name")
        yield f"{rows} an item, a group or an answer that is not in the lists, and is not shown. Put it right."
