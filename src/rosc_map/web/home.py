"""The first page, and our own files."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from rosc_map.web.pages import page, static_file
from rosc_map.web.refused import NotThere
from rosc_map.web.visitor import SignedIn

__all__ = ["router"]

router = APIRouter()
_A_YEAR = "public, max-age=31536000, immutable"


@router.get("/")
def home(request: Request, visitor: SignedIn) -> Response:  # noqa: ARG001 - signing in is asked for by its being here
    """Show where one can go."""
    return page(request, "home.html")


@router.get("/static/{mark}/{name}")
def static(request: Request, mark: str, name: str) -> Response:
    """Give one of our own files, packed to whoever unpacks it; browsers keep it."""
    found = static_file(mark, name)
    if found is None:
        raise NotThere
    headers = {"Cache-Control": _A_YEAR, "Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(found.plain, media_type=found.kind, headers=headers)
    return Response(found.packed, media_type=found.kind, headers={**headers, "Content-Encoding": "gzip"})
