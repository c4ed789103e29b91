"""Fetching a list from the address where its publisher keeps it: all of it, or an error that says why not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rosc_map.errors import InputError
from rosc_map.exchange.outside.answers import asks_for_a_part
from rosc_map.exchange.outside.asking import Asker, FetchOptions
from rosc_map.exchange.outside.lists import Opened, Progress
from rosc_map.exchange.outside.live_kobo import kobo
from rosc_map.exchange.outside.live_lists import aliss, bmlt, meeting_guide, osm
from rosc_map.exchange.outside.live_open_referral import open_referral
from rosc_map.exchange.outside.pages_kept import KeptPages
from rosc_map.place.online.fetch import service_name

__all__ = ["LIVE", "FetchOptions", "fetched_list"]

_WAYS: dict[str, Callable[[Asker, str, FetchOptions], tuple[Any, ...]]] = {
    "oruk": open_referral,
    "meeting-guide": meeting_guide,
    "bmlt": bmlt,
    "aliss": aliss,
    "osm": osm,
    "kobo": kobo,
}

LIVE = tuple(_WAYS)
"""The formats whose lists have an address that can be asked."""

_OF_PEOPLE = ("kobo",)  # people write their answers to a form, and do not expect them in the cache of a computer


@contextmanager
def fetched_list(
    code: str,
    url: str,
    *,
    keep: Path,
    options: FetchOptions | None = None,
    progress: Progress = lambda _done, _all: None,
) -> Iterator[Opened]:
    """Fetch a list and hold it open, as a saved one is opened.

    Each answer is kept on disk as it comes, but for those to a form. When the fetch breaks off, or the ``with`` block
    ends in an error, a later fetch of the same address within 24 hours goes on from there; when the block ends well
    they are deleted.

    Parameters
    ----------
    code
        One of :data:`LIVE`.
    url
        Of the list.
    keep
        The folder for what came so far, such as one in the user's cache.
    options
        Limits and manners. Unless they allow it, nothing on this computer or inside its network is asked.
    progress
        Told how many answers have come, and how many there will be if that is known.

    Yields
    ------
    Opened
        Its documents are the answers in order, and ``said`` is what there is to say of them.

    Raises
    ------
    InputError
        For another format, or an address that cannot be used.
    ServiceDown, ServiceRefused, AnswerNotUnderstood
        When not all of it can be had: then there is nothing, never a part.
    ServiceHasNone
        When it is not there, or there is not a single row in it.
    FileProblem
        When what came cannot be kept, or has more parts than can be read.
    """
    if code not in _WAYS:
        raise InputError(f"Lists of this format have no address that can be asked. Those that have: {', '.join(LIVE)}.")
    host, options = service_name(url), options or FetchOptions()
    kept = KeptPages(keep, code, url, *options.areas, on_disk=code not in _OF_PEOPLE)
    asker = Asker(host, options, kept, progress)
    documents = _WAYS[code](asker, url, options)
    if asker.recalled:
        asker.said.append(
            f"{asker.recalled:,} of {asker.answers:,} answers are from an earlier try, of the last 24 hours."
        )
    yield Opened(host, documents=documents, host=host, said=tuple(asker.said), filtered=asks_for_a_part(url))
    kept.forget()
