"""Whole files: what goes wrong while the parts are made is told as it is, and leaves the old file."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rosc_map.errors import FileProblem, InputError
from rosc_map.whole_file import read_whole, write_atomic


def parts(error: Exception) -> Iterator[bytes]:
    yield b"new"
    raise error


@pytest.mark.parametrize("error", [InputError("Row 3 has no name."), FileProblem("t.xlsx is damaged.")])
def test_an_error_of_ours_among_the_parts_is_not_reworded(tmp_path: Path, error: Exception) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"old")
    with pytest.raises(type(error)) as caught:
        write_atomic(path, parts(error))
    assert caught.value is error
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_parts_come_one_after_the_other(tmp_path: Path) -> None:
    assert write_atomic(tmp_path / "t.csv", iter([b"a", b"", b"b"])).read_bytes() == b"ab"


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = write_atomic(tmp_path / "t.csv", b"x" * 2_000_001)
    assert len(read_whole(path, 2_000_001)) == 2_000_001
    with pytest.raises(FileProblem, match="t.csv is larger than 2 MB"):
        read_whole(path, 2_000_000)
    with pytest.raises(FileProblem, match="There is no file"):
        read_whole(tmp_path / "none.csv", 1)


@pytest.mark.parametrize("lasting", [False, True])
def test_only_what_must_last_waits_for_the_disk(lasting: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[int] = []
    monkeypatch.setattr(os, "fsync", waited.append)
    assert write_atomic(tmp_path / "t.csv", b"x", lasting=lasting).read_bytes() == b"x"
    assert bool(waited) is lasting
