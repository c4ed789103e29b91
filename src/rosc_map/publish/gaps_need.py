"""Need beside what is there: rates with their intervals, classes, and a list in which small numbers are not ranked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from rosc_map import gaps
from rosc_map.errors import InputError
from rosc_map.publish.gaps_basis import Basis, by_authority, short_type
from rosc_map.publish.gaps_types import GapsPart
from rosc_map.publish.small_counts import SMALL
from rosc_map.records import Need

__all__ = ["NeedFound", "need_found", "need_part"]

_SMALL = f"Figures of fewer than {SMALL} people are left out here, and so is what they could be worked out from."


@dataclass(frozen=True)
class NeedFound:
    """The figures of need, and what is there beside them; or why there are none, in ``why_not``."""

    found: gaps.NeedByProvision | None = None
    why_not: str = ""


def need_found(basis: Basis) -> NeedFound:
    """Work out need beside provision, from the table that was handed in, else from the records.

    Raises
    ------
    InputError
        When a table that was handed in, or an indicator that was asked for, cannot be used.
    """
    asked = basis.asked
    held = basis.snapshot.others[Need] if asked.need is None else asked.need
    rows = basis.records.rows(Need, held)
    if rows.empty:
        return NeedFound()
    try:
        figures = gaps.need_figures(rows, basis.lookup, asked.tier, indicator=asked.indicator)
    except InputError as error:
        if asked.need is not None or asked.indicator:
            raise
        # What is recorded may be for another tier or of several kinds; nobody asked for it by name.
        return NeedFound(why_not=str(error))
    if len(rows) < len(held):
        figures = replace(figures, said=(*figures.said, _SMALL))
    return NeedFound(gaps.need_by_provision(figures, basis.provision, asset_type=asked.asset_type))


def need_part(basis: Basis, need: NeedFound) -> GapsPart | None:
    """Return need beside provision, and the order in which to look; None where no figure of need is there."""
    heading = "Need beside what is there"
    if need.found is None:
        return GapsPart("need", heading, (), (need.why_not,)) if need.why_not else None
    found = need.found
    figures = found.figures
    said = {"indicator": figures.indicator, "period": figures.period, "source": figures.source}
    table = found.by_authority.assign(**said, asset_type=found.asset_type)
    tables = [by_authority("need", "Need and provision", table, _heads(found))]
    sentences = found.sentences
    if figures.counts_people:
        ranked = gaps.priority(found)
        sentences += gaps.priority_sentences(ranked, found)
        source = f"{figures.indicator}, {figures.period}. Source: {figures.source}."
        listed = _with_range(ranked).assign(**said)
        tables.append(by_authority("priority", "Where to look first", listed, _RANKED, source, _RANK_NOTE))
    cautions = (*found.cautions, *basis.asked.need_said)
    return GapsPart("need", heading, sentences, cautions, tuple(tables))


def _heads(found: gaps.NeedByProvision) -> Mapping[str, str]:
    what = short_type(found.asset_type)
    heads = {"need": f"{found.figures.indicator} ({found.figures.period})", "assets": f"How many: {what}"}
    if found.figures.counts_people:
        heads |= {"per_1000": "For each 1,000", "low": "from", "high": "to"}
    return heads | {"status": "Status", "together": "Together"}


_RANKED = {
    "need": "Figure", "assets": "Assets", "per_1000": "For each 1,000", "range": "Place in the order, 95 %",
    "why_not_ranked": "Why not in the order",
}  # fmt: skip
_RANK_NOTE = (
    "The fewest for each 1,000 first. The place in the order is a range, since with so few assets chance alone "
    "moves authorities up and down: where ranges overlap, the order is not known."
)


def _with_range(ranked: pd.DataFrame) -> pd.DataFrame:
    pairs = zip(ranked["rank_low"], ranked["rank_high"], strict=True)
    return ranked.assign(range=[_range_words(low, high) for low, high in pairs])


def _range_words(low: int | None, high: int | None) -> str:
    if low is None or pd.isna(low):
        return "not ranked"
    return f"{low}" if low == high else f"{low} to {high}"
