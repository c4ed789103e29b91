"""What is found of one network, put together for an audience: tables, sentences, and one document of plain values.

The public is told of the area, never of single organisations; betweenness is for coordinators only.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import networkx as nx
import pandas as pd

from rosc_map import network
from rosc_map.publish import network_tables as tables
from rosc_map.publish.network_types import NETWORK_PARTS
from rosc_map.publish.small_counts import SMALL
from rosc_map.records import Audience, counted, percent, row_dicts

__all__ = ["METHOD", "Findings"]

METHOD = (
    "Links are what services say of themselves and of each other, and what was counted. Each layer of it stays apart.",
    "Only active services that may be shown are in the network.",
    "A pair of services that nobody spoke of is not known, which is not the same as no link.",
    "Introductions are chosen one after the other: each is the best next step once those before it are made.",
    "Distances are straight lines. Groups are found by the Louvain method.",
    "Separate parts, single points of failure, groups and betweenness are NetworkX's.",
    "More: 'What each figure means' in the documentation.",
    "Each audience is shown other services and links (what a test found: coordinators only), so its figures differ.",
)
"""How it was worked out, a sentence each."""

_COUNTED = "How many people were handed on in a period, where somebody counted them."
_SMALL = (
    f"Numbers below {SMALL} are not shown, and neither is what they could be worked out from: a larger number that "
    "holds them, or what is left of one."
)
_TESTS = "What a linkage test did not find is told to each organisation on its own page, and is not in this list."
_BEGIN = (
    "No link is recorded yet, so nothing more can be said: begin by asking services to whom they refer. "
    "'Who refers to whom, step by step' in the documentation says how."
)
_NOT_YET = f"Do not rely on this yet: less than {percent(network.RELIABLE_FROM)} of the pairs of services are known."
_ALL = ("between", "single_points", "groups", "components")  # the measures that missing links distort
_LOST_TYPES = ("lero", "treatment")  # the two ends of the pathways that the guidance asks about (part 3)


class Findings:
    """The findings of a network for one audience.

    Parameters
    ----------
    graph
        The network as the audience may see it.
    audience
        Who it is for.
    """

    def __init__(self, graph: nx.DiGraph, audience: Audience) -> None:
        self._graph = graph
        self._by_name = audience is not Audience.PUBLIC
        self._internal = audience is Audience.INTERNAL
        self._measures = network.measures(graph)
        self._single_points = tuple(network.single_points(graph, kind) for kind in _LOST_TYPES)
        self._groups = network.groups(graph)
        self._between = network.betweenness(graph) if self._internal else None
        self._layers = network.layers(graph)
        self._bridges = network.bridges(graph)
        # Where nothing is recorded, every link is missing, and none tells of more than that nobody was asked.
        self.introductions = tuple(network.introductions(graph)) if self._by_name and graph.edges else ()

    @cached_property
    def _gaps(self) -> pd.DataFrame:
        return self._named(network.treatment_gaps(self._measures.handoffs, self._graph))

    @cached_property
    def _disagreements(self) -> pd.DataFrame:
        return self._named(network.disagreements(self._graph))

    def _named(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return a table that tells of single organisations, or an empty one of its columns for the public."""
        return table if self._by_name else table.iloc[:0]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The findings in short, the weightiest first."""
        said = self._measures.said
        if not self._graph.edges:
            return (*said["size"], *((_BEGIN,) if self._graph else ()))
        # Of a measure that is not to be relied on, the name of a service is no headline.
        lost = () if self._unreliable else (line for each in self._single_points for line in self._lost(each))
        return (*said["size"], *self._known, *said["handoffs"], *said["two_way"], *lost)

    @property
    def _known(self) -> tuple[str, ...]:
        """Say of how many pairs it is known, and how many services have named all to whom they refer."""
        known, services = self._measures.known, len(self._graph)
        asked = f"{known.named_all:,} of {counted(services, 'service')} named all to whom they refer."
        return (*(line for line in self._measures.said["known"] if line not in known.caution(_ALL)), asked)

    def _lost(self, each: network.SinglePoints) -> tuple[str, ...]:
        """Say how many have a way to a type of support; and by name, whose closing would cost most of them theirs."""
        if not self._by_name or each.table.empty:
            return each.sentences[:1]
        return each.sentences[0], each.sentences[1 + int(each.table["services"].argmax())]

    @property
    def _unreliable(self) -> bool:
        return not network.is_reliable(self._measures.known)

    @property
    def cautions(self) -> tuple[str, ...]:
        """What is not known, and which figures are not to be relied on for that."""
        return self._measures.known.caution(_ALL if self._internal else [name for name in _ALL if name != "between"])

    @property
    def said(self) -> dict[str, tuple[str, ...]]:
        """The sentences of each part: what it means, whether it is to be relied on, then what was found."""
        own = self._measures.said
        whole = ("isolates", "reciprocity", "components", "mixing", "not_found", "left_out")
        found: Mapping[str, tuple[str, ...]] = {
            "size": tuple(line for measure in whole for line in own[measure]),
            "known": self._known,
            "two_way": own["two_way"],
            "single_points": (*(each.sentences[0] for each in self._single_points), *self._holding()),
            "groups": self._groups.sentences,
            "between": self._between.sentences if self._between else (),
            "disagreements": (_TESTS,) if self._by_name and not self._internal else (),
        }
        meanings = {**network.MEANINGS, "counted": _COUNTED if self._internal else f"{_COUNTED} {_SMALL}"}
        marks = dict.fromkeys(_ALL, (_NOT_YET,)) if self._unreliable else {}
        return {part: (meanings[part], *marks.get(part, ()), *found.get(part, ())) for part in NETWORK_PARTS}

    def _holding(self) -> tuple[str, ...]:
        """Say how many links and services alone hold two parts of the network together."""
        links, services = len(self._bridges), len(network.articulation(self._graph))
        if not links + services:
            return ()
        both = f"{counted(links, 'link')} and {counted(services, 'service')}"
        return (f"Directions left aside, {both} each hold two parts of the network together, and nothing else does.",)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables in words, by the names that ``PublishedNetwork`` gives them."""
        return {
            "handoffs": tables.handoffs_table(self._measures.handoffs),
            "treatment": tables.treatment_table(self._gaps),
            "two_way": self._named(tables.two_way_table(self._measures.two_way)),
            "single_points": self._named(tables.single_points_table(self._single_points)),
            "disagreements": tables.disagreements_table(self._disagreements),
            "layers": tables.layers_table(self._layers),
            "mixing": tables.mixing_table(self._measures.mixing),
            "groups": self._named(tables.groups_table(self._groups, self._graph)),
            "between": tables.between_table(self._between),
            "links": tables.links_table(self._graph),
            "positions": tables.positions_table(self._graph),
        }

    def figures(self) -> dict[str, Any]:
        """Return the findings as one document of plain values (CLI.md, ``network``)."""
        document = network.to_json(
            self._measures,
            self.introductions,
            layers=self._layers,
            treatment_gaps=self._gaps,
        )
        if not self._by_name:
            document["isolate_ids"] = []
        lost = [{"asset_type": each.asset_type, **row} for each in self._single_points for row in row_dicts(each.table)]
        return document | {
            "links": [
                {"from": start, "to": end, "evidence": list(data["evidence"]), "kinds": list(data["kinds"])}
                for start, end, data in self._graph.edges(data=True)
            ],
            "two_way_by_pair": row_dicts(self._named(self._measures.two_way.table)),
            "disagreements": row_dicts(self._disagreements),
            "single_points": lost if self._by_name else [],
            "bridges": [list(pair) for pair in self._bridges] if self._by_name else [],
            "groups": row_dicts(self._named(self._groups.table)),
            "between": row_dicts(self._between.table) if self._between else [],
        }
