"""What is public, for other programs: Open Referral UK, read only."""

import re
from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from rosc_map.partnership import Document
from rosc_map.web.open_referral_schema import (
    BASE,
    LAST_PAGE,
    LONGEST_SEARCH,
    MOST_ON_A_PAGE,
    ON_A_PAGE,
    openapi_document,
)
from rosc_map.web.pages import page
from rosc_map.web.public_answers import Busy, Turns
from rosc_map.web.refused import NotThere
from rosc_map.web.site import Site

__all__ = ["router"]

router = APIRouter()

_KEPT_FOR = "public, max-age=60"
_BUSY_FOR = 5  # seconds
_NUMBER = re.compile(r"[0-9]{1,9}")


class _CannotTake(Exception):
    """Something in the query that cannot be taken; the message says what can."""


@router.get("/open-referral")
def describe(request: Request) -> Response:
    """Show people who write programs what there is, made of the description for the programs themselves."""
    return page(request, "open_referral/about.html", api=_described(_site(request)))


@router.get(BASE)
@router.get(f"{BASE}/")
async def root(request: Request) -> Response:
    """Say which standard this follows, and what has to be said of the data."""
    site = _site(request)
    return await _in_turn(request, lambda: site.services.root(f"{_address(site)}{BASE}/openapi.json"))


@router.get(f"{BASE}/openapi.json")
async def description(request: Request) -> Response:
    """Describe the addresses and the documents for programs."""
    return await _in_turn(request, lambda: Document.of(_described(_site(request))))


@router.get(f"{BASE}/services")
async def services(request: Request) -> Response:
    """Give a page of the list."""
    try:
        number = _number(request, "page", 1, LAST_PAGE)
        size = _number(request, "per_page", ON_A_PAGE, MOST_ON_A_PAGE)
        words = _words(request)
    except _CannotTake as why:
        return JSONResponse({"detail": str(why)}, 422)
    kept = _site(request).services
    return await _in_turn(request, lambda: kept.found(words, number, size) if words else kept.page(number, size))


@router.get(f"{BASE}/services/{{identifier}}")
async def service(request: Request, identifier: str) -> Response:
    """Give one service in full."""
    return await _in_turn(request, lambda: _site(request).services.service(identifier))


async def _in_turn(request: Request, document: Callable[[], Document | None]) -> Response:
    """Answer with a document that is made when its turn has come; None is what is not there."""
    turns: Turns = request.state.turns
    try:
        made = await turns.make(document)
    except Busy:
        said = f"Too many programs ask at this moment. Ask again in {_BUSY_FOR} seconds."
        return JSONResponse({"detail": said}, 503, {"Retry-After": str(_BUSY_FOR)})
    if made is None:
        raise NotThere
    return _answer(request, made)


def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


def _address(site: Site) -> str:
    return site.settings.url.rstrip("/") or f"http://127.0.0.1:{site.settings.port}"


def _described(site: Site) -> dict[str, object]:
    return openapi_document(_address(site))


def _number(request: Request, name: str, otherwise: int, most: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return otherwise
    number = int(text) if _NUMBER.fullmatch(text) else 0
    if not 1 <= number <= most:
        raise _CannotTake(f"{name} has to be a whole number from 1 to {most:,}.")
    return number


def _words(request: Request) -> str:
    text = request.query_params.get("search", "")
    if len(text) > LONGEST_SEARCH:
        raise _CannotTake(f"search takes at most {LONGEST_SEARCH} characters.")
    return text.strip()


def _answer(request: Request, document: Document) -> Response:
    """Send a document, or nothing where whoever asks has it already as it is."""
    mark = f'"{document.mark}"'
    headers = {"ETag": mark, "Cache-Control": _KEPT_FOR}
    asked = {text.strip().removeprefix("W/") for text in request.headers.get("if-none-match", "").split(",")}
    if mark in asked or "*" in asked:
        return Response(status_code=304, headers=headers)
    return Response(document.body, media_type="application/json", headers=headers)
