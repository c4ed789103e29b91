"""The tables that may leave the house, made from what was published."""

import pandas as pd

from rosc_map.publish import published as gate
from rosc_map.publish.network_types import PublishedNetwork
from rosc_map.publish.published import Published, PublishedTable
from rosc_map.publish.snapshot import Snapshot
from rosc_map.records import Asset, Audience, Kind, codelist, day, format_cell

__all__ = [
    "area_names_table",
    "assets_table",
    "conversations_table",
    "introductions_table",
    "links_table",
    "two_way_table",
    "worklist_table",
]


def _table(name: str, audience: Audience, table: pd.DataFrame, notes: tuple[str, ...] = ()) -> PublishedTable:
    return PublishedTable(name, audience, table, notes, gate=gate._GATE)


def _notes(published: Published | PublishedNetwork) -> tuple[str, ...]:
    first = f"{published.title}. As at {day(published.as_at)}. For: {published.audience.value}."
    return tuple(note for note in (published.banner, first, *published.notes, *published.licences) if note)


def assets_table(published: Published) -> PublishedTable:
    """Return the assets shown, a row each, with the field names that ``import`` reads back."""
    specs = Asset.specs()
    columns = {}
    for name in published.assets.columns:
        if name in specs:
            spec = specs[name]
            # Figures stay figures, so that other programs can draw them.
            columns[name] = [
                value if spec.kind is Kind.NUMBER else format_cell(spec, value) for value in published.assets[name]
            ]
        elif name not in ("geometry", "about"):
            columns[name] = list(published.assets[name])
    columns["as_at"] = [published.as_at.isoformat()] * len(published.assets)
    return _table("Assets", published.audience, pd.DataFrame(columns), _notes(published))


def worklist_table(snapshot: Snapshot, table: pd.DataFrame) -> PublishedTable:
    """Return what volunteers should check, to be filled in and read back. Internal; it is carried around all the same.

    Parameters
    ----------
    snapshot
        What is held.
    table
        One row an asset, without a place that is not public (:func:`rosc_map.partnership.checks.worklist`).
    """
    notes = (
        *((snapshot.banner,) if snapshot.banner else ()),
        f"{snapshot.title}: records to check, as at {day(snapshot.as_at)}. The oldest stand first.",
        "Ring or visit, then write the day into verified_on and your volunteer number into recorded_by.",
        "Has a number or a web address changed? Write over it; none takes it out. Anything else: what you found.",
        "Has it closed? Write closed into status. It takes two reports to close an entry.",
        "No names of people. When you have finished, hand it back: it is read in like any other file.",
    )
    choices = {"status": tuple(codelist("status"))}
    return PublishedTable("To check", Audience.INTERNAL, table, notes, choices, gate=gate._GATE)


def links_table(published: PublishedNetwork) -> PublishedTable:
    """Return the links of a network: from, to, how it is known, and how people are handed on."""
    names = {
        "from_name": "From", "to_name": "To", "evidence": "Evidence", "kinds": "Kind",
        "from_id": "From id", "to_id": "To id",
    }  # fmt: skip
    table = published.links[list(names)].rename(columns=names)
    return _table("Links", published.audience, table, _network_notes(published))


def introductions_table(published: PublishedNetwork) -> PublishedTable:
    """Return the introductions that would help most, in their order, each taking those before it as made."""
    names = {"from_name": "Introduce", "to_name": "To", "reason": "Why", "distance": "How far", "who": "Who could"}
    table = published.introductions[list(names)].rename(columns=names)
    return _table("Introductions", published.audience, table, _network_notes(published))


def two_way_table(published: PublishedNetwork) -> PublishedTable:
    """Return each pair of a treatment service and a peer-led initiative: link, no link or not known, both ways."""
    names = {
        "treatment": "Treatment service",
        "peer_led": "Peer-led initiative",
        "to_peer_led": "Treatment refers to it",
        "from_peer_led": "It refers to treatment",
    }
    table = published.two_way[list(names)].rename(columns=names)
    return _table("Both ways", published.audience, table, _network_notes(published))


def conversations_table(published: PublishedNetwork) -> PublishedTable:
    """Return the links of which what was said, counted or tested does not agree: findings to talk about."""
    names = {"from_name": "From", "to_name": "To", "what": "What to talk about"}
    table = published.disagreements[list(names)].rename(columns=names)
    return _table("To talk about", published.audience, table, _network_notes(published))


def _network_notes(published: PublishedNetwork) -> tuple[str, ...]:
    return (*_notes(published), *published.cautions)


def area_names_table(report: pd.DataFrame, banner: str) -> PublishedTable:
    """Return how the area names of the bundled public list were matched; it names nobody who has not been asked."""
    names = {
        "organisation": "Organisation",
        "country": "Country",
        "area": "Area on the page",
        "matched_code": "Code",
        "matched_name": "Authority",
        "why_not": "Why not matched",
    }
    return _table("Area names", Audience.PUBLIC, report.rename(columns=names), (banner,))
