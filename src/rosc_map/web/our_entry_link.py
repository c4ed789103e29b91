"""Who comes by a link to an organisation's own entry: looked at anew with each request, and nobody else let in."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute

from rosc_map.partnership import Partnership
from rosc_map.people import People
from rosc_map.publish import plain_id
from rosc_map.records import Audience, row_dicts
from rosc_map.web.csrf import cookie_name, token_for
from rosc_map.web.pages import page
from rosc_map.web.refused import NotThere
from rosc_map.web.site import Site

__all__ = [
    "CONTACT",
    "HERE",
    "LinkOver",
    "Opened",
    "OwnEntry",
    "OwnEntryRoute",
    "asked_page",
    "browser_of",
    "entry_cookie",
    "forgotten",
    "refuse",
    "site_of",
    "still_listed",
]

HERE = "/our-entry"
"""Where an organisation's own entry is, once its link is opened."""

CONTACT = "contact"
"""The setting that says how organisations reach the partnership: an office number or e-mail, never a person's name."""

_ORGANISATION = "organisation"


class LinkOver(NotThere):
    """A link that opens nothing (any more), whichever the reason: they are not told apart."""


@dataclass(frozen=True)
class Opened:
    """An organisation at work on its own entry.

    Attributes
    ----------
    request
        What it asks.
    names
        The assets that the link is for and that are still listed: their ids as recorded, by those in addresses.
    site
        What all requests share.
    browser
        By what its browser is known.
    """

    request: Request
    names: dict[str, str]
    site: Site
    browser: str = field(repr=False)

    @property
    def people(self) -> People:
        """The links and corrections."""
        return self.site.people

    @property
    def partnership(self) -> Partnership:
        """The partnership, with the organisation at work in it."""
        return self.site.partnership(_ORGANISATION)

    def asset(self, key: str) -> str:
        """Return the id of one of its assets, as it is recorded.

        Raises
        ------
        NotThere
            When it is not one of theirs; that is noted as a refused link is.
        """
        if key not in self.names:
            self.people.entry_refused()
            raise NotThere
        return self.names[key]

    def name(self, key: str) -> str:
        """Return the name of one of its assets."""
        return str(self.recorded(key)["name"])

    def recorded(self, key: str) -> Mapping[str, Any]:
        """Return one of its assets as it is recorded, all of it: of this only their own is shown to them.

        Raises
        ------
        NotThere
            When it is not one of theirs, or has just gone.
        """
        known = self.site.live.recorded(self.asset(key))
        if known is None:
            raise NotThere
        return known

    def say(self, *sentences: str) -> None:
        """Keep what the next page is to say, once."""
        self.site.said_after.keep(token_for(self.request), HERE, sentences)

    def said(self) -> tuple[str, ...]:
        """Return what this page is to say, once."""
        return self.site.said_after.take(token_for(self.request), HERE)


def site_of(request: Request) -> Site:
    """Return what all requests share.

    Raises
    ------
    NotThere
        Where nobody signs in, nobody is sent a link either.
    """
    site: Site = request.app.state.site
    if not site.settings.signs_in:
        raise NotThere
    return site


def entry_cookie(request: Request) -> str:
    """Return the name of the cookie by which the browser that opened a link is known."""
    return f"{cookie_name(request)}-entry"


def browser_of(request: Request) -> str:
    """Return by what a browser is known, if it opened a link."""
    return request.cookies.get(entry_cookie(request), "")


def still_listed(site: Site, assets: Sequence[str]) -> dict[str, str]:
    """Return which of some assets have not left: their ids as recorded, by those that stand in addresses."""
    site.live.refresh()
    known = [row["id"] for row in map(site.live.recorded, assets) if row]
    shown = row_dicts(site.live.published(known, Audience.INTERNAL).assets)
    listed = {plain_id(row["id"]) for row in shown}
    return {key: name for name in known if (key := plain_id(name)) in listed}


def refuse(site: Site) -> LinkOver:
    """Note that a link was refused, and return what says so."""
    site.people.entry_refused()
    return LinkOver()


def _opened(request: Request) -> Opened:
    site, browser = site_of(request), browser_of(request)
    link = site.people.entry_of_browser(browser) if browser else None
    names = still_listed(site, link.assets) if link else {}
    if not names:
        raise refuse(site) if browser else LinkOver  # whoever just comes by was refused no link
    return Opened(request, names, site, browser)


class OwnEntryRoute(APIRoute):
    """A route that answers every link that opens nothing with one and the same page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        handler = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await handler(request)
            except LinkOver:
                return _over(request)

        return answered


def asked_page(
    request: Request,
    opened: Opened,
    identifier: str,
    template: str,
    errors: Mapping[str, str] | None = None,
    **context: Any,
) -> Response:
    """Return a page on which an organisation is asked something about one of its assets.

    Parameters
    ----------
    request, opened, identifier
        What is asked, by whom, and about which asset.
    template, **context
        As for :func:`page`.
    errors
        What is wrong with what was sent, by question.
    """
    told = {"here": HERE, "name": opened.name(identifier), "errors": errors or {}}
    return page(request, template, status=422 if errors else 200, **told, **context)


def _over(request: Request) -> Response:
    answer = page(request, "our_entry/over.html", status=404)
    return forgotten(request, answer) if browser_of(request) else answer


def forgotten(request: Request, answer: Response) -> Response:
    """Let the browser forget by what it is known, with an answer."""
    secure = request.app.state.site.settings.secure
    answer.delete_cookie(entry_cookie(request), path="/", secure=secure, httponly=True, samesite="lax")
    return answer


OwnEntry = Annotated[Opened, Depends(_opened)]
