"""The two pages of an entry that show most: a page of questions, and all answers before they are saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from rosc_map.partnership import PlacedValues, hidden_values
from rosc_map.show import place_picture
from rosc_map.web.forms import errors_by_field, remarks
from rosc_map.web.pages import page as made_page
from rosc_map.web.record_pages import PAGES, RecordPage, always_hidden, before, pages_for, shown_questions, summary
from rosc_map.web.record_times import DAYS, WEEKS, TimeRow, time_rows
from rosc_map.web.visitor import Visitor

__all__ = ["Asked", "ask_page", "check_page", "found_words"]

_REQUIRED = 1 + [page.slug for page in PAGES].index("where")


@dataclass(frozen=True)
class Asked:
    """A page of questions as it is shown.

    Attributes
    ----------
    entry
        The id of the entry.
    page
        What is asked.
    answers, typed, rows
        What is kept, and what was sent and is not kept yet: by field, and the rows of times.
    errors
        What is wrong, by field.
    base
        What tells the answers that are kept from others, for a phone that goes on without signal.
    more, back, dropped
        Whether one more row of times was asked for; whether it goes back to the check; whether something was not kept,
        because the place is hidden.
    """

    entry: str
    page: RecordPage
    answers: Mapping[str, Any]
    typed: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[TimeRow] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    base: str = ""
    more: bool = False
    back: bool = False
    dropped: bool = False


def ask_page(request: Request, visitor: Visitor, asked: Asked) -> Response:
    """Return a page of questions; where something is wrong, with what was typed and what is wrong with it."""
    page, answers = asked.page, asked.answers
    hidden, pages = hidden_values(answers), pages_for(visitor.role)
    counties = visitor.partnership.counties() if page.slug == "where" and hidden else None
    shows_place = before(page) == "where" and not asked.errors and not hidden
    return made_page(
        request,
        "recording/page.html",
        status=422 if asked.errors else 200,
        asked=asked,
        errors=asked.errors,
        questions=shown_questions(page, answers, asked.typed, asked.errors),
        rows=_rows(asked) if page.slug == "times" else [],
        days=DAYS,
        weeks=WEEKS,
        counties=counties,
        chosen=list(answers.get("areas_served", ())),
        always=always_hidden(answers),
        before=before(page),
        step=(pages.index(page) + 1, len(pages)),
        may_check=pages.index(page) >= _REQUIRED and not asked.back,
        found=found_words(visitor.partnership.placed(answers)) if shows_place else None,
    )


def _rows(asked: Asked) -> list[TimeRow]:
    """Return the rows of times to show: what was sent, else what is kept; an empty one where one was asked for."""
    if asked.rows is None:
        return time_rows(asked.answers.get("sessions", ""))
    empty = [TimeRow(len(asked.rows) + 1)] if asked.more or not asked.rows else []
    return [*asked.rows, *empty]


def found_words(found: PlacedValues) -> dict[str, Any]:
    """Return what to say of a place: its council, a small map, and what to look at."""
    picture = place_picture(found.place) if found.place and found.local_authority else ""
    return {
        "council": found.local_authority,
        "postcode": found.postcode,
        "told": remarks(found.warnings),
        "picture": picture,
    }


def check_page(
    request: Request, visitor: Visitor, entry: str, answers: Mapping[str, Any], errors: Mapping[str, str]
) -> Response:
    """Return the page with all answers, who may see each, and what is wrong."""
    found = visitor.partnership.placed(answers)
    wrong = errors or errors_by_field(found.problems)
    return made_page(
        request,
        "recording/check.html",
        status=422 if errors else 200,
        entry=entry,
        parts=summary(answers, wrong, visitor.partnership.who_sees(answers), visitor.role),
        last=pages_for(visitor.role)[-1].slug,
        no_county=hidden_values(answers) and not answers.get("areas_served"),
        errors=wrong,
        hidden=hidden_values(answers),
        **found_words(found),
    )
