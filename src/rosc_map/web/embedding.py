"""The public map in the pages of others, and which pages those may be."""

from fastapi import APIRouter

__all__ = ["router"]

router = APIRouter()
