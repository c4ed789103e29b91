"""The answers to a form, live from a KoboToolbox server: its second API, signed in to with a token."""

import os
import re
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from rosc_map.errors import InputError, ServiceRefused
from rosc_map.exchange.outside.asking import Asker, FetchOptions
from rosc_map.exchange.outside.live_lists import linked_pages
from rosc_map.place.online.fetch_address import is_unread

__all__ = ["TOKEN", "kobo"]

TOKEN = "ROSC_MAP_KOBO_TOKEN"  # noqa: S105 - where it is, not what it is
"""The environment variable that holds the token: a command's options can be read by others on the same computer."""

_PROJECT = re.compile(r"/(?:assets|forms)/([A-Za-z0-9]{8,64})(?=[/?#]|$)")
_A_PAGE = 1000
_TURNED_AWAY = (401, 403)


def kobo(asker: Asker, url: str, options: FetchOptions) -> tuple[Any, ...]:  # noqa: ARG001 - as all of them
    """Fetch all answers to a form.

    Parameters
    ----------
    asker
        For this list.
    url
        Of the project, as the browser shows it or as the API has it.
    options
        Not used here.

    Raises
    ------
    InputError
        Without a token, for an address of no project, and for one that is not https (but on this computer).
    ServiceProblem
        When a page cannot be had, or the form has no answers.
    """
    parts, found = urlsplit(url), _PROJECT.search(url)
    if not found:
        raise InputError(
            f"The address of {asker.host} names no project. Open the project in the browser and copy its address: "
            "it has /forms/ and an id in it."
        )
    if not is_unread(url):
        raise InputError(
            f"The address of {asker.host} begins with http://: others could read your token on the way there. "
            "Give one that begins with https://."
        )
    headers = {"Authorization": f"Token {_token()}"}
    path = f"/api/v2/assets/{found[1]}/data/"
    start = urlunsplit((parts.scheme, parts.netloc, path, f"format=json&limit={_A_PAGE}&start=0", ""))
    try:
        return linked_pages(asker, start, "results", "answer", headers=headers)
    except ServiceRefused as error:
        if error.status not in _TURNED_AWAY:
            raise
        raise ServiceRefused(
            f"{asker.host} does not let you read this project ({error.status}). Check the token in {TOKEN}, and that "
            "its account may see the answers.",
            error.status,
        ) from None


def _token() -> str:
    token = os.environ.get(TOKEN, "").strip()
    if not re.fullmatch(r"[!-~]{1,200}", token):
        raise InputError(
            f"KoboToolbox wants a token. Copy it from your account settings there (Security, API key) and set the "
            f"environment variable {TOKEN} to it before you run this again."
        )
    return token
