"""Who may come in: accounts, invitations, sign-ins, drafts and lists, kept apart from the records."""

from rosc_map.people.accounts import Account, Invitation
from rosc_map.people.audit import SignIn
from rosc_map.people.drafts import Draft
from rosc_map.people.people import People
from rosc_map.people.roles import Role
from rosc_map.people.sessions import longest_session

__all__ = ["Account", "Draft", "Invitation", "People", "Role", "SignIn", "longest_session"]
