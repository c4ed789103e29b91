"""The web app: the second door. It reads forms, calls the partnership, and shows pages; no logic of its own."""
