"""Fetching a published table of figures, such as one of OHID Fingertips, from the address that somebody gives."""

import json
import re
import tempfile
from pathlib import Path

from rosc_map.errors import ServiceHasNone
from rosc_map.exchange.csv_text import csv_rows
from rosc_map.exchange.tables_in import RawTable, read_table
from rosc_map.place.online.fetch import Fetcher, FetchSettings, not_understood, service_name

__all__ = ["download_needs"]


def download_needs(url: str, *, settings: FetchSettings | None = None) -> RawTable:
    """Fetch a CSV by GET. Nothing is sent but the address itself.

    Parameters
    ----------
    url
        Begins with http:// or https://.
    settings
        Limits and manners of the client: 20 MB at most unless it says otherwise.

    Returns
    -------
    RawTable
        As it stands there, named after the service; ``exchange.need_tables.as_needs`` makes figures of need of it.

    Raises
    ------
    InputError
        When the address cannot be used, or the table cannot be read.
    ServiceDown, ServiceRefused
        When the service does not answer, breaks off, or says no.
    ServiceHasNone
        When it does not hold the table, or the table has no rows.
    AnswerNotUnderstood
        When it sends a page, JSON or half a table in place of a CSV.
    """
    name = f"{re.sub('[^A-Za-z0-9.-]', '-', service_name(url))}.csv"
    body = Fetcher(settings).get_bytes(url)
    _check(url, name, body)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(body)
        table = read_table(file)
    if not table.rows:
        raise ServiceHasNone(
            f"{service_name(url)} sent a table without a single row. Check what the address asks for: the indicator, "
            "the kind of area and the date."
        )
    return table


def _check(url: str, name: str, body: bytes) -> None:
    """Refuse what is no table, or only half of one, before anything is read from it."""
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        raise not_understood(url, "a page in place of a CSV")
    if start.startswith((b"{", b"[")) and _is_json(start):
        raise not_understood(url, "JSON in place of a CSV")
    widths = [len(cells) for _, cells in csv_rows(name, body) if any(cells)]
    if not widths or widths[0] < 2:
        raise not_understood(url, "an answer that is no table")
    # The last row of an answer that was cut off ends early.
    if widths[-1] < widths[0]:
        raise not_understood(url, "only the first part of a table")


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
