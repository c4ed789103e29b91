"""An organisation's own entry, by a link: what is held about it, and what it may decide."""

from fastapi import APIRouter

__all__ = ["router"]

router = APIRouter()
