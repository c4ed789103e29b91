"""Linkage rounds: from the store to the pure functions and back."""

import secrets
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from rosc_map.errors import InputError, UnknownName
from rosc_map.exchange import RawTable
from rosc_map.linkage import (
    Draw,
    Frame,
    Homophily,
    LinkageEstimate,
    between_types,
    build_frame,
    draw,
    homophily,
    per_asset,
    read_answers,
)
from rosc_map.publish import Snapshot, estimate_round, row_dicts
from rosc_map.records import Answer, Attempt, Question, Round
from rosc_map.store import Store, Writer

__all__ = ["DrawnRound", "RoundResult", "draw_round", "record_answers", "result_of"]

_PERMUTATIONS_SEED = 20_180


@dataclass(frozen=True)
class DrawnRound:
    """A round that was drawn and stored: its name, the frame and the draw."""

    name: str
    frame: Frame
    draw: Draw

    def to_json(self) -> dict[str, Any]:
        """Return the shape that the command line promises."""
        drawn = self.draw
        return {
            "round": self.name,
            "design": drawn.design,
            "seed": drawn.seed,
            "frame": list(self.frame.ids),
            "frame_size": len(self.frame.contacts),
            "frame_sha256": drawn.frame_sha256,
            "sources": drawn.sources,
            "targets": drawn.targets,
            "pairs": drawn.pairs[["source", "target"]].to_dict("records"),
            "excluded": dict(self.frame.excluded),
            "notes": [*self.frame.notes, *drawn.notes],
        }


@dataclass(frozen=True)
class RoundResult:
    """The result of a round; ``assets`` is for the coordinators and each organisation's own sheet only."""

    name: str
    estimate: LinkageEstimate
    between_types: pd.DataFrame
    homophily: Homophily | None
    assets: pd.DataFrame

    def to_json(self) -> dict[str, Any]:
        """Return the shape that the command line promises."""
        return {
            "round": self.name,
            **self.estimate.to_json(),
            "between_types": self._by_type(),
            "homophily": None if self.homophily is None else asdict(self.homophily),
            "assets": self.assets.astype(object).where(self.assets.notna(), None).to_dict("records"),
        }

    def _by_type(self) -> dict[str, dict[str, Any]]:
        """Return the cells of the type by type matrix: from the one type, about the other."""
        cells: dict[str, dict[str, Any]] = {}
        table = self.between_types.astype(object).where(self.between_types.notna(), None)
        for cell in row_dicts(table):
            start, about = cell.pop("from_type"), cell.pop("to_type")
            cells.setdefault(start, {})[about] = cell
        return cells


def known_round(rounds: pd.DataFrame, name: str) -> pd.Series:
    """Return a stored round by name.

    Raises
    ------
    UnknownName
        When there is none of that name.
    """
    found = rounds[rounds["round"].str.casefold() == name.strip().casefold()]
    if found.empty:
        have = ", ".join(rounds["round"]) or "none yet: draw one first"
        raise UnknownName(f"There is no round {name!r}. Rounds in this file: {have}.")
    return found.iloc[0]


def draw_round(snapshot: Snapshot, store: Store, *, sources: int, targets: int, seed: int | None) -> DrawnRound:
    """Draw a round and store it with its frame, seed and settings."""
    frame = build_frame(snapshot.assets)
    chosen = secrets.randbelow(2**31) if seed is None else seed
    drawn = draw(frame, sources=sources, targets=targets, seed=chosen)
    with store.write() as writer:
        taken = set(store.read(Round)["round"])
        name = next(f"R{number}" for number in range(1, len(taken) + 2) if f"R{number}" not in taken)
        row = {
            "round": name,
            "design": drawn.design,
            "seed": chosen,
            "sources": sources,
            "targets": targets,
            "frame_size": len(frame.contacts),
            "frame": frame.ids,
            "frame_sha256": drawn.frame_sha256,
            "drawn_on": snapshot.as_at,
        }
        writer.insert(Round, [row])
        writer.insert(Question, row_dicts(drawn.pairs.assign(round=name)))
    return DrawnRound(name, frame, drawn)


def record_answers(snapshot: Snapshot, store: Store, name: str, table: RawTable) -> dict[str, int]:
    """Record the answers of a round; whole or not at all.

    Returns
    -------
    dict of str to int
        How many answers and contacts were ``added``, ``changed`` and ``left`` as they were.
    """
    round_name = str(known_round(snapshot.rounds, name)["round"])
    questions = snapshot.questions[snapshot.questions["round"] == round_name]
    read = read_answers(_lower_headers(table), questions, snapshot.assets)
    tally = dict.fromkeys(("added", "changed", "left"), 0)
    with store.write() as writer:
        _keep(
            writer,
            store,
            Answer,
            read.answers.assign(round=round_name, on=snapshot.as_at),
            ("round", "source", "target"),
            "level",
            tally,
        )
        _keep(
            writer,
            store,
            Attempt,
            read.contacts.assign(round=round_name, on=snapshot.as_at),
            ("round", "source"),
            "contact",
            tally,
        )
    return tally


def _lower_headers(table: RawTable) -> pd.DataFrame:
    rows = [{str(header).strip().casefold(): value for header, value in values.items()} for _, values in table.rows]
    frame = pd.DataFrame(rows, index=[number for number, _ in table.rows], dtype=object)
    frame = frame.where(frame.notna(), "").map(lambda value: str(value).removesuffix(".0").strip())
    if not {"level", "contact"} & set(frame.columns) or "source" not in frame.columns:
        raise InputError(
            f"{table.name} needs the columns source, target and level, or source and contact, as in the call sheet."
        )
    return frame


def _keep(
    writer: Writer,
    store: Store,
    record: type[Answer] | type[Attempt],
    rows: pd.DataFrame,
    key: tuple[str, ...],
    value: str,
    tally: dict[str, int],
) -> None:
    """Add what is new and change what is different, so that reading a sheet twice changes nothing."""
    recorded = {tuple(row[name] for name in key): row[value] for row in store.read(record).to_dict("records")}
    new = []
    for row in row_dicts(rows):
        mark = tuple(row[name] for name in key)
        if mark not in recorded:
            new.append({name: row[name] for name in (*key, value, "on")})
        elif recorded[mark] != row[value]:
            writer.update(record, dict(zip(key, mark, strict=True)), {value: row[value], "on": row["on"]})
            tally["changed"] += 1
        else:
            tally["left"] += 1
    writer.insert(record, new)
    tally["added"] += len(new)


def result_of(snapshot: Snapshot, name: str) -> RoundResult:
    """Work out the result of a round."""
    round_name = str(known_round(snapshot.rounds, name)["round"])
    questions = snapshot.questions[snapshot.questions["round"] == round_name].reset_index(drop=True)
    answers = snapshot.answers[snapshot.answers["round"] == round_name].reset_index(drop=True)
    types = snapshot.assets.set_index("id")["asset_type"]
    rng = np.random.default_rng(_PERMUTATIONS_SEED)
    return RoundResult(
        round_name,
        estimate_round(snapshot, round_name),
        between_types(questions, answers, types),
        homophily(questions, answers, types, rng=rng),
        per_asset(questions, answers),
    )
