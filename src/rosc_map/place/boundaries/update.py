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
from rosc_map.place.boundaries.arcgis import Progress, is_address
from rosc_map.place.boundaries.areas import polygons_in_metres, rows
from rosc_map.place.boundaries.checks import SAMPLE, SEED, as_coverage, check_source, heirs, share_inside
from rosc_map.place.boundaries.files import (
    ABOUT,
    CURRENT,
    FORMAT,
    LOOKUP,
    POLYGONS,
    boundaries_folder,
    checksums,
    current_version,
    updates_folder,
)
from rosc_map.place.boundaries.sources import (
    DEFAULT_BOUNDARIES,
    DEFAULT_LOOKUP,
    NewBoundaries,
    read_boundaries,
    read_lookup,
)
from rosc_map.place.online.fetch import Fetcher
from rosc_map.whole_file import sync_folder, write_atomic

__all__ = ["BoundaryUpdate", "forget_update", "update_boundaries"]

_ATTRIBUTION = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right"
)
_LEFTOVER_S = 24 * 3600
_STEPS = 4  # that a file takes: read, fitted together, checked, put in use
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(rf"({'|'.join(_MONTHS)})[a-z]*[ _](20[0-9][0-9])", re.IGNORECASE)

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
        Each code that is no more, and the fewest that together hold at least 90 % of its area, the one with the largest
        part first. Where they are several it was divided, and assets with that code must be looked at by hand.
    renamed
        Code, name before, and name now.
    share_inside
        Of 20,000 real postcodes, those in the polygon of their own authority.
    size
        Of the new files, in bytes.
    """

    source: str
    version: str
    number: int
    new: tuple[str, ...]
    vanished: tuple[tuple[str, tuple[str, ...]], ...]
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
        Is told how many of how many areas were read from the portal; for a file, how many of four steps are done.
    client
        What asks the portal.

    Raises
    ------
    InputError, FileProblem, ServiceProblem
        When anything is not as it should be; the boundaries in use stay as they were.
    """
    from rosc_map.place.boundaries.coverage import compact

    updates_folder()  # without one, there is no sense in reading on
    from_portal = not source or (isinstance(source, str) and is_address(source))

    def step(done: int) -> None:
        if progress and not from_portal:  # the portal's areas are counted already, and take the longest
            progress(done, _STEPS)

    step(0)
    new = read_boundaries(source or DEFAULT_BOUNDARIES, client=client, progress=progress)
    check_source(new)
    step(1)
    in_use = dict(zip(*polygons_in_metres(boundaries_folder()), strict=True))
    before = {row["local_authority_code"]: row for row in rows(boundaries_folder())}
    tiers = _tiers_for(new, before, lookup if source else lookup or DEFAULT_LOOKUP, client)
    polygons = dict(sorted(zip(new.codes, compact(as_coverage(new.polygons)), strict=True)))
    metres = dict(zip(polygons, _in_metres(list(polygons.values())), strict=True))
    step(2)
    vanished = heirs(in_use, metres)
    followed = {code: after[0] for code, after in vanished.items() if len(after) == 1}
    share = share_inside(metres, followed, in_use)
    step(3)
    table = _table(new, before, followed, tiers)
    about = _about(new, source or DEFAULT_BOUNDARIES, table, share)
    folder = _install(table, polygons, about)
    step(_STEPS)
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
    pointer, version = updates_folder() / CURRENT, current_version()
    try:
        pointer.unlink(missing_ok=True)
    except OSError as error:
        raise FileProblem(f"{pointer} cannot be deleted ({error.strerror}). Delete it by hand.") from error
    boundaries_folder.cache_clear()
    _tidy(version)
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
        # A file's name may hold bytes that are no text.
        "sources": [{"name": new.name, "from": str(source).encode("utf-8", "replace").decode()}],
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
    left_out = sorted(set(tiers) - set(new.codes))
    if left_out:
        raise InputError(
            f"The new boundaries lack {len(left_out)} of the authorities in the lookup ({', '.join(left_out[:5])}). "
            "Nothing was changed. Give the boundaries of the whole UK, and boundaries and lookup of the same date."
        )
    return tiers


def _is_placed(code: str, tiers: Mapping[str, str]) -> bool:
    upper = re.fullmatch(r"[EWSN]\d{8}", tiers.get("upper_tier_code", ""), re.ASCII)
    return bool(upper and tiers["upper_tier"] and (tiers["region"] or not code.startswith("E")))


def _table(
    new: NewBoundaries, before: Mapping[str, Row], followed: Mapping[str, str], tiers: Mapping[str, Row]
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
        gone = [before[old] for old, successor in followed.items() if successor == code]
        row["old_codes"] = _joined(row, gone, "old_codes", [old["local_authority_code"] for old in gone])
        names = [old["local_authority"] for old in gone] + [before.get(code, {}).get("local_authority", "")]
        row["old_names"] = _joined(row, gone, "old_names", [old for old in names if old != name])
        if row["upper_tier_code"] == code:
            row["upper_tier"] = name
        table.append(row | {"local_authority_code": code, "local_authority": name})
    return _with_old_counties(table, before, followed)


def _joined(row: Row, gone: list[Row], column: str, more: Iterable[str]) -> str:
    held = [text for source in (row, *gone) for text in source[column].split(";")]
    return ";".join(sorted({*held, *more} - {""}))


def _with_old_counties(table: list[Row], before: Mapping[str, Row], followed: Mapping[str, str]) -> list[Row]:
    """Add the code of a county that is no more where all of its districts went into one authority."""
    counties: dict[str, set[str]] = {}
    for code, row in before.items():
        counties.setdefault(row["upper_tier_code"], set()).add(followed.get(code, code))
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
    """Write a version beside the others, point to it, and take away those that are long out of use."""
    from rosc_map.place.boundaries.topojson import write_topojson

    folder = updates_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        older = current_version()
        half_made = Path(tempfile.mkdtemp(dir=folder, prefix=".", suffix=".part"))
        try:
            write_topojson(half_made / POLYGONS, list(polygons), list(polygons.values()))
            write_atomic(half_made / LOOKUP, _csv(table).encode(), lasting=True)
            held = {**about, "format": FORMAT, "files": checksums(half_made)}
            text = f"{json.dumps(held, indent=1, ensure_ascii=False)}\n"
            write_atomic(half_made / ABOUT, text.encode(), lasting=True)
            # Each has a name of its own, so that nothing that may be in use is ever written over.
            version = folder / f"{about['as_at'].replace(' ', '-')}-{time.time_ns():x}"
            half_made.rename(version)
        finally:
            shutil.rmtree(half_made, ignore_errors=True)
        sync_folder(folder)  # before anything points there
        write_atomic(folder / CURRENT, f"{version.name}\n".encode(), lasting=True)
    except OSError as error:
        if isinstance(error, FileProblem):
            raise
        raise FileProblem(
            f"{folder} cannot be written ({error.strerror}). The boundaries stay as they were."
        ) from error
    boundaries_folder.cache_clear()
    _tidy(older)
    return version


def _csv(table: list[Row]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue()


def _tidy(older: str) -> None:
    """Take away what has been out of use for a day, and what updates that were cut off left; what is busy stays.

    Another process may have begun with the version that was in use until now, or be at work in what is young.
    """
    folder = updates_folder()
    with suppress(OSError):
        if older:
            os.utime(folder / older)  # its day begins now
    with suppress(OSError):
        kept = (CURRENT, current_version())
        for path in folder.iterdir():
            if path.name not in kept and time.time() - path.stat().st_mtime > _LEFTOVER_S:
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
