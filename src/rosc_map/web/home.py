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
def static(mark: str, name: str) -> Response:  # noqa: ARG001 - the mark makes browsers ask anew when the file changes
    """Give one of our own files; browsers keep it."""
    found = static_file(name)
    if found is None:
        raise NotThere
    return Response(found[0], media_type=found[1], headers={"Cache-Control": _A_YEAR})
