"""Each organisation's own result of a linkage test, before anybody else sees anything, and who is given which page.

A page is for the one organisation that it is about, and says nothing of who was asked about it.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import networkx as nx
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.linkage import (
    OwnResult,
    contact_keys,
    may_be_tested,
    outcomes,
    own_results,
    what_you_can_do,
)
from rosc_map.publish import published as gate
from rosc_map.publish.linkage import DAYS_TO_REPLY, RoundRows, round_rows
from rosc_map.publish.published import PublishedTable
from rosc_map.publish.round_types import Part, PublishedDocument
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.view import view
from rosc_map.records import Audience, is_hidden, row_dicts, squash

__all__ = [
    "REACHED_AT",
    "addresses",
    "feedback_documents",
    "own_parts",
    "own_rows",
    "parted_by_contact",
    "reached_at",
    "who_gets_which",
]

REACHED_AT = ("name", "e-mail", "telephone")
"""How an asset can be reached: the columns of :func:`reached_at`."""

_GONE = "A service that is not listed any more"

# Where anybody can have an address or a page: to share one says nothing of who runs what.
_ANYBODYS = frozenset((
    "aol.co.uk", "aol.com", "btinternet.com", "gmail.com", "gmx.co.uk", "gmx.com", "googlemail.com", "hotmail.co.uk",
    "hotmail.com", "icloud.com", "live.co.uk", "live.com", "mac.com", "mail.com", "me.com", "msn.com", "nhs.net",
    "ntlworld.com", "outlook.com", "proton.me", "protonmail.com", "sky.com", "talktalk.net", "virginmedia.com",
    "yahoo.co.uk", "yahoo.com", "ymail.com",
    "eventbrite.co.uk", "eventbrite.com", "facebook.com", "gov.uk", "instagram.com", "linktr.ee", "meetup.com",
    "nhs.uk", "sites.google.com", "tiktok.com", "twitter.com", "x.com", "youtube.com",
))  # fmt: skip


@dataclass(frozen=True)
class _Page:
    """A page of own results: for whom, and about which assets."""

    addressee: str
    assets: tuple[dict[str, Any], ...]


def feedback_documents(snapshot: Snapshot, name: str, *, on: dt.date, reply_to: str) -> tuple[PublishedDocument, ...]:
    """Return a page for each organisation of a round with its own result, before anybody else sees anything.

    Services that name the same organisation are on one page where they also share a contact, or a domain of their own
    on the web or in their e-mail. Otherwise each has its own: "NHS" may be written beside services that have nothing to
    do with each other, and none may read what another said.

    Parameters
    ----------
    snapshot
        What is held.
    name
        The round.
    on
        The day on which the pages are given; replies are open for 14 days from then.
    reply_to
        How to reply: a telephone number or an e-mail address of the partnership, or both.

    Raises
    ------
    InputError
        When nobody has answered yet, or everybody has left: there is no result to give.
    """
    held = round_rows(snapshot, name)
    if held.answers.empty:
        raise InputError(f"Nobody has answered in round {held.name} yet, so there is no result to give to anybody.")
    listed = _listed(snapshot)
    pages = _pages(listed, held)
    if not pages:
        raise InputError(f"Nobody of round {held.name} is listed any more, so there is nobody to give a result to.")
    results = _Results(held, {row["id"]: row["name"] for row in listed if may_be_tested(row)})
    said = snapshot.replies[snapshot.replies["round"] == held.name]
    documents = []
    for page in pages:
        own = [row["id"] for row in page.assets]
        replies = tuple(said.loc[said["asset"].isin(own), "reply"])
        parts = (*results.parts(page.assets), *_reply_parts(replies, on, reply_to))
        title = f"Linkage test {held.name}: your own result"
        documents.append(PublishedDocument(page.addressee, title, snapshot.banner, on, parts, gate=gate._GATE))
    return tuple(documents)


def own_rows(snapshot: Snapshot, held: RoundRows, ids: Collection[str]) -> list[dict[str, Any]]:
    """Return those of some assets that a page of own results may be about, by name.

    Who has left or is hidden since is given none, and neither is a reserve that was not needed.

    Parameters
    ----------
    snapshot
        What is held.
    held
        What of it is of the round.
    ids
        The assets of one organisation.
    """
    return [row for row in _with_result(_listed(snapshot), held) if row["id"] in ids]


def own_parts(held: RoundRows, rows: Sequence[dict[str, Any]], names: Mapping[str, str]) -> tuple[Part, ...]:
    """Return the own result of some assets (:func:`own_rows`), as it stands on their page; never who was asked.

    Parameters
    ----------
    held
        What is held of the round.
    rows
        The assets.
    names
        The names of those that they were asked about, as far as they may be told.
    """
    return _Results(held, names).parts(rows)


def who_gets_which(snapshot: Snapshot, name: str, files: Sequence[str]) -> PublishedTable:
    """Return how to reach those that each page is for. Internal.

    Parameters
    ----------
    snapshot
        What is held.
    name
        The round.
    files
        The file of each page, in the order of :func:`feedback_documents`.
    """
    rows = [
        {"page": file, "organisation": page.addressee, **reached_at(row)}
        for file, page in zip(files, _pages(_listed(snapshot), round_rows(snapshot, name)), strict=True)
        for row in page.assets
    ]
    return addresses(snapshot, rows, ["page", "organisation", *REACHED_AT])


def reached_at(asset: dict[str, Any]) -> dict[str, str]:
    """Return how an asset can be reached, as a row of a table of addresses."""
    return {"name": asset["name"], "e-mail": asset["email"], "telephone": asset["phone"]}


def addresses(snapshot: Snapshot, rows: list[dict[str, Any]], columns: list[str]) -> PublishedTable:
    """Return rows as the table by which letters or pages are sent. Internal."""
    notes = (*((snapshot.banner,) if snapshot.banner else ()), "For the partnership's coordinators only.")
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    return PublishedTable("Send to", Audience.INTERNAL, table, notes, gate=gate._GATE)


# Which pages there are -----------------------------------------------------------------------------------------------


def _listed(snapshot: Snapshot) -> list[dict[str, Any]]:
    return row_dicts(view(snapshot, Audience.INTERNAL).named.sort_values(["name", "id"]))


def _pages(listed: list[dict[str, Any]], held: RoundRows) -> list[_Page]:
    organisations: dict[str, list[dict[str, Any]]] = {}
    for row in _with_result(listed, held):
        organisations.setdefault(squash(row["organisation"] or row["name"]), []).append(row)
    pages = []
    for _, rows in sorted(organisations.items()):
        together = parted_by_contact(rows)
        pages += [_Page(_addressee(some, alone=len(together) == 1), tuple(some)) for some in together]
    return pages


def _with_result(listed: Iterable[dict[str, Any]], held: RoundRows) -> list[dict[str, Any]]:
    # Who has left or is hidden since is given no page, and neither is a reserve that was not needed.
    drawn = set(held.questions["source"]) | set(held.questions["target"])
    return [row for row in listed if row["id"] in drawn and not is_hidden(row)]


def parted_by_contact(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Part the assets that name one organisation into those that share a contact or a domain, however indirectly.

    The name alone is enough where figures of too few are hidden (:func:`rosc_map.publish.linkage.organisations`): there
    it errs towards hiding. Here it would let somebody read what another service said.
    """
    graph: nx.Graph[object] = nx.Graph()
    for place, row in enumerate(rows):
        graph.add_node(place)
        graph.add_edges_from((place, key) for key in (*contact_keys(row["phone"], row["email"]), *_domains(row)))
    places = [sorted(node for node in part if isinstance(node, int)) for part in nx.connected_components(graph)]
    return [[rows[place] for place in part] for part in sorted(places)]


def _domains(asset: dict[str, Any]) -> Iterable[str]:
    """Return the domains of an asset's e-mail and page that are not anybody's."""
    address = asset["website"].strip().casefold()
    try:
        page = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:  # no address at all
        page = ""
    found = {asset["email"].strip().casefold().rpartition("@")[2], page.removeprefix("www.")}
    return (f"domain:{domain}" for domain in sorted(found - _ANYBODYS - {""}))


def _addressee(rows: list[dict[str, Any]], *, alone: bool) -> str:
    organisation = rows[0]["organisation"] or rows[0]["name"]
    names = ", ".join(row["name"] for row in rows)
    return organisation if alone or squash(names) == squash(organisation) else f"{names} ({organisation})"


# What stands on them -------------------------------------------------------------------------------------------------


class _Results:
    """The results of a round, to be told to each organisation alone."""

    def __init__(self, held: RoundRows, names: Mapping[str, str]) -> None:
        self._held = held
        # Who was asked about one that has left or become confidential did answer: the answer stays, without the name.
        self._names = dict.fromkeys((*held.questions["source"], *held.questions["target"]), _GONE)
        self._names |= names
        self._ended = outcomes(held.contacts, held.all_answers, tries=held.tries)

    def parts(self, rows: Sequence[dict[str, Any]]) -> tuple[Part, ...]:
        """Return what stands on the page of some assets."""
        own, held = {row["id"]: row["name"] for row in rows}, self._held
        results = own_results(
            tuple(own),
            held.questions,
            held.answers,
            self._ended,
            self._names | own,
            threshold=held.threshold,
            tries=held.tries,
        )
        return tuple(part for result in results for part in _own_parts(result))


def _own_parts(result: OwnResult) -> tuple[Part, ...]:
    table = result.answers if len(result.answers) else None
    return (
        Part(f"{result.name}: when we asked you about others", paragraphs=result.as_source, table=table),
        Part(f"{result.name}: when we asked others about you", paragraphs=result.as_target),
    )


def _reply_parts(replies: tuple[str, ...], on: dt.date, reply_to: str) -> tuple[Part, ...]:
    what_next = Part("What you can do", points=what_you_can_do(reply_by=on + DAYS_TO_REPLY, reply_to=reply_to))
    if replies:
        return what_next, Part("Your reply, kept with the result", paragraphs=replies)
    return what_next, Part("Your reply", lines=6)
