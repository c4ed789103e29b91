"""Values in the words of a person: dates, codes, audiences, and the three statuses."""

import datetime as dt
import math
import re
from typing import Any

from rosc_map.place.boundaries.areas import code_names
from rosc_map.records import Asset, Audience, FieldSpec, Kind, day, label

__all__ = ["AUDIENCES", "STATUSES", "asset_words", "made_for", "short_type", "status_words", "text"]

AUDIENCES = {
    Audience.PUBLIC: "everybody",
    Audience.PARTNERS: "the organisations of the partnership",
    Audience.INTERNAL: "the partnership's own coordinators. Please do not pass it on",
}
STATUSES = ("served", "none_found", "not_surveyed")


def made_for(audience: Audience) -> str:
    """Return the sentence that says for whom a page or a picture is."""
    return f"Made for {AUDIENCES[audience]}."


def text(value: Any) -> str:
    """Return what a cell says, and "" for each way in which a table says nothing."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("NaT", "<NA>"):
        return ""
    if isinstance(value, dt.date):
        return day(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list | set):
        return ", ".join(text(part) for part in value)
    return str(value)


def asset_words(name: str, value: Any) -> str:
    """Return one field of an asset in words: codes become their labels, authorities their names."""
    spec: FieldSpec = Asset.specs()[name]
    parts = value if isinstance(value, tuple | list) else (value,)
    if spec.kind in (Kind.CHOICE, Kind.CHOICES):
        return ", ".join(label(spec.codelist, text(part)) for part in parts)
    if name == "areas_served":
        return ", ".join(code_names().get(text(part), text(part)) for part in parts)
    return text(value)


def short_type(asset_type: str) -> str:
    """Return the short name of an asset type: its abbreviation where it has one (LERO), else its label."""
    words = label("asset_type", asset_type)
    short = re.search(r"\(([A-Z]{2,})\)", words)
    return short[1] if short else words[:1].lower() + words[1:]


def status_words(asset_type: str) -> dict[str, str]:
    """Return the three statuses in plain words for an asset type."""
    short = short_type(asset_type)
    if asset_type == "lero":
        return dict(zip(STATUSES, ("Served by a LERO", "No LERO found", "Not surveyed yet"), strict=True))
    return dict(zip(STATUSES, (f"Served: {short}", f"None found: {short}", f"Not surveyed yet: {short}"), strict=True))
