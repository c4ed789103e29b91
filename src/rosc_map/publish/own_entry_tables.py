"""The records about an organisation's own asset: money, referrals, offers, replies and so on, and its history."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from rosc_map.publish.own_entry_types import OwnTable
from rosc_map.publish.own_entry_words import OUTSIDE, TEXTS, SeenByOthers, in_words, is_empty
from rosc_map.publish.records import agreed_to_place
from rosc_map.publish.redact import MASK
from rosc_map.publish.small_counts import NOT_TOLD, hide_small_counts
from rosc_map.publish.snapshot import Snapshot
from rosc_map.records import (
    Action,
    Asset,
    Audience,
    ClosingReport,
    FieldSpec,
    Funding,
    Kind,
    Offer,
    PathwayCount,
    Record,
    Referral,
    ReferralList,
    Reply,
    Review,
    Seat,
    codelist,
    codelist_names,
    day,
    label,
    row_dicts,
    squash,
)
from rosc_map.store import LINKS

__all__ = ["history_table", "record_tables"]

_HEADINGS: dict[type[Record], str] = {
    Funding: "Money",
    Offer: "What is offered or wanted",
    ReferralList: "Whether all links were named",
    PathwayCount: "People counted, without saying which initiative",
    Review: "Views of groups",
    Seat: "Seats",
    Action: "What is to be done",
    Reply: "Replies to own results",
    ClosingReport: "Reports that it has closed",
}
_BY_NAME: dict[type[Record], str] = {Review: "about", Action: "owner", Seat: "structure"}
"""Records that point at no asset, and name an organisation in words."""

_TO, _FROM = "Referrals from it to others", "Referrals from others to it"
_EXPLAINED = ("evidence", "result")
_COUNTS = (Referral, PathwayCount)
_OF_TIME = ("When", "Who", "What", "Was", "Now")
_PLACE = {"local_authority_code": "Local authority", "upper_tier_code": "County or unitary authority"}
_STEPS = {"insert": "Recorded", "delete": "Taken out"}
_TASKS = {"import": "imported from a list", "correct": "as you asked", "confirm": "you said that it is right"}
"""What was done, for a reader of the history, where the name of the task does not say it."""


def record_tables(
    snapshot: Snapshot, seen: SeenByOthers, asset: Mapping[str, Any], own: Sequence[str], who: Mapping[Audience, str]
) -> list[OwnTable]:
    """Return the records about an asset, in tables of which each is seen by the same people.

    Parameters
    ----------
    snapshot
        Everything that is held.
    seen
        What others see of the organisation's assets.
    asset
        The asset, as it is stored.
    own
        The ids of all assets of the organisation that are shown beside it.
    who
        Each audience in words.
    """
    writer = _Writer(seen, asset, who, _names(snapshot, seen, asset, own))
    tables = []
    referrals, totals = _with_people(snapshot, seen, own)
    for heading, mine in ((_TO, "from_asset"), (_FROM, "to_asset")):
        rows = [row for row in referrals if row[mine] == asset["id"]]
        tables += writer.tables(Referral, heading, rows, without=mine)
    held: dict[type[Record], pd.DataFrame] = {**snapshot.others, Reply: snapshot.replies}
    for record in (each for each in dict.fromkeys((*_HEADINGS, *held)) if each in held):
        if record is Referral or not (record in LINKS or record in _BY_NAME):
            continue
        heading = _HEADINGS.get(record, record.noun.capitalize())
        rows = totals if record is PathwayCount else row_dicts(held[record])
        link = LINKS[record][0] if record in LINKS else ""
        rows = [row for row in rows if (row[link] == asset["id"] if link else _names_it(record, row, asset))]
        tables += writer.tables(record, heading, rows, without=link)
    return tables


def _names_it(record: type[Record], row: Mapping[str, Any], asset: Mapping[str, Any]) -> bool:
    """Whether a record names an asset or who runs it: anybody may write a name, but partners read it all the same."""
    told = squash(row[_BY_NAME[record]])
    return bool(told) and told in {squash(asset["name"]), squash(asset["organisation"])} - {""}


def _names(snapshot: Snapshot, seen: SeenByOthers, asset: Mapping[str, Any], own: Sequence[str]) -> dict[str, str]:
    """Return the names of those linked with an asset, as partners read them; of its own organisation in full."""
    rows = snapshot.referrals[(snapshot.referrals[["from_asset", "to_asset"]] == asset["id"]).any(axis=1)]
    others = {*rows["from_asset"], *rows["to_asset"]}.difference(own)
    mine = snapshot.assets[snapshot.assets["id"].isin(list(own))]
    shown = seen.shown(others, Audience.PARTNERS)
    return {key: row["name"] for key, row in shown.items()} | dict(zip(mine["id"], mine["name"], strict=True))


def _with_people(
    snapshot: Snapshot, seen: SeenByOthers, own: Sequence[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the referrals and the totals among those that partners see by name and the own assets, people in words.

    What a linkage test found of a link stands in the own result, without who was asked.
    """
    known = {*seen.named[Audience.PARTNERS], *own}
    rows, totals = snapshot.referrals, snapshot.others[PathwayCount]
    kept = rows["from_asset"].isin(known) & rows["to_asset"].isin(known)
    links, wholes = row_dicts(rows[kept & (rows["evidence"] != "tested")]), row_dicts(totals)
    wholes = [row for row in wholes if row["treatment"] in known]
    counted = [row for row in links if row["evidence"] == "counted"]
    pairs = [(row["from_asset"], row["to_asset"]) for row in counted]
    within = [((one, "to_peer_led"), (other, "from_peer_led")) for one, other in pairs]
    of = [(row["treatment"], row["direction"]) for row in wholes]
    words = hide_small_counts(_counts(counted, pair=pairs, within=within), _counts(wholes, of=of))
    for found, told in zip((counted, wholes), words, strict=True):
        for row, people in zip(found, told, strict=True):
            row["count"] = "" if people == NOT_TOLD else people
    return links, wholes


def _counts(rows: Sequence[Mapping[str, Any]], **keys: Sequence[Any]) -> pd.DataFrame:
    periods = ["" if is_empty(row["period"]) else row["period"] for row in rows]
    counts = [float("nan") if is_empty(row["count"]) else float(row["count"]) for row in rows]
    return pd.DataFrame({**keys, "period": periods, "count": counts})


class _Writer:
    """Writes records about one asset as tables, parted by who sees them."""

    def __init__(
        self, seen: SeenByOthers, asset: Mapping[str, Any], who: Mapping[Audience, str], names: Mapping[str, str]
    ) -> None:
        self._seen, self._asset, self._who, self._names = seen, asset, who, names

    def tables(
        self, record: type[Record], heading: str, rows: Iterable[Mapping[str, Any]], *, without: str
    ) -> list[OwnTable]:
        """Return rows as tables without the column that says of each that it is about this asset."""
        parted: dict[Audience, list[Mapping[str, Any]]] = {}
        for row in rows:
            parted.setdefault(self._least(record, row), []).append(row)
        specs = {name: spec for name, spec in record.specs().items() if name != without}
        return [
            self._table(record, heading, specs, audience, parted[audience])
            for audience in Audience
            if audience in parted
        ]

    def _table(
        self,
        record: type[Record],
        heading: str,
        specs: Mapping[str, FieldSpec],
        audience: Audience,
        rows: Sequence[Mapping[str, Any]],
    ) -> OwnTable:
        cells = {name: [self._cell(record, name, spec, row) for row in rows] for name, spec in specs.items()}
        told = {name: column for name, column in cells.items() if any(column)}
        narrower: dict[Audience, list[str]] = {}
        for name in told:
            least = _least_of(record, name, specs[name])
            if not audience.may_see(least):
                narrower.setdefault(least, []).append(specs[name].label)
        more = [f"{self._who[least]}: {', '.join(labels)}." for least, labels in narrower.items()]
        return OwnTable(
            heading=heading,
            columns=tuple(specs[name].label for name in told),
            rows=tuple(zip(*told.values(), strict=True)),
            who_sees=" ".join([f"{self._who[audience]}.", *more]) if more else self._who[audience],
        )

    def _cell(self, record: type[Record], name: str, spec: FieldSpec, row: Mapping[str, Any]) -> str:
        value = row[name]
        if is_empty(value):
            return ""
        if name in LINKS.get(record, ()):
            return self._names.get(value, MASK)
        if record is Review and name == "item":
            return label(row["framework"], value) if row["framework"] in codelist_names() else str(value)
        if spec.kind in TEXTS:
            value = self._seen.clean("description", value, self._asset)
        words = in_words(name, spec, value)
        meant = codelist(str(spec.codelist)).get(value) if record is Referral and name in _EXPLAINED else None
        return f"{words}: {meant.definition}" if meant else words

    def _least(self, record: type[Record], row: Mapping[str, Any]) -> Audience:
        """Return the least audience that is told of a row."""
        needed = [spec.audience for spec in record.specs().values() if spec.required]
        for audience in OUTSIDE:
            named = all(row[link] in self._seen.named[audience] for link in LINKS.get(record, ()))
            # The area of a funding is where its asset is or serves: its place, for whoever is listed without it.
            placed = "area_code" not in record.specs() or agreed_to_place(self._asset)
            link = record is not Referral or audience is not Audience.PUBLIC or row["result"] != "no_link"
            if named and placed and link and any(map(audience.may_see, needed)):
                return audience
        return Audience.INTERNAL


def _least_of(record: type[Record], name: str, spec: FieldSpec) -> Audience:
    # Numbers of people are told to partners in words: see small_counts.
    return Audience.PARTNERS if record in _COUNTS and name == "count" else spec.audience


def history_table(
    history: pd.DataFrame, seen: SeenByOthers, asset: Mapping[str, Any], who: Mapping[Audience, str]
) -> OwnTable:
    """Return what was changed of an asset, newest first: when, by which number or role, what it was and is."""
    rows = [_step(row, seen, asset) for row in reversed(row_dicts(history)) if _is_told(row)]
    return OwnTable("What was changed", _OF_TIME, tuple(rows), who[Audience.INTERNAL])


def _is_told(row: Mapping[str, Any]) -> bool:
    # What placing adds beside the place that was typed is the same once more.
    return row["operation"] != "update" or row["field"] in Asset.specs() or row["field"] in _PLACE


def _step(row: Mapping[str, Any], seen: SeenByOthers, asset: Mapping[str, Any]) -> tuple[str, ...]:
    field = row["field"]
    spec = Asset.specs().get(field) or FieldSpec(Kind.TEXT, _PLACE.get(field, ""))
    what = _STEPS.get(row["operation"], spec.label)
    what += f" ({_TASKS.get(row['task'], row['task'])})" if row["task"] != "edit" else ""
    what += ", undone since" if row["undone"] else ""
    told = [_value(field, spec, row[each], seen, asset) if field else "" for each in ("was", "now")]
    return (day(dt.date.fromisoformat(row["at"][:10])), row["who"] or "Not written down", what, *told)


def _value(field: str, spec: FieldSpec, value: Any, seen: SeenByOthers, asset: Mapping[str, Any]) -> str:
    if is_empty(value):
        return "nothing"
    if spec.kind in TEXTS and field not in _PLACE:
        # An earlier name is no longer its own: somebody else may have it, and keep it to themselves.
        value = seen.clean("description", value if isinstance(value, str | tuple) else str(value), asset)
    return in_words(field, spec, value)
