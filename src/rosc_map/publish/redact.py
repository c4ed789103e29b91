"""Taking secrets out of free text: names, streets, postcodes and numbers that an audience must not see."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from rosc_map.publish.view import row_dicts
from rosc_map.records import Asset, Kind

__all__ = ["MASK", "Redactor"]

MASK = "(not shown)"
_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})\b", re.IGNORECASE)
_STREET = re.compile(
    r"\d|\b(street|st|road|rd|lane|ln|avenue|ave|close|way|place|drive|crescent|terrace|square|court|gardens?|grove|"
    r"hill|house|row|walk|mews|park|view|yard|cottages?|villas?|rise|green|parade|gate|wharf|quay|flat|farm|lodge)\b",
    re.IGNORECASE,
)
_SHORTEST = 5
_FREE_TEXT = {
    name for name, spec in Asset.specs().items() if spec.kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.LIST) and name != "id"
} - {"areas_served"}


def _street_parts(address: str) -> list[str]:
    """Return the parts of an address that give a place away; the name of a town alone does not."""
    parts = [part.strip() for part in re.split(r"[,\n;]", address)]
    found = [part for part in parts if len(part) >= _SHORTEST and _STREET.search(part)]
    # "12 High Street" is also given away by "High Street".
    bare = [re.sub(r"^(flat\s+)?[\d\w]*\d[\w/-]*\s+", "", part, flags=re.IGNORECASE) for part in found]
    return list(dict.fromkeys(part for part in [*found, *bare] if len(part) >= _SHORTEST and _STREET.search(part)))


def _place_secrets(asset: Mapping[str, Any]) -> list[str]:
    return [*_street_parts(asset["address"]), *([asset["postcode"]] if asset["postcode"] else [])]


def _identity_secrets(asset: Mapping[str, Any]) -> list[str]:
    words = [asset["name"], asset["organisation"], asset["phone"], asset["email"], asset["website"]]
    return [word for word in words if len(word) >= _SHORTEST]


def _pattern(secrets: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds any of the secrets, in any case and spacing, as whole words."""
    ordered = sorted({" ".join(secret.split()) for secret in secrets}, key=len, reverse=True)
    if not ordered:
        return None
    # Postcodes and numbers are written with and without spaces.
    parts = [r"\s*".join(re.escape(bit) for bit in _bits(secret)) for secret in ordered]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)


def _bits(secret: str) -> list[str]:
    squeezed = secret.replace(" ", "")
    if re.fullmatch(r"[\d+()\-]+", squeezed) or _POSTCODE.fullmatch(squeezed):
        return list(squeezed)
    return secret.split(" ")


class Redactor:
    """Knows what one audience must not see, and takes it out of any text.

    Parameters
    ----------
    named
        The assets that are shown, with ``shown_place`` (bool): whether their street and postcode are shown too.
    hidden
        The assets that are counted or withheld: nothing of them may be read anywhere.
    """

    def __init__(self, named: pd.DataFrame, hidden: pd.DataFrame) -> None:
        open_words: set[str] = set()
        secrets: list[str] = []
        for asset in row_dicts(named):
            open_words |= {word.casefold() for word in _identity_secrets(asset)}
            if asset["shown_place"]:
                open_words |= {word.casefold() for word in _place_secrets(asset)}
            else:
                secrets += _place_secrets(asset)
        for asset in row_dicts(hidden):
            secrets += [*_identity_secrets(asset), *_place_secrets(asset)]
        # A word that somebody else shows of their own (a shared telephone, the same street) is no secret.
        self._everywhere = _pattern(word for word in secrets if word.casefold() not in open_words)

    def clean(self, value: Any, own: re.Pattern[str] | None = None, *, postcodes: bool = False) -> Any:
        """Return a text, or a tuple of texts, without the secrets."""
        if isinstance(value, tuple):
            return tuple(self.clean(part, own, postcodes=postcodes) for part in value)
        if not isinstance(value, str) or not value:
            return value
        for pattern in (own, self._everywhere):
            value = pattern.sub(MASK, value) if pattern else value
        return _POSTCODE.sub(MASK, value) if postcodes else value

    def clean_asset(self, asset: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of a named asset without the secrets, its own place included where it is not shown."""
        own = None if asset["shown_place"] else _pattern(_place_secrets(asset))
        masked = not asset["shown_place"]
        return {
            name: self.clean(value, own, postcodes=masked) if name in _FREE_TEXT else value
            for name, value in asset.items()
        }
