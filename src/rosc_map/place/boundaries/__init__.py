"""The boundaries of authorities: the files in use, what lies in them, and newer ones."""
