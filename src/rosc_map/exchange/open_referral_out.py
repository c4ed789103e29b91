"""Open Referral UK 3.0 as a folder of pages, for any web server: nothing runs there, and nothing else is needed."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rosc_map.errors import FileProblem, RoscMapError
from rosc_map.exchange.limits import MOST_BYTES
from rosc_map.exchange.open_referral_documents import (
    MAKER,
    VERSION,
    document_bytes,
    page_documents,
    root_document,
    service_document,
)
from rosc_map.publish import Published, require_published
from rosc_map.records import Audience, counted, day
from rosc_map.whole_file import read_whole, write_atomic

__all__ = ["write_open_referral"]

_SERVING = """How to put it on the web

Copy the whole folder to a web server, and let it answer:
  /                    with index.json
  /services            with services/index.json (the first page)
  /services?page=2     with services/page-2.json, and so on: a rule that rewrites the number of the page
  /services/ID         with services/ID.json
each with the content type application/json, over https, and with the header Access-Control-Allow-Origin: * so that
other pages may read it. With nginx that is:

  location = /services { default_type application/json; try_files /services/page-$arg_page.json /services/index.json; }
  location / { default_type application/json; index index.json; try_files $uri $uri.json $uri/ =404; }

Make the folder again when the records have changed: it is replaced as a whole. The ids stay the same.
"""
_NOT_FOR_THE_WEB = """This folder is not for everybody: do not put it on a public web server.

The pages are made for a web server. For other programs: index.json says what this is, services/index.json and
services/page-1.json, page-2.json … list the services, and each service has a file of its own beside them.
"""


def write_open_referral(published: Published, folder: Path) -> list[Path]:
    """Write what was published as a folder of Open Referral UK (HSDS-UK 3.0), whole or not at all.

    The folder has ``index.json`` (what it is), ``services/index.json`` and ``services/page-1.json`` … (the list),
    ``services/<id>.json`` (each service in full) and ``README.txt`` (licences, audience, day, how to serve it). What an
    earlier export wrote there is replaced. An internal one can be read by its owner only.

    Returns
    -------
    list of pathlib.Path
        The files, the root document first.

    Raises
    ------
    NotPublished
        When it has not passed the gate.
    FileProblem
        When the folder has anything else in it, or cannot be written.
    """
    require_published(published, Published)
    _refuse_others(folder)
    private = published.audience is Audience.INTERNAL
    try:
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".rosc-map-") as beside:
            made = Path(beside) / "new"
            _make_folder(made / "services", private=private)
            names = [_write(made, name, data, private=private) for name, data in _files(published).items()]
            _swap(made, folder, Path(beside) / "old")
    except OSError as error:
        reason = error.strerror or error
        raise FileProblem(f"{folder} cannot be written ({reason}). Check the folder in which it is to be.") from error
    return [folder / name for name in names]


def _files(published: Published) -> dict[str, bytes]:
    services = [service_document(row) for row in published.assets.drop(columns="geometry").to_dict("records")]
    pages = list(page_documents(services))
    documents: dict[str, Mapping[str, Any]] = {"index.json": root_document(published), "services/index.json": pages[0]}
    documents |= {f"services/page-{page['page_number']}.json": page for page in pages}
    documents |= {f"services/{service['id']}.json": service for service in services}
    return {
        **{name: document_bytes(document) for name, document in documents.items()},
        "README.txt": _read_me(published, len(services)).encode("utf-8", "replace"),
    }


def _read_me(published: Published, services: int) -> str:
    first = f"{published.title}. As at {day(published.as_at)}. For: {published.audience.value}."
    shown = f"{counted(services, 'service')}, as Open Referral UK ({VERSION}). Made by {MAKER}."
    said = [published.banner, first, shown, *published.notes, "", *published.licences, ""]
    lines = said if published.banner else said[1:]
    public = published.audience is Audience.PUBLIC
    return "\n".join(lines) + "\n" + (_SERVING if public else _NOT_FOR_THE_WEB)


def _refuse_others(folder: Path) -> None:
    """Refuse to replace what an export like this one did not write: nobody else may have it."""
    if not folder.exists() and not folder.is_symlink():
        return
    if folder.is_symlink() or not folder.is_dir():
        raise FileProblem(f"{folder} is there already, and is no folder. Choose another name.")
    if any(folder.iterdir()) and not _is_ours(folder):
        raise FileProblem(f"The folder {folder} has other files in it, and would be replaced. Choose another name.")


def _is_ours(folder: Path) -> bool:
    try:
        root = json.loads(read_whole(folder / "index.json", MOST_BYTES))
    except (RoscMapError, ValueError, RecursionError):
        return False
    ours = isinstance(root, dict) and root.get("made_by") == MAKER and root.get("version") == VERSION
    top = {path.name for path in folder.iterdir()} <= {"index.json", "README.txt", "services"}
    return ours and top and all(path.suffix == ".json" and path.is_file() for path in (folder / "services").iterdir())


def _make_folder(folder: Path, *, private: bool) -> None:
    for made in (folder.parent, folder):
        made.mkdir(mode=0o700 if private else 0o777)


def _write(folder: Path, name: str, data: bytes, *, private: bool) -> str:
    write_atomic(folder / name, data, private=private)
    return name


def _swap(made: Path, folder: Path, old: Path) -> None:
    """Put a new folder in the place of an old one, which goes back if that fails."""
    if folder.exists():
        folder.rename(old)
    try:
        made.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
