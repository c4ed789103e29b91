"""The gap analysis as one audience may see it: what is there, how far it is, who needs it, and what is not known."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rosc_map.place import area_lookup
from rosc_map.publish import published as gate
from rosc_map.publish.gaps_basis import Basis, GapsAsked
from rosc_map.publish.gaps_layers import map_layers
from rosc_map.publish.gaps_need import need_found, need_part
from rosc_map.publish.gaps_over_time import beside_part, changes_part, freshness_found, freshness_part
from rosc_map.publish.gaps_partners import partners_parts
from rosc_map.publish.gaps_provision import provision_part, six_types_part
from rosc_map.publish.gaps_reach import reach_found, reach_part
from rosc_map.publish.gaps_sites import sites_of, sites_part
from rosc_map.publish.gaps_types import GapsPart, GapsTable, PublishedGaps
from rosc_map.publish.publish import published_of
from rosc_map.publish.published import PublishedTable
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.view import view
from rosc_map.records import Audience, day, row_dicts

__all__ = ["gaps_table", "publish_gaps"]

METHOD = (
    "An asset serves the authority that it stands in, and those that it says it serves. Only active ones count.",
    "Where nobody looked, the status is not surveyed: it is no gap, and is in no count of gaps.",
    "Distances are straight lines on the British National Grid, to places as finely as they may be published.",
    "Each place for one more is the one that brings most postcodes within reach, after those before it in the list.",
    "Intervals are exact Poisson intervals. Places in an order are ranges that hold the true one with 95 % or more.",
    "Each audience is shown other assets, so its figures differ.",
    "More, with the sources: 'What each figure means' in the documentation.",
)
"""How it was worked out, a sentence each."""

_PLAIN = frozenset((str, int, bool, type(None)))


def publish_gaps(snapshot: Snapshot, audience: Audience, asked: GapsAsked | None = None) -> PublishedGaps:
    """Work out what is missing and where, as an audience may see it (METHODS §3).

    Parameters
    ----------
    snapshot
        Everything that is held.
    audience
        Who it is for. Funding, spend, views, seats and offers are for partners and coordinators.
    asked
        What is asked for; LEROs by upper-tier authority when left out.

    Raises
    ------
    InputError
        For a type that the audience may not be told of, or a table of need that cannot be used.
    """
    asked = asked or GapsAsked()
    seen = view(snapshot, audience)
    shown = published_of(snapshot, seen, audience, asked.tier, asked.asset_type)
    basis = Basis(snapshot, audience, asked, seen, shown, area_lookup(list(snapshot.areas)))
    need, fresh = need_found(basis), freshness_found(basis)
    reach = reach_found(basis)
    sites = sites_of(basis, reach)
    made = (
        provision_part(basis),
        six_types_part(basis),
        reach_part(basis, reach),
        sites_part(basis, reach, sites),
        need_part(basis, need),
        freshness_part(basis, fresh),
        changes_part(basis),
        beside_part(basis),
        *partners_parts(basis),
    )
    parts = tuple(part for part in made if part is not None)
    licence = (need.found.figures.licence,) if need.found is not None and need.found.figures.licence else ()
    return PublishedGaps(
        published=shown,
        tier=asked.tier,
        asset_type=asked.asset_type,
        in_short=_in_short(parts),
        parts=parts,
        layers=map_layers(basis, reach, need, fresh),
        sites=sites,
        method=METHOD,
        licences=(*shown.licences, *(f"Figures of need: {text}" for text in licence)),
        figures=_figures(basis, parts),
        gate=gate._GATE,
    )


def gaps_table(published: PublishedGaps, part: GapsPart, table: GapsTable) -> PublishedTable:
    """Return one table of a gap analysis, to be written as a file of its own, with all that has to stand beside it."""
    first = f"{published.title}: {table.title}. As at {day(published.as_at)}. For: {published.audience.value}."
    notes = (
        published.banner,
        first,
        *table.notes,
        *part.sentences,
        *part.cautions,
        *published.notes,
        *published.licences,
    )
    said = tuple(dict.fromkeys(note for note in notes if note))
    basis = {"asset_type": published.asset_type, "as_at": published.as_at.isoformat()}
    told = table.table.assign(**{name: value for name, value in basis.items() if name not in table.table})
    return PublishedTable(table.title, published.audience, told, said, gate=gate._GATE)


def _in_short(parts: Sequence[GapsPart]) -> tuple[str, ...]:
    """Return the first sentence of the parts that are weightiest; of the six types the last, which is of them all."""
    sentences = {part.key: part.sentences for part in parts if part.sentences}
    chosen = [("provision", 0), ("six_types", -1), ("reach", 0), ("sites", 0), ("changes", 0)]
    return tuple(sentences[key][place] for key, place in chosen if key in sentences)


def _figures(basis: Basis, parts: Sequence[GapsPart]) -> Mapping[str, Any]:
    return {
        **basis.provision.to_json(),
        "audience": basis.audience.value,
        "as_at": basis.published.as_at.isoformat(),
        "sentences": {part.key: list(part.sentences) for part in parts},
        "not_known": {part.key: list(part.cautions) for part in parts},
        "tables": {table.key: _rows(table.table) for part in parts for table in part.tables},
    }


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{name: _plain(value) for name, value in row.items()} for row in row_dicts(table)]


def _plain(value: Any) -> Any:
    """Return a cell as JSON holds it; what is not known is null."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, np.generic):
        value = value.item()
    return None if value != value else value
