"""Fetching all that is public from a served partnership as a council's directory would, and what it should have got."""

import json
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import requests

import rosc_map
from rosc_map.exchange import write_open_referral
from rosc_map.records import Audience

BASE = "/open-referral/v3"


class Harvester:
    """A program that reads the public list of a server and keeps its line open; it has no cookies.

    Parameters
    ----------
    url
        The server.
    """

    def __init__(self, url: str) -> None:
        self.base = url + BASE
        self.session = requests.Session()
        self.session.trust_env = False
        self._asked = 0

    def close(self) -> None:
        """Hang up."""
        self.session.close()

    def get(self, path: str, *, headers: Any = None, method: str = "GET", **params: Any) -> Any:
        """Ask, each time from another address: how often one may ask is a question of its own."""
        self._asked += 1
        sent = {"X-Forwarded-For": f"198.51.{self._asked // 250 % 250}.{self._asked % 250}", **(headers or {})}
        return self.session.request(
            method, self.base + path, headers=sent, params=params, timeout=60, allow_redirects=False
        )

    def pages(self, size: int) -> Iterator[bytes]:
        """All pages of the list, up to the one that says that it is the last."""
        number, last = 1, False
        while not last:
            answer = self.get("/services", page=number, per_page=size)
            assert answer.status_code == 200, answer.text
            yield answer.content
            number, last = number + 1, answer.json()["last_page"]


def exported(target: Any, folder: Path) -> dict[str, bytes]:
    """The files of the public export, by name."""
    with closing(rosc_map.open(target)) as partnership:
        written = write_open_referral(partnership.publish(Audience.PUBLIC), folder)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in written}


def ids_of(pages: list[bytes]) -> list[str]:
    """The ids of the services on pages, in order."""
    return [row["id"] for page in pages for row in json.loads(page)["contents"]]


def many_alike(path: Path, count: int) -> None:
    """Make a file whose first asset is there so many times, each under another id, name and organisation.

    It is as if they had been imported, which would take minutes.
    """
    with closing(sqlite3.connect(path)) as file, file:
        triggers = file.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'assets'")
        kept = triggers.fetchall()
        for name, _ in kept:
            file.execute(f'DROP TRIGGER "{name}"')
        found = file.execute("SELECT * FROM assets LIMIT 1")
        columns = [column[0] for column in found.description]
        first = dict(zip(columns, found.fetchone(), strict=True))
        rows = []
        for number in range(2, count + 1):
            other = {"fid": number, "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"example:{number}")), "geom": None}
            named = {"name": f"Example Group {number}", "organisation": f"Example Trust {number % 700}"}
            rows.append(tuple((first | other | named).values()))
        marks = ", ".join("?" * len(columns))
        file.executemany(f"INSERT INTO assets VALUES ({marks})", rows)
        for _, statement in kept:
            file.execute(statement)
