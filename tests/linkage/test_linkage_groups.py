"""Between types: the table with its "too few" cells, and the permutation test."""

import itertools

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from rosc_map.linkage import between_types, homophily
from rosc_map.linkage.bootstrap import LEAST_SOURCES, clustered_share


def round_of(links: dict[tuple[str, str], int | None]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return questions and answers: 1 is linked, 0 is not, None is not answered."""
    questions = pd.DataFrame(list(links), columns=["source", "target"], dtype="str")
    told = [(*pair, "information" if link else "heard_of") for pair, link in links.items() if link is not None]
    return questions, pd.DataFrame(told, columns=["source", "target", "level"], dtype="str")


def area(per_type: int, *types: str) -> "pd.Series[str]":
    return pd.Series({f"{kind}{n}": kind for kind in types for n in range(per_type)})


def test_the_table_counts_each_ordered_pair_of_types() -> None:
    types = area(3, "lero", "treatment", "housing")
    links: dict[tuple[str, str], int | None] = {
        (f"lero{i}", f"treatment{j}"): int(i > j) for i in range(3) for j in range(3)
    }
    links |= {("treatment0", "lero0"): 1, ("treatment0", "lero1"): None, ("lero0", "lero1"): None}
    table = between_types(*round_of(links), types).set_index(["from_type", "to_type"])
    assert list(table.index) == list(itertools.product(["lero", "treatment"], repeat=2))

    full = table.loc[("lero", "treatment")]
    # Three sources are few: as if each had given one answer.
    low, high = proportion_confint(1, 3, method="wilson")
    assert full.to_dict() == {
        "questions": 9, "answered": 9, "linked": 3, "share": pytest.approx(1 / 3),
        "low": pytest.approx(low), "high": pytest.approx(high), "note": "",
    }  # fmt: skip
    few = table.loc[("treatment", "lero")]
    assert (few["questions"], few["answered"], few["share"], few["linked"], few["note"]) == (
        2,
        1,
        None,
        None,
        "too few",
    )
    assert (table.loc[("lero", "lero")]["answered"], table.loc[("lero", "lero")]["note"]) == (0, "too few")
    assert table.loc[("treatment", "treatment")]["note"] == "not tested"


@pytest.mark.parametrize(("answered", "note"), [(4, "too few"), (5, "")])
def test_five_answers_are_enough(answered, note) -> None:
    links = {("a0", f"b{n}"): 1 for n in range(answered)}
    table = between_types(*round_of(links), area(5, "a", "b"))
    assert table[(table["from_type"] == "a") & (table["to_type"] == "b")]["note"].tolist() == [note]


def test_a_cell_of_many_sources_has_the_interval_of_its_sources() -> None:
    rng = np.random.default_rng(2)
    links = {(f"a{i}", f"b{j}"): int(rng.random() < i / 8) for i in range(8) for j in range(8)}
    table = between_types(*round_of(links), area(8, "a", "b"), rng=np.random.default_rng(1))
    cell = table[(table["from_type"] == "a") & (table["to_type"] == "b")].iloc[0]
    linked = [sum(links[f"a{i}", f"b{j}"] for j in range(8)) for i in range(8)]
    assert (cell["share"], cell["low"], cell["high"]) == clustered_share(linked, [8] * 8, rng=np.random.default_rng(1))
    # The sources differ, so 64 answers of 8 of them are worth far fewer.
    low, high = proportion_confint(sum(linked), 64, method="wilson")
    assert cell["high"] - cell["low"] > 1.5 * (high - low)
    assert between_types(*round_of(links), area(8, "a", "b")).equals(between_types(*round_of(links), area(8, "a", "b")))


def test_assets_without_a_type_and_empty_rounds() -> None:
    assert len(between_types(*round_of({("x", "y"): 1}), area(2, "a"))) == 0
    empty = between_types(*round_of({}), area(2, "a"))
    assert "share" in empty.columns
    assert len(empty) == 0


def all_links(types: "pd.Series[str]", linked) -> dict[tuple[str, str], int | None]:
    return {(i, j): int(linked(types[i], types[j])) for i, j in itertools.permutations(types.index, 2)}


def test_homophily_p_is_near_the_exact_one_of_all_relabellings() -> None:
    types = area(3, "a", "b")
    rng = np.random.default_rng(5)
    chance = {True: 0.7, False: 0.4}
    pairs = list(itertools.permutations(types.index, 2))
    links = {(i, j): int(rng.random() < chance[i[0] == j[0]]) for i, j in pairs}
    found = homophily(*round_of(links), types, rng=np.random.default_rng(1))
    values = np.array(list(links.values()))

    def difference(labels: dict[str, str]) -> float:
        same = np.array([labels[i] == labels[j] for i, j in pairs])
        return float(values[same].mean() - values[~same].mean())

    observed = difference(dict(types))
    every = [difference(dict(zip(types.index, order, strict=True))) for order in itertools.permutations(types)]
    exact = np.mean(np.abs(every) >= abs(observed) - 1e-12)
    assert found.difference == pytest.approx(observed) == pytest.approx(found.within - found.between)
    assert 0.05 < exact < 0.95
    assert found.p == pytest.approx(exact, abs=5 * np.sqrt(exact * (1 - exact) / 9_999))
    assert (found.within_questions, found.between_questions, found.permutations) == (12, 18, 9_999)


def test_homophily_p_is_never_zero_and_reproducible() -> None:
    types = area(8, "a", "b", "c")
    links = round_of(all_links(types, lambda one, other: one == other))
    found = homophily(*links, types, rng=np.random.default_rng(1))
    assert (found.difference, found.p) == (1, 1 / 10_000)
    assert homophily(*links, types, rng=np.random.default_rng(1)) == found


def test_no_difference_has_a_large_p() -> None:
    types = area(4, "a", "b")
    found = homophily(*round_of(all_links(types, lambda one, other: True)), types, rng=np.random.default_rng(1))
    assert (found.difference, found.p) == (0, 1)


def test_under_no_homophily_p_is_spread_evenly() -> None:
    types = area(10, "a", "b")
    rng = np.random.default_rng(20_261_122)
    pairs = list(itertools.permutations(types.index, 2))
    ps = []
    for _ in range(200):
        picked = rng.permutation(len(pairs))[:60]
        links = {pairs[k]: int(rng.random() < 0.5) for k in picked}
        ps.append(homophily(*round_of(links), types, rng=rng, permutations=199).p)
    # 10 % of 200 is 20, give or take 3 standard deviations.
    assert 8 <= sum(p <= 0.1 for p in ps) <= 33
    assert 0.4 < np.mean(ps) < 0.6


def test_more_types_than_fit_in_a_byte_are_kept_apart() -> None:
    types = pd.Series({f"x{n}": f"type {n:03d}" for n in range(300)} | {"y0": "type 000"})
    links = {("x0", "y0"): 1, **{("x0", f"x{n}"): 0 for n in range(1, 300)}}
    found = homophily(*round_of(links), types, rng=np.random.default_rng(1), permutations=99)
    assert (found.within_questions, found.between_questions, found.difference) == (1, 299, 1)


def surveyed(
    rng: np.random.Generator, sources: int, within: float, between: float
) -> dict[tuple[str, str], int | None]:
    """Ask each source about eight others; sources differ in what they know of their own kind and of others."""
    links: dict[tuple[str, str], int | None] = {}
    for i in range(sources):
        known = {"a": rng.beta(3 * within, 3 * (1 - within)), "b": rng.beta(3 * between, 3 * (1 - between))}
        for place, kind in enumerate(rng.permutation(list("aaaabbbb"))):
            links[f"a{i}", f"{kind}{100 + place}"] = int(rng.random() < known[kind])
    return links


@pytest.mark.parametrize("sources", [8, 30])
def test_the_interval_of_the_difference_covers_it(sources) -> None:
    rng, held = np.random.default_rng(11), []
    types = area(110, "a", "b")
    for _ in range(200):
        found = homophily(*round_of(surveyed(rng, sources, 0.6, 0.3)), types, rng=rng, permutations=1)
        assert -1 <= found.low <= found.difference <= found.high <= 1
        held.append(found.low <= 0.3 <= found.high)
    # 95 %, give or take 3 standard deviations of 200.
    assert 0.904 <= np.mean(held) <= 0.996


def test_too_few_sources_or_like_answers_give_no_interval() -> None:
    rng = np.random.default_rng(11)
    few = homophily(*round_of(surveyed(rng, LEAST_SOURCES - 1, 0.6, 0.3)), area(110, "a", "b"), rng=rng, permutations=9)
    assert (few.low, few.high) == (None, None)
    enough = homophily(*round_of(surveyed(rng, LEAST_SOURCES, 0.6, 0.3)), area(110, "a", "b"), rng=rng, permutations=9)
    assert enough.low < enough.high
    types = area(8, "a", "b")
    alike = homophily(*round_of(all_links(types, lambda one, other: one == other)), types, rng=rng, permutations=9)
    assert (alike.difference, alike.low, alike.high) == (1, None, None)


@pytest.mark.parametrize(
    ("links", "kinds"),
    [
        ({}, ("a", "b")),
        ({("a0", "a1"): None, ("a0", "b0"): None}, ("a", "b")),
        ({("a0", "a1"): 1, ("a1", "a0"): 0}, ("a",)),
        ({("a0", "b1"): 1}, ("a", "b")),
        ({("a0", "a1"): 1}, ("a", "b")),
    ],
)
def test_nothing_to_compare_gives_none(links, kinds) -> None:
    assert homophily(*round_of(links), area(2, *kinds), rng=np.random.default_rng(1)) is None


def test_relabellings_without_a_comparison_count_against() -> None:
    # Two questions: one within, one between. Half of the relabellings leave only one sort of question.
    types = pd.Series({"p": "a", "q": "a", "r": "b", "s": "b"})
    found = homophily(*round_of({("p", "q"): 1, ("p", "r"): 0}), types, rng=np.random.default_rng(1))
    # Within p–q and not p–r, or the other way round (each 1/3), are as extreme; p–s (1/3) has nothing within.
    assert (found.difference, found.p) == (1, 1)
