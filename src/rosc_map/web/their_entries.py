"""For coordinators: the links that organisations are sent, and what they say has to be put right."""

from fastapi import APIRouter

__all__ = ["router"]

router = APIRouter()
