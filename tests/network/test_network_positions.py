"""Positions: within the square, apart from each other, and the same every time."""

import random
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from network_tables import assets, referrals

from rosc_map.errors import InputError
from rosc_map.network import positions, referral_graph

TYPES = ("partner_service", "lero", "treatment", "mutual_aid", "")


def tables(number, links, seed):
    rng = random.Random(seed)
    names = [f"n{i:03}" for i in range(number)]
    pairs = {tuple(rng.sample(names, 2)) for _ in range(links)}
    return [(name, rng.choice(TYPES)) for name in names], sorted(pairs)


@pytest.mark.parametrize("how", ["type", "force"])
@pytest.mark.parametrize(("number", "links"), [(0, 0), (1, 0), (2, 0), (2, 1), (7, 0), (60, 40), (60, 200), (600, 900)])
def test_all_within_the_square_and_apart(how, number, links):
    services, pairs = tables(number, links, seed=1)
    graph = referral_graph(assets(*services), referrals(*pairs))
    placed = positions(graph, how)
    assert placed["id"].tolist() == list(graph)
    points = placed[["x", "y"]].to_numpy()
    assert points.dtype == np.float64
    assert ((points >= 0) & (points <= 1)).all()
    assert len({tuple(point) for point in points.round(6)}) == number


@pytest.mark.parametrize("how", ["type", "force"])
def test_the_same_network_looks_the_same_in_any_order_of_the_tables(how):
    services, pairs = tables(40, 60, seed=2)
    first = positions(referral_graph(assets(*services), referrals(*pairs)), how, seed=5)
    rng = random.Random(3)
    rng.shuffle(services)
    rng.shuffle(pairs)
    again = positions(referral_graph(assets(*services), referrals(*pairs)), how, seed=5)
    pd.testing.assert_frame_equal(first, again.sort_values("id", ignore_index=True))


def test_a_ring_worked_out_by_hand():
    # Three of two types: with a free place after each type, the ring has five places, clockwise from the top.
    graph = referral_graph(assets(("b", "treatment"), ("a", "treatment"), ("z", "lero")), referrals())
    placed = positions(graph).set_index("id")
    turns = 2 * np.pi * pd.Series({"b": 3, "a": 2, "z": 0}) / 5
    assert placed["x"].tolist() == pytest.approx((0.5 + np.sin(turns) / 2).tolist())
    assert placed["y"].tolist() == pytest.approx((0.5 + np.cos(turns) / 2).tolist())
    assert placed.loc["z"].tolist() == [0.5, 1]


def test_types_follow_each_other_round_the_ring_as_in_the_codelist():
    services, _ = tables(30, 0, seed=4)
    kinds = dict(services)
    placed = positions(referral_graph(assets(*services), referrals())).set_index("id")
    turn = np.arctan2(placed["x"] - 0.5, placed["y"] - 0.5).round(9) % (2 * np.pi)
    around = [kinds[key] for key in turn.sort_values().index]
    assert list(dict.fromkeys(around)) == ["lero", "mutual_aid", "treatment", "partner_service", ""]
    assert sum(one != other for one, other in pairwise(around)) == 4


def test_by_force_what_is_linked_is_near_and_what_is_not_stands_in_a_row_below():
    links = [(a, b) for part in ("abcd", "efgh") for a in part for b in part if a < b]
    graph = referral_graph(assets(*"abcdefghyz"), referrals(*links, ("d", "e")))
    placed = positions(graph, "force").set_index("id")
    assert placed.loc[["y", "z"]].to_numpy().tolist() == [[0.25, 0], [0.75, 0]]
    assert placed["y"].drop(["y", "z"]).min() >= 0.1
    middle = [placed.loc[list(part)].mean() for part in ("abcd", "efgh")]
    spread = [
        np.hypot(*(placed.loc[list(part)] - at).to_numpy().T).max()
        for part, at in zip(("abcd", "efgh"), middle, strict=True)
    ]
    assert np.hypot(*(middle[0] - middle[1])) > max(spread)
    other = positions(graph, "force", seed=1).set_index("id")
    assert not np.allclose(placed, other)


def test_an_unknown_way_is_refused():
    with pytest.raises(InputError, match="cannot be placed by 'circle'. Choose one of: type, force"):
        positions(referral_graph(assets("a"), referrals()), "circle")
