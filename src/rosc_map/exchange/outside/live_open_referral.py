"""A live directory of Open Referral UK: its pages, and the details of the services that are about recovery.

The rows of most directories are short: places and times are only in the details of each service, asked for one by one.
For all 5,000 services of a county that would take the better part of an hour, so it is done for those that the filter
of ``relevance`` would take.
"""

from collections.abc import Iterator
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from rosc_map.errors import ServiceHasNone, ServiceProblem
from rosc_map.exchange.outside.answers import read_json, rows_of, total_of, with_query
from rosc_map.exchange.outside.asking import Asker, FetchOptions
from rosc_map.exchange.outside.relevance import judge
from rosc_map.exchange.outside.repair import text_of
from rosc_map.place.online.fetch import not_understood

__all__ = ["open_referral"]

_KEYS = ("contents", "content", "services")
_A_PAGE = 100
_DETAILS = ("service_at_locations", "locations", "schedules", "regular_schedules")
_LONGEST_ID = 200


def open_referral(asker: Asker, url: str, options: FetchOptions) -> tuple[Any, ...]:  # noqa: ARG001 - as all of them
    """Fetch the pages, then the details, then (of version 3) what the service says of itself.

    Parameters
    ----------
    asker
        For this list.
    url
        The base address of the service, or that of its ``/services`` with a query.
    options
        Not used here.

    Raises
    ------
    ServiceProblem
        When any of them cannot be had, but for details that the service does not hold (404).
    """
    start, base = _addresses(url)
    pages = _pages(asker, start)
    services = [row for page in pages for row in rows_of(url, page, *_KEYS) if isinstance(row, dict)]
    if not services:
        raise asker.none("service")
    details = _details(asker, base, services)
    return (*pages, *details, *_root(asker, base, pages))


def _addresses(url: str) -> tuple[str, str]:
    """Return where the first page is, and the base to which the id of a service is added."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/").removesuffix("/services")
    base = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    start = f"{base}/services?{parts.query}"
    asks_for_size = any(name == "per_page" for name, _ in parse_qsl(parts.query))
    return (start if asks_for_size else with_query(start, per_page=_A_PAGE)), base


def _pages(asker: Asker, start: str) -> list[Any]:
    pages: list[Any] = []
    totals: list[int] = []
    seen: set[tuple[str, ...]] = set()
    sent, of, ended = 0, 0, False
    for number in count(1):
        try:
            page = _page(asker, with_query(start, page=number))
        except ServiceHasNone:
            if not totals:  # by which it is seen below whether this was the end
                raise
            break
        rows = rows_of(start, page, *_KEYS)
        # A server that knows no pages sends the same one again. One row again is only a row that it has twice.
        if not rows or (ids := tuple(map(_id, rows))) in seen:
            break
        seen.add(ids)
        pages.append(page)
        sent += len(rows)
        if (total := total_of(page, "total_items", "totalElements")) is not None:
            totals.append(total)
        asker.expected = total_of(page, "total_pages", "totalPages")
        of = asker.expected or of
        if ended := _is_last(page):
            break
    if len(set(totals)) > 1:
        asker.said.append(
            f"The list changed while it was fetched ({totals[0]:,} services, then {totals[-1]:,}): "
            "one of them may be missing. Fetch it again to be sure."
        )
    # Totals are seldom exact, so a few less are believed; where a page or more is missing, something broke.
    most = None if ended or not pages else len(rows_of(start, pages[0], *_KEYS)) - 1
    asker.check_whole("services", sent, totals[-1] if totals else None, most_missing=most)
    # Where it counts its services too, and all came, the last page may have been an empty one.
    asker.check_whole("pages", len(pages), of, most_missing=None if ended else 1 if totals else 0)
    return pages


def _page(asker: Asker, url: str) -> Any:
    def read(body: bytes) -> Any:
        page = read_json(url, body)
        rows_of(url, page, *_KEYS)
        return page

    return asker.get(url, read)


def _id(row: Any) -> str:
    return repr(row.get("id", row) if isinstance(row, dict) else row)


def _is_last(page: Any) -> bool:
    return isinstance(page, dict) and any(page.get(key) is True for key in ("last", "last_page"))


def _details(asker: Asker, base: str, services: list[dict[str, Any]]) -> list[Any]:
    wanted = list(dict.fromkeys(_wanted(services)))
    if not wanted:
        return []
    asker.said.append(
        f"{len(wanted):,} of {len(services):,} services seem to be about recovery, alcohol or drugs, by what the list "
        "says of them: only the details of these (places, times) were asked for."
    )
    asker.expected = asker.answers + len(wanted)
    found = []
    for service in wanted:
        try:
            found.append(_detail(asker, base, service))
        except ServiceHasNone:
            continue
    if gone := len(wanted) - len(found):
        asker.said.append(f"{asker.host} does not hold the details of {gone:,} of them: they stand as in the list.")
    return found


def _wanted(services: list[dict[str, Any]]) -> Iterator[str]:
    for service in services:
        number = text_of(service.get("id"))
        usable = 0 < len(number) <= _LONGEST_ID and number.strip(".")
        if usable and not any(service.get(key) for key in _DETAILS) and judge(_words(service)).take:
            yield number


def _words(service: dict[str, Any]) -> list[str]:
    owners = [service.get(key) for key in ("organization", "organisation")]
    names = [owner.get("name") for owner in owners if isinstance(owner, dict)]
    return [word for word in map(text_of, (service.get("name"), service.get("description"), *names)) if word]


def _detail(asker: Asker, base: str, number: str) -> Any:
    url = f"{base}/services/{quote(number, safe='')}"

    def read(body: bytes) -> Any:
        service = read_json(url, body)
        if not isinstance(service, dict) or text_of(service.get("id")) != number:
            raise not_understood(url, "something else in place of the details of a service")
        return service

    return asker.get(url, read)


def _root(asker: Asker, base: str, pages: list[Any]) -> list[Any]:
    """Return what a service of version 3 says of itself; nothing is lost where it says nothing."""
    if not any(isinstance(page, dict) and "contents" in page for page in pages):
        return []
    try:
        about = asker.get(f"{base}/", lambda body: read_json(base, body))
    except ServiceProblem:
        return []
    return [about] if isinstance(about, dict) and "version" in about else []
