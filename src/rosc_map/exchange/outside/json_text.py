"""JSON that somebody hands in: within limits, whatever it holds."""

import json
import math
from collections.abc import Iterable
from typing import Any

from rosc_map.errors import FileProblem, InputError
from rosc_map.exchange.limits import MOST_BYTES, MOST_JSON_PARTS
from rosc_map.exchange.outside.collecting import without_collecting

__all__ = ["json_parts", "parse_json", "parse_pages"]

_OPENING = (b",", b"[", b"{")


def parse_json(name: str, data: bytes) -> Any:
    """Return what a JSON text says; UTF-8 with or without its mark, else UTF-16 by its mark or cp1252.

    Parameters
    ----------
    name
        For messages.
    data
        All of it.

    Raises
    ------
    FileProblem
        When it is larger than ``MOST_BYTES``, or has more parts than ``MOST_JSON_PARTS``.
    InputError
        When it is no JSON, or only the first part of one, or is nested without end.
    """
    if len(data) > MOST_BYTES:
        raise FileProblem(f"{name} is larger than {MOST_BYTES // 1_000_000} MB. Ask for it in parts.")
    # Counted before it is parsed: a hundred million empty lists would fill the memory.
    if json_parts(data) > MOST_JSON_PARTS:
        raise FileProblem(f"{name} has more than {MOST_JSON_PARTS:,} parts. Ask for it in parts.")
    return _said(name, data)


def _said(name: str, data: bytes) -> Any:
    """Return what a text says that is within the limits."""
    try:
        with without_collecting():
            return json.loads(_text(data), parse_constant=_no_number, parse_float=_number)
    except (ValueError, RecursionError) as error:
        if str(error).startswith("Extra data"):
            raise InputError(
                f"{name} holds several JSON texts one after another, such as one on each line. Save it again as one: "
                "places as a FeatureCollection (GeoJSON in QGIS), other things as a list."
            ) from None
        raise InputError(
            f"{name} is not JSON, or only the first part of it. Save it again: a page of the web or a half download "
            "looks like this."
        ) from None


def parse_pages(name: str, pages: Iterable[tuple[str, bytes]]) -> tuple[Any, ...]:
    """Return what the pages of a list say, in order; the limits of one JSON text hold for all of them together.

    Parameters
    ----------
    name
        Of the list, for messages.
    pages
        The name of each page, and all of it.

    Raises
    ------
    FileProblem, InputError
        As :func:`parse_json`.
    """
    found, size, parts = [], 0, 0
    with without_collecting():
        for page, data in pages:
            size += len(data)
            parts += json_parts(data)
            if size > MOST_BYTES or parts > MOST_JSON_PARTS:
                raise FileProblem(
                    f"The pages in {name} have more than {MOST_BYTES // 1_000_000} MB or {MOST_JSON_PARTS:,} parts in "
                    "all. Give a part of them."
                )
            found.append(_said(page, data))
    return tuple(found)


def json_parts(data: bytes) -> int:
    """Return how many parts a JSON text has at most, before anybody reads it: what it takes of the memory."""
    return sum(map(data.count, _OPENING))


def _text(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _no_number(_name: str) -> None:
    return None  # NaN and Infinity are Python's own: nothing is known


def _number(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None
