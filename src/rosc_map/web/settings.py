"""What the web app is started with; frozen, and handed in."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["WebSettings"]


@dataclass(frozen=True)
class WebSettings:
    """How one partnership is served.

    Attributes
    ----------
    target
        The partnership file, or the address of its database.
    url
        The address that people type, such as ``https://map.example.org``: everybody signs in. "" for one person on the
        machine itself, without sign-in.
    by
        Without sign-in, the volunteer number or role that changes are recorded under.
    port
        The port that is listened on.
    today
        The day that outputs tell of; the day of the machine when left out.
    """

    target: str
    url: str = ""
    by: str = ""
    port: int = 8000
    today: dt.date | None = None

    @property
    def signs_in(self) -> bool:
        """Whether people have to sign in."""
        return bool(self.url)

    @property
    def secure(self) -> bool:
        """Whether the address that people type is https, so that cookies may go over https only."""
        return urlsplit(self.url).scheme == "https"
