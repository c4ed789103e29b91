"""The forms of a page, as a browser that knows no scripts would send them."""

import re
from dataclasses import dataclass
from html import unescape

_FORM = re.compile(r'<form method="post" action="([^"]*)".*?</form>', re.DOTALL)
_FIELD = re.compile(r"<input\b[^>]*>|<textarea\b[^>]*>[^<]*|<select\b.*?</select>", re.DOTALL)
_CHOSEN = re.compile(r'<option value="([^"]*)" selected')


@dataclass(frozen=True)
class FormOnPage:
    """A form: where it is sent, what stands in it, and all that can be chosen."""

    action: str
    filled: dict[str, list[str]]
    choices: dict[str, list[str]]

    @property
    def names(self) -> set[str]:
        """What it asks for."""
        return {*self.filled, *self.choices}


def forms_of(text: str) -> list[FormOnPage]:
    """The forms of a page that change something, without that of signing out."""
    found = [_form(each) for each in _FORM.finditer(text)]
    return [form for form in found if form.action != "/sign-out"]


def _form(match: re.Match[str]) -> FormOnPage:
    filled: dict[str, list[str]] = {}
    choices: dict[str, list[str]] = {}
    for tag in _FIELD.findall(match[0]):
        head, _, body = tag.partition(">")
        name, value, kind = _attribute(head, "name"), _attribute(head, "value"), _attribute(head, "type")
        if tag.startswith("<select"):
            chosen = _CHOSEN.search(tag)
            filled[name] = [unescape(chosen[1]) if chosen else ""]
        elif kind in ("radio", "checkbox"):
            choices.setdefault(name, []).append(value)
            if re.search(r"\bchecked\b", head):
                filled.setdefault(name, []).append(value)
        elif name:
            filled.setdefault(name, []).append(unescape(body) if tag.startswith("<textarea") else value)
    return FormOnPage(unescape(match[1]), filled, choices)


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""
