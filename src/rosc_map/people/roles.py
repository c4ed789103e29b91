"""The four roles, and the names that accounts may have: volunteer numbers and roles, never names of people."""

import re
from collections.abc import Collection
from enum import StrEnum

from rosc_map.errors import InputError
from rosc_map.partnership.closing import coordinates
from rosc_map.records import Audience, CellError, check_who, same_person

__all__ = ["Role", "check_by", "check_name", "next_name", "tidy_name"]

_LONGEST_NAME = 60


class Role(StrEnum):
    """What somebody may do in the web app."""

    RECORDER = "recorder"
    COORDINATOR = "coordinator"
    VIEWER = "viewer"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        """The role in plain words."""
        return _LABELS[self]

    @property
    def audience(self) -> Audience:
        """Who they are to the gate ``publish``, which alone decides what they see."""
        return Audience.INTERNAL if self.coordinates else Audience.PARTNERS

    @property
    def records(self) -> bool:
        """Whether they may record and change."""
        return self is not Role.VIEWER

    @property
    def coordinates(self) -> bool:
        """Whether they coordinate the map, and so see and decide more."""
        return self in (Role.COORDINATOR, Role.ADMIN)

    @property
    def manages_people(self) -> bool:
        """Whether they may add and remove accounts."""
        return self is Role.ADMIN


_LABELS = {
    Role.RECORDER: "Volunteer: records and rings",
    Role.COORDINATOR: "Coordinator: looks after the records and the calls",
    Role.VIEWER: "Viewer: looks, and changes nothing",
    Role.ADMIN: "Admin: a coordinator who also looks after the accounts",
}
_FIRST_WORDS = {
    Role.RECORDER: "V",
    Role.COORDINATOR: "coordinator ",
    Role.VIEWER: "commissioner ",
    Role.ADMIN: "admin ",
}


def tidy_name(name: str) -> str:
    """Return a name without the spaces that change nothing."""
    return " ".join(name.split())


def check_name(name: str, role: Role) -> str:
    """Return the name for an account, tidied.

    Raises
    ------
    InputError
        When it may be a person's name, or does not go with the role: who closes an asset alone is told by the name.
    """
    tidy = tidy_name(name)
    if not tidy or len(tidy) > _LONGEST_NAME or not _is_who(tidy):
        raise InputError(
            f"{name!r} may be the name of a person. Write a volunteer number or a role, such as V7 or coordinator 2."
        )
    if role is Role.RECORDER and (coordinates(tidy) or not re.search(r"[0-9]", tidy)):
        raise InputError(f"{name!r} is not a volunteer number. For somebody who records, write a number such as V7.")
    if role.coordinates and not coordinates(tidy):
        raise InputError(
            f"{name!r} does not say that they coordinate. For this role, write a name such as coordinator 2 or admin 1."
        )
    return tidy


def check_by(by: str) -> str:
    """Return who did something, or "" where nobody said, tidied.

    Raises
    ------
    InputError
        When it may be a person's name.
    """
    tidy = tidy_name(by)
    if not _is_who(tidy) or len(tidy) > _LONGEST_NAME:
        raise InputError(f"{by!r} may be the name of a person. Write a volunteer number or a role.")
    return tidy


def next_name(role: Role, given: Collection[str]) -> str:
    """Return the next name of a role that was never given; ``given`` holds what :func:`same_person` makes of those."""
    number = 1 + max((int(same) for same in given if same.isdigit()), default=0)
    while same_person(name := f"{_FIRST_WORDS[role]}{number}") in given:
        number += 1
    return name


def _is_who(text: str) -> bool:
    try:
        check_who(text)
    except CellError:
        return False
    return True
