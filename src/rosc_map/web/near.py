"""What is on near a place this week, to print and hand over; nothing of who asked is kept."""

from fastapi import APIRouter

__all__ = ["router"]

router = APIRouter()
