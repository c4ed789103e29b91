"""The call sheet: one row a question, and the words that go with it (METHODS §1, "Conduct")."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from rosc_map.errors import UnknownName
from rosc_map.records import codelist

__all__ = ["CONDUCT", "LEVEL_WORDS", "OUTCOME_WORDS", "QUESTION", "SCRIPT", "SHEET_COLUMNS", "call_sheet"]

QUESTION = "If someone wanted {name}, what could you tell them?"
"""The question, asked plainly as a test; ``name`` is the target's."""

SHEET_COLUMNS = ("source", "who to ring", "telephone", "e-mail", "target", "question", "level", "contact", "date")
"""The columns of a call sheet, in order."""

SCRIPT = (
    "Hello, I am ringing for the local partnership. We wrote to you about this two weeks ago.",
    "We are testing how well services here know of each other. This is a test: I am not asking for help for anyone.",
    "It takes a few minutes. You may say no, now or at any time, and nobody will be told that you did.",
    "Is now a good time? If not, when may I ring back, or would you like the questions by e-mail?",
    "For each question on the sheet, read it as it stands: “If someone wanted …, what could you tell them?”",
    "Write down the level that fits best what they said. Do not help with the answer, and do not argue with it.",
    "At the end: Thank you. You will see your own result before anyone else, and have 14 days to reply to it.",
)
"""What a volunteer says, in order."""

CONDUCT = (
    "Each organisation is told two weeks before: the month, the purpose, the questions, what is done with the result.",
    "Anyone may say no. A refusal is never named, and is never asked about.",
    "Ask plainly, as a test. Never pretend to be a person who needs help.",
    "Never ring a crisis line, and never ask anyone about a refuge or another confidential place.",
    "If the person needs help themselves, stop the test and tell them where help is. The test does not matter then.",
    "Mutual aid is reached through its public information officers or co-ordinators, never through members.",
    "Ring or e-mail within their published hours, and withhold your number.",
    "Try up to three times, at different times of the day, before you write “No answer”.",
    "You may swap any call with another volunteer, and need give no reason. Your supervisor is there for you.",
    "Write no names of people on the sheet.",
)
"""How a test is done; part of the method, and printed with every sheet."""

LEVEL_WORDS = {code: entry.label for code, entry in codelist("linkage_level").items()}
"""The five levels, from 0: code to label."""

OUTCOME_WORDS = {code: entry.label for code, entry in codelist("contact_outcome").items()}
"""How a contact may end: code to label."""


def call_sheet(pairs: pd.DataFrame, assets: pd.DataFrame) -> pd.DataFrame:
    """Lay the questions of a round out for the people who ring.

    Parameters
    ----------
    pairs
        The questions, in the order to ask them: columns ``source``, ``target`` (ids).
    assets
        One row an asset: ``id``, ``name``, ``organisation``, ``phone``, ``email`` (text, "" for unknown).

    Returns
    -------
    pandas.DataFrame
        One row a question, in the same order, all text, the columns :data:`SHEET_COLUMNS`. ``level`` and ``contact``
        (the labels of :data:`LEVEL_WORDS` and :data:`OUTCOME_WORDS`) and ``date`` are empty, to be filled in.
        :func:`rosc_map.linkage.read_answers` reads ``source``, ``target``, ``level`` and ``contact`` back.

    Raises
    ------
    UnknownName
        When a question names an asset that is not among the assets any more.
    """
    known = {str(row["id"]): row for row in assets.to_dict("records")}
    rows = []
    for source, target in zip(pairs["source"], pairs["target"], strict=True):
        asked, about = _find(known, source), _find(known, target)
        rows.append(
            {
                "source": source,
                "who to ring": _who(str(asked["name"]), str(asked["organisation"])),
                "telephone": asked["phone"],
                "e-mail": asked["email"],
                "target": target,
                "question": QUESTION.format(name=about["name"]),
                "level": "",
                "contact": "",
                "date": "",
            }
        )
    return pd.DataFrame(rows, columns=list(SHEET_COLUMNS), dtype="str")


def _find(known: Mapping[str, dict[Hashable, Any]], identifier: str) -> dict[Hashable, Any]:
    if identifier not in known:
        raise UnknownName(
            f"The round asks about {identifier!r}, which is not among the assets any more."
            " Restore it, or draw a new round."
        )
    return known[identifier]


def _who(name: str, organisation: str) -> str:
    return f"{name} ({organisation})" if organisation and organisation.casefold() != name.casefold() else name
