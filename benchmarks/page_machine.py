"""The page docs/past-one-machine.md, from the figures of one_machine.py."""

import json
from pathlib import Path
from typing import Any

from rows import number

__all__ = ["TEMPLATES", "machine_page", "one_run", "quiet"]

TEMPLATES = Path(__file__).resolve().parent / "pages"
PARTNERSHIPS, EACH, CHANGES_A_YEAR = 153, 500, 6
"""Of England: its upper-tier authorities, and what is reckoned: assets in each, changes of an asset."""
_OFFICE_SECONDS = 250 * 8 * 3600
_FIELDS = {"task", "size", "cpu", "wall", "megabytes", "more", "at"}
_TASKS = {
    "import_assets": ("a table of assets is imported", "file_mb", "MB of file"),
    "open_and_read": ("the file is opened and all of it read", "", ""),
    "publish": ("what the public may see is worked out", "", ""),
    "draw_map": ("the map is written", "page_mb", "MB of page"),
    "gaps": ("the gaps of England, with sites, page and workbook", "files_mb", "MB of files"),
    "edit": ("changes, one by one", "bytes_a_change", "bytes a change"),
}
_DRAWN = {"draw_map": "the map", "gaps": "the gaps"}
"""What is stopped where it takes too long."""

_Cost = dict[str, Any]


def machine_page(path: Path) -> str:
    """Return the page, by the figures of a file."""
    about, costs = one_run(json.loads(path.read_text(encoding="utf-8")))
    by_task: dict[str, list[_Cost]] = {}
    for cost in costs:
        by_task.setdefault(cost["task"], []).append(cost)
    words = {**about, "quiet": quiet(float(about["others"])), "records": _records(by_task)}
    words |= _measured({task: found[-1] for task, found in by_task.items()})
    # The largest of which everything was measured.
    largest = min(by_task[task][-1]["size"] for task in _DRAWN)
    of_largest = {task: next(one for one in by_task[task] if one["size"] == largest) for task in _DRAWN}
    short = " and ".join(words for task, words in _DRAWN.items() if by_task[task][-1]["size"] < PARTNERSHIPS * EACH)
    words |= _for_england({task: found[-1] for task, found in by_task.items()} | of_largest, short)
    return (TEMPLATES / "past-one-machine.md").read_text(encoding="utf-8").format_map(words)


def one_run(read: dict[str, Any]) -> tuple[dict[str, Any], list[_Cost]]:
    """Return what is known of a run and its costs.

    Raises
    ------
    ValueError
        If a cost lacks a field, or the seconds show that they are not of one run: a task took longer than there was
        time since the one before, or was done when the run was over.
    """
    about, costs, before = read["about"], read["costs"], 0.0
    for cost in costs:
        name = f"{cost.get('task')} {cost.get('size')}"
        if set(cost) != _FIELDS:
            raise ValueError(f"{name}: a cost has {', '.join(sorted(_FIELDS))}, and this has {', '.join(sorted(cost))}")
        # A second, for rounding.
        if cost["wall"] > cost["at"] - before + 1 or cost["at"] > about["seconds"] + 1:
            raise ValueError(f"{name} took {cost['wall']:.0f} s: the seconds are not those of one run")
        before = cost["at"]
    if about["seconds"] > before + 60:
        raise ValueError(f"{about['seconds']} s, but the last cost is of second {before:.0f}: not one run")
    return about, costs


def quiet(others: float) -> str:
    """Say whether other programs ran meanwhile, and what of it."""
    if others <= 0.1:
        return "The machine was quiet."
    return (
        f"**It was not quiet: other programs used {others:.0%} of it meanwhile.** What the clock told is uncertain; "
        "CPU seconds are somewhat too many; memory holds."
    )


def _records(by_task: dict[str, list[_Cost]]) -> str:
    sizes = [cost["size"] for cost in by_task["import_assets"]]
    lines = [f"| | {' | '.join(f'{size:,} assets' for size in sizes)} |", "|---" * (len(sizes) + 1) + "|"]
    for task, (what, name, unit) in _TASKS.items():
        cells = []
        for one in by_task[task]:
            more = f"; {number(one['more'][name])} {unit}" if name else ""
            taken = f"{number(one['cpu'])} CPU s in {number(one['wall'])} s"
            cells.append(f"{taken}, {one['megabytes']:,.0f} MB{more}")
        # Only these two are stopped.
        cells += ["stopped after 60 s"] * (len(sizes) - len(cells))
        counted = f"{by_task[task][0]['size']:,} {what}" if task == "edit" else what
        lines.append(f"| {counted} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _measured(last: dict[str, _Cost]) -> dict[str, str]:
    """Return the words of the second table."""
    build, busy, work, writers = (last[task] for task in ("build_postcodes", "busy", "at work", "writers"))
    return {
        "postcodes": f"{build['more']['postcodes']:,.0f}",
        "build_cpu": number(build["cpu"]),
        "build_s": number(build["wall"]),
        "build_mb": f"{build['megabytes']:,.0f}",
        "index_mb": number(build["more"]["file_mb"]),
        "found": _round(last["look_up"]["more"]["a_second"]),
        "drawn": _round(last["replicates"]["more"]["a_second"]),
        "shuffled": _round(last["permutations"]["more"]["a_second"]),
        "web_assets": f"{busy['more']['assets']:,}",
        "busy": str(busy["size"]),
        "busy_s": number(busy["more"]["seconds"]),
        "busy_second": number(busy["more"]["a_second"]),
        "busy_p95": number(busy["more"]["p95_ms"]),
        "busy_cost": _of_a_request(busy),
        "work_cost": _of_a_request(work),
        "server_mb": f"{busy['megabytes']:,.0f}",
        "work": str(work["size"]),
        "work_s": number(work["more"]["seconds"]),
        "pause": number(work["more"]["pause"]),
        "work_second": number(work["more"]["a_second"]),
        "work_p50": number(work["more"]["p50_ms"]),
        "work_p95": number(work["more"]["p95_ms"]),
        "writers": str(writers["more"]["writers"]),
        "writes": number(writers["more"]["a_second"]),
        "write_ms": number(1000 * writers["cpu"] / writers["size"]),
        "write_db_ms": number(1000 * writers["more"]["database_cpu"] / writers["size"]),
        "write_bytes": number(writers["more"]["bytes_a_change"]),
    }


def _for_england(last: dict[str, _Cost], short: str) -> dict[str, str]:
    """Return the words of what is worked out from the two tables; ``short`` is what was not measured of so many."""
    assets, largest = PARTNERSHIPS * EACH, last["gaps"]["size"]
    busy, work, gaps, drawn, read = (last[task] for task in ("busy", "at work", "gaps", "draw_map", "open_and_read"))
    bytes_a_change = max(last[task]["more"]["bytes_a_change"] for task in ("edit", "writers"))
    # Of the two, the dearer; and as often as they asked who pause, or as their pauses alone would have them ask.
    request = max(map(_cpu_of_a_request, (busy, work)))
    each = max(work["more"]["requests"] / work["more"]["seconds"] / work["size"], 1 / work["more"]["pause"])
    people = max(int(1 / (request * each)), 1)
    cores = 2 * PARTNERSHIPS / people
    change_second = assets * CHANGES_A_YEAR / _OFFICE_SECONDS
    return {
        "partnerships": str(PARTNERSHIPS),
        "each": str(EACH),
        "assets": f"{assets:,}",
        "largest": f"{largest:,}",
        "beyond": _beyond(assets, last["import_assets"]["size"], largest, short),
        "read_cpu": number(read["cpu"]),
        "gaps_cpu": number(gaps["cpu"]),
        "gaps_gb": number(gaps["megabytes"] / 1000),
        "map_cpu": number(drawn["cpu"]),
        "map_gb": number(drawn["megabytes"] / 1000),
        "page_mb": number(drawn["more"]["page_mb"]),
        "changes": str(CHANGES_A_YEAR),
        "year_mb": number(assets * CHANGES_A_YEAR * bytes_a_change / 1e6),
        "change_second": number(change_second),
        "change_ten": number(10 * change_second),
        "imported": f"{last['import_assets']['size']:,}",
        "import_cpu": number(last["import_assets"]["cpu"]),
        "publish_cpu": number(last["publish"]["cpu"]),
        "carried": _carried(assets, last["import_assets"]["size"], short),
        "request_ms": number(1000 * request),
        "a_person": number(each),
        "people": f"{people:,}",
        "at_once": str(2 * PARTNERSHIPS),
        "needed": "less than one core" if cores < 1 else f"{number(cores)} cores",
        "servers_gb": number(PARTNERSHIPS * busy["megabytes"] / 1000),
    }


def _beyond(assets: int, imported: int, largest: int, short: str) -> str:
    """Say how far the measuring went beside what is reckoned."""
    if imported < assets:
        return f"were **not** measured: {imported:,} was the most"
    if short:
        return f"were measured ({imported:,}), but for {short}: there {largest:,} was the most"
    return f"are fewer than were measured: {largest:,}"


def _carried(assets: int, imported: int, short: str) -> str:
    """Say of what it was seen that one machine carries it."""
    if imported < assets:
        return "not known"
    return f"yes; of {short} of so many nobody knows" if short else "yes"


def _cpu_of_a_request(cost: _Cost) -> float:
    """Return the CPU seconds that a request took, with the database's part."""
    return float((cost["cpu"] + cost["more"]["database_cpu"]) / cost["more"]["requests"])


def _of_a_request(cost: _Cost) -> str:
    app, stored = (1000 * part / cost["more"]["requests"] for part in (cost["cpu"], cost["more"]["database_cpu"]))
    parts = f"{number(app)} in the app, {number(stored)} in the database"
    return f"{number(1000 * _cpu_of_a_request(cost))} CPU ms a request ({parts})"


def _round(value: float) -> str:
    """Return a number of many figures with two that count."""
    return f"{float(f'{value:.2g}'):,.0f}"
