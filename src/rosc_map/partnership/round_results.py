"""One round beside another, and a round's result with what there is to say about it."""

from dataclasses import dataclass
from typing import Any

from rosc_map.errors import InputError
from rosc_map.linkage import Change, compare, compare_panel
from rosc_map.partnership.round_drawing import frame_change
from rosc_map.publish import RoundResult, RoundRows, Snapshot, estimate_round, result_of, round_rows
from rosc_map.records import day

__all__ = ["Comparison", "compare_rounds", "result_with_remarks"]


def result_with_remarks(snapshot: Snapshot, name: str, *, threshold: int | None = None) -> RoundResult:
    """Return the result of a round, and whether the frame that it was drawn from is another by now."""
    remark = frame_change(snapshot, round_rows(snapshot, name))
    return result_of(snapshot, name, threshold=threshold, remarks=(remark,) if remark else ())


@dataclass(frozen=True)
class Comparison:
    """One round beside another: the change, and what else is different between them, in sentences."""

    first: str
    second: str
    change: Change
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the shape that the command line promises."""
        return {**self.change.to_json(), "rounds": [self.first, self.second], "notes": list(self.notes)}


def compare_rounds(
    snapshot: Snapshot, before: str, after: str, *, threshold: int | None = None, anyway: bool = False
) -> Comparison:
    """Say how linkage changed from one round to another.

    Parameters
    ----------
    snapshot
        What is held.
    before, after
        The rounds, the earlier one first.
    threshold
        The level from which a pair is linked, for both; needed where the two rounds have different ones.
    anyway
        Whether to compare rounds of different protocols all the same.

    Raises
    ------
    InputError
        When the rounds are not alike, or in the wrong order, or the threshold is not 1 to 4.
    UnknownName
        When there is no such round.
    """
    first, second = round_rows(snapshot, before), round_rows(snapshot, after)
    if first.name == second.name:
        raise InputError("Name two different rounds, the earlier one first.")
    if first.drawn_on and second.drawn_on and first.drawn_on > second.drawn_on:
        raise InputError(f"{first.name} was drawn after {second.name}. Name the earlier one first.")
    if threshold is None and first.threshold != second.threshold:
        raise InputError(
            f"{first.name} counts a pair as linked from level {first.threshold}, {second.name} from level "
            f"{second.threshold}, so the two figures are not alike. Say which level holds for both: --threshold 2"
        )
    ways = (first.stored["protocol"], second.stored["protocol"])
    if ways[0] != ways[1] and not anyway:
        raise InputError(
            f"{first.name} and {second.name} were asked in different ways (protocol {ways[0] or 'not known'} and "
            f"{ways[1] or 'not known'}), so a change may come from the asking. To compare them all the same: --anyway"
        )
    level = first.threshold if threshold is None else threshold
    if level not in (1, 2, 3, 4):
        raise InputError(f"The threshold is {level}. Choose a level from 1 to 4; 2 is usual.")
    if second.stored["panel_of"] == first.name:
        change = compare_panel(
            second.questions,
            first.answers,
            second.answers,
            frame_size=second.frame_size,
            threshold=level,
            design=second.design,
        )
    else:
        shares = [estimate_round(snapshot, held.name, threshold=level).answered for held in (first, second)]
        change = compare(*shares)
    return Comparison(first.name, second.name, change, _beside(first, second, ways))


def _beside(first: RoundRows, second: RoundRows, ways: tuple[str, str]) -> tuple[str, ...]:
    """Say what else is different between two rounds, or may be taken for a difference."""
    days = [f" (drawn on {day(held.drawn_on)})" if held.drawn_on else "" for held in (first, second)]
    notes = [f"{first.name}{days[0]} beside {second.name}{days[1]}."]
    if first.stored["frame_sha256"] != second.stored["frame_sha256"]:
        notes.append(
            f"The two were drawn from different frames ({first.frame_size} and {second.frame_size} contacts): part of "
            "a change may come from who has come in or gone out."
        )
    if ways[0] != ways[1]:
        notes.append("The two were asked in different ways, so a change may come from the asking.")
    return tuple(notes)
