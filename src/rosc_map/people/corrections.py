"""What an organisation says is wrong about itself, until a coordinator has looked at it, and what came of it."""

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, or_, select, update

from rosc_map.errors import InputError
from rosc_map.people.tables import corrections

__all__ = [
    "CORRECTIONS_KEPT",
    "UNDECIDED_KEPT",
    "Change",
    "Correction",
    "all_corrections",
    "correction_row",
    "corrections_of",
    "corrections_over",
    "decide_one",
    "drop_corrections",
    "hand_corrections_on",
    "open_ones",
    "send_one",
    "trim_one",
]

CORRECTIONS_KEPT = dt.timedelta(days=180)
"""How long a correction is kept after a coordinator has decided."""

UNDECIDED_KEPT = dt.timedelta(days=365)
"""How long a correction is kept that nobody decides."""

_MOST_OPEN = 20
_LARGEST = 50_000
_SENT, _DECIDED = "sent", "decided"


@dataclass(frozen=True)
class Change:
    """One field of a correction: the text as it ``was`` shown to them, what it ``should_be``, and whether it was taken.

    ``taken`` is None until a coordinator has decided.
    """

    was: str
    should_be: str
    taken: bool | None = None


@dataclass(frozen=True)
class Correction:
    """What one organisation wants put right of one asset.

    Attributes
    ----------
    id, asset
        Its own id, and that of the asset.
    changes
        What it is about, by field.
    sent
        When it was sent.
    answer
        What the coordinator says to it; "" until then.
    decided
        When a coordinator decided; None until then.
    """

    id: str
    asset: str
    changes: dict[str, Change]
    sent: dt.datetime
    answer: str = ""
    decided: dt.datetime | None = None


def send_one(connection: Connection, asset: str, changes: Mapping[str, Change], now: dt.datetime) -> Correction:
    """Keep a correction for the coordinators.

    Raises
    ------
    InputError
        When it changes nothing or is too long, or too many of this asset wait to be looked at.
    """
    if not changes:
        raise InputError("Nothing was changed. Change what is wrong, then send it.")
    made = Correction(str(uuid4()), asset, dict(changes), now)
    content = _content(made.changes)
    # In its own letters: a text is no larger because it is in Urdu.
    if len(json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")) > _LARGEST:
        raise InputError("That is too much text to send. Shorten it, and try again.")
    waiting = select(func.count()).where(corrections.c.asset == asset, corrections.c.state == _SENT)
    if connection.execute(waiting).scalar_one() >= _MOST_OPEN:
        raise InputError("A coordinator has not looked yet at what you sent before. Wait for that, or ring them.")
    kept = {"id": made.id, "asset": asset, "sent": now, "content": json.dumps(content), "state": _SENT, "answer": ""}
    connection.execute(insert(corrections).values(**kept))
    return made


def open_ones(connection: Connection) -> list[Correction]:
    """Return the corrections that nobody has decided, the oldest first."""
    wanted = select(corrections).where(corrections.c.state == _SENT).order_by(corrections.c.sent, corrections.c.id)
    return [_correction(row) for row in connection.execute(wanted)]


def corrections_of(connection: Connection, assets: Collection[str]) -> list[Correction]:
    """Return what was sent of some assets, the latest first."""
    of_them = select(corrections).where(corrections.c.asset.in_(list(assets)))
    return [_correction(row) for row in connection.execute(of_them.order_by(corrections.c.sent.desc()))]


def correction_row(connection: Connection, identifier: str) -> Correction | None:
    """Return one correction, or None."""
    row = connection.execute(select(corrections).where(corrections.c.id == identifier)).one_or_none()
    return _correction(row) if row else None


def decide_one(
    connection: Connection, identifier: str, taken: Collection[str], answer: str, now: dt.datetime
) -> Correction | None:
    """Note what was taken of a correction, and what is said to it; None where there is none that waits."""
    held = correction_row(connection, identifier)
    if held is None or held.decided is not None:
        return None
    changes = {name: Change(one.was, one.should_be, name in taken) for name, one in held.changes.items()}
    kept = {"state": _DECIDED, "answer": answer, "decided": now, "content": json.dumps(_content(changes))}
    connection.execute(update(corrections).where(corrections.c.id == identifier).values(**kept))
    return Correction(held.id, held.asset, changes, held.sent, answer, now)


def all_corrections(connection: Connection) -> list[Correction]:
    """Return all that is kept, decided or not."""
    return [_correction(row) for row in connection.execute(select(corrections))]


def trim_one(connection: Connection, identifier: str, left: Correction | None) -> None:
    """Keep only what is left of a correction, and nothing of it where no change is."""
    this = corrections.c.id == identifier
    if left is None or not left.changes:
        connection.execute(delete(corrections).where(this))
        return
    kept = {"content": json.dumps(_content(left.changes)), "answer": left.answer}
    connection.execute(update(corrections).where(this).values(**kept))


def hand_corrections_on(connection: Connection, asset: str, kept: str) -> int:
    """Let what was sent of an asset that was merged be of the one that was kept; return how much of it waits."""
    of_it = corrections.c.asset == asset
    waiting = select(func.count()).where(of_it, corrections.c.state == _SENT)
    number: int = connection.execute(waiting).scalar_one()
    connection.execute(update(corrections).where(of_it).values(asset=kept))
    return number


def drop_corrections(connection: Connection, assets: Collection[str]) -> None:
    """Delete all that was sent of some assets."""
    connection.execute(delete(corrections).where(corrections.c.asset.in_(list(assets))))


def corrections_over(now: dt.datetime) -> ColumnElement[bool]:
    """Return which have had their time."""
    undecided = and_(corrections.c.decided.is_(None), corrections.c.sent <= now - UNDECIDED_KEPT)
    return or_(corrections.c.decided <= now - CORRECTIONS_KEPT, undecided)


def _content(changes: Mapping[str, Change]) -> dict[str, Any]:
    return {name: [one.was, one.should_be, one.taken] for name, one in changes.items()}


def _correction(row: Row[Any]) -> Correction:
    changes = {name: Change(*told) for name, told in json.loads(row.content).items()}
    return Correction(row.id, row.asset, changes, row.sent, row.answer, row.decided)
