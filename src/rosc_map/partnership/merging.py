"""Merging two records of one asset: nothing that was recorded is overwritten, and both histories are kept."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, or_, select, update

from rosc_map.errors import InputError, RowProblem
from rosc_map.partnership.mixing import goes_into, strictness
from rosc_map.place import DERIVED, place_assets
from rosc_map.records import (
    Asset,
    Audience,
    Kind,
    Record,
    Referral,
    ReferralList,
    codelist,
    is_hidden,
    label,
    read_row,
    row_dicts,
    squash,
)
from rosc_map.records.licences import licence_of
from rosc_map.store import KEYS, LINKS, TABLES, Writer, merged

__all__ = ["Merge", "merge_assets"]

_Differing = tuple[str, Any, Any]

_UNITED = ("external_ids", "sources")
_PLACE = ("address", "postcode", "latitude", "longitude")
# These say something of one record and not of the asset, or are decided by a rule of their own.
_NOT_FILLED = (
    "id",
    "other_names",
    "listing",
    "listing_on",
    "listing_shows",
    "location_precision",
    "licence",
    "status",
    "recorded_by",
    *_PLACE,
)
_RECORDED_HERE = "none: recorded here"
_CODES = (Kind.CHOICE, Kind.CHOICES, Kind.YES_NO, Kind.DATE)


@dataclass(frozen=True)
class Merge:
    """What a merge did.

    Attributes
    ----------
    kept, other
        The names of the asset that stays, and of the one that went into it.
    filled
        Fields that were empty and were taken from the other.
    differing
        Field, what is kept, and what the other said instead: of the asset, and of rows that point at both.
    moved, dropped
        By table: rows that point at the asset that stays now; rows that said nothing new, or linked the two.
    """

    kept: str
    other: str
    filled: tuple[str, ...]
    differing: tuple[_Differing, ...]
    moved: dict[str, int]
    dropped: dict[str, int]


def merge_assets(writer: Writer, keep: str, other: str) -> Merge:
    """Merge one recorded asset into another.

    Parameters
    ----------
    writer
        The running change.
    keep, other
        The ids of the asset that stays and of the one that goes into it.

    Raises
    ------
    InputError
        When they are the same, one asked not to be listed, or what comes out of it cannot be recorded.
    """
    a, b = writer.find(Asset, {"id": keep}), writer.find(Asset, {"id": other})
    if a is None or b is None or keep == other:
        raise InputError("Name two different assets: the one to keep, and the one to merge into it.")
    if "declined" in (a["listing"], b["listing"]):
        raise InputError("One of the two belongs to an organisation that asked not to be listed. It is not merged.")
    if is_hidden(a) != is_hidden(b):
        raise InputError(
            "One of the two is hidden and the other is not: merging them would drop a place that nothing brings back. "
            "If they are one, set location_precision to hidden for both first, or correct the one that is not."
        )
    values, filled = _united(a, b)
    record, problems = read_row(Asset, values, 1)
    placed = place_assets([(1, record)], {1: a if a["upper_tier_code"] else b}) if record else None
    wrong: list[RowProblem] = [*problems, *(placed.problems if placed else ())]
    if wrong or placed is None:
        told = " ".join(f"{p.column} {p.value!r} {p.why} {p.what_to_do}" for p in wrong)
        raise InputError(f"The two cannot be merged as they stand: {told}")
    after = row_dicts(placed.table)[0]
    writer.update(Asset, {"id": keep}, {name: after[name] for name in (*Asset.specs(), *DERIVED)})
    lists = _drop_half_lists(writer, keep, other)
    rows = _Repointing(writer, keep, other)
    _note(writer, a["fid"], b["fid"])
    writer.delete(Asset, {"id": other})
    differing = (*_differing(a, b, after), *lists, *rows.differing)
    return Merge(a["name"], b["name"], filled, differing, dict(rows.moved), dict(rows.dropped))


def _united(a: dict[str, Any], b: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    values = {name: a[name] for name in Asset.specs()}
    # The kept record keeps its licence: words that do not go with it stay out, and are told.
    fits = goes_into(b["licence"], a["licence"])
    filled = [
        name
        for name in values
        if name not in _NOT_FILLED and (fits or not _is_words(name)) and _empty(values[name]) and not _empty(b[name])
    ]
    values |= {name: b[name] for name in filled}
    if fits and all(_empty(a[name]) for name in _PLACE) and not all(_empty(b[name]) for name in _PLACE):
        values |= {name: b[name] for name in _PLACE}
        filled.append("postcode" if b["postcode"] else "address")
    for name in _UNITED:
        values[name] = tuple(dict.fromkeys([*a[name], *b[name]]))
    # Whoever has the other's id in a file of theirs finds this one by it.
    values["external_ids"] = tuple(dict.fromkeys([*values["external_ids"], f"rosc-map:{b['id']}"]))
    values["location_precision"] = max(a["location_precision"], b["location_precision"], key=strictness)
    values |= _listing(a, b)
    names = (*a["other_names"], *([b["name"]] if squash(b["name"]) != squash(a["name"]) else []), *b["other_names"])
    values["other_names"] = tuple(dict.fromkeys(names))
    values["verified_on"] = max((day for day in (a["verified_on"], b["verified_on"]) if day), default=None)
    return values, tuple(filled)


def _listing(a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any]:
    """Return what may be shown of both: never more than either agreed to."""
    restricted = [asset for asset in (a, b) if asset["listing"] == "restricted"]
    first = (restricted or [asset for asset in (a, b) if asset["listing"] != "not_asked"] or [a])[0]
    shows = tuple(
        part for part in first["listing_shows"] if all(part in asset["listing_shows"] for asset in restricted)
    )
    return {"listing": first["listing"], "listing_on": first["listing_on"], "listing_shows": shows}


def _is_words(name: str) -> bool:
    """Whether a field holds what somebody wrote, and others may come to see it: no code, no day, no note."""
    spec = Asset.specs()[name]
    return spec.kind not in _CODES and spec.audience is not Audience.INTERNAL


def _empty(value: Any) -> bool:
    return value in (None, "", (), "unknown")


def _differing(a: dict[str, Any], b: dict[str, Any], after: dict[str, Any]) -> tuple[_Differing, ...]:
    # A place that is not kept is not told either.
    hidden = after["location_precision"] == "hidden"
    told = ("id", "other_names", "licence", "recorded_by", "recorded_on", "verified_on", *_UNITED)
    names = [n for n in Asset.specs() if n not in told and not (hidden and n in _PLACE)]
    found = [(n, after[n], b[n]) for n in names if not _empty(b[n]) and b[n] not in (a[n], after[n])]
    if licence_of(a["licence"]) != licence_of(b["licence"]):
        found.append(("licence", a["licence"] or _RECORDED_HERE, b["licence"] or _RECORDED_HERE))
    return tuple(found)


def _drop_half_lists(writer: Writer, keep: str, other: str) -> list[_Differing]:
    """Drop the lists of links of which only one of the two was asked for all: they would come to stand for both."""
    differing: list[_Differing] = []
    for direction in codelist("list_direction"):
        keys = [{"asset": identifier, "direction": direction} for identifier in (keep, other)]
        found = [writer.find(ReferralList, key) for key in keys]
        if sum(map(bool, found)) == 1:
            said = ["named all" if whole else "not asked" for whole in found]
            field = f"{ReferralList.noun}: {label('list_direction', direction)}"
            differing.append((field, f"none ({said[0]})", said[1]))
            for key in keys:
                writer.delete(ReferralList, key)
    return differing


class _Repointing:
    """Lets all that points at the other asset point at the one that stays; of two rows that then are one, one goes."""

    def __init__(self, writer: Writer, keep: str, other: str) -> None:
        self._writer, self._keep, self._other = writer, keep, other
        self.moved, self.dropped = Counter[str](), Counter[str]()
        self.differing: list[_Differing] = []
        for record, links in LINKS.items():
            table = TABLES[record]
            columns = [column for column in table.columns if column.name != "geom"]
            where = or_(*(table.c[name] == other for name in links))
            for row in writer.connection.execute(select(*columns).where(where)).mappings().all():
                self._repoint(record, dict(row))

    def _repoint(self, record: type[Record], row: dict[str, Any]) -> None:
        links, table = LINKS[record], TABLES[record]
        new = row | {name: self._keep for name in links if row[name] == self._other}
        if len(links) > 1 and len({new[name] for name in links}) == 1:
            self._writer.delete(record, {"fid": row["fid"]})
            self.dropped[table.name] += 1
            return
        twin = self._writer.find(record, {name: new[name] for name in KEYS[record]})
        # No link may be lost: who says that there is none gives way to who says that there is one.
        stays = twin is None or (record is Referral and _is_link(new) and not _is_link(twin))
        if twin is not None:
            self._drop(record, *((twin, new) if stays else (new, twin)))
        if stays:
            changed = {name: new[name] for name in links}
            self._writer.connection.execute(update(table).where(table.c.fid == row["fid"]).values(changed))
            self.moved[table.name] += 1

    def _drop(self, record: type[Record], row: dict[str, Any], kept: dict[str, Any]) -> None:
        """Delete a row, and note what it said otherwise than the one that is kept."""
        self._writer.delete(record, {"fid": row["fid"]})
        names = [name for name in record.specs() if not _empty(row[name]) and row[name] != kept[name]]
        if not names:
            self.dropped[TABLES[record].name] += 1
            return
        about = self._about(record, kept)
        self.differing += [(f"{about}: {name}", kept[name], row[name]) for name in names]

    def _about(self, record: type[Record], row: dict[str, Any]) -> str:
        """Say what a row is about: its kind, the assets that it points at, and the rest of its key."""
        links = LINKS[record]
        assets = [self._writer.find(Asset, {"id": row[name]}) for name in links]
        ends = " → ".join(asset["name"] for asset in assets if asset)
        rest = [str(row[name]) for name in KEYS[record] if name not in links and not _empty(row[name])]
        return f"{record.noun} ({', '.join([ends, *rest])})"


def _is_link(referral: dict[str, Any]) -> bool:
    return referral["result"] not in ("no_link", "not_found_in_test") and referral["count"] != 0


def _note(writer: Writer, kept: int, other: int) -> None:
    """Note which row went into which, with those that had gone into it before."""
    before = writer.connection.execute(select(merged.c.other).where(merged.c.kept == other)).scalars().all()
    rows = [{"change_id": writer.change, "other": fid, "kept": kept} for fid in dict.fromkeys((other, *before))]
    writer.connection.execute(insert(merged), rows)
