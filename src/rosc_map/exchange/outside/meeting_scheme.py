"""Whose list of meetings it is: ids are only known again within the list of one publisher."""

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

from rosc_map.errors import InputError
from rosc_map.exchange.outside.lists import Opened, ReadOptions
from rosc_map.exchange.outside.repair import text_of

__all__ = ["host_of", "scheme_of"]


def host_of(value: object) -> str:
    """Return the host of an address of the web; "" for none."""
    try:
        return urlsplit(text_of(value)).hostname or ""
    except ValueError:
        return ""


def scheme_of(code: str, opened: Opened, options: ReadOptions, hosts: Iterable[str]) -> str:
    """Return the scheme of a list's ids, which other lists of the format have too.

    Parameters
    ----------
    code
        Of the reader.
    opened, options
        The list, and what a person says of it.
    hosts
        Those that the rows' own links name; the one that most name is the list's.

    Raises
    ------
    InputError
        When nobody says whose list it is.
    """
    named = Counter(host for host in hosts if host)
    source = options.source or opened.host or (named.most_common(1)[0][0] if named else "")
    word = re.sub(r"[^\w.-]+", "-", source.casefold().removeprefix("www.")).strip("-")[:80]
    if not word:
        raise InputError(
            f"{opened.name} does not tell whose list it is, and other lists have the same ids: say it with --source, "
            "in a word such as leeds-intergroup."
        )
    return f"{code}-{word}"
