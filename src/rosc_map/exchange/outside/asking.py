"""Asking for the pages of a list: politely, within limits, and each only once."""

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from rosc_map.errors import AnswerNotUnderstood, FileProblem, ServiceDown, ServiceHasNone, ServiceProblem
from rosc_map.exchange.limits import MOST_BYTES, MOST_JSON_PARTS, MOST_PARTS
from rosc_map.exchange.outside.json_text import json_parts
from rosc_map.exchange.outside.lists import Progress
from rosc_map.exchange.outside.pages_kept import KeptPages
from rosc_map.place.online.fetch import Fetcher, FetchSettings

__all__ = ["Asker", "FetchOptions"]

Found = TypeVar("Found")


@dataclass(frozen=True)
class FetchOptions(FetchSettings):
    """How a list is fetched: the limits and manners of each request, and of all of them.

    Attributes
    ----------
    whole_time
        Seconds for all pages.
    areas
        Of OpenStreetMap: the GSS codes of the areas whose places are asked for.
    """

    read_timeout: float = 75.0
    total_time: float = 300.0
    back_off: float = 2.0
    longest_wait: float = 60.0
    most_bytes: int = 50_000_000
    seconds_between: float = 0.5
    inside: bool = False
    whole_time: float = 7200.0
    areas: tuple[str, ...] = ()


class Asker:
    """Asks for one list.

    Parameters
    ----------
    host
        Who is asked, for messages.
    options
        Limits and manners.
    kept
        Where answers are kept. Only those that could be read are.
    progress
        Told after each answer.

    Attributes
    ----------
    said
        What there is to say of this fetch.
    expected
        How many answers there will be, as far as is known.
    answers, recalled
        How many have come, and how many of them were kept from an earlier try.
    """

    def __init__(self, host: str, options: FetchOptions, kept: KeptPages, progress: Progress) -> None:
        self.host = host
        self.said: list[str] = []
        self.expected: int | None = None
        self._client = Fetcher(options)
        self._kept, self._progress = kept, progress
        self._until = time.monotonic() + options.whole_time
        self.answers = self.recalled = self._bytes = self._parts = 0

    def get(self, url: str, read: Callable[[bytes], Found], *, headers: Mapping[str, str] | None = None) -> Found:
        """Ask by GET.

        Parameters
        ----------
        url
            The address.
        read
            Makes of the answer what it says; an answer that it refuses (ServiceProblem) is not kept.
        headers
            For this host alone; they are not kept.

        Raises
        ------
        ServiceProblem
            When there is no answer, or it is refused, or the list is beyond the limits.
        """
        return self._answer(url, read, lambda: self._client.get_bytes(url, headers=headers))

    def post(self, url: str, fields: Mapping[str, str], read: Callable[[bytes], Found]) -> Found:
        """Send the fields of a form by POST; else as :meth:`get`."""
        return self._answer(f"{url}\n{sorted(fields.items())}", read, lambda: self._client.post_form(url, fields))

    def none(self, what: str) -> ServiceHasNone:
        """Return the error for a list in which there is nothing; what was kept of it is forgotten."""
        self._kept.forget()
        return ServiceHasNone(
            f"{self.host} sent not a single {what}. That does not mean that there is none here. Check what the address "
            "asks for; nothing was changed."
        )

    def useless(self, what: str, advice: str = "Ask those who run it; nothing was changed.") -> AnswerNotUnderstood:
        """Return the error for a list that is no good as it was sent; what was kept of it is forgotten."""
        self._kept.forget()
        return AnswerNotUnderstood(f"{self.host} sent {what}. {advice}")

    def check_whole(self, what: str, sent: int, total: int | None, *, most_missing: int | None) -> None:
        """Compare what was sent with what there should be: a few less is said, more than ``most_missing`` refused.

        Raises
        ------
        AnswerNotUnderstood
            When too much is missing.
        """
        if total is None or total <= sent:
            return
        if most_missing is not None and total - sent > most_missing:
            raise self.useless(f"only {sent:,} of the {total:,} {what} that it has")
        self.said.append(f"{self.host} says that it has {total:,} {what}, and sent {sent:,}.")

    def _answer(self, asked: str, read: Callable[[bytes], Found], ask: Callable[[], bytes]) -> Found:
        if (known := self._recall(asked, read)) is not None:
            self.recalled += 1
            return self._count(*known)
        if time.monotonic() > self._until:
            again = "Run it again within a day: it goes on from here." if self._kept.on_disk else "Run it again later."
            raise ServiceDown(f"{self.host} took too long to send its whole list. {again}")
        answer = ask()
        found = read(answer)
        self._kept.put(asked, answer)
        return self._count(answer, found)

    def _recall(self, asked: str, read: Callable[[bytes], Found]) -> tuple[bytes, Found] | None:
        answer = self._kept.get(asked)
        with contextlib.suppress(ServiceProblem, FileProblem):  # damaged: it is asked for again
            return None if answer is None else (answer, read(answer))
        return None

    def _count(self, answer: bytes, found: Found) -> Found:
        self.answers += 1
        self._bytes += len(answer)
        self._parts += json_parts(answer)
        # Of all answers together: each has a limit of its own.
        if self.answers > MOST_PARTS or self._bytes > MOST_BYTES or self._parts > MOST_JSON_PARTS:
            raise self.useless(
                f"more than can be read: {self.answers:,} pages, {self._bytes // 1_000_000:,} MB",
                "Give an address that asks for a part of it, such as one with a word to search for.",
            )
        self._progress(self.answers, self.expected)
        return found
