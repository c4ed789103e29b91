"""The frame of every page: one style sheet, a Content-Security-Policy by hash, and no request to anywhere."""

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

__all__ = ["leaflet_script", "leaflet_style", "link_target", "page", "script_json", "static", "template"]

_TEMPLATES = Environment(
    loader=PackageLoader("rosc_map.show", "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
# In a JSON script block the parser must not meet "</script>" or "<!--"; JavaScript once took the last two as line ends.
_UNSAFE_IN_SCRIPT = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
_SCHEMES = ("http:", "https:", "mailto:", "tel:")
_SCHEME = re.compile(r"^[^/?#]*:")


def template(name: str) -> Template:
    """Return a template of this room; autoescape is on in all of them."""
    return _TEMPLATES.get_template(name)


@cache
def static(*names: str) -> str:
    """Return files of ``static/``, one after the other."""
    folder = files("rosc_map.show") / "static"
    return "\n".join((folder / name).read_text("utf-8") for name in names)


def _leaflet(name: str) -> str:
    return (files("xstatic.pkg.leaflet") / "data" / name).read_text("utf-8").replace("\r\n", "\n")


@cache
def leaflet_script() -> str:
    """Return Leaflet without its source map line, which makes developer tools ask for a file."""
    return re.sub(r"//# sourceMappingURL=\S*", "", _leaflet("leaflet.js"))


@cache
def leaflet_style() -> str:
    """Return Leaflet's styles without those that name a file: we use none of its pictures."""
    return re.sub(r"[\w-]+:\s*url\([^)]*\);?", "", _leaflet("leaflet.css"))


def script_json(value: Any) -> Markup:
    """Return ``value`` as compact JSON that cannot leave a ``<script type="application/json">``."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.translate(_UNSAFE_IN_SCRIPT))  # noqa: S704  every < > & is gone


def link_target(href: str) -> str:
    """Return ``href`` if it may be followed: http, https, mailto, tel, or a file beside the page; else ""."""
    cleaned = href.strip()
    elsewhere = cleaned.startswith(("//", "\\")) or _SCHEME.match(cleaned)
    if elsewhere and not cleaned.lower().startswith(_SCHEMES):
        return ""
    return cleaned


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def _policy(styles: Sequence[str], scripts: Sequence[str], pictures_from: str) -> str:
    """Return the Content-Security-Policy under which exactly these styles and scripts run, and nothing is fetched.

    Nothing but pictures of a base map, if a page may have one: then from that one place.
    """
    allowed = {
        "default-src": "'none'",
        "script-src": " ".join(map(_hash, scripts)) or "'none'",
        "style-src": " ".join(map(_hash, styles)),
        "img-src": f"data: {pictures_from}".strip(),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in allowed.items())


def page(
    body: Template, *, styles: Sequence[str], scripts: Sequence[str] = (), pictures_from: str = "", **context: Any
) -> str:
    """Return a whole page: ``body`` is a template that extends ``base.html``.

    Parameters
    ----------
    body
        The template.
    styles, scripts
        Our own sources; they are written on the page as they are and named in its policy by their hashes.
    pictures_from
        The scheme and host of a base map's pictures, such as ``https://tile.example.org``; "" for none.
    **context
        What the template shows. All of it is escaped by Jinja.
    """
    return body.render(
        policy=_policy(styles, scripts, pictures_from),
        styles=[Markup(text) for text in styles],  # noqa: S704  files of ours, not text of users
        scripts=[Markup(text) for text in scripts],  # noqa: S704
        **context,
    )
