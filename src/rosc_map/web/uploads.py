"""Files that people hand in: looked at first, taken only when the same person says so, and gone within the hour."""

import json
import os
import secrets
import shutil
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from rosc_map.store import database_url
from rosc_map.web.commands import Commands
from rosc_map.web.private_folder import PrivateFolder

__all__ = ["ENDINGS", "MOST_BYTES", "Upload", "Uploads"]

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".zip", ".json", ".geojson", ".gpkg")
"""What the name of a file may end in. The rest of the name is thrown away."""

MOST_BYTES = 20_000_000
"""Of one file; how large a request may be follows from it."""
_KEPT_SECONDS = 3600.0
_MOST_OF_ONE = 3
_MOST = 20


@dataclass
class Upload:
    """One file that was handed in, and how far it is.

    Attributes
    ----------
    token
        Its name in an address; nobody can guess it.
    owner
        Who handed it in.
    record
        What it holds: one of ``RECORDS``.
    state
        ``reading``, ``read`` (looked at: nothing is taken yet), ``taking``, ``done``, or ``refused``.
    told
        What ``import_job`` said of it.
    """

    token: str
    owner: str
    record: str
    file: Path = field(repr=False)
    options: Mapping[str, str] = field(default_factory=dict)
    state: str = "reading"
    told: dict[str, Any] = field(default_factory=dict)
    timer: threading.Timer | None = field(default=None, repr=False)


class Uploads:
    """All files that were handed in to this server, in a folder that is gone when the server is.

    Parameters
    ----------
    target
        The partnership file, or the address of its database.
    commands
        What reads them.
    kept_seconds
        How long one is kept.
    """

    def __init__(self, target: str, commands: Commands, *, kept_seconds: float = _KEPT_SECONDS) -> None:
        self._target = target if database_url(target) else str(Path(target).absolute())
        self._commands, self._kept_seconds = commands, kept_seconds
        self._folder = PrivateFolder()
        self._lock = threading.Lock()
        self._held: dict[str, Upload] = {}
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="imports")

    @property
    def path(self) -> Path:
        """The folder that they lie in."""
        return self._folder.path

    def add(self, owner: str, ending: str, content: IO[bytes], record: str, options: Mapping[str, str]) -> Upload:
        """Keep a file, and have it looked at.

        Parameters
        ----------
        owner
            Who handed it in.
        ending
            One of :data:`ENDINGS`.
        content
            What it holds; no more than :data:`MOST_BYTES`.
        record
            What it is said to hold.
        options
            What else was said of it, as ``Partnership.import_`` takes it.

        Raises
        ------
        OSError
            When there is no room for it; nothing of it is kept.
        """
        file = self._folder.new() / f"upload{ending}"
        try:
            # Its owner alone can read it, from the first byte on.
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
                shutil.copyfileobj(content, kept)
        except OSError:
            shutil.rmtree(file.parent, ignore_errors=True)  # half of it is nothing
            raise
        added = Upload(secrets.token_urlsafe(24), owner, record, file, dict(options))
        added.timer = threading.Timer(self._kept_seconds, self._drop, (added.token,))
        added.timer.daemon = True
        with self._lock:
            self._held[added.token] = added
            mine = [token for token, each in self._held.items() if each.owner == owner]
            spare = [*mine[:-_MOST_OF_ONE], *list(self._held)[:-_MOST]]
        added.timer.start()
        for token in spare:
            self._drop(token)
        self._worker.submit(self._run, added, {"dry_run": True, "accept_partial": True}, "read")
        return added

    def of(self, owner: str, token: str) -> Upload | None:
        """Return an upload, or None where there is none, or it is somebody else's: the two are not told apart."""
        with self._lock:
            found = self._held.get(token)
        return found if found is not None and found.owner == owner else None

    def take(self, owner: str, token: str, *, good_rows: bool) -> None:
        """Have a file that was looked at taken into the records: once, however often it is asked for.

        Parameters
        ----------
        owner, token
            Whose it is, and which.
        good_rows
            Whether to take the good rows of a file with bad ones.
        """
        upload = self.of(owner, token)
        with self._lock:
            if upload is None or upload.state != "read":
                return
            upload.state = "taking"
        self._worker.submit(self._run, upload, {"dry_run": False, "accept_partial": good_rows}, "done")

    def drop(self, owner: str, token: str) -> None:
        """Throw a file away; one that is being taken is not stopped."""
        upload = self.of(owner, token)
        if upload is not None and upload.state != "taking":
            self._drop(token)

    def close(self) -> None:
        """End what is being read, and remove all files."""
        self._commands.close()
        self._worker.shutdown(wait=True, cancel_futures=True)
        for token in list(self._held):
            self._drop(token)
        self._folder.close()

    def _drop(self, token: str) -> None:
        with self._lock:
            dropped = self._held.pop(token, None)
        if dropped is not None:
            if dropped.timer is not None:
                dropped.timer.cancel()
            shutil.rmtree(dropped.file.parent, ignore_errors=True)

    def _run(self, upload: Upload, how: Mapping[str, bool], then: str) -> None:
        """Read a file; only one that is still to be taken stays on the disk."""
        task = {"target": self._target, "file": str(upload.file), "record": upload.record, "who": upload.owner}
        given = json.dumps(task | {"options": {**upload.options, **how}})
        try:
            ran = self._commands.run((), given=given, module="rosc_map.web.import_job")
            told = {"why": ran.why} if ran.why else json.loads(ran.said)
        except (OSError, ValueError):
            told = {"why": "It could not be read. Try again in a few minutes."}
        # The person knows the file by another name than the one that it has here.
        told["why"] = told["why"].replace(f"{upload.file.parent}{os.sep}", "").replace(upload.file.name, "The file")
        upload.told, upload.state = told, "refused" if told["why"] else then
        if upload.state != "read":
            shutil.rmtree(upload.file.parent, ignore_errors=True)
