"""Strata: the groups that sources are drawn from apart, and how many are drawn from each (METHODS §1, design 2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rosc_map.errors import InputError, UnknownName
from rosc_map.linkage.frame import Frame
from rosc_map.records import codelist

__all__ = ["LEAST", "NOT_RECORDED", "Stratum", "allocate", "group_notes", "strata_of"]

LEAST = 2
"""How many sources a group has at least, where it has so many contacts: from one alone nothing can be told of the
differences within the group."""

NOT_RECORDED = "not recorded"
"""The group of the contacts about which nobody wrote down to which they belong."""


@dataclass(frozen=True)
class Stratum:
    """One group of contacts.

    Attributes
    ----------
    name
        What the group is called.
    places
        The places of its contacts in ``frame.contacts``, ascending.
    pairs
        How many pairs could be asked about there: the eligible targets of all of its contacts, summed. The estimate
        weights the groups by it.
    """

    name: str
    places: tuple[int, ...]
    pairs: int


def strata_of(frame: Frame, groups: Mapping[str, str]) -> list[Stratum]:
    """Sort the contacts of a frame into groups.

    Parameters
    ----------
    frame
        The frame.
    groups
        The group of each contact, by id. A contact that is missing or has "" is of the group :data:`NOT_RECORDED`;
        ids that are no contacts are passed over.

    Returns
    -------
    list of Stratum
        The groups that have a contact, sorted by name.
    """
    members: dict[str, list[int]] = {}
    for place, contact in enumerate(frame.contacts):
        members.setdefault(groups.get(contact, "").strip() or NOT_RECORDED, []).append(place)
    return [
        Stratum(name, tuple(places), sum(frame.eligible_counts[place] for place in places))
        for name, places in sorted(members.items())
    ]


def allocate(sizes: Sequence[int], sources: int, allocation: str) -> list[int]:
    """Share the sources out over the groups, in whole numbers only, so that it comes out alike everywhere.

    Parameters
    ----------
    sizes
        N_h, how many contacts each group has, each at least 1.
    sources
        n, at most the sum of ``sizes``.
    allocation
        A code of ``draw_allocation``: ``proportional`` (to N_h, by the largest remainder) or ``equal``. Either way
        each group gets at least :data:`LEAST` or all of its contacts, and never more than it has.

    Returns
    -------
    list of int
        n_h, in the order of ``sizes``; the sum is n.

    Raises
    ------
    UnknownName
        When the allocation is not of the codelist.
    InputError
        When n is too small to give each group its least.

    References
    ----------
    METHODS §1, "Draw designs", 2. Cochran, W. G. (1977). Sampling Techniques, 3rd ed., chapter 5. Wiley.
    """
    known = codelist("draw_allocation")
    if allocation not in known:
        raise UnknownName(f"{allocation!r} is not a way to share the sources out. Use one of: {', '.join(known)}.")
    needed = sum(min(LEAST, size) for size in sizes)
    if sources < needed:
        raise InputError(
            f"You asked for {sources} sources in {len(sizes)} groups; {LEAST} from each group (one where it has only"
            f" one) make {needed}. Ask for {needed} or more, or choose a field with fewer groups."
        )
    return _equal(sizes, sources) if allocation == "equal" else _proportional(sizes, sources)


def group_notes(strata: Sequence[Stratum]) -> tuple[str, ...]:
    """Return what the user has to be told about the groups.

    Parameters
    ----------
    strata
        The groups of a draw.

    Returns
    -------
    tuple of str
        Sentences: that there is one group only, and which groups have one contact only.
    """
    if len(strata) == 1:
        return (f"All contacts are in one group ({strata[0].name}), so this is the same as a draw without groups.",)
    single = [stratum.name for stratum in strata if len(stratum.places) == 1]
    if not single:
        return ()
    found = "One group has only one contact" if len(single) == 1 else f"{len(single)} groups have only one contact each"
    return (f"{found}, which is drawn for certain: {', '.join(single)}.",)


def _equal(sizes: Sequence[int], sources: int) -> list[int]:
    share = [0] * len(sizes)
    for _ in range(sources):
        with_room = (place for place, size in enumerate(sizes) if share[place] < size)
        share[min(with_room, key=lambda place: (share[place], -sizes[place], place))] += 1
    return share


def _proportional(sizes: Sequence[int], sources: int) -> list[int]:
    """Give the groups that would come out too small their least, and the others the rest in proportion."""
    share = [min(LEAST, size) for size in sizes]
    rest = set(range(len(sizes)))
    while True:
        # What is left is never more than N_h / N of each group: giving some more than their part leaves less.
        left = sources - sum(least for place, least in enumerate(share) if place not in rest)
        wanted = _largest_remainder({place: sizes[place] for place in sorted(rest)}, left)
        small = {place for place in rest if wanted[place] < share[place]}
        if not small:
            return [wanted.get(place, least) for place, least in enumerate(share)]
        rest -= small


def _largest_remainder(sizes: Mapping[int, int], sources: int) -> dict[int, int]:
    total = sum(sizes.values())
    share = {place: sources * size // total for place, size in sizes.items()}
    # Whole numbers throughout: a rounded remainder could fall one way here and another way elsewhere.
    by_remainder = sorted(sizes, key=lambda place: (-(sources * sizes[place] % total), -sizes[place], place))
    for place in by_remainder[: sources - sum(share.values())]:
        share[place] += 1
    return share
