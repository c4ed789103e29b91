"""The area's figures of a linkage round: what may be said of it outside the room where it was made (METHODS §1)."""

import pandas as pd

from rosc_map.linkage import LinkageEstimate, estimate
from rosc_map.publish.published import LinkageFigures
from rosc_map.publish.snapshot import Snapshot
from rosc_map.records import Audience, day

__all__ = ["FEWEST_SOURCES", "estimate_round", "linkage_figures"]

FEWEST_SOURCES = 5
"""Outside internal, no figure of a round is shown until so many services have answered."""

_COLUMNS = ["label", "estimate", "low", "high", "of"]


def estimate_round(snapshot: Snapshot, name: str) -> LinkageEstimate:
    """Estimate one round from its stored questions, contacts and answers."""

    def rows(table: pd.DataFrame) -> pd.DataFrame:
        return table[table["round"] == name].reset_index(drop=True)

    stored = rows(snapshot.rounds).iloc[0]
    contacts = rows(snapshot.contacts)
    return estimate(
        rows(snapshot.questions),
        rows(snapshot.answers),
        contacts,
        frame_size=int(stored["frame_size"]),
    )


def linkage_figures(snapshot: Snapshot, audience: Audience) -> LinkageFigures | None:
    """Return the area's figures of the newest round that anybody answered, or None.

    Outside internal there are no figures until enough services have answered: the result of two or three would be their
    own, and would tell who did not take part (METHODS §1, Conduct).
    """
    answered = set(snapshot.answers["round"])
    names = [name for name in snapshot.rounds["round"] if name in answered]
    if not names:
        return None
    drawn = snapshot.rounds.set_index("round").loc[names[-1], "drawn_on"]
    when = f"Round {names[-1]}, drawn on {day(drawn)}." if drawn else f"Round {names[-1]}."
    result = estimate_round(snapshot, names[-1])
    if audience is not Audience.INTERNAL and result.answered.sources < FEWEST_SOURCES:
        wait = f"Fewer than {FEWEST_SOURCES} services have answered so far, so there are no figures to show yet."
        return LinkageFigures(round=names[-1], sentences=(wait, when), figures=pd.DataFrame(columns=_COLUMNS))
    return LinkageFigures(round=names[-1], sentences=(*result.sentences, when), figures=_figures(result))


def _figures(result: LinkageEstimate) -> pd.DataFrame:
    shares = (
        ("Linked: could say what it is, where and when", result.answered),
        ("Referral-linked: could say how to get in", result.referral),
        ("As a caller would meet it", result.as_caller),
    )
    rows = [
        (words, share.estimate, share.low, share.high, f"{share.questions} questions put to {share.sources} services")
        for words, share in shares
    ]
    words = "If no question without an answer had found a link, or all had"
    rows.append((words, None, result.bounds.low, result.bounds.high, "all questions drawn, closed services left out"))
    rows.append(("Services that answered", result.contact_rate, None, None, f"{result.contacted} services contacted"))
    return pd.DataFrame(rows, columns=_COLUMNS)
