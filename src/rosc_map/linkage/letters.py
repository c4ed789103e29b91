"""The letter of two weeks before: each organisation is told what will be asked, and that it may say no (METHODS §1)."""

from dataclasses import dataclass

from rosc_map.errors import InputError
from rosc_map.linkage.conduct import LEVEL_WORDS, QUESTION

__all__ = ["Letter", "announcement", "announcement_text", "one_line"]


@dataclass(frozen=True)
class Letter:
    """A letter: ``subject`` (one line), ``paragraphs``, and the ``points`` that stand after them as a list.

    Examples
    --------
    >>> from rosc_map.linkage import announcement
    >>> letter = announcement(title="Example", month="May 2027", reply_to="01632 960999", questions_each=5, tries=3)
    >>> letter.subject, len(letter.points)
    ('Example: how well do local services know of each other? A test in May 2027', 10)
    """

    subject: str
    paragraphs: tuple[str, ...]
    points: tuple[str, ...]


def announcement(*, title: str, month: str, reply_to: str, questions_each: int, tries: int) -> Letter:
    """Write the letter that goes to every organisation of the frame two weeks before a linkage test.

    Parameters
    ----------
    title
        The partnership's name.
    month
        The month of the test, as it is said: "March 2026".
    reply_to
        Where an organisation declines, asks for e-mail, or asks anything: an address or a number of the partnership.
    questions_each
        About how many others each service is asked, at least 1.
    tries
        How many times, at most, a volunteer tries to reach a service.

    Returns
    -------
    Letter
        The same for everyone: it does not say who will be drawn.

    Raises
    ------
    InputError
        When one of these is empty or below 1: without it nobody could tell what they agree to.

    References
    ----------
    METHODS §1, "Conduct".

    Examples
    --------
    >>> from rosc_map.linkage import announcement
    >>> announcement(title="Example", month="May 2027", reply_to="01632 960999", questions_each=5, tries=3).subject
    'Example: how well do local services know of each other? A test in May 2027'
    """
    title, month, reply_to = (one_line(value) for value in (title, month, reply_to))
    _check({"the partnership's name": title, "the month": month, "where to reply": reply_to})
    _check_counts({"questions each": questions_each, "tries": tries})
    others = "one other local service" if questions_each == 1 else f"up to {questions_each} other local services"
    times = "once" if tries == 1 else f"up to {tries} times, at different times of the day"
    return Letter(
        subject=f"{title}: how well do local services know of each other? A test in {month}",
        paragraphs=_paragraphs(title, month, reply_to, others),
        points=_points(reply_to, times),
    )


def _paragraphs(title: str, month: str, reply_to: str, others: str) -> tuple[str, ...]:
    purpose = (
        f"In {month}, {title} will test how well the services and groups that support recovery here know of each other."
        " A person who asks one service for help should learn of the others. We want to see where that works, and where"
        " services have yet to meet."
    )
    drawn = "Services are drawn at random, so a volunteer may contact you in that month, or may not. Both are chance."
    question = (
        "It is a test, and the volunteer will say so. Nobody will pretend to need help. The question is, word for word:"
        f" “{QUESTION.format(name='…')}” You would be asked it about {others}, drawn at random too, and others may be"
        " asked it about you. “I have never heard of it” is a good answer: it shows whom to introduce."
    )
    declining = (
        f"You may say no, now or at any time, and need give no reason. Tell us at {reply_to}, or tell the volunteer."
        " A refusal is never named."
    )
    return purpose, drawn, question, declining


def _points(reply_to: str, times: str) -> tuple[str, ...]:
    words = list(LEVEL_WORDS.values())
    return (
        f"We ring within your published hours, {times}. It takes a few minutes.",
        f"If you would rather have the questions by e-mail, tell us at {reply_to}. They are the same, word for word.",
        f"For each question we write down one of five levels, from “{words[0]}” to “{words[-1]}”.",
        "We write down no names of people.",
        (
            "What is said may be compared with the other service's own record, where it has confirmed that lately. Only"
            " the share of the whole area that agreed is shown."
        ),
        "You see your own result before anyone else, and have 14 days to reply. Your reply stays with the result.",
        (
            "What is published is the result for the whole area. What one organisation said is for itself and our"
            " co-ordinators only, and no organisation is ranked."
        ),
        "We use the result to introduce services to each other, and repeat the test later to see what has changed.",
        "We ask no crisis lines and no refuges, and ask nobody about them or any other confidential place.",
        (
            "Are your telephone number, your times and how to get in right on our list? If you are not sure, ask us at"
            f" {reply_to}."
        ),
    )


def announcement_text(letter: Letter) -> str:
    """Return a letter as plain text for an e-mail: the subject, the paragraphs, the points, parted by empty lines.

    Examples
    --------
    >>> from rosc_map.linkage import announcement, announcement_text
    >>> letter = announcement(title="Example", month="May 2027", reply_to="01632 960999", questions_each=5, tries=3)
    >>> announcement_text(letter).splitlines()[0] == letter.subject
    True
    """
    points = "\n".join(f"- {point}" for point in letter.points)
    return "\n\n".join((letter.subject, *letter.paragraphs, points)) + "\n"


def one_line(value: str) -> str:
    """Return what somebody typed as one line, without signs that do not show but do something, as in a terminal."""
    # A line end in a subject would begin a new header of the e-mail.
    return " ".join("".join(c for c in " ".join(value.split()) if c.isprintable()).split())


def _check(given: dict[str, str]) -> None:
    for what, value in given.items():
        if not value:
            raise InputError(f"The letter does not say {what}. Give it: everyone who gets the letter needs to know.")


def _check_counts(given: dict[str, int]) -> None:
    for what, value in given.items():
        if value < 1:
            raise InputError(f"The letter cannot tell of {value} {what}. Give 1 or more.")
