"""What a phone keeps when the signal goes: the page that works without, and how what was typed is sent."""

from fastapi import APIRouter

__all__ = ["router"]

router = APIRouter()
