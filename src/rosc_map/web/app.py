"""The app: every part of it put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import Depends, FastAPI

from rosc_map.web import (
    accounts_pages,
    asset_edit,
    assets,
    embedding,
    exchange_pages,
    home,
    my_calls,
    my_list,
    my_work,
    near,
    open_referral,
    our_entry,
    outputs,
    phone,
    recording,
    round_papers,
    rounds,
    signing_in,
    their_entries,
)
from rosc_map.web.csrf import check_csrf
from rosc_map.web.refusals import add_refusals
from rosc_map.web.security import add_security
from rosc_map.web.settings import WebSettings
from rosc_map.web.site import Site

__all__ = ["make_app"]

_AT_ONCE = 16

_PARTS = (
    accounts_pages,
    asset_edit,
    assets,
    embedding,
    exchange_pages,
    home,
    my_calls,
    my_list,
    my_work,
    near,
    open_referral,
    our_entry,
    outputs,
    phone,
    recording,
    round_papers,
    rounds,
    signing_in,
    their_entries,
)
"""The modules with pages; each has a ``router``."""


def make_app(settings: WebSettings) -> FastAPI:
    """Return the web app of one partnership.

    Parameters
    ----------
    settings
        How it is served.

    Raises
    ------
    InputError, FileProblem
        When the partnership, or what is kept of its people, cannot be opened.
    """
    site = Site(settings)

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        # More at once would only wait for each other, and for a connection to the database.
        current_default_thread_limiter().total_tokens = _AT_ONCE
        yield
        site.close()

    # No page of documentation: there is no public interface here, and its scripts come from elsewhere.
    app = FastAPI(
        title="rosc-map",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=life,
        dependencies=[Depends(check_csrf)],
    )
    app.state.site = site
    for part in _PARTS:
        app.include_router(part.router)
    add_refusals(app)
    add_security(app)
    return app
