"""The panel: the same pairs as an earlier round, less those that cannot be asked any more."""

import numpy as np
import pytest

from rosc_map.errors import InputError
from rosc_map.linkage import build_frame, draw
from rosc_map.linkage.balanced import balanced
from rosc_map.linkage.panel import panel


def again(frame, drawn, questions=None):
    return panel(frame, drawn.pairs if questions is None else questions, "R1", drawn.seed, design=drawn.design)


def test_with_the_same_frame_the_draw_is_the_same(make_assets) -> None:
    frame = build_frame(make_assets(*[{}] * 12))
    strata = {contact: "odd" if int(contact[1:]) % 2 else "even" for contact in frame.contacts}
    for drawn in (
        draw(frame, sources=6, targets=3, seed=1, strata=strata),
        draw(frame, sources=6, targets=3, seed=1),
        balanced(frame, targets=3, seed=1),
    ):
        panelled = again(frame, drawn)
        assert panelled.pairs.equals(drawn.pairs)
        assert panelled.notes == ("The same pairs as round R1: services that came since then are not part of it.",)
        for name in ("design", "seed", "sources", "targets", "reserves", "frame_sha256"):
            assert getattr(panelled, name) == getattr(drawn, name)


def test_what_cannot_be_asked_any_more_is_left_out_and_said(make_assets) -> None:
    rows = [{} for _ in range(8)]
    drawn = balanced(build_frame(make_assets(*rows)), targets=7, seed=3)
    # a00 has closed; a01 now shares its telephone with a02; a03 and a04 are one organisation; a08 and a09 are new.
    rows[0]["status"] = "closed"
    rows[1] |= {"phone": "01632 970000"}
    rows[2] |= {"phone": "01632 970000"}
    rows[3]["organisation"] = rows[4]["organisation"] = "Example Trust"
    frame = build_frame(make_assets(*rows, {}, {}))
    panelled = again(frame, drawn)
    pairs = list(panelled.pairs[["source", "target"]].itertuples(index=False, name=None))
    expected = [
        (source, target)
        for source, target in drawn.pairs[["source", "target"]].itertuples(index=False, name=None)
        if source in frame.contacts and target in frame.eligible(source)
    ]
    assert pairs == expected
    assert "a02" not in panelled.pairs["source"].tolist()
    assert "a02" in panelled.pairs["target"].tolist()
    assert panelled.pairs["eligible"].tolist() == [len(frame.eligible(source)) for source, _ in pairs]
    assert (panelled.sources, panelled.targets) == (6, 6)
    assert panelled.frame_sha256 == frame.sha256
    # Of 56 pairs, 14 had a00 or a02 as a source; 6 others asked about a00, 1 was a01 about a02, 2 were a03 and a04.
    assert panelled.notes[1] == (
        "23 of the 56 pairs cannot be asked again: 14 because who was asked cannot be rung in this round;"
        " 9 because who was asked about is no longer part of the test, or now shares an organisation or a contact with"
        " who would be asked."
    )


def test_who_was_asked_often_enough_is_left_in_peace(make_assets) -> None:
    assets = make_assets(*[{}] * 5)
    drawn = balanced(build_frame(assets), targets=2, seed=3)
    panelled = again(build_frame(assets, asked={"a01": 4}), drawn)
    assert sorted(panelled.pairs["source"].unique()) == ["a00", "a02", "a03", "a04"]
    assert panelled.notes[1].startswith("2 of the 10 pairs cannot be asked again: 2 because who was asked cannot be")


def test_groups_and_reserves_stay_as_they_were(make_assets) -> None:
    rows = [{} for _ in range(12)]
    frame = build_frame(make_assets(*rows))
    strata = {contact: "odd" if int(contact[1:]) % 2 else "even" for contact in frame.contacts}
    drawn = draw(frame, sources=6, targets=3, seed=1, strata=strata, reserves=4)
    gone = drawn.pairs["source"].iloc[0]
    rows[int(gone[1:])]["listing"] = "declined"
    panelled = again(build_frame(make_assets(*rows)), drawn)
    kept = drawn.pairs[(drawn.pairs["source"] != gone) & (drawn.pairs["target"] != gone)].reset_index(drop=True)
    assert panelled.pairs.drop(columns="eligible").equals(kept.drop(columns="eligible"))
    assert set(panelled.pairs["eligible"]) == {10}
    assert (panelled.sources, panelled.reserves, panelled.design) == (5, 4, "stratified")


@pytest.mark.parametrize("empty", ["missing", "none", "nan"])
def test_a_round_from_before_there_were_groups_and_reserves(make_assets, empty) -> None:
    frame = build_frame(make_assets(*[{}] * 6))
    drawn = draw(frame, sources=3, targets=2, seed=5, reserves=0)
    questions = drawn.pairs[["source", "target", "eligible"]]
    if empty != "missing":
        blank = None if empty == "none" else np.nan
        questions = questions.assign(
            stratum=blank, stratum_size=blank, stratum_pairs=blank, source_reserve=blank, target_reserve=blank
        )
    assert again(frame, drawn, questions).pairs.equals(drawn.pairs)


def test_nothing_left_is_said_with_why_and_what_to_do(make_assets) -> None:
    drawn = draw(build_frame(make_assets(*[{}] * 4)), sources=1, targets=1, seed=5)
    source = drawn.pairs["source"].iloc[0]
    rows = [{"status": "paused"} if f"a{n:02d}" == source else {} for n in range(4)]
    # The reserve contact could still be asked, but it only stands in for others.
    assert drawn.reserves == 1
    with pytest.raises(
        InputError,
        match="No question of round R1 can be asked again: 2 because who was asked cannot be rung in this round"
        ".*Draw a new round.",
    ):
        again(build_frame(make_assets(*rows)), drawn)
