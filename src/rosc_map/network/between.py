"""How often each service lies on the shortest way from one service to another; from a sample in large networks."""

from dataclasses import dataclass

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.network import _words
from rosc_map.records import counted, points

__all__ = ["Betweenness", "betweenness"]

_BEYOND = 0.05  # the chance, at most, that an interval does not hold the truth
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Betweenness:
    """How often services lie between others; it says nothing about how good they are.

    Attributes
    ----------
    table
        One row a service, sorted by name and not ranked: ``id``, ``name``, ``share`` (of the ordered pairs of other
        services, 0 to 1: on how many of their shortest ways it lies), ``low``, ``high`` (the truth lies between them in
        95 of 100 draws or more; both equal the share where it is exact). No rows with fewer than three services: there
        are no two others to lie between.
    sampled
        From how many services the ways were followed; None where from all of them.
    of
        How many services there are.
    sentences
        The same in plain English, with the size and the error of the sample.

    Examples
    --------
    >>> from rosc_map.network import betweenness
    >>> found = betweenness(graph)
    >>> len(found.table), found.of, found.sampled
    (62, 62, None)
    """

    table: pd.DataFrame
    sampled: int | None
    of: int
    sentences: tuple[str, ...]


def betweenness(graph: nx.DiGraph, *, seed: int = 0, exact_up_to: int = 500, sample: int = 200) -> Betweenness:
    """Work out how often each service lies on the shortest way between two others (METHODS §2).

    Parameters
    ----------
    graph
        As :func:`rosc_map.network.referral_graph` makes it.
    seed
        Of the draw of the services from which ways are followed.
    exact_up_to
        Up to so many services all ways are followed; above it, those from a sample.
    sample
        How many services to draw, without replacement.

    Returns
    -------
    Betweenness
        Where several shortest ways lead from one service to another, each counts for its part.

    Raises
    ------
    InputError
        When ``sample`` is below 3.

    Notes
    -----
    The part of the ways from one service that leads through another is one observation between 0 and 1. Many a service
    lies on all ways from one or two others and on hardly any else, so few samples see it: Student's interval held the
    truth in 76 % of draws in a simulation, and in 23 % for some services. The empirical Bernstein bound holds for any
    values between 0 and 1, drawn without replacement too; for that it is wide.

    References
    ----------
    Brandes, U., & Pich, C. (2007). Centrality estimation in large networks. Int. J. Bifurcation Chaos 17(7), 2303–2318.
    Maurer, A., & Pontil, M. (2009). Empirical Bernstein bounds and sample variance penalization. COLT, Theorem 4.

    Examples
    --------
    >>> from rosc_map.network import betweenness
    >>> betweenness(graph).sentences[0]
    'The recorded shortest ways between all 62 services were followed.'
    """
    if sample < 3:
        raise InputError(f"An error cannot be told from a sample of {sample}. Draw 3 services or more.")
    # In the order of the ids, so that the order of the tables changes neither the draw nor the last digit.
    ordered = nx.DiGraph()
    ordered.add_nodes_from(sorted(graph))
    ordered.add_edges_from(sorted(graph.edges))
    number = len(ordered)
    is_exact = number <= max(exact_up_to, sample)
    if number < 3:
        share = low = high = np.empty(0)
    elif is_exact:
        share = low = high = np.array(list(nx.betweenness_centrality(ordered).values()))
    else:
        share, low, high = _estimate(ordered, np.random.Generator(np.random.PCG64(seed)), sample)
    names = _words.names(graph)
    figures = {key: tuple(map(float, shares)) for key, *shares in zip(ordered, share, low, high, strict=False)}
    rows = [(key, names[key], *figures[key]) for key in sorted(figures, key=_words.by_name(names))]
    return Betweenness(
        table=pd.DataFrame(rows, columns=["id", "name", "share", "low", "high"]),
        sampled=None if is_exact else sample,
        of=number,
        sentences=(_sentence(number, None if is_exact else sample, float(np.max(high - low, initial=0))),),
    )


def _estimate(ordered: nx.DiGraph, rng: np.random.Generator, sample: int) -> tuple[_Floats, _Floats, _Floats]:
    """Return the share of each service and its interval, each of shape (n,), from the ways of a sample."""
    keys = list(ordered)
    number = len(keys)
    drawn = np.sort(rng.choice(number, sample, replace=False))
    # A row a source: the part of the ways from it to the n - 2 others that leads through each service.
    parts = np.array(
        [list(nx.betweenness_centrality_subset(ordered, [keys[i]], keys).values()) for i in drawn], dtype=np.float64
    ) / (number - 2)
    # A service lies on no way from itself: if it was drawn, that is no observation of it.
    counts = np.full(number, float(sample))
    counts[drawn] -= 1
    share = parts.sum(axis=0) / counts
    squares = (parts**2).sum(axis=0) - counts * share**2
    rare = np.log(4 / _BEYOND)
    spread = np.sqrt(2 * np.maximum(squares, 0) / (counts - 1) * rare / counts)
    half = spread + 7 * rare / (3 * (counts - 1))
    low, high = np.maximum(share - half, 0.0), np.minimum(share + half, 1.0)
    # Nobody lies between others who is not referred to, or refers to nobody: that needs no sample.
    ends = np.array([not (ordered.in_degree(key) and ordered.out_degree(key)) for key in keys])
    low[ends] = high[ends] = 0.0
    return share, low, high


def _sentence(number: int, sample: int | None, widest: float) -> str:
    if number < 3:
        return "There are fewer than three services, so that none can lie between two others."
    if sample is None:
        return f"The recorded shortest ways between all {number:,} services were followed."
    return (
        f"The recorded shortest ways from {sample:,} of {counted(number, 'service')}, drawn at random, were followed: "
        f"the shares are estimates, and the widest 95 % interval spans {points(widest)}. Small shares cannot be told "
        "apart."
    )
