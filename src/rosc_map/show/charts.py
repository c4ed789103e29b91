"""The charts of the linkage test (METHODS §1), each with the same in words; drawn by matplotlib, and by nothing else.

Words stand above what they tell of and not beside it, so that a chart can be read at the width of a telephone. No
meaning hangs on a colour: each share is written, and lines differ in their dashes.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rosc_map.records import counted, percent
from rosc_map.show._drawing import BLUE, GRID, INK, LINE, QUIET, SMALL, TYPE, WIDTH, Chart, Sheet, drawing, wrapped
from rosc_map.show._shares import known, share_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["SIDES", "Chart", "funnel", "heat_map", "interval_plot", "plan_curve"]

SIDES = {"knows": "Knows others", "is known": "Is known by others"}
"""The two sides of a service in a linkage test, in words."""

_CENTRED: Any = {"ha": "center", "va": "center_baseline"}
_EDGE, _SCALE = 24.0, (0, 0.25, 0.5, 0.75, 1)
_PALE, _DEEP = np.array([0xE6, 0xF0, 0xF7]), np.array([0x08, 0x3A, 0x63])
_DASHES = ("solid", (0, (6, 2)), (0, (2, 1.5)), (0, (7, 2, 1.5, 2)), (0, (10, 3)), (0, (1, 1)))
_COLOURS = (BLUE, "#9a3b00", "#2b6531", "#66339a", "#4d4d4d", "#8a1550")


# --- one figure a line ------------------------------------------------------------------------------------------------


def interval_plot(figures: pd.DataFrame, *, foot: str = "") -> Chart:
    """Draw shares as points with their 95 % intervals, and bounds as thin lines.

    Parameters
    ----------
    figures
        ``label``, ``estimate``, ``low``, ``high`` (shares of 1, or missing), ``of`` (the denominator in words), as
        :class:`rosc_map.publish.round_types.PublishedRound` has them.
    foot
        What the picture for slides is of, since it is shown without its page.
    """
    rows = figures.to_dict("records")
    labels = [wrapped(str(row["label"]), 46) for row in rows]
    words = [share_words(row["estimate"], row["low"], row["high"]) for row in rows]
    heights = [LINE * (len(label) + 1) + 26 for label in labels]
    with drawing():
        sheet = Sheet("What the test found, with 95 % intervals", foot, sum(heights) + 20)
        y = sheet.top
        for row, label, share, height in zip(rows, labels, words, heights, strict=True):
            sheet.write(14, y, "\n".join(label), linespacing=1.15)
            sheet.write(14, y + LINE * len(label), share, weight="bold")
            _share_lines(sheet, y + height - 23, y + height - 5)
            _interval(sheet, y + height - 14, *(known(row[name]) for name in ("estimate", "low", "high")))
            y += height
        for mark in _SCALE:
            sheet.write(_at(mark), y, percent(mark), ha="center", size=SMALL)
        said = [f"{row['label']}: {share}, of {row['of']}." for row, share in zip(rows, words, strict=True)]
        return sheet.finish(" ".join(["Shares, with their 95 % intervals in brackets.", *said]))


def _at(share: float) -> float:
    return _EDGE + share * (WIDTH - 2 * _EDGE)


def _share_lines(sheet: Sheet, top: float, bottom: float) -> None:
    for share in _SCALE:
        sheet.paper.plot([_at(share)] * 2, [top, bottom], color=GRID, linewidth=0.8, zorder=0)


def _interval(sheet: Sheet, y: float, estimate: float | None, low: float | None, high: float | None) -> None:
    bounds = estimate is None
    if low is not None and high is not None:
        look = {"linewidth": 1.5, "marker": "|", "markersize": 9} if bounds else {"linewidth": 5, "alpha": 0.55}
        sheet.paper.plot([_at(low), _at(high)], [y, y], color=BLUE, solid_capstyle="butt", **look)
    if estimate is not None:
        # A share without an interval is hollow: nothing says how sure it is.
        inside = "white" if low is None or high is None else BLUE
        sheet.paper.plot(_at(estimate), y, "o", markersize=10, markeredgecolor=BLUE, markerfacecolor=inside, mew=2)


# --- type by type -----------------------------------------------------------------------------------------------------


def heat_map(between_types: pd.DataFrame, *, foot: str = "") -> Chart:
    """Draw linkage from each asset type to each other: one hue, the share written in each cell.

    What was not asked is not a low share: cells with too few answers and pairs that were not tested are hatched, and
    say so.

    Parameters
    ----------
    between_types
        ``from_type``, ``to_type`` (words), ``answered``, ``share``, ``note``; one row an ordered pair.
    foot
        As for :func:`interval_plot`.
    """
    types = [str(name) for name in dict.fromkeys([*between_types["from_type"], *between_types["to_type"]])]
    cells = {(str(row["from_type"]), str(row["to_type"])): row for row in between_types.to_dict("records")}
    with drawing():
        sheet = Sheet("How well types of service know each other", foot, 40 + 58 * len(types))
        width = (WIDTH - 28) / max(1, len(types))
        sheet.write(14, sheet.top, "Each row was asked about each numbered column", size=SMALL)
        for column in range(len(types)):
            sheet.write(14 + width * (column + 0.5), sheet.top + 20, f"{column + 1}", ha="center", size=SMALL)
        for place, start in enumerate(types):
            y = sheet.top + 38 + 58 * place
            sheet.write(14, y, wrapped(f"{place + 1}  {start}", 50, most=1)[0], size=SMALL)
            for column, end in enumerate(types):
                row = cells.get((start, end), {"share": None, "note": "not tested"})
                _cell(sheet, 14 + width * column, y + 16, width, known(row["share"]), str(row["note"]))
        return sheet.finish(_heat_text(between_types))


def _cell(sheet: Sheet, x: float, y: float, width: float, share: float | None, note: str) -> None:
    from matplotlib.patches import Rectangle

    fill = "#ffffff" if share is None else shade(share)
    hatch = None if share is not None else {"too few": "///"}.get(note, "..")
    box = Rectangle((x, y), width, 32, facecolor=fill, edgecolor="#8a8a8a" if hatch else "white", hatch=hatch)
    sheet.add(box)
    words = (note or "not known") if share is None else percent(share)
    # Two short lines fit a narrow cell; a per cent sign stays with its number.
    lines = words.removesuffix(" %").replace(" ", "\n") + (" %" if words.endswith(" %") else "")
    behind = {"boxstyle": "square,pad=0.1", "facecolor": fill, "edgecolor": "none"}
    size = TYPE if width >= 45 and "\n" not in lines else SMALL - 0.5
    look = {"size": size, "color": ink_on(fill), "bbox": behind, "linespacing": 1.0}
    sheet.write(x + width / 2, y + 16, lines, ha="center", va="center", **look)


def shade(share: float) -> str:
    """Return the colour of a share, from pale (none) to deep (all), in one hue."""
    return "#" + "".join(f"{round(part):02x}" for part in _PALE + (_DEEP - _PALE) * share)


def ink_on(colour: str) -> str:
    """Return black or white, whichever can be read better on a colour (WCAG 2.2: at least 4.5 to 1)."""
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    light = float(linear @ [0.2126, 0.7152, 0.0722])
    return "#000000" if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else "#ffffff"


def _heat_text(table: pd.DataFrame) -> str:
    shares = [share for share in map(known, table["share"]) if share is not None]
    few, never = (int((table["note"] == note).sum()) for note in ("too few", "not tested"))
    found = f"{len(shares)} have a share"
    if shares:
        found += f", from {percent(min(shares))} to {percent(max(shares))}"
    return (
        f"{counted(len(table), 'ordered pair')} of types, {counted(int(table['answered'].sum()), 'answered question')}"
        f" in all: {found}. Too few answers: {few}. Not tested, which is not the same as no link: {never}."
    )


# --- services, unnamed ------------------------------------------------------------------------------------------------


def funnel(points: pd.DataFrame, *, foot: str = "") -> Chart:
    """Draw each service's share against its number of questions, without a name, between the lines of chance.

    The lines hold 95 % of services if all had the overall share and only chance made them differ (binomial).

    Parameters
    ----------
    points
        ``side`` ("knows", "is known"), ``questions``, ``share`` (raw, of 1).
    foot
        As for :func:`interval_plot`.

    References
    ----------
    Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance. Statistics in Medicine 24(8).
    """
    told = points[points["share"].notna() & (points["questions"] > 0)]
    sides = [side for side in SIDES if (told["side"] == side).any()]
    said = []
    with drawing():
        sheet = Sheet("Services, unnamed, and what chance does", foot, 222 * len(sides))
        for place, side in enumerate(sides):
            y = sheet.top + 222 * place
            sheet.write(14, y, SIDES[side], weight="bold")
            axes = sheet.axes(52, y + 24, WIDTH - 70, 152)
            said.append(_funnel_panel(axes, SIDES[side], told[told["side"] == side]))
        return sheet.finish(" ".join(said) or "No service has answered a question.")


def _funnel_panel(axes: "Axes", side: str, table: pd.DataFrame) -> str:
    """Draw one side and return it in words."""
    questions, shares = table["questions"].to_numpy(int), table["share"].to_numpy(float)
    overall = float(questions @ shares / questions.sum())
    numbers = np.arange(1, questions.max() + 1)
    low, high = _chance(numbers, overall)
    axes.plot(numbers, low, numbers, high, color=QUIET, linestyle="dashed", linewidth=1.2)
    axes.axhline(overall, color=QUIET, linewidth=1.2)
    places = table.groupby(["questions", "share"]).size().reset_index(name="count")
    for at, share, count in places.itertuples(index=False):
        many = count > 1
        axes.scatter(at, share, s=min(150 + 10 * count, 260) if many else 45, color=BLUE, zorder=3, clip_on=False)
        if many:
            axes.text(at, share, str(count), zorder=4, color="white", size=SMALL - 1, weight="bold", **_CENTRED)
    axes.set_xlim(0.5, numbers[-1] + 0.5)
    axes.set_ylim(-0.04, 1.04)
    axes.set_yticks([0, 0.5, 1], [percent(share) for share in (0, 0.5, 1)])
    _count_along(axes, "questions answered")
    outside = int(((shares < low[questions - 1] - 1e-9) | (shares > high[questions - 1] + 1e-9)).sum())
    return (
        f"{side}: {counted(len(table), 'service')}, {counted(int(questions.sum()), 'answered question')},"
        f" {percent(overall)} overall; {outside} of {len(table)} outside the lines, where chance alone would put"
        " at most about one in twenty."
    )


def _chance(numbers: NDArray[np.int_], share: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends between which a share of so many questions lies in 95 of 100 cases, or more."""
    from scipy import stats

    return stats.binom.ppf(0.025, numbers, share) / numbers, stats.binom.ppf(0.975, numbers, share) / numbers


# --- before anyone rings ----------------------------------------------------------------------------------------------


def plan_curve(table: pd.DataFrame, chosen: tuple[int, int]) -> Chart:
    """Draw how sure the result would be against how many services are called, a line for each number of questions.

    Parameters
    ----------
    table
        ``sources``, ``targets`` (questions each), ``half_width`` (a share of 1, or missing).
    chosen
        The ``(sources, targets)`` to mark.
    """
    told = table[table["half_width"].notna()].sort_values(["targets", "sources"])
    with drawing():
        sheet = Sheet("How sure the result would be", "", 324)
        sheet.write(14, sheet.top, "Give or take so many points: lower is surer", size=SMALL)
        axes = sheet.axes(52, sheet.top + 26, WIDTH - 128, 252)
        ends = []
        for place, (targets, line) in enumerate(told.groupby("targets")):
            colour, dashes = _COLOURS[place % len(_COLOURS)], _DASHES[place % len(_DASHES)]
            points = 100 * line["half_width"].astype(float)
            axes.plot(line["sources"], points, linewidth=2, color=colour, linestyle=dashes)
            ends.append((float(points.iloc[-1]), f"{targets} each", colour))
        for value in _chosen(told, chosen):
            axes.plot(chosen[0], value, "o", color=INK, markersize=10, zorder=4)
            words = f"{counted(chosen[0], 'service')}, {chosen[1]} each:\n± {value:.0f} points"
            # Up right there is room: all lines fall.
            leader = {"arrowstyle": "-", "color": QUIET}
            axes.annotate(
                words, (chosen[0], value), (1, 1), textcoords="axes fraction", ha="right", va="top", arrowprops=leader
            )
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter("± {x:.0f}")
        _count_along(axes, "services called")
        _label_ends(axes, ends)
        return sheet.finish(_plan_text(told, chosen))


def _count_along(axes: "Axes", what: str) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    axes.set_xlabel(what, size=SMALL)


def _chosen(table: pd.DataFrame, chosen: tuple[int, int]) -> list[float]:
    """Return the half-width of the plan in points, if the table has it."""
    here = (table["sources"] == chosen[0]) & (table["targets"] == chosen[1])
    return [100 * float(value) for value in table.loc[here, "half_width"]]


def _label_ends(axes: "Axes", ends: Sequence[tuple[float, str, str]]) -> None:
    """Write beside each line what it is, low ones first, each clear of the one below."""
    right = axes.get_xlim()[1]
    apart = 16 / 252 * axes.get_ylim()[1]
    free = 0.0
    for height, words, colour in sorted(ends):
        free = max(height, free)
        axes.text(right, free, f" {words}", color=colour, size=SMALL, va="center", clip_on=False)
        free += apart


def _plan_text(table: pd.DataFrame, chosen: tuple[int, int]) -> str:
    who, whom = counted(chosen[0], "service"), counted(chosen[1], "other")
    here = [f"Marked: {who}, {whom} each: give or take {value:.0f} points." for value in _chosen(table, chosen)]
    return " ".join(here + [_line_text(line) for _, line in table.groupby("targets")])


def _line_text(line: pd.DataFrame) -> str:
    few, many = ((int(line["sources"].iloc[at]), 100 * line["half_width"].iloc[at]) for at in (0, -1))
    each = counted(int(line["targets"].iloc[0]), "other")
    return (
        f"{each} each: from give or take {few[1]:.0f} points with {few[0]:,} services called to {many[1]:.0f} with"
        f" {many[0]:,}."
    )
