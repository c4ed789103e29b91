"""A base map under the authorities: pictures from another computer, asked for only when the reader switches them on."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from rosc_map.errors import InputError

__all__ = ["OPEN_STREET_MAP", "Tiles"]

_LONGEST_CREDIT = 200
_EXAMPLE = "https://tile.example.org/{z}/{x}/{y}.png"
# The host stands in the page's Content-Security-Policy: with these letters it can say nothing else there.
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
# Where somebody looks is told to nobody on the way: without encryption only to a server on the reader's own computer.
_SERVER = rf"(?:https://{_LABEL}(?:\.{_LABEL})*|http://(?:localhost|127\.0\.0\.1))(?::[0-9]{{1,5}})?"
_ADDRESS = re.compile(_SERVER + r"/(?:[A-Za-z0-9/_.~?&=%+@:-]|\{[zxy]\})*")
_LAST_PORT = 65_535


@dataclass(frozen=True)
class Tiles:
    """Where the pictures of a base map come from.

    Attributes
    ----------
    url
        The address of a tile: ``https://`` (``http://`` for ``localhost`` and ``127.0.0.1`` alone), a host, and a path
        with ``{z}``, ``{x}`` and ``{y}`` in it, each once. A key in it can be read by whoever has the page.
    credit
        Whom its licence asks to name: plain text in one line, at most 200 characters.

    Raises
    ------
    InputError
        When the address or the credit is anything else.
    """

    url: str
    credit: str

    def __post_init__(self) -> None:
        if not _ADDRESS.fullmatch(self.url) or _port(self.url) > _LAST_PORT:
            raise InputError(
                f"{self.url!r} cannot be the address of a base map. Give one such as {_EXAMPLE}, which begins with "
                "https, without spaces, quotes, commas or semicolons."
            )
        wrong = [place for place in ("{z}", "{x}", "{y}") if self.url.count(place) != 1]
        if wrong:
            raise InputError(f"{self.url!r} has to hold {' and '.join(wrong)} once. Give one such as {_EXAMPLE}.")
        if not self.credit.strip() or len(self.credit) > _LONGEST_CREDIT or not self.credit.isprintable():
            raise InputError(
                f"{self.credit[:_LONGEST_CREDIT]!r} cannot be the credit of a base map. Give the words that its "
                f"licence asks for, such as © OpenStreetMap contributors: one line, at most {_LONGEST_CREDIT} letters."
            )

    @property
    def host(self) -> str:
        """The scheme and host that the pictures come from."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def facts(self) -> dict[str, str]:
        """What the script of the page is told."""
        return {"url": self.url, "credit": self.credit, "host": self.host}


def _port(url: str) -> int:
    """Return the port that an address names, or 0."""
    return int(urlsplit(url).netloc.partition(":")[2] or 0)


OPEN_STREET_MAP = Tiles("https://tile.openstreetmap.org/{z}/{x}/{y}.png", "© OpenStreetMap contributors")
"""The map of the OpenStreetMap Foundation.

Its tile usage policy asks for the credit, for few requests, and for a page that says where it stands: one that is
opened from a disk cannot, and may be refused.
"""
