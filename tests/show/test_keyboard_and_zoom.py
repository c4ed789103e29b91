"""By keyboard alone, and at 400 %: every control of a page is reached in order and seen, and nothing is cut off."""
