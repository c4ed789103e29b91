"""The server is killed in the middle of work (kill -9): all that it had said to be kept is there when it is back."""

import threading
from contextlib import closing

import pytest
from load import Volunteer
from serving import serving, volunteers

import rosc_map
from rosc_map.people import People
from rosc_map.web.record_pages import PAGES

# What is kept says where to go on; the page of all answers is shown at once where nothing recorded is like it.
ORDER = {slug: place for place, slug in enumerate([*(page.slug for page in PAGES), "same"])}
ORDER["check"] = ORDER["same"]


@pytest.fixture(params=["file", pytest.param("database", marks=pytest.mark.postgis)])
def target(request, tmp_path):
    """The address of an empty partnership."""
    where = tmp_path / "area.gpkg" if request.param == "file" else request.getfixturevalue("postgis")
    rosc_map.new(where, ["Middlesbrough"]).close()
    return str(where)


def test_what_was_acknowledged_is_there_after_a_kill(target):
    sessions = volunteers(target, 3)
    with serving(target) as server:
        stop = threading.Event()
        people = [Volunteer(server.url, "", *one, pause=0, stop=stop) for one in sessions.items()]
        threads = [threading.Thread(target=each.work) for each in people]
        for thread in threads:
            thread.start()
        while all(thread.is_alive() for thread in threads) and not in_the_middle(people):
            threads[0].join(0.01)
        server.kill()
        for thread in threads:
            thread.join()
    done = [each.done for each in people]
    # Each was stopped by the kill, and by nothing before it.
    assert [error for each in done for error in each.errors if "Refused" in error] == []
    saved, drafts = (sum(len(getattr(each, what)) for each in done) for what in ("saved", "drafts"))
    assert (saved >= 2, drafts >= 1) == (True, True)
    with closing(rosc_map.open(target)) as partnership, closing(People.beside(target)) as kept:
        there = set(partnership.snapshot().assets["id"])
        assert [entry for each in done for entry in each.saved if entry not in there] == []
        # One whose saving was done, but not answered any more, is an asset.
        half = [
            (kept.draft(each.name, entry), page)
            for each in done
            for entry, page in each.drafts.items()
            if entry not in there
        ]
    assert [page for draft, page in half if not draft or ORDER[draft.page] < ORDER[page]] == []


def in_the_middle(people):
    """Whether something was saved, and everybody is at work on something else."""
    done = [each.done for each in people]
    return sum(len(each.saved) for each in done) >= 2 and all(each.drafts for each in done)
