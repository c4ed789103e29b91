"""What ``make clean`` takes away, and what it leaves."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_what_make_made_goes_and_what_was_downloaded_or_written_stays(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    made = [
        tmp_path / name for name in (".venv/x", "demo/x", "build/site/x", "build/release/dist/x", "build/bench.json")
    ]
    kept = [tmp_path / name for name in ("build/wheels/x.whl", "src/x", "area.gpkg")]
    for path in made + kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for _ in range(2):  # once more where there is nothing left to take
        subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
        assert [path for path in made if path.exists()] == []
        assert [path for path in kept if not path.exists()] == []
    assert sorted(path.name for path in (tmp_path / "build").iterdir()) == ["wheels"]
