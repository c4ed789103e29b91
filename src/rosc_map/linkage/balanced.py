"""The balanced draw: every contact is asked, and every asset is asked about equally often (METHODS §1, design 3)."""

import numpy as np
from numpy.typing import NDArray

from rosc_map.linkage.draw import Draw, PairRow, check_targets, pairs_table, short_notes
from rosc_map.linkage.frame import Frame
from rosc_map.linkage.random_keys import smallest, stream_of
from rosc_map.records import percent

__all__ = ["balanced", "even_out"]

Truths = NDArray[np.bool_]

_MUCH = 0.05
"""Where a larger share of the questions is moved, it is said: it could move the figure of the area by points."""


def balanced(frame: Frame, *, targets: int, seed: int) -> Draw:
    """Draw a round in which every contact is a source, and every asset a target as often as any other.

    It begins with the independent draw: for each contact m targets at random. Then single questions are moved from the
    assets that are asked about most to those that are asked about least, until no two differ by more than one, or no
    move is left (see :func:`even_out`). Rounds of derangements, each asset once as a source and once as a target in
    each, would come to the same where everybody may be asked about everybody else. But shared contacts, and
    organisations with several services, can make such a round impossible although the draw as a whole is possible;
    moving questions finds the nearest there is in every case.

    Parameters
    ----------
    frame
        The frame to draw from.
    targets
        m, from 1 to the largest number about which any contact may be asked. A contact with fewer is asked about all
        it has.
    seed
        A whole number from 0, below 2 to the power of 53. The same frame and seed give the same draw on every
        machine, for ever.

    Returns
    -------
    Draw
        The questions, with what there is to say about them; where exclusions keep the numbers apart, a note gives the
        least and the most. There are no reserves, for every contact is drawn already: what turns out to be closed
        drops out.

    Raises
    ------
    InputError
        When m or the seed is outside of what makes sense; the message gives the numbers.

    Notes
    -----
    Every choice is made by random keys alone, never by the order of the ids. So where everybody may be asked about
    everybody else, all pairs are alike, and each is drawn with probability m / M. With exclusions the draw leans
    towards the pairs that even it out: each asset still has its share of questions, but the pairs of one source are no
    longer all equally likely; where that concerns many, a note says so.

    References
    ----------
    METHODS §1, "Draw designs", 3. Harvey, N. J. A., Ladner, R. E., Lovász, L. and Tamir, T. (2006). Semi-matchings for
    bipartite graphs and load balancing. Journal of Algorithms 59(1), 53–78.

    Examples
    --------
    >>> from rosc_map.linkage import balanced, build_frame
    >>> found = balanced(build_frame(held.assets), targets=3, seed=2028)
    >>> found.pairs["target"].value_counts().agg(["min", "max"]).tolist()
    [2, 3]
    """
    stream = stream_of(seed)
    check_targets(frame, targets)
    # Both orders are random, so "the first" of several that would do is one of them at random.
    sources = smallest(stream, len(frame.contacts), len(frame.contacts))
    assets = smallest(stream, len(frame.ids), len(frame.ids))
    column = {frame.ids[place]: number for number, place in enumerate(assets)}
    may = np.zeros((len(sources), len(assets)), dtype=np.bool_)
    asked = np.zeros_like(may)
    for row, place in enumerate(sources):
        eligible = np.array([column[target] for target in frame.eligible(frame.contacts[place])])
        may[row, eligible] = True
        asked[row, eligible[smallest(stream, len(eligible), targets)]] = True
    asked = even_out(asked, may)

    row_of = {place: row for row, place in enumerate(sources)}
    rows: list[PairRow] = []
    for place, source in enumerate(frame.contacts):
        chosen = sorted(frame.ids[assets[number]] for number in np.flatnonzero(asked[row_of[place]]))
        # New keys for the order to ask in: what was moved should not always come last.
        order = smallest(stream, len(chosen), len(chosen))
        rows += [(source, chosen[pick], frame.eligible_counts[place], "", None, None, 0, 0) for pick in order]
    return Draw(
        design="balanced",
        seed=seed,
        sources=len(frame.contacts),
        targets=targets,
        frame_sha256=frame.sha256,
        pairs=pairs_table(rows),
        notes=(*short_notes(frame.eligible_counts, targets), *_notes(asked, may)),
    )


def even_out(asked: Truths, may: Truths) -> Truths:
    """Move single questions until every target is asked about as often as any other, or as nearly as can be.

    Parameters
    ----------
    asked
        Which source (row) is asked about which target (column), shape (sources, targets).
    may
        Which may be, of the same shape; nothing else is asked.

    Returns
    -------
    array of bool
        As ``asked``, each row with as many questions as before, and the columns as even as they can be: the most is
        as small, and the least as large, as in any other choice. Of several moves that would do, the first by row and
        column is taken; give both in random order.

    Notes
    -----
    A move follows a path: a source drops the target that is asked about too often and takes another; where that is no
    gain yet, a second source drops that one and takes a third, and so on. Where a breadth-first search finds no path
    from the most used target to one used at least two times less, nothing it reaches can be mended: no question of
    theirs can go elsewhere, and no path from a target used less can gain by ending there. All these are settled, and
    the rest goes on without them. In the end no such path is left anywhere, and by the max-flow argument no other
    choice is more even.
    """
    asked = asked.copy()
    uses = asked.sum(axis=0)
    settled = np.zeros(len(uses), dtype=np.bool_)
    while len(free := np.flatnonzero(~settled)) and np.ptp(uses[free]) > 1:
        start = int(free[np.argmax(uses[free])])
        end, before, through = _search(asked, may, uses, settled, start)
        if end is None:
            settled[start] = True
            settled |= before >= 0
            continue
        uses[start] -= 1
        uses[end] += 1
        while end != start:
            asked[through[end], [before[end], end]] = False, True
            end = int(before[end])
    return asked


def _search(
    asked: Truths, may: Truths, uses: NDArray[np.int_], settled: Truths, start: int
) -> tuple[int | None, NDArray[np.intp], NDArray[np.intp]]:
    """Search for the nearest target used at least two times less than the start, and among these the least used.

    Return it, or None; and for each target that was reached the one before it on the way and the source that would
    change from that one to this, −1 elsewhere.
    """
    before = np.full(len(uses), -1, dtype=np.intp)
    through = before.copy()
    new = ~settled
    new[start] = False
    queue = [start]
    for target in queue:
        holders = np.flatnonzero(asked[:, target])
        could = may[holders] & ~asked[holders] & new
        reached = np.flatnonzero(could.any(axis=0))
        before[reached], through[reached] = target, holders[could[:, reached].argmax(axis=0)]
        gain = reached[uses[reached] <= uses[start] - 2]
        if len(gain):
            return int(gain[np.argmin(uses[gain])]), before, through
        new[reached] = False
        queue += reached.tolist()
    return None, before, through


def _notes(asked: Truths, may: Truths) -> tuple[str, ...]:
    notes = []
    uses = asked.sum(axis=0)
    if np.ptp(uses) > 1:
        why = "Nobody is asked about their own organisation or contact, so not all services can be asked about as often"
        notes.append(f"{why}: {uses.min()} times at least, {uses.max()} times at most.")
    # How often the independent draw would ask about each, and how far in all that lies above an even share.
    expected = (asked.sum(axis=1) / may.sum(axis=1)) @ may
    moved = float(np.maximum(expected - expected.mean(), 0).sum() / expected.sum())
    if moved > _MUCH:
        notes.append(
            "Services of large organisations or with a shared contact can be asked about by fewer others. To ask about"
            f" all equally often, about {percent(moved)} of the questions are other than chance would have them, and"
            " the figure for the whole area leans that way. For that figure, the independent design is the better one."
        )
    return tuple(notes)
