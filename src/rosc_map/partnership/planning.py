"""How many to contact, before anyone picks up a phone."""

from dataclasses import dataclass

from rosc_map.errors import InputError
from rosc_map.linkage import Plan, plan, plan_for

__all__ = ["PlanSettings", "plan_round"]


@dataclass(frozen=True)
class PlanSettings:
    """What a plan is asked for: a size, or how near the result should be.

    Attributes
    ----------
    sources, targets
        How many are contacted, and about how many others each is asked: both, or neither.
    half_width
        How near the result should be: a share of 1, or points from 1 on (0.1 and 10 are the same). ±10 points where
        neither this nor a size is given.
    expected
        The linkage that is reckoned with, 0 to 1.
    icc
        How alike the answers of one service are, 0 to 1.
    minutes
        Minutes of a volunteer's time for one service.
    most_targets
        About how many others one call may ask at most, where the size is to be found.
    """

    sources: int | None = None
    targets: int | None = None
    half_width: float | None = None
    expected: float = 0.5
    icc: float = 0.2
    minutes: float = 20
    most_targets: int = 5


def plan_round(frame: int, wanted: PlanSettings) -> Plan:
    """Return what a round of a size would tell, or the smallest that is near enough.

    Parameters
    ----------
    frame
        How many services can be contacted.
    wanted
        The size, or how near.

    Raises
    ------
    InputError
        When both a size and a half-width are given, or half a size, or it cannot be.
    """
    if frame < 2:
        raise InputError("Say how many services can be contacted: name the partnership file, or give --frame 60")
    sources, targets, half_width = wanted.sources, wanted.targets, wanted.half_width
    expected, icc, minutes = wanted.expected, wanted.icc, wanted.minutes
    if (sources is None) != (targets is None):
        raise InputError("Give both --sources and --targets, or neither.")
    if sources is None or targets is None:
        near = 0.1 if half_width is None else half_width / 100 if half_width >= 1 else half_width
        return plan_for(frame, near, expected=expected, icc=icc, minutes=minutes, most_targets=wanted.most_targets)
    if half_width is not None:
        raise InputError("Give either the size (--sources and --targets) or how near it should be (--half-width).")
    return plan(frame, sources=sources, targets=targets, expected=expected, icc=icc, minutes=minutes)
