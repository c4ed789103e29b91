"""What of a list is of a person, or lets anybody into a room online: it is never taken.

Nobody can tell a person from an office for sure. Of e-mail addresses those that are made of two names are known, and
those with one word ("jane@") are not; a number is left to its contact's name. What is missed here is for the eyes of
whoever reviews the list.
"""

import re

__all__ = ["is_mobile", "is_personal_email", "is_personal_name", "open_link", "without_passwords"]

# Of links, behind the first "?" or "#": what lets in, whoever has the link.
_LETS_IN = re.compile(r"pwd|pass|token|key|tk=", re.IGNORECASE)
_ROOMS = re.compile(
    r"\bzoom(?:gov)?\.|\bteams\.(?:microsoft|live)\.|\bmeet\.(?:google|goto|jit)\.|\bgotomeeting\.|\bwebex\.|"
    r"\bwhereby\.|\bskype\.",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"[?#]")
# Not "passwords": a course on keeping them safe may say that.
_PASSWORD = re.compile(r"\bpass[ -]?(?:word|code)\b|\bpwd\b|\bmeeting id\b", re.IGNORECASE)

# No word that is a surname as well, such as Hall or West: a person's address must not pass for an office.
_OFFICE_WORDS = """
aa access accounts addiction addictions admin administration administrator administrators adult adults advice advocacy
aid alcohol appointments area assessment association board booking bookings borough business cafe care carer carers
center central centre charity children city clinic club co college committee communications community contact
contactus coordinator coordinators council counselling county crisis customer customers department desk development
director district drop drug drugs duty east education emergency employment england enquire enquiries enquiry events
families family feedback finance first foodbank foundation fundraising general group groups health hello help helpdesk
helpline home homes hotline housing hr hub info information inquiries intake jobs lead leader learning library line
local mail main manager managers media meeting meetings members membership mens mental mentor mentors na national
network new news nhs north nurse office officer online outreach partnership peer peers pharmacy police practice press
prison probation programme project reception receptionist recovery referral referrals region regional rehab residents
safeguarding sales school secretary self service services single smart social south staff substance support surgery
switchboard team teams training treasurer treatment trust uk university volunteer volunteering volunteers web website
welcome wellbeing womens worker workers workshop youth
"""
_OF_AN_OFFICE = frozenset(_OFFICE_WORDS.split())
_BETWEEN = frozenset({"a", "and", "at", "for", "in", "of", "on", "or", "out", "the"})
_FREE_HOSTS = frozenset(
    {"gmail", "googlemail", "hotmail", "outlook", "live", "msn", "yahoo", "ymail", "icloud", "me", "aol", "btinternet"}
    | {"sky", "talktalk", "virginmedia", "ntlworld", "protonmail", "proton", "mail", "gmx"}
)
_WORDS = re.compile(r"[^\W\d_]+")
_NAMES = {False: re.compile(r"\."), True: re.compile(r"[._-]")}
_MOST_NAMES = 3
_MOBILE = re.compile(r"(?:\+44|0044|44)?0?7\d{9}")


def open_link(address: str) -> str:
    """Return a link that lets nobody in: without what follows "?" or "#", where that may be a password.

    Of a room online nothing of it stays; of other pages it stays unless a word such as ``token`` is in it.
    """
    mark = _BEHIND.search(address)
    if not mark:
        return address
    page, rest = address[: mark.start()], address[mark.start() :]
    return page if _LETS_IN.search(rest) or _ROOMS.search(page) else address


def without_passwords(text: str) -> str:
    """Return a text without the lines that hold a password or the number of a meeting online."""
    if not _PASSWORD.search(text):
        return text
    return "\n".join(line for line in text.split("\n") if not _PASSWORD.search(line))


def is_personal_email(address: str, known: str) -> bool:
    """Whether an e-mail address is made of the names of a person, such as ``jane.example@``.

    Parameters
    ----------
    address
        As the field takes it.
    known
        The names of the asset and of who runs it: an address made of their words is theirs.
    """
    own, _, host = address.casefold().partition("@")
    # Only with these do people part their names with other marks: "drop-in@" and "self_referral@" are of offices.
    names = _NAMES[host.partition(".")[0] in _FREE_HOSTS].split(own.rstrip("0123456789"))
    if not (1 < len(names) <= _MOST_NAMES and all(map(str.isalpha, names)) and len(names[-1]) > 1):
        return False
    return _OF_AN_OFFICE.isdisjoint(names) and _words(known).isdisjoint(names)


def is_personal_name(name: str, known: str) -> bool:
    """Whether the name of a contact has that of a person in it, and is not just an office such as ``Duty worker``.

    Parameters
    ----------
    name
        Of the contact; "" is nobody's.
    known
        As for :func:`is_personal_email`.
    """
    return bool(_words(name) - _OF_AN_OFFICE - _BETWEEN - _words(known))


def is_mobile(number: str) -> bool:
    """Whether a number is that of a mobile telephone of the UK."""
    return bool(_MOBILE.match(re.sub(r"[^\d+]", "", number)))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORDS.findall(text.casefold()))
