"""The tables that may leave the house, made from what was published."""

import pandas as pd

from rosc_map.errors import UnknownName
from rosc_map.linkage import call_sheet
from rosc_map.publish import published as gate
from rosc_map.publish.published import Published, PublishedTable
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.view import view
from rosc_map.records import Asset, Audience, format_cell, label

__all__ = ["assets_table", "call_sheet_table", "plain_table", "provision_table"]

_STATUSES = (
    "served: something is there. none_found: somebody looked and found none. "
    "not_surveyed: nobody has looked, so it is no gap."
)


def plain_table(name: str, audience: Audience, table: pd.DataFrame, notes: tuple[str, ...] = ()) -> PublishedTable:
    """Mark a table as one that may leave the house: for tables that were published already, or hold no asset."""
    return PublishedTable(name, audience, table, notes, gate=gate._GATE)


def _notes(published: Published) -> tuple[str, ...]:
    first = f"{published.title}. As at {published.as_at:%d %B %Y}. For: {published.audience.value}."
    return tuple(note for note in (published.banner, first, *published.notes, *published.licences) if note)


def assets_table(published: Published) -> PublishedTable:
    """Return the assets shown, a row each, with the field names that ``import`` reads back."""
    specs = Asset.specs()
    columns = {}
    for name in published.assets.columns:
        if name in specs:
            spec = specs[name]
            columns[name] = [format_cell(spec, value) for value in published.assets[name]]
        elif name not in ("geometry", "about"):
            columns[name] = list(published.assets[name])
    return plain_table("Assets", published.audience, pd.DataFrame(columns), _notes(published))


def provision_table(published: Published) -> PublishedTable:
    """Return what is there by authority, with the status and every count in words and figures."""
    figures = published.provision
    table = figures.by_authority.copy()
    table["lero_types"] = ["; ".join(label("lero_type", code) for code in codes) for codes in table["lero_types"]]
    notes = (
        figures.sentence,
        _STATUSES,
        *_notes(published),
    )
    return plain_table("Provision", published.audience, table, notes)


def call_sheet_table(snapshot: Snapshot, round_name: str) -> PublishedTable:
    """Return the questions of a round with whom to ring: internal, because it holds who is asked about whom.

    Raises
    ------
    UnknownName
        When an asset of the round has since become confidential, has left or has gone: draw a new round then.
    """
    questions = snapshot.questions[snapshot.questions["round"] == round_name]
    seen = view(snapshot, Audience.INTERNAL).named
    allowed = set(seen.loc[seen["location_precision"] != "hidden", "id"])
    gone = sorted((set(questions["source"]) | set(questions["target"])) - allowed)
    kept = questions[~questions["source"].isin(gone) & ~questions["target"].isin(gone)]
    if kept.empty:
        raise UnknownName(f"No question of round {round_name!r} can be asked any more. Draw a new round.")
    table = call_sheet(kept[["source", "target"]].reset_index(drop=True), seen)
    notes = (
        (f"{len(questions) - len(kept)} questions were left out: an asset has left, or is confidential now.",)
        if gone
        else ()
    )
    return plain_table(f"Round {round_name}", Audience.INTERNAL, table, notes)
