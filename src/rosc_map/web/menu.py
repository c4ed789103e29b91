"""Where somebody of a role can go: the menu of every page, and the tiles of the first one."""

from dataclasses import dataclass

from rosc_map.people import Role
from rosc_map.web.visitor import Visitor

__all__ = ["Place", "menu_for"]

_ALL = tuple(Role)
_RECORD = (Role.RECORDER, Role.COORDINATOR, Role.ADMIN)
_COORDINATE = (Role.COORDINATOR, Role.ADMIN)


@dataclass(frozen=True)
class Place:
    """One entry: its ``path``, its ``name``, and ``what`` one does there, in a sentence."""

    path: str
    name: str
    what: str
    roles: tuple[Role, ...]


_PLACES = (
    Place("/record", "Record", "Write down a group, service or place that supports recovery.", _RECORD),
    Place("/my-list", "My list", "Check whether what we have is still right.", _RECORD),
    Place("/my-calls", "My calls", "Ring services and note what they could tell you.", _RECORD),
    Place("/my-work", "My work", "See what came of what you did.", _RECORD),
    Place("/assets", "Search", "Look up a group, service or place.", _ALL),
    Place("/near", "Near you", "Make a sheet of what is on near a place this week, to hand over.", _ALL),
    Place("/map", "Map", "See what is where.", _ALL),
    Place("/gaps", "Gaps", "See what is missing, and where nobody has looked yet.", _ALL),
    Place("/network", "Referrals", "See who refers to whom.", _ALL),
    Place("/rounds", "Linkage test", "Find out whether services know of each other.", (*_COORDINATE, Role.VIEWER)),
    Place("/report", "Report", "The paper for the board.", (*_COORDINATE, Role.VIEWER)),
    Place("/corrections", "Corrections", "Look at what organisations want to have put right.", _COORDINATE),
    Place("/import", "Import", "Read in a table, or a list that others publish.", _COORDINATE),
    Place("/export", "Export", "Take tables and files with you.", (*_COORDINATE, Role.VIEWER)),
    Place("/people", "People", "Who may come in.", (Role.ADMIN,)),
    Place("/embedding", "Other sites", "Let a council show the public map in its own pages.", (Role.ADMIN,)),
)


def menu_for(visitor: Visitor | None) -> tuple[Place, ...]:
    """Return where somebody can go; nowhere for who is not signed in. What is for others needs accounts."""
    if visitor is None:
        return ()
    found = (place for place in _PLACES if visitor.role in place.roles)
    return tuple(place for place in found if place.roles != (Role.ADMIN,) or visitor.signed_in)
