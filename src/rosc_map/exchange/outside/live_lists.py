"""Live lists of meetings, of Scotland's services and of places of OpenStreetMap: how each sends all that it has."""

import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from rosc_map.errors import ServiceDown
from rosc_map.exchange.outside.answers import (
    is_page_of_the_web,
    linked_page,
    read_json,
    rows_of,
    total_of,
    with_query,
)
from rosc_map.exchange.outside.asking import Asker, FetchOptions
from rosc_map.exchange.outside.overpass import overpass_query
from rosc_map.place.online.fetch import not_understood
from rosc_map.place.online.fetch_address import onward

__all__ = ["aliss", "bmlt", "linked_pages", "meeting_guide", "osm"]

_MEETINGS_A_PAGE = 500
_LINK = re.compile(rb"<link\s[^<>]{1,2000}>", re.IGNORECASE)


def meeting_guide(asker: Asker, url: str, options: FetchOptions) -> tuple[Any, ...]:  # noqa: ARG001 - as all of them
    """Fetch a Meeting Guide feed, also by the address of the site that names its feed.

    Returns
    -------
    tuple
        One list of meetings.

    Raises
    ------
    ServiceProblem
        When there is no feed, or nothing in it.
    """
    feed: Any = asker.get(url, lambda body: _link(url, body) if is_page_of_the_web(body) else _rows(url)(body))
    if isinstance(feed, str):
        there = onward(url, feed)
        feed = asker.get(there, _rows(there))
    if not feed:
        raise asker.none("meeting")
    return (feed,)


def bmlt(asker: Asker, url: str, options: FetchOptions) -> tuple[Any, ...]:  # noqa: ARG001 - as all of them
    """Fetch the meetings of a BMLT server, with the meaning of their formats.

    Parameters
    ----------
    asker
        For this list.
    url
        Of the root server, or of a search there.
    options
        Not used here.

    Returns
    -------
    tuple
        One ``{"meetings": [...], "formats": [...]}``, as the server itself would send both.

    Raises
    ------
    ServiceProblem
        When a page cannot be had, or there is no meeting.
    """
    parts = urlsplit(url)
    root = parts.path.partition("client_interface")[0].rstrip("/")
    search = urlunsplit((parts.scheme, parts.netloc, f"{root}/client_interface/json/", parts.query, ""))
    search = with_query(search, switcher="GetSearchResults", page_size=_MEETINGS_A_PAGE)
    pages: list[list[Any]] = []
    for number in count(1):
        there = with_query(search, page_num=number)
        rows = asker.get(there, _rows(there, "meetings"))
        # Not at a short page: a server may send fewer than it was asked for. One that knows no pages sends all again.
        if not rows or rows in pages:
            break
        pages.append(rows)
    if not pages:
        raise asker.none("meeting")
    formats = urlunsplit((parts.scheme, parts.netloc, f"{root}/client_interface/json/", "switcher=GetFormats", ""))
    meetings = [row for page in pages for row in page]
    return ({"meetings": meetings, "formats": asker.get(formats, _rows(formats, "formats"))},)


def aliss(asker: Asker, url: str, options: FetchOptions) -> tuple[Any, ...]:  # noqa: ARG001 - as all of them
    """Fetch the pages of ALISS, from the address of a search or of the service itself.

    Raises
    ------
    ServiceProblem
        When a page cannot be had, or there is no service.
    """
    parts = urlsplit(url)
    if "services" not in parts.path:
        url = urlunsplit((parts.scheme, parts.netloc, f"{parts.path.rstrip('/')}/services", parts.query, ""))
    if not any(name == "page_size" for name, _ in parse_qsl(parts.query)):
        url = with_query(url, page_size=100)
    return linked_pages(asker, url, "data", "service")


def linked_pages(
    asker: Asker, url: str, key: str, what: str, *, headers: Mapping[str, str] | None = None
) -> tuple[Any, ...]:
    """Fetch pages of which each names the next one.

    Parameters
    ----------
    asker
        For this list.
    url
        Of the first page.
    key
        Where the rows of a page stand.
    what
        One row, for messages.
    headers
        For this host alone.

    Raises
    ------
    ServiceProblem
        When a page cannot be had, or a link leads elsewhere or round in a circle, or there is no row at all.
    """
    pages: list[Any] = []
    seen: set[str] = set()
    sent, rows, there = 0, [], url
    while there:
        if there in seen:
            raise asker.useless("the same page again and again")
        seen.add(there)
        page = asker.get(there, _page(there, key), headers=headers)
        pages.append(page)
        rows = rows_of(there, page, key)
        sent += len(rows)
        there = linked_page(there, page.get("next"))
    if not sent:
        raise asker.none(what)
    # An empty page is an end only where the server's own count agrees.
    asker.check_whole(f"{what}s", sent, total_of(pages[0], "count"), most_missing=None if rows else 0)
    return tuple(pages)


def osm(asker: Asker, url: str, options: FetchOptions) -> tuple[Any, ...]:
    """Fetch the community places of some areas from an Overpass server.

    Raises
    ------
    InputError
        Without the codes of areas.
    ServiceProblem
        When there is no answer, or only a part of one, or no place in it.
    """
    parts = urlsplit(url)
    there = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/") or "/api/interpreter", "", ""))

    def read(body: bytes) -> Any:
        answer = read_json(there, body)
        if isinstance(answer, dict) and answer.get("remark"):  # such as "Query timed out": a part of the places
            raise ServiceDown(
                f"{asker.host} sent only a part of the places, because the search took too long. Try again later, or "
                "ask for fewer areas; nothing was changed."
            )
        if not isinstance(answer, dict):
            raise not_understood(there, "an answer of another shape")
        rows_of(there, answer, "elements")
        return answer

    answer = asker.post(there, {"data": overpass_query(options.areas)}, read)
    if not answer["elements"]:
        raise asker.none("place")
    return (answer,)


def _rows(url: str, *keys: str) -> Callable[[bytes], list[Any]]:
    return lambda body: rows_of(url, read_json(url, body), *keys)


def _page(url: str, key: str) -> Callable[[bytes], Any]:
    def read(body: bytes) -> Any:
        page = read_json(url, body)
        rows_of(url, page, key)
        if not isinstance(page, dict):
            raise not_understood(url, "an answer of another shape")
        linked_page(url, page.get("next"))
        return page

    return read


def _link(url: str, body: bytes) -> str:
    # Only these tags are given to the parser of HTML: a whole page of somebody else's can make it work for hours.
    for tag in _LINK.findall(body):
        finder = _LinkFinder()
        finder.feed(tag.decode("utf-8", "replace"))
        if finder.found:
            return finder.found
    raise not_understood(url, "a page of the web that names no feed of meetings")


class _LinkFinder(HTMLParser):
    """Finds where a site says that its feed of meetings is."""

    found = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its signature
        said = {name: value or "" for name, value in attrs}
        if said.get("rel", "").casefold() == "alternate" and said.get("title", "").casefold() == "meetings feed":
            self.found = said.get("href", "")
