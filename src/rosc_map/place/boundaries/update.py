"""Newer boundaries than those that came with rosc-map: read, checked, made compact, and only then put in use."""

import csv
import io
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rosc_map.errors import FileProblem, InputError
from rosc_map.place.boundaries.arcgis import Progress
from rosc_map.place.boundaries.areas import polygons_in_metres, rows
from rosc_map.place.boundaries.checks import SAMPLE, SEED, as_coverage, check_source, share_inside, successors
from rosc_map.place.boundaries.files import ABOUT, LOOKUP, POLYGONS, boundaries_folder, checksums, updates_folder
from rosc_map.place.boundaries.sources import (
    DEFAULT_BOUNDARIES,
    DEFAULT_LOOKUP,
    NewBoundaries,
    read_boundaries,
    read_lookup,
)
from rosc_map.place.online.fetch import Fetcher

__all__ = ["BoundaryUpdate", "forget_update", "update_boundaries"]

_ATTRIBUTION = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right"
)
_LEFTOVER_S = 24 * 3600
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(rf"({'|'.join(_MONTHS)})[a-z]*[ _](20\d\d)", re.IGNORECASE)

Row = dict[str, str]


@dataclass(frozen=True)
class BoundaryUpdate:
    """What an update brought.

    Attributes
    ----------
    source
        The layer or file it came from.
    version
        The folder of the new files.
    number
        Of local authorities.
    new
        Codes that were not there before.
    vanished
        Each code that is no more, and the one that holds at least 90 % of its area; "" where none does, so that assets
        with that code must be looked at by hand.
    renamed
        Code, name before, and name now.
    share_inside
        Of 20,000 real postcodes, in the polygon of their own authority.
    size
        Of the new files, in bytes.
    """

    source: str
    version: str
    number: int
    new: tuple[str, ...]
    vanished: tuple[tuple[str, str], ...]
    renamed: tuple[tuple[str, str, str], ...]
    share_inside: float
    size: int


def update_boundaries(
    source: str | Path | None = None,
    lookup: str | Path | None = None,
    *,
    progress: Progress | None = None,
    client: Fetcher | None = None,
) -> BoundaryUpdate:
    """Replace the boundaries and the lookup in use, wholly or not at all.

    Parameters
    ----------
    source
        The address of a layer of the ONS Open Geography Portal, or a downloaded file (GeoJSON, GeoPackage, or a
        Shapefile in a zip) with the local authority districts of the whole UK; the newest known layer when left out.
    lookup
        The address of a table of the portal or a CSV file that says which upper tier and region each belongs to. Needed
        only when the codes are not those in use.
    progress
        Is told how many of how many areas were read from the portal.
    client
        What asks the portal.

    Raises
    ------
    InputError, FileProblem, ServiceProblem
        When anything is not as it should be; the boundaries in use stay as they were.
    """
    from rosc_map.place.boundaries.coverage import compact

    new = read_boundaries(source or DEFAULT_BOUNDARIES, client=client, progress=progress)
    check_source(new)
    before = {row["local_authority_code"]: row for row in rows(boundaries_folder())}
    tiers = _tiers_for(new, before, lookup if source else lookup or DEFAULT_LOOKUP, client)
    polygons = dict(sorted(zip(new.codes, compact(as_coverage(new.polygons)), strict=True)))
    metres = dict(zip(polygons, _in_metres(list(polygons.values())), strict=True))
    vanished = successors(dict(zip(*polygons_in_metres(boundaries_folder()), strict=True)), metres)
    table = _table(new, before, vanished, tiers)
    share = share_inside(metres, vanished)
    about = _about(new, source or DEFAULT_BOUNDARIES, table, share)
    folder = _install(table, polygons, about)
    return BoundaryUpdate(
        source=new.name,
        version=folder.name,
        number=len(table),
        new=tuple(sorted(set(polygons) - set(before))),
        vanished=tuple(vanished.items()),
        renamed=_renamed(before, table),
        share_inside=share,
        size=sum(file.stat().st_size for file in folder.iterdir()),
    )


def forget_update() -> bool:
    """Go back to the boundaries that came with rosc-map; returns whether there was an update.

    Raises
    ------
    FileProblem
        When the update cannot be taken away.
    """
    folder = updates_folder()
    version = _pointed_to(folder)
    try:
        (folder / "current").unlink(missing_ok=True)
    except OSError as error:
        raise FileProblem(f"{folder / 'current'} cannot be deleted ({error.strerror}).") from error
    boundaries_folder.cache_clear()
    _tidy(folder, version)
    return bool(version)


def _in_metres(polygons: list[Any]) -> Any:
    import numpy as np
    import shapely

    from rosc_map.place.grid import to_metres

    return shapely.transform(polygons, lambda points: np.column_stack(to_metres(points[:, 0], points[:, 1])))


def _about(new: NewBoundaries, source: str | Path, table: list[Row], share: float) -> dict[str, Any]:
    from rosc_map.place.boundaries.coverage import DECIMALS, TOLERANCE_M

    upper = {row["upper_tier_code"] for row in table}
    date = _DATE.search(new.name)
    return {
        "title": f"Local authorities of the United Kingdom, from {new.name}",
        "as_at": f"{date[2]}-{_MONTHS.index(date[1].lower()) + 1:02}" if date else f"20{new.year}",
        "licence": "Open Government Licence v3.0",
        "attribution": f"{_ATTRIBUTION} 20{new.year}.",
        "crs": "EPSG:4326",
        "tolerance_m": TOLERANCE_M,
        "decimals": DECIMALS,
        "sources": [{"name": new.name, "from": str(source)}],
        "checks": {
            "local_authorities": len(table),
            "upper_tier": len(upper),
            "upper_tier_england": sum(code.startswith("E") for code in upper),
            "postcodes": {"sample": SAMPLE, "seed": SEED, "inside_own": round(share, 4)},
        },
    }


def _tiers_for(
    new: NewBoundaries, before: Mapping[str, Row], lookup: str | Path | None, client: Fetcher | None
) -> Mapping[str, Row]:
    """Return the tiers of each authority: those in use where the codes are the same."""
    unknown = sorted(set(new.codes) - set(before))
    if not unknown and set(new.codes) == set(before):
        return before
    if lookup is None:
        raise InputError(
            f"The new boundaries hold other authorities than those in use ({', '.join(unknown[:5]) or 'fewer'}). "
            "Nothing was changed. Give the lookup of the same date too (local authority to county and region, as CSV)."
        )
    tiers = read_lookup(lookup, client=client)
    without = sorted(code for code in new.codes if not _is_placed(code, tiers.get(code, {})))
    if without:
        raise InputError(
            f"The lookup does not place {len(without)} of the new authorities ({without[0]} first). "
            "Nothing was changed. Give boundaries and lookup of the same date."
        )
    return tiers


def _is_placed(code: str, tiers: Mapping[str, str]) -> bool:
    upper = re.fullmatch(r"[EWSN]\d{8}", tiers.get("upper_tier_code", ""), re.ASCII)
    return bool(upper and tiers["upper_tier"] and (tiers["region"] or not code.startswith("E")))


def _table(
    new: NewBoundaries, before: Mapping[str, Row], vanished: Mapping[str, str], tiers: Mapping[str, Row]
) -> list[Row]:
    """Return the lookup, sorted by code, with the columns of the present one and all old codes and names in it."""
    types = {code[:3]: row["local_authority_type"] for code, row in before.items()}
    countries = {code[0]: (row["country_code"], row["country"]) for code, row in before.items()}
    columns = list(next(iter(before.values())))
    table = []
    for code, name in sorted(zip(new.codes, new.names, strict=True)):
        row = dict.fromkeys(columns, "") | {"local_authority_type": types.get(code[:3], "")} | before.get(code, {})
        row |= {column: tiers[code][column] for column in ("upper_tier_code", "upper_tier", "region_code", "region")}
        row["country_code"], row["country"] = countries[code[0]]
        gone = [before[old] for old, successor in vanished.items() if successor == code]
        row["old_codes"] = _joined(row, gone, "old_codes", [old["local_authority_code"] for old in gone])
        names = [old["local_authority"] for old in gone] + [before.get(code, {}).get("local_authority", "")]
        row["old_names"] = _joined(row, gone, "old_names", [old for old in names if old != name])
        if row["upper_tier_code"] == code:
            row["upper_tier"] = name
        table.append(row | {"local_authority_code": code, "local_authority": name})
    return _with_old_counties(table, before, vanished)


def _joined(row: Row, gone: list[Row], column: str, more: Iterable[str]) -> str:
    held = [text for source in (row, *gone) for text in source[column].split(";")]
    return ";".join(sorted({*held, *more} - {""}))


def _with_old_counties(table: list[Row], before: Mapping[str, Row], vanished: Mapping[str, str]) -> list[Row]:
    """Add the code of a county that is no more where all of its districts went into one authority."""
    counties: dict[str, set[str]] = {}
    for code, row in before.items():
        counties.setdefault(row["upper_tier_code"], set()).add(vanished.get(code, code))
    still = {row["upper_tier_code"] for row in table} | set(before)
    for row in table:
        code = row["local_authority_code"]
        into = [county for county, heirs in counties.items() if county not in still and heirs == {code}]
        row["old_codes"] = _joined(row, [], "old_codes", into)
    return table


def _renamed(before: Mapping[str, Row], table: list[Row]) -> tuple[tuple[str, str, str], ...]:
    names = [(row["local_authority_code"], row["local_authority"]) for row in table]
    return tuple(
        (code, before[code]["local_authority"], name)
        for code, name in names
        if code in before and before[code]["local_authority"] != name
    )


def _install(table: list[Row], polygons: Mapping[str, Any], about: Mapping[str, Any]) -> Path:
    """Write a version beside the others, point to it, and take the others away; returns its folder."""
    from rosc_map.place.boundaries.topojson import write_topojson

    folder = updates_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        older = _pointed_to(folder)
        half_made = Path(tempfile.mkdtemp(dir=folder, prefix=".", suffix=".part"))
        try:
            write_topojson(half_made / POLYGONS, list(polygons), list(polygons.values()))
            _write(half_made / LOOKUP, _csv(table))
            sums = checksums(half_made)
            _write(half_made / ABOUT, json.dumps({**about, "files": sums}, indent=1, ensure_ascii=False) + "\n")
            _sync_folder(half_made)
            # Each has a name of its own, so that nothing that may be in use is ever written over.
            version = folder / f"{about['as_at'].replace(' ', '-')}-{time.time_ns():x}"
            half_made.rename(version)
        finally:
            shutil.rmtree(half_made, ignore_errors=True)
        pointer = Path(f"{version}.pointer")
        _write(pointer, version.name + "\n")
        _sync_folder(folder)
        pointer.replace(folder / "current")
        _sync_folder(folder)
    except OSError as error:
        if isinstance(error, FileProblem):
            raise
        raise FileProblem(
            f"{folder} cannot be written ({error.strerror}). The boundaries stay as they were."
        ) from error
    boundaries_folder.cache_clear()
    _tidy(folder, older)
    return version


def _csv(table: list[Row]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue()


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder last through a power cut, where the system can (not on Windows)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _pointed_to(folder: Path) -> str:
    """Return the name of the version in use, or "" where there is none."""
    try:
        name = (folder / "current").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return name if re.fullmatch(r"\w[\w.-]*", name) else ""


def _tidy(folder: Path, older: str) -> None:
    """Take the version away that was in use, and what updates that were cut off left; what is busy stays."""
    with suppress(OSError):
        current = _pointed_to(folder)
        for path in folder.iterdir():
            # Another process may be at work in what is young.
            left = time.time() - path.stat().st_mtime > _LEFTOVER_S
            if path.name not in ("current", current) and (left or path.name == older):
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
