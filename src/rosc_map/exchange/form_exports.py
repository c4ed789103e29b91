"""Tables that KoboToolbox and ODK Central give: read by the names of their questions, whatever the dress.

A form of ours asks each field by its own name, so that what comes back is read by name, without the groups it stood in.
What the servers add of themselves is used (who said it when, was it approved) or left, and never a column that nobody
knows. Reference: KoboToolbox's formpack and ODK Central's submission export.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rosc_map.errors import InputError
from rosc_map.exchange.form_columns import Columns, choice_words, find_columns, squashed
from rosc_map.exchange.tables_in import RawTable
from rosc_map.records import FieldSpec, Kind, Record, squash

__all__ = ["FormExport", "is_form_export", "read_form_export"]

_POINT = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)(?:\s+-?\d+(?:\.\d+)?){0,2}\s*")
_ID = re.compile(r"[A-Za-z0-9:._-]{1,100}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?=$|[T ])")
_LONGEST_ANSWER = 5_000  # in characters; all choices of any list together are fewer
_TICKED = ("1", "1.0", "true", "yes")


@dataclass(frozen=True)
class FormExport:
    """What a table of a form server says.

    Attributes
    ----------
    table
        With the names of fields as headers.
    dialect
        "kobo", "odk", or "" for a table of anything else, which is as it was.
    skipped
        Row number and reason of each submission that was left out.
    """

    table: RawTable
    dialect: str
    skipped: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class _Dialect:
    """Which columns a server adds of itself, and which of them say who, when, and whether it was approved."""

    name: str
    added: frozenset[str]
    ids: tuple[str, ...]
    when: str
    who: str
    review: str
    separators: tuple[str, ...]


_KOBO = _Dialect(
    "kobo",
    frozenset(
        {
            *("_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_submitted_by"),
            *("__version__", "_tags", "_index", "_parent_table_name", "_parent_index", "_xform_id_string"),
            *("_attachments", "_geolocation"),
        }
    ),
    # An edited submission gets a new _uuid, and keeps its root.
    ids=("_uuid", "meta/rootUuid"),
    when="_submission_time",
    who="_submitted_by",
    review="_validation_status",
    separators=("/", ".", ":", "|", ">", "-"),
)
_ODK = _Dialect(
    "odk",
    frozenset(
        {
            *("SubmissionDate", "KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected"),
            *("Status", "ReviewState", "DeviceID", "Edits", "FormVersion"),
        }
    ),
    ids=("KEY",),
    when="SubmissionDate",
    who="SubmitterName",
    review="ReviewState",
    separators=("-",),
)


def read_form_export(
    table: RawTable, record: type[Record], *, only_approved: bool = False, with_submitter: bool = False
) -> FormExport:
    """Turn the export of a form server into a plain table of a record; any other table stays as it is.

    Groups before the names of questions, names or labels as headers, choices in one column or a column each, and points
    in one cell or four columns are all understood. Submissions that were rejected are left out. The day of submission
    fills ``recorded_on`` where it is empty, and the submission's own id is added to ``external_ids``, so that the same
    submission is known again. Names of devices and of whoever was logged in are dropped.

    Parameters
    ----------
    table
        As :func:`rosc_map.exchange.read_table` gives it.
    record
        What its rows are.
    only_approved
        Leave out what nobody has approved on the server.
    with_submitter
        Keep the name of the account in the notes, which are internal. It may be a person's name.

    Raises
    ------
    InputError
        When two columns can be the same field, or approval is asked of a table that does not tell of it.
    """
    dialect = _dialect(table.headers)
    if only_approved and (dialect is None or dialect.review not in table.headers):
        column = f"no column {dialect.review}" if dialect else "no approvals: it is no export of KoboToolbox or ODK"
        raise InputError(f"{table.name} has {column}. Export it with that column, or take all submissions.")
    if dialect is None:
        return FormExport(table, "")
    columns = find_columns(table, record, dialect.added, dialect.separators)
    if "latitude" in record.specs():
        _with_raw_point(table, columns)
    skipped: list[tuple[int, str]] = []
    rows: list[tuple[int, dict[str, Any]]] = []
    for number, values in table.rows:
        why = _left_out(str(values.get(dialect.review) or ""), only_approved=only_approved)
        if why:
            skipped.append((number, why))
        else:
            row = _row(values, columns, record.specs())
            rows.append((number, row | _added(row, values, dialect, record, with_submitter=with_submitter)))
    filled = {header for _, row in rows for header, value in row.items() if not _empty(value)}
    known = [name for name in record.specs() if name in filled or name in columns.fields]
    headers = (*known, *(header for header in columns.others if header in filled))
    plain = replace(
        table,
        headers=headers,
        rows=tuple((number, {header: row.get(header) for header in headers}) for number, row in rows),
        masked=_masked(table, columns, {number for number, _ in rows}),
    )
    return FormExport(plain, dialect.name, tuple(skipped))


def is_form_export(table: RawTable) -> bool:
    """Whether it is the export of KoboToolbox or ODK, as far as its headings tell."""
    return _dialect(table.headers) is not None


def _dialect(headers: tuple[str, ...]) -> _Dialect | None:
    found = set(headers)
    if "_uuid" in found or len(found & {"_id", "_submission_time", "__version__", "_index", "_submitted_by"}) > 1:
        return _KOBO
    return _ODK if "KEY" in found and found & {"SubmissionDate", "meta-instanceID"} else None


def _left_out(state: str, *, only_approved: bool) -> str:
    words = squash(state).removeprefix("validation status ")
    if words in ("rejected", "not approved"):
        return "It was rejected on the form server."
    return "Nobody has approved it on the form server." if only_approved and words != "approved" else ""


def _empty(value: Any) -> bool:
    # The older exports of KoBoToolbox write n/a for what was not asked.
    return value is None or str(value).strip().casefold() in ("", "n/a")


def _row(values: Mapping[str, Any], columns: Columns, specs: Mapping[str, FieldSpec]) -> dict[str, Any]:
    """Return the fields of one submission, and the columns that are no field's."""
    row = {header: values[header] for header in columns.others}
    for name, header in columns.fields.items():
        row[name] = None if _empty(values[header]) else _answer(specs[name], values[header])
    for name, choices in columns.choices.items():
        if _empty(row.get(name)):
            ticked = [code for code, header in choices.items() if str(values[header]).strip().casefold() in _TICKED]
            row[name] = "; ".join(ticked) or None
    if _empty(row.get("latitude")) and _empty(row.get("longitude")):
        row |= _point(values, columns)
    return row


def _answer(spec: FieldSpec, value: Any) -> Any:
    """Return a choice as its code, several parted by semicolons; anything else as it is."""
    if spec.kind is Kind.CHOICE:
        return choice_words(spec.codelist).get(squashed(str(value)), value)
    if spec.kind is Kind.CHOICES and isinstance(value, str):
        return "; ".join(_codes(spec, value))
    return value


def _codes(spec: FieldSpec, text: str) -> list[str]:
    """Part an answer of several choices at its spaces. An export with labels has spaces in the choices too."""
    if len(text) > _LONGEST_ANSWER:
        return [text]
    words = choice_words(spec.codelist)
    longest = max(map(len, words))
    # Marks by themselves are no choice, nor a part of one that counts.
    pieces = [piece for piece in text.split() if any(map(str.isalnum, piece))]
    found, first = [], 0
    while first < len(pieces):
        shown, end, best = "", first, 0
        while end < len(pieces) and len(shown) <= longest:
            shown += "".join(filter(str.isalnum, pieces[end].casefold()))
            end += 1
            if shown in words:
                best, code = end, words[shown]
        # What is no choice stays as it was typed: reading the row says so.
        found.append(code if best else pieces[first])
        first = best or first + 1
    return found or [text]


def _with_raw_point(table: RawTable, columns: Columns) -> None:
    """Find the column of points in one cell ("lat lon altitude accuracy"); no field is ever written like that."""
    raw = []
    for header in columns.others:
        cells = [str(values[header]) for _, values in table.rows if not _empty(values[header])]
        if cells and all(_POINT.fullmatch(cell) for cell in cells):
            raw.append(header)
    columns.others[:] = [header for header in columns.others if header not in raw]
    if len(raw) > 1 and not columns.point:
        raise InputError(
            f"{table.name} has {len(raw)} columns that are points: {', '.join(raw)}. Delete those that are not meant."
        )
    columns.raw_point = raw[0] if raw else ""


def _point(values: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    if columns.point:
        return {axis: None if _empty(values[header]) else values[header] for axis, header in columns.point.items()}
    found = _POINT.fullmatch(str(values.get(columns.raw_point) or ""))
    return {"latitude": found[1], "longitude": found[2]} if found else {}


def _added(
    row: Mapping[str, Any], values: Mapping[str, Any], dialect: _Dialect, record: type[Record], *, with_submitter: bool
) -> dict[str, Any]:
    """Return what the server knows of a submission, for the fields that the record has."""
    found: dict[str, Any] = {}
    ids = [str(values.get(name) or "").strip() for name in dialect.ids]
    if dialect is _KOBO:
        ids = [text.removeprefix("uuid:") for text in ids]
    given = [str(row.get("external_ids") or "").strip()]
    own = [f"{dialect.name}:{text}" for text in ids if _ID.fullmatch(text)]
    found["external_ids"] = "; ".join(dict.fromkeys(text for text in [*given, *own] if text)) or None
    if _empty(row.get("recorded_on")):
        found["recorded_on"] = _day(values.get(dialect.when))
    if with_submitter and not _empty(values.get(dialect.who)):
        # Not into recorded_by: that is a number or a role, and an account may be a person's name.
        told = [str(row.get("notes") or "").strip(), f"Submitted by {values[dialect.who]}."]
        found["notes"] = " ".join(text for text in told if text)
    return {name: value for name, value in found.items() if name in record.specs()}


def _day(value: Any) -> str | None:
    text = value.isoformat() if isinstance(value, dt.date) else str(value or "").strip()
    found = _DAY.match(text)
    return found[0] if found else None


def _masked(table: RawTable, columns: Columns, kept: set[int]) -> tuple[tuple[int, str], ...]:
    names = {header: name for name, header in columns.fields.items()}
    return tuple((number, names.get(header, header)) for number, header in table.masked if number in kept)
