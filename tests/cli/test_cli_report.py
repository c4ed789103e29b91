"""The board paper at the command line: what a coordinator types, and what comes back."""

import shutil

import pytest

import rosc_map
from partnerships import TODAY
from rosc_map import examples


@pytest.fixture(scope="module")
def full(made_up_file, tmp_path_factory):
    """The made-up partnership with its small records, in which nothing is changed."""
    path = shutil.copy(made_up_file, tmp_path_factory.mktemp("full"))
    partnership = rosc_map.open(path, today=TODAY)
    for name, rows in examples.others_paths().items():
        partnership.import_(rows, name)
    return partnership


def test_a_paper_is_written_and_its_summary_is_printed(run, full, tmp_path):
    code, said, told = run("report", full.path, tmp_path / "paper", "--tier", "local")
    assert (code, told) == (0, "")
    assert "8 of 11 local authorities in Surrey" in said
    assert "Open board-paper.html in a browser to read or print it, and board-paper.docx to edit it." in said
    names = {path.name for path in (tmp_path / "paper").iterdir()}
    assert {"board-paper.html", "board-paper.docx", "provision.png"} <= names
    page = (tmp_path / "paper" / "board-paper.html").read_text("utf-8")
    assert "Made for the organisations of the partnership." in page


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--one-page", "everything"), "'everything' is not one of the papers of one page. Choose from: linkage, cove"),
        (("--one-page", "board"), "'board' is not one of the papers of one page"),
        (("--audience", "friends"), "'friends' is not an audience."),
        (("--tier", "parish"), "'parish' is not a tier."),
    ],
)
def test_what_cannot_be_is_told_plainly_and_nothing_is_written(run, empty, tmp_path, words, told):
    code, said, why = run("report", empty.path, tmp_path / "paper", *words)
    assert code == 1 and told in why and not said
    assert not (tmp_path / "paper").exists()


def test_the_public_paper_says_that_it_leaves_out_most(run, full, tmp_path):
    code, said, _ = run("report", full.path, tmp_path, "--audience", "public", "--one-page", "coverage")
    assert code == 0 and "leaves out funding, seats, views and introductions" in said
    page = (tmp_path / "coverage.html").read_text("utf-8")
    assert "Made for everybody." in page


def test_one_page_and_what_is_internal_is_for_its_owner(run, full, tmp_path):
    folder = tmp_path / "inside"
    code, said, _ = run("report", full.path, folder, "--audience", "internal", "--one-page", "linkage")
    assert code == 0
    assert "linkage.html" in said and (folder / "linkage.docx").exists()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


def test_an_empty_partnership_has_a_paper_too(run, empty, tmp_path):
    code, said, _ = run("report", empty.path, tmp_path / "paper")
    assert code == 0 and said
    assert (tmp_path / "paper" / "board-paper.docx").exists()
