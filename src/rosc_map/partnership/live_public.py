"""What is public of a served partnership as documents of Open Referral UK, kept ready for whoever asks."""

import hashlib
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rosc_map.exchange.open_referral_documents import (
    document_bytes,
    in_short,
    page_of,
    root_document,
    service_document,
)
from rosc_map.partnership.asset_search import words_of
from rosc_map.partnership.live_assets import LiveAssets
from rosc_map.publish import PublishedAbout, keeps_secret, may_be_named, plain_id
from rosc_map.records import Audience

__all__ = ["Document", "PublicServices"]

_A_PART = 100
_PARTS_KEPT = 128
_MOST_CHANGED = 500
_SAID_FOR = 60.0  # seconds
_NOTES = (
    "Places that have to stay confidential, such as refuges, are not in this list.",
    "Others that are known here may not be named to everybody, and are not in it either: ask the partnership.",
)
"""They stand here whatever is held: a number, or a sentence that is not always there, would tell the minute in which a
place was hidden."""
_SECRET_WORDS = ("name", "organisation", "address", "postcode", "phone", "website", "email")
_HOW_SHOWN = ("listing", "listing_shows", "location_precision")
_Rows = list[dict[str, Any]]
_Recorded = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True)
class Document:
    """One document as it is sent: its ``body``, and its ``mark``, which is another one when anything in it is."""

    body: bytes
    mark: str

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Document":
        """Return a document as it is sent."""
        return cls.as_sent(document_bytes(document))

    @classmethod
    def as_sent(cls, body: bytes) -> "Document":
        """Return a document of its bytes."""
        return cls(body, hashlib.sha256(body).hexdigest()[:32])


@dataclass(frozen=True)
class _Part:
    """Some services that follow each other in the list: as they stand there, and each in full, pressed."""

    ids: tuple[str, ...]
    short: _Rows
    full: Mapping[str, bytes]

    @classmethod
    def of(cls, ids: tuple[str, ...], made: _Rows) -> "_Part":
        full = {service["id"]: zlib.compress(document_bytes(service), 1) for service in made}
        return cls(ids, [in_short(service) for service in made], full)


@dataclass(frozen=True)
class _Said:
    """What has to be said of all of it, and when that was made."""

    about: PublishedAbout
    marker: str
    at: float


class PublicServices:
    """The services that everybody may see, in the order of the public export and as it writes them.

    They are kept in parts of a hundred, each made once and anew only when one of its services has changed, or what has
    to be kept out of all texts: so whoever asks, and however often, has no more made than there is.

    Parameters
    ----------
    live
        The assets of the server.
    clock
        Tells the seconds; it never goes back.
    """

    def __init__(self, live: LiveAssets, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._live, self._clock = live, clock
        self._lock, self._saying = threading.Lock(), threading.Lock()
        self._marker = ""
        self._ids: tuple[str, ...] = ()
        self._places: dict[str, int] = {}
        self._recorded: _Recorded = {}
        self._parts: OrderedDict[int, _Part] = OrderedDict()
        self._said: _Said | None = None

    def root(self, openapi_url: str) -> Document:
        """Return what this is: the standard that it follows, its title, notes and licences.

        What was added is counted in it a minute later at most; where less may be told, it is so at once.

        Parameters
        ----------
        openapi_url
            Where it is described for programs.

        Raises
        ------
        FileProblem
            When the records cannot be read.
        """
        self._live.refresh()
        about = self._about()
        notes = [note for note in (about.banner, *_NOTES) if note]
        return Document.of(root_document(about, openapi_url=openapi_url) | {"notes": notes})

    def page(self, number: int, size: int) -> Document:
        """Return a page of the list, from 1; one after the last is empty.

        Raises
        ------
        FileProblem
            When the records cannot be read.
        """
        self._live.refresh()
        with self._lock:
            self._look()
            start, total = (number - 1) * size, len(self._ids)
            rows = self._short(start, min(start + size, total))
        return Document.of(page_of(rows, number, total=total, size=size))

    def found(self, words: str, number: int, size: int) -> Document:
        """Return a page of those that have all of these words, best first: at most 200 are found.

        Raises
        ------
        FileProblem
            When the records cannot be read.
        """
        self._live.refresh()
        ids = self._live.search(words, Audience.PUBLIC) if words_of(words) else []
        rows = self._made(ids[(number - 1) * size : number * size])
        return Document.of(page_of([in_short(row) for row in rows], number, total=len(ids), size=size))

    def service(self, identifier: str) -> Document | None:
        """Return one service in full; None for what is not public, which nothing tells from what is not there.

        Raises
        ------
        FileProblem
            When the records cannot be read.
        """
        self._live.refresh()
        with self._lock:
            self._look()
            # What is not known is not looked for: how long that took would tell of an id that somebody guessed.
            place = self._places.get(identifier)
            pressed = None if place is None else self._part(place // _A_PART).full.get(identifier)
        return None if pressed is None else Document.as_sent(zlib.decompress(pressed))

    def _about(self) -> PublishedAbout:
        """Return what has to be said of all of it; while one makes it anew, others have it as it was, if they may."""
        said = self._said
        if said and self._holds(said):
            is_new = said.marker == self._live.marker or self._clock() < said.at + _SAID_FOR
            if is_new or not self._saying.acquire(blocking=False):
                return said.about
        else:
            self._saying.acquire()
        try:
            made = self._said
            if made is None or made is said or not self._holds(made):
                marker, at = self._live.marker, self._clock()
                made = self._said = _Said(self._live.about(Audience.PUBLIC), marker, at)
            return made.about
        finally:
            self._saying.release()

    def _holds(self, said: _Said) -> bool:
        """Whether it is of today, and nothing is to be told less of since."""
        return said.about.as_at == self._live.today and not self._live.told_less_since(said.marker, Audience.PUBLIC)

    def _look(self) -> None:
        """Take in what has changed; the lock is held."""
        if self._live.marker == self._marker:
            return
        # In this order: what changes between the two is looked at again the next time.
        self._marker, ids = self._live.shown_ids(Audience.PUBLIC)
        before, self._recorded = self._recorded, self._live.rows()
        if ids != self._ids:
            self._ids, self._places = ids, {known: place for place, known in enumerate(ids)}
        changed = _changed(before, self._recorded)
        if len(changed) > _MOST_CHANGED or _kept_back(before, changed) != _kept_back(self._recorded, changed):
            self._parts.clear()
            return
        known = {plain_id(rows[number]["id"]) for rows in (before, self._recorded) for number in changed & rows.keys()}
        for part in [part for part, held in self._parts.items() if not known.isdisjoint(held.ids)]:
            del self._parts[part]

    def _short(self, start: int, end: int) -> _Rows:
        """Return the rows of the list from one place to another; the lock is held, so that one part is made once."""
        parts = range(start // _A_PART, (end - 1) // _A_PART + 1) if start < end else range(0)
        rows = [row for part in parts for row in self._part(part).short]
        first = start - parts.start * _A_PART
        return rows[first : first + end - start]

    def _part(self, part: int) -> _Part:
        ids = self._ids[part * _A_PART : (part + 1) * _A_PART]
        held = self._parts.get(part)
        if held is None or held.ids != ids:
            held = self._parts[part] = _Part.of(ids, self._made(ids))
            if len(self._parts) > _PARTS_KEPT:
                self._parts.popitem(last=False)
        self._parts.move_to_end(part)
        return held

    def _made(self, ids: Sequence[str]) -> _Rows:
        published = self._live.published(ids, Audience.PUBLIC)
        return [service_document(row) for row in published.assets.drop(columns="geometry").to_dict("records")]


def _changed(before: _Recorded, after: _Recorded) -> set[int]:
    """Return the numbers of the rows that came, went or are others now."""
    # Most are the very same object: only the others are compared.
    others = [number for number in before.keys() | after.keys() if before.get(number) is not after.get(number)]
    return {number for number in others if before.get(number) != after.get(number)}


def _kept_back(recorded: _Recorded, numbers: Collection[int]) -> dict[int, tuple[object, ...]]:
    """Return what of some rows has to be kept out of the texts of others, and all on which that hangs."""
    rows = {number: recorded[number] for number in numbers if number in recorded}
    if not rows:
        return {}
    told = keeps_secret(pd.DataFrame(list(rows.values())), Audience.PUBLIC)
    return {
        number: (may_be_named(row, Audience.PUBLIC), *(row[name] for name in (*_SECRET_WORDS, *_HOW_SHOWN)))
        for (number, row), keeps in zip(rows.items(), told, strict=True)
        if keeps
    }
