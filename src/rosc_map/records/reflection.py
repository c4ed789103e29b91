"""How a partnership looks at itself: views on a framework's questions, and who sits where."""

import datetime as dt
from typing import Any, ClassVar, Self

from pydantic import model_validator

from rosc_map.records.cells import CellError, parse_cell
from rosc_map.records.codelists import codelist
from rosc_map.records.fields import Audience, FieldSpec, Kind, field
from rosc_map.records.record import Record

__all__ = ["Review", "Seat"]


class Review(Record):
    """One group's view on one item of a framework. Views stand side by side: they are never averaged or scored.

    The items of a framework are the codelist of its name (``five_questions``, ``participation_ladder`` …).

    Examples
    --------
    >>> from rosc_map.records import Review
    >>> list(Review.specs())
    ['framework', 'item', 'about', 'group', 'on', 'answer', 'example']
    """

    noun: ClassVar[str] = "view"

    framework: str = field(
        Kind.CHOICE,
        "Framework",
        "Which set of questions?",
        example="five_questions",
        codelist="review_framework",
        required=True,
        audience=Audience.PARTNERS,
    )
    item: str = field(
        Kind.TEXT,
        "Item",
        "Which question, standard or rung? Its code is in the codelist of the framework.",
        example="partners",
        required=True,
        longest=80,
        audience=Audience.PARTNERS,
    )
    about: str = field(
        Kind.TEXT,
        "What was looked at",
        "A service, a board, or the whole system.",
        example="Whole system",
        required=True,
        audience=Audience.PARTNERS,
    )
    group: str = field(
        Kind.CHOICE,
        "Whose view",
        "Which group said so?",
        example="lived_experience_leader",
        codelist="group_asked",
        required=True,
        audience=Audience.PARTNERS,
    )
    on: dt.date | None = field(
        Kind.DATE, "Date", "When was it said?", example="2026-03-01", required=True, audience=Audience.PARTNERS
    )
    answer: str = field(
        Kind.CHOICE,
        "Answer",
        "How far is this so? For LERO standards: is support wanted?",
        example="partly",
        codelist="review_answer",
        required=True,
        audience=Audience.PARTNERS,
    )
    example: str = field(
        Kind.LONG_TEXT,
        "Example",
        "What shows it? No names of people.",
        example="Two members of the board are from LEROs.",
        audience=Audience.PARTNERS,
    )

    @model_validator(mode="before")
    @classmethod
    def _item_of_the_framework(cls, data: Any) -> Any:
        """Read the item with the codelist of its framework, by code or by label."""
        if not isinstance(data, dict) or not str(data.get("item") or "").strip():
            return data
        try:
            framework = str(parse_cell(cls.specs()["framework"], data.get("framework")))
        except CellError:
            return data  # said already, of the framework
        spec = FieldSpec(Kind.CHOICE, "Item", codelist=framework)
        try:
            return {**data, "item": parse_cell(spec, data["item"])}
        except CellError as error:
            raise CellError(error.why, error.what_to_do, "item") from None

    @model_validator(mode="after")
    def _answer_fits(self) -> Self:
        wanted = self.framework == "lero_standards"
        if wanted != self.answer.startswith("support_"):
            fitting = [code for code in codelist("review_answer") if wanted == code.startswith("support_")]
            raise CellError("does not fit this framework.", f"Choose from: {', '.join(fitting)}.", "answer")
        return self


class Seat(Record):
    """A place in the partnership's structures and what kind of organisation holds it; never who the person is.

    Examples
    --------
    >>> from rosc_map.records import Seat
    >>> seat = Seat(structure="Example board", seat="Chair", held_by="lived_experience", votes="yes")
    >>> seat.held_by, seat.votes
    ('lived_experience', True)
    """

    noun: ClassVar[str] = "seat"

    structure: str = field(
        Kind.TEXT,
        "Group or board",
        "Its name.",
        example="Treatment and recovery partnership board",
        required=True,
        audience=Audience.PARTNERS,
    )
    seat: str = field(
        Kind.TEXT,
        "Seat",
        "Which place in it? A role, not a person.",
        example="Deputy chair",
        required=True,
        longest=120,
        audience=Audience.PARTNERS,
    )
    held_by: str = field(
        Kind.CHOICE,
        "Held by",
        "What kind of organisation or group? Nobody at all is an answer too.",
        example="lived_experience",
        codelist="seat_held_by",
        required=True,
        audience=Audience.PARTNERS,
    )
    votes: bool | None = field(
        Kind.YES_NO, "Votes", "Does the seat have a vote?", example="yes", audience=Audience.PARTNERS
    )
    expenses_paid: bool | None = field(
        Kind.YES_NO,
        "Expenses paid",
        "Are the expenses of whoever sits there paid?",
        example="yes",
        audience=Audience.PARTNERS,
    )
    since: dt.date | None = field(Kind.DATE, "Since", "Since when?", example="2026-01-15", audience=Audience.PARTNERS)
