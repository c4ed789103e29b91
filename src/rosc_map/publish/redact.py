"""Taking secrets out of free text: names, streets, postcodes and numbers that an audience must not see.

A secret is looked for as the words it is made of, whatever their case, accents, apostrophes and marks (``_Phrases``);
telephones are compared by their digits and web addresses by their host and path (``_Contacts``).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import lru_cache
from typing import Any

import pandas as pd

from rosc_map.records import Asset, Kind, row_dicts
from rosc_map.records.places_in_text import ALIKE, Span, Token, cover, find_places, find_postcodes, fold, tokens

__all__ = ["MASK", "Redactor", "tells_a_street"]

MASK = "(not shown)"
"""Stands where a word was taken out of a text."""
_FREE_TEXT = {
    name for name, spec in Asset.specs().items() if spec.kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.LIST) and name != "id"
} - {"areas_served"}
_OWN_NAMES = {"name", "organisation"}
_LINKS = {"website", "source_url"}
_ONLY_HERE = {"shown_place", *(f"secret_{name}" for name in ("address", "postcode", "phone", "email", "website"))}
_SHORT = 5  # Names with fewer letters are words too: they are compared with their case.

_STREETS = (
    "st rd ave ln dr cl sq ct gdns cres terr pl way garden grove hill house row walk mews park view yard "
    "cottage cottages villa villas rise green parade gate wharf quay flat flats farm lodge mount bank croft "
    "fold wynd brae loan boulevard blvd end vale field fields meadow meadows causeway heights dale ride link "
    "reach alley arcade strand common corner lea esplanade promenade broadway circus approach drove chase "
    "bypass buildings building mill hall centre"
)
_STREET_WORDS = frozenset(_STREETS.split())
# A street word in the name of a town makes no street of it.
_TOWNS = {
    "chester le st", "burgess hill", "biggin hill", "welwyn garden city", "golders green", "forest hill", "wood green",
}  # fmt: skip
_NUMBER = re.compile(r"\d+[a-z]?|[a-z]\d+")
_REMEMBERED = 30_000  # a server asks for a page after a page, each time with the same secrets
_TEXTS_REMEMBERED = 1_000  # whole texts, of which many would fill the memory
_Phrase = tuple[tuple[str, ...], tuple[str, ...]]  # The keys of the words, and the words where their case counts.
_UNITS = {"flat", "unit", "apartment", "apt", "room", "suite", "floor", "no"}


@lru_cache(maxsize=_REMEMBERED)
def _phrase(text: str, *, optional_the: bool = False) -> tuple[_Phrase, ...]:
    """Return the ways to find a phrase; written as one word, like a hashtag, it is found as well."""
    words = tokens(fold(text).text)
    if optional_the and len(words) > 1 and words[0].key == "the":
        words = words[1:]
    keys, typed = tuple(word.key for word in words), tuple(word.word for word in words)
    if sum(map(len, typed)) < _SHORT:
        return ((keys, typed),)
    return ((keys, ()), (("".join(typed).casefold(),), ()))


@lru_cache(maxsize=_TEXTS_REMEMBERED)
def _words(folded: str) -> tuple[Token, ...]:
    return tuple(tokens(folded))


class _Phrases:
    """Phrases to be found in texts, kept as a tree of their first, second … word: a text is read once."""

    def __init__(self, phrases: Iterable[_Phrase]) -> None:
        self._tree: dict[str, Any] = {}
        for keys, typed in phrases:
            node = self._tree
            for key in keys:
                node = node.setdefault(key, {})
            if keys:
                # The empty key holds how the words have to be written; () is in any case.
                node.setdefault("", set()).add(typed)

    def find(self, words: Sequence[Token]) -> Iterator[Span]:
        """Find each phrase in the words of a text."""
        for first, word in enumerate(words):
            if word.key not in self._tree and word.owner_key not in self._tree:
                continue
            nodes, place = [self._tree], first
            while nodes and place < len(words):
                here = words[place]
                nodes = [node[key] for node in nodes for key in {here.key, here.owner_key} if key in node]
                place += 1
                if any("" in node and _as_written(node[""], words[first:place]) for node in nodes):
                    yield word.start, here.end


def _as_written(spellings: set[tuple[str, ...]], tokens: Sequence[Token]) -> bool:
    return () in spellings or any(
        all(word in (token.word, token.owner) for word, token in zip(words, tokens, strict=True)) for words in spellings
    )


def _streets(address: str) -> Iterator[str]:
    """Return what of an address gives a place away; the name of a town alone does not."""
    folded = fold(address).text
    parts = [tokens(part) for part in re.split(r"[,\n;]", cover(folded, find_postcodes(folded), ","))]
    parts = [part for part in parts if part]
    street = [_is_street(part) for part in parts]
    if parts and _NUMBER.fullmatch(parts[0][0].key):
        # "14, Eastbourne Mount": a street follows a number, whatever its name ends with.
        street[min(1 if not _bare(parts[0]) else 0, len(parts) - 1)] = True
    last = max((index for index, is_street in enumerate(street) if is_street), default=-1)
    for part in parts[: last + 1]:
        bare = _bare(part)
        words = [token.word for token in bare]
        ends = [end for end in range(2, len(bare)) if bare[end - 1].key in _STREET_WORDS]
        for run in ([token.word for token in part] if bare else [], words, *(words[:end] for end in ends)):
            if len(run) > 1 or (run and ALIKE.get(run[0].casefold(), run[0].casefold()) not in _STREET_WORDS):
                yield " ".join(run)


def tells_a_street(address: str) -> bool:
    """Whether an address, or a part of one, tells more of a place than its town: a street, a building or a number."""
    return next(_streets(address), None) is not None


def _is_street(part: list[Token]) -> bool:
    keys = [token.key for token in part]
    if any(character.isdigit() for key in keys for character in key):
        return True
    # In the middle "St" is a saint.
    ends = {key for key in keys if key != "st"} | {keys[-1]}
    return " ".join(keys) not in _TOWNS and bool(ends & _STREET_WORDS)


def _bare(part: list[Token]) -> list[Token]:
    """Return a part of an address without the numbers of house and flat that it begins with."""
    first = 0
    while first < len(part) and (part[first].key in _UNITS or _NUMBER.fullmatch(part[first].key)):
        first += 1
    return part[first:]


_SHARED = (
    "facebook.com fb.com instagram.com twitter.com x.com youtube.com linktr.ee eventbrite.co.uk eventbrite.com "
    "sites.google.com gmail.com outlook.com hotmail.com hotmail.co.uk yahoo.com yahoo.co.uk icloud.com nhs.net gov.uk"
)
_SHARED_HOSTS = frozenset(_SHARED.split())
_RUN = re.compile(r"\d(?:[^\w:,;]{0,4}\d|_\d){4,}")
_BEFORE_NUMBER = re.compile(r"(?:(?:\+|00)\W{0,3})?(?:44\W{0,3})?(?:\(?0\W{0,3})?$")
_ADDRESS = re.compile(
    r"(?<![\w.@%+-])(?:[a-z][a-z+]{1,9}:/{0,2})?(?P<user>[\w.%+-]+@)?"
    r"(?P<host>(?:[\w-]+\.)+[^\W\d_]{2,})(?![\w-])(?::\d+)?(?P<path>/[^\s<>\"]*|\?[^\s<>\"]*)?",
    re.IGNORECASE,
)


class _Contacts:
    """Telephones, web addresses and e-mail addresses."""

    def __init__(self) -> None:
        self.numbers: set[str] = set()
        self.pages: set[str] = set()
        self.hosts: set[str] = set()

    def add(self, asset: Mapping[str, Any]) -> None:
        """Add the contacts of an asset."""
        for part in re.split(r"/|ext|x", fold(asset["phone"]).text, flags=re.IGNORECASE):
            digits = re.sub(r"\(0\)|\D", "", part)
            number = re.sub(r"^(?:00)?44(?=0?\d{9,10}$)", "", digits).lstrip("0")
            self.numbers |= {number[-10:], number[:10]} if len(number) >= _SHORT else set()
        for field in ("website", "email"):
            for found in _ADDRESS.finditer(fold(asset[field]).text):
                page, host = _page(found)
                self.pages.add(page)
                self.hosts.add(host)

    def without(self, shown: "_Contacts") -> "_Contacts":
        """Return what is not shown by anybody; a host that somebody shows is no secret, a page of it is."""
        kept = _Contacts()
        kept.numbers, kept.hosts = self.numbers - shown.numbers, self.hosts - shown.hosts - _SHARED_HOSTS
        kept.pages = self.pages - shown.pages - shown.hosts - _SHARED_HOSTS
        return kept

    def find(self, folded: str, shown: set[str]) -> Iterator[Span]:
        """Find the contacts in a folded text; ``shown`` are hosts that are no secret."""
        if self.numbers:
            for run in _RUN.finditer(folded):
                yield from self._numbers(folded, run)
        if (self.pages or self.hosts) and "." in folded:
            for found in _ADDRESS.finditer(folded):
                page, host = _page(found)
                levels = {page[:at] for at, mark in enumerate(page) if mark in "/?#"} | {page}
                if levels & self.pages or (_above(host) & self.hosts and not _above(host) & shown):
                    yield found.start(), found.end() - (len(found.group()) - len(found.group().rstrip(".,;:!?)]'")))

    def _numbers(self, folded: str, run: re.Match[str]) -> Iterator[Span]:
        places = [at for at in range(*run.span()) if folded[at].isdigit()]
        digits = "".join(folded[at] for at in places)
        for size in range(_SHORT, 11):
            # Fewer than nine digits are a local number: only at the end of what was typed.
            for first in range(0 if size > 8 else max(0, len(digits) - size), len(digits) - size + 1):
                if digits[first : first + size] in self.numbers:
                    before = _BEFORE_NUMBER.search(folded, max(0, places[first] - 16), places[first])
                    yield before.start() if before else places[first], places[first + size - 1] + 1


def _page(found: re.Match[str]) -> tuple[str, str]:
    """Return host and path of an address, or the e-mail address, and the host alone."""
    host = found["host"].casefold().removeprefix("www.")
    path = (found["path"] or "").casefold().rstrip("/.,;:!?)]'")
    return (found["user"] or "").casefold().removeprefix("www.") + host + path, host


def _above(host: str) -> set[str]:
    parts = host.split(".")
    return {".".join(parts[first:]) for first in range(len(parts) - 1)}


class Redactor:
    """Knows what one audience must not see, and takes it out of any text.

    Parameters
    ----------
    shown
        The assets that are named, as they are shown (coarsened, restricted), with ``shown_place`` (bool) and what has
        to be kept of their place in ``secret_address`` and ``secret_postcode``.
    hidden
        The assets that are counted or withheld: nothing of them may be read anywhere.
    every_postcode
        Mask every full postcode but an asset's own shown one, so that a mask tells nothing; internal needs it not.
    """

    def __init__(self, shown: pd.DataFrame, hidden: pd.DataFrame, *, every_postcode: bool = True) -> None:
        self._learn(row_dicts(shown), row_dicts(hidden), every_postcode=every_postcode)

    @classmethod
    def of(
        cls, shown: Sequence[Mapping[str, Any]], hidden: Sequence[Mapping[str, Any]], *, every_postcode: bool = True
    ) -> "Redactor":
        """Make one of rows, where there are so few of them that a table costs more than they do."""
        made = cls.__new__(cls)
        made._learn(shown, hidden, every_postcode=every_postcode)
        return made

    def _learn(
        self, shown: Sequence[Mapping[str, Any]], hidden: Sequence[Mapping[str, Any]], *, every_postcode: bool
    ) -> None:
        self._every_postcode = every_postcode
        secret_words: set[_Phrase] = set()
        secret = _Contacts()
        for asset in hidden:
            secret.add(asset)
            secret_words.update(_names(asset), _place(asset["address"], asset["postcode"]))
        for asset in shown:
            secret.add({field: asset.get(f"secret_{field}", "") for field in ("phone", "website", "email")})
            if not asset["shown_place"]:
                secret_words.update(_place(asset["secret_address"], asset["secret_postcode"]))
        open_words, contacts = _open(shown)
        # A word that somebody else shows of their own (a shared telephone, the same street) is no secret.
        shown_keys = {keys for keys, _ in open_words}
        self._secret = _Phrases(phrase for phrase in secret_words if phrase[0] not in shown_keys)
        self._open: tuple[_Phrases, ...] = (_Phrases(open_words),)
        self._shown_hosts = contacts.hosts
        self._contacts = secret.without(contacts)

    def beside(self, shown: Iterable[Mapping[str, Any]]) -> "Redactor":
        """Return one that takes out the same secrets, but for the words that more assets show of their own.

        Parameters
        ----------
        shown
            The assets, as they are shown. What any of them keeps has to be known here already.
        """
        open_words, contacts = _open(shown)
        other = copy(self)
        other._open = (*self._open, _Phrases(open_words))
        other._shown_hosts = self._shown_hosts | contacts.hosts
        other._contacts = self._contacts.without(contacts)
        return other

    def clean_asset(self, asset: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of a shown asset without the secrets, its own place included where it is not shown."""
        own = _own_place(asset)
        allowed = _postcodes(fold(f"{asset['postcode']} , {asset['address']}").text) if asset["shown_place"] else set()
        return {
            name: self._clean(name, value, own, allowed) if name in _FREE_TEXT else value
            for name, value in asset.items()
            if name not in _ONLY_HERE
        }

    def _clean(self, field: str, value: Any, own: _Phrases | None, allowed: set[str]) -> Any:
        if isinstance(value, tuple):
            return tuple(self._clean(field, part, own, allowed) for part in value)
        if not isinstance(value, str) or not value:
            return value
        folded = fold(value)
        spans = self._find(folded.text, own, allowed, others=field not in _OWN_NAMES)
        if field in _LINKS:
            # A link with a mask in it leads nowhere, and its rest may still tell.
            return "" if spans else value
        return cover(value, map(folded.typed, spans), MASK)

    def _find(self, folded: str, own: _Phrases | None, allowed: set[str], *, others: bool) -> list[Span]:
        words = _words(folded)
        spans: list[Span] = []
        if others:
            spans = list(self._secret.find(words))
            if spans:
                # "Harbour House Cafe" is shown: a mask in it would tell of the refuge "Harbour House".
                known = [span for phrases in self._open for span in phrases.find(words)]
                spans = [span for span in spans if not any(a <= span[0] and span[1] <= b for a, b in known)]
            spans += self._contacts.find(folded, self._shown_hosts)
        if own:
            spans += [*own.find(words), *find_places(folded)]
        elif self._every_postcode:
            spans += [span for span in find_postcodes(folded) if _compact(folded[slice(*span)]) not in allowed]
        return spans


def _open(shown: Iterable[Mapping[str, Any]]) -> tuple[set[_Phrase], _Contacts]:
    """Return the words that assets show of their own, and their contacts."""
    words: set[_Phrase] = set()
    contacts = _Contacts()
    for asset in shown:
        contacts.add(asset)
        words.update(_names(asset), _place(asset["address"], asset["postcode"]))
        for text in (asset["address"], asset["email"]):
            words.update(_phrase(text))
    for host in contacts.hosts:
        words.update(_phrase(host))
    return words, contacts


def _names(asset: Mapping[str, Any]) -> Iterator[_Phrase]:
    for field in ("name", "organisation"):
        yield from _phrase(asset[field], optional_the=True)


@lru_cache(maxsize=_REMEMBERED)
def _place(address: str, postcode: str) -> tuple[_Phrase, ...]:
    return tuple(phrase for words in (*_streets(address), postcode) for phrase in _phrase(words))


def _own_place(asset: Mapping[str, Any]) -> _Phrases | None:
    if asset["shown_place"]:
        return None
    postcode = asset["secret_postcode"]
    # Where not even the district is shown, it is kept as well.
    district = "" if asset["postcode"] else re.sub(r"\s*\d[A-Za-z]{2}\s*$", "", postcode)
    return _Phrases([*_place(asset["secret_address"], postcode), *_phrase(district)])


def _compact(text: str) -> str:
    return re.sub(r"[\W_]", "", text).upper()


def _postcodes(text: str) -> set[str]:
    return {_compact(text[slice(*span)]) for span in find_postcodes(text)}
