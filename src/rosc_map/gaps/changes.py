"""What changed between two days: what opened, what closed, and which authorities moved (METHODS §3)."""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from rosc_map.errors import InputError
from rosc_map.gaps._serving import clean
from rosc_map.gaps._statuses import Status
from rosc_map.gaps._words import authority_words, plural
from rosc_map.gaps.provision import Provision
from rosc_map.records import codelist, day

__all__ = ["Changes", "changes"]

_FIELDS = ("id", "name", "asset_type", "authority")
# What was not known on one of the days can neither have been won nor lost between them.
_MOVED = {
    (Status.SERVED, Status.NONE_FOUND): "lost: none found now",
    (Status.NONE_FOUND, Status.SERVED): "gap closed: served now",
    (Status.NOT_SURVEYED, Status.SERVED): "known since: served",
    (Status.NOT_SURVEYED, Status.NONE_FOUND): "looked at since: none found",
    (Status.SERVED, Status.NOT_SURVEYED): "not known any more",
    (Status.NONE_FOUND, Status.NOT_SURVEYED): "not known any more",
}


@dataclass(frozen=True)
class Changes:
    """What changed between two days.

    Attributes
    ----------
    then, now
        The two days.
    by_authority
        One row an authority that is in both, sorted by name: ``code``, ``name``, ``then`` and ``now`` (the status of
        the asset type on each day), ``moved`` (in words, or "").
    opened, closed
        ``id``, ``name``, ``asset_type``, ``authority``: as they were given, of known asset types.
    counts
        One row an asset type of which any opened or closed: ``asset_type``, ``opened``, ``closed``.
    sentences, cautions
        What changed, and what cannot be compared.
    """

    then: dt.date
    now: dt.date
    by_authority: pd.DataFrame
    opened: pd.DataFrame
    closed: pd.DataFrame
    counts: pd.DataFrame
    sentences: tuple[str, ...]
    cautions: tuple[str, ...]


def changes(
    then: Provision,
    now: Provision,
    opened: pd.DataFrame,
    closed: pd.DataFrame,
    *,
    then_on: dt.date,
    now_on: dt.date,
) -> Changes:
    """Compare what serves each authority on two days, and count what opened and closed between them.

    A change from or to ``not_surveyed`` is no gain and no loss: only what is known has changed.

    Parameters
    ----------
    then, now
        What served each authority on the two days, for the same tier and asset type.
    opened, closed
        One row an asset that opened or closed between them: ``id``, ``name``, ``asset_type``, ``authority``.
    then_on, now_on
        The two days.

    Returns
    -------
    Changes
        Of the authorities that are in both; the cautions name those that are not.

    Raises
    ------
    InputError
        When the tiers or the asset types differ, the first day is not before the second, no authority is in both, or a
        column is missing.
    """
    _check(then, now, then_on, now_on)
    opened, closed = _known(opened, "what opened"), _known(closed, "what closed")
    before = then.by_authority.set_index("code")["status"]
    both = now.by_authority[now.by_authority["code"].isin(before.index)].reset_index(drop=True)
    if both.empty:
        raise InputError(
            f"{then.area} then and {now.area} now have no authority in common, so nothing can be compared. Choose two "
            "files of the same area."
        )
    pairs = list(zip(before[both["code"]], both["status"], strict=True))
    by_authority = both[["code", "name"]].assign(
        then=[old for old, _ in pairs], now=[new for _, new in pairs], moved=[_MOVED.get(pair, "") for pair in pairs]
    )
    counts = _counts(opened, closed)
    return Changes(
        then=then_on,
        now=now_on,
        by_authority=by_authority,
        opened=opened,
        closed=closed,
        counts=counts,
        sentences=(_openings(counts, then_on), *_moves(by_authority, now)),
        cautions=(*_alone(then, now, then_on), *_alone(now, then, now_on), *_cautions(by_authority, counts)),
    )


def _check(then: Provision, now: Provision, then_on: dt.date, now_on: dt.date) -> None:
    for name, old, new in (("tier", then.tier, now.tier), ("asset type", then.asset_type, now.asset_type)):
        if old != new:
            raise InputError(f"The {name} was {old!r} then and is {new!r} now. Compare the same {name}.")
    if then_on > now_on:
        raise InputError(f"{day(then_on)} is later than {day(now_on)}. Give the earlier one to compare with.")


def _known(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the rows of known asset types: what is of no type serves nobody in the provision either."""
    rows = clean(rows, _FIELDS, name)
    return rows[rows["asset_type"].isin(list(codelist("asset_type")))].reset_index(drop=True)


def _counts(opened: pd.DataFrame, closed: pd.DataFrame) -> pd.DataFrame:
    rows = [
        (code, int((opened["asset_type"] == code).sum()), int((closed["asset_type"] == code).sum()))
        for code in codelist("asset_type")
    ]
    return pd.DataFrame([row for row in rows if any(row[1:])], columns=["asset_type", "opened", "closed"])


def _openings(counts: pd.DataFrame, since: dt.date) -> str:
    by_type = [f"{plural(code)} {up:,} and {down:,}" for code, up, down in counts.itertuples(index=False, name=None)]
    said = f"{sum(counts['opened']):,} opened and {sum(counts['closed']):,} closed since {day(since)}"
    return f"{'; '.join([said, *by_type])}."


def _moves(by_authority: pd.DataFrame, now: Provision) -> tuple[str, ...]:
    authority = authority_words(now.tier, by_authority["code"])
    of = f"{len(by_authority):,} {authority[len(by_authority) != 1]}"
    found = by_authority["moved"].to_list()
    moved = [(words, found.count(words)) for words in dict.fromkeys(_MOVED.values())]
    return (
        f"{plural(now.asset_type)}: the same status on both days in {found.count(''):,} of {of}.",
        *(f"{words[0].upper()}{words[1:]}, in {number:,} of {of}." for words, number in moved if number),
    )


def _alone(one: Provision, other: Provision, on: dt.date) -> list[str]:
    """Say which authorities are in the figures of one day alone."""
    names = one.by_authority.loc[~one.by_authority["code"].isin(other.by_authority["code"]), "name"]
    return [f"Left out, because only the figures of {day(on)} have them: {', '.join(names)}."] if len(names) else []


def _cautions(by_authority: pd.DataFrame, counts: pd.DataFrame) -> list[str]:
    """Say what looking, opening and closing do not tell."""
    said = []
    moved = by_authority[by_authority["moved"] != ""]
    if (moved[["then", "now"]] == Status.NOT_SURVEYED).to_numpy().any():
        said.append(
            "Where nobody had looked on one of the days, nothing is won or lost: only what is known has changed."
        )
    if len(counts):
        said.append(
            "Opened and closed is what the records say: some may have been there before anybody wrote them down."
        )
    return said
