"""The rows of KoboToolbox's API as the table that its export would be, so that both are read by the same rules."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rosc_map.errors import InputError, RowProblem
from rosc_map.exchange.client_records import refuse_client_records
from rosc_map.exchange.limits import MOST_COLUMNS, MOST_ROWS
from rosc_map.exchange.outside.lists import Opened
from rosc_map.exchange.outside.repair import text_of
from rosc_map.exchange.tables_in import RawTable

__all__ = ["kobo_table"]

_POINT = re.compile(r"\s*-?\d+(\.\d+)?(\s+-?\d+(\.\d+)?){1,3}\s*")
_LISTS_OF_THE_SERVER = ("_attachments", "_tags", "_notes", "_geolocation")
_REVIEW = "_validation_status"
_IDS = ("_uuid", "_id")


def kobo_table(opened: Opened) -> RawTable:
    """Return the submissions of answers of the API (version 2) as a table, a row each.

    A row is numbered by its place in the answers, from 1. Repeated questions are not read, which a remark says;
    attachments are left. The point that the server takes from a submission is used where no question holds one.

    Parameters
    ----------
    opened
        The pages, in order: ``count``, ``next``, ``previous``, ``results``.

    Raises
    ------
    InputError
        When a page is none of the API's, or there is no submission, or they are records about single people
        (``exchange.client_records``).
    """
    submissions = _submissions(opened)
    headers = list(dict.fromkeys(key for submission in submissions for key in submission if key))
    if len(submissions) > MOST_ROWS or len(headers) > MOST_COLUMNS:
        raise InputError(
            f"{opened.name} has {len(submissions):,} submissions with {len(headers):,} questions. At most "
            f"{MOST_ROWS:,} with {MOST_COLUMNS} are read: ask for a part of them."
        )
    refuse_client_records(opened.name, [[header.split("/")[-1] for header in headers]])
    repeats = {
        key
        for submission in submissions
        for key, value in submission.items()
        if isinstance(value, list | dict) and key not in (*_LISTS_OF_THE_SERVER, _REVIEW)
    }
    plain = [header for header in headers if header not in repeats and header not in _LISTS_OF_THE_SERVER]
    rows = [{header: _cell(header, submission.get(header)) for header in plain} for submission in submissions]
    if not any(isinstance(cell, str) and _POINT.fullmatch(cell) for row in rows for cell in row.values()):
        rows = [row | _point(submission) for row, submission in zip(rows, submissions, strict=True)]
        plain += list(_point({}))
    return RawTable(
        opened.name,
        tuple(plain),
        tuple(enumerate(rows, start=1)),
        remarks=(*_remarks(opened, len(submissions)), *_about_repeats(repeats)),
    )


def _submissions(opened: Opened) -> list[Mapping[str, Any]]:
    """Return each submission once: pages overlap when somebody submits while they are fetched."""
    found: dict[str, Mapping[str, Any]] = {}
    for page in opened.documents:
        if not isinstance(page, dict) or not isinstance(page.get("results"), list):
            raise InputError(
                f"{opened.name} is no answer of KoboToolbox: it has no list of results. Is it the address of the "
                "project's data (/api/v2/assets/…/data/?format=json)?"
            )
        for submission in page["results"]:
            if not isinstance(submission, dict):
                raise InputError(f"{opened.name} has a result that is no submission. Fetch it again.")
            own = next(filter(None, (text_of(submission.get(key)) for key in _IDS)), f"#{len(found)}")
            found.setdefault(own, submission)
    if not found:
        raise InputError(f"{opened.name} has no submission in it. Is it the right project?")
    return list(found.values())


def _cell(header: str, value: Any) -> Any:
    if header == _REVIEW:
        told = value if isinstance(value, dict) else {"uid": value}
        return text_of(told.get("uid")) or text_of(told.get("label"))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str | int | float) else None


def _point(submission: Mapping[str, Any]) -> dict[str, Any]:
    point = submission.get("_geolocation")
    pair = point if isinstance(point, list) and len(point) > 1 else (None, None)
    return {"_geolocation_latitude": _cell("", pair[0]), "_geolocation_longitude": _cell("", pair[1])}


def _remarks(opened: Opened, read: int) -> Iterator[RowProblem]:
    counts = [page["count"] for page in opened.documents if isinstance(page.get("count"), int)]
    if read < max(counts, default=0):
        what = "Fetch the other pages too: a page has 100 unless the address says limit=1000."
        told = f"{read:,} of {max(counts):,} submissions"
        yield RowProblem(1, "", told, "is only a part of the project.", what)


def _about_repeats(repeats: set[str]) -> Iterator[RowProblem]:
    why, what = "holds repeated questions, which are not read.", "Write what matters of it in the main questions."
    return (RowProblem(1, "", repeat, why, what) for repeat in sorted(repeats))
