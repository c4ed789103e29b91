"""What is asked on which page when an asset is written down, and how answers are kept and shown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rosc_map.exchange.questions import WHO, asked_when, groups
from rosc_map.partnership import hidden_values
from rosc_map.people import Role
from rosc_map.place import code_names
from rosc_map.records import ALWAYS_HIDDEN, DEFAULT_PRECISION, Asset, Audience, Kind, format_cell, label
from rosc_map.web.forms import Choice, FormValues, Question, questions
from rosc_map.web.record_times import in_words

__all__ = [
    "PAGES",
    "RecordPage",
    "Told",
    "after",
    "always_hidden",
    "asked_on",
    "before",
    "every_question",
    "page_of",
    "pages_for",
    "pages_of",
    "read_page",
    "shown_questions",
    "summary",
    "tidied",
    "told",
]


@dataclass(frozen=True)
class RecordPage:
    """One page of questions: its ``slug`` in the address, its ``heading``, what is ``said`` under it, its fields."""

    slug: str
    heading: str
    said: str
    fields: tuple[str, ...]


_FILLED_IN = ("recorded_by", "recorded_on", "verified_on")
"""Who wrote it down and when: the program knows."""

_FINER = ("postcode", "address", "latitude", "longitude")
"""Never asked of a hidden place: what nobody types need not be dropped."""

_BEFORE_MORE = (
    RecordPage("what", "What is it?", "", ("name", "asset_type")),
    RecordPage(
        "about",
        "What does it do?",
        "Leave out what you do not know.",
        ("lero_type", "community_group", "organisation", "description", "rss_types"),
    ),
    RecordPage("hidden", "Does it have to stay hidden?", "", ("location_precision",)),
    RecordPage("where", "Where is it?", "", ("postcode", "address", "areas_served")),
    RecordPage(
        "reaching",
        "How can people reach it?",
        "Only what belongs to the organisation. Never a person’s own number or address.",
        ("website", "email", "phone"),
    ),
    RecordPage("times", "When is it on?", "", ("sessions",)),
    RecordPage(
        "joining",
        "How do people get in, and who is it for?",
        "Leave out what you do not know.",
        ("attendance", "access", "referral_route", "for_whom", "cost", "languages", "accessibility"),
    ),
    RecordPage(
        "listing",
        "May we list it?",
        "If nobody has asked them, say so. That is fine.",
        ("listing", "listing_shows", "listing_on"),
    ),
    RecordPage(
        "sources", "Who told us?", "Which kind of person, never a name.", ("sources", "source_url", "source_date")
    ),
    RecordPage("notes", "Anything else to know?", "", ("notes",)),
)


def pages_of(record: type[Asset]) -> tuple[RecordPage, ...]:
    """Return all pages of a record, in order. What the schema has and no page names is asked on the last."""
    asked = {name for page in _BEFORE_MORE for name in page.fields}
    every = [name for group in groups(record) for name in group.fields]
    rest = tuple(name for name in every if name not in asked and name not in _FILLED_IN)
    return (*_BEFORE_MORE, RecordPage("more", "More", "All of this may stay empty.", rest))


PAGES = pages_of(Asset)
"""All pages of an asset."""

_WAYS = (
    ("exact", "Anyone may see where it is", ""),
    ("postcode_district", "Only roughly", "The first half of the postcode, such as TS1."),
    ("local_authority", "Only the council area", "Somebody’s home, or recovery housing."),
    ("hidden", "Nobody may know", "A refuge, or people could be found and hurt. We keep only the county."),
    ("not_sure", "I am not sure", "Then only the council area is shown."),
)
_LABELS = {
    "sessions": "Times",
    "location_precision": "May its place be shown?",
    "areas_served": "Which council areas does it serve?",
}
_HINTS = {
    "postcode": "Leave it empty if it has no place of its own, such as an online group.",
    "areas_served": "Names of councils, with a semicolon between them. For an online group, the councils it is for.",
    "address": "House number and street, town.",
}
_ONE_OF = ("listing", "status")
"""Choices that always have an answer: what nobody says has a word of its own in the list."""


def page_of(slug: str) -> RecordPage | None:
    """Return a page, or None where there is none of that name."""
    return next((page for page in PAGES if page.slug == slug), None)


def pages_for(role: Role) -> tuple[RecordPage, ...]:
    """Return the pages that somebody is asked; what stands under "More" is for coordinators to know."""
    return PAGES if role.coordinates else PAGES[:-1]


def after(page: RecordPage, role: Role) -> str:
    """Return the slug of the page that comes next; ``check`` after the last."""
    pages = pages_for(role)
    place = pages.index(page)
    return pages[place + 1].slug if place + 1 < len(pages) else "check"


def before(page: RecordPage) -> str:
    """Return the slug of the page before; "" before the first."""
    place = PAGES.index(page)
    return PAGES[place - 1].slug if place else ""


def asked_on(page: RecordPage, answers: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields that a page asks, after what was answered on pages before it."""
    gone = _FINER if hidden_values(answers) else ()
    asked = (name for name in page.fields if name not in gone)
    return tuple(name for name in asked if name not in _not_asked(answers) or _beside(page, name))


def _beside(page: RecordPage, name: str) -> bool:
    """Whether what a question hangs on is asked on its own page."""
    condition = asked_when(Asset, name)
    return condition is not None and condition[0] in page.fields


def _not_asked(answers: Mapping[str, Any]) -> set[str]:
    """Return the fields that are not asked after these answers."""
    conditions = {name: asked_when(Asset, name) for name in Asset.specs()}
    return {name for name, when in conditions.items() if when and str(answers.get(when[0]) or "") != when[1]}


def tidied(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers without empty ones, and without those to questions that are not asked any more."""
    gone = _not_asked(answers)
    return {name: value for name, value in answers.items() if value not in ("", (), [], None) and name not in gone}


def read_page(page: RecordPage, form: FormValues, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was sent of a page's questions."""
    typed = form.of(Asset, asked_on(page, answers))
    if typed.get("location_precision") == "not_sure":
        typed["location_precision"] = "local_authority"
    return typed


def shown_questions(
    page: RecordPage, answers: Mapping[str, Any], typed: Mapping[str, Any], errors: Mapping[str, str]
) -> list[Question]:
    """Return the questions of a page, in the words of this app."""
    known = {**answers, **typed}
    areas = known.get("areas_served")
    if isinstance(areas, list | tuple):
        known["areas_served"] = "; ".join(str(code_names().get(code, code)) for code in areas)
    return [_worded(question, known) for question in questions(Asset, asked_on(page, answers), known, errors)]


def every_question(page: RecordPage) -> list[Question]:
    """Return all that a page may ask, whatever is answered on others: for a page that is made before anything is."""
    return [_worded(question, {}) for question in questions(Asset, page.fields, {})]


def _worded(question: Question, answers: Mapping[str, Any]) -> Question:
    name = question.name
    question = replace(question, label=_LABELS.get(name, question.label), hint=_HINTS.get(name, question.hint))
    if name == "location_precision":
        chosen = question.value or DEFAULT_PRECISION.get(str(answers.get("asset_type", "")), "")
        ways = tuple(Choice(code, words, means, code == chosen) for code, words, means in _WAYS)
        return replace(question, hint="", choices=ways, required=True)
    if name in _ONE_OF and not question.value:
        first = {"listing": "not_asked", "status": "active"}[name]
        listed = tuple(replace(choice, chosen=choice.code == first) for choice in question.choices)
        return replace(question, choices=listed, required=True)
    return replace(question, required=True) if name in _ONE_OF else question


def always_hidden(answers: Mapping[str, Any]) -> bool:
    """Whether the type alone hides its place, so that there is nothing to choose."""
    return answers.get("asset_type") in ALWAYS_HIDDEN


def told(name: str, value: Any) -> str:
    """Return an answer in words."""
    spec = Asset.specs()[name]
    if name == "location_precision":
        return next((words for code, words, _ in _WAYS if code == value), str(value))
    if name == "areas_served" and not isinstance(value, str):
        return "; ".join(code_names().get(code, code) for code in value)
    if spec.kind is Kind.SESSIONS:
        return in_words(value)
    if spec.codelist:
        codes = [value] if isinstance(value, str) else value
        return "; ".join(label(spec.codelist, str(code)) for code in codes)
    return value if isinstance(value, str) else format_cell(spec, value)


@dataclass(frozen=True)
class Told:
    """One answer as it is shown before it is saved: the field, its label, the answer, who may see it, the page."""

    name: str
    label: str
    answer: str
    who_sees: str
    slug: str


def summary(
    answers: Mapping[str, Any], errors: Mapping[str, str], who: Mapping[str, Audience], role: Role
) -> list[tuple[RecordPage, list[Told]]]:
    """Return the answers by page, to be looked over.

    Parameters
    ----------
    answers
        What was typed, by field.
    errors
        What is wrong, by field: shown though nothing was typed.
    who
        Who may see each answer.
    role
        Who looks them over: pages that they are not asked are left out.
    """
    parts = []
    for page in pages_for(role):
        named = [name for name in asked_on(page, answers) if name in answers or name in errors]
        rows = []
        for name in named:
            seen = WHO[who[name]] if name in who else ""
            text = told(name, answers[name]) if name in answers else ""
            rows.append(Told(name, _LABELS.get(name, Asset.specs()[name].label), text, seen, page.slug))
        if page.slug == "hidden" and always_hidden(answers):
            seen = WHO[Audience.INTERNAL]
            rows = [Told("location_precision", _LABELS["location_precision"], "Always hidden", seen, page.slug)]
        parts.append((page, rows))
    return parts
