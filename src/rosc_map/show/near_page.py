"""What is on near a place this week, as a page in large type to print and hand over, and as text."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from markupsafe import Markup

from rosc_map.errors import InputError
from rosc_map.publish import NearEntry, NearEvent, PublishedNear
from rosc_map.publish.published import require_published
from rosc_map.records import Audience, day, label
from rosc_map.show import _frame
from rosc_map.show._words import made_for
from rosc_map.whole_file import write_atomic

__all__ = ["near_body", "near_page", "near_text", "near_title", "write_near"]

HELP_NOW = (("In danger now", "999"), ("To talk to somebody, day or night: Samaritans", "116 123"))
_NUMBER = re.compile(r"[+\d][\d\s()./-]+")
_ADDRESS = re.compile(r"[^\s?&@<>\"']+@[^\s?&@<>\"']+")
_HEADINGS = {
    "helpers": "Who can come along or tell you more",
    "most_days": "Open on most days",
    "days": "Day by day",
    "entries": "More about each of them",
    "other_times": "At other times: ask them",
    "ring_first": "Ring first: nobody has checked lately",
    "help_now": "If you need help now",
    "about": "About this sheet",
}
_HINTS = {
    "other_times": "No time in these seven days is written down for these.",
    "ring_first": "They may have changed or closed.",
}
_STRAIGHT = "Distances: straight lines from {}."
_TOLD_ABOVE = "more about it above"
_NOT_CHOSEN = "everything"
_BETWEEN = " · "
_DROP_IN = label("access", "drop_in")
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
    parts, days = _parts(near), _special(near)
    there = {name for name, part in parts.items() if part} | {"help_now", "about"} | ({"days"} if days else set())
    told = [entry["id"] for part in parts.values() for entry in part]
    return {
        "place": near.asked.place.words,
        "interests": _interests(near),
        "remarks": _remarks(near),
        "made_for": made_for(near.audience),
        "headings": {name: heading for name, heading in _HEADINGS.items() if name in there},
        "parts": parts,
        "hints": _HINTS | {"helpers": near.more_helpers},
        "days": days,
        "found": near.found,
        "numbers": {each: f"entry-{number}" for number, each in enumerate(dict.fromkeys(told), start=1)},
        "help_now": [(what, number, number.replace(" ", "")) for what, number in HELP_NOW],
        "said": near.said,
        "licences": near.licences,
    }


def _special(near: PublishedNear) -> list[tuple[str, list[NearEvent]]]:
    """Return what each day has besides what is on most days."""
    days = [(each.words, [event for event in each.events if not event.usual]) for each in near.days]
    return [(words, events) for words, events in days if events]


def _parts(near: PublishedNear) -> dict[str, list[dict[str, Any]]]:
    """Return the entries of each part: whoever stands in an earlier one is told of there alone, with their times."""
    parts = {"helpers": [_entry(each, each.told["when"]) for each in near.helpers]}
    told = {each.id for each in near.helpers}
    parts["most_days"] = [_entry(each.entry, each.when, above=each.entry.id in told) for each in near.most_days]
    told |= {each.entry.id for each in near.most_days}
    parts["entries"] = [_entry(each) for each in near.entries if each.id not in told]
    for name, entries in (("other_times", near.other_times), ("ring_first", near.ring_first)):
        parts[name] = [_entry(each, each.told["when"]) for each in entries if each.id not in told]
    return parts


def _remarks(near: PublishedNear) -> tuple[str, ...]:
    all_entries = (*near.entries, *near.other_times, *near.ring_first)
    measured = any(each.distance_km is not None for each in all_entries)
    straight = _STRAIGHT.format(near.asked.place.measured_from) if measured else ""
    own_use = "" if near.audience is Audience.PUBLIC else _OWN_USE
    return tuple(each for each in (*near.asked.place.remarks, own_use, near.more, straight) if each)


def _interests(near: PublishedNear) -> str:
    return ", ".join(dict.fromkeys(each.label for each in near.asked.interests)) or _NOT_CHOSEN


def _entry(entry: NearEntry, when: str = "", *, above: bool = False) -> dict[str, Any]:
    """Return what to know of an entry, in a line, and whom to ask; only when it is, where more stands ``above``."""
    if above:
        return {"id": entry.id, "name": entry.name, "line": _line(when, _TOLD_ABOVE), "contact": [], "above": True}
    told = entry.told
    facts = (told["kind"], *(_lower(told[name]) for name in ("getting_in", "cost", "access")))
    whom = f"for {_lower(told['for_whom'])}" if told["for_whom"] else ""
    speak = f"also in {told['languages']}" if told["languages"] else ""
    # Whoever may just drop in need not be told how to refer; of what has no place, somebody has to ask.
    route = "" if told["getting_in"] == _DROP_IN and told["distance"] else told["referral"].rstrip(".")
    line = _line(
        told["helps"], when, *facts, whom, speak, route, told["where"], told["distance"], _lower(told["checked"])
    )
    return {"id": entry.id, "name": entry.name, "line": line, "contact": _contact(entry), "above": False}


def _line(*parts: str) -> str:
    return _BETWEEN.join(part for part in parts if part)


def _lower(words: str) -> str:
    """Return words as they go on in a line: "Drop in, Self-referral" as "drop in, self-referral"; LGBTQ+ stays."""
    return ", ".join(part if part[:2].isupper() else part[:1].lower() + part[1:] for part in words.split(", "))


def _contact(entry: NearEntry) -> list[tuple[str, str, bool]]:
    """Return telephone, website and e-mail: in words, where each leads, and whether there are shorter ones to print."""
    told = entry.told
    ways = [(name, told[name]) for name in ("phone", "website", "email") if told[name]]
    links = [(name, words, _href(name, words)) for name, words in ways]
    return [(_bare(words), href, bool(href) and name == "website" and len(ways) > 1) for name, words, href in links]


def _bare(words: str) -> str:
    """Return an address without what nobody types."""
    return re.sub(r"^https?://(www\.)?|(?<=[^/])/$", "", words) if words.startswith("http") else words


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
    parts, hints = _parts(near), _HINTS | {"helpers": near.more_helpers}
    for name, heading in _HEADINGS.items():
        if parts.get(name):
            yield from ("", heading, *filter(None, [hints.get(name)]))
        for entry in parts.get(name, ()):
            contact = _line(*(words for words, *_ in entry["contact"]))
            yield from ("", f"  {entry['name']}", *(f"    {line}" for line in (entry["line"], contact) if line))
        if name == "days":
            yield from _days(near)
    yield from ("", *(f"{what}: {number}" for what, number in HELP_NOW))
    yield from ("", *near.said, *near.licences, made_for(near.audience))


def _days(near: PublishedNear) -> Iterator[str]:
    for words, events in _special(near):
        yield from ("", words)
        for event in events:
            remark = f" ({event.remark})" if event.remark else ""
            yield f"  {event.time}: {event.entry.name}{remark}, {event.entry.place}"


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
