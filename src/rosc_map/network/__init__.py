"""Who refers to whom: the graph of recorded links, its measures, and which introductions would help most."""

from rosc_map.network.graph import referral_graph
from rosc_map.network.introductions import Introduction, introductions
from rosc_map.network.measures import NetworkMeasures, measures
from rosc_map.network.summary import to_json

__all__ = ["Introduction", "NetworkMeasures", "introductions", "measures", "referral_graph", "to_json"]
