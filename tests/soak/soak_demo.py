"""The demo over an earlier demo: a whole one takes long, so the suite makes it only once."""

from rosc_map.demo import run_demo


def test_a_second_demo_replaces_the_first(tmp_path):
    first = run_demo(tmp_path / "demo")
    before = {path: path.stat().st_size for path in first.index.parent.rglob("*") if path.is_file()}
    again = run_demo(tmp_path / "demo")
    assert again.files == first.files == len(before)
    assert again.sentences == first.sentences
