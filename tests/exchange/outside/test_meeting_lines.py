"""Notes of meetings: what somebody needs to get in stays, what reaches a person goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.exchange.outside.meeting_lines import is_private_line


@pytest.mark.parametrize(
    "line",
    [
        "Ring the bell & come up.",
        "Ring Bell at Side Door.",
        "Please call before you come for the first time.",
        "Call in at Reception when you arrive.",
        "See the website for details.",
        "See Facebook page for changes.",
        "Contact us through the helpline.",
        "Contact Intergroup for the link.",
        "Contact AA for the link.",
        "Big Book text study.",
        "Basic Text Study, then Step Discussion",
        "The chair changes each week.",
        "Wheelchair access by the back door.",
        "New sponsors are welcome; ask about a sponsor.",
        "Closed from 2026-12-24 to 2027-01-02.",
        "Not on 2026-11-22 19:00 but on 2026-11-23 at 19:30.",
        "First hour 19.00-20.00, tea 20.00-20.30.",
        "Meet @ the side door, room 12.",
        "Postcode for satnav TS1 2PA, number 12, 14 or 16.",
        "Step 1, 2, 3 and so on: Step Meeting Tuesday.",
        "Safety pins and tea are on the table.",
        "Phones off, please.",
        "Ask for the meeting at the desk.",
        "Speak to the Secretary after the meeting.",
    ],
)
def test_what_does_no_harm_stays(line: str) -> None:
    assert not is_private_line(line)


@pytest.mark.parametrize(
    "line",
    [
        "Ring 01632 960123",
        "Ring 960123 for the door.",
        "Mobile: 07700 900123",
        "+44 7700 900123",
        "7700-900-123 after six",
        "0 7 7 0 0 9 0 0 1 2 3",
        "Any questions (01632) 960 123.",
        "dave@example.org",
        "dave (at) example.org",
        "dave @ example.org",
        "Contact Dave",
        "CONTACT: DAVE B.",
        "Call or text Jane first.",
        "Ask for Élodie at the door.",
        "Please ring our secretary Dave.",
        "Secretary: Jo",
        "Chair is Sam M.",
        "Speak to J. at the desk.",
        "Host - Łukasz",
        "Passcode: hush",
        "Password is recovery",
        "PIN from the host",
        "pin: 1234",
        "Meeting ID: 871 2345 6789",
        "Zoom 871 2345 6789",
        "Room ID on request",
        "Door code C1234X",
        "https://zoom.us/j/1?pwd=hush",
    ],
)
def test_what_reaches_a_person_or_lets_anybody_in_goes(line: str) -> None:
    assert is_private_line(line)


@at_least(60)
@given(st.sampled_from(["1 ", "ring ", "ring the ", "pin ", "0-", "@ a", "1:", "contact\t1"]), st.integers(0, 20_000))
def test_a_line_without_end_comes_to_an_end(part: str, times: int) -> None:
    is_private_line(part * times)
