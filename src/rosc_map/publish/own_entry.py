"""An organisation's own entry: everything that is held about its assets, who sees each part, and its own results.

It is theirs, so it is shown in full, notes and values of contracts too; but of anybody else it tells no more than
partners may see (METHODS §4), and of a linkage test no more than the own page that each organisation is given (§1).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from rosc_map.publish import published as gate
from rosc_map.publish.linkage import DAYS_TO_REPLY, round_rows
from rosc_map.publish.own_entry_tables import history_table, record_tables
from rosc_map.publish.own_entry_types import OwnEntryAsset, OwnFact, OwnGroup, OwnRound, PublishedOwnEntry
from rosc_map.publish.own_entry_words import OUTSIDE, TEXTS, SeenByOthers, in_words, is_empty
from rosc_map.publish.own_pages import own_parts, own_rows
from rosc_map.publish.redact import MASK
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.view import plain_id, view
from rosc_map.records import Asset, Audience, FieldSpec, Kind, is_hidden, label, row_dicts

__all__ = ["Headings", "own_entry", "own_values"]

Headings = Sequence[tuple[str, tuple[str, ...]]]
"""The headings under which facts stand, with the fields of each."""

# What placing has found stands with the place that was typed.
_FOUND = {
    "local_authority_code": FieldSpec(Kind.TEXT, "Local authority"),
    "upper_tier_code": FieldSpec(Kind.TEXT, "County or unitary authority"),
}
_LISTING = {
    "agreed": "You agreed to be listed.",
    "published_by_itself": "You are listed because you publish this yourself.",
    "not_asked": "You have not been asked yet whether you may be listed.",
    "restricted": "You agreed to parts of it only: {parts}.",
}


def own_entry(
    snapshot: Snapshot,
    ids: Sequence[str],
    *,
    history: Mapping[str, pd.DataFrame],
    headings: Headings,
    who: Mapping[Audience, str],
) -> PublishedOwnEntry:
    """Make what an organisation is shown of its own assets.

    Parameters
    ----------
    snapshot
        Everything that is held.
    ids
        Its assets, by their own ids or those that others know them by. One that has left, and one that is not known,
        is passed over.
    history
        The history of each asset, by its own id.
    headings
        The groups of facts.
    who
        Each audience in words.
    """
    own = _listed(snapshot, ids)
    seen = SeenByOthers(snapshot, own)
    shown = {audience: seen.shown([asset["id"] for asset in own], audience) for audience in OUTSIDE}
    assets = []
    for asset in own:
        others = {audience: shown[audience].get(asset["id"], {}) for audience in OUTSIDE}
        facts = _Facts(seen, asset, others, who)
        tables = record_tables(snapshot, seen, asset, [each["id"] for each in own], who)
        if asset["id"] in history:
            tables.append(history_table(history[asset["id"]], seen, asset, who))
        assets.append(
            OwnEntryAsset(
                id=plain_id(asset["id"]),
                name=asset["name"],
                listing_words=_listing_words(asset, others),
                listing=asset["listing"],
                listing_shows=tuple(asset["listing_shows"]),
                precision="hidden" if is_hidden(asset) else asset["location_precision"] or "exact",
                groups=facts.groups(headings),
                tables=tuple(tables),
            )
        )
    return PublishedOwnEntry(
        title=seen.title_words(snapshot.title),
        banner=seen.title_words(snapshot.banner),
        as_at=snapshot.as_at,
        assets=tuple(assets),
        rounds=_rounds(snapshot, seen, [asset["id"] for asset in own]),
        gate=gate._GATE,
    )


def own_values(snapshot: Snapshot, asset: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an asset as its own organisation may read them: what others keep to themselves is masked.

    Parameters
    ----------
    snapshot
        Everything that is held.
    asset
        The asset, as it is stored.
    """
    return SeenByOthers(snapshot, [dict(asset)]).own_values(asset)


def _listed(snapshot: Snapshot, ids: Sequence[str]) -> list[dict[str, Any]]:
    named = {row["id"]: row for row in row_dicts(view(snapshot, Audience.INTERNAL).named)}
    known = {plain_id(identifier): identifier for identifier in named} | {
        identifier: identifier for identifier in named
    }
    return [named[each] for each in dict.fromkeys(known[asked] for asked in ids if asked in known)]


class _Facts:
    """What is held about one asset, field by field, with who is really shown it."""

    def __init__(
        self,
        seen: SeenByOthers,
        asset: dict[str, Any],
        others: Mapping[Audience, Mapping[str, Any]],
        who: Mapping[Audience, str],
    ) -> None:
        self._asset, self._others, self._who = asset, others, who
        self._told = seen.own_values(asset) | {name: asset[name] for name in _FOUND}

    def groups(self, headings: Headings) -> tuple[OwnGroup, ...]:
        found = []
        for heading, fields in headings:
            names = [name for name in fields if name in Asset.specs()]
            extra = list(_FOUND) if "postcode" in names else []
            facts = [fact for name in (*names, *extra) if (fact := self._fact(name))]
            if facts:
                found.append(OwnGroup(heading, tuple(facts)))
        return tuple(found)

    def _fact(self, name: str) -> OwnFact | None:
        spec, value = _FOUND.get(name) or Asset.specs()[name], self._asset[name]
        if is_empty(value) or (name == "longitude" and self._is_placed):
            return None
        if name == "latitude" and self._is_placed:
            return OwnFact(name, "On the map", "A point on the map", self._who_sees(name, spec, value))
        words = in_words(name, spec, self._told[name])
        return OwnFact(name, spec.label, words, self._who_sees(name, spec, value))

    @property
    def _is_placed(self) -> bool:
        """Whether the place stands there in words, so that the numbers of its point tell a reader nothing more."""
        return not (is_empty(self._asset["address"]) and is_empty(self._asset["postcode"]))

    def _who_sees(self, name: str, spec: FieldSpec, value: Any) -> str:
        for audience in OUTSIDE:
            shown = self._others[audience].get(name)
            # A text is seen also where something of others is taken out of it.
            text = spec.kind in TEXTS and name not in _FOUND
            if not is_empty(shown) and shown != MASK and (text or _same(value, shown)):
                return self._who[audience]
        coarse = [(each, shown) for each in OUTSIDE if not is_empty(shown := self._others[each].get(name))]
        if not coarse or coarse[0][1] == MASK:
            return self._who[Audience.INTERNAL]
        audience, shown = coarse[0]
        less = in_words(name, spec, shown)
        return f"{self._who[Audience.INTERNAL]}. Less exactly, as {less}: {self._who[audience].lower()}"


def _same(held: Any, shown: Any) -> bool:
    return bool(held == shown or (isinstance(held, tuple) and list(held) == list(shown or ())))


def _listing_words(asset: Mapping[str, Any], others: Mapping[Audience, Mapping[str, Any]]) -> str:
    parts = ", ".join(label("listing_shows", code).lower() for code in asset["listing_shows"]) or "none"
    said = _LISTING[asset["listing"]].format(parts=parts)
    if others[Audience.PUBLIC]:
        return f"{said} Everybody sees its name."
    if others[Audience.PARTNERS]:
        return f"{said} Partner organisations and coordinators see its name; everybody else sees it in counts only."
    kept = " It is confidential: it is on no map, list or count for others." if is_hidden(asset) else ""
    return f"{said} Only the coordinators of the partnership see its name.{kept}"


def _rounds(snapshot: Snapshot, seen: SeenByOthers, ids: Sequence[str]) -> tuple[OwnRound, ...]:
    """Return the own results that have been given, the newest first; never one before its day."""
    found = []
    for name in reversed(list(snapshot.rounds["round"])):
        held = round_rows(snapshot, name)
        given: dt.date | None = held.stored["feedback_on"] or None
        rows = own_rows(snapshot, held, ids) if given and given <= snapshot.as_at and len(held.answers) else []
        if given and rows:
            asked_about = held.questions.loc[held.questions["source"].isin([row["id"] for row in rows]), "target"]
            others = seen.shown(set(asked_about), Audience.PARTNERS)
            parts = own_parts(held, rows, {key: row["name"] for key, row in others.items()})
            until = given + DAYS_TO_REPLY
            replies = _replies(snapshot, held.name, rows)
            late = snapshot.as_at > until
            found.append(OwnRound(held.name, held.when_called, given, until, late, parts, replies))
    return tuple(found)


def _replies(snapshot: Snapshot, name: str, rows: Sequence[dict[str, Any]]) -> tuple[tuple[str, str, str], ...]:
    said = snapshot.replies[snapshot.replies["round"] == name]
    replies = dict(zip(said["asset"], said["reply"], strict=True))
    return tuple((plain_id(row["id"]), row["name"], replies.get(row["id"], "")) for row in rows)
