"""What each format carries of an asset: found out by writing a made-up partnership and reading it back.

``python tests/exchange/round_trips.py > docs/what-formats-carry.md`` makes the page of the documentation.
"""

import csv
import datetime as dt
import html
import json
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx

import rosc_map
from rosc_map import exchange
from rosc_map.exchange.outside import OutsideList, Reader, ReadOptions, open_file
from rosc_map.publish import Published, assets_table
from rosc_map.records import Asset, CellError

COMMAND = "python tests/exchange/round_trips.py > docs/what-formats-carry.md"
TODAY = dt.date(2026, 11, 22)
Read = dict[str, Mapping[str, Any]]
"""Values by field, by the name of the asset: not every format has room for its id."""

_INTRODUCTION = f"""# What each format carries

rosc-map exports assets in these formats. None of them is the record itself: the partnership's own file is. This table
says what comes back when a file is written and read again, field by field. It is made by writing a made-up partnership
that has every field filled in, for its coordinators, and reading it back; do not edit it, make it again:

```sh
{COMMAND}
```

For partners and for the public fewer fields are in a file ([data dictionary](data-dictionary.md)), and a place is only
as fine as it may be shown. Points are true to about a metre. **●** carried, **◐** in part (the reason is below), **–**
not carried.
"""

_NOTES = """In a list of Open Referral UK or Meeting Guide the id of a row is the asset's: it is read back as an id of
that list. Meeting Guide is for mutual aid: only meetings are in such a file. A Kumu workbook has the same fields as
Kumu's JSON, and a list of edges has those of GraphML in its second file.

CSV and Meeting Guide have no room for licences and notes beside their rows: say them where you pass the file on.
"""

BASE = {
    "other_names": "The Wool Place; Wool and Tea",
    "organisation": "Example Wool Trust",
    "organisation_number": "GB-CHC-7654321",
    "description": "Tea & wool, *twice* a week.",
    "rss_types": "peer_based; community_centre",
    "community_group": "health",
    "led_by": "lived_experience",
    "connector_role": "community_connector",
    "commissions_others": "no",
    "location_precision": "exact",
    "areas_served": "Mole Valley; Woking",
    "attendance": "in_person; online",
    "website": "https://wool.example.org/home",
    "email": "wool@example.org",
    "phone": "01632 960111",
    "sessions": "Mon 19:00-20:30; 1st Tue 18:00-19:00; alternate Sat 09:00-10:00",
    "access": "drop_in; self_referral",
    "referral_route": "Ring, and ask for the desk.",
    "for_whom": "women; families_carers",
    "languages": "Polish; Urdu",
    "cost": "donation",
    "accessibility": "step_free; hearing_loop",
    "listing": "restricted",
    "listing_shows": "name; place",
    "listing_on": "2026-02-01",
    "sources": "published",
    "source_url": "https://council.example.org/wool",
    "source_date": "2025-2026",
    "recorded_by": "Volunteer 71",
    "recorded_on": "2026-02-02",
    "verified_on": "2026-03-03",
    "status": "paused",
    "notes": "The bell is loud.",
}
ASSETS = [
    BASE
    | {
        "id": "3f2b8c1e-5a0d-4d5e-9c55-0123456789ab",
        "name": "Example Wool Rooms",
        "asset_type": "lero",
        "lero_type": "constituted_group",
        "address": "9 Example Lane, Leatherhead",
        "postcode": "KT22 7TW",
        "external_ids": "charity-register:7654321; council:5",
        "licence": "OGL-UK-3.0",
    },
    # Some formats are for meetings only. What a format keeps of the one and not of the other it carries in part.
    BASE
    | {
        "id": "5d1c2a77-0f4e-4b0a-8f0e-0123456789ab",
        "name": "Example Wool Fellowship",
        "asset_type": "mutual_aid",
        "address": "St Example's Hall",
        "postcode": "GU21 6XR",
        "external_ids": "council:6",
        "licence": "CC0-1.0",
    },
    BASE
    | {
        "id": "8a6e4f30-91b7-4c7d-8d6f-0123456789ab",
        "name": "Example Thread Fellowship",
        "description": "Tea and thread.\nContact: Jo Example",
        "asset_type": "mutual_aid",
        "attendance": "in_person; phone",
        "status": "not_confirmed",
        "address": "2 Example Street, Guildford",
        "postcode": "GU1 3AA",
        "external_ids": "council:7",
        "licence": "CC0-1.0",
    },
]


def made_up(folder: Path) -> Published:
    """Publish the made-up partnership for its coordinators, who see every field."""
    path = folder / "assets.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in ASSETS for name in row)))
        writer.writeheader()
        writer.writerows(ASSETS)
    made = rosc_map.new(folder / "area.gpkg", ["Surrey"], title="Example Surrey")
    made.import_(path)
    return made.publish("internal")


def _table(ending: str) -> Callable[[Published, Path], Read]:
    def there_and_back(published: Published, folder: Path) -> Read:
        path = exchange.write_table(assets_table(published), folder / f"assets{ending}")
        return {row["name"]: row for _, row in exchange.read_table(path).rows}

    return there_and_back


def _geojson(published: Published, folder: Path) -> Read:
    features = json.loads(exchange.write_geojson(published, folder / "a.geojson").read_text("utf-8"))["features"]
    point = ("longitude", "latitude")
    return {
        feature["properties"]["name"]: {
            **feature["properties"],
            **dict(zip(point, feature["geometry"]["coordinates"], strict=True)),
        }
        for feature in features
    }


def _geopackage(published: Published, folder: Path) -> Read:
    table = gpd.read_file(exchange.write_geopackage(published, folder / "a.gpkg"), layer="assets")
    return {row["name"]: row for row in table.drop(columns="geometry").to_dict("records")}


def _open_referral(published: Published, folder: Path) -> Read:
    from rosc_map.exchange.outside import open_referral

    exchange.write_open_referral(published, folder / "oruk")
    found = _read_outside(open_referral.OpenReferral(), folder / "oruk")
    # A list says a precision only where it is coarser than is usual for the type.
    usual = {"licence": found.licence, "location_precision": "exact"}
    return {name: usual | row for name, row in _rows(found).items()}


def _meeting_guide(published: Published, folder: Path) -> Read:
    from rosc_map.exchange.outside import meeting_guide

    path = exchange.write_meeting_guide(published, folder / "meetings.json")
    return _rows(_read_outside(meeting_guide.MeetingGuide(), path))


def _read_outside(reader: Reader, path: Path) -> OutsideList:
    return reader.read(open_file(path), ReadOptions(day=TODAY, source="example"))


def _rows(found: OutsideList) -> Read:
    """Return the rows of a list; the id under which a list is known again is the asset's own."""
    rows = {}
    for row in found.rows:
        ids = [entry.partition(":") for entry in row.values["external_ids"]]
        own = [key for scheme, _, key in ids if scheme == found.scheme]
        others = tuple(f"{scheme}:{key}" for scheme, _, key in ids if scheme != found.scheme)
        rows[row.values["name"]] = {**row.values, "id": own[0], "external_ids": others}
    return rows


def _kumu(published: Published, folder: Path) -> Read:
    elements = json.loads(exchange.write_kumu(published, folder / "kumu.json").read_text("utf-8"))["elements"]
    return {
        element["label"]: element
        | {
            "name": element["label"],
            "asset_type": element["type"],
            # Kumu's descriptions are Markdown: a backslash takes the meaning off the mark behind it.
            "description": re.sub(r"\\([^\w\s])", r"\1", html.unescape(element["description"])),
        }
        for element in elements
    }


def _graphml(published: Published, folder: Path) -> Read:
    return _nodes(nx.read_graphml(exchange.write_graphml(published, folder / "a.graphml")))


def _gexf(published: Published, folder: Path) -> Read:
    return _nodes(nx.read_gexf(exchange.write_gexf(published, folder / "a.gexf")))


def _nodes(graph: nx.DiGraph) -> Read:
    return {node["name"]: {**node, "id": key} for key, node in graph.nodes(data=True)}


@dataclass(frozen=True)
class Format:
    """A format: its name for people, what writes a partnership and reads it back, why it carries a field in part."""

    title: str
    there_and_back: Callable[[Published, Path], Read]
    in_part: Mapping[str, str]


_ONE_LICENCE = "one for the whole list, where all its rows have the same"
FORMATS = {
    "csv": Format("CSV", _table(".csv"), {}),
    "xlsx": Format("Excel", _table(".xlsx"), {}),
    "geojson": Format("GeoJSON", _geojson, {}),
    "gpkg": Format("GeoPackage", _geopackage, {}),
    "oruk": Format(
        "Open Referral UK",
        _open_referral,
        {
            "address": "an address of one line is given the town that the standard asks for: its authority's name",
            "licence": _ONE_LICENCE,
        },
    ),
    "meeting-guide": Format(
        "Meeting Guide",
        _meeting_guide,
        {
            "id": "with the day and the time of a meeting behind it",
            "description": "lines that may name a person are not read back",
            "attendance": "in person, online or both, and of what is running only",
            "status": "active or paused",
        },
    ),
    "kumu": Format("Kumu", _kumu, {}),
    "graphml": Format("GraphML", _graphml, {}),
    "gexf": Format("GEXF", _gexf, {}),
}


def carried(published: Published, there_and_back: Callable[[Published, Path], Read]) -> dict[str, str]:
    """Say of each field whether it comes back: ``all``, ``part`` or ``none``."""
    with tempfile.TemporaryDirectory() as folder:
        back = there_and_back(published, Path(folder))
    held = {row["name"]: row for row in published.assets.to_dict("records")}
    return {field: _how(field, [(held[name], row) for name, row in back.items()]) for field in Asset.specs()}


def _how(field: str, pairs: list[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> str:
    asked = [(row[field], back.get(field)) for row, back in pairs if _is_given(row[field])]
    if not any(_is_given(value) for _, value in asked):
        return "none"
    return "all" if all(_alike(field, value, found) for value, found in asked) else "part"


def _is_given(value: Any) -> bool:
    return value not in (None, "", ()) and value == value


def _alike(field: str, held: Any, found: Any) -> bool:
    """Whether a value that came back is the one that was held, once the field has read it as it reads a cell."""
    if isinstance(found, bool):
        found = "yes" if found else "no"
    elif isinstance(found, dt.datetime):
        found = found.date()
    try:
        found = Asset.check(field, tuple(found) if isinstance(found, list) else found)
    except (CellError, ValueError):
        return False
    if isinstance(held, tuple):
        return set(held) == set(found)
    return abs(held - found) <= 1e-5 if isinstance(held, float) else bool(held == found)


def page() -> str:
    """Return the page of the documentation."""
    with tempfile.TemporaryDirectory() as folder:
        published = made_up(Path(folder))
        found = {code: carried(published, form.there_and_back) for code, form in FORMATS.items()}
    signs = {"all": "●", "part": "◐", "none": "–"}
    lines = [("Field", *(form.title for form in FORMATS.values()))]
    lines.append(tuple("---" if at == 0 else ":-:" for at in range(len(lines[0]))))
    lines += [(f"`{field}`", *(signs[found[code][field]] for code in FORMATS)) for field in Asset.specs()]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    why = [
        f"- {form.title}, `{field}`: {form.in_part.get(field, 'WHY?')}.\n"
        for code, form in FORMATS.items()
        for field in Asset.specs()
        if found[code][field] == "part"
    ]
    return f"{_INTRODUCTION}\n{table}\n## In part, and why\n\n{''.join(why)}\n{_NOTES}"


if __name__ == "__main__":
    # In bytes: the page is UTF-8 on every machine, whatever its screen can show.
    sys.stdout.buffer.write(page().encode())
