"""What is there, in three statuses: by asset type, LERO type, who leads it, arrangement, and the six support types."""

import pandas as pd

from rosc_map import gaps
from rosc_map.place import bordering
from rosc_map.publish.gaps_basis import Basis, by_authority, short_type
from rosc_map.publish.gaps_types import GapsPart, GapsTable
from rosc_map.records import Funding, codelist, label

__all__ = ["provision_part", "six_types_part"]

_STATUS_NOTE = (
    "Served: something is there. None found: somebody looked and found none. Not surveyed: nobody has looked, so it is "
    "no gap."
)
_NOT_KNOWN = "Not known: one is there of which nobody has said it, or it may not be told."
_ACROSS_TYPES = (
    "Counted across all asset types: support that a LERO runs counts as much as a service of its own. None is "
    "found of a type only where somebody looked for every asset type."
)
_BREAKDOWNS: dict[gaps.Kinds, tuple[str, str, str]] = {
    "lero_type": ("lero-types", "By LERO type", "lero_type"),
    "led_by": ("led-by", "By who leads it", "led_by"),
    "commissioning": ("arrangements", "By arrangement", "commissioning"),
}


def provision_part(basis: Basis) -> GapsPart:
    """Return what is there of the asset type, and of each other type, by authority (METHODS §3.1)."""
    figures = basis.provision
    countries = gaps.countries(figures, basis.lookup)
    tables = [_of_the_type(basis), _all_types(basis), *_countries(countries), *_breakdowns(basis)]
    said = countries["sentence"] if len(countries) > 1 else ()
    sentences = tuple(dict.fromkeys((figures.sentence, *said)))
    return GapsPart("provision", "What is there, by authority", sentences, _in_part(basis), tuple(tables))


def _in_part(basis: Basis) -> tuple[str, ...]:
    """Say of which authorities only a part was looked at, as far as this audience is told where somebody looked."""
    if basis.asked.tier != "upper":
        return ()
    kind = basis.asked.asset_type
    parts = gaps.surveyed_in_part(
        basis.snapshot.surveyed, kind, basis.lookup, "upper", assets=basis.told, withheld=basis.in_doubt
    )
    return gaps.surveyed_in_part_sentences(parts, kind)


def _of_the_type(basis: Basis) -> GapsTable:
    figures = basis.provision
    table = figures.by_authority
    words = ["; ".join(label("lero_type", code) for code in codes) for codes in table["lero_types"]]
    shown = table[["code", "name", "status", "looked"]].assign(
        count=table[f"count_{figures.asset_type}"],
        lero_types=words,
        asset_type=figures.asset_type,
        tier=figures.tier,
        as_at=basis.published.as_at.isoformat(),
    )
    what = short_type(figures.asset_type)
    heads = {"status": f"{what[0].upper()}{what[1:]}", "count": "How many", "looked": "When somebody looked"}
    if figures.asset_type == "lero":
        heads["lero_types"] = "LERO types"
    return by_authority("provision", "Provision by authority", shown, heads, _STATUS_NOTE)


def _all_types(basis: Basis) -> GapsTable:
    table = basis.provision.by_authority
    types = [code for code in codelist("asset_type") if f"status_{code}" in table]
    columns = [f"{part}_{code}" for part in ("status", "count", "looked") for code in types]
    heads = {f"status_{code}": label("asset_type", code) for code in types}
    return by_authority("all-types", "All asset types", table[["code", "name", *columns]], heads)


def _countries(table: pd.DataFrame) -> list[GapsTable]:
    if len(table) < 2:
        return []
    heads = {
        "country": "Country", "authorities": "Authorities", "served": "Served", "none_found": "None found",
        "not_surveyed": "Not surveyed",
    }  # fmt: skip
    return [GapsTable("countries", "By country", table.drop(columns="sentence"), heads)]


def _breakdowns(basis: Basis) -> list[GapsTable]:
    asset_type = basis.provision.asset_type
    wanted: list[gaps.Kinds] = ["lero_type"] if asset_type == "lero" else []
    wanted.append("led_by")
    if basis.for_partners:
        wanted.append("commissioning")
    found = []
    for by in wanted:
        key, title, codes = _BREAKDOWNS[by]
        table = gaps.breakdown(
            basis.told,
            basis.snapshot.surveyed,
            basis.lookup,
            tier=basis.asked.tier,
            by=by,
            asset_type=asset_type,
            funding=basis.records.rows(Funding) if by == "commissioning" else None,
            as_at=basis.published.as_at,
            withheld=basis.in_doubt,
        )
        heads = {f"known_{code}": label(codes, code) for code in codelist(codes)}
        found.append(by_authority(key, title, table.assign(**_in_words(basis, table, codes)), heads, _NOT_KNOWN))
    return found


def _in_words(basis: Basis, table: pd.DataFrame, codes: str) -> dict[str, list[str]]:
    """Return the statuses of a breakdown for a page: where somebody looked, what nobody said of one is not known."""
    looked = basis.provision.by_authority["status"] != "not_surveyed"
    return {
        f"known_{code}": [
            "not known" if here and status == "not_surveyed" else status
            for status, here in zip(table[f"status_{code}"], looked, strict=True)
        ]
        for code in codelist(codes)
    }


def six_types_part(basis: Basis) -> GapsPart:
    """Return the six types of recovery support across all asset types, with the neighbouring authorities beside."""
    table = gaps.six_types(basis.provision, bordering(basis.asked.tier))
    statuses = {f"rss_status_{code}": label("rss_type", code) for code in codelist("rss_type")}
    tables = [by_authority("six-types", "The six types of support", table, statuses)]
    if len(table) > 1:
        tables.append(_beside(table))
    return GapsPart(
        "six_types",
        "The six types of recovery support",
        gaps.six_types_sentences(basis.provision),
        (_ACROSS_TYPES,),
        tuple(tables),
    )


def _beside(table: pd.DataFrame) -> GapsTable:
    """Return, for each authority, in how many of its neighbours each type is there."""
    shown = table[["code", "name", "beside"]].copy()
    heads = {"beside": "Neighbours here"}
    for code in codelist("rss_type"):
        pairs = zip(table[f"beside_served_{code}"], table[f"beside_surveyed_{code}"], table["beside"], strict=True)
        shown[f"beside_{code}"] = [_beside_words(*row) for row in pairs]
        heads[f"beside_{code}"] = label("rss_type", code)
    note = "Neighbours are the authorities that border on it, of those in this file: support may be over the border."
    return by_authority("six-types-next-door", "The six types next door", shown, heads, note)


def _beside_words(served: int, surveyed: int, beside: int) -> str:
    if not beside:
        return "no neighbour here"
    if not surveyed:
        return "not surveyed"
    rest = f"; {beside - surveyed} not surveyed" if beside > surveyed else ""
    return f"in {served} of {surveyed}{rest}"
