"""The papers of one page: are the links real, and what is there and ends soon. Each is short enough for one A4 page."""

from dataclasses import replace

from rosc_map.publish.report_basis import Answer, Paper
from rosc_map.publish.report_links import connected, connection_steps, tested, two_way_sentences, two_way_table
from rosc_map.publish.report_planning import funding_and_growth, six_types_tables, type_steps, types_not_known

__all__ = ["coverage_page", "ending_page", "linkage_page"]

_MOST_ROWS = 10
_MOST_NOT_KNOWN = 2
_MOST_STEPS = 4


def linkage_page(paper: Paper) -> Answer:
    """Say what the newest test found, how treatment and peer-led initiatives refer to each other, whom to introduce."""
    whole = connected(paper)
    found = tested(paper)
    return Answer(
        sentences=(*found, *two_way_sentences(paper)) or whole.sentences[:1],
        not_known=whole.not_known[:_MOST_NOT_KNOWN],
        steps=connection_steps(paper)[:_MOST_STEPS],
        tables=two_way_table(paper),
        pictures=("linkage", "handoff_chart"),
        in_short=whole.in_short,
    )


def coverage_page(paper: Paper) -> Answer:
    """Say which of the six types are there, and where it is not known."""
    return Answer(
        sentences=paper.said("six_types"),
        not_known=(*types_not_known(paper), *paper.cautions("six_types"))[:_MOST_NOT_KNOWN],
        steps=type_steps(paper),
        tables=six_types_tables(paper),
        pictures=("six_types",),
        in_short=paper.said("six_types")[-1:],
    )


def ending_page(paper: Paper) -> Answer:
    """Say what funding ends within 12 months; for the public, that it is in another paper."""
    whole = funding_and_growth(paper)
    tables = tuple(
        replace(table, table=table.table.head(_MOST_ROWS), notes=(*table.notes, _cut(len(table.table))))
        if len(table.table) > _MOST_ROWS
        else table
        for table in whole.tables
        if table.key == "ending"
    )
    return replace(
        whole,
        sentences=whole.sentences[:1],
        not_known=whole.not_known[:_MOST_NOT_KNOWN],
        steps=whole.steps[:1],
        tables=tables,
    )


def _cut(rows: int) -> str:
    return f"The first {_MOST_ROWS} of {rows:,} by the day of ending; all are in the board paper."
