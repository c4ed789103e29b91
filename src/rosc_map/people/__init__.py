"""Who may come in: accounts, invitations, sign-ins, drafts and lists, kept apart from the records."""
