"""The first question: whether people with lived experience are respected and autonomous members.

Seats are counted, views stand side by side: nothing is averaged and nothing is scored (METHODS §3.4).
"""

from dataclasses import replace

from rosc_map.publish.gaps_types import GapsTable
from rosc_map.publish.report_basis import Answer, Paper, Step, listed, with_a_view
from rosc_map.records import counted, label, row_dicts

__all__ = ["partners"]

_NOT_HERE = "The views and seats are in the partnership's own paper, not in this one."
_LADDER, _QUESTIONS = "participation_ladder", "five_questions"
_LIVED = "people with lived experience or a LERO"
_OF_ALL = {"with_vote": "Held seats with a vote", "expenses_paid": "Held seats with expenses paid"}
_OF_THEIRS = "Votes and expenses of the seats held by people with lived experience are in the sentences of this part."
_NOTHING_YET = "who sits where, and how groups see it, is not known."


def partners(paper: Paper) -> Answer:
    """Say who sits at the table, and how groups see it, side by side; nothing of it is for the public."""
    if not paper.for_partners:
        return Answer((_NOT_HERE,))
    said = (*paper.said("seats"), *paper.views_said(_LADDER), *paper.views_said(_QUESTIONS))
    return Answer(
        sentences=said or (f"No seat and no view is recorded yet ({paper.today}): {_NOTHING_YET}",),
        not_known=(
            *_not_known(paper),
            *paper.cautions("seats"),
            *paper.views_left_out(_LADDER),
            *paper.views_left_out(_QUESTIONS),
        ),
        steps=(*_seat_steps(paper), *_ladder_steps(paper)),
        tables=(*map(_of_all_seats, paper.tables("seats", "seats")), *paper.views(_LADDER), *paper.views(_QUESTIONS)),
        in_short=(" ".join((_seats_in_short(paper), *_views_differ(paper))),),
    )


def _of_all_seats(seats: GapsTable) -> GapsTable:
    """Return the table of seats with heads that say of which seats its votes and expenses are."""
    return replace(seats, heads={**seats.heads, **_OF_ALL}, notes=(*seats.notes, _OF_THEIRS))


def _seats_in_short(paper: Paper) -> str:
    """Say in one sentence how many seats people with lived experience hold, in all structures and in each."""
    seats = paper.table("seats", "seats")
    if seats is None:
        return f"No seat in the partnership is recorded yet ({paper.today}), so who has a say is not known."
    rows = row_dicts(seats.table)
    lived, of = (sum(row[name] for row in rows) for name in ("lived_experience", "seats"))
    held = f"{lived:,} of {counted(of, 'seat')} {'is' if lived == 1 else 'are'} held by {_LIVED}"
    each = listed([f"{row['structure']} {row['lived_experience']} of {row['seats']}" for row in rows], most=4)
    return f"{held}: {each} ({paper.today})."


def _views_differ(paper: Paper) -> tuple[str, ...]:
    """Say of each ladder that is shown on how many rungs the groups see it differently, without a mark."""
    said = []
    for grid in paper.views(_LADDER):
        differ, several = _differing(grid)
        if several:
            rungs = f"on {differ:,} of {counted(several, 'rung')} of which two or more groups gave one"
            said.append(f"{grid.title}. Views differ {rungs} ({paper.today}).")
    return tuple(said)


def _differing(grid: GapsTable) -> tuple[int, int]:
    """Return on how many rungs views differ, and of how many two or more groups gave one."""
    views = grid.table[list(with_a_view(grid))].where(with_a_view(grid))
    several = views[views.notna().sum(axis=1) > 1]
    return int((several.nunique(axis=1) > 1).sum()), len(several)


def _not_known(paper: Paper) -> tuple[str, ...]:
    found = [] if paper.part("seats").tables else [f"No seat is recorded ({paper.today})."]
    grids = paper.views(_LADDER)
    if not grids:
        return (*found, f"No group's view on the participation ladder is recorded ({paper.today}).")
    return (*found, *(line for grid in grids for line in _silent(paper, grid)))


def _silent(paper: Paper, grid: GapsTable) -> tuple[str, ...]:
    """Say which of the guidance's groups gave no view on a ladder."""
    silent, of = _without_a_view(grid)
    if not silent:
        return ()
    groups = f"{len(silent)} of {of} groups ({paper.today}): {listed(silent)}"
    return (f"{grid.title}. No view is recorded of {groups}.",)


def _without_a_view(grid: GapsTable) -> tuple[list[str], int]:
    """Return the guidance's groups that gave no view, and how many groups there are."""
    spoke = with_a_view(grid).any()
    return [label("group_asked", code) for code in spoke.index[~spoke]], len(spoke)


def _seat_steps(paper: Paper) -> tuple[Step, ...]:
    seats = paper.table("seats", "seats")
    if seats is None:
        return (
            Step(
                f"Write down who sits where: no seat is recorded ({paper.today}). What kind of organisation holds it "
                "is enough, never who the person is."
            ),
        )
    table = seats.table
    vacant, lived, of = (int(table[name].sum()) for name in ("vacant", "lived_experience", "seats"))
    steps = []
    if vacant:
        free = f"{vacant:,} of {counted(of, 'seat')} {'is' if vacant == 1 else 'are'} free ({paper.today})"
        steps.append(
            Step(
                f"{free}: ask people with lived experience and lived experience initiatives whether one of them would "
                "like it, with a vote and with expenses paid.",
                f"to offer seats that are free to people with lived experience first ({vacant:,} of {of:,}, "
                f"{paper.today}).",
                weight=2,
            )
        )
    without = [str(name) for name in table.loc[table["lived_experience"] == 0, "structure"]]
    if without:
        groups = f"{len(without):,} of {len(table):,} groups and boards ({paper.today})"
        steps.append(
            Step(
                f"Ask people with lived experience whether they would like a seat where they hold none: in {groups}: "
                f"{listed(without)}.",
                f"to offer people with lived experience a seat, with a vote and with expenses paid, in {groups}.",
                weight=2,
            )
        )
    vote, paid = (int(table[name].sum()) for name in ("lived_with_vote", "lived_expenses_paid"))
    if min(vote, paid) < lived:
        steps.append(
            Step(
                f"Of {counted(lived, 'seat')} held by {_LIVED}, a vote is recorded for {vote:,} and paid expenses for "
                f"{paid:,} ({paper.today}): ask those who sit there whether they have the vote that they want, and "
                "have their expenses paid without delay."
            )
        )
    return tuple(steps)


def _ladder_steps(paper: Paper) -> tuple[Step, ...]:
    grids = paper.all_views(_LADDER)
    if not grids:
        return (
            Step(
                "Talk through the guidance's participation ladder with the partnership's groups, services, lived "
                f"experience initiatives and people in treatment: no view is recorded ({paper.today})."
            ),
        )
    differing = [(grid.title, *_differing(grid)) for grid in grids]
    apart = [f"{title}: {number} of {counted(of, 'rung')}" for title, number, of in differing if number]
    silent = [(grid.title, *_without_a_view(grid)) for grid in grids]
    unasked = [f"{title}: {len(groups)} of {of} groups" for title, groups, of in silent if groups]
    steps = []
    if apart:
        steps.append(Step(f"Talk together about the rungs where views differ ({paper.today}). {_joined(apart)}"))
    if unasked:
        steps.append(Step(f"Ask the groups that gave no view yet ({paper.today}). {_joined(unasked)}"))
    return tuple(steps)


def _joined(found: list[str], most: int = 4) -> str:
    """Return what was found of each grid of views as a sentence; of many grids the first, and how many more."""
    more = [f"and {len(found) - most:,} more, of {len(found):,}"] if len(found) > most else []
    return f"{'; '.join([*found[:most], *more])}."
