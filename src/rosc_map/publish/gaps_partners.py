"""Commissioning and participation, for the partnership itself: money, seats, views side by side, support matched."""

from collections.abc import Callable

import pandas as pd

from rosc_map import gaps
from rosc_map.publish.gaps_basis import Basis, by_authority
from rosc_map.publish.gaps_types import GapsPart, GapsTable
from rosc_map.records import Funding, Offer, Review, Seat, Spend, codelist, label

__all__ = ["commissioning_part", "partners_parts"]

_SIDE_BY_SIDE = "Views stand side by side. They are not averaged and not scored: talk about where they differ."
_GUIDANCE_COVERS = ("development", "governance", "staffing", "spaces")


def partners_parts(basis: Basis) -> tuple[GapsPart, ...]:
    """Return the parts that only the partnership reads; none for the public, and none of which nothing is recorded."""
    if not basis.for_partners:
        return ()
    makers: tuple[Callable[[Basis], GapsPart | None], ...] = (_of_the_type, _spend, _reviews, _seats, _offers)
    return tuple(part for make in makers if (part := make(basis)) is not None)


def _of_the_type(basis: Basis) -> GapsPart | None:
    return commissioning_part(basis, basis.asked.asset_type)


def commissioning_part(basis: Basis, asset_type: str | None) -> GapsPart | None:
    """Return how assets of a type, or of all types for None, are commissioned; None where nothing is recorded."""
    rows = basis.records.rows(Funding)
    if rows.empty:
        return None
    found = gaps.commissioning(
        _as_shown(basis),
        rows,
        basis.lookup,
        tier=basis.asked.tier,
        as_at=basis.published.as_at,
        asset_type=asset_type,
    )
    tables = (_arrangements(found), _contracts(basis, found))
    return GapsPart("commissioning", "How it is commissioned", found.sentences, found.cautions, tables)


def _as_shown(basis: Basis) -> pd.DataFrame:
    """Return the assets as the audience is shown them: where nobody agreed to a place, nothing follows from it."""
    return pd.DataFrame(basis.published.assets.drop(columns="geometry"))


def _arrangements(found: gaps.Commissioning) -> GapsTable:
    heads = {"assets": "How many serve it"} | {code: label("commissioning", code) for code in codelist("commissioning")}
    heads |= {"not_recorded": "Nothing recorded", "ending": "Ending within 12 months"}
    heads |= {code: f"Covers: {label('funding_covers', code).lower()}" for code in _GUIDANCE_COVERS}
    return by_authority("commissioning", "Commissioning by authority", found.by_authority, heads)


def _contracts(basis: Basis, found: gaps.Commissioning) -> GapsTable:
    names = dict(zip(basis.published.assets["id"], basis.published.assets["name"], strict=True))
    rows = found.contracts
    table = rows.assign(
        name=[names.get(identifier, "") for identifier in rows["asset"]],
        arrangement=_labels("commissioning", rows["arrangement"]),
        route=_labels("funding_route", rows["route"]),
        covers=["; ".join(label("funding_covers", code) for code in codes) for codes in rows["covers"]],
    )
    heads = {
        "name": "Asset", "authority": "Authority", "arrangement": "Arrangement", "route": "Route", "end": "Ends",
        "ends_soon": "Within 12 months", "covers": "What it covers",
    }  # fmt: skip
    return GapsTable("contracts", "Arrangements of each asset", table, heads)


def _labels(name: str, codes: pd.Series) -> list[str]:
    return [label(name, code) if code else "" for code in codes]


def _spend(basis: Basis) -> GapsPart | None:
    rows = basis.records.rows(Spend)
    if rows.empty:
        return None
    # The budget is that of whoever commissions treatment: the upper tier, whatever the figures are by.
    found = gaps.spend(rows, basis.lookup, tier="upper")
    bands = {code: label("spend_band", code) for code in codelist("spend_band")}
    by_type = found.by_type.assign(type=_labels("rss_type", found.by_type["rss_type"]))
    of_each = found.by_authority.assign(
        type=_labels("rss_type", found.by_authority["rss_type"]),
        share=_labels("spend_band", found.by_authority["band"]),
    )
    tables = (
        GapsTable("spend", "Spend by type", by_type, {"type": "Type", **bands, "not_recorded": "Nothing recorded"}),
        by_authority(
            "spend-by-authority", "Spend by authority", of_each,
            {"year": "Year", "type": "Type", "share": "Share of the budget", "source": "Source"},
        ),
    )  # fmt: skip
    return GapsPart("spend", "What is spent on each type of support", found.sentences, found.cautions, tables)


def _reviews(basis: Basis) -> GapsPart | None:
    rows = basis.records.rows(Review)
    grids = gaps.reviews(rows)
    if not grids:
        return None
    tables = [table for number, grid in enumerate(grids, start=1) for table in _grid(number, grid)]
    return GapsPart("reviews", "How groups see it", (_SIDE_BY_SIDE,), (), tuple(tables))


def _grid(number: int, grid: gaps.ReviewGrid) -> list[GapsTable]:
    groups = [code for code in codelist("group_asked") if code in grid.items]
    title = f"{label('review_framework', grid.framework)}: {grid.about}"
    table = grid.items.assign(
        view=_labels(grid.framework, grid.items["item"]),
        **{
            code: [label("review_answer", answer) if answer else "no view recorded" for answer in grid.items[code]]
            for code in groups
        },
    )
    heads = {"view": "Question, rung or standard"} | {code: label("group_asked", code) for code in groups}
    found = [GapsTable(f"views-{number}", title, table, heads, grid.sentences)]
    if len(grid.examples):
        examples = grid.examples.assign(
            view=_labels(grid.framework, grid.examples["item"]), whose=_labels("group_asked", grid.examples["group"])
        )
        columns = {"view": "About", "whose": "Who said it", "on": "When", "example": "Example"}
        found.append(GapsTable(f"examples-{number}", f"Examples: {title}", examples, columns))
    return found


def _seats(basis: Basis) -> GapsPart | None:
    rows = basis.records.rows(Seat)
    if rows.empty:
        return None
    found = gaps.seats(rows, as_at=basis.published.as_at)
    kinds = {code: label("seat_held_by", code) for code in codelist("seat_held_by") if code in found.by_structure}
    heads = {"structure": "Group or board", "seats": "Seats", "lived_experience": kinds.get("lived_experience", "")}
    heads |= {"with_vote": "With a vote", "expenses_paid": "Expenses paid", **kinds}
    tables = (GapsTable("seats", "Who sits where", found.by_structure, heads),)
    return GapsPart("seats", "Who sits at the table", found.sentences, found.cautions, tables)


def _offers(basis: Basis) -> GapsPart | None:
    rows = basis.records.rows(Offer)
    if rows.empty:
        return None
    found = gaps.offers(rows, _as_shown(basis), basis.lookup, as_at=basis.published.as_at)
    matches = found.matches.assign(kind=_labels("offer_kind", found.matches["kind"]))
    tables = [
        GapsTable("matches", "Support that fits together", matches, {
            "kind": "Support", "wanted_by_name": "Wanted by", "wanted": "What they want",
            "offered_by_name": "Offered by", "offered": "What they offer", "same_authority": "Same authority",
        })
    ]  # fmt: skip
    for key, title, rest in (
        ("wanted", "Wanted, not offered yet", found.unmatched_wanted),
        ("offered", "Offered, not wanted yet", found.unmatched_offered),
    ):
        words = rest.assign(kind=_labels("offer_kind", rest["kind"]))
        tables.append(GapsTable(key, title, words, {"kind": "Support", "name": "By", "details": "What"}))
    shown = tuple(table for table in tables if len(table.table))
    return GapsPart("offers", "Support offered and wanted", found.sentences, found.cautions, shown)
