"""What is public of a served partnership as documents of Open Referral UK, kept ready for whoever asks."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rosc_map.exchange.open_referral_documents import (
    document_bytes,
    in_short,
    page_of,
    root_document,
    service_document,
)
from rosc_map.partnership.asset_search import words_of
from rosc_map.partnership.live_assets import LiveAssets
from rosc_map.records import Audience

__all__ = ["Document", "PublicServices"]

_A_PART = 100
_PARTS_KEPT = 128
_Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Document:
    """One document as it is sent: its ``body``, and its ``mark``, which is another one when anything in it is."""

    body: bytes
    mark: str

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Document":
        """Return a document as it is sent."""
        body = document_bytes(document)
        return cls(body, hashlib.sha256(body).hexdigest()[:32])


class PublicServices:
    """The services that everybody may see, in the order of the public export and as it writes them.

    The list is kept in parts of a hundred services, each made once after a change of the records: so whoever asks for
    pages of any size has no more made than there is.

    Parameters
    ----------
    live
        The assets of the server.
    """

    def __init__(self, live: LiveAssets) -> None:
        self._live = live
        self._lock = threading.Lock()
        self._marker = ""
        self._ids: tuple[str, ...] = ()
        self._known: frozenset[str] = frozenset()
        self._parts: OrderedDict[int, _Rows] = OrderedDict()
        self._root: tuple[object, Document] | None = None

    def root(self, openapi_url: str) -> Document:
        """Return what this is: the standard that it follows, its title, notes and licences.

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
        # The day stands in it, so that it is another one tomorrow.
        key = (self._live.marker, self._live.today, openapi_url)
        with self._lock:
            if self._root is None or self._root[0] != key:
                self._root = key, Document.of(root_document(self._live.about(Audience.PUBLIC), openapi_url=openapi_url))
            return self._root[1]

    def page(self, number: int, size: int) -> Document:
        """Return a page of the list, from 1; one after the last is empty.

        Raises
        ------
        FileProblem
            When the records cannot be read.
        """
        with self._lock:
            self._look()
            start = (number - 1) * size
            rows = self._short(start, min(start + size, len(self._ids)))
            return Document.of(page_of(rows, number, total=len(self._ids), size=size))

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
        with self._lock:
            self._look()
            known = identifier in self._known
        # What is not known is not looked for: how long that took would tell of an id that somebody guessed.
        made = self._made([identifier]) if known else []
        return Document.of(made[0]) if made else None

    def _look(self) -> None:
        """Take in what has changed; the lock is held."""
        self._live.refresh()
        if self._live.marker == self._marker:
            return
        self._marker, self._ids = self._live.shown_ids(Audience.PUBLIC)
        self._known = frozenset(self._ids)
        self._parts.clear()

    def _short(self, start: int, end: int) -> _Rows:
        """Return the rows of the list from one place to another; the lock is held, so that one part is made once."""
        parts = range(start // _A_PART, (end - 1) // _A_PART + 1) if start < end else range(0)
        rows = [row for part in parts for row in self._part(part)]
        first = start - parts.start * _A_PART
        return rows[first : first + end - start]

    def _part(self, part: int) -> _Rows:
        if part not in self._parts:
            ids = self._ids[part * _A_PART : (part + 1) * _A_PART]
            self._parts[part] = [in_short(row) for row in self._made(ids)]
            if len(self._parts) > _PARTS_KEPT:
                self._parts.popitem(last=False)
        self._parts.move_to_end(part)
        return self._parts[part]

    def _made(self, ids: Sequence[str]) -> _Rows:
        published = self._live.published(ids, Audience.PUBLIC)
        return [service_document(row) for row in published.assets.drop(columns="geometry").to_dict("records")]
