"""Real organisations from public pages, ``public_pages/leros.csv``, as assets, and how their areas were matched.

The rules by which the rows were chosen and sorted are in ``public_pages/README.md``. An area that a page leaves open is
never guessed: it is listed as not matched.
"""

import uuid
from importlib.resources import files

import pandas as pd

from rosc_map.errors import UnknownName
from rosc_map.place import resolve_area
from rosc_map.records import Asset, label

__all__ = ["BANNER", "UNNAMED", "match_area", "public_page_assets"]

BANNER = (
    "From public web pages, and not checked with these organisations. This is not CLERO's map. An authority that is "
    "not named has not been surveyed: that is not a gap. To correct your entry or to leave, tell whoever gave you this "
    "page, or open an issue at the rosc-map project: an entry whose listing is set to declined is in no output."
)
"""For every page that shows these entries.

Examples
--------
>>> from rosc_map.examples import BANNER
>>> "not been surveyed: that is not a gap" in BANNER
True
"""

UNNAMED = "an organisation not yet asked"
"""Stands in the match report for the name of an organisation that nobody has asked."""

_REPORT = ("organisation", "country", "area", "matched_code", "matched_name", "why_not")
_AS_THEY_ARE = (
    "name",
    "asset_type",
    "lero_type",
    "led_by",
    "postcode",
    "location_precision",
    "website",
    "listing",
    "source_url",
    "source_date",
)


def match_area(area: str) -> tuple[str, str, str]:
    """Match the name of an area, as a page gives it, to an authority.

    Parameters
    ----------
    area
        The name. One with a remark in brackets, such as "Merseyside (local authorities not stated)", is left open.

    Returns
    -------
    code, name, why_not
        Either the first two are given, or the reason.
    """
    if not area:
        return "", "", "The page names no area."
    if "(" in area:
        return "", "", "The page does not say which local authorities."
    try:
        found = resolve_area(area)
    except UnknownName as error:
        return "", "", str(error)
    if found.tier not in ("local_authority", "upper_tier"):
        return "", "", f"{found.name} is not one authority, and the page does not say which."
    return found.code, found.name, ""


def public_page_assets(country: str = "") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the organisations from public pages, ready for import, and the report on their areas.

    Parameters
    ----------
    country
        Only organisations of England, Wales or Scotland; all when left out.

    Returns
    -------
    assets, report
        ``assets``: one row an organisation, with every field of :class:`rosc_map.records.Asset` as a string;
        ``areas_served`` holds codes joined by "; ". ``report``: one row for each area that a page names, or one for a
        page that names none: ``organisation``, ``country``, ``area``, ``matched_code``, ``matched_name``, ``why_not``.
        It may be published, so an organisation that nobody has asked is not named in it, and its order gives nothing
        away.

    Examples
    --------
    >>> from rosc_map.examples import public_page_assets
    >>> assets, report = public_page_assets("Wales")
    >>> len(report), int((report["matched_code"] == "").sum())
    (4, 1)
    """
    path = files("rosc_map.examples") / "public_pages" / "leros.csv"
    with path.open("r", encoding="utf-8") as file:
        pages = pd.read_csv(file, dtype=str, keep_default_na=False)
    rows = [{str(name): str(value) for name, value in row.items()} for row in pages.to_dict("records")]
    rows = [row for row in rows if country in ("", row["country"])]
    matched = [[(area, *match_area(area)) for area in _areas(row)] for row in rows]
    assets = [_asset(row, [code for _, code, _, _ in found if code]) for row, found in zip(rows, matched, strict=True)]
    report = [
        (_organisation(row), row["country"], *area) for row, found in zip(rows, matched, strict=True) for area in found
    ]
    return (
        pd.DataFrame(assets),
        pd.DataFrame(sorted(report), columns=list(_REPORT)),
    )


def _areas(row: dict[str, str]) -> list[str]:
    return [area.strip() for area in row["area_served"].split(";")]


def _organisation(row: dict[str, str]) -> str:
    return UNNAMED if row["listing"] == "not_asked" else row["name"]


def _asset(row: dict[str, str], codes: list[str]) -> dict[str, str]:
    return {
        **dict.fromkeys(Asset.specs(), ""),
        **{name: row[name] for name in _AS_THEY_ARE},
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"rosc-map:public-pages:{row['name']}")),
        "description": _description(row),
        "commissions_others": "yes" if "commissioning" in row["kind"] else "",
        "areas_served": "; ".join(codes),
        "sources": "published",
        "status": "active",
    }


def _description(row: dict[str, str]) -> str:
    """Kind and town in one line; where the page's own word "LERO" was not taken over, the type instead of the kind."""
    kind = row["kind"]
    if kind.startswith("LERO") and row["asset_type"] != "lero":
        kind = label("asset_type", row["asset_type"])
    where = f", {row['town']}" if row["town"] else ""
    return f"{kind[:1].upper()}{kind[1:]}{where}."
