"""A form that is sent twice does its work once: two taps on a slow phone, or going back and sending it again.

Put ``{{ once() }}`` beside ``{{ csrf() }}`` into a form that adds something, and answer it with :func:`once`.
"""

import secrets
from collections.abc import Callable

from fastapi import Request
from fastapi.responses import Response

from rosc_map.web.csrf import token_for
from rosc_map.web.forms import FormValues
from rosc_map.web.forms_sent import FormsSent

__all__ = ["ONCE", "new_once", "once"]

ONCE = "once"
"""The name of the field."""

_LONGEST = 64


def new_once() -> str:
    """Return the token of one form on one page."""
    return secrets.token_urlsafe(16)


def once(request: Request, form: FormValues, do: Callable[[], Response]) -> Response:
    """Do the work of a form that was sent; the same form sent again is led (303) where the first one was.

    Parameters
    ----------
    request
        The request; its session tells whose form it is.
    form
        What was sent, with the field of ``{{ once() }}``. Without that field the work is done each time.
    do
        The work, and its answer: a redirect when it is done, and a page when something has to be put right.

    Examples
    --------
    >>> def add(request: Request, visitor: Recorder, form: Form) -> Response:
    ...     return once(request, form, lambda: _add(request, visitor, form))
    """
    token = form.one(ONCE)
    if not token or len(token) > _LONGEST:
        return do()
    sent: FormsSent = request.app.state.site.forms_sent
    # Kept by the hash that forms carry, not by the cookie, which opens the door.
    return sent.run(token_for(request), token, do)
