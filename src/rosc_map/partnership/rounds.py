"""Linkage rounds: from the store to the pure functions and back."""

import secrets
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from rosc_map.errors import InputError, UnknownName
from rosc_map.exchange import RawTable
from rosc_map.linkage import (
    SHEET_COLUMNS,
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
from rosc_map.publish import Snapshot, estimate_round, view
from rosc_map.records import Answer, Attempt, Audience, Question, Round, row_dicts
from rosc_map.store import KEYS, Writer

__all__ = ["DrawnRound", "RecordedAnswers", "RoundResult", "draw_round", "record_answers", "result_of"]

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


@dataclass(frozen=True)
class RecordedAnswers:
    """What a filled-in sheet changed: answers and contacts added, changed and left; and what said nothing."""

    added: int
    changed: int
    left: int
    passed_over: int
    unknown_columns: tuple[str, ...]


def draw_round(snapshot: Snapshot, writer: Writer, *, sources: int, targets: int, seed: int | None) -> DrawnRound:
    """Draw a round and store it with its frame, seed and settings."""
    frame = build_frame(snapshot.assets)
    chosen = secrets.randbelow(2**31) if seed is None else seed
    drawn = draw(frame, sources=sources, targets=targets, seed=chosen)
    taken = set(snapshot.rounds["round"])
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


def record_answers(snapshot: Snapshot, writer: Writer, name: str, table: RawTable) -> RecordedAnswers:
    """Record the answers of a round; whole or not at all. A row without a date is of today."""
    round_name = str(known_round(snapshot.rounds, name)["round"])
    questions = snapshot.questions[snapshot.questions["round"] == round_name]
    rows = _lower_headers(table)
    read = read_answers(rows, questions, snapshot.assets)
    tally = Counter[str]()
    for record, said in ((Answer, read.answers), (Attempt, read.contacts)):
        days = [snapshot.as_at if on is None else on for on in said["on"]]
        tally += _keep(writer, record, said.assign(round=round_name, on=days))
    unknown = tuple(str(column) for column in rows.columns if column and column not in SHEET_COLUMNS)
    return RecordedAnswers(tally["added"], tally["changed"], tally["left"], read.passed_over, unknown)


def _lower_headers(table: RawTable) -> pd.DataFrame:
    rows = [{str(header).strip().casefold(): value for header, value in values.items()} for _, values in table.rows]
    frame = pd.DataFrame(rows, index=[number for number, _ in table.rows], dtype=object)
    frame = frame.where(frame.notna(), "").map(lambda value: str(value).strip())
    if not {"level", "contact"} & set(frame.columns) or "source" not in frame.columns:
        raise InputError(
            f"{table.name} needs the columns source, target and level, or source and contact, as in the call sheet."
        )
    return frame


def _keep(writer: Writer, record: type[Answer] | type[Attempt], rows: pd.DataFrame) -> Counter[str]:
    """Add what is new and change what is different, so that reading a sheet twice changes nothing."""
    key, value = KEYS[record], "level" if record is Answer else "contact"
    recorded = {tuple(row[name] for name in key): row[value] for row in row_dicts(writer.read(record))}
    tally = Counter[str]()
    new = []
    for row in row_dicts(rows):
        mark = tuple(row[name] for name in key)
        if mark not in recorded:
            new.append({name: row[name] for name in (*key, value, "on")})
            tally["added"] += 1
        elif recorded[mark] != row[value]:
            writer.update(record, dict(zip(key, mark, strict=True)), {value: row[value], "on": row["on"]})
            tally["changed"] += 1
        else:
            tally["left"] += 1
    writer.insert(record, new)
    return tally


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
        _of_those_listed(per_asset(questions, answers), snapshot),
    )


def _of_those_listed(figures: pd.DataFrame, snapshot: Snapshot) -> pd.DataFrame:
    """Leave out who has asked not to be listed since: they are in no output, the coordinators' own included."""
    listed = set(view(snapshot, Audience.INTERNAL).named["id"])
    return figures[figures["id"].isin(listed)].reset_index(drop=True)
