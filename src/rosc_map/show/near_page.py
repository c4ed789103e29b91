"""What is on near a place this week, as a page in large type to print and hand over, and as text."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from markupsafe import Markup

from rosc_map.errors import InputError
from rosc_map.publish import NEAR_LABELS, NearEntry, PublishedNear
from rosc_map.publish.published import require_published
from rosc_map.records import Audience, day
from rosc_map.show import _frame
from rosc_map.show._words import made_for
from rosc_map.whole_file import write_atomic

__all__ = ["near_body", "near_page", "near_text", "near_title", "write_near"]

HELP_NOW = (("In danger now", "999"), ("To talk to somebody, day or night: Samaritans", "116 123"))
_NUMBER = re.compile(r"[+\d][\d\s()./-]+")
_ADDRESS = re.compile(r"[^\s?&@<>\"']+@[^\s?&@<>\"']+")
_OF_HELPERS = ("kind", "phone", "email", "website", "getting_in", "where")
_PARTS = (
    ("entries", "More about each of them", ""),
    ("other_times", "At other times: ask them", "No time in these seven days is written down for these."),
    ("ring_first", "Ring first: nobody has checked lately", "They may have changed or closed."),
)
_HELPERS = "Who can come along or tell you more"
_NOT_CHOSEN = "everything"
_OWN_USE = "For your own use: it names some that have not been asked yet, so please do not hand it over."


def near_title(published: PublishedNear) -> str:
    """Return the title of a sheet; it names the days and no place, for it stands in the history of a browser."""
    first, last = published.asked.first_day, published.asked.last_day
    start = str(first.day) if first.month == last.month else day(first)
    return f"What is on near you, {start} to {day(last)}"


def near_body(published: PublishedNear) -> Markup:
    """Return a sheet as a part of a page, without a heading of its own: its parts begin with ``h2``.

    Raises
    ------
    NotPublished
        When it is handed anything that the ``publish`` room did not make.
    """
    text = _frame.template("near_body.html").render(**_context(require_published(published, PublishedNear)))
    return Markup(text)  # noqa: S704  made by our own template, which escapes


def near_page(published: PublishedNear) -> str:
    """Return a sheet as one HTML page that needs nothing else, and runs nothing; in print its type is 18 points.

    Raises
    ------
    NotPublished
        When it is handed anything that the ``publish`` room did not make.
    """
    near = require_published(published, PublishedNear)
    return _frame.page(
        _frame.template("near.html"),
        styles=(_frame.static("near.css"),),
        title=near_title(near),
        partnership=near.title,
        banner=near.banner,
        sheet=near_body(near),
    )


def _context(near: PublishedNear) -> dict[str, Any]:
    parts = [(*part, [_entry(each) for each in getattr(near, part[0])]) for part in _PARTS]
    return {
        "place": near.asked.place.words,
        "interests": _interests(near),
        "remarks": _remarks(near),
        "made_for": made_for(near.audience),
        "days": near.days,
        "found": near.found,
        "numbers": {each.id: f"entry-{number}" for number, each in enumerate(near.entries, start=1)},
        "parts": [part for part in parts if part[-1]],
        "helpers_heading": _HELPERS,
        "helpers": [_entry(each, _OF_HELPERS) for each in near.helpers],
        "help_now": [(what, number, number.replace(" ", "")) for what, number in HELP_NOW],
        "said": near.said,
        "licences": near.licences,
    }


def _remarks(near: PublishedNear) -> tuple[str, ...]:
    return (*near.asked.place.remarks, *(() if near.audience is Audience.PUBLIC else (_OWN_USE,)))


def _interests(near: PublishedNear) -> str:
    return ", ".join(dict.fromkeys(each.label for each in near.asked.interests)) or _NOT_CHOSEN


def _entry(entry: NearEntry, names: tuple[str, ...] = tuple(NEAR_LABELS)) -> dict[str, Any]:
    facts = [(NEAR_LABELS[name], entry.told[name], _href(name, entry.told[name])) for name in names]
    return {"id": entry.id, "name": entry.name, "facts": [fact for fact in facts if fact[1]]}


def _href(name: str, words: str) -> str:
    """Return where a number or an address leads; "" where it is nothing to follow."""
    if name == "phone":
        return _frame.link_target("tel:" + re.sub(r"[^+\d]", "", words)) if _NUMBER.fullmatch(words) else ""
    if name == "email":
        return _frame.link_target(f"mailto:{words}") if _ADDRESS.fullmatch(words) else ""
    if name == "website" and words.casefold().startswith(("http://", "https://")):
        return _frame.link_target(words)
    return ""


def near_text(published: PublishedNear) -> tuple[str, ...]:
    """Return a sheet as lines of text.

    Raises
    ------
    NotPublished
        When it is handed anything that the ``publish`` room did not make.
    """
    near = require_published(published, PublishedNear)
    return tuple(_lines(near))


def _lines(near: PublishedNear) -> Iterator[str]:
    yield near_title(near)
    if near.banner:
        yield near.banner
    yield from (f"Near {near.asked.place.words}", f"Looked for: {_interests(near)}", *_remarks(near))
    for each in near.days:
        yield from ("", each.words)
        for event in each.events:
            remark = f" ({event.remark})" if event.remark else ""
            yield f"  {event.time}: {event.entry.name}{remark}, {event.entry.told['where']}"
    for name, heading, _ in _PARTS:
        yield from _part(heading, getattr(near, name), tuple(NEAR_LABELS))
    yield from _part(_HELPERS, near.helpers, _OF_HELPERS)
    yield from ("", *(f"{what}: {number}" for what, number in HELP_NOW))
    yield from ("", *near.said, *near.licences, made_for(near.audience))


def _part(heading: str, entries: tuple[NearEntry, ...], names: tuple[str, ...]) -> Iterator[str]:
    if entries:
        yield from ("", heading)
    for entry in entries:
        yield from ("", f"  {entry.name}")
        yield from (f"    {NEAR_LABELS[name]}: {entry.told[name]}" for name in names if entry.told[name])


def write_near(published: PublishedNear, path: Path) -> Path:
    """Write :func:`near_page` to ``path`` and return it; its owner alone can read it.

    Raises
    ------
    InputError
        When the name does not end in ``.html`` or ``.htm``.
    NotPublished
        When it is handed anything that the ``publish`` room did not make.
    FileProblem
        When the folder is missing or the file cannot be written.
    """
    if path.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"{path.name}: a sheet to print is a web page: choose a name that ends in .html.")
    return write_atomic(path, near_page(published).encode(), private=True)
