"""The benchmarks, run small: the table, the file, the comparison, and pages that are what the kept figures say."""

import math
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module", autouse=True)
def modules():
    """Let the modules there be imported, as a script beside them does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        yield


def row(ours, theirs, wanted=">= 2", what="a task", peer="a peer"):
    from rows import Row

    return Row(what, peer, "ms", wanted, tuple(ours), tuple(theirs), "peer 1.0", "tiny")


def test_a_ratio_is_of_the_medians_and_its_spread_of_the_rounds():
    found = row((1.0, 2.0, 4.0), (8.0, 6.0, 6.0))
    assert (found.ratio, found.spread, found.is_met) == (3.0, (1.5, 8.0), True)
    found = row((1.0, 2.0, 4.0), (8.0, 6.0, 6.0), "<= 0.3")
    assert (found.ratio, found.is_met) == (pytest.approx(1 / 3), False)
    assert row((1.0, 3.0), (2.0,), "<=").spread == (0.5, 1.5)
    assert row((1.0,), (2.0,), ">=").is_met is None
    assert row((1.0,), (2.0,), ">=").cells()[4:7] == ("2", "–", "")


@pytest.fixture
def areas(tmp_path, monkeypatch):
    """Areas of two tiny rows: one that works, and one that fails after its first row."""
    working = """
from beside import Peer, side_by_side
def measure(folder):
    (folder / "kept").write_text("here")
    yield from side_by_side("sum of 10", lambda: sum(range(10)), Peer("of 20,000", lambda: sum(range(20_000)), ">= 2"))
"""
    failing = """
from rows import Row
def measure(folder):
    yield Row("asked for too much", "the limit", "MB", "<= 1", (3.0, 3.0), (2.0, 2.0))
    raise RuntimeError("no npm here")
"""
    for name, text in (("tiny_working", working), ("tiny_failing", failing)):
        (tmp_path / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    return ["tiny_failing", "tiny_working"]


def test_one_table_of_all_rows_and_no_area_loses_the_others(areas, tmp_path, capsys):
    import run
    from rows import load

    saved = tmp_path / "build" / "bench.json"
    assert run.main([*areas, "--save", str(saved)]) == 1
    said = capsys.readouterr()
    head, *lines = said.out.splitlines()
    assert head.split() == ["what", "ours", "theirs", "ratio", "(lowest", "to", "highest)", *head.split()[7:]]
    assert [line.split()[0] for line in lines[:2]] == areas
    assert " NO " in lines[0]
    assert " yes " in lines[1]
    assert "tiny_failing: RuntimeError: no npm here" in said.err
    assert "Not as wanted: tiny_failing: asked for too much, beside the limit" in said.err
    assert "tiny_working: sum of 10, beside of 20,000" in said.err  # the line that says how far it is
    results = load(saved)
    assert [found.rounds for found in results.rows] == [2, 9]
    assert results.failed == {"tiny_failing": "RuntimeError: no npm here"}
    assert 0 <= results.about["others"] <= 1
    assert results.about["python"] == ".".join(map(str, sys.version_info[:3]))


def test_all_as_wanted_is_no_error(areas, tmp_path):
    import run

    assert run.main([areas[1], "--save", str(tmp_path / "bench.json")]) == 0


def test_two_runs_are_laid_side_by_side(tmp_path, capsys):
    import compare
    from rows import Results, save

    steady, faster = row((1.0, 1.1), (3.0, 3.0)), row((1.0, 1.0), (3.0, 3.3), what="faster")
    old = (steady, faster, row((1.0,), (2.0,), what="once"), row((1.0, 1.0), (2.0, 2.0), what="gone"))
    changed = row((1.0, 1.0), (5.0, 6.0), what="faster"), row((1.0,), (9.0,), what="once")
    new = (row((1.0, 1.0), (2.9, 3.1)), *changed, row((1.0, 1.0), (2.0, 2.0), what="come"))
    paths = tmp_path / "old.json", tmp_path / "new.json"
    for path, rows in zip(paths, (old, new), strict=True):
        save(Results({"date": "2026-11-23", "others": 0.5}, rows, {}), path)
    assert compare.main([str(path) for path in paths]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "old: 2026-11-23, others used 50% of the machine"
    told = {line.split(", beside a peer")[0]: line.split("a peer")[1].split() for line in lines[3:]}
    assert told["tiny: a task"] == ["2.86", "3", "1.05"]
    assert told["tiny: faster"] == ["3.15", "5.5", "1.75", "moved:", "better"]
    assert told["tiny: once"] == ["2", "9", "4.50", "one", "round", "only"]
    assert told["tiny: come"][:2] == told["tiny: gone"][:2] == ["only", "in"]
    assert compare.verdict(changed[0], faster) == "moved: WORSE"
    assert compare.verdict(steady, row((1.0, 1.1), (3.0, 3.0), ">= 3")) == "another ratio is wanted: >= 2 before"


def test_the_pages_are_what_the_kept_figures_say():
    import page

    for path, text in page.pages().items():
        assert path.read_text("utf-8") == text, f"{path.name}: run python benchmarks/page.py"


def test_every_row_of_the_kept_figures_is_on_the_page():
    import page
    from rows import load

    results = load(page.BENCH)
    said = page.bench_page(results)
    assert results.rows
    for found in results.rows:
        assert " | ".join(found.cells()[1:]) in said


def test_each_area_that_needs_nothing_more_gives_its_rows_small(tmp_path, monkeypatch):
    import linkage
    import network

    for name, value in {"REPLICATES": 50, "PERMUTATIONS": 99, "LOOP": 1, "ASSETS": 40, "TIES": 100}.items():
        monkeypatch.setattr(linkage, name, value)
    monkeypatch.setattr(linkage, "QUESTIONS", 130)
    for name, value in {"SERVICES": 40, "LINKS": 120, "CANDIDATES": 2, "SMALL": 3, "INTRODUCTIONS": 2}.items():
        monkeypatch.setattr(network, name, value)
    monkeypatch.setattr(network, "alone", lambda *_: [150.0])  # a process of its own loads all there is
    for module in (linkage, network):
        found = list(module.measure(tmp_path))
        assert len(found) >= 4
        assert all(one.rounds and math.isfinite(one.ratio) for one in found)


def test_tasks_of_one_machine_tell_what_they_came_to(tmp_path):
    import one_machine

    from rosc_map.partnership import new

    assert one_machine.replicates(tmp_path, 50)["a_second"] > 0
    assert one_machine.permutations(tmp_path, 9)["a_second"] > 0
    new(tmp_path / "area.gpkg", ["Middlesbrough"]).close()
    assert one_machine.publish(tmp_path, 0) == {"assets": 0}
    assert one_machine.open_and_read(tmp_path, 0) == {"assets": 0}
