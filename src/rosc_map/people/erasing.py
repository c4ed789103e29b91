"""Erasing words for good, for a data-protection request, from what people and organisations have typed here."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, and_, select, update

from rosc_map.people.tables import corrections, drafts
from rosc_map.store.erase import ERASED
from rosc_map.store.mentions import Mentions

__all__ = ["WordsErased", "erase_typed"]


@dataclass(frozen=True)
class WordsErased:
    """In how many corrections and drafts words were erased, or would be."""

    corrections: int
    drafts: int

    def __bool__(self) -> bool:
        return bool(self.corrections or self.drafts)

    @property
    def summary(self) -> str:
        """How much it is, in words: "1 correction, 2 drafts"."""
        told = ((self.corrections, "correction"), (self.drafts, "draft"))
        return ", ".join(f"{number} {noun if number == 1 else f'{noun}s'}" for number, noun in told if number)


def erase_typed(connection: Connection, words: str, *, dry_run: bool) -> WordsErased:
    """Erase words from corrections, with what was said to them, and from drafts.

    Parameters
    ----------
    connection
        Where they are kept.
    words
        What has to go, found as in the records.
    dry_run
        Only count, and write nothing.
    """
    mentions = Mentions(words)
    return WordsErased(
        _clean(connection, corrections, mentions, ("answer",), dry_run=dry_run),
        _clean(connection, drafts, mentions, (), dry_run=dry_run),
    )


def _clean(connection: Connection, table: Table, mentions: Mentions, texts: Sequence[str], *, dry_run: bool) -> int:
    """Clean the content, which is JSON, and these columns of all rows; return of how many."""
    cleaned = []
    for row in connection.execute(select(table)).mappings().all():
        content = json.loads(row["content"])
        new = {"content": _without(content, mentions), **{name: _without(row[name], mentions) for name in texts}}
        if new != {"content": content, **{name: row[name] for name in texts}}:
            keys = and_(*(column == row[column.name] for column in table.primary_key.columns))
            cleaned.append((keys, {**new, "content": json.dumps(new["content"])}))
    for keys, values in [] if dry_run else cleaned:
        connection.execute(update(table).where(keys).values(**values))
    return len(cleaned)


def _without(value: Any, mentions: Mentions) -> Any:
    """Return what was typed, in whatever lists it stands, without the words."""
    if isinstance(value, dict):
        return {name: _without(each, mentions) for name, each in value.items()}
    if isinstance(value, list):
        return [_without(each, mentions) for each in value]
    if not isinstance(value, str) or not mentions.find(value):
        return value
    # One word, such as an e-mail address, goes whole: a part of it is no address, and may still tell whose it was.
    return mentions.replace(value, ERASED) if len(value.split()) > 1 else ""
