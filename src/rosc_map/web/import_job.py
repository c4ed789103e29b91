"""An import in a process of its own: it is told what to do in JSON, and says in JSON what it did or would do.

A file that somebody hands in may be as large and as odd as our readers allow. Here it costs nobody else their page.
"""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import rosc_map
from rosc_map.errors import RoscMapError, RowProblem, RowsRejected
from rosc_map.partnership import ImportResult

__all__ = ["main"]

_MOST_ROWS = 200
"""Rows of each table that are shown; how many there are is always said."""


def main() -> None:
    """Do what standard input says, and print what came of it."""
    print(json.dumps(_done(json.load(sys.stdin)), default=str))  # noqa: T201 - it is what the server reads


def _done(task: dict[str, Any]) -> dict[str, Any]:
    try:
        partnership = rosc_map.open(task["target"], who=task["who"])
        return _told(partnership.import_(task["file"], task["record"], **task["options"]))
    except RowsRejected as error:
        return {"why": str(error), "problems": _table(_problem_rows(error.problems))}
    except RoscMapError as error:
        return {"why": str(error)}


def _told(result: ImportResult) -> dict[str, Any]:
    parts = [result, *result.beside.values()]
    changes = [(c.row, c.asset, c.field, c.before, c.after) for part in parts for c in part.changes]
    did = [part for part in parts if part.added or part.changes or part.left or part.refused] or parts[:1]
    whys = Counter(row.why for row in result.left_out).most_common()
    return {
        "why": "",
        "counted": [f"{part.noun.capitalize()}s: {part.counted}." for part in did],
        "does_something": any(part.added or part.changes for part in parts),
        "refused": len(result.refused),
        "said": [*result.said, *(f"{n.value} {n.why} {n.what_to_do}".strip() for n in result.warnings if not n.row)],
        "unknown": list(result.unknown_columns),
        "changes": _table(changes),
        "problems": _table(_problem_rows(result.problems)),
        "warnings": _table(_problem_rows([note for note in result.warnings if note.row])),
        "skipped": _table(result.skipped),
        "left_out": _table([(f"{count:,}", why) for why, count in whys]),
        "gone": _table(result.gone),
    }


def _problem_rows(problems: Sequence[RowProblem]) -> list[tuple[Any, ...]]:
    return [(p.row, p.column, p.value, p.why, p.what_to_do) for p in sorted(problems, key=lambda each: each.row)]


def _table(rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    return {"rows": [list(row) for row in rows[:_MOST_ROWS]], "all": len(rows)}


if __name__ == "__main__":
    main()
