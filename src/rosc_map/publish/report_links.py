"""How well services are connected, for a board paper: recorded links, the linkage test, and whom to introduce."""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

import pandas as pd

from rosc_map.publish.gaps_types import GapsTable
from rosc_map.publish.linkage import round_rows, why_not_shown
from rosc_map.publish.report_basis import Answer, Paper, Step, dated
from rosc_map.records import Audience, counted, row_dicts

__all__ = ["connected", "connection_steps", "tested", "two_way_sentences", "two_way_table"]

_IN_THE_TEST = 4
"""The first sentences of a round: what the answered questions found, a way in, as a caller would meet it, bounds."""

_NO_TEST = "No linkage test has figures that may be shown here"
_NO_ANSWER = "No answer to the newest linkage test is recorded yet."
_WAYS = {"both": "Links in both directions", "one": "A link in one direction", "none": "None recorded"}


def connected(paper: Paper) -> Answer:
    """Say how services are connected: what is recorded, and what a test found."""
    test = tested(paper)
    why = _not_out_yet(paper)
    not_tested = f"{_NO_TEST} ({paper.today}), so how well pathways work is not known.{f' {why}' if why else ''}"
    recorded, two_way = _recorded(paper), two_way_sentences(paper)[:1]
    return Answer(
        sentences=(*recorded, *test),
        not_known=(*(() if test else (not_tested,)), *paper.on_the_day(paper.network.cautions)),
        steps=connection_steps(paper),
        in_short=(*((" ".join(_pair(test)),) if test else ()), *two_way) or recorded[:1],
    )


def _recorded(paper: Paper) -> tuple[str, ...]:
    """Return what is found of the links, up to the single points of failure: these tell of one service by name."""
    of_single_points = set(paper.network.said["single_points"])
    return paper.on_the_day(takewhile(lambda line: line not in of_single_points, paper.network.sentences))


def two_way_sentences(paper: Paper) -> tuple[str, ...]:
    """Say how many treatment and peer-led pairs refer to each other, in which directions, and what is not known."""
    return paper.on_the_day(paper.network.said["two_way"][1:])


def tested(paper: Paper) -> tuple[str, ...]:
    """Return what the newest round found, with the day of its calls: as answered, and as a caller would meet it."""
    found = paper.round
    if found is None:
        return ()
    when = f"{found.when[0].lower()}{found.when[1:]}" if found.when else ""
    name = f"linkage test {found.round}"
    first, *others = found.sentences[:_IN_THE_TEST]
    return (dated(first, f"{name}, {when}" if when else name), *(dated(line, when) for line in others))


def _not_out_yet(paper: Paper) -> str:
    """Say why the newest linkage test has no figures here yet; "" where there is none of which others know.

    A test that is drawn and not announced is known to coordinators alone.
    """
    audience, answered = paper.gaps.audience, set(paper.snapshot.answers["round"])
    known = [
        name
        for name in paper.snapshot.rounds["round"]
        if audience is Audience.INTERNAL or name in answered or round_rows(paper.snapshot, name).announced_on
    ]
    if not known:
        return ""
    return why_not_shown(paper.snapshot, known[-1], audience) if known[-1] in answered else _NO_ANSWER


def _pair(test: Sequence[str]) -> tuple[str, ...]:
    """Return the figure of the answered questions and the one that a caller would meet: one is not told alone."""
    first, *others = test
    return (first, *[line for line in others if "caller" in line][:1])


def two_way_table(paper: Paper) -> tuple[GapsTable, ...]:
    """Return how many pairs of a treatment service and a peer-led initiative refer to each other."""
    figures = paper.network.figures
    counts, pairs = figures["two_way_counts"], figures["two_way_pairs"]
    if not pairs:
        return ()
    rows = [(words, counts[code], pairs) for code, words in _WAYS.items()]
    table = pd.DataFrame(rows, columns=["way", "pairs", "of"], dtype=object)
    heads = {"way": "Treatment and peer-led", "pairs": "Pairs", "of": "Of pairs"}
    note = f"None recorded is not “no link”: it may be that nobody was asked ({paper.today})."
    return (GapsTable("two-way", "Two-way pathways", table, heads, (note,)),)


def connection_steps(paper: Paper) -> tuple[Step, ...]:
    """Return the first introductions, the other direction, asking whom nobody asked, and the test."""
    return (*_introductions(paper), *_other_direction(paper), *_ask(paper), *_test(paper))


def _introductions(paper: Paper) -> tuple[Step, ...]:
    """Return the introductions that this audience may read; each is an invitation to both."""
    found = row_dicts(paper.network.introductions)
    pairs = "the introduction" if len(found) == 1 else f"these {len(found):,} introductions"
    named = tuple(f"{row['from_name']} to {row['to_name']}" for row in found)
    agree = f"to make {pairs}, if both sides want it and it is not there already ({paper.today}).{_how_many(found)}"
    return tuple(
        Step(_introduction(paper, row) + (_how_many(found) if not place else ""), "" if place else agree, 6, named)
        for place, row in enumerate(found)
    )


def _introduction(paper: Paper, row: Mapping[str, Any]) -> str:
    ways = counted(row["gain"], "new way")
    return (
        f"Introduce {row['from_name']} to {row['to_name']}, if both want it: within two handoffs it would open {ways} "
        f"from a service to a type of support (of {counted(len(paper.network.positions), 'service')}; {paper.today})."
    )


def _how_many(introductions: Sequence[Mapping[str, Any]]) -> str:
    """Return whom to ask first where several introductions lead to one organisation: it may have room for fewer."""
    welcomed = {row["to_name"] for row in introductions}
    return f" Ask {welcomed.pop()} first how many it would welcome." if len(introductions) > len(welcomed) == 1 else ""


def _other_direction(paper: Paper) -> tuple[Step, ...]:
    figures = paper.network.figures
    one, pairs = figures["two_way_counts"]["one"], figures["two_way_pairs"]
    if not one:
        return ()
    have = "has" if one == 1 else "have"
    of = f"{one:,} of {pairs:,} pairs of a treatment service and a peer-led initiative"
    return (
        Step(
            f"Ask both sides about the way back: {of} {have} a link in one direction only ({paper.today}).",
            f"that treatment services and peer-led initiatives talk about the way back: {one:,} of {pairs:,} pairs "
            f"{have} a link in one direction only ({paper.today}).",
            weight=7,
        ),
    )


def _ask(paper: Paper) -> tuple[Step, ...]:
    if not paper.network.cautions:
        return ()
    known = next((line for line in paper.on_the_day(paper.network.said["known"]) if line.startswith("It is known")), "")
    return (Step(f"Ask services to whom they refer, and who refers to them. {known}".strip()),)


def _test(paper: Paper) -> tuple[Step, ...]:
    if paper.round is None:
        why = _not_out_yet(paper)
        if why:
            return (Step(f"Talk together about the linkage test when its results are out ({paper.today}). {why}"),)
        return (Step(f"Plan a linkage test. {_NO_TEST} ({paper.today})."),)
    linked = paper.round.figures["estimate"].iloc[0]  # of the answered questions
    if pd.isna(linked) or linked == 1:
        return ()
    return (
        Step(
            "Where a service did not know another, bring them together to tell each other what they do, then test "
            f"again. {' '.join(_pair(tested(paper)))} No service is to blame for an answer on one day."
        ),
    )
