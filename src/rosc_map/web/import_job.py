"""An import in a process of its own: it is told what to do in JSON, and says in JSON what it did or would do.

A file that somebody hands in may be as large and as odd as our readers allow. Here it costs nobody else their page.
"""

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import rosc_map
from rosc_map.errors import RoscMapError, RowProblem, RowsRejected
from rosc_map.exchange import read_table
from rosc_map.partnership import ImportResult, Partnership
from rosc_map.partnership.record_names import RECORDS
from rosc_map.records import Asset, Record, match_headers
from rosc_map.store import KEYS

__all__ = ["main"]

_MOST_ROWS = 200
"""Rows of each table that are shown; how many there are is always said."""

_MOST_NAMED = 50
"""Of what is added and changed, which may be all of a long file."""


def main() -> None:
    """Do what standard input says, and print what came of it."""
    print(json.dumps(_done(json.load(sys.stdin)), default=str))  # noqa: T201 - it is what the server reads


def _done(task: dict[str, Any]) -> dict[str, Any]:
    try:
        partnership = rosc_map.open(task["target"], who=task["who"])
        result = partnership.import_(task["file"], task["record"], **task["options"])
        return _told(result, _Words(partnership, RECORDS[task["record"]], Path(task["file"])))
    except RowsRejected as error:
        problems = _problem_rows(error.problems, RECORDS[task["record"]])
        return {"why": str(error), "problems": _table(problems)}
    except RoscMapError as error:
        return {"why": str(error)}


class _Words:
    """What things are called: an asset by its name, a column by its label and by the header that the file gives it."""

    def __init__(self, partnership: Partnership, record: type[Record], file: Path) -> None:
        self._partnership, self.record = partnership, record
        self._names: dict[str, str] | None = None
        self._headers: dict[str, str] = {}
        with suppress(RoscMapError):  # lists of others have headers of their own, or none
            matched, _ = match_headers(record, read_table(file).headers)
            self._headers = {name: header for header, name in matched.items()}

    def column(self, record: type[Record], name: str) -> str:
        spec = record.specs().get(name)
        header = self._headers.get(name, name) if record is self.record else name
        return _labelled(spec.label, header) if spec else name

    def called(self, record: type[Record], values: Mapping[str, Any]) -> str:
        """Return what a new row is called: an asset by its name, anything else by what tells it from others."""
        if record is Asset:
            return str(values["name"])
        if self._names is None:
            held = self._partnership.snapshot().assets
            self._names = dict(zip(held["id"], held["name"], strict=True))
        parts = [values[name] for name in KEYS[record][:2]]
        return " → ".join(self._names.get(str(part), str(part)) for part in parts if part not in (None, ""))


def _labelled(label: str, header: str) -> str:
    return label if header.casefold() == label.casefold() else f"{label} ({header})"


def _told(result: ImportResult, words: _Words) -> dict[str, Any]:
    of_each: dict[type[Record], ImportResult] = {words.record: result, **result.beside}
    parts = list(of_each.values())
    added = [
        (row, words.called(record, values))
        for record, part in of_each.items()
        for row, values in list(zip(part.added, part.inserts, strict=False))[:_MOST_NAMED]
    ]
    changes = [
        (c.row, c.asset, words.column(record, c.field), c.before, c.after)
        for record, part in of_each.items()
        for c in part.changes
    ]
    did = [part for part in parts if part.added or part.changes or part.left or part.refused] or parts[:1]
    whys = Counter(row.why for row in result.left_out).most_common()
    return {
        "why": "",
        "counted": [f"{part.noun.capitalize()}s: {part.counted}." for part in did],
        "does_something": any(part.added or part.changes for part in parts),
        "refused": len(result.refused),
        "said": [*result.said, *(f"{n.value} {n.why} {n.what_to_do}".strip() for n in result.warnings if not n.row)],
        "unknown": list(result.unknown_columns),
        "added": {"rows": added[:_MOST_NAMED], "all": sum(len(part.added) for part in parts)},
        "changes": _table(changes, _MOST_NAMED),
        "problems": _table(_problem_rows(result.problems, words.record)),
        "warnings": _table(_problem_rows([note for note in result.warnings if note.row], words.record)),
        "skipped": _table(result.skipped),
        "left_out": _table([(f"{count:,}", why) for why, count in whys]),
        "gone": _table(result.gone),
    }


def _problem_rows(problems: Sequence[RowProblem], record: type[Record]) -> list[tuple[Any, ...]]:
    labels = {header: _label_of(record, header) for header in {problem.column for problem in problems}}
    return [
        (p.row, labels[p.column], p.value, p.why, p.what_to_do) for p in sorted(problems, key=lambda each: each.row)
    ]


def _label_of(record: type[Record], header: str) -> str:
    """Return the label of a column beside its header; a header that no field answers to stays as it is."""
    matched, _ = match_headers(record, [header])
    return _labelled(record.specs()[matched[header]].label, header) if matched else header


def _table(rows: Sequence[Sequence[Any]], most: int = _MOST_ROWS) -> dict[str, Any]:
    return {"rows": [list(row) for row in rows[:most]], "all": len(rows)}


if __name__ == "__main__":
    main()
