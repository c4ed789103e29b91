"""Who may come in: accounts, invitations, sign-ins, drafts and lists, kept apart from the records."""

from rosc_map.people.accounts import Account, Invitation
from rosc_map.people.audit import SignIn
from rosc_map.people.corrections import Change, Correction
from rosc_map.people.drafts import Draft
from rosc_map.people.entry_links import EntryLink
from rosc_map.people.erasing import WordsErased
from rosc_map.people.people import People
from rosc_map.people.roles import Role
from rosc_map.people.sessions import longest_session

__all__ = [
    "Account",
    "Change",
    "Correction",
    "Draft",
    "EntryLink",
    "Invitation",
    "People",
    "Role",
    "SignIn",
    "WordsErased",
    "longest_session",
]
