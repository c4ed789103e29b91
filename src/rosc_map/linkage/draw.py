"""The draw: who is contacted and about whom each is asked, at random and the same for ever (METHODS §1, 1 and 2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.linkage.frame import Frame
from rosc_map.linkage.random_keys import smallest, stream_of
from rosc_map.linkage.strata import Stratum, allocate, group_notes, strata_of

__all__ = ["PAIR_COLUMNS", "Draw", "PairRow", "check_targets", "draw", "pairs_table", "short_notes"]

PAIR_COLUMNS = (
    "source",
    "target",
    "eligible",
    "stratum",
    "stratum_size",
    "stratum_pairs",
    "source_reserve",
    "target_reserve",
)
"""The columns of ``Draw.pairs``, in order."""

PairRow = tuple[str, str, int, str, int | None, int | None, int, int]
"""One row of ``Draw.pairs``."""

_RESERVE = 5
"""One reserve for so many drawn, rounded up."""


@dataclass(frozen=True, eq=False)
class Draw:
    """One draw of a round.

    Attributes
    ----------
    design
        A code of the codelist ``draw_design``.
    seed
        The number that the draw starts from.
    sources
        n, how many are contacted.
    targets
        m, about how many each is asked.
    frame_sha256
        The fingerprint of the frame that it was drawn from.
    pairs
        One row a question, the columns :data:`PAIR_COLUMNS`: ``source`` and ``target`` (ids); ``eligible`` (M, about
        how many this source could have been asked); ``stratum``, ``stratum_size`` and ``stratum_pairs`` (the group of
        the source, how many contacts and how many eligible pairs that group has; "", None and None in a draw without
        groups); ``source_reserve`` and ``target_reserve`` (0 in the first draw; 1, 2 … the place among the reserve
        contacts of the group, and among the reserve questions of the source). First the sources of the first draw, in
        the order of the frame, then the reserve contacts, group by group in their order. The targets of each are in
        random order, which is the order to ask in, the reserve questions last.
    notes
        Sentences that the user has to be told about the draw.
    reserves
        How many reserve contacts were drawn.

    Examples
    --------
    >>> from rosc_map.linkage import build_frame, draw
    >>> found = draw(build_frame(held.assets), sources=6, targets=3, seed=2028)
    >>> found.sources, found.targets, found.seed
    (6, 3, 2028)
    """

    design: str
    seed: int
    sources: int
    targets: int
    frame_sha256: str
    pairs: pd.DataFrame
    notes: tuple[str, ...]
    reserves: int = 0


@dataclass(frozen=True)
class _Contact:
    """A contact that was drawn: its place in the frame, 0 or its place among the reserves, and its group."""

    place: int
    reserve: int
    stratum: Stratum | None


def draw(
    frame: Frame,
    *,
    sources: int,
    targets: int,
    seed: int,
    reserves: int | None = None,
    strata: Mapping[str, str] | None = None,
    allocation: str = "proportional",
) -> Draw:
    """Draw a round: n sources, and for each its own m targets, all by simple random sampling without replacement.

    Parameters
    ----------
    frame
        The frame to draw from.
    sources
        n, from 1 to the number of contacts of the frame.
    targets
        m, from 1 to the largest number about which any contact may be asked. A source with fewer is asked about all it
        has.
    seed
        A whole number from 0, below 2 to the power of 53. The same frame and seed give the same draw on every
        machine, for ever.
    reserves
        How many reserve contacts are drawn as well, as far as the frame goes; None for a fifth of the sources, rounded
        up. In a draw by groups each group has its part of them, rounded up, so it may come to a few more. Each source
        also has reserve questions, a fifth of m rounded up, as far as there are targets. 0 for no reserves of either
        kind. They are used in their order, and only for what turns out to be closed or out of scope.
    strata
        The group of each contact, by id, to draw from each group apart (design ``stratified``); a contact that is
        missing or has "" is "not recorded". None for the design ``independent``.
    allocation
        How the sources are shared out over the groups: ``proportional`` or ``equal``.

    Returns
    -------
    Draw
        The questions, with what there is to say about them.

    Raises
    ------
    InputError
        When there are not so many contacts or targets, a number is below what makes sense, or there are too few
        sources for the groups; the message gives the numbers.
    UnknownName
        When the allocation is not known.

    References
    ----------
    METHODS §1, "Draw designs", 1 and 2, and "Reserves". Cochran, W. G. (1977). Sampling Techniques, 3rd ed., chapters
    5 and 10. Wiley.

    Examples
    --------
    >>> from rosc_map.linkage import build_frame, draw
    >>> found = draw(build_frame(held.assets), sources=6, targets=3, seed=2028, reserves=0)
    >>> len(found.pairs), int(found.pairs["eligible"].min())
    (18, 59)
    """
    stream = stream_of(seed)
    _check(frame, sources, targets, reserves)
    wished = _part(sources, 1, _RESERVE) if reserves is None else reserves
    groups = None if strata is None else strata_of(frame, strata)
    contacts = _contacts(stream, frame, groups, sources, wished, allocation)
    extra = _part(targets, 1, _RESERVE) if wished else 0
    rows = [row for contact in contacts for row in _questions(stream, frame, contact, targets, extra)]
    first = [frame.eligible_counts[contact.place] for contact in contacts if not contact.reserve]
    kept = len(contacts) - sources
    notes = () if groups is None else group_notes(groups)
    if reserves is not None and kept < reserves:
        notes += (f"You asked for {reserves} reserve contacts; {kept} could be drawn.",)
    return Draw(
        design="independent" if groups is None else "stratified",
        seed=seed,
        sources=sources,
        targets=targets,
        frame_sha256=frame.sha256,
        pairs=pairs_table(rows),
        notes=(*short_notes(first, targets), *notes),
        reserves=kept,
    )


def pairs_table(rows: Iterable[PairRow]) -> pd.DataFrame:
    """Make the table of the questions.

    Parameters
    ----------
    rows
        The questions, in order.

    Returns
    -------
    pandas.DataFrame
        The columns :data:`PAIR_COLUMNS`. What a draw without groups does not have is None, never NaN.
    """
    table = pd.DataFrame(rows, columns=list(PAIR_COLUMNS), dtype=object)
    return table.astype(
        dict.fromkeys(("source", "target", "stratum"), "str")
        | dict.fromkeys(("eligible", "source_reserve", "target_reserve"), "int64")
    )


def check_targets(frame: Frame, targets: int) -> None:
    """Check that somebody in the frame can be asked about so many.

    Parameters
    ----------
    frame
        The frame.
    targets
        m.

    Raises
    ------
    InputError
        When m is below 1 or above the largest M; the message gives the numbers.
    """
    most = max(frame.eligible_counts)
    if targets < 1:
        raise InputError(f"You asked for {targets} targets each. Ask for 1 to {most}.")
    if targets > most:
        raise InputError(
            f"You asked for {targets} targets each; no service can be asked about more than {most}."
            f" Ask for {most} or fewer."
        )


def short_notes(eligible: Sequence[int], targets: int) -> tuple[str, ...]:
    """Return what there is to say about sources that have fewer than m targets.

    Parameters
    ----------
    eligible
        M of each source that is contacted.
    targets
        m.

    Returns
    -------
    tuple of str
        One sentence, or none.
    """
    short = [count for count in eligible if count < targets]
    if not short:
        return ()
    questions = sum(min(count, targets) for count in eligible)
    who = "One service" if len(short) == 1 else f"{len(short)} services"
    text = f"{who} can be asked about fewer than {targets} others, and will be asked about all of them:"
    return (f"{text} {questions} questions instead of {targets * len(eligible)}.",)


def _contacts(
    stream: np.random.PCG64,
    frame: Frame,
    groups: Sequence[Stratum] | None,
    sources: int,
    reserves: int,
    allocation: str,
) -> list[_Contact]:
    """Draw the contacts: the first draw in the order of the frame, then the reserves, group by group in their order."""
    # One order at random of all contacts serves every group, and those next in it are the reserves.
    order = smallest(stream, len(frame.contacts), len(frame.contacts))
    drawn = []
    if groups is None:
        drawn = _from_group(order, sources, reserves, None)
    else:
        shares = allocate([len(group.places) for group in groups], sources, allocation)
        for group, share in zip(groups, shares, strict=True):
            members = set(group.places)
            ranked = [place for place in order if place in members]
            drawn += _from_group(ranked, share, _part(reserves, share, sources), group)
    first = sorted((contact for contact in drawn if not contact.reserve), key=lambda contact: contact.place)
    return first + [contact for contact in drawn if contact.reserve]


def _from_group(ranked: Sequence[int], share: int, reserves: int, group: Stratum | None) -> list[_Contact]:
    return [_Contact(place, max(0, rank - share), group) for rank, place in enumerate(ranked[: share + reserves], 1)]


def _questions(stream: np.random.PCG64, frame: Frame, contact: _Contact, targets: int, extra: int) -> Iterable[PairRow]:
    source, group = frame.contacts[contact.place], contact.stratum
    eligible = frame.eligible(source)
    name, size, pairs = ("", None, None) if group is None else (group.name, len(group.places), group.pairs)
    for rank, pick in enumerate(smallest(stream, len(eligible), targets + extra), 1):
        spare = max(0, rank - targets)
        yield source, eligible[pick], len(eligible), name, size, pairs, contact.reserve, spare


def _part(number: int, share: int, whole: int) -> int:
    """Return number × share / whole, rounded up."""
    return -(-number * share // whole)


def _check(frame: Frame, sources: int, targets: int, reserves: int | None) -> None:
    available = len(frame.contacts)
    if sources < 1:
        raise InputError(f"You asked for {sources} sources. Ask for 1 to {available}.")
    if sources > available:
        raise InputError(
            f"You asked for {sources} sources; {available} services can be contacted. Ask for {available} or fewer."
        )
    check_targets(frame, targets)
    if reserves is not None and reserves < 0:
        raise InputError(f"You asked for {reserves} reserves. Ask for 0 or more.")
