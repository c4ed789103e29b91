"""What is of a person, or lets people into a room online: known by its looks, and never repeated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.exchange.outside.personal import is_mobile, is_personal_email, open_link, without_passwords
from rosc_map.exchange.outside.repair import Notes, Said, one_word, web_address

LINK = "https://example.org/room"


@pytest.mark.parametrize(
    ("link", "taken"),
    [
        (f"{LINK}?pwd=Rosebud", LINK),
        (f"{LINK}?a=1&Passcode=Rosebud", LINK),
        (f"{LINK}#token=Rosebud", LINK),
        ("https://us02web.zoom.us/j/1?from=Rosebud", "https://us02web.zoom.us/j/1"),
        ("https://teams.microsoft.com/l/meetup-join/1?context=Rosebud", "https://teams.microsoft.com/l/meetup-join/1"),
        ("https://meet.google.com/abc?authuser=Rosebud", "https://meet.google.com/abc"),
        (f"{LINK}?id=5#times", f"{LINK}?id=5#times"),
        ("https://example.org/password-help", "https://example.org/password-help"),
    ],
)
def test_links_let_nobody_in(link, taken):
    assert web_address(link) == taken
    said = Said(1, Notes())
    for field in ("website", "source_url"):
        said.put(field, link)
        assert said.values[field] == taken


def test_a_long_link_is_read_in_one_pass():
    # Minutes, if each "?" looked through all that follow.
    assert open_link("https://example.org/" + "?" * 200_000).endswith("?")


@pytest.mark.parametrize(
    "address",
    [
        "jane.example@trust.example.org",
        "j.example@trust.example.org",
        "Mary.Ann.Example2@nhs.net",
        "jane_example72@gmail.com",
        "jane-example@btinternet.com",
    ],
)
def test_an_address_made_of_names_is_left_out_and_not_repeated(address):
    said = Said(1, notes := Notes())
    said.put("name", "Rose Café")
    said.put("email", address)
    assert "email" not in said.values
    assert [note.why for note in notes.all] == ["looks like that of a person."]
    assert "xample" not in repr(notes.all)


@pytest.mark.parametrize(
    "address",
    [
        "info@example.org",
        "info.leeds@example.org",
        "drop-in@example.org",
        "leeds_recovery@gmail.com",
        "leedsrecovery@gmail.com",
        "rose.cafe@example.org",
        "alcohol.team2@nhs.net",
        "24.7@example.org",
    ],
)
def test_an_address_of_an_office_is_taken(address):
    said = Said(1, Notes())
    said.put("name", "The Rose")
    said.put("email", address)
    assert said.values["email"] == address


def test_what_is_no_address_is_not_repeated():
    said = Said(1, notes := Notes())
    said.put("email", "ask Jane Example")
    said.put("phone", "Jane, after ten")
    assert [note.column for note in notes.all] == ["email", "phone"]
    assert "Jane" not in repr(notes.all)


@pytest.mark.parametrize(
    ("number", "mobile"),
    [
        ("07700 900123", True),
        ("+44 (0)7700 900123", True),
        ("+447700900123", True),
        ("0044 7700 900123 x2", True),
        ("01632 960001", False),
        ("0800 7700 900", False),
        ("070", False),
    ],
)
def test_mobile_numbers(number, mobile):
    assert is_mobile(number) is mobile


@pytest.mark.parametrize(
    "line", ["Zoom passcode: Rosebud", "The pass word is Rosebud", "pwd Rosebud", "Meeting ID 123 456 Rosebud"]
)
def test_lines_with_passwords_are_left_out(line):
    said = Said(1, notes := Notes())
    for field in ("description", "referral_route"):
        said.put(field, f"Tea and talk.\n{line}\nAll welcome.")
        assert said.values[field] == "Tea and talk.\nAll welcome."
    assert "Rosebud" not in repr(notes.all)
    assert len(notes.all) == 2


@at_least(60)
@given(st.text(), st.text())
def test_anything_has_an_answer(text, more):
    assert open_link(text) in (text, text.split("?")[0].split("#")[0])
    assert set(without_passwords(text).split("\n")) <= {*text.split("\n"), ""}
    assert is_personal_email(text, more) in (True, False)
    assert ";" not in one_word(text)


def test_a_course_on_passwords_is_not_a_password():
    assert without_passwords("How to keep passwords safe") == "How to keep passwords safe"
