"""Results of a round, call sheets and letters for the tests of this room, made without the publish room."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from rosc_map.publish.published import _GATE
from rosc_map.publish.round_types import Call, CallSheet, Part, PublishedCalls, PublishedDocument, PublishedRound
from rosc_map.records import Audience, codelist

FIGURES = ["label", "estimate", "low", "high", "of"]
PAIRS = ["from_type", "to_type", "questions", "answered", "linked", "share", "low", "high", "note"]
BANDS = ["band", "answered", "linked", "share", "low", "high", "note"]
POINTS = ["side", "questions", "share", "shrunken", "low", "high"]
TYPES = [entry.label for entry in codelist("asset_type").values()]
LEVELS = tuple((f"{at} {entry.label}", entry.definition) for at, entry in enumerate(codelist("linkage_level").values()))
OUTCOMES = tuple((entry.label, entry.definition) for entry in codelist("contact_outcome").values())
BANNER = "These organisations are made up."


def plain(rows: list[tuple[Any, ...]], columns: list[str]) -> pd.DataFrame:
    """A table in which None stays None."""
    return pd.DataFrame(rows, columns=columns, dtype=object)


def figures() -> pd.DataFrame:
    """Three shares with intervals, bounds, and a share without an interval."""
    rows = [
        ("Linked: could say what it is, where and when", 0.49, 0.41, 0.57, "97 questions put to 20 services"),
        ("Referral-linked: could say how to get in", 0.31, 0.24, 0.39, "97 questions put to 20 services"),
        ("As a caller would meet it", 0.41, 0.33, 0.5, "115 questions put to 24 services"),
        ("If no question without an answer had found a link, or all had", None, 0.38, 0.62, "all 120 questions drawn"),
        ("Services that answered", 0.83, None, None, "24 services contacted"),
    ]
    return plain(rows, FIGURES)


def pairs(types: list[str], seed: int = 1) -> pd.DataFrame:
    """Each ordered pair of some types: shares, too few and not tested."""
    rng, rows = np.random.default_rng(seed), []
    for start in types:
        for end in types:
            asked = int(rng.integers(0, 14))
            answered = max(0, asked - 1)
            if answered < 5:
                rows.append((start, end, asked, answered, *[None] * 4, "too few" if asked else "not tested"))
                continue
            linked = int(rng.integers(0, answered + 1))
            share = linked / answered
            rows.append((start, end, asked, answered, linked, share, share * 0.6, share + (1 - share) * 0.4, ""))
    return plain(rows, PAIRS)


def points(count: int = 40, seed: int = 2) -> pd.DataFrame:
    """Some services on both sides, a few questions each."""
    rng, rows = np.random.default_rng(seed), []
    for side, most in (("knows", 6), ("is known", 8)):
        for _ in range(count):
            questions = int(rng.integers(1, most))
            linked = int(rng.binomial(questions, 0.45))
            rows.append((side, questions, linked / questions, (linked + 2) / (questions + 4), 0.2, 0.7))
    return plain(rows, POINTS)


def result(**more: Any) -> PublishedRound:
    """A round's result for the coordinators; ``more`` replaces any part of it."""
    bands = [
        ("Under 2 km", 40, 24, 0.6, 0.44, 0.74, ""),
        ("2 to 5 km", 30, 12, 0.4, 0.25, 0.58, ""),
        ("5 to 10 km", 3, None, None, None, None, "too few"),
        ("10 km and more", 0, None, None, None, None, "not tested"),
    ]
    given: dict[str, Any] = {
        "audience": Audience.INTERNAL,
        "title": "Made-up Surrey",
        "banner": BANNER,
        "as_at": dt.date(2026, 11, 22),
        "round": "R1",
        "sentences": (
            "Of 97 questions answered by 20 services, 49 % found a link (95 % interval 41 % to 57 %).",
            "24 services were contacted, of 42 that could be; 20 answered (83 %).",
        ),
        "figures": figures(),
        "between_types": pairs(TYPES[:3]),
        "distance": plain(bands, BANDS),
        "funnel": points(12),
        "method": ("20 services were drawn at random.", "The interval is a Wilson interval."),
        "notes": ("2 questions have two different answers, and are left open until somebody settles them.",),
    }
    return PublishedRound(**(given | more), gate=_GATE)


def calls(**more: Any) -> PublishedCalls:
    """Three sheets of two calls of five questions."""
    names = [
        "Example Recovery Café",
        "Ynys Môn Friends",
        "Monday Meeting",
        "Tees Treatment",
        "Example Community Kitchen",
    ]
    questions = tuple(f"If someone wanted {name}, what could you tell them?" for name in names)
    first = Call(
        "Example Housing Advice (Example Trust)",
        "01632 960001",
        "hello@example.org",
        "Mon to Fri 9:00-17:00",
        questions,
        ("Telephone: 01632 960002 · Times: Mon 09:00-10:00", "", "", "", ""),
    )
    other = Call("Example Friends", "", "", "", questions[:3], ("", "", ""))
    given: dict[str, Any] = {
        "title": "Made-up Surrey",
        "banner": BANNER,
        "round": "R1",
        "sheets": tuple(CallSheet(at, 3, (first, other)) for at in (1, 2, 3)),
        "script": ("Hello, I am ringing for the local partnership.", "Thank you. You will see your own result first."),
        "conduct": ("Anyone may say no.", "Ask plainly, as a test.", "Write no names of people on the sheet."),
        "levels": LEVELS,
        "outcomes": OUTCOMES,
        "beside_record": tuple(entry.label for entry in codelist("answer_accuracy").values()),
        "tries": 3,
        "notes": ("Hand the sheet back to the coordinators when the calls are done.",),
    }
    return PublishedCalls(**(given | more), gate=_GATE)


def letter(**more: Any) -> PublishedDocument:
    """A page with each kind of part."""
    table = pd.DataFrame(
        {"You were asked about": ["Example Café", "Monday Meeting"], "You said": ["Gave information", None]}
    )
    parts = (
        Part(paragraphs=("Thank you for taking part in the linkage test.",)),
        Part("What you said", ("You were asked 2 questions, and answered 1.",), table=table),
        Part("What you can do", points=("Reply by 6 December 2026.", "Correct your record.")),
        Part("Your reply", lines=6),
    )
    given: dict[str, Any] = {
        "addressee": "Example Trust",
        "title": "Your own result of the linkage test",
        "banner": BANNER,
        "made_on": dt.date(2026, 11, 22),
        "parts": parts,
    }
    return PublishedDocument(**(given | more), gate=_GATE)
