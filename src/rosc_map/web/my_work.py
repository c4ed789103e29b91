"""My work: what came of what somebody recorded, checked and asked."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from rosc_map.web.pages import page
from rosc_map.web.visitor import Recorder

__all__ = ["router"]

router = APIRouter()


@router.get("/my-work")
def my_work(request: Request, visitor: Recorder) -> Response:
    """Show what came of somebody's own work."""
    return page(request, "my_work/my_work.html", work=visitor.partnership.work_of(visitor.name))
