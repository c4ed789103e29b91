"""The call sheet: one row a question, and how what people write into its cells is read (METHODS §1, "Conduct")."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from rosc_map.errors import UnknownName
from rosc_map.linkage.conduct import LEVEL_WORDS, OUTCOME_WORDS, QUESTION
from rosc_map.linkage.contacts import as_day
from rosc_map.records import Attempt, CellError, check_who, codelist, is_given, parse_cell, row_dicts, squash

__all__ = [
    "CONFIRMED_WITHIN",
    "call_sheet",
    "cell_text",
    "question_rows",
    "read_accuracy",
    "read_contact",
    "read_level",
    "read_volunteer",
    "sheet_columns",
]

CONFIRMED_WITHIN = dt.timedelta(days=183)
"""What was said is compared with a service's own record only where that was confirmed within six months.

Examples
--------
>>> from rosc_map.linkage import CONFIRMED_WITHIN
>>> CONFIRMED_WITHIN.days
183
"""

_ON_THE_RECORD = {"website": "Website", "phone": "Telephone", "sessions": "Times", "referral_route": "How to get in"}

_BY = Attempt.specs()["by"]
_LEVELS = {squash(word): code for code, label in LEVEL_WORDS.items() for word in (code, label)}
# The lists on the sheet say "2: Gave information", and people write it as they see it.
_LEVELS |= {squash(f"{number} {label}"): code for number, (code, label) in enumerate(LEVEL_WORDS.items())}
_LEVEL_NUMBER = re.compile(r"([0-4])(\.0)?")
_OUTCOMES = {squash(word): code for code, label in OUTCOME_WORDS.items() for word in (code, label)}
_ACCURACIES = {
    squash(word): entry.code for entry in codelist("answer_accuracy").values() for word in (entry.code, entry.label)
}


def sheet_columns(tries: int) -> tuple[str, ...]:
    """Return the columns of a call sheet with room for so many tries: what a volunteer needs first, the ids last.

    Examples
    --------
    >>> from rosc_map.linkage import sheet_columns
    >>> sheet_columns(3)[:5]
    ('who to ring', 'telephone', 'e-mail', 'when', 'question')
    """
    return (
        *("who to ring", "telephone", "e-mail", "when", "question"),
        *("level", "contact", "date", *(f"try {number}" for number in range(1, tries + 1)), "volunteer"),
        *("on the record", "beside the record"),
        *("round", "sheet", "source", "target"),
    )


def call_sheet(
    pairs: pd.DataFrame,
    assets: pd.DataFrame,
    *,
    round_name: str = "",
    sheet: int = 1,
    tries: int = 3,
    confirmed_since: dt.date | None = None,
) -> pd.DataFrame:
    """Lay the questions of a round out for the people who ring.

    Parameters
    ----------
    pairs
        The questions of one volunteer, in the order to ask them: columns ``source``, ``target`` (ids).
    assets
        One row an asset: ``id``, ``name``, ``organisation``, ``phone``, ``email`` (text, "" for unknown), and where
        there are any ``sessions``, ``referral_route``, ``website`` (text) and ``verified_on`` (date or None).
    round_name
        The name of the round, so that no sheet is read as that of another.
    sheet
        The number of the sheet.
    tries
        For how many tries there is a column, each for a day and a time.
    confirmed_since
        The record of a target stands on the sheet where it was confirmed on this day or later, so that what was said
        can be looked at beside it; None shows none.

    Returns
    -------
    pandas.DataFrame
        One row a question, in the same order, all text, the columns of :func:`sheet_columns`. From ``level`` to
        ``volunteer``, and ``beside the record``, the cells are empty, to be filled in.
        :func:`rosc_map.linkage.read_answers` reads them back.

    Raises
    ------
    UnknownName
        When a question names an asset that is not among the assets any more.

    Examples
    --------
    >>> from rosc_map.linkage import call_sheet
    >>> sheet = call_sheet(held.questions.query("round == 'R2'"), held.assets, round_name="R2")
    >>> len(sheet), sheet.columns[:4].tolist()
    (20, ['who to ring', 'telephone', 'e-mail', 'when'])
    """
    asked = question_rows(row_dicts(pairs), row_dicts(assets), confirmed_since=confirmed_since)
    rows = [{**row, "round": round_name, "sheet": str(sheet)} for row in asked]
    return pd.DataFrame(rows, columns=list(sheet_columns(tries)), dtype="str").fillna("")


def question_rows(
    pairs: Iterable[Mapping[str, Any]], assets: Iterable[Mapping[str, Any]], *, confirmed_since: dt.date | None
) -> list[dict[str, str]]:
    """Lay questions out as rows, with the columns of a call sheet that say whom to ask what.

    Parameters
    ----------
    pairs, assets, confirmed_since
        As for :func:`call_sheet`.

    Raises
    ------
    UnknownName
        When a question names an asset that is not among the assets any more.

    Examples
    --------
    >>> from rosc_map.linkage import question_rows
    >>> questions = held.questions.query("round == 'R2'").to_dict("records")
    >>> rows = question_rows(questions, held.assets.to_dict("records"), confirmed_since=None)
    >>> len(rows), rows[0]["who to ring"]
    (20, 'Example Surrey Treatment Service, Redhill (Example Surrey Treatment Partnership)')
    """
    known = {str(row["id"]): row for row in assets}
    rows = []
    for pair in pairs:
        source, target = pair["source"], pair["target"]
        asked, about = _find(known, source), _find(known, target)
        rows.append(
            {
                "who to ring": _who(_words(asked, "name"), _words(asked, "organisation")),
                "telephone": _words(asked, "phone"),
                "e-mail": _words(asked, "email"),
                "when": _words(asked, "sessions"),
                "question": QUESTION.format(name=about["name"]),
                "on the record": _on_the_record(about, confirmed_since),
                "source": source,
                "target": target,
            }
        )
    return rows


def _find(known: Mapping[str, Mapping[str, Any]], identifier: str) -> Mapping[str, Any]:
    if identifier not in known:
        raise UnknownName(
            f"The round asks about {identifier!r}, which is not among the assets any more."
            " Restore it, or draw a new round."
        )
    return known[identifier]


def _words(asset: Mapping[str, Any], column: str) -> str:
    value = asset.get(column)
    return value if isinstance(value, str) else ""


def _who(name: str, organisation: str) -> str:
    return f"{name} ({organisation})" if organisation and organisation.casefold() != name.casefold() else name


def _on_the_record(asset: Mapping[str, Any], since: dt.date | None) -> str:
    confirmed = as_day(asset.get("verified_on"))
    if since is None or confirmed is None or confirmed < since:
        return ""
    told = [(word, _words(asset, column)) for column, word in _ON_THE_RECORD.items()]
    return " · ".join(f"{word}: {value}" for word, value in told if value)


def cell_text(value: object) -> str:
    """Return a cell of a filled-in sheet as text, with single spaces; "" for an empty one."""
    # A spreadsheet's empty cell may arrive as None or NaN; NaN is the one value that is not itself.
    return "" if value is None or value is pd.NA or value != value else " ".join(str(value).split())


def read_level(text: str) -> str:
    """Return the code of a level: a number from 0 to 4, a code or the words of the sheet; "" for an empty cell.

    Raises
    ------
    CellError
        When it is none; so do the other readers of cells.
    """
    # With a mark beside it, such as -2, 4% or 2?, nobody can tell what number was meant.
    number = _LEVEL_NUMBER.fullmatch(text.strip())
    if number:
        return list(LEVEL_WORDS)[int(number[1])]
    words = "; ".join(f"{place} {label}" for place, label in enumerate(LEVEL_WORDS.values()))
    return _pick(_LEVELS, text, "is not a level.", f"Write a number from 0 to 4, or its words: {words}.")


def read_contact(text: str) -> str:
    """Return the code of how a contact ended, from its code or words; "" for an empty cell."""
    words = "; ".join(OUTCOME_WORDS.values())
    return _pick(_OUTCOMES, text, "is not a way for a contact to end.", f"Write one of: {words}.")


def read_accuracy(text: str) -> str:
    """Return the code of how an answer stands beside the record, from its code or words; "" for an empty cell."""
    words = "; ".join(entry.label for entry in codelist("answer_accuracy").values())
    return _pick(_ACCURACIES, text, "does not say how it stands beside the record.", f"Write one of: {words}.")


def _pick(words: Mapping[str, str], text: str, why: str, what_to_do: str) -> str:
    found = words.get(squash(text))
    if found is None and _says_something(text):
        raise CellError(why, what_to_do)
    return found or ""


def _says_something(text: str) -> bool:
    # On a sheet "none" clears nothing: there is nothing yet.
    return is_given(text) and text.casefold() != "none"


def read_volunteer(text: str) -> str:
    """Return a volunteer number or role as it was written; "" for an empty cell. A person's name is refused."""
    return check_who(parse_cell(_BY, text))
