"""What people are in the middle of: their drafts, the lists they share, and the settings of the web app."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from rosc_map.people.drafts import Draft, drop_one, keep_one, one_draft, own_drafts
from rosc_map.people.keeping import Keeping
from rosc_map.people.lists import give_items_back, hand_item_over, take_items, taken_items
from rosc_map.people.phone_keys import found_phone_key, kept_phone_key
from rosc_map.people.tables import settings
from rosc_map.people.tidying import tidy

__all__ = ["Desk"]


class Desk:
    """The part of :class:`People` that asks for no account: "" is the one person who works without signing in."""

    def __init__(self, keeping: Keeping, clock: Callable[[], dt.datetime]) -> None:
        self._keeping = keeping
        self._clock = clock
        self._tidied_on = dt.date.min

    def close(self) -> None:
        """Close the connections that are kept open to a database."""
        self._keeping.close()

    # Drafts

    def drafts(self, name: str) -> list[Draft]:
        """Return somebody's own drafts, the latest first."""
        with self._keeping.reading() as connection:
            return own_drafts(connection, name, self._clock())

    def draft(self, name: str, id: str) -> Draft | None:  # noqa: A002 - it is what the pages call it
        """Return one of somebody's own drafts; None where there is none, whoever else may have one of that name."""
        with self._keeping.reading() as connection:
            return one_draft(connection, name, id, self._clock())

    def keep_draft(self, name: str, id: str, values: Mapping[str, Any], page: str) -> None:  # noqa: A002
        """Keep a draft in place of the one before.

        Raises
        ------
        InputError
            When it is too large, or there are too many.
        """
        with self._writing(f"drafts {name}") as connection:
            keep_one(connection, name, Draft(id, dict(values), page, self._clock()))

    def drop_draft(self, name: str, id: str) -> None:  # noqa: A002
        """Delete one of somebody's own drafts, if there is one."""
        with self._writing(f"drafts {name}") as connection:
            drop_one(connection, name, id)

    def phone_key(self, name: str) -> str:
        """Return what locks somebody's drafts on their phones, in hexadecimal; made when it is first asked for."""
        with self._keeping.reading() as connection:
            found = found_phone_key(connection, name)
        if found:
            return found
        with self._writing("phone keys") as connection:
            return kept_phone_key(connection, name)

    # Lists

    def taken(self, kind: str, about: str = "") -> dict[str, str]:
        """Return who has what of a list: "check" (assets to check), or "call" (``about`` a round)."""
        with self._keeping.reading() as connection:
            return taken_items(connection, kind, about, self._clock())

    def take(self, name: str, kind: str, items: Iterable[str], about: str = "") -> list[str]:
        """Let somebody have what of these is free, or theirs already, and return what they got."""
        with self._writing(f"lists {kind} {about}") as connection:
            return take_items(connection, name, kind, items, about, self._clock())

    def give_back(self, name: str, kind: str, items: Iterable[str], about: str = "") -> None:
        """Free what somebody has of a list; what others have stays theirs."""
        with self._writing(f"lists {kind} {about}") as connection:
            give_items_back(connection, name, kind, items, about)

    def hand_over(self, kind: str, item: str, to: str, about: str = "") -> None:
        """Give an item of a list to somebody, whoever has it; to "" frees it.

        Raises
        ------
        InputError
            When ``to`` may be a person's name.
        """
        with self._writing(f"lists {kind} {about}") as connection:
            hand_item_over(connection, kind, item, to, about, self._clock())

    # Settings

    def setting(self, key: str, default: str = "") -> str:
        """Return a setting, such as "url"."""
        with self._keeping.reading() as connection:
            found: str | None = connection.execute(select(settings.c.value).where(settings.c.key == key)).scalar()
        return default if found is None else found

    def set_setting(self, key: str, value: str) -> None:
        """Keep a setting."""
        with self._writing("settings") as connection:
            connection.execute(delete(settings).where(settings.c.key == key))
            connection.execute(insert(settings).values(key=key, value=value))

    @contextmanager
    def _writing(self, about: str) -> Iterator[Connection]:
        """Open a transaction; once a day what has had its time is deleted first."""
        today = self._clock().date()
        if self._tidied_on != today:
            with self._keeping.writing("tidy") as connection:
                tidy(connection, self._clock())
            self._tidied_on = today
        with self._keeping.writing(about) as connection:
            yield connection
