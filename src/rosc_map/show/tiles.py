"""A base map under the authorities: pictures from another computer, asked for only when the reader switches them on."""

from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["Tiles"]


@dataclass(frozen=True)
class Tiles:
    """Where the pictures of a base map come from.

    Attributes
    ----------
    url
        The address of a tile, with ``{z}``, ``{x}`` and ``{y}`` in it.
    credit
        Whom its licence asks to name.
    """

    url: str
    credit: str

    @property
    def host(self) -> str:
        """The scheme and host that the pictures come from."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def facts(self) -> dict[str, str]:
        """What the script of the page is told."""
        return {"url": self.url, "credit": self.credit, "host": self.host}
