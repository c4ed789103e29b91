"""Who a request is from, and what their role lets them do."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from rosc_map.partnership import Partnership
from rosc_map.people import People, Role
from rosc_map.records import Audience
from rosc_map.web.csrf import cookie_name
from rosc_map.web.refused import NotSignedIn
from rosc_map.web.site import Site

__all__ = ["Admin", "Coordinator", "MaybeVisitor", "ReadsFigures", "Recorder", "SignedIn", "Visitor", "visitor_of"]


@dataclass(frozen=True)
class Visitor:
    """Somebody at work.

    Attributes
    ----------
    name
        Their volunteer number or role; "" for one person who did not say it, without sign-in.
    role
        What they may do.
    signed_in
        Whether they signed in; without accounts there is nobody else.
    told_rules
        Whether the rule of what not to write down was explained to them.
    site
        What all requests share.
    """

    name: str
    role: Role
    signed_in: bool
    told_rules: bool
    site: Site

    @property
    def audience(self) -> Audience:
        """What they may see."""
        return self.role.audience

    @property
    def people(self) -> People:
        """Accounts, drafts and lists."""
        return self.site.people

    @property
    def partnership(self) -> Partnership:
        """The partnership, with them at work in it."""
        return self.site.partnership(self.name)


def visitor_of(request: Request) -> Visitor | None:
    """Return who a request is from by its cookie; None for a stranger."""
    site: Site = request.app.state.site
    if not site.settings.signs_in:  # whoever comes as far as here has the key of this server
        return Visitor(site.settings.by, Role.ADMIN, False, site.people.setting("told rules") == "yes", site)  # noqa: FBT003
    account = site.people.session(request.cookies.get(cookie_name(request), ""))
    return Visitor(account.name, account.role, True, account.told_rules, site) if account else None  # noqa: FBT003


def _visitor(request: Request) -> Visitor | None:
    if not hasattr(request.state, "visitor"):  # of a form, it was asked before its body was read
        request.state.visitor = visitor_of(request)  # None too: a session that has ended is known to be nobody's
    found: Visitor | None = request.state.visitor
    return found


MaybeVisitor = Annotated[Visitor | None, Depends(_visitor)]


# What reads nothing is no work for another thread: each change of threads is a wait for all the others.
async def _signed_in(visitor: MaybeVisitor) -> Visitor:
    if visitor is None:
        raise NotSignedIn
    return visitor


SignedIn = Annotated[Visitor, Depends(_signed_in)]


async def _recorder(visitor: SignedIn) -> Visitor:
    return _allowed(visitor, visitor.role.records)


async def _reads_figures(visitor: SignedIn) -> Visitor:
    """Return who asks: as in the menu, who records has no part in rounds, their results and the report."""
    return _allowed(visitor, visitor.role is not Role.RECORDER)


async def _coordinator(visitor: SignedIn) -> Visitor:
    return _allowed(visitor, visitor.role.coordinates)


async def _admin(visitor: SignedIn) -> Visitor:
    return _allowed(visitor, visitor.role.manages_people)


def _allowed(visitor: Visitor, allowed: bool) -> Visitor:  # noqa: FBT001
    if not allowed:
        raise HTTPException(403)
    return visitor


ReadsFigures = Annotated[Visitor, Depends(_reads_figures)]
Recorder = Annotated[Visitor, Depends(_recorder)]
Coordinator = Annotated[Visitor, Depends(_coordinator)]
Admin = Annotated[Visitor, Depends(_admin)]
