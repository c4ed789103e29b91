"""The page docs/past-one-machine.md, from the figures of one_machine.py."""

import json
from pathlib import Path
from typing import Any

from rows import number

__all__ = ["TEMPLATES", "machine_page", "quiet"]

TEMPLATES = Path(__file__).resolve().parent / "pages"
PARTNERSHIPS, EACH, CHANGES_A_YEAR, A_PAGE_S = 153, 500, 6, 2
"""Of England: its upper-tier authorities, and what is reckoned: assets in each, changes of an asset, seconds a page."""
_OFFICE_SECONDS = 250 * 8 * 3600
_WEB_ASSETS = 10_000
_TASKS = {
    "import_assets": ("a table of assets is imported", "file_mb", "MB of file"),
    "open_and_read": ("the file is opened and all of it read", "", ""),
    "publish": ("what the public may see is worked out", "", ""),
    "draw_map": ("the map is written", "page_mb", "MB of page"),
    "gaps": ("the gaps of England, with sites, page and workbook", "files_mb", "MB of files"),
    "edit": ("changes, one by one", "bytes_a_change", "bytes a change"),
}

_Cost = dict[str, Any]


def machine_page(path: Path) -> str:
    """Return the page, by the figures of a file."""
    read = json.loads(path.read_text(encoding="utf-8"))
    about, costs = read["about"], read["costs"]
    by_task: dict[str, list[_Cost]] = {}
    for cost in costs:
        by_task.setdefault(cost["task"], []).append(cost)
    words = {**about, "quiet": quiet(float(about["others"])), "records": _records(by_task)}
    words |= _measured({task: found[-1] for task, found in by_task.items()})
    # The largest of which everything was measured.
    largest = by_task["gaps"][-1]["size"]
    sized = ("open_and_read", "draw_map")
    of_largest = {task: next(one for one in by_task[task] if one["size"] == largest) for task in sized}
    words |= _for_england({task: found[-1] for task, found in by_task.items()} | of_largest)
    return (TEMPLATES / "past-one-machine.md").read_text(encoding="utf-8").format_map(words)


def quiet(others: float) -> str:
    """Say whether other programs ran meanwhile, and what of it."""
    if others <= 0.1:
        return "The machine was quiet."
    return (
        f"**It was not quiet: other programs used {others:.0%} of it meanwhile.** What the clock told is uncertain; "
        "CPU seconds and memory hold."
    )


def _records(by_task: dict[str, list[_Cost]]) -> str:
    sizes = [cost["size"] for cost in by_task["import_assets"]]
    lines = [f"| | {' | '.join(f'{size:,} assets' for size in sizes)} |", "|---" * (len(sizes) + 1) + "|"]
    for task, (what, name, unit) in _TASKS.items():
        cells = []
        for one in by_task[task]:
            more = f"; {number(one['more'][name])} {unit}" if name else ""
            cells.append(f"{number(one['cpu'])} CPU s, {one['megabytes']:,.0f} MB{more}")
        cells += ["not measured"] * (len(sizes) - len(cells))
        counted = f"{by_task[task][0]['size']:,} {what}" if task == "edit" else what
        lines.append(f"| {counted} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _measured(last: dict[str, _Cost]) -> dict[str, str]:
    """Return the words of the second table."""
    build, busy, work, writers = (last[task] for task in ("build_postcodes", "busy", "at work", "writers"))
    return {
        "postcodes": f"{build['more']['postcodes']:,.0f}",
        "build_cpu": number(build["cpu"]),
        "build_mb": f"{build['megabytes']:,.0f}",
        "index_mb": number(build["more"]["file_mb"]),
        "found": _round(last["look_up"]["more"]["a_second"]),
        "drawn": _round(last["replicates"]["more"]["a_second"]),
        "shuffled": _round(last["permutations"]["more"]["a_second"]),
        "web_assets": f"{_WEB_ASSETS:,}",
        "busy": str(busy["size"]),
        "busy_second": number(busy["more"]["a_second"]),
        "busy_p95": number(busy["more"]["p95_ms"]),
        "app_ms": number(1000 * busy["cpu"] / busy["more"]["requests"]),
        "stored_ms": number(1000 * busy["more"]["database_cpu"] / busy["more"]["requests"]),
        "server_mb": f"{busy['megabytes']:,.0f}",
        "work": str(work["size"]),
        "a_page": str(A_PAGE_S),
        "work_second": number(work["more"]["a_second"]),
        "work_p50": number(work["more"]["p50_ms"]),
        "work_p95": number(work["more"]["p95_ms"]),
        "writers": "8",
        "writes": number(writers["more"]["a_second"]),
        "write_ms": number(1000 * writers["cpu"] / writers["size"]),
        "write_db_ms": number(1000 * writers["more"]["database_cpu"] / writers["size"]),
        "write_bytes": number(writers["more"]["bytes_a_change"]),
    }


def _for_england(last: dict[str, _Cost]) -> dict[str, str]:
    """Return the words of what is worked out from the two tables."""
    assets, largest = PARTNERSHIPS * EACH, last["gaps"]["size"]
    busy, gaps, drawn, read = (last[task] for task in ("busy", "gaps", "draw_map", "open_and_read"))
    bytes_a_change = max(last[task]["more"]["bytes_a_change"] for task in ("edit", "writers"))
    request = (busy["cpu"] + busy["more"]["database_cpu"]) / busy["more"]["requests"]
    people = max(int(A_PAGE_S / request / 10) * 10, 1)
    cores = 2 * PARTNERSHIPS / people
    return {
        "partnerships": str(PARTNERSHIPS),
        "each": str(EACH),
        "assets": f"{assets:,}",
        "largest": f"{largest:,}",
        "beyond": "are fewer than were measured"
        if largest >= assets
        else f"were **not** measured: {largest:,} was the most",
        "read_cpu": number(read["cpu"]),
        "gaps_cpu": number(gaps["cpu"]),
        "gaps_gb": number(gaps["megabytes"] / 1000),
        "map_cpu": number(drawn["cpu"]),
        "map_gb": number(drawn["megabytes"] / 1000),
        "page_mb": number(drawn["more"]["page_mb"]),
        "changes": str(CHANGES_A_YEAR),
        "year_mb": number(assets * CHANGES_A_YEAR * bytes_a_change / 1e6),
        "change_second": number(assets * CHANGES_A_YEAR / _OFFICE_SECONDS),
        "request_ms": number(1000 * request),
        "people": f"{people:,}",
        "at_once": str(2 * PARTNERSHIPS),
        "needed": "not one core" if cores < 1 else f"{number(cores)} cores",
        "servers_gb": number(PARTNERSHIPS * busy["megabytes"] / 1000),
    }


def _round(value: float) -> str:
    """Return a number of many figures with two that count."""
    return f"{float(f'{value:.2g}'):,.0f}"
