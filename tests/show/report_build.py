"""A board paper as an audience may see it, for the tests of this room, made without the publish room."""

from dataclasses import replace

import pandas as pd
from network_build import network
from round_build import result
from show_build import small

from published_gaps import gaps_of
from rosc_map.publish.gaps_types import GapsTable
from rosc_map.publish.published import _GATE
from rosc_map.publish.report_types import PublishedReport, ReportPart
from rosc_map.records import Audience, codelist

PICTURES = {
    "mapping": ("provision", "reach", "handoff_chart", "diagram", "linkage", "linkage_types", "handoffs"),
    "commissioning": ("six_types",),
    "funding_and_growth": ("need_provision",),
}
KEYS = tuple(codelist("five_questions"))
BLANKS = {
    "Decision owner": "the organisation or role, not a person's name",
    "Decide by": "a day",
    "Lived experience co-author": "as they wish to be named",
}
LINKS = {"Recovery support services and lived experience initiatives": "https://www.gov.uk/example"}
ONE_PAGE = {
    "linkage": ("handoff_chart", "linkage"),
    "coverage": ("six_types",),
}


def table(key="seats", rows=3, **more):
    """A table of some rows."""
    cells = pd.DataFrame({"name": [f"Board {at}" for at in range(rows)], "share": 0.5, "status": "not_surveyed"})
    heads = {"name": "Board", "share": "With a vote (%)", "status": "Status"}
    return replace(GapsTable(key, f"The table of {key}", cells, heads, ("As at 22 November 2026.",)), **more)


def part(key, **more):
    """A question with findings, a table, what is not known, and steps."""
    entry = codelist("five_questions")[key]
    given = {
        "sentences": (
            f"On 3 of 4 boards people with lived experience have a vote, as at 22 November 2026 ({entry.label}).",
            f"2 LEROs serve 1 of 3 authorities ({key}).",
            f"Of 20 records 12 were checked within six months ({key}).",
        ),
        "not_known": (f"Nobody has looked in 1 of 3 authorities yet, so that nothing is known of it ({key}).",),
        "steps": (f"Look in Redcar and Cleveland: nobody has yet ({key}).", f"Ask the other board ({key})."),
        "tables": (table(key.replace("_", "-")),),
        "pictures": PICTURES.get(key, ()),
        "in_short": (f"Of 4 boards 3 give a vote; views differ on 7 of 8 rungs ({key}; 22 November 2026).",),
        "first_steps": (f"Look in Redcar and Cleveland: nobody has yet ({key}).",),
    }
    return ReportPart(key, entry.label, entry.definition, **(given | more))


def actions():
    """What was said, and what was done."""
    rows = [("No evening meetings", "Open on Thursdays", "A partner", "done", "It is open now.")]
    cells = pd.DataFrame(rows, columns=["told_us", "what", "owner", "done", "together_we_did"])
    heads = {"told_us": "You told us", "what": "What to do", "done": "Where it stands", "together_we_did": "We did"}
    return GapsTable("actions", "You told us, together we did", cells, heads)


def report(kind="board", *, audience=Audience.PARTNERS, **more):
    """A paper with everything in it; ``more`` replaces any part of it."""
    published = more.pop("published", None) or small(banner="Made up.", audience=audience)
    parts = tuple(part(key) for key in KEYS)
    if kind != "board":
        parts = (part("mapping", pictures=ONE_PAGE[kind], tables=(table(rows=6),)),)
    in_short = tuple(f"In short {at}: of 20 services 12 are linked, as at 22 November 2026." for at in range(1, 8))
    given = {
        "kind": kind,
        "gaps": gaps_of(published),
        "network": network(audience=audience),
        "round": result(audience=audience),
        "in_short": in_short if kind == "board" else in_short[:3],
        "decision": tuple(f"to take step {at} of 3 (12 of 20; 22 November 2026)." for at in range(1, 4)),
        "named": {
            "to take step 1 of 3 (12 of 20; 22 November 2026).": ("Example Trust to Example Hub", "Example Grant")
        },
        "blanks": BLANKS,
        "parts": parts,
        "not_known": tuple(f"Of {at} of 20 services nobody knows it." for at in range(1, 6)),
        "actions": actions() if kind == "board" else None,
        "actions_said": "1 of 1 is done." if kind == "board" else "",
        "method": ("Straight lines (METHODS §3.2).", "Each handoff follows a recorded link."),
        "limits": ("A straight line is no bus ride.", "Volunteers report what they find."),
        "licences": ("Postcodes: Contains OS data © Crown copyright 2026.",),
        "links": LINKS,
    }
    return PublishedReport(**(given | more), gate=_GATE)
