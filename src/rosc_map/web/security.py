"""What every answer carries, so that nothing strange runs in a page and nothing of it is kept elsewhere."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response

from rosc_map.web.csrf import cookie_name, set_cookie

__all__ = ["add_security"]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def add_security(app: FastAPI) -> None:
    """Give every answer these headers; one that sets its own keeps it."""

    @app.middleware("http")
    async def _headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        new = getattr(request.state, "new_cookie", "")
        if new and not request.cookies.get(cookie_name(request)):
            set_cookie(request, response, new)
        return response
