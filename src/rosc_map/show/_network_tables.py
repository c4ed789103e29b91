"""The tables of the referral network's page, cell by cell in words; the first column names the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from rosc_map.publish.network_types import PublishedNetwork
from rosc_map.records import counted, percent
from rosc_map.show._shares import share_words
from rosc_map.show.network_charts import NUMBERED, of_all

__all__ = [
    "Table", "between", "counts", "disagreements", "groups", "handoffs", "layers", "links", "mixing", "pathways",
    "services", "single_points", "treatment", "two_way",
]  # fmt: skip

# Three words that differ, and differ in their looks: what nobody asked about must not pass for no link.
_NOT_KNOWN = Markup('<span class="not-known">not known</span>')
_LINK_WORDS = {"link": Markup('<span class="has-link">link</span>'), "not known": _NOT_KNOWN}
# Names that turn the direction of writing must not turn the words between them.
_PAIR = Markup("<bdi>{}</bdi> to <bdi>{}</bdi>")


@dataclass(frozen=True)
class Table:
    """A table as a page shows it: its caption, the heads of its columns, and its cells by rows."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]


def _columns(frame: pd.DataFrame, caption: str, **heads: str) -> Table:
    """Return columns of a frame under these heads, as they are."""
    return Table(caption, tuple(heads.values()), list(frame[list(heads)].itertuples(index=False, name=None)))


def handoffs(shown: PublishedNetwork) -> Table:
    """Return how many services can hand somebody on to each type."""
    rows = [
        (row["type"], *(of_all(int(row[name]), int(row["services"])) for name in ("one", "two")))
        for row in shown.handoffs.to_dict("records")
    ]
    head = ("Type of support", "In one handoff", "Within two handoffs")
    return Table("Services that can hand somebody on to each type", head, rows)


def treatment(shown: PublishedNetwork) -> Table:
    """Return what each treatment service cannot reach, and whether that may only be unknown."""
    rows = [
        (row["name"], row["missing"] or "none: it reaches every type", _asked_words(row))
        for row in shown.treatment.to_dict("records")
    ]
    head = ("Treatment service", "Cannot reach", "Asked for all its links")
    return Table("What each treatment service cannot reach within two handoffs", head, rows)


def _asked_words(row: Mapping[Any, Any]) -> str:
    if row["asked"]:
        return "asked"
    only = ", so this may only be unknown" if row["missing"] else ""
    return f"has not been asked yet{only}"


def two_way(shown: PublishedNetwork) -> Table:
    """Return the links of each pair of a treatment service and a peer-led initiative, in both directions."""
    rows = [
        (row["treatment"], row["peer_led"], *(_link_words(row[name]) for name in ("to_peer_led", "from_peer_led")))
        for row in shown.two_way.to_dict("records")
    ]
    head = ("Treatment service", "Peer-led initiative", "Treatment refers to it", "It refers to treatment")
    return Table("Links of each pair in both directions: link, no link or not known", head, rows)


def _link_words(words: str) -> str:
    return _LINK_WORDS.get(words, words)


def single_points(shown: PublishedNetwork) -> Table:
    """Return who would lose their only way to a type if one service closed."""
    rows = [
        (row["name"], row["type"], of_all(int(row["services"]), int(row["of"])))
        for row in shown.single_points.to_dict("records")
    ]
    caption = "Services that would lose their only way to a type of support, of those that have a way"
    return Table(caption, ("If this one closed", "The way lost is to", "Services that would lose it"), rows)


def disagreements(shown: PublishedNetwork) -> Table:
    """Return what is worth a conversation, by link."""
    rows = [
        (_PAIR.format(row["from_name"], row["to_name"]), row["what"]) for row in shown.disagreements.to_dict("records")
    ]
    return Table("What to talk about", ("Link", "What was said or found"), rows)


def between(shown: PublishedNetwork) -> Table:
    """Return how often each service lies between others."""
    rows = [
        (row["name"], share_words(row["share"], row["low"], row["high"])) for row in shown.between.to_dict("records")
    ]
    return Table("Share of the shortest ways that lead through each service", ("Service", "Share"), rows)


def groups(shown: PublishedNetwork) -> Table:
    """Return the services of each group."""
    return _columns(shown.groups, "The services of each group", name="Service", group="Group", type="Type of service")


def mixing(shown: PublishedNetwork) -> Table:
    """Return who refers by rows, and to whom by columns."""
    pairs = shown.mixing
    cells = {(row["from_type"], row["to_type"]): _mixing_words(row) for row in pairs.to_dict("records")}
    types = list(dict.fromkeys([*pairs["from_type"], *pairs["to_type"]]))
    rows = [(start, *(cells.get((start, end), _NOT_KNOWN) for end in types)) for start in types]
    caption = "Links from each type (row) to each type (column), of the pairs of services that are known"
    return Table(caption, ("From (row) to (column)", *types), rows)


def _mixing_words(row: Mapping[Any, Any]) -> str:
    found, pairs, known = (int(row[name]) for name in ("links", "pairs", "known"))
    if not pairs:
        return "no such pair"
    if not known:
        return _NOT_KNOWN + f" ({counted(pairs, 'pair')})"
    rest = f"; {pairs - known:,} not known" if pairs > known else ""
    return f"{found:,} of {known:,} known ({percent(found / known)}){rest}"


def counts(shown: PublishedNetwork) -> Table:
    """Return how many people were referred, by link and period."""
    heads = {"from_name": "From", "people": "People", "to_name": "To", "period": "Period"}
    return _columns(shown.counted, "People referred, by link and period", **heads)


def pathways(shown: PublishedNetwork) -> Table:
    """Return how many people were counted, where nobody says with which initiative."""
    heads = {"treatment": "Treatment service", "people": "People", "direction": "Direction", "period": "Period"}
    return _columns(shown.pathways, "People counted between treatment services and peer-led initiatives", **heads)


def links(shown: PublishedNetwork) -> Table:
    """Return all links, with their kinds and evidence."""
    heads = {"from_name": "From", "to_name": "To", "kinds": "Kind of link", "evidence": "Evidence"}
    return _columns(shown.links, "All recorded links", **heads)


def layers(shown: PublishedNetwork) -> Table:
    """Return how many links each layer of evidence has."""
    heads = {"evidence": "Evidence", "links": "Links", "alone": "In no other layer"}
    return _columns(shown.layers, "Links by layer of evidence", **heads)


def services(shown: PublishedNetwork) -> Table:
    """Return the services in the diagram, with the numbers of their marks where these have any."""
    numbered = len(shown.positions) <= NUMBERED
    rows = [
        (f"{at} {row['name']}" if numbered else row["name"], row["type"])
        for at, row in enumerate(shown.positions.to_dict("records"), start=1)
    ]
    return Table("The services in the picture", ("Service", "Type of service"), rows)
