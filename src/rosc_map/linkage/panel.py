"""The panel draw: the pairs of an earlier round once more, so that the change is theirs (METHODS §1, "Two rounds")."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from rosc_map.errors import InputError
from rosc_map.linkage.draw import Draw, PairRow, pairs_table
from rosc_map.linkage.frame import Frame
from rosc_map.records import row_dicts

__all__ = ["panel"]


def panel(frame: Frame, questions: pd.DataFrame, earlier_name: str, seed: int, *, design: str) -> Draw:
    """Take the pairs of an earlier round that can still be asked, in their order; nothing is drawn anew.

    Parameters
    ----------
    frame
        The frame of today.
    questions
        The questions of the earlier round: ``source``, ``target`` (ids), and ``stratum``, ``stratum_size``,
        ``stratum_pairs``, ``source_reserve``, ``target_reserve`` where the round had them. Groups and reserves stay as
        they were, so that both rounds weigh the groups alike.
    earlier_name
        What the earlier round is called, for the sentences.
    seed
        The seed of the earlier round, which goes with its pairs.
    design
        The design of the earlier round, a code of ``draw_design``.

    Returns
    -------
    Draw
        The pairs whose source is still a contact and may still be asked about the target. ``eligible`` is of today's
        frame; ``sources``, ``targets`` and ``reserves`` are what is left of the first draw and its reserve contacts.
        The notes say how many pairs are gone and why.

    Raises
    ------
    InputError
        When no pair of the first draw can be asked again.

    References
    ----------
    METHODS §1, "Two rounds".

    Examples
    --------
    >>> from rosc_map.linkage import build_frame, panel
    >>> earlier = held.questions.query("round == 'R1'")
    >>> found = panel(build_frame(held.assets), earlier, "R1", 2026, design="independent")
    >>> found.sources, found.notes
    (20, ('The same pairs as round R1: services that came since then are not part of it.',))
    """
    contacts = set(frame.contacts)
    eligible = {source: set(frame.eligible(source)) for source in set(questions["source"]) & contacts}
    rows, no_source, no_target = [], 0, 0
    for row in row_dicts(questions):
        if row["source"] not in contacts:
            no_source += 1
        elif row["target"] not in eligible[row["source"]]:
            no_target += 1
        else:
            rows.append(_pair(row, len(eligible[row["source"]])))
    pairs = pairs_table(rows)
    first = pairs[(pairs["source_reserve"] == 0) & (pairs["target_reserve"] == 0)]
    gone = _gone(no_source, no_target)
    if first.empty:
        raise InputError(f"No question of round {earlier_name} can be asked again: {gone} Draw a new round.")
    notes = [f"The same pairs as round {earlier_name}: services that came since then are not part of it."]
    if no_source or no_target:
        notes.append(f"{no_source + no_target} of the {len(questions)} pairs cannot be asked again: {gone}")
    return Draw(
        design=design,
        seed=seed,
        sources=first["source"].nunique(),
        targets=int(first.groupby("source").size().max()),
        frame_sha256=frame.sha256,
        pairs=pairs,
        notes=tuple(notes),
        reserves=pairs.loc[pairs["source_reserve"] > 0, "source"].nunique(),
    )


def _pair(row: Mapping[str, Any], eligible: int) -> PairRow:
    """Return a question as it was, with M of today; rounds drawn before there were groups and reserves have none."""
    stratum = row.get("stratum")
    return (
        str(row["source"]),
        str(row["target"]),
        eligible,
        "" if pd.isna(stratum) else str(stratum),
        _whole(row.get("stratum_size")),
        _whole(row.get("stratum_pairs")),
        _whole(row.get("source_reserve")) or 0,
        _whole(row.get("target_reserve")) or 0,
    )


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _gone(no_source: int, no_target: int) -> str:
    reasons = {
        "because who was asked cannot be rung in this round": no_source,
        "because who was asked about is no longer part of the test, or now shares an organisation or a contact with who"
        " would be asked": no_target,
    }
    return "; ".join(f"{count} {why}" for why, count in reasons.items() if count) + "."
