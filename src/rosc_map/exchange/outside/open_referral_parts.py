"""Walking through documents of Open Referral: what is of another shape than was promised counts as not there."""

from collections.abc import Iterator, Mapping
from typing import Any

from rosc_map.exchange.outside.repair import is_unknown, text_of

__all__ = ["Part", "first_word", "is_yes", "parts", "words_of"]

Part = Mapping[str, Any]
"""An object of a document: a service, a place, a schedule."""


def parts(holder: Part, *keys: str) -> Iterator[Part]:
    """Give the objects under each of some keys, where one object may stand for a list of one."""
    for key in keys:
        held = holder.get(key)
        if isinstance(held, list):
            yield from (part for part in held if isinstance(part, dict))
        elif isinstance(held, dict):
            yield held


def first_word(holder: Part, *keys: str) -> str:
    """Return the text under the first of some keys that says anything; "" for none."""
    for key in keys:
        held = holder.get(key)  # most keys are not there: a list has 50 of them for each service
        if held is not None and not is_unknown(text := text_of(held)):
            return text
    return ""


def words_of(holder: Part, key: str, *names: str) -> list[str]:
    """Return what is listed under a key: texts, or of objects the first of some names; a lone text is parted at commas.

    Feeds give ``"Phone, Online"``, ``["Phone"]`` and ``[{"name": "Phone"}]`` for the same.
    """
    held = holder.get(key)
    if held is None:
        return []
    if isinstance(held, str):
        held = held.split(",")
    if not isinstance(held, list):
        held = [held]
    found = (first_word(word, *names) if isinstance(word, dict) else text_of(word) for word in held)
    return [word for word in found if not is_unknown(word)]


def is_yes(value: object) -> bool:
    """Whether a feed says yes: true, or as text."""
    return value is True or text_of(value).casefold() in ("true", "yes", "1")
