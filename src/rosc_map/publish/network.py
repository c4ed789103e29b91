"""The referral network as one audience may see it: the assets that it is shown, and the links between them."""

import networkx as nx
import pandas as pd

from rosc_map.network import referral_graph
from rosc_map.publish.publish import publish
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.view import view
from rosc_map.records import Audience

__all__ = ["referral_network"]


def referral_network(snapshot: Snapshot, audience: Audience) -> nx.DiGraph:
    """Return the graph of :func:`rosc_map.network.referral_graph`, with names as the audience is shown them."""
    columns = ["id", "name", "asset_type", "led_by", "local_authority_code", "upper_tier_code"]
    shown = publish(snapshot, audience).assets
    # As in a linkage frame: what is paused or not confirmed can take nobody on.
    assets = pd.DataFrame(shown.loc[shown["status"] == "active", columns])
    referrals = view(snapshot, audience).referrals
    open_ = set(assets["id"])
    running = referrals["from_asset"].isin(open_) & referrals["to_asset"].isin(open_)
    return referral_graph(assets, referrals[running])
