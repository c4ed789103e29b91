"""How an organisation is reached, as it is compared: telephone numbers and web addresses."""

import re
from urllib.parse import urlsplit

__all__ = ["dialled", "web_place"]


def dialled(text: str) -> str:
    """Return the digits of a telephone number as they are dialled within the UK, without an extension."""
    digits = re.sub(r"\(0\)|[^\d+]", "", re.split(r"ext|x", text, maxsplit=1, flags=re.IGNORECASE)[0])
    return re.sub(r"^(?:\+|00)44|\+", lambda found: "0" if len(found[0]) > 1 else "", digits)


def web_place(text: str) -> str:
    """Return host and path of a web address, in small letters, without www. and a stroke at the end."""
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
    except ValueError:
        return ""  # typed in another program
    return f"{(parts.hostname or '').removeprefix('www.')}{parts.path.casefold().rstrip('/')}"
