"""What is public, for other programs: Open Referral UK, read only."""

from fastapi import APIRouter

__all__ = ["router"]

router = APIRouter()
