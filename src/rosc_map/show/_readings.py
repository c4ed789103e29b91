"""How to read each picture: the words below it, the same on every page that shows it."""

from rosc_map.show.network_charts import NUMBERED

__all__ = ["BETWEEN_TYPES", "HANDOFFS", "INTERVALS", "RANKS", "REACH_SHARES", "SIX_TYPES", "diagram_reading"]

SIX_TYPES = "A row is an authority, a column a type. “?” means that nobody has looked yet: it is no gap."
REACH_SHARES = "The whole width is all of them. What is not known has no bar."
RANKS = "A line is where the rank of an authority lies. Where lines overlap, the order is not known."
HANDOFFS = (
    "Of each type the upper bar is how many services can hand somebody on to it in one handoff, and the lower one"
    " within two; the whole width is all of them. The rest has no recorded way: some of it may only be unknown."
)
INTERVALS = (
    "A dot is what was found; the thick line is its 95 % interval. A thin line with two ends is what the figure could"
    " be at the least and at the most. A hollow dot has no interval."
)
BETWEEN_TYPES = (
    "The darker a cell, the larger the share of answered questions that found a link. Hatched: too few answers. Dotted:"
    " not tested, which is not the same as no link."
)
_SERVICES = (
    "A mark is a service; its shape and colour are those of its type. A line is a recorded link; its arrowhead points"
    " to whom people are referred, and the key says what its dashes mean. Where there is no line there is no link, or"
    " nobody has asked. Where a mark stands says nothing about the service."
)
_TYPES = (
    "A mark is a type of service, larger where there are more of them. An arrow is the links from one type to another,"
    " with how many there are; links within a type are in the key. Single services are in the table. Where there is no"
    " arrow there is no link, or nobody has asked."
)


def diagram_reading(services: int) -> str:
    """Return how to read the diagram of so many services."""
    return _SERVICES if services <= NUMBERED else _TYPES
