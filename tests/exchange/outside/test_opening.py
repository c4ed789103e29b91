"""Opening lists of several pages: the limits of one hold for all of them together."""

import zipfile

import pytest

from rosc_map.errors import FileProblem
from rosc_map.exchange.outside import json_text, open_file

PAGE = b"[1,2,3,4]"


@pytest.fixture
def lists(tmp_path):
    folder, packed = tmp_path / "pages", tmp_path / "pages.zip"
    folder.mkdir()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("1.json", "2.json", "3.json"):
            (folder / name).write_bytes(PAGE)
            archive.writestr(name, PAGE)
    return folder, packed


def test_pages_within_the_limits_are_read_in_order(lists):
    for path in lists:
        assert open_file(path).documents == ([1, 2, 3, 4],) * 3


@pytest.mark.parametrize(("limit", "most"), [("MOST_JSON_PARTS", 11), ("MOST_BYTES", 26)])
def test_limits_hold_for_all_pages_together(lists, monkeypatch, limit, most):
    monkeypatch.setattr(json_text, limit, most)
    for path in lists:
        with pytest.raises(FileProblem, match="in all. Give a part of them"):
            open_file(path)
    monkeypatch.setattr(json_text, limit, most + 1)
    for path in lists:
        assert len(open_file(path).documents) == 3
