"""What changed between two days: what is new on the record, what is gone, and which authorities moved (METHODS §3)."""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from rosc_map.errors import InputError
from rosc_map.gaps._rows import by_number
from rosc_map.gaps._serving import clean
from rosc_map.gaps._statuses import Status
from rosc_map.gaps._words import authority_words, named, plural
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
    new, gone
        ``id``, ``name``, ``asset_type``, ``authority`` of what is new on the record and of what is no longer active: as
        they were given, of known asset types; ``new`` with ``recorded_on`` where that was given.
    counts
        One row an asset type of which any is new or gone: ``asset_type``, ``new``, ``gone``.
    sentences, cautions
        What changed, and what cannot be compared.

    Examples
    --------
    >>> import datetime as dt
    >>> from rosc_map.gaps import changes, provision
    >>> now = provision(held.assets, held.surveyed, lookup, tier="local", area="Surrey")
    >>> none = pd.DataFrame(columns=["id", "name", "asset_type", "authority"])
    >>> found = changes(now, now, none, none, then_on=dt.date(2026, 5, 1), now_on=dt.date(2026, 11, 22))
    >>> len(found.by_authority), found.sentences[0]
    (11, '0 new on the record since 1 May 2026; 0 no longer active. LEROs: none new, none gone.')
    """

    then: dt.date
    now: dt.date
    by_authority: pd.DataFrame
    new: pd.DataFrame
    gone: pd.DataFrame
    counts: pd.DataFrame
    sentences: tuple[str, ...]
    cautions: tuple[str, ...]


def changes(
    then: Provision,
    now: Provision,
    new: pd.DataFrame,
    gone: pd.DataFrame,
    *,
    then_on: dt.date,
    now_on: dt.date,
    not_here: int = 0,
) -> Changes:
    """Compare what serves each authority on two days, and count what is new on the record and what is gone.

    Neither is an opening or a closing: the record does not know of those. A change from or to ``not_surveyed`` is no
    gain and no loss: only what is known has changed.

    Parameters
    ----------
    then, now
        What served each authority on the two days, for the same tier and asset type.
    new
        One row an asset that is active now and was not on the earlier record, or not active: ``id``, ``name``,
        ``asset_type``, ``authority``; and, if the caller knows it, ``recorded_on`` (the earliest day that the record
        itself gives for it, a date or None).
    gone
        One row an asset that was active and is on today's record, but no longer active: the same four columns.
    then_on, now_on
        The two days. They may be one: a copy of this morning can be compared with.
    not_here
        How many assets that were active are not on today's record at all.

    Returns
    -------
    Changes
        Of the authorities that are in both; the cautions name those that are not.

    Raises
    ------
    InputError
        When the tiers or the asset types differ, the first day is after the second, no authority is in both, or a
        column is missing.

    Examples
    --------
    >>> import datetime as dt
    >>> from rosc_map.gaps import changes, provision
    >>> then = provision(held.assets.head(3), held.surveyed, lookup, tier="local", area="Surrey")
    >>> now = provision(held.assets, held.surveyed, lookup, tier="local", area="Surrey")
    >>> none = pd.DataFrame(columns=["id", "name", "asset_type", "authority"])
    >>> found = changes(then, now, none, none, then_on=dt.date(2026, 5, 1), now_on=dt.date(2026, 11, 22))
    >>> found.by_authority.query("moved != ''")[["name", "moved"]].head(2)
                       name                   moved
    4  Reigate and Banstead  gap closed: served now
    5             Runnymede     known since: served
    """
    _check(then, now, then_on, now_on)
    new, gone = _known(new, "what is new"), _known(gone, "what is gone")
    before = then.by_authority.set_index("code")["status"]
    both = now.by_authority[now.by_authority["code"].isin(before.index)].reset_index(drop=True)
    if both.empty:
        raise InputError(
            f"{named(then.area)} then and {named(now.area)} now have no authority in common, so nothing can be "
            "compared. Choose two files of the same area."
        )
    pairs = list(zip(before[both["code"]], both["status"], strict=True))
    by_authority = both[["code", "name"]].assign(
        then=[one for one, _ in pairs],
        now=[other for _, other in pairs],
        moved=[_MOVED.get(pair, "") for pair in pairs],
    )
    since = f"earlier on {day(then_on)}" if then_on == now_on else day(then_on)
    return Changes(
        then=then_on,
        now=now_on,
        by_authority=by_authority,
        new=new,
        gone=gone,
        counts=_counts(new, gone),
        sentences=(_new_and_gone(new, gone, now.asset_type, then_on, since), *_moves(by_authority, now)),
        cautions=(
            *_alone(then, now, since),
            *_alone(now, then, day(now_on)),
            *_cautions(by_authority, any_listed=len(new) + len(gone) > 0),
            *_not_here(not_here),
        ),
    )


def _check(then: Provision, now: Provision, then_on: dt.date, now_on: dt.date) -> None:
    for name, old, new in (("tier", then.tier, now.tier), ("asset type", then.asset_type, now.asset_type)):
        if old != new:
            raise InputError(f"The {name} was {old!r} then and is {new!r} now. Compare the same {name}.")
    if then_on > now_on:
        raise InputError(f"{day(then_on)} is later than {day(now_on)}. Give the earlier one to compare with.")


def _known(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the rows of known asset types: what is of no type serves nobody in the provision either."""
    rows = clean(rows, _FIELDS, name, days=[column for column in ("recorded_on",) if column in rows])
    return rows[rows["asset_type"].isin(list(codelist("asset_type")))].reset_index(drop=True)


def _counts(new: pd.DataFrame, gone: pd.DataFrame) -> pd.DataFrame:
    rows = [(code, *(_of_type(rows, code) for rows in (new, gone))) for code in codelist("asset_type")]
    return pd.DataFrame([row for row in rows if any(row[1:])], columns=["asset_type", "new", "gone"])


def _of_type(rows: pd.DataFrame, code: str) -> int:
    return int((rows["asset_type"] == code).sum())


def _new_and_gone(new: pd.DataFrame, gone: pd.DataFrame, asset_type: str, then_on: dt.date, since: str) -> str:
    up, down = _of_type(new, asset_type), _of_type(gone, asset_type)
    return (
        f"{len(new):,} new on the record since {since}{_older(new, then_on)}; {len(gone):,} no longer active. "
        f"{plural(asset_type)}: {_or_none(up)} new, {_or_none(down)} gone."
    )


def _or_none(number: int) -> str:
    return f"{number:,}" if number else "none"


def _older(new: pd.DataFrame, then_on: dt.date) -> str:
    """Say how many of the new ones were known to somebody before the day: they came late, and are not new."""
    if "recorded_on" not in new:
        return ""
    older = int((pd.to_datetime(new["recorded_on"]) < pd.Timestamp(then_on)).sum())
    say = by_number(older, "says that it was", "say that they were")
    return f", of which {say} recorded or checked before that day" if older else ""


def _moves(by_authority: pd.DataFrame, now: Provision) -> tuple[str, ...]:
    authority = authority_words(now.tier, by_authority["code"])
    of = f"{len(by_authority):,} {authority[len(by_authority) != 1]}"
    found = by_authority["moved"].to_list()
    moved = [(words, found.count(words)) for words in dict.fromkeys(_MOVED.values())]
    return (
        f"{plural(now.asset_type)}: the same status then and now in {found.count(''):,} of {of}.",
        *(f"{words[0].upper()}{words[1:]}, in {number:,} of {of}." for words, number in moved if number),
    )


def _alone(one: Provision, other: Provision, when: str) -> list[str]:
    """Say which authorities are in the figures of one day alone."""
    names = one.by_authority.loc[~one.by_authority["code"].isin(other.by_authority["code"]), "name"]
    return [f"Left out, because only the figures of {when} have them: {', '.join(names)}."] if len(names) else []


def _cautions(by_authority: pd.DataFrame, *, any_listed: bool) -> list[str]:
    """Say what looking, and what being new or gone, do not tell."""
    said = []
    moved = by_authority[by_authority["moved"] != ""]
    if (moved[["then", "now"]] == Status.NOT_SURVEYED).to_numpy().any():
        said.append("Where nobody had looked then or now, nothing is won or lost: only what is known has changed.")
    if any_listed:
        said.append(
            "New and gone is what the record says: what is new on it may have been there before anybody wrote it down, "
            "and what is no longer active may have ended earlier."
        )
    return said


def _not_here(number: int) -> list[str]:
    if not number:
        return []
    are = by_number(number, "asset of then is", "assets of then are")
    why = "(merged, taken out, or recorded anew under another id)"
    doubt = "what is said of opening, of closing and of the statuses may be wrong."
    return [f"{are} not on the record of today {why}: {doubt}"]
