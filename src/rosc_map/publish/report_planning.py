"""The third and the fifth question: whether planning integrates recovery support, and our role in its growth.

Neither the survey of 2022 nor the grant of the USA is a target, and not being commissioned may be by choice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from rosc_map import gaps
from rosc_map.publish.gaps_basis import authorities
from rosc_map.publish.gaps_types import GapsTable
from rosc_map.publish.report_actions import actions_of
from rosc_map.publish.report_basis import Answer, Paper, Step, listed
from rosc_map.publish.report_mapping import types_table
from rosc_map.records import codelist, counted, day, label, row_dicts

__all__ = ["commissioning", "funding_and_growth", "six_types_tables", "type_steps", "types_not_known"]

_MOST_AUTHORITIES = 15
"""A matrix with more authorities does not fit on a page: then the types are counted."""

_WELL_BEFORE, _MOST_NAMED = 90, 6  # days; arrangements
_NOT_HERE = "What is spent and how it is commissioned is in the partnership's own paper, not in this one."
_MONEY_NOT_HERE = "Funding, offers and actions are in the partnership's own paper, not in this one."
_NOTHING = "Where nothing is recorded, nothing is known: it does not mean that there is no contract and no grant."
_BOTH_DAYS = "both days included"  # the sentence about what ends
_COVERS = "What this covers"  # the sentence about what the money covers


# --- 3: planning ------------------------------------------------------------------------------------------------------


def commissioning(paper: Paper) -> Answer:
    """Say which of the six types are there, what is spent on each, and how LEROs are commissioned."""
    types = paper.said("six_types")
    how = paper.said("commissioning")[:1]
    own = (*_spend_said(paper), *how, *paper.views_said("stepping_stones"))
    return Answer(
        sentences=(*types, *own),
        not_known=(
            *_not_known(paper),
            *paper.cautions("six_types"),
            *paper.cautions("spend"),
            *paper.views_left_out("stepping_stones"),
        ),
        steps=(*type_steps(paper), *(_planning_steps(paper, how) if paper.for_partners else ())),
        tables=(
            *six_types_tables(paper),
            *paper.tables("spend", "spend"),
            *_arrangements(paper),
            *paper.views("stepping_stones"),
        ),
        pictures=("six_types",),
        in_short=(" ".join((*types[-1:], *_spend_in_short(paper))),) if types else _spend_in_short(paper),
    )


def _not_known(paper: Paper) -> tuple[str, ...]:
    if not paper.for_partners:
        return (_NOT_HERE, *types_not_known(paper))
    missing = [
        words
        for part, words in (("spend", "the spend by type"), ("commissioning", "how LEROs are commissioned"))
        if not paper.part(part).sentences
    ]
    nothing = (f"Nothing is recorded of {listed(missing)} ({paper.today}).",) if missing else ()
    return (*nothing, *types_not_known(paper), _NOTHING)


def types_not_known(paper: Paper) -> tuple[str, ...]:
    """Say of which of the six types it is not known everywhere whether they are there."""
    unknown = _in_so_many(paper, "not_surveyed")
    return (f"Not surveyed as a whole ({paper.today}): {listed(unknown)}.",) if unknown else ()


def _spend_said(paper: Paper) -> tuple[str, ...]:
    """Return the spend type by type, each with its years: the survey beside it is of another."""
    by_authority = paper.table("spend", "spend-by-authority")
    years = [] if by_authority is None else sorted(set(by_authority.table["year"]))
    when = "" if not years else f"{years[0]}: " if len(years) == 1 else f"{years[0]} to {years[-1]}: "
    said = paper.part("spend").sentences
    return (*paper.on_the_day(said[:1]), *(f"{when}{line}" for line in said[1:]))


def _spend_in_short(paper: Paper) -> tuple[str, ...]:
    """Say how the recorded shares of the budget fall, over all types and authorities: counts of bands, and no sum."""
    table, each = paper.table("spend", "spend"), paper.table("spend", "spend-by-authority")
    if table is None or each is None:
        return ()
    counts = {code: int(table.table[code].sum()) for code in (*codelist("spend_band"), "not_recorded")}
    under, more = counts["nothing"] + counts["under_5"], counts["from_5_to_10"] + counts["from_10"]
    of, years = sum(counts.values()), sorted(set(each.table["year"]))
    where = authorities(of // len(table.table))
    when = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
    said = (
        f"Spend on the six types in {where} ({when}): of {counted(of, 'share')} of the budget, {under:,} "
        f"{'is' if under == 1 else 'are'} under 5 % or nothing, {more:,} {'is' if more == 1 else 'are'} 5 % or more, "
        f"and of {of - under - more:,} it is not known."
    )
    return (said,)


def _arrangements(paper: Paper) -> tuple[GapsTable, ...]:
    """Return how LEROs are commissioned, and what it covers, as two tables: one is too wide for a sheet of paper."""
    whole = paper.tables("commissioning", "commissioning")
    found = []
    for table in whole:
        covers = [code for code in codelist("funding_covers") if code in table.heads]
        ways = {name: words for name, words in table.heads.items() if name not in covers}
        of = {name: words for name, words in table.heads.items() if name in ("name", *covers)}
        title = "What contracts and grants cover, by authority"
        found += [replace(table, heads=ways), replace(table, key="covers", title=title, heads=of)]
    return tuple(found)


def six_types_tables(paper: Paper) -> tuple[GapsTable, ...]:
    """Return the matrix of the six types by authority; where there are too many for a page, a row a type."""
    matrix = paper.tables("six_types", "six-types")
    if matrix and len(matrix[0].table) <= _MOST_AUTHORITIES:
        return matrix
    return (types_table(paper, "rss_type"),)


def type_steps(paper: Paper) -> tuple[Step, ...]:
    """Return where to look for a type of support, and where to talk about one that was looked for and not found."""
    steps = []
    missing = _in_so_many(paper, "none_found")
    if missing:
        steps.append(
            Step(
                f"Ask people in recovery what would help where a type was looked for and not found ({paper.today}), "
                f"and plan it with them: {listed(missing)}.",
                "to plan with people in recovery for the types of support that were looked for and not found: "
                f"{listed(missing)} ({paper.today}).",
                weight=5,
            )
        )
    unknown = _in_so_many(paper, "not_surveyed")
    if unknown:
        steps.append(
            Step(f"Look before you plan: not surveyed as a whole ({paper.today}): {listed(unknown)}. It is no gap yet.")
        )
    return tuple(steps)


def _in_so_many(paper: Paper, status: str) -> list[str]:
    """Return the types of support that have a status anywhere, with in how many authorities: "housing in 2 of 11"."""
    rows = [row for row in row_dicts(gaps.tallies(paper.gaps.published.provision, "rss_type")) if row[status]]
    words = [label("rss_type", row["code"]) for row in rows]
    return [
        f"{word[0].lower()}{word[1:]} in {row[status]} of {row['authorities']}"
        for word, row in zip(words, rows, strict=True)
    ]


def _planning_steps(paper: Paper, how: Iterable[str]) -> tuple[Step, ...]:
    return (*_spend_steps(paper), *(Step(f"{_THEIR_CHOICE} {sentence}") for sentence in how))


_THEIR_CHOICE = (
    "Ask each LERO how it would like to work with the partnership; not being commissioned may be its choice."
)


def _spend_steps(paper: Paper) -> tuple[Step, ...]:
    spend = paper.table("spend", "spend")
    if spend is None:
        return (
            Step(
                "Write down what share of the alcohol and drug budget goes to each of the six types; a range is "
                f"enough. None is recorded ({paper.today})."
            ),
        )
    table = spend.table
    bands = [code for code in codelist("spend_band") if code != "unknown"]
    unknown = [str(name).lower() for name in table.loc[table[bands].astype(int).sum(axis=1) == 0, "type"]]
    if not unknown:
        return ()
    of = f"{len(unknown):,} of {counted(len(table), 'type')}"
    return (Step(f"Find out what share goes to these: of {of} no band is known ({paper.today}): {listed(unknown)}."),)


# --- 5: funding and growth --------------------------------------------------------------------------------------------


def funding_and_growth(paper: Paper) -> Answer:
    """Say what ends soon, what the money covers, what small grants are wanted or offered, and what changed."""
    changed = paper.said("changes")
    tables = paper.tables("changes", "changes", "new")
    if not paper.for_partners:
        return Answer((_MONEY_NOT_HERE, *changed), paper.cautions("changes"), tables=tables)
    soon = tuple(f"{line}{_first_end(paper)}" for line in _about(paper, _BOTH_DAYS))
    covers = _about(paper, _COVERS)
    said = (*soon, *covers, *_small_grants(paper), *changed)
    _, actions = actions_of(paper)
    return Answer(
        sentences=(*(said or (_nothing_recorded(paper),)), actions),
        not_known=(*_weightier_first(paper.on_the_day(paper.funding.cautions)), *paper.cautions("changes")),
        steps=_growth_steps(paper, soon, covers),
        tables=(*_ending(paper), *tables),
        in_short=soon or (_nothing_recorded(paper),),
    )


def _weightier_first(cautions: Iterable[str]) -> list[str]:
    """Return cautions with what was left out of the count last."""
    return sorted(cautions, key=lambda line: line.startswith("Not counted"))


def _nothing_recorded(paper: Paper) -> str:
    return f"No arrangement that could end is recorded ({paper.today}), so what ends soon is not known."


def _about(paper: Paper, words: str) -> tuple[str, ...]:
    return tuple(sentence for sentence in paper.on_the_day(paper.funding.sentences) if words in sentence)


def _ending(paper: Paper) -> tuple[GapsTable, ...]:
    """Return the arrangements that end within 12 months; none outside the partnership, or where none does."""
    contracts = next((table for table in paper.funding.tables if table.key == "contracts"), None)
    if contracts is None:
        return ()
    ending = contracts.table[contracts.table["ends_soon"].astype(bool)]
    table = ending.sort_values("end", kind="stable", ignore_index=True)
    heads = {name: words for name, words in contracts.heads.items() if name not in ("ends_soon", "route")}
    notes = (f"Assets of all types. Counted from {paper.today}. In the order of the days on which they end.",)
    return (GapsTable("ending", "What ends within 12 months", table, heads, notes),) if len(table) else ()


def _days_left(paper: Paper, row: Mapping[str, Any]) -> int:
    return int((row["end"] - paper.gaps.as_at).days)


def _first_end(paper: Paper) -> str:
    """Say on which day the first of the arrangements ends, and how far off it is; "" where none ends."""
    rows = [row for table in _ending(paper) for row in row_dicts(table.table)]
    if not rows:
        return ""
    left = _days_left(paper, rows[0])
    off = f"in {counted(left, 'day')}" if left else "today"
    return f" The first ends on {day(rows[0]['end'])}, {off}."


def _arrangement(row: Mapping[str, Any]) -> str:
    return f"{row['name']}, {row['authority']}: {str(row['arrangement']).lower()}, ends on {day(row['end'])}"


def _small_grants(paper: Paper) -> tuple[str, ...]:
    """Say how many small grants are wanted and offered; nothing where no offer is recorded."""
    if not paper.part("offers").sentences:
        return ()
    matched, wanted, offered = (_of_small_grants(paper, key) for key in ("matches", "wanted", "offered"))
    fitting = [
        len(matched.drop_duplicates([side, what])) if len(matched) else 0
        for side, what in (("wanted_by", "wanted"), ("offered_by", "offered"))
    ]
    requests, given = fitting[0] + len(wanted), fitting[1] + len(offered)
    if not requests + given:
        return (f"No small grant is recorded as wanted or offered ({paper.today}).",)
    fit = f"{fitting[0]:,} of {counted(requests, 'request')} {'fits' if fitting[0] == 1 else 'fit'} an offer"
    rest = f"{len(offered):,} of {counted(given, 'offer')} {'fits' if len(offered) == 1 else 'fit'} no request"
    said = "; ".join(words for words, of in ((fit, requests), (rest, given)) if of)
    return (f"Small grants: {said} ({paper.today}).",)


def _of_small_grants(paper: Paper, key: str) -> pd.DataFrame:
    found = paper.table("offers", key)
    return pd.DataFrame() if found is None else found.table[found.table["kind"] == label("offer_kind", "small_grants")]


def _growth_steps(paper: Paper, soon: tuple[str, ...], covers: tuple[str, ...]) -> tuple[Step, ...]:
    steps = []
    ending = _ending(paper)
    if ending:
        rows, first = row_dicts(ending[0].table), _first_end(paper).strip()
        early = "well before they end" if _days_left(paper, rows[0]) > _WELL_BEFORE else "soon"
        more = (f"and {len(rows) - _MOST_NAMED:,} more: see question 5",) if len(rows) > _MOST_NAMED else ()
        steps.append(
            Step(
                f"Talk, {early}, with those whose arrangement ends about what comes after. {first}",
                f"to talk, {early}, with those whose arrangements end within 12 months. {first}",
                weight=1,
                named=(*(_arrangement(row) for row in rows[:_MOST_NAMED]), *more),
            )
        )
    elif not soon:
        steps.append(Step(f"Write down what is funded, until when, and what it covers. {_nothing_recorded(paper)}"))
    steps += [Step(f"When funding is next agreed, ask whether it can cover all four. {line}") for line in covers]
    grants = _small_grants(paper)
    if len(_of_small_grants(paper, "wanted")):
        steps.append(Step(f"Find out who could give seed funding, or look after a small grant. {grants[0]}"))
    return tuple(steps)
