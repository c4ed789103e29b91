"""Drawing a linkage round from what is held, and whether the frame is still the one that it was drawn from."""

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rosc_map.errors import InputError
from rosc_map.linkage import PROTOCOL, Draw, Frame, balanced, build_frame, draw, panel
from rosc_map.partnership.asset_names import AssetNames
from rosc_map.place import DERIVED, code_names
from rosc_map.publish import RoundRows, Snapshot, round_rows
from rosc_map.records import Asset, Audience, FieldSpec, Kind, Question, Round, codelist, label, row_dicts
from rosc_map.store import Writer

__all__ = ["DrawSettings", "DrawnRound", "asked_within_a_year", "draw_round", "frame_change"]

_YEAR = dt.timedelta(days=365)
_NOT_IN_A_PANEL = ("sources", "targets", "design", "by", "allocation", "seed", "reserves")
_GROUPED = (Kind.CHOICE, Kind.TEXT, Kind.YES_NO)


@dataclass(frozen=True)
class DrawSettings:
    """What a draw is asked for.

    Attributes
    ----------
    sources, targets
        How many contacts, and about how many each is asked; None where the design does not need it.
    design
        A code of ``draw_design``; "" for independent, or stratified where there is ``by``.
    by
        The field of an asset whose values are the groups of a stratified draw.
    allocation
        A code of ``draw_allocation``; "" for proportional.
    seed
        None for a random one.
    reserves
        How many reserve contacts; None for one in five.
    panel
        An earlier round whose pairs are asked again, or "".
    threshold
        The level from which a pair is linked; None for 2, or for the earlier round's.
    tries
        How many tries before "No answer" is the end; None for 3, or for the earlier round's.
    without
        Names or ids of assets that are neither asked nor asked about, such as a crisis line.
    """

    sources: int | None = None
    targets: int | None = None
    design: str = ""
    by: str = ""
    allocation: str = ""
    seed: int | None = None
    reserves: int | None = None
    panel: str = ""
    threshold: int | None = None
    tries: int | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class DrawnRound:
    """A round that was drawn and stored: its name, the frame and the draw, and what to look at."""

    name: str
    frame: Frame
    draw: Draw
    remarks: tuple[str, ...] = ()

    @property
    def questions(self) -> pd.DataFrame:
        """The questions to ask, without the reserves: ``source``, ``target``."""
        pairs = self.draw.pairs
        return pairs[(pairs["source_reserve"] == 0) & (pairs["target_reserve"] == 0)].reset_index(drop=True)

    def to_json(self) -> dict[str, Any]:
        """Return the shape that the command line promises."""
        drawn = self.draw
        spare = drawn.pairs[(drawn.pairs["source_reserve"] > 0) | (drawn.pairs["target_reserve"] > 0)]
        return {
            "round": self.name,
            "design": drawn.design,
            "seed": drawn.seed,
            "frame": list(self.frame.ids),
            "frame_size": len(self.frame.contacts),
            "frame_sha256": drawn.frame_sha256,
            "sources": drawn.sources,
            "targets": drawn.targets,
            "pairs": self.questions[["source", "target"]].to_dict("records"),
            "reserves": spare[["source", "target", "source_reserve", "target_reserve"]].to_dict("records"),
            "excluded": dict(self.frame.excluded),
            "notes": [*self.frame.notes, *drawn.notes, *self.remarks],
        }


def draw_round(snapshot: Snapshot, writer: Writer, wanted: DrawSettings) -> DrawnRound:
    """Draw a round and store it with its frame, seed and settings."""
    earlier = round_rows(snapshot, wanted.panel) if wanted.panel else None
    threshold, tries = _threshold_and_tries(wanted, earlier)
    names = AssetNames(snapshot.assets)
    before = tuple(earlier.stored["left_out"] or ()) if earlier else ()
    left_out = tuple(sorted({*before, *(names.find(text) for text in wanted.without)}))
    frame = build_frame(snapshot.assets, asked=asked_within_a_year(snapshot, snapshot.as_at), left_out=left_out)
    drawn = _drawn(frame, snapshot, wanted, earlier)
    taken = {name.casefold() for name in snapshot.rounds["round"]}
    name = next(f"R{number}" for number in range(1, len(taken) + 2) if f"r{number}" not in taken)
    groups = earlier.stored if earlier else {"stratified_by": wanted.by, "allocation": wanted.allocation}
    if drawn.design == "stratified" and not groups["allocation"]:
        groups = {**groups, "allocation": "proportional"}
    row = {
        "round": name,
        "design": drawn.design,
        "seed": drawn.seed,
        "sources": drawn.sources,
        "targets": drawn.targets,
        "frame_size": len(frame.contacts),
        "frame": frame.ids,
        "frame_sha256": drawn.frame_sha256,
        "drawn_on": snapshot.as_at,
        "left_out": left_out,
        "stratified_by": groups["stratified_by"],
        "allocation": groups["allocation"],
        "panel_of": earlier.name if earlier else "",
        "threshold": threshold,
        "tries": tries,
        "protocol": PROTOCOL,
    }
    writer.insert(Round, [row])
    writer.insert(Question, row_dicts(drawn.pairs.assign(round=name)))
    return DrawnRound(name, frame, drawn, _back_again(snapshot, frame))


def _back_again(snapshot: Snapshot, frame: Frame) -> tuple[str, ...]:
    """Name what was left out of an earlier round by hand and is in the draw now: it may be a crisis line."""
    past = {asset: row["round"] for row in row_dicts(snapshot.rounds) for asset in row["left_out"] or ()}
    names = dict(zip(snapshot.assets["id"], snapshot.assets["name"], strict=True))
    back = [f"{names[asset]} (left out of {past[asset]})" for asset in frame.ids if asset in past]
    if not back:
        return ()
    return (f"In this draw, and not in an earlier one: {'; '.join(back)}. Should it be left out again? Use --without.",)


def _threshold_and_tries(wanted: DrawSettings, earlier: RoundRows | None) -> tuple[int, int]:
    threshold, tries = (earlier.threshold, earlier.tries) if earlier else (2, 3)
    threshold = threshold if wanted.threshold is None else wanted.threshold
    tries = tries if wanted.tries is None else wanted.tries
    if threshold not in (1, 2, 3, 4):
        raise InputError(f"The threshold is {threshold}. Choose a level from 1 to 4; 2 is usual.")
    if not 1 <= tries <= 9:
        raise InputError(f"{tries} tries: give 1 to 9; 3 is usual.")
    return threshold, tries


def _drawn(frame: Frame, snapshot: Snapshot, wanted: DrawSettings, earlier: RoundRows | None) -> Draw:
    if earlier:
        chosen = [name for name in _NOT_IN_A_PANEL if getattr(wanted, name) not in (None, "")]
        if chosen:
            options = ", ".join(f"--{name}" for name in chosen)
            raise InputError(f"The same pairs are asked again, so there is nothing to choose: leave out {options}.")
        # A reserve that stood in then is asked again as one of the pairs.
        pairs = earlier.questions.assign(source_reserve=0, target_reserve=0)
        return panel(frame, pairs, earlier.name, int(earlier.stored["seed"]), design=earlier.design)
    seed = secrets.randbelow(2**31) if wanted.seed is None else wanted.seed
    design = wanted.design or ("stratified" if wanted.by else "independent")
    _check_design(design, wanted)
    if wanted.targets is None:
        raise InputError("Say about how many others each is asked, for example: --targets 5")
    if design == "balanced":
        return balanced(frame, targets=wanted.targets, seed=seed)
    if wanted.sources is None:
        raise InputError("Say how many services are contacted, for example: --sources 20")
    return draw(
        frame,
        sources=wanted.sources,
        targets=wanted.targets,
        seed=seed,
        reserves=wanted.reserves,
        strata=_strata(snapshot.assets, wanted.by) if wanted.by else None,
        allocation=wanted.allocation or "proportional",
    )


def _check_design(design: str, wanted: DrawSettings) -> None:
    """Refuse what means nothing in a design: somebody would think that it was done."""
    if design not in codelist("draw_design"):
        raise InputError(f"{design!r} is not a design. Choose from: {', '.join(codelist('draw_design'))}.")
    if wanted.allocation and wanted.allocation not in codelist("draw_allocation"):
        known = ", ".join(codelist("draw_allocation"))
        raise InputError(f"{wanted.allocation!r} is not a way to share out. Choose from: {known}.")
    if design == "stratified" and not wanted.by:
        raise InputError("A stratified draw needs the field of its groups, for example: --by asset_type")
    if design != "stratified" and (wanted.by or wanted.allocation):
        raise InputError("Only a stratified draw has groups: leave out --by and --allocation, or --design.")
    if design == "balanced" and (wanted.sources is not None or wanted.reserves):
        raise InputError("A balanced draw rings everybody, and has no reserves: leave out --sources and --reserves.")


def _strata(assets: pd.DataFrame, by: str) -> Mapping[str, str]:
    """Return the group of each asset, in words."""
    spec = Asset.specs().get(by)
    codes = [name for name in DERIVED if name.endswith("_code")]
    if by in codes:
        names = code_names()
        return {row["id"]: names.get(row[by], "") for row in row_dicts(assets)}
    if spec is None or spec.kind not in _GROUPED:
        fields = [name for name, known in Asset.specs().items() if known.kind is Kind.CHOICE]
        why = "is not a field" if spec is None else "has no one value that could be a group"
        raise InputError(f"{by!r} {why}. Choose, for example, from: {', '.join((*fields, *codes))}.")
    if spec.audience is Audience.INTERNAL:
        raise InputError(f"{by!r} is for the co-ordinators only, so it cannot be what groups are told apart by.")
    return {row["id"]: _group(spec, row[by]) for row in row_dicts(assets)}


def _group(spec: FieldSpec, value: Any) -> str:
    if spec.kind is Kind.YES_NO:
        return "" if value is None else "yes" if value else "no"
    return label(spec.codelist, value) if spec.codelist and value else str(value or "")


def asked_within_a_year(snapshot: Snapshot, day: dt.date, before: str = "") -> dict[str, int]:
    """Return in how many rounds of the year before a day each asset was rung; a round that nobody began counts not.

    Parameters
    ----------
    snapshot
        What is held.
    day
        The day of the draw.
    before
        Only rounds that were drawn before this one; "" for all.
    """
    asked = Counter[str]()
    for row in row_dicts(snapshot.rounds):
        if row["round"] == before:
            break
        if row["drawn_on"] and day - _YEAR < row["drawn_on"] <= day:
            held = round_rows(snapshot, row["round"])
            asked.update({*held.contacts["source"], *held.all_answers["source"]})
    return dict(asked)


def frame_change(snapshot: Snapshot, held: RoundRows) -> str:
    """Say how the frame of today differs from the one that a round was drawn from; "" where it does not."""
    asked = asked_within_a_year(snapshot, held.drawn_on, held.name) if held.drawn_on else {}
    try:
        now = build_frame(snapshot.assets, asked=asked, left_out=held.stored["left_out"] or ())
    except InputError:
        return "There are too few services left for another draw like this one."
    if now.sha256 == held.stored["frame_sha256"]:
        return ""
    before = set(held.stored["frame"] or ())
    added, left = len(set(now.ids) - before), len(before - set(now.ids))
    parts = [
        words
        for number, words in (
            (added, f"{added:,} {'service has' if added == 1 else 'services have'} come in"),
            (left, f"{left:,} {'has' if left == 1 else 'have'} gone out"),
        )
        if number
    ]
    told = " and ".join(parts) or "who shares a contact or an organisation is not the same"
    return f"Since this round was drawn the frame has changed ({told}): the same seed would give another draw today."
