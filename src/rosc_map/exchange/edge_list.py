"""The links as two tables, as Gephi and NetworkX read them: a list of edges, and beside it the nodes.

A list of edges alone cannot hold an asset that has no link, nor say anything of one.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rosc_map.errors import InputError
from rosc_map.exchange.cells import safe_cell
from rosc_map.exchange.published_rows import asset_columns, asset_rows, joined, link_rows
from rosc_map.exchange.tables_out import refuse_call_sheet
from rosc_map.publish import Published, require_published
from rosc_map.records import Audience
from rosc_map.whole_file import write_atomic

__all__ = ["nodes_beside", "write_edges"]

_EDGE = ("Source", "Target", "Type", "from_name", "to_name", "evidence", "result", "not_found_in_test")


def write_edges(published: Published, path: Path) -> Path:
    """Write the links as CSV (UTF-8, no mark before it), and beside it the assets: ``links.csv``, ``links-nodes.csv``.

    The columns of the edges are ``Source`` and ``Target`` (ids), ``Type`` (all are directed), and those of
    :func:`rosc_map.exchange.published_rows.link_rows`; those of the nodes ``Id``, ``Label`` (the name), and the
    published fields. Yes and no are ``true`` and ``false``, several values stand in one cell with semicolons between
    them, and what is not known is empty. A cell that a spreadsheet would work out has an apostrophe before it. Internal
    files can be read by their owner only.

    Returns
    -------
    Path
        The file of the edges.

    Raises
    ------
    NotPublished
        When it has not passed the gate.
    InputError
        For a name that does not end in ``.csv``.
    FileProblem
        When a file cannot be written, or is a call sheet.
    """
    require_published(published, Published)
    if path.suffix.lower() != ".csv":
        raise InputError(f"{path.name}: choose a name that ends in .csv.")
    tables = {nodes_beside(path): _nodes(published), path: _edges(published)}
    for place in tables:
        refuse_call_sheet(place)
    for place, rows in tables.items():
        write_atomic(place, _csv(rows), private=published.audience is Audience.INTERNAL)
    return path


def nodes_beside(path: Path) -> Path:
    """Return the name of the file of the nodes, beside that of the edges."""
    return path.with_name(f"{path.stem}-nodes{path.suffix}")


def _nodes(published: Published) -> list[Sequence[Any]]:
    fields = [name for name in asset_columns(published) if name not in ("id", "name")]
    rows = [[row.get(name) for name in ("id", "name", *fields)] for row in asset_rows(published)]
    return [("Id", "Label", *fields), *rows]


def _edges(published: Published) -> list[Sequence[Any]]:
    rows = [{**row, "Source": row["from_asset"], "Target": row["to_asset"]} for row in link_rows(published)]
    return [_EDGE, *([{"Type": "Directed", **row}[name] for name in _EDGE] for row in rows)]


def _csv(rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerows([safe_cell(_cell(value)) for value in row] for row in rows)
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else joined(value)
