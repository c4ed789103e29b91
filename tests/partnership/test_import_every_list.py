"""What holds for every format of lists, through its reader and the import: from a file to what is recorded."""

import shutil

import pytest
from list_samples import SAMPLES

import rosc_map
from partnerships import TODAY
from rosc_map.exchange.outside.readers import FORMATS
from rosc_map.partnership.outside_source import list_reader


@pytest.fixture(params=sorted(SAMPLES))
def sample(request, tmp_path):
    """The file of a format, and how it is imported."""
    name, text = SAMPLES[request.param]
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    programme = {"programme": "aa"} if request.param == "meeting-guide" else {}
    return path, {"from_format": request.param, "publisher": "example", **programme}


def recorded(partnership):
    assets = partnership.snapshot().assets
    return assets.drop(columns="id").sort_values("name").astype(str).to_dict("records")


def test_there_is_a_sample_of_each_format():
    assert set(SAMPLES) == set(FORMATS)


def test_the_same_file_twice_changes_nothing(empty, sample):
    path, how = sample
    planned = empty.import_(path, dry_run=True, **how)
    assert recorded(empty) == []
    first = empty.import_(path, **how)
    assert first.added == planned.added
    assert (first.warnings, first.left_out) == (planned.warnings, planned.left_out)
    assert first.added
    before = recorded(empty)
    again = empty.import_(path, **how)
    assert (again.added, again.changes, again.left, again.gone) == ([], [], first.added, [])
    assert recorded(empty) == before


def test_a_review_does_what_the_list_does(empty, empty_file, sample, tmp_path):
    path, how = sample
    direct = empty.import_(path, **how)
    shutil.copy(empty_file, tmp_path / "other.gpkg")
    other = rosc_map.open(tmp_path / "other.gpkg", today=TODAY)
    other.import_(path, review=tmp_path / "review.csv", **how)
    reviewed = other.import_(tmp_path / "review.csv")
    assert (len(reviewed.added), reviewed.problems) == (len(direct.added), [])
    assert recorded(other) == recorded(empty)
    again = empty.import_(tmp_path / "review.csv")
    assert (again.added, again.changes) == ([], [])


def test_a_list_that_had_to_be_opened_to_be_known_is_handed_on(sample):
    """Whoever leaves out --from does not wait twice."""
    path, how = sample
    known = list_reader(path, "")
    assert known.reader.code == how["from_format"]
    assert (known.opened is not None) is (path.suffix != ".csv")
