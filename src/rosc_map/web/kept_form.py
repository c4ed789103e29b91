"""What was typed into a form whose session had ended: it goes with the sign-in form, and is sent after signing in."""

from dataclasses import dataclass
from urllib.parse import quote_plus

from fastapi import Request
from starlette.datastructures import FormData
from starlette.routing import Match

from rosc_map.web.csrf import FIELD
from rosc_map.web.forms import FormValues

__all__ = ["KEPT_FIELD", "KEPT_TO", "SECRET", "KeptForm", "form_of", "form_sent_on", "takes"]

KEPT_TO = "kept-to"
KEPT_FIELD = "kept."
"""Before the name of each field, so that none is taken for one of the sign-in form."""

SECRET = ("password", "again", "old")
_MOST = 56 * 1024  # what is added to it on its way stays below what one request may hold


@dataclass(frozen=True)
class KeptForm:
    """The path that a form is for, and its fields in order: each a name and what was typed."""

    path: str
    fields: tuple[tuple[str, str], ...]


def form_of(data: FormData, path: str) -> KeptForm | None:
    """Return what was sent, to be kept; None where it holds a file or a password, or is too much."""
    fields = [(name, value) for name, value in data.multi_items() if name != FIELD]
    texts = tuple((name, value) for name, value in fields if isinstance(value, str))
    if not texts or len(texts) < len(fields) or any(name in SECRET for name, _ in texts):
        return None
    size = sum(len(quote_plus(name)) + len(quote_plus(value)) + len(KEPT_FIELD) + 2 for name, value in texts)
    return KeptForm(path, texts) if size <= _MOST else None


def form_sent_on(request: Request, form: FormValues, path: str) -> KeptForm | None:
    """Return what came with the sign-in form; None where nothing did, or no page of ours takes it.

    Parameters
    ----------
    request
        The request.
    form
        What was sent.
    path
        Where it says that it is for; "" for none.
    """
    if not path or not takes(request, "POST", path.partition("?")[0]):
        return None
    names = [name for name in form.names() if name.startswith(KEPT_FIELD)]
    return KeptForm(path, tuple((name.removeprefix(KEPT_FIELD), value) for name in names for value in form.many(name)))


def takes(request: Request, method: str, path: str) -> bool:
    """Whether a page of ours takes a request, by its path alone."""
    scope = {**request.scope, "method": method, "path": path, "path_params": {}}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)
