"""Lists of others: read, checked and placed, beside pandas reading the same files; and stored, beside bare SQLite."""

import datetime as dt
import json
import random
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from beside import Peer, side_by_side
from rows import Row

import rosc_map
from rosc_map.exchange.outside import ReadOptions, open_file
from rosc_map.exchange.outside.collecting import without_collecting
from rosc_map.exchange.outside.readers import reader_of
from rosc_map.partnership.outside_rows import sift
from rosc_map.place import area_lookup, place_assets, postcodes_in
from rosc_map.place.placing import Placed
from rosc_map.place.postcodes.directory import locate
from rosc_map.records import Asset, Footprint, read_rows, row_dicts
from rosc_map.store import Store

MEETINGS, EACH_VENUE, SERVICES, PAGE, ROUNDS = 50_000, 5, 10_000, 100, 3
SHEET = 5_000
ENGLAND = "E92000001"
TODAY = dt.date(2026, 11, 22)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORDS = "<p>A group for people in recovery from alcohol and drugs, run by people who have been there.</p> " * 3


def measure(folder: Path) -> Iterator[Row]:
    """Yield the rows about lists of others."""
    codes = _postcodes()
    meetings, services = _meetings(folder / "meetings.json", codes), _services(folder / "services", codes)
    yield from _reading(f"{MEETINGS:,} meetings (Meeting Guide)", "meeting-guide", meetings)
    yield from _reading(f"{SERVICES:,} services (Open Referral UK)", "oruk", services)
    yield from _storing(folder, taken("oruk", services))
    yield from _importing(folder, codes)


def taken(code: str, source: Path) -> Placed:
    """Read a list as an import does, up to where it is laid over what is recorded."""
    with without_collecting():
        found = reader_of(code).read(open_file(source), ReadOptions(TODAY, source="bench", programme="aa"))
        own = list(area_lookup([ENGLAND])["local_authority_code"])
        rows = sift(found, own, licence="", listing="", today=TODAY).rows
        kept = [(row.number, row.values) for row in rows if row.take]  # noqa: PD011 - no table
        read = read_rows(Asset, list(Asset.specs()), kept)
        placed = place_assets(read.records)
    wanted = SERVICES if code == "oruk" else MEETINGS // EACH_VENUE
    if len(placed.table) != wanted:
        raise AssertionError(f"{len(placed.table)} of {wanted} were read")
    return placed


def _postcodes() -> list[str]:
    """Return postcodes of England, in use and with a point; the same ones each time."""
    codes = list(area_lookup([ENGLAND])["local_authority_code"])
    found = postcodes_in(codes).postcode.tolist()
    return random.Random(1).sample(found, max(MEETINGS // EACH_VENUE, SERVICES))  # noqa: S311 - made-up lists, the same each time


def _meetings(path: Path, codes: list[str]) -> Path:
    """Write one page of meetings, some in each hall."""
    rows = []
    for number in range(MEETINGS):
        venue = number // EACH_VENUE
        address = f"{venue} Example Road, Example Town, {codes[venue]}, UK"
        rows.append(
            {
                "id": number, "slug": f"meeting-{number}", "name": f"Example Group {number}", "day": number % 7,
                "time": f"{10 + number % 11}:00", "end_time": f"{11 + number % 11}:30", "location": f"Hall {venue}",
                "formatted_address": address, "region": "Example Region", "types": ["O", "X", "B"], "latitude": None,
                "notes": "Ring the bell &amp; come up.", "updated": "2026-03-01 10:00:00", "group": f"Group {venue}",
                "attendance_option": "in_person", "url": f"https://example.org/meetings/{number}", "longitude": None,
            }
        )  # fmt: skip
    path.write_text(json.dumps(rows), "utf-8")
    return path


def _services(folder: Path, codes: list[str]) -> Path:
    """Write pages of services of HSDS-UK 3.0, as full as a council's are."""
    folder.mkdir()
    for start in range(0, SERVICES, PAGE):
        contents = [_service(number, codes[number]) for number in range(start, start + PAGE)]
        page = {"total_items": SERVICES, "page_number": start // PAGE + 1, "size": PAGE, "contents": contents}
        (folder / f"page-{start:06}.json").write_text(json.dumps(page), "utf-8")
    return folder


def _service(number: int, postcode: str) -> dict[str, Any]:
    def key(what: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{what}{number}"))

    place = {"address_1": f"{number} Example Road", "city": "Example Town", "state_province": "Example County"}
    address = place | {"id": key("address"), "postal_code": postcode, "country": "GB", "address_type": "physical"}
    at = {"id": key("location"), "location_type": "physical", "name": f"Hall {number}", "addresses": [address]}
    when = {
        "id": key("schedule"),
        "freq": "WEEKLY",
        "byday": DAYS[number % 7],
        "opens_at": "10:00",
        "closes_at": "12:00",
    }
    term = {"id": key("term"), "taxonomy": "Example", "term": "alcohol", "name": "Alcohol"}
    return {
        "id": key("service"), "name": f"Example recovery service {number}", "description": WORDS, "status": "active",
        "url": f"https://example.org/{number}", "email": "hello@example.org", "assured_date": "2026-10-01",
        "organization": {"id": key("organization"), "name": f"Example Trust {number}", "description": "A charity."},
        "service_at_locations": [{"id": key("at"), "location": at}], "schedules": [when],
        "contacts": [{"id": key("contact"), "phones": [{"id": key("phone"), "number": "01632 960123"}]}],
        "languages": [{"id": key("language"), "name": "English", "code": "en"}],
        "cost_options": [{"id": key("cost"), "option": "Free", "amount": 0}],
        "attributes": [{"id": key("attribute"), "link_type": "service", "taxonomy_term": term}],
        "last_modified": "2026-10-01T10:00:00Z",
    }  # fmt: skip


def _reading(name: str, code: str, source: Path) -> Iterator[Row]:
    """Yield the row about reading one list, beside pandas that makes one flat table of the same files."""
    pages = sorted(source.glob("*.json")) if source.is_dir() else [source]

    def peer() -> list[pd.DataFrame]:
        rows = []
        for page in pages:
            with page.open(encoding="utf-8") as text:
                said = json.load(text)
            rows += said["contents"] if isinstance(said, dict) else said
        return [pd.json_normalize(rows)]

    flat = Peer("json.load + pandas.json_normalize", peer, "<= 8", "pandas")
    yield from side_by_side(name, lambda: taken(code, source), flat, rounds=ROUNDS)


def _storing(folder: Path, placed: Placed) -> Iterator[Row]:
    """Yield the rows about storing the same rows in a new file, by us and by SQLite alone."""
    rows = [{name: value for name, value in row.items() if name != "row"} for row in row_dicts(placed.table)]
    rows = [row | {"id": str(uuid.uuid4())} for row in rows]
    settings = {"title": "Bench", "banner": ""}
    Store.create(folder / "empty.gpkg", settings, {Footprint: [{"area_code": ENGLAND}]}).close()
    names, cells = _as_stored(folder, rows)

    def ours() -> None:
        store = Store(shutil.copy(folder / "empty.gpkg", folder / "ours.gpkg"))
        with store.write(task="import") as writer:
            writer.insert(Asset, rows)
        store.close()

    def bare(file: str, statements: tuple[str, ...] = ()) -> Callable[[], None]:
        def run() -> None:
            if not statements:
                shutil.copy(folder / "empty.gpkg", folder / file)
            (folder / file).unlink() if statements and (folder / file).exists() else None
            with sqlite3.connect(folder / file, isolation_level=None) as connection:
                connection.execute("PRAGMA synchronous = FULL")
                for statement in statements:
                    connection.execute(statement)
                connection.execute("BEGIN IMMEDIATE")
                places = ", ".join("?" * len(names))
                connection.executemany(f"INSERT INTO assets ({', '.join(names)}) VALUES ({places})", cells)  # noqa: S608
                connection.execute("COMMIT")
            connection.close()

        return run

    table = f"CREATE TABLE assets (fid INTEGER PRIMARY KEY, {', '.join(names)}, UNIQUE (id))"
    yield from side_by_side(
        f"{len(rows):,} assets stored",
        ours,
        Peer("sqlite3.executemany, history too", bare("same.gpkg"), "<= 3"),
        Peer("sqlite3.executemany, no history", bare("plain.db", (table,)), "<="),
        rounds=ROUNDS,
    )


def _importing(folder: Path, codes: list[str]) -> Iterator[Row]:
    """Yield the row about a whole import of a sheet, beside pandas and geopandas that check and keep nothing more."""
    sheet = folder / "sheet.csv"
    lines = [f"Example Group {number},mutual_aid,{code}" for number, code in enumerate(codes[:SHEET])]
    sheet.write_text("\n".join(["name,asset_type,postcode", *lines]), "utf-8")
    rosc_map.new(folder / "new.gpkg", ["England"]).close()

    def ours() -> None:
        with closing(rosc_map.open(shutil.copy(folder / "new.gpkg", folder / "imported.gpkg"))) as area:
            area.import_(sheet)

    def peer() -> None:
        table = pd.read_csv(sheet)
        at = locate(table["postcode"].tolist())
        points = gpd.points_from_xy(at.easting, at.northing, crs=27700)
        gpd.GeoDataFrame(table, geometry=points).to_file(folder / "peer.gpkg")

    name = f"{SHEET:,} assets of a sheet imported, with history"
    bare = Peer("pandas, our postcodes, geopandas to GeoPackage; no check, no history", peer, "<=", "geopandas")
    yield from side_by_side(name, ours, bare, rounds=ROUNDS)


def _as_stored(folder: Path, rows: list[dict[str, Any]]) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the columns and cells as the file has them, for whoever stores them without us."""
    store = Store(shutil.copy(folder / "empty.gpkg", folder / "cells.gpkg"))
    with store.write(task="import") as writer:
        writer.insert(Asset, rows)
    store.close()
    with sqlite3.connect(folder / "cells.gpkg") as connection:
        found = connection.execute("SELECT * FROM assets")
        names = [column[0] for column in found.description]
        kept = [at for at, name in enumerate(names) if name != "fid"]
        return [names[at] for at in kept], [tuple(row[at] for at in kept) for row in found.fetchall()]
