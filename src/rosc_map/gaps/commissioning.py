"""How LEROs, or assets of another type, are commissioned: from ``Funding``, by authority (METHODS §3.4).

An asset can be commissioned directly in one authority and sub-contracted in the next. "Not commissioned" may be by
choice, and where nothing is recorded nothing is known: neither is ever called unfunded. Values in £ are not read.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.gaps._arrangements import CAN_END, FUNDED, Running, running
from rosc_map.gaps._rows import by_number, cover_of, listed, plain
from rosc_map.gaps._serving import Bools, Coverage
from rosc_map.gaps._words import NOUNS
from rosc_map.records import Asset, Funding, codelist, counted, day, label

__all__ = ["Commissioning", "commissioning"]

_ASSET_FIELDS = (
    "id",
    "name",
    "asset_type",
    "status",
    "commissions_others",
    "local_authority_code",
    "upper_tier_code",
    "areas_served",
)
_FUNDING_FIELDS = ("asset", "area_code", "arrangement", "route", "start", "end", "covers")
_FOUR = ("development", "governance", "staffing", "spaces")
"""What funding should be able to cover (guidance part 3)."""

_CONTRACT_COLUMNS = (
    "asset",
    "name",
    "code",
    "authority",
    "arrangement",
    "route",
    "start",
    "end",
    "ends_soon",
    "covers",
    "commissions_others",
)
_ARRANGED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "direct": ("is commissioned directly", "are commissioned directly"),
        "subcontract": ("is sub-contracted", "are sub-contracted"),
        "alliance": ("is in an alliance contract", "are in an alliance contract"),
        "grant": ("has a grant", "have a grant"),
        "hosted": ("is hosted", "are hosted"),
        "not_commissioned": ("is not commissioned (may be by choice)", "are not commissioned (may be by choice)"),
        "unknown": ("is noted as not known", "are noted as not known"),
    }
)
_LEFT_OUT: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ended": ("row has ended", "rows have ended"),
        "not_begun": ("row has not begun", "rows have not begun"),
        "not_active": ("row is of an asset that is not active", "rows are of assets that are not active"),
        "other_type": ("row is of another type of asset", "rows are of other types of asset"),
        "elsewhere": (
            "row is for an authority outside this area, or of an asset that is not known to serve it",
            "rows are for authorities outside this area, or of assets that are not known to serve it",
        ),
    }
)


@dataclass(frozen=True)
class Commissioning:
    """How the assets of one type are commissioned, by authority.

    Attributes
    ----------
    by_authority
        One row an authority, sorted by name: ``code``, ``name``, ``assets`` (how many of the type serve it), a
        column a code of the codelist ``commissioning`` (how many of them have such an arrangement there: one may have
        two), ``not_recorded`` (how many have none recorded there), ``ending`` (arrangements that end within the
        months), ``funded`` (how many have a contract or a grant there, or are hosted), ``covers_known`` (of how many of
        these it is recorded what is covered), and ``development``, ``governance``, ``staffing``, ``spaces`` (for how
        many of these each is covered). All are ints; all None where no asset of the type is known to serve the
        authority, since a 0 would say that somebody looked.
    contracts
        The funding rows that run, by name of asset and authority: ``asset`` (its id), ``name``, ``code`` and
        ``authority`` (as recorded, of any level), ``arrangement``, ``route``, ``start``, ``end`` (None where not
        recorded), ``ends_soon``, ``covers`` (tuple), ``commissions_others`` (None where not recorded).
    sentences
        What was found.
    cautions
        What is not counted, and what the figures do not say.

    Examples
    --------
    >>> from rosc_map.gaps import commissioning
    >>> from rosc_map.records import Funding
    >>> found = commissioning(held.assets, held.others[Funding], lookup, tier="upper", as_at=held.as_at)
    >>> found.by_authority[["name", "assets", "not_recorded", "ending"]]
         name assets not_recorded ending
    0  Surrey      5            1      2
    >>> len(found.contracts)
    7
    """

    by_authority: pd.DataFrame
    contracts: pd.DataFrame
    sentences: tuple[str, ...]
    cautions: tuple[str, ...]


def commissioning(
    assets: pd.DataFrame,
    funding: pd.DataFrame,
    lookup: pd.DataFrame,
    *,
    tier: str,
    as_at: dt.date,
    months: int = 12,
    asset_type: str | None = "lero",
) -> Commissioning:
    """Say of each authority how the assets that serve it are commissioned, what ends soon and what is covered.

    A row for a county counts in each of its districts when the tier is ``local``; one for a district counts for its
    county when the tier is ``upper``. A row counts only where its asset serves the authority.

    Parameters
    ----------
    assets
        One row an asset that may be told of: ``id``, ``name``, ``asset_type``, ``status``, ``commissions_others``,
        ``local_authority_code``, ``upper_tier_code``, ``areas_served``. Only active ones serve.
    funding
        Rows of ``records.Funding`` (``value`` and ``notes`` are not read); ``asset`` is an id. A row of an asset that
        is not among ``assets`` is passed over in silence: how many there are may be confidential.
    lookup
        One row a local authority of the area, as ``provision`` takes it.
    tier
        ``upper`` or ``local``.
    as_at
        The day. A row runs from its start to its end, both days included; without a start it has begun, without an
        end it goes on.
    months
        What ends from ``as_at`` to the same day so many calendar months later, both days included, ends soon.
    asset_type
        Whose commissioning; None is that of all assets, of whatever type.

    Raises
    ------
    InputError
        When the tier or the type is not known, ``months`` is under 1, a column is missing, or there is no authority.

    Examples
    --------
    >>> from rosc_map.gaps import commissioning
    >>> from rosc_map.records import Funding
    >>> found = commissioning(held.assets, held.others[Funding], lookup, tier="upper", as_at=held.as_at)
    >>> found.sentences[0]
    'Of 5 LEROs that serve the area, 1 is commissioned directly in at least one authority; likewise 1 is
    sub-contracted, 1 is in an alliance contract, 1 has a grant, 1 is hosted, 1 is not commissioned (may be by choice)
    and 1 is noted as not known; for 1 nothing is recorded (22 November 2026).'
    """
    if asset_type is not None and asset_type not in NOUNS:
        raise InputError(f"There is no asset type {asset_type!r}. Choose one of {', '.join(NOUNS)}.")
    if months < 1:
        raise InputError(f"{months} months is too few. Give 1 or more.")
    cover = cover_of(lookup, tier)
    until = (pd.Timestamp(as_at) + pd.DateOffset(months=months)).date()
    known, rows = plain(assets, Asset, _ASSET_FIELDS), plain(funding, Funding, _FUNDING_FIELDS)
    found = running(known, rows, cover, tier, asset_type, (as_at, until))
    return Commissioning(
        by_authority=_by_authority(found, cover),
        contracts=_contracts(found, lookup),
        sentences=tuple(_sentences(found, asset_type, (as_at, until))),
        cautions=tuple(_cautions(found)),
    )


def _by_authority(found: Running, cover: Coverage) -> pd.DataFrame:
    def of(holders: Bools) -> npt.NDArray[np.int64]:
        counts: npt.NDArray[np.int64] = holders.sum(axis=0, dtype=np.int64)
        return counts

    every = np.ones(len(found.rows), dtype=bool)
    counts = {"assets": of(found.serves)}
    counts |= {code: of(found.where(found.arranged(code))) for code in codelist("commissioning")}
    counts["not_recorded"] = of(found.serves & ~found.where(every))
    counts["ending"] = of(found.reaches[found.rows["ends_soon"].to_numpy(dtype=bool)])
    counts["funded"] = of(found.where(found.arranged(*FUNDED)))
    counts["covers_known"] = of(found.where(found.covering(*codelist("funding_covers"))))
    counts |= {code: of(found.where(found.covering(code))) for code in _FOUR}
    some = counts["assets"] > 0
    return cover.authorities.assign(
        # As objects: pandas would make numbers with a point, and NaN, of whole numbers and None.
        **{name: pd.Series(column, dtype=object).where(some, None) for name, column in counts.items()}
    )


def _contracts(found: Running, lookup: pd.DataFrame) -> pd.DataFrame:
    table = found.rows.rename(columns={"area_code": "code"})
    table = table.assign(authority=table["code"].map(_names(lookup)))
    table = table.sort_values(["name", "authority", "asset", "arrangement"], kind="stable", ignore_index=True)
    return table.loc[:, list(_CONTRACT_COLUMNS)]


def _names(lookup: pd.DataFrame) -> dict[str, str]:
    """Return the name of each code of the lookup, of all levels."""
    names: dict[str, str] = {}
    for level in ("country", "region", "upper_tier", "local_authority"):
        names |= dict(zip(lookup[f"{level}_code"], lookup[level], strict=True))
    return names


def _sentences(found: Running, asset_type: str | None, soon: tuple[dt.date, dt.date]) -> Iterator[str]:
    noun = NOUNS[asset_type] if asset_type else "asset"
    if found.assets.empty:
        yield f"No {noun} is recorded as serving this area, so nothing is known of how any is commissioned."
        return
    yield _how(found, noun, soon[0])
    yield from _ending(found, f"{noun}s" if asset_type else "assets of all types", soon)
    yield from _covers(found, noun)
    yield from _others(found)


def _how(found: Running, noun: str, as_at: dt.date) -> str:
    """Say how many are commissioned in which way; each is counted once a way, in however many authorities."""
    numbers = {code: found.number(found.arranged(code)) for code in _ARRANGED}
    recorded = found.number(np.ones(len(found.rows), dtype=bool))
    first, *others = [by_number(number, *_ARRANGED[code]) for code, number in numbers.items() if number] or [""]
    said = [f"{first} in at least one authority"] if first else []
    said += [f"likewise {listed(others)}"] if others else []
    serve = "serves" if len(found.assets) == 1 else "serve"
    nothing = f"for {len(found.assets) - recorded:,} nothing is recorded ({day(as_at)})"
    return f"Of {counted(len(found.assets), noun)} that {serve} the area, {'; '.join([*said, nothing])}."


def _ending(found: Running, whose: str, soon: tuple[dt.date, dt.date]) -> Iterator[str]:
    """Say how many arrangements end soon. One of which nobody has said how it is arranged counts if it has an end."""
    has_end = found.rows["end"].notna().to_numpy(dtype=bool)
    not_said = found.arranged("unknown") & has_end
    number = int((found.arranged(*FUNDED) | not_said).sum())
    if number:
        of = by_number(number, "contract, grant or other arrangement", "contracts, grants and other arrangements")
        kind = f" (of {not_said.sum():,} of these the kind is not known)" if not_said.any() else ""
        known = int((found.arranged(*CAN_END) & has_end).sum())
        yield (
            f"Of {of} of {whose} that {'runs' if number == 1 else 'run'}{kind}, "
            f"{by_number(int(found.rows['ends_soon'].sum()), 'ends', 'end')} from {day(soon[0])} to {day(soon[1])}, "
            f"both days included; an end is recorded for {known:,}."
        )


def _covers(found: Running, noun: str) -> Iterator[str]:
    """Say what the money covers, of the guidance's four, for how many of those of which it is recorded."""
    funded = found.number(found.arranged(*FUNDED))
    known = found.number(found.covering(*codelist("funding_covers")))
    if funded:
        four = [f"{label('funding_covers', code).lower()} for {found.number(found.covering(code)):,}" for code in _FOUR]
        has = "has a contract or a grant or is hosted" if funded == 1 else "have a contract or a grant or are hosted"
        yield (
            f"{counted(funded, noun)} {has}. What this covers is recorded for {known:,} of {funded:,}: {listed(four)}. "
            "The guidance says that funding should be able to cover all four."
        )


def _others(found: Running) -> Iterator[str]:
    said = [bool(answer) for answer in found.assets["commissions_others"] if answer is not None]
    if any(said):
        gives = by_number(sum(said), "gives grants or contracts to others", "give grants or contracts to others")
        yield f"{gives}, of {len(said):,} of which this is recorded."


def _cautions(found: Running) -> Iterator[str]:
    left = [by_number(found.left_out[why], *words) for why, words in _LEFT_OUT.items() if found.left_out[why]]
    if left:
        yield f"Not counted: {listed(left)}."
    nowhere = int((~found.reaches.any(axis=1)).sum())
    if nowhere:
        rows = by_number(nowhere, "row is", "rows are")
        yield (
            f"{rows} for an authority that the asset is not recorded as serving: listed, and counted in no authority. "
            "Check the areas that the asset serves."
        )
    if not found.serves.any(axis=0).all():
        yield "Authorities that none of these is known to serve have no figures here: it may be that nobody has looked."
    yield "Where nothing is recorded, nothing is known: it does not mean that there is no contract and no grant."
    yield "Not being commissioned may be by choice."
    yield "An asset may have more than one arrangement in an authority, so the ways may add up to more than the assets."
