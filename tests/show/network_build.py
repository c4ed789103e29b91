"""A referral network as an audience may see it, for the tests of this room, made without the publish room."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from round_build import BANNER, TYPES, plain

from rosc_map.publish.network_types import PublishedNetwork
from rosc_map.publish.published import _GATE
from rosc_map.records import Audience

COLUMNS = {
    "introductions": ("from_id", "to_id", "from_name", "to_name", "gain", "reason", "distance", "who"),
    "handoffs": ("type", "services", "one", "two"),
    "treatment": ("name", "asked", "missing"),
    "two_way": ("treatment", "peer_led", "to_peer_led", "from_peer_led"),
    "single_points": ("name", "type", "services", "of"),
    "disagreements": ("from_name", "to_name", "what"),
    "layers": ("evidence", "links", "alone"),
    "mixing": ("from_type", "to_type", "links", "pairs", "known", "share"),
    "groups": ("group", "name", "type"),
    "between": ("name", "share", "low", "high"),
    "counted": ("from_name", "to_name", "period", "people"),
    "pathways": ("treatment", "direction", "period", "people"),
    "links": ("from_id", "to_id", "from_name", "to_name", "evidence", "kinds"),
    "positions": ("id", "name", "type", "x", "y"),
}
LERO, INITIATIVE, SUPPORT, MUTUAL_AID, TREATMENT = TYPES[:5]
SAID = {
    "size": ("5 links are recorded, of 20 possible between 5 services (25 %).",),
    "known": ("It is known of 9 of 20 ordered pairs of services (45 %) whether one refers to the other.",),
    "handoffs": ("A handoff is one service passing somebody on to another.", "In 9 of 23 pairs it takes one handoff."),
    "treatment": ("What a treatment service cannot reach it can pass nobody on to.",),
    "two_way": ("Pathways should work in both directions.", "Of 2 pairs, 1 has links in both directions."),
    "single_points": ("The only way of others to a type of support.", "If one closed, 2 would lose their way."),
    "disagreements": ("Two who were asked say different things.",),
    "mixing": ("Which types refer to which.",),
    "groups": ("Services that are linked more with each other than with others.",),
    "between": ("How often a service lies on the shortest way from one service to another.",),
    "counted": ("How many people were referred.",),
}


def table(name: str, *rows: tuple[Any, ...]) -> pd.DataFrame:
    """A table of the network, of these rows."""
    return plain(list(rows), list(COLUMNS[name]))


def tables() -> dict[str, pd.DataFrame]:
    """A network of five services, and what was found."""
    cafe, kitchen, monday, tees, ynys = (
        "Example Café",
        "Example Kitchen",
        "Monday Meeting",
        "Tees Treatment",
        "Ynys Friends",
    )
    by_letter = {"a": cafe, "b": kitchen, "c": monday, "d": tees, "e": ynys}
    pairs = ("ab", "ad", "ca", "da", "de")
    kept = (
        "no link between the two is recorded, and it would let 3 more pairs of services reach each other."
        " 2 services gain a way to mutual aid."
    )
    return {
        "introductions": table(
            "introductions",
            ("b", "c", kitchen, monday, 3, kept, "3.2 km", f"{cafe}: linked with both."),
            ("e", "c", ynys, monday, 1, "1 more pair of services.", "not known", "The partnership's coordinator."),
        ),
        "handoffs": table("handoffs", (LERO, 4, 2, 3), (MUTUAL_AID, 4, 0, 0), (TREATMENT, 4, 1, 2)),
        "treatment": table(
            "treatment",
            ("North Treatment", True, MUTUAL_AID),
            (tees, False, f"{MUTUAL_AID}, {SUPPORT}"),
            ("X", False, ""),
        ),
        "two_way": table("two_way", (tees, cafe, "link", "link"), (tees, ynys, "no link", "not known")),
        "single_points": table("single_points", (cafe, TREATMENT, 2, 3)),
        "disagreements": table("disagreements", (tees, ynys, f"{tees} says that it refers to {ynys}; it does not.")),
        "layers": table("layers", ("Declared", 4, 3), ("Confirmed", 2, 1)),
        "mixing": table(
            "mixing",
            (LERO, LERO, 0, 0, 0, None),
            (LERO, TREATMENT, 1, 4, 2, 0.5),
            (TREATMENT, LERO, 0, 3, 3, 0.0),
            (TREATMENT, TREATMENT, 0, 2, 0, None),
        ),
        "groups": table("groups", (1, cafe, LERO), (1, tees, TREATMENT), (2, monday, MUTUAL_AID)),
        "between": table("between", (cafe, 0.5, 0.5, 0.5), (monday, 0.0, 0.0, 0.0), (tees, 0.25, 0.1, 0.4)),
        "counted": table("counted", (tees, cafe, "2025-26", "12"), (tees, ynys, "2025-26", "fewer than 5")),
        "pathways": table("pathways", (tees, "To peer-led initiatives", "2025-26", "not told")),
        "links": table(
            "links",
            *((one, end, by_letter[one], by_letter[end], "declared, confirmed", "introduction") for one, end in pairs),
        ),
        "positions": table(
            "positions",
            ("a", cafe, LERO, 0.5, 0.9),
            ("b", kitchen, SUPPORT, 0.9, 0.5),
            ("c", monday, MUTUAL_AID, 0.1, 0.5),
            ("d", tees, TREATMENT, 0.3, 0.1),
            ("e", ynys, INITIATIVE, 0.8, 0.1),
        ),
    }


def nothing() -> dict[str, pd.DataFrame]:
    """Every table without a row."""
    return {name: table(name) for name in COLUMNS}


def many(services: int, links: int, seed: int = 3) -> dict[str, pd.DataFrame]:
    """Positions and links of a network of some size."""
    rng = np.random.default_rng(seed)
    names = [f"Example service {at} of the Made-up Trust" for at in range(services)]
    marks = [(f"s{at}", name, TYPES[at % len(TYPES)], *rng.random(2)) for at, name in enumerate(names)]
    pairs = sorted({tuple(rng.choice(services, 2, replace=False).tolist()) for _ in range(links)})
    rows = [(f"s{a}", f"s{b}", names[a], names[b], "declared", "introduction") for a, b in pairs]
    return {"positions": table("positions", *marks), "links": table("links", *rows)}


def network(**more: Any) -> PublishedNetwork:
    """A network for the coordinators; ``more`` replaces any part of it."""
    given: dict[str, Any] = {
        "audience": Audience.INTERNAL,
        "title": "Made-up Surrey",
        "as_at": dt.date(2026, 11, 22),
        "banner": BANNER,
        "evidence": ("Declared", "Confirmed"),
        "sentences": (
            "In 9 of 23 pairs of a service and a type of support it takes one handoff (39 %).",
            "5 links are recorded, of 20 possible between 5 services (25 %).",
        ),
        "cautions": ("Of 11 of 20 pairs of services nobody has asked.", "Groups are not to be relied on for that."),
        "said": SAID,
        "method": ("Each handoff follows a recorded link.", "Introductions are chosen one by one."),
        "notes": ("2 assets are not shown.",),
        "licences": ("Contains OS data © Crown copyright 2026.",),
        "figures": {},
    }
    return PublishedNetwork(**(tables() | given | more), gate=_GATE)
