"""What a linkage estimate consists of: shares with their intervals, and never a NaN (METHODS §1)."""

from dataclasses import dataclass
from typing import Any

__all__ = ["Bounds", "LinkageEstimate", "Share"]


@dataclass(frozen=True)
class Share:
    """One share with its 95 % interval; None where it cannot be known.

    Attributes
    ----------
    estimate
        The share of linked pairs, 0 to 1; None where nobody answered.
    low, high
        The ends of the interval; None where fewer than two services answered, unless that was everything.
    df
        The degrees of freedom; None where fewer than two services answered, or where all was asked.
    n_eff
        The effective sample size of the interval; None as for ``df``.
    questions, sources
        The denominators: questions, and the services that they were put to.
    linked
        How many of the questions found a link. It need not be ``estimate`` of them, since services weigh differently.
    census
        True where every possible question was answered: the figure is the whole, and the interval has no width.

    Examples
    --------
    >>> from rosc_map.linkage import Share
    >>> share = result.estimate.answered
    >>> isinstance(share, Share)
    True
    >>> share.linked, share.questions, share.sources
    (45, 85, 17)
    """

    estimate: float | None
    low: float | None
    high: float | None
    df: float | None
    n_eff: float | None
    questions: int
    linked: int
    sources: int
    census: bool = False

    def to_json(self) -> dict[str, float | int | None]:
        """Return the figure as JSON has it."""
        return {
            "estimate": self.estimate,
            "low": self.low,
            "high": self.high,
            "df": self.df,
            "n_eff": self.n_eff,
            "questions": self.questions,
            "linked": self.linked,
            "sources": self.sources,
        }


@dataclass(frozen=True)
class Bounds:
    """The share if none (``low``) or all (``high``) of the questions without an answer had found a link.

    Examples
    --------
    >>> from rosc_map.linkage import Bounds
    >>> isinstance(result.estimate.bounds, Bounds)
    True
    >>> round(result.estimate.bounds.low, 2), round(result.estimate.bounds.high, 2)
    (0.45, 0.6)
    """

    low: float | None
    high: float | None


@dataclass(frozen=True)
class LinkageEstimate:
    """The result of one round, for the area; it holds nothing about any one organisation.

    Attributes
    ----------
    threshold
        The level from which a pair counts as linked.
    frame_size
        N, how many services could have been contacted.
    answered
        Linkage among the questions that were answered.
    referral
        The same at level 3 or more, always shown beside it.
    as_caller
        Linkage as a person seeking help would meet it: who refused, did not answer or had a wrong number is no link.
    bounds
        What the drawn questions without an answer could make of it.
    contacted
        Services with an outcome, those to be rung back included; not those closed, or only tried so far.
    reached
        Services that answered.
    contact_rate
        ``reached`` of ``contacted``, 0 to 1; None where nobody was contacted.
    questions
        Questions answered.
    unanswered
        Questions put to services that answered others, and left without an answer; in none of the shares.
    unsettled
        Questions with two different answers; left open, and in none of the shares.
    unsettled_contacts
        Services of which two ends are written down that cannot both be so.
    pending
        Services whose contact is not over, or without an answer that counts yet; in none of the shares.
    not_rung, call_back, tried
        Of the pending: those without any contact, those to be rung back, and those tried and not reached so far.
    closed
        Services found closed or out of scope; in none of the figures.
    closed_questions
        Questions of the first draw about services that have closed; in none of the figures.
    replaced, replaced_questions
        Reserve services and reserve questions that stand in for them.
    groups
        How many groups the contacts were drawn from; 1 where they were drawn from the whole frame.
    groups_merged
        Groups of a stratified round taken together because one service alone answered there.
    groups_silent
        Groups in which nobody answered; the others stand for them.
    sentences
        The result in plain English, each figure with its denominator.

    Examples
    --------
    >>> from rosc_map.linkage import LinkageEstimate
    >>> found = result.estimate
    >>> isinstance(found, LinkageEstimate)
    True
    >>> found.answered.linked, found.questions, found.reached, found.contacted
    (45, 85, 17, 20)
    """

    threshold: int
    frame_size: int
    answered: Share
    referral: Share
    as_caller: Share
    bounds: Bounds
    contacted: int
    reached: int
    contact_rate: float | None
    questions: int
    unanswered: int
    unsettled: int
    unsettled_contacts: int
    pending: int
    not_rung: int
    call_back: int
    tried: int
    closed: int
    closed_questions: int
    replaced: int
    replaced_questions: int
    groups: int
    groups_merged: int
    groups_silent: int
    sentences: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the document of ``linkage estimate --json``, less the round and what other functions compute."""
        return {
            "threshold": self.threshold,
            "frame": self.frame_size,
            "contacted": self.contacted,
            "reached": self.reached,
            "contact_rate": self.contact_rate,
            "questions": self.questions,
            "unanswered": self.unanswered,
            "unsettled": self.unsettled,
            "unsettled_contacts": self.unsettled_contacts,
            "pending": self.pending,
            "not_rung": self.not_rung,
            "call_back": self.call_back,
            "tried": self.tried,
            "closed": self.closed,
            "closed_questions": self.closed_questions,
            "replaced": self.replaced,
            "replaced_questions": self.replaced_questions,
            "groups": self.groups,
            "groups_merged": self.groups_merged,
            "groups_silent": self.groups_silent,
            "answered": self.answered.to_json(),
            "referral": self.referral.to_json(),
            "as_caller": self.as_caller.to_json(),
            "bounds": {"low": self.bounds.low, "high": self.bounds.high},
            "sentences": list(self.sentences),
        }
