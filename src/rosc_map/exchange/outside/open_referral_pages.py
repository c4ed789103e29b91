"""Pages of Open Referral: which services they hold, each once, and whether they are all that there are.

A page is an envelope (``content`` in version 1, ``contents`` in 3.0), a bare list, or one service in full, which a
directory gives for each service beside its list. What is none of these may be a failure that somebody saved: then
nothing is read, since the services that should be there would look as if they had gone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rosc_map.errors import InputError
from rosc_map.exchange.outside.lists import LeftOut, Opened
from rosc_map.exchange.outside.open_referral_parts import Part, first_word
from rosc_map.exchange.outside.repair import text_of

__all__ = ["Services", "holds_services", "identifier", "services_in"]

_LISTS = ("contents", "content", "services")
_NUMBERS = ("page_number", "number")
_TOTALS = ("total_items", "totalElements")
# Each service of each dialect has one of these, and no page of organisations, places or taxonomies has any.
_SIGNS = frozenset(
    {"organization", "organization_id", "service_at_locations", "regular_schedules", "schedules", "service_taxonomys"}
    | {"service_areas", "assured_date", "attending_type", "deliverable_type", "pc_metadata", "cost_options"}
)
# In an envelope these are enough: rows of a list say little.
_SIGNS_IN_A_PAGE = _SIGNS | {"status", "organisation", "taxonomies", "fees"}
_ID = re.compile(r"[^\s;|]{1,100}")


@dataclass
class Services:
    """What the pages of a list hold.

    Attributes
    ----------
    found
        Each service with its place in the list.
    left_out
        What is listed and is no service, or is listed again.
    passed_over
        How many pages hold other things than services.
    listed
        How many rows the pages of the list have.
    said
        How many the list says that it has; 0 where it does not say.
    """

    found: list[tuple[int, Part]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    passed_over: int = 0
    listed: int = 0
    said: int = 0


def holds_services(document: Any) -> bool:
    """Whether a document is a page of services, or one service."""
    rows = _rows(document)
    if rows is None:
        return _is_service(document, _SIGNS)
    signs = _SIGNS if isinstance(document, list) else _SIGNS_IN_A_PAGE
    return any(_is_service(row, signs) for row in rows)


def identifier(service: Part) -> str:
    """Return the id of a service, a text or a number; "" where it has none that can be kept."""
    text = text_of(service.get("id"))
    return text if _ID.fullmatch(text) else ""


def services_in(opened: Opened) -> Services:
    """Return the services of a list; one in full goes before its row in the list.

    Raises
    ------
    InputError
        When a page is something else, such as the report of a failure, or there is not one service.
    """
    services, rows, in_full = Services(), [], []
    seen: set[tuple[str, str]] = set()
    for number, document in enumerate(opened.documents, start=1):
        if _is_root(document):
            continue
        page = _rows(document)
        if page is None:
            in_full.append(_service(opened.name, number, document))
        elif page and not holds_services(document):
            services.passed_over += 1
        elif not _is_repeated(document, page, seen):
            rows += page
            services.said = max(services.said, _total(document))
    services.listed = len(rows)
    _gather(services, rows, in_full)
    if not services.found:
        raise InputError(
            f"{opened.name} has not a single service in it. That does not mean that there is none: "
            "save it again, or ask whoever publishes it."
        )
    return services


def _rows(document: Any) -> list[Any] | None:
    """Return the rows of a page; ``None`` for what is no page."""
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        for key in _LISTS:
            if isinstance(document.get(key), list):
                return list(document[key])
    return None


def _is_service(row: Any, signs: frozenset[str]) -> bool:
    return isinstance(row, dict) and "name" in row and not signs.isdisjoint(row)


def _is_root(document: Any) -> bool:
    """Whether it is what version 3.0 says of itself at its address."""
    return isinstance(document, dict) and "version" in document and ("profile" in document or "openapi_url" in document)


def _service(name: str, number: int, document: Any) -> Part:
    if isinstance(document, dict) and _is_service(document, _SIGNS_IN_A_PAGE):
        return document
    raise InputError(
        f"Page {number} of {name} is neither a page of services nor a service: it may be a failure that was saved. "
        "Nothing was read. Save that page again, or take it out."
    )


def _is_repeated(document: Any, page: Sequence[Any], seen: set[tuple[str, str]]) -> bool:
    """Whether a page was there before, by its number and first service: a first page is often saved under two names."""
    if not (isinstance(document, dict) and page and isinstance(page[0], dict)):
        return False
    key = (first_word(document, *_NUMBERS), identifier(page[0]))
    if not all(key) or key not in seen:
        seen.add(key)
        return False
    return True


def _total(document: Any) -> int:
    if not isinstance(document, dict):
        return 0
    return next((document[key] for key in _TOTALS if isinstance(document.get(key), int)), 0)


def _gather(services: Services, rows: list[Any], in_full: list[Part]) -> None:
    """Put the services in order, each with all that is said of it."""
    details: dict[str, Part] = {}
    again = []
    for service in in_full:
        key = identifier(service)
        if key and key not in details:
            details[key] = service
        else:
            again.append(service)
    listed = {identifier(row) for row in rows if isinstance(row, dict)}
    rows = [*rows, *(service for key, service in details.items() if key not in listed), *again]
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            services.left_out.append(LeftOut(number, "", "is no service."))
            continue
        key = identifier(row)
        if key and key in seen:
            services.left_out.append(LeftOut(number, first_word(row, "name"), "is listed twice: the first counts."))
            continue
        seen.add(key)
        services.found.append((number, {**row, **details.get(key, {})}))
