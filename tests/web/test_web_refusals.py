"""What a refusal is said with, and what is said once after a change."""

import datetime as dt

import pytest

from rosc_map.errors import EditConflict, SignInRefused, UnknownName
from rosc_map.web.refusals import _SAID, status_of
from rosc_map.web.said_after import SaidAfter


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SignInRefused("no"), 422),
        (SignInRefused("wait", dt.timedelta(minutes=1)), 429),
        (EditConflict("changed"), 409),
        (UnknownName("none"), 404),
    ],
)
def test_a_refusal_has_a_status_and_a_heading_that_does_not_call_it_our_fault(error, status):
    assert status_of(error) == status
    assert _SAID[status][0]


def test_a_remark_is_for_one_person_about_one_thing_and_said_once():
    said = SaidAfter()
    said.keep("V7", "a", ["Check it."])
    assert said.take("V8", "a") == said.take("V7", "b") == ()
    assert said.take("V7", "a") == ("Check it.",)
    assert said.take("V7", "a") == ()
    said.keep("V7", "a", ["Old."])
    said.keep("V7", "a", [])
    assert said.take("V7", "a") == ()
    for number in range(300):
        said.keep("V7", str(number), ["New."])
    assert said.take("V7", "0") == ()
    assert said.take("V7", "299") == ("New.",)
