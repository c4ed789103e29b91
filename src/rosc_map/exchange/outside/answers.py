"""What a list's own server answers: the rows in a page, the address of the next one, errors that look like it."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from rosc_map.errors import InputError
from rosc_map.exchange.outside.json_text import parse_json
from rosc_map.place.online.fetch import not_understood, service_name

__all__ = ["asks_for_a_part", "is_page_of_the_web", "linked_page", "read_json", "rows_of", "total_of", "with_query"]

_FAULTS = ("error", "errors")
_FAULTS_WITHOUT_ROWS = ("message", "detail")
# In the query of an address: what says how the rows are sent, who asks, or which feed it is, and never which rows.
_ASKS_FOR_ALL = frozenset(
    (
        "page", "per_page", "page_size", "page_num", "format", "switcher", "action", "get_used_formats",
        "data_field_key", "sort_keys", "lang_enum", "key", "api_key", "apikey", "token", "access_token",
    )
)  # fmt: skip


def read_json(url: str, body: bytes) -> Any:
    """Return what an answer says.

    Raises
    ------
    AnswerNotUnderstood
        When it is no JSON.
    FileProblem
        When it is too large to be read (``exchange.limits``).
    """
    try:
        return parse_json(service_name(url), body)
    except InputError:
        what = "a page of the web" if is_page_of_the_web(body) else "an answer that is not JSON"
        raise not_understood(url, f"{what} in place of a list") from None


def is_page_of_the_web(body: bytes) -> bool:
    """Return whether an answer is HTML, such as a page to sign in."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def rows_of(url: str, page: Any, *keys: str) -> list[Any]:
    """Return the rows of a page: a bare list, or what stands under the first of these keys that it has.

    Raises
    ------
    AnswerNotUnderstood
        When it tells of an error, or has no rows there, or what stands there are no rows.
    """
    if isinstance(page, dict):
        key = next((key for key in keys if key in page), "")
        rows = (page[key] or []) if key else None
        if any(page.get(fault) for fault in (*_FAULTS, *(() if rows else _FAULTS_WITHOUT_ROWS))):
            raise not_understood(url, "an error in place of a list")
    else:
        rows = page
    if not isinstance(rows, list) or (rows and not any(isinstance(row, dict) for row in rows)):
        raise not_understood(url, "an answer of another shape")
    return rows


def total_of(page: Any, *keys: str) -> int | None:
    """Return how many rows (or pages) there are in all, where a page says so."""
    found = [page[key] for key in keys if key in page] if isinstance(page, dict) else []
    return next((number for number in found if isinstance(number, int) and not isinstance(number, bool)), None)


def with_query(url: str, **values: str | int) -> str:
    """Return an address with these in its query, in place of what it had under the same names; the rest stays."""
    parts = urlsplit(url)
    stays = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in values]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode([*stays, *values.items()]), ""))


def asks_for_a_part(url: str) -> bool:
    """Return whether an address has something in its query that may choose among the rows; what is not known does."""
    return any(name.casefold() not in _ASKS_FOR_ALL for name, _ in parse_qsl(urlsplit(url).query))


def linked_page(url: str, link: object) -> str:
    """Return the address of the next page, on the host of this one; "" at the end.

    Raises
    ------
    AnswerNotUnderstood
        When the link leads elsewhere, or is none.
    """
    if link in (None, ""):
        return ""
    try:
        target = urljoin(url, link) if isinstance(link, str) else ""
        same_host = service_name(target) == service_name(url)
    except ValueError:  # InputError is one too
        same_host = False
    if not same_host:
        raise not_understood(url, "a link to a next page that is not its own")
    # Servers behind others often name themselves wrongly (http:, another port): only the rest of the link counts.
    here, there = urlsplit(url), urlsplit(target)
    return urlunsplit((here.scheme, here.netloc, there.path, there.query, ""))
