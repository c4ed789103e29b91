"""The frame: which assets a linkage test may contact, and about which it may ask (METHODS §1, "Frame")."""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rosc_map.errors import InputError, UnknownName
from rosc_map.records import is_hidden, row_dicts

__all__ = ["MOST_ROUNDS_A_YEAR", "Frame", "build_frame", "contact_keys", "may_be_tested"]

MOST_ROUNDS_A_YEAR = 4
"""A contact that was rung in so many rounds of the last twelve months is left in peace."""

_NOT_RUNNING = "not known to be running (paused, closed or not confirmed)"
_DECLINED = "asked not to be listed"
_PLACE = "whose place is confidential, which is never part of a test"
_NO_CONTACT = "without a telephone number or e-mail address"
_BY_HAND = "left out of this test by whoever drew it"
_CRISIS = re.compile(r"\b(crisis|crises|helpline|lifeline|samaritans|shout)\b", re.IGNORECASE)
_ASKED_ENOUGH = f"rung in {MOST_ROUNDS_A_YEAR} or more rounds of the last twelve months"


@dataclass(frozen=True, eq=False)
class Frame:
    """The assets that a round is drawn from, sorted by id.

    Attributes
    ----------
    ids
        All N' assets of the frame: every one may be asked about.
    contacts
        The N possible sources. Assets that share a telephone number or an e-mail address are one source, named by the
        lowest id among them. Those that were rung often enough this year are not among them, though they may be asked
        about. N is the population size of the estimate.
    eligible_counts
        M of each contact, in the order of ``contacts``: how many assets it may be asked about, at least 1.
    excluded
        Why assets are not in the frame, in words, and how many; each asset is counted once, at the first reason.
    notes
        Sentences that the user has to be told about the frame.
    sha256
        The fingerprint of the frame: SHA-256 (hexadecimal) over one UTF-8 line an asset, sorted by id and joined by
        newlines, each ``id TAB id of its contact TAB organisation (casefolded; its name
        where it has no other)``; then, for a contact that was rung often enough this year, ``TAB not rung``. These are
        all that a draw depends on.

    Examples
    --------
    >>> from rosc_map.linkage import build_frame
    >>> found = build_frame(held.assets)
    >>> len(found.ids), len(found.contacts)
    (60, 58)
    >>> found.excluded
    {'whose place is confidential, which is never part of a test': 3, 'asked not to be listed': 1, 'not known to be
    running (paused, closed or not confirmed)': 2}
    """

    ids: tuple[str, ...]
    contacts: tuple[str, ...]
    eligible_counts: tuple[int, ...]
    excluded: dict[str, int]
    notes: tuple[str, ...]
    sha256: str
    _group: NDArray[np.intp] = field(repr=False)
    _organisation: NDArray[np.intp] = field(repr=False)

    def eligible(self, source: str) -> tuple[str, ...]:
        """Return the ids that a source may be asked about, sorted.

        Parameters
        ----------
        source
            One of ``contacts``.

        Returns
        -------
        tuple of str
            All assets of the frame, less those of the same contact and those of the same organisation as any of them.

        Raises
        ------
        UnknownName
            When the id is not a contact of this frame.
        """
        if source not in self.contacts:
            raise UnknownName(
                f"{source!r} cannot be contacted in this round. Choose one of its {len(self.contacts)} contacts."
            )
        mask = _eligible_mask(self._group, self._organisation, self.ids.index(source))
        return tuple(self.ids[place] for place in np.flatnonzero(mask))


def contact_keys(phone: str, email: str) -> tuple[str, ...]:
    """Return what tells contacts apart: the digits of the telephone number and the e-mail address in small letters.

    Parameters
    ----------
    phone
        As somebody typed it. ``+44``, ``0044`` and ``(0)`` are read as the leading 0; an extension is part of the
        number.
    email
        As somebody typed it.

    Returns
    -------
    tuple of str
        None, one or two keys, such as ``("tel:01632960001", "mail:hello@example.org")``.

    Examples
    --------
    >>> from rosc_map.linkage import contact_keys
    >>> contact_keys("+44 1632 960 001", "Hello@Example.org")
    ('tel:01632960001', 'mail:hello@example.org')
    """
    digits = re.sub(r"\D", "", phone)
    if digits.startswith("0044"):
        digits = digits[2:]
    # Without a plus, twelve digits that begin with 44 are still an international number: no UK number begins so.
    if digits.startswith("44") and (len(digits) >= 12 or phone.strip().startswith("+")):
        digits = "0" + digits[2:].removeprefix("0")
    address = email.strip().casefold()
    return ((f"tel:{digits}",) if digits else ()) + ((f"mail:{address}",) if address else ())


def may_be_tested(asset: Mapping[str, Any]) -> bool:
    """Whether an asset may have a part in a test at all: it has not declined, and its place is not confidential.

    It holds for as long as a round runs, since an asset may become confidential after the draw. Whether it is running,
    and how it can be reached, is another question.

    Parameters
    ----------
    asset
        ``listing``, ``location_precision`` and ``asset_type``, "" for unknown.

    Examples
    --------
    >>> from rosc_map.linkage import may_be_tested
    >>> may_be_tested({"listing": "declined", "location_precision": "exact", "asset_type": "community"})
    False
    """
    return not _why_untested(asset)


def build_frame(
    assets: pd.DataFrame, *, asked: Mapping[str, int] | None = None, left_out: Collection[str] = ()
) -> Frame:
    """Build the frame of a linkage test from the assets of the area.

    An asset is in the frame when it is active, may be contacted by telephone or e-mail, has not asked to be left out,
    and its place is not confidential: a test must not ask anyone to reveal a refuge (METHODS §1, "Frame" and
    "Conduct").

    Parameters
    ----------
    assets
        One row an asset, text columns, "" for unknown: ``id``, ``name``, ``organisation``, ``asset_type``, ``status``,
        ``listing``, ``location_precision``, ``phone``, ``email``. The order of the rows does not matter.
    asked
        In how many rounds of the last twelve months each asset, by id, was rung; None where there was no round. The
        numbers of the assets that share a contact are added up, because each stands for a call to the same person. At
        :data:`MOST_ROUNDS_A_YEAR` or more, the contact is not a source of this round, but it may be asked about.
    left_out
        Ids of assets that somebody leaves out of the test, such as a crisis line: neither asked nor asked about.

    Returns
    -------
    Frame
        The frame; the same assets give the same frame and fingerprint on every machine.

    Raises
    ------
    InputError
        When fewer than two services can be contacted; the message says what is missing.

    Examples
    --------
    >>> from rosc_map.linkage import build_frame
    >>> frame = build_frame(held.assets, left_out=[held.assets["id"].iloc[0]])
    >>> len(frame.contacts), frame.notes
    (57, ('59 services have 57 contacts between them: those that share one are rung once, as one.', 'Never ring a
    crisis line for a test. Is one of these one? Leave it out (--without): Example Evening Crisis Café, Epsom.'))
    """
    table = assets.sort_values("id", kind="stable").reset_index(drop=True)
    reasons = [_BY_HAND if row["id"] in left_out else _why_excluded(row) for row in row_dicts(table)]
    excluded = dict(Counter(reason for reason in reasons if reason))
    kept = table[np.array([not reason for reason in reasons], dtype=bool)].reset_index(drop=True)
    ids = tuple(str(value) for value in kept["id"])
    group = _contact_groups(kept)
    # "Who runs it, if that has another name": where nobody said, the asset is its own organisation.
    running = kept["organisation"].where(kept["organisation"] != "", kept["name"])
    names = [" ".join(str(value).split()).casefold() for value in running]
    organisation = _codes(names)

    own = np.flatnonzero(group == np.arange(len(ids)))
    enough = _asked_enough(ids, group, asked or {})
    free = np.setdiff1d(own, enough)
    counts = [int(_eligible_mask(group, organisation, int(place)).sum()) for place in free]
    usable = [(ids[place], count) for place, count in zip(free, counts, strict=True) if count]
    if len(usable) < 2:
        resting = {_ASKED_ENOUGH: len(enough)} if len(enough) else {}
        raise InputError(_too_small(len(free), len(usable), excluded | resting))
    return Frame(
        ids=ids,
        contacts=tuple(identifier for identifier, _ in usable),
        eligible_counts=tuple(count for _, count in usable),
        excluded=excluded,
        notes=(*_notes(len(ids), len(own), len(enough), len(usable)), *_crisis_notes(kept)),
        sha256=_fingerprint(ids, group, names, enough),
        _group=group,
        _organisation=organisation,
    )


def _why_excluded(row: Mapping[str, Any]) -> str:
    """Return the first reason for which an asset is not in the frame, or ""."""
    if row["status"] != "active":
        return _NOT_RUNNING
    return _why_untested(row) or ("" if contact_keys(row["phone"], row["email"]) else _NO_CONTACT)


def _why_untested(row: Mapping[str, Any]) -> str:
    if row["listing"] == "declined":
        return _DECLINED
    return _PLACE if is_hidden(row) or row["location_precision"] == "local_authority" else ""


def _crisis_notes(kept: pd.DataFrame) -> tuple[str, ...]:
    """Name what may be a crisis line: nobody rings one for a test, and only a person can tell (METHODS §1, Conduct)."""
    names = [str(name) for name in kept["name"] if _CRISIS.search(str(name))]
    if not names:
        return ()
    return (f"Never ring a crisis line for a test. Is one of these one? Leave it out (--without): {'; '.join(names)}.",)


def _contact_groups(kept: pd.DataFrame) -> NDArray[np.intp]:
    """Return, for each row, the row number of the lowest id with which it shares a contact, however indirectly."""
    graph: nx.Graph[object] = nx.Graph()
    for place, (phone, email) in enumerate(zip(kept["phone"], kept["email"], strict=True)):
        graph.add_edges_from((place, key) for key in contact_keys(phone, email))
    group = np.arange(len(kept), dtype=np.intp)
    for component in nx.connected_components(graph):
        members = [node for node in component if isinstance(node, int)]
        group[members] = min(members)
    return group


def _asked_enough(ids: tuple[str, ...], group: NDArray[np.intp], asked: Mapping[str, int]) -> NDArray[np.intp]:
    """Return the row numbers, as in the groups, of the contacts that are left in peace this time."""
    rounds = np.bincount(group, weights=[asked.get(identifier, 0) for identifier in ids], minlength=len(ids))
    return np.flatnonzero(rounds >= MOST_ROUNDS_A_YEAR)


def _codes(names: list[str]) -> NDArray[np.intp]:
    """Return a number for each organisation; -1 where nobody said, for two unknowns are not the same organisation."""
    numbers = {name: number for number, name in enumerate(sorted(set(names) - {""}))}
    return np.array([numbers.get(name, -1) for name in names], dtype=np.intp)


def _eligible_mask(group: NDArray[np.intp], organisation: NDArray[np.intp], place: int) -> NDArray[np.bool_]:
    """Return which assets the contact at a place may be asked about, one truth value an asset of the frame."""
    members = group == group[place]
    # One person who answers for several assets answers from the knowledge of all of their organisations.
    own = organisation[members]
    result: NDArray[np.bool_] = ~(members | np.isin(organisation, own[own >= 0]))
    return result


def _fingerprint(ids: tuple[str, ...], group: NDArray[np.intp], names: list[str], enough: NDArray[np.intp]) -> str:
    lines = [f"{own}\t{ids[first]}\t{name}" for own, first, name in zip(ids, group, names, strict=True)]
    for place in enough:
        lines[place] += "\tnot rung"
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _too_small(contacts: int, usable: int, left_out: dict[str, int]) -> str:
    found = {0: "No service", 1: "Only one service"}.get(
        contacts, f"{'Only one' if usable else 'None'} of the {contacts} services"
    )
    text = f"{found} can be contacted and asked about another, and a linkage test needs at least two."
    if left_out:
        text += " Left out: " + "; ".join(f"{count} {reason}" for reason, count in left_out.items()) + "."
    if _ASKED_ENOUGH in left_out:
        text += " Wait until the year is over: nobody is rung more often than that."
    return text + (
        " Add services with their own telephone number or e-mail address, run by different organisations,"
        " or confirm that those left out are running."
    )


def _notes(assets: int, contacts: int, enough: int, usable: int) -> tuple[str, ...]:
    notes = []
    if contacts < assets:
        notes.append(
            f"{assets} services have {contacts} contacts between them: those that share one are rung once, as one."
        )
    if enough:
        who = "One contact was" if enough == 1 else f"{enough} contacts were"
        notes.append(
            f"{who} {_ASKED_ENOUGH}, and will not be rung this time; the result is about those that could be."
            " Others may still be asked about them."
        )
    if usable < contacts - enough:
        idle = contacts - enough - usable
        who = "One contact" if idle == 1 else f"{idle} contacts"
        notes.append(f"{who} cannot be asked about any other service, and will not be rung.")
    return tuple(notes)
