"""The assets and their links for Kumu: a blueprint (JSON), or a workbook to import.

Elements and connections have ids, so that a second import changes what is there and adds nothing twice. Descriptions
are Markdown in Kumu: what people typed is escaped, and shows as they typed it.

A blueprint may hold elements and connections and nothing else: title, banner, notes and licences are not in it.

References
----------
https://docs.kumu.io, "Import" and "Blueprints".
"""

import json
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rosc_map.errors import InputError
from rosc_map.exchange.cells import safe_cell
from rosc_map.exchange.published_rows import asset_columns, asset_rows, link_rows
from rosc_map.exchange.sheets import bytes_of, fill_sheet, new_book
from rosc_map.exchange.tables_out import refuse_call_sheet
from rosc_map.publish import Published, require_published
from rosc_map.records import Audience, day, label
from rosc_map.whole_file import write_atomic

__all__ = ["markdown", "write_kumu"]

_OWN = ("id", "name", "asset_type", "description")
_RESULTS = {"linked": "Link", "not_found": "Not found in a test"}
# What means something in Markdown: anywhere in a line, or at its beginning only.
_ANYWHERE = re.compile(r"[\\`*_\[\]~]")
_AT_BEGINNING = re.compile(r"^(\s*)([#>+=-]|\d+(?=[.)]))", re.MULTILINE)
# Every Markdown passes these on; a bar parts several values of a cell in a workbook.
_ENTITIES = {"&": "&amp;", "<": "&lt;", "|": "&#124;"}
_PART, _LIKE_PART = "|", "\uff5c"
_SKIPPED = "Notes (ignore)"  # Kumu passes over a sheet with this word in its name
_ELEMENTS, _CONNECTIONS = "Elements", "Connections"
_FIRST = {"id": "ID", "label": "Label", "type": "Type", "description": "Description", "tags": "Tags"}
_LINK = {
    "from": "From", "to": "To", "direction": "Direction", "type": "Type", "id": "ID", "evidence": "evidence",
    "not_found_in_test": "not_found_in_test",
}  # fmt: skip


def write_kumu(published: Published, path: Path) -> Path:
    """Write the assets as elements and the links as connections: ``.json``, or ``.xlsx`` with a sheet of each.

    ``id``, ``label`` (the name), ``type`` (of the asset, in words), ``description`` and ``tags`` (the types of recovery
    support, in words) are Kumu's own fields; the other published fields have their own names, and one that is not known
    is left out. A pair of which nothing but a test that did not find a link tells is a connection of the type "Not
    found in a test". In the workbook several values have a bar between them, so that a bar inside a text becomes ``｜``
    there; its third sheet, which Kumu passes over, says what has to stand with the data. An internal file can be read
    by its owner only.

    Raises
    ------
    NotPublished
        When it has not passed the gate.
    InputError
        For another ending.
    FileProblem
        When the file cannot be written, or is a call sheet.
    """
    require_published(published, Published)
    ending = path.suffix.lower()
    if ending not in (".json", ".xlsx"):
        raise InputError(f"{path.name}: choose a name that ends in .json or .xlsx.")
    refuse_call_sheet(path)
    data = _json(published) if ending == ".json" else _xlsx(published)
    return write_atomic(path, data, private=published.audience is Audience.INTERNAL)


def markdown(text: str) -> str:
    """Return a text in Markdown that shows as the text."""
    escaped = _AT_BEGINNING.sub(_escaped_beginning, _ANYWHERE.sub(r"\\\g<0>", text))
    return "".join(_ENTITIES.get(letter, letter) for letter in escaped)


def _escaped_beginning(found: re.Match[str]) -> str:
    blank, mark = found.groups()
    # Of "1." the full stop makes a list, and a digit cannot be escaped.
    return f"{blank}{mark}\\" if mark.isdigit() else f"{blank}\\{mark}"


def _json(published: Published) -> bytes:
    whole = {"elements": _elements(published), "connections": _connections(published)}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=1).encode("utf-8", "replace")


def _elements(published: Published) -> list[dict[str, Any]]:
    return [_element(row) for row in asset_rows(published)]


def _element(row: Mapping[str, Any]) -> dict[str, Any]:
    own = {
        "id": row["id"],
        "label": row["name"],
        "type": label("asset_type", row["asset_type"]),
        "description": markdown(row.get("description", "")),
        "tags": [label("rss_type", code) for code in row.get("rss_types", ())],
    }
    others = {name: list(value) if isinstance(value, tuple) else value for name, value in row.items()}
    fields = own | {name: value for name, value in others.items() if name not in _OWN}
    return {name: value for name, value in fields.items() if value not in ("", [])}


def _connections(published: Published) -> list[dict[str, Any]]:
    found = []
    for row in link_rows(published):
        ends = {"from": row["from_asset"], "to": row["to_asset"]}
        connection = {
            # The same again with each export, and the id of no element.
            "id": str(uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(list(ends.values())))),
            **ends,
            "type": _RESULTS[row["result"]],
            "direction": "directed",
            "evidence": row["evidence"],
            "not_found_in_test": row["not_found_in_test"],
        }
        found.append({name: value for name, value in connection.items() if value != ""})
    return found


def _xlsx(published: Published) -> bytes:
    others = {name: name for name in asset_columns(published) if name not in _OWN}
    book = new_book()
    for title, rows, heads in (
        (_ELEMENTS, _elements(published), _FIRST | others),
        (_CONNECTIONS, _connections(published), _LINK),
    ):
        cells = [[safe_cell(_cell(row.get(name))) for name in heads] for row in rows]
        fill_sheet(book.create_sheet(title), [list(heads.values()), *cells], heading=True)
    said = (
        published.title,
        published.banner,
        f"As at {day(published.as_at)}. For: {published.audience.value}.",
        *published.notes,
        *published.licences,
    )
    fill_sheet(book.create_sheet(_SKIPPED), [[safe_cell(words)] for words in said if words], heading=False)
    return bytes_of(book)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return _PART.join(part.replace(_PART, _LIKE_PART) for part in value)
    return value.replace(_PART, _LIKE_PART) if isinstance(value, str) else value
