"""The letter of two weeks before holds every promise of the conduct."""

import pytest

from rosc_map.errors import InputError
from rosc_map.linkage.conduct import QUESTION
from rosc_map.linkage.letters import announcement, announcement_text

TOLD = {"title": "Tees Partnership", "month": "March 2026", "reply_to": "hello@example.org"}


def text(**changes: object) -> str:
    return announcement_text(announcement(**({**TOLD, "questions_each": 5, "tries": 3} | changes)))


def test_every_promise_is_made() -> None:
    letter = text()
    for promise in (
        "In March 2026, Tees Partnership will test",
        QUESTION.format(name="…"),
        "up to 5 other local services",
        "drawn at random, so a volunteer may contact you in that month, or may not",
        "It is a test, and the volunteer will say so",
        "You may say no, now or at any time, and need give no reason. Tell us at hello@example.org",
        "A refusal is never named",
        "within your published hours, up to 3 times, at different times of the day",
        "by e-mail, tell us at hello@example.org. They are the same, word for word",
        "no names of people",
        "may be compared with the other service's own record",
        "Only the share of the whole area that agreed is shown",
        "You see your own result before anyone else, and have 14 days to reply",
        "Your reply stays with the result",
        "What is published is the result for the whole area",
        "no organisation is ranked",
        "We use the result to introduce services to each other",
        "no crisis lines and no refuges",
    ):
        assert promise in letter


def test_the_plain_text_is_the_letter_and_nothing_else() -> None:
    letter = announcement(**TOLD, questions_each=5, tries=3)
    parts = announcement_text(letter).rstrip("\n").split("\n\n")
    assert parts[0] == letter.subject
    assert tuple(parts[1:-1]) == letter.paragraphs
    assert tuple(line.removeprefix("- ") for line in parts[-1].split("\n")) == letter.points


def test_one_question_and_one_try_are_said_so() -> None:
    letter = text(questions_each=1, tries=1)
    assert "about one other local service, drawn" in letter
    assert "published hours, once." in letter


def test_line_ends_in_what_is_given_make_no_new_lines() -> None:
    letter = announcement(title="Tees\nBcc: x@y.z", month="March\r\n2026", reply_to=" a\tb ", questions_each=2, tries=3)
    assert "\n" not in letter.subject
    assert "\r" not in letter.subject
    assert "Tees Bcc: x@y.z" in letter.subject
    assert "Tell us at a b, or" in letter.paragraphs[-1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": " "}, "does not say the partnership's name"),
        ({"month": ""}, "does not say the month"),
        ({"reply_to": "\n"}, "does not say where to reply"),
        ({"questions_each": 0}, "cannot tell of 0 questions each"),
        ({"tries": -1}, "cannot tell of -1 tries"),
    ],
)
def test_a_letter_that_leaves_something_out_is_not_written(changes, words) -> None:
    with pytest.raises(InputError, match=words):
        text(**changes)


def test_signs_that_do_not_show_are_in_no_letter() -> None:
    letter = announcement(
        title="Tees\x1b[2J", month="March\x00\u202e", reply_to="a\x9b\x7fb", questions_each=2, tries=3
    )
    text = announcement_text(letter)
    assert "Tees[2J" in text
    assert "ab" in text
    assert all(sign.isprintable() or sign == "\n" for sign in text)
    with pytest.raises(InputError, match="does not say where to reply"):
        announcement(title="Tees", month="March", reply_to="\x07 \x1b", questions_each=2, tries=3)
