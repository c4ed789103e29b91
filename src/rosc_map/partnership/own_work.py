"""What came of somebody's work, for them alone: read narrowly, since every volunteer looks at it."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Column, ColumnElement, and_, func, or_, select

from rosc_map.partnership.core import Core
from rosc_map.partnership.live_parts import part_of
from rosc_map.partnership.round_part import OF_ROUND
from rosc_map.publish import WHOLLY_OPEN, PublishedWork, Snapshot, own_work
from rosc_map.records import (
    Action,
    Answer,
    Asset,
    Attempt,
    Question,
    Round,
    same_person,
)
from rosc_map.store import TABLES, Reader, changes, history, stored_rows

__all__ = ["OwnWork"]


class OwnWork(Core):
    """The task of a volunteer who wants to know what it was good for."""

    def work_of(self, who: str) -> PublishedWork:
        """Return what came of somebody's work; of nobody else's, and no more of an asset than partners may see.

        Parameters
        ----------
        who
            A volunteer number or role; all ways to write it count ("V7", "volunteer 7").

        Examples
        --------
        >>> done = area.work_of("Volunteer 3")
        >>> len(done.assets), done.not_shown
        (63, 2)
        """
        with self._store.reading() as reader:
            recorded = TABLES[Asset].c.recorded_by
            # Who did not say who they are is nobody: all that nobody signed is no one person's work.
            own = reader.read(Asset, {"recorded_by": _tellings(reader, recorded, who)})
            names = _tellings(reader, changes.c.who, who)
            others = _checked(reader, changes.c.who.not_in(["", *names]), TABLES[Asset].c.id.in_(own["id"].to_list()))
            return own_work(
                self._rounds_and_actions(reader),
                own,
                confirmed=others,
                checks=len(_checked(reader, changes.c.who.in_(names))),
                calls=_rung(reader, who),
                answers=len(reader.read(Answer, {"by": _tellings(reader, TABLES[Answer].c.by, who)}, ("by",))),
            )

    def _rounds_and_actions(self, reader: Reader) -> Snapshot:
        """Return a snapshot of what the figures and actions need."""
        answers, actions = reader.read(Answer), reader.read(Action)
        done = bool(actions["done_on"].notna().any())
        settings = reader.settings()
        held = part_of(
            stored_rows(reader, Asset, _concerned(reader, {*answers["source"], *answers["target"]}, done=done)),
            None,
            title=settings.get("title", ""),
            banner=settings.get("banner", ""),
            areas=(),
            as_at=self._today,
        )
        return replace(
            held,
            rounds=reader.read(Round, fields=OF_ROUND),
            questions=reader.read(Question),
            contacts=reader.read(Attempt),
            answers=answers,
            others={Action: actions},
        )


def _concerned(reader: Reader, named: Collection[str], *, done: bool) -> Collection[int]:
    """Return the rows of assets that rounds name; and where actions are done, those that keep anything to themselves.

    The words of an action are cleaned of that. What is open everywhere has nothing to be kept out of them.
    """
    assets = TABLES[Asset].c
    open_ = (func.coalesce(assets[name], "").in_(values) for name, values in WHOLLY_OPEN.items())
    wanted = or_(assets.id.in_(named), ~and_(*open_)) if done else assets.id.in_(named)
    return reader.connection.execute(select(assets.fid).where(wanted)).scalars().all()


def _tellings(reader: Reader, column: Column[str], who: str) -> Collection[str]:
    """Return the ways in which somebody is told of in a column."""
    if not who:
        return []
    found = reader.connection.execute(select(column).distinct()).scalars()
    return [each for each in found if each and same_person(each) == same_person(who)]


def _checked(reader: Reader, *where: ColumnElement[bool]) -> set[str]:
    """Return the ids of the assets into which a later day of checking was written, in some changes."""
    assets = TABLES[Asset]
    wanted = (
        select(assets.c.id)
        .join(history, history.c.row_id == assets.c.fid)
        .join(changes, changes.c.id == history.c.change_id)
        .where(history.c.table_name == assets.name, history.c.field == "verified_on", *where)
        .distinct()
    )
    return set(reader.connection.execute(wanted).scalars())


def _rung(reader: Reader, who: str) -> int:
    """Return how many services somebody rang, whether anybody answered or not; one is counted once a round."""
    calls: set[tuple[str, str]] = set()
    for table in (TABLES[Attempt], TABLES[Answer]):
        names = _tellings(reader, table.c.by, who)
        rows = reader.connection.execute(select(table.c.round, table.c.source).where(table.c.by.in_(names)))
        calls.update((row.round, row.source) for row in rows)
    return len(calls)
