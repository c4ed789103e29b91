"""The tables that may leave the house, made from what was published."""

from collections.abc import Sequence

import pandas as pd

from rosc_map.errors import UnknownName
from rosc_map.linkage import CONDUCT, LEVEL_WORDS, OUTCOME_WORDS, SCRIPT, call_sheet
from rosc_map.network import Introduction
from rosc_map.publish import published as gate
from rosc_map.publish.published import Published, PublishedTable
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.view import view
from rosc_map.records import Asset, Audience, Kind, codelist, day, format_cell, label, percent, row_dicts

__all__ = [
    "area_names_table",
    "assets_table",
    "call_sheet_table",
    "introductions_table",
    "linkage_table",
    "links_table",
    "provision_table",
    "worklist_table",
]

_STATUSES = (
    "served: something is there. none_found: somebody looked and found none. "
    "not_surveyed: nobody has looked, so it is no gap."
)


def _table(name: str, audience: Audience, table: pd.DataFrame, notes: tuple[str, ...] = ()) -> PublishedTable:
    return PublishedTable(name, audience, table, notes, gate=gate._GATE)


def _notes(published: Published) -> tuple[str, ...]:
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


def provision_table(published: Published) -> PublishedTable:
    """Return what is there by authority, with the status and every count in words and figures."""
    figures = published.provision
    table = figures.by_authority.copy()
    table["lero_types"] = ["; ".join(label("lero_type", code) for code in codes) for codes in table["lero_types"]]
    table = table.assign(asset_type=figures.asset_type, tier=figures.tier, as_at=published.as_at.isoformat())
    notes = (
        figures.sentence,
        _STATUSES,
        *_notes(published),
    )
    return _table("Provision", published.audience, table, notes)


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
    left_out = len(questions) - len(kept)
    gone_words = (f"{left_out} questions were left out: an asset has left, or is confidential now.",) if gone else ()
    levels = tuple(f"{number}: {words}" for number, words in enumerate(LEVEL_WORDS.values()))
    notes = (
        *gone_words,
        "What to say",
        *SCRIPT,
        "How the test is done",
        *CONDUCT,
        "level: what they could say (the number or the words)",
        *levels,
        "contact: how the call ended, once for each service",
        *OUTCOME_WORDS.values(),
    )
    choices = {"level": tuple(LEVEL_WORDS.values()), "contact": tuple(OUTCOME_WORDS.values())}
    return PublishedTable(f"Round {round_name}", Audience.INTERNAL, table, notes, choices, gate=gate._GATE)


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


def links_table(published: Published) -> PublishedTable:
    """Return the links shown: from, to, and how they are known."""
    names = {"from_name": "From", "to_name": "To", "evidence": "How it is known"}
    return _table("Links", published.audience, published.links[list(names)].rename(columns=names), _notes(published))


def introductions_table(published: Published, suggested: Sequence[Introduction]) -> PublishedTable:
    """Return the introductions between assets that are shown."""
    shown = set(published.assets["id"])
    rows = [(i.from_name, i.to_name, i.reason) for i in suggested if {i.from_id, i.to_id} <= shown]
    return _table("Introductions", published.audience, pd.DataFrame(rows, columns=["Introduce", "To", "Why"]))


def linkage_table(published: Published) -> PublishedTable | None:
    """Return the area's figures of the newest linkage round in words, or None where there are none to show."""
    if published.linkage is None or published.linkage.figures.empty:
        return None
    rows = [
        (row["label"], *(_share(row[name]) for name in ("estimate", "low", "high")), row["of"])
        for row in row_dicts(published.linkage.figures)
    ]
    columns = ["Figure", "Estimate", "Low (95 %)", "High (95 %)", "Out of"]
    return _table("Linkage", published.audience, pd.DataFrame(rows, columns=columns), _notes(published))


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


def _share(share: float | None) -> str:
    return "" if share is None or pd.isna(share) else percent(share)
