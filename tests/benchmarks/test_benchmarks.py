"""The benchmarks, run small: the table, the file, the comparison, and pages that are what the kept figures say."""

import copy
import json
import math
import shutil
import sys
import time
from dataclasses import replace
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
    assert (found.ratio, found.spread) == (3.0, (1.5, 8.0))
    found = row((1.0, 2.0, 4.0), (8.0, 6.0, 6.0), "<= 0.3")
    assert found.ratio == pytest.approx(1 / 3)
    assert row((1.0, 3.0), (2.0,), "<=").spread == (0.5, 1.5)
    assert row((1.0,), (2.0,), ">=").cells()[4:8] == ("2", "–", "", "1 round")


@pytest.mark.parametrize(
    ("wanted", "met"),
    [(">= 1.5", "yes"), (">= 2", "within the spread"), (">= 4", "within the spread"), (">= 9", "NO"), (">=", "")],
)
def test_no_verdict_where_the_spread_crosses_what_is_wanted(wanted, met):
    found = row((1.0, 2.0, 4.0), (8.0, 6.0, 6.0), wanted)
    assert (found.met, found.cells()[6]) == (met, met)
    assert found.is_missed == (met == "NO")


def test_what_was_measured_is_named_and_cpu_stands_beside_the_clock():
    from rows import Row

    found = Row("joined", "the best", "pairs", "<=", (3.0, 2.0), (3.0, 3.0), ours_cpu=(1.0, 2.0), of="networks")
    assert found.cells()[2:5] == ("2.5 pairs (CPU 1.5)", "3 pairs", "0.833 (0.667 to 1)")
    assert found.cells()[7] == "2 networks"


def test_what_is_done_before_each_run_is_not_counted():
    import beside

    done = []
    times = beside.many(
        {"one": lambda: done.append("one")}, rounds=2, before=lambda: (done.append("before"), time.sleep(0.05))
    )
    assert done == ["before", "one"] * 3
    assert len(times["one"].wall) == len(times["one"].cpu) == 2
    assert max(times["one"].wall) < 0.05
    assert len(beside.many({"one": int}, rounds=2, warm=False)["one"].wall) == 2


@pytest.fixture
def areas(tmp_path, monkeypatch):
    """Areas of two tiny rows: one that works, however busy the machine is, and one that fails after its first row."""
    working = """
from beside import Peer, side_by_side
def measure(folder):
    (folder / "kept").write_text("here")
    theirs = Peer("of 20,000", lambda: sum(range(20_000)), ">= 0.001")
    yield from side_by_side("sum of 10", lambda: sum(range(10)), theirs)
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
    assert [found.rounds for found in results.rows] == [2, 7]
    assert len(results.rows[1].ours_cpu) == len(results.rows[1].theirs_cpu) == 7
    assert results.about["rosc_map"]
    assert "tiny_working: took " in said.err
    assert results.failed == {"tiny_failing": "RuntimeError: no npm here"}
    assert 0 <= results.about["others"] <= 1
    assert results.about["python"] == ".".join(map(str, sys.version_info[:3]))


def test_all_as_wanted_is_no_error(areas, tmp_path):
    import run

    assert run.main([areas[1], "--save", str(tmp_path / "bench.json")]) == 0


def test_missed_in_some_rounds_only_is_no_error(tmp_path, monkeypatch):
    import run

    text = """
from rows import Row
def measure(folder):
    yield Row("sometimes too much", "the limit", "MB", "<= 1", (3.0, 1.0, 3.0), (2.0,))
"""
    (tmp_path / "tiny_sometimes.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert run.main(["tiny_sometimes", "--save", str(tmp_path / "bench.json")]) == 0


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


def test_figures_that_lack_a_whole_area_end_with_1(tmp_path, monkeypatch, capsys):
    import page
    from rows import Results, load, save

    kept = load(page.BENCH)
    every = tuple(replace(kept.rows[0], area=area) for area in page._AREAS)
    for name in ("BENCH", "MACHINE"):
        monkeypatch.setattr(page, name, Path(shutil.copy(getattr(page, name), tmp_path / f"{name}.json")))
    monkeypatch.setattr(page, "PAGES", {name: tmp_path / f"{name}.md" for name in page.PAGES})
    for rows, ends in ((every, 0), (every[:-1], 1)):
        save(Results(kept.about, rows, {}), tmp_path / "new.json")
        assert page.main(["--bench", str(tmp_path / "new.json")]) == ends
    assert capsys.readouterr().err == "Not measured: A database\n"
    assert "**Not measured in this run:** A database." in (tmp_path / "bench.md").read_text()


def test_the_areas_are_those_that_are_run():
    import page
    import run

    assert tuple(page._AREAS) == run.AREAS


def cost(task, size, at, wall=1.0):
    return {"task": task, "size": size, "cpu": 1.0, "wall": wall, "megabytes": 1.0, "more": {}, "at": at}


def test_costs_are_of_one_run_or_refused():
    from page_machine import one_run

    good = {"about": {"seconds": 20}, "costs": [cost("gaps", 1, 5.0, 4.0), cost("gaps", 2, 19.0, 14.0)]}
    assert one_run(good)[1] == good["costs"]
    for name in good["costs"][0]:
        less = copy.deepcopy(good)
        del less["costs"][1][name]
        with pytest.raises(ValueError, match="a cost has at, cpu, megabytes"):
            one_run(less)
    for seconds, wall in ((17, 14.0), (20, 16.0), (200, 14.0)):
        mixed = copy.deepcopy(good)
        mixed["about"]["seconds"] = seconds
        mixed["costs"][1]["wall"] = wall
        with pytest.raises(ValueError, match="one run"):
            one_run(mixed)


@pytest.mark.parametrize(
    ("largest", "reached", "said"),
    [
        (1_000, {}, "**Records: not known.**"),
        (100_000, {"draw_map": 10_000}, "but for the map: there 10,000 was the most"),
        (100_000, {"draw_map": 1_000, "gaps": 10_000}, "but for the map and the gaps: there 1,000 was the most"),
        (100_000, {}, "fewer than were measured: 100,000"),
    ],
)
def test_the_page_says_of_england_only_what_was_measured(largest, reached, said, tmp_path):
    import page
    import page_machine

    read = json.loads(page.MACHINE.read_text("utf-8"))
    records = [each for each in read["costs"] if each["task"] in page_machine._TASKS]
    others = [each for each in read["costs"] if each not in records]
    one_size = {each["task"]: each | {"wall": 0.0, "at": 0.0} for each in records}.values()
    sizes = [size for size in (1_000, 10_000, 100_000) if size <= largest]
    more = [each | {"size": size} for size in sizes for each in one_size if size <= reached.get(each["task"], largest)]
    (tmp_path / "machine.json").write_text(json.dumps({"about": read["about"], "costs": more + others}))
    page_said = page_machine.machine_page(tmp_path / "machine.json")
    assert said in page_said
    assert ("stopped after 60 s" in page_said) == bool(reached)


def test_each_cost_is_written_as_it_comes(tmp_path):
    import one_machine
    from page_machine import one_run
    from rows import Clock

    def broken():
        yield one_machine.Cost("gaps", 1, 0.0, 0.0, 1.0)
        raise RuntimeError("no database here")

    path = tmp_path / "build" / "machine.json"
    with pytest.raises(RuntimeError):
        one_machine.save(broken(), Clock(), path)
    _, (kept,) = one_run(json.loads(path.read_text("utf-8")))
    assert (kept["task"], kept["size"]) == ("gaps", 1)


def test_people_of_a_core_are_of_the_dearer_request():
    import page
    from page_machine import _for_england, one_run

    costs = one_run(json.loads(page.MACHINE.read_text("utf-8")))[1]
    last = {each["task"]: each for each in costs}
    asked = {"requests": 100, "database_cpu": 1.0, "seconds": 10.0, "pause": 2.0, "assets": 500}
    work = last["at work"] | {"cpu": 9.0, "size": 10, "more": last["at work"]["more"] | asked}
    for cpu, people, ms in ((4.0, 10, "100"), (19.0, 5, "200")):
        words = _for_england(last | {"at work": work, "busy": work | {"cpu": cpu}}, "")
        assert (words["people"], words["request_ms"], words["a_person"]) == (str(people), ms, "1")


def test_each_area_that_needs_nothing_more_gives_its_rows_small(tmp_path, monkeypatch):
    import linkage
    import network

    for name, value in {"REPLICATES": 50, "PERMUTATIONS": 99, "LOOP": 1, "ASSETS": 40, "TIES": 100}.items():
        monkeypatch.setattr(linkage, name, value)
    monkeypatch.setattr(linkage, "QUESTIONS", 130)
    for name, value in {"SERVICES": 40, "LINKS": 120, "FEWER": 20, "FEWER_LINKS": 50, "SMALL": 3}.items():
        monkeypatch.setattr(network, name, value)
    monkeypatch.setattr(network, "alone", lambda *_: [2.0, 2.0, 150.0])  # a process of its own loads all there is
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
