"""The result of a linkage round as one audience may see it, with how it was done (METHODS §1)."""

import pandas as pd

from rosc_map.errors import InputError
from rosc_map.publish import published as gate
from rosc_map.publish.linkage import RoundRows, round_rows, why_not_shown
from rosc_map.publish.outside_result import outside_result
from rosc_map.publish.round_result import RoundResult
from rosc_map.publish.round_types import PublishedRound
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.titles import shown_words
from rosc_map.publish.view import view
from rosc_map.records import Audience, counted, day, label

__all__ = ["publish_round"]


def publish_round(snapshot: Snapshot, result: RoundResult, audience: Audience) -> PublishedRound:
    """Make what one audience may see of a round: outside ``internal`` nothing about any one organisation.

    A cell of the table between kinds of asset is one organisation's own result where there is only one of its kind; so
    outside internal a cell needs several organisations on both sides, and so does all that is left out of the table.
    What an audience may not know of is in the area's figures alone.

    Raises
    ------
    InputError
        When the audience may not see it yet; the message says why, and from when.
    """
    held = round_rows(snapshot, result.name)
    wait = why_not_shown(snapshot, held.name, audience)
    if wait:
        raise InputError(wait)
    internal = audience is Audience.INTERNAL
    seen = view(snapshot, audience)
    cells, bands, sentences = result.between_types, result.distance.bands, result.sentences
    if not internal:
        outside = outside_result(snapshot, held, threshold=result.estimate.threshold)
        cells, bands = outside.between_types, outside.distance
        sentences = (*result.area_sentences, *outside.sentences)
    return PublishedRound(
        audience=audience,
        title=shown_words(snapshot.title, seen, audience),
        banner=shown_words(snapshot.banner, seen, audience),
        as_at=snapshot.as_at,
        round=held.name,
        sentences=sentences,
        figures=result.figures,
        between_types=cells.assign(
            **{side: [label("asset_type", code) for code in cells[side]] for side in ("from_type", "to_type")}
        ),
        distance=bands,
        funnel=_funnel(result.assets) if internal else None,
        method=_method(held, result, audience),
        when=held.when_called,
        replies=_replies(snapshot, result) if internal else None,
        notes=_notes(held, result, audience),
        gate=gate._GATE,
    )


def _funnel(assets: pd.DataFrame) -> pd.DataFrame:
    """Return the figures by asset without their ids, in an order that tells nothing of who they are."""
    sides = []
    for side, words in (("knows", "knows"), ("is_known", "is known")):
        told = assets[assets[f"{side}_questions"].astype(int) > 0]
        columns = {name: told[f"{side}_{name}"] for name in ("questions", "share", "shrunken", "low", "high")}
        sides.append(pd.DataFrame({"side": words, **columns}))
    order = ["side", "questions", "share", "shrunken"]
    return pd.concat(sides, ignore_index=True).sort_values(order, ascending=[False, True, True, True])


_DESIGNS = {
    "independent": "{n} of {N} contacts were drawn at random, and for each about {m} others to be asked about",
    "stratified": (
        "{n} of {N} contacts were drawn at random within groups ({by}), and for each about {m} others to be asked"
        " about; each group weighs by how many pairs it has"
    ),
    "balanced": (
        "all {N} contacts were asked, each about {m} others, at random, so that every service was asked about equally"
        " often"
    ),
}
_SAME_PAIRS = (
    "{n} contacts were asked once more about the same others as in round {earlier}, so that this tells of those pairs"
    " and not of services that have come since"
)
# With the seed and a list of the services anybody could draw the round again, and see who was in it.
_SEED_KEPT = (
    "The draw was made by chance from a seed that the coordinators keep, with a fingerprint of the frame, so that they"
    " can show that nobody was chosen."
)
_FIRST_SEEN = "A refusal is never named. Each is given its own result first, and has 14 days to reply."
_TWO_WEEKS = 14
_INTERVALS = (
    "Intervals: a Wilson score interval on the effective sample size of the two-stage design (Cochran 1977, §10.3; Korn"
    " and Graubard 1998; Dean and Pagano 2015), with Satterthwaite's degrees of freedom."
)
_WEIGHTS = (
    "Each service weighs by how many others it could have been asked about, so a share need not be the plain count."
)


def _method(held: RoundRows, result: RoundResult, audience: Audience) -> tuple[str, ...]:
    stored = held.stored
    numbers = {"n": int(stored["sources"]), "m": int(stored["targets"]), "N": held.frame_size}
    words = _SAME_PAIRS if stored["panel_of"] else _DESIGNS[held.design]
    drawn = words.format(**numbers, by=str(stored["stratified_by"]).replace("_", " "), earlier=stored["panel_of"])
    when = f"Drawn on {day(held.drawn_on)}: {drawn}" if held.drawn_on else f"{drawn[0].upper()}{drawn[1:]}"
    same = _SEED_KEPT
    if audience is Audience.INTERNAL:
        same = (
            f"Seed {int(stored['seed'])}, fingerprint of the frame {stored['frame_sha256'][:12]}…: the same frame and"
            " seed give the same draw on every machine."
        )
    linked = (
        f"A pair counts as linked from level {result.estimate.threshold} of 0 to 4. A pair that was not asked about is"
        " not tested, which is not “no link”."
    )
    return f"{when}. {same}", linked, _WEIGHTS, _INTERVALS, f"{_told_before(held)} {_FIRST_SEEN}"


def _told_before(held: RoundRows) -> str:
    """Say when organisations were told of the round, as far as that is known."""
    if not held.announced_on:
        return "No letter to the organisations is recorded."
    told = f"Organisations were told on {day(held.announced_on)}"
    if not held.called:
        return f"{told}, and could say no."
    ahead = (held.called[0] - held.announced_on).days
    if ahead <= 0:
        late = f"{counted(-ahead, 'day')} after the first call" if ahead else "on the day of the first call"
        return f"{told}, {late}. The method asks for two weeks before it."
    short = ", which is less than the two weeks that the method asks for" if ahead < _TWO_WEEKS else ""
    return f"{told}, {counted(ahead, 'day')} before the first call{short}, and could say no."


def _replies(snapshot: Snapshot, result: RoundResult) -> pd.DataFrame:
    names = snapshot.assets.set_index("id")["name"]
    told = result.replies.assign(name=result.replies["asset"].map(names))
    return told[["name", "reply", "on"]].sort_values(["name", "reply"], ignore_index=True)


def _notes(held: RoundRows, result: RoundResult, audience: Audience) -> tuple[str, ...]:
    if audience is not Audience.INTERNAL:
        return (
            "Results by organisation are for that organisation and the coordinators only, so there are none here.",
            "Kinds with fewer than three organisations are left out.",
        )
    when = (
        "Nothing of this may be shown to others before each organisation was given its own result, and had 14 days to"
        " reply."
    )
    if held.shown_from:
        when = f"Others may see the area's figures from {day(held.shown_from)}."
    replies = f"Replies of organisations to their own results: {len(result.replies) or 'none so far'}."
    return ("For the partnership's coordinators only.", when, replies, *result.remarks)
