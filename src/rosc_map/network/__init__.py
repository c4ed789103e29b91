"""Who refers to whom: the graph of recorded links, what is known of it, its measures, and introductions to make."""

from rosc_map.network._words import MEANINGS
from rosc_map.network.between import Betweenness, betweenness
from rosc_map.network.graph import referral_graph
from rosc_map.network.groups import Groups, groups
from rosc_map.network.handoffs import Handoffs, handoff_reach, treatment_gaps
from rosc_map.network.handoffs_by_authority import handoffs_by_authority
from rosc_map.network.introductions import Introduction, introductions
from rosc_map.network.known import RELIABLE_FROM, KnownPairs, is_reliable, known_matrix, known_pairs, unreliable
from rosc_map.network.layers import disagreements, layers
from rosc_map.network.measures import NetworkMeasures, measures
from rosc_map.network.mixing import mixing
from rosc_map.network.positions import positions
from rosc_map.network.single_points import SinglePoints, articulation, bridges, single_points
from rosc_map.network.summary import to_json
from rosc_map.network.two_way import TwoWay, two_way

__all__ = [
    "MEANINGS",
    "RELIABLE_FROM",
    "Betweenness",
    "Groups",
    "Handoffs",
    "Introduction",
    "KnownPairs",
    "NetworkMeasures",
    "SinglePoints",
    "TwoWay",
    "articulation",
    "betweenness",
    "bridges",
    "disagreements",
    "groups",
    "handoff_reach",
    "handoffs_by_authority",
    "introductions",
    "is_reliable",
    "known_matrix",
    "known_pairs",
    "layers",
    "measures",
    "mixing",
    "positions",
    "referral_graph",
    "single_points",
    "to_json",
    "treatment_gaps",
    "two_way",
    "unreliable",
]
