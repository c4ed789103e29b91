"""Partnerships that the tests of several rooms share: the made-up one, and files that a test writes itself."""

import csv
import datetime as dt
import shutil

import pytest

import rosc_map
from rosc_map import examples

TODAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="session")
def made_up_file(tmp_path_factory):
    """The made-up Surrey partnership with one answered round, made once."""
    path = tmp_path_factory.mktemp("made-up") / "surrey.gpkg"
    rosc_map.new(path, [examples.FOOTPRINT], title="Example Surrey", banner=examples.BANNER_MADE_UP)
    partnership = rosc_map.open(path, today=TODAY)
    partnership.import_(examples.assets_path())
    partnership.import_(examples.referrals_path(), "referrals")
    partnership.import_(examples.surveys_path(), "surveys")
    # Drawn, answered and told to each organisation long enough ago that others may see the figures.
    partnership = rosc_map.open(path, today=TODAY - dt.timedelta(days=40))
    drawn = partnership.draw(sources=20, targets=5, seed=2026)
    answers = path.with_name("answers.csv")
    examples.answer_round(drawn.questions, partnership.snapshot().assets).to_csv(answers, index=False)
    partnership.record("R1", answers)
    partnership.feedback("R1", path.with_name("pages"), reply_to="01632 960000", on=TODAY - dt.timedelta(days=20))
    return path


@pytest.fixture
def made_up(made_up_file, tmp_path):
    """A copy of the made-up partnership that a test may change."""
    path = tmp_path / "surrey.gpkg"
    shutil.copy(made_up_file, path)
    return rosc_map.open(path, today=TODAY)


@pytest.fixture(scope="session")
def looked_at(made_up_file, tmp_path_factory):
    """A copy of the made-up partnership that no test changes."""
    return rosc_map.open(shutil.copy(made_up_file, tmp_path_factory.mktemp("looked-at")), today=TODAY)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory):
    """An empty partnership in Middlesbrough, made once."""
    return rosc_map.new(tmp_path_factory.mktemp("empty") / "area.gpkg", ["Middlesbrough"]).path


@pytest.fixture
def empty(empty_file, tmp_path):
    """A new, empty partnership in Middlesbrough."""
    path = tmp_path / "area.gpkg"
    shutil.copy(empty_file, path)
    return rosc_map.open(path, today=TODAY)


@pytest.fixture
def write_csv(tmp_path):
    """Return what writes rows (dictionaries) to a CSV and gives its path."""

    def write(rows, name="rows.csv"):
        path = tmp_path / name
        headers = list(dict.fromkeys(header for row in rows for header in row))
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, headers)
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write
