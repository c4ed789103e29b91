"""What came of somebody's work, for them alone: read narrowly, since every volunteer looks at it."""

from collections.abc import Collection

import pandas as pd
from sqlalchemy import Column, select

from rosc_map.partnership.core import Core
from rosc_map.publish import PublishedWork, Snapshot, own_work
from rosc_map.records import (
    Action,
    Answer,
    Asset,
    Attempt,
    Question,
    Record,
    Referral,
    Reply,
    Round,
    SurveyedArea,
    same_person,
)
from rosc_map.store import TABLES, Reader, changes, history

__all__ = ["OwnWork"]


class OwnWork(Core):
    """The task of a volunteer who wants to know what it was good for."""

    def work_of(self, who: str) -> PublishedWork:
        """Return what came of somebody's work; of nobody else's, and no more of an asset than partners may see.

        Parameters
        ----------
        who
            A volunteer number or role; all ways to write it count ("V7", "volunteer 7").
        """
        with self._store.reading() as reader:
            recorded = TABLES[Asset].c.recorded_by
            # Who did not say who they are is nobody: all that nobody signed is no one person's work.
            own = reader.read(Asset, {"recorded_by": _tellings(reader, recorded, who)})
            checked = _checked_by(reader)
            mine = {asset for asset, names in checked.items() if any(_same(name, who) for name in names)}
            others = {asset for asset, names in checked.items() if any(not _same(name, who) for name in names)}
            return own_work(
                self._rounds_and_actions(reader),
                own,
                confirmed=others & set(own["id"]),
                checks=len(mine),
                calls=_rung(reader, who),
                answers=len(reader.read(Answer, {"by": _tellings(reader, TABLES[Answer].c.by, who)}, ("by",))),
            )

    def _rounds_and_actions(self, reader: Reader) -> Snapshot:
        """Return a snapshot of what the figures and actions need: all assets only where an action is done."""
        answers, actions = reader.read(Answer), reader.read(Action)
        # Free text is cleaned of what every hidden place has to keep.
        every = actions["done_on"].notna().any()
        named = {*answers["source"], *answers["target"]}
        settings = reader.settings()
        return Snapshot(
            title=settings.get("title", ""),
            banner=settings.get("banner", ""),
            as_at=self._today,
            areas=(),
            assets=reader.read(Asset, None if every else {"id": named}),
            referrals=_nothing(Referral),
            surveyed=_nothing(SurveyedArea),
            rounds=reader.read(Round),
            questions=reader.read(Question),
            contacts=reader.read(Attempt),
            answers=answers,
            replies=_nothing(Reply),
            others={Action: actions},
        )


def _same(name: str, who: str) -> bool:
    return bool(who) and same_person(name) == same_person(who)


def _tellings(reader: Reader, column: Column[str], who: str) -> Collection[str]:
    """Return the ways in which somebody is told of in a column."""
    found = reader.connection.execute(select(column).distinct()).scalars()
    return [each for each in found if each and _same(each, who)]


def _checked_by(reader: Reader) -> dict[str, set[str]]:
    """Return who has written a later day of checking into each asset."""
    assets = TABLES[Asset]
    wanted = (
        select(assets.c.id, changes.c.who)
        .join(history, history.c.row_id == assets.c.fid)
        .join(changes, changes.c.id == history.c.change_id)
        .where(history.c.table_name == assets.name, history.c.field == "verified_on")
        .distinct()
    )
    found: dict[str, set[str]] = {}
    for asset, name in reader.connection.execute(wanted):
        if name:
            found.setdefault(asset, set()).add(name)
    return found


def _rung(reader: Reader, who: str) -> int:
    """Return how many services somebody rang, whether anybody answered or not; one is counted once a round."""
    calls: set[tuple[str, str]] = set()
    for table in (TABLES[Attempt], TABLES[Answer]):
        names = _tellings(reader, table.c.by, who)
        rows = reader.connection.execute(select(table.c.round, table.c.source).where(table.c.by.in_(names)))
        calls.update((row.round, row.source) for row in rows)
    return len(calls)


def _nothing(record: type[Record]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(record.specs()), dtype=object)
