"""One round beside another, and a round's result with what there is to say about it."""

from dataclasses import dataclass
from typing import Any

from rosc_map.errors import InputError
from rosc_map.linkage import Change, LinkageEstimate, compare, compare_panel
from rosc_map.linkage.compare import as_met
from rosc_map.linkage.estimate import REFERRAL_LEVEL, check_threshold
from rosc_map.partnership.round_drawing import frame_change
from rosc_map.publish import RoundResult, RoundRows, Snapshot, estimate_round, result_of, round_rows
from rosc_map.records import counted, day, percent

__all__ = ["Comparison", "compare_rounds", "result_with_remarks"]

_FIGURES = {
    "answered": "",
    "referral": "A way in, and not only information",
    "as_caller": "As a caller would meet it",
}
"""The figures side by side, and how the sentences tell them apart."""

_APART = 0.0999
"""How far the contact rates of two rounds may lie apart without a word: 10 points, less what rounding does."""


def result_with_remarks(snapshot: Snapshot, name: str, *, threshold: int | None = None) -> RoundResult:
    """Return the result of a round, and whether the frame that it was drawn from is another by now."""
    remark = frame_change(snapshot, round_rows(snapshot, name))
    return result_of(snapshot, name, threshold=threshold, remarks=(remark,) if remark else ())


@dataclass(frozen=True)
class Comparison:
    """One round beside another: how the three figures changed, and what else is different, in sentences.

    Attributes
    ----------
    first, second
        The names of the rounds.
    change, referral, as_caller
        The change of linkage among what was answered, of linkage at level 3 or more, and as a caller would meet it.
    threshold
        The level from which a pair is linked.
    notes
        What else is different between the two.
    """

    first: str
    second: str
    change: Change
    referral: Change
    as_caller: Change
    threshold: int
    notes: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The figures side by side in words; at threshold 3 the first two are the same one."""
        referral = () if self.threshold == REFERRAL_LEVEL else (self.referral.sentence,)
        return (self.change.sentence, *referral, self.as_caller.sentence)

    def to_json(self) -> dict[str, Any]:
        """Return the shape that the command line promises."""
        return {
            **self.change.to_json(),
            "referral": self.referral.to_json(),
            "as_caller": self.as_caller.to_json(),
            "rounds": [self.first, self.second],
            "sentences": list(self.sentences),
            "notes": list(self.notes),
        }


def compare_rounds(
    snapshot: Snapshot, before: str, after: str, *, threshold: int | None = None, anyway: bool = False
) -> Comparison:
    """Say how linkage changed from one round to another: answered, with a way in, and as a caller would meet it.

    Rounds that ask the same pairs again, whether of each other or of one earlier round, are compared pair by pair.

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
    check_threshold(level)
    results = [estimate_round(snapshot, held.name, threshold=level) for held in (first, second)]
    if _root(snapshot, first.name) == _root(snapshot, second.name):
        answered, referral, as_caller = _paired(first, second, level)
    else:
        answered, referral, as_caller = (
            compare(*(getattr(result, name) for result in results), figure=words) for name, words in _FIGURES.items()
        )
    differences = (*_asked_of(first, second, answered), *_asked_how(ways), *_reached(first.name, second.name, *results))
    notes = (f"{_when(first)} beside {_when(second)}.", *differences)
    return Comparison(first.name, second.name, answered, referral, as_caller, level, notes)


def _root(snapshot: Snapshot, name: str) -> str:
    """Return the round in which the pairs of a round were drawn: its own, or that which a panel goes back to."""
    earlier = dict(zip(snapshot.rounds["round"], snapshot.rounds["panel_of"], strict=True))
    seen = {name}
    while (of := earlier.get(name)) in earlier and of not in seen:
        name = str(of)
        seen.add(name)
    return name


def _paired(first: RoundRows, second: RoundRows, level: int) -> tuple[Change, Change, Change]:
    """Return the three changes of two rounds that asked the same pairs."""
    told = (first.answers, second.answers)
    met = [as_met(held.questions, held.answers, held.contacts, tries=held.tries) for held in (first, second)]
    answered, referral, as_caller = (
        compare_panel(
            second.questions,
            *answers,
            frame_size=second.frame_size,
            threshold=threshold,
            design=second.design,
            figure=words,
        )
        for (answers, threshold), words in zip(
            ((told, level), (told, REFERRAL_LEVEL), (met, level)), _FIGURES.values(), strict=True
        )
    )
    return answered, referral, as_caller


def _reached(first: str, second: str, before: LinkageEstimate, after: LinkageEstimate) -> tuple[str, ...]:
    """Say where the rounds reached so different a share that who answered may be the difference."""
    was, now = before.contact_rate, after.contact_rate
    if was is None or now is None or abs(now - was) < _APART:
        return ()
    said = (
        f"In {first} {percent(was)} of those contacted answered, in {second} {percent(now)}: a change among the answers"
        " may come from who answered. Read it beside the figure as a caller would meet it."
    )
    return (said,)


def _when(held: RoundRows) -> str:
    """Return the name of a round, with the days of its draw and its calls where they are known."""
    days = [f"drawn on {day(held.drawn_on)}"] if held.drawn_on else []
    days += [held.when_called[0].lower() + held.when_called[1:]] if held.called else []
    return f"{held.name} ({', '.join(days)})" if days else held.name


def _asked_of(first: RoundRows, second: RoundRows, change: Change) -> tuple[str, ...]:
    """Say how many answers the change is of, and whether it may come from who could be drawn."""
    questions, services = counted(change.questions[0], "question"), counted(change.sources[0], "service")
    asked = f"{questions} to {services}"
    if change.design == "panel":
        pairs = f"The same pairs were asked both times: this tells of those pairs ({asked})"
        return (f"{pairs} and not of services that have come since.",) if change.questions[0] else ()
    answered = f"{asked} in {first.name}, and {change.questions[1]:,} to {change.sources[1]:,} in {second.name}"
    if first.stored["frame_sha256"] == second.stored["frame_sha256"]:
        return (f"Answered: {answered}.",)
    frames = (
        f"The two were drawn from different frames ({first.frame_size} and {second.frame_size} contacts): part of "
        "a change may come from who has come in or gone out."
    )
    return f"Answered: {answered}.", frames


def _asked_how(ways: tuple[str, str]) -> tuple[str, ...]:
    if ways[0] == ways[1]:
        return ()
    return ("The two were asked in different ways, so a change may come from the asking.",)
