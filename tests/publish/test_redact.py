"""Secrets in free text: each way that a security review found to read one all the same."""

import time

import pandas as pd
import pytest

from rosc_map.publish.redact import MASK, Redactor
from rosc_map.records import Asset

ZWSP = "\u200b"
EMPTY = {name: spec.empty for name, spec in Asset.specs().items()}


def asset(name="Example Teller", *, place=True, **values):
    """Return a row: shown as it is, or, with ``place=False``, with its address and postcode kept."""
    row = {
        **EMPTY,
        "id": name,
        "name": name,
        "shown_place": place,
        "secret_address": "",
        "secret_postcode": "",
        **values,
    }
    if not place:
        row |= {"secret_address": row["address"], "secret_postcode": row["postcode"], "address": "", "postcode": ""}
    return row


def cleaned(teller, *others, hidden=(), **options):
    redactor = Redactor(pd.DataFrame([teller, *others]), pd.DataFrame(list(hidden)), **options)
    return redactor.clean_asset(teller)


def told(text, **secret):
    """Return the description of an asset that tells of a hidden one."""
    return cleaned(asset(description=text), hidden=[asset(**secret)])["description"]


@pytest.mark.parametrize(
    ("recorded", "typed"),
    [
        ({"name": "St Mary's Haven"}, "St Mary’s Haven"),
        ({"name": "St Mary’s Haven"}, "St Mary's Haven"),
        ({"name": "St Mary's Haven"}, "Saint Marys Haven"),
        ({"name": "The Harbour Refuge"}, "Harbour Refuge"),
        ({"name": "The Harbour Refuge"}, "HARBOUR REFUGE"),
        ({"name": "Harbour Refuge"}, "Harbour Refuge's"),
        ({"name": "Harbour Refuge"}, "#HarbourRefuge"),
        ({"name": "Shy Group"}, "Shy-Group"),
        ({"name": "Shy Group"}, f"Shy{ZWSP} Group"),
        ({"name": "Shy Group"}, f"Shy{ZWSP}Group"),
        ({"name": "Shy Group"}, "S\u00adhy\nGr\u2060oup"),
        ({"name": "Shy Group"}, "Shy%20Group"),
        ({"name": "Café Élan"}, "cafe e\u0301lan"),
        ({"name": "Shy Group"}, "Ｓｈｙ Ｇｒｏｕｐ"),
        ({"organisation": "Tea & Toast"}, "Tea and Toast"),
        ({"name": "Eve"}, "Eve"),
        ({"name": "Eve"}, "Eve's"),
        ({"name": "B3"}, "B3"),
        ({"phone": "01632 960123"}, "0044 1632 960123"),
        ({"phone": "01632 960123"}, "+44 (0)1632-960.123"),
        ({"phone": "+44 1632 960123"}, "(01632) 960 123"),
        ({"phone": "0800 111222"}, "0800-11-12-22"),
        ({"website": "https://www.harbourrefuge.org.uk/"}, "harbourrefuge.org.uk"),
        ({"website": "https://www.harbourrefuge.org.uk/"}, "http://harbourrefuge.org.uk/get-help?x=1"),
        ({"email": "hello@harbourrefuge.org.uk"}, "www.harbourrefuge.org.uk"),
        ({"website": "https://www.facebook.com/shy.group"}, "facebook.com/shy.group/photos"),
        ({"email": "shy.group@gmail.com"}, "Shy.Group@gmail.com"),
        ({"address": "12 Linthorpe Road, Middlesbrough"}, "Linthorpe Rd"),
        ({"address": "12 Linthorpe Road, Middlesbrough"}, "Linthorpe-Road"),
        ({"address": "12 Linthorpe Rd Middlesbrough TS1 3QW"}, "Linthorpe Road"),
        ({"address": "14 Eastbourne Mount"}, "Eastbourne Mount"),
        ({"address": "14 Zetland Thing, Middlesbrough"}, "Zetland Thing"),
        ({"address": "14, Zetland Thing, Middlesbrough"}, "Zetland Thing"),
        ({"address": "Flat 2, 14 Zetland Thing, Middlesbrough"}, "Zetland Thing"),
        ({"address": "The Old Rectory\nChurch Lane\nYarm"}, "The Old Rectory"),
        ({"address": "14 Acacia Avenue, Middlesbrough"}, "Acacia Av"),
        ({"address": "14 Acacia Crescent, Middlesbrough"}, "Acacia Cresc"),
        ({"address": "14 Acacia Boulevard Middlesbrough"}, "Acacia Blvd"),
        ({"address": "Rose Cottage, Acacia End, Middlesbrough"}, "Acacia End"),
        ({"address": "Acacia Fields, Middlesbrough"}, "Acacia Fields"),
        ({"postcode": "TS1 3QW"}, "TS1-3QW"),
        ({"postcode": "TS1 3QW"}, "TS1. 3QW"),
        ({"postcode": "TS1 3QW"}, f"TS1{ZWSP}3QW"),
    ],
)
def test_a_secret_is_found_however_it_is_typed(recorded, typed):
    text = told(f"Ask for {typed}, they know.", **{"name": "Example Hidden", **recorded})
    assert text.replace("#", "").replace(f"{MASK}'s", MASK) == f"Ask for {MASK}, they know."


@pytest.mark.parametrize(
    ("recorded", "typed"),
    [
        ({"name": "Eve"}, "New Year's eve, EVEN Evening"),
        ({"name": "B3"}, "b3 and B31"),
        ({"name": "Shy Group"}, "Shyly Groups, a group, Café\u200b \u00adtyped  so"),
        ({"address": "12 Linthorpe Road, Middlesbrough"}, "Middlesbrough, 12 o'clock, the road"),
        ({"address": "2 High Street, Chester-le-Street"}, "Chester-le-Street"),
        ({"address": "3 Priory Lane, Bury St Edmunds"}, "Bury St Edmunds"),
        ({"phone": "01632 960123"}, "01632 960124; 2026-03-01; 19:00-20:30"),
        ({"website": "https://www.facebook.com/shy.group"}, "facebook.com and facebook.com/example"),
        ({"email": "shy.group@gmail.com"}, "example@gmail.com"),
    ],
)
def test_other_words_stay_as_they_were_typed(recorded, typed):
    assert told(typed, **{"name": "Example Hidden", **recorded}) == typed


def test_a_host_that_somebody_shows_is_no_secret_but_a_page_of_it_is():
    text = "See example.org, example.org/cafe, info@example.org, www.example.org/refuge."
    hidden = asset("Quiet Place", website="https://example.org/refuge", email="quiet@example.org")
    found = cleaned(asset(description=text, website="https://example.org/cafe"), hidden=[hidden])
    assert found["description"] == f"See example.org, example.org/cafe, info@example.org, {MASK}."
    assert found["website"] == "https://example.org/cafe"


@pytest.mark.parametrize("typed", ["TS1-3QW", "TS1. 3QW", f"TS1{ZWSP}3QW", "ts13qw", "GU1 3AA"])
def test_every_postcode_is_masked_but_the_own_that_is_shown(typed):
    teller = asset(description=f"At {typed}, or KT22 7TW.", postcode="KT22 7TW")
    assert cleaned(teller)["description"] == f"At {MASK}, or KT22 7TW."
    assert cleaned(teller, every_postcode=False)["description"] == teller["description"]
    kept = asset(description=f"At {typed}, or KT22 7TW, KT22.", postcode="KT22 7TW", place=False)
    assert cleaned(kept)["description"] == f"At {MASK}, or {MASK}, {MASK}."


@pytest.mark.parametrize(
    "typed", ["54.57421,-1.23512", "NZ 494 203", "E449400 N520300", "449400,520300", "///filled.count.soap"]
)
def test_a_place_that_is_not_shown_is_in_no_text_of_its_own(typed):
    assert cleaned(asset(description=f"We are at {typed}.", place=False))["description"] == f"We are at {MASK}."
    shown = asset(description=f"We are at {typed}.")
    assert cleaned(shown)["description"] == shown["description"]


@pytest.mark.parametrize(
    "url",
    [
        "https://nsh.example.org/12-linthorpe-road-ts1-3qw?q=54.57421%2C-1.23512",
        "https://nsh.example.org/12-linthorpe-road",
        "https://nsh.example.org/linthorperoad",
        "https://nsh.example.org/?q=54.57421%252C-1.23512",
        "https://nsh.example.org/ts1%203qw",
        "https://www.google.co.uk/maps/place/x",
        "https://maps.app.goo.gl/abc",
        "https://www.bing.com/maps?cp=x",
        "https://www.openstreetmap.org/node/1",
        "https://w3w.co/filled.count.soap",
    ],
)
@pytest.mark.parametrize("field", ["website", "source_url"])
def test_a_link_that_tells_the_place_is_left_out(url, field):
    kept = asset(place=False, address="12 Linthorpe Road, Middlesbrough", postcode="TS1 3QW", **{field: url})
    assert cleaned(kept)[field] == ""
    assert cleaned({**kept, field: "https://nsh.example.org/about"})[field] == "https://nsh.example.org/about"


def test_the_names_of_others_are_not_masked_but_what_is_told_of_them_is():
    hidden = asset("Harbour House", address="9 Secret Lane")
    cafe = asset("Harbour House Cafe", organisation="Harbour House Trust", description="Behind Harbour House.")
    found = cleaned(cafe, hidden=[hidden])
    assert (found["name"], found["organisation"]) == ("Harbour House Cafe", "Harbour House Trust")
    assert found["description"] == f"Behind {MASK}."
    other = asset(description="Meet at Harbour House Cafe, not Harbour House.")
    assert cleaned(other, cafe, hidden=[hidden])["description"] == f"Meet at Harbour House Cafe, not {MASK}."


def test_an_own_name_is_masked_for_the_own_place():
    own = asset("9 Secret Lane House", place=False, address="9 Secret Lane, Yarm", postcode="TS15 9AA")
    assert cleaned(own)["name"] == f"{MASK} House"


def test_the_place_of_one_that_is_shown_without_it_is_kept_everywhere():
    kept = asset("Example Homes", place=False, address="9 Secret Lane, Yarm", postcode="TS15 9AA")
    teller = asset(description="Next to 9 Secret Ln.", languages=("Polish", "Secret Lane"))
    found = cleaned(teller, kept)
    assert (found["description"], found["languages"]) == (f"Next to {MASK}.", ("Polish", MASK))


def test_what_is_shown_is_no_secret_and_what_was_left_out_is_one():
    hidden = asset("Quiet Place", phone="01632 960005", organisation="Example Fellowship", address="9 High St, Yarm")
    text = "Example Fellowship, 01632 960005, High Street"
    shown = asset(description=text, phone="01632960005", organisation="Example Fellowship", address="1 High Street")
    assert cleaned(shown, hidden=[hidden])["description"] == text
    restricted = asset(description=text)
    assert cleaned(restricted, hidden=[hidden])["description"] == f"{MASK}, {MASK}, {MASK}"


def test_what_is_only_for_the_redactor_does_not_come_out():
    teller = asset(description="Words", areas_served=("Example Hidden",))
    found = cleaned(teller, hidden=[asset("Example Hidden")])
    assert set(found) == set(EMPTY)
    assert found["areas_served"] == ("Example Hidden",)


def seconds_for(count):
    """How long it takes to clean the texts of so many assets, each of which tells of another."""
    rows = [
        asset(f"Example Group {n}", phone=f"01632 {n:06d}", address=f"{n} Example Road {n}, Yarm", postcode="TS15 9AA",
              website=f"https://example.org/{n}", description=f"Ask Example Group {n + 1}, 01632 {n + 1:06d}. " * 3)
        for n in range(count)
    ]  # fmt: skip
    start = time.process_time()
    redactor = Redactor(pd.DataFrame(rows[::2]), pd.DataFrame(rows[1::2]))
    found = [redactor.clean_asset(row) for row in rows[::2]]
    assert all(row["description"] == f"Ask {MASK}, {MASK}. " * 3 for row in found)
    return time.process_time() - start


def test_twice_the_assets_take_about_twice_the_time():
    small = min(seconds_for(500) for _ in range(3))
    assert min(seconds_for(1_000) for _ in range(3)) / small < 3
