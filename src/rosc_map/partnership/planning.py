"""How many to contact, before anyone picks up a phone."""

from rosc_map.errors import InputError
from rosc_map.linkage import Plan, plan, plan_for

__all__ = ["plan_round"]

_USUAL = 0.1


def plan_round(
    frame: int,
    *,
    sources: int | None = None,
    targets: int | None = None,
    half_width: float | None = None,
    expected: float = 0.5,
    icc: float = 0.2,
    minutes: float = 20,
) -> Plan:
    """Return what a round of a size would tell; or the smallest that is near enough, ±10 points where nothing is said.

    Parameters
    ----------
    frame
        How many services can be contacted.
    sources, targets
        How many are contacted, and about how many others each is asked: both, or neither.
    half_width
        How near the result should be: a share of 1, or points from 1 on (0.1 and 10 are the same).
    expected, icc, minutes
        As for :func:`rosc_map.linkage.plan`.

    Raises
    ------
    InputError
        When both a size and a half-width are given, or half a size, or it cannot be.
    """
    if frame < 2:
        raise InputError("Say how many services can be contacted: name the partnership file, or give --frame 60")
    if (sources is None) != (targets is None):
        raise InputError("Give both --sources and --targets, or neither.")
    if sources is not None and targets is not None:
        if half_width is not None:
            raise InputError("Give either the size (--sources and --targets) or how near it should be (--half-width).")
        return plan(frame, sources=sources, targets=targets, expected=expected, icc=icc, minutes=minutes)
    wanted = _USUAL if half_width is None else half_width
    share = wanted / 100 if wanted >= 1 else wanted
    return plan_for(frame, share, expected=expected, icc=icc, minutes=minutes)
