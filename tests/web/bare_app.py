"""A form that keeps nothing, in the framework of ours: what the load test measures beside. It loads nothing of ours."""

from typing import Annotated

from fastapi import FastAPI, Form
from fastapi.responses import HTMLResponse

app = FastAPI()


@app.post("/")
def small(name: Annotated[str, Form()]) -> HTMLResponse:
    """Say how long a name is."""
    return HTMLResponse(f"<!doctype html><title>Kept</title><p>{len(name)} letters")
