"""The server is killed in the middle of work (kill -9): all that it had said to be kept is there when it is back."""

import threading
from contextlib import closing

from load import Load, Volunteer, share_calls
from serving import serving, volunteers

import rosc_map
from rosc_map.people import People
from rosc_map.web.record_pages import PAGES
from small_rounds import services

# What is kept says where to go on; the page of all answers is shown at once where nothing recorded is like it.
ORDER = {slug: place for place, slug in enumerate([*(page.slug for page in PAGES), "same"])}
ORDER["check"] = ORDER["same"]


class Writer(Volunteer):
    """A volunteer who does all that leaves something behind."""

    TASKS = ("write_down", "check", "change", "ring")


def test_what_was_acknowledged_is_there_after_a_kill(tmp_path, write_csv):
    stands_after_a_kill(tmp_path / "area.gpkg", write_csv(services(30, verified_on="2024-01-10")))


def stands_after_a_kill(where, rows):
    """Kill the server of a new partnership with a drawn round, and groups that nobody looked at for long."""
    with closing(rosc_map.new(where, ["Middlesbrough"])) as partnership:
        partnership.import_(rows)
        partnership.draw(sources=9, targets=5, seed=3)
    target = str(where)
    sessions = volunteers(target, 3)
    share_calls(target, list(sessions))
    with serving(target) as server:
        stop = threading.Event()
        people = [Writer(server.url, "", *one, pause=0, stop=stop) for one in sessions.items()]
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
    assert [error for each in done for error in each.errors if "Refused" in error or "Assertion" in error] == []
    assert in_the_middle(people)
    assert Load(done).lost(target) == []
    with closing(rosc_map.open(target)) as partnership, closing(People.beside(target)) as kept:
        there = set(partnership.snapshot().assets["id"])
        # One whose saving was done, but not answered any more, is an asset.
        half = [
            (kept.draft(each.name, entry), page)
            for each in done
            for entry, page in each.drafts.items()
            if entry not in there
        ]
    assert [page for draft, page in half if not draft or ORDER[draft.page] < ORDER[page]] == []


def in_the_middle(people):
    """Whether something of each kind was acknowledged, and somebody is in the middle of an entry."""
    done = [each.done for each in people]
    saved, *others, drafts = (
        sum(len(getattr(each, kind)) for each in done) for kind in ("saved", "answers", "phones", "checks", "drafts")
    )
    return saved >= 2 and min(others) >= 1 and drafts >= 1
