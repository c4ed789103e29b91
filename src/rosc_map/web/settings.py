"""What the web app is started with; frozen, and handed in."""

import datetime as dt
import secrets
from dataclasses import dataclass, field
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
    key
        Without sign-in, what lets that one person in, and nobody else who uses the machine: it stands in the address
        that is printed, and is another one at each start.
    """

    target: str
    url: str = ""
    by: str = ""
    port: int = 8000
    today: dt.date | None = None
    key: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def signs_in(self) -> bool:
        """Whether people have to sign in."""
        return bool(self.url)

    @property
    def secure(self) -> bool:
        """Whether the address that people type is https, so that cookies may go over https only."""
        return urlsplit(self.url).scheme == "https"
