"""What was published of the made-up partnership, for the tests of exports: once an audience, and with other texts."""

import dataclasses
from functools import cache

from hypothesis import strategies as st

import rosc_map
from partnerships import TODAY
from rosc_map.publish import publish
from rosc_map.records import Audience

TEXT_FIELDS = ("name", "organisation", "description", "website", "referral_route")

_AWKWARD = (
    "\"quoted\", 'once'", "a|b || c", "=1+1", "'=1", "-2+3", "@SUM(1)", "+44 1632", "*bold* _it_ `code` [x](y)",
    "# heading", "1. first", "- tea\n- cake", "> said", "<b>&amp;</b>", "]]><x/>", "\x00\x01\x1f\x7f\x9f bell\x07",
    "\ud800 half", "\ufffe\uffff", "line\nline\r\nline\rline", "tab\tbed", "zero\u200bwidth \u2028 line", "é £ ✓",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467", "x" * 9_000, "; semi; colon", "\\back\\slash\\", "&#124;", "===",
    "~~gone~~", "NaN", "null", "true", "001",
)  # fmt: skip
awkward = st.one_of(st.sampled_from(_AWKWARD), st.text(min_size=1, max_size=60))
"""Texts that some format has to escape, or cannot hold."""


@cache
def published_for(path, audience=Audience.PUBLIC):
    """Return what an audience may see of the partnership in a file."""
    return publish(rosc_map.open(path, today=TODAY).snapshot(), audience)


def replaced(published, **more):
    """Return it with other parts."""
    return dataclasses.replace(published, gate=published.gate, **more)


def with_texts(published, texts):
    """Return three of its assets with these texts (five) in fields of text, and with the links between them."""
    assets = published.assets.head(3).copy()
    for at, name in enumerate(TEXT_FIELDS):
        assets[name] = [texts[(at + row) % len(texts)] for row in range(3)]
    names = dict(zip(assets["id"], assets["name"], strict=True))
    links = published.links.head(3).copy()
    ids = list(assets["id"])
    links["from_asset"], links["to_asset"] = ids, [*ids[1:], ids[0]]
    for end in ("from", "to"):
        links[f"{end}_name"] = [names[key] for key in links[f"{end}_asset"]]
    links["evidence"], links["not_found_in_test"] = ["declared", "", "declared, tested"], [False, True, True]
    return replaced(published, assets=assets, links=links, banner=texts[0], title=texts[1])
