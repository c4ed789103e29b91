"""Places in free text: found however they are typed, and ordinary numbers are no places."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.records.places_in_text import cover, find_places, fold, has_place


def mask_places(text, mask):
    """A text with each place in it replaced by a mask."""
    folded = fold(text)
    return cover(text, map(folded.typed, find_places(folded.text)), mask)


ZWSP = "\u200b"
PLACES = [
    "TS1 3QW", "TS1-3QW", "TS1. 3QW", f"TS1{ZWSP}3QW", "ts13qw", "T S 1 3 Q W", "TS1\n3QW", "ＴＳ１ ３ＱＷ",
    "TS1%203QW", "TS1%25203QW",
    "SW1A 1AA", "54.57421,-1.23512", "54.57421%2C-1.23512", "54.57421° N, 1.23512° W", "54.57, -1.23",
    "N54.57421 W1.23512", "-1.23512, 54.57421", "54.57421 and -1.23512", "54°34′27″N", "NZ 494 203", "NZ494203",
    "nz 49400 20300", "NZ4920", "NO403301", "E449400 N520300", "449400,520300", "449400E 520300N",
    "Easting: 449400, Northing: 520300", "x=449400&y=520300", "///filled.count.soap", "what3words: filled.count.soap",
    "https://maps.app.goo.gl/abc", "goo.gl/maps/x", "https://www.google.co.uk/maps/place/x", "maps.google.com/?q=x",
    "https://www.bing.com/maps?x", "https://www.openstreetmap.org/node/1", "https://w3w.co/a.b.c", "H7F9+XM",
]  # fmt: skip
ORDINARY = [
    "01632 960123", "+44 (0)1632 960123", "0044 1632 960123", "call 01632 449400, 520300", "19:00-20:30",
    "Mon 19:00-20:30; 1st Tue 18:00-19:00", "at 10 am", "Open 10-4 M-F, S 10-12", "50 % of 12.5", "charity 1234567",
    "Charity no 123456", "CHARITY NO 123456", "Charity nos 234567, 345678", "SC012345", "GB-CHC-1234567",
    "£54.50, £5.00",
    "£12.50-15.00", "£449400, £520300", "50.00 / 5.00", "A12 road", "COVID 19", "COVID-19 is", "2026-03-01",
    "01/03/2026",
    "1 March 2026", "2025-26", "24/7 at", "ring me 24/7 at noon", "Women's 12 4wd", "Room B1 1st floor", "M25 10am",
    "N1 9am", "Step 1 2 3", "cqc:1-1000210669", "https://www.example.org/about", "openstreetmap", "20°C", "ages 18-25",
    "TS1", "GU1 and GU2", "", "Café\u200b as  typed",
]  # fmt: skip


@pytest.mark.parametrize("typed", PLACES)
def test_a_place_is_found_and_the_rest_stays_as_typed(typed):
    assert has_place(typed)
    assert mask_places(f"Café\u200b: {typed}, or  so", "#") == "Café\u200b: #, or  so"


@pytest.mark.parametrize("typed", ORDINARY)
def test_ordinary_text_is_no_place(typed):
    assert not has_place(typed)
    assert mask_places(typed, "#") == typed


def test_places_that_overlap_are_masked_once():
    assert mask_places("https://w3w.co/x?q=54.57421,-1.23512 TS1 3QW", "#") == "# #"


@given(st.dates(), st.times(), st.integers(0, 999_999), st.integers(0, 9_999))
def test_dates_times_telephones_and_prices_are_no_places(date, time, number, pence):
    day = dt.date.strftime(date, "%d/%m/%Y")
    text = (
        f"From {day} at {time:%H:%M}-{time:%H.%M}, ring 01632 {number:06d}; £{pence / 100:.2f}, charity 1{number:06d}"
    )
    assert not has_place(text)


@at_least(100)
@given(st.text(max_size=30), st.sampled_from(PLACES), st.text(max_size=30))
def test_what_is_masked_holds_no_place(before, place, after):
    typed = f"{before} | at {place} | so {after}"
    assert has_place(typed)
    assert not has_place(mask_places(typed, "(not shown)"))


@given(st.text())
def test_text_without_a_place_is_not_touched(text):
    assert has_place(text) or mask_places(text, "#") == text
