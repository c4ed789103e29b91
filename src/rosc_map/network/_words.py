"""The measures in plain English: each sentence names its denominator, and a measure without one says nothing."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType

import networkx as nx

from rosc_map.records import label, percent

__all__ = [
    "MEANINGS",
    "by_name",
    "caution",
    "components",
    "disagreement",
    "handoffs",
    "isolates",
    "known",
    "left_out",
    "mixing",
    "names",
    "not_found",
    "reciprocity",
    "size",
    "two_way",
    "type_in_words",
]

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "size": "A link means that one service refers people to another; each direction counts by itself.",
        "density": "The share of all possible links that are recorded; a link that nobody asked about is not in it.",
        "known": (
            "A pair of services is known where a link is recorded, or where a test or somebody who was asked found "
            "none; of all other pairs nothing can be said."
        ),
        "layers": (
            "How a link is known: the one that refers says so, the one that is referred to says so, a test found it, "
            "or people were counted; one link may be known in more than one way."
        ),
        "disagreements": (
            "Links of which those who were asked, the tests and the counts do not all say the same: something to talk "
            "about, and nobody's mistake."
        ),
        "reciprocity": (
            "A link has a link back where the other service refers people too; it is counted only where both "
            "directions are known."
        ),
        "isolates": "Services with no recorded link in either direction; it may be that nobody has asked them yet.",
        "components": (
            "Services that are joined by recorded links, over however many steps, are in one part; no recorded link "
            "joins two separate parts."
        ),
        "degrees": "How many services refer to each one, and to how many it refers; a list by name, and no ranking.",
        "handoffs": (
            "A handoff is one service referring somebody on to another: how many services can hand somebody on to "
            "each type of support directly, or in two handoffs, through one service between."
        ),
        "treatment": (
            "The types of support to which a treatment service cannot hand somebody on, not even through one other "
            "service, along the links that are recorded."
        ),
        "two_way": (
            "Treatment and peer-led initiatives should refer people to each other, in both directions: which of them "
            "do, and of which it is not known."
        ),
        "mixing": "Which types of support refer to which, as a share of the pairs of services of which it is known.",
        "between": (
            "How often a service lies on the shortest way from one service to another: many handoffs may go through "
            "it. It says nothing about quality, and is no ranking."
        ),
        "single_points": (
            "Services through which all ways of others to a type of support lead: if one closed, those others would "
            "lose their only way to it."
        ),
        "groups": (
            "Services that are linked more with each other than with others; it says nothing about how good they are."
        ),
        "introductions": (
            "The links, not recorded so far, that would bring the most types of support within two handoffs of the "
            "most services."
        ),
    }
)
"""What each measure of the network means, in one plain sentence.

Examples
--------
>>> from rosc_map.network import MEANINGS
>>> MEANINGS["size"]
'A link means that one service refers people to another; each direction counts by itself.'
"""

_DISTORTED = {
    "between": "how often a service lies between others",
    "single_points": "single points of failure",
    "groups": "groups",
    "components": "how many separate parts there are",
}

_CONVERSATIONS = {
    "to_does_not_say_so": (
        "{source} says that it refers to {target}; {target} was asked and does not say so. "
        "Worth a conversation: the link may be new, or known to one person only."
    ),
    "from_does_not_say_so": (
        "{target} says that {source} refers to it; {source} was asked and does not say so. "
        "Worth a conversation: the link may be new, or known to one person only."
    ),
    "not_found_in_test": (
        "A link from {source} to {target} is recorded, and was not found in a test. "
        "Worth a conversation: a test asks one person, on one day."
    ),
    "counted_and_not_said": (
        "People were counted on the way from {source} to {target}; {asked} asked and {does} not say that the one "
        "refers to the other. Worth a conversation: the link may be new, or known to one person only."
    ),
    "tested_and_not_said": (
        "A test found a link from {source} to {target}; {asked} asked and {does} not say that the one refers to the "
        "other. Worth a conversation: a test asks one person, on one day."
    ),
}

_WITHOUT_ARTICLE = ("mutual_aid", "recovery_housing", "treatment")


def names(graph: nx.DiGraph) -> dict[str, str]:
    """Return by id what each service is called, in the order of the graph; its id where it has no name."""
    return {key: str(data["name"] or key) for key, data in graph.nodes(data=True)}


def by_name(names: Mapping[str, str]) -> Callable[[str], tuple[str, str]]:
    """Return by what to sort ids, so that services stand by their names: capitals do not count, and equals go by id."""
    return lambda key: (names[key].casefold(), key)


def type_in_words(code: str) -> str:
    """Return an asset type as it stands in a sentence: "a community asset", "mutual aid", "a LERO"."""
    if code == "lero":
        return "a LERO"
    words = label("asset_type", code)
    return ("" if code in _WITHOUT_ARTICLE else "a ") + words[0].lower() + words[1:]


def _many(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"


def size(nodes: int, edges: int, *, all_known: bool) -> Iterator[str]:
    """Say how many links there are of those that there could be."""
    if nodes == 0:
        yield "There are no services in the network yet."
    elif nodes == 1:
        yield "There is 1 service in the network, so there is nobody to link it to yet."
    else:
        of = nodes * (nodes - 1)
        links = _many(edges, "link is", "links are")
        share = percent(Fraction(edges, of)) if all_known else _at_least(edges, of)
        yield f"{links} recorded, of {of:,} possible between {nodes:,} services ({share})."


def _at_least(edges: int, of: int) -> str:
    """Return the least share that it can be, rounded down: a pair of which nobody knows may have a link."""
    return f"at least {1_000 * edges // of / 10:g} %"


def known(count: int, pairs: int) -> Iterator[str]:
    """Say of how many pairs anything is known, because the others are not "no link"."""
    if pairs and count == pairs:
        yield f"It is known of all {pairs:,} ordered pairs of services whether one refers to the other."
    elif pairs:
        yield (
            f"It is known of {count:,} of {pairs:,} ordered pairs of services ({percent(Fraction(count, pairs))}) "
            "whether one refers to the other; of the others nobody has asked."
        )


def caution(line: float, measures: Iterable[str]) -> str:
    """Say which measures are not to be relied on while fewer pairs than the line are known."""
    *others, last = [_DISTORTED[measure] for measure in measures]
    figures = f"{', '.join(others)} and {last}" if others else last
    return (
        f"Less than {percent(line)} of the pairs are known (where to draw this line is our own choice). Links that are "
        f"missing distort some figures: do not rely yet on {figures}. What can be reached is at least what is shown, "
        "and an introduction may be a link that is there already."
    )


def isolates(count: int, nodes: int) -> Iterator[str]:
    """Say how many services are not yet connected."""
    if nodes and count:
        of = "The 1 service" if nodes == 1 else f"{count:,} of {nodes:,} services"
        yield f"{of} {'has' if count == 1 else 'have'} no recorded link to or from anybody yet."
    elif nodes:
        yield f"All {nodes:,} services have at least one link to or from another."


def reciprocity(returned: int, of: int, edges: int) -> Iterator[str]:
    """Say how many links have a link back, of those of which it is known; and how many it may be of all."""
    have = "has" if 1 in (returned, of) else "have"
    if of == edges > 0:
        links = _many(edges, "link", "links")
        yield f"{returned:,} of {links} {have} a link back ({percent(Fraction(returned, of))})."
    elif of:
        # A link back that is recorded is always known, so the share of the known alone would flatter the network.
        least, most = (percent(Fraction(count, edges)) for count in (returned, returned + edges - of))
        yield (
            f"Both directions are known for {of:,} of {edges:,} links; {returned:,} of these {have} a link back "
            f"({percent(Fraction(returned, of))}). Of all links, {least} to {most} have one; "
            "about the rest nobody was asked."
        )
    elif edges:
        yield f"Both directions are known for none of {_many(edges, 'link', 'links')}."


def components(weak: int, strong: int, nodes: int) -> Iterator[str]:
    """Say into how many parts the services fall; a part may be a single service."""
    if nodes > 1:
        joined = "are all joined by links" if weak == 1 else f"fall into {weak:,} parts that no link joins"
        yield (
            f"The {nodes:,} services {joined}; in {_many(strong, 'part', 'parts')} all members can reach each other, "
            "a part of one service included."
        )


def handoffs(counts: Mapping[str, int], of: int) -> Iterator[str]:
    """Say for how many pairs of a service and an asset type such an asset can be reached."""
    if of:
        one, two = counts["1"], counts["2"]
        yield (
            f"In {one:,} of {_many(of, 'pair', 'pairs')} of a service and a type of support, the service can hand "
            f"somebody on to that type directly ({percent(Fraction(one, of))}); in {two:,}, in at most two handoffs "
            f"({percent(Fraction(two, of))})."
        )


def two_way(counts: Mapping[str, int], of: int, none_known: int) -> Iterator[str]:
    """Say how many treatment and peer-led pairs are linked in both directions, in one, in none; and what is known."""
    if of:
        pairs = _many(of, "pair", "pairs")
        yield (
            f"Of {pairs} of a treatment service and a peer-led initiative in the same upper-tier authority, "
            f"{_have(counts['both'])} links in both directions, {_have(counts['one'])} a link in one, and "
            f"{_have(counts['none'])} none recorded."
        )
    if unknown := counts["none"] - none_known:
        yield (
            f"Of the {_many(counts['none'], 'pair', 'pairs')} with none recorded, it is not known for {unknown:,} "
            "whether there is one: not every direction has been asked about."
        )


def _have(count: int) -> str:
    return f"{count:,} {'has' if count == 1 else 'have'}"


def mixing(within: int, edges: int) -> Iterator[str]:
    """Say how many links stay within one type of support."""
    if edges:
        verb = "stays" if within == 1 else "stay"
        share = percent(Fraction(within, edges))
        yield f"{within:,} of {_many(edges, 'link', 'links')} {verb} within one type of support ({share})."


def disagreement(what: str, source: str, target: str, denied_by: Collection[str]) -> str:
    """Say who does not say the same as whom, in words that do not call anybody a liar."""
    ends = [name for end, name in (("from", source), ("to", target)) if end in denied_by]
    were, does = ("were", "do") if len(ends) > 1 else ("was", "does")
    asked = f"{' and '.join(ends)} {were}"
    return _CONVERSATIONS[what].format(source=source, target=target, asked=asked, does=does)


def not_found(graph: nx.DiGraph) -> Iterator[str]:
    """Say how many links were not found in a test, in words that do not call anybody a liar."""
    missed = sum(1 for *_, data in graph.edges(data=True) if data["not_found_in_test"])
    if missed:
        verb = "was" if missed == 1 else "were"
        yield (
            f"{missed:,} of {_many(graph.number_of_edges(), 'link', 'links')} {verb} not found in a test; "
            "other evidence stands."
        )


def left_out(graph: nx.DiGraph) -> Iterator[str]:
    """Say how many observations could not be used, so that nobody takes the network for complete."""
    rows = graph.graph["left_out"]
    if rows:
        verb = "was" if rows == 1 else "were"
        yield (
            f"{_many(rows, 'observation', 'observations')} {verb} left out: one end is not among the services, "
            "or it links a service to itself."
        )
