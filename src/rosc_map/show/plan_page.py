"""How many services to call (METHODS §1, "How many to contact"): a sentence, a chart and a table, about nobody."""

from pathlib import Path
from typing import TYPE_CHECKING

from rosc_map.errors import InputError
from rosc_map.records import counted, points
from rosc_map.show import _frame
from rosc_map.show.charts import Chart, plan_curve
from rosc_map.whole_file import write_atomic

if TYPE_CHECKING:  # the room of the linkage test takes long to load
    from rosc_map.linkage.plan import Plan

__all__ = ["plan_page", "write_plan"]

_READING = (
    "Each line is for one number of questions a call; the dot is the plan. A result of 50 %, give or take 10 points,"
    " means that the linkage is likely between 40 % and 60 %."
)


def plan_page(plan: "Plan", *, banner: str = "") -> str:
    """Return a plan as one HTML page that needs nothing else, and runs nothing.

    Parameters
    ----------
    plan
        What to show: it tells of nobody, so it needs no audience.
    banner
        The sentence that every page of the partnership has to carry, or "".
    """
    rows = [
        (
            counted(int(row["sources"]), "service"),
            f"{int(row['targets']):,}",
            f"{int(row['questions']):,}",
            points(row["half_width"]),
            f"{row['hours']:,.1f}",
        )
        for row in plan.table.to_dict("records")
    ]
    table = {
        "caption": "Other sizes of the test",
        "head": ("Services called", "Asked about others, each", "Questions", "Give or take", "Volunteer hours"),
        "rows": rows,
    }
    section = {
        "heading": "What it comes to",
        "paragraphs": (plan.sentence, plan.assumption),
        "points": (),
        "lead": True,
        "chart": _chart(plan),
        "reading": _READING,
        "table": table,
        "beside": True,
    }
    return _frame.page(
        _frame.template("charted.html"),
        styles=(_frame.static("page.css"), _frame.static("charted.css")),
        title="Planning a linkage test",
        banner=banner,
        made=f"Ashford-style. For an area with {counted(plan.frame, 'service')} that can be called.",
        sections=[section],
    )


def write_plan(plan: "Plan", path: Path, *, banner: str = "") -> Path:
    """Write a plan: the page (``.html``), or its chart alone (``.svg``, ``.png``), by the ending of the name.

    Raises
    ------
    InputError
        For another ending.
    FileProblem
        When the folder is missing or the file cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in (".html", ".htm", ".svg", ".png"):
        raise InputError(f"{path.name}: choose a name that ends in .html (a page), or .svg or .png (the chart alone).")
    if ending == ".png":
        return write_atomic(path, _chart(plan).png)
    return write_atomic(path, (_chart(plan).svg if ending == ".svg" else plan_page(plan, banner=banner)).encode())


def _chart(plan: "Plan") -> Chart:
    return plan_curve(plan.table, (plan.sources, plan.targets))
