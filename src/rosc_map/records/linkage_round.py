"""The linkage test: a round, its questions, the contacts and the answers (METHODS §1)."""

import datetime as dt
from typing import Any, ClassVar

from pydantic import field_validator

from rosc_map.records.fields import Audience, Kind, field
from rosc_map.records.record import Record

__all__ = ["Answer", "Attempt", "Question", "Round"]


class Round(Record):
    """One linkage test: frame, seed and settings; the fingerprint tells whether the frame is the same (METHODS §1)."""

    noun: ClassVar[str] = "round"

    round: str = field(Kind.TEXT, "Round", "A short name.", example="R1", required=True, longest=40)
    design: str = field(
        Kind.CHOICE, "Design", "How it was drawn.", example="independent", codelist="draw_design", required=True
    )
    seed: float | None = field(
        Kind.NUMBER,
        "Seed",
        "The number that the draw starts from.",
        example="2026",
        low=0,
        high=2**53 - 1,
        required=True,
    )
    sources: float | None = field(Kind.NUMBER, "Sources", "How many are contacted.", example="20", low=1, required=True)
    targets: float | None = field(
        Kind.NUMBER, "Targets each", "How many each is asked about.", example="5", low=1, required=True
    )
    frame_size: float | None = field(
        Kind.NUMBER,
        "Contacts in the frame",
        "How many contacts could be drawn as sources.",
        low=0,
        required=True,
        example="42",
    )
    frame: tuple[str, ...] = field(
        Kind.LIST, "Frame", "The ids of all assets that could be drawn.", longest=10_000_000, audience=Audience.INTERNAL
    )
    frame_sha256: str = field(Kind.TEXT, "Frame hash", "The fingerprint of the frame.", example="9f86d081…", longest=64)
    drawn_on: dt.date | None = field(Kind.DATE, "Drawn on", "The day of the draw.", example="2026-03-01")


class Question(Record):
    """One question of a round: the source is asked about the target."""

    noun: ClassVar[str] = "question"

    round: str = field(Kind.TEXT, "Round", required=True, example="R1", longest=40)
    source: str = field(Kind.TEXT, "Source", "Who is contacted.", required=True, audience=Audience.INTERNAL)
    target: str = field(Kind.TEXT, "Target", "Who is asked about.", required=True, audience=Audience.INTERNAL)
    eligible: float | None = field(
        Kind.NUMBER,
        "Eligible targets",
        "How many targets this source could have been asked about.",
        low=0,
        audience=Audience.INTERNAL,
    )


class Attempt(Record):
    """How a contact ended (never a level): answered, refused, call back, no answer, wrong number, closed."""

    noun: ClassVar[str] = "contact"

    round: str = field(Kind.TEXT, "Round", required=True, example="R1", longest=40)
    source: str = field(Kind.TEXT, "Source", "Who was contacted.", required=True, audience=Audience.INTERNAL)
    contact: str = field(
        Kind.CHOICE,
        "How the contact ended",
        "One of the outcomes.",
        example="answered",
        codelist="contact_outcome",
        required=True,
        audience=Audience.INTERNAL,
    )
    on: dt.date | None = field(
        Kind.DATE, "Date", "The day of the call.", example="2026-03-01", audience=Audience.INTERNAL
    )


class Answer(Record):
    """The answer to one question, on the ordinal scale of five levels (METHODS §1)."""

    noun: ClassVar[str] = "answer"

    round: str = field(Kind.TEXT, "Round", required=True, example="R1", longest=40)
    source: str = field(Kind.TEXT, "Source", "Who was asked.", required=True, audience=Audience.INTERNAL)
    target: str = field(Kind.TEXT, "Target", "About whom.", required=True, audience=Audience.INTERNAL)
    level: str = field(
        Kind.CHOICE,
        "What they could say",
        "The words of the sheet, or 0 to 4.",
        example="information",
        codelist="linkage_level",
        required=True,
        audience=Audience.INTERNAL,
    )
    on: dt.date | None = field(
        Kind.DATE, "Date", "The day of the call.", example="2026-03-01", audience=Audience.INTERNAL
    )

    @field_validator("level", mode="before")
    @classmethod
    def _level_number(cls, value: Any) -> Any:
        text = str(value).removesuffix(".0").strip()
        levels = ("not_known", "heard_of", "information", "referral", "introduction")
        return levels[int(text)] if text in {"0", "1", "2", "3", "4"} else value
