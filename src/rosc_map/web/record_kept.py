"""An unfinished entry as it is kept: read from a form, laid by, looked for among what is recorded."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi.responses import RedirectResponse, Response

from rosc_map.partnership import draft_values
from rosc_map.publish import plain_id
from rosc_map.records import label
from rosc_map.web.forms import FormValues
from rosc_map.web.record_pages import RecordPage, always_hidden, read_page
from rosc_map.web.record_times import TimeRow, read_times
from rosc_map.web.refused import NotThere
from rosc_map.web.visitor import Visitor

__all__ = [
    "Kept",
    "alike",
    "entry_id",
    "go",
    "keep",
    "kept_of",
    "kept_or_saved",
    "mark_of",
    "name_and_place",
    "sent",
]

_UNANSWERED = "Choose one. If you do not know, choose “I am not sure”."


@dataclass(frozen=True)
class Kept:
    """What is kept of an unfinished entry.

    Attributes
    ----------
    answers
        What was typed, by field.
    not_these
        Which recorded assets it was said not to be.
    looked_for
        The name and place with which it was last looked for among the recorded assets.
    """

    answers: dict[str, Any]
    not_these: tuple[str, ...] = ()
    looked_for: tuple[str, ...] = ()


def go(path: str) -> Response:
    """Lead on to another page after a form."""
    return RedirectResponse(path, status_code=303)


def entry_id(entry: str) -> str:
    """Return the id of an entry.

    Raises
    ------
    NotThere
        When it is none that we would have given.
    """
    try:
        known = str(uuid.UUID(entry)) == entry
    except ValueError:
        known = False
    if not known:
        raise NotThere
    return entry


def name_and_place(answers: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what decides whether it has to be looked for anew."""
    return tuple(str(answers.get(name, "")) for name in ("name", "postcode", "address", "areas_served"))


def kept_of(visitor: Visitor, entry: str) -> Kept:
    """Return what is kept of one's own entry.

    Raises
    ------
    NotThere
        When it is another's, or one that nobody began.
    """
    draft = visitor.people.draft(visitor.name, entry_id(entry))
    if draft is None:
        raise NotThere
    values = draft.values
    return Kept(values["answers"], tuple(values["not_these"]), tuple(values.get("looked_for", ())))


def kept_or_saved(visitor: Visitor, entry: str) -> Kept | Response:
    """Return what is kept of one's own entry; of one that is saved by now, the way to its last page."""
    try:
        return kept_of(visitor, entry)
    except NotThere:
        if visitor.partnership.own_record(entry_id(entry)) is None:
            raise
        return go(f"/record/{entry}/done")


def mark_of(kept: Kept) -> str:
    """Return what tells these answers from others: the form of a page carries it, so that a phone can go on with it."""
    text = json.dumps(kept.answers, sort_keys=True, default=list)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def keep(visitor: Visitor, entry: str, kept: Kept, page: str) -> None:
    """Keep an entry, and the page that comes next; of a hidden place nothing finer than its county.

    Raises
    ------
    InputError
        When it is too large, or there are too many.
    """
    answers = draft_values(kept.answers)
    # Of a place that has to stay hidden nothing is kept by this way either.
    looked_for = list(kept.looked_for) if kept.looked_for == name_and_place(answers) else []
    values = {"answers": answers, "not_these": list(kept.not_these), "looked_for": looked_for}
    visitor.people.keep_draft(visitor.name, entry, values, page)


def sent(
    page: RecordPage, form: FormValues, answers: Mapping[str, Any]
) -> tuple[dict[str, Any], Mapping[str, str], list[TimeRow]]:
    """Return what was typed, what is wrong with it by itself, and the rows of times."""
    if "sessions" in page.fields:
        rows, errors, line = read_times(form)
        return {"sessions": line}, errors, rows
    typed = read_page(page, form, answers)
    unanswered = "location_precision" in typed and not typed["location_precision"] and not always_hidden(answers)
    return typed, {"location_precision": _UNANSWERED} if unanswered else {}, []


def alike(visitor: Visitor, kept: Kept) -> list[dict[str, Any]]:
    """Return the recorded assets that it may be, as this person may see them, without those it was said not to be."""
    live = visitor.site.live
    live.refresh()
    found = live.find_same(kept.answers, visitor.audience, without=kept.not_these)
    return [{**row, "key": plain_id(row["id"]), "type_words": label("asset_type", row["asset_type"])} for row in found]
