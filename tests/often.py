"""How many made-up examples a test has of what comes from outside: the first that is read wrongly may be a rare one."""

from hypothesis import settings

__all__ = ["at_least"]


def at_least(count: int) -> settings:
    """So many examples in each run, and as many as the profile asks for where those are more (``make soak``)."""
    return settings(max_examples=max(count, settings().max_examples))
