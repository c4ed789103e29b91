"""The measures in plain English: each sentence names its denominator, and a measure without one says nothing."""

from collections.abc import Iterator
from fractions import Fraction

import networkx as nx

from rosc_map.records import percent

__all__ = ["components", "handoffs", "isolates", "left_out", "not_found", "reciprocity", "size", "two_way"]


def _many(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"


def size(nodes: int, edges: int) -> Iterator[str]:
    """Say how many links there are of those that there could be."""
    if nodes == 0:
        yield "There are no services in the network yet."
    elif nodes == 1:
        yield "There is 1 service in the network, so there is nobody to link it to yet."
    else:
        of = nodes * (nodes - 1)
        links = _many(edges, "link is", "links are")
        yield f"{links} recorded, of {of:,} possible between {nodes:,} services ({percent(Fraction(edges, of))})."


def isolates(count: int, nodes: int) -> Iterator[str]:
    """Say how many services are not yet connected."""
    if nodes and count:
        of = "The 1 service" if nodes == 1 else f"{count:,} of {nodes:,} services"
        yield f"{of} {'has' if count == 1 else 'have'} no link to or from anybody yet."
    elif nodes:
        yield f"All {nodes:,} services have at least one link to or from another."


def reciprocity(returned: int, edges: int) -> Iterator[str]:
    """Say how many links have a link back."""
    if edges:
        verb = "has" if returned == 1 else "have"
        share = percent(Fraction(returned, edges))
        yield f"{returned:,} of {_many(edges, 'link', 'links')} {verb} a link back ({share})."


def components(weak: int, strong: int, nodes: int) -> Iterator[str]:
    """Say how many groups the services fall into; a group may be a single service."""
    if nodes > 1:
        yield (
            f"The {nodes:,} services fall into {_many(weak, 'group', 'separate groups')} when links are followed "
            f"either way, and into {_many(strong, 'group', 'groups')} whose members can all reach each other."
        )


def handoffs(counts: dict[str, int], of: int) -> Iterator[str]:
    """Say for how many pairs of a service and an asset type such an asset can be reached."""
    if of:
        one, two = counts["1"], counts["2"]
        yield (
            f"In {one:,} of {_many(of, 'pair', 'pairs')} of a service and a type of support, the service can hand "
            f"somebody on to that type directly ({percent(Fraction(one, of))}); in {two:,}, in at most two handoffs "
            f"({percent(Fraction(two, of))})."
        )


def two_way(counts: dict[str, int], of: int) -> Iterator[str]:
    """Say how many treatment and peer-led pairs are linked in both directions, in one, in none."""
    if of:
        pairs = _many(of, "pair", "pairs")
        yield (
            f"Of {pairs} of a treatment service and a peer-led initiative in the same upper-tier authority, "
            f"{_have(counts['both'])} links in both directions, {_have(counts['one'])} a link in one, and "
            f"{_have(counts['none'])} none recorded."
        )


def _have(count: int) -> str:
    return f"{count:,} {'has' if count == 1 else 'have'}"


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
    rows = graph.graph.get("left_out", 0)
    if rows:
        verb = "was" if rows == 1 else "were"
        yield (
            f"{_many(rows, 'observation', 'observations')} {verb} left out: one end is not among the services, "
            "or it links a service to itself."
        )
