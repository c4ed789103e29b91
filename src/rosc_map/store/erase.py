"""Erasing for good, for a data-protection request: the rows, what points at them, and their whole history."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, RowMapping, Select, Table, bindparam, delete, or_, select, update

from rosc_map.errors import FileProblem
from rosc_map.records import Asset, Kind, Record
from rosc_map.store.erased_draws import mark_in_draws
from rosc_map.store.history import load, record_of
from rosc_map.store.mentions import Mentions
from rosc_map.store.rows import Writer
from rosc_map.store.tables import KEYS, LINKS, TABLES, JsonList, KnownText, changes, history, merged, settings

__all__ = ["ERASED", "Erasure", "erase_asset", "erase_words"]

ERASED = "(erased)"
"""What stands in the place of words that were erased."""

_AT_ONCE = 5_000
_SHORTEST = 3
_NAMED = 5

_TEXTS = (Kind.TEXT, Kind.LONG_TEXT, Kind.LIST, Kind.SESSIONS, Kind.PLACE)
# Texts by which the program finds things again. Something else in their place would break what is recorded.
_CODES = (
    "id", "area_code", "item", "round", "panel_of", "protocol", "stratified_by", "left_out", "frame", "frame_sha256"
)  # fmt: skip


@dataclass(frozen=True)
class Erasure:
    """What was erased, or would be.

    Attributes
    ----------
    rows
        How many rows of each table.
    history
        How many entries of the history, and of who did what.
    cells
        How many cells that held the words, or the id of the asset, by table.
    look_at
        What is left for a person to look at, a sentence each.
    declined
        Whether it was the entry of an organisation that asked not to be listed.
    """

    rows: dict[str, int]
    history: int
    cells: dict[str, int]
    look_at: tuple[str, ...] = ()
    declined: bool = False

    def __bool__(self) -> bool:
        return bool(self.rows or self.cells or self.history)

    @property
    def summary(self) -> str:
        """How much it is, in words: "1 record of assets, 2 entries of the history"."""
        told = [f"{_number(number, 'record')} of {_said(name)}" for name, number in self.rows.items()]
        told += [f"{_number(number, 'cell')} of {_said(name)}" for name, number in self.cells.items()]
        if self.history:
            told.append(f"{_number(self.history, 'entry', 'entries')} of the history")
        return ", ".join(told)


def _number(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or f'{one}s'}"


def _said(table: str) -> str:
    return table.replace("_", " ")


# An asset ----------------------------------------------------------------------------------------------------------


def erase_asset(writer: Writer, fid: int, identifier: str) -> Erasure:
    """Erase an asset, all that points at it, those that were merged into it, and their history.

    In what a linkage round was drawn from a mark stands in its place (:func:`mark_in_draws`).

    Parameters
    ----------
    writer
        The running change.
    fid, identifier
        The number of its row, and its id.
    """
    connection, assets = writer.connection, TABLES[Asset]
    others = set(connection.execute(select(merged.c.other).where(merged.c.kept == fid)).scalars())
    identifiers = {identifier, *_past_ids(writer, others)}
    listing = connection.execute(select(assets.c.listing).where(assets.c.fid == fid)).scalar()
    gone: dict[str, set[int]] = {"assets": {fid}}
    for record, links in LINKS.items():
        table = TABLES[record]
        where = or_(*(table.c[name] == identifier for name in links))
        found = set(connection.execute(select(table.c.fid).where(where)).scalars())
        if found:
            gone[table.name] = found
            connection.execute(delete(table).where(where))
    connection.execute(delete(assets).where(assets.c.fid == fid))
    connection.execute(delete(merged).where(or_(merged.c.kept == fid, merged.c.other == fid)))
    cells, cleaned = mark_in_draws(writer, identifiers)
    _forget_own(writer)
    cleaned += sum(_forget_rows(writer, name, rows) for name, rows in {**gone, "assets": {fid, *others}}.items())
    # What was removed earlier (a referral that was undone, say) may still name it in the history.
    cleaned += sum(_forget_mentions(writer, known) for known in identifiers)
    writer.keep_trace = True
    rows = {name: len(found) for name, found in gone.items()}
    return Erasure(rows, cleaned, {"rounds": cells} if cells else {}, declined=listing == "declined")


def _past_ids(writer: Writer, rows: Iterable[int]) -> set[str]:
    """Return the ids of assets that are gone, as their removal was kept."""
    where = (history.c.table_name == "assets", history.c.row_id.in_(rows), history.c.operation == "delete")
    told = writer.connection.execute(select(history.c.was).where(*where)).scalars()
    return {str(load(was)["id"]) for was in told}


def _forget_own(writer: Writer) -> None:
    """Take out what the triggers have just kept of the erasure itself: it says again what has to go."""
    writer.connection.execute(delete(history).where(history.c.change_id == writer.change))


def _forget_rows(writer: Writer, table: str, rows: Iterable[int]) -> int:
    count = 0
    for row in rows:
        where = (history.c.table_name == table, history.c.row_id == row)
        count += writer.connection.execute(delete(history).where(*where)).rowcount
    return count


def _forget_mentions(writer: Writer, identifier: str) -> int:
    quoted = json.dumps(identifier, ensure_ascii=False)
    where = (
        history.c.table_name.in_([TABLES[record].name for record in LINKS]),
        or_(*(column.contains(quoted, autoescape=True) for column in (history.c.was, history.c.now))),
    )
    # What holds the same letters in another field, such as a code or a note, is somebody else's.
    found = [{"entry": row["id"]} for row in _each(writer, select(history).where(*where)) if _links(row, identifier)]
    if found:
        writer.connection.execute(delete(history).where(history.c.id == bindparam("entry")), found)
    return len(found)


def _links(row: RowMapping, identifier: str) -> bool:
    links = LINKS[record_of(row["table_name"])]
    for text in (row["was"], row["now"]):
        told = None if text is None else load(text)
        fields = {row["field"]: told} if row["field"] else told or {}
        if any(fields.get(name) == identifier for name in links):
            return True
    return False


# Words -------------------------------------------------------------------------------------------------------------


def erase_words(writer: Writer, words: str) -> Erasure:
    """Erase words, such as a person's name, from every text: records, title and banner, history, and who did what.

    Ids and codes are not changed, since what is recorded hangs on them: ``look_at`` names those that hold the words.

    Parameters
    ----------
    writer
        The running change.
    words
        What has to go, found as :class:`rosc_map.store.mentions.Mentions` does. Each place where it stood says
        ``(erased)`` afterwards; with the row's number, ``(erased 7)``, where a row is known by that text, so that no
        two rows become the same.

    Raises
    ------
    FileProblem
        When another program wrote something into the file that cannot be read as text.
    """
    mentions, left = Mentions(words), _Left(words)
    cells = {table.name: _clean_table(writer, record, mentions, left) for record, table in TABLES.items()}
    cells["settings"] = _clean_settings(writer, mentions, left)
    _forget_own(writer)
    entries = _clean_history(writer, mentions, left)
    entries += _clean(writer, changes, ("who", "note"), lambda row, name: mentions.replace(row[name], ERASED))
    found = Erasure({}, entries, {name: number for name, number in cells.items() if number}, left.sentences())
    writer.keep_trace = bool(found)
    return found


class _Left:
    """What still holds one of the words once they were erased: another order of them, one alone, or an id."""

    def __init__(self, words: str) -> None:
        parts = dict.fromkeys(part for part in Mentions(words).parts if len(part) >= _SHORTEST)
        self._parts = {part: Mentions(part) for part in parts}
        self._cells: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._ids: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self.in_history: set[int] = set()

    def note(self, table: str, cells: dict[str, Any]) -> None:
        """Note which of these cells of a row, by column, hold one of the words."""
        for name, value in cells.items():
            for part, mentions in self._parts.items():
                if not any(mentions.find(text) for text in _texts(value)):
                    continue
                if name == "id":
                    self._ids[table, part].append(value)
                else:
                    self._cells[table, part][name] += 1

    def sentences(self) -> tuple[str, ...]:
        """Return what a person has to look at."""
        said = []
        for (table, part), names in self._cells.items():
            one = names.total() == 1
            cells = f"{_number(names.total(), 'cell')} {'holds' if one else 'hold'} {part!r}"
            said.append(f"{_said(table)}: {cells} ({', '.join(names)}): look at {'it' if one else 'them'}.")
        for (table, part), ids in self._ids.items():
            named = ", ".join(map(repr, ids[:_NAMED])) + (f" and {len(ids) - _NAMED} more" if ids[_NAMED:] else "")
            said.append(
                f"{_said(table)}: {part!r} is in the id {named}. An id cannot be changed: if it has to go, erase that "
                "asset and record it anew."
            )
        if self.in_history:
            entries = _number(len(self.in_history), "entry", "entries")
            stay = "stays" if len(self.in_history) == 1 else "stay"
            said.append(f"history: {entries} with the words in an id or a code {stay} until that asset is erased.")
        return tuple(said)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(part for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, str))


# A part of one is none: nobody could ring it, and the next edit of the record would be refused.
_ALL_OR_NOTHING = ("phone", "email", "website", "source_url", "postcode", "recorded_by")


@cache
def _cleanable(record: type[Record]) -> dict[str, "Column[Any]"]:
    """Return the columns of a record's table that hold what people typed in their own words."""
    fixed = (*_CODES, *LINKS.get(record, ()))
    columns = TABLES[record].c
    return {name: columns[name] for name, spec in record.specs().items() if spec.kind in _TEXTS and name not in fixed}


def _cleaned(record: type[Record], name: str, value: Any, row: int, mentions: Mentions) -> Any:
    """Return the value of a cell without the words; the very same where they are not in it."""
    if name in _ALL_OR_NOTHING and isinstance(value, str) and mentions.find(value):
        return ""
    # Entries of other registers are looked up as keys are.
    mark = f"(erased {row})" if name in (*KEYS[record], "external_ids") else ERASED
    if isinstance(value, tuple):
        parts = tuple(mentions.replace(part, mark) for part in value)
        return value if parts == value else tuple(dict.fromkeys(parts))
    return mentions.replace(value, mark) if isinstance(value, str) else value


def _clean_table(writer: Writer, record: type[Record], mentions: Mentions, left: _Left) -> int:
    table, cleanable = TABLES[record], _cleanable(record)
    links = LINKS.get(record, ())
    read = [c for c in table.columns if isinstance(c.type, (KnownText, JsonList)) and c.name not in links]
    cleaned = {}
    try:
        for row in _each(writer, select(table.c.fid, *read)):
            cells = {column.name: row[column.name] for column in read}
            if not mentions.may_be_in("\n".join(text for value in cells.values() for text in _texts(value))):
                continue
            new = {name: _cleaned(record, name, cells[name], row["fid"], mentions) for name in cleanable}
            changed = {name: value for name, value in new.items() if value != cells[name]}
            left.note(table.name, {**cells, **changed})
            if changed:
                cleaned[row["fid"]] = changed
    except (TypeError, ValueError) as error:
        raise FileProblem(
            f"The table {table.name} holds a value that does not belong there ({error}). "
            "It was changed in another program: put it right there."
        ) from error
    for fid, changed in cleaned.items():
        writer.connection.execute(update(table).where(table.c.fid == fid).values(changed))
    return sum(map(len, cleaned.values()))


def _clean_settings(writer: Writer, mentions: Mentions, left: _Left) -> int:
    held = {key: value for key, value in writer.settings().items() if key in ("title", "banner")}
    new = {key: mentions.replace(value, ERASED) for key, value in held.items()}
    left.note("settings", new)
    changed = {key: value for key, value in new.items() if value != held[key]}
    for key, value in changed.items():
        writer.connection.execute(update(settings).where(settings.c.key == key).values(value=value))
    return len(changed)


def _clean_history(writer: Writer, mentions: Mentions, left: _Left) -> int:
    def clean(row: RowMapping, name: str) -> str | None:
        text: str | None = row[name]
        # Letters may be written as \u… in a list that another program made.
        if text is None or not ("\\u" in text or mentions.may_be_in(text)):
            return text
        new, holds = _clean_entry(record_of(row["table_name"]), row, text, mentions)
        if holds:
            left.in_history.add(row["id"])
        return new

    return _clean(writer, history, ("was", "now"), clean)


def _clean_entry(record: type[Record], row: RowMapping, text: str, mentions: Mentions) -> tuple[str, bool]:
    """Return what an entry says, JSON of one field or of a whole row, without the words; and whether it still does."""
    raw, field = load(text), row["field"]
    fields = {field: raw} if field else raw
    cleaned = dict(fields)
    for name in cleaned.keys() & _cleanable(record).keys():
        kind, value = TABLES[record].c[name].type, cleaned[name]
        if not isinstance(kind, JsonList):
            cleaned[name] = _cleaned(record, name, value, row["row_id"], mentions)
            continue
        # A list is JSON in a text, and so JSON in JSON here.
        parts = kind.process_result_value(value, None)
        new = _cleaned(record, name, parts, row["row_id"], mentions)
        if new != parts:
            cleaned[name] = kind.process_bind_param(new, None)
    holds = any(mentions.find(part) for value in cleaned.values() for part in _texts(value))
    if cleaned == fields:
        return text, holds
    return json.dumps(cleaned[field] if field else cleaned, ensure_ascii=False), holds


def _each(writer: Writer, rows: Select[Any]) -> Iterator[RowMapping]:
    """Go through all rows, a few thousand at a time: a long history is larger than the memory of a small machine."""
    yield from writer.connection.execute(rows, execution_options={"yield_per": _AT_ONCE}).mappings()


def _clean(writer: Writer, table: Table, names: Sequence[str], clean: Callable[[RowMapping, str], Any]) -> int:
    """Clean these columns of one of the program's own tables; return how many rows were changed."""
    cleaned = {}
    for row in _each(writer, select(table)):
        said = {name: clean(row, name) for name in names}
        if said != {name: row[name] for name in names}:
            cleaned[row["id"]] = said
    for number, said in cleaned.items():
        writer.connection.execute(update(table).where(table.c.id == number).values(said))
    return len(cleaned)
