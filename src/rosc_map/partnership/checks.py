"""What somebody should look at in the records: nothing is refused for it, and nothing is changed.

Each check asks one question of one asset. What an asset says of its place and its codelists is asked by reading and
placing it once more, as an import would, so that there is one set of rules.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rosc_map.errors import RowProblem, UnknownName
from rosc_map.partnership.contacts import dialled
from rosc_map.partnership.duplicates import duplicates
from rosc_map.place import code_names, current_code, lookup, place_assets, resolve_area
from rosc_map.publish import CONFIDENTIAL_TYPES, MASK
from rosc_map.records import DEFAULT_PRECISION, Asset, Kind, codelist, day, is_hidden, label, read_row, row_dicts
from rosc_map.records.places_in_text import cover, find_places, fold, has_place

__all__ = [
    "KINDS",
    "STALE_AFTER",
    "Finding",
    "check_assets",
    "in_order",
    "last_looked_at",
    "may_be_carried",
    "worklist",
]

STALE_AFTER = dt.timedelta(days=365)
"""Rooms, numbers and funding are settled for a year at a time: what nobody looked at for longer may be gone."""

KINDS = (
    "confidential", "place", "area", "value", "html", "contact", "calls", "duplicate", "lero_type", "no_place", "stale"
)  # fmt: skip
"""The kinds of finding, the gravest first."""

_PLACE_CELLS = ("address", "postcode", "latitude", "longitude")
_FINER_THAN_HIDDEN = (*_PLACE_CELLS, "easting", "northing", "local_authority_code")
# What stands in for a value that cannot be read, so that the rest of the asset can still be looked at.
_STAND_IN = {"name": "?", "asset_type": "partner_service", "location_precision": "local_authority"}
_TEXTS = [name for name, spec in Asset.specs().items() if spec.kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.LIST)]
_HTML = re.compile(r"</?[a-z][a-z0-9]*(?:[\s/][^<>]*)?>|<!--|&(?:[a-z]{2,8}|#x?[0-9a-f]{1,6});", re.IGNORECASE)
# 070 and 076 are not mobiles, but for 07624 on the Isle of Man.
_MOBILE = re.compile(r"07(?:[1-57-9]\d|624)\d*")
_MAILBOX = re.compile(
    r"[^@]+@(?:gmail|googlemail|hotmail|outlook|yahoo|icloud|live|btinternet)(?:\.[a-z]+){1,2}", re.IGNORECASE
)
_FIRST_LAST = re.compile(r"([a-z]{2,})[._]([a-z]{2,})\d*@.*", re.IGNORECASE)
_NO_PERSON = {
    "admin", "cafe", "contact", "enquiries", "group", "hello", "help", "hub", "info", "mail", "office", "recovery",
    "referral", "referrals", "service", "services", "smart", "support", "team", "the", "us", "volunteering",
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One thing to look at.

    Attributes
    ----------
    kind
        One of ``KINDS``.
    asset_id, name
        The asset; both "" where the finding is about no one asset.
    what, what_to_do
        Sentences. They repeat no address, postcode or coordinate of the asset.
    field
        The field that it is about, or "".
    """

    kind: str
    asset_id: str
    name: str
    what: str
    what_to_do: str
    field: str


def check_assets(assets: pd.DataFrame, today: dt.date) -> list[Finding]:
    """Return what somebody should look at: for coordinators, because it names confidential assets.

    Parameters
    ----------
    assets
        The columns of ``records.Asset`` and ``place.DERIVED``. Of assets that asked not to be listed nothing is said;
        of closed ones only what concerns confidential places.
    today
        The day from which ``STALE_AFTER`` is counted.
    """
    rows = row_dicts(assets[assets["listing"] != "declined"])
    found = [finding for asset in rows for finding in _ask(asset, today)]
    found += [*_read_again(rows), *_doubles(assets)]
    closed = {asset["id"] for asset in rows if asset["status"] == "closed"}
    kept = {finding for finding in found if finding.kind == "confidential" or finding.asset_id not in closed}
    return in_order(kept)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in the order of ``KINDS``, and of the names."""
    return sorted(findings, key=lambda found: (KINDS.index(found.kind), found.name, found.asset_id, found.what))


def _ask(asset: Mapping[str, Any], today: dt.date) -> Iterator[Finding]:
    checks = (
        ("confidential", _confidential(asset)),
        ("area", _dead_areas(asset)),
        ("html", _html(asset)),
        ("contact", _personal(asset)),
        ("lero_type", _lero_type(asset)),
        ("no_place", _no_place(asset)),
        ("stale", _stale(asset, today)),
    )
    for kind, found in checks:
        for field, what, what_to_do in found:
            yield Finding(kind, asset["id"], asset["name"], what, what_to_do, field)


Said = Iterator[tuple[str, str, str]]


def _confidential(asset: Mapping[str, Any]) -> Said:
    order, precision = list(codelist("location_precision")), asset["location_precision"]
    default = DEFAULT_PRECISION.get(asset["asset_type"], "")
    if default and (precision not in order or order.index(precision) < order.index(default)):
        kind, shown = label("asset_type", asset["asset_type"]), label("location_precision", precision) or "not said"
        what = f"{kind} is a confidential kind, and how exactly its place may be shown is: {shown}."
        unless = "." if default == "hidden" else ", unless they agreed to be found there."
        yield "location_precision", what, f"Set location_precision to {default}{unless}"
    if _hidden(asset):
        held = [name for name in _FINER_THAN_HIDDEN if asset[name] is not None and asset[name] == asset[name]]
        held = [name for name in held if asset[name] != ""] + (["areas_served"] if _served_finely(asset) else [])
        if held:
            what = f"Its place is hidden, but something finer is stored in: {', '.join(held)}."
            yield held[0], what, "Empty these columns, and ask who has a copy of the file."
    if precision != "exact" and has_place(asset["name"]):
        yield "name", "The name tells of a place that may not be shown.", "Take the place out of the name."


def _hidden(asset: Mapping[str, Any]) -> bool:
    return asset["location_precision"] == "hidden" or asset["asset_type"] in CONFIDENTIAL_TYPES


def _served_finely(asset: Mapping[str, Any]) -> bool:
    tiers = lookup()
    below = set(tiers.loc[tiers["local_authority_code"] != tiers["upper_tier_code"], "local_authority_code"])
    return not below.isdisjoint(asset["areas_served"])


def _dead_areas(asset: Mapping[str, Any]) -> Said:
    for text in asset["areas_served"]:
        if text in code_names():
            continue
        try:
            area = resolve_area(text)
            what_to_do = f"Write {area.code} ({area.name})."
        except UnknownName:
            what_to_do = "Write the names of the authorities that it serves today."
        yield "areas_served", f"The areas it serves hold {text!r}, which is no authority's code today.", what_to_do


def _html(asset: Mapping[str, Any]) -> Said:
    for name in _TEXTS:
        text = " ".join(asset[name]) if isinstance(asset[name], tuple) else asset[name]
        if _HTML.search(text):
            yield name, f"{Asset.specs()[name].label!r} holds code of a web page.", "Write it in plain words."


def _personal(asset: Mapping[str, Any]) -> Said:
    take_out = "If it is a person's own, take it out and ask for the group's."
    if _MOBILE.fullmatch(dialled(asset["phone"])):
        yield "phone", "The telephone number is a mobile.", f"Is this the group's public number? {take_out}"
    person = _FIRST_LAST.fullmatch(asset["email"])
    named = person is not None and _NO_PERSON.isdisjoint(part.casefold() for part in person.groups())
    if named or _MAILBOX.fullmatch(asset["email"]):
        what = "The e-mail address looks like a person's own."
        yield "email", what, f"Is this the group's public address? {take_out}"


def _lero_type(asset: Mapping[str, Any]) -> Said:
    if asset["asset_type"] == "lero" and not asset["lero_type"]:
        choices = ", ".join(codelist("lero_type"))
        yield "lero_type", "It is a LERO, and of which type is not said.", f"Ask them, and choose from: {choices}."


def _no_place(asset: Mapping[str, Any]) -> Said:
    point = asset["latitude"] is not None and asset["latitude"] == asset["latitude"]
    if not (point or asset["postcode"] or asset["areas_served"] or asset["upper_tier_code"]):
        hidden = is_hidden(asset)  # its postcode would not be kept
        field, what_to_do = ("areas_served", "areas_served") if hidden else ("postcode", "its postcode or areas_served")
        yield field, "It has no place and no area, so it counts nowhere.", f"Write {what_to_do}."


def _stale(asset: Mapping[str, Any], today: dt.date) -> Said:
    last = last_looked_at(asset)
    if last and today - last <= STALE_AFTER:
        return
    what = f"Nobody has checked it since {day(last)}." if last else "It has never been checked."
    yield "verified_on", what, "Ask them whether all of it still holds, and write the day into verified_on."


def last_looked_at(asset: Mapping[str, Any]) -> dt.date | None:
    """Return the day on which an asset was checked last, or recorded; None where neither is known."""
    return max((asset[name] for name in ("verified_on", "recorded_on") if not pd.isna(asset[name])), default=None)


def _read_again(rows: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Read and place each asset as an import would, and say what would be refused or asked about."""
    readable = []
    for number, asset in enumerate(rows):
        record, problems = _read(asset, number)
        yield from (_finding(asset, problem) for problem in problems)
        # A hidden place has no postcode to be placed by.
        if record is not None and not _hidden(asset):
            readable.append((number, record))
    placed = place_assets(readable)
    for problem in [*placed.problems, *placed.warnings]:
        # Codes of areas are checked by themselves: an old code is read by placing, but nothing else knows it.
        if problem.why != "is not an area that rosc-map knows.":
            yield _finding(rows[problem.row], problem)
    for row, code in zip(placed.table["row"], placed.table["local_authority_code"], strict=True):
        stored = current_code(rows[row]["local_authority_code"])
        if code and code != stored:
            kept = code_names().get(stored, stored or "none")
            what = f"It lies in {code_names()[code]}, but the authority that is recorded is: {kept}."
            what_to_do = "Check its postcode or coordinates, and put right which is wrong."
            yield Finding("place", rows[row]["id"], rows[row]["name"], what, what_to_do, "local_authority_code")


def _read(asset: Mapping[str, Any], row: int) -> tuple[Asset | None, list[RowProblem]]:
    """Read the fields of an asset; what cannot be read is said and set aside, until the rest can."""
    values = {name: asset[name] for name in Asset.specs()}
    if _hidden(asset):
        values |= dict.fromkeys(_PLACE_CELLS)
    said: list[RowProblem] = []
    while True:
        record, problems = read_row(Asset, values, row)
        new = [problem for problem in problems if problem.column in values and problem not in said]
        if record is not None or not new:
            return record, said
        said += new
        values |= {problem.column: _STAND_IN.get(problem.column) for problem in new}


def _finding(asset: Mapping[str, Any], problem: RowProblem) -> Finding:
    spec = Asset.specs()[problem.column]
    choice = spec.kind in (Kind.CHOICE, Kind.CHOICES)
    kind = "place" if problem.column in _PLACE_CELLS else "area" if problem.column == "areas_served" else "value"
    if problem.why.endswith("this place is hidden."):
        kind = "confidential"
    # Only a word of a codelist is repeated: other values may tell of a place.
    value = f" {problem.value!r}" if choice and problem.value else ""
    return Finding(
        kind, asset["id"], asset["name"], f"{spec.label!r}{value} {problem.why}", problem.what_to_do, problem.column
    )


def _doubles(assets: pd.DataFrame) -> Iterator[Finding]:
    pairs, coarse = duplicates(assets), set(assets.loc[assets["location_precision"] != "exact", "id"])
    for pair in row_dicts(pairs):
        # That a house stands beside a known one gives its place away.
        why = "" if {pair["a"], pair["b"]} & coarse else f": {pair['why']}"
        what = f"It may be the same as {pair['a_name']!r} ({pair['a']}){why}."
        what_to_do = f"If it is, merge the two: rosc-map merge FILE {pair['a']} {pair['b']}"
        yield Finding("duplicate", pair["b"], pair["b_name"], what, what_to_do, "name")
    for sentence in pairs.attrs["too_large"]:
        yield Finding("duplicate", "", "", sentence, "Look through them by hand.", "")


def worklist(findings: Iterable[Finding], assets: pd.DataFrame) -> pd.DataFrame:
    """Return the assets to look at, a row each, those first that nobody looked at for longest.

    It is printed and carried around: it holds no place, and of a hidden asset nothing but its name and type. Filled in,
    it can be imported as it is. Assets that could not be read back, or whose name tells of a place that may not be
    shown, are left to the coordinator; those that asked not to be listed are left out.

    Parameters
    ----------
    findings
        What :func:`check_assets` gave, or a part of it.
    assets
        The assets that were checked.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``name``, ``asset_type``, ``what to check``, ``what to do``, ``phone``, ``website``, ``last checked``;
        and empty, to fill in: ``verified_on``, ``status``, ``recorded_by``, ``what you found``.
    """
    by_asset: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_asset[finding.asset_id].append(finding)
    listed = [asset for asset in row_dicts(assets) if asset["id"] in by_asset and may_be_carried(asset)]
    listed.sort(key=lambda asset: (last_looked_at(asset) or dt.date.min, asset["name"], asset["id"]))
    columns = ["id", "name", "asset_type", "what to check", "what to do", "phone", "website", "last checked"]
    rows = [_work(asset, by_asset[asset["id"]]) for asset in listed]
    empty = dict.fromkeys(("verified_on", "status", "recorded_by", "what you found"), "")
    return pd.DataFrame(rows, columns=columns, dtype=object).assign(**empty)


def may_be_carried(asset: Mapping[str, Any]) -> bool:
    """Whether an asset may stand on a list that somebody carries around; the others are left to the coordinator."""
    told = asset["location_precision"] != "exact" and has_place(asset["name"])
    # A word that is not in the codelist, typed in another program, may have meant "declined".
    listed = asset["listing"] in codelist("listing") and asset["listing"] != "declined"
    columns = ("id", "name", "asset_type", "phone", "website")
    readable = read_row(Asset, {name: asset[name] for name in columns}, 0)[0] is not None
    return listed and readable and not told


def _work(asset: Mapping[str, Any], findings: Sequence[Finding]) -> tuple[str, ...]:
    reach = ("", "") if _hidden(asset) else (asset["phone"], asset["website"])
    last = "" if pd.isna(asset["verified_on"]) else asset["verified_on"].isoformat()
    words = (" ".join(dict.fromkeys(map(_without_places, texts))) for texts in _texts(findings))
    return asset["id"], asset["name"], asset["asset_type"], *words, *reach, last or "never"


def _texts(findings: Sequence[Finding]) -> tuple[list[str], list[str]]:
    return [finding.what for finding in findings], [finding.what_to_do for finding in findings]


def _without_places(text: str) -> str:
    folded = fold(text)
    return cover(text, map(folded.typed, find_places(folded.text)), MASK)
