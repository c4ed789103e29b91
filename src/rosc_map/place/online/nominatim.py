"""Nominatim of OpenStreetMap: the point of an address that has no postcode, asked for only when somebody wants that.

Its usage policy (https://operations.osmfoundation.org/policies/nominatim/) allows one request a second of a whole
application and no large lists, and wants a contact, a cache and the attribution: all of that is kept here.
"""

import hashlib
import hmac
import json
import re
import secrets
import sqlite3
import time
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from rosc_map.errors import FileProblem, InputError, ServiceDown, ServiceProblem
from rosc_map.place.online.fetch import Fetcher, FetchSettings, not_understood, point_in_uk, private_base, service_name
from rosc_map.whole_file import write_atomic

__all__ = ["ATTRIBUTION", "MOST_A_RUN", "AddressAnswer", "Nominatim"]

ATTRIBUTION = "© OpenStreetMap contributors (ODbL)"
"""Stands wherever a point of this service is shown."""
MOST_A_RUN = 200
"""Requests of one :class:`Nominatim`; the service is not for long lists."""

_SECONDS_BETWEEN = 1.1  # a little more than the policy asks: requests also spend time on their way
_KEEP_FOUND_S = 365 * 24 * 3600
_KEEP_NOT_FOUND_S = 30 * 24 * 3600
_KEY_BYTES = 32
_LONGEST_ADDRESS = 300
_CLOCK_SET_BACK_S = 60
_TURNED_AWAY = (401, 403)
_CONTACT = re.compile(
    r"(?:[\w.+'-]{1,64}@|https?://)(?!(?:[a-z0-9-]+\.)*example\.)(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}(?:/[!-~]*)?",
    re.ASCII | re.IGNORECASE,
)

Outcome = Literal["found", "not_found", "service_down", "not_asked"]


@dataclass(frozen=True)
class AddressAnswer:
    """What the service says of an address.

    Attributes
    ----------
    outcome
        ``found``, ``not_found``, ``service_down`` (nothing is known of it) or ``not_asked`` (too many in one run).
    longitude, latitude
        Degrees, EPSG:4326, or None.
    display_name
        The place that was found, in OpenStreetMap's words. It comes from outside: escape it wherever it is shown.
    licence
        What must stand beside the point.
    reason
        Why nothing is known, else "".
    """

    outcome: Outcome
    longitude: float | None = None
    latitude: float | None = None
    display_name: str = ""
    licence: str = ATTRIBUTION
    reason: str = ""


class Nominatim:
    """The service, for one run.

    Parameters
    ----------
    contact
        An e-mail or web address that reaches who runs this, sent along as the policy wants.
    base_url
        Of the service, or of one that somebody hosts themselves.
    cache
        The file that keeps the answers (those that found a point for a year, the others for 30 days) and the time of
        the last request, shared by all processes of a user; in the user's cache folder when left out. What it keeps is
        masked with the key in the file of the same name that ends in ``.key``: a copy of the cache alone tells nobody
        what was asked. Who can read the folder has the key too, and can find out by trying addresses. Delete both
        files to forget all answers.
    settings
        Limits of the client.
    seconds_between
        The least time between two requests of all processes; less than a second only for a service of your own.

    Attributes
    ----------
    host
        The name of the computer that is asked.

    Raises
    ------
    InputError
        Without a contact that can be one, and for an address of a service that cannot be used or is neither https nor
        on this computer.
    """

    def __init__(
        self,
        contact: str,
        base_url: str = "https://nominatim.openstreetmap.org",
        cache: Path | None = None,
        *,
        settings: FetchSettings | None = None,
        seconds_between: float = _SECONDS_BETWEEN,
    ) -> None:
        if not _CONTACT.fullmatch(contact):
            raise InputError(
                "OpenStreetMap's address search wants to know whom to contact. "
                "Give your e-mail address or the web address of your partnership."
            )
        self._base = private_base(base_url)
        self.host = service_name(base_url)
        self._memory = _Memory(cache or _cache_file(), seconds_between)
        # Not tried again and not sent on: each request counts, and the address is for this service alone.
        strict = replace(settings or FetchSettings(), contact=contact, retries=0, redirects=0)
        self._client = Fetcher(strict, take_turn=self._memory.take_turn)
        self._asked = 0
        self._down = ""

    def find(self, address: str) -> AddressAnswer:
        """Find an address in the UK, one at a time.

        Raises
        ------
        InputError
            For no address, or one of more than 300 characters.
        FileProblem
            When the cache cannot be written: without it the service may not be used.
        """
        readable = address.encode("utf-8", "ignore").decode()
        plain = " ".join(unicodedata.normalize("NFKC", readable).casefold().split())
        if not plain or len(plain) > _LONGEST_ADDRESS:
            raise InputError(f"An address has 1 to {_LONGEST_ADDRESS} characters. Give one line of an address.")
        if known := self._memory.recall(self._base, plain):
            return known
        if self._down:
            return AddressAnswer("service_down", reason=self._down)
        if self._asked >= MOST_A_RUN:
            reason = f"{MOST_A_RUN} addresses were asked for in this run, and more are not allowed. Run it again later."
            return AddressAnswer("not_asked", reason=reason)
        self._asked += 1
        try:
            answer = self._ask(plain)
        except ServiceProblem as problem:
            # A service that is down or turns us away is left alone for the rest of the run.
            if isinstance(problem, ServiceDown) or getattr(problem, "status", 0) in _TURNED_AWAY:
                self._down = str(problem)
            return AddressAnswer("service_down", reason=str(problem))
        self._memory.keep(self._base, plain, answer)
        return answer

    def _ask(self, address: str) -> AddressAnswer:
        params: dict[str, str | int] = {
            "q": address,
            "format": "jsonv2",
            "limit": 1,
            "countrycodes": "gb",
            "addressdetails": 0,
        }
        places = self._client.get_json(f"{self._base}/search", params)
        if places == []:
            return AddressAnswer("not_found")
        if not (isinstance(places, list) and isinstance(places[0], dict)):
            raise not_understood(self._base, "an answer of another shape")
        longitude, latitude = point_in_uk(self._base, places[0].get("lon"), places[0].get("lat"))
        texts = [places[0].get(name) for name in ("display_name", "licence")]
        name, licence = (text[:1000] if isinstance(text, str) else "" for text in texts)
        return AddressAnswer("found", longitude, latitude, name, licence or ATTRIBUTION)


def _cache_file() -> Path:
    import platformdirs

    return platformdirs.user_cache_path("rosc-map") / "nominatim.sqlite"


class _Memory:
    """The answers, and when the last request was made, for all processes of a user."""

    def __init__(self, path: Path, seconds_between: float) -> None:
        self._path = path
        self._seconds_between = seconds_between

    def take_turn(self) -> float:
        """Wait until it is our turn; returns when that was, in seconds since 1970."""
        with self._open() as db:
            # Reserved in one transaction, so that no two processes get the same moment.
            db.execute("BEGIN IMMEDIATE")
            now = time.time()
            # Whatever else stands there is damaged.
            (last,) = db.execute("SELECT max(at) FROM turn WHERE typeof(at) = 'real'").fetchone()
            if last is None or last > now + _CLOCK_SET_BACK_S:
                last = 0.0
            turn: float = max(now, last + self._seconds_between)
            db.execute("DELETE FROM turn")
            db.execute("INSERT INTO turn VALUES (?)", (turn,))
            db.execute("COMMIT")
        time.sleep(turn - now)
        return turn

    def recall(self, service: str, address: str) -> AddressAnswer | None:
        with self._open() as db:
            secret = self._secret()
            db.execute("DELETE FROM answer WHERE until < ? OR typeof(until) <> 'real'", (time.time(),))
            key = _key(secret, service, address)
            row = db.execute("SELECT nonce, hidden FROM answer WHERE key = ?", (key,)).fetchone()
        try:
            return AddressAnswer(**json.loads(_mask(secret, address, *row))) if row else None
        except (ValueError, TypeError):
            return None  # damaged: it is asked for again

    def keep(self, service: str, address: str, answer: AddressAnswer) -> None:
        nonce = secrets.token_bytes(16)
        until = time.time() + (_KEEP_FOUND_S if answer.outcome == "found" else _KEEP_NOT_FOUND_S)
        with self._open() as db:
            secret = self._secret()
            hidden = _mask(secret, address, nonce, json.dumps(asdict(answer)).encode())
            key = _key(secret, service, address)
            db.execute("REPLACE INTO answer VALUES (?, ?, ?, ?)", (key, until, nonce, hidden))

    def _secret(self) -> bytes:
        """Return the key of this cache; without one, a new one is made, and what was kept is asked for again."""
        file = self._path.with_suffix(".key")
        if not (file.is_file() and file.stat().st_size == _KEY_BYTES):
            write_atomic(file, secrets.token_bytes(_KEY_BYTES), private=True, lasting=True)
        # Read also when it was just made: another process may have put its own in that place.
        return file.read_bytes()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            try:
                self._prepare()
            except sqlite3.OperationalError:
                raise  # busy, or a folder that cannot be written: not damaged
            except sqlite3.DatabaseError:
                self._path.unlink()  # damaged; it is only a cache
                self._prepare()
            with closing(self._connect()) as db:
                db.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten
                yield db
        except FileProblem:
            raise
        except (OSError, sqlite3.Error) as error:
            raise FileProblem(
                f"{self._path} cannot be used ({getattr(error, 'strerror', None) or error}). Addresses may only be "
                "searched online when the answers can be kept: free or delete that file."
            ) from error

    def _prepare(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if not self._path.exists():
            self._path.touch(mode=0o600)
        with closing(self._connect()) as db:
            db.execute("CREATE TABLE IF NOT EXISTS turn (at REAL NOT NULL)")
            db.execute(
                "CREATE TABLE IF NOT EXISTS answer "
                "(key BLOB PRIMARY KEY, until REAL NOT NULL, nonce BLOB NOT NULL, hidden BLOB NOT NULL)"
            )

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=30, isolation_level=None)


def _key(secret: bytes, service: str, address: str) -> bytes:
    return hmac.digest(secret, f"{service}\n{address}".encode(), "sha256")


def _mask(secret: bytes, address: str, nonce: bytes, text: bytes) -> bytes:
    """Hide an answer, or bring it back: it names the place, so it takes the key and the address to read it."""
    stream = hashlib.shake_256(hmac.digest(secret, nonce + address.encode(), "sha256")).digest(len(text))
    return bytes(a ^ b for a, b in zip(text, stream, strict=True))
