"""What tests write stands in memory, or where somebody said that it should."""

import os
import subprocess
import sys
from pathlib import Path

WHERE = """
import in_memory, tempfile
in_memory.write_there()
print(tempfile.gettempdir(), in_memory.short_folder(), sep="|")
"""


def where(**settings):
    environment = {name: value for name, value in os.environ.items() if name != "TMPDIR"} | settings
    ran = subprocess.run(
        [sys.executable, "-c", WHERE], cwd=Path(__file__).parent, env=environment, text=True, capture_output=True
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return tuple(map(Path, ran.stdout.strip().split("|")))


def test_who_says_where_has_it_there(tmp_path):
    assert where(TMPDIR=str(tmp_path)) == (tmp_path, Path("/tmp"))


def test_else_it_is_one_folder_and_its_path_is_short():
    long, short = where()
    assert long == short or short == Path("/tmp")
    assert len(str(short)) < 10
