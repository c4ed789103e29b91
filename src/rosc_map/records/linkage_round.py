"""The linkage test: a round, its questions, the contacts and the answers (METHODS §1)."""

import datetime as dt
from typing import Any, ClassVar

from pydantic import field_validator

from rosc_map.records.fields import Audience, Kind, field
from rosc_map.records.record import Record

__all__ = ["Answer", "Attempt", "Question", "Reply", "Round"]


def _by() -> Any:
    hint = "A volunteer number or role, never a name."
    return field(Kind.TEXT, "Written down by", hint, example="V7", longest=60, audience=Audience.INTERNAL)


class Round(Record):
    """One linkage test: frame, seed and settings; the fingerprint tells whether the frame is the same (METHODS §1).

    Examples
    --------
    >>> from rosc_map.records import Round
    >>> list(Round.specs())[:4]
    ['round', 'design', 'seed', 'sources']
    """

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
    left_out: tuple[str, ...] = field(
        Kind.LIST,
        "Left out",
        "The ids of assets that whoever drew the round left out, such as a crisis line.",
        longest=10_000_000,
        audience=Audience.INTERNAL,
    )
    stratified_by: str = field(
        Kind.TEXT, "Stratified by", "The field whose groups were drawn from apart.", example="asset_type", longest=40
    )
    allocation: str = field(
        Kind.CHOICE, "Shared out", "How the contacts were shared among the groups.", codelist="draw_allocation"
    )
    panel_of: str = field(
        Kind.TEXT, "Same pairs as", "The earlier round whose questions are asked again.", example="R1", longest=40
    )
    threshold: float | None = field(
        Kind.NUMBER, "Linked from level", "The level from which a pair is linked.", example="2", low=1, high=4
    )
    tries: float | None = field(
        Kind.NUMBER,
        "Tries",
        "How many tries, at different times of day, before “No answer” is the end.",
        example="3",
        low=1,
        high=9,
    )
    protocol: str = field(
        Kind.TEXT,
        "Protocol",
        "The version of the way to ask; only like is compared with like.",
        example="1",
        longest=20,
    )
    announced_on: dt.date | None = field(
        Kind.DATE,
        "Announced on",
        "The day of the letter that tells organisations of the test, two weeks before the first call.",
        example="2026-03-10",
    )
    feedback_on: dt.date | None = field(
        Kind.DATE,
        "Feedback given on",
        "The day on which each organisation was given its own result; it has 14 days to reply.",
        example="2026-04-01",
    )


class Question(Record):
    """One question of a round: the source is asked about the target.

    Examples
    --------
    >>> from rosc_map.records import Question
    >>> question = Question(round="R1", source="a", target="b", eligible=40)
    >>> question.source, question.eligible
    ('a', 40.0)
    """

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
    stratum: str = field(
        Kind.TEXT, "Group", "The group that the source was drawn from.", example="lero", audience=Audience.INTERNAL
    )
    stratum_size: float | None = field(
        Kind.NUMBER, "Contacts in the group", "How many contacts that group had.", low=0, audience=Audience.INTERNAL
    )
    stratum_pairs: float | None = field(
        Kind.NUMBER, "Pairs in the group", "How many pairs could be asked there.", low=0, audience=Audience.INTERNAL
    )
    source_reserve: float | None = field(
        Kind.NUMBER,
        "Reserve contact",
        "0 is in the first draw; 1, 2 … stand in, in that order, for contacts that have closed.",
        low=0,
        audience=Audience.INTERNAL,
    )
    target_reserve: float | None = field(
        Kind.NUMBER,
        "Reserve question",
        "0 is in the first draw; 1, 2 … stand in, in that order, for services asked about that have closed.",
        low=0,
        audience=Audience.INTERNAL,
    )


class Attempt(Record):
    """How a contact ended (never a level): answered, refused, call back, no answer, wrong number, closed.

    Two volunteers may say two things of one contact: both are kept, and what they mean together is worked out.
    "Closed" may also be said of a service that is only asked about: it is out of scope then.

    Examples
    --------
    >>> from rosc_map.records import Attempt
    >>> attempt = Attempt(round="R1", source="a", contact="no_answer", tries=("2026-11-20 10:00",))
    >>> attempt.contact, len(attempt.tries)
    ('no_answer', 1)
    """

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
    tries: tuple[str, ...] = field(
        Kind.LIST, "Tries", "Day and time of each try.", example="2026-03-01 10:30", audience=Audience.INTERNAL
    )
    by: str = _by()


class Answer(Record):
    """The answer to one question, on the ordinal scale of five levels (METHODS §1).

    Where two volunteers wrote down different levels, both are kept, and the question is open until it is settled.

    Examples
    --------
    >>> from rosc_map.records import Answer
    >>> answer = Answer(round="R1", source="a", target="b", level="referral", by="Volunteer 7")
    >>> answer.level, answer.by
    ('referral', 'Volunteer 7')
    """

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
    accuracy: str = field(
        Kind.CHOICE,
        "Beside the record",
        "Was it as the other service's own record has it? Only where that was confirmed within 6 months.",
        example="as_recorded",
        codelist="answer_accuracy",
        audience=Audience.INTERNAL,
    )
    by: str = _by()

    @field_validator("level", mode="before")
    @classmethod
    def _level_number(cls, value: Any) -> Any:
        text = str(value).removesuffix(".0").strip()
        levels = ("not_known", "heard_of", "information", "referral", "introduction")
        return levels[int(text)] if text in {"0", "1", "2", "3", "4"} else value


class Reply(Record):
    """What an organisation says to its own result; it travels with the result (METHODS §1, Conduct).

    Examples
    --------
    >>> from rosc_map.records import Reply
    >>> list(Reply.specs())
    ['round', 'asset', 'reply', 'on']
    """

    noun: ClassVar[str] = "reply"

    round: str = field(Kind.TEXT, "Round", required=True, example="R1", longest=40)
    asset: str = field(
        Kind.TEXT, "Asset", "Whose reply it is.", example="Example LERO", required=True, audience=Audience.INTERNAL
    )
    reply: str = field(
        Kind.LONG_TEXT,
        "Reply",
        "In their own words.",
        example="Our number changed in May.",
        required=True,
        audience=Audience.INTERNAL,
    )
    on: dt.date | None = field(
        Kind.DATE, "Date", "The day of the reply.", example="2026-04-10", audience=Audience.INTERNAL
    )
